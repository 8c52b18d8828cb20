"""How is one act done to many comments, and undone as a whole?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comments.life import Counts, Move, change_status, decided, destination
from app.comments.standing import Change, Standing
from app.ground import clock
from app.ground.audit import Act, record
from app.ground.db import transaction
from app.ground.errors import Conflict
from app.ground.idempotency import Claim, Replay, claim
from app.ground.prepared import Row
from app.moderation import items, store
from app.moderation.items import Seen
from app.moderation.models import Action, Operation, OperationState
from app.moderation.selection import Selection
from app.moderation.undoing import State, standing_of, state_found, state_of
from app.permissions import Actor
from app.site import timer

AT_ONCE = 500  # comments at most that are decided before the answer; more are decided in the background
MOST_BY_IDS = 1_000
MOST_BY_FILTER = 100_000


@dataclass(frozen=True, slots=True)
class Started:
    """The operation and the HTTP status of the answer: 200 where it is done, 202 where it goes on."""

    operation_id: int
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of one comment: `code` says why it is left alone, else `change` what is done."""

    item: Row
    before: State | None
    status: str | None
    code: str | None = None
    change: Change | None = None


def decide_about(actor: Actor, move: Move, seen: Sequence[Seen], note: str | None) -> Started:
    """Do the same to all of these comments that nobody changed since they were seen."""
    with transaction() as session:
        claimed = claim(session, scope=actor.ref)
        if isinstance(claimed, Replay):
            return Started(claimed.resource_id, claimed.status)
        operation_id = begin(session, actor, Action(move), note=note)
        total = items.add(session, operation_id, seen)
        started = _first_part(session, items.filled(session, operation_id, total), claimed)
    return _poked(started)


def decide_about_selection(actor: Actor, move: Move, selection: Selection, *, expected: int,
                           note: str | None) -> Started:  # fmt: skip
    """Do the same to all comments that were selected at the selection's `as_of`, and not changed since.

    Raises Conflict (409): `expected_differs` with the number of what is there, where the moderator saw more or
    fewer; `too_many_comments`.
    """
    with transaction() as session:
        claimed = claim(session, scope=actor.ref)
        if isinstance(claimed, Replay):
            return Started(claimed.resource_id, claimed.status)
        operation_id = begin(session, actor, Action(move), note=note, selected=selection.told())
        total = items.freeze(session, operation_id, selection, limit=MOST_BY_FILTER + 1)
        _refuse_surprise(total, expected)
        started = _first_part(session, items.filled(session, operation_id, total), claimed)
    return _poked(started)


def undo(actor: Actor, operation_id: int, note: str | None) -> Started:
    """Put back what an operation changed, wherever nobody has acted since.

    Raises NotFound, and Conflict (409): `still_running`, `already_undone`.
    """
    with transaction() as session:
        claimed = claim(session, scope=actor.ref)
        if isinstance(claimed, Replay):
            return Started(claimed.resource_id, claimed.status)
        undone = items.operation(session, operation_id)
        if undone.state == OperationState.RUNNING:
            raise Conflict("It has not ended yet.", code="still_running", done=undone.done, total=undone.total)
        undoing_id = begin(session, actor, Action.UNDO, note=note, undoes_id=operation_id)
        total = items.add_what_was_done(session, undoing_id, undone_id=operation_id)
        started = _first_part(session, items.filled(session, undoing_id, total), claimed)
    return _poked(started)


def decide_one(session: Session, actor: Actor, move: Move, seen: Seen, note: str | None) -> int:
    """Do it to one comment, whose lock the caller holds, as an operation of its own, whose id this is."""
    operation_id = begin(session, actor, Action(move), note=note)
    carry_out(session, items.filled(session, operation_id, items.add(session, operation_id, [seen])), 1)
    return operation_id


def begin(session: Session, actor: Actor, action: Action, *, note: str | None, selected: State | None = None,
          undoes_id: int | None = None) -> int:  # fmt: skip
    """Raises Conflict (409, `already_undone`): a constraint lets one undo through, whoever comes at once."""
    new_id = items.new_operation(session, {
        "action": action,
        "actor": actor.ref,
        "actor_name": actor.name,
        "note": note,
        "filter": selected,
        "state": OperationState.RUNNING,
        "total": 0,
        "done": 0,
        "created_at": clock.now(),
        "undoes_id": undoes_id,
    })  # fmt: skip
    if new_id is None:
        first = session.scalars(select(Operation).where(Operation.undoes_id == undoes_id)).one()
        raise Conflict(
            "It was undone already.",
            code="already_undone",
            operation=first.id,
            undone_by=first.actor_name,
            undone_at=first.created_at.isoformat(),
        )
    return new_id


def carry_out(session: Session, operation: Row, limit: int) -> int:
    """Do the next so many comments of an operation, all in this transaction; how many those were.

    As many statements for many as for few: all are read, then it is seen what becomes of each, then all is written.
    """
    waiting = items.next_waiting(session, operation, limit)
    comments = items.lock(session, operation, waiting)
    outcomes = [_outcome(operation, item, comments.get(item.comment_id)) for item in waiting]
    done = [(outcome.item, outcome.change) for outcome in outcomes if outcome.change]
    counts = Counts()
    change_status(session, [change for _, change in done], by=operation.actor_name, counts=counts)
    items.keep(session, operation, [_as_kept(outcome) for outcome in outcomes])
    if operation.undoes_id is not None:
        items.hand_back(session, [(item.comment_id, item.undone_seen, _left(change)) for item, change in done])
    items.advance(session, operation, by=len(waiting))
    record(session, *[_act(operation, change) for _, change in done])
    counts.write(session)
    return len(waiting)


def continue_operations(limit: int) -> int:
    """Do the next so many comments of the oldest operation that nobody else is at; how many those were.

    The operation's row is locked and what was done is stored with its progress: a process that dies loses
    nothing, and none does twice what another did. One that broke is tried again when those after it are done.
    """
    with transaction() as session:
        operation = items.oldest_running(session, after=max(_broken, default=0))
        if operation is None and _broken:
            _broken.clear()
            operation = items.oldest_running(session, after=0)
        if operation is None:
            return 0
        try:
            return carry_out(session, operation, limit)
        except Exception:
            _broken.append(operation.id)
            raise


_broken: list[int] = []  # the operations that this process left for later


def _first_part(session: Session, operation: Row, claimed: Claim) -> Started:
    """All of a small operation; of a large one nothing, so that nobody waits."""
    status = 200 if operation.total <= AT_ONCE else 202
    if status == 200:
        carry_out(session, operation, AT_ONCE)
    claimed.remember(session, status=status, resource_id=operation.id)
    return Started(operation.id, status)


def _poked(started: Started) -> Started:
    if started.status == 202:
        timer.poke()
    return started


def _refuse_surprise(actual: int, expected: int) -> None:
    if actual > MOST_BY_FILTER:
        raise Conflict("These are too many at once: narrow the filter.", code="too_many_comments", limit=MOST_BY_FILTER)
    if actual != expected:
        message = "There are not as many of these as were seen: look again, or say this number."
        raise Conflict(message, code="expected_differs", expected=expected, actual=actual)


def _outcome(operation: Row, item: Row, comment: Row | None) -> Outcome:
    if comment is None or comment.erased_at is not None:
        return Outcome(item=item, before=state_found(comment) if comment else None, status=None, code="not_found")
    if comment.version != item.version_seen:
        return Outcome(item=item, before=state_found(comment), status=comment.status, code="changed_since")
    try:
        to = _standing_after(operation, item, comment)
    except Conflict as refusal:
        return Outcome(item=item, before=state_found(comment), status=comment.status, code=refusal.code)
    return Outcome(item=item, before=state_of(comment), status=to.status, change=Change(comment, to))


def _standing_after(operation: Row, item: Row, comment: Row) -> Standing:
    """Raises Conflict where the comment is so already."""
    if operation.undoes_id is not None:
        return standing_of(item.undone_before)
    return decided(comment, destination(comment, Move(operation.action)), by=operation.actor_name)


def _left(change: Change) -> int:
    """The version in which a change leaves its comment."""
    return int(change.comment.version) + 1


def _as_kept(outcome: Outcome) -> dict[str, Any]:
    return {
        "of_comment": outcome.item.comment_id,
        "its_before": outcome.before,
        "its_status": outcome.status,
        "its_code": outcome.code,
        "its_version_left": _left(outcome.change) if outcome.change else None,
    }


def _act(operation: Row, change: Change) -> Act:
    return Act(
        actor=operation.actor,
        actor_name=operation.actor_name,
        action=operation.action,
        object_type=store.COMMENT,
        object_id=change.comment.id,
        from_state=change.comment.status,
        to_state=change.to.status,
        reason=operation.note,
        operation_id=operation.id,
        details={"undoes": operation.undoes_id} if operation.undoes_id else {},
    )
