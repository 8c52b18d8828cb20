"""What becomes of a comment, and what its author learns of that."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.comments.models import Comment
from app.ground.db import db
from tests.conftest import READER, Headers
from tests.contract import ContractClient

Reply = Callable[..., Any]
Settle = Callable[..., None]


@pytest.fixture
def settle(client: ContractClient, as_admin: Headers) -> Settle:
    """Change discussion settings: `settle(hold_all=True)`."""

    def change(**settings: object) -> None:
        seen = client.get("/api/v1/settings").headers["ETag"]
        answer = client.patch("/api/v1/settings", json=settings, headers=as_admin | {"If-Match": seen})
        assert answer.status_code == 200, answer.text

    return change


@pytest.fixture
def disallow(client: ContractClient, as_moderator: Headers) -> Callable[..., int]:
    """Add a word: `disallow("casino", kind="moderation")`."""

    def add(pattern: str, kind: str = "disallowed", mode: str = "word") -> int:
        body = {"pattern": pattern, "kind": kind, "mode": mode}
        answer = client.post("/api/v1/moderation/words", json=body, headers=as_moderator)
        assert answer.status_code == 201, answer.text
        return int(answer.json["id"])

    return add


def approve(client: ContractClient, comment_id: int, headers: Headers) -> None:
    version = client.get(f"/api/v1/moderation/comments/{comment_id}", headers=headers).headers["ETag"]
    url = f"/api/v1/moderation/comments/{comment_id}/approve"
    assert client.post(url, headers=headers | {"If-Match": version}).status_code == 200


def line(app: Flask, comment_id: int, check: str) -> dict[str, Any]:
    with app.app_context():
        reasons = db.session.scalars(select(Comment.reasons).where(Comment.id == comment_id)).one()
    return next(reason for reason in reasons if reason["check"] == check)


def outcome(answer: Any) -> tuple[int, str, str | None]:  # noqa: ANN401 (werkzeug's test response)
    return answer.status_code, answer.json["status"], answer.json["reason"]


HELD = (202, "pending", "first_comment")


class TestTrust:
    def test_a_receipt_of_an_approved_comment_by_the_same_pair_gives_standing(
        self, client: ContractClient, reply: Reply, as_moderator: Headers
    ) -> None:
        first = reply().json
        approve(client, first["comment"]["id"], as_moderator)
        assert outcome(reply(content="Again.", receipt=first["receipt"])) == (201, "approved", None)

    def test_the_pair_alone_gives_none(self, client: ContractClient, reply: Reply, as_moderator: Headers) -> None:
        approve(client, reply().json["comment"]["id"], as_moderator)
        assert outcome(reply(content="Again.")) == HELD

    def test_a_receipt_of_a_held_comment_gives_none_even_where_the_pair_was_approved(
        self, client: ContractClient, reply: Reply, as_moderator: Headers
    ) -> None:
        approve(client, reply().json["comment"]["id"], as_moderator)
        claimed = reply(content="I say I am Ada.").json
        assert outcome(reply(content="Again.", receipt=claimed["receipt"])) == HELD

    @pytest.mark.parametrize(
        "other", [{"author_email": "eve@example.org"}, {"author_name": "Eve"}, {"receipt": "1-x-k1.y"}]
    )
    def test_a_receipt_of_somebody_else_gives_none(
        self, client: ContractClient, reply: Reply, as_moderator: Headers, other: dict[str, str]
    ) -> None:
        first = reply().json
        approve(client, first["comment"]["id"], as_moderator)
        assert outcome(reply(**{"content": "Again.", "receipt": first["receipt"]} | other)) == HELD

    def test_claimed_trust_believes_the_pair(
        self, client: ContractClient, reply: Reply, as_moderator: Headers, settle: Settle
    ) -> None:
        settle(trust="claimed")
        approve(client, reply().json["comment"]["id"], as_moderator)
        assert outcome(reply(content="Again.")) == (201, "approved", None)

    def test_nobody_has_to_be_known_where_the_check_is_off(self, reply: Reply, settle: Settle) -> None:
        settle(hold_first_comment=False)
        assert outcome(reply()) == (201, "approved", None)


def test_all_are_held_where_the_site_says_so(reply: Reply, settle: Settle) -> None:
    settle(hold_all=True)
    assert outcome(reply()) == (202, "pending", "all_held")


@pytest.mark.parametrize(("links", "status"), [(1, 201), (2, 202)])
def test_links_hold_from_the_limit_on_bare_ones_too(reply: Reply, settle: Settle, links: int, status: int) -> None:
    settle(hold_first_comment=False)
    text = " and ".join(["https://a.example/", "[b](https://b.example/)"][:links])
    assert reply(content=text).status_code == status


def test_a_limit_of_no_links_switches_the_check_off(reply: Reply, settle: Settle) -> None:
    settle(hold_first_comment=False, link_limit=0)
    assert reply(content="https://a.example/ https://b.example/ https://c.example/").status_code == 201


def test_a_moderation_word_holds_and_the_reasons_name_its_id_and_the_field(
    app: Flask, reply: Reply, settle: Settle, disallow: Callable[..., int]
) -> None:
    settle(hold_first_comment=False)
    word = disallow("casino", kind="moderation")
    answer = reply(author_name="Casino Ada")
    assert outcome(answer) == (202, "pending", "review")
    seen = line(app, answer.json["comment"]["id"], "moderation_words")
    assert (seen["result"], seen["saw"]) == ("hold", [{"word_id": word, "field": "author_name"}])


@pytest.mark.parametrize(
    ("pattern", "field"),
    [
        ("rubbish", {"content": "So much RUBBISH."}),
        ("two words", {"content": "<b>two</b> words, two  words"}),
        ("eve@example.org", {"author_email": "Eve@Example.ORG"}),
        ("spam.example", {"author_website": "https://spam.example/buy"}),
        ("127.0.0.1", {}),
        ("werkzeug*", {}),
    ],
)
def test_a_disallowed_word_trashes_wherever_it_is(
    app: Flask, reply: Reply, disallow: Callable[..., int], pattern: str, field: dict[str, str]
) -> None:
    disallow(pattern)
    answer = reply(**field)
    with app.app_context():
        assert db.session.scalars(select(Comment.status)).one() == "trash"
    assert outcome(answer) == (202, "pending", "review")


def test_trash_by_a_rule_is_told_exactly_as_held(
    client: ContractClient, reply: Reply, disallow: Callable[..., int], configure: Callable[..., None]
) -> None:
    disallow("casino", kind="moderation")
    disallow("rubbish")

    def story(word: str) -> list[Any]:
        """All that the author of a text with this word can find out."""
        posted = reply(content=f"Some {word}.")
        receipt = client.get(posted.headers["Location"])
        again = reply(content=f"Some {word}.")
        configure(flood_seconds=15)
        fast = reply(content="Something else.")
        configure(flood_seconds=0)
        told = [posted, receipt, again, fast]
        return [(answer.status_code, shape(answer, word), sorted(answer.headers.keys())) for answer in told]

    def shape(answer: Any, word: str) -> dict[str, Any]:  # noqa: ANN401 (werkzeug's test response)
        changing = {"id", "created_at", "permalink", "receipt", "instance"}
        plain = {name: value for name, value in answer.json.items() if name not in changing}
        if "comment" in plain:
            plain["comment"] = {name: v for name, v in plain["comment"].items() if name not in changing}
        return {name: str(value).replace(word, "WORD") for name, value in plain.items()}

    held, trashed = story("casino"), story("rubbish")
    assert held == trashed


def test_no_answer_tells_whether_an_address_is_the_one_behind_a_visible_comment(
    client: ContractClient, slug: str, reply: Reply, as_moderator: Headers, configure: Callable[..., None]
) -> None:
    approve(client, reply().json["comment"]["id"], as_moderator)
    configure(posts_per_hour_per_email=1)

    def told(email: str, content: str, address: str) -> Any:  # noqa: ANN401 (plain JSON)
        answer = client.post(
            f"/api/v1/articles/{slug}/comments",
            json=READER | {"author_email": email, "content": content},
            environ_base={"REMOTE_ADDR": address},
        )
        body = dict(answer.json or {})
        comment = dict(body.pop("comment", {}))
        for name in ("receipt", "instance"):
            body.pop(name, None)
        for name in ("id", "created_at", "permalink"):
            comment.pop(name, None)
        headers = {
            name: value for name, value in answer.headers if name not in {"Location", "X-Request-Id", "RateLimit"}
        }
        headers.pop("Content-Length", None)
        return answer.status_code, body, comment, headers

    for content in ("Another thought.", READER["content"], "https://a.example https://b.example"):
        right = told("ada@example.org", content, "192.0.2.1")
        wrong = told("not-ada@example.org", content + " ", "192.0.2.2") if content != READER["content"] else told(
            "not-ada@example.org", content, "192.0.2.2")  # fmt: skip
        assert right == wrong


def test_what_a_stranger_posts_under_another_name_does_not_count_with_an_address_s_owner(
    app: Flask, reply: Reply, configure: Callable[..., None]
) -> None:
    configure(posts_per_hour_per_email=1)
    reply()
    stranger = reply(author_name="X", content="Is it this one?").json["comment"]["id"]
    assert line(app, stranger, "limit_by_email")["saw"] == 0


def test_a_check_that_cannot_run_holds_and_says_so(
    app: Flask, reply: Reply, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    from app.comments import circumstances

    settle(hold_first_comment=False)

    def away(*_args: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(circumstances, "words_for_checks", away)
    answer = reply()
    assert outcome(answer) == (202, "pending", "review")
    assert line(app, answer.json["comment"]["id"], "moderation_words")["code"] == "check_failed"
