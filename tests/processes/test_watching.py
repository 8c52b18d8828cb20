"""Is what others change seen where it is stored, and is it said when it cannot be seen?"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy.engine import make_url

from app.ground import changes, db
from app.ground.changes import EVERYTHING
from app.ground.watching import AWAY, OVERDUE, TRUST_SECONDS, UNSEEN, PostgresWatch, SqliteWatch, watch
from tests.processes.outages import Perishable, a_postgres_of_its_own, within

SOON = 5 * TRUST_SECONDS
FILE = "rejoinder.sqlite3"


# --- SQLite ----------------------------------------------------------------------------------------------------------


def test_a_relative_path_leads_to_the_file_that_is_written(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / "data", tmp_path / "elsewhere"]
    for folder in folders:
        folder.mkdir()
        shutil.copy(sqlite_template, folder / FILE)
    monkeypatch.chdir(folders[1])
    app, forgotten = Flask(__name__, instance_path=str(folders[0])), list[frozenset[str]]()
    db.init_app(app, url=f"sqlite:///{FILE}")
    watching = watch(app, forgotten.append, url=f"sqlite:///{FILE}")
    changes.hear(app, lambda _topics: None)  # so that it has to see what this process itself does
    assert watching.is_current()
    with app.app_context():
        with db.transaction() as session:
            changes.touch(session, "article-1")
        db.db.engine.dispose()
    assert watching.is_current()
    watching.stop()
    assert forgotten[:2] == [{EVERYTHING}, {"article-1"}]


def test_many_who_look_at_once_miss_nothing(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / FILE)
    stored, heard, is_over = [0], [0], threading.Event()
    watching = SqliteWatch(str(tmp_path / FILE), lambda topics: heard.append(max([heard[-1], *map(number_of, topics)])))

    def look() -> int:
        """How often it was current without knowing what had been stored before."""
        missed = 0
        while not is_over.is_set():
            before = stored[0]
            missed += watching.is_current() and max(heard) < before
        return missed

    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other, ThreadPoolExecutor(12) as many:
        looking = [many.submit(look) for _ in range(12)]
        for number in range(1, 200):
            other.execute("INSERT INTO topic VALUES (?, ?)", (f"number-{number}", number))
            stored[0] = number
            time.sleep(0.002)
        is_over.set()
        assert sum(looked.result(20) for looked in looking) == 0
    watching.stop()
    assert heard[-1] > 0


def number_of(topic: str) -> int:
    return 0 if topic == EVERYTHING else int(topic.removeprefix("number-"))


def test_a_file_that_cannot_be_looked_at_is_said(sqlite_template: Path, tmp_path: Path) -> None:
    watching = SqliteWatch(str(tmp_path / FILE), lambda _topics: None)
    assert (watching.is_current(), watching.trouble) == (False, UNSEEN)
    shutil.copy(sqlite_template, tmp_path / FILE)
    assert within(SOON, watching.is_current)
    assert watching.trouble is None
    watching.stop()


def test_an_older_state_that_sqlite_itself_brings_back_is_noticed(sqlite_template: Path, tmp_path: Path) -> None:
    path, forgotten = tmp_path / FILE, list[frozenset[str]]()
    shutil.copy(sqlite_template, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as writing:
        writing.execute("INSERT INTO topic (name, changed) VALUES ('article-1', 1)")
    watching = SqliteWatch(str(path), forgotten.append)
    assert watching.is_current()
    with closing(sqlite3.connect(sqlite_template)) as backup, closing(sqlite3.connect(path)) as running:
        backup.backup(running)
    forgotten.clear()
    assert watching.is_current()
    watching.stop()
    assert forgotten[0] == {EVERYTHING}


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def listening(url: str) -> Iterator[PostgresWatch]:
    made = PostgresWatch(url, lambda _topics: None, database=url)
    try:
        yield made
    finally:
        made.stop()


def says(watching: PostgresWatch, trouble: str | None) -> Callable[[], bool]:
    return lambda: watching.is_current() is (trouble is None) and watching.trouble == trouble


def run(server: Perishable, statement: str) -> tuple[object, ...] | None:
    with psycopg.connect(plain(server.url), autocommit=True) as connection:
        done = connection.execute(statement.encode())
        return done.fetchone() if done.description else None


def is_standby(server: Perishable) -> bool:
    try:
        return run(server, "SELECT pg_is_in_recovery()") == (True,)
    except psycopg.OperationalError:  # it is still starting
        return False


def make_a_standby_of(server: Perishable) -> None:
    run(server, "COPY (SELECT 1) TO PROGRAM 'cat > standby.signal'")
    server.end()
    server.start_again()
    assert within(20, lambda: is_standby(server))


def promote(server: Perishable) -> None:
    assert run(server, "SELECT pg_promote()") == (True,)


@pytest.fixture
def postgres() -> Iterator[Perishable]:
    with a_postgres_of_its_own() as postgres:
        yield postgres


def test_a_beat_that_does_not_come_back_is_said_while_the_server_says_nothing(postgres: Perishable) -> None:
    with listening(plain(postgres.url)) as watching:
        assert watching.trouble is None
        assert within(SOON, says(watching, None))
        (process,) = run(postgres, "SELECT pid FROM pg_stat_activity WHERE query LIKE 'NOTIFY rejoinder%'") or ()
        assert isinstance(process, int)
        os.kill(process, signal.SIGSTOP)
        try:
            assert within(SOON, says(watching, OVERDUE))
        finally:
            os.kill(process, signal.SIGCONT)
        assert within(SOON, says(watching, None))


@pytest.mark.slow
def test_after_a_failover_the_server_that_takes_writes_is_listened_to(postgres: Perishable) -> None:
    with a_postgres_of_its_own() as other:
        make_a_standby_of(other)
        hosts = [make_url(server.url).query["host"] for server in (other, postgres)]
        url = f"postgresql://postgres@/postgres?host={','.join(map(str, hosts))}&target_session_attrs=read-write"
        with listening(plain(url)) as watching:
            assert within(SOON, says(watching, None))
            postgres.kill()
            assert within(SOON, says(watching, AWAY))
            promote(other)
            assert within(SOON, says(watching, None))


@pytest.mark.slow
def test_a_standby_is_not_listened_to_before_it_is_promoted(postgres: Perishable) -> None:
    make_a_standby_of(postgres)
    with listening(plain(postgres.url)) as watching:
        assert within(SOON, says(watching, AWAY))
        assert not within(TRUST_SECONDS, watching.is_current)
        promote(postgres)
        assert within(SOON, says(watching, None))
