"""How do tests put a real PgBouncer between a server and PostgreSQL, configured as docs/scaling.md says?"""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.engine import URL, make_url

from tests.processes.installed import Installed, open_folder, program
from tests.processes.running import ROOT, free_port

CONFIGURATION = ROOT / "docs" / "scaling" / "pgbouncer.ini"
# So few, and each in turn: hardly two transactions of a client have the same connection.
UNKIND = {"default_pool_size": "4", "server_round_robin": "1"}


@contextmanager
def pgbouncer(database: str) -> Iterator[Installed]:
    """A PgBouncer in front of the database at this URL."""
    path, port = program("pgbouncer"), free_port()
    direct = make_url(database)
    with open_folder() as folder:
        told = configparser.ConfigParser(interpolation=None)
        told.read_string(CONFIGURATION.read_text())
        told["databases"] = {str(direct.database): _way_to(direct)}
        told["pgbouncer"].update({"listen_port": str(port), "auth_type": "any"} | UNKIND)
        del told["pgbouncer"]["auth_file"]
        with (folder / "pgbouncer.ini").open("w") as written:
            told.write(written)
        url = URL.create("postgresql", "anybody", host="127.0.0.1", port=port, database=direct.database)
        pool = Installed(
            url=url.render_as_string(),
            command=[path, str(folder / "pgbouncer.ini")],
            answers=_connects,
            log=folder / "log",
            owner="nobody" if os.geteuid() == 0 else None,  # as root it refuses to run
        )
        with pool.running():
            yield pool


def _connects(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


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
