"""How is a refusal told on a page?"""

from datetime import datetime
from typing import Any

import orjson
from flask import Response

from app.desk.forms import words_typed
from app.desk.frame import bare_page
from app.ground.errors import MEDIA_TYPE

_TITLES = {
    403: "You may not do this",
    404: "There is nothing here",
    409: "It is so already",
    412: "Somebody was first",
    422: "That cannot be done like this",
    429: "Slower, please",
    503: "Not now",
}
_KEPT = ("Retry-After", "Allow", "Connection", "ETag")


def as_page(response: Response) -> Response:
    """A problem as people read it; every other answer as it is."""
    if response.mimetype != MEDIA_TYPE:
        return response
    told: dict[str, Any] = orjson.loads(response.get_data())
    shown = bare_page(
        "desk/problem.html",
        status=response.status_code,
        heading=_TITLES.get(response.status_code, told["title"]),
        detail=told["detail"],
        errors=[error["message"] for error in told.get("errors", ())],
        by=told.get("changed_by") or told.get("undone_by"),
        at=_moment(told.get("changed_at") or told.get("undone_at")),
        words=words_typed(),
    )
    shown.headers.update({name: response.headers[name] for name in _KEPT if name in response.headers})
    return shown


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
