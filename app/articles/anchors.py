"""What is a readable name for a place in a page, in any script?"""

import re
from collections import defaultdict
from collections.abc import Iterable
from unicodedata import category, normalize

LONGEST = 80
NAMELESS = "section"

_HYPHENS = re.compile("-{2,}")
# What the page around an article calls its own places, as WordPress' pages do.
_OF_THE_PAGE = re.compile(r"main|outline-title|comments(-title)?|respond(-title)?|comment-\d+(-by)?|rj-[a-z_-]+")
_NOT_IN_ANCHORS = re.compile(r"[\s\x00-\x1f\x7f/?#%\\\"'<>\[\]{}|^`&]+")


def slug_of(text: str) -> str:
    """Letters, their marks and digits of any script, in small letters, NFC, with hyphens between words.

    An apostrophe joins (`it's` is `its`), and so does what cannot be seen. Empty if nothing is left.
    """
    small = normalize("NFC", text.lower())
    return _shortened(_HYPHENS.sub("-", "".join(map(_in_slug, small))))


def anchor_wished(written: str) -> str:
    """The id an author wrote, letter for letter, but for what a URL's path or fragment would take otherwise.

    Empty for what the page around the article has for itself.
    """
    wish = _NOT_IN_ANCHORS.sub("-", normalize("NFC", written))[:LONGEST].strip("-")
    return "" if _OF_THE_PAGE.fullmatch(wish) else wish


class FreeAnchors:
    """Gives out each name once: after `chips` come `chips-2` and `chips-3`, and `comments` is the page's own."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._last_number: defaultdict[str, int] = defaultdict(lambda: 1)

    def take(self, name: str) -> str:
        free = name
        while free in self._taken or _OF_THE_PAGE.fullmatch(free):
            self._last_number[name] += 1
            free = f"{name}-{self._last_number[name]}"
        self._taken.add(free)
        return free


def _in_slug(char: str) -> str:
    if category(char)[0] in "LMN":
        return char
    return "" if char in "'’ʼ" or category(char) == "Cf" else "-"


def _shortened(slug: str) -> str:
    """No longer than a line, and cut between words where the cut would leave half of it."""
    slug = slug.strip("-")
    if len(slug) <= LONGEST:
        return slug
    whole_words = slug[: LONGEST + 1].rpartition("-")[0]
    return whole_words if len(whole_words) > LONGEST // 2 else slug[:LONGEST]
