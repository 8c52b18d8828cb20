"""How is a refusal told on a page?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response

from app.desk.forms import words_typed
from app.desk.frame import bare_page
from app.ground.errors import MEDIA_TYPE, drawn_again

_TITLES = {
    403: "You may not do this",
    404: "There is nothing here",
    409: "It is so already",
    412: "Somebody was first",
    422: "That cannot be done like this",
    429: "Slower, please",
    503: "Not now",
}


def as_page(response: Response) -> Response:
    """A problem as people read it; every other answer as it is."""
    return drawn_again(response, _page_of) if response.mimetype == MEDIA_TYPE else response


def _page_of(told: Mapping[str, Any]) -> Response:
    return bare_page(
        "desk/problem.html",
        status=told["status"],
        heading=_TITLES.get(told["status"], told["title"]),
        detail=told["detail"],
        errors=[error["message"] for error in told.get("errors", ())],
        by=told.get("changed_by") or told.get("undone_by"),
        at=_moment(told.get("changed_at") or told.get("undone_at")),
        words=words_typed(),
    )


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
