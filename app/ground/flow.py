"""How does HTML with boxes in boxes become a plain row of blocks?

Editors paste from systems that wrap everything in `<div>`, `<section>` or a `<b>` around the whole page. An
article's headings must stand at the top for it to fall into sections, so every wrapper goes, and words that
stood loose in one, or at the top, become a paragraph.
"""

import re
from collections.abc import Sequence

from app.ground.tags import IN_LINE, Kind, Tag, tags

WRAPPERS = frozenset(
    {"address", "article", "aside", "center", "details", "div", "fieldset", "footer", "form", "header", "hgroup"}
    | {"main", "nav", "section", "summary"}
)
DEEPEST = 100
MOST_FORMATS = 10

_WRITTEN_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# They end where the next one begins, or never: how deep they stand, the elements around them tell.
_NEED_NO_END = frozenset(
    {"area", "br", "col", "colgroup", "dd", "dt", "hr", "img", "input", "li", "link", "meta", "option", "p", "source"}
    | {"tbody", "td", "tfoot", "th", "thead", "tr", "wbr"}
)
# What HTML calls formatting elements (13.2.4.3).
_FORMATS = frozenset({"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"})


def without_depths(html: str) -> str:
    """The same HTML, as somebody wrote it, without what begins deeper than 100 levels, or in more than 10 formats.

    Cleaning takes time by the square of the depth: half a megabyte of nested lists keeps a core busy for a minute. A
    format that does not end is begun again in every later paragraph.
    """
    boxes: list[str] = []
    formats: list[str] = []
    pieces: list[str] = []
    position = 0
    for match in _WRITTEN_TAG.finditer(html):
        name = match[2].lower()
        if name in _NEED_NO_END:
            continue
        open_names, most = (formats, MOST_FORMATS) if name in _FORMATS else (boxes, DEEPEST)
        if match[1] or name == "a":  # a link ends where the next one begins
            _close(open_names, name)
        if match[1]:
            continue
        if len(open_names) < most:
            open_names.append(name)
        else:
            pieces += [html[position : match.start()], "<meta"]  # which holds nothing, and is cleaned away
            position = match.end()
    return "".join([*pieces, html[position:]])


def _close(open_names: list[str], name: str) -> None:
    """The innermost of that name. A box closes those inside it; a format goes on after the one around it."""
    if name not in open_names:
        return
    innermost = len(open_names) - 1 - open_names[::-1].index(name)
    del open_names[innermost : innermost + 1 if name in _FORMATS else None]


def row_of_blocks(html: str) -> str:
    """Cleaned HTML without its wrappers."""
    found = list(tags(html))
    row = _Row(html, _wrappers(found))
    for number, tag in enumerate(found):
        row.take(number, tag)
    return row.finished()


def _wrappers(found: Sequence[Tag]) -> frozenset[int]:
    """Which opening tags are wrappers: those named above, and what stands in a line but has blocks in it."""
    wrappers: set[int] = set()
    around: list[int] = []
    in_line: list[int] = []  # those of them in which no block was found yet
    for number, tag in enumerate(found):
        if tag.kind is Kind.CLOSING:
            if around.pop() in in_line[-1:]:
                in_line.pop()
            continue
        if tag.name not in IN_LINE:
            wrappers.update(in_line)
            in_line.clear()
        if tag.name in WRAPPERS:
            wrappers.add(number)
        if tag.kind is Kind.OPENING:
            around.append(number)
            in_line += [number] if tag.name in IN_LINE else []
    return frozenset(wrappers)


class _Row:
    """The row of blocks as it grows, tag by tag."""

    def __init__(self, html: str, wrappers: frozenset[int]) -> None:
        self._html, self._wrappers = html, wrappers
        self._pieces: list[str] = []
        self._wraps = [True]  # whether each open element is a wrapper; the page itself is one
        self._in_paragraph = False
        self._position = 0

    def take(self, number: int, tag: Tag) -> None:
        self._take_text(tag.start)
        self._position = tag.end
        if tag.kind is Kind.CLOSING:
            self._take_end(tag)
        elif number in self._wrappers:
            self._end_paragraph()
            self._wraps.append(True)
        else:
            self._take_beginning(tag)

    def finished(self) -> str:
        self._take_text(len(self._html))
        self._end_paragraph()
        return "".join(self._pieces).strip()

    def _take_text(self, end: int) -> None:
        text = self._html[self._position : end]
        if self._wraps[-1] and text.strip():
            self._begin_paragraph()
        self._pieces.append(text)

    def _take_beginning(self, tag: Tag) -> None:
        if tag.name == "br" and self._wraps[-1] and not self._in_paragraph:
            return
        if self._wraps[-1] and tag.name in IN_LINE:
            self._begin_paragraph()
        elif self._wraps[-1]:
            self._end_paragraph()
        self._pieces.append(self._html[tag.start : tag.end])
        if tag.kind is Kind.OPENING:
            self._wraps.append(False)

    def _take_end(self, tag: Tag) -> None:
        if self._wraps.pop():
            self._end_paragraph()
        else:
            self._pieces.append(self._html[tag.start : tag.end])

    def _begin_paragraph(self) -> None:
        if not self._in_paragraph:
            self._pieces.append("<p>")
            self._in_paragraph = True

    def _end_paragraph(self) -> None:
        if self._in_paragraph:
            self._pieces.append("</p>\n")
            self._in_paragraph = False
