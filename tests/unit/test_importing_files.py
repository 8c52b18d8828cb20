"""Which files can be imported, and what is a person told of them?"""

from pathlib import Path

import pytest

from app.articles.importing import PageFormat, UnreadablePage, decode_page, describe, format_of, read_page

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"


@pytest.mark.parametrize(
    ("name", "text", "format_found"),
    [
        ("a.md", "anything", PageFormat.MARKDOWN),
        ("A.MARKDOWN", "<p>anything</p>", PageFormat.MARKDOWN),
        ("a.html", "anything", PageFormat.HTML),
        ("a.htm", "---\ntitle: x\n---\n", PageFormat.HTML),
        ("a.txt", "News Science\n\nA title", PageFormat.PLAIN),
        ("a.txt", "# not a title but a line", PageFormat.PLAIN),
        ("a.txt", "---\ntitle: x\n---\n", PageFormat.MARKDOWN),
        ("a.txt", "\ufeff <!DOCTYPE html><title>x</title>", PageFormat.HTML),
        ("a.txt", "<?xml version='1.0'?>\n<html>", PageFormat.HTML),
        ("page", "<article><h1>x</h1>", PageFormat.HTML),
        ("page", "# A title\n\nA text.", PageFormat.MARKDOWN),
        ("page", "A title\n\nA text.", PageFormat.PLAIN),
        ("-", "----\nA title", PageFormat.PLAIN),
        ("", "", PageFormat.PLAIN),
    ],
)
def test_a_format_is_told_by_the_name_or_by_the_first_words(name: str, text: str, format_found: PageFormat) -> None:
    assert format_of(name, text) is format_found


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Ä".encode(), "Ä"),
        ("Ä".encode("utf-8-sig"), "Ä"),
        ("Ä".encode("utf-16"), "Ä"),
        ("Ä".encode("utf-32"), "Ä"),
        (b"\xfe\xff" + "Ä".encode("utf-16-be"), "Ä"),
        (b'<meta charset="windows-1252">\xc4', '<meta charset="windows-1252">Ä'),
        (
            b"<meta http-equiv=x content='text/html; charset=euc-kr'>\xb0\xa1",
            "<meta http-equiv=x content='text/html; charset=euc-kr'>가",
        ),
    ],
)
def test_bytes_are_decoded_as_they_say(data: bytes, text: str) -> None:
    assert decode_page(data) == text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"A title\n\n\xc4 text", "line 3: not UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "line 1: not UTF-8"),
        (b"\xff\xfe\x00", "utf-16-le"),
        (b'<meta charset="no-such-code">\xc4', "no-such-code"),
        (b'<meta charset="base64">\xc4', "base64"),
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes, why: str) -> None:
    with pytest.raises(UnreadablePage, match=why):
        decode_page(data)


def test_given_categories_win_over_those_of_a_file() -> None:
    page = read_page((PAGES / "bees.md").read_text(), format=PageFormat.MARKDOWN, categories=("Trams",))
    assert page.categories == ("Trams",)


def test_a_description_tells_what_was_found_and_what_was_left_out() -> None:
    page = read_page((PAGES / "observatories.txt").read_text(), format=PageFormat.PLAIN)
    told = describe(page)
    assert told.startswith("Title       Two island observatories agree")
    assert "Categories  News, Science" in told
    assert "line 1    category line: News Science (split by the words of a short first line)" in told
    assert "line 7    heading: One workshop for four mirrors (a short line of its own, 3 paragraphs under it)" in told
    assert "line 15   caption: " in told
    assert told.endswith(
        "Left out\n"
        "  line 35   Leave a Reply (words of the reply form)\n"
        "  line 37   Your email address will not be published. Required fields are marked * (words of the reply form)"
    )


def test_a_description_of_a_page_that_lost_nothing_says_so() -> None:
    told = describe(read_page("---\ntitle: x\ndate: 2024-05-17\n---\nText.", format=PageFormat.MARKDOWN))
    assert "Published   2024-05-17T00:00:00Z" in told
    assert "Categories  none found" in told
    assert told.endswith("Nothing was left out.")
