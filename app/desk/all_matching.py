"""On which page does a moderator decide about all comments that a filter finds?"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from app.accounts.door import current_actor
from app.comments.life import Move
from app.desk.card import cards_of, moves_of
from app.desk.done import STATUS_WORDS
from app.desk.forms import FILTERS, Refusal, asked, moments_in, number, refusal_of, sent
from app.desk.frame import HOME, asked_back, back_to, desk_page, open_to
from app.desk.reasons import OBJECTIONS
from app.ground import clock
from app.ground.db import fresh_read
from app.ground.errors import Conflict
from app.ground.openapi import loaded
from app.moderation import operations, queue
from app.moderation.operation_schemas import NewOperationSchema
from app.moderation.schemas import FilterSchema
from app.moderation.selection import ANY, selection_of
from app.permissions import Permission

routes = Blueprint("all_matching", __name__)
PAGE = "/desk/all-that-match"
_EXAMPLES = 3
_LABELS = {
    "status": "Status",
    "article": "Article",
    "section": "Section",
    "reason": "Held for",
    "q": "Words",
    "after": "From",
    "before": "Before",
}


@routes.get(PAGE)
@open_to(Permission.MODERATE)
def show_all() -> Response:
    """How many there are and what they are like, before anything is done to them."""
    return _confirm(moments_in(asked(*FILTERS)))


@routes.post(PAGE)
@open_to(Permission.MODERATE)
def decide_about_all() -> Response:
    """Decide about as many as the moderator saw; where there are others by now, ask again."""
    filters = sent(*FILTERS)
    body = loaded(
        NewOperationSchema(),
        {
            "action": request.form.get("action", ""),
            "filter": filters,
            "as_of": request.form.get("as_of", ""),
            "expected": number(request.form.get("expected", "")),
            **sent("note"),
        },
    )
    actor = current_actor()
    selection, _ = selection_of(actor, body["filter"], as_of=body["as_of"])
    try:
        started = operations.decide_about_selection(
            actor, Move(body["action"]), selection, expected=body["expected"], note=body["note"]
        )
    except Conflict as refusal:
        return _confirm(filters, refusal_of(refusal), status=refusal.status)
    return back_to(asked_back(), done=started.operation_id)


def _told(filters: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters in words."""
    words = {**STATUS_WORDS, **OBJECTIONS, ANY: "any"}
    return [(_LABELS[name], words.get(value, value)) for name, value in filters.items()]


def _confirm(filters: Mapping[str, str], refusal: Refusal | None = None, *, status: int = 200) -> Response:
    args: dict[str, Any] = loaded(FilterSchema(), dict(filters))
    as_of, session = clock.now(), fresh_read()
    selection, _ = selection_of(current_actor(), args, as_of=as_of)
    examples = queue.read_queue(session, selection, limit=_EXAMPLES, cursor=None)
    return desk_page(
        "desk/all-that-match.html",
        status=status,
        number=queue.number_of(session, selection, most=operations.MOST_BY_FILTER + 1),
        most=operations.MOST_BY_FILTER,
        as_of=as_of,
        filters={"status": args["status"], **filters},
        told=_told({"status": args["status"], **filters}),
        cards=cards_of(session, examples.items),
        buttons=moves_of(args["status"] if args["status"] != ANY else None),
        back=asked_back(HOME),
        refusal=refusal,
    )
