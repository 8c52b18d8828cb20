"""Does a new comment hold a word of this site's lists?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Network, ip_network

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.ground.prepared import Prepared
from app.ground.sealing import keyring
from app.limits import ADDRESS
from app.site.matching import (
    AddressKind,
    Hit,
    Mode,
    Pattern,
    address_kind,
    compile_pattern,
    email_key,
    first_hits,
)
from app.site.models import Word, WordKind, WordTarget

# What an address is fingerprinted for wherever one is kept, so that a sealed pattern finds it.
EMAIL = "author email"
NETWORK = ADDRESS
KEPT = "rejoinder.words"
PURPOSES = {WordTarget.EMAIL: EMAIL, WordTarget.NETWORK: NETWORK}


@dataclass(frozen=True, slots=True)
class WordHits:
    disallowed: tuple[Hit, ...]
    moderation: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class CheckWords:
    """Every word, ready for looking at comments; sealed ones by their fingerprint."""

    kinds: Mapping[int, WordKind]
    patterns: Sequence[tuple[int, Pattern]]
    sealed: Mapping[str, Sequence[int]]

    def hits(self, texts: Mapping[str, str], *, email_key: str | None) -> WordHits:
        """The listed words in a comment's fields.

        A sealed e-mail is looked for under `email_key` (its normal form), a sealed network address under what
        `texts["address"]` says (as limits count it).
        """
        found = [*first_hits(self.patterns, texts), *self._addresses(email_key, texts.get("address"))]
        found.sort(key=lambda hit: hit.word_id)
        return WordHits(
            tuple(hit for hit in found if self.kinds[hit.word_id] is WordKind.DISALLOWED),
            tuple(hit for hit in found if self.kinds[hit.word_id] is WordKind.MODERATION),
        )

    def _addresses(self, email: str | None, network: str | None) -> list[Hit]:
        if not self.sealed:
            return []
        ring, hits = keyring(), []
        for field, purpose, value in (("author_email", EMAIL, email), ("address", NETWORK, network)):
            for fingerprint in ring.fingerprints(value, purpose=purpose) if value else []:
                hits += [Hit(word_id, field) for word_id in self.sealed.get(fingerprint, ())]
        return hits


@dataclass(frozen=True, slots=True)
class Kept:
    """The words as they were when the lists had this stamp."""

    stamp: object
    words: CheckWords


# Ids only grow and no change leaves a version as it was, so no two states of the lists have the same stamp.
_STAMP = Prepared(lambda: select(func.count(), func.sum(Word.id), func.sum(Word.version), func.max(Word.changed_at)))
_WORDS = Prepared(lambda: select(Word.id, Word.kind, Word.mode, Word.pattern, Word.fingerprint).order_by(Word.id))


def words_for_checks(session: Session) -> CheckWords:
    """The words as they are now, in every process: one statement, and the lists are read where they have changed."""
    # Sealing again changes fingerprints alone; the old ones find what they did until their key is gone.
    stamp = (_STAMP.all(session)[0], *keyring().keys.keys)
    kept: Kept | None = current_app.extensions.get(KEPT)
    if kept is None or kept.stamp != stamp:
        # What changes between the two statements is read again under the next stamp.
        kept = current_app.extensions[KEPT] = Kept(stamp, _read(session))
    return kept.words


def _read(session: Session) -> CheckWords:
    kinds, patterns, sealed = {}, [], dict[str, list[int]]()
    for word_id, kind, mode, pattern, fingerprint in _WORDS.all(session):
        kinds[word_id] = WordKind(kind)
        if fingerprint is not None:
            sealed.setdefault(fingerprint, []).append(word_id)
        else:
            patterns.append((word_id, compile_pattern(pattern, Mode(mode))))
    return CheckWords(kinds, patterns, sealed)


def network_key(typed: str) -> str:
    """A network address as limits count it: an IPv4 address, or an IPv6 client's /64. Raises ValueError."""
    network = ip_network(typed.strip(), strict=False)
    if isinstance(network, IPv6Network):
        mapped = network.network_address.ipv4_mapped
        return str(mapped or ip_network((network.network_address, 64), strict=False))
    return str(network.network_address)


def target_of(pattern: str) -> WordTarget:
    kind = address_kind(pattern)
    if kind is None:
        return WordTarget.TEXT
    return WordTarget.EMAIL if kind is AddressKind.EMAIL else WordTarget.NETWORK


def address_key(target: WordTarget, typed: str) -> str:
    """The normal form that is fingerprinted. Raises ValueError for what is no address."""
    return email_key(typed) if target is WordTarget.EMAIL else network_key(typed)


def address_fingerprints(target: WordTarget, typed: str) -> list[str]:
    """The address under every key. Raises ValueError for what is no address."""
    return keyring().fingerprints(address_key(target, typed), purpose=PURPOSES[target])
