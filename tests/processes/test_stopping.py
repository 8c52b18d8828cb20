"""How does a server end?"""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.processes.asking import Answer
from tests.processes.outages import within
from tests.processes.running import Server, begin_serving
from tests.processes.sites import Site, open_site, postgres_environment, sqlite_environment

NEEDS_PROC = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")


SQLITE, POSTGRESQL = "SQLite", "PostgreSQL, two processes"


@pytest.fixture
def environment(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> dict[str, str]:
    """Of the kind of site that a test asks for."""
    if request.param == SQLITE:
        return sqlite_environment(tmp_path, sqlite_template)
    return postgres_environment(tmp_path, "stopped")


def press_ctrl_c(server: Server) -> int:
    """SIGINT for every process of the terminal's group; the exit code."""
    os.killpg(server.process.pid, signal.SIGINT)
    return server.process.wait(20)


def send_sigterm(server: Server) -> int:
    return server.stop(signal.SIGTERM)


Stop = Callable[[Server], int]


@pytest.mark.parametrize(
    ("environment", "stop"), [(SQLITE, press_ctrl_c), (POSTGRESQL, send_sigterm)], indirect=["environment"]
)
def test_a_server_that_is_told_to_end_answers_what_is_under_way_and_ends_cleanly(
    environment: dict[str, str], stop: Stop
) -> None:
    with open_site(environment) as site:
        slug, server = site.publish("The last word"), site.servers[0]
        answers: list[Answer] = []
        post = threading.Thread(target=lambda: answers.append(site.reply(slug, "My last word")))
        ending = threading.Thread(target=stop, args=[server])
        with held_up(site):
            post.start()
            post.join(1)
            ending.start()
            ending.join(1)
            assert (post.is_alive(), ending.is_alive()) == (True, True)
        post.join(20)
        ending.join(20)
        assert [answer.status for answer in answers] == [202]
        assert site.stored("My last word") == 1
        assert server.process.returncode == 0
        assert server.processes() == []
        assert "Traceback" not in server.words()
        assert '"error"' not in server.words()


@pytest.mark.parametrize("environment", [POSTGRESQL], indirect=True)
def test_a_server_that_is_told_to_end_as_it_begins_ends_soon(environment: dict[str, str]) -> None:
    server = begin_serving(environment)
    try:
        assert within(30, lambda: len(server.processes()) > 1, look=0.001)
        began = time.monotonic()
        assert send_sigterm(server) == 0
        assert time.monotonic() - began < 5  # a process that hears nothing is waited for, for 10 seconds
        assert server.processes() == []
    finally:
        server.kill()


@NEEDS_PROC
@pytest.mark.parametrize("environment", [POSTGRESQL], indirect=True)
def test_a_killed_first_process_takes_the_others_with_it(environment: dict[str, str]) -> None:
    with open_site(environment) as site:
        server = site.servers[0]
        assert len(server.processes()) == 3
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        assert within(15, lambda: server.processes() == [])


@contextmanager
def held_up(site: Site) -> Iterator[None]:
    """Within this block every post waits for the database."""
    url = make_url(site.app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
    else:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain) as locker:
            locker.execute("SELECT 1 FROM discussion FOR UPDATE")
            yield
            locker.rollback()


@NEEDS_PROC
@pytest.mark.parametrize("environment", [SQLITE, POSTGRESQL], indirect=True)
def test_a_restart_refuses_no_connection_and_loses_no_comment(environment: dict[str, str]) -> None:
    with open_site(environment) as site:
        slug, server = site.publish("Before and after"), site.servers[0]
        before = set(server.processes())
        posted: list[str] = []
        is_over = threading.Event()

        def ask() -> None:
            # A connection of its own each time: one that is refused or cut raises here.
            while not is_over.is_set():
                assert site.ask("GET", f"/api/v1/articles/{slug}").status == 200
                words = f"Comment {len(posted)} of this time."
                assert site.reply(slug, words).status == 202
                posted.append(words)

        with ThreadPoolExecutor(1) as asking:
            asked = asking.submit(ask)
            try:
                assert within(20, lambda: len(posted) > 3 or asked.done())
                server.process.send_signal(signal.SIGHUP)
                assert within(40, lambda: set(server.processes()) & before == {server.process.pid})
                done = len(posted)
                assert within(20, lambda: len(posted) > done + 3 or asked.done())
            finally:
                is_over.set()
                asked.result(20)  # which says what went wrong with it
        assert site.stored(*posted) == len(posted)


@NEEDS_PROC
@pytest.mark.parametrize("environment", [POSTGRESQL], indirect=True)
def test_a_restart_ends_where_it_is_when_the_server_is_told_to_end(environment: dict[str, str]) -> None:
    with open_site(environment | {"LOG_LEVEL": "INFO"}) as site:
        server = site.servers[0]
        before = set(server.processes())
        server.process.send_signal(signal.SIGHUP)
        assert within(20, lambda: not before.issuperset(server.processes()))
        assert send_sigterm(server) == 0
        assert within(2, lambda: server.processes() == [])  # Python's own helper ends after its parent
        assert '"restarting"' in server.words()
        assert '"restarted"' not in server.words()


@NEEDS_PROC
@pytest.mark.parametrize("environment", [SQLITE], indirect=True)
def test_whoever_is_connected_when_it_restarts_is_answered(environment: dict[str, str]) -> None:
    with open_site(environment) as site:
        server = site.servers[0]
        before, is_over = set(server.processes()), threading.Event()

        def ask_late() -> int:
            """As from far away: connected at once, and the question a moment later."""
            answered = 0
            while not is_over.is_set():
                with closing(HTTPConnection(urlsplit(server.base).netloc, timeout=20)) as connection:
                    connection.connect()
                    time.sleep(0.1)
                    connection.request("GET", "/health/live")
                    assert connection.getresponse().status == 200
                    answered += 1
            return answered

        with ThreadPoolExecutor(16) as many:
            asking = [many.submit(ask_late) for _ in range(16)]
            try:
                server.process.send_signal(signal.SIGHUP)
                assert within(40, lambda: set(server.processes()) & before == {server.process.pid})
            finally:
                is_over.set()
            assert all(asked.result(20) > 0 for asked in asking)
