"""Is an answer given again exactly while it is still right?"""

import gzip
import json
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn, cast

import brotli
import pytest
import zstandard
from flask import Flask
from werkzeug.test import Client, TestResponse

from app.articles import store
from app.comments import thread
from app.comments.form import reply_form
from app.ground import clock, observe, ready, turns
from app.ground.bodies import ReadBodies
from app.ground.changes import EVERYTHING
from app.ground.cursors import Page
from app.ground.observe import JsonLines
from app.ground.turns import Turns, WorkInTurns
from app.ground.watching import TRUST_SECONDS
from tests.conftest import Headers
from tests.contract import ContractClient

API = "/api/v1"
Record = Callable[[], Any]


@pytest.fixture(autouse=True)
def watching(app: Flask) -> None:
    """On PostgreSQL nothing is kept before the process has heard its first beat."""
    wait_for(ready.of(app).watch.is_current)


def wait_for(happened: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


def unprepared(app: Flask, path: str, **headers: str) -> TestResponse:
    """What Flask itself answers, with nothing in front of it."""
    environ = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return Client(ready.of(app).inner, app.response_class).open(path, environ_overrides=environ)


def approved(client: ContractClient, as_moderator: Headers, reply: Callable[..., Any], **fields: Any) -> TestResponse:
    """The answer to a reply that is visible now, or to one that was refused."""
    made = cast(TestResponse, reply(**fields))
    if made.status_code == 202:
        told = act(client, as_moderator, int(made.get_json()["comment"]["id"]), "approve")
        assert told.status_code == 200, told.text
    return made


def act(client: ContractClient, who: Headers, comment_id: int, name: str, **body: Any) -> TestResponse:
    url = f"{API}/moderation/comments/{comment_id}"
    return cast(TestResponse, client.post(f"{url}/{name}", json=body, headers=who | {"If-Match": "*"}))


def public_urls(client: ContractClient, slug: str, comment_id: int) -> list[str]:
    return [
        f"{API}/articles",
        f"{API}/articles?q=lead",
        f"{API}/articles/{slug}",
        f"{API}/articles/{slug}/sections",
        f"{API}/articles/{slug}/sections/first-things",
        f"{API}/articles/{slug}/reply-form",
        f"{API}/articles/{slug}/comments",
        f"{API}/articles/{slug}/comments?view=flat&sort=newest",
        f"{API}/articles/{slug}/comments?section=first-things",
        f"{API}/comments/{comment_id}",
        f"{API}/comments/{comment_id}/replies",
        f"{API}/comments/recent",
        f"{API}/comments/counts?slug={slug}&slug=other",
        f"{API}/categories",
        f"{API}/tags",
        f"{API}/settings",
    ]


def told(answer: TestResponse) -> tuple[int, bytes, dict[str, str]]:
    """All that an answer says to everybody: not which request it was, and an error names its own."""
    of_one = {"X-Request-Id", "Date", "Content-Length", "Vary"}
    headers = {name: value for name, value in answer.headers.items() if name not in of_one}
    return answer.status_code, answer.data if answer.status_code == 200 else b"", headers


@pytest.fixture
def comment_id(client: ContractClient, as_moderator: Headers, reply: Callable[..., Any]) -> int:
    return int(approved(client, as_moderator, reply, section="first-things").get_json()["comment"]["id"])


def test_each_public_answer_is_given_again_without_asking_the_database(
    client: ContractClient, statements: Record, slug: str, comment_id: int
) -> None:
    for url in public_urls(client, slug, comment_id):
        first = client.get(url)
        with statements() as run:
            again = client.get(url)
        assert (first.status_code, run) == (200, []), url
        assert (again.data, dict(again.headers)) == (first.data, dict(first.headers))


class TestWhateverIsDone:
    """A change of any kind, then every public answer compared with what Flask makes of the data as they are."""

    @pytest.fixture
    def acts(self, client: ContractClient, slug: str, comment_id: int, reply: Callable[..., Any],
             as_moderator: Headers, as_editor: Headers, as_admin: Headers) -> dict[str, Callable[[], Any]]:  # fmt: skip
        article = f"{API}/editing/articles/{slug}"
        seen = as_editor | {"If-Match": "*"}
        desk = f"{API}/moderation"
        changed = {"path": f"{desk}/comments/{comment_id}", "headers": as_moderator | {"If-Match": "*"}}
        settings = {"path": f"{API}/settings", "headers": as_admin | {"If-Match": "*"}}
        number = iter(range(1_000))
        return {
            "a reply is held": lambda: reply(content=f"Held {next(number)}", author_name="New"),
            "a reply is approved": lambda: approved(client, as_moderator, reply, content=f"Seen {next(number)}"),
            "it is answered": lambda: approved(
                client, as_moderator, reply, content=f"Seen {next(number)}", parent_id=comment_id
            ),
            "it is edited": lambda: client.patch(**changed, json={"content": f"Other words {next(number)}."}),
            "it is trashed": lambda: act(client, as_moderator, comment_id, "trash"),
            "it is approved": lambda: act(client, as_moderator, comment_id, "approve"),
            "it is held": lambda: act(client, as_moderator, comment_id, "hold"),
            "it is pinned": lambda: act(client, as_moderator, comment_id, "pin"),
            "it is unpinned": lambda: act(client, as_moderator, comment_id, "unpin"),
            "staff answer": lambda: client.post(
                f"{changed['path']}/reply", json={"content": f"From us {next(number)}."}, headers=changed["headers"]
            ),
            "the heading is changed": lambda: client.patch(
                article, json={"body": f"Lead.\n\n## First things\n\nText {next(number)}."}, headers=seen
            ),
            "the title is changed": lambda: client.patch(
                article, json={"title": f"Title {next(number)}"}, headers=seen
            ),
            "it gets a tag": lambda: client.patch(article, json={"tags": [f"tag {next(number)}"]}, headers=seen),
            "it is withdrawn": lambda: client.post(f"{article}/withdraw", headers=seen),
            "it is restored": lambda: client.post(f"{article}/restore", headers=seen),
            "another appears": lambda: client.post(
                f"{API}/editing/articles",
                json={"title": f"Other {next(number)}", "body": "Lead.", "published_at": "2020-01-01T00:00:00Z"},
                headers=as_editor,
            ),
            "the discussion is closed": lambda: client.patch(
                article, json={"discussion": {"switch": "closed"}}, headers=seen
            ),
            "the discussion is opened": lambda: client.patch(
                article, json={"discussion": {"switch": "open"}}, headers=seen
            ),
            "the order is changed": lambda: client.patch(**settings, json={"order": "newest"}),
            "the order is changed back": lambda: client.patch(**settings, json={"order": "oldest"}),
            "avatars are left out": lambda: client.patch(**settings, json={"show_avatars": False}),
        }

    @pytest.mark.parametrize("seed", range(6))
    def test_every_public_answer_is_what_the_data_say(
        self, app: Flask, client: ContractClient, slug: str, comment_id: int, acts: dict[str, Callable[[], Any]],
        seed: int,
    ) -> None:  # fmt: skip
        chance = random.Random(seed)
        done, urls = [], public_urls(client, slug, comment_id)
        worked = 0
        for name in chance.sample(sorted(acts), 12):
            for url in chance.sample(urls, 12):
                client.get(url)
            done.append(name)
            worked += acts[name]().status_code < 300
            for url in urls:
                assert told(client.get(url)) == told(unprepared(app, url)), (done, url)
        assert worked > 6


def test_a_change_by_another_process_is_seen_by_the_next_request(
    app: Flask, client: ContractClient, another_app: Callable[..., Flask], reply: Callable[..., Any],
    as_moderator: Headers, slug: str,
) -> None:  # fmt: skip
    other = another_app().test_client()
    waiting = int(reply().json["comment"]["id"])
    url = f"{API}/articles/{slug}/comments"
    assert client.get(url).json["total"] == 0
    act(cast(ContractClient, other), as_moderator, waiting, "approve")
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        wait_for(lambda: client.get(url).json["total"] == 1, seconds=TRUST_SECONDS)
    assert client.get(url).json["total"] == 1


class TestTime:
    """Time changes answers too."""

    AT = datetime(2031, 5, 1, 12, tzinfo=UTC)

    @pytest.fixture(autouse=True)
    def noon(self) -> None:
        clock.use(lambda: self.AT)

    def later(self, **much: int) -> None:
        clock.use(lambda: self.AT + timedelta(**much))

    def test_an_article_appears_in_the_lists_at_its_moment(self, client: ContractClient, as_editor: Headers) -> None:
        article = {"title": "Due", "body": "Text.", "published_at": (self.AT + timedelta(hours=1)).isoformat()}
        assert client.post(f"{API}/editing/articles", json=article, headers=as_editor).status_code == 201
        assert client.get(f"{API}/articles").json["items"] == []
        self.later(minutes=59, seconds=59)
        assert client.get(f"{API}/articles").json["items"] == []
        self.later(hours=1)
        assert [each["slug"] for each in client.get(f"{API}/articles").json["items"]] == ["due"]

    def test_an_article_that_is_due_while_a_list_is_made_appears_too(
        self, client: ContractClient, as_editor: Headers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        article = {"title": "Due", "body": "Text.", "published_at": (self.AT + timedelta(hours=1)).isoformat()}
        assert client.post(f"{API}/editing/articles", json=article, headers=as_editor).status_code == 201
        real = store.public_page

        def slow(*args: Any, **options: Any) -> Page[Any]:
            page = real(*args, **options)
            self.later(hours=1)
            return page

        monkeypatch.setattr(store, "public_page", slow)
        for url in (f"{API}/articles", "/", "/feed.json"):
            clock.use(lambda: self.AT)
            assert "Due" not in client.get(url).text
            self.later(hours=1, minutes=5)
            assert "Due" in client.get(url).text

    def test_a_discussion_closes_at_its_moment(self, client: ContractClient, as_editor: Headers, slug: str) -> None:
        change = {"discussion": {"switch": "inherit", "close_after_days": 3}}
        url = f"{API}/editing/articles/{slug}"
        assert client.patch(url, json=change, headers=as_editor | {"If-Match": "*"}).status_code == 200
        for days, is_open in ((2, True), (3, False)):
            self.later(days=days)
            for _ in range(2):
                assert client.get(f"{API}/articles/{slug}/reply-form").json["open"] is is_open
                assert client.get(f"{API}/articles/{slug}").json["discussion"]["open"] is is_open
                assert client.get(f"{API}/articles").json["items"][0]["discussion"]["open"] is is_open

    def test_shared_caches_keep_nothing_beyond_the_moment_that_changes_it(
        self, client: ContractClient, as_editor: Headers
    ) -> None:
        article = {"title": "Due", "body": "Text.", "published_at": (self.AT + timedelta(seconds=60)).isoformat()}
        client.post(f"{API}/editing/articles", json=article, headers=as_editor)
        asked = {}
        for seconds in (0, 49, 51, 59, 60):
            self.later(seconds=seconds)
            asked[seconds] = client.get(f"{API}/articles").headers["Cache-Control"]
        kept = "public, max-age=0, s-maxage=5, stale-while-revalidate=5"
        assert asked == {0: kept, 49: kept, 51: "no-cache", 59: "no-cache", 60: kept}


class TestForms:
    """One answer in all the forms that programs ask for."""

    UNPACK: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.decompress,
        "br": brotli.decompress,
        "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
    }

    @pytest.fixture
    def url(self, an_article: Callable[..., str]) -> str:
        return f"{API}/articles/{an_article(title='Long', body='A long text. ' * 500)}"

    @pytest.mark.parametrize("coding", UNPACK)
    def test_it_is_compressed_as_the_client_likes(self, client: ContractClient, url: str, coding: str) -> None:
        plain = client.get(url)
        for _ in range(2):
            packed = client.get(url, headers={"Accept-Encoding": coding})
            assert packed.headers["Content-Encoding"] == coding
            assert len(packed.data) < len(plain.data) / 5
            assert self.UNPACK[coding](packed.data) == plain.data
            assert packed.headers["ETag"] != plain.headers["ETag"]
            assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"

    @pytest.mark.parametrize("coding", ["", *UNPACK])
    def test_who_has_a_form_is_told_that_it_is_still_so(self, client: ContractClient, url: str, coding: str) -> None:
        got = client.get(url, headers={"Accept-Encoding": coding})
        for known in (got.headers["ETag"], f'"x", W/{got.headers["ETag"]}', "*"):
            again = client.get(url, headers={"Accept-Encoding": coding, "If-None-Match": known})
            assert (again.status_code, again.data) == (304, b"")
            assert again.headers["ETag"] == got.headers["ETag"]
            assert again.headers["Cache-Control"] == got.headers["Cache-Control"]
            assert "Content-Length" not in again.headers

    def test_another_form_is_another_answer(self, client: ContractClient, url: str) -> None:
        known = client.get(url, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
        assert client.get(url, headers={"If-None-Match": known}).status_code == 200

    def test_head_tells_the_headers_alone(self, client: ContractClient, url: str) -> None:
        for headers in ({}, {"Accept-Encoding": "br"}):
            head, got = client.head(url, headers=headers), client.get(url, headers=headers)
            assert head.data == b""
            assert dict(head.headers) == dict(got.headers)

    def test_a_short_one_stays_as_it_is(self, client: ContractClient) -> None:
        answer = client.get(f"{API}/settings", headers={"Accept-Encoding": "gzip, br"})
        assert "Content-Encoding" not in answer.headers
        assert "Vary" not in answer.headers

    def test_each_language_is_an_answer_of_its_own(self, client: ContractClient, slug: str) -> None:
        url = f"{API}/articles/{slug}/reply-form"
        headings = {
            "de": "Schreibe einen Kommentar",
            "en": "Leave a Reply",
            "de-AT, en;q=0.5": "Schreibe einen Kommentar",
        }
        for _ in range(2):
            for language, heading in headings.items():
                answer = client.get(url, headers={"Accept-Language": language})
                assert answer.json["heading"] == heading
                assert "Accept-Language" in answer.headers["Vary"]

    @pytest.mark.parametrize("is_ready", [False, True])
    def test_who_names_very_many_languages_gets_theirs_and_nobody_else_does(
        self, client: ContractClient, slug: str, *, is_ready: bool
    ) -> None:
        url = f"{API}/articles/{slug}/reply-form"
        if is_ready:
            client.get(url)
        many = client.get(url, headers={"Accept-Language": f"{'xx,' * 66} de"})
        assert many.json["heading"] == "Schreibe einen Kommentar"
        assert client.get(url).json["heading"] == "Leave a Reply"


def test_nothing_is_kept_of_an_answer_to_somebody_with_a_credential(
    app: Flask, client: ContractClient, slug: str, as_admin: Headers, statements: Record
) -> None:
    url = f"{API}/articles/{slug}"
    signed_in = cast(ContractClient, app.test_client())
    signed_in.set_cookie("rejoinder_session", "whatever")
    for answer in (client.get(url, headers=as_admin), signed_in.get(url)):
        assert answer.status_code == 200
        assert len(ready.of(app).answers) == 0
    client.get(url)
    with statements() as run:
        client.get(url, headers=as_admin)
    assert run


@pytest.mark.parametrize(
    "path",
    ["articles/none", "articles/none/comments", "moderation/queue", "receipts/none", "session", "comments/counts"],
)
def test_refusals_and_private_answers_are_not_kept(app: Flask, client: ContractClient, path: str) -> None:
    client.get(f"{API}/{path}")
    assert len(ready.of(app).answers) == 0


def asked_at_once(app: Flask, url: str, readers: int) -> list[bytes]:
    answers: list[bytes] = []
    asking = [threading.Thread(target=lambda: answers.append(app.test_client().get(url).data)) for _ in range(readers)]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    return answers


def test_an_answer_is_made_once_for_all_who_wait_for_it(
    app: Flask, slug: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made: list[int] = []
    real = thread.read_tree

    def slow(*args: Any, **options: Any) -> Page[Any]:
        made.append(1)
        time.sleep(0.2)
        return real(*args, **options)

    monkeypatch.setattr(thread, "read_tree", slow)
    observe.settle_ready()
    caplog.set_level("INFO", logger="rejoinder.access")
    answers = asked_at_once(app, f"{API}/articles/{slug}/comments", 6)
    assert (len(made), len(answers), len(set(answers))) == (1, 6, 1)
    observe.settle_ready()
    counted = [json.loads(JsonLines().format(record)).get("count", 0) for record in caplog.records]
    assert sum(counted) == 5


def test_who_asks_after_a_change_gets_nothing_that_was_begun_before_it(
    app: Flask, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, made, late = f"{API}/articles/{slug}/comments", list[int](), list[bytes]()
    real = thread.read_tree
    asking = threading.Thread(target=lambda: late.append(app.test_client().get(url).data))

    def overtaken_once(*args: Any, **options: Any) -> Page[Any]:
        made.append(1)
        page = real(*args, **options)
        if len(made) == 1:
            time.sleep(0.2)  # the others ask
            ready.of(app).forget(frozenset({EVERYTHING}))
            asking.start()
            time.sleep(0.2)
        return page

    monkeypatch.setattr(thread, "read_tree", overtaken_once)
    assert len(set(asked_at_once(app, url, 6))) == 1
    asking.join(5)
    assert (len(made), len(late)) == (2, 1)


def test_who_waited_for_an_answer_gets_it_though_it_is_not_kept(
    another_app: Callable[..., Flask], slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, made, real = another_app(READY_BYTES="0"), list[int](), thread.read_tree
    wait_for(ready.of(app).watch.is_current)

    def slow(*args: Any, **options: Any) -> Page[Any]:
        made.append(1)
        time.sleep(0.2)
        return real(*args, **options)

    monkeypatch.setattr(thread, "read_tree", slow)
    assert len(set(asked_at_once(app, f"{API}/articles/{slug}/comments", 6))) == 1
    assert len(made) == 1
    asked_at_once(app, f"{API}/articles/{slug}/comments", 1)
    assert len(made) == 2


def test_who_waited_gets_it_in_their_own_language(app: Flask, slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"{API}/articles/{slug}/reply-form"

    def slow(*args: Any, **options: Any) -> object:
        time.sleep(0.2)
        return reply_form(*args, **options)

    monkeypatch.setattr("app.comments.routes.reply_form", slow)
    headings: dict[str, str] = {}

    def ask(language: str) -> None:
        headings[language] = app.test_client().get(url, headers={"Accept-Language": language}).get_json()["heading"]

    asking = [threading.Thread(target=ask, args=[language]) for language in ("de", "en", "de-AT", "en-GB")]
    for each in asking:
        each.start()
    for each in asking:
        each.join(5)
    german, english = "Schreibe einen Kommentar", "Leave a Reply"
    assert headings == {"de": german, "de-AT": german, "en": english, "en-GB": english}


def test_an_answer_that_breaks_is_made_anew_by_the_next(app: Flask, slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url, inner = f"{API}/articles/{slug}/comments", ready.of(app).inner

    def break_down(*_what: object) -> NoReturn:
        raise MemoryError

    monkeypatch.setattr(ready.of(app), "inner", break_down)
    with pytest.raises(MemoryError):
        app.test_client().get(url)
    monkeypatch.setattr(ready.of(app), "inner", inner)
    began = time.monotonic()
    assert app.test_client().get(url).status_code == 200
    assert time.monotonic() - began < ready.WAIT_SECONDS / 2


def turns_of(app: Flask) -> Turns:
    reading = cast(ReadBodies, ready.of(app).inner)
    return cast(WorkInTurns, reading.inner)._turns


def test_what_is_ready_waits_for_nobody_s_work(another_app: Callable[..., Flask], slug: str) -> None:
    app = another_app(THREADS="1")
    wait_for(ready.of(app).watch.is_current)
    url, other = f"{API}/articles/{slug}/comments", f"{API}/articles/{slug}/comments?limit=7"
    assert app.test_client().get(url).status_code == 200

    others = threading.Thread(target=lambda: app.test_client().get(other))
    with turns_of(app).turn(wait_seconds=1):
        others.start()
        wait_for(lambda: turns_of(app)._waiting)
        assert app.test_client().get(url).status_code == 200
        assert others.is_alive()
    others.join(5)
    assert not others.is_alive()


def test_whoever_looks_after_the_server_waits_for_nobody_s_work(another_app: Callable[..., Flask]) -> None:
    app = another_app(THREADS="1")
    with turns_of(app).turn(wait_seconds=1):
        began = time.monotonic()
        assert app.test_client().get("/health/live").status_code == 200
        assert app.test_client().get("/metrics").status_code == 200
        assert time.monotonic() - began < turns.PATIENCE_SECONDS / 2


def test_an_answer_to_a_very_long_question_is_not_kept(app: Flask, client: ContractClient, slug: str) -> None:
    assert client.get(f"{API}/articles/{slug}?n={'x' * 3_000}").status_code == 200
    assert len(ready.of(app).answers) == 0


def test_what_is_asked_takes_room_too(app: Flask, client: ContractClient, slug: str) -> None:
    answers = ready.of(app).answers
    client.get(f"{API}/articles/{slug}")
    short = answers.taken
    client.get(f"{API}/articles/{slug}?n={'x' * 1_500}")
    assert answers.taken > 2 * short + 1_500


def test_a_header_longer_than_anybody_needs_is_not_remembered(app: Flask, client: ContractClient, slug: str) -> None:
    url = f"{API}/articles/{slug}"
    languages = ready.of(app)._language_of.cache_info()
    client.get(url, headers={"Accept-Language": "xx," * 66 + " de"})
    assert len(ready.of(app).answers) == 0
    assert ready.of(app)._language_of.cache_info() == languages
    wish = ", ".join(f"coding{n}" for n in range(100)) + ", br"
    assert "Content-Encoding" not in client.get(url, headers={"Accept-Encoding": wish}).headers


def test_what_changes_while_an_answer_is_made_leaves_it_out(
    client: ContractClient, slug: str, reply: Callable[..., Any], as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = int(reply().json["comment"]["id"])
    real = thread.read_tree

    def overtaken(*args: Any, **options: Any) -> Page[Any]:
        page = real(*args, **options)
        monkeypatch.setattr(thread, "read_tree", real)
        deciding = threading.Thread(target=lambda: act(client, as_moderator, waiting, "approve"))
        deciding.start()
        deciding.join()
        return page

    monkeypatch.setattr(thread, "read_tree", overtaken)
    url = f"{API}/articles/{slug}/comments"
    assert client.get(url).json["total"] in {0, 1}
    assert client.get(url).json["total"] == 1


def test_what_is_kept_stays_within_its_bound_and_the_page_that_is_read_stays(
    app: Flask, another_app: Callable[..., Flask], slug: str
) -> None:
    small = another_app(READY_BYTES="100000")
    wait_for(ready.of(small).watch.is_current)
    client, answers = small.test_client(), ready.of(small).answers
    hot = f"{API}/articles/{slug}"
    client.get(hot)
    for number in range(200):
        client.get(f"{API}/articles?crawl={number}", headers={"Accept-Encoding": "gzip"})
        client.get(hot)
        assert 0 < answers.taken <= 100_000
    assert len(answers) < 100
    assert answers.find(("http", hot, "")) is not None


def test_without_room_nothing_is_kept(another_app: Callable[..., Flask], slug: str) -> None:
    none = another_app(READY_BYTES="0")
    wait_for(ready.of(none).watch.is_current)
    assert none.test_client().get(f"{API}/articles/{slug}").status_code == 200
    assert len(ready.of(none).answers) == 0


def test_what_was_ready_is_counted_and_logged_many_at_a_time(
    client: ContractClient, slug: str, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"{API}/articles/{slug}/comments"
    known = client.get(url).headers["ETag"]
    observe.settle_ready()
    caplog.clear()
    caplog.set_level("INFO", logger="rejoinder.access")
    for _ in range(3):
        client.get(url)
    client.get(url, headers={"If-None-Match": known})
    client.get("/metrics")
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if "ready" in record.getMessage()]
    route = f"{API}/articles/<slug>/comments"
    assert {(each["route"], each["status"], each["count"]) for each in lines} == {(route, 200, 3), (route, 304, 1)}


@pytest.mark.parametrize("is_ready", [False, True], ids=["made for it", "ready"])
def test_an_answer_is_counted_and_logged_as_it_was_asked_for_and_given(
    app: Flask, client: ContractClient, slug: str, caplog: pytest.LogCaptureFixture, is_ready: bool
) -> None:
    url = f"{API}/articles/{slug}/comments"
    known = client.get(url).headers["ETag"]
    observe.settle_ready()
    caplog.clear()
    caplog.set_level("INFO", logger="rejoinder.access")
    asked = {("GET", 200): client.get, ("HEAD", 200): client.head, ("GET", 304): client.get, ("HEAD", 304): client.head}
    for (_, status), ask in asked.items():
        if not is_ready:
            ready.of(app).forget(frozenset({EVERYTHING}))
        assert ask(url, headers={"If-None-Match": known} if status == 304 else {}).status_code == status
    assert client.head(f"{API}/articles/none").status_code == 404
    observe.settle_ready()
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records]
    assert {(each["method"], each["status"]) for each in lines if each["route"].endswith("comments")} == set(asked)
    assert [(each["method"], each["status"]) for each in lines if not each["route"].endswith("comments")] == [
        ("HEAD", 404)
    ]
    assert all(("count" in each) is is_ready for each in lines if each["route"].endswith("comments"))


def test_a_settings_change_forgets_everything(app: Flask, client: ContractClient, slug: str, as_admin: Headers) -> None:
    client.get(f"{API}/articles/{slug}")
    assert len(ready.of(app).answers) == 1
    changed = client.patch(f"{API}/settings", json={"page_size": 7}, headers=as_admin | {"If-Match": "*"})
    assert changed.status_code == 200
    assert len(ready.of(app).answers) == 0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "no-cache"),
        (1, "public, max-age=0, s-maxage=1, stale-while-revalidate=1"),
        (300, "public, max-age=0, s-maxage=300, stale-while-revalidate=5"),
    ],
)
def test_browsers_which_nobody_can_tell_of_changes_give_what_is_stale_for_seconds_at_most(
    another_app: Callable[..., Flask], slug: str, seconds: int, said: str
) -> None:
    kept = another_app(SHARED_CACHE_SECONDS=str(seconds)).test_client().get(f"{API}/articles/{slug}")
    assert kept.headers["Cache-Control"] == said


def test_each_answer_names_the_keys_by_which_caches_can_drop_it(
    client: ContractClient, slug: str, comment_id: int
) -> None:
    keys = {url: client.get(url).headers["Surrogate-Key"].split() for url in public_urls(client, slug, comment_id)}
    assert all(EVERYTHING in each for each in keys.values())
    own = keys[f"{API}/articles/{slug}"]
    assert own == keys[f"{API}/articles/{slug}/comments"] == keys[f"{API}/comments/{comment_id}"]
    assert set(own) < set(keys[f"{API}/articles"])
