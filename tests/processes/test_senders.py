"""Does it matter to others how somebody sends?"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.ground import bodies
from app.serving import FREE_THREADS
from tests.processes.outages import within
from tests.processes.sites import Site, open_site, sqlite_environment

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    with open_site(sqlite_environment(tmp_path, sqlite_template)) as site:
        yield site


@contextmanager
def half_sent(site: Site, slug: str, *how: str) -> Iterator[None]:
    """More posts than there are threads, each with the beginning of a body and no more."""
    begun = "\r\n".join([f"POST /api/v1/articles/{slug}/comments HTTP/1.1", "Host: a", *how, "", "5\r\n{"])
    with ExitStack() as open_ones:
        for _ in range(FREE_THREADS + 20):
            sending = open_ones.enter_context(closing(socket.create_connection(place_of(site), timeout=5)))
            sending.sendall(begun.encode())
        yield


def place_of(site: Site) -> tuple[str, int]:
    place = urlsplit(site.servers[0].base)
    return place.hostname or "", place.port or 0


def status_in_time(site: Site, path: str) -> int:
    with closing(HTTPConnection(*place_of(site), timeout=5)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


@pytest.mark.parametrize("how", ["Content-Length: 1000", "Transfer-Encoding: chunked"])
def test_who_never_ends_a_post_keeps_nobody_from_reading(site: Site, how: str) -> None:
    slug = site.publish("Slowly")
    with half_sent(site, slug, "Content-Type: application/json", how):
        assert within(5, lambda: site.reply(slug, "While others send").status == 503)
        refused = site.reply(slug, "While others send")
        assert (refused.status, refused.headers["retry-after"], refused.json["code"]) == (503, "1", "unavailable")
        paths = ("/health/live", "/health/ready", f"/api/v1/articles/{slug}", f"/articles/{slug}?anew", "/metrics")
        assert [status_in_time(site, path) for path in paths] == [200] * 5
    assert within(5, lambda: site.reply(slug, "When they have gone").status == 202)


def test_a_body_in_chunks_is_held_to_the_same_limit(site: Site) -> None:
    slug = site.publish("In pieces")
    words = b"author_name=Ada&author_email=ada%40example.org&content=In+pieces"

    def post(*chunks: bytes) -> int:
        with closing(HTTPConnection(*place_of(site), timeout=20)) as connection:
            connection.request(
                "POST", f"/api/v1/articles/{slug}/comments", body=iter(chunks), headers=FORM, encode_chunked=True
            )
            return connection.getresponse().status

    assert post(words[:20], words[20:]) == 202
    limit = int(site.app.config["MAX_CONTENT_LENGTH"])
    assert post(words, b"&author_website=" + b"x" * limit) == 413
    assert site.stored("In pieces") == 1
    assert bodies.AT_ONCE < FREE_THREADS
