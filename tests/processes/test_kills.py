"""Is everything that was acknowledged still there after a process was killed in the middle of it?"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from app.ground.audit import AuditEntry
from app.ground.db import db
from app.moderation.models import Operation, OperationItem
from app.permissions import Role
from tests import servers
from tests.conftest import ENVIRONMENT, migrate
from tests.processes.running import begin_serving, command, environment_for, wait_until_ready
from tests.processes.sites import COMMENTS, Site, postgres_environment, site_of, sqlite_environment
from tests.processes.streams import Ledger, busy

KILLS = 10  # by one test
QUIET = {"TICK_SECONDS": "1"}


@contextmanager
def killable(environment: Mapping[str, str]) -> Iterator[Site]:
    """A site with one server, which `restart` kills."""
    site = site_of(environment)
    try:
        start(site)
        yield site
    finally:
        for server in site.servers:
            server.kill()
        with site.app.app_context():
            db.engine.dispose()


def start(site: Site) -> None:
    server = begin_serving(site.environment)
    site.servers[:] = [server]
    wait_until_ready(server)


def counters_are_right(site: Site) -> bool:
    checked = command("counters", "recount", "--check", environment=site.environment)
    print(checked.stdout, checked.stderr)  # noqa: T201 (shown where the test fails)
    return checked.returncode == 0


def is_unharmed_by_kills(site: Site, seed: int) -> None:
    chance = random.Random(seed)
    slug = site.publish("Killed")
    site.token("Staff", Role.MODERATOR)
    acknowledged = 0
    for turn in range(KILLS):
        ledger = Ledger()
        with busy(site, slug, ledger, seed=chance.getrandbits(32)):
            time.sleep(chance.uniform(0.1, 0.4))
            site.servers[0].kill()
        start(site)
        assert ledger.missing(site) == [], f"seed {seed}, kill {turn + 1}"
        assert ledger.unexpected == []
        acknowledged += len(ledger.said) + len(ledger.decided)
    assert acknowledged > 5 * KILLS, "too little was going on for a kill to hit anything"
    assert counters_are_right(site), f"seed {seed}"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_ten_killed_servers_on_sqlite_lose_nothing_acknowledged(
    seed: int, tmp_path: Path, sqlite_template: Path
) -> None:
    environment = sqlite_environment(tmp_path, sqlite_template, measured=False)
    with killable(environment | QUIET) as site:
        is_unharmed_by_kills(site, seed)


@pytest.mark.slow
def test_ten_killed_servers_on_postgresql_lose_nothing_acknowledged(tmp_path: Path) -> None:
    environment = postgres_environment(tmp_path, "killed", measured=False)
    with killable(environment | QUIET) as site:
        is_unharmed_by_kills(site, seed=5)
