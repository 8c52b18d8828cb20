"""What may an editor write, in Markdown and in HTML, and what is left of it?"""

from itertools import accumulate
from typing import Literal

import pytest

from app.ground.markup import render_article, text_of
from app.ground.tags import Kind, tags


def rendered(source: str, format: Literal["markdown", "html"]) -> str:  # noqa: A002 (the article's field)
    return render_article(source, format=format)


def deepest_of(html: str) -> int:
    steps = {Kind.OPENING: 1, Kind.VOID: 0, Kind.CLOSING: -1}
    return max(accumulate(steps[tag.kind] for tag in tags(html)))


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("## Old *nets*", "<h2>Old <em>nets</em></h2>"),
        ("## Old nets {#Nets_1}", '<h2 id="Nets_1">Old nets</h2>'),
        ("Old nets {#nets}\n---", '<h2 id="nets">Old nets</h2>'),
        ("## Set {a}", "<h2>Set {a}</h2>"),
        ("Not a heading {#x}", "<p>Not a heading {#x}</p>"),
        ("one\ntwo", "<p>one\ntwo</p>"),
        ("~~old~~", "<p><s>old</s></p>"),
        ("https://example.org", '<p><a href="https://example.org">https://example.org</a></p>'),
        ("[m](mailto:ann@example.org)", '<p><a href="mailto:ann@example.org">m</a></p>'),
        ("[r](/a) [f](#b)", '<p><a href="/a">r</a> <a href="#b">f</a></p>'),
        (
            '![Quay](quay.png "The *quay*")',
            '<figure><img src="quay.png" alt="Quay"><figcaption>The *quay*</figcaption></figure>',
        ),
        ("![Quay](quay.png)", '<p><img src="quay.png" alt="Quay"></p>'),
        ('See ![Quay](quay.png "t")', '<p>See <img src="quay.png" alt="Quay" title="t"></p>'),
        ("a <kbd>x</kbd>", "<p>a <kbd>x</kbd></p>"),
        ('<div class="x">raw</div>', "<p>raw</p>"),
        ("<script>alert(1)</script>\n\nafter", "<p>after</p>"),
        ("```js\nx\n```", '<pre><code class="language-js">x\n</code></pre>'),
    ],
)
def test_an_editor_writes_markdown(source: str, html: str) -> None:
    assert rendered(source, "markdown").strip() == html


def test_a_table_keeps_its_columns_alignment_without_styles() -> None:
    html = rendered("|a|b|\n|:-:|-:|\n|1|2|", "markdown")
    assert '<th align="center">a</th>' in html
    assert '<td align="right">2</td>' in html
    assert "style" not in html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ('<h2 id="a" class="b" onclick="c">H</h2>', '<h2 id="a">H</h2>'),
        ('<p id="a" lang="ko" dir="ltr" style="x">P</p>', '<p lang="ko" dir="ltr">P</p>'),
        ('<img src="a.png" alt="A" width="3" height="4" loading="lazy" onerror="x">',
         '<p><img src="a.png" alt="A" width="3" height="4" loading="lazy"></p>'),
        ('<img src="data:image/png;base64,x" alt="A">', '<p><img alt="A"></p>'),
        ('<img src="mailto:a@example.org" alt="A">', '<p><img alt="A"></p>'),
        ('<img src="//example.org/a.png">', '<p><img src="//example.org/a.png"></p>'),
        ('<a href="javascript:x">j</a>', "<p><a>j</a></p>"),
        ('<a href="https://example.org" target="_blank" rel="x">a</a>', '<p><a href="https://example.org">a</a></p>'),
        ("<style>x</style><iframe src='x'>y</iframe><svg><a>z</a></svg>t", "<p>t</p>"),
        ("<!-- c --><p>x</p>", "<p>x</p>"),
        ('<td align="center" colspan="2">x</td>', "<p>x</p>"),
        ("<title>T</title><body><p>x</p></body>", "<p>x</p>"),
    ],
)  # fmt: skip
def test_html_is_cleaned(source: str, html: str) -> None:
    assert rendered(source, "html").strip() == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<p>a</p>\n<p>b</p>", "<p>a</p>\n<p>b</p>"),
        ("loose", "<p>loose</p>"),
        (
            "loose <em>words</em> here<ul><li>x</li></ul>tail",
            "<p>loose <em>words</em> here</p>\n<ul><li>x</li></ul><p>tail</p>",
        ),
        ("<div>a</div><div>b</div>", "<p>a</p>\n<p>b</p>"),
        ("<div><h2>H</h2><p>x</p></div>", "<h2>H</h2><p>x</p>"),
        ('<b id="docs"><p>p</p><h2>H</h2></b>', "<p>p</p><h2>H</h2>"),
        ('<a href="/x"><h2>H</h2></a>', "<h2>H</h2>"),
        ("<ul><li><div>a</div></li></ul>", "<ul><li><p>a</p>\n</li></ul>"),
        ("<blockquote>a<div>b</div></blockquote>", "<blockquote>a<p>b</p>\n</blockquote>"),
        ("<div>a<br>b</div><br>", "<p>a<br>b</p>"),
        ("<custom-box><p>x</p></custom-box>", "<p>x</p>"),
    ],
)
def test_an_article_is_a_row_of_blocks(source: str, html: str) -> None:
    assert rendered(source, "html").strip() == html


@pytest.mark.parametrize("element", ["div", "blockquote", "em", "ul><li", "table><tr><td", "pre", "unknown"])
def test_what_stands_too_deep_loses_its_boxes_and_no_words(element: str) -> None:
    html = rendered(f"<{element}>" * 5_000 + "deep", "html")
    assert text_of(html) == "deep"
    assert deepest_of(html) < 500


def test_paragraphs_and_items_without_end_tags_are_not_deep() -> None:
    html = rendered("<ul>" + "<li>x" * 500 + "</ul>" + "<p>y" * 500, "html")
    assert (html.count("<li>"), html.count("<p>")) == (500, 500)


def test_boxes_that_end_are_not_deep() -> None:
    assert rendered("<blockquote>x</blockquote></em></i>" * 500, "html").count("<blockquote>") == 500


def test_formats_that_never_end_do_not_fill_every_paragraph() -> None:
    formats = "".join(f"<em lang='x-{number}'>" for number in range(500))
    assert rendered(formats + "<p>x" * 100, "html").count("<em") < 2_000


def test_links_that_never_end_stay_links() -> None:
    assert rendered("<p><a href='/x'>x</p>" * 50, "html").count("<a href") == 50
