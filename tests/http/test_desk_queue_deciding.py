"""A moderator decides by plain forms, is told who was first, and takes back what was done."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from app.comments.models import Comment, Status
from app.ground.db import db
from app.moderation import operations
from app.moderation.models import Operation
from tests import staffing
from tests.desk import comments, status_of
from tests.reading import attributes, one, read, texts
from tests.rows import NOON, a_comment, an_article
from tests.staffing import Hand, form_to

QUEUE = "/desk/queue"
ALL = "/desk/all-that-match"


@pytest.fixture
def held(app: Flask, article: int) -> list[int]:
    """Three comments that wait."""
    with app.app_context():
        return comments(article, 3, status=Status.PENDING)


@pytest.fixture
def ben(app: Flask, article: int) -> Hand:
    return staffing.log_in(app, "Ben")


def deciding(page: BeautifulSoup, comment_id: int) -> Any:  # noqa: ANN401 (a tag)
    return form_to(page, f"/desk/comments/{comment_id}/decide")


def bar(page: BeautifulSoup) -> str:
    return texts(page, "[data-done] p")[0]


def undoing(page: BeautifulSoup) -> Any:  # noqa: ANN401 (a tag)
    return one(page, "form[data-undo]")


def operations_of(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Operation).count()


@pytest.mark.parametrize(
    ("button", "status", "told"),
    [
        ("approve", Status.APPROVED, "The comment by Ada is approved."),
        ("spam", Status.SPAM, "The comment by Ada is marked as spam."),
        ("trash", Status.TRASH, "The comment by Ada is in the trash."),
    ],
)
def test_one_button_decides_and_the_next_page_says_what_was_done_and_what_undo_would_do(
    app: Flask, mina: Hand, held: list[int], button: str, status: Status, told: str
) -> None:
    page = mina.follow(mina.send(deciding(mina.page(QUEUE), held[0]), button))
    assert status_of(app, held[0]) == status
    assert bar(page) == told
    assert texts(page, "form[data-undo] button") == ["Undo: back to waiting u"]
    assert attributes(page, "[data-comment]", "data-comment") == [str(each) for each in held[1:]]


def test_undo_puts_it_back_and_can_be_taken_back_itself(app: Flask, mina: Hand, held: list[int]) -> None:
    page = mina.follow(mina.send(deciding(mina.page(QUEUE), held[0]), "spam"))
    page = mina.follow(mina.send(undoing(page)))
    assert status_of(app, held[0]) == Status.PENDING
    assert bar(page) == "The comment by Ada is as it was before."
    assert texts(page, "form[data-undo] button") == ["Undo: back to spam u"]
    mina.send(undoing(page))
    assert status_of(app, held[0]) == Status.SPAM


def test_an_undo_sent_twice_undoes_once(app: Flask, mina: Hand, held: list[int]) -> None:
    form = undoing(mina.follow(mina.send(deciding(mina.page(QUEUE), held[0]), "spam")))
    first, second = mina.send(form), mina.send(form)
    assert first.headers["Location"] == second.headers["Location"]
    assert operations_of(app) == 2


def test_what_somebody_else_undid_says_so(mina: Hand, ben: Hand, held: list[int]) -> None:
    place = mina.send(deciding(mina.page(QUEUE), held[0]), "spam").headers["Location"]
    ours = undoing(mina.page(place))
    ben.send(undoing(ben.page(place)))
    page = mina.page(place)
    assert bar(page) == "The comment by Ada is marked as spam. That was taken back meanwhile."
    assert page.select("form[data-undo]") == []
    refused = read(mina.send(ours), 409)
    assert "It was Ben" in one(refused, ".note-wrong").get_text()


def test_one_sees_whose_act_it_was(mina: Hand, ben: Hand, held: list[int]) -> None:
    place = mina.send(deciding(mina.page(QUEUE), held[0]), "spam").headers["Location"]
    assert bar(ben.page(place)) == "By Mina: The comment by Ada is marked as spam."


@pytest.mark.parametrize("named", ["999999", "x", "", "-1", "9" * 30])
def test_an_operation_that_never_was_leaves_no_bar(mina: Hand, held: list[int], named: str) -> None:
    assert mina.page(f"{QUEUE}?done={named}").select("[data-done]") == []


def test_whoever_comes_second_is_shown_who_did_what_when_and_the_comment_as_it_is_now(
    app: Flask, mina: Hand, ben: Hand, held: list[int]
) -> None:
    ours = deciding(mina.page(QUEUE), held[0])
    ben.send(deciding(ben.page(QUEUE), held[0]), "spam")
    page = read(mina.send(ours, "approve"), 412)
    assert status_of(app, held[0]) == Status.SPAM
    told = " ".join(one(page, ".note-conflict").get_text().split())
    assert "The comment was marked as spam by Ben, just now (20 May 2031, 15:00 UTC). It is spam now." in told
    assert "You asked for “Approve”: that was not done." in told
    assert texts(page, ".card .badge") == ["spam"]
    again = mina.follow(mina.send(deciding(page, held[0]), "approve"))
    assert status_of(app, held[0]) == Status.APPROVED
    assert texts(again, "h1") == ["Queue"]


def test_the_same_decision_sent_twice_is_told_as_one_s_own(mina: Hand, held: list[int], app: Flask) -> None:
    form = deciding(mina.page(QUEUE), held[0])
    mina.send(form, "approve")
    page = read(mina.send(form, "approve"), 412)
    assert texts(page, "h1") == ["You did that already"]
    assert operations_of(app) == 1


def test_what_one_changed_oneself_in_another_window_is_told(mina: Hand, held: list[int]) -> None:
    form = deciding(mina.page(QUEUE), held[0])
    mina.send(form, "spam")
    assert texts(read(mina.send(form, "approve"), 412), "h1") == ["You changed it meanwhile"]


def test_a_decision_without_the_version_that_was_seen_is_refused(app: Flask, mina: Hand, held: list[int]) -> None:
    form = deciding(mina.page(QUEUE), held[0])
    assert mina.send(form, "approve", if_match="").status_code == 428
    assert status_of(app, held[0]) == Status.PENDING


def test_a_decision_that_there_is_not_is_refused(app: Flask, mina: Hand, held: list[int]) -> None:
    form = deciding(mina.page(QUEUE), held[0])
    answer = mina.client.post(str(form["action"]), data=staffing.fields_of(form) | {"action": "praise"})
    assert read(answer, 404)
    assert status_of(app, held[0]) == Status.PENDING


def test_a_comment_that_was_erased_meanwhile_is_told(app: Flask, mina: Hand, held: list[int]) -> None:
    form = deciding(mina.page(QUEUE), held[0])
    with app.app_context():
        db.session.get_one(Comment, held[0]).erased_at = NOON
        db.session.commit()
    assert texts(read(mina.send(form, "approve"), 404), "h1") == ["There is nothing here"]


def test_a_form_leads_back_to_no_page_but_one_of_the_desk(mina: Hand, held: list[int]) -> None:
    form = deciding(mina.page(QUEUE), held[0])
    answer = mina.send(form, "approve", back="https://evil.example/")
    assert answer.headers["Location"].startswith("/desk/queue?done=")


class TestMany:
    def send(self, hand: Hand, ids: list[int], press: str, **typed: Any) -> Any:  # noqa: ANN401 (werkzeug's test response)
        page = hand.page(QUEUE)
        boxes = [f"{comment_id}:1" for comment_id in ids]
        assert set(boxes) <= set(attributes(page, '[form="bulk"]', "value"))
        return hand.send(one(page, "form#bulk"), press, seen=boxes, **typed)

    def test_all_that_are_selected_are_decided_at_once_and_undone_at_once(
        self, app: Flask, mina: Hand, held: list[int]
    ) -> None:
        page = mina.follow(self.send(mina, held[:2], "spam"))
        assert [status_of(app, each) for each in held] == [Status.SPAM, Status.SPAM, Status.PENDING]
        assert bar(page) == "2 comments are marked as spam."
        assert texts(page, "form[data-undo] button") == ["Undo: put 2 comments back as they were u"]
        mina.send(undoing(page))
        assert [status_of(app, each) for each in held] == [Status.PENDING] * 3

    def test_nothing_selected_is_nothing_done(self, app: Flask, mina: Hand, held: list[int]) -> None:
        page = mina.follow(self.send(mina, [], "spam"))
        assert texts(page, "p.note-said") == ["No comment was selected, so nothing was done."]
        assert operations_of(app) == 0

    def test_what_somebody_changed_meanwhile_is_left_alone_and_told(
        self, app: Flask, mina: Hand, ben: Hand, held: list[int]
    ) -> None:
        ours = mina.page(QUEUE)
        ben.send(deciding(ben.page(QUEUE), held[1]), "approve")
        sent = mina.send(one(ours, "form#bulk"), "spam", seen=[f"{each}:1" for each in held])
        page = mina.follow(sent)
        assert [status_of(app, each) for each in held] == [Status.SPAM, Status.APPROVED, Status.SPAM]
        assert bar(page) == (
            "2 comments are marked as spam. Left alone: the comment by Ada was changed by Ben"
            " (20 May 2031, 15:00 UTC) and is approved now. Look at it"
        )
        details = mina.page(str(one(page, "[data-done] a")["href"]))
        assert "changed since by Ben, 20 May 2031, 15:00 UTC" in texts(details, "td")

    def test_sent_twice_it_is_done_once(self, app: Flask, mina: Hand, held: list[int]) -> None:
        form = one(mina.page(QUEUE), "form#bulk")
        places = [mina.send(form, "spam", seen=[f"{held[0]}:1"]).headers["Location"] for _ in range(2)]
        assert places[0] == places[1]
        assert operations_of(app) == 1

    @pytest.mark.parametrize("seen", ["x", "1", "1:x", ":", "1:1:1", "0:1"])
    def test_what_names_no_comment_is_refused(self, mina: Hand, held: list[int], seen: str) -> None:
        form = one(mina.page(QUEUE), "form#bulk")
        assert read(mina.send(form, "spam", seen=[seen]), 422)

    def test_a_large_operation_goes_on_in_the_background_and_says_so(
        self, app: Flask, mina: Hand, held: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(operations, "AT_ONCE", 2)
        page = mina.follow(self.send(mina, held, "spam"))
        assert bar(page) == "0 of 3 comments are done; the rest goes on by itself. Look at it"
        assert page.select("form[data-undo]") == []
        with app.app_context():
            operations.continue_operations(100)
        details = mina.page(str(one(page, "[data-done] a")["href"]))
        assert one(details, "form[data-undo]")


class TestAllThatMatch:
    def reach(self, hand: Hand, query: str = "") -> BeautifulSoup:
        page = hand.page(QUEUE + query)
        return hand.page(str(one(page, f'a[href^="{ALL}"]')["href"]))

    def test_the_number_is_shown_before_anything_is_done(self, app: Flask, mina: Hand, held: list[int]) -> None:
        page = self.reach(mina)
        assert texts(page, "h1") == ["3 comments"]
        assert texts(page, f'form[action="{ALL}"] button') == ["Approve all 3", "Spam all 3", "Trash all 3"]
        assert len(page.select(".comment-text")) == 3
        assert operations_of(app) == 0

    def test_all_are_decided_with_a_note_and_can_be_undone(self, app: Flask, mina: Hand, held: list[int]) -> None:
        page = mina.follow(mina.send(form_to(self.reach(mina), ALL), "spam", note="A wave."))
        assert [status_of(app, each) for each in held] == [Status.SPAM] * 3
        assert bar(page) == "3 comments are marked as spam."
        operation = mina.page(f"/desk/operations/{str(undoing(page)['action']).split('/')[3]}")
        assert "A wave." in texts(operation, "dd")
        mina.send(undoing(page))
        assert [status_of(app, each) for each in held] == [Status.PENDING] * 3

    def test_only_what_the_filter_finds_is_meant(self, app: Flask, mina: Hand, held: list[int]) -> None:
        with app.app_context():
            other = a_comment(an_article("rivers"), status=Status.PENDING, duplicate_key="other")
        page = self.reach(mina, "?article=rivers")
        assert texts(page, "h1") == ["1 comment"]
        mina.send(form_to(page, ALL), "trash")
        assert [status_of(app, each) for each in [*held, other]] == [Status.PENDING] * 3 + [Status.TRASH]

    def test_where_there_are_others_by_now_nothing_is_done_and_one_is_asked_again(
        self, app: Flask, mina: Hand, ben: Hand, held: list[int]
    ) -> None:
        form = form_to(self.reach(mina), ALL)
        ben.send(deciding(ben.page(QUEUE), held[0]), "approve")
        page = read(mina.send(form, "spam"), 409)
        assert "Nothing was done." in one(page, ".note-conflict").get_text()
        assert texts(page, "h1") == ["2 comments"]
        mina.send(form_to(page, ALL), "spam")
        assert [status_of(app, each) for each in held] == [Status.APPROVED, Status.SPAM, Status.SPAM]

    def test_what_came_later_is_left_alone(self, app: Flask, mina: Hand, held: list[int], article: int) -> None:
        form = form_to(self.reach(mina), ALL)
        with app.app_context():
            late = a_comment(article, status=Status.PENDING, created_at=NOON + timedelta(hours=4), duplicate_key="late")
        mina.send(form, "spam")
        assert [status_of(app, each) for each in [*held, late]] == [Status.SPAM] * 3 + [Status.PENDING]

    def test_every_filter_of_the_desk_can_be_meant(self, mina: Hand, held: list[int]) -> None:
        query = "status=any&q=words&after=2031-05-01&before=2031-06-01&article=tides"
        page = mina.page(f"{ALL}?{query}")
        assert texts(page, "h1") == ["3 comments"]
        assert len(page.select(f'form[action="{ALL}"] button')) == 5
        assert texts(page, ".facts dd")[:3] == ["any", "tides", "words"]

    def test_too_many_are_refused_before_they_are_sent(
        self, mina: Hand, held: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(operations, "MOST_BY_FILTER", 2)
        page = self.reach(mina)
        assert texts(page, "h1") == ["More than 2 comments"]
        assert page.select(f'form[action="{ALL}"]') == []
