"""Where, in a text, does a link begin and end that nobody marked up?

Ours instead of linkify-it's: its patterns search a text without spaces again from every place where a link
could begin (65,525 characters of `://` keep it busy for most of a minute), and they take the particle in
`https://example.org를` for a part of the name. Here a character is looked at a few times at most.

A link is what begins with `http://`, `https://` or `www.`, which is also what WordPress makes clickable. A
name alone (`example.org`, `readme.md`) stays text, and so does every e-mail address: a reader who types one
in a comment did not ask for it to be handed to harvesters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_URL = 2_048  # what is longer leads to its host
LONGEST_HOST = 253  # RFC 1035, 2.3.4, without the root's dot

# Not inside a Latin word or an address, but straight after any other letter: Chinese, Japanese and Korean put
# no space there.
BEGINNING = r"(?<![a-z0-9])http(?-i:[sS])?://|(?<![a-z0-9.@/_-])www\."

# Beyond ASCII, what ends a link: quotation marks, dashes, CJK stops and brackets, full-width punctuation.
_FOREIGN_MARKS = (
    "\u00a0\u00ab\u00bb\u2000-\u200b\u200e-\u206f\u3000-\u303f\ufe30-\ufe4f"
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_IN_REST = rf"[^\s\x00-\x20\x7f-\x9f<>\[\]`\"{_FOREIGN_MARKS}]"
_LINK = re.compile(
    rf"(?:{BEGINNING})"
    rf"(?P<host>[^\s\x00-,/:-@\[-^`{{-\x9f{_FOREIGN_MARKS}]{{1,{LONGEST_HOST}}}+)"
    r"(?![^\s/?#]{0,100}@)"  # a user's name in front of the host is how one site is dressed up as another
    r"(?P<port>:[0-9]{1,5}(?![0-9]))?"
    rf"(?P<rest>[/?#]{_IN_REST}{{0,{LONGEST_URL - LONGEST_HOST}}}+(?!{_IN_REST}))?+",
    re.IGNORECASE,
)
# What follows a Latin name without a space in the scripts that do so: Thai to Khmer, Hangul, Han, Kana.
_PARTICLE = re.compile("[\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff]")
_ENDS_A_SENTENCE = ".,:;!?'*_~"


@dataclass(frozen=True, slots=True, kw_only=True)
class BareLink:
    """A link as it was typed, from `start` to `end` of the text, and the address that it leads to."""

    start: int
    end: int
    typed: str
    href: str


def bare_links(text: str) -> Iterator[BareLink]:
    """All of them, in order."""
    if "://" not in text and "www." not in text.lower():
        return  # nearly always, in a tenth of the time
    position = 0
    while match := _LINK.search(text, position):
        link = _link(match)
        if link:
            yield link
        position = link.end if link else match.start() + 1


def bare_link_at(text: str, start: int) -> BareLink | None:
    """The one that begins exactly at `start`."""
    match = _LINK.match(text, start)
    return _link(match) if match else None


def _link(match: re.Match[str]) -> BareLink | None:
    typed = _without_the_sentence(match)
    if not _is_host(match["host"], match[0]):
        return None
    href = typed if typed[0] in "hH" else f"https://{typed}"
    return BareLink(start=match.start(), end=match.start() + len(typed), typed=typed, href=href)


def _is_host(host: str, link: str) -> bool:
    """Labels between dots, of which `www.` needs one more: `www.example` is no address yet."""
    labels = host.rstrip(".").split(".")
    return all(label and label[0] != "-" for label in labels) and (link[0] in "hH" or len(labels) > 1)


def _without_the_sentence(match: re.Match[str]) -> str:
    """The link up to a particle, to the sentence's own punctuation, or to a bracket opened before it."""
    link, host = match[0], match["host"]
    name = host.rfind(".") + 1
    particle = _PARTICLE.search(host, name)
    if particle and host[name : particle.start()].isascii() and particle.start() > name:
        return link[: match.start("host") - match.start() + particle.start()]
    unopened = link.count(")") - link.count("(")
    end = len(link)
    while link[end - 1] in _ENDS_A_SENTENCE or (link[end - 1] == ")" and unopened > 0):
        unopened -= link[end - 1] == ")"
        end -= 1
    return link[:end]
