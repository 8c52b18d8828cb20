"""What do readers and moderators get through a Varnish that stands in front as docs/caching.md says?"""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import brotli
import pytest

from app.ground.purging import AGAIN_SECONDS, Varnish
from tests.processes import fronts
from tests.processes.asking import Answer, ask
from tests.processes.installed import Installed, program
from tests.processes.outages import within
from tests.processes.running import command
from tests.processes.sites import (
    ARTICLES,
    COMMENTS,
    Site,
    new_address,
    open_site,
    sqlite_environment,
)

KEPT_SECONDS = 300
LONG = "A long thought. " * 100
IMPORTED = "# Written elsewhere\n\nAnd brought here.\n"


@dataclass(frozen=True, slots=True)
class Behind:
    """A site with a Varnish in front of its server."""

    site: Site
    front: Installed
    purge_url: str

    def get(self, path: str, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(self.front.url, "GET", path, headers=sent)

    def approve(self, slug: str, content: str) -> None:
        decide(self.site, *self.site.held(slug, content))

    def shows(self, slug: str, content: str) -> bool:
        return content in self.get(thread_of(slug)).text


def decide(site: Site, comment_id: int, etag: str) -> None:
    told = site.ask(
        "POST", f"{COMMENTS}/{comment_id}/approve", {}, Authorization=site.token("a moderator"), If_Match=etag
    )
    assert told.status == 200, told.text


def thread_of(slug: str) -> str:
    return f"{ARTICLES}/{slug}/comments"


def is_from_the_cache(answer: Answer) -> bool:
    """Varnish names its request, and for what it has kept also the one that brought it."""
    return len(answer.headers["x-varnish"].split()) == 2


@contextmanager
def a_site_behind_varnish(
    environment: dict[str, str], *, seconds: int = KEPT_SECONDS, relay: Relay | None = None
) -> Iterator[Behind]:
    program("varnishd")
    port, purge_port = fronts.two_free_ports()
    purge_url = f"http://127.0.0.1:{purge_port}"
    more = {"SHARED_CACHE_SECONDS": str(seconds), "VARNISH_URLS": purge_url, "LOG_LEVEL": "INFO"}
    with ExitStack() as stack:
        site = stack.enter_context(open_site(environment | more))
        server = site.servers[0].base
        if relay is not None:
            server = stack.enter_context(relay.to(server))
        front = stack.enter_context(fronts.varnish(server, port=port, purge_port=purge_port))
        yield Behind(site, front, purge_url)


@pytest.fixture(scope="module")
def behind(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    with a_site_behind_varnish(sqlite_environment(tmp_path_factory.mktemp("varnish"), sqlite_template)) as behind:
        yield behind


@pytest.fixture(scope="module")
def quiet(behind: Behind) -> str:
    """The thread of an article that nobody changes, with a long comment."""
    slug = behind.site.publish("Quiet behind Varnish")
    behind.approve(slug, LONG)
    let_things_settle()
    return thread_of(slug)


def let_things_settle() -> None:
    """Until the cache has been told for the second time what changed."""
    time.sleep(AGAIN_SECONDS + 0.5)


@pytest.fixture
def slug(behind: Behind, request: pytest.FixtureRequest) -> str:
    return behind.site.publish(f"Behind Varnish {request.node.name}")


# --- What is kept ----------------------------------------------------------------------------------------------------


def test_a_thread_page_is_given_from_the_cache(behind: Behind, quiet: str) -> None:
    path = f"{quiet}?limit=1"
    first, second = behind.get(path), behind.get(path, Cookie="theme=dark")
    assert (is_from_the_cache(first), is_from_the_cache(second)) == (False, True)
    assert (first.body, first.headers["etag"]) == (second.body, second.headers["etag"])


def test_a_browser_is_told_to_ask_each_time_and_not_by_which_keys_it_is_kept(behind: Behind, quiet: str) -> None:
    for answer in (behind.get(f"{quiet}?limit=2"), behind.get(f"{quiet}?limit=2")):
        assert answer.headers["cache-control"] == "no-cache"
        assert "surrogate-key" not in answer.headers


def test_who_has_an_answer_already_gets_a_304_from_the_cache(behind: Behind, quiet: str) -> None:
    known = behind.get(quiet).headers["etag"]
    again = behind.get(quiet, If_None_Match=known)
    assert (again.status, again.body, is_from_the_cache(again)) == (304, b"", True)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("deflate", None),
    ],
)
def test_everybody_gets_a_form_that_they_take(behind: Behind, quiet: str, accepted: str, coding: str | None) -> None:
    for any_form in ("br", "gzip", "identity"):
        behind.get(quiet, Accept_Encoding=any_form)
    kept = behind.get(quiet, Accept_Encoding=accepted)
    assert (kept.headers.get("content-encoding"), is_from_the_cache(kept)) == (coding, True)
    undo = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
    assert undo[coding](kept.body) == behind.get(quiet).body
    known = behind.get(quiet, Accept_Encoding=accepted, If_None_Match=kept.headers["etag"])
    assert known.status == 304


def test_each_reader_gets_the_form_in_their_language(behind: Behind, quiet: str) -> None:
    path = quiet.replace("/comments", "/reply-form")
    told = [behind.get(path, Accept_Language=wish) for wish in ("de-AT,de;q=0.9,en;q=0.5", "en-GB", "de", "*", "en")]
    assert [answer.headers["content-language"] for answer in told] == ["de", "en", "de", "en", "en"]
    assert [is_from_the_cache(answer) for answer in told] == [False, False, True, False, True]


# --- What is not -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "credential"),
    [(11, {"Authorization": "Bearer rj_nobody"}), (12, {"Cookie": "a=b; rejoinder_session=x"})],
)
def test_who_shows_a_credential_is_answered_by_the_server_and_leaves_nothing_behind(
    behind: Behind, quiet: str, limit: int, credential: dict[str, str]
) -> None:
    path = f"{quiet}?limit={limit}"
    behind.get(path, **credential)
    first = behind.get(path)
    assert not is_from_the_cache(first)
    assert "x-request-id" not in first.headers  # as in an answer that was made for one request
    assert is_from_the_cache(behind.get(path))
    assert not is_from_the_cache(behind.get(path, **credential))


def test_what_is_not_there_yet_is_not_kept(behind: Behind) -> None:
    path = f"{ARTICLES}/soon-behind-varnish"
    assert [behind.get(path).status for _ in range(2)] == [404, 404]
    behind.site.publish("Soon behind Varnish")
    assert behind.get(path).status == 200


def test_a_receipt_is_not_kept(behind: Behind, slug: str) -> None:
    receipt = behind.site.reply(slug, "Mine").json["receipt"]
    told = [behind.get(f"/api/v1/receipts/{receipt}") for _ in range(2)]
    assert [(answer.status, is_from_the_cache(answer)) for answer in told] == [(200, False)] * 2


def test_a_post_passes_with_the_address_of_its_reader(behind: Behind, slug: str) -> None:
    reply = {"content": "Through Varnish", "author_name": "Ada", "author_email": "ada@example.org"}
    sent = {"X-Forwarded-For": new_address()}
    told = ask(behind.front.url, "POST", thread_of(slug), body=reply, headers=sent)
    assert told.status == 202, told.text
    assert ask(behind.front.url, "GET", "/health/ready").json["proxies"] == "ok"


# --- What is dropped -------------------------------------------------------------------------------------------------


def test_an_approved_comment_is_seen_within_a_second_and_nothing_else_is_dropped(behind: Behind, slug: str) -> None:
    other = behind.site.publish("Elsewhere behind Varnish")
    comment, etag = behind.site.held(slug, "Seen at once")
    let_things_settle()
    for each in (slug, other):
        behind.get(thread_of(each))
        assert is_from_the_cache(behind.get(thread_of(each)))
    decide(behind.site, comment, etag)
    assert within(1, lambda: behind.shows(slug, "Seen at once"), look=0.02)
    let_things_settle()
    assert is_from_the_cache(behind.get(thread_of(other)))


def test_everything_is_dropped_by_the_topic_that_is_on_every_answer(behind: Behind, slug: str) -> None:
    let_things_settle()
    pages = [thread_of(slug), f"{ARTICLES}/{slug}", ARTICLES, "/api/v1/comments/recent"]
    for page in pages:
        behind.get(page)
    assert all(map(is_from_the_cache, [behind.get(page) for page in pages]))
    Varnish(behind.purge_url).drop(["everything"])
    assert not any(map(is_from_the_cache, [behind.get(page) for page in pages]))


def test_a_command_tells_what_it_changed_before_it_ends(behind: Behind, tmp_path: Path) -> None:
    page = tmp_path / "elsewhere.md"
    page.write_text(IMPORTED)
    assert "Written elsewhere" not in behind.get(ARTICLES).text
    told = command("article", "import", str(page), "--publish", environment=behind.site.environment)
    assert told.returncode == 0, told.stderr
    assert "Written elsewhere" in behind.get(ARTICLES).text


def test_readers_cannot_empty_the_cache_nor_look_behind_it(behind: Behind, quiet: str) -> None:
    behind.get(quiet)
    pattern = {"Surrogate-Key-Pattern": "."}
    assert ask(behind.front.url, "BAN", quiet, headers=pattern).status == 405
    assert is_from_the_cache(behind.get(quiet))
    assert behind.get("/metrics").status == 404
    assert ask(behind.purge_url, "GET", quiet).status == 405
    assert ask(behind.purge_url, "BAN", "/").status == 405


@pytest.mark.slow
def test_an_answer_that_was_under_way_when_it_changed_is_dropped_the_second_time(
    sqlite_template: Path, tmp_path: Path
) -> None:
    relay = Relay()
    with a_site_behind_varnish(sqlite_environment(tmp_path, sqlite_template), relay=relay) as behind:
        slug = behind.site.publish("On its way")
        comment = behind.site.held(slug, "At last")
        let_things_settle()
        relay.may_give.clear()
        reading = threading.Thread(target=behind.get, args=[thread_of(slug)])
        reading.start()
        assert relay.has_got.wait(10)
        decide(behind.site, *comment)
        time.sleep(0.5)  # in which the cache is told for the first time
        relay.may_give.set()
        reading.join()
        assert not behind.shows(slug, "At last")
        assert within(AGAIN_SECONDS + 1, lambda: behind.shows(slug, "At last"))


class Relay:
    """Gets answers from a server at once, and gives threads on when it may."""

    def __init__(self) -> None:
        self.may_give, self.has_got = threading.Event(), threading.Event()
        self.may_give.set()

    @contextmanager
    def to(self, server: str) -> Iterator[str]:
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = ask(server, "GET", self.path)
                if self.path.endswith("/comments"):
                    if not relay.may_give.is_set():
                        relay.has_got.set()
                    relay.may_give.wait(10)
                self.send_response_only(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
            thread = threading.Thread(target=listening.serve_forever, args=[0.01])
            thread.start()
            try:
                yield f"http://127.0.0.1:{listening.server_address[1]}"
            finally:
                self.may_give.set()
                listening.shutdown()
                thread.join()


# --- When one of them is away ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_without_varnish_posts_and_decisions_go_on_and_the_log_says_so_once(
    sqlite_template: Path, tmp_path: Path
) -> None:
    with a_site_behind_varnish(sqlite_environment(tmp_path, sqlite_template)) as behind:
        site = behind.site
        slug = site.publish("Without Varnish")
        behind.front.stop()
        before = site.servers[0].words().count("cannot be told")
        for number in range(5):
            began = time.monotonic()
            behind.approve(slug, f"Said meanwhile {number}")
            assert time.monotonic() - began < 2
            time.sleep(0.3)
        assert site.servers[0].words().count("cannot be told") == before + 1
        behind.front.start()
        assert behind.shows(slug, "Said meanwhile 4")
        comment = site.held(slug, "Said afterwards")
        assert within(5, lambda: "can be told again" in site.servers[0].words())
        decide(site, *comment)
        assert within(1, lambda: behind.shows(slug, "Said afterwards"), look=0.02)


@pytest.mark.slow
def test_without_the_server_readers_go_on_reading(sqlite_template: Path, tmp_path: Path) -> None:
    with a_site_behind_varnish(sqlite_environment(tmp_path, sqlite_template), seconds=1) as behind:
        slug = behind.site.publish("Without a server")
        let_things_settle()
        assert behind.get(thread_of(slug)).status == 200
        behind.site.servers[0].kill()

        def is_old() -> bool:
            """Older than it may be, and than it could be if Varnish did not know yet that its server is gone."""
            answer = behind.get(thread_of(slug))
            return answer.status == 200 and int(answer.headers["age"]) > 2

        assert within(30, is_old, look=1)
