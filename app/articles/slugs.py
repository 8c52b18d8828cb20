"""By which name does an article stand in a URL?"""

import unicodedata
from collections.abc import Iterator
from itertools import count

from app.articles import anchors
from app.site.matching import without_invisibles

LONGEST = 200
UNTITLED = "article"

_BETWEEN_WORDS = frozenset("-._~")


def is_slug(text: str) -> bool:
    """Lower-case letters and digits of any script, with `- . _ ~` between them, in NFC, at most 200 characters."""
    if not 0 < len(text) <= LONGEST or text != unicodedata.normalize("NFC", text.lower()):
        return False
    if without_invisibles(text) != text or not any(_is_of_a_word(character) for character in text):
        return False
    return all(_is_of_a_word(character) or character in _BETWEEN_WORDS for character in text)


def slug_of(title: str) -> str:
    """A readable slug in the title's own script; always the same for the same title."""
    slug = anchors.slug_of(without_invisibles(title))
    return slug if is_slug(slug) else UNTITLED


def with_numbers(slug: str) -> Iterator[str]:
    """The slug itself, then `slug-2`, `slug-3` and so on."""
    yield slug
    for number in count(2):
        end = f"-{number}"
        yield f"{slug[: LONGEST - len(end)]}{end}"


def _is_of_a_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"
