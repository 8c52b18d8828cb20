"""What holds for every answer."""

import json
import logging
from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

import pytest
from flask import Flask
from openapi_spec_validator import validate
from sqlalchemy.exc import OperationalError

from app.ground.observe import JsonLines
from tests.conftest import READER, Headers
from tests.contract import ContractClient


def test_the_contract_is_valid_openapi(client: ContractClient) -> None:
    document: Any = client.get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_operation_has_a_summary_and_its_refusals_are_problems(client: ContractClient) -> None:
    document: Any = client.get("/api/v1/openapi.json").json
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            assert operation.get("summary"), (method, path)
            for status, response in operation["responses"].items():
                if int(status) >= 400 and "content" in response:
                    assert list(response["content"]) == ["application/problem+json"], (method, path, status)


@pytest.mark.parametrize(
    "url",
    [
        "/api/v1",
        "/api/v1/nothing",
        "/api/v1/comments/0",
        "/api/v1/comments/-1",
        "/api/v1/comments/9223372036854775808",
        "/api/v1/articles/%00",
        "/api/v1/articles/%ff",
    ],
)
def test_what_is_not_there_is_a_problem_with_a_code(client: ContractClient, url: str) -> None:
    answer: Any = client.get(url)
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (404, "application/problem+json", "not_found")
    assert answer.json["instance"] == f"urn:uuid:{answer.headers['X-Request-Id']}"


@pytest.mark.parametrize("url", ["/api/v1/articles", "/api/v1/nothing", "/health/live"])
def test_every_answer_carries_the_security_headers(client: ContractClient, url: str) -> None:
    headers = client.get(url).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Referrer-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_head_is_a_get_without_its_body(client: ContractClient, slug: str) -> None:
    url = f"/api/v1/articles/{slug}/comments"
    got, head = client.get(url), client.head(url)
    assert head.data == b""
    assert head.headers["ETag"] == got.headers["ETag"]
    assert client.head(url, headers={"If-None-Match": got.headers["ETag"]}).status_code == 304


def test_a_public_answer_is_the_same_whoever_asks(client: ContractClient, slug: str, as_admin: Headers) -> None:
    for url in (
        f"/api/v1/articles/{slug}",
        f"/api/v1/articles/{slug}/comments",
        "/api/v1/articles",
        "/api/v1/settings",
    ):
        guest, admin = client.get(url), client.get(url, headers=as_admin)
        assert (guest.data, guest.headers["ETag"]) == (admin.data, admin.headers["ETag"])
        assert "RateLimit" not in guest.headers


class TestOtherOrigins:
    ORIGIN = "https://www.example.org"

    @pytest.fixture
    def shared(self, another_app: Callable[..., Flask]) -> ContractClient:
        """A client of an application that shares with one origin and this machine."""
        return cast(ContractClient, another_app(CORS_ORIGINS=f"{self.ORIGIN}, loopback").test_client())

    @pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:5173", "http://127.0.0.1", "http://[::1]:3000"])
    def test_an_allowed_one_may_write_and_see_the_headers_it_needs(self, shared: ContractClient, origin: str) -> None:
        answer = shared.post("/api/v1/articles/a/comments", json=READER, headers={"Origin": origin})
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert {"ETag", "Link", "Location", "Retry-After"} <= set(
            answer.headers["Access-Control-Expose-Headers"].split(", ")
        )
        assert "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer.headers

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "https://localhost.evil.example", "null", "http://[", ""]
    )
    def test_another_may_not(self, shared: ContractClient, origin: str) -> None:
        answer = shared.post("/api/v1/articles/a/comments", json=READER, headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in answer.headers

    @pytest.mark.parametrize("origin", [ORIGIN, "https://evil.example", None])
    def test_what_is_public_is_one_answer_for_all_of_them(self, shared: ContractClient, origin: str | None) -> None:
        answer = shared.get("/api/v1/articles", headers={"Origin": origin} if origin else {})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
        assert "Origin" not in answer.headers.get("Vary", "")

    @pytest.mark.parametrize("path", ["/metrics", "/health/ready", "/api/v1/receipts/none", "/api/v1/session"])
    def test_what_is_not_public_is_not_for_all_of_them(self, shared: ContractClient, path: str) -> None:
        answer = shared.open(path, headers={"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in answer.headers

    def test_a_preflight_names_methods_and_headers(self, shared: ContractClient) -> None:
        asked = {"Origin": self.ORIGIN, "Access-Control-Request-Method": "POST"}
        answer = shared.options("/api/v1/articles/a/comments", headers=asked)
        assert answer.status_code == 200
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        for header in ("Content-Type", "Idempotency-Key", "If-Match", "Authorization"):
            assert header in answer.headers["Access-Control-Allow-Headers"]

    def test_without_allowed_origins_nothing_is_shared(self, client: ContractClient) -> None:
        answer = client.get("/api/v1/articles", headers={"Origin": self.ORIGIN})
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Vary" not in answer.headers


def test_a_busy_database_is_503_with_retry_after(
    app: Flask, client: ContractClient, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.comments import actions

    def busy(*_args: object, **_options: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    monkeypatch.setattr(actions, "lock_discussions", busy)
    answer: Any = client.post(f"/api/v1/articles/{slug}/comments", json=READER)
    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (503, "unavailable", "1")


def test_a_crash_is_500_without_a_word_of_what_was_typed(
    app: Flask, client: ContractClient, slug: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from app.comments import actions

    def crash(*_args: object, **_options: object) -> None:
        raise ValueError("secret words")

    monkeypatch.setattr(actions, "lock_discussions", crash)
    caplog.set_level(logging.DEBUG)
    answer = app.test_client().open(f"/api/v1/articles/{slug}/comments", method="POST", json=READER)
    assert answer.status_code == 500
    written = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert "ValueError" in written
    assert "secret" not in written + answer.text


def test_the_access_log_names_the_route_and_neither_path_nor_address(
    client: ContractClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="rejoinder.access")
    client.get("/api/v1/receipts/very-secret?x=also-secret")
    line = json.loads(JsonLines().format(caplog.records[-1]))
    assert (line["route"], line["status"], line["method"]) == ("/api/v1/receipts/<token>", 404, "GET")
    assert "secret" not in json.dumps(line)
    assert "127.0.0.1" not in json.dumps(line)


@pytest.mark.parametrize("setting", ["limit_reading", "limit_preview", "limit_moderation"])
def test_each_limit_is_counted_and_answered_with_429(
    client: ContractClient, slug: str, as_moderator: Headers, configure: Callable[..., None], setting: str
) -> None:
    asked: dict[str, Callable[[], Any]] = {
        "limit_reading": lambda: client.get(f"/api/v1/articles?not-ready={uuid4()}"),
        "limit_preview": lambda: client.post(f"/api/v1/articles/{slug}/comments/preview", json={"content": "a"}),
        "limit_moderation": lambda: client.get("/api/v1/moderation/queue", headers=as_moderator),
    }
    configure(**{setting: "2 per minute"})
    answers = [asked[setting]() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert "RateLimit" in answers[2].headers


def test_an_ipv6_client_is_its_network(client: ContractClient, configure: Callable[..., None]) -> None:
    configure(limit_reading="1 per minute")

    def read(address: str) -> int:
        url = f"/api/v1/articles?not-ready={uuid4()}"
        return int(client.get(url, environ_base={"REMOTE_ADDR": address}).status_code)

    assert [read("2001:db8::1"), read("2001:db8::2"), read("2001:db8:0:1::1")] == [200, 429, 200]
    assert [read("192.0.2.1"), read("::ffff:192.0.2.1"), read("192.0.2.2")] == [200, 429, 200]
