"""Which real servers do the tests of processes share?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.sites import Site, open_site, postgres_environment, sqlite_environment

TWO_SERVERS_ON_ONE_FILE = "SQLite, two servers on one file"
TWO_PROCESSES = "PostgreSQL and Redis, one server of two processes"


@pytest.fixture(scope="session", params=[TWO_SERVERS_ON_ONE_FILE, TWO_PROCESSES])
def site(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site that several processes serve; a test keeps to articles and addresses of its own."""
    folder = tmp_path_factory.mktemp("site")
    many = {"FLOOD_SECONDS": "15", "LOG_LEVEL": "INFO", "TICK_SECONDS": "1"}
    if request.param == TWO_SERVERS_ON_ONE_FILE:
        opened = open_site(sqlite_environment(folder, sqlite_template) | many, doors=2)
    else:
        opened = open_site(postgres_environment(folder, "site") | many)
    with opened as site:
        yield site
