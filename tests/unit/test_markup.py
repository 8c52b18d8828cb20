"""What may a reader write, and what does a page show for it?"""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.ground.markup import is_blank, links_in, render_comment, text_of
from tests.work import calls_of

REL = 'rel="nofollow ugc noopener"'


def link(href: str, text: str) -> str:
    return f'<a href="{href}" {REL}>{text}</a>'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Plain.", "<p>Plain.</p>"),
        ("*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>"),
        ("one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>"),
        ("one\r\ntwo\rthree", "<p>one<br>\ntwo<br>\nthree</p>"),
        ("> quoted\n\n- a\n- b", "<blockquote>\n<p>quoted</p>\n</blockquote>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("7. a\n8. b", '<ol start="7">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("a\n\n***\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("    two < 3\n", "<pre><code>two &lt; 3\n</code></pre>"),
        ("```\n*a*\n```", "<pre><code>*a*\n</code></pre>"),
        ("0", "<p>0</p>"),
        ("a\0b", "<p>a\ufffdb</p>"),
        ("a\ud800b", "<p>a\ufffdb</p>"),
    ],
)
def test_a_reader_writes_commonmark_in_which_line_breaks_show(source: str, html: str) -> None:
    assert render_comment(source).strip() == html


BEGINNINGS = st.sampled_from([*"aZé가ש\"'(“¿", "- ", "1. ", "# ", "> ", "=", "    ", "0", "."])
PIECES = st.sampled_from([*"ab9 .,:;!?\"'()@/#>=+-|~^]}\t\x0b\x85\u2028é가ש", "www.a.b", "http://a.b/c?d=e", "  "])
MARKED = ("*b*", "_b_", "`b`", "\\.", "[b](http://c)", "![b](http://c)", "<http://c>", "<b>", "&copy;")
LINES = st.builds(lambda begin, rest: begin + "".join(rest), BEGINNINGS, st.lists(PIECES, max_size=8))


@given(
    st.lists(LINES, min_size=1, max_size=4),
    st.sampled_from(["\n", "\n\n", "\n\n\n", "\r\n", " \n"]),
    st.sampled_from(["", "\n", " \n\n\t", "\x0b", "\n\n\x0b"]),
)
@example(['See www.a.b, it\'s "good".', "- and more"], "\n", "")
@example(["A title", "="], "\n", "")
@example(["A line ", "and one more\t"], "\n", "")
def test_a_text_that_is_not_read_at_all_looks_as_if_it_had_been(lines: list[str], between: str, last: str) -> None:
    text = between.join(lines) + last
    assume("~~~" not in text)
    # What follows has a mark, so with it the whole is read.
    assert render_comment(f"{text}\n\n*more*") == f"{render_comment(text)}<p><em>more</em></p>\n"


@pytest.mark.parametrize("mark", MARKED)
def test_a_mark_is_read_wherever_it_stands(mark: str) -> None:
    read = render_comment(mark).removeprefix("<p>").removesuffix("</p>\n")
    assert read != mark
    assert render_comment(f"a {mark}") == f"<p>a {read}</p>\n"
    assert render_comment(f"a {mark} c.\nd") == f"<p>a {read} c.<br>\nd</p>\n"
    assert render_comment(f"a\n\nb {mark} c") == f"<p>a</p>\n<p>b {read} c</p>\n"


def test_a_text_without_marks_is_not_read_at_all() -> None:
    text = 'A stone, it\'s said, "rolls" (or not).\nSee www.example.org!\n\nThat was all. ' * 3
    assert calls_of(lambda: render_comment(text)) * 4 < calls_of(lambda: render_comment(f"{text}*"))


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<!-- x -->", "<p>&lt;!-- x --&gt;</p>"),
        ("&lt;b&gt; &copy; &#0;", "<p>&lt;b&gt; © \ufffd</p>"),
    ],
)
def test_raw_html_is_text(source: str, html: str) -> None:
    assert render_comment(source).strip() == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# Title", "<p><strong>Title</strong></p>"),
        ("Title\n---", "<p><strong>Title</strong></p>"),
        ("### *Deep* one ###", "<p><strong><em>Deep</em> one</strong></p>"),
        ("#", "<p></p>"),
    ],
)
def test_a_heading_is_a_bold_paragraph(source: str, html: str) -> None:
    assert render_comment(source).strip() == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (r"\o/", r"<p>\o/</p>"),
        (r"C:\Users\new", r"<p>C:\Users\new</p>"),
        (r"\*not bold\*", "<p>*not bold*</p>"),
        (r"C:\_build", "<p>C:_build</p>"),
        (r"`C:\_build`", r"<p><code>C:\_build</code></p>"),
    ],
)
def test_a_backslash_goes_in_front_of_punctuation_only(source: str, html: str) -> None:
    assert render_comment(source).strip() == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("[a](https://example.org)", link("https://example.org", "a")),
        ('[a](https://example.org "title")', link("https://example.org", "a")),
        ("<https://example.org>", link("https://example.org", "https://example.org")),
        ("[a]\n\n[a]: https://example.org", link("https://example.org", "a")),
        ("see https://example.org/a_b_c.", f"see {link('https://example.org/a_b_c', 'https://example.org/a_b_c')}."),
        ("**https://example.org/a**", f"<strong>{link('https://example.org/a', 'https://example.org/a')}</strong>"),
        ("[see https://example.org/a](https://example.org)", link("https://example.org", "see https://example.org/a")),
        ("`https://example.org`", "<code>https://example.org</code>"),
        (
            '[a](<https://example.org/a b"c>)',
            link("https://example.org/a%20b%22c", "a"),
        ),
    ],
)
def test_links_are_marked_as_a_readers(source: str, html: str) -> None:
    assert render_comment(source).strip() == f"<p>{html}</p>"


@pytest.mark.parametrize(
    "source",
    [
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html,x)",
        "[a](mailto:ann@example.org)",
        "[a](/relative)",
        "[a](//example.org)",
        "[a](#fragment)",
        "[a](https:/example)",
        "<ann@example.org>",
        "ann@example.org",
        "<javascript:alert(1)>",
        "http:// alone and www. alone",
        "[a]\n\n[a]: javascript:alert(1)",
    ],
)
def test_nothing_is_a_link_but_to_http_and_https(source: str) -> None:
    assert "<a" not in render_comment(source)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("![A cat](https://example.org/cat.png)", link("https://example.org/cat.png", "A cat")),
        ("![*A* `cat`](https://example.org/cat.png)", link("https://example.org/cat.png", "A cat")),
        ("![](https://example.org/cat.png)", link("https://example.org/cat.png", "https://example.org/cat.png")),
        ("[![A cat](https://example.org/c.png)](https://example.org)", link("https://example.org", "A cat")),
        ("![A cat](cat.png)", "![A cat](cat.png)"),
    ],
)
def test_an_image_is_a_link_to_it(source: str, html: str) -> None:
    assert render_comment(source).strip() == f"<p>{html}</p>"


@pytest.mark.parametrize(
    ("info", "attributes"),
    [
        ("python", ' class="language-python"'),
        ("c++", ' class="language-c++"'),
        ("python title=x", ' class="language-python"'),
        ("", ""),
        ('"><script>', ""),
        ("x" * 40, ""),
        ("한국어", ""),
    ],
)
def test_a_code_block_names_its_language_and_has_no_other_class(info: str, attributes: str) -> None:
    assert render_comment(f"```{info}\nx\n```").strip() == f"<pre><code{attributes}>x\n</code></pre>"


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("none", 0),
        ("https://example.org and www.example.org and [a](https://example.org)", 3),
        ("`https://example.org`", 0),
        ("![](https://example.org/a.png)", 1),
        ("[a](javascript:x)", 0),
        ("https://example.org/" + "x" * 3_000, 1),
    ],
)
def test_links_are_counted_bare_ones_too(source: str, count: int) -> None:
    assert links_in(render_comment(source)) == count


def test_what_looks_like_a_link_in_a_text_is_not_counted() -> None:
    assert links_in(render_comment('<a href="https://x">')) == 1  # the bare one in it, not the tag


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>a</p><p>b</p>", "a\nb"),
        ("<p>vi<strong>ag</strong>ra</p>", "viagra"),
        ("<p>one<br>two</p>", "one\ntwo"),
        ("<p>&lt;b&gt; &amp;amp;</p>", "<b> &amp;"),
        ('<p><a href="https://x">y</a></p>', "y"),
        ("<ul>\n<li>a</li>\n<li><p>b</p>\n</li></ul>", "a\nb"),
        ("<pre><code>a\n\n  b\n</code></pre>", "a\nb"),
    ],
)
def test_the_text_of_html_keeps_words_whole_and_lines_apart(html: str, text: str) -> None:
    assert text_of(html) == text


@pytest.mark.parametrize(
    "source",
    [
        "",
        " \n\t ",
        "\u00a0\u3000",
        "\u200b\u200d\u2060\ufeff",
        "\u202e\u2066\u2069",
        "\u00ad",
        "\u3164\uffa0\u115f",
        "\u2800",
        "\ufe0f\U000e0020",
        "&nbsp;&#8203;",
        "[label]: https://example.org",
        "#",
        ">",
        "-\n-",
        "***",
        "```\n```",
        "[](https://example.org)",
        "**\u200b**",
    ],
)
def test_a_comment_is_blank_that_says_nothing(source: str) -> None:
    assert is_blank(render_comment(source))


@pytest.mark.parametrize(
    "source", ["0", ".", "\u200b!", "👍", "`x`", "![](https://example.org/a.png)", "\u0301", "<b>"]
)
def test_a_comment_is_not_blank_that_says_something(source: str) -> None:
    assert not is_blank(render_comment(source))
