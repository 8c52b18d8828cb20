"""WHICH ANSWER IS READY? A public answer is kept as bytes in front of Flask, and given again while it is valid.

The rule of validity: an answer is valid until one of the topics changes that its route named with `depends_on`, or
until the moment comes that it named. `changes.py` says how every process learns of a change. An answer that names no
topic is not kept, nor one to somebody who shows a credential.

From one answer all forms are given: compressed as asked, as a 304, without its body for HEAD. Of several who ask for
what is not ready one has it made, and the others wait. `kept.py` holds the forms within a bound of bytes.
"""

import threading
import time
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, request
from prometheus_client import Gauge
from werkzeug.http import parse_date

from app.ground import changes, clock, observe, watching
from app.ground.encodings import IDENTITY, chosen
from app.ground.kept import Answer, Answers, Form, Headers, Key
from app.ground.observe import route_of_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WAIT_SECONDS = 12.0  # for somebody else who makes the same answer, and may have to wait for a turn
MOST_STALE_SECONDS = 5  # stale-while-revalidate speaks to browsers too, and nothing tells them to drop an answer
_NEEDS = "rejoinder.needs"
_EXTENSION = "rejoinder.ready"
_CREDENTIAL_COOKIE = "rejoinder_session"
_OF_ONE_REQUEST = {"x-request-id", "date"}
LONGEST_KEY = 2_000  # characters of path and query: what is asked must not take more room than the answer
LONGEST_WISH = 200  # characters of a header that says what a client likes; who has more to say is answered alone
_PATH, _QUERY = 1, 2
_PLAIN_PARTS = 3  # scheme, path, query; a language after them
BYTES = Gauge("rejoinder_ready_bytes", "Bytes of answers that are ready", multiprocess_mode="livesum")


@dataclass(slots=True)
class Needs:
    """What an answer depends on: topics, and a moment that changes it all by itself."""

    route: str
    topics: set[str] = field(default_factory=set)
    until: datetime | None = None


def is_for_everybody() -> bool:
    """Whether this request's answer is one that anybody would get."""
    return _NEEDS in request.environ


def depends_on(*topics: str, until: Iterable[datetime | None] = ()) -> None:
    """Let this request's answer be kept until one of these topics changes, or a moment that changes it by itself."""
    needs = cast(Needs, request.environ.setdefault(_NEEDS, Needs(route_of_request())))
    needs.topics.update(topics)
    needs.until = min((moment for moment in (*until, needs.until) if moment is not None), default=None)


@dataclass(slots=True, eq=False)
class Making:
    """An answer that Flask works on, what has changed since it was begun, and what others who want it wait for."""

    language: str
    done: threading.Event = field(default_factory=threading.Event)
    changed: set[str] = field(default_factory=set)
    answer: Answer | None = None
    is_for_one_alone: bool = False

    def answer_for(self, language: str, *, changed: Set[str]) -> Answer | None:
        """The answer, for somebody who asked when so much had changed: what changed after that may be in it or not."""
        answer = self.answer
        if answer is None or _is_touched(answer, changed) or (answer.is_multilingual and language != self.language):
            return None
        return answer


def _is_touched(answer: Answer, changed: Set[str]) -> bool:
    return changes.EVERYTHING in changed or not changed.isdisjoint(answer.topics)


@dataclass(frozen=True, slots=True)
class Made:
    """What Flask answered, whatever it was."""

    status: str
    headers: Headers
    body: bytes
    needs: Needs | None
    answered: list[observe.Answered]

    def finished(self) -> Answer | None:
        """The answer as one that can be given in every form; None for refusals, redirects and what is nobody else's."""
        told = {name.lower(): value for name, value in self.headers}
        if not self.status.startswith("200") or "etag" not in told or "set-cookie" in told:
            return None
        headers = [(name, value) for name, value in self.headers if name.lower() not in _OF_ONE_REQUEST]
        needs = self.needs or Needs("")
        return Answer(self.body, told["etag"], headers, frozenset(needs.topics), needs.until, needs.route)


class ReadyAnswers:
    """WSGI middleware in front of Flask: gives what is ready, and keeps what becomes ready.

    `room` is in bytes. `language_of` says which language an Accept-Language leads to.
    """

    def __init__(self, inner: "WSGIApplication", *, room: int, language_of: Callable[[str | None], str]) -> None:
        self.inner = inner
        self.answers = Answers(room)
        self.watch: watching.Watch = watching.Blind()
        self._language_of = lru_cache(maxsize=256)(language_of)
        self._lock = threading.Lock()
        self._making: dict[Key, Making] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or _shows_a_credential(environ):
            return self.inner(environ, start_response)
        if not self.watch.is_current() or len(environ.get("HTTP_ACCEPT_LANGUAGE", "")) > LONGEST_WISH:
            return self._pass(environ, start_response)
        key = self._key(environ)
        if len(key[_PATH]) + len(key[_QUERY]) > LONGEST_KEY:
            return self._pass(environ, start_response)
        answer = self.answers.find(key)
        if answer is None:
            return self._make(key, environ, start_response)
        return self._give(key, answer, environ, start_response)

    def forget(self, topics: frozenset[str]) -> None:
        """Drop every answer about these topics, and keep none of those that are only being made."""
        with self._lock:
            for making in self._making.values():
                making.changed.update(topics)
            if changes.EVERYTHING in topics:
                self.answers.clear()
            else:
                self.answers.drop(topics)
            BYTES.set(self.answers.taken)

    def _key(self, environ: "WSGIEnvironment") -> Key:
        key = (environ["wsgi.url_scheme"], environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        return (*key, self._language(environ)) if key in self.answers.multilingual else key

    def _language(self, environ: "WSGIEnvironment") -> str:
        return self._language_of(environ.get("HTTP_ACCEPT_LANGUAGE", ""))

    def _make(self, key: Key, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Have the answer made once for all who ask for it meanwhile, and keep it."""
        patience = time.monotonic() + WAIT_SECONDS
        language = self._language(environ)
        while True:
            making = Making(language)
            with self._lock:
                others = self._making.setdefault(key, making)
                changed = frozenset(others.changed)
            if others is making:
                return self._make_for_all(key, making, environ, start_response)
            others.done.wait(max(0.0, patience - time.monotonic()))
            key, answer = self._key(environ), others.answer_for(language, changed=changed)
            if answer is not None:
                return self._give(key, answer, environ, start_response)
            if others.is_for_one_alone or time.monotonic() >= patience:
                return self._pass(environ, start_response)
            # It was outdated already when this one asked: the first of those who wait makes it anew.

    def _make_for_all(self, key: Key, making: Making, environ: "WSGIEnvironment", start_response: "StartResponse",
                      ) -> Iterable[bytes]:  # fmt: skip
        try:
            made = self._ask_flask(environ)
            answer = made.finished()
            if answer is not None and answer.topics:
                self._keep(key, answer, making, environ)
                making.answer = answer
            else:
                making.is_for_one_alone = True
        finally:
            with self._lock:
                del self._making[key]
            making.done.set()
        return _tell(made, answer, environ, start_response)

    def _give(self, key: Key, answer: Answer, environ: "WSGIEnvironment", start_response: "StartResponse",
              ) -> list[bytes]:  # fmt: skip
        form = answer.forms.get(_coding(answer, environ)) or self._grow(key, answer, environ)
        status, body = _send(form, environ, start_response)
        observe.count_ready(environ["REQUEST_METHOD"], answer.route, status)
        return body

    def _pass(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Have the answer made for this request alone."""
        made = self._ask_flask(environ)
        return _tell(made, made.finished(), environ, start_response)

    def _ask_flask(self, environ: "WSGIEnvironment") -> Made:
        """The answer to the plainest form of this request, so that it serves all the others."""
        plain = {name: value for name, value in environ.items() if name != "HTTP_IF_NONE_MATCH"}
        plain["REQUEST_METHOD"] = "GET"
        answered: list[observe.Answered] = []
        plain[observe.ANSWERED] = answered
        begun: list[tuple[str, Headers]] = []

        def begin(status: str, headers: Headers, _error: object = None) -> Callable[[bytes], object]:
            begun[:] = [(status, headers)]
            return lambda _written: None

        parts = self.inner(plain, begin)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        (status, headers) = begun[0]
        return Made(status, headers, body, cast(Needs | None, plain.get(_NEEDS)), answered)

    def _keep(self, key: Key, answer: Answer, making: Making, environ: "WSGIEnvironment") -> None:
        answer.form(_coding(answer, environ))
        with self._lock:
            if _is_touched(answer, making.changed):
                return
            if answer.is_multilingual:
                key = (*key[:_PLAIN_PARTS], self._language(environ))
            self.answers.keep(key, answer)
            BYTES.set(self.answers.taken)

    def _grow(self, key: Key, answer: Answer, environ: "WSGIEnvironment") -> Form:
        """A form that nobody asked for before."""
        form = answer.form(_coding(answer, environ))
        with self._lock:
            if self.answers.holds(key, answer):
                self.answers.keep(key, answer)
                BYTES.set(self.answers.taken)
        return form


def _shows_a_credential(environ: "WSGIEnvironment") -> bool:
    return "HTTP_AUTHORIZATION" in environ or _CREDENTIAL_COOKIE in environ.get("HTTP_COOKIE", "")


def _coding(answer: Answer, environ: "WSGIEnvironment") -> str:
    accepted = environ.get("HTTP_ACCEPT_ENCODING")
    if not accepted or len(accepted) > LONGEST_WISH or not answer.is_compressible:
        return IDENTITY
    return chosen(accepted)


def _is_known(form: Form, environ: "WSGIEnvironment") -> bool:
    """Whether the client has this form already; the tag goes before the date (RFC 9110, 13.2.2).

    An If-None-Match is a list of quoted tags: one of ours in it is ours.
    """
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None:
        return form.etag in known or known.strip() == "*"
    since = parse_date(environ.get("HTTP_IF_MODIFIED_SINCE"))
    if since is None:
        return False
    modified = parse_date(next((value for name, value in form.unchanged if name == "Last-Modified"), None))
    return modified is not None and modified <= since


def _send(form: Form, environ: "WSGIEnvironment", start_response: "StartResponse") -> tuple[str, list[bytes]]:
    """The status and the body."""
    if _is_known(form, environ):
        start_response("304 NOT MODIFIED", form.unchanged)
        return "304", []
    start_response("200 OK", form.headers)
    return "200", [] if environ["REQUEST_METHOD"] == "HEAD" else form.body


def _tell(made: Made, answer: Answer | None, environ: "WSGIEnvironment", start_response: "StartResponse",
          ) -> Iterable[bytes]:  # fmt: skip
    method, status = environ["REQUEST_METHOD"], made.status[:3]
    if answer is not None:
        status, body = _send(answer.form(_coding(answer, environ)), environ, start_response)
    else:
        start_response(made.status, made.headers)
        body = [] if method == "HEAD" else [made.body]
    for each in made.answered:
        observe.count_answered(each, method, status)
    return body


def _let_shared_caches_keep(seconds: int) -> Callable[[Response], Response]:
    """Say how long a cache in front may give an answer without asking, and by which keys it can be told to drop it.

    It may give it `seconds`, and a little longer while it asks. Before a moment that changes the answer by itself it
    may not give it so long: then it has to ask each time.
    """
    stale = min(seconds, MOST_STALE_SECONDS)
    bound = timedelta(seconds=seconds + stale)
    kept = f"public, max-age=0, s-maxage={seconds}, stale-while-revalidate={stale}" if seconds else "no-cache"

    def mark(response: Response) -> Response:
        needs = cast(Needs | None, request.environ.get(_NEEDS))
        if needs is None or response.status_code != 200:
            return response
        response.headers["Surrogate-Key"] = " ".join(sorted({*needs.topics, changes.EVERYTHING}))
        response.headers.setdefault("Cache-Control", kept)
        if needs.until is not None:
            if clock.now() < needs.until - bound:
                needs.until -= bound
            else:
                response.headers["Cache-Control"] = "no-cache"
        return response

    return mark


def init_app(app: Flask, *, room: int, shared_seconds: int, language_of: Callable[[str | None], str],
             listen_url: str) -> None:  # fmt: skip
    """Stand in front of Flask. `room` in bytes; `listen_url` is where changes are heard of."""
    ready = ReadyAnswers(app.wsgi_app, room=room, language_of=language_of)
    ready.watch = watching.watch(app, ready.forget, url=listen_url)
    app.wsgi_app = ready  # type: ignore[method-assign]  # Flask's own way to wrap it
    app.extensions[_EXTENSION] = ready
    app.after_request(_let_shared_caches_keep(shared_seconds))


def of(app: Flask) -> ReadyAnswers:
    return cast(ReadyAnswers, app.extensions[_EXTENSION])
