"""How is one act done to many comments, and undone as a whole?"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comments.life import Counts, Move, change_status, destination
from app.comments.models import Comment
from app.ground import clock
from app.ground.audit import Act, record
from app.ground.db import insert_or, transaction
from app.ground.errors import Conflict
from app.ground.idempotency import Claim, Replay, claim
from app.moderation import store
from app.moderation.models import Action, Operation, OperationItem, OperationState
from app.moderation.selection import Selection
from app.moderation.store import Seen
from app.moderation.undoing import State, put_back, state_found, state_of
from app.permissions import Actor
from app.site import timer

AT_ONCE = 500  # comments at most that are decided before the answer; more are decided in the background
MOST_BY_IDS = 1_000
MOST_BY_FILTER = 100_000


UndoneItems = dict[int, OperationItem]


@dataclass(frozen=True, slots=True)
class Started:
    """The operation and the HTTP status of the answer: 200 where it is done, 202 where it goes on."""

    operation_id: int
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one comment: `code` says why it was left alone."""

    before: State | None
    status: str | None
    code: str | None = None
    version_left: int | None = None
    act: Act | None = None


def decide_about(actor: Actor, move: Move, seen: Sequence[Seen], note: str | None) -> Started:
    """Do the same to all of these comments that nobody changed since they were seen."""
    with transaction() as session:
        claimed = claim(session, scope=actor.ref)
        if isinstance(claimed, Replay):
            return Started(claimed.resource_id, claimed.status)
        operation = begin(session, actor, Action(move), note=note)
        operation.total = store.add_items(session, operation.id, seen)
        started = _first_part(session, operation, claimed)
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
        operation = begin(session, actor, Action(move), note=note, selected=selection.told())
        operation.total = store.freeze(session, operation.id, selection, limit=MOST_BY_FILTER + 1)
        _refuse_surprise(operation.total, expected)
        started = _first_part(session, operation, claimed)
    return _poked(started)


def undo(actor: Actor, operation_id: int, note: str | None) -> Started:
    """Put back what an operation changed, wherever nobody has acted since.

    Raises NotFound, and Conflict (409): `still_running`, `already_undone`.
    """
    with transaction() as session:
        claimed = claim(session, scope=actor.ref)
        if isinstance(claimed, Replay):
            return Started(claimed.resource_id, claimed.status)
        undone = store.operation(session, operation_id)
        if undone.state == OperationState.RUNNING:
            raise Conflict("It has not ended yet.", code="still_running", done=undone.done, total=undone.total)
        operation = begin(session, actor, Action.UNDO, note=note, undoes_id=operation_id)
        operation.total = store.add_what_was_done(session, operation.id, undone_id=operation_id)
        started = _first_part(session, operation, claimed)
    return _poked(started)


def begin(session: Session, actor: Actor, action: Action, *, note: str | None, selected: State | None = None,
          undoes_id: int | None = None) -> Operation:  # fmt: skip
    """Raises Conflict (409, `already_undone`): a constraint lets one undo through, whoever comes at once."""
    values = {
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
    }
    row = insert_or(Operation).values(values).on_conflict_do_nothing(index_elements=["undoes_id"])
    new_id = session.scalar(row.returning(Operation.id))
    if new_id is None:
        first = session.scalars(select(Operation).where(Operation.undoes_id == undoes_id)).one()
        raise Conflict(
            "It was undone already.",
            code="already_undone",
            operation=first.id,
            undone_by=first.actor_name,
            undone_at=first.created_at.isoformat(),
        )
    return store.operation(session, new_id)


def carry_out(session: Session, operation: Operation, limit: int) -> int:
    """Do the next so many comments of an operation, all in this transaction; how many those were."""
    items = store.waiting_items(session, operation.id, limit)
    comments = store.lock_comments(session, [item.comment_id for item in items])
    undone = _undone_items(session, operation, items)
    counts = Counts()
    outcomes = [
        _do_one(session, operation, item, comments.get(item.comment_id), undone.get(item.comment_id), counts)
        for item in items
    ]
    _keep(items, outcomes)
    store.hand_back(session, _put_back(items, undone))
    operation.done += len(items)
    if operation.done >= operation.total:
        operation.state, operation.finished_at = OperationState.DONE, clock.now()
    record(session, *[outcome.act for outcome in outcomes if outcome.act])
    session.flush()
    counts.write(session)
    return len(items)


def continue_operations(limit: int) -> int:
    """Do the next so many comments of the oldest operation that nobody else is at; how many those were.

    The operation's row is locked and what was done is stored with its progress: a process that dies loses
    nothing, and none does twice what another did.
    """
    running = select(Operation).where(Operation.state == OperationState.RUNNING).order_by(Operation.id).limit(1)
    with transaction() as session:
        operation = session.scalar(
            running.with_for_update(skip_locked=True), execution_options={"populate_existing": True}
        )
        return carry_out(session, operation, limit) if operation is not None else 0


def _first_part(session: Session, operation: Operation, claimed: Claim) -> Started:
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


def _keep(items: Sequence[OperationItem], outcomes: Sequence[Outcome]) -> None:
    for item, outcome in zip(items, outcomes, strict=True):
        item.before, item.status = outcome.before, outcome.status
        item.code, item.version_left = outcome.code, outcome.version_left


def _put_back(items: Sequence[OperationItem], undone: UndoneItems) -> list[tuple[int, int, int]]:
    """Each comment that an undo put back, with the version in which the undone operation found it, and its own.

    What acted before that operation finds the comment as it left it, and can be undone in its turn.
    """
    return [
        (item.comment_id, undone[item.comment_id].version_seen, item.version_left)
        for item in items
        if item.version_left is not None and item.comment_id in undone
    ]


def _undone_items(session: Session, operation: Operation, items: Sequence[OperationItem]) -> UndoneItems:
    """For an undo: what the operation that it undoes did to each comment."""
    if operation.undoes_id is None:
        return {}
    undone = select(OperationItem).where(
        OperationItem.operation_id == operation.undoes_id,
        OperationItem.comment_id.in_([item.comment_id for item in items]),
    )
    return {item.comment_id: item for item in session.scalars(undone)}


def _do_one(session: Session, operation: Operation, item: OperationItem, comment: Comment | None,
            undone: OperationItem | None, counts: Counts) -> Outcome:  # fmt: skip
    if comment is None or comment.erased_at is not None:
        return Outcome(before=state_found(comment) if comment else None, status=None, code="not_found")
    if comment.version != item.version_seen:
        return Outcome(before=state_found(comment), status=comment.status, code="changed_since")
    before = state_of(comment)
    try:
        _act_on(session, operation, comment, undone, counts)
    except Conflict as refusal:
        return Outcome(before=state_found(comment), status=comment.status, code=refusal.code)
    act = Act(
        actor=operation.actor,
        actor_name=operation.actor_name,
        action=operation.action,
        object_type=store.COMMENT,
        object_id=comment.id,
        from_state=before["status"],
        to_state=comment.status,
        reason=operation.note,
        operation_id=operation.id,
        details={"undoes": operation.undoes_id} if operation.undoes_id else {},
    )
    return Outcome(before=before, status=comment.status, version_left=comment.version, act=act)


def _act_on(session: Session, operation: Operation, comment: Comment, undone: OperationItem | None,
            counts: Counts) -> None:  # fmt: skip
    """Raises Conflict where the comment is so already."""
    by = operation.actor_name
    if undone is None:
        change_status(session, comment, destination(comment, Move(operation.action)), by=by, counts=counts)
        return
    put_back(session, comment, undone.before or {}, by=by, counts=counts)
