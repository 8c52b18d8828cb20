"""What did an operation do, and what would taking it back do?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.comments.models import Comment, Status
from app.desk.moments import in_full
from app.ground.db import db
from app.ground.errors import NotFound
from app.ground.prepared import Row
from app.moderation import items
from app.moderation.models import Action, OperationItem, OperationState
from app.permissions import Actor, Permission, may

# (one comment, many comments)
_TOLD: Mapping[Action, tuple[str, str]] = {
    Action.APPROVE: ("is approved", "are approved"),
    Action.HOLD: ("waits in the queue", "wait in the queue"),
    Action.SPAM: ("is marked as spam", "are marked as spam"),
    Action.TRASH: ("is in the trash", "are in the trash"),
    Action.RESTORE: ("is restored", "are restored"),
    Action.UNDO: ("is as it was before", "are as they were before"),
}
STATUS_WORDS: Mapping[str, str] = {
    Status.PENDING: "waiting",
    Status.APPROVED: "approved",
    Status.SPAM: "spam",
    Status.TRASH: "trash",
}
_LEFT_ALONE_TOLD = 3  # the operation's own page tells them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """`undo` is what the button that takes it back says, None where nothing is to be taken back."""

    operation_id: int
    told: str
    left_alone: tuple[str, ...] = ()
    undo: str | None = None
    is_worth_a_look: bool = False


def done_by(actor: Actor, operation_id: int) -> Done | None:
    """What an operation did, for who may know. Five statements at the most, however many comments it was about."""
    if not may(actor, Permission.MODERATE):
        return None
    session = db.session()
    try:
        operation = items.operation(session, operation_id)
    except NotFound:
        return None
    by = "" if operation.actor == actor.ref else f"By {operation.actor_name}: "
    if operation.state == OperationState.RUNNING:
        told = f"{by}{operation.done:,} of {operation.total:,} comments are done; the rest goes on by itself."
        return Done(operation_id=operation_id, told=told, is_worth_a_look=True)
    return _ended(session, operation, by)


def _ended(session: Session, operation: Row, by: str) -> Done:
    counts = _counts(session, operation.id)
    done = counts.pop(None, 0)
    changed = _some(session, operation.id, OperationItem.code.is_(None), limit=1)
    is_undone = items.undone_by(session, operation.id) is not None
    told = by + _sentence(Action(operation.action), done, changed)
    return Done(
        operation_id=operation.id,
        told=f"{told} That was taken back meanwhile." if is_undone else told,
        left_alone=_left_alone(session, operation.id, counts) if counts else (),
        undo=None if is_undone or not done else _undo_words(done, changed),
        is_worth_a_look=bool(counts),
    )


def _counts(session: Session, operation_id: int) -> dict[str | None, int]:
    """How many comments were changed (None), and how many were left alone, by the reason."""
    each = select(OperationItem.code, func.count()).where(OperationItem.operation_id == operation_id)
    return dict(session.execute(each.group_by(OperationItem.code)).all())


def _some(session: Session, operation_id: int, those: ColumnElement[bool], *, limit: int) -> Sequence[Row]:
    columns = select(
        OperationItem.comment_id, OperationItem.code, OperationItem.before, OperationItem.status, Comment.author_name
    ).outerjoin(Comment, Comment.id == OperationItem.comment_id)
    rows = columns.where(OperationItem.operation_id == operation_id, those)
    return session.execute(rows.order_by(OperationItem.comment_id).limit(limit)).all()


def _sentence(action: Action, done: int, changed: Sequence[Row]) -> str:
    if not done:
        return "No comment was changed."
    one, many = _TOLD[action]
    return f"{_by_author(changed[0])} {one}." if done == 1 else f"{done:,} comments {many}."


def _undo_words(done: int, changed: Sequence[Row]) -> str:
    if done > 1:
        return f"Undo: put {done:,} comments back as they were"
    return f"Undo: back to {STATUS_WORDS[changed[0].before['status']]}"


def _left_alone(session: Session, operation_id: int, counts: Mapping[str | None, int]) -> tuple[str, ...]:
    told = [_why(row) for row in _some(session, operation_id, OperationItem.code.is_not(None), limit=_LEFT_ALONE_TOLD)]
    more = sum(counts.values()) - len(told)
    return (*told, f"{more:,} more were left alone.") if more else tuple(told)


def _why(row: Row) -> str:
    """Who did what when, where somebody was first."""
    if row.before is None or row.code == "not_found":
        return f"Left alone: comment {row.comment_id} is not there any more."
    at = in_full(datetime.fromisoformat(row.before["changed_at"]))
    who = row.before["changed_by"]
    return f"Left alone: {_by_author(row, 'the')} was changed by {who} ({at}) and is {STATUS_WORDS[row.status]} now."


def _by_author(row: Row, the: str = "The") -> str:
    return f"{the} comment by {row.author_name}" if row.author_name else f"{the} comment"
