"""Who comes next where only one may, or only a few?"""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATIENCE_SECONDS = 5.0  # after which a request is worked on beside the others: better slow than never


class TooLong(Exception):
    """A turn did not come in time."""


class Turns:
    """Threads come in the order in which they asked, so many at once."""

    def __init__(self, at_once: int = 1) -> None:
        self._lock = Lock()
        self._free = at_once
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def turn(self, *, wait_seconds: float) -> Iterator[None]:
        """Wait for one's turn, and have it while the block lasts. Raises TooLong."""
        self._wait(wait_seconds)
        try:
            yield
        finally:
            self._pass_on()

    def _wait(self, seconds: float) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        try:
            is_called = called.acquire(timeout=seconds)
        except BaseException:  # such as Ctrl-C: nobody must wait for who is gone
            if not self._leaves(called):
                self._pass_on()
            raise
        if not is_called and self._leaves(called):
            raise TooLong

    def _leaves(self, called: Lock) -> bool:
        """Wait no longer; False for who was called in the last moment, and has the turn."""
        with self._lock:
            if called not in self._waiting:
                return False
            self._waiting.remove(called)
            return True

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


class WorkInTurns:
    """WSGI middleware: so many requests are worked on at once, in their order.

    Threads that compute at the same time only take the interpreter from each other, and from those who give answers
    that are ready. Paths that begin as `free` says wait for no turn.
    """

    def __init__(self, inner: "WSGIApplication", *, at_once: int, free: tuple[str, ...]) -> None:
        self.inner = inner
        self._turns = Turns(at_once)
        self._free = free

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(self._free):
            return self.inner(environ, start_response)
        with ExitStack() as worked_on:
            with suppress(TooLong):
                worked_on.enter_context(self._turns.turn(wait_seconds=PATIENCE_SECONDS))
            return self.inner(environ, start_response)


def init_app(app: Flask, *, at_once: int, free: tuple[str, ...]) -> None:
    """Stand right in front of Flask."""
    inner = app.wsgi_app
    app.wsgi_app = WorkInTurns(inner, at_once=at_once, free=free)  # type: ignore[method-assign]  # Flask's own way to wrap it
