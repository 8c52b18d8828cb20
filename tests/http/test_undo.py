"""Does an undo put back exactly what an operation changed, and say where somebody has acted since?"""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.comments.models import Comment, Status
from app.comments.rules import duplicate_key
from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import db
from app.moderation import operations
from app.moderation.models import OperationItem
from tests.desk import API, address, comments, decide, status_of
from tests.rows import NOON, a_comment, an_article, figures

Headers = dict[str, str]
STATE = ("status", "restore_to", "trashed_by_rule", "decided_at", "decided_by", "duplicate_key", "safe_reason")


@pytest.fixture
def article(app: Flask) -> int:
    with app.app_context():
        return an_article()


def act(client: FlaskClient, headers: Headers, action: str, *ids: int, seen: int = 1) -> int:
    """The id of an operation that was done to all of these."""
    body = {"action": action, "items": [{"id": each, "version": seen} for each in ids]}
    answer = client.post(f"{API}/operations", json=body, headers=headers)
    assert answer.status_code in {200, 202}, answer.text
    return int(answer.get_json()["operation"]["id"])


def undo(client: FlaskClient, headers: Headers, operation: int, **body: object) -> TestResponse:
    return client.post(f"{API}/operations/{operation}/undo", json=body, headers=headers)


def state(app: Flask, comment_id: int) -> dict[str, Any]:
    with app.app_context():
        row = db.session.get_one(Comment, comment_id, populate_existing=True)
        return {name: getattr(row, name) for name in STATE}


OWN = "made from its own words"
BEFORE: list[dict[str, Any]] = [
    {"status": Status.PENDING, "safe_reason": "review", "duplicate_key": None},
    {"status": Status.APPROVED, "decided_at": NOON, "decided_by": "Grace", "duplicate_key": OWN},
    {"status": Status.SPAM, "restore_to": "pending", "decided_at": NOON, "decided_by": "Grace", "duplicate_key": OWN},
    {"status": Status.TRASH, "restore_to": "approved", "decided_at": NOON, "decided_by": "Grace"},
    {"status": Status.TRASH, "trashed_by_rule": True, "safe_reason": "review", "duplicate_key": "kept by a rule"},
]


@pytest.mark.parametrize("action", ["approve", "hold", "spam", "trash", "restore"])
@pytest.mark.parametrize("before", BEFORE, ids=["held", "seen", "spam", "trash", "trashed by a rule"])
def test_undo_restores_the_exact_earlier_state(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, before: dict[str, Any], action: str
) -> None:
    if before.get("duplicate_key") == OWN:
        key = duplicate_key(article_id=article, in_reply_to=None, name="Ada", content="Words")
        before = before | {"duplicate_key": key}
    with app.app_context():
        comment = a_comment(article, **before)
        counted = figures(article)
    earlier = state(app, comment)
    operation = act(client, as_moderator, action, comment)
    changed = state(app, comment) != earlier
    answer = undo(client, as_moderator, operation)
    assert answer.status_code == 200
    assert state(app, comment) == earlier
    assert len(answer.get_json()["results"]) == int(changed)
    with app.app_context():
        now = figures(article)
    assert now[0] == counted[0]
    assert {name: number for name, number in now[1].items() if number} == counted[1]


def own_key(app: Flask, article: int, client: FlaskClient, headers: Headers) -> tuple[int, str]:
    """A comment that holds the key made from its own words."""
    with app.app_context():
        comment = a_comment(article, status=Status.PENDING)
    decide(client, headers, comment, "trash")
    decide(client, headers, comment, "restore", seen=2)
    return comment, str(state(app, comment)["duplicate_key"])


def test_undo_of_a_person_s_trash_claims_the_words_again(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    comment, key = own_key(app, article, client, as_moderator)
    operation = act(client, as_moderator, "trash", comment, seen=3)
    assert state(app, comment)["duplicate_key"] is None
    undo(client, as_moderator, operation)
    assert state(app, comment)["duplicate_key"] == key


def test_undo_does_not_fail_where_the_words_were_said_again(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    comment, key = own_key(app, article, client, as_moderator)
    operation = act(client, as_moderator, "trash", comment, seen=3)
    with app.app_context():
        a_comment(article, duplicate_key=key)
    assert undo(client, as_moderator, operation).status_code == 200
    assert (state(app, comment)["status"], state(app, comment)["duplicate_key"]) == ("pending", None)


def test_undo_keeps_no_words_that_could_be_guessed_from_what_it_remembers(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        comment = a_comment(article, duplicate_key="a hash of name and text", **address("ada@example.org"))
    act(client, as_moderator, "trash", comment)
    with app.app_context():
        (item,) = db.session.scalars(select(OperationItem)).all()
    assert item.before is not None
    assert set(item.before) == {"status", "restore_to", "trashed_by_rule", "decided_at", "decided_by", "has_key"}
    assert item.before["has_key"] is True


def test_undo_reports_who_has_acted_since_and_when(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, as_editor: Headers
) -> None:
    clock.use(lambda: NOON)
    with app.app_context():
        first, second, third = comments(article, 3, status=Status.PENDING)
    operation = act(client, as_moderator, "spam", first, second, third)
    decide(client, as_editor, second, "approve", seen=2)
    body = undo(client, as_moderator, operation).get_json()
    at = "2031-05-20T12:00:00+00:00"
    assert body["results"] == [
        {"id": first, "status": "pending"},
        {"id": second, "status": "approved", "code": "changed_since", "changed_by": "test editor", "changed_at": at},
        {"id": third, "status": "pending"},
    ]
    assert [status_of(app, each) for each in (first, second, third)] == ["pending", "approved", "pending"]
    assert (body["operation"]["total"], body["operation"]["done"]) == (3, 3)


@pytest.mark.parametrize("since", ["edit", "pin"])
def test_an_edit_or_a_pin_counts_as_an_act_since(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, since: str
) -> None:
    with app.app_context():
        comment = a_comment(article, status=Status.PENDING)
    operation = act(client, as_moderator, "approve", comment)
    if since == "pin":
        decide(client, as_moderator, comment, "pin", seen=2)
    else:
        seen = as_moderator | {"If-Match": '"v2"'}
        client.patch(f"{API}/comments/{comment}", json={"content": "Better"}, headers=seen)
    (result,) = undo(client, as_moderator, operation).get_json()["results"]
    assert (result["status"], result["code"]) == ("approved", "changed_since")


def test_what_was_erased_since_is_not_found(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        comment = a_comment(article, status=Status.PENDING)
    operation = act(client, as_moderator, "trash", comment)
    seen = as_moderator | {"If-Match": '"v2"'}
    client.delete(f"{API}/comments/{comment}?force=true", headers=seen)
    (result,) = undo(client, as_moderator, operation).get_json()["results"]
    assert (result["status"], result["code"], result["changed_by"]) == (None, "not_found", "test moderator")


def test_what_an_operation_left_alone_is_left_alone_by_its_undo(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        done, already = a_comment(article, status=Status.PENDING), a_comment(article, status=Status.SPAM)
    operation = act(client, as_moderator, "spam", done, already, 4711)
    assert [each["id"] for each in undo(client, as_moderator, operation).get_json()["results"]] == [done]


def test_an_operation_is_undone_once(client: FlaskClient, app: Flask, article: int, as_moderator: Headers) -> None:
    with app.app_context():
        comment = a_comment(article, status=Status.PENDING)
    operation = act(client, as_moderator, "approve", comment)
    first = undo(client, as_moderator, operation).get_json()["operation"]
    again = undo(client, as_moderator, operation)
    told = again.get_json()
    assert (again.status_code, told["code"]) == (409, "already_undone")
    assert (told["operation"], told["undone_by"]) == (first["id"], "test moderator")
    shown = client.get(f"{API}/operations/{operation}", headers=as_moderator).get_json()
    assert shown["undone_by_id"] == first["id"]


def test_a_single_decision_can_be_undone_too(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        comment = a_comment(article, status=Status.PENDING)
    decided = decide(client, as_moderator, comment, "approve").get_json()
    undo(client, as_moderator, decided["operation"]["id"])
    assert status_of(app, comment) == "pending"


def test_an_undo_can_be_undone(client: FlaskClient, app: Flask, article: int, as_moderator: Headers) -> None:
    with app.app_context():
        comment = a_comment(article, status=Status.PENDING)
    operation = act(client, as_moderator, "approve", comment)
    undoing = undo(client, as_moderator, operation).get_json()["operation"]
    assert (undoing["action"], undoing["undoes_id"]) == ("undo", operation)
    undo(client, as_moderator, undoing["id"])
    assert status_of(app, comment) == "approved"


def test_operations_are_undone_one_after_the_other(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        comment = a_comment(article, status=Status.PENDING)
    earlier = [state(app, comment)]
    made = []
    for seen, action in enumerate(["approve", "spam", "hold", "trash"], 1):
        made.append(act(client, as_moderator, action, comment, seen=seen))
        earlier.append(state(app, comment))
    for operation in reversed(made):
        earlier.pop()
        undo(client, as_moderator, operation)
        assert state(app, comment) == earlier[-1]


def test_an_earlier_operation_is_not_undone_under_a_later_one(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        comment = a_comment(article, status=Status.PENDING)
    first = act(client, as_moderator, "approve", comment)
    act(client, as_moderator, "spam", comment, seen=2)
    (result,) = undo(client, as_moderator, first).get_json()["results"]
    assert (result["status"], result["code"]) == ("spam", "changed_since")


def test_an_undo_is_in_the_log_with_what_it_undoes(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, as_editor: Headers
) -> None:
    with app.app_context():
        comment = a_comment(article, status=Status.PENDING)
    operation = act(client, as_moderator, "approve", comment)
    undoing = undo(client, as_editor, operation, note="too early").get_json()["operation"]
    with app.app_context():
        (line,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "undo")).all()
    assert (line.actor_name, line.from_state, line.to_state) == ("test editor", "approved", "pending")
    assert (line.reason, line.operation_id, line.details) == ("too early", undoing["id"], {"undoes": operation})


def test_what_was_never_done_is_not_undone(client: FlaskClient, as_moderator: Headers) -> None:
    assert undo(client, as_moderator, 4711).status_code == 404
    assert undo(client, {}, 4711).status_code == 401


def test_the_same_key_undoes_once_and_answers_twice(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        comment = a_comment(article, status=Status.PENDING)
    operation = act(client, as_moderator, "approve", comment)
    once = as_moderator | {"Idempotency-Key": "k"}
    first, again = (undo(client, once, operation) for _ in range(2))
    assert (first.status_code, first.get_json()) == (again.status_code, again.get_json())


def test_a_large_undo_goes_on_in_the_background(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "AT_ONCE", 4)
    with app.app_context():
        made = comments(article, 7, status=Status.PENDING)
    operation = act(client, as_moderator, "trash", *made)
    running = undo(client, as_moderator, operation)
    assert (running.status_code, running.get_json()["code"]) == (409, "still_running")
    assert (running.get_json()["done"], running.get_json()["total"]) == (0, 7)
    with app.app_context():
        while operations.continue_operations(3):
            pass
    answer = undo(client, as_moderator, operation)
    assert answer.status_code == 202
    with app.app_context():
        assert [operations.continue_operations(5) for _ in range(3)] == [5, 2, 0]
        assert figures(article)[0] == {"pending": 7, "approved": 0, "spam": 0, "trash": 0}
    shown = client.get(answer.headers["Location"], headers=as_moderator).get_json()
    assert (shown["state"], shown["done"], len(shown["results"])) == ("done", 7, 7)
