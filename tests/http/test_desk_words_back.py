"""Whatever staff wrote is given back where it could not be taken."""

from flask import Flask

from tests import staffing
from tests.contract import ContractClient
from tests.reading import one, read, texts

LONG = "A long answer, written with care."


def test_who_was_logged_out_meanwhile_gets_the_words_back_and_a_way_in(client: ContractClient) -> None:
    answer = client.post("/desk/comments/1/reply", data={"content": LONG, "csrf_token": "x", "back": "/desk/queue"})
    page = read(answer, 401)
    assert texts(page, "textarea") == [LONG]
    assert one(page, "p.buttons a")["href"] == "/desk/log-in?next=%2Fdesk%2Fqueue&unsent=1"
    assert "x" not in texts(page, "textarea")


def test_what_is_sent_to_where_nothing_is_any_more_comes_back(app: Flask) -> None:
    hand = staffing.log_in(app)
    token = staffing.fields_of(staffing.form_to(hand.page("/desk/queue"), "/desk/log-out"))["csrf_token"]
    page = read(hand.client.post("/desk/comments/999/reply", data={"content": LONG, "csrf_token": token}), 404)
    assert texts(page, "textarea") == [LONG]


def test_a_form_that_is_too_large_is_refused_on_a_page_like_any_other(app: Flask) -> None:
    answer = staffing.log_in(app).client.post("/desk/comments/1/edit", data={"content": "x" * 2_000_000})
    assert answer.status_code == 413
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype == "text/html"
