"""Does it say whether it is well, to whom it may, and without a word too many?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app.comments.figures import GAUGES
from app.ground import clock
from app.ground.db import transaction
from app.limits import limiter
from app.site import health
from tests.rows import NOON, a_comment, an_article

TOKEN = "a-token-that-nobody-guesses"
Configure = Callable[..., None]


def figures(answer: TestResponse) -> dict[tuple[str, str], float]:
    """The samples of an answer by their name and their first label's value."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Just these gauges, whatever the application shows beside them."""
    monkeypatch.setattr(health, "_gauges", {gauge.name: gauge for gauge in GAUGES})


# --- Alive and ready


def test_it_is_alive(client: FlaskClient) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_is_ready_with_a_database_that_is_migrated(client: FlaskClient) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ready", "database": "ok", "changes": "ok", "limits": "counting in this process", "proxies": "ok"
    }  # fmt: skip
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("stored", "status"), [("0000", 503), ("9999", 200)], ids=["an older database", "a newer database"]
)
def test_it_serves_a_database_as_new_as_itself_or_newer(
    app: Flask, client: FlaskClient, stored: str, status: int
) -> None:
    with app.app_context(), transaction() as session:
        known = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = :stored"), {"stored": stored})
    try:
        assert client.get("/health/ready").status_code == status
    finally:
        with app.app_context(), transaction() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :known"), {"known": known})


def test_without_migrations_it_is_not_ready_and_says_when_to_ask_again(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction() as session:
        session.execute(text("ALTER TABLE alembic_version RENAME TO elsewhere"))
    try:
        answer = client.get("/health/ready")
    finally:
        with app.app_context(), transaction() as session:
            session.execute(text("ALTER TABLE elsewhere RENAME TO alembic_version"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["database"] == "not migrated"


def test_a_database_that_is_away_is_told_without_its_address(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "is_up_to_date", _away)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["database"] == "away"
    assert "db.internal" not in answer.text


def _away() -> bool:
    raise OperationalError("SELECT 1", {}, Exception("could not connect to db.internal"))


@dataclass(frozen=True)
class _Store:
    is_there: bool

    def check(self) -> bool:
        return self.is_there


@pytest.mark.parametrize(
    ("store", "said"),
    [(_Store(is_there=True), "ok"), (_Store(is_there=False), "away: counting in this process")],
    ids=["there", "away"],
)
def test_without_the_store_of_the_limits_it_still_serves(
    client: FlaskClient, configure: Configure, monkeypatch: pytest.MonkeyPatch, store: object, said: str
) -> None:
    configure(redis_url="redis://redis.internal")
    monkeypatch.setattr(limiter, "_storage", store)
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["limits"] == said
    assert "internal" not in answer.text


def test_a_proxy_that_nobody_declared_is_told(app: Flask, client: FlaskClient) -> None:
    client.get("/health/live", headers={"X-Forwarded-For": "203.0.113.9"})
    try:
        answer = client.get("/health/ready")
        assert answer.json is not None
        assert answer.json["proxies"].startswith("undeclared")
        assert "203.0.113.9" not in answer.text
    finally:
        app.extensions["rejoinder.proxies"].undeclared_proxy_seen = False


# --- Figures


def test_without_a_token_this_machine_alone_sees_the_figures(client: FlaskClient) -> None:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "rejoinder_requests_total" in answer.text


@pytest.mark.parametrize("address", ["203.0.113.9", "10.0.0.1", "2001:db8::1", "", "nonsense"])
def test_without_a_token_nobody_else_does(client: FlaskClient, address: str) -> None:
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 404
    assert "rejoinder_requests_total" not in answer.text


def test_who_says_to_be_this_machine_is_not_believed(client: FlaskClient) -> None:
    answer = client.get(
        "/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}, headers={"X-Forwarded-For": "127.0.0.1"}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("address", ["127.0.0.1", "203.0.113.9"])
def test_with_a_token_its_holder_sees_the_figures_from_anywhere(
    client: FlaskClient, configure: Configure, address: str
) -> None:
    configure(metrics_token=TOKEN)
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("sent", [None, "Bearer wrong", f"Basic {TOKEN}", "Bearer ", f"Bearer {TOKEN}x", "Bearer ü"])
def test_with_a_token_nobody_else_does_not_even_from_here(
    client: FlaskClient, configure: Configure, sent: str | None
) -> None:
    configure(metrics_token=TOKEN)
    answer = client.get("/metrics", headers={"Authorization": sent} if sent else {})
    assert answer.status_code == 404


def test_comments_are_counted_by_status(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for number in (1, 2):
            article = an_article(f"article-{number}")
            a_comment(article)
            a_comment(article, status="spam")
    shown = figures(client.get("/metrics"))
    assert {status: shown["rejoinder_comments", status] for status in ("approved", "pending", "spam", "trash")} == {
        "approved": 2, "pending": 0, "spam": 2, "trash": 0
    }  # fmt: skip


def test_the_oldest_held_comment_says_how_long_it_has_waited(app: Flask, client: FlaskClient) -> None:
    assert figures(client.get("/metrics"))["rejoinder_oldest_pending_seconds", ""] == 0
    with app.app_context():
        article = an_article()
        for minutes in (10, 90, 30):
            a_comment(article, status="pending", created_at=NOON - timedelta(minutes=minutes))
        a_comment(article, created_at=NOON - timedelta(minutes=500))
    clock.use(lambda: NOON)
    assert figures(client.get("/metrics"))["rejoinder_oldest_pending_seconds", ""] == 90 * 60


def test_the_process_s_own_figures_are_told_while_the_database_is_away(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    away = health.Gauge(name="away", meaning="of a database that is away", read=lambda: {"": float(_away())})
    monkeypatch.setattr(health, "_gauges", {"away": away})
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert "rejoinder_requests_total" in answer.text
    assert [vars(record)["error_type"] for record in caplog.records] == ["OperationalError"]


def test_a_request_is_counted_under_its_route_s_template(client: FlaskClient) -> None:
    client.get("/api/v1/receipts/a-private-token")
    assert "a-private-token" not in client.get("/metrics").text


def test_behind_a_proxy_figures_need_the_token(client: FlaskClient) -> None:
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404
