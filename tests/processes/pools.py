"""How do tests put a real PgBouncer between a server and PostgreSQL, configured as docs/scaling.md says?"""

from __future__ import annotations

import configparser
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

from tests.processes.fronts import FrontMissing, program
from tests.processes.outages import within
from tests.processes.running import ROOT, free_port

CONFIGURATION = ROOT / "docs" / "scaling" / "pgbouncer.ini"
START_SECONDS = 30
STOP_SECONDS = 10
# So few, and each in turn: hardly two transactions of a client have the same connection.
UNKIND = {"default_pool_size": "4", "server_round_robin": "1"}


@dataclass(slots=True, kw_only=True)
class Pool:
    """A PgBouncer in front of one database. It can be ended, and started again."""

    url: str
    command: Sequence[str]
    owner: str | None
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Raises FrontMissing."""
        with self.log.open("ab") as words:
            self.process = subprocess.Popen(
                self.command, user=self.owner, cwd="/", stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT
            )
        if not within(START_SECONDS, self._answers):
            self.stop()
            last_words = self.log.read_text().splitlines()[-20:]
            raise FrontMissing("\n".join(["It did not start. Its last words:", *last_words]))

    def stop(self) -> None:
        """End it; safe on one that is gone."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def pgbouncer(database: str) -> Iterator[Pool]:
    """A PgBouncer in front of the database at this URL."""
    path, port = program("pgbouncer"), free_port()
    direct = make_url(database)
    owner = "nobody" if os.geteuid() == 0 else None  # as root it refuses to run
    # Whoever it runs as must be able to look into the folder: not into pytest's own.
    with tempfile.TemporaryDirectory(prefix="rejoinder-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        told = configparser.ConfigParser(interpolation=None)
        told.read_string(CONFIGURATION.read_text())
        told["databases"] = {str(direct.database): _way_to(direct)}
        told["pgbouncer"].update({"listen_port": str(port), "auth_type": "any"} | UNKIND)
        del told["pgbouncer"]["auth_file"]
        with (folder / "pgbouncer.ini").open("w") as written:
            told.write(written)
        url = URL.create("postgresql", "anybody", host="127.0.0.1", port=port, database=direct.database)
        pool = Pool(
            url=url.render_as_string(),
            command=[path, str(folder / "pgbouncer.ini")],
            owner=owner,
            log=folder / "log",
        )
        pool.start()
        try:
            yield pool
        finally:
            pool.stop()


def _way_to(direct: URL) -> str:
    """The database in libpq's words."""
    parts = {
        "host": direct.host or direct.query.get("host"),
        "port": direct.port,
        "dbname": direct.database,
        "user": direct.username,
        "password": direct.password,
    }
    return " ".join(f"{name}={value}" for name, value in parts.items() if value)
