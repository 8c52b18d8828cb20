"""Is one comment decided about, edited, pinned and erased as moderators expect, by the first who saw it right?"""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.comments.models import Comment, Status
from app.ground import clock
from app.ground.db import db
from tests.desk import API, acts_on, address, codes, decide, item, status_of
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


def delete(client: FlaskClient, headers: Headers, comment_id: int, *, seen: int = 1, query: str = "") -> TestResponse:
    return client.delete(f"{API}/comments/{comment_id}{query}", headers=headers | {"If-Match": f'"v{seen}"'})


def edit(client: FlaskClient, headers: Headers, comment_id: int, *, seen: int = 1, **body: object) -> TestResponse:
    return client.patch(f"{API}/comments/{comment_id}", json=body, headers=headers | {"If-Match": f'"v{seen}"'})


# --- Decisions -------------------------------------------------------------------------------------------------------

MOVES = {"approve": "approved", "hold": "pending", "spam": "spam", "trash": "trash"}


@pytest.mark.parametrize("before", list(Status))
@pytest.mark.parametrize(("act", "after"), MOVES.items())
def test_every_status_leads_to_every_other(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, before: Status, act: str, after: str
) -> None:
    with app.app_context():
        comment = a_comment(article, status=before)
    answer = decide(client, as_moderator, comment, act)
    if before == after:
        assert (answer.status_code, answer.get_json()["code"]) == (409, f"already_{after}")
        assert answer.get_json()["status"] == 409
        assert answer.get_json()["comment_status"] == after
    else:
        assert answer.status_code == 200, answer.text
        assert answer.get_json()["comment"]["status"] == after
    with app.app_context():
        discussion, tally = figures(article)
    assert {name for name, number in discussion.items() if number} == {after}
    assert {name for name, number in tally.items() if number} == {after}


@pytest.mark.parametrize("put_away", ["spam", "trash"])
@pytest.mark.parametrize("origin", [Status.PENDING, Status.APPROVED])
def test_restore_leads_back_to_where_it_came_from(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, put_away: str, origin: Status
) -> None:
    with app.app_context():
        comment = a_comment(article, status=origin)
    decide(client, as_moderator, comment, put_away)
    assert item(client, as_moderator, comment)["restore_to"] == origin
    restored = decide(client, as_moderator, comment, "restore", seen=2)
    assert restored.get_json()["comment"]["status"] == origin


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED])
def test_what_was_not_put_away_cannot_be_restored(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, status: Status
) -> None:
    with app.app_context():
        comment = a_comment(article, status=status)
    answer = decide(client, as_moderator, comment, "restore")
    assert (answer.status_code, answer.get_json()["code"]) == (409, f"already_{status}")


def test_a_decision_tells_the_comment_and_its_operation(
    client: FlaskClient, pending: int, as_moderator: Headers
) -> None:
    answer = decide(client, as_moderator, pending, "approve", note="fine")
    comment, operation = answer.get_json()["comment"], answer.get_json()["operation"]
    assert answer.headers["ETag"] == '"v2"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert (comment["version"], comment["decided_by"], comment["changed_by"]) == (2, "test moderator", "test moderator")
    assert (operation["action"], operation["state"]) == ("approve", "done")
    assert (operation["total"], operation["done"], operation["note"]) == (1, 1, "fine")


def test_a_decision_is_in_the_comment_s_history(client: FlaskClient, pending: int, as_moderator: Headers) -> None:
    operation = decide(client, as_moderator, pending, "spam", note="sells tea").get_json()["operation"]
    (act,) = acts_on(client, as_moderator, pending)
    assert (act["action"], act["from"], act["to"]) == ("spam", "pending", "spam")
    assert (act["actor_name"], act["reason"], act["operation_id"]) == ("test moderator", "sells tea", operation["id"])
    assert (act["object_type"], act["object_id"]) == ("comment", str(pending))


def test_a_decision_must_say_what_it_has_seen(client: FlaskClient, pending: int, as_moderator: Headers) -> None:
    answer = client.post(f"{API}/comments/{pending}/approve", headers=as_moderator)
    assert (answer.status_code, answer.get_json()["code"]) == (428, "precondition_required")


def test_the_second_to_decide_is_told_who_did_what_and_when(
    client: FlaskClient, pending: int, as_moderator: Headers, as_editor: Headers
) -> None:
    clock.use(lambda: NOON)
    decide(client, as_editor, pending, "spam")
    answer = decide(client, as_moderator, pending, "approve")
    told = answer.get_json()
    assert (answer.status_code, told["code"], told["status"]) == (412, "changed_since", 412)
    assert answer.headers["ETag"] == '"v2"'
    assert (told["changed_by"], told["changed_at"]) == ("test editor", "2031-05-20T12:00:00+00:00")
    assert (told["action"], told["comment_status"], told["version"]) == ("spam", "spam", 2)


def test_a_comment_that_only_a_reader_touched_is_changed_since_without_an_act(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        comment = a_comment(article, status=Status.PENDING, version=2, changed_by="author")
    told = decide(client, as_moderator, comment, "approve").get_json()
    assert (told["code"], told["changed_by"], told["action"]) == ("changed_since", "author", None)


@pytest.mark.parametrize("erased_at", [None, NOON], ids=["never was", "erased"])
def test_there_is_nothing_to_decide_about_what_is_gone(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers, erased_at: datetime | None
) -> None:
    with app.app_context():
        comment = a_comment(article, erased_at=erased_at, status=Status.TRASH) if erased_at else 4711
    assert decide(client, as_moderator, comment, "approve").status_code == 404
    assert client.get(f"{API}/comments/{comment}", headers=as_moderator).status_code == 404
    assert edit(client, as_moderator, comment, content="x").status_code == 404
    assert client.post(f"{API}/comments/{comment}/reveal-email", headers=as_moderator).status_code == 404


def test_a_guest_decides_nothing(client: FlaskClient, app: Flask, pending: int) -> None:
    assert decide(client, {}, pending, "approve").status_code == 401
    assert status_of(app, pending) == "pending"


def test_a_note_may_be_too_long(client: FlaskClient, pending: int, as_moderator: Headers) -> None:
    answer = decide(client, as_moderator, pending, "approve", note="x" * 1_001)
    assert (answer.status_code, codes(answer)) == (422, [("note", "too_long")])


def test_a_comment_s_etag_is_its_version(client: FlaskClient, pending: int, as_moderator: Headers) -> None:
    answer = client.get(f"{API}/comments/{pending}", headers=as_moderator)
    assert answer.headers["ETag"] == '"v1"'


# --- The trash and for ever ------------------------------------------------------------------------------------------


def test_delete_means_the_trash(client: FlaskClient, app: Flask, pending: int, as_moderator: Headers) -> None:
    answer = delete(client, as_moderator, pending)
    assert answer.get_json()["comment"]["status"] == "trash"
    assert answer.get_json()["operation"]["action"] == "trash"
    again = delete(client, as_moderator, pending, seen=2)
    assert (again.status_code, again.get_json()["code"]) == (409, "already_trash")


def test_delete_for_ever_blanks_every_personal_column(
    client: FlaskClient, app: Flask, article: int, pending: int, as_moderator: Headers
) -> None:
    answer = delete(client, as_moderator, pending, query="?force=true")
    assert (answer.status_code, answer.data) == (204, b"")
    with app.app_context():
        row = db.session.get_one(Comment, pending)
        assert (row.source, row.html, row.author_name, row.email_sealed, row.email_fingerprint) == (
            "",
            "",
            "",
            None,
            None,
        )
        assert set(figures(article)[0].values()) == {0}
    (act,) = acts_on(client, as_moderator, pending)
    assert (act["action"], act["from"]) == ("erase", "pending")


def test_delete_for_ever_needs_the_right_and_the_version(
    client: FlaskClient, app: Flask, pending: int, as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert delete(client, as_moderator, pending, seen=7, query="?force=true").status_code == 412
    assert client.delete(f"{API}/comments/{pending}?force=true", headers=as_moderator).status_code == 428
    from app import permissions

    stricter = dict(permissions.TABLE) | {permissions.Permission.DELETE_FOR_EVER: permissions.is_admin}
    monkeypatch.setattr(permissions, "TABLE", stricter)
    assert delete(client, as_moderator, pending, query="?force=true").status_code == 403
    assert status_of(app, pending) == "pending"


def test_the_history_outlives_the_comment(client: FlaskClient, app: Flask, pending: int, as_moderator: Headers) -> None:
    delete(client, as_moderator, pending, query="?force=true")
    with app.app_context():
        from app.comments.aging import prune_erased

        assert prune_erased(10) == 1
    assert [act["action"] for act in acts_on(client, as_moderator, pending)] == ["erase"]


def test_what_never_was_has_no_history(client: FlaskClient, as_moderator: Headers) -> None:
    assert client.get(f"{API}/comments/4711/history", headers=as_moderator).status_code == 404


# --- Words that may be said again ------------------------------------------------------------------------------------


def key_of(app: Flask, comment_id: int) -> str | None:
    with app.app_context():
        return db.session.get_one(Comment, comment_id).duplicate_key


def test_a_person_s_trash_frees_the_words_and_restore_claims_them_again(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        comment = a_comment(article, duplicate_key="words")
    decide(client, as_moderator, comment, "trash")
    assert key_of(app, comment) is None
    decide(client, as_moderator, comment, "restore", seen=2)
    assert key_of(app, comment) is not None


def test_restore_does_not_fail_where_the_words_were_said_again(
    client: FlaskClient, app: Flask, article: int, as_moderator: Headers
) -> None:
    with app.app_context():
        comment = a_comment(article, duplicate_key="words")
    decide(client, as_moderator, comment, "trash")
    decide(client, as_moderator, comment, "restore", seen=2)
    taken = key_of(app, comment)
    decide(client, as_moderator, comment, "trash", seen=3)
    with app.app_context():
        other = a_comment(article, duplicate_key=taken)
    assert decide(client, as_moderator, comment, "restore", seen=4).status_code == 200
    assert (key_of(app, comment), key_of(app, other)) == (None, taken)
