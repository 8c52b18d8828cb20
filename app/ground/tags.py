"""How is HTML read again that `markup` has cleaned?

Cleaned HTML closes every element, writes names in small letters, quotes every value with `"` and escapes `<`,
`>` and `&` in texts and values, so one pattern is all the parser it needs.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from html import unescape
from typing import NamedTuple

_TAG = re.compile(r"<(?P<slash>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>[^>]*)>")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')

VOID = frozenset({"br", "col", "hr", "img", "wbr"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# What stands in a line with the words around it; all else is a block.
IN_LINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "img", "ins", "kbd", "mark", "q"}
    | {"rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"}
)

_TAG_IN_LINE = re.compile(rf"</?(?:{'|'.join(sorted(IN_LINE - {'br'}))})(?: [^>]*)?>")


class Kind(StrEnum):
    OPENING = "opening"
    CLOSING = "closing"
    VOID = "void"


class Tag(NamedTuple):
    """`html[start:end]` is the tag."""

    kind: Kind
    name: str
    written: str
    start: int
    end: int

    @property
    def attributes(self) -> Mapping[str, str]:
        return {name: unescape(value) for name, value in _ATTRIBUTE.findall(self.written)}


def tags(html: str) -> Iterator[Tag]:
    for match in _TAG.finditer(html):
        name = match["name"]
        yield Tag(_kind(match["slash"], name), name, match["attributes"], match.start(), match.end())


def _kind(slash: str, name: str) -> Kind:
    if slash:
        return Kind.CLOSING
    return Kind.VOID if name in VOID else Kind.OPENING


def text_of(html: str) -> str:
    """The text without its markup: a line for each block and line break, words whole across inline tags."""
    marked = unescape(_TAG.sub("\n", _TAG_IN_LINE.sub("", html)))
    return "\n".join(line for each in marked.split("\n") if (line := each.strip()))
