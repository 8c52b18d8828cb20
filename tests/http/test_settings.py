"""Are the discussion settings read by everybody, written by admins, checked, and in force at once?"""

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.ground.audit import AuditEntry
from app.ground.db import db
from app.site.settings import PUBLIC_FIELDS, DiscussionSettings, discussion_settings

PATH = "/api/v1/settings"
ALL = "/api/v1/moderation/settings"
Headers = dict[str, str]


def change(client: FlaskClient, headers: Headers, body: object, *, seen: int = 0) -> TestResponse:
    return client.patch(PATH, json=body, headers={**headers, "If-Match": f'"v{seen}"'})


def errors_of(response: TestResponse) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in response.get_json()["errors"]]


def test_everybody_reads_the_harmless_part(client: FlaskClient) -> None:
    answer = client.get(PATH)
    assert answer.status_code == 200
    assert set(answer.get_json()) == set(PUBLIC_FIELDS)
    assert answer.get_json()["max_depth"] == 5
    assert answer.headers["ETag"] == '"v0"'


def test_what_decides_about_holding_is_not_in_the_harmless_part(client: FlaskClient) -> None:
    assert not {"hold_all", "hold_first_comment", "trust", "link_limit"} & set(client.get(PATH).get_json())


def test_settings_that_are_known_are_not_sent_again(client: FlaskClient) -> None:
    assert client.get(PATH, headers={"If-None-Match": '"v0"'}).status_code == 304


def test_staff_read_all_of_them(client: FlaskClient, as_moderator: Headers) -> None:
    answer = client.get(ALL, headers=as_moderator)
    assert answer.status_code == 200
    assert answer.get_json()["link_limit"] == 2
    assert answer.get_json()["changed_by"] is None
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_guest_does_not_read_all_of_them(client: FlaskClient) -> None:
    assert client.get(ALL).status_code == 401


def test_an_admin_changes_one_and_gets_all_back(client: FlaskClient, as_admin: Headers) -> None:
    answer = change(client, as_admin, {"max_depth": 3})
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"v1"'
    body = answer.get_json()
    assert (body["max_depth"], body["page_size"], body["version"]) == (3, 50, 1)
    assert body["changed_by"] == "test admin"


def test_a_change_is_read_by_the_next_request(client: FlaskClient, as_admin: Headers) -> None:
    change(client, as_admin, {"order": "newest"})
    assert client.get(PATH).get_json()["order"] == "newest"


@pytest.mark.parametrize("role", ["as_moderator", "as_editor"])
def test_who_is_no_admin_changes_nothing(client: FlaskClient, request: pytest.FixtureRequest, role: str) -> None:
    assert change(client, request.getfixturevalue(role), {"max_depth": 3}).status_code == 403
    assert client.get(PATH).get_json()["max_depth"] == 5


def test_a_guest_changes_nothing(client: FlaskClient) -> None:
    assert change(client, {}, {"max_depth": 3}).status_code == 401


def test_a_change_that_names_no_version_is_refused(client: FlaskClient, as_admin: Headers) -> None:
    assert client.patch(PATH, json={"max_depth": 3}, headers=as_admin).status_code == 428


def test_a_change_of_an_older_version_tells_who_was_first(client: FlaskClient, as_admin: Headers) -> None:
    change(client, as_admin, {"max_depth": 3})
    late = change(client, as_admin, {"max_depth": 4}, seen=0)
    assert late.status_code == 412
    assert late.get_json()["changed_by"] == "test admin"
    assert late.get_json()["changed_at"]
    assert late.headers["ETag"] == '"v1"'


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("max_depth", 1, "out_of_range"),
        ("max_depth", 11, "out_of_range"),
        ("max_depth", "5", "wrong_type"),
        ("max_depth", 3.5, "wrong_type"),
        ("max_depth", True, "wrong_type"),
        ("max_depth", None, "null_not_allowed"),
        ("page_size", 0, "out_of_range"),
        ("page_size", 101, "out_of_range"),
        ("close_after_days", -1, "out_of_range"),
        ("link_limit", -1, "out_of_range"),
        ("threaded", "yes", "wrong_type"),
        ("threaded", 1, "wrong_type"),
        ("threaded", 0, "wrong_type"),
        ("threaded", "true", "wrong_type"),
        ("order", "random", "not_a_choice"),
        ("trust", "everybody", "not_a_choice"),
        ("discussion", "ajar", "not_a_choice"),
        ("nonsense", 1, "unknown_field"),
        ("version", 7, "unknown_field"),
    ],
)
def test_a_value_that_is_none_of_the_choices_is_refused(
    client: FlaskClient, as_admin: Headers, field: str, value: object, code: str
) -> None:
    answer = change(client, as_admin, {field: value})
    assert answer.status_code == 422
    assert errors_of(answer) == [(field, code)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("max_depth", 2), ("max_depth", 10), ("page_size", 1), ("page_size", 100), ("link_limit", 0), ("threaded", False)],
)
def test_a_value_at_the_edge_is_taken(client: FlaskClient, as_admin: Headers, field: str, value: object) -> None:
    assert change(client, as_admin, {field: value}).get_json()[field] == value


def test_every_wrong_value_is_told_at_once(client: FlaskClient, as_admin: Headers) -> None:
    answer = change(client, as_admin, {"max_depth": 99, "page_size": 0, "threaded": "yes"})
    assert {field for field, _ in errors_of(answer)} == {"max_depth", "page_size", "threaded"}


def test_one_wrong_value_keeps_the_right_ones_out_too(client: FlaskClient, as_admin: Headers) -> None:
    change(client, as_admin, {"max_depth": 99, "page_size": 10})
    assert client.get(PATH).get_json()["page_size"] == 50


def test_a_change_of_nothing_is_refused(client: FlaskClient, as_admin: Headers) -> None:
    assert errors_of(change(client, as_admin, {})) == [("body", "required")]


def test_a_change_is_written_down_with_old_and_new_values(app: Flask, client: FlaskClient, as_admin: Headers) -> None:
    change(client, as_admin, {"max_depth": 3, "threaded": True, "order": "newest"})
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "settings_changed")).one()
    assert entry.details == {"fields": {"max_depth": {"from": 5, "to": 3}, "order": {"from": "oldest", "to": "newest"}}}
    assert entry.actor_name == "test admin"


def test_a_change_to_what_is_so_already_leaves_version_and_log_alone(
    app: Flask, client: FlaskClient, as_admin: Headers
) -> None:
    answer = change(client, as_admin, {"max_depth": 5})
    assert (answer.status_code, answer.get_json()["version"]) == (200, 0)
    assert answer.get_json()["changed_by"] is None
    with app.app_context():
        assert not db.session.scalars(select(AuditEntry).where(AuditEntry.action == "settings_changed")).all()


def test_switching_the_discussions_off_notes_since_when(app: Flask, client: FlaskClient, as_admin: Headers) -> None:
    change(client, as_admin, {"max_depth": 3})
    with app.app_context():
        assert discussion_settings(db.session()).discussion_switched_at is None
    answer = change(client, as_admin, {"discussion": "closed"}, seen=1)
    with app.app_context():
        assert discussion_settings(db.session()).discussion_switched_at == answer.get_json()["changed_at"]


def test_of_two_admins_at_once_one_is_first_and_one_is_told(app: Flask, as_admin: Headers) -> None:
    answers: list[int] = []
    ready = threading.Barrier(2)

    def patch(size: int) -> None:
        ready.wait()
        answers.append(change(app.test_client(), as_admin, {"page_size": size}).status_code)

    threads = [threading.Thread(target=patch, args=(size,)) for size in (10, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 412]


def test_every_setting_but_the_moment_of_the_switch_can_be_changed(client: FlaskClient, as_admin: Headers) -> None:
    kept = set(DiscussionSettings.__slots__) - {"discussion_switched_at"}
    shown = set(client.get(ALL, headers=as_admin).get_json()) - {"version", "changed_by", "changed_at"}
    assert shown == kept
