"""Does a server that is told to end tell the caches in front what it changed?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.processes.outages import within
from tests.processes.sites import open_site, sqlite_environment


@pytest.fixture
def purges() -> Iterator[tuple[str, list[str]]]:
    """The URL of a cache, and the topics of each purge that it was told."""
    told: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PURGE(self) -> None:
            told.append(self.headers["Surrogate-Key"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{listening.server_address[1]}", told
        listening.shutdown()
        thread.join()


def test_what_was_to_be_told_later_is_told_before_the_end(
    purges: tuple[str, list[str]], sqlite_template: Path, tmp_path: Path
) -> None:
    url, told = purges
    environment = sqlite_environment(tmp_path, sqlite_template) | {"PURGE_URLS": url}
    with open_site(environment) as site:
        site.publish("The last change")
        assert within(2, lambda: bool(told), look=0.01)
        once = {topic for topics in told for topic in topics.split()}
        before = len(told)
        assert site.servers[0].stop() == 0  # before the two seconds are over in which it is told again
        assert {topic for topics in told[before:] for topic in topics.split()} >= once
        assert "articles" in once
