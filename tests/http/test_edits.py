"""Is a comment edited and pinned under the rules of posting, and an address told only to who may know it?"""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.articles.models import Discussion
from app.comments.models import Comment, Status
from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import db
from tests.desk import API, acts_on, address, codes, decide, item
from tests.rows import NOON, a_comment, an_article

Headers = dict[str, str]


@pytest.fixture
def article(app: Flask) -> int:
    with app.app_context():
        return an_article()


@pytest.fixture
def pending(app: Flask, article: int) -> int:
    with app.app_context():
        return a_comment(article, status=Status.PENDING, **address("ada@example.org"))


def edit(client: FlaskClient, headers: Headers, comment_id: int, *, seen: int = 1, **body: object) -> TestResponse:
    return client.patch(f"{API}/comments/{comment_id}", json=body, headers=headers | {"If-Match": f'"v{seen}"'})


def key_of(app: Flask, comment_id: int) -> str | None:
    with app.app_context():
        return db.session.get_one(Comment, comment_id).duplicate_key


# --- Editing ---------------------------------------------------------------------------------------------------------


def test_an_edit_changes_text_name_and_website_and_nothing_else(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        comment = a_comment(article, duplicate_key="words", **address("ada@example.org"))
        before = item(client, as_moderator, comment)
    clock.use(lambda: NOON)
    answer = edit(
        client, as_moderator, comment, content="*Better*\r\nwords", author_name=" Ada L. ", author_website="ada.example"
    )
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"v2"')
    text = answer.get_json()["comment"]
    assert (text["source"], text["author_name"]) == ("*Better*\nwords", "Ada L.")
    assert "<em>Better</em>" in text["html"]
    assert text["author_website"] == "https://ada.example"
    assert text["edited_at"] == "2031-05-20T12:00:00+00:00"
    same = ("created_at", "depth", "parent_id", "in_reply_to", "has_email")
    assert {name: text[name] for name in same} == {name: before["comment"][name] for name in same}
    assert answer.get_json()["status"] == before["status"]
    assert key_of(app, comment) is None
    with app.app_context():
        row = db.session.get_one(Comment, comment)
        assert row.author_name_key == "ada l."


def test_an_edit_leaves_alone_what_it_does_not_name(client: FlaskClient, pending: int, as_moderator: Headers) -> None:
    text = edit(client, as_moderator, pending, author_website=None).get_json()["comment"]
    assert (text["author_website"], text["author_name"], text["source"]) == (None, "Ada", "Words")


def test_an_edit_is_logged_by_its_fields_without_values(
    client: FlaskClient, app: Flask, pending: int, as_moderator: Headers
) -> None:
    edit(client, as_moderator, pending, content="Secretly different", author_name="Grace")
    (act,) = acts_on(client, as_moderator, pending)
    assert (act["action"], act["details"]) == ("edit", {"fields": ["author_name", "content"]})
    with app.app_context():
        entries = db.session.execute(select(AuditEntry.__table__)).all()
    assert not [line for line in map(str, entries) if "Secretly" in line or "Grace" in line]


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({"content": " "}, [("content", "content_required")]),
        ({"content": "x" * 65_526}, [("content", "too_long")]),
        ({"author_name": None}, [("author_name", "author_name_required")]),
        ({"author_name": "a\u202eb"}, [("author_name", "name_invalid")]),
        ({"author_website": "ftp://example.org"}, [("author_website", "website_invalid")]),
        (
            {"content": "", "author_website": "mailto:x"},
            [("content", "content_required"), ("author_website", "website_invalid")],
        ),
        ({}, [("body", "required")]),
        ({"author_email": "new@example.org"}, [("author_email", "unknown_field")]),
        ({"content": 7}, [("content", "wrong_type")]),
    ],
)
def test_an_edit_keeps_the_rules_of_posting(
    client: FlaskClient, app: Flask, pending: int, as_moderator: Headers, body: dict[str, Any], problems: object
) -> None:
    answer = edit(client, as_moderator, pending, **body)
    assert (answer.status_code, codes(answer)) == (422, problems)
    with app.app_context():
        assert db.session.get_one(Comment, pending).version == 1


def test_an_edit_must_say_what_it_has_seen(client: FlaskClient, pending: int, as_moderator: Headers) -> None:
    path = f"{API}/comments/{pending}"
    assert client.patch(path, json={"content": "x"}, headers=as_moderator).status_code == 428
    assert edit(client, as_moderator, pending, seen=9, content="x").status_code == 412


def discussion_version(app: Flask, article: int) -> int:
    with app.app_context():
        return db.session.get_one(Discussion, article).version


@pytest.mark.parametrize(("status", "moves"), [(Status.APPROVED, 1), (Status.PENDING, 0)])
def test_what_readers_see_has_a_new_version_when_they_see_the_edit(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, status: Status, moves: int
) -> None:
    with app.app_context():
        comment = a_comment(article, status=status)
    before = discussion_version(app, article)
    edit(client, as_moderator, comment, content="Better")
    assert discussion_version(app, article) == before + moves


# --- Pins ------------------------------------------------------------------------------------------------------------


def test_a_pin_is_set_and_taken_away(client: FlaskClient, app: Flask, article: int, as_moderator: Headers) -> None:
    with app.app_context():
        comment = a_comment(article)
    before = discussion_version(app, article)
    pinned = decide(client, as_moderator, comment, "pin")
    assert (pinned.get_json()["pinned"], pinned.headers["ETag"]) == (True, '"v2"')
    again = decide(client, as_moderator, comment, "pin", seen=2)
    assert (again.status_code, again.get_json()["code"]) == (409, "already_pinned")
    assert decide(client, as_moderator, comment, "unpin", seen=2).get_json()["pinned"] is False
    again = decide(client, as_moderator, comment, "unpin", seen=3)
    assert (again.status_code, again.get_json()["code"]) == (409, "already_unpinned")
    assert discussion_version(app, article) == before + 2
    assert [act["action"] for act in acts_on(client, as_moderator, comment)] == ["unpin", "pin"]


def test_a_pin_must_say_what_it_has_seen(client: FlaskClient, pending: int, as_moderator: Headers) -> None:
    assert client.post(f"{API}/comments/{pending}/pin", headers=as_moderator).status_code == 428
    assert decide(client, as_moderator, pending, "unpin", seen=9).status_code == 412


# --- The address -----------------------------------------------------------------------------------------------------


def test_an_address_is_revealed_and_the_log_says_so(client: FlaskClient, pending: int, as_moderator: Headers) -> None:
    answer = client.post(f"{API}/comments/{pending}/reveal-email", headers=as_moderator)
    assert answer.get_json() == {"author_email": "ada@example.org"}
    assert answer.headers["Cache-Control"] == "no-store"
    (act,) = acts_on(client, as_moderator, pending)
    assert (act["action"], act["actor_name"]) == ("reveal_email", "test moderator")
    assert "ada@" not in str(act)


def test_who_left_no_address_has_none_to_reveal(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        comment = a_comment(article, **address(None))
    answer = client.post(f"{API}/comments/{comment}/reveal-email", headers=as_moderator)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "no_email")


def test_an_address_is_not_revealed_to_who_has_no_right(
    client: FlaskClient, pending: int, as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import permissions

    stricter = dict(permissions.TABLE) | {permissions.Permission.REVEAL_ADDRESSES: permissions.is_admin}
    monkeypatch.setattr(permissions, "TABLE", stricter)
    path = f"{API}/comments/{pending}/reveal-email"
    assert client.post(path, headers=as_moderator).status_code == 403
    assert client.post(path).status_code == 401
