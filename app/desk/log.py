"""On which page does the audit log say who did what, and when?"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from app.desk.forms import Refusal, asked, further, refusal_of
from app.desk.frame import desk_page, open_to
from app.ground.audit import AuditEntry
from app.ground.cursors import Page
from app.ground.db import fresh_read
from app.ground.errors import InvalidRequest
from app.ground.openapi import loaded
from app.moderation import store
from app.moderation.log_schemas import LogQuery
from app.permissions import Permission

routes = Blueprint("log", __name__)

HOME = "/desk/log"
FILTERS = ("actor", "action", "object")
ACTIONS: Mapping[str, str] = {
    "approve": "approved",
    "hold": "put back in the queue",
    "spam": "marked as spam",
    "trash": "put in the trash",
    "restore": "restored",
    "undo": "put back as it was",
    "edit": "edited",
    "reply": "replied",
    "pin": "pinned",
    "unpin": "unpinned",
    "erase": "erased for ever",
    "reveal_email": "looked at the author's address",
    "search_by_address": "searched by an address",
    "words_tried_on_addresses": "tried a word on addresses",
    "close_discussion": "closed the discussion",
    "open_discussion": "opened the discussion",
    "article_created": "wrote",
    "article_changed": "changed",
    "article_published": "published",
    "article_withdrawn": "withdrew",
    "article_restored": "brought back",
    "article_deleted": "deleted for ever",
    "word_added": "added to a list",
    "word_changed": "changed",
    "word_removed": "took off a list",
    "word_revealed": "looked at a sealed address",
    "words_loaded": "took over a list",
    "settings_changed": "changed",
    "log_in": "logged in",
    "moderator_added": "added",
    "moderator_changed": "changed",
    "token_created": "made",
    "token_revoked": "revoked",
}
KINDS: Mapping[str, str] = {
    "comment": "comment",
    "article": "article",
    "word": "word",
    "settings": "settings",
    "moderator": "account",
    "token": "token",
    "search": "search",
}


@routes.get(HOME)
@open_to(Permission.MODERATE)
def show_log() -> Response:
    """Newest first; a filter that cannot be read comes back with what is wrong with it."""
    try:
        page = _read()
    except InvalidRequest as problem:
        return _page(Page((), None), status=problem.status, refusal=refusal_of(problem))
    return _page(page, status=200)


def _read() -> Page[AuditEntry]:
    wanted = loaded(LogQuery(), {"limit": "50"} | asked(*FILTERS, "cursor"))
    those = store.log_conditions(actor=wanted["actor"], action=wanted["action"], about=wanted["about"])
    return store.acts(fresh_read(), those, limit=wanted["limit"], cursor=wanted["cursor"])


def _page(page: Page[AuditEntry], *, status: int, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "desk/log.html",
        status=status,
        acts=[(act, link_of(act), details_of(act)) for act in page.items],
        next=further(HOME, page.next),
        asked=asked(*FILTERS),
        actions=ACTIONS,
        choices=_choices(),
        kinds=KINDS,
        refusal=refusal,
    )


def link_of(act: AuditEntry) -> str | None:
    """The page of what somebody acted on, where there is one."""
    match act.object_type:
        case "comment" | "word":
            return f"/desk/{act.object_type}s/{act.object_id}"
        case "article" if act.action != "article_deleted" and "slug" in act.details:
            return f"/desk/articles/{act.details['slug']}"
        case "moderator":
            return f"/desk/people/{act.object_id}"
        case "settings":
            return "/desk/settings"
        case _:
            return None


def details_of(act: AuditEntry) -> list[str]:
    """What else was written down, such as `max depth: 5 → 3` or `fields: content`."""
    told: list[str] = []
    for name, value in act.details.items():
        if isinstance(value, dict):
            told += [f"{_plain(each)}: {change['from']} → {change['to']}" for each, change in value.items()]
        elif isinstance(value, list):
            told.append(f"{_plain(name)}: {', '.join(map(_plain, value))}")
        elif name != "slug":
            told.append(f"{_plain(name)}: {value}")
    return told


def _plain(code: Any) -> str:  # noqa: ANN401 (what JSON holds)
    return str(code).replace("_", " ")


def _choices() -> list[tuple[str, str]]:
    """The acts that can be asked for; what several kinds of things share is told by its code."""
    return [(code, code.replace("_", " ")) for code in sorted(ACTIONS)]
