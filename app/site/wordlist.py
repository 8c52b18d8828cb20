"""Who changes the lists of disallowed and moderation words?"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.ground import clock
from app.ground.audit import Act, record
from app.ground.db import db, transaction
from app.ground.errors import Conflict, FieldProblem, InvalidRequest, NotFound
from app.ground.idempotency import Replay, claim
from app.ground.preconditions import require_match
from app.ground.sealing import keyring
from app.permissions import Actor
from app.site.matching import InvalidPattern, Mode, compile_pattern
from app.site.models import Word, WordKind, WordMode, WordTarget
from app.site.words import PURPOSES, address_fingerprints, address_key, target_of

SEALED = "word"

MOST_WORDS = 8_000

_MESSAGES = {
    "pattern_empty": "Nothing is left of this pattern once what cannot be seen is taken away.",
    "pattern_too_long": "This pattern is too long.",
    "pattern_too_wide": "This pattern would find anything.",
    "text_invalid": "It holds characters that cannot be kept.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WordDraft:
    """A word as a moderator wants it."""

    kind: WordKind
    mode: WordMode
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordChange:
    """What is to be different; None leaves a thing as it is."""

    kind: WordKind | None = None
    mode: WordMode | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line of a list that is no usable pattern, by its number from 1."""

    line: int
    code: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a list: how many patterns are new, how many were known, and which lines are none."""

    added: int
    known: int
    refused: tuple[RefusedLine, ...]


def words(*, kind: WordKind | None, after_id: int, limit: int) -> Sequence[Word]:
    query = select(Word).where(Word.id > after_id).order_by(Word.id).limit(limit)
    return db.session.scalars(query if kind is None else query.where(Word.kind == kind)).all()


def word(word_id: int) -> Word:
    """Raises NotFound."""
    found = db.session.get(Word, word_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def add_word(actor: Actor, draft: WordDraft) -> Word:
    """Raises InvalidRequest for an unusable pattern, Conflict (409, `already_there`, `too_many_words`)."""
    values = _values(draft)
    with transaction() as session:
        claimed = claim(session, scope=actor.ref)
        if isinstance(claimed, Replay):
            return _of(session, claimed.resource_id)
        _refuse_known(session, draft)
        _refuse_too_many(session, 1)
        now = clock.now()
        new = Word(**values, created_at=now, created_by=actor.name, changed_at=now, changed_by=actor.name)
        session.add(new)
        session.flush()
        claimed.remember(session, status=201, resource_id=new.id)
        record(session, _act(actor, "word_added", new))
    return new


def load_words(actor: Actor, *, kind: WordKind, mode: WordMode, text: str) -> Loaded:
    """Take over a list with one pattern on a line, as WordPress has it; blank lines mean nothing.

    Raises Conflict (409, `too_many_words`): a list comes in whole or not at all.
    """
    drafts, refused = _drafts(kind, mode, text)
    now = clock.now()
    stamps = {
        "created_at": now,
        "created_by": actor.name,
        "changed_at": now,
        "changed_by": actor.name,
        "version": 1,
    }
    # Sealing takes its time, so nobody else waits for it.
    rows = [(_identities(draft), _values(draft) | stamps) for draft in drafts]
    with transaction() as session:
        known = _known(session, kind, mode)
        fresh = [row for identities, row in rows if known.isdisjoint(identities)]
        _refuse_too_many(session, len(fresh))
        if fresh:
            session.execute(insert(Word), fresh)
        act = Act(actor=actor.ref, actor_name=actor.name, action="words_loaded", object_type="word",
                  object_id=kind, details={"added": len(fresh), "mode": mode})  # fmt: skip
        record(session, act)
    return Loaded(len(fresh), len(drafts) - len(fresh), tuple(refused))


def change_word(actor: Actor, word_id: int, change: WordChange) -> Word:
    """Raises NotFound, PreconditionFailed, InvalidRequest, Conflict (409, `already_there`)."""
    with transaction() as session:
        found = _seen(session, word_id)
        draft = WordDraft(
            kind=change.kind or WordKind(found.kind),
            mode=change.mode or WordMode(found.mode),
            pattern=change.pattern if change.pattern is not None else plain_pattern(found),
        )
        values = _values(draft)
        _refuse_known(session, draft, but=word_id)
        for name, value in values.items():
            setattr(found, name, value)
        found.version += 1
        found.changed_at, found.changed_by = clock.now(), actor.name
        fields = [name for name in ("kind", "mode", "pattern") if getattr(change, name) is not None]
        record(session, _act(actor, "word_changed", found, fields=fields))
    return found


def remove_word(actor: Actor, word_id: int) -> None:
    """Raises NotFound, PreconditionFailed."""
    with transaction() as session:
        found = _seen(session, word_id)
        session.delete(found)
        record(session, _act(actor, "word_removed", found))


def reveal_word(actor: Actor, word_id: int) -> str:
    """The pattern in clear, written down before it is told. Raises NotFound."""
    with transaction() as session:
        found = _of(session, word_id)
        record(session, _act(actor, "word_revealed", found))
    return plain_pattern(found)


def plain_pattern(found: Word) -> str:
    if found.pattern_sealed is not None:
        return keyring().open(found.pattern_sealed, purpose=SEALED)
    return found.pattern or ""


def reseal(found: Word) -> None:
    """Seal and fingerprint an address pattern under the current key; a text pattern stays as it is."""
    if found.pattern_sealed is not None:
        found.pattern_sealed, found.fingerprint = _sealed(WordTarget(found.target), plain_pattern(found))


def refusal(error: InvalidPattern, field: str = "pattern") -> InvalidRequest:
    return InvalidRequest(FieldProblem(field, error.code, _MESSAGES[error.code]))


def _sealed(target: WordTarget, typed: str) -> tuple[str, str]:
    ring = keyring()
    fingerprint = ring.fingerprint(address_key(target, typed), purpose=PURPOSES[target])
    return ring.seal(typed, purpose=SEALED), fingerprint


def _values(draft: WordDraft) -> dict[str, str | None]:
    """The columns of a word. Raises InvalidRequest for a pattern that cannot be used."""
    typed = draft.pattern.strip()
    try:
        compile_pattern(typed, Mode(draft.mode))
    except InvalidPattern as error:
        raise refusal(error) from error
    target = target_of(typed)
    values: dict[str, str | None] = {"kind": draft.kind, "mode": draft.mode, "target": target}
    if target is WordTarget.TEXT:
        return values | {"pattern": typed, "pattern_sealed": None, "fingerprint": None}
    sealed, fingerprint = _sealed(target, typed)
    return values | {"pattern": None, "pattern_sealed": sealed, "fingerprint": fingerprint}


def _drafts(kind: WordKind, mode: WordMode, text: str) -> tuple[list[WordDraft], list[RefusedLine]]:
    numbers: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if typed := line.strip():
            numbers.setdefault(typed, number)
    if len(numbers) > MOST_WORDS:
        raise _too_many()
    drafts, refused = [], []
    for typed, number in numbers.items():
        try:
            compile_pattern(typed, Mode(mode))
            drafts.append(WordDraft(kind=kind, mode=mode, pattern=typed))
        except InvalidPattern as error:
            refused.append(RefusedLine(number, error.code))
    return drafts, refused


def _identities(draft: WordDraft) -> set[str]:
    """By what a word is known: its pattern, or its address's fingerprint under any key."""
    typed = draft.pattern.strip()
    target = target_of(typed)
    if target is WordTarget.TEXT:
        return {typed}
    return set(address_fingerprints(target, typed))


def _known(session: Session, kind: WordKind, mode: WordMode) -> set[str]:
    identity = func.coalesce(Word.fingerprint, Word.pattern)
    return set(session.scalars(select(identity).where(Word.kind == kind, Word.mode == mode)))


def _refuse_known(session: Session, draft: WordDraft, *, but: int = 0) -> None:
    identity = func.coalesce(Word.fingerprint, Word.pattern)
    query = select(Word.id).where(Word.kind == draft.kind, Word.mode == draft.mode, Word.id != but)
    other = session.scalar(query.where(identity.in_(_identities(draft))).limit(1))
    if other is not None:
        raise Conflict("This word is on the list already.", code="already_there", id=other)


def _refuse_too_many(session: Session, more: int) -> None:
    if (session.scalar(select(func.count()).select_from(Word)) or 0) + more > MOST_WORDS:
        raise _too_many()


def _too_many() -> Conflict:
    return Conflict("These are more words than the lists can hold.", code="too_many_words", limit=MOST_WORDS)


def _of(session: Session, word_id: int) -> Word:
    found = session.get(Word, word_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def _seen(session: Session, word_id: int) -> Word:
    found = _of(session, word_id)
    require_match(found.version, changed_by=found.changed_by, changed_at=found.changed_at.isoformat())
    return found


def _act(actor: Actor, action: str, found: Word, *, fields: Sequence[str] = ()) -> Act:
    """The word by its id: its pattern may be somebody's name."""
    details = {"kind": found.kind, "mode": found.mode, "target": found.target}
    return Act(
        actor=actor.ref,
        actor_name=actor.name,
        action=action,
        object_type="word",
        object_id=found.id,
        details=details | ({"fields": list(fields)} if fields else {}),
    )
