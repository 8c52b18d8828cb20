"""Which parts of a comment's text should catch a moderator's eye?"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from itertools import islice

from app.site.matching import InvalidPattern, Mode, Normalised, Pattern, compile_pattern, normal

LOOKED_THROUGH = 20_000  # characters; what comes later is shown without marks
MOST_MARKS = 200
_HREF = re.compile(r'<a(?: [^>]*)? href="([^"]*)"')
_TYPED_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)

Span = tuple[int, int]


class Mark(StrEnum):
    WORD = "word"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and as what it is marked."""

    text: str
    mark: Mark | None = None


def marked(text: str, *, patterns: Iterable[Pattern], html: str = "") -> list[Piece]:
    """The text in pieces: words of the lists, and what becomes a link in `html`. The pieces together are the text."""
    looked_at = text[:LOOKED_THROUGH]
    spans = [(span, Mark.WORD) for span in _words(looked_at, list(patterns))]
    spans += [(span, Mark.LINK) for span in _links(looked_at, html)]
    return _cut(text, sorted(spans, key=lambda each: (each[0][0], -each[0][1]))[:MOST_MARKS])


def readable(patterns: Iterable[tuple[str, str]]) -> list[Pattern]:
    """Patterns with their modes, ready for looking; one that cannot be used any more finds nothing."""
    found = []
    for typed, mode in patterns:
        try:
            found.append(compile_pattern(typed, Mode(mode)))
        except InvalidPattern:
            continue
    return found


def _cut(text: str, spans: Sequence[tuple[Span, Mark]]) -> list[Piece]:
    pieces, done = [], 0
    for (start, end), mark in spans:
        if start < done:
            continue  # inside what is marked already
        pieces += [Piece(text[done:start]), Piece(text[start:end], mark)]
        done = end
    return [piece for piece in [*pieces, Piece(text[done:])] if piece.text]


def _words(text: str, patterns: Sequence[Pattern]) -> list[Span]:
    if not patterns:
        return []
    folded, places = _folded(text)
    spans: list[Span] = []
    for pattern in patterns:
        start, found = 0, pattern.place_in(folded)
        while found is not None and len(spans) < MOST_MARKS:
            start, end = found
            spans.append((places[start][0], places[end - 1][1]))
            found = pattern.place_in(folded, end)
    return spans


def _folded(text: str) -> tuple[Normalised, list[Span]]:
    """The text as words are compared, and where each of its characters stands in the text as it was typed."""
    folded: list[str] = []
    places: list[Span] = []
    for start, end in _clusters(text):
        cluster = text[start:end]
        as_compared = _blank_after(folded) if cluster.isspace() else normal(cluster)
        folded += as_compared
        places += [(start, end)] * len(as_compared)
    return Normalised("".join(folded)), places


def _blank_after(folded: Sequence[str]) -> str:
    """White space is compared as one space, and as none at the beginning."""
    return " " if folded and folded[-1] != " " else ""


def _clusters(text: str) -> Iterable[Span]:
    """A character with the marks that combine with it: apart they would be compared as something else."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not unicodedata.combining(text[end]):
            yield start, end
            start = end


def _links(text: str, html: str) -> list[Span]:
    spans = [match.span() for match in _TYPED_LINK.finditer(text)]
    for href in islice(dict.fromkeys(unescape(found) for found in _HREF.findall(html)), MOST_MARKS):
        spans += _everywhere(text, href) or _everywhere(text, _SCHEME.sub("", href))
    return spans


def _everywhere(text: str, part: str) -> list[Span]:
    return [match.span() for match in re.finditer(re.escape(part), text)] if part else []
