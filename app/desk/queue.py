"""On which page does a moderator decide about what waits?"""

from typing import Any

from flask import Blueprint, Response, request

from app.accounts.door import current_actor
from app.comments.models import Status
from app.desk.card import cards_of, moves_of
from app.desk.forms import asked, further
from app.desk.frame import HOME, desk_page, open_to
from app.desk.reasons import OBJECTIONS
from app.ground.db import db
from app.ground.openapi import loaded
from app.moderation import queue
from app.moderation.schemas import QueueQuery
from app.moderation.selection import selection_of
from app.permissions import Permission

routes = Blueprint("queue", __name__)

# What the queue can be narrowed by; /desk/comments knows more.
FILTERS = ("article", "section", "reason")


@routes.get(HOME)
@open_to(Permission.MODERATE)
def show_queue() -> Response:
    """What waits, oldest first, a page at a time."""
    filters = asked(*FILTERS)
    args: dict[str, Any] = loaded(QueueQuery(), filters | asked("cursor", "limit"))
    selection, _ = selection_of(current_actor(), args)
    session = db.session()
    page = queue.read_queue(session, selection, limit=args["limit"], cursor=args["cursor"])
    return desk_page(
        "desk/queue.html",
        cards=cards_of(session, page.items),
        moves=moves_of(Status.PENDING),
        next=further(HOME, page.next),
        waiting=page.counts["pending"],
        oldest=page.oldest_pending_at,
        filters=filters,
        objections=OBJECTIONS,
        is_first_page="cursor" not in request.args,
    )
