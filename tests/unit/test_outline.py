"""Does an article fall into its sections, and is nothing lost on the way?"""

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.articles.outline import Figure, Outline, read_outline
from app.ground.markup import render_article, text_of


def outline_of(html: str) -> Outline:
    return read_outline(render_article(html, format="html"))


def tree_of(outline: Outline) -> list[tuple[str, int, int | None]]:
    return [(section.heading, section.level, section.parent) for section in outline.sections]


@pytest.mark.parametrize(
    ("levels", "parents"),
    [
        ((), []),
        ((2,), [None]),
        ((2, 2), [None, None]),
        ((2, 3, 3, 2), [None, 0, 0, None]),
        ((2, 4, 3), [None, 0, 0]),
        ((4, 2), [None, None]),
        ((4, 3, 2, 3), [None, None, None, 2]),
        ((1, 2, 6, 1), [None, 0, 1, None]),
        ((2, 3, 4, 3, 4, 2), [None, 0, 1, 0, 3, None]),
    ],
)
def test_sections_nest_as_their_levels_do_whatever_is_skipped(
    levels: tuple[int, ...], parents: list[int | None]
) -> None:
    outline = outline_of("".join(f"<h{level}>Heading</h{level}>" for level in levels))
    assert [section.parent for section in outline.sections] == parents
    assert [section.level for section in outline.sections] == list(levels)
    assert [section.position for section in outline.sections] == list(range(len(levels)))


def test_a_section_holds_what_stands_under_it_without_its_subsections() -> None:
    outline = outline_of("<p>Lead</p><h2>One</h2><p>A <em>b</em></p><h3>Sub</h3><p>C</p><h2>Two</h2>")
    assert outline.lead == "<p>Lead</p>"
    assert [section.html for section in outline.sections] == ["<p>A <em>b</em></p>", "<p>C</p>", ""]
    assert [section.text for section in outline.sections] == ["A b", "C", ""]


def test_an_article_without_headings_is_all_lead() -> None:
    outline = outline_of("<p>Only this.</p>")
    assert (outline.lead, outline.html, outline.sections) == ("<p>Only this.</p>", "<p>Only this.</p>", ())


def test_an_empty_article_has_no_words_and_takes_no_time() -> None:
    outline = outline_of("")
    assert (outline.html, outline.lead, outline.words, outline.reading_minutes) == ("", "", 0, 0)


def test_the_whole_html_has_each_anchor_as_its_headings_id() -> None:
    outline = outline_of('<p>Lead</p><h2 lang="ko">첫째 <em>장</em></h2><p>A</p><h3 id="Second">Two</h3>')
    assert outline.html == (
        '<p>Lead</p><h2 id="첫째-장" lang="ko">첫째 <em>장</em></h2><p>A</p><h3 id="Second">Two</h3>'
    )


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote><h2>Quoted</h2><p>x</p></blockquote>",
        "<ul><li><h2>Listed</h2></li></ul>",
        "<table><tbody><tr><td><h2>In a cell</h2></td></tr></tbody></table>",
        "<h2></h2>",
        "<h2> \u200b\u00ad&nbsp; </h2>",
        '<h2><img src="a.png"></h2>',
        '<h2><img src="a.png" alt=" "></h2>',
    ],
)
def test_no_section_begins_at(html: str) -> None:
    outline = outline_of(f"<h2>Real</h2><p>Before</p>{html}<p>After</p>")
    assert [section.heading for section in outline.sections] == ["Real"]
    assert outline.sections[0].text.startswith("Before")
    assert outline.sections[0].text.endswith("After")


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("A <em>b</em><strong>c</strong>", "A bc"),
        ("Fish &amp; chips &lt;b&gt;", "Fish & chips <b>"),
        ("two<br>lines", "two lines"),
        ('<img src="a.png" alt="The harbour">', "The harbour"),
        ("<code>x</code>", "x"),
        ("🌊", "🌊"),
    ],
)
def test_a_heading_is_plain_text_in_one_line(heading: str, text: str) -> None:
    assert [section.heading for section in outline_of(f"<h2>{heading}</h2>").sections] == [text]


def test_headings_in_boxes_begin_sections_too() -> None:
    outline = outline_of("<div><section><h2>One</h2><div>a</div></section><section><h2>Two</h2></section></div>")
    assert tree_of(outline) == [("One", 2, None), ("Two", 2, None)]
    assert outline.sections[0].html == "<p>a</p>"


def test_an_id_stands_only_where_an_anchor_does() -> None:
    outline = outline_of('<h2 id="a">A</h2><blockquote><h3 id="a" lang="de">B</h3></blockquote><h2 id="e"></h2>')
    assert outline.html.count(" id=") == 1
    assert '<h3 lang="de">' in outline.html


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [("새벽 어시장", "새벽-어시장"), ("البئر القديمة", "البئر-القديمة"), ("🌊", "section"), ("It’s “new”", "its-new")],
)
def test_an_anchor_is_readable_in_its_headings_own_script(heading: str, anchor: str) -> None:
    assert outline_of(f"<h2>{heading}</h2>").sections[0].anchor == anchor


def test_twins_get_numbers() -> None:
    outline = outline_of("<h2>Notes</h2><h2>Notes</h2><h2>Notes 2</h2><h2>?</h2><h2>!</h2>")
    anchors = [section.anchor for section in outline.sections]
    assert anchors == ["notes", "notes-2", "notes-2-2", "section", "section-2"]


@pytest.mark.parametrize(
    ("html", "figure"),
    [
        (
            '<figure><img src="a.png" alt="Quay"><figcaption>The <em>quay</em></figcaption></figure>',
            Figure(src="a.png", alt="Quay", caption="The quay"),
        ),
        ("<figure><figcaption>Lost</figcaption></figure>", Figure(src=None, alt="", caption="Lost")),
        ('<figure><a href="/b"><img src="b.png"></a></figure>', Figure(src="b.png", alt="", caption="")),
        ('<p>Text <img src="c.png" alt="&quot;C&quot;"></p>', Figure(src="c.png", alt='"C"', caption="")),
        ('<figure><img src="d.png"><img src="e.png"></figure>', Figure(src="d.png", alt="", caption="")),
    ],
)
def test_a_figure_is(html: str, figure: Figure) -> None:
    assert outline_of(html).figures == (figure,)


def test_figures_in_a_figure_are_told_one_by_one() -> None:
    one, two = ('<figure><img src="1"><figcaption>I</figcaption></figure>', '<figure><img src="2"></figure>')
    assert [(it.src, it.caption) for it in outline_of(f"<figure>{one}{two}</figure>").figures] == [
        ("1", "I"),
        ("2", ""),
    ]


def test_words_count_headings_captions_and_text() -> None:
    outline = outline_of("<h2>One two</h2><p>three</p><figure><figcaption>four</figcaption></figure>")
    assert (outline.words, outline.reading_minutes) == (4, 1)


blocks = st.one_of(
    st.builds(lambda level, text: f"<h{level}>{escape(text)}</h{level}>", st.integers(1, 6), st.text(max_size=8)),
    st.text(max_size=20).map(lambda text: f"<p>{escape(text)}</p>"),
    st.sampled_from(
        [
            "<blockquote><h2>q</h2></blockquote>",
            "loose <b>text</b>",
            "<div><h3>boxed</h3>x</div>",
            "<ul><li>a<li>b</ul>",
            "<h2></h2>",
            "<pre>\n x\n  y</pre>",
            "<figure><img src=a alt=b><figcaption>c</figcaption></figure>",
        ]
    ),
)


@given(st.lists(blocks, max_size=10))
@settings(max_examples=60, deadline=None)
def test_lead_headings_and_sections_are_the_whole_text(written: list[str]) -> None:
    html = render_article("".join(written), format="html")
    outline = read_outline(html)
    parts = [text_of(outline.lead), *(part for each in outline.sections for part in (each.heading, each.text))]
    assert " ".join(parts).split() == text_of(html).split() == text_of(outline.html).split()
