"""By which URLs does a moderator decide about many comments at once, and take it back?"""

from typing import Any

from app.accounts.door import current_actor, staff
from app.comments.life import Move
from app.ground.db import db, fresh_read
from app.ground.openapi import ENTITY, PREFIX, PageQuery, Routes
from app.moderation import actions, examples, items, operations
from app.moderation.operation_schemas import (
    NewOperationSchema,
    ShownOperationSchema,
    StartedSchema,
    operation_shown,
    result_shown,
)
from app.moderation.operations import Started
from app.moderation.schemas import DecisionSchema
from app.moderation.selection import selection_of
from app.permissions import Permission

routes = Routes("operations", __name__, description="One act on many comments.")

Body = dict[str, Any]
Answer = tuple[Any, int, dict[str, str]]
OPERATION = f"/moderation/operations/<{ENTITY}:operation_id>"
GOES_ON = "It goes on in the background: see Location."


@routes.route("/moderation/operations", methods=["POST"])
@staff(routes, Permission.MODERATE)
@routes.repeatable
@routes.arguments(NewOperationSchema, example=examples.NEW_OPERATION)
@routes.response(200, StartedSchema, example=examples.STARTED)
@routes.alt_response(202, schema=StartedSchema, description=GOES_ON)
@routes.problems(400, 409, 413, 415)
def start_operation(body: Body) -> Answer:
    """Do the same to many comments: to those named, in the versions that were seen, or to all that a filter finds."""
    actor, move = current_actor(), Move(body["action"])
    if "items" in body:
        return _started(operations.decide_about(actor, move, body["items"], body["note"]))
    selection, by_address = selection_of(actor, body["filter"], as_of=body["as_of"])
    if by_address:
        actions.log_search(actor, by_address)
    return _started(
        operations.decide_about_selection(actor, move, selection, expected=body["expected"], note=body["note"])
    )


@routes.route(OPERATION)
@staff(routes, Permission.MODERATE)
@routes.arguments(PageQuery, location="query")
@routes.response(200, ShownOperationSchema)
@routes.problems(404)
def show_operation(args: Body, operation_id: int) -> Answer:
    """How far an operation is, with a page of its results."""
    session = db.session()
    operation = items.operation(session, operation_id)
    page = items.finished(session, operation_id, limit=args["limit"], cursor=args["cursor"])
    shown = operation_shown(operation, items.undone_by(session, operation_id))
    results = [result_shown(item) for item in page.items]
    return shown | {"results": results, "next": page.next}, 200, page.headers


@routes.route(f"{OPERATION}/undo", methods=["POST"])
@staff(routes, Permission.MODERATE)
@routes.repeatable
@routes.arguments(DecisionSchema)
@routes.response(200, StartedSchema)
@routes.alt_response(202, schema=StartedSchema, description=GOES_ON)
@routes.problems(400, 404, 409, 413, 415)
def undo_operation(body: Body, operation_id: int) -> Answer:
    """Put every comment back exactly as it was, wherever nobody has acted since."""
    return _started(operations.undo(current_actor(), operation_id, body["note"]))


def _started(started: Started) -> Answer:
    session = fresh_read()
    operation = items.operation(session, started.operation_id)
    results = []
    if started.status == 200:
        page = items.finished(session, operation.id, limit=operations.AT_ONCE, cursor=None)
        results = [result_shown(item) for item in page.items]
    answer = {"operation": operation_shown(operation, None), "results": results}
    return answer, started.status, {"Location": f"{PREFIX}/moderation/operations/{operation.id}"}
