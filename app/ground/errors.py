"""What can go wrong, and how is it told?

Problem                         an answer that is not what was asked for (RFC 9457)
├── BadRequest              400  the body or a header cannot be read
├── Unauthorized            401  nobody is logged in where somebody must be
├── Forbidden               403  this actor may not do that here
├── NotFound                404  not there, or not to be seen
├── Conflict                409  it contradicts what is already so
├── PreconditionFailed      412  somebody else was first
├── UnsupportedMediaType    415  a body of another kind
├── InvalidRequest          422  some fields are wrong, all of them named
├── PreconditionRequired    428  a write that must say what it has seen
├── TooManyRequests         429  slower, please
└── Unavailable             503  not now
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar, cast

import orjson
from flask import Flask, Response, g, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
# What programs are told by beside the body, and browsers too where a page stands in its place.
_BESIDE_THE_BODY = ("Allow", "Connection", "ETag", "RateLimit", "RateLimit-Policy", "Retry-After")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field; `actual` is a length or a count, never what was typed."""

    field: str
    code: str
    message: str
    limit: int | None = None
    actual: int | None = None

    def dump(self) -> dict[str, str | int]:
        told = {"field": self.field, "code": self.code, "message": self.message}
        bounds = {"limit": self.limit, "actual": self.actual}
        return told | {name: value for name, value in bounds.items() if value is not None}


class Problem(Exception):
    """A refusal with a status, a stable code and a sentence for people."""

    status: ClassVar[int] = 500
    code: str = "internal_error"

    def __init__(self, detail: str, *, code: str | None = None, headers: Mapping[str, str] | None = None,
                 **more: object) -> None:  # fmt: skip
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.headers = dict(headers or {})
        self.more = more


class BadRequest(Problem):
    status, code = 400, "bad_request"


class Unauthorized(Problem):
    status, code = 401, "not_authenticated"

    def __init__(self, detail: str = "This needs a bearer token or a session.", *, code: str | None = None) -> None:
        super().__init__(detail, code=code, headers={"WWW-Authenticate": 'Bearer realm="rejoinder"'})


class Forbidden(Problem):
    status, code = 403, "not_permitted"


class NotFound(Problem):
    status, code = 404, "not_found"

    def __init__(self, detail: str = "There is nothing here.") -> None:
        super().__init__(detail)


class Conflict(Problem):
    status, code = 409, "conflict"


class PreconditionFailed(Problem):
    status, code = 412, "changed_since"


class UnsupportedMediaType(Problem):
    status, code = 415, "unsupported_media_type"


class InvalidRequest(Problem):
    status, code = 422, "invalid"

    def __init__(self, *errors: FieldProblem) -> None:
        super().__init__("Some of what was sent is not right; `errors` names it all.")
        self.more = {"errors": [error.dump() for error in errors]}


class PreconditionRequired(Problem):
    status, code = 428, "precondition_required"


class TooManyRequests(Problem):
    status, code = 429, "too_many_requests"

    def __init__(self, detail: str, *, retry_after: int, code: str | None = None,
                 headers: Mapping[str, str] | None = None) -> None:  # fmt: skip
        """`retry_after` in seconds."""
        super().__init__(detail, code=code, headers={"Retry-After": str(max(1, retry_after))} | dict(headers or {}))


class Unavailable(Problem):
    status, code = 503, "unavailable"

    def __init__(self, detail: str, *, retry_after: int = 1, headers: Mapping[str, str] | None = None) -> None:
        """`retry_after` in seconds."""
        super().__init__(detail, headers={"Retry-After": str(retry_after)} | dict(headers or {}))


class Moved(Exception):
    """What was asked for has another address now; shared caches may know it for an hour, for it may come back."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def _tell_moved(moved: Moved) -> Response:
    response = Response(status=308)
    response.headers["Location"] = moved.location
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


_CODES: Mapping[int, str] = {
    400: BadRequest.code,
    404: NotFound.code,
    405: "method_not_allowed",
    413: "too_large",
    415: UnsupportedMediaType.code,
    422: InvalidRequest.code,
}

_MESSAGE_CODES: tuple[tuple[str, str], ...] = (
    ("Missing data", "required"),
    ("Field may not be null", "null_not_allowed"),
    ("Unknown field", "unknown_field"),
    ("Must be one of", "not_a_choice"),
    ("Longer than maximum", "too_long"),
    ("Shorter than minimum", "too_short"),
    ("Must be greater", "out_of_range"),
    ("Must be less", "out_of_range"),
    ("Length must be", "wrong_length"),
    ("Not a valid", "wrong_type"),
    ("Invalid input type", "wrong_type"),
)


def _problem_response(status: int, *, code: str, detail: str, headers: Mapping[str, str],
                      more: Mapping[str, object]) -> Response:  # fmt: skip
    body = {
        "type": f"urn:rejoinder:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": f"urn:uuid:{g.get('request_id', '00000000-0000-0000-0000-000000000000')}",
        "code": code,
        **more,
    }
    response = Response(orjson.dumps(body), status, mimetype=MEDIA_TYPE)
    response.headers.update(headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def field_problems(messages: object, path: str = "") -> list[FieldProblem]:
    """marshmallow's nested messages as a flat list; `path` reads like `items.0.version`."""
    if isinstance(messages, Mapping):
        return [
            problem for name, inner in messages.items() for problem in field_problems(inner, _join(path, str(name)))
        ]
    if isinstance(messages, list):
        return [problem for message in messages for problem in field_problems(message, path)]
    if isinstance(messages, FieldProblem):
        return [messages]
    return [_from_message(path, str(messages))]


def _join(path: str, name: str) -> str:
    if name == "_schema":
        return path
    return f"{path}.{name}" if path else name


def _from_message(path: str, message: str) -> FieldProblem:
    code = next((code for start, code in _MESSAGE_CODES if message.startswith(start)), "invalid")
    return FieldProblem(path or "body", code, message)


def tell(problem: Problem) -> Response:
    """The answer that a problem makes."""
    return _problem_response(
        problem.status, code=problem.code, detail=problem.detail, headers=problem.headers, more=problem.more
    )


def drawn_again(problem: Response, draw: Callable[[dict[str, Any]], Response]) -> Response:
    """The page that `draw` makes of a problem as it was told, with what was told beside its body."""
    drawn = draw(orjson.loads(problem.get_data()))
    drawn.headers.update({name: problem.headers[name] for name in _BESIDE_THE_BODY if name in problem.headers})
    return drawn


def _tell_http(error: HTTPException) -> Response:
    if error.response is not None:
        return cast(Response, error.response)
    status = error.code or 500
    if status < 400:
        return cast(Response, error.get_response())
    data = cast(dict[str, Any], getattr(error, "data", None) or {})
    more: dict[str, object] = {}
    if "messages" in data:
        # webargs wraps the messages in the place where it looked: {"json": {...}}, {"query": {...}}
        inner = [problem for place in data["messages"].values() for problem in field_problems(place)]
        more["errors"] = [problem.dump() for problem in inner]
    allowed = getattr(error, "valid_methods", None)
    headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
    if status == 413:
        # the body was not read to its end, so the connection cannot carry another request
        headers["Connection"] = "close"
    detail = str(error.description or HTTPStatus(status).phrase)
    return _problem_response(status, code=_CODES.get(status, "error"), detail=detail, headers=headers, more=more)


def _tell_busy(error: OperationalError | PoolTimeout) -> Response:
    # A lock that did not come free, a deadlock's victim, a server that went away: nothing was stored, try again.
    log.warning("database unavailable", extra={"error_type": type(error).__name__})
    return tell(Unavailable("The database is busy or away; nothing was stored. Try again."))


def _tell_crash(error: Exception) -> Response:
    # The exception's text may quote what a reader typed, so only its type and place are written down.
    place = _innermost(error)
    log.error(
        "unhandled error", extra={"error_type": type(error).__name__, "place": place, "route": str(request.url_rule)}
    )
    return _problem_response(500, code=Problem.code, detail="Something broke here; it was noted.", headers={}, more={})


def _innermost(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""


def init_app(app: Flask) -> None:
    """Render every error once, here."""
    app.register_error_handler(Problem, tell)
    app.register_error_handler(Moved, _tell_moved)
    app.register_error_handler(HTTPException, _tell_http)
    app.register_error_handler(OperationalError, _tell_busy)
    app.register_error_handler(PoolTimeout, _tell_busy)
    app.register_error_handler(Exception, _tell_crash)
