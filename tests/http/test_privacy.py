"""Your email address will not be published: nor your network address, in any shape, anywhere.

A reader's e-mail and network address are planted in every flow that takes one, every route is visited, and every place
is searched that somebody else could look into.
"""

import json
import logging
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from app import config as settings
from app import create_app
from app.accounts import actions as accounts
from app.ground import assets
from app.ground.db import db
from app.ground.observe import JsonLines
from app.permissions import Role
from app.site import timer
from tests import servers
from tests.conftest import ENVIRONMENT, migrate
from tests.needles import Needle, found, needles

EMAIL = "Quilla.Planted+91x@Leaktest.Example.org"
OTHER_EMAIL = "second.planted+17z@leaktest.example.org"
ADDRESS = "203.0.113.77"
STAFF_EMAIL = "staff.planted@desk.example.org"
SOUGHT = needles(EMAIL, OTHER_EMAIL, ADDRESS)


@dataclass
class Visitor:
    """Walks through the application from one network address and keeps all that it is told."""

    app: Flask
    client: FlaskClient
    token: dict[str, str]
    visited: set[tuple[str, str]] = field(default_factory=set)
    answers: list[tuple[str, bytes]] = field(default_factory=list)

    def go(
        self,
        method: str,
        url: str,
        *,
        staff: bool = False,
        headers: dict[str, str] | None = None,
        expect: int | None = None,
        **options: Any,
    ) -> Any:  # noqa: ANN401 (a test response whose JSON is Any)
        path = url if url.startswith(("/health", "/metrics", "/avatars")) else f"/api/v1{url}"
        return self.open(method, path, staff=staff, headers=headers, expect=expect, **options)

    def open(
        self,
        method: str,
        path: str,
        *,
        staff: bool = False,
        headers: dict[str, str] | None = None,
        expect: int | None = None,
        **options: Any,
    ) -> Any:  # noqa: ANN401 (a test response whose JSON is Any)
        sent = {"User-Agent": "Mozilla/5.0 planted", **(self.token if staff else {}), **(headers or {})}
        answer = self.client.open(path, method=method, headers=sent, environ_base={"REMOTE_ADDR": ADDRESS}, **options)
        with self.app.test_request_context(path, method=method) as context:
            if context.request.url_rule is not None:
                self.visited.add((context.request.url_rule.rule, method))
        if expect is not None:
            assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        self.answers.append((f"{method} {path} -> {answer.status_code}", self._all_of(answer)))
        return answer

    def _all_of(self, answer: TestResponse) -> bytes:
        return str(answer.headers).encode() + b"\n" + answer.get_data()

    def version(self, url: str) -> dict[str, str]:
        return {"If-Match": self.go("GET", url, staff=True, expect=200).headers["ETag"]}


@pytest.fixture
def records() -> Iterator[list[logging.LogRecord]]:
    """Every log record of every logger, whatever its level."""
    kept: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(record)

    handler, root = Keep(level=logging.DEBUG), logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", "app", "rejoinder", "flask-limiter", "sqlalchemy")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.INFO if name == "sqlalchemy" else logging.DEBUG)
    root.addHandler(handler)
    yield kept
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Flask]:
    """A whole site of its own: database, Redis, trusted proxy."""
    if database == "sqlite":
        url = f"sqlite:///{tmp_path / 'leak.sqlite3'}"
        migrate(url)
    else:
        url = servers.new_database("leak", template=servers.template_database("migrated", migrate))
    redis.Redis.from_url(servers.redis_database()).flushdb()
    environment = {"DATABASE_URL": url, "REDIS_URL": servers.redis_database(), "TRUSTED_PROXIES": "127.0.0.1",
                   "METRICS_TOKEN": "a-token-for-the-metrics", "INSTANCE": str(tmp_path)}  # fmt: skip
    app = create_app(settings.read_config(ENVIRONMENT | environment))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def visitor(site: Flask) -> Visitor:
    with site.app_context():
        _, secret = accounts.create_token(accounts.COMMAND_LINE, name="desk", role=Role.ADMIN, expires_at=None)
    return Visitor(site, site.test_client(), {"Authorization": f"Bearer {secret}"})


def every_route(app: Flask) -> set[tuple[str, str]]:
    return {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def walk(visitor: Visitor) -> None:
    """Every flow, with the planted addresses wherever a reader or a moderator could put them."""
    slug = edit_articles(visitor)
    comments = post(visitor, slug)
    read(visitor, slug, comments)
    read_pages(visitor, slug, comments)
    sit_at_the_desk(visitor, slug)
    moderate(visitor, slug, comments)
    words(visitor)
    staff(visitor)
    operate(visitor)


def edit_articles(visitor: Visitor) -> str:
    go = visitor.go
    body = {"title": "On leaks", "body": "Lead.\n\n## Pipes\n\nText.\n\n## Taps\n\nText."}
    go("POST", "/editing/articles/preview", staff=True, json={"body": "# A"}, expect=200)
    go("POST", "/editing/articles", staff=True, json=body, expect=201)
    url = "/editing/articles/on-leaks"
    go("GET", "/editing/articles", staff=True, expect=200)
    go("POST", f"{url}/publish", staff=True, headers=visitor.version(url), expect=200)
    go("PUT", url, staff=True, json=body | {"standfirst": "Of water."}, headers=visitor.version(url), expect=200)
    go("PATCH", url, staff=True, json={"byline": "Q."}, headers=visitor.version(url), expect=200)
    go("GET", f"{url}/revisions", staff=True, expect=200)
    go("GET", f"{url}/revisions/1", staff=True, expect=200)
    go("POST", f"{url}/revisions/2/restore", staff=True, headers=visitor.version(url), expect=200)
    go("POST", f"{url}/withdraw", staff=True, headers=visitor.version(url), expect=200)
    go("POST", f"{url}/restore", staff=True, headers=visitor.version(url), expect=200)
    go("POST", "/editing/articles", staff=True, json={"title": "Gone soon", "body": "x"}, expect=201)
    gone = "/editing/articles/gone-soon"
    go("DELETE", f"{gone}?force=true", staff=True, headers=visitor.version(gone))
    return "on-leaks"


def post(visitor: Visitor, slug: str) -> dict[str, int]:
    go, url = visitor.go, f"/articles/{slug}/comments"
    reader = {"content": "First.", "author_name": "Quilla", "author_email": EMAIL, "section": "pipes"}
    key = {"Idempotency-Key": "1f0f7d56-55d3-4d5c-bb3f-9b3c1f0a7e2d"}
    first = go("POST", url, json=reader, headers=key, expect=202)
    go("POST", url, json=reader, headers=key, expect=202)
    go("POST", url, json=reader | {"content": "Else."}, headers=key, expect=422)
    go("POST", url, json=reader, expect=409)
    go("POST", url, data=reader | {"content": "By form."}, expect=202)
    forwarded = {"X-Forwarded-For": ADDRESS}
    go("POST", url, json=reader | {"content": "Forwarded."}, headers=forwarded, expect=202)
    go(
        "POST",
        url,
        json=reader | {"author_email": f"{EMAIL} {EMAIL}", "author_website": f"https://{EMAIL}"},
        expect=422,
    )
    go("POST", url, json=reader | {"author_email": EMAIL + "a" * 300}, expect=422)
    go("POST", url, json={EMAIL: EMAIL, "content": [EMAIL]}, expect=422)
    go("POST", url, data='{"author_email": "' + EMAIL, content_type="application/json", expect=400)
    go("POST", url, data=f"author_email={EMAIL}", content_type="text/plain", expect=415)
    go("POST", url, data=reader, headers={"Origin": "https://evil.example"}, expect=403)
    go("POST", f"/articles/{slug}-none/comments", json=reader, expect=404)
    go("POST", f"{url}/preview", json={"content": "Some *text*", "author_email": EMAIL}, expect=200)
    second = go("POST", url, json=reader | {"content": "Second.", "author_email": OTHER_EMAIL}, expect=202)
    go("GET", f"/receipts/{first.json['receipt']}", expect=200)
    go("GET", "/receipts/1-nonsense", expect=404)
    return {"first": first.json["comment"]["id"], "second": second.json["comment"]["id"]}


def read(visitor: Visitor, slug: str, comments: dict[str, int]) -> None:
    go, first = visitor.go, comments["first"]
    decide = f"/moderation/comments/{first}"
    go("POST", f"{decide}/approve", staff=True, headers=visitor.version(decide), json={}, expect=200)
    for url in (
        "/articles",
        f"/articles/{slug}",
        f"/articles/{slug}/sections",
        f"/articles/{slug}/sections/pipes",
        f"/articles/{slug}/reply-form",
        f"/articles/{slug}/comments",
        f"/articles/{slug}/comments?view=flat&sort=newest",
        f"/comments/{first}",
        f"/comments/{first}/replies",
        "/comments/recent",
        f"/comments/counts?slug={slug}",
        "/categories",
        "/tags",
        "/settings",
        "/openapi.json",
    ):
        go("GET", url, expect=200)
    go("GET", "/articles?q=nothing&cursor=nonsense", expect=422)
    avatar = go("GET", f"/comments/{first}").json["author"]["avatar"]
    go("GET", avatar, expect=200)


def read_pages(visitor: Visitor, slug: str, comments: dict[str, int]) -> None:
    """What readers see in a browser, and what programs read for them."""
    look, article = visitor.open, f"/articles/{slug}"
    reader = {"content": "By the page.", "author_name": "Quilla", "author_email": EMAIL}
    held = look("POST", article, data=reader, expect=303)
    look("GET", held.headers["Location"], expect=200)
    again = look("POST", article, data=reader | {"author_website": "?", "author_name": ""}, expect=422)
    # A form that is drawn again for its sender may hold what they typed.
    visitor.answers.pop()
    assert again.headers["Cache-Control"] == "no-store"
    feeds = [
        f"{place}.{form}" for place in ("/feed", "/comments/feed", f"{article}/comments") for form in ("atom", "json")
    ]
    pages = [
        "/",
        article,
        f"{article}?reply_to={comments['first']}",
        f"/embed{article}",
        "/embed.js",
        "/categories",
        "/tags",
    ]
    for path in (*feeds, *pages, "/sitemap.xml", "/robots.txt", "/api/docs"):
        look("GET", path, expect=200)
    with visitor.app.app_context():
        script = assets.url_of("pages", "reader.js")
    look("GET", script, expect=200)


def sit_at_the_desk(visitor: Visitor, slug: str) -> None:
    """Every page of the desk, and every form of it at least once."""
    made = visitor.go("POST", "/moderators", staff=True, json={"name": "Ms", "email": "ms@desk.example.org",
                      "role": "moderator"}, expect=201).json  # fmt: skip
    token = visitor.go("POST", "/tokens", staff=True, json={"name": "for the desk", "role": "editor"}).json
    word = _word(visitor, "lottery")
    waiting = [item["comment"]["id"] for item in visitor.go("GET", "/moderation/queue", staff=True).json["items"]]
    comment, article, person = f"/desk/comments/{waiting[0]}", f"/desk/articles/{slug}", f"/desk/people/{made['id']}"
    places = ["", "/", "/queue", "/all-that-match", "/comments", "/articles", "/new-article", "/figures", "/log",
              "/people", "/settings", "/tokens", "/words", f"/words/{word}", "/account", "/log-in",
              "/nothing"]  # fmt: skip
    pages = [comment, f"{comment}/edit", f"{comment}/reply", article, f"{article}/edit", person]
    for path in [f"/desk{place}" for place in places] + pages:
        assert visitor.open("GET", path, staff=True).status_code < 500
    visitor.open("POST", "/desk/log-in", data={"login": EMAIL, "password": ADDRESS}, expect=401)
    visitor.answers.pop()  # the form again, with the name that was typed
    seen = {"if_match": '"v1"', "back": "/desk/queue"}
    forms: dict[str, dict[str, str]] = {
        f"{comment}/edit": {"content": "Edited."},
        f"{comment}/reply": {"content": "Answered."},
        f"{comment}/pin": {"action": "pin"},
        f"{comment}/decide": {"action": "spam"},
        "/desk/operations": {"action": "trash", "seen": f"{waiting[1]}:1"},
        "/desk/all-that-match": {"action": "approve"},
        f"{article}/discussion": {"action": "close"},
        f"{article}/preview": {"body": "Text."},
        "/desk/new-article/preview": {"body": "Text."},
        "/desk/new-article": {"title": "By the desk", "body": "Text."},
        "/desk/articles/by-the-desk/edit": {"title": "By the desk", "body": "Other text."},
        "/desk/articles/by-the-desk/publish": {},
        "/desk/articles/by-the-desk/revisions/1/restore": {},
        "/desk/articles/by-the-desk/withdraw": {},
        "/desk/articles/by-the-desk/restore": {},
        "/desk/articles/by-the-desk/delete": {},
        "/desk/account": {"name": "Else"},
        "/desk/people": {"name": "Mr", "email": "mr@desk.example.org", "role": "moderator"},
        person: {"name": "Mx"},
        f"{person}/password": {},
        "/desk/settings": {"page_size": "20"},
        "/desk/tokens": {"name": "t", "role": "moderator"},
        f"/desk/tokens/{token['id']}/revoke": {},
        "/desk/words/try": {"pattern": "quilla*"},
        "/desk/words": {"pattern": OTHER_EMAIL, "kind": "moderation"},
        "/desk/words/list": {"kind": "disallowed", "list": "bingo"},
        f"/desk/words/{word}": {"mode": "substring"},
        f"/desk/words/{word}/remove": {},
        f"{comment}/erase": {},
        "/desk/log-out": {},
    }  # fmt: skip
    for path, fields in forms.items():
        assert visitor.open("POST", path, staff=True, data=seen | fields).status_code < 500, path
    operation = visitor.go("GET", "/moderation/log", staff=True).json["items"]
    done = next(each["operation_id"] for each in operation if each["operation_id"])
    visitor.open("GET", f"/desk/operations/{done}", staff=True, expect=200)
    visitor.open("POST", f"/desk/operations/{done}/undo", staff=True, data=seen, expect=303)
    # What is told on purpose, to who has the right: searched for, and shown, by an act that is logged.
    secret = _word(visitor, f"{OTHER_EMAIL}.example")
    for path in ("/desk/comments/search", f"/desk/comments/{waiting[2]}/reveal-email", f"/desk/words/{secret}/reveal"):
        told = visitor.open("POST", path, staff=True, data={"author_email": EMAIL})
        visitor.answers.pop()
        assert (told.status_code, told.headers["Cache-Control"]) == (200, "no-store"), path


def moderate(visitor: Visitor, slug: str, comments: dict[str, int]) -> None:
    go, second = visitor.go, comments["second"]
    url = f"/moderation/comments/{second}"
    go("GET", "/moderation/queue", staff=True, expect=200)
    go("GET", "/moderation/queue?q=First", staff=True, expect=200)
    go("POST", "/moderation/search", staff=True, json={"author_email": EMAIL}, expect=200)
    decided = None
    for verb in ("spam", "trash", "restore", "approve", "hold", "approve"):
        decided = go("POST", f"{url}/{verb}", staff=True, headers=visitor.version(url), json={"note": verb}, expect=200)
    go("POST", f"{url}/trash", staff=True, headers={"If-Match": '"v1"'}, json={}, expect=412)
    go("PATCH", url, staff=True, json={"content": "Second, edited."}, headers=visitor.version(url), expect=200)
    go("POST", f"{url}/pin", staff=True, headers=visitor.version(url), json={})
    go("POST", f"{url}/unpin", staff=True, headers=visitor.version(url), json={})
    go("POST", f"{url}/reply", staff=True, headers=visitor.version(url), json={"content": "From the desk."}, expect=201)
    go("GET", f"{url}/history", staff=True, expect=200)
    assert decided is not None
    operation = decided.json["operation"]["id"]
    go("GET", f"/moderation/operations/{operation}", staff=True, expect=200)
    seen = go("GET", url, staff=True).json["version"]
    many = {"action": "trash", "items": [{"id": second, "version": seen}], "note": "all"}
    bulk = go("POST", "/moderation/operations", staff=True, json=many)
    assert bulk.status_code in {200, 201}
    go("POST", f"/moderation/operations/{bulk.json['operation']['id']}/undo", staff=True, json={})
    go("GET", "/moderation/log", staff=True, expect=200)
    go("GET", "/moderation/summary", staff=True, expect=200)
    go("POST", f"/moderation/articles/{slug}/close", staff=True)
    go("POST", f"/moderation/articles/{slug}/open", staff=True)
    go("DELETE", f"{url}?force=true", staff=True, headers=visitor.version(url))


def words(visitor: Visitor) -> None:
    go = visitor.go
    for pattern in (EMAIL, ADDRESS):
        reveal_word(visitor, _word(visitor, pattern), pattern)
    url = f"/moderation/words/{_word(visitor, 'casino')}"
    go("POST", "/moderation/words", staff=True, json={"pattern": EMAIL, "kind": "moderation"}, expect=409)
    lines = {"kind": "disallowed", "list": f"{OTHER_EMAIL}\nroulette"}
    go("POST", "/moderation/words/list", staff=True, json=lines)
    go("GET", "/moderation/words", staff=True, expect=200)
    go("GET", url, staff=True, expect=200)
    go("PATCH", url, staff=True, json={"mode": "substring"}, headers=visitor.version(url), expect=200)
    tried = {"pattern": "quilla*", "mode": "word", "limit": 100, "addresses": True}
    go("POST", "/moderation/words/try", staff=True, json=tried, expect=200)
    go("DELETE", url, staff=True, headers=visitor.version(url))


def _word(visitor: Visitor, pattern: str) -> int:
    new = {"pattern": pattern, "kind": "moderation"}
    return int(visitor.go("POST", "/moderation/words", staff=True, json=new, expect=201).json["id"])


def reveal_word(visitor: Visitor, word_id: int, pattern: str) -> None:
    """Like the reveal of an author's address: for who has the right, and kept out of what is searched."""
    visitor.go("POST", f"/moderation/words/{word_id}/reveal", expect=401)
    answer = visitor.go("POST", f"/moderation/words/{word_id}/reveal", staff=True, expect=200)
    visitor.answers.pop()
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["pattern"] == pattern


def staff(visitor: Visitor) -> None:
    go = visitor.go
    new = {"name": "Desk", "email": STAFF_EMAIL, "role": "admin"}
    made = go("POST", "/moderators", staff=True, json=new, expect=201).json
    go("GET", "/moderators", staff=True, expect=200)
    go("POST", "/session", json={"login": EMAIL, "password": ADDRESS}, expect=401)
    session = go("POST", "/session", json={"login": "Desk", "password": made["password"]}, expect=200)
    csrf = {"X-CSRF-Token": session.json["csrf_token"]}
    change = {"current_password": made["password"], "name": "Desk two"}
    go("PATCH", "/me", json=change, headers=csrf, expect=200)
    go("DELETE", "/session", headers=csrf, expect=204)
    seen = {"If-Match": '"v2"'}
    go("PATCH", f"/moderators/{made['id']}", staff=True, json={"name": "Desk three"}, headers=seen, expect=200)
    go("GET", "/me", staff=True, expect=200)
    token = go("POST", "/tokens", staff=True, json={"name": "t", "role": "editor"}, expect=201).json
    go("GET", "/tokens", staff=True, expect=200)
    go("DELETE", f"/tokens/{token['id']}", staff=True, expect=204)
    go("GET", "/moderation/settings", staff=True, expect=200)
    seen = {"If-Match": go("GET", "/settings").headers["ETag"]}
    go("PATCH", "/settings", staff=True, json={"link_limit": 3}, headers=seen, expect=200)


def operate(visitor: Visitor) -> None:
    visitor.go("GET", "/health/live", expect=200)
    visitor.go("GET", "/health/ready", expect=200)
    visitor.go("GET", "/metrics", headers={"Authorization": "Bearer a-token-for-the-metrics"}, expect=200)
    with visitor.app.app_context():
        timer.tick("leak test")


def places(visitor: Visitor, records: list[logging.LogRecord]) -> Iterator[tuple[str, bytes]]:
    """Everywhere that somebody else could look."""
    yield from visitor.answers
    for record in records:
        yield f"log of {record.name}", JsonLines().format(record).encode()
        if not record.name.startswith("sqlalchemy"):
            yield f"log record of {record.name}", repr(vars(record)).encode()
    yield "Redis", _redis(servers.redis_database())
    yield "the database", _database(visitor.app)


def _redis(url: str) -> bytes:
    store = redis.Redis.from_url(url)
    dumped = [key + b" " + (store.dump(key) or b"") for key in store.scan_iter()]
    assert dumped, "limits were not counted in Redis"
    return b"\n".join(dumped)


def _database(app: Flask) -> bytes:
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite":
        files = sorted(Path(str(url.database)).parent.glob("leak.sqlite3*"))
        return b"\n".join(file.read_bytes() for file in files)
    dump = [
        str(servers.postgres_program("pg_dump")),
        "--inserts",
        url.set(drivername="postgresql").render_as_string(hide_password=False),
    ]
    return subprocess.run(dump, check=True, capture_output=True, timeout=60).stdout


def leaks(visitor: Visitor, records: list[logging.LogRecord], sought: list[Needle] = SOUGHT) -> list[str]:
    return [f"{how} in {place}" for place, content in places(visitor, records) for how in found(content, sought)]


def test_no_address_of_a_reader_is_anywhere(visitor: Visitor, records: list[logging.LogRecord]) -> None:
    walk(visitor)
    comment = visitor.go("GET", "/comments/recent").json["items"][0]["id"]
    visitor.go("GET", f"/moderation/comments/{comment}", staff=True)
    revealed = reveal(visitor, 1)
    assert leaks(visitor, records) == []
    assert revealed == EMAIL
    unvisited = every_route(visitor.app) - visitor.visited
    assert not unvisited, "a route that the leak test does not visit"


def reveal(visitor: Visitor, comment_id: int) -> str:
    """The one answer that may hold an address, kept out of what is searched, and only there for who has the right."""
    visitor.go("POST", f"/moderation/comments/{comment_id}/reveal-email", expect=401)
    answer = visitor.go("POST", f"/moderation/comments/{comment_id}/reveal-email", staff=True, expect=200)
    visitor.answers.pop()
    assert answer.headers["Cache-Control"] == "no-store"
    log = visitor.go("GET", f"/moderation/comments/{comment_id}/history", staff=True).json["items"]
    assert any("reveal" in entry["action"] for entry in log)
    return str(answer.json["author_email"])


def leaking_route(app: Flask, leak: Callable[[], str]) -> None:
    app.add_url_rule("/api/v1/leak", "leak", leak)


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(lambda email: email.lower(), id="in lower case"),
        pytest.param(
            lambda email: __import__("hashlib").md5(email.lower().encode()).hexdigest(), id="as Gravatar does"
        ),
        pytest.param(lambda email: __import__("base64").b64encode(b"u:" + email.encode()).decode(), id="in base64"),
        pytest.param(lambda email: json.dumps({"href": "mailto:" + re.sub("@", "%40", email)}), id="URL-encoded"),
    ],
)
def test_a_route_that_leaks_on_purpose_is_found(
    visitor: Visitor, records: list[logging.LogRecord], shape: Callable[[str], str]
) -> None:
    leaking_route(visitor.app, lambda: shape(EMAIL))
    visitor.go("POST", "/articles/none/comments", json={"content": "So that something is counted."})
    visitor.go("GET", "/leak", expect=200)
    assert any("GET /api/v1/leak" in leak for leak in leaks(visitor, records))


def test_a_route_that_nobody_visited_is_found(visitor: Visitor) -> None:
    leaking_route(visitor.app, lambda: "nothing")
    assert ("/api/v1/leak", "GET") in every_route(visitor.app) - visitor.visited


def test_a_log_line_that_leaks_is_found(visitor: Visitor, records: list[logging.LogRecord]) -> None:
    visitor.go("POST", "/articles/none/comments", json={"content": "So that something is counted."})
    logging.getLogger("app.anything").info("posted by %s", EMAIL)
    assert any("log" in leak for leak in leaks(visitor, records))
