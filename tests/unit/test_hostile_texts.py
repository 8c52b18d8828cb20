"""Is the work that a text makes bounded, whatever was typed?

A million calls take a third of a second on the machine where the limits were chosen.
"""

import pytest

from app.ground.markdown import COMMENT, comment_html, plain_html
from app.ground.markup import is_blank, links_in, render_comment, text_of
from tests.work import calls_of

LONGEST = 65_525
MOST_CALLS = 2_000_000


def filled(pattern: str) -> str:
    return (pattern * (LONGEST // len(pattern) + 1))[:LONGEST]


REPEATED = (
    "![", "[", "]", "[]", "[a](", "[a](<b", "[a][", "[[a](b)", "![[]()", "[a](http://b.c)", "[a](b \"",
    "[a]: b\n", "*", "*_", "*a_ ", "a**b", "**a *b ", "_a", "`", "`a", "<", "<a ", "<http://a>", "<http://",
    "&", "&amp;", "&#", "\\", "\\[", "http://", "http://a ", "http://a.b/(", "://", "www.", "www.a.b ",
    "a@b.c ", "a.", "\n", "a\n", "a\n\n", "- a\n", "- ", "1. ", ">", "> ", ">a\n", "- > ", "# a\n", "a\n=\n",
    "---\n", "```\n", "    a\n", "|a|b|\n|-|-|\n", "\0", "\ud800", "\u3164", " ", "\t", "가", "\U0001f600",
    "\u0301", "\u202e",
)  # fmt: skip

HOSTILE = {
    **{pattern: filled(pattern) for pattern in REPEATED},
    "one word": "a" * LONGEST,
    "nested links": "[" * 20_000 + "a" + "](http://b)" * 4_000,
    "nested images": "![" * 15_000 + "a" + "](b)" * 8_000,
    "nested lists": "\n".join("  " * depth + "- a" for depth in range(250)),
    "lists in quotations": ("- > " * 10 + "a\n") * 1_500,
    "a lazy quotation": ">" * 500 + "a\n" + "b\n" * 30_000,
    "growing code spans": " ".join("`" * length for length in range(1, 360)),
    "one address, many references": f"[a]: http://b.c/{'d' * 2_000}\n\n" + "[a]" * 20_000,
    "a list at the limit of lines": "- a\n" * (COMMENT.lines - 1),
    "marks at the limit": "*a " * (COMMENT.marks - 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_work_is_bounded_for(name: str) -> None:
    text = HOSTILE[name][:LONGEST]

    def show() -> None:
        html = render_comment(text)
        links_in(html)
        is_blank(html)
        text_of(html)

    assert calls_of(show) < MOST_CALLS


def test_no_text_grows_beyond_bounds() -> None:
    text = f"[a]: http://b.c/{'d' * 1_700}\n\n" + "[a]" * (COMMENT.marks // 2)
    assert len(render_comment(text)) < 20 * len(text)


@pytest.mark.parametrize(
    "text",
    [
        "a\n" * COMMENT.lines,
        ">" * 40 + " the deepest words",
        "- " * 20 + "the deepest words",
        "\n".join("  " * depth + "- item" for depth in range(40)),
    ],
)
def test_a_text_with_too_many_lines_or_levels_is_shown_as_typed(text: str) -> None:
    assert comment_html(text) == plain_html(text)
    assert text_of(render_comment(text)).split() == text.split()


def test_a_paragraph_without_marks_left_is_shown_as_typed_and_the_next_is_not() -> None:
    costly = "[*" * (COMMENT.marks // 2) + " http://example.org\nx"
    html = render_comment(f"*first*\n\n{costly}\n\n*last*")
    assert html.startswith("<p><em>first</em></p>\n<p>[*[*")
    assert html.rstrip().endswith("<br>\nx</p>\n<p><em>last</em></p>")
    assert links_in(html) == 1


def test_code_needs_no_marks() -> None:
    code = "x = a[*b] * `c` _d_\n" * 2_000
    assert render_comment(f"```\n{code}```\n\n*after*").rstrip().endswith("</code></pre>\n<p><em>after</em></p>")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
        ("a\nb\n\n\n c", "<p>a<br>\nb</p>\n<p> c</p>\n"),
        ("\n \n", ""),
        ("see www.example.org!", '<p>see <a href="https://www.example.org">www.example.org</a>!</p>\n'),
    ],
)
def test_a_text_as_typed_keeps_paragraphs_breaks_and_links(text: str, html: str) -> None:
    assert plain_html(text) == html
