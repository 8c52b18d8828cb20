"""A reader leaves a reply."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.comments.models import Comment
from app.ground import clock
from app.ground.db import db
from tests.conftest import READER, Headers
from tests.contract import ContractClient

Reply = Callable[..., Any]


def stored(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Comment)) or 0


def codes(answer: Any) -> dict[str, str]:  # noqa: ANN401 (werkzeug's test response)
    return {error["field"]: error["code"] for error in answer.json["errors"]}


def test_a_first_comment_is_held_and_its_receipt_says_so(client: ContractClient, reply: Reply) -> None:
    answer = reply()
    assert (answer.status_code, answer.json["status"], answer.json["reason"]) == (202, "pending", "first_comment")
    seen = client.get(answer.headers["Location"])
    assert (seen.json["status"], seen.json["reason"]) == ("pending", "first_comment")
    assert seen.json["source"] == READER["content"]
    assert seen.headers["Cache-Control"] == "no-store"
    assert seen.headers["Referrer-Policy"] == "no-referrer"


def test_a_comment_by_staff_is_visible_at_once_under_the_account_s_name(
    client: ContractClient, reply: Reply, as_moderator: Headers
) -> None:
    answer = reply(headers=as_moderator, author_name="Somebody else")
    assert answer.status_code == 201
    shown = client.get(answer.headers["Location"]).json
    assert shown["author"] == answer.json["comment"]["author"]
    assert (shown["author"]["name"], shown["author"]["is_staff"]) == ("test moderator", True)


def test_everything_that_is_wrong_is_told_at_once(reply: Reply, app: Flask) -> None:
    answer = reply(
        content=" \u200b",
        author_name="",
        author_email="ada@ada",
        author_website="javascript:alert(1)",
        parent_id=4711,
        section="nowhere",
    )
    assert answer.status_code == 422
    assert codes(answer) == {
        "content": "content_required",
        "author_name": "author_name_required",
        "author_email": "email_invalid",
        "author_website": "website_invalid",
        "parent_id": "parent_not_available",
        "section": "section_not_available",
    }
    assert stored(app) == 0


def test_a_refusal_names_lengths_and_never_what_was_typed(reply: Reply) -> None:
    answer = reply(author_name="n" * 246)
    assert answer.json["errors"] == [
        {
            "field": "author_name",
            "code": "too_long",
            "limit": 245,
            "actual": 246,
            "message": "This is too long: 246 characters, where 245 fit.",
        }
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [("de-CH, en;q=0.5", "Bitte"), ("fr", "Veuillez"), ("ko-KR", "입력해"), ("tlh", "Please"), (None, "Please")],
)
def test_refusals_speak_the_reader_s_language(reply: Reply, language: str | None, words: str) -> None:
    answer = reply(headers={"Accept-Language": language} if language else None, author_name="")
    assert words in answer.json["errors"][0]["message"]
    assert answer.headers["Content-Language"] == {"Bitte": "de", "Veuillez": "fr", "입력해": "ko"}.get(words, "en")


@pytest.mark.parametrize("value", [7, True, ["a"], {"a": 1}], ids=repr)
@pytest.mark.parametrize("field", ["content", "author_name", "author_email", "author_website", "section", "receipt"])
def test_a_text_field_that_is_no_text_is_refused(reply: Reply, field: str, value: object) -> None:
    answer = reply(**{field: value})
    assert codes(answer) == {field: "wrong_type"}


@pytest.mark.parametrize("parent", [0, -1, 2**63, 1.5, True, "1180591620717411303424", "x", "1e3", [1], 4711], ids=repr)
def test_a_parent_that_cannot_be_one_is_not_available(reply: Reply, parent: object) -> None:
    assert codes(reply(parent_id=parent)) == {"parent_id": "parent_not_available"}


def test_a_parent_with_more_digits_than_numbers_have_is_not_available(client: ContractClient, slug: str) -> None:
    body = '{"content": "a", "author_name": "a", "author_email": "a@example.org", "parent_id": 1' + "0" * 400 + "}"
    answer = client.post(f"/api/v1/articles/{slug}/comments", data=body, content_type="application/json")
    assert answer.status_code in {400, 422}


def test_a_held_comment_cannot_be_answered(reply: Reply) -> None:
    held = reply().json["comment"]["id"]
    assert codes(reply(content="To that.", parent_id=held)) == {"parent_id": "parent_not_available"}


def test_a_comment_of_another_article_cannot_be_answered(
    reply: Reply, an_article: Callable[..., str], client: ContractClient, as_moderator: Headers
) -> None:
    other = an_article(title="Another")
    there = client.post(f"/api/v1/articles/{other}/comments", json={"content": "There."}, headers=as_moderator)
    assert codes(reply(parent_id=there.json["comment"]["id"])) == {"parent_id": "parent_not_available"}


def test_a_reply_to_a_section_that_went_meanwhile_finds_where_its_text_is(
    client: ContractClient, slug: str, reply: Reply, as_editor: Headers
) -> None:
    url = f"/api/v1/editing/articles/{slug}"
    seen = client.get(url, headers=as_editor).headers["ETag"]
    merged = "Lead.\n\n## Second thoughts\n\nWhat comes first.\n\nWhat comes second.\n"
    client.patch(url, json={"body": merged}, headers=as_editor | {"If-Match": seen})
    assert client.get(f"/api/v1/articles/{slug}/sections/first-things").status_code == 308
    answer = reply(section="first-things")
    assert answer.status_code == 202
    assert codes(reply(content="Else.", section="never-there")) == {"section": "section_not_available"}


def test_a_url_encoded_form_posts_the_same_comment(client: ContractClient, slug: str) -> None:
    answer = client.post(
        f"/api/v1/articles/{slug}/comments", data=READER | {"content": "One\r\ntwo", "remember": "yes"}
    )
    assert answer.status_code == 202
    assert client.get(answer.headers["Location"]).json["source"] == "One\ntwo"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://localhost"}, 202),
        ({"Sec-Fetch-Site": "same-origin"}, 202),
        ({}, 202),
    ],
)
def test_a_form_is_taken_from_our_own_pages_and_from_programs_only(
    client: ContractClient, slug: str, headers: Headers, status: int
) -> None:
    answer = client.post(f"/api/v1/articles/{slug}/comments", data=READER, headers=headers)
    assert answer.status_code == status


def test_a_form_of_our_own_page_is_taken_behind_a_proxy_that_names_another_host(
    client: ContractClient, slug: str, configure: Callable[..., None]
) -> None:
    configure(public_url="https://talk.example.org")
    headers = {"Origin": "https://talk.example.org", "Host": "127.0.0.1:8000"}
    for path in (f"/api/v1/articles/{slug}/comments", f"/articles/{slug}"):
        answer = client.post(path, data=READER | {"content": path}, headers=headers)
        assert answer.status_code in {202, 303}


def test_a_form_from_an_allowed_origin_is_taken(
    client: ContractClient, slug: str, configure: Callable[..., None]
) -> None:
    configure(cors_origins=("https://www.example.org",))
    answer = client.post(
        f"/api/v1/articles/{slug}/comments", data=READER, headers={"Origin": "https://www.example.org"}
    )
    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"content": "\\ud800"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[]", "application/json", 400),
        (b"", "application/json", 400),
        (b"content=a", "text/plain", 415),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 415),
        (b'{"content": "' + b"a" * 1_048_576 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_as_such(
    client: ContractClient, slug: str, body: bytes, content_type: str, status: int
) -> None:
    answer = client.post(f"/api/v1/articles/{slug}/comments", data=body, content_type=content_type)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_an_article_that_is_not_there_is_said_before_the_fields_are_looked_at(client: ContractClient) -> None:
    assert client.post("/api/v1/articles/nothing/comments", json={}).status_code == 404


def test_other_methods_are_told_which_there_are(client: ContractClient, slug: str) -> None:
    answer = client.delete(f"/api/v1/articles/{slug}/comments")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_the_same_words_by_the_same_name_are_stored_once(reply: Reply, app: Flask) -> None:
    reply()
    again = reply(author_name="  ADA ", author_email="else@example.org")
    assert (again.status_code, again.json["code"], again.json["permalink"]) == (409, "duplicate_comment", None)
    assert stored(app) == 1


def test_a_duplicate_of_a_visible_comment_is_shown_where_the_first_is(reply: Reply, as_moderator: Headers) -> None:
    first = reply(headers=as_moderator).json["comment"]
    assert reply(headers=as_moderator).json["permalink"] == first["permalink"]


def test_another_text_another_name_or_another_parent_is_no_duplicate(reply: Reply, as_moderator: Headers) -> None:
    parent = reply(headers=as_moderator, content="Root").json["comment"]["id"]
    answers = [
        reply(),
        reply(content="Another thought."),
        reply(author_name="Grace"),
        reply(parent_id=parent),
    ]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 202]


def test_two_comments_within_fifteen_seconds_are_too_fast(
    app: Flask, reply: Reply, configure: Callable[..., None]
) -> None:
    configure(flood_seconds=15)
    start = clock.now()
    clock.use(lambda: start)
    assert reply().status_code == 202
    clock.use(lambda: start + timedelta(seconds=5))
    refused = reply(content="And another.")
    assert (refused.status_code, refused.json["code"], refused.headers["Retry-After"]) == (429, "too_fast", "10")
    assert {"RateLimit", "RateLimit-Policy"} <= set(refused.headers.keys())
    assert stored(app) == 1
    clock.use(lambda: start + timedelta(seconds=15))
    assert reply(content="And another.").status_code == 202


def test_a_refused_comment_does_not_make_its_sender_wait(reply: Reply, configure: Callable[..., None]) -> None:
    configure(flood_seconds=15)
    assert reply(author_email="ada").status_code == 422
    assert reply().status_code == 202


def test_moderators_are_never_too_fast(reply: Reply, configure: Callable[..., None], as_moderator: Headers) -> None:
    configure(flood_seconds=15)
    answers = [reply(headers=as_moderator, content=f"Answer {n}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]


def test_an_address_may_post_so_many_in_an_hour(reply: Reply, configure: Callable[..., None]) -> None:
    configure(posts_per_hour_per_address=2)
    start = (clock.now() + timedelta(hours=1)).replace(minute=50, second=0, microsecond=0)
    clock.use(lambda: start)
    assert [reply(content=f"Thought {n}").status_code for n in range(3)] == [202, 202, 429]
    assert reply(content="Thought 3").headers["Retry-After"] == "600"
    clock.use(lambda: start + timedelta(minutes=10))
    assert reply(content="Thought 3").status_code == 202


def test_attempts_are_limited_before_the_body_is_read(reply: Reply, configure: Callable[..., None]) -> None:
    configure(limit_attempts="2 per minute")
    answers = [reply(author_name="") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert answers[2].headers["RateLimit-Policy"] == '"attempts";q=2;w=60'
    assert answers[0].headers["RateLimit"].startswith('"attempts";r=1;t=')
    assert answers[2].json["detail"] == "Too many requests: slow down, then try again."
    in_korean = reply(headers={"Accept-Language": "ko"})
    assert (in_korean.status_code, in_korean.json["detail"]) == (
        429,
        "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.",
    )


@pytest.mark.parametrize(
    ("setting", "check"),
    [
        ("posts_per_hour_per_email", "limit_by_email"),
        ("posts_per_minute_per_article", "limit_on_article"),
        ("posts_per_minute", "limit_on_site"),
    ],
)
def test_over_a_limit_that_is_not_the_sender_s_a_comment_is_held(
    app: Flask, reply: Reply, configure: Callable[..., None], setting: str, check: str
) -> None:
    configure(**{setting: 1})
    reply()
    assert reply(content="One more.").status_code == 202
    with app.app_context():
        comment = db.session.scalars(select(Comment).order_by(Comment.id.desc())).first()
        assert comment is not None
        line = next(line for line in comment.reasons if line["check"] == check)
    assert line == {"check": check, "code": "limit_reached", "saw": 1, "threshold": 1, "result": "hold"}


def test_a_closed_discussion_says_why_and_since_when(
    client: ContractClient, reply: Reply, slug: str, as_moderator: Headers
) -> None:
    client.post(f"/api/v1/moderation/articles/{slug}/close", headers=as_moderator)
    answer = reply()
    assert (answer.status_code, answer.json["code"], answer.json["reason"]) == (
        403,
        "discussion_closed",
        "switched_off",
    )
    assert answer.json["since"]


def test_a_preview_renders_and_stores_nothing(client: ContractClient, slug: str, app: Flask) -> None:
    answer = client.post(f"/api/v1/articles/{slug}/comments/preview", json={"content": "*so* <b>"})
    assert answer.json == {"html": "<p><em>so</em> &lt;b&gt;</p>\n"}
    assert stored(app) == 0


def test_a_preview_of_nothing_is_refused(client: ContractClient, slug: str) -> None:
    answer = client.post(f"/api/v1/articles/{slug}/comments/preview", json={"content": " "})
    assert codes(answer) == {"content": "content_required"}


def test_a_text_keeps_every_character_and_its_rendering_is_safe(client: ContractClient, reply: Reply) -> None:
    hostile = "<script>alert(1)</script> [x](javascript:alert(1)) ![i](https://example.org/i.png) \\o/ 안녕 مرحبا"
    answer = reply(content=hostile)
    seen = client.get(answer.headers["Location"]).json
    assert seen["source"] == hostile
    assert "<script" not in seen["html"]
    assert "javascript:" not in seen["html"].replace("(javascript:", "")
    assert "<img" not in seen["html"]


class TestIdempotencyKeys:
    KEY = {"Idempotency-Key": "6ad2ef54-5ac1-4d0a-a3a0-2f1c5d0c7e11"}

    def test_the_same_request_again_is_answered_alike_and_stored_once(self, reply: Reply, app: Flask) -> None:
        first, second = reply(headers=self.KEY), reply(headers=self.KEY)
        assert (second.status_code, second.json) == (first.status_code, first.json)
        assert second.headers["Location"] == first.headers["Location"]
        assert stored(app) == 1

    def test_another_body_under_the_same_key_is_refused(self, reply: Reply) -> None:
        reply(headers=self.KEY)
        assert codes(reply(headers=self.KEY, content="Else.")) == {"Idempotency-Key": "idempotency_key_reused"}

    def test_another_form_under_the_same_key_is_refused(self, client: ContractClient, slug: str) -> None:
        url = f"/api/v1/articles/{slug}/comments"
        assert client.post(url, data=READER, headers=self.KEY).status_code == 202
        assert client.post(url, data=READER, headers=self.KEY).status_code == 202
        refused = client.post(url, data=READER | {"content": "Else."}, headers=self.KEY)
        assert (refused.status_code, codes(refused)) == (422, {"Idempotency-Key": "idempotency_key_reused"})

    def test_a_refusal_is_not_remembered(self, reply: Reply) -> None:
        assert reply(headers=self.KEY, author_name="").status_code == 422
        assert reply(headers=self.KEY).status_code == 202

    def test_a_replay_comes_before_a_closed_discussion(
        self, client: ContractClient, reply: Reply, slug: str, as_moderator: Headers
    ) -> None:
        reply(headers=self.KEY)
        client.post(f"/api/v1/moderation/articles/{slug}/close", headers=as_moderator)
        assert reply(headers=self.KEY).status_code == 202

    def test_a_replay_is_not_too_fast(self, reply: Reply, configure: Callable[..., None]) -> None:
        configure(flood_seconds=15)
        assert [reply(headers=self.KEY).status_code for _ in range(2)] == [202, 202]

    def test_a_key_is_forgotten_after_a_day(self, reply: Reply) -> None:
        start = clock.now()
        reply(headers=self.KEY)
        clock.use(lambda: start + timedelta(hours=25))
        assert reply(headers=self.KEY, content="Else.").status_code == 202

    def test_a_replay_of_what_was_erased_since_is_not_there(
        self, client: ContractClient, reply: Reply, as_moderator: Headers
    ) -> None:
        url = f"/api/v1/moderation/comments/{reply(headers=self.KEY).json['comment']['id']}?force=true"
        assert client.delete(url, headers=as_moderator | {"If-Match": "*"}).status_code in {200, 204}
        assert reply(headers=self.KEY).status_code == 404

    def test_another_network_address_has_keys_of_its_own(self, client: ContractClient, slug: str) -> None:
        url = f"/api/v1/articles/{slug}/comments"
        client.post(url, json=READER, headers=self.KEY, environ_base={"REMOTE_ADDR": "192.0.2.1"})
        other = client.post(url, json=READER, headers=self.KEY, environ_base={"REMOTE_ADDR": "192.0.2.2"})
        assert other.status_code == 409

    @pytest.mark.parametrize("key", ["", "k" * 256])
    def test_a_key_of_no_or_of_too_many_characters_is_refused(self, reply: Reply, key: str) -> None:
        assert codes(reply(headers={"Idempotency-Key": key})) == {"Idempotency-Key": "idempotency_key_invalid"}
