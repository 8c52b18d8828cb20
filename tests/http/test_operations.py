"""Is one act done to many comments as they were seen, with a result for each, in the background where they are many?"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.comments import life
from app.comments.models import Comment, Status
from app.comments.standing import Change
from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import db
from app.moderation import operations
from app.moderation.models import Operation, OperationItem
from app.site import timer
from tests.desk import API, address, codes, comments, decide, status_of
from tests.rows import NOON, a_comment, an_article, figures

OPERATIONS = f"{API}/operations"
NOBODYS = 2**62  # an id that no row gets, and the last in order
Headers = dict[str, str]


@pytest.fixture
def article(app: Flask) -> int:
    with app.app_context():
        return an_article()


@pytest.fixture
def pending(app: Flask, article: int) -> list[int]:
    with app.app_context():
        return comments(article, 3, status=Status.PENDING)


def operate(client: FlaskClient, headers: Headers, action: str, ids: list[int], **body: object) -> TestResponse:
    items = [{"id": each, "version": 1} for each in ids]
    return client.post(OPERATIONS, json={"action": action, "items": items} | body, headers=headers)


def operate_on_filter(
    client: FlaskClient,
    headers: Headers,
    action: str,
    asked: Mapping[str, object],
    expected: int,
    as_of: str | None = None,
) -> TestResponse:
    as_of = as_of or client.get(f"{API}/queue", headers=headers).get_json()["as_of"]
    body = {"action": action, "filter": asked, "as_of": as_of, "expected": expected}
    return client.post(OPERATIONS, json=body, headers=headers)


def shown(client: FlaskClient, headers: Headers, operation_id: int, **query: object) -> dict[str, Any]:
    answer = client.get(f"{OPERATIONS}/{operation_id}", query_string=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def statuses(app: Flask, ids: list[int]) -> list[str]:
    return [status_of(app, each) for each in ids]


def work_off(app: Flask, limit: int = 200) -> list[int]:
    """Let the timer's job run until it finds nothing; how much each chunk did."""
    done = []
    with app.app_context():
        while chunk := operations.continue_operations(limit):
            done.append(chunk)
    return done


# --- On comments by their ids ----------------------------------------------------------------------------------------


def test_an_operation_does_the_same_to_all(
    client: FlaskClient, app: Flask, article: int, pending: list[int], as_moderator: Headers
) -> None:
    answer = operate(client, as_moderator, "approve", pending, note="all good")
    body = answer.get_json()
    assert answer.status_code == 200
    assert body["results"] == [{"id": each, "status": "approved"} for each in pending]
    operation = body["operation"]
    assert (operation["action"], operation["state"], operation["total"], operation["done"]) == ("approve", "done", 3, 3)
    assert (operation["actor_name"], operation["note"]) == ("test moderator", "all good")
    assert answer.headers["Location"] == f"{OPERATIONS}/{operation['id']}"
    assert statuses(app, pending) == ["approved"] * 3
    with app.app_context():
        assert figures(article)[0] == {"pending": 0, "approved": 3, "spam": 0, "trash": 0}


def test_an_operation_may_span_articles(client: FlaskClient, app: Flask, article: int, as_moderator: Headers) -> None:
    with app.app_context():
        other = an_article("other")
        made = [a_comment(each, status=Status.PENDING) for each in (other, article, other)]
    operate(client, as_moderator, "spam", made)
    with app.app_context():
        assert figures(article)[0]["spam"] == 1
        assert figures(other)[0]["spam"] == 2


def test_each_comment_has_its_line_in_the_log(
    client: FlaskClient, app: Flask, pending: list[int], as_moderator: Headers
) -> None:
    operation = operate(client, as_moderator, "trash", pending, note="off topic").get_json()["operation"]
    with app.app_context():
        lines = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "trash").order_by(AuditEntry.id)).all()
    assert [(line.object_id, line.from_state, line.to_state) for line in lines] == [
        (str(each), "pending", "trash") for each in pending
    ]
    assert {(line.reason, line.operation_id) for line in lines} == {("off topic", operation["id"])}


def test_what_cannot_be_done_is_told_by_its_code(
    client: FlaskClient, app: Flask, article: int, pending: list[int], as_moderator: Headers, as_editor: Headers
) -> None:
    clock.use(lambda: NOON)
    with app.app_context():
        approved = a_comment(article, status=Status.APPROVED, changed_by="rules")
        erased = a_comment(article, status=Status.TRASH, erased_at=NOON, changed_by="timer")
    decide(client, as_editor, pending[1], "spam")
    answer = operate(client, as_moderator, "approve", [*pending, approved, erased, NOBODYS])
    assert answer.status_code == 200
    at = "2031-05-20T12:00:00+00:00"
    assert answer.get_json()["results"] == [
        {"id": pending[0], "status": "approved"},
        {"id": pending[1], "status": "spam", "code": "changed_since", "changed_by": "test editor", "changed_at": at},
        {"id": pending[2], "status": "approved"},
        {"id": approved, "status": "approved", "code": "already_approved", "changed_by": "rules", "changed_at": at},
        {"id": erased, "status": None, "code": "not_found", "changed_by": "timer", "changed_at": at},
        {"id": NOBODYS, "status": None, "code": "not_found"},
    ]
    assert answer.get_json()["operation"]["done"] == 6


def test_restore_leads_each_comment_to_where_it_came_from(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        held, seen = a_comment(article, status=Status.PENDING), a_comment(article, status=Status.APPROVED)
    operate(client, as_moderator, "trash", [held, seen])
    items = [{"id": each, "version": 2} for each in (held, seen)]
    operate(client, as_moderator, "restore", [], items=items)
    assert statuses(app, [held, seen]) == ["pending", "approved"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"action": "erase", "items": [{"id": 1, "version": 1}]}, ("action", "not_a_choice")),
        ({"action": "approve"}, ("items", "items_or_filter")),
        ({"action": "approve", "items": []}, ("items", "wrong_length")),
        ({"action": "approve", "items": [{"id": 1, "version": 1}], "filter": {}}, ("items", "items_or_filter")),
        ({"action": "approve", "items": [{"id": 1, "version": 1}] * 2}, ("items", "twice")),
        ({"action": "approve", "items": [{"id": 1}]}, ("items.0.version", "required")),
        ({"action": "approve", "items": [{"id": 2**63, "version": 1}]}, ("items.0.id", "out_of_range")),
        ({"action": "approve", "items": [{"id": 1.5, "version": 1}]}, ("items.0.id", "wrong_type")),
        ({"action": "approve", "filter": {}, "expected": 1}, ("as_of", "required")),
        ({"action": "approve", "filter": {}, "as_of": "2031-05-20T12:00:00Z"}, ("expected", "required")),
        (
            {"action": "approve", "filter": {"author_ip": "x"}, "as_of": "2031-05-20T12:00:00Z", "expected": 1},
            ("filter.author_ip", "address_invalid"),
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_an_operation_that_makes_no_sense_is_refused(
    client: FlaskClient, as_moderator: Headers, body: dict[str, object], problem: tuple[str, str]
) -> None:
    answer = client.post(OPERATIONS, json=body, headers=as_moderator)
    assert answer.status_code == 422
    assert problem in codes(answer)


def test_more_than_a_thousand_ids_are_refused(client: FlaskClient, as_moderator: Headers) -> None:
    answer = operate(client, as_moderator, "approve", list(range(1, 1_002)))
    assert (answer.status_code, codes(answer)) == (422, [("items", "wrong_length")])


def test_a_guest_starts_nothing(client: FlaskClient, app: Flask, pending: list[int]) -> None:
    assert operate(client, {}, "approve", pending).status_code == 401
    assert statuses(app, pending) == ["pending"] * 3


# --- On what a filter finds ------------------------------------------------------------------------------------------


def test_a_filter_s_operation_is_about_what_was_there_when_the_moderator_looked(
    client: FlaskClient, app: Flask, article: int, pending: list[int], as_moderator: Headers
) -> None:
    as_of = client.get(f"{API}/queue", headers=as_moderator).get_json()["as_of"]
    with app.app_context():
        later = a_comment(article, status=Status.PENDING, created_at=clock.now())
    # The clock of these rows is far ahead of the test's, so they are asked for by a moment after theirs.
    clock.use(lambda: NOON + timedelta(days=1))
    with app.app_context():
        latest = a_comment(article, status=Status.PENDING, created_at=NOON + timedelta(days=2))
    answer = operate_on_filter(client, as_moderator, "spam", {}, expected=4)
    assert as_of < "2031"
    assert [result["id"] for result in answer.get_json()["results"]] == sorted([*pending, later])
    assert statuses(app, [*pending, later, latest]) == ["spam"] * 4 + ["pending"]


def test_somebody_s_later_decision_wins(
    client: FlaskClient, app: Flask, article: int, pending: list[int], as_moderator: Headers, as_editor: Headers
) -> None:
    clock.use(lambda: NOON + timedelta(hours=1))
    as_of = client.get(f"{API}/queue", headers=as_moderator).get_json()["as_of"]
    clock.use(lambda: NOON + timedelta(hours=2))
    decide(client, as_editor, pending[0], "approve")
    decide(client, as_editor, pending[0], "hold", seen=2)
    surprised = operate_on_filter(client, as_moderator, "spam", {}, expected=3, as_of=as_of)
    assert (surprised.status_code, surprised.get_json()["code"]) == (409, "expected_differs")
    assert (surprised.get_json()["expected"], surprised.get_json()["actual"]) == (3, 2)
    assert statuses(app, pending) == ["pending"] * 3
    assert operate_on_filter(client, as_moderator, "spam", {}, expected=2, as_of=as_of).status_code == 200
    assert statuses(app, pending) == ["pending", "spam", "spam"]


def test_a_refused_operation_leaves_nothing_behind(
    client: FlaskClient, app: Flask, pending: list[int], as_moderator: Headers
) -> None:
    clock.use(lambda: NOON + timedelta(hours=1))
    assert operate_on_filter(client, as_moderator, "spam", {}, expected=99).status_code == 409
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Operation)) == 0
        assert db.session.scalar(select(func.count()).select_from(OperationItem)) == 0


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"article": "tides", "q": "words 1"}, [1]),
        ({"article": "other"}, [3]),
        ({"status": "any"}, [0, 1, 2, 3, 4]),
        ({"status": "approved"}, [4]),
        ({"author_email": "ada@example.org"}, [3]),
        ({"author_ip": "198.51.100.9", "status": "any"}, [4]),
        ({"reason": "links", "status": "any"}, [4]),
    ],
    ids=str,
)
def test_an_operation_knows_the_queue_s_filters(
    client: FlaskClient, app: Flask, pending: list[int], article: int, as_moderator: Headers,
    asked: dict[str, object], found: list[int],
) -> None:  # fmt: skip
    reason = {"check": "links", "code": "too_many_links", "saw": 3, "threshold": 2, "result": "hold"}
    with app.app_context():
        made = [
            *pending,
            a_comment(an_article("other"), status=Status.PENDING, **address("ada@example.org")),
            a_comment(article, status=Status.APPROVED, reasons=[reason], **address(None, "198.51.100.9")),
        ]
    clock.use(lambda: NOON + timedelta(hours=1))
    answer = operate_on_filter(client, as_moderator, "trash", asked, expected=len(found))
    assert answer.status_code == 200, answer.text
    assert [result["id"] for result in answer.get_json()["results"]] == [made[each] for each in found]


def test_an_operation_keeps_its_filter_without_names_and_addresses(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    clock.use(lambda: NOON)
    asked = {"q": "Ada", "author_email": "ada@example.org", "author_ip": "192.0.2.7", "article": "tides"}
    answer = operate_on_filter(client, as_moderator, "spam", asked, expected=0)
    assert answer.get_json()["operation"]["filter"] == {
        "status": "pending", "article": "tides", "as_of": "2031-05-20T12:00:00+00:00",
        "q": True, "author_email": True, "author_ip": True,
    }  # fmt: skip
    log = client.get(f"{API}/log", headers=as_moderator)
    assert "search_by_address" in [act["action"] for act in log.get_json()["items"]]
    assert not [each for each in ("ada@", "192.0.2.7") if each in log.text + answer.text]


def test_a_filter_by_address_needs_the_right(
    client: FlaskClient, as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import permissions

    stricter = dict(permissions.TABLE) | {permissions.Permission.REVEAL_ADDRESSES: permissions.is_admin}
    monkeypatch.setattr(permissions, "TABLE", stricter)
    asked: dict[str, object] = {"author_email": "ada@example.org"}
    assert operate_on_filter(client, as_moderator, "spam", asked, expected=0).status_code == 403


def test_a_filter_that_finds_too_much_is_refused(
    client: FlaskClient, pending: list[int], as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MOST_BY_FILTER", 2)
    clock.use(lambda: NOON + timedelta(hours=1))
    answer = operate_on_filter(client, as_moderator, "spam", {}, expected=3)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "too_many_comments")


# --- In the background -----------------------------------------------------------------------------------------------


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a request does itself is little, so that a test need not store hundreds of comments."""
    monkeypatch.setattr(operations, "AT_ONCE", 4)


@pytest.fixture
def many(app: Flask, article: int) -> list[int]:
    with app.app_context():
        return comments(article, 7, status=Status.PENDING)


def test_many_comments_are_decided_in_the_background_in_chunks(
    client: FlaskClient, app: Flask, article: int, many: list[int], few_at_once: None, as_moderator: Headers
) -> None:
    answer = operate(client, as_moderator, "approve", many)
    body = answer.get_json()
    assert (answer.status_code, body["results"], body["operation"]["state"]) == (202, [], "running")
    operation = body["operation"]["id"]
    assert answer.headers["Location"] == f"{OPERATIONS}/{operation}"
    assert statuses(app, many) == ["pending"] * 7
    with app.app_context():
        assert operations.continue_operations(3) == 3
    half = shown(client, as_moderator, operation)
    assert (half["state"], half["done"], half["total"], half["finished_at"]) == ("running", 3, 7, None)
    assert [result["id"] for result in half["results"]] == many[:3]
    assert work_off(app, 3) == [3, 1]
    whole = shown(client, as_moderator, operation)
    assert (whole["state"], whole["done"]) == ("done", 7)
    assert whole["finished_at"] is not None
    assert statuses(app, many) == ["approved"] * 7
    with app.app_context():
        assert figures(article)[0] == {"pending": 0, "approved": 7, "spam": 0, "trash": 0}


def test_a_large_filter_goes_on_in_the_background_with_what_was_frozen(
    client: FlaskClient, app: Flask, article: int, many: list[int], few_at_once: None,
    as_moderator: Headers, as_editor: Headers,
) -> None:  # fmt: skip
    clock.use(lambda: NOON + timedelta(hours=1))
    operation = operate_on_filter(client, as_moderator, "spam", {}, expected=7).get_json()["operation"]["id"]
    with app.app_context():
        later = a_comment(article, status=Status.PENDING)
    decide(client, as_editor, many[5], "approve")
    assert work_off(app) == [7]
    results = shown(client, as_moderator, operation)["results"]
    assert [result.get("code") for result in results] == [None] * 5 + ["changed_since", None]
    assert statuses(app, [many[5], later]) == ["approved", "pending"]


def test_the_timer_does_the_work_and_is_poked(
    client: FlaskClient, app: Flask, many: list[int], few_at_once: None, as_moderator: Headers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    poked = []
    monkeypatch.setattr(timer, "poke", lambda: poked.append(True))
    operate(client, as_moderator, "approve", many)
    assert poked == [True]
    with app.app_context():
        assert timer.run_jobs()["continue operations"] == 7
    assert statuses(app, many) == ["approved"] * 7


def test_a_small_operation_needs_no_timer(
    client: FlaskClient, app: Flask, pending: list[int], as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    poked = []
    monkeypatch.setattr(timer, "poke", lambda: poked.append(True))
    operate(client, as_moderator, "approve", pending)
    assert poked == []
    assert work_off(app) == []


def test_an_operation_that_breaks_keeps_no_other_from_being_done(
    client: FlaskClient, app: Flask, article: int, many: list[int], few_at_once: None, as_moderator: Headers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with app.app_context():
        others = comments(article, 7, status=Status.SPAM)
    broken, whole = (
        operate(client, as_moderator, "approve", each).get_json()["operation"]["id"] for each in (many, others)
    )
    real = life.change_status

    def break_for_some(session: Session, changes: Sequence[Change], **options: Any) -> None:
        if many[0] in {change.comment.id for change in changes}:
            raise RuntimeError("of a kind that does not pass")
        real(session, changes, **options)

    with monkeypatch.context() as breaking, app.app_context():
        breaking.setattr("app.moderation.operations.change_status", break_for_some)
        for _ in range(3):
            timer.run_jobs()
    states = [shown(client, as_moderator, each)["state"] for each in (broken, whole)]
    assert states == ["running", "done"]
    with app.app_context():
        timer.run_jobs()
    assert shown(client, as_moderator, broken)["state"] == "done"
    assert statuses(app, many + others) == ["approved"] * 14


def test_a_chunk_that_fails_is_done_again_from_where_it_began(
    client: FlaskClient, app: Flask, article: int, many: list[int], few_at_once: None, as_moderator: Headers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    operation = operate(client, as_moderator, "approve", many).get_json()["operation"]["id"]
    with app.app_context():
        operations.continue_operations(2)

    def break_off(*_acts: object) -> None:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as broken, app.app_context():
        broken.setattr(operations, "record", break_off)
        with pytest.raises(RuntimeError):
            operations.continue_operations(3)
    assert shown(client, as_moderator, operation)["done"] == 2
    assert statuses(app, many) == ["approved"] * 2 + ["pending"] * 5
    assert work_off(app) == [5]
    with app.app_context():
        assert figures(article)[0] == {"pending": 0, "approved": 7, "spam": 0, "trash": 0}
        assert db.session.scalar(select(func.count()).where(AuditEntry.action == "approve")) == 7


def test_operations_are_carried_out_in_turn(
    client: FlaskClient, app: Flask, many: list[int], few_at_once: None, as_moderator: Headers
) -> None:
    first = operate(client, as_moderator, "approve", many).get_json()["operation"]["id"]
    second = operate(client, as_moderator, "spam", many).get_json()["operation"]["id"]
    assert work_off(app) == [7, 7]
    assert {result.get("code") for result in shown(client, as_moderator, first)["results"]} == {None}
    assert {result["code"] for result in shown(client, as_moderator, second)["results"]} == {"changed_since"}


def test_results_come_in_pages(
    client: FlaskClient, app: Flask, many: list[int], few_at_once: None, as_moderator: Headers
) -> None:
    operation = operate(client, as_moderator, "approve", many).get_json()["operation"]["id"]
    work_off(app)
    first = shown(client, as_moderator, operation, limit=4)
    assert [result["id"] for result in first["results"]] == many[:4]
    second = shown(client, as_moderator, operation, limit=4, cursor=first["next"])
    assert [result["id"] for result in second["results"]] == many[4:]
    assert second["next"] is None


def test_an_operation_that_never_was_is_not_found(client: FlaskClient, as_moderator: Headers) -> None:
    assert client.get(f"{OPERATIONS}/{NOBODYS}", headers=as_moderator).status_code == 404


# --- The same request twice ------------------------------------------------------------------------------------------


def test_the_same_key_and_body_start_one_operation(
    client: FlaskClient, app: Flask, pending: list[int], as_moderator: Headers
) -> None:
    once = as_moderator | {"Idempotency-Key": "k"}
    first, again = (operate(client, once, "approve", pending) for _ in range(2))
    assert (first.status_code, first.get_json()) == (again.status_code, again.get_json())
    other = operate(client, once, "spam", pending)
    assert (other.status_code, codes(other)) == (422, [("Idempotency-Key", "idempotency_key_reused")])
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Operation)) == 1


def test_the_same_key_and_filter_start_one_operation(
    client: FlaskClient, app: Flask, many: list[int], few_at_once: None, as_moderator: Headers
) -> None:
    once, as_of = as_moderator | {"Idempotency-Key": "k"}, (NOON + timedelta(hours=1)).isoformat()
    first = operate_on_filter(client, once, "approve", {}, expected=7, as_of=as_of)
    work_off(app)
    again = operate_on_filter(client, once, "approve", {}, expected=7, as_of=as_of)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.headers["Location"] == again.headers["Location"]


def test_another_actor_s_key_is_another_key(
    client: FlaskClient, pending: list[int], as_moderator: Headers, as_editor: Headers
) -> None:
    operate(client, as_moderator | {"Idempotency-Key": "k"}, "approve", pending)
    other = operate(client, as_editor | {"Idempotency-Key": "k"}, "approve", pending)
    assert {result["code"] for result in other.get_json()["results"]} == {"changed_since"}


def test_comments_keep_who_decided(client: FlaskClient, app: Flask, pending: list[int], as_moderator: Headers) -> None:
    clock.use(lambda: NOON)
    operate(client, as_moderator, "approve", pending)
    with app.app_context():
        row = db.session.get_one(Comment, pending[0])
        assert (row.decided_by, row.decided_at, row.version) == ("test moderator", NOON, 2)
