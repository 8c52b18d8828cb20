"""Are the lists of words kept, matched and tried, and those that are addresses kept secret?"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import limits
from app.comments.models import Status
from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import db
from app.ground.sealing import keyring, with_new_key
from app.moderation import trying
from app.site import wordlist
from app.site.matching import Hit, email_key
from app.site.models import Word, WordKind, WordMode, WordTarget
from app.site.wordlist import WordDraft
from app.site.words import WordHits, network_key, words_for_checks
from tests.desk import API, address, codes
from tests.rows import NOON, a_comment, an_article

WORDS = f"{API}/words"
Headers = dict[str, str]


def add(client: FlaskClient, headers: Headers, pattern: str, **body: object) -> TestResponse:
    return client.post(WORDS, json={"kind": "disallowed", "pattern": pattern} | body, headers=headers)


def seen(headers: Headers, version: int = 1) -> Headers:
    return headers | {"If-Match": f'"v{version}"'}


def log(client: FlaskClient, headers: Headers, about: str = "word") -> list[dict[str, Any]]:
    answer = client.get(f"{API}/log", query_string={"object": about}, headers=headers)
    return list(answer.get_json()["items"])


# --- The lists -------------------------------------------------------------------------------------------------------


def test_a_word_is_added_and_listed(client: FlaskClient, as_moderator: Headers) -> None:
    answer = add(client, as_moderator, " cheap tea ", kind="moderation", mode="substring")
    word = answer.get_json()
    assert answer.status_code == 201
    assert (word["pattern"], word["kind"], word["mode"], word["target"]) == (
        "cheap tea", "moderation", "substring", "text",
    )  # fmt: skip
    assert (word["version"], word["created_by"]) == (1, "test moderator")
    assert (answer.headers["Location"], answer.headers["ETag"]) == (f"{WORDS}/{word['id']}", '"v1"')
    assert client.get(WORDS, headers=as_moderator).get_json() == {"items": [word], "next": None}
    assert client.get(answer.headers["Location"], headers=as_moderator).get_json() == word


def test_a_word_is_looked_for_as_a_word_unless_said_otherwise(client: FlaskClient, as_moderator: Headers) -> None:
    assert add(client, as_moderator, "tea").get_json()["mode"] == "word"


def test_the_lists_come_by_kind_and_in_pages(client: FlaskClient, as_moderator: Headers) -> None:
    for number in range(3):
        add(client, as_moderator, f"tea {number}")
        add(client, as_moderator, f"coffee {number}", kind="moderation")
    first = client.get(WORDS, query_string={"kind": "moderation", "limit": 2}, headers=as_moderator)
    assert [word["pattern"] for word in first.get_json()["items"]] == ["coffee 0", "coffee 1"]
    rest = {"kind": "moderation", "limit": 2, "cursor": first.get_json()["next"]}
    second = client.get(WORDS, query_string=rest, headers=as_moderator).get_json()
    assert ([word["pattern"] for word in second["items"]], second["next"]) == (["coffee 2"], None)
    assert 'rel="next"' in first.headers["Link"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"pattern": ""}, ("pattern", "pattern_empty")),
        ({"pattern": "\u200b"}, ("pattern", "pattern_empty")),
        ({"pattern": "**"}, ("pattern", "pattern_too_wide")),
        ({"pattern": "x" * 201}, ("pattern", "pattern_too_long")),
        ({"pattern": "\x00"}, ("pattern", "text_invalid")),
        ({"pattern": "tea", "mode": "regex"}, ("mode", "not_a_choice")),
        ({"pattern": "tea", "kind": "bad"}, ("kind", "not_a_choice")),
        ({"kind": "disallowed"}, ("pattern", "required")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_pattern_that_cannot_be_used_is_refused(
    client: FlaskClient, as_moderator: Headers, body: dict[str, str], problem: tuple[str, str]
) -> None:
    answer = client.post(WORDS, json={"kind": "disallowed"} | body, headers=as_moderator)
    assert (answer.status_code, codes(answer)) == (422, [problem])


def test_a_word_stands_on_a_list_once(client: FlaskClient, as_moderator: Headers) -> None:
    first = add(client, as_moderator, "tea").get_json()["id"]
    again = add(client, as_moderator, " tea")
    assert (again.status_code, again.get_json()["code"], again.get_json()["id"]) == (409, "already_there", first)
    assert add(client, as_moderator, "tea", kind="moderation").status_code == 201
    assert add(client, as_moderator, "tea", mode="substring").status_code == 201


def test_an_address_stands_on_a_list_once_however_it_is_typed(client: FlaskClient, as_moderator: Headers) -> None:
    add(client, as_moderator, "Ada@Example.org")
    assert add(client, as_moderator, "ada@example.ORG").status_code == 409
    add(client, as_moderator, "2001:db8::1")
    assert add(client, as_moderator, "2001:db8::2").status_code == 409


def test_the_lists_have_an_end(client: FlaskClient, as_moderator: Headers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordlist, "MOST_WORDS", 1)
    add(client, as_moderator, "tea")
    answer = add(client, as_moderator, "coffee")
    assert (answer.status_code, answer.get_json()["code"], answer.get_json()["limit"]) == (409, "too_many_words", 1)


def test_a_word_is_changed(client: FlaskClient, as_moderator: Headers, as_editor: Headers) -> None:
    path = add(client, as_moderator, "tea").headers["Location"]
    answer = client.patch(path, json={"pattern": "tea*", "kind": "moderation"}, headers=seen(as_editor))
    word = answer.get_json()
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"v2"')
    assert (word["pattern"], word["kind"], word["mode"]) == ("tea*", "moderation", "word")
    assert (word["created_by"], word["changed_by"]) == ("test moderator", "test editor")
    client.patch(path, json={"mode": "substring"}, headers=seen(as_editor, 2))
    assert client.get(path, headers=as_editor).get_json()["mode"] == "substring"


def test_a_word_is_taken_off_its_list(client: FlaskClient, as_moderator: Headers) -> None:
    path = add(client, as_moderator, "tea").headers["Location"]
    answer = client.delete(path, headers=seen(as_moderator))
    assert (answer.status_code, answer.data) == (204, b"")
    assert client.get(path, headers=as_moderator).status_code == 404
    assert client.delete(path, headers=seen(as_moderator)).status_code == 404
    assert client.patch(path, json={}, headers=seen(as_moderator)).status_code == 404


def test_who_changes_a_word_must_have_seen_it(client: FlaskClient, as_moderator: Headers, as_editor: Headers) -> None:
    path = add(client, as_moderator, "tea").headers["Location"]
    assert client.patch(path, json={"mode": "substring"}, headers=as_moderator).status_code == 428
    assert client.delete(path, headers=as_moderator).status_code == 428
    client.patch(path, json={"mode": "substring"}, headers=seen(as_editor))
    late = client.delete(path, headers=seen(as_moderator))
    assert (late.status_code, late.get_json()["changed_by"]) == (412, "test editor")


def test_a_change_must_not_double_a_word(client: FlaskClient, as_moderator: Headers) -> None:
    add(client, as_moderator, "tea")
    path = add(client, as_moderator, "coffee").headers["Location"]
    assert client.patch(path, json={"pattern": "tea"}, headers=seen(as_moderator)).status_code == 409
    assert client.patch(path, json={"pattern": "**"}, headers=seen(as_moderator)).status_code == 422


def test_the_same_key_adds_one_word(client: FlaskClient, as_moderator: Headers) -> None:
    once = as_moderator | {"Idempotency-Key": "k"}
    first, again = add(client, once, "tea"), add(client, once, "tea")
    assert (first.status_code, first.get_json()) == (again.status_code, again.get_json())
    client.delete(first.headers["Location"], headers=seen(as_moderator))
    assert add(client, once, "tea").status_code == 404


@pytest.mark.parametrize("path", ["", "/list", "/try"])
def test_a_guest_has_nothing_to_do_with_words(client: FlaskClient, path: str) -> None:
    assert client.post(f"{WORDS}{path}", json={}).status_code == 401
    assert client.get(WORDS).status_code == 401


def test_the_log_names_a_word_by_its_id_never_by_its_pattern(
    client: FlaskClient, app: Flask, as_moderator: Headers
) -> None:
    path = add(client, as_moderator, "ada lovelace").headers["Location"]
    client.patch(path, json={"pattern": "grace hopper"}, headers=seen(as_moderator))
    client.delete(path, headers=seen(as_moderator, 2))
    lines = log(client, as_moderator)
    assert [line["action"] for line in lines] == ["word_removed", "word_changed", "word_added"]
    assert {line["object_id"] for line in lines} == {path.rpartition("/")[2]}
    assert lines[1]["details"]["fields"] == ["pattern"]
    with app.app_context():
        everything = str(db.session.execute(select(AuditEntry.__table__)).all())
    assert "ada" not in everything
    assert "hopper" not in everything


# --- Addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "target"),
    [
        ("ada@example.org", "email"),
        ("192.0.2.7", "network"),
        ("2001:db8::1", "network"),
        ("*@example.org", "text"),
        ("192.0.2.*", "text"),
        ("example.org", "text"),
    ],
)
def test_a_pattern_that_is_somebody_s_whole_address_is_not_shown(
    client: FlaskClient, app: Flask, as_moderator: Headers, pattern: str, target: str
) -> None:
    answer = add(client, as_moderator, pattern)
    shown = None if target != "text" else pattern
    assert (answer.get_json()["target"], answer.get_json()["pattern"]) == (target, shown)
    with app.app_context():
        row = db.session.execute(select(Word.__table__)).one()
    assert (pattern in str(row)) == (target == "text")


def test_a_sealed_pattern_is_revealed_and_the_log_says_so(client: FlaskClient, as_moderator: Headers) -> None:
    path = add(client, as_moderator, "ada@example.org").headers["Location"]
    answer = client.post(f"{path}/reveal", headers=as_moderator)
    assert answer.get_json() == {"pattern": "ada@example.org"}
    assert log(client, as_moderator)[0]["action"] == "word_revealed"
    assert client.post(f"{WORDS}/4711/reveal", headers=as_moderator).status_code == 404


def test_a_text_may_become_an_address_and_back(client: FlaskClient, app: Flask, as_moderator: Headers) -> None:
    path = add(client, as_moderator, "tea").headers["Location"]
    word = client.patch(path, json={"pattern": "ada@example.org"}, headers=seen(as_moderator)).get_json()
    assert (word["target"], word["pattern"]) == ("email", None)
    word = client.patch(path, json={"kind": "moderation"}, headers=seen(as_moderator, 2)).get_json()
    assert (word["target"], word["kind"]) == ("email", "moderation")
    word = client.patch(path, json={"pattern": "tea"}, headers=seen(as_moderator, 3)).get_json()
    assert (word["target"], word["pattern"]) == ("text", "tea")


@pytest.mark.parametrize("typed", ["192.0.2.7", "2001:db8:1:2:3:4:5:6", "::ffff:192.0.2.7", "2001:db8::", "fe80::1"])
def test_a_network_address_is_counted_as_limits_count_it(app: Flask, typed: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": typed}):
        assert network_key(typed) == limits.counted_address()


# --- A WordPress list ------------------------------------------------------------------------------------------------


def load(client: FlaskClient, headers: Headers, text: str, **body: object) -> TestResponse:
    return client.post(f"{WORDS}/list", json={"kind": "disallowed", "list": text} | body, headers=headers)


def test_a_list_is_loaded_with_one_pattern_on_a_line(client: FlaskClient, as_moderator: Headers) -> None:
    add(client, as_moderator, "known", mode="substring")
    text = f"tea\r\n\n  coffee  \ntea\nknown\n{'x' * 201}\nada@example.org\n"
    answer = load(client, as_moderator, text)
    assert (answer.status_code, answer.get_json()) == (
        200,
        {"added": 3, "known": 1, "refused": [{"line": 6, "code": "pattern_too_long"}]},
    )
    words = client.get(WORDS, headers=as_moderator).get_json()["items"]
    assert [(word["pattern"], word["mode"], word["target"]) for word in words] == [
        ("known", "substring", "text"),
        ("tea", "substring", "text"),
        ("coffee", "substring", "text"),
        (None, "substring", "email"),
    ]


def test_the_same_list_twice_adds_nothing(client: FlaskClient, as_moderator: Headers) -> None:
    text = "tea\nada@example.org\n192.0.2.7"
    assert load(client, as_moderator, text).get_json()["added"] == 3
    assert load(client, as_moderator, text).get_json() == {"added": 0, "known": 3, "refused": []}
    assert load(client, as_moderator, text, kind="moderation").get_json()["added"] == 3


def test_a_list_that_does_not_fit_is_refused_as_a_whole(
    client: FlaskClient, as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wordlist, "MOST_WORDS", 2)
    assert load(client, as_moderator, "a\nb\nc").status_code == 409
    add(client, as_moderator, "d")
    assert load(client, as_moderator, "a\nb").status_code == 409
    assert len(client.get(WORDS, headers=as_moderator).get_json()["items"]) == 1


def test_a_loaded_list_is_one_line_in_the_log(client: FlaskClient, as_moderator: Headers) -> None:
    load(client, as_moderator, "tea\ncoffee")
    (line,) = log(client, as_moderator)
    assert (line["action"], line["object_id"]) == ("words_loaded", "disallowed")
    assert line["details"] == {"added": 2, "mode": "substring"}


# --- What the checks of a new comment find ---------------------------------------------------------------------------

FIELDS = {"content": "Buy **cheap** tea", "author_name": "Ada", "address": "192.0.2.7"}


def hits(app: Flask, fields: dict[str, str] = FIELDS, email: str | None = "ada@example.org") -> WordHits:
    with app.app_context():
        return words_for_checks(db.session()).hits(fields, email_key=email_key(email) if email else None)


@pytest.mark.parametrize(
    ("pattern", "mode", "field"),
    [
        ("cheap", "word", "content"),
        ("hea", "word", None),
        ("hea", "substring", "content"),
        ("ADA", "word", "author_name"),
        ("192.0.2.*", "word", "address"),
        ("192.0.2.7", "word", "address"),
        ("192.0.2.8", "word", None),
        ("Ada@Example.org", "word", "author_email"),
        ("eve@example.org", "word", None),
    ],
)
@pytest.mark.parametrize("kind", list(WordKind))
def test_a_listed_word_is_found_in_a_new_comment(
    client: FlaskClient, app: Flask, as_moderator: Headers, pattern: str, mode: str, field: str | None, kind: WordKind
) -> None:
    word = add(client, as_moderator, pattern, mode=mode, kind=kind).get_json()["id"]
    expected = (Hit(word, field),) if field else ()
    found = hits(app)
    assert getattr(found, kind) == expected
    assert not (set(found.disallowed + found.moderation) - set(expected))


def test_a_sealed_word_finds_nobody_who_left_no_address(client: FlaskClient, app: Flask, as_moderator: Headers) -> None:
    add(client, as_moderator, "ada@example.org")
    assert hits(app, {"content": "tea"}, None) == WordHits((), ())


def test_the_words_are_read_once_and_then_only_asked_whether_they_changed(
    client: FlaskClient, app: Flask, as_moderator: Headers, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    for pattern in ("tea", "coffee", "ada@example.org"):
        add(client, as_moderator, pattern)
    with statements() as run:
        for _ in range(3):
            hits(app)
    assert [sum("pattern" in statement for statement in run), len(run)] == [1, 4]


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        (None, "tea", "added"),
        ("tea", None, "removed"),
        ("milk", "tea", "changed"),
        ("tea", "milk", "changed"),
        ("milk", "tea", "put in its place"),
        ("tea", "milk", "put in its place"),
    ],
)
def test_a_change_of_the_words_is_seen_by_the_next_comment(
    client: FlaskClient, app: Flask, as_moderator: Headers, before: str | None, after: str | None, way: str
) -> None:
    clock.use(lambda: NOON)  # by which no change can be told from another
    word = f"{WORDS}/{add(client, as_moderator, before).get_json()['id']}" if before else ""
    assert len(hits(app).disallowed) == (before == "tea")
    if way == "changed":
        client.patch(word, json={"pattern": after}, headers=seen(as_moderator))
    elif word:
        client.delete(word, headers=seen(as_moderator))
    if after and way != "changed":
        add(client, as_moderator, after)
    assert len(hits(app).disallowed) == (after == "tea")


def test_a_sealed_word_is_found_under_an_older_key_until_it_is_sealed_again(
    client: FlaskClient, app: Flask, as_moderator: Headers
) -> None:
    word = add(client, as_moderator, "ada@example.org").get_json()["id"]
    with app.app_context():
        ring = keyring()
        before = ring.keys
        try:
            ring.keys = with_new_key(before)
            assert hits(app).disallowed == (Hit(word, "author_email"),)
            row = db.session.get_one(Word, word)
            wordlist.reseal(row)
            assert (ring.is_current(str(row.pattern_sealed)), ring.is_current(str(row.fingerprint))) == (True, True)
            assert wordlist.plain_pattern(row) == "ada@example.org"
        finally:
            ring.keys = before
            db.session.rollback()


def test_a_text_word_has_nothing_to_seal_again(app: Flask) -> None:
    word = Word(kind=WordKind.DISALLOWED, mode=WordMode.WORD, target=WordTarget.TEXT, pattern="tea")
    wordlist.reseal(word)
    assert (word.pattern, word.pattern_sealed, word.fingerprint) == ("tea", None, None)


def test_a_word_counts_for_the_next_reply(
    client: FlaskClient, app: Flask, as_moderator: Headers, reply: Callable[..., TestResponse]
) -> None:
    add(client, as_moderator, "cheap tea", kind="disallowed")
    assert reply(content="Buy cheap tea").status_code == 202
    (found,) = client.get(f"{API}/queue?status=trash", headers=as_moderator).get_json()["items"]
    assert found["trashed_by_rule"] is True
    assert [reason["check"] for reason in found["reasons"] if reason["result"] == "trash"] == ["disallowed_words"]


# --- Trying a pattern ------------------------------------------------------------------------------------------------


def try_pattern(client: FlaskClient, headers: Headers, pattern: str, **body: object) -> TestResponse:
    return client.post(f"{WORDS}/try", json={"pattern": pattern} | body, headers=headers)


@pytest.fixture
def tried_on(app: Flask) -> list[int]:
    with app.app_context():
        article = an_article()
        decided = {"decided_at": NOON, "decided_by": "Grace"}
        return [
            a_comment(article, source="Cheap tea!", status=Status.SPAM, **decided, **address("eve@spam.example")),
            a_comment(article, source="Tea is fine", status=Status.APPROVED, **decided, **address("ada@example.org")),
            a_comment(article, source="More tea", status=Status.PENDING, **address("bob@spam.example", "198.51.100.9")),
            a_comment(article, source="x", html="<p>t<em>e</em>a</p>", author_name="Eve", **address(None)),
            a_comment(article, source="Coffee", author_website="https://tea.example", **address(None)),
            a_comment(article, source="tea", status=Status.TRASH, erased_at=NOON),
        ]


def test_a_trial_tells_what_would_have_been_caught_and_how_people_had_decided(
    client: FlaskClient, tried_on: list[int], as_moderator: Headers
) -> None:
    body = try_pattern(client, as_moderator, "TEA", kind="disallowed").get_json()
    assert (body["looked_at"], body["caught"], body["undecided"]) == (5, 5, 3)
    assert body["decided"] == {"approved": 1, "pending": 0, "spam": 1, "trash": 0}
    assert [(each["id"], each["field"], each["decided_by_person"]) for each in body["items"]] == [
        (tried_on[4], "author_website", False),
        (tried_on[3], "text", False),
        (tried_on[2], "content", False),
        (tried_on[1], "content", True),
        (tried_on[0], "content", True),
    ]
    assert (body["items"][-1]["status"], body["items"][-1]["excerpt"]) == ("spam", "Cheap tea!")
    assert body["items"][-1]["article"] == "tides"


def test_a_trial_looks_at_the_newest_only(client: FlaskClient, tried_on: list[int], as_moderator: Headers) -> None:
    body = try_pattern(client, as_moderator, "eve", limit=2).get_json()
    assert (body["looked_at"], [each["id"] for each in body["items"]]) == (2, [tried_on[3]])


def test_a_trial_stops_where_it_would_keep_the_moderator_waiting(
    client: FlaskClient, tried_on: list[int], as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "MOST_CHARACTERS", 40)
    assert try_pattern(client, as_moderator, "tea").get_json()["looked_at"] == 2


def test_a_trial_looks_at_no_addresses_unless_asked(
    client: FlaskClient, tried_on: list[int], as_moderator: Headers
) -> None:
    assert try_pattern(client, as_moderator, "*@spam.example").get_json()["caught"] == 0
    assert log(client, as_moderator, "search") == []
    body = try_pattern(client, as_moderator, "*@spam.example", addresses=True).get_json()
    assert [(each["id"], each["field"]) for each in body["items"]] == [
        (tried_on[2], "author_email"),
        (tried_on[0], "author_email"),
    ]
    assert "spam.example" not in str(body)
    (line,) = log(client, as_moderator, "search")
    assert (line["action"], line["details"]) == ("words_tried_on_addresses", {"target": "text"})


@pytest.mark.parametrize(
    ("pattern", "place", "field"),
    [("ADA@example.org", 1, "author_email"), ("198.51.100.9", 2, "address")],
)
def test_a_whole_address_is_tried_by_its_fingerprint(
    client: FlaskClient, tried_on: list[int], as_moderator: Headers, pattern: str, place: int, field: str
) -> None:
    answer = try_pattern(client, as_moderator, pattern)
    assert [(each["id"], each["field"]) for each in answer.get_json()["items"]] == [(tried_on[place], field)]
    (line,) = log(client, as_moderator, "search")
    assert pattern.lower() not in str(line).lower() + answer.text.lower()


@pytest.mark.parametrize("body", [{"pattern": "tea", "addresses": True}, {"pattern": "ada@example.org"}], ids=str)
def test_addresses_are_tried_only_with_the_right_to_see_them(
    client: FlaskClient, as_moderator: Headers, monkeypatch: pytest.MonkeyPatch, body: dict[str, object]
) -> None:
    from app import permissions

    stricter = dict(permissions.TABLE) | {permissions.Permission.REVEAL_ADDRESSES: permissions.is_admin}
    monkeypatch.setattr(permissions, "TABLE", stricter)
    assert client.post(f"{WORDS}/try", json=body, headers=as_moderator).status_code == 403
    assert try_pattern(client, as_moderator, "tea").status_code == 200


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"pattern": "*"}, ("pattern", "pattern_too_wide")),
        ({"pattern": f"{'x' * 200}@example.org"}, ("pattern", "pattern_too_long")),
        ({"pattern": "tea", "limit": 1_001}, ("limit", "out_of_range")),
        ({}, ("pattern", "required")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_trial_that_makes_no_sense_is_refused(
    client: FlaskClient, as_moderator: Headers, body: dict[str, object], problem: tuple[str, str]
) -> None:
    answer = client.post(f"{WORDS}/try", json=body, headers=as_moderator)
    assert (answer.status_code, codes(answer)) == (422, [problem])


def test_words_may_be_added_by_the_command_line_too(app: Flask) -> None:
    from app.accounts.actions import COMMAND_LINE

    with app.test_request_context():
        draft = WordDraft(kind=WordKind.DISALLOWED, mode=WordMode.WORD, pattern="tea")
        assert wordlist.add_word(COMMAND_LINE, draft).created_by == "command line"
