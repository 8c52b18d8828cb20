"""On which page are comments of every status searched?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, Response, request

from app.accounts.door import current_actor
from app.desk.card import MOVES, Button, Card, cards_of
from app.desk.done import STATUS_WORDS
from app.desk.forms import FILTERS, MENDABLE, Refusal, asked, further, moments_in, refusal_of, sent
from app.desk.frame import desk_page, open_to
from app.desk.reasons import OBJECTIONS
from app.ground.db import fresh_read
from app.ground.openapi import loaded
from app.moderation import actions, queue
from app.moderation.queue import QueuePage
from app.moderation.schemas import QueueQuery, SearchSchema
from app.moderation.selection import ADDRESS_FIELDS, ANY, selection_of
from app.permissions import Permission
from app.site.choices import Order

routes = Blueprint("comments", __name__)

HOME = "/desk/comments"
SEARCH = f"{HOME}/search"
STATUSES = [(ANY, "any"), *STATUS_WORDS.items()]
ORDERS = ((Order.NEWEST.value, "newest first"), (Order.OLDEST.value, "oldest first"))
EVERY = {"status": ANY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was asked for, and a page of it.

    `filters` are what may stand in an address of it; `more` is where a posted search goes on.
    """

    typed: Mapping[str, str]
    filters: Mapping[str, str] = field(default_factory=dict)
    cards: Sequence[Card] = ()
    next: str | None = None
    more: str | None = None
    refusal: Refusal | None = None


@routes.get(HOME)
@open_to(Permission.MODERATE)
def list_comments() -> Response:
    """Comments by what may stand in an address."""
    typed = EVERY | asked(*FILTERS)
    return _answer(typed, lambda: _listed(typed))


@routes.post(SEARCH)
@open_to(Permission.MODERATE)
def search_comments() -> Response:
    """The same by an author's address too, which may stand in no URL; the log says that somebody looked for one."""
    typed = EVERY | sent(*FILTERS, *ADDRESS_FIELDS)
    return _answer(typed, lambda: _searched(typed))


def _listed(typed: Mapping[str, str]) -> Found:
    filters = moments_in(typed)
    args = loaded(QueueQuery(), filters | asked("cursor"))
    selection, _ = selection_of(current_actor(), args)
    order = _order(request.args)
    page = queue.read_queue(fresh_read(), selection, limit=args["limit"], cursor=args["cursor"], order=order)
    return Found(typed=typed, filters=filters, cards=_cards(page), next=further(HOME, page.next))


def _searched(typed: Mapping[str, str]) -> Found:
    body = loaded(SearchSchema(), moments_in(typed) | sent("cursor"))
    selection, by_address = selection_of(current_actor(), body)
    if by_address:
        actions.log_search(current_actor(), by_address)
    order = _order(request.form)
    page = queue.read_queue(fresh_read(), selection, limit=body["limit"], cursor=body["cursor"], order=order)
    return Found(typed=typed, cards=_cards(page), more=page.next)


def _answer(typed: Mapping[str, str], find: Callable[[], Found]) -> Response:
    try:
        return _page(find(), status=200)
    except MENDABLE as problem:
        return _page(Found(typed=typed, refusal=refusal_of(problem)), status=problem.status)


def _page(found: Found, *, status: int) -> Response:
    return desk_page(
        "desk/comments.html",
        status=status,
        found=found,
        statuses=STATUSES,
        orders=ORDERS,
        order={"order": _order(request.values).value},
        objections=[("", "any"), *OBJECTIONS.items()],
        by_address=[name for name in ADDRESS_FIELDS if name in found.typed],
        is_narrowed=found.typed != EVERY,
        moves=[Button(move, *words) for move, words in MOVES.items()],
        sent_along=[*FILTERS, *ADDRESS_FIELDS],
    )


def _cards(page: QueuePage) -> list[Card]:
    return cards_of(fresh_read(), page.items)


def _order(typed: Mapping[str, str]) -> Order:
    """All that there is is looked through from its newest on, what waits from its oldest."""
    return Order.OLDEST if typed.get("order") == Order.OLDEST else Order.NEWEST
