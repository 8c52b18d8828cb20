"""Do moderators answer from the desk, and close and open a discussion?"""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.articles.models import Article, Discussion
from app.comments.models import Comment, Status
from app.ground import clock
from app.ground.db import db
from tests.desk import API, acts_on, address, codes, status_of
from tests.rows import NOON, a_comment, an_article, figures

Headers = dict[str, str]


@pytest.fixture
def article(app: Flask) -> int:
    with app.app_context():
        return an_article()


@pytest.fixture
def pending(app: Flask, article: int) -> int:
    with app.app_context():
        return a_comment(article, status=Status.PENDING, **address("ada@example.org"))


def discussion_version(app: Flask, article: int) -> int:
    with app.app_context():
        return db.session.get_one(Discussion, article).version


# --- Answers ---------------------------------------------------------------------------------------------------------


def answer_to(client: FlaskClient, headers: Headers, comment_id: int, content: str = "Thank you!") -> TestResponse:
    return client.post(f"{API}/comments/{comment_id}/reply", json={"content": content}, headers=headers)


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED])
def test_an_answer_is_visible_at_once_and_approves_what_it_answers(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, status: Status
) -> None:
    clock.use(lambda: NOON)
    with app.app_context():
        comment = a_comment(article, status=status)
    answer = answer_to(client, as_moderator, comment, "*Thank* you!")
    body = answer.get_json()
    assert answer.status_code == 201, answer.text
    assert (body["comment"]["status"], body["parent"]["status"]) == ("approved", "approved")
    text = body["comment"]["comment"]
    assert (text["source"], text["parent_id"], text["in_reply_to"], text["depth"]) == (
        "*Thank* you!",
        comment,
        comment,
        2,
    )
    assert (body["comment"]["author"]["name"], body["comment"]["author"]["is_staff"]) == ("test moderator", True)
    seen = client.get(answer.headers["Location"]).get_json()
    assert (seen["parent_id"], seen["author"]["is_staff"]) == (comment, True)
    with app.app_context():
        assert figures(article)[0] == {"pending": 0, "approved": 2, "spam": 0, "trash": 0}
        assert db.session.get_one(Comment, comment).visible_below == 1


def test_an_approval_by_an_answer_can_be_undone(
    client: FlaskClient, app: Flask, pending: int, as_moderator: Headers
) -> None:
    made = answer_to(client, as_moderator, pending).get_json()["comment"]["id"]
    (approval,) = acts_on(client, as_moderator, pending)
    assert (approval["action"], approval["from"]) == ("approve", "pending")
    assert [act["action"] for act in acts_on(client, as_moderator, made)] == ["reply"]
    client.post(f"{API}/operations/{approval['operation_id']}/undo", headers=as_moderator)
    assert (status_of(app, pending), status_of(app, made)) == ("pending", "approved")


@pytest.mark.parametrize("status", [Status.SPAM, Status.TRASH])
def test_what_was_put_away_is_not_answered(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, status: Status
) -> None:
    with app.app_context():
        comment = a_comment(article, status=status)
    answer = answer_to(client, as_moderator, comment)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_visible")


def test_an_answer_is_given_once(client: FlaskClient, pending: int, as_moderator: Headers) -> None:
    once = as_moderator | {"Idempotency-Key": "k"}
    first, again = answer_to(client, once, pending), answer_to(client, once, pending)
    assert (first.status_code, first.get_json()) == (again.status_code, again.get_json())
    twice = answer_to(client, as_moderator, pending)
    assert (twice.status_code, twice.get_json()["code"]) == (409, "duplicate_comment")


def test_an_answer_keeps_the_rules(client: FlaskClient, app: Flask, pending: int, as_moderator: Headers) -> None:
    answer = answer_to(client, as_moderator, pending, "")
    assert (answer.status_code, codes(answer)) == (422, [("content", "content_required")])
    assert answer_to(client, as_moderator, 4711).status_code == 404
    assert answer_to(client, {}, pending).status_code == 401
    assert status_of(app, pending) == "pending"


# --- Discussions -----------------------------------------------------------------------------------------------------


def switch(client: FlaskClient, headers: Headers, act: str, slug: str = "tides") -> TestResponse:
    return client.post(f"{API}/articles/{slug}/{act}", headers=headers)


def test_a_discussion_is_closed_and_opened(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    clock.use(lambda: NOON)
    before = discussion_version(app, article)
    closed = switch(client, as_moderator, "close").get_json()
    assert (closed["slug"], closed["switch"]) == ("tides", "closed")
    assert closed["discussion"] == {
        "open": False, "reason": "switched_off", "since": "2031-05-20T12:00:00+00:00", "closes_at": None, "count": 0,
    }  # fmt: skip
    opened = switch(client, as_moderator, "open").get_json()
    assert (opened["switch"], opened["discussion"]["open"], opened["discussion"]["reason"]) == ("open", True, None)
    assert discussion_version(app, article) == before + 2
    with app.app_context():
        row = db.session.get_one(Article, article)
        assert (row.version, row.discussion_closed_at) == (1, None)


@pytest.mark.parametrize(("act", "code"), [("close", "already_closed"), ("open", "already_open")])
def test_a_discussion_that_is_so_already_stays_so(
    client: FlaskClient, article: int, as_moderator: Headers, act: str, code: str
) -> None:
    assert switch(client, as_moderator, act).status_code == 200
    again = switch(client, as_moderator, act)
    assert (again.status_code, again.get_json()["code"]) == (409, code)


def test_a_discussion_s_switch_is_in_the_log(client: FlaskClient, article: int, as_moderator: Headers) -> None:
    switch(client, as_moderator, "close")
    answer = client.get(f"{API}/log", query_string={"object": f"article:{article}"}, headers=as_moderator)
    (act,) = answer.get_json()["items"]
    assert (act["action"], act["from"], act["to"]) == ("close_discussion", "inherit", "closed")


def test_an_article_that_is_not_there_has_no_discussion(client: FlaskClient, as_moderator: Headers) -> None:
    assert switch(client, as_moderator, "close", "nowhere").status_code == 404


def test_a_guest_closes_nothing(client: FlaskClient, article: int) -> None:
    assert switch(client, {}, "close").status_code == 401
