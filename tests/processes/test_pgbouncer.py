"""Does a server of two processes stand behind a real PgBouncer that pools transactions?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.ground import db
from app.ground.watching import ELSEWHERE, POOLED
from app.permissions import Role
from tests import servers
from tests.processes.asking import ask
from tests.processes.installed import Installed, program
from tests.processes.outages import within
from tests.processes.pools import pgbouncer
from tests.processes.running import command
from tests.processes.sites import ARTICLES, COMMENTS, Site, open_site, postgres_environment, site_of
from tests.processes.streams import Ledger, busy

# The same hammer that falls on servers without a pool: the fixture `site` below is another one.
from tests.processes.test_freshness import hammer, test_no_answer_is_older_than_the_bound

__all__ = ["hammer", "test_no_answer_is_older_than_the_bound"]

BUSY_SECONDS = 2
PROCESSES = 2
ENOUGH = 20  # reads, for each process to have some
THREADS = "/api/v1/articles/<slug>/comments"


@contextmanager
def a_site_behind_a_pool(folder: Path, name: str, *, listen: str | None) -> Iterator[tuple[Site, Installed]]:
    """`listen` is "directly", "elsewhere", or None where nobody said where to."""
    program("pgbouncer")
    environment = postgres_environment(folder, name)
    direct = environment["DATABASE_URL"]
    with pgbouncer(direct) as pool:
        environment |= {"DATABASE_URL": pool.url, "LOG_LEVEL": "INFO", "TICK_SECONDS": "1"}
        if listen == "directly":
            environment["LISTEN_URL"] = direct
        if listen == "elsewhere":
            environment["LISTEN_URL"] = servers.new_database(f"{name}_not")
        with open_site(environment) as site:
            yield site, pool


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Installed]]:
    with a_site_behind_a_pool(tmp_path_factory.mktemp("pool"), "pooled", listen="directly") as behind:
        yield behind


@pytest.fixture
def site(behind: tuple[Site, Installed]) -> Site:
    return behind[0]


def thread_of(slug: str) -> str:
    return f"{ARTICLES}/{slug}/comments"


def answers_of_flask(site: Site) -> int:
    """How many threads were not given from what was ready, by any process."""
    figures = text_string_to_metric_families(ask(site.servers[0].base, "GET", "/metrics").text)
    name, labels = "rejoinder_request_seconds_count", {"method": "GET", "route": THREADS}
    return sum(int(each.value) for family in figures for each in family.samples if each[:2] == (name, labels))


def read(site: Site, slug: str) -> int:
    """Read a thread in every process; how often Flask was asked for it."""
    before = answers_of_flask(site)
    told = [site.ask("GET", thread_of(slug)) for _ in range(ENOUGH)]
    assert [answer.status for answer in told] == [200] * ENOUGH
    return answers_of_flask(site) - before


def approve(site: Site, slug: str, content: str) -> None:
    comment_id, etag = site.held(slug, content)
    token = site.token("a moderator", Role.MODERATOR)
    told = site.ask("POST", f"{COMMENTS}/{comment_id}/approve", {}, Authorization=token, If_Match=etag)
    assert told.status == 200, told.text


def test_readers_staff_and_moderators_at_once_meet_no_error_and_lose_nothing(site: Site) -> None:
    slug, ledger = site.publish("Pooled"), Ledger()
    site.token("Staff")
    with busy(site, slug, ledger, seed=5):
        time.sleep(BUSY_SECONDS)
    assert len(ledger.said) > PROCESSES * 5  # the driver prepares what it has run five times
    assert ledger.unexpected == []
    assert ledger.missing(site) == []
    checked = command("counters", "recount", "--check", environment=site.environment)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert '"error"' not in site.servers[0].words()


def test_answers_are_kept_ready_and_dropped_in_both_processes(site: Site) -> None:
    slug = site.publish("Kept behind a pool")
    approve(site, slug, "Before")
    assert within(10, lambda: read(site, slug) == 0)
    approve(site, slug, "After")
    time.sleep(1)
    assert all("After" in site.ask("GET", thread_of(slug)).text for _ in range(ENOUGH))
    assert site.ask("GET", "/health/ready").json["changes"] == "ok"


@pytest.mark.parametrize("way", ["DATABASE_URL", "LISTEN_URL"], ids=["through the pool", "past it"])
def test_a_lock_is_waited_for_no_longer_than_a_worker_can_wait(site: Site, way: str) -> None:
    app = site_of({**site.environment, "DATABASE_URL": site.environment[way]}).app
    with app.app_context():
        with db.transaction() as session:
            told = [session.scalar(text(f"SHOW {name}")) for name in ("lock_timeout", "timezone")]
        db.db.engine.dispose()
    assert told == [f"{db.BUSY_SECONDS}s", "UTC"]


def test_nothing_that_a_transaction_sets_stays_in_the_pool(behind: tuple[Site, Installed]) -> None:
    site, pool = behind
    site.publish("Set and gone")
    with psycopg.connect(pool.url, autocommit=True, prepare_threshold=None) as somebody:
        left = {somebody.execute("SHOW lock_timeout").fetchone() for _ in range(ENOUGH)}
    assert left == {("0",)}


def test_a_pool_is_known_from_a_connection_of_one_s_own(behind: tuple[Site, Installed]) -> None:
    site, pool = behind
    direct = make_url(site.environment["LISTEN_URL"]).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(direct, autocommit=True) as own, psycopg.connect(pool.url, autocommit=True) as pooled:
        assert (db.is_pooled(own), db.is_pooled(pooled)) == (False, True)


def test_while_the_pool_is_away_readers_read_what_is_ready_and_posts_are_asked_to_come_again(tmp_path: Path) -> None:
    with a_site_behind_a_pool(tmp_path, "poolless", listen="directly") as (site, pool):
        slug = site.publish("Without a pool")
        assert within(10, lambda: read(site, slug) == 0)
        pool.stop()
        refused = site.reply(slug, "Too early")
        assert (refused.status, "retry-after" in refused.headers) == (503, True)
        assert read(site, slug) == 0
        pool.start()
        assert within(10, lambda: site.reply(slug, "In time").status == 202)


@pytest.mark.parametrize(
    ("listen", "trouble"), [(None, POOLED), ("elsewhere", ELSEWHERE)], ids=["through the pool", "to another database"]
)
def test_whose_own_beat_proves_nothing_keeps_nothing_ready_and_says_so_once(
    tmp_path: Path, listen: str | None, trouble: str
) -> None:
    with a_site_behind_a_pool(tmp_path, "unheard", listen=listen) as (site, _):
        slug = site.publish("Unheard")
        for number in range(3):
            approve(site, slug, f"Number {number}")
            assert f"Number {number}" in site.ask("GET", thread_of(slug)).text
            assert read(site, slug) == ENOUGH
        ready = site.ask("GET", "/health/ready")
        assert (ready.status, ready.json["changes"]) == (200, trouble)
        assert site.servers[0].words().count(f"what changes is {trouble}") == PROCESSES
