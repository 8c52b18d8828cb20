"""How does a moderator decide in a browser, and take it back?"""

from typing import Any

from flask import Blueprint, Response, request

from app.accounts.door import current_actor
from app.comments.life import DESTINATIONS, Move
from app.desk.card import MOVES, cards_of
from app.desk.forms import asked, further, number, sent
from app.desk.frame import asked_back, back_to, desk_page, open_to, sayings
from app.desk.log import ACTIONS
from app.ground.db import fresh_read
from app.ground.errors import Conflict, NotFound, PreconditionFailed
from app.ground.openapi import ENTITY, PageQuery, loaded
from app.moderation import actions, items, operations, queue, store
from app.moderation.operation_schemas import NewOperationSchema, result_shown
from app.moderation.schemas import DecisionSchema
from app.permissions import Permission

routes = Blueprint("deciding", __name__)
COMMENT = f"/desk/comments/<{ENTITY}:comment_id>"
OPERATION = f"/desk/operations/<{ENTITY}:operation_id>"
sayings({"nothing_selected": "No comment was selected, so nothing was done."})


@routes.post(f"{COMMENT}/decide")
@open_to(Permission.MODERATE)
def decide(comment_id: int) -> Response:
    """Move one comment; where somebody was first, show who did what, and the comment as it is now."""
    move = _asked_move()
    note = loaded(DecisionSchema(), sent("note"))["note"]
    try:
        operation_id = actions.decide(current_actor(), comment_id, move, note)
    except (PreconditionFailed, Conflict) as refusal:
        return conflict_page(comment_id, MOVES[move][0], status=refusal.status)
    return back_to(asked_back(), done=operation_id)


@routes.post("/desk/operations")
@open_to(Permission.MODERATE)
def decide_about_selected() -> Response:
    """Do the same to all that were selected, in the versions that were seen."""
    selected = request.form.getlist("seen")
    if not selected:
        return back_to(asked_back(), said="nothing_selected")
    seen = [dict(zip(("id", "version"), map(number, each.split(":", 1)), strict=False)) for each in selected]
    body = loaded(NewOperationSchema(), {"action": request.form.get("action", ""), "items": seen, **sent("note")})
    started = operations.decide_about(current_actor(), Move(body["action"]), body["items"], body["note"])
    return back_to(asked_back(), done=started.operation_id)


@routes.get(OPERATION)
@open_to(Permission.MODERATE)
def show_operation(operation_id: int) -> Response:
    """How far it is, and what was left alone."""
    args: dict[str, Any] = loaded(PageQuery(), asked("cursor", "limit"))
    session = fresh_read()
    operation = items.operation(session, operation_id)
    page = items.finished(session, operation_id, limit=args["limit"], cursor=args["cursor"])
    return desk_page(
        "desk/operation.html",
        operation=operation,
        undone_by=items.undone_by(session, operation_id),
        results=[result_shown(item) for item in page.items],
        next=further(request.path, page.next),
        acts=ACTIONS,
    )


@routes.post(f"{OPERATION}/undo")
@open_to(Permission.MODERATE)
def undo(operation_id: int) -> Response:
    """Put everything back wherever nobody has acted since."""
    started = operations.undo(current_actor(), operation_id, None)
    return back_to(asked_back(), done=started.operation_id)


def conflict_page(comment_id: int, wanted: str, *, status: int) -> Response:
    """Who did what, and when, and the comment as it is now, to decide again. Raises NotFound for what is erased."""
    session = fresh_read()
    item = queue.read_item(session, comment_id)
    last = store.last_act(session, comment_id)
    return desk_page(
        "desk/conflict.html",
        status=status,
        card=cards_of(session, [item])[0],
        wanted=wanted,
        did=ACTIONS.get(last.action, "changed") if last and last.actor_name == item["changed_by"] else "changed",
        heading=_heading(item, wanted),
        is_own=item["changed_by"] == current_actor().name,
        back=asked_back(),
    )


def _heading(item: dict[str, Any], wanted: str) -> str:
    if item["changed_by"] != current_actor().name:
        return "Somebody was first"
    is_so = wanted in {MOVES[move][0] for move, status in DESTINATIONS.items() if status == item["status"]}
    return "You did that already" if is_so else "You changed it meanwhile"


def _asked_move() -> Move:
    try:
        return Move(request.form.get("action", ""))
    except ValueError:
        raise NotFound("There is no such decision.") from None
