"""Are accounts and tokens managed in a browser, and is every secret told once and kept nowhere?"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.accounts import actions as accounts
from app.accounts.door import COOKIE, csrf_token
from app.permissions import Role
from tests.contract import ContractClient

Headers = dict[str, str]
PEOPLE = "/desk/people"
TOKENS = "/desk/tokens"
ACCOUNT = "/desk/account"
GRACE = {"name": "Grace", "email": "grace@example.org", "role": "editor"}


def secret_in(page: str) -> str:
    found = re.search(r'<code class="secret"[^>]*>([^<]+)</code>', page)
    assert found is not None, page
    return found[1]


def people(client: ContractClient, headers: Headers) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in client.get("/api/v1/moderators", headers=headers).json["items"]}


LogIn = Callable[[str, str], str]


@pytest.fixture
def log_in(app: Flask, client: ContractClient) -> LogIn:
    """Log a browser in by name and password, and give the token of its forms."""

    def enter(name: str, password: str) -> str:
        with app.app_context():
            _, cookie = accounts.log_in(name, password)
            client.set_cookie(COOKIE, cookie)
            return csrf_token(cookie)

    return enter


def test_a_new_account_gets_a_password_that_is_told_once(
    client: ContractClient, as_admin: Headers, log_in: LogIn
) -> None:
    answer = client.post(PEOPLE, data=GRACE, headers=as_admin)
    assert answer.status_code == 201
    password = secret_in(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert password not in client.get(PEOPLE, headers=as_admin).text
    log_in("Grace", password)


def test_an_account_that_is_there_comes_back_in_its_form(client: ContractClient, as_admin: Headers) -> None:
    client.post(PEOPLE, data=GRACE, headers=as_admin)
    answer = client.post(PEOPLE, data=GRACE | {"email": "other@example.org"}, headers=as_admin)
    assert answer.status_code == 409
    assert "Another account has this name." in answer.text
    assert 'value="other@example.org"' in answer.text


def test_an_address_that_is_none_comes_back_in_its_form(client: ContractClient, as_admin: Headers) -> None:
    answer = client.post(PEOPLE, data=GRACE | {"email": "grace"}, headers=as_admin)
    assert answer.status_code == 422
    assert 'href="#field-email"' in answer.text
    assert "This is no e-mail address." in answer.text
    assert '<option value="editor" selected>' in answer.text


def test_an_account_is_changed_and_the_log_names_what_was_different(client: ContractClient, as_admin: Headers) -> None:
    client.post(PEOPLE, data=GRACE, headers=as_admin)
    grace = people(client, as_admin)["Grace"]
    form = GRACE | {"role": "moderator", "active": "true", "if_match": '"v1"'}
    assert client.post(f"{PEOPLE}/{grace['id']}", data=form, headers=as_admin).status_code == 303
    assert people(client, as_admin)["Grace"]["role"] == "moderator"
    log = client.get("/api/v1/moderation/log?action=moderator_changed", headers=as_admin).json["items"]
    assert log[0]["details"] == {"fields": ["role"]}


def test_an_account_is_taken_out_of_service(client: ContractClient, as_admin: Headers) -> None:
    client.post(PEOPLE, data=GRACE, headers=as_admin)
    grace = people(client, as_admin)["Grace"]
    client.post(f"{PEOPLE}/{grace['id']}", data=GRACE | {"if_match": '"v1"'}, headers=as_admin)
    assert people(client, as_admin)["Grace"]["active"] is False
    assert "out of service" in client.get(PEOPLE, headers=as_admin).text


def test_the_last_admin_stays_one(client: ContractClient, as_admin: Headers) -> None:
    client.post(PEOPLE, data=GRACE | {"role": "admin"}, headers=as_admin)
    grace = people(client, as_admin)["Grace"]
    answer = client.post(
        f"{PEOPLE}/{grace['id']}", data=GRACE | {"active": "true", "if_match": '"v1"'}, headers=as_admin
    )
    assert answer.status_code == 409
    assert "Somebody must stay admin." in answer.text


def test_a_new_one_time_password_ends_the_old_log_ins(client: ContractClient, as_admin: Headers, log_in: LogIn) -> None:
    first = secret_in(client.post(PEOPLE, data=GRACE, headers=as_admin).text)
    log_in("Grace", first)
    grace = people(client, as_admin)["Grace"]
    answer = client.post(f"{PEOPLE}/{grace['id']}/password", data={"if_match": '"v1"'}, headers=as_admin)
    assert answer.status_code == 200
    assert secret_in(answer.text) != first
    assert client.get(ACCOUNT).status_code == 303
    log_in("Grace", secret_in(answer.text))
    assert client.get(ACCOUNT).status_code == 200


def test_a_token_is_told_once_and_opens_what_it_may(client: ContractClient, as_admin: Headers) -> None:
    answer = client.post(TOKENS, data={"name": "Importer", "role": "editor", "expires_in_days": "7"}, headers=as_admin)
    assert answer.status_code == 201
    token = secret_in(answer.text)
    page = client.get(TOKENS, headers=as_admin).text
    assert token not in page
    assert "Importer" in page
    assert client.get("/api/v1/editing/articles", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_a_token_that_is_revoked_opens_nothing(client: ContractClient, as_admin: Headers) -> None:
    token = secret_in(client.post(TOKENS, data={"name": "Importer", "role": "editor"}, headers=as_admin).text)
    listed = client.get("/api/v1/tokens", headers=as_admin).json["items"]
    (its_id,) = [each["id"] for each in listed if each["name"] == "Importer"]
    assert client.post(f"{TOKENS}/{its_id}/revoke", headers=as_admin).status_code == 303
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_nobody_makes_a_token_above_their_own_role(client: ContractClient, as_moderator: Headers) -> None:
    assert '<option value="admin"' not in client.get(TOKENS, headers=as_moderator).text
    answer = client.post(TOKENS, data={"name": "Mine", "role": "admin"}, headers=as_moderator)
    assert answer.status_code == 422
    assert 'value="Mine"' in answer.text
    assert 'href="#field-role"' in answer.text


@pytest.fixture
def grace(app: Flask, log_in: LogIn) -> tuple[str, str]:
    """An editor who is logged in: the token of her forms, and her password."""
    with app.app_context():
        _, password = accounts.add_moderator(
            accounts.COMMAND_LINE, name="Grace", email="grace@example.org", role=Role.EDITOR
        )
    return log_in("Grace", password), password


def test_one_changes_ones_own_password(client: ContractClient, grace: tuple[str, str], log_in: LogIn) -> None:
    csrf, password = grace
    form = {"csrf_token": csrf, "name": "Grace", "email": "grace@example.org", "current_password": password}
    answer = client.post(ACCOUNT, data=form | {"new_password": "correct horse battery"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ACCOUNT}?said=account_changed")
    assert "was made by somebody else" not in client.get(ACCOUNT).text
    log_in("Grace", "correct horse battery")


def test_a_wrong_password_changes_nothing_and_no_password_comes_back(
    client: ContractClient, grace: tuple[str, str]
) -> None:
    csrf, _ = grace
    form = {"csrf_token": csrf, "name": "Gracie", "email": "grace@example.org", "current_password": "not this one"}
    answer = client.post(ACCOUNT, data=form | {"new_password": "correct horse battery"})
    assert answer.status_code == 403
    assert 'href="#field-current_password"' in answer.text
    assert 'value="Gracie"' in answer.text
    assert "correct horse battery" not in answer.text
    assert "not this one" not in answer.text.replace("The current password is not this one.", "")


def test_a_password_that_is_too_short_comes_back_with_what_is_wrong(
    client: ContractClient, grace: tuple[str, str]
) -> None:
    csrf, password = grace
    form = {"csrf_token": csrf, "name": "Grace", "email": "grace@example.org", "current_password": password}
    answer = client.post(ACCOUNT, data=form | {"new_password": "short"})
    assert answer.status_code == 422
    assert 'href="#field-new_password"' in answer.text


def test_a_token_has_no_account_of_its_own(client: ContractClient, as_admin: Headers) -> None:
    assert client.get(ACCOUNT, headers=as_admin).status_code == 403
