"""Where do the tests get a real PostgreSQL and a real Redis from?

From `TEST_DATABASE_URL` and `TEST_REDIS_URL` where those are given, else out of packages. One run has one
keeper (server_keeper.py), which starts each server when it is first asked for and tells every worker the same
address. Its life hangs on a pipe that the run alone holds: however the run ends, the pipe closes and the
keeper clears up.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import sql
from sqlalchemy.engine import make_url

from tests.server_keeper import (
    START_SECONDS,
    Server,
    ServerMissing,
    database_prefix,
    maintenance,
    postgres_folder,
    started_postgres,
    started_redis,
)

if TYPE_CHECKING:
    import pytest

__all__ = [
    "Server",
    "ServerMissing",
    "begin",
    "drop_database",
    "new_database",
    "postgres",
    "postgres_program",
    "redis",
    "redis_database",
    "report",
    "started_postgres",
    "started_redis",
    "template_database",
    "worker_number",
]

FOLDER_VARIABLE = "REJOINDER_TEST_SERVERS"


@cache
def postgres() -> Server:
    """The run's PostgreSQL. Its url is the maintenance database's: make your own with `new_database`."""
    return Server(**_ask("PostgreSQL")[0])


@cache
def redis() -> Server:
    """The run's Redis. Its url is for looking on: a worker's own database is at `redis_database()`."""
    return Server(**_ask("Redis")[0])


def worker_number() -> int:
    """0 in a run of one process, else 1 for the first worker, 2 for the second."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    return int(worker.removeprefix("gw")) + 1 if worker else 0


def redis_database() -> str:
    """The URL of the Redis database that this worker has for itself."""
    given = make_url(redis().url)
    own = given.set(database=str(int(given.database or 0) + worker_number()))
    return own.render_as_string(hide_password=False)


def new_database(name: str, *, template: str | None = None) -> str:
    """Make a database, empty or a copy, in place of one of that name in this worker; return its URL.

    `template` is a URL from `template_database`, or that of any database of this run which nobody is using.
    """
    full_name = f"{_prefix()}{worker_number()}_{name}"
    _create(full_name, template=(make_url(template).database if template else None) or "template0")
    return _url_of(full_name)


def drop_database(url: str) -> None:
    """Drop a database of this run, whoever is still connected to it."""
    name = make_url(url).database or ""
    if not name.startswith(_prefix()):
        raise ValueError(f"{name} is no database of this run.")
    with maintenance(postgres().url) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def template_database(name: str, build: Callable[[str], None]) -> str:
    """The URL of a database to copy from, which `build(url)` fills once for the run and all its workers.

    `build` must leave no connection open, and nobody may connect afterwards: what is in use is not copied.
    """
    full_name = f"{_prefix()}{name}"
    with maintenance(postgres().url) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [full_name])
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [full_name]).fetchone():
            return _url_of(full_name)
        unfinished = f"{full_name}_unfinished"
        _create(unfinished, template="template0")
        build(_url_of(unfinished))
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(unfinished), sql.Identifier(full_name)))
    return _url_of(full_name)


def postgres_program(name: str) -> Path:
    """Where a client such as `pg_dump` or `psql` is."""
    return postgres_folder() / "bin" / name


def begin(config: pytest.Config) -> None:
    """Call the keeper, once for a run: workers inherit its address with the environment."""
    if hasattr(config, "workerinput"):
        return
    # A socket's path has about a hundred bytes: not pytest's own deep folder.
    folder = tempfile.mkdtemp(prefix="rejoinder-")
    os.environ[FOLDER_VARIABLE] = folder
    keeper = subprocess.Popen(
        [sys.executable, "-P", str(Path(__file__).with_name("server_keeper.py")), folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the tests; the keeper goes after them
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},  # it is not measured
    )
    config.add_cleanup(lambda: _dismiss(keeper))


def report(terminal: pytest.TerminalReporter) -> None:
    """Name what the run stood on, as the last words before pytest counts."""
    if hasattr(terminal.config, "workerinput"):
        return
    used = {each["name"]: Server(**each) for each in _ask("all that was used")}
    terminal.section("ran on", sep="-")
    terminal.line(f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")
    for name in ("PostgreSQL", "Redis"):
        server = used.get(name)
        terminal.line(f"{name} {server.version}, {server.origin}" if server else f"{name}: not used")


def _ask(question: str) -> list[dict[str, str]]:
    if FOLDER_VARIABLE not in os.environ:
        raise ServerMissing("Nobody keeps servers for this run: begin(config) belongs in pytest_configure.")
    door = _folder() / "door"
    end = time.monotonic() + START_SECONDS
    while not door.exists():
        if time.monotonic() > end:
            raise ServerMissing("The keeper of the servers did not open its door.")
        time.sleep(0.02)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(door))
        with connection.makefile("rw") as stream:
            print(question, file=stream, flush=True)
            answer = json.load(stream)
    if isinstance(answer, str):
        raise ServerMissing(answer)
    return [dict(each) for each in answer]


def _folder() -> Path:
    return Path(os.environ[FOLDER_VARIABLE])


def _prefix() -> str:
    return database_prefix(_folder())


def _url_of(name: str) -> str:
    return make_url(postgres().url).set(database=name).render_as_string(hide_password=False)


def _create(name: str, *, template: str) -> None:
    with maintenance(postgres().url) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))


def _dismiss(keeper: subprocess.Popen[bytes]) -> None:
    if keeper.stdin:
        keeper.stdin.close()
    keeper.wait()
