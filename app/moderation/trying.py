"""What would a pattern have caught, and how had people decided about that?"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sqlalchemy import Row, Select, select

from app.articles.models import Article
from app.comments.models import Comment, Status
from app.ground import markup
from app.ground.audit import Act, record
from app.ground.db import fresh_read, transaction
from app.ground.sealing import keyring
from app.permissions import Actor, Permission, permit
from app.site.matching import InvalidPattern, Mode, Pattern, compile_pattern, first_hits
from app.site.models import WordMode, WordTarget
from app.site.wordlist import refusal
from app.site.words import EMAIL, address_fingerprints, target_of

MOST_TRIED = 1_000
MOST_CHARACTERS = 2_000_000  # of text looked at in one trial
SHOWN = 100
EXCERPT = 280

Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A pattern, and on how many of the newest comments it is tried; `addresses` looks in e-mail addresses too."""

    pattern: str
    mode: WordMode
    limit: int
    addresses: bool


@dataclass(frozen=True, slots=True)
class Caught:
    row: Found
    field: str


Look = Callable[[Found], str | None]
"""Says in which field of a comment the pattern is found, if in one."""


def try_word(actor: Actor, trial: Trial) -> dict[str, Any]:
    """Try a pattern on the newest comments.

    Raises InvalidRequest for a pattern that cannot be used, Forbidden where addresses may not be seen.
    """
    pattern = _usable(trial)
    target = target_of(trial.pattern)
    look = _text_look(trial, pattern) if target is WordTarget.TEXT else _address_look(target, trial.pattern)
    if trial.addresses or target is not WordTarget.TEXT:
        permit(actor, Permission.REVEAL_ADDRESSES)
        _log(actor, target)
    rows = _within_reach(fresh_read().execute(_newest(trial.limit)).all())
    return _told(len(rows), [Caught(row, field) for row in rows if (field := look(row))])


def _usable(trial: Trial) -> Pattern:
    try:
        return compile_pattern(trial.pattern.strip(), Mode(trial.mode))
    except InvalidPattern as error:
        raise refusal(error) from error


def _text_look(trial: Trial, pattern: Pattern) -> Look:
    def look(row: Found) -> str | None:
        hits = first_hits([(0, pattern)], _texts(row) | (_email(row) if trial.addresses else {}))
        return hits[0].field if hits else None

    return look


def _address_look(target: WordTarget, typed: str) -> Look:
    known = set(address_fingerprints(target, typed))
    if target is WordTarget.EMAIL:
        return lambda row: "author_email" if row.email_fingerprint in known else None
    return lambda row: "address" if row.address_fingerprint in known else None


def _texts(row: Found) -> dict[str, str]:
    return {
        "content": row.source,
        "text": markup.text_of(row.html),
        "author_name": row.author_name,
        "author_website": row.author_website or "",
    }


def _email(row: Found) -> dict[str, str]:
    sealed = row.email_sealed
    return {"author_email": keyring().open(sealed, purpose=EMAIL)} if sealed else {}


def _newest(limit: int) -> Select[*tuple[Any, ...]]:
    columns: Select[*tuple[Any, ...]] = select(
        Comment.id,
        Comment.status,
        Comment.decided_by,
        Comment.created_at,
        Comment.source,
        Comment.html,
        Comment.author_name,
        Comment.author_website,
        Comment.email_sealed,
        Comment.email_fingerprint,
        Comment.address_fingerprint,
        Article.slug,
    )
    newest = columns.join(Article, Comment.article_id == Article.id).where(Comment.erased_at.is_(None))
    return newest.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(limit)


def _within_reach(rows: Sequence[Found]) -> list[Found]:
    """As many of the newest as can be looked at without keeping the moderator waiting."""
    sizes = accumulate(len(row.source) + len(row.html) for row in rows)
    return [row for row, size in zip(rows, sizes, strict=True) if size <= MOST_CHARACTERS]


def _told(looked_at: int, caught: Sequence[Caught]) -> dict[str, Any]:
    decided = Counter(each.row.status for each in caught if each.row.decided_by is not None)
    return {
        "looked_at": looked_at,
        "caught": len(caught),
        "decided": dict.fromkeys(map(str, Status), 0) | decided,
        "undecided": len(caught) - decided.total(),
        "items": [_item(each) for each in caught[:SHOWN]],
    }


def _item(caught: Caught) -> dict[str, Any]:
    row = caught.row
    return {
        "id": row.id,
        "field": caught.field,
        "status": row.status,
        "decided_by_person": row.decided_by is not None,
        "author_name": row.author_name,
        "article": row.slug,
        "excerpt": row.source[:EXCERPT],
        "created_at": row.created_at,
    }


def _log(actor: Actor, target: WordTarget) -> None:
    """That somebody looked through addresses, and of which kind; never what for."""
    act = Act(
        actor=actor.ref,
        actor_name=actor.name,
        action="words_tried_on_addresses",
        object_type="search",
        object_id="comments",
        details={"target": target},
    )
    with transaction() as session:
        record(session, act)
