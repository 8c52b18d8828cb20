"""WORDS: does a text hold a word of a list, however it is dressed up, and is a pattern a whole address?"""

import ipaddress
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NewType

import email_validator

MAX_PATTERN_LENGTH = 200  # characters, as typed

# What is drawn as nothing: Unicode's Default_Ignorable_Code_Point (UAX #44), the controls that are not white
# space, annotation anchors, and blanks that pass for letters or symbols (braille, notehead, Khitan filler).
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00016fe4"
    "\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)

# Scripts without spaces between words, or (Hangul) with endings joined to them: there a word is any part.
_UNSEPARATED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u19e0-\u19ff\u2e80-\u2fdf\u3005-\u3007"
    "\u3021-\u3029\u3038-\u303b\u3040-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\ua9e0-\ua9ff\uaa60-\uaa7f"
    "\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U0001aff0-\U0001b16f\U00020000-\U0003ffff]"
)

# Neither UTF-8 nor a PostgreSQL text column can carry these.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# The library also refuses `.test` (demos, RFC 6761) and `.local` (offices, RFC 6762). Readers may
# live there, and nothing is looked up. The library offers this list for changing.
email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = ["arpa", "invalid", "localhost", "onion"]

Normalised = NewType("Normalised", str)


class Mode(StrEnum):
    WORD = "word"  # a whole word; `*` stands for any characters but white space
    SUBSTRING = "substring"  # anywhere, `*` for itself: a list written for WordPress


class AddressKind(StrEnum):
    EMAIL = "email"
    NETWORK = "network"


class InvalidPattern(ValueError):
    """A pattern that cannot be used.

    `code` says why: pattern_empty, pattern_too_long, pattern_too_wide (it would find anything), text_invalid.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed word was found in a field; neither the word nor the field's value is kept."""

    word_id: int
    field: str


def without_invisibles(text: str) -> str:
    """`text` without what no reader can see; white space stays."""
    return _INVISIBLE.sub("", text)


def normal(text: str) -> Normalised:
    """`text` as words are compared: Unicode's NFKC_Casefold (3.13, R5), white space as single spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text).casefold()).casefold()
    return Normalised(" ".join(unicodedata.normalize("NFKC", without_invisibles(folded)).split()))


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern ready for matching: the pieces between its stars, and which ends must be a word's end."""

    pieces: tuple[str, ...]
    bound_left: bool
    bound_right: bool

    def found_in(self, text: Normalised) -> bool:
        """Whether `text` holds the pattern. The time grows with the text's length, whatever it says."""
        return self.place_in(text) is not None

    def place_in(self, text: Normalised, start: int = 0) -> tuple[int, int] | None:
        """From where to where `text` holds the pattern for the first time from `start` on."""
        if any(piece not in text for piece in self.pieces):
            return None  # nearly always, at the speed of a substring search
        first = self.pieces[0]
        start = text.find(first, start)
        while start >= 0:
            end = start + len(first)
            if self._may_start(text, start):
                last = self._end_of_rest(text, end)
                if last is not None:
                    return start, last
                if len(self.pieces) > 1:  # a later start before the same white space would do no better
                    start = max(start, _end_of_run(text, end) - len(first))
            start = text.find(first, start + 1)
        return None

    def _may_start(self, text: str, start: int) -> bool:
        return not (self.bound_left and start > 0 and _is_word(text[start - 1]))

    def _may_end(self, text: str, end: int) -> bool:
        return not (self.bound_right and end < len(text) and _is_word(text[end]))

    def _end_of_rest(self, text: str, end: int) -> int | None:
        """Where the other pieces end that follow from `end`, each at its earliest place: there is no better one."""
        for piece in self.pieces[1:-1]:
            start = text.find(piece, end, _end_of_run(text, end) + len(piece))
            if start < 0:
                return None
            end = start + len(piece)
        if len(self.pieces) == 1:
            return end if self._may_end(text, end) else None
        return self._end_of_last(text, end)

    def _end_of_last(self, text: str, end: int) -> int | None:
        last = self.pieces[-1]
        limit = _end_of_run(text, end) + len(last)
        start = text.find(last, end, limit)
        while start >= 0 and not self._may_end(text, start + len(last)):
            start = text.find(last, start + 1, limit)
        return start + len(last) if start >= 0 else None


def _end_of_run(text: str, start: int) -> int:
    space = text.find(" ", start)
    return len(text) if space < 0 else space


def _is_word(char: str) -> bool:
    """Whether a word goes on with `char`. Combining marks belong to their letters."""
    if not (char.isalnum() or char == "_" or unicodedata.category(char).startswith("M")):
        return False
    return _UNSEPARATED.match(char) is None


@lru_cache(maxsize=8192)
def compile_pattern(text: str, mode: Mode) -> Pattern:
    """Read a pattern as a moderator typed it. Raises InvalidPattern."""
    if UNSTORABLE.search(text):
        raise InvalidPattern("text_invalid")
    if len(text) > MAX_PATTERN_LENGTH:
        raise InvalidPattern("pattern_too_long")
    pattern = normal(text)
    if not pattern:
        raise InvalidPattern("pattern_empty")
    if mode is Mode.SUBSTRING:
        return Pattern((pattern,), bound_left=False, bound_right=False)
    pieces = tuple(piece for piece in pattern.split("*") if piece)
    if not "".join(pieces).strip():
        raise InvalidPattern("pattern_too_wide")
    # An end that is a star, a sign, an emoji or a letter of an unseparated script needs no boundary.
    return Pattern(pieces, bound_left=_is_word(pattern[0]), bound_right=_is_word(pattern[-1]))


def first_hits(patterns: Sequence[tuple[int, Pattern]], fields: Mapping[str, str]) -> tuple[Hit, ...]:
    """For every word (its id with its pattern) that some field holds, the first field that does."""
    if not patterns:
        return ()
    texts = {name: normal(value) for name, value in fields.items()}
    everything = "\n".join(texts.values())
    hits = []
    for word_id, pattern in patterns:
        if any(piece not in everything for piece in pattern.pieces):
            continue  # nearly always
        field = next((name for name, text in texts.items() if pattern.found_in(text)), None)
        if field is not None:
            hits.append(Hit(word_id, field))
    return tuple(hits)


def email_key(email: str) -> str:
    """An address in normal form, for fingerprints: lower case, NFC, domain in ASCII. Raises ValueError.

    Syntax after RFC 5321, 5322, 6531 (international addresses) and 5891 (international domains): no quoted
    local part, no domain literal, a dot in the domain, at most 254 octets. Nothing is looked up in the DNS.
    """
    address = email_validator.validate_email(email.strip(), check_deliverability=False)
    local_part, _, _ = address.normalized.rpartition("@")
    return f"{unicodedata.normalize('NFC', local_part.lower())}@{address.ascii_domain}"


def address_kind(pattern: str) -> AddressKind | None:
    """Whether a pattern is somebody's whole address, which may not lie about in clear: it is sealed."""
    typed = pattern.strip()
    if _is_network(typed):
        return AddressKind.NETWORK
    try:
        email_key(typed)
    except ValueError:
        return None
    return None if "*" in typed else AddressKind.EMAIL


def _is_network(typed: str) -> bool:
    """One address, or the /64 that is one IPv6 client (RFC 6177); a wider net is nobody's address."""
    try:
        network = ipaddress.ip_network(typed, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= (32 if network.version == 4 else 64)
