"""How is an operation kept, with the comments that it is about and what it did to each?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Select,
    Update,
    bindparam,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from app.articles.counters import lock_discussions
from app.comments.models import Comment
from app.comments.standing import DECIDED
from app.ground import clock
from app.ground.cursors import Page, decode, page_of
from app.ground.db import insert_or
from app.ground.errors import NotFound
from app.ground.prepared import Prepared, Row
from app.moderation.models import Operation, OperationItem, OperationState
from app.moderation.selection import Selection

_ORDER = (
    Operation.id,
    Operation.action,
    Operation.actor,
    Operation.actor_name,
    Operation.note,
    Operation.undoes_id,
    Operation.total,
    Operation.done,
)
_NEW = "action actor actor_name note filter state total done created_at undoes_id".split()
_FOUND = "before status code version_left".split()
_undone = aliased(OperationItem, name="undone")


@dataclass(frozen=True, slots=True)
class Seen:
    """A comment in the version that a moderator saw."""

    id: int
    version: int


def _given(table: type[Operation] | type[OperationItem], names: Sequence[str]) -> dict[str, Any]:
    return {name: bindparam(f"its_{name}", type_=table.__table__.columns[name].type) for name in names}


def _is_waiting() -> ColumnElement[bool]:
    """By an index of its own: what is done already is not passed again and again."""
    item = OperationItem
    return (item.operation_id == bindparam("of")) & item.version_left.is_(None) & item.code.is_(None)


def _next() -> Executable:
    before, seen = _undone.before.label("undone_before"), _undone.version_seen.label("undone_seen")
    columns = select(OperationItem.comment_id, OperationItem.version_seen, Comment.article_id, before, seen)
    same = (_undone.operation_id == bindparam("undoes")) & (_undone.comment_id == OperationItem.comment_id)
    items = columns.outerjoin(Comment, Comment.id == OperationItem.comment_id).outerjoin(_undone, same)
    return items.where(_is_waiting()).order_by(OperationItem.comment_id).limit(bindparam("limit", type_=Integer))


def _locking() -> Executable:
    of_items = select(*DECIDED).join(OperationItem, OperationItem.comment_id == Comment.id)
    those = of_items.where(_is_waiting(), OperationItem.comment_id <= bindparam("last"))
    return those.order_by(OperationItem.comment_id).with_for_update(of=Comment)


def _oldest() -> Executable:
    running = select(*_ORDER).where(Operation.state == OperationState.RUNNING, Operation.id > bindparam("after"))
    return running.order_by(Operation.id).limit(1).with_for_update(skip_locked=True)


def _handing_back() -> Update:
    return (
        update(OperationItem)
        .where(OperationItem.comment_id == bindparam("comment"), OperationItem.version_left == bindparam("earlier"))
        .values(version_left=bindparam("now"))
    )


_BEGIN = Prepared(
    lambda: (
        insert_or(Operation)
        .values(_given(Operation, _NEW))
        .on_conflict_do_nothing(index_elements=["undoes_id"])
        .returning(Operation.id)
    )
)
_FILL = Prepared(
    lambda: (
        update(Operation).where(Operation.id == bindparam("of")).values(total=bindparam("number")).returning(*_ORDER)
    )
)
_ADVANCE = Prepared(
    lambda: (
        update(Operation)
        .where(Operation.id == bindparam("of"))
        .values(_given(Operation, ["done", "state", "finished_at"]))
    )
)
_ADD_ITEM = Prepared(
    lambda: insert(OperationItem).values(_given(OperationItem, ["operation_id", "comment_id", "version_seen"]))
)
_KEEP = Prepared(
    lambda: (
        update(OperationItem)
        .where(OperationItem.operation_id == bindparam("of"), OperationItem.comment_id == bindparam("of_comment"))
        .values(_given(OperationItem, _FOUND))
    )
)
_SHOWN = Prepared(lambda: select(*Operation.__table__.columns).where(Operation.id == bindparam("of")))
_NEXT = Prepared(_next)
_LOCK = Prepared(_locking)
_OLDEST = Prepared(_oldest)
_HAND_BACK = Prepared(_handing_back)


def new_operation(session: Session, values: Mapping[str, Any]) -> int | None:
    """The id of a new operation; None where another undoes already what this one was to undo."""
    new_id: int | None = _BEGIN.scalar(session, **{f"its_{name}": values[name] for name in _NEW})
    return new_id


def filled(session: Session, operation_id: int, total: int) -> Row:
    """An operation as `carry_out` wants it, once it is known about how many comments it is."""
    return _FILL.first(session, of=operation_id, number=total)


def oldest_running(session: Session, *, after: int) -> Row | None:
    """The oldest operation after this one that nobody else is at, locked until the end."""
    return _OLDEST.first(session, after=after)


def operation(session: Session, operation_id: int) -> Row:
    """Raises NotFound."""
    found = _SHOWN.first(session, of=operation_id)
    if found is None:
        raise NotFound
    return found


def undone_by(session: Session, operation_id: int) -> int | None:
    """The operation that undid this one."""
    return session.scalar(select(Operation.id).where(Operation.undoes_id == operation_id))


def add(session: Session, operation_id: int, seen: Sequence[Seen]) -> int:
    """Give an operation these comments; how many."""
    _ADD_ITEM.run_many(session, [
        {"its_operation_id": operation_id, "its_comment_id": each.id, "its_version_seen": each.version}
        for each in seen
    ])  # fmt: skip
    return len(seen)


def freeze(session: Session, operation_id: int, selection: Selection, *, limit: int) -> int:
    """Give an operation the selected comments as they are now, in one statement; how many."""
    chosen = select(literal(operation_id), Comment.id, Comment.version).where(*selection.sure, *selection.rare)
    return _insert(session, chosen.limit(limit))


def add_what_was_done(session: Session, operation_id: int, *, undone_id: int) -> int:
    """Give an undo every comment that the other operation changed, in the version that it left; how many."""
    done = select(literal(operation_id), OperationItem.comment_id, OperationItem.version_left)
    done = done.where(OperationItem.operation_id == undone_id, OperationItem.version_left.is_not(None))
    return _insert(session, done)


def _insert(session: Session, chosen: Select[*tuple[Any, ...]]) -> int:
    into = insert(OperationItem).from_select(["operation_id", "comment_id", "version_seen"], chosen)
    # Unasked, the rows of an INSERT are not counted.
    return session.connection().execute(into, execution_options={"preserve_rowcount": True}).rowcount


def next_waiting(session: Session, operation: Row, limit: int) -> Sequence[Row]:
    """What an operation has not come to yet, in the order of the comments' ids; for an undo with what it undoes."""
    return _NEXT.all(session, of=operation.id, undoes=operation.undoes_id, limit=limit)


def lock(session: Session, operation: Row, items: Sequence[Row]) -> Mapping[int, Row]:
    """The comments of these items that are there, erased ones too; nobody else changes them until the end.

    Discussions first, then comments in the order of their ids, so that nobody waits in a circle.
    """
    if not items:
        return {}
    lock_discussions(session, {item.article_id for item in items if item.article_id is not None})
    return {row.id: row for row in _LOCK.all(session, of=operation.id, last=items[-1].comment_id)}


def keep(session: Session, operation: Row, outcomes: Sequence[dict[str, Any]]) -> None:
    """Write down what became of each comment."""
    _KEEP.run_many(session, [{"of": operation.id} | outcome for outcome in outcomes])


def advance(session: Session, operation: Row, *, by: int) -> None:
    """Write down how far an operation has come."""
    done = operation.done + by
    is_done = done >= operation.total
    _ADVANCE.run(
        session,
        of=operation.id,
        its_done=done,
        its_state=OperationState.DONE if is_done else OperationState.RUNNING,
        its_finished_at=clock.now() if is_done else None,
    )


def hand_back(session: Session, left: Sequence[tuple[int, int, int]]) -> None:
    """For every (comment, earlier version, version now): whoever left the earlier one left it as it is now.

    What acted before an operation that was undone finds the comment as it left it, and can be undone in its turn.
    """
    _HAND_BACK.run_many(
        session, [{"comment": comment_id, "earlier": earlier, "now": now} for comment_id, earlier, now in left]
    )


def finished(session: Session, operation_id: int, *, limit: int, cursor: str | None) -> Page[OperationItem]:
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
