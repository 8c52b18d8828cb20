"""How are comments locked for a decision, and how are operations and the log found?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, insert, literal, select, update
from sqlalchemy.orm import Session

from app.articles.counters import lock_discussions
from app.comments.models import Comment
from app.ground.audit import AuditEntry
from app.ground.cursors import Page, decode, page_of
from app.ground.errors import NotFound, PreconditionFailed
from app.ground.openapi import LARGEST_ID
from app.ground.preconditions import require_match
from app.moderation.models import Operation, OperationItem
from app.moderation.selection import Selection

COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Seen:
    """A comment in the version that a moderator saw."""

    id: int
    version: int


def lock_comments(session: Session, comment_ids: Iterable[int]) -> Mapping[int, Comment]:
    """Those of these comments that are there, erased ones too; nobody else changes them until the end.

    Discussions first, then comments in the order of their ids, so that nobody waits in a circle.
    """
    ids = sorted(set(comment_ids))
    lock_discussions(session, session.scalars(select(Comment.article_id).where(Comment.id.in_(ids)).distinct()))
    rows = select(Comment).where(Comment.id.in_(ids)).order_by(Comment.id).with_for_update()
    found = session.scalars(rows, execution_options={"populate_existing": True})
    return {comment.id: comment for comment in found}


def lock_comment(session: Session, comment_id: int) -> Comment:
    """Raises NotFound for a comment that is not there (any more)."""
    comment = lock_comments(session, [comment_id]).get(comment_id)
    if comment is None or comment.erased_at is not None:
        raise NotFound
    return comment


def require_seen(session: Session, comment: Comment) -> None:
    """Let a decision through only if it is about this version of the comment.

    Raises PreconditionRequired (428), and PreconditionFailed (412) telling who did what, and when.
    """
    try:
        require_match(comment.version, changed_by=comment.changed_by, changed_at=comment.changed_at.isoformat())
    except PreconditionFailed as refusal:
        last = last_act(session, comment.id)
        refusal.more = {
            **refusal.more,
            "action": last.action if last else None,
            "comment_status": comment.status,
        }
        raise


def last_act(session: Session, comment_id: int) -> AuditEntry | None:
    acts = select(AuditEntry).where(_is_about(COMMENT, comment_id)).order_by(AuditEntry.id.desc())
    return session.scalar(acts.limit(1))


def acts_on_comment(session: Session, comment_id: int, *, limit: int, cursor: str | None) -> Page[AuditEntry]:
    """Raises NotFound for a comment that never was."""
    page = acts(session, [_is_about(COMMENT, comment_id)], limit=limit, cursor=cursor)
    if not page.items and session.get(Comment, comment_id) is None:
        raise NotFound
    return page


def log_conditions(*, actor: str | None, action: str | None, about: str | None) -> list[ColumnElement[bool]]:
    """`about` is a kind of thing, such as `comment`, or one thing, such as `comment:12`."""
    conditions: list[ColumnElement[bool]] = []
    if actor is not None:
        conditions.append(AuditEntry.actor == actor)
    if action is not None:
        conditions.append(AuditEntry.action == action)
    if about is not None:
        kind, _, which = about.partition(":")
        conditions.append(_is_about(kind, which) if which else AuditEntry.object_type == kind)
    return conditions


def acts(session: Session, conditions: Sequence[ColumnElement[bool]], *, limit: int,
         cursor: str | None) -> Page[AuditEntry]:  # fmt: skip
    """Lines of the audit log, newest first."""
    before = decode(cursor, (int,))[0] if cursor is not None else LARGEST_ID
    rows = select(AuditEntry).where(AuditEntry.id < before, *conditions).order_by(AuditEntry.id.desc())
    return page_of(session.scalars(rows.limit(limit + 1)).all(), limit=limit, key=lambda entry: (entry.id,))


def _is_about(kind: str, which: int | str) -> ColumnElement[bool]:
    return (AuditEntry.object_type == kind) & (AuditEntry.object_id == str(which))


def operation(session: Session, operation_id: int) -> Operation:
    """Raises NotFound."""
    found = session.get(Operation, operation_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def undone_by(session: Session, operation_id: int) -> int | None:
    """The operation that undid this one."""
    return session.scalar(select(Operation.id).where(Operation.undoes_id == operation_id))


def add_items(session: Session, operation_id: int, seen: Sequence[Seen]) -> int:
    """Give an operation these comments; how many."""
    rows = [{"operation_id": operation_id, "comment_id": each.id, "version_seen": each.version} for each in seen]
    session.execute(insert(OperationItem), rows)
    return len(rows)


def freeze(session: Session, operation_id: int, selection: Selection, *, limit: int) -> int:
    """Give an operation the selected comments as they are now, in one statement; how many."""
    chosen = select(literal(operation_id), Comment.id, Comment.version).where(*selection.sure, *selection.rare)
    return _insert_items(session, chosen.limit(limit))


def add_what_was_done(session: Session, operation_id: int, *, undone_id: int) -> int:
    """Give an undo every comment that the other operation changed, in the version that it left; how many."""
    done = select(literal(operation_id), OperationItem.comment_id, OperationItem.version_left)
    done = done.where(OperationItem.operation_id == undone_id, OperationItem.version_left.is_not(None))
    return _insert_items(session, done)


def _insert_items(session: Session, chosen: Select[*tuple[Any, ...]]) -> int:
    into = insert(OperationItem).from_select(["operation_id", "comment_id", "version_seen"], chosen)
    # Unasked, the rows of an INSERT are not counted.
    return session.connection().execute(into, execution_options={"preserve_rowcount": True}).rowcount


def hand_back(session: Session, left: Sequence[tuple[int, int, int]]) -> None:
    """For every (comment, earlier version, version now): whoever left the earlier one left it as it is now."""
    rows = [{"comment": comment_id, "earlier": earlier, "now": now} for comment_id, earlier, now in left]
    items = update(OperationItem).values(version_left=bindparam("now"))
    items = items.where(
        OperationItem.comment_id == bindparam("comment"), OperationItem.version_left == bindparam("earlier")
    )
    if rows:
        session.connection().execute(items, rows)


def waiting_items(session: Session, operation_id: int, limit: int) -> Sequence[OperationItem]:
    """What an operation has not come to yet, in the order of the comments' ids."""
    items = select(OperationItem).where(
        OperationItem.operation_id == operation_id,
        OperationItem.version_left.is_(None),
        OperationItem.code.is_(None),
    )
    return session.scalars(items.order_by(OperationItem.comment_id).limit(limit)).all()


def finished_items(session: Session, operation_id: int, *, limit: int,
                   cursor: str | None) -> Page[OperationItem]:  # fmt: skip
    after = decode(cursor, (int,))[0] if cursor is not None else 0
    items = select(OperationItem).where(
        OperationItem.operation_id == operation_id,
        OperationItem.comment_id > after,
        OperationItem.version_left.is_not(None) | OperationItem.code.is_not(None),
    )
    rows = session.scalars(
        items.order_by(OperationItem.comment_id).limit(limit + 1),
        execution_options={"populate_existing": True},
    ).all()
    return page_of(rows, limit=limit, key=lambda item: (item.comment_id,))
