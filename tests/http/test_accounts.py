"""Staff log in, keep tokens, and are managed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import actions
from app.accounts.door import COOKIE
from app.accounts.models import ApiToken, Moderator
from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import db
from app.permissions import Role
from tests.conftest import Headers
from tests.contract import ContractClient

LOGIN = "/api/v1/session"
ME = "/api/v1/me"


@pytest.fixture
def grace(app: Flask) -> str:
    """An admin named Grace; gives her password."""
    with app.app_context():
        _, password = actions.add_moderator(
            actions.COMMAND_LINE, name="Grace", email="Grace@example.org", role=Role.ADMIN
        )
    return password


def log_in(client: FlaskClient, login: str, password: str, **options: Any) -> Any:  # noqa: ANN401 (test response)
    return client.post(LOGIN, json={"login": login, "password": password}, **options)


@pytest.fixture
def session(client: ContractClient, grace: str) -> Headers:
    """Grace's browser: the cookie is in the client, the CSRF token here."""
    return {"X-CSRF-Token": log_in(client, "Grace", grace).json["csrf_token"]}


@pytest.mark.parametrize("login", ["Grace", " gRACE ", "grace@EXAMPLE.org"])
def test_one_logs_in_by_name_or_address(client: ContractClient, grace: str, login: str) -> None:
    answer = log_in(client, login, grace)
    assert answer.status_code == 200
    assert (answer.json["name"], answer.json["role"]) == ("Grace", "admin")
    assert answer.json["account"]["password_change_due"] is True


def test_the_session_s_cookie_is_out_of_reach_for_scripts_and_other_sites(client: ContractClient, grace: str) -> None:
    cookie = log_in(client, "Grace", grace).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_secure(client: ContractClient, grace: str) -> None:
    assert "Secure" in log_in(client, "Grace", grace, base_url="https://localhost").headers["Set-Cookie"]


@pytest.mark.parametrize(("login", "password"), [("Grace", "wrong"), ("Nobody", "wrong"), ("grace@example.com", "x")])
def test_a_wrong_log_in_is_refused_alike_whether_the_account_exists_or_not(
    client: ContractClient, grace: str, login: str, password: str
) -> None:
    answer = log_in(client, login, password)
    assert (answer.status_code, answer.json["code"]) == (401, "log_in_failed")
    assert "WWW-Authenticate" in answer.headers


def test_log_ins_are_limited_by_address_and_account_and_success_wipes_the_slate(
    client: ContractClient, grace: str, configure: Callable[..., None]
) -> None:
    configure(limit_login="3 per 15 minutes; 4 per hour")
    assert [log_in(client, "Grace", "wrong").status_code for _ in range(2)] == [401, 401]
    assert log_in(client, "Grace", grace).status_code == 200
    assert [log_in(client, "Grace", "wrong").status_code for _ in range(4)] == [401, 401, 401, 429]
    assert log_in(client, "Somebody", "wrong").status_code == 401


def test_who_goes_on_trying_waits_longer(client: ContractClient, grace: str, configure: Callable[..., None]) -> None:
    configure(limit_login="1 per 15 minutes; 3 per hour")
    waits = [int(log_in(client, "Grace", "wrong").headers.get("Retry-After", 0)) for _ in range(4)]
    assert waits[0] == 0
    assert 0 < waits[1] <= 901 < waits[3] <= 3601


def test_an_address_that_tries_one_account_after_the_other_is_limited_too(
    client: ContractClient, grace: str, configure: Callable[..., None]
) -> None:
    configure(limit_logins="2 per 15 minutes")
    assert [log_in(client, f"somebody {n}", "wrong").status_code for n in range(3)] == [401, 401, 429]


def test_the_current_password_cannot_be_guessed_without_end(
    client: ContractClient, session: Headers, grace: str, configure: Callable[..., None]
) -> None:
    configure(limit_login="2 per 15 minutes")
    change = {"name": "Grace H.", "current_password": "guess"}
    assert [client.patch(ME, json=change, headers=session).status_code for _ in range(3)] == [403, 403, 429]


def test_a_lesser_token_does_not_revoke_a_greater_one_of_the_same_account(
    client: ContractClient, session: Headers
) -> None:
    greater = client.post("/api/v1/tokens", json={"name": "g", "role": "admin"}, headers=session).json
    lesser = client.post("/api/v1/tokens", json={"name": "l", "role": "moderator"}, headers=session).json
    mine = {"Authorization": f"Bearer {lesser['token']}"}
    assert client.delete(f"/api/v1/tokens/{greater['id']}", headers=mine).status_code == 404
    assert client.delete(f"/api/v1/tokens/{lesser['id']}", headers=mine).status_code == 204


def test_a_session_reads_by_cookie_and_writes_only_with_its_csrf_token(
    client: ContractClient, session: Headers
) -> None:
    assert client.get(ME).status_code == 200
    new = {"name": "ci", "role": "moderator"}
    assert client.post("/api/v1/tokens", json=new).status_code == 401
    assert client.post("/api/v1/tokens", json=new, headers={"X-CSRF-Token": "k1.no"}).status_code == 401
    assert client.post("/api/v1/tokens", json=new, headers=session).status_code == 201


def test_without_its_csrf_token_a_session_posts_as_a_guest(client: ContractClient, session: Headers, slug: str) -> None:
    url = f"/api/v1/articles/{slug}/comments"
    assert client.post(url, json={"content": "Me."}).status_code == 422
    assert client.post(url, json={"content": "Me."}, headers=session).status_code == 201


def test_one_logs_out_and_the_cookie_is_worth_nothing(client: ContractClient, session: Headers) -> None:
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert client.delete(LOGIN, headers=session).status_code == 204
    client.set_cookie(COOKIE, cookie.value)
    assert client.get(ME).status_code == 401
    assert client.delete(LOGIN, headers=session).status_code == 401


def test_a_session_ends_after_hours_without_use_and_not_before(client: ContractClient, session: Headers) -> None:
    start = clock.now()
    clock.use(lambda: start + timedelta(hours=11))
    assert client.get(ME).status_code == 200
    clock.use(lambda: start + timedelta(hours=22))
    assert client.get(ME).status_code == 200
    clock.use(lambda: start + timedelta(hours=35))
    assert client.get(ME).status_code == 401


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(
    app: Flask, client: ContractClient, session: Headers, grace: str
) -> None:
    elsewhere = app.test_client()
    log_in(elsewhere, "Grace", grace)
    change = {"current_password": "no", "new_password": "correct horse battery"}
    assert client.patch(ME, json=change, headers=session).status_code == 403
    changed = client.patch(ME, json=change | {"current_password": grace}, headers=session)
    assert changed.status_code == 200
    assert changed.json is not None
    assert changed.json["password_change_due"] is False
    assert client.get(ME).status_code == 200
    assert elsewhere.get(ME).status_code == 401
    assert log_in(elsewhere, "Grace", grace).status_code == 401
    assert log_in(elsewhere, "Grace", "correct horse battery").status_code == 200


def test_a_short_password_is_refused(client: ContractClient, session: Headers, grace: str) -> None:
    answer = client.patch(ME, json={"current_password": grace, "new_password": "short"}, headers=session)
    assert answer.status_code == 422


def test_a_token_is_told_once_and_kept_as_a_hash(app: Flask, client: ContractClient, as_admin: Headers) -> None:
    made = client.post("/api/v1/tokens", json={"name": "ci", "role": "moderator"}, headers=as_admin).json
    assert made is not None
    listed = client.get("/api/v1/tokens", headers=as_admin).json
    assert listed is not None
    assert all("token" not in item for item in listed["items"])
    with app.app_context():
        assert made["token"] not in str(db.session.execute(select(ApiToken.__table__)).all())
    assert client.get(ME, headers={"Authorization": f"Bearer {made['token']}"}).status_code == 200


def test_a_revoked_token_is_worth_nothing_at_once(client: ContractClient, as_admin: Headers) -> None:
    made = client.post("/api/v1/tokens", json={"name": "ci", "role": "editor"}, headers=as_admin).json
    assert made is not None
    mine = {"Authorization": f"Bearer {made['token']}"}
    assert client.get(ME, headers=mine).status_code == 200
    assert client.delete(f"/api/v1/tokens/{made['id']}", headers=as_admin).status_code == 204
    assert client.get(ME, headers=mine).status_code == 401
    assert client.delete(f"/api/v1/tokens/{made['id']}", headers=as_admin).status_code == 404


def test_a_token_expires(client: ContractClient, as_admin: Headers) -> None:
    new = {"name": "ci", "role": "editor", "expires_in_days": 1}
    made = client.post("/api/v1/tokens", json=new, headers=as_admin).json
    assert made is not None
    start = clock.now()
    clock.use(lambda: start + timedelta(days=2))
    assert client.get(ME, headers={"Authorization": f"Bearer {made['token']}"}).status_code == 401


def test_nobody_gives_a_token_more_than_they_have(client: ContractClient, as_moderator: Headers) -> None:
    answer = client.post("/api/v1/tokens", json={"name": "x", "role": "admin"}, headers=as_moderator)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["code"] == "role_above_own"


def test_a_token_loses_what_its_owner_loses(app: Flask, client: ContractClient, session: Headers) -> None:
    made = client.post("/api/v1/tokens", json={"name": "x", "role": "admin"}, headers=session).json
    assert made is not None
    mine = {"Authorization": f"Bearer {made['token']}"}
    with app.app_context():
        actions.add_moderator(actions.COMMAND_LINE, name="Other", email="o@example.org", role=Role.ADMIN)
        grace = db.session.scalars(select(Moderator).where(Moderator.name == "Grace")).one()
        grace_id = grace.id
    url = f"/api/v1/moderators/{grace_id}"
    changed = client.patch(url, json={"role": "moderator"}, headers=session | {"If-Match": '"v1"'})
    assert changed.status_code == 200
    me = client.get(ME, headers=mine).json
    assert me is not None
    assert me["role"] == "moderator"


def test_when_a_token_was_last_used_is_noted(client: ContractClient, as_admin: Headers) -> None:
    client.get(ME, headers=as_admin)
    listed = client.get("/api/v1/tokens", headers=as_admin).json
    assert listed is not None
    assert listed["items"][0]["last_used_at"] is not None


@pytest.mark.parametrize("credentials", ["Bearer", "Bearer x", "Basic eDp5", "x", "Bearer \u00e4"])
def test_credentials_that_are_none_make_a_guest(client: ContractClient, credentials: str) -> None:
    answer = client.get(ME, headers={"Authorization": credentials})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


class TestAdmins:
    def test_add_staff_who_get_a_one_time_password(self, client: ContractClient, as_admin: Headers) -> None:
        new = {"name": "Ada", "email": "ada@example.org", "role": "editor"}
        made: Any = client.post("/api/v1/moderators", json=new, headers=as_admin)
        assert made.status_code == 201
        assert log_in(client, "Ada", made.json["password"]).json["role"] == "editor"

    @pytest.mark.parametrize(
        ("other", "field"),
        [({"name": " ADA", "email": "x@example.org"}, "name"), ({"name": "X", "email": "Ada@example.org"}, "email")],
    )
    def test_cannot_add_a_name_or_address_twice(
        self, client: ContractClient, as_admin: Headers, other: dict[str, str], field: str
    ) -> None:
        client.post("/api/v1/moderators", json={"name": "Ada", "email": "ada@example.org"}, headers=as_admin)
        answer: Any = client.post("/api/v1/moderators", json=other, headers=as_admin)
        assert (answer.status_code, answer.json["code"], answer.json["field"]) == (409, "already_there", field)

    @pytest.mark.parametrize("email", ["ada", "ada@ada", "@example.org"])
    def test_cannot_add_what_is_no_address(self, client: ContractClient, as_admin: Headers, email: str) -> None:
        answer: Any = client.post("/api/v1/moderators", json={"name": "Ada", "email": email}, headers=as_admin)
        assert answer.json["errors"][0]["code"] == "email_invalid"

    def test_take_somebody_out_of_service_at_once(
        self, app: Flask, client: ContractClient, session: Headers, as_admin: Headers
    ) -> None:
        with app.app_context():
            other, password = actions.add_moderator(
                actions.COMMAND_LINE, name="Ada", email="ada@example.org", role=Role.EDITOR
            )
            other_id = other.id
        browser = app.test_client()
        assert log_in(browser, "Ada", password).status_code == 200
        url = f"/api/v1/moderators/{other_id}"
        assert client.patch(url, json={"active": False}, headers=as_admin).status_code == 428
        seen = {"If-Match": '"v1"'}
        assert client.patch(url, json={"active": False}, headers=as_admin | seen).status_code == 200
        assert browser.get(ME).status_code == 401
        assert log_in(browser, "Ada", password).status_code == 401
        late: Any = client.patch(url, json={"active": True}, headers=as_admin | seen)
        assert (late.status_code, late.json["changed_by"]) == (412, "test admin")

    @pytest.mark.parametrize("change", [{"role": "editor"}, {"active": False}])
    def test_somebody_stays_admin(
        self, app: Flask, client: ContractClient, session: Headers, change: dict[str, Any]
    ) -> None:
        with app.app_context():
            grace_id = db.session.scalars(select(Moderator.id)).one()
        url = f"/api/v1/moderators/{grace_id}"
        answer: Any = client.patch(url, json=change, headers=session | {"If-Match": '"v1"'})
        assert (answer.status_code, answer.json["code"]) == (409, "last_admin")

    def test_change_nobody_who_is_not_there(self, client: ContractClient, as_admin: Headers) -> None:
        answer = client.patch("/api/v1/moderators/77", json={}, headers=as_admin | {"If-Match": '"v1"'})
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("method", "url"),
    [("GET", "/moderators"), ("POST", "/moderators"), ("PATCH", "/moderators/1"), ("PATCH", "/settings")],
)
def test_moderators_and_settings_are_for_admins(
    client: ContractClient, as_editor: Headers, method: str, url: str
) -> None:
    assert client.open(f"/api/v1{url}", method=method, json={}, headers=as_editor).status_code == 403
    assert client.open(f"/api/v1{url}", method=method, json={}).status_code == 401


def test_what_is_done_to_accounts_is_in_the_audit_log_without_addresses(
    app: Flask, client: ContractClient, as_admin: Headers
) -> None:
    client.post("/api/v1/moderators", json={"name": "Ada", "email": "ada@example.org"}, headers=as_admin)
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).all()
        last = entries[0]
        assert (last.action, last.actor_name, last.to_state) == ("moderator_added", "test admin", "moderator")
        assert "@" not in "".join(str(vars(entry)) for entry in entries)
