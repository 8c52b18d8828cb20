"""What is between a reader and the site: a page of somebody else's, a line that is slow?"""

from __future__ import annotations

import mimetypes
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

PIECES = 24  # in which a page comes over a slow line


@dataclass(slots=True, kw_only=True)
class OtherOrigin:
    """A site of static files under another origin; `url` is without a slash at the end."""

    url: str
    files: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def serve(self, path: str, text: str) -> str:
        """Put a page at a path such as `/page.html`, and tell its URL."""
        self.files[path] = text.encode()
        return self.url + path

    def serve_folder(self, folder: Path, at: str = "") -> str:
        """Put every file of a folder under a path such as `/app`, and tell the URL of its index.html."""
        for file in folder.rglob("*"):
            if file.is_file():
                self.files[f"{at}/{file.relative_to(folder).as_posix()}"] = file.read_bytes()
        return f"{self.url}{at}/index.html"


class _Silent(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (http.server's name for it)
        """Nobody reads it."""


@contextmanager
def _serving(handler: type[_Silent]) -> Iterator[int]:
    """Serve on a free port, and tell it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def other_origin() -> Iterator[OtherOrigin]:
    """Serve on a free port. Its host is `localhost`, where Rejoinder's is 127.0.0.1: another site, not only a port."""
    origin = OtherOrigin(url="")

    class Handler(_Silent):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            body = origin.files.get(path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", mimetypes.guess_type(path)[0] or "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body or b"")))
            for name, value in origin.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body or b"")

    with _serving(Handler) as port:
        origin.url = f"http://localhost:{port}"
        yield origin


@contextmanager
def slow_line(page: Page, site: str, *, pause_seconds: float = 0.04) -> Iterator[str]:
    """The site at this URL as behind a slow line, where its pages come piece by piece; the URL without a slash.

    The page leaves it before the line is cut.
    """

    class Handler(_Silent):
        def do_GET(self) -> None:
            with closing(HTTPConnection(urlsplit(site).netloc, timeout=10)) as connection:
                connection.request("GET", self.path, headers={"Cookie": self.headers.get("Cookie", "")})
                answer = connection.getresponse()
                headers, body = answer.headers, answer.read()
            self.send_response(answer.status)
            for name in ("Content-Type", "Content-Length", "Content-Security-Policy"):
                if name in headers:
                    self.send_header(name, headers[name])
            self.end_headers()
            is_page = headers.get_content_type() == "text/html"
            size = len(body) // (PIECES if is_page else 1) + 1
            with suppress(ConnectionError):  # the browser has gone elsewhere
                for start in range(0, len(body), size):
                    self.wfile.write(body[start : start + size])
                    time.sleep(pause_seconds if is_page else 0)

    with _serving(Handler) as port:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            page.goto("about:blank")


def embedding(rejoinder: str, slug: str) -> str:
    """The two lines that embed a thread, on a page of somebody else's."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Elsewhere</title>'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f'<script type="module" src="{rejoinder}/embed.js"></script>'
        f'<main><h1>Elsewhere</h1><rejoinder-thread article="{slug}"></rejoinder-thread></main></html>'
    )
