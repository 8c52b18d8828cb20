"""What have decisions made of a comment, and whose words may therefore not be said again?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comments.models import Comment, Status
from app.comments.rules import duplicate_key
from app.ground.prepared import Row

# What must be known of a comment to decide about it; what it says is read only where its words are claimed.
DECIDED = (
    Comment.id,
    Comment.article_id,
    Comment.section_id,
    Comment.parent_id,
    Comment.status,
    Comment.restore_to,
    Comment.trashed_by_rule,
    Comment.decided_at,
    Comment.decided_by,
    Comment.duplicate_key,
    Comment.edited_at,
    Comment.changed_at,
    Comment.changed_by,
    Comment.erased_at,
    Comment.version,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decisions have made of a comment. `has_key` says that its words may not be said again meanwhile."""

    status: Status
    restore_to: str | None
    trashed_by_rule: bool
    decided_at: datetime | None
    decided_by: str | None
    has_key: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A comment (the columns of DECIDED, read under the lock of its discussion) and what is to become of it."""

    comment: Row
    to: Standing


def keys_after(session: Session, changes: Sequence[Change]) -> list[str | None]:
    """The duplicate key of each of these comments from now on, as if one changed after the other."""
    words = _words(session, [change.comment.id for change in changes if _claims_its_words(change)])
    taken = _taken(session, words.values())
    return [_key(change, words.get(change.comment.id), taken) for change in changes]


def _key(change: Change, own: str | None, taken: set[str]) -> str | None:
    """A person's trash frees the words to be said again; leaving the trash claims them again, if nobody has."""
    held: str | None = change.comment.duplicate_key
    if not change.to.has_key:
        taken.discard(held or "")
        return None
    if held is not None or own is None or own in taken:
        return held
    taken.add(own)
    return own


def _claims_its_words(change: Change) -> bool:
    comment, to = change.comment, change.to
    leaves_the_trash = comment.status == Status.TRASH and to.status is not Status.TRASH
    return leaves_the_trash and to.has_key and comment.duplicate_key is None and comment.edited_at is None


def _words(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
    """The duplicate keys of these comments, made from what they say."""
    if not ids:
        return {}
    said = select(Comment.id, Comment.article_id, Comment.in_reply_to, Comment.author_name, Comment.source)
    return {
        row.id: duplicate_key(
            article_id=row.article_id, in_reply_to=row.in_reply_to, name=row.author_name, content=row.source
        )
        for row in session.execute(said.where(Comment.id.in_(ids)))
    }


def _taken(session: Session, keys: Collection[str]) -> set[str]:
    """Those of these words that a comment keeps from being said again. Their discussions are locked: none comes in."""
    if not keys:
        return set()
    return {str(key) for key in session.scalars(select(Comment.duplicate_key).where(Comment.duplicate_key.in_(keys)))}
