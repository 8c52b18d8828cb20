"""Which categories does the short line above a title name?"""

import re
from collections.abc import Collection

from app.articles.importing.lines import columns, is_closed, same_words

MARKS = ",،、/|·•›»>→؛;"
SEPARATOR = re.compile(rf"\s*[{re.escape(MARKS)}]\s*")
LABEL = re.compile(
    r"(?:categor(?:y|ies)|kategorien?|rubrik|catégories?|카테고리|분류|التصنيفات?) ?: |"
    r"(?:posted|filed) (?:in|under) ",
    re.I,
)
HOME = frozenset({"home", "start", "startseite", "accueil", "홈", "الرئيسية"})
JOINERS = frozenset({"&", "+", "and", "und", "et", "y", "및"})
# With one of these in it a line is a title, however short.
FUNCTION_WORD = re.compile(
    r"a|an|the|of|in|on|at|to|for|from|with|by|is|are|was|how|why|what|when|who|"
    r"der|die|das|den|dem|ein|eine|im|am|auf|von|mit|für|zu|wie|warum|"
    r"le|la|les|un|une|des|du|dans|sur|pour|avec|comment|pourquoi",
    re.IGNORECASE,
)
WIDEST_LINE = 60
WIDEST_NAME = 30
WIDEST_UNCASED_WORD = 14
MOST_WORDS = 5
MOST_UNCASED_WORDS = 3


def categories_in(line: str, known: Collection[str]) -> tuple[str, ...]:
    """Split a line by known names (the longest first), then separators, then spaces; empty if it is none."""
    line = " ".join(LABEL.sub("", line, count=1).split())
    if columns(line) > WIDEST_LINE or is_closed(line):
        return ()
    names, pieces = _known_names(line, known)
    for piece in pieces:
        parts = [part for part in SEPARATOR.split(piece) if part] if SEPARATOR.search(line) else _words(piece)
        if not all(map(_may_be_a_name, parts)) or (len(parts) > 1 and not _may_be_names(piece, line)):
            return ()
        names += parts
    names.sort(key=lambda name: line.casefold().find(name.casefold()))
    once = {same_words(name): name for name in reversed(names)}
    return tuple(name for key, name in reversed(once.items()) if key not in HOME)


def is_known(line: str, known: Collection[str]) -> bool:
    """Say whether a line consists of known names and separators."""
    names, pieces = _known_names(" ".join(line.split()), known)
    return bool(names) and not pieces


def separated(line: str) -> bool:
    """Say whether a line shows by a separator that it is a list."""
    return SEPARATOR.search(line) is not None


def _known_names(line: str, known: Collection[str]) -> tuple[list[str], list[str]]:
    """Give the known names in a line, and what stands between them."""
    names: list[str] = []
    pieces = [line]
    for name in sorted(filter(str.strip, known), key=lambda name: (-len(name), name)):
        alone = re.compile(rf"(?<!\w){re.escape(' '.join(name.split()))}(?!\w)", re.I)
        split = [part for piece in pieces for part in alone.split(piece)]
        names += [name] if len(split) > len(pieces) else []
        pieces = split
    between = (piece.strip(MARKS + " ") for piece in pieces)
    return names, [piece for piece in between if piece]


def _words(piece: str) -> list[str]:
    """Split at spaces, but keep `Science & Technology` together."""
    names: list[str] = []
    joins = False
    for word in piece.split():
        if names and (joins or word in JOINERS):
            names[-1] += f" {word}"
        else:
            names.append(word)
        joins = word in JOINERS
    return names


def _may_be_a_name(name: str) -> bool:
    return columns(name) <= WIDEST_NAME and len(name.split()) <= MOST_WORDS and any(map(str.isalnum, name))


def _may_be_names(piece: str, line: str) -> bool:
    """Say whether several words without a known name among them are names rather than a short title."""
    words = [word for word in piece.split() if word not in JOINERS]
    if any(FUNCTION_WORD.fullmatch(word) for word in words):
        return False
    if separated(line):
        return True
    if _is_uncased(piece):
        return len(words) <= MOST_UNCASED_WORDS and all(columns(word) <= WIDEST_UNCASED_WORD for word in words)
    return len(words) <= MOST_WORDS and all(word[0].isupper() or word[0].isdigit() for word in words)


def _is_uncased(text: str) -> bool:
    return text.upper() == text.lower()
