"""What is it doing, for whoever runs it, without a word about its readers?"""

import logging
import sys
import threading
import time
import uuid
from collections import Counter as Multiset
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import orjson
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("rejoinder_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("rejoinder_request_seconds", "Time to answer, in seconds", ["method", "route"])
HAPPENINGS = Counter("rejoinder_events_total", "What happened, by kind and outcome", ["kind", "outcome"])

SETTLE_SECONDS = 1.0
access = logging.getLogger("rejoinder.access")
log = logging.getLogger(__name__)

_KEPT_FIELDS = frozenset(
    "request_id method route status seconds error_type place limit outcome count setting event port workers url".split()
)


class JsonLines(logging.Formatter):
    """One JSON object a line, with named fields only: what is not named here cannot slip into the log."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage().encode(errors="replace").decode(),
        }
        line |= {name: value for name, value in record.__dict__.items() if name in _KEPT_FIELDS}
        if record.exc_info and record.exc_info[0] is not None:
            # The text of an exception may quote what somebody typed.
            line["error_type"] = record.exc_info[0].__name__
        return orjson.dumps(line, default=str).decode()


def configure_logging(level: str) -> None:
    """Structured lines on standard error; libraries speak from warning on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("app", "rejoinder"):
        logging.getLogger(name).setLevel(level)


def route_of_request() -> str:
    """The route's template, which holds no token and no name."""
    return request.url_rule.rule if request.url_rule else "(none)"


_ready: deque[tuple[str, str, str]] = deque()
_settling = threading.Lock()


def count_ready(method: str, route: str, status: str) -> None:
    """Count an answer that was ready. This is all that is done for each; `settle_ready` does the rest for many."""
    _ready.append((method, route, status))
    if not _settler:
        _begin_settling()


def settle_ready() -> None:
    """Put what was counted since the last time into the figures, and into the access log as a line for each route."""
    with _settling:
        counts = Multiset(_ready.popleft() for _ in range(len(_ready)))
    for (method, route, status), count in counts.items():
        REQUESTS.labels(method, route, status).inc(count)
        line = {"method": method, "route": route, "status": int(status), "count": count}
        access.info("answered from what was ready", extra=line)


_settler: list[threading.Thread] = []


def _begin_settling() -> None:
    """Once in a process, by its first answer: whoever parts from another process has none of its threads."""

    def settle() -> None:
        while True:
            time.sleep(SETTLE_SECONDS)
            try:
                settle_ready()
            except Exception as error:  # such as a full disk: what is counted later must not pile up
                log.exception("answers were not counted", extra={"error_type": type(error).__name__})

    with _settling:
        if not _settler:
            _settler.append(threading.Thread(target=settle, name="settle", daemon=True))
            _settler[0].start()


@dataclass(frozen=True, slots=True)
class Answered:
    """What Flask knows of an answer that it made."""

    request_id: str
    route: str
    seconds: float


ANSWERED = "rejoinder.answered"
"""Under this name whoever gives answers on in another form, such as a 304, puts a list: it counts what is in it."""


def count_answered(answered: Answered, method: str, status: str) -> None:
    """Count an answer that was made for this request, and write its line."""
    REQUESTS.labels(method, answered.route, status).inc()
    SECONDS.labels(method, answered.route).observe(answered.seconds)
    line = {"request_id": answered.request_id, "method": method, "route": answered.route,
            "status": int(status), "seconds": round(answered.seconds, 6)}  # fmt: skip
    access.info("request", extra=line)


def _begin() -> None:
    g.request_id = str(uuid.uuid4())
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    answered = Answered(g.get("request_id", ""), route_of_request(), seconds)
    given_on = cast(list[Answered] | None, request.environ.get(ANSWERED))
    if given_on is None:
        count_answered(answered, _known_method(request.method), str(response.status_code))
    else:
        given_on.append(answered)
    response.headers["X-Request-Id"] = answered.request_id
    return response


def _known_method(method: str) -> str:
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "OTHER"


_SECURITY_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Permissions-Policy": "interest-cohort=()",
}


def _secure(response: Response) -> Response:
    # Each look into werkzeug's headers goes through all of them: one look is enough.
    own = {name.lower() for name, _ in response.headers}
    for name, value in _SECURITY_HEADERS.items():
        if name.lower() not in own:
            response.headers.add(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def metrics_text(shared_folder: str | None) -> bytes:
    """The figures in Prometheus' text format: of this process, or of all that write to the shared folder."""
    settle_ready()
    if shared_folder is None:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=shared_folder)  # type: ignore[no-untyped-call]  # it ships no types
    return generate_latest(registry)


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    # after_request runs in reverse order of registration: the count and the log line see the final answer.
    app.after_request(_end)
    app.after_request(_secure)
