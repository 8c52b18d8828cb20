"""Which short lines of a copied page are headings?"""

import pytest

from app.articles.importing import Found, ImportedPage, PageFormat, read_page


def read(*blocks: str) -> ImportedPage:
    return read_page("\n\n".join(blocks), format=PageFormat.PLAIN)


def headings_in(page: ImportedPage) -> list[str]:
    return [finding.text for finding in page.findings if finding.what is Found.HEADING]


LEAD = "The two of them agreed at last, after a long evening with very little tea and a map of the coast."
MORE = "Nobody had asked the ferryman, who would have told them that the map was older than his boat."


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [
        ("What the ferryman knew", True),
        ("Two boats, one map and a debt", True),
        ("Cooperation with the U.S.", True),
        ("1. A map older than the boat", True),
        ("“Older than my boat” and what it means", True),
        ("Who owns the map?", True),
        ("협력을 넓히는 두 도시", True),
        ("两座城市的合作", True),
        ("خريطة أقدم من القارب", True),
        ("แผนที่เก่ากว่าเรือ", True),
        ("He laughed.", False),
        ("Stop!", False),
        ("And then…", False),
        ("He laughed (twice.)", False),
        ("“Not on a Sunday.”", False),
        ("“Not on a Sunday”", False),
        ("「日曜日は駄目です」", False),
        ("– Not on a Sunday", False),
        ("— Ilse Marbeck, map maker", False),
        ("• A map of the coast", False),
        ("- A map of the coast", False),
        ("a map of the coast", False),
        ("Dear ferryman,", False),
        ("They agreed on three points:", False),
        ("See www.example.org for the map", False),
        ("Write to map@example.org", False),
        ("“Why?”", False),
        ("他笑了。", False),
        ("彼は笑いました", False),
        ("아직 아무도 모릅니다", False),
        ("그는 웃었다.", False),
        ("ضحك الرجل.", False),
        ("वह हँसा।", False),
        ("A line that goes on and on, longer than any heading, and yet it does not come to an end " * 2, False),
    ],
)
def test_a_heading_is_told_from_a_sentence(line: str, is_heading: bool) -> None:
    page = read("The long evening", LEAD, line, MORE)
    assert headings_in(page) == ([line] if is_heading else [])
    assert page.body.count("<p>") == (2 if is_heading else 3)


@pytest.mark.parametrize(
    ("blocks", "headings"),
    [
        ((LEAD, "Flour\nWater\nSalt", MORE), []),
        ((LEAD, "What you need", "Flour\nWater\nSalt", MORE), ["What you need"]),
        ((LEAD, "They agreed on this:", "Trust before speed", MORE), []),
        ((LEAD, "1. Flour", "2. Water", "3. Salt", MORE), []),
        ((LEAD, "A photograph without a full stop", "The map", MORE), ["The map"]),
        ((LEAD, "The map", MORE, "Varn Holm, in May"), ["The map"]),
        ((LEAD + "\nThe map\n" + MORE, "The boat\n" + LEAD), ["The map", "The boat"]),
        ((LEAD, "The map", "* * *", MORE), ["The map"]),
        (("The map", LEAD), ["The map"]),
        ((LEAD, "Who owns the map?", "- Nobody", MORE), []),
    ],
    ids=[
        "a list without marks",
        "a heading over a list",
        "what a colon leads on to",
        "a numbered list",
        "a caption over a heading",
        "nothing under it",
        "headings on the line before their text",
        "a row of stars under it",
        "no lead",
        "a question without an answer",
    ],
)
def test_what_stands_around_a_short_line_decides(blocks: tuple[str, ...], headings: list[str]) -> None:
    assert headings_in(read("Bread and salt", *blocks)) == headings


def test_a_short_line_that_is_no_heading_is_reported_with_the_reason() -> None:
    page = read("The long evening", LEAD, "Varn Holm, in May")
    (doubt,) = [finding for finding in page.findings if finding.what is Found.SHORT_LINE]
    assert (doubt.text, doubt.line, doubt.why) == ("Varn Holm, in May", 5, "no text stands under it")
