"""What do readers and staff notice while Redis or PostgreSQL is away?"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests import servers
from tests.conftest import ENVIRONMENT, migrate
from tests.processes.asking import Answer, at_once
from tests.processes.outages import Perishable, a_postgres_of_its_own, a_redis_of_its_own, within
from tests.processes.running import command, environment_for
from tests.processes.sites import ARTICLES, Site, new_address, open_site
from tests.processes.streams import Ledger, busy

KILLS = 3
ASKED = 60
# What an outage may cost so many answers together. Without a breaker each of them would wait for time-outs of 50 ms.
EXTRA_SECONDS = 1.5

Away = Callable[[Perishable], None]


@pytest.fixture
def redis() -> Iterator[Perishable]:
    with a_redis_of_its_own() as redis:
        yield redis


@pytest.fixture
def site(redis: Perishable, tmp_path: Path) -> Iterator[Site]:
    """Two processes that count in a Redis that may die; log-ins are limited as usual."""
    url = servers.new_database("outage", template=servers.template_database("migrated", migrate))
    usual = {"FLOOD_SECONDS": "15", "LIMIT_LOGIN": "5 per 15 minutes", "LIMIT_READING": "40 per minute"}
    real = {"DATABASE_URL": url, "REDIS_URL": redis.url, "WORKERS": "2", "TRUSTED_PROXIES": "127.0.0.1"}
    with open_site(environment_for(tmp_path, ENVIRONMENT | usual | real, measured=False)) as site:
        yield site


def limits_of(site: Site) -> str:
    return str(site.ask("GET", "/health/ready").json["limits"])


def log_in(site: Site, address: str) -> int:
    wrong = {"login": "nobody", "password": "wrong"}
    return site.ask("POST", "/api/v1/session", wrong, address=address).status


def timed(ask: Callable[[], Answer]) -> tuple[float, list[int]]:
    """How many seconds so many answers take, and their statuses."""
    began = time.monotonic()
    statuses = [ask().status for _ in range(ASKED)]
    return time.monotonic() - began, statuses


@pytest.mark.slow
@pytest.mark.parametrize("away", [Perishable.kill, Perishable.freeze])
def test_without_redis_the_site_goes_on_and_finds_it_again(away: Away, site: Site, redis: Perishable) -> None:
    slug = site.publish("Without Redis")
    assert limits_of(site) == "ok"
    usual_seconds, _ = timed(partial(site.ask, "GET", f"{ARTICLES}/{slug}"))

    away(redis)
    site.ask("GET", f"{ARTICLES}/{slug}")  # which may be the one that notices

    seconds, statuses = timed(partial(site.ask, "GET", f"{ARTICLES}/{slug}"))
    assert statuses == [200] * ASKED
    assert seconds < 2 * usual_seconds + EXTRA_SECONDS

    reader = new_address()
    assert site.reply(slug, "The first", address=reader).status == 202
    assert site.reply(slug, "At once another", address=reader).json["code"] == "too_fast"

    guesser = new_address()
    guesses = [log_in(site, guesser) for _ in range(12)]
    assert 429 in guesses  # each of the two processes lets five through
    assert 5 <= guesses.count(401) <= 10

    reader = new_address()
    assert [site.ask("GET", f"{ARTICLES}?q=a{n}", address=reader).status for n in range(90)] == [200] * 90

    assert limits_of(site) == "away: counting in this process"
    assert "\"the limits' store is away" in site.servers[0].words()

    if away is Perishable.kill:
        redis.start_again()
    else:
        redis.thaw()
    assert within(10, lambda: limits_of(site) == "ok")
    # Its own breaker looks again after one, two, four ... seconds: until then it counts in each process.
    reader = new_address()
    # What is ready is not counted, so each asks for another search.
    asked = itertools.count()
    assert within(45, lambda: site.ask("GET", f"{ARTICLES}?q={next(asked)}", address=reader).status == 429)


@pytest.mark.slow
@pytest.mark.parametrize("away", [Perishable.kill, Perishable.freeze])
def test_all_who_post_at_the_moment_when_redis_goes_are_answered(away: Away, site: Site, redis: Perishable) -> None:
    slug = site.publish("When Redis goes")
    away(redis)
    posts = [partial(site.reply, slug, f"Number {number} of those who were there.") for number in range(12)]
    assert [answer.status for answer in at_once(posts)] == [202] * len(posts)


@pytest.mark.slow
def test_a_killed_postgresql_loses_nothing_acknowledged_and_the_site_finds_it_again(tmp_path: Path) -> None:
    with a_postgres_of_its_own() as postgres:
        migrate(postgres.url)
        real = {"DATABASE_URL": postgres.url, "REDIS_URL": servers.redis_database(), "WORKERS": "2"}
        environment = environment_for(tmp_path, ENVIRONMENT | real | {"TRUSTED_PROXIES": "127.0.0.1"}, measured=False)
        with open_site(environment) as site:
            slug = site.publish("Killed underneath")
            site.token("Staff")
            for turn in range(KILLS):
                ledger = Ledger()
                with busy(site, slug, ledger, seed=turn):
                    time.sleep(0.4)
                    postgres.kill()
                    assert within(5, lambda: site.ask("GET", f"{ARTICLES}/{slug}").status == 503)
                    postgres.start_again()
                    assert within(20, lambda: site.ask("GET", "/health/ready").status == 200)
                assert ledger.said
                assert ledger.missing(site) == []
                assert [line for line in ledger.unexpected if not line.startswith("503 ")] == []
            checked = command("counters", "recount", "--check", environment=environment)
            assert checked.returncode == 0, checked.stdout + checked.stderr
