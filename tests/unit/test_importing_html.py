"""What does an HTML page say of its article, and what on it is no part of that?"""

import re
from pathlib import Path

import pytest

from app.articles.importing import Found, ImportedPage, PageFormat, UnreadablePage, read_page

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
CODE = '<pre><code class="language-py x">a\n  b</code></pre>'
CANAL = (PAGES / "canal.html").read_text()


def html(text: str) -> ImportedPage:
    return read_page(text, format=PageFormat.HTML)


def found(page: ImportedPage, what: Found) -> list[str]:
    return [finding.text for finding in page.findings if finding.what is what]


def test_an_html_page_gives_its_data() -> None:
    page = html(CANAL)
    assert page.title == "The lock keeper's weather diary"
    assert page.standfirst == "Forty years of rain, in pencil."
    assert page.byline == "Oona Veldt"
    assert (page.categories, page.tags) == (("Waterways",), ("weather", "archives"))
    assert (page.language, page.format, page.slug) == ("en-GB", "html", None)
    assert page.published_at is not None
    assert page.published_at.isoformat() == "2024-02-03T06:30:00+00:00"


def test_an_html_page_gives_its_text_without_what_stands_around() -> None:
    page = html(CANAL)
    assert found(page, Found.HEADING) == ["Why pencil", "A line from January", "What the county does with it"]
    assert re.findall(r"<([a-z0-9]+)", page.body) == [
        *("p", "p", "h2", "p", "strong", "a", "p", "figure", "img", "figcaption"),
        *("h3", "blockquote", "p", "h2", "table", "tbody", "tr", "th", "th", "tr", "td", "td", "p", "a"),
    ]
    assert not re.search("onclick|javascript|color: red|track|Subscribe|Lovely|Canal Post|Reply|published", page.body)


def test_everything_that_an_html_page_lost_is_reported() -> None:
    gone = "\n".join(found(html(CANAL), Found.LEFT_OUT))
    for words in (
        "<script> × 1",
        "<style> × 1",
        "Skip to content",
        "Home Locks",
        "3 February 2024",
        "Subscribe",
        "Name * Post Comment",
        "2 Comments Lovely.",
        "© Canal Post",
        "Leave a Reply",
        "Required fields",
        "Read also: The ferry",
    ):
        assert words in gone


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("<h1>A title</h1><p>Text.", "A title", "<p>Text.</p>"),
        ("<title>A title</title><p>Text.</p>", "A title", "<p>Text.</p>"),
        ("<title>A – B</title><meta property=og:site_name content=B><p>Text.", "A", "<p>Text.</p>"),
        ("<meta property=og:title content=Social><title>Tab</title><p>Text.", "Social", "<p>Text.</p>"),
        ("<h1>Site</h1><article><h1>Story</h1><p>Text.</article>", "Story", "<p>Text.</p>"),
        ("<article><p>Teaser.</article><article><h1>Story</h1><p>T.</article>", "Story", "<p>T.</p>"),
        ("<h1>Story</h1><div role=main><p>Text.</div>", "Story", "<p>Text.</p>"),
        ("<form><h1>Story</h1><p>Text.<input></form>", "Story", "<h1>Story</h1><p>Text.</p>"),
        ("<header>Site</header><h1>Story</h1><p>Text.", "Story", "<p>Text.</p>"),
        (f"<h1>A</h1>{CODE}", "A", CODE),
        ("<h1>A</h1><h2>Leave a comment</h2><p>How?", "A", "<h2>Leave a comment</h2><p>How?</p>"),
        ("<h1>A</h1><p>Text.</p><h2>Leave a comment</h2>", "A", "<p>Text.</p>"),
        ("<h1>A</h1><p>1 < 2 &amp; 3</p><p hidden>no</p><div><p> </p></div>", "A", "<p>1 &lt; 2 &amp; 3</p>"),
    ],
)
def test_title_and_text_of_a_fragment_are_found(text: str, title: str, body: str) -> None:
    page = html(text)
    assert page.title == title
    assert page.body == body.replace("<h1>Story</h1>", "")


def test_categories_and_author_are_read_from_marked_links_too() -> None:
    page = html(
        '<article><h1>A</h1><p class="entry-meta"><a rel="author" href="/o">Oona</a> '
        '<time datetime="2024-02-03">3 Feb</time>'
        '<a rel="category tag" href="/n">News</a> <a rel="tag" href="/t">ice</a></p><p>Text.</p></article>'
    )
    assert (page.byline, page.categories, page.tags) == ("Oona", ("News",), ("ice",))
    assert page.published_at is not None
    assert page.body == "<p>Text.</p>"


@pytest.mark.parametrize("date", ["yesterday", "0001-01-01T00:00:00+14:00"])
def test_a_date_of_an_html_page_that_cannot_be_read_is_reported(date: str) -> None:
    page = html(f'<h1>A</h1><time datetime="{date}">x</time>')
    assert page.published_at is None
    assert found(page, Found.LEFT_OUT) == [date]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<p>Text.</p>", "no title"),
        ("Text without any mark.", "no title"),
        ("<h1> </h1><title></title>", "no title"),
        ("<h1>A</h1>\n" + "<div>" * 5000, "line 2: more than 500 elements"),
    ],
    ids=["no title", "no HTML", "empty title", "too deep"],
)
def test_html_that_is_no_article_is_refused(text: str, why: str) -> None:
    with pytest.raises(UnreadablePage, match=why):
        html(text)


@pytest.mark.parametrize(
    "text", ["<p " * 100_000, "<!--" * 100_000, "<!--x>" * 100_000, "<p>x" * 3_000, "<![CDATA[" * 50_000]
)
def test_broken_html_is_read_in_time(text: str) -> None:
    assert html(f"<h1>A title</h1>{text}").title == "A title"


def test_an_html_page_without_text_says_so() -> None:
    assert found(html("<h1>A title</h1><nav>Home</nav>"), Found.EMPTY) == ["A title"]
