"""Where, in a text, does a link begin and end that nobody marked up?

Ours instead of linkify-it's: its patterns search a text without spaces again from every place a link could begin (65,525
characters of `://` keep it busy for most of a minute), and they take the particle in `https://example.org를` for a part of
the name. Here every character is looked at once.

What counts is what begins with `http://`, `https://` or `www.`: that is also what WordPress makes clickable. A name
alone (`example.org`, `readme.md`) stays text, and so does every e-mail address: a reader who types one in a comment did
not ask for it to be handed to harvesters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from mdurl import encode

LONGEST_URL = 2_048

# Where one may begin: not inside a word or an address, but straight after a letter that is not Latin, since Chinese,
# Japanese and Korean put no space there.
BEGINNING = r"(?<![a-z0-9])https?://|(?<![a-z0-9.@/_-])www\."

# Punctuation beyond ASCII that ends a link: quotation marks and dashes, CJK stops and brackets, their full-width forms.
_FOREIGN_MARKS = "\u00a0«»\u2000-\u200b\u2010-\u206f\u3000-\u303f\ufe30-\ufe4f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_HOST = rf"[^\s\x00-,/:-@\[-`{{-\x9f{_FOREIGN_MARKS}]+"
_REST = rf"[/?#][^\s\x00-\x20\x7f-\x9f<>\[\]`\"{_FOREIGN_MARKS}]*"
_LINK = re.compile(rf"(?:{BEGINNING})(?P<host>{_HOST})(?P<port>:[0-9]{{1,5}}(?![0-9]))?(?P<rest>{_REST})?", re.IGNORECASE)
_LATIN_THEN_OTHER = re.compile(r"([a-z0-9-]*[a-z0-9])[^\x00-\x7f]", re.IGNORECASE)
_ENDS_A_SENTENCE = ".,:;!?'*_~-"


@dataclass(frozen=True, slots=True)
class BareLink:
    """A link as it was typed, from `start` to `end` of the text, and the address that it leads to."""

    start: int
    end: int
    text: str
    href: str


def link_at(text: str, start: int) -> BareLink | None:
    """The bare link that begins exactly at `start`, if one does."""
    match = _LINK.match(text, start)
    typed = match and _without_what_follows(match)
    if not typed:
        return None
    return BareLink(start, start + len(typed), typed, _address(typed))


def bare_links(text: str) -> Iterator[BareLink]:
    """All of them, in order."""
    position = 0
    while match := _LINK.search(text, position):
        link = link_at(text, match.start())
        if link:
            yield link
        position = link.end if link else match.end()


def _without_what_follows(match: re.Match[str]) -> str:
    """The link without the sentence it stands in; empty if it is none."""
    if match.end() - match.start() > LONGEST_URL:
        return ""
    host = match["host"]
    label_start = host.rfind(".") + 1
    if particle := _LATIN_THEN_OTHER.match(host, label_start):
        return match.string[match.start() : match.start("host") + particle.end(1)]
    if not match["port"] and not match["rest"]:
        host = host.rstrip(".-")
        end = match.start("host") + len(host)
    else:
        end = match.end()
    if not _is_host(host, needs_dot=match.string[match.start()] in "wW"):
        return ""
    return _trimmed(match.string[match.start() : end])
