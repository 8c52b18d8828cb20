"""Does a moderator see what waits, with all it takes to decide, and never an address?"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.articles.models import Section
from app.comments.models import Comment, Status
from app.ground import clock
from app.ground.db import db, transaction
from app.moderation import queue
from tests.desk import API, address, codes, comments, item
from tests.rows import NOON, a_comment, an_article

QUEUE = f"{API}/queue"
SEARCH = f"{API}/search"
Headers = dict[str, str]
Statements = Callable[[], AbstractContextManager[list[str]]]


def ids(answer: TestResponse) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.get_json()["items"]]


def objection(check: str, code: str, result: str = "hold") -> dict[str, object]:
    return {"check": check, "code": code, "saw": 3, "threshold": 2, "result": result}


@pytest.fixture
def article(app: Flask) -> int:
    with app.app_context():
        return an_article()


def test_a_guest_sees_no_queue(client: FlaskClient) -> None:
    assert client.get(QUEUE).status_code == 401


def test_the_queue_holds_what_is_pending_oldest_first(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        second = a_comment(article, status=Status.PENDING, created_at=NOON + timedelta(hours=1))
        first = a_comment(article, status=Status.PENDING, created_at=NOON)
        for status in (Status.APPROVED, Status.SPAM, Status.TRASH):
            a_comment(article, status=status)
    assert ids(client.get(QUEUE, headers=as_moderator)) == [first, second]


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_its_list(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, status: Status
) -> None:
    with app.app_context():
        by_status = {each: a_comment(article, status=each) for each in Status}
    assert ids(client.get(QUEUE, query_string={"status": status}, headers=as_moderator)) == [by_status[status]]


def test_any_status_is_a_list_too(client: FlaskClient, app: Flask, article: int, as_moderator: Headers) -> None:
    with app.app_context():
        every = [a_comment(article, status=each) for each in Status]
    assert ids(client.get(QUEUE, query_string={"status": "any"}, headers=as_moderator)) == every


@pytest.mark.parametrize("status", ["trash", "any"])
def test_what_was_erased_is_in_no_list(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, status: str
) -> None:
    with app.app_context():
        a_comment(article, status=Status.TRASH, erased_at=NOON)
    assert ids(client.get(QUEUE, query_string={"status": status}, headers=as_moderator)) == []


def test_counts_and_the_oldest_are_those_of_the_whole_site(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        comments(article, 3, status=Status.PENDING)
        comments(an_article("other"), 2, status=Status.SPAM)
    body = client.get(QUEUE, query_string={"article": "other"}, headers=as_moderator).get_json()
    assert body["counts"] == {"pending": 3, "approved": 0, "spam": 2, "trash": 0}
    assert body["oldest_pending_at"] == "2031-05-20T12:00:00+00:00"


def test_an_empty_site_has_no_oldest(client: FlaskClient, as_moderator: Headers) -> None:
    body = client.get(QUEUE, headers=as_moderator).get_json()
    assert (body["items"], body["next"], body["oldest_pending_at"]) == ([], None, None)
    assert body["counts"] == {"pending": 0, "approved": 0, "spam": 0, "trash": 0}


def test_an_item_tells_what_it_takes_to_decide(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    reasons = [objection("links", "too_many_links")]
    with app.app_context():
        parent = a_comment(article, author_name="Grace", source="The question. " * 50)
        reply = a_comment(
            article, status=Status.PENDING, parent_id=parent, root_id=parent, in_reply_to=parent, depth=2,
            reasons=reasons, safe_reason="review", created_at=NOON + timedelta(hours=1),
        )  # fmt: skip
    (found,) = client.get(QUEUE, headers=as_moderator).get_json()["items"]
    assert (found["id"], found["version"], found["status"]) == (reply, 1, "pending")
    assert found["reasons"] == reasons
    assert found["article"] == {"slug": "tides", "title": "Tides", "status": "published"}
    assert found["parent"]["id"] == parent
    assert found["parent"]["author_name"] == "Grace"
    assert found["parent"]["excerpt"] == ("The question. " * 50)[: queue.BRIEF]
    text = found["comment"]
    assert (text["source"], text["html"]) == ("Words", "<p>Words</p>")
    assert (text["author_name"], text["author_website"]) == ("Ada", "https://ada.example")
    assert (text["depth"], text["parent_id"], text["in_reply_to"]) == (2, parent, parent)
    assert text["created_at"] == "2031-05-20T13:00:00+00:00"
    assert text["edited_at"] is None
    assert text["has_email"] is True


def test_the_parent_shown_is_the_comment_that_was_answered_not_the_one_it_was_placed_under(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        root = a_comment(article)
        answered = a_comment(article, parent_id=root, root_id=root, in_reply_to=root, depth=2)
        placed = {"parent_id": root, "root_id": root, "depth": 2}
        reply = a_comment(article, **placed, in_reply_to=answered)
        orphan = a_comment(article, **placed, in_reply_to=None)
    assert item(client, as_moderator, reply)["parent"]["id"] == answered
    assert item(client, as_moderator, orphan)["parent"]["id"] == root
    assert item(client, as_moderator, root)["parent"] is None


def test_the_author_s_history_goes_by_the_address(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        ada, other = address("Ada@Example.org"), address("grace@example.org")
        a_comment(article, **ada, status=Status.APPROVED, created_at=NOON - timedelta(days=9))
        a_comment(article, **ada, status=Status.APPROVED, author_name="Another name")
        a_comment(article, **ada, status=Status.SPAM)
        a_comment(article, **ada, status=Status.TRASH)
        a_comment(article, **other, status=Status.APPROVED)
        a_comment(article, **ada, status=Status.PENDING)
    (found,) = client.get(QUEUE, headers=as_moderator).get_json()["items"]
    assert found["author"]["history"] == {
        "approved": 2,
        "refused": 2,
        "pending": 1,
        "first_seen": "2031-05-11T12:00:00+00:00",
    }


def test_an_author_without_an_address_has_no_history(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        a_comment(article, **address(None), status=Status.PENDING)
    (found,) = client.get(QUEUE, headers=as_moderator).get_json()["items"]
    assert found["author"]["history"] is None
    assert found["author"]["has_email"] is False


def test_the_history_knows_an_author_under_an_older_key(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, two_keys: Callable[[], None]
) -> None:
    with app.app_context():
        a_comment(article, **address("ada@example.org"), status=Status.APPROVED)
        two_keys()
        a_comment(article, **address("ada@example.org"), status=Status.PENDING)
    (found,) = client.get(QUEUE, headers=as_moderator).get_json()["items"]
    assert found["author"]["history"]["approved"] == 1


@pytest.fixture
def two_keys(app: Flask) -> Iterator[Callable[[], None]]:
    from app.ground.sealing import keyring, with_new_key

    with app.app_context():
        ring = keyring()
    before = ring.keys

    def rotate() -> None:
        ring.keys = with_new_key(before)

    yield rotate
    ring.keys = before


def test_no_answer_holds_an_address(client: FlaskClient, app: Flask, article: int, as_moderator: Headers) -> None:
    with app.app_context():
        one = a_comment(article, **address("ada@example.org"), status=Status.PENDING)
        sealed = db.session.get_one(Comment, one)
        secrets = ["ada@example.org", str(sealed.email_sealed), str(sealed.email_fingerprint)]
    for path in (QUEUE, f"{API}/comments/{one}"):
        answer = client.get(path, headers=as_moderator)
        assert answer.headers["Cache-Control"] == "no-store"
        assert not [secret for secret in secrets if secret in answer.text]


def test_a_gone_section_is_told_by_its_heading(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        live, gone = a_section(article, "live"), a_section(article, "gone", retired_at=NOON)
        in_live = a_comment(article, status=Status.PENDING, section_id=live)
        in_gone = a_comment(article, status=Status.PENDING, section_id=gone)
    live_text = item(client, as_moderator, in_live)["comment"]
    gone_text = item(client, as_moderator, in_gone)["comment"]
    assert live_text["section"] == {"anchor": "live", "heading": "Heading live"}
    assert live_text["section_was"] is None
    assert (gone_text["section"], gone_text["section_was"]) == (None, "Heading gone")


def a_section(article_id: int, anchor: str, **different: Any) -> int:
    with transaction() as session:
        row = Section(
            article_id=article_id, anchor=anchor, heading=f"Heading {anchor}", level=2, position=1, html="", **different
        )
        session.add(row)
        session.flush()
        return row.id


# --- Filters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"article": "tides"}, "abcdef"),
        ({"article": "other"}, "g"),
        ({"article": "nowhere"}, ""),
        ({"section": "one"}, "b"),
        ({"section": "two"}, ""),
        ({"reason": "links"}, "c"),
        ({"reason": "too_many_links"}, "c"),
        ({"reason": "first_comment"}, "d"),
        ({"reason": "lin"}, ""),
        ({"q": "HARBOUR"}, "e"),
        ({"q": "grüße"}, "e"),
        ({"q": "GRÜSSE"}, ""),
        ({"q": "100%"}, "e"),
        ({"q": "1%0"}, ""),
        ({"q": "hopper"}, "f"),
        ({"after": "2031-05-20T12:00:05Z"}, "fg"),
        ({"before": "2031-05-20T12:00:01Z"}, "a"),
        ({"after": "2031-05-20T12:00:02Z", "before": "2031-05-20T14:00:04+02:00"}, "cd"),
        ({"article": "tides", "q": "harbour", "reason": "links"}, ""),
    ],
    ids=str,
)
def test_filters_narrow_the_queue(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, asked: dict[str, str], found: str
) -> None:
    passed = objection("links", "passed", "passed")
    with app.app_context():
        section = a_section(article, "one")
        made: Sequence[dict[str, Any]] = [
            {},
            {"section_id": section},
            {"reasons": [passed | {"check": "staff"}, objection("links", "too_many_links")]},
            {"reasons": [passed, objection("first_comment", "first_comment")]},
            {"source": "At the Harbour: 100% Grüße"},
            {"author_name": "Grace HOPPER", "author_name_key": "grace hopper"},
            {"article_id": an_article("other")},
        ]
        names = {}
        for place, (name, different) in enumerate(zip("abcdefg", made, strict=True)):
            under = different.pop("article_id", article)
            created = NOON + timedelta(seconds=place)
            names[a_comment(under, status=Status.PENDING, created_at=created, **different)] = name
    answer = client.get(QUEUE, query_string=asked, headers=as_moderator)
    assert "".join(names[each] for each in ids(answer)) == found


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"status": "gone"}, "status"),
        ({"q": " "}, "q"),
        ({"q": "x" * 101}, "q"),
        ({"q": "\x00"}, "q"),
        ({"reason": "Links!"}, "reason"),
        ({"after": "yesterday"}, "after"),
        ({"after": "0001-01-01T00:00:00+14:00"}, "after"),
        ({"before": "2031-05-20T12:00:00"}, "before"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"limit": "101"}, "limit"),
    ],
    ids=str,
)
def test_a_filter_that_makes_no_sense_is_refused(
    client: FlaskClient, as_moderator: Headers, asked: dict[str, str], field: str
) -> None:
    answer = client.get(QUEUE, query_string=asked, headers=as_moderator)
    assert answer.status_code == 422
    assert [name for name, _ in codes(answer)] == [field]


# --- Pages -----------------------------------------------------------------------------------------------------------


def read_all(client: FlaskClient, headers: Headers, **asked: object) -> list[list[int]]:
    pages: list[list[int]] = []
    cursor = None
    while len(pages) < 50:
        answer = client.get(QUEUE, query_string=asked | ({"cursor": cursor} if cursor else {}), headers=headers)
        pages.append(ids(answer))
        cursor = answer.get_json()["next"]
        if cursor is None:
            assert "Link" not in answer.headers
            return pages
        assert f"cursor={cursor}" in answer.headers["Link"]
    raise AssertionError("it never ends")


def test_pages_follow_each_other_even_where_moments_are_equal(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        made = [a_comment(article, status=Status.PENDING) for _ in range(7)]
    assert read_all(client, as_moderator, limit=3) == [made[:3], made[3:6], made[6:]]


def test_a_search_that_finds_little_goes_on_where_it_stopped(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LOOKED_THROUGH", 4)
    with app.app_context():
        made = comments(article, 10, status=Status.PENDING)
        rare = a_comment(article, status=Status.PENDING, source="rare", created_at=NOON + timedelta(days=1))
    assert read_all(client, as_moderator, q="rare") == [[], [], [rare]]
    assert read_all(client, as_moderator, q="words 3") == [[made[3]], [], []]


def test_a_page_may_be_full_before_the_search_stops(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LOOKED_THROUGH", 4)
    with app.app_context():
        made = comments(article, 5, status=Status.PENDING)
    assert read_all(client, as_moderator, q="words", limit=3) == [made[:3], made[3:]]


@pytest.mark.parametrize("asked", [{}, {"q": "words"}], ids=["listed", "searched"])
def test_the_number_of_statements_is_fixed(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, statements: Statements, asked: dict[str, str]
) -> None:
    run_for = {}
    for number in (0, 1, 50):
        with app.app_context():
            comments(article, max(0, number - 1), status=Status.PENDING, **address("ada@example.org"))
            if number:
                a_comment(article, status=Status.PENDING, **address(f"{number}@example.org"))
        client.get(QUEUE, headers=as_moderator)
        with statements() as run:
            answer = client.get(QUEUE, query_string=asked | {"limit": 100}, headers=as_moderator)
        assert len(ids(answer)) >= number
        run_for[number] = len(run)
    who_asks, per_page = 1, 4 + len(asked)
    assert run_for == dict.fromkeys((0, 1, 50), who_asks + per_page)


def test_the_answer_says_as_of_when(client: FlaskClient, as_moderator: Headers) -> None:
    clock.use(lambda: NOON)
    assert client.get(QUEUE, headers=as_moderator).get_json()["as_of"] == "2031-05-20T12:00:00+00:00"


# --- Search by what may not stand in a URL ---------------------------------------------------------------------------


def test_a_search_by_address_finds_every_status(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        hers = [a_comment(article, **address("ada@example.org"), status=status) for status in Status]
        a_comment(article, **address("grace@example.org"))
    answer = client.post(SEARCH, json={"author_email": " ADA@example.org"}, headers=as_moderator)
    assert ids(answer) == hers
    narrowed = client.post(SEARCH, json={"author_email": "ada@example.org", "status": "spam"}, headers=as_moderator)
    assert ids(narrowed) == [hers[list(Status).index(Status.SPAM)]]


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7", "::ffff:192.0.2.7"),
        ("2001:db8:1:2::/64", "2001:db8:1:2:3::4"),
        ("2001:db8:1:2::/64", "2001:db8:1:2::/64"),
    ],
)
def test_a_search_by_network_address_counts_as_limits_do(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, kept: str, asked: str
) -> None:
    with app.app_context():
        found = a_comment(article, **address(None, kept))
        a_comment(article, **address(None, "198.51.100.1"))
    assert ids(client.post(SEARCH, json={"author_ip": asked}, headers=as_moderator)) == [found]


def test_a_search_without_an_address_is_the_queue_s(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        made = comments(article, 3, status=Status.PENDING)
    first = client.post(SEARCH, json={"limit": 2, "q": "words"}, headers=as_moderator)
    assert ids(first) == made[:2]
    cursor = first.get_json()["next"]
    assert ids(client.post(SEARCH, json={"limit": 2, "cursor": cursor}, headers=as_moderator)) == made[2:]


def test_a_search_by_address_is_logged_without_the_address(client: FlaskClient, as_moderator: Headers) -> None:
    client.post(SEARCH, json={"author_email": "ada@example.org", "author_ip": "192.0.2.7"}, headers=as_moderator)
    client.post(SEARCH, json={"q": "ada"}, headers=as_moderator)
    answer = client.get(f"{API}/log", query_string={"object": "search"}, headers=as_moderator)
    (act,) = answer.get_json()["items"]
    assert (act["action"], act["details"]) == ("search_by_address", {"fields": ["author_email", "author_ip"]})
    assert "ada@" not in answer.text
    assert "192.0.2" not in answer.text


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"author_email": "nobody"}, ("author_email", "email_invalid")),
        ({"author_ip": "192.0.2.0/24"}, ("author_ip", "address_invalid")),
        ({"author_ip": "localhost"}, ("author_ip", "address_invalid")),
        ({"author": "ada"}, ("author", "unknown_field")),
    ],
)
def test_a_search_for_what_is_no_address_is_refused(
    client: FlaskClient, as_moderator: Headers, body: dict[str, str], problem: tuple[str, str]
) -> None:
    answer = client.post(SEARCH, json=body, headers=as_moderator)
    assert answer.status_code == 422
    assert codes(answer) == [problem]


def test_a_moderator_without_the_right_may_not_search_by_address(
    client: FlaskClient, as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import permissions

    stricter = dict(permissions.TABLE) | {permissions.Permission.REVEAL_ADDRESSES: permissions.is_admin}
    monkeypatch.setattr(permissions, "TABLE", stricter)
    answer = client.post(SEARCH, json={"author_email": "ada@example.org"}, headers=as_moderator)
    assert answer.status_code == 403
    assert client.post(SEARCH, json={"q": "ada"}, headers=as_moderator).status_code == 200
