"""Is everything that was acknowledged still there after a process was killed in the middle of it?"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from app.articles.models import Article
from app.comments import life
from app.comments.models import Comment, Status
from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import db, transaction
from app.moderation.models import Operation
from app.permissions import Role
from tests import servers
from tests.processes.outages import within
from tests.processes.running import begin_serving, command, wait_until_ready
from tests.processes.sites import Site, postgres_environment, site_of, sqlite_environment
from tests.processes.streams import Ledger, busy

MANY = 1_000  # comments of an operation: enough for a kill to come in the middle of it
MOST_BEFORE_A_KILL = 20  # acknowledged comments
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


def kill_one_process(site: Site) -> None:
    """Kill the process that has served longest, and wait until its successor is there."""
    server = site.servers[0]
    serving = [each for each in server.processes() if each != server.process.pid]
    victim = min(serving, key=age_of)
    os.kill(victim, signal.SIGKILL)
    assert within(20, lambda: len(server.processes()) > len(serving) and victim not in server.processes())


def age_of(process: int) -> int:
    """When a process began, in ticks since the machine did. Source: proc(5), field 22."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19])


def kill_all_processes(site: Site) -> None:
    site.servers[0].kill()


def is_unharmed_by(kill: Callable[[Site], None], site: Site, *, kills: int, seed: int) -> None:
    """Let people be busy, kill, and compare what they were told with what is there, again and again."""
    chance = random.Random(seed)
    slug = site.publish("Killed")
    site.token("Staff", Role.MODERATOR)
    for turn in range(kills):
        ledger = Ledger()
        with busy(site, slug, ledger, seed=chance.getrandbits(32)):
            time.sleep(chance.uniform(0.1, 0.4))
            kill(site)
        if site.servers[0].process.poll() is not None:
            start(site)
        assert ledger.missing(site) == [], f"seed {seed}, kill {turn + 1}"
        assert ledger.unexpected == []
    assert counters_are_right(site), f"seed {seed}"


def environment_of(kind: str, folder: Path, template: Path) -> dict[str, str]:
    """Of two processes that count in Redis, on either database."""
    if kind == "PostgreSQL":
        return postgres_environment(folder, "killed", measured=False) | QUIET
    shared = {"REDIS_URL": servers.redis_database(), "WORKERS": "2"}
    return sqlite_environment(folder, template, measured=False) | QUIET | shared


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "seed"), [("SQLite", 1), ("PostgreSQL", 2)])
def test_twenty_killed_processes_lose_nothing_acknowledged(
    kind: str, seed: int, tmp_path: Path, sqlite_template: Path
) -> None:
    with killable(environment_of(kind, tmp_path, sqlite_template)) as site:
        is_unharmed_by(kill_one_process, site, kills=20, seed=seed)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "seed"), [("SQLite", 3), ("PostgreSQL", 4)])
def test_five_servers_killed_as_a_whole_lose_nothing_acknowledged(
    kind: str, seed: int, tmp_path: Path, sqlite_template: Path
) -> None:
    with killable(environment_of(kind, tmp_path, sqlite_template)) as site:
        is_unharmed_by(kill_all_processes, site, kills=5, seed=seed)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
def test_a_large_operation_cut_short_by_a_kill_is_finished_once_by_the_timer(
    kind: str, tmp_path: Path, sqlite_template: Path
) -> None:
    with killable(environment_of(kind, tmp_path, sqlite_template)) as site:
        slug = site.publish("Much to do")
        fill(site, slug, MANY)
        order = {"action": "spam", "filter": {"status": "pending"}, "expected": MANY,
                 "as_of": clock.now().isoformat()}  # fmt: skip
        began = site.ask(
            "POST", "/api/v1/moderation/operations", order, Authorization=site.token("Rosa", Role.MODERATOR)
        )
        assert began.status == 202, began.text
        assert within(20, lambda: progress(site) > 0, look=0.005)
        site.servers[0].kill()
        cut_short_at = progress(site)
        assert 0 < cut_short_at < MANY

        start(site)
        assert within(30, lambda: progress(site) == MANY)
        told = site.ask("GET", began.headers["location"], Authorization=site.token("Rosa")).json
        assert (told["state"], told["done"], told["total"]) == ("done", MANY, MANY)
        with site.app.app_context():
            db.session.rollback()
            assert db.session.scalar(select(func.count()).where(Comment.status == Status.SPAM)) == MANY
            assert set(db.session.scalars(select(Comment.version))) == {2}
            acts = select(func.count()).where(AuditEntry.operation_id == told["id"])
            assert db.session.scalar(acts) == MANY
        assert counters_are_right(site)


def progress(site: Site) -> int:
    """How many comments the one operation has come to, as is stored."""
    with site.app.app_context():
        return db.session.scalar(select(Operation.done)) or 0


def fill(site: Site, slug: str, many: int) -> None:
    """Store so many comments that wait, with every figure that goes with them."""
    with site.app.app_context(), transaction() as session:
        article_id = session.scalars(select(Article.id).where(Article.slug == slug)).one()
        rows = [a_comment(article_id, f"One of many: {number}") for number in range(many)]
        session.execute(insert(Comment), rows)
        session.execute(update(Comment).values(root_id=Comment.id))
        counts = life.Counts()
        for row in rows:
            counts.moved(Comment(**row), None, Status.PENDING)
        counts.write(session)


def a_comment(article_id: int, words: str) -> dict[str, Any]:
    """The row of a comment that waits."""
    now = clock.now()
    return {
        "article_id": article_id,
        "depth": 1,
        "author_name": "Ada",
        "author_name_key": "ada",
        "source": words,
        "html": f"<p>{words}</p>",
        "renderer": 1,
        "status": Status.PENDING,
        "reasons": [],
        "receipt_nonce": words,
        "trashed_by_rule": False,
        "visible_below": 0,
        "pinned": False,
        "created_at": now,
        "changed_at": now,
        "changed_by": "rules",
        "version": 1,
    }
