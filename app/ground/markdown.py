"""What HTML does Markdown stand for, at a price that is known before it is paid?

Nothing here is safe to show yet: `markup` cleans what comes out.

Reading costs up to some 40 microseconds for every mark (a character that could begin or end markup), and
looks at each line again for every level it stands at. So the marks, lines and levels of a text have limits,
far above what people write. A paragraph for which no marks are left is shown as it was typed, and so is a
text with too many lines or levels: line breaks and bare links still work, and nothing is lost, where the
parser alone would drop what stands too deep.

Most comments have nothing in them that Markdown reads. They too are shown as typed, which comes to the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from app.ground.barelinks import BEGINNING, LONGEST_URL, bare_link_at, bare_links


@dataclass(frozen=True, slots=True, kw_only=True)
class Affordable:
    """The most that is read as Markdown in one text, and the most characters of HTML for one of Markdown."""

    marks: int
    lines: int
    levels: int
    growth: int = 12  # more than `www.a.b` grows; many short references to one long address grow a hundredfold


COMMENT = Affordable(marks=6_000, lines=3_000, levels=12)
ARTICLE = Affordable(marks=100_000, lines=60_000, levels=60)

_MARK = re.compile(rf"[\n\\`*_~!\[\]&<]|{BEGINNING}", re.IGNORECASE)
# A line that begins with a letter, or with what opens a sentence, and is without marks and space at its end.
_PLAIN_LINE = r"""(?:[^\W\d_]|["'(\u2018\u201c\u00a1\u00bf])(?:[^\n\\`*_\[<&]*[^\s\\`*_\[<&])?+"""
_PLAIN = re.compile(rf"{_PLAIN_LINE}(?:\n\n?{_PLAIN_LINE})*+")
_BETWEEN_PARAGRAPHS = re.compile(r"\n\s*\n")
_NOT_IN_ADDRESSES = re.compile(r'[\x00-\x20"<>\\^`{|}\x7f]')
_WEB_ADDRESS = re.compile(r"https?://[^/]", re.IGNORECASE)
_WISHED_ANCHOR = re.compile(r"(?<!\s)\s*+\{#([^\s{}]+)\}\Z")


class TooCostly(Exception):
    """A text has more of something than is affordable."""


def comment_html(source: str) -> str:
    r"""A reader's text: CommonMark, with three differences: every line break shows, as in WordPress; a
    heading is a bold paragraph, since the page's outline is not the reader's; an image is a link to it.

    Raw HTML is text. Links lead to http and https only. A backslash goes where CommonMark has it go, in front
    of ASCII punctuation, so `\o/` keeps its arm.
    """
    text = _with_plain_line_ends(source)
    plain = text.rstrip(" \t\n")
    return plain_html(plain) if _PLAIN.fullmatch(plain) else _html(_COMMENT, COMMENT, text)


def article_html(source: str) -> str:
    """An editor's text: CommonMark with raw HTML, tables and ~~struck~~ words.

    `## Heading {#anchor}` wishes for an anchor. An image with a title, alone in its paragraph, is a figure
    with that title as its caption.
    """
    return _html(_ARTICLE, ARTICLE, _with_plain_line_ends(source))


def plain_html(text: str) -> str:
    """A text as it was typed: its paragraphs, line breaks and bare links."""
    paragraphs = (part.strip("\n") for part in _BETWEEN_PARAGRAPHS.split(text))
    return "".join(f"<p>{_plain_inline(part)}</p>\n" for part in paragraphs if part.strip())


def _plain_inline(text: str) -> str:
    return "".join(_plain_pieces(text)).replace("\n", "<br>\n")


def _plain_pieces(text: str) -> Iterator[str]:
    position = 0
    for link in bare_links(text):
        yield escape(text[position : link.start])
        yield f'<a href="{escape(link.href)}">{escape(link.typed)}</a>'
        position = link.end
    yield escape(text[position:])


def _with_plain_line_ends(source: str) -> str:
    return source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def _html(parser: MarkdownIt, affordable: Affordable, text: str) -> str:
    try:
        if text.count("\n") >= affordable.lines:
            raise TooCostly("lines")
        html = str(parser.render(text, {"affordable": affordable}))
        if len(html) > affordable.growth * len(text) + 1_000:
            raise TooCostly("growth")
        return html
    except TooCostly:
        return plain_html(text)


# --- What is added to the parser ----------------------------------------------------------------------


def _refuse_depth(state: StateCore) -> None:
    deepest = max((token.level for token in state.tokens), default=0)
    if deepest >= state.md.options.maxNesting - 1:
        raise TooCostly("levels")


def _read_paragraphs(state: StateCore) -> None:
    """In place of the parser's own rule: each paragraph is paid for in marks before it is read."""
    marks_left = state.env["affordable"].marks
    for token in state.tokens:
        if token.type != "inline":
            continue
        marks = sum(1 for _ in _MARK.finditer(token.content))
        if marks > marks_left:
            token.children = [Token("html_inline", "", 0, content=_plain_inline(token.content))]
            continue
        marks_left -= marks
        token.children = []
        state.md.inline.parse(token.content, state.md, state.env, token.children)


def _skip_to_mark(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's own signature
    """In place of the parser's own rule, which stops at what is no mark here, and not at bare links."""
    mark = _MARK.search(state.src, state.pos, state.posMax)
    end = mark.start() if mark else state.posMax
    if end == state.pos:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


def _read_bare_link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's own signature
    if state.linkLevel or state.src[state.pos] not in "hHwW":
        return False
    link = bare_link_at(state.src, state.pos)
    if link is None or link.end > state.posMax:
        return False
    if not silent:
        state.push("link_open", "a", 1).attrSet("href", link.href)
        state.push("text", "", 0).content = link.typed
        state.push("link_close", "a", -1)
    state.pos = link.end
    return True


def _read_wished_anchors(state: StateCore) -> None:
    for heading, text in zip(state.tokens, state.tokens[1:], strict=False):
        wish = heading.type == "heading_open" and _WISHED_ANCHOR.search(text.content)
        if wish:
            heading.attrSet("id", wish[1])
            text.content = text.content[: wish.start()]


def _show_headings_as_bold_paragraphs(state: StateCore) -> None:
    for heading, text, end in _runs_of_three(state.tokens):
        if heading.type == "heading_open":
            heading.tag = end.tag = "p"
            strong = Token("strong_open", "strong", 1), Token("strong_close", "strong", -1)
            text.children = [strong[0], *text.children, strong[1]] if text.children else []


def _show_images_as_links(state: StateCore) -> None:
    for token in state.tokens:
        if token.children:
            token.children = list(_with_links_for_images(state, token.children))


def _with_links_for_images(state: StateCore, tokens: list[Token]) -> Iterator[Token]:
    """An image inside a link cannot be a second link: only its name is left of it."""
    links = 0
    for token in tokens:
        links += token.nesting if token.tag == "a" else 0
        if token.type != "image":
            yield token
            continue
        address = str(token.attrs["src"])
        name = _RENDERER.renderInlineAsText(token.children, state.md.options, state.env)
        link = Token("link_open", "a", 1, attrs={"href": address}), Token("link_close", "a", -1)
        text = Token("text", "", 0, content=name if name.strip() else address)
        yield from [text] if links else [link[0], text, link[1]]


def _show_titled_images_as_figures(state: StateCore) -> None:
    for paragraph, text, end in _runs_of_three(state.tokens):
        image = text.children[0] if text.children else None
        if paragraph.type != "paragraph_open" or paragraph.hidden or not image:
            continue
        if image.type == "image" and "title" in image.attrs and len(text.children or []) == 1:
            paragraph.tag = end.tag = "figure"
            caption = Token("text", "", 0, content=str(image.attrs.pop("title")))
            text.children = [
                image,
                Token("caption_open", "figcaption", 1),
                caption,
                Token("caption_close", "figcaption", -1),
            ]


def _align_cells_without_style(state: StateCore) -> None:
    """A page whose policy forbids inline styles would lose them."""
    for token in state.tokens:
        style = str(token.attrs.pop("style", "")) if token.tag in ("th", "td") else ""
        if style:
            token.attrSet("align", style.removeprefix("text-align:"))


def _runs_of_three(tokens: list[Token]) -> Iterator[tuple[Token, Token, Token]]:
    """Every leaf with text is an opening token, its text, and a closing one."""
    return zip(tokens, tokens[1:], tokens[2:], strict=False)


class _Parser(MarkdownIt):
    def __init__(self, affordable: Affordable, *, html: bool, breaks: bool) -> None:
        super().__init__("commonmark", {"maxNesting": affordable.levels, "html": html, "breaks": breaks})
        self.core.ruler.after("block", "refuse_depth", _refuse_depth)
        self.core.ruler.at("inline", _read_paragraphs)
        self.inline.ruler.at("text", _skip_to_mark)
        self.inline.ruler.after("text", "bare_link", _read_bare_link)

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the parser's own name
        """As it was written, but for what no address may have. The parser's own way takes ten times as long."""
        return _NOT_IN_ADDRESSES.sub(lambda match: f"%{ord(match[0]):02X}", url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - the parser's own name
        return link

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's own name
        return len(url) <= LONGEST_URL and super().validateLink(url)


class _CommentParser(_Parser):
    def __init__(self) -> None:
        super().__init__(COMMENT, html=False, breaks=True)
        self.core.ruler.push("bold_headings", _show_headings_as_bold_paragraphs)
        self.core.ruler.push("linked_images", _show_images_as_links)

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's own name
        return bool(_WEB_ADDRESS.match(url)) and super().validateLink(url)


class _ArticleParser(_Parser):
    def __init__(self) -> None:
        super().__init__(ARTICLE, html=True, breaks=False)
        self.enable(["table", "strikethrough"])
        self.core.ruler.before("inline", "wished_anchors", _read_wished_anchors)
        self.core.ruler.push("figures", _show_titled_images_as_figures)
        self.core.ruler.push("aligned_cells", _align_cells_without_style)


_RENDERER = RendererHTML()
_COMMENT, _ARTICLE = _CommentParser(), _ArticleParser()
