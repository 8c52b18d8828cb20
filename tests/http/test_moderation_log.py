"""Can what was decided be read later, and how the moderation is going?"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Executable, delete, update
from sqlalchemy.exc import DatabaseError

from app.articles.models import Section
from app.comments.models import Status
from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import transaction
from app.moderation import figures
from tests.desk import API, address, codes, comments, decide
from tests.rows import NOON, a_comment, an_article

LOG = f"{API}/log"
SUMMARY = f"{API}/summary"
Headers = dict[str, str]


@pytest.fixture
def article(app: Flask) -> int:
    with app.app_context():
        return an_article()


def lines(client: FlaskClient, headers: Headers, **asked: object) -> list[dict[str, Any]]:
    answer = client.get(LOG, query_string=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    return list(answer.get_json()["items"])


# --- The log ---------------------------------------------------------------------------------------------------------


def test_the_log_tells_who_did_what_when_and_why(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    clock.use(lambda: NOON)
    with app.app_context():
        comment = a_comment(article, status=Status.PENDING)
    operation = decide(client, as_moderator, comment, "approve", note="well said").get_json()["operation"]
    (line,) = lines(client, as_moderator, object="comment")
    del line["id"]
    assert line.pop("actor").startswith("token:")
    assert line == {
        "at": "2031-05-20T12:00:00+00:00",
        "actor_name": "test moderator",
        "action": "approve",
        "object_type": "comment",
        "object_id": str(comment),
        "from": "pending",
        "to": "approved",
        "reason": "well said",
        "operation_id": operation["id"],
        "details": {},
    }


def test_the_log_is_read_newest_first_and_narrowed(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, as_editor: Headers
) -> None:
    with app.app_context():
        first, second = comments(article, 2, status=Status.PENDING)
    decide(client, as_moderator, first, "approve")
    decide(client, as_editor, second, "spam")
    decide(client, as_editor, first, "spam", seen=2)
    every = lines(client, as_moderator, object="comment")
    assert [(line["action"], line["object_id"]) for line in every] == [
        ("spam", str(first)), ("spam", str(second)), ("approve", str(first)),
    ]  # fmt: skip
    editor = every[0]["actor"]
    assert [line["id"] for line in lines(client, as_moderator, actor=editor)] == [each["id"] for each in every[:2]]
    assert lines(client, as_moderator, action="approve") == every[2:]
    assert lines(client, as_moderator, object=f"comment:{first}") == [every[0], every[2]]
    assert lines(client, as_moderator, object=f"comment:{first}", actor=editor) == [every[0]]
    assert lines(client, as_moderator, object="comment:4711") == []


def test_the_log_comes_in_pages(client: FlaskClient, app: Flask, article: int, as_moderator: Headers) -> None:
    with app.app_context():
        for comment in comments(article, 5, status=Status.PENDING):
            decide(client, as_moderator, comment, "approve")
    every = lines(client, as_moderator, object="comment")
    first = client.get(LOG, query_string={"object": "comment", "limit": 3}, headers=as_moderator)
    assert first.get_json()["items"] == every[:3]
    assert "object=comment&" in first.headers["Link"]
    rest = {"object": "comment", "limit": 3, "cursor": first.get_json()["next"]}
    second = client.get(LOG, query_string=rest, headers=as_moderator)
    assert (second.get_json()["items"], second.get_json()["next"]) == (every[3:], None)


def test_a_comment_s_history_comes_in_pages(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        comment = a_comment(article, status=Status.PENDING)
    for seen, act in enumerate(["approve", "spam", "hold"], 1):
        decide(client, as_moderator, comment, act, seen=seen)
    path = f"{API}/comments/{comment}/history"
    first = client.get(path, query_string={"limit": 2}, headers=as_moderator).get_json()
    assert [line["action"] for line in first["items"]] == ["hold", "spam"]
    second = client.get(path, query_string={"limit": 2, "cursor": first["next"]}, headers=as_moderator).get_json()
    assert ([line["action"] for line in second["items"]], second["next"]) == (["approve"], None)


@pytest.mark.parametrize("change", [update(AuditEntry).values(actor_name="nobody"), delete(AuditEntry)])
def test_the_log_only_grows(app: Flask, as_moderator: Headers, change: Executable) -> None:
    with app.app_context(), pytest.raises(DatabaseError, match="the audit log only grows"), transaction() as session:
        session.execute(change)


def test_the_log_holds_no_reader_s_data(client: FlaskClient, app: Flask, article: int, as_moderator: Headers) -> None:
    with app.app_context():
        comment = a_comment(article, author_name="Ada Lovelace", source="A thought", **address("ada@example.org"))
    for seen, act in enumerate(["spam", "restore", "pin"], 1):
        decide(client, as_moderator, comment, act, seen=seen)
    client.post(f"{API}/comments/{comment}/reveal-email", headers=as_moderator)
    seen_header = as_moderator | {"If-Match": '"v4"'}
    client.patch(f"{API}/comments/{comment}", json={"author_name": "Augusta"}, headers=seen_header)
    text = client.get(LOG, headers=as_moderator).text
    assert not [each for each in ("Ada", "Augusta", "thought", "ada@example.org") if each in text]


def test_a_guest_reads_neither_log_nor_figures(client: FlaskClient) -> None:
    assert client.get(LOG).status_code == 401
    assert client.get(SUMMARY).status_code == 401


def test_a_log_s_cursor_must_be_one(client: FlaskClient, as_moderator: Headers) -> None:
    answer = client.get(LOG, query_string={"cursor": "x"}, headers=as_moderator)
    assert (answer.status_code, codes(answer)) == (422, [("cursor", "cursor_invalid")])


# --- The figures -----------------------------------------------------------------------------------------------------


def summary(client: FlaskClient, headers: Headers, **asked: object) -> dict[str, Any]:
    answer = client.get(SUMMARY, query_string=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_an_empty_site_has_figures_too(client: FlaskClient, as_moderator: Headers) -> None:
    clock.use(lambda: NOON)
    assert summary(client, as_moderator) == {
        "since": "2031-04-20T12:00:00+00:00",
        "counts": {"pending": 0, "approved": 0, "spam": 0, "trash": 0},
        "oldest_pending_at": None,
        "days": [],
        "time_to_decision": {"decided": 0, "median_seconds": None, "slowest_tenth_seconds": None},
        "busiest_articles": [],
        "busiest_sections": [],
        "reasons": [],
    }


def test_comments_are_counted_by_day_and_outcome(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    clock.use(lambda: NOON)
    today, yesterday = NOON - timedelta(hours=12), NOON - timedelta(hours=12, seconds=1)
    with app.app_context():
        for status, created in [
            (Status.APPROVED, today),
            (Status.APPROVED, NOON),
            (Status.PENDING, today),
            (Status.SPAM, yesterday),
            (Status.TRASH, NOON - timedelta(days=8)),
        ]:
            a_comment(article, status=status, created_at=created)
        a_comment(article, status=Status.TRASH, created_at=today, erased_at=NOON)
    assert summary(client, as_moderator, days=7)["days"] == [
        {"day": "2031-05-19", "approved": 0, "pending": 0, "spam": 1, "trash": 0},
        {"day": "2031-05-20", "approved": 2, "pending": 1, "spam": 0, "trash": 0},
    ]


def test_the_oldest_held_and_the_counts_are_of_all_there_is(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    clock.use(lambda: NOON)
    with app.app_context():
        a_comment(article, status=Status.PENDING, created_at=NOON - timedelta(days=400))
    told = summary(client, as_moderator, days=1)
    assert told["oldest_pending_at"] == "2030-04-15T12:00:00+00:00"
    assert told["counts"]["pending"] == 1


def test_the_time_to_a_decision_has_a_median_and_a_slowest_tenth(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    clock.use(lambda: NOON)
    posted = NOON - timedelta(days=1)
    with app.app_context():
        for minutes in range(1, 11):
            decided_at = posted + timedelta(minutes=minutes)
            a_comment(article, created_at=posted, decided_at=decided_at, decided_by="Grace")
        a_comment(article, created_at=posted)
    assert summary(client, as_moderator)["time_to_decision"] == {
        "decided": 10,
        "median_seconds": 300.0,
        "slowest_tenth_seconds": 540.0,
    }


@pytest.mark.parametrize(
    ("values", "share", "value"),
    [([], 0.5, None), ([7.0], 0.5, 7.0), ([1.0, 2.0], 0.5, 1.0), ([1.0, 2.0, 3.0], 0.5, 2.0), ([1.0, 2.0], 0.9, 2.0)],
)
def test_a_quantile_is_one_of_the_values(values: list[float], share: float, value: float | None) -> None:
    assert figures._quantile(values, share) == value


def test_the_busiest_articles_and_sections_come_first(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    clock.use(lambda: NOON)
    with app.app_context():
        other = an_article("other")
        with transaction() as session:
            section = Section(article_id=other, anchor="one", heading="One", level=2, position=1, html="")
            session.add(section)
        a_comment(article)
        for _ in range(2):
            a_comment(other, section_id=section.id)
        a_comment(other, created_at=NOON - timedelta(days=40))
    told = summary(client, as_moderator)
    assert told["busiest_articles"] == [
        {"slug": "other", "title": "Tides", "comments": 2},
        {"slug": "tides", "title": "Tides", "comments": 1},
    ]
    assert told["busiest_sections"] == [{"slug": "other", "anchor": "one", "heading": "One", "comments": 2}]


def test_the_reasons_for_holding_are_counted(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    clock.use(lambda: NOON)

    def line(check: str, code: str, result: str) -> dict[str, object]:
        return {"check": check, "code": code, "saw": None, "threshold": None, "result": result}

    links, first = line("links", "too_many_links", "hold"), line("first_comment", "first_comment", "hold")
    passed = line("hold_all", "passed", "passed")
    with app.app_context():
        for reasons in ([passed, links, first], [passed, first], [passed]):
            a_comment(article, safe_reason="review", reasons=reasons)
        a_comment(article, safe_reason=None, reasons=[links])
    assert summary(client, as_moderator)["reasons"] == [
        {"check": "first_comment", "code": "first_comment", "comments": 2},
        {"check": "links", "code": "too_many_links", "comments": 1},
    ]


def test_the_figures_take_the_same_statements_however_many_comments_there_are(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers,
    statements: Callable[[], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    clock.use(lambda: NOON)
    numbers = []
    for number in (0, 1, 20):
        with app.app_context():
            comments(article, number, status=Status.PENDING, duplicate_key=None)
        summary(client, as_moderator)
        with statements() as run:
            summary(client, as_moderator)
        numbers.append(len(run))
    assert len(set(numbers)) == 1


@pytest.mark.parametrize("days", [0, 91, "x"])
def test_figures_go_back_ninety_days_at_the_most(client: FlaskClient, as_moderator: Headers, days: object) -> None:
    answer = client.get(SUMMARY, query_string={"days": days}, headers=as_moderator)
    assert answer.status_code == 422
