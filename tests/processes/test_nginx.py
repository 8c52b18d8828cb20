"""What do readers get through an nginx that stands in front as docs/caching.md says?"""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest

from tests.processes import fronts
from tests.processes.asking import Answer, ask
from tests.processes.installed import Installed, program
from tests.processes.outages import within
from tests.processes.sites import ARTICLES, COMMENTS, Site, new_address, open_site, sqlite_environment

KEPT_SECONDS = 2
LONG = "A long thought. " * 100


@dataclass(frozen=True, slots=True)
class Behind:
    """A site with an nginx in front of its server."""

    site: Site
    front: Installed

    def get(self, path: str, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(self.front.url, "GET", path, headers=sent)

    def reply(self, slug: str, content: str, *, address: str) -> Answer:
        typed = {"content": content, "author_name": "Ada", "author_email": "ada@example.org"}
        return ask(self.front.url, "POST", thread_of(slug), body=typed, headers={"X-Forwarded-For": address})

    def approve(self, comment: int, etag: str) -> None:
        moderator = self.site.token("a moderator")
        told = self.site.ask("POST", f"{COMMENTS}/{comment}/approve", {}, Authorization=moderator, If_Match=etag)
        assert told.status == 200, told.text

    def total(self, slug: str) -> int:
        return int(self.get(thread_of(slug)).json["total"])


def thread_of(slug: str) -> str:
    return f"{ARTICLES}/{slug}/comments"


@pytest.fixture(scope="module")
def behind(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    program("nginx")
    more = {"SHARED_CACHE_SECONDS": str(KEPT_SECONDS), "FLOOD_SECONDS": "15"}
    environment = sqlite_environment(tmp_path_factory.mktemp("nginx"), sqlite_template) | more
    with open_site(environment) as site, fronts.nginx(site.servers[0].base) as front:
        yield Behind(site, front)


@pytest.fixture
def slug(behind: Behind, request: pytest.FixtureRequest) -> str:
    return behind.site.publish(f"Behind nginx {request.node.name}")


def test_a_thread_page_is_kept_as_long_as_it_says(behind: Behind, slug: str) -> None:
    comment = behind.site.held(slug, "Seen later")
    began = time.monotonic()
    assert behind.total(slug) == 0
    behind.approve(*comment)
    assert behind.total(slug) == 0
    assert time.monotonic() - began < KEPT_SECONDS
    assert within(2 * KEPT_SECONDS + 1, lambda: behind.total(slug) == 1)
    assert time.monotonic() - began > KEPT_SECONDS


def test_while_a_new_answer_is_fetched_the_old_one_is_given(behind: Behind, slug: str) -> None:
    comment = behind.site.held(slug, "Seen by the second")
    assert behind.total(slug) == 0
    behind.approve(*comment)
    time.sleep(KEPT_SECONDS + 0.5)
    assert behind.total(slug) == 0
    assert within(1, lambda: behind.total(slug) == 1)


def test_what_nobody_read_for_twice_that_time_is_fetched_first(behind: Behind, slug: str) -> None:
    comment = behind.site.held(slug, "Seen by the first")
    assert behind.total(slug) == 0
    behind.approve(*comment)
    time.sleep(2 * KEPT_SECONDS + 1.2)  # nginx counts in whole seconds
    assert behind.total(slug) == 1


def test_what_has_not_changed_is_not_sent_again(behind: Behind, slug: str) -> None:
    known = behind.get(thread_of(slug)).headers["etag"]
    assert behind.get(thread_of(slug), If_None_Match=known).status == 304
    time.sleep(2 * KEPT_SECONDS + 1.2)
    assert behind.get(thread_of(slug), If_None_Match=known).status == 304  # and it asks the server for no more
    assert behind.get(thread_of(slug)).headers["etag"] == known


def test_forms_and_languages_are_not_mixed_up(behind: Behind, slug: str) -> None:
    behind.approve(*behind.site.held(slug, LONG))
    undo = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}
    for _ in range(2):
        for coding, decompress in undo.items():
            answer = behind.get(thread_of(slug), Accept_Encoding=coding)
            assert answer.headers.get("content-encoding", "identity") == coding
            assert b"A long thought." in decompress(answer.body)
            known = behind.get(thread_of(slug), Accept_Encoding=coding, If_None_Match=answer.headers["etag"])
            assert known.status == 304
        for language in ("de", "en"):
            form = behind.get(f"{ARTICLES}/{slug}/reply-form", Accept_Language=language)
            assert form.headers["content-language"] == language


def test_a_browser_is_told_to_ask_each_time_and_not_by_which_keys_it_is_kept(behind: Behind, slug: str) -> None:
    for _ in range(2):
        answer = behind.get(thread_of(slug))
        assert answer.headers["cache-control"] == "no-cache"
        assert "surrogate-key" not in answer.headers


@pytest.mark.parametrize("credential", [{"Authorization": "Bearer rj_nobody"}, {"Cookie": "a=b; rejoinder_session=x"}])
def test_who_shows_a_credential_is_answered_by_the_server_and_leaves_nothing_behind(
    behind: Behind, slug: str, credential: dict[str, str]
) -> None:
    # An answer that was made for one request has the request's id.
    told = [
        behind.get(thread_of(slug), **headers) for headers in (credential, {}, credential, {"Cookie": "theme=dark"})
    ]
    assert ["x-request-id" in answer.headers for answer in told] == [True, False, True, False]


def test_what_is_not_there_yet_is_not_kept(behind: Behind) -> None:
    path = f"{ARTICLES}/soon-behind-nginx"
    assert [behind.get(path).status for _ in range(2)] == [404, 404]
    behind.site.publish("Soon behind nginx")
    assert behind.get(path).status == 200


def test_two_addresses_behind_it_are_two_readers(behind: Behind, slug: str) -> None:
    first, second = new_address(), new_address()
    assert behind.reply(slug, "One reader", address=first).status == 202
    assert behind.reply(slug, "Another reader", address=second).status == 202
    assert behind.reply(slug, "The first again", address=first).json["code"] == "too_fast"
    assert behind.get("/health/ready").json["proxies"] == "ok"


def test_the_figures_are_nobody_s_outside(behind: Behind) -> None:
    assert behind.get("/metrics").status == 404


@pytest.mark.slow
def test_without_the_server_readers_go_on_reading(sqlite_template: Path, tmp_path: Path) -> None:
    program("nginx")
    environment = sqlite_environment(tmp_path, sqlite_template) | {"SHARED_CACHE_SECONDS": "1"}
    with open_site(environment) as site, fronts.nginx(site.servers[0].base) as front:
        slug = site.publish("Without a server")
        before = ask(front.url, "GET", thread_of(slug))
        site.servers[0].kill()
        time.sleep(3.5)
        after = ask(front.url, "GET", thread_of(slug))
        assert (after.status, after.body) == (200, before.body)
