"""What is the limit of Flask: how fast does one route without anything around it give the same bytes?"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, Response

from bench.children import free_port, plain_environment, running
from bench.client import wait_until_answered
from bench.machine import ROOT

PAGE = "/page"
_BYTES = "PAGE_BYTES"


def make_app() -> Flask:
    """For the server, which is Rejoinder's too."""
    app, content = Flask(__name__), Path(os.environ[_BYTES]).read_bytes()

    @app.get(PAGE)
    def give_page() -> Response:
        return Response(content, mimetype="application/json")

    return app


@contextmanager
def serving_flask(folder: Path, content: bytes, *, core: int) -> Iterator[str]:
    """The address of the page with this content."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "page").write_bytes(content)
    environment = plain_environment(**{_BYTES: str(folder / "page"), "PYTHONPATH": str(ROOT)})
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-log"]
    where = ["--host", "127.0.0.1", "--port", str(port := free_port()), "--factory", f"{__name__}:{make_app.__name__}"]
    base = f"http://127.0.0.1:{port}"
    with running([*command, *where], core=core, log=folder / "log", environment=environment) as child:
        wait_until_answered(base, PAGE, child)
        yield base + PAGE
