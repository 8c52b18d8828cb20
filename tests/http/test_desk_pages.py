"""Do the desk's pages open to whom they should, keep to themselves, and refuse what other sites send?"""

import pytest
from flask import Flask

from app.accounts import actions as accounts
from app.accounts.door import COOKIE, csrf_token
from app.permissions import Role
from tests.contract import ContractClient

Headers = dict[str, str]

MODERATORS = (
    "/desk/comments",
    "/desk/log",
    "/desk/words",
    "/desk/settings",
    "/desk/tokens",
    "/desk/articles",
    "/desk/figures",
)
EDITORS = ("/desk/new-article",)
ADMINS = ("/desk/people",)
PAGES = (*MODERATORS, *EDITORS, *ADMINS)


@pytest.fixture
def browser(app: Flask, client: ContractClient) -> ContractClient:
    """A browser in which an admin is logged in."""
    with app.app_context():
        made, password = accounts.add_moderator(
            accounts.COMMAND_LINE, name="Ada Admin", email="ada@example.org", role=Role.ADMIN
        )
        _, cookie = accounts.log_in(made.name, password)
    client.set_cookie(COOKIE, cookie)
    return client


@pytest.fixture
def csrf(app: Flask, browser: ContractClient) -> str:
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    with app.app_context():
        return csrf_token(cookie.value)


@pytest.mark.parametrize("path", PAGES)
def test_guests_are_led_to_the_log_in_and_back(client: ContractClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/desk/log-in?next=%2Fdesk%2F")


@pytest.mark.parametrize("path", PAGES)
def test_an_admin_sees_every_page(client: ContractClient, as_admin: Headers, path: str) -> None:
    answer = client.get(path, headers=as_admin)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", MODERATORS)
def test_a_moderator_sees_what_moderators_may_see(client: ContractClient, as_moderator: Headers, path: str) -> None:
    assert client.get(path, headers=as_moderator).status_code == 200


@pytest.mark.parametrize("path", [*EDITORS, *ADMINS])
def test_a_moderator_does_not_see_the_rest(client: ContractClient, as_moderator: Headers, path: str) -> None:
    answer = client.get(path, headers=as_moderator)
    assert answer.status_code == 403
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ADMINS)
def test_an_editor_does_not_manage_people(client: ContractClient, as_editor: Headers, path: str) -> None:
    assert client.get(path, headers=as_editor).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_no_cache_keeps_a_page_and_no_script_of_others_runs_in_it(
    client: ContractClient, as_admin: Headers, path: str
) -> None:
    headers = client.get(path, headers=as_admin).headers
    assert headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_style_or_a_script_in_it(client: ContractClient, as_admin: Headers, path: str) -> None:
    page = client.get(path, headers=as_admin).text
    assert " style=" not in page
    assert "<style" not in page
    assert "<script>" not in page
    assert " onclick=" not in page


@pytest.mark.parametrize("path", PAGES)
def test_every_form_that_changes_something_says_that_it_is_ours(browser: ContractClient, csrf: str, path: str) -> None:
    page = browser.get(path).text
    posted = page.count('method="post"')
    assert page.count(f'name="csrf_token" value="{csrf}"') == posted
    assert posted


@pytest.mark.parametrize(
    "path",
    [
        "/desk/words",
        "/desk/words/try",
        "/desk/words/list",
        "/desk/settings",
        "/desk/people",
        "/desk/tokens",
        "/desk/account",
        "/desk/new-article",
        "/desk/comments/search",
    ],
)
def test_a_form_without_the_token_does_nothing(browser: ContractClient, path: str) -> None:
    fields = {"kind": "moderation", "pattern": "casino", "name": "Eve", "title": "Eve's", "body": "Text"}
    answer = browser.post(path, data=fields)
    assert answer.status_code == 401
    assert 'href="/desk/log-in?' in answer.text
    assert "Text" in answer.text
    assert "casino" not in browser.get("/desk/words").text


@pytest.mark.parametrize("path", ["/desk/account", "/desk/people"])
def test_a_password_is_not_given_back_where_a_form_is(browser: ContractClient, path: str) -> None:
    fields = {"current_password": "eight bells and all", "new_password": "is well at sea", "name": "Eve"}
    page = browser.post(path, data=fields).text
    assert "eight bells" not in page
    assert "well at sea" not in page


def test_a_form_with_the_token_does_what_it_says(browser: ContractClient, csrf: str) -> None:
    fields = {"kind": "moderation", "mode": "word", "pattern": "casino", "csrf_token": csrf}
    answer = browser.post("/desk/words", data=fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/words?said=word_added")
    assert "casino" in browser.get(answer.headers["Location"]).text


def test_a_page_that_is_not_there_is_told_so_in_the_desk(client: ContractClient, as_moderator: Headers) -> None:
    answer = client.get("/desk/words/4711", headers=as_moderator)
    assert answer.status_code == 404
    assert "<h1" in answer.text


@pytest.mark.parametrize("path", ["/desk/words", "/desk/articles", "/desk/log", "/desk/comments"])
def test_a_cursor_that_no_list_made_is_refused_on_a_page(client: ContractClient, as_admin: Headers, path: str) -> None:
    answer = client.get(f"{path}?cursor=nonsense", headers=as_admin)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("text/html")
