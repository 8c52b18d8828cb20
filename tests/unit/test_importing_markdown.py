"""What does a Markdown file say of its article, in its front matter and below it?"""

from pathlib import Path

import pytest

from app.articles.importing import Found, ImportedPage, PageFormat, UnreadablePage, read_page

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
BEES = (PAGES / "bees.md").read_text()


def markdown(text: str) -> ImportedPage:
    return read_page(text, format=PageFormat.MARKDOWN)


def found(page: ImportedPage, what: Found) -> list[str]:
    return [finding.text for finding in page.findings if finding.what is what]


def test_front_matter_gives_every_field() -> None:
    page = markdown(BEES)
    assert page.title == "Bees on the tram: a field guide"
    assert page.standfirst == "What travels between the stops."
    assert page.byline == "Noor Hassling, Piet van Aalst"
    assert page.categories == ("Nature", "City")
    assert page.tags == ("bees", "trams")
    assert (page.language, page.slug, page.format) == ("en", "bees-on-the-tram", "markdown")
    assert page.published_at is not None
    assert page.published_at.isoformat() == "2024-05-17T07:30:00+00:00"
    assert page.body.startswith("Line 6 carries more than people.\n")
    assert page.body.endswith("Everybody, in the end.")


def test_unknown_keys_are_reported_with_their_lines() -> None:
    lines = BEES.split("\n")
    gone = [finding for finding in markdown(BEES).findings if finding.what is Found.LEFT_OUT]
    assert [finding.text for finding in gone] == ["layout", "draft"]
    assert all(lines[(finding.line or 0) - 1].startswith(finding.text) for finding in gone)


def test_headings_of_markdown_are_reported_but_not_those_in_code() -> None:
    page = markdown(BEES)
    assert found(page, Found.HEADING) == ["Who gets on", "The quiet ones", "Who gets off"]
    lines = BEES.split("\n")
    assert all(
        lines[(finding.line or 0) - 1].endswith(finding.text)
        for finding in page.findings
        if finding.what is Found.HEADING
    )


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# A *fine* `title` & more\n\nText.", "A fine title & more", "Text."),
        ("A title\n=======\n\nText.", "A title", "Text."),
        ("```\n# code\n```\n\n# A title\n\nText.", "A title", "```\n# code\n```\n\n\nText."),
        ("#\n\n# A title\n\nText.", "A title", "#\n\n\nText."),
        ("> # quoted\n\n# A title", "A title", "> # quoted"),
        ("---\ntitle: A title\n---\n# A title\n\nText.", "A title", "Text."),
        ("---\ntitle: A title\n---\n# Another\n\nText.", "A title", "# Another\n\nText."),
        ("---\r\ntitle: A title\r\n---\r\nOne\r\ntwo\r\n", "A title", "One\ntwo"),
        ("---\ntitle:\ntags: []\n---\n# From the heading", "From the heading", ""),
        ("---\n---\n# A title", "A title", ""),
        ("---\ntitle: 1984\nlanguage: no\n---\nText.", "1984", "Text."),
        ('---\n"Title": "Two: colons"\n...\nText.', "Two: colons", "Text."),
        ("---\ntitle: >-\n  Over two\n  lines\n---\nText.", "Over two lines", "Text."),
    ],
)
def test_a_title_comes_from_front_matter_or_the_first_heading(text: str, title: str, body: str) -> None:
    page = markdown(text)
    assert (page.title, page.body) == (title, body)


def test_a_language_that_yaml_takes_for_a_boolean_stays_a_language() -> None:
    assert markdown("---\ntitle: x\nlang: no\n---\n").language == "no"


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2024-05-17", "2024-05-17T00:00:00+00:00"),
        ("2024-05-17 09:30", "2024-05-17T09:30:00+00:00"),
        ("2024-05-17T09:30:00+02:00", "2024-05-17T07:30:00+00:00"),
        ("2024-05-17 09:30:00 +0900", "2024-05-17T00:30:00+00:00"),
        ("'2024-05-17T09:30:00Z'", "2024-05-17T09:30:00+00:00"),
    ],
)
def test_a_date_is_read_into_utc(given: str, moment: str) -> None:
    page = markdown(f"---\ntitle: x\ndate: {given}\n---\n")
    assert page.published_at is not None
    assert page.published_at.isoformat() == moment


@pytest.mark.parametrize(
    ("lines", "left_out"),
    [
        ("standfirst: a\nsummary: b", ["summary"]),
        ("author: a\nbyline: b", ["author"]),
        ("tags:\ncategory: a", ["tags"]),
        ("layout: {deep: [1, 2]}\nimage: x.png", ["layout", "image"]),
    ],
)
def test_a_key_that_gives_nothing_is_reported(lines: str, left_out: list[str]) -> None:
    assert found(markdown(f"---\ntitle: x\n{lines}\n---\nText."), Found.LEFT_OUT) == left_out


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("title: [a, b]", "line 2: 'title' must be one text"),
        ("title: {a: b}", "line 2: 'title' must be a text"),
        ("title: x\ntags: {a: b}", "line 3: 'tags'"),
        ("title: x\ntags: [[a]]", "line 3: 'tags'"),
        ("title: x\ncategories: [{a: b}]", "line 3: 'categories'"),
        ("title: x\ndate: soon", "line 3: 'date'"),
        ("title: x\ndate: [2024-01-01]", "line 3: 'date'"),
        ("title: x\ndate: 2024-13-45", "line 3: 'date'"),
        ("title: x\ndate: 0001-01-01T00:00:00+14:00", "line 3: 'date'"),
        ("title: x\nslug: [a]", "line 3: 'slug'"),
        ("title: x\nTitle: y", "line 3: 'Title' is given twice"),
        ("title: x\nbad: 'open", "line .: the front matter is not YAML"),
        ("title: x\n\tkey: y", "line 3"),
        ("title: x: y", "line 2: the front matter is not YAML"),
        ("- a\n- b", "line 2: .*key: value"),
        ("title: x\n? [a]\n: b", "line 3: a key"),
        ("title: x\x01", "line 2: .*character"),
        ("a: &a [x, x]\ntitle: *a", "aliases"),
        ("a: &a {b: c}\n<<: *a", "aliases"),
        ("title: x\na: " + "[" * 60_000, "deeper than"),
        ("title: x\n" + "k: v\n" * 20_000, "longer than"),
        ("a: !!python/object/apply:os.system [ls]", "no title"),
    ],
)
def test_broken_front_matter_is_refused_with_key_and_line(lines: str, why: str) -> None:
    with pytest.raises(UnreadablePage, match=why):
        markdown(f"---\n{lines}\n---\nText.")


@pytest.mark.parametrize(
    ("text", "why"), [("---\ntitle: x\nText.", "line 1: .*not closed"), ("## Only this\n\nText.", "no title")]
)
def test_markdown_without_an_end_or_a_title_is_refused(text: str, why: str) -> None:
    with pytest.raises(UnreadablePage, match=why):
        markdown(text)


def test_the_line_of_a_refusal_can_be_read_from_it() -> None:
    with pytest.raises(UnreadablePage) as refusal:
        markdown("---\ntitle: x\ndate: soon\n---\n")
    assert refusal.value.line == 3
