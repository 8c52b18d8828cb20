"""How is a body read, from whoever sends it however slowly?

Whoever reads waits in a thread, and threads are few. So a body is read before anything is done with it, and only so
many are being read at once: who sends slowly, or never to the end, keeps nobody from reading.
"""

from collections.abc import Iterable
from io import BytesIO
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from flask import Flask, request

from app.ground.errors import Unavailable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE = 16  # of the threads that `serving` keeps free
_UNREAD = "rejoinder.unread"


class ReadBodies:
    """WSGI middleware: reads a body of at most `longest` bytes. Flask refuses one that says that it is longer (413).

    A body in chunks, which does not say how long it is, is given a length by that.
    """

    def __init__(self, inner: "WSGIApplication", *, longest: int) -> None:
        self.inner = inner
        self._longest = longest
        self._hands = BoundedSemaphore(AT_ONCE)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        length = self._length_to_read(environ)
        if length:
            if self._hands.acquire(blocking=False):
                try:
                    body = environ["wsgi.input"].read(length)
                finally:
                    self._hands.release()
                environ["wsgi.input"] = BytesIO(body)
                if environ.pop("HTTP_TRANSFER_ENCODING", None):
                    environ["CONTENT_LENGTH"] = str(len(body))
            else:
                environ[_UNREAD] = True
        return self.inner(environ, start_response)

    def _length_to_read(self, environ: "WSGIEnvironment") -> int:
        if "HTTP_TRANSFER_ENCODING" in environ:
            return self._longest + 1
        said = environ.get("CONTENT_LENGTH", "")
        return int(said) if said.isdecimal() and int(said) <= self._longest else 0


def _refuse_unread() -> None:
    if _UNREAD in request.environ:
        raise Unavailable("Too many are sending at the same time. Try again.", headers={"Connection": "close"})


def init_app(app: Flask, *, longest: int) -> None:
    """Stand in front of what works on requests."""
    app.wsgi_app = ReadBodies(app.wsgi_app, longest=longest)  # type: ignore[method-assign]  # Flask's own way to wrap it
    app.before_request(_refuse_unread)
