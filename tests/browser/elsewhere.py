"""What is a page of somebody else's site, for embedding?"""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


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


@contextmanager
def other_origin() -> Iterator[OtherOrigin]:
    """Serve on a free port. Its host is `localhost`, where Rejoinder's is 127.0.0.1: another site, not only a port."""
    origin = OtherOrigin(url="")

    class Handler(BaseHTTPRequestHandler):
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

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (http.server's name for it)
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    origin.url = f"http://localhost:{server.server_address[1]}"
    try:
        yield origin
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def embedding(rejoinder: str, slug: str) -> str:
    """The two lines that embed a thread, on a page of somebody else's."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Elsewhere</title>'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f'<script type="module" src="{rejoinder}/embed.js"></script>'
        f'<main><h1>Elsewhere</h1><rejoinder-thread article="{slug}"></rejoinder-thread></main></html>'
    )
