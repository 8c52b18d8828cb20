"""Staff come in by the desk's log-in and go out again; nobody else gets further than its door."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts import actions
from app.accounts.door import COOKIE
from app.accounts.models import StaffSession
from app.ground.db import db
from app.permissions import Role
from tests import staffing
from tests.contract import ContractClient
from tests.reading import one, read, texts

LOG_IN = "/desk/log-in"
STAFF_PAGES = (
    "/desk/queue",
    "/desk/all-that-match",
    "/desk/comments/1",
    "/desk/comments/1/edit",
    "/desk/comments/1/reply",
    "/desk/operations/1",
    "/desk/nothing-is-here",
)
STAFF_ACTS = (
    "/desk/operations",
    "/desk/operations/1/undo",
    "/desk/all-that-match",
    "/desk/comments/1/decide",
    "/desk/comments/1/edit",
    "/desk/comments/1/reply",
    "/desk/comments/1/pin",
    "/desk/comments/1/reveal-email",
    "/desk/comments/1/erase",
    "/desk/articles/tides/discussion",
)


@pytest.fixture
def password(app: Flask) -> str:
    """The one-time password of a moderator named Grace."""
    with app.app_context():
        _, once = actions.add_moderator(
            actions.COMMAND_LINE, name="Grace", email="grace@staff.example", role=Role.MODERATOR
        )
    return once


def enter(client: ContractClient, password: str, **fields: str) -> Any:  # noqa: ANN401 (werkzeug's test response)
    return client.post(LOG_IN, data={"login": "Grace", "password": password} | fields)


def sessions(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(StaffSession)) or 0


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_a_guest_is_led_to_the_log_in_and_would_come_back(client: ContractClient, path: str) -> None:
    answer = client.get(f"{path}?a=b")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{LOG_IN}?next={path.replace('/', '%2F')}%3Fa%3Db"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", STAFF_ACTS)
def test_what_a_guest_sends_leads_to_the_log_in_too(client: ContractClient, path: str) -> None:
    answer = client.post(path, data={"action": "approve", "back": "/desk/queue?reason=first_comment"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{LOG_IN}?next=%2Fdesk%2Fqueue%3Freason%3Dfirst_comment&unsent=1"
    page = read(client.get(answer.headers["Location"]))
    assert "what you sent was not done" in page.get_text()


def test_the_desk_itself_is_the_queue(app: Flask) -> None:
    hand = staffing.log_in(app)
    for path in ("/desk", "/desk/"):
        assert hand.get(path).headers["Location"] == "/desk/queue"


def test_one_logs_in_and_is_where_one_wanted_to_be(client: ContractClient, password: str) -> None:
    page = read(client.get(f"{LOG_IN}?next=%2Fdesk%2Fqueue%3Freason%3Dfirst_comment"))
    form = staffing.form_to(page, LOG_IN)
    answer = enter(client, password, next=staffing.fields_of(form)["next"])
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/desk/queue?reason=first_comment")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert client.get(answer.headers["Location"]).status_code == 200


def test_whoever_has_a_one_time_password_is_asked_for_one_of_their_own(client: ContractClient, password: str) -> None:
    page = read(client.get(enter(client, password).headers["Location"]))
    assert "one-time" in one(page, "p.note-said").get_text()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/desk/queue",
        "//evil.example/desk/",
        "/\\evil.example/desk/",
        "/desk/\\evil.example",
        "javascript:alert(1)",
        "/articles/x",
        "/desk/log-in?next=/desk/queue",
        "/desk/queue\r\nX-Header: 1",
    ],
)
def test_a_log_in_leads_to_no_page_but_one_of_the_desk(client: ContractClient, password: str, elsewhere: str) -> None:
    place = enter(client, password, next=elsewhere).headers["Location"]
    assert place.partition("?")[0] == "/desk/queue"


def test_a_wrong_password_comes_back_with_the_name_and_without_the_password(
    client: ContractClient, password: str
) -> None:
    answer = enter(client, "wrong horse")
    page = read(answer, 401)
    assert one(page, "#field-login")["value"] == "Grace"
    assert "wrong horse" not in answer.text
    assert texts(page, "#problems") == ["This account and password do not fit together."]
    assert "Set-Cookie" not in answer.headers


def test_an_empty_log_in_is_asked_for_again(client: ContractClient) -> None:
    page = read(client.post(LOG_IN, data={"login": "", "password": ""}), 422)
    assert texts(page, "#problems") == ["Please say who you are, and your password."]


def test_log_ins_are_limited_as_they_are_in_the_api(
    client: ContractClient, password: str, configure: Callable[..., None]
) -> None:
    configure(limit_login="2 per hour")
    assert [enter(client, "wrong").status_code for _ in range(2)] == [401, 401]
    by_api = client.post("/api/v1/session", json={"login": "grace", "password": "wrong"})
    assert by_api.status_code == 429
    answer = enter(client, password)
    page = read(answer, 429)
    assert texts(page, "h1") == ["Slower, please"]
    assert int(answer.headers["Retry-After"]) > 0
    assert enter(client, password, login="Somebody").status_code == 401


def test_a_log_in_from_another_site_s_page_is_refused(client: ContractClient, password: str, app: Flask) -> None:
    fields = {"login": "Grace", "password": password}
    answer = client.post(LOG_IN, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert read(answer, 403)
    assert sessions(app) == 0


def test_one_logs_out_and_the_session_is_gone(app: Flask) -> None:
    hand = staffing.log_in(app)
    page = hand.page("/desk/queue")
    answer = hand.send(staffing.form_to(page, "/desk/log-out"))
    assert answer.status_code == 303
    assert f"{COOKIE}=;" in answer.headers["Set-Cookie"]
    assert sessions(app) == 0
    assert "You are logged out." in read(hand.get(answer.headers["Location"])).get_text()


def test_a_log_out_that_no_page_of_ours_sent_ends_nothing(app: Flask) -> None:
    hand = staffing.log_in(app)
    hand.client.post("/desk/log-out")
    assert sessions(app) == 1


def test_who_is_logged_in_needs_no_log_in(app: Flask) -> None:
    hand = staffing.log_in(app)
    answer = hand.get(f"{LOG_IN}?next=/desk/log")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/log")


@pytest.mark.parametrize("path", STAFF_ACTS)
@pytest.mark.parametrize("token", [{}, {"csrf_token": "made up"}], ids=["without", "with another"])
def test_what_does_not_come_from_a_page_of_this_session_is_not_done_and_one_is_told(
    app: Flask, path: str, token: dict[str, str]
) -> None:
    hand = staffing.log_in(app)
    answer = hand.client.post(path, data={"action": "approve"} | token)
    assert answer.status_code == 303
    page = hand.follow(hand.get(answer.headers["Location"]))
    assert "That was not done" in one(page, "p.note-said").get_text()


def test_the_navigation_shows_what_one_may(app: Flask) -> None:
    moderator = texts(staffing.log_in(app).page("/desk/queue"), ".desk-nav a")
    admin = texts(staffing.log_in(app, "Agnes", Role.ADMIN).page("/desk/queue"), ".desk-nav a")
    assert set(moderator) < set(admin)
    assert {"Settings", "People"} <= set(admin) - set(moderator)


def test_what_is_not_there_is_told_in_the_frame_of_the_desk(app: Flask) -> None:
    hand = staffing.log_in(app)
    for path in ("/desk/nothing-is-here", "/desk/comments/999", "/desk/operations/999"):
        page = hand.page(path, 404)
        assert texts(page, "h1") == ["There is nothing here"]
        assert page.select(".desk-nav a")


def test_no_page_of_the_desk_is_kept_or_tells_other_sites_where_one_was(app: Flask) -> None:
    hand = staffing.log_in(app)
    for path in ("/desk/queue", "/desk/nothing-is-here", LOG_IN, "/desk"):
        headers = hand.get(path).headers
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "same-origin")
