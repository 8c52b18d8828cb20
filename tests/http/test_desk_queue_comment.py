"""One comment's page has its whole history, and all that can be done to it without a script."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.articles.models import Article
from app.comments.models import Comment, Status
from app.ground.audit import AuditEntry
from app.ground.db import db
from tests import staffing
from tests.contract import ContractClient
from tests.desk import address
from tests.reading import attributes, one, read, texts
from tests.rows import a_comment
from tests.staffing import Hand, fields_of, form_to


@pytest.fixture
def comment(app: Flask, article: int) -> int:
    """A comment that waits, by an author whose address is known."""
    with app.app_context():
        return a_comment(article, status=Status.PENDING, **address("ada@example.org", "192.0.2.77"))


@pytest.fixture
def pages(comment: int) -> str:
    return f"/desk/comments/{comment}"


def kept(app: Flask, comment_id: int) -> Comment:
    with app.app_context():
        return db.session.get_one(Comment, comment_id)


def acts(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.execute(select(AuditEntry.actor_name, AuditEntry.action).order_by(AuditEntry.id))
        return [(row[0], row[1]) for row in rows]


def said(page: Any) -> str:  # noqa: ANN401 (a tag)
    return texts(page, "p.note-said")[0]


def test_it_shows_the_comment_as_readers_see_it_too(app: Flask, mina: Hand, pages: str, comment: int) -> None:
    page = mina.page(pages)
    assert texts(page, ".comment-text") == ["Words", "Words"]
    assert one(page, ".comment-as-read p")
    assert f"Comment {comment}" in texts(page, "h1")


def test_it_shows_who_did_what_newest_first(mina: Hand, pages: str, app: Flask) -> None:
    ben = staffing.log_in(app, "Ben")
    ben.send(form_to(ben.page(pages), f"{pages}/decide"), "spam", note="Sells lamps.")
    mina.send(form_to(mina.page(pages), f"{pages}/decide"), "approve")
    rows = [" | ".join(texts(row, "td, th")) for row in mina.page(pages).select("main tbody tr")]
    assert rows[0].startswith("20 May 2031, 15:00 UTC | Mina | approved (spam → approved) operation ")
    assert "Ben | marked as spam (pending → spam) operation " in rows[1]
    assert rows[1].endswith(" | Sells lamps.")


def test_a_new_comment_has_no_history_yet(mina: Hand, pages: str) -> None:
    assert "Nobody has done anything to it since it came, 20 May 2031, 12:00 UTC." in texts(mina.page(pages), "p.quiet")


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        (Status.PENDING, ["Approve", "Spam", "Trash"]),
        (Status.APPROVED, ["Spam", "Trash", "Hold"]),
        (Status.SPAM, ["Approve", "Trash", "Hold", "Restore"]),
        (Status.TRASH, ["Approve", "Spam", "Hold", "Restore"]),
    ],
)
def test_only_what_leads_somewhere_is_offered(
    app: Flask, mina: Hand, article: int, status: Status, buttons: list[str]
) -> None:
    with app.app_context():
        path = f"/desk/comments/{a_comment(article, status=status)}"
    assert texts(form_to(mina.page(path), f"{path}/decide"), "button") == buttons


class TestTheAddress:
    def test_it_stands_on_no_page(self, mina: Hand, pages: str) -> None:
        for path in (pages, f"{pages}/edit", f"{pages}/reply", "/desk/queue", "/desk/all-that-match"):
            text = mina.get(path).text
            assert "ada@example" not in text
            assert "192.0.2.77" not in text

    def test_it_is_told_once_by_an_act_that_the_log_keeps(self, app: Flask, mina: Hand, pages: str) -> None:
        answer = mina.send(form_to(mina.page(pages), f"{pages}/reveal-email"))
        assert "ada@example.org" in read(answer).get_text()
        assert answer.headers["Cache-Control"] == "no-store"
        assert acts(app) == [("Mina", "reveal_email")]
        after = mina.get(pages).text
        assert "ada@example" not in after
        assert "looked at the author's address" in after.replace("&#39;", "'")

    def test_where_none_was_left_none_is_offered(self, app: Flask, mina: Hand, article: int) -> None:
        with app.app_context():
            path = f"/desk/comments/{a_comment(article, email_sealed=None)}"
        page = mina.page(path)
        assert page.select(f'form[action="{path}/reveal-email"]') == []
        form = fields_of(form_to(page, f"{path}/decide"))
        refused = mina.client.post(f"{path}/reveal-email", data={"csrf_token": form["csrf_token"]})
        assert read(refused, 404)


class TestEditing:
    def change(self, hand: Hand, pages: str, **typed: str) -> Any:  # noqa: ANN401 (werkzeug's test response)
        return hand.send(form_to(hand.page(f"{pages}/edit?back=/desk/queue"), f"{pages}/edit"), **typed)

    def test_what_is_different_is_changed_and_the_log_names_only_that(
        self, app: Flask, mina: Hand, pages: str, comment: int
    ) -> None:
        answer = self.change(mina, pages, content="Better\r\nwords")
        assert answer.headers["Location"] == "/desk/queue?said=edited"
        assert (kept(app, comment).source, kept(app, comment).author_name) == ("Better\nwords", "Ada")
        assert said(mina.follow(answer)) == "The comment is changed."
        assert "fields: content" in mina.page(pages).get_text()

    def test_what_is_the_same_is_no_change(self, app: Flask, mina: Hand, pages: str, comment: int) -> None:
        assert said(mina.follow(self.change(mina, pages))).startswith("Nothing was different")
        assert kept(app, comment).version == 1

    def test_a_website_can_be_taken_away(self, app: Flask, mina: Hand, pages: str, comment: int) -> None:
        self.change(mina, pages, author_website="")
        assert kept(app, comment).author_website is None

    def test_what_breaks_the_rules_of_posting_comes_back_with_every_word(
        self, app: Flask, mina: Hand, pages: str, comment: int
    ) -> None:
        page = read(self.change(mina, pages, content=" ", author_website="not a site", author_name="Eve"), 422)
        assert attributes(page, "#problems a", "href") == ["#field-content", "#field-author_website"]
        assert one(page, "#field-author_name")["value"] == "Eve"
        assert one(page, "#field-author_website")["value"] == "not a site"
        assert one(page, "#field-content")["aria-invalid"] == "true"
        assert kept(app, comment).version == 1

    def test_whoever_comes_second_keeps_what_they_typed_and_sees_what_is_there(
        self, app: Flask, mina: Hand, pages: str, comment: int
    ) -> None:
        ben = staffing.log_in(app, "Ben")
        ours = form_to(mina.page(f"{pages}/edit"), f"{pages}/edit")
        self.change(ben, pages, content="By Ben")
        page = read(mina.send(ours, content="By Mina"), 412)
        assert "Ben changed this comment" in one(page, ".note-conflict").get_text()
        assert texts(page, ".comment-text") == ["By Ben"]
        form = form_to(page, f"{pages}/edit")
        assert fields_of(form)["content"] == "By Mina"
        mina.send(form)
        assert kept(app, comment).source == "By Mina"


class TestReplying:
    def answer(self, hand: Hand, pages: str, content: str) -> Any:  # noqa: ANN401 (werkzeug's test response)
        return hand.send(form_to(hand.page(f"{pages}/reply?back=/desk/queue"), f"{pages}/reply"), content=content)

    def test_a_reply_approves_what_it_answers(self, app: Flask, mina: Hand, pages: str, comment: int) -> None:
        page = mina.follow(self.answer(mina, pages, "Welcome."))
        assert said(page) == "Your reply is published."
        assert kept(app, comment).status == Status.APPROVED
        reply = kept(app, comment + 1)
        assert (reply.source, reply.author_name, reply.parent_id, reply.status) == (
            "Welcome.",
            "Mina",
            comment,
            Status.APPROVED,
        )

    def test_the_queue_has_the_form_at_hand(self, app: Flask, mina: Hand, pages: str, comment: int) -> None:
        form = form_to(mina.page("/desk/queue"), f"{pages}/reply")
        assert mina.send(form, content="At once.").headers["Location"] == "/desk/queue?said=replied"
        assert kept(app, comment).status == Status.APPROVED

    def test_sent_twice_it_stands_once(self, app: Flask, mina: Hand, pages: str, comment: int) -> None:
        form = form_to(mina.page(f"{pages}/reply"), f"{pages}/reply")
        assert [mina.send(form, content="Once.").status_code for _ in range(2)] == [303, 303]
        with app.app_context():
            assert db.session.get(Comment, comment + 2) is None

    def test_an_empty_reply_comes_back(self, mina: Hand, pages: str) -> None:
        page = read(self.answer(mina, pages, " "), 422)
        assert texts(page, "#problems li") == ["Please write a comment."]

    def test_the_same_reply_again_comes_back(self, mina: Hand, pages: str) -> None:
        self.answer(mina, pages, "Twice?")
        page = read(self.answer(mina, pages, "Twice?"), 409)
        assert one(page, "#field-content").get_text().strip() == "Twice?"

    def test_what_nobody_sees_cannot_be_answered(self, app: Flask, mina: Hand, article: int) -> None:
        with app.app_context():
            path = f"/desk/comments/{a_comment(article, status=Status.SPAM)}"
        assert read(self.answer(mina, path, "Hello?"), 409)


class TestPinning:
    def test_it_is_pinned_and_unpinned(self, app: Flask, mina: Hand, pages: str, comment: int) -> None:
        page = mina.follow(mina.send(form_to(mina.page(pages), f"{pages}/pin")))
        assert said(page).startswith("The comment is pinned")
        assert kept(app, comment).pinned
        page = mina.follow(mina.send(form_to(page, f"{pages}/pin")))
        assert said(page) == "The comment is no longer pinned."
        assert not kept(app, comment).pinned

    def test_whoever_comes_second_is_told(self, app: Flask, mina: Hand, pages: str) -> None:
        ours = form_to(mina.page(pages), f"{pages}/pin")
        ben = staffing.log_in(app, "Ben")
        ben.send(form_to(ben.page(pages), f"{pages}/pin"))
        page = read(mina.send(ours), 412)
        assert "The comment was pinned by Ben" in " ".join(one(page, ".note-conflict").get_text().split())


class TestTheDiscussion:
    def test_it_is_closed_and_opened(self, app: Flask, mina: Hand, pages: str, client: ContractClient) -> None:
        path = "/desk/articles/tides/discussion"
        page = mina.follow(mina.send(form_to(mina.page(pages), path)))
        assert said(page) == "The discussion is closed: nobody can reply to this article."
        with app.app_context():
            assert db.session.scalars(select(Article.discussion_switch)).all() == ["closed"]
        page = mina.follow(mina.send(form_to(page, path)))
        assert said(page) == "The discussion is open again."

    def test_what_is_so_already_is_said(self, app: Flask, mina: Hand, pages: str) -> None:
        form = form_to(mina.page(pages), "/desk/articles/tides/discussion")
        mina.send(form)
        assert said(mina.follow(mina.send(form))) == "The discussion was so already."

    def test_an_article_that_is_not_there_has_none(self, mina: Hand, pages: str) -> None:
        form = form_to(mina.page(pages), "/desk/articles/tides/discussion")
        answer = mina.client.post("/desk/articles/rivers/discussion", data=fields_of(form) | {"to": "closed"})
        assert read(answer, 404)


class TestErasing:
    def test_it_is_gone_for_ever_but_for_its_history(self, app: Flask, mina: Hand, pages: str, comment: int) -> None:
        page = mina.follow(mina.send(form_to(mina.page(pages), f"{pages}/erase")))
        assert said(page).startswith("The comment is deleted for ever.")
        assert (kept(app, comment).source, kept(app, comment).email_sealed) == ("", None)
        left = mina.page(pages)
        assert "This comment was deleted for ever." in texts(left, "p.note")[0]
        assert "erased for ever" in left.get_text()
        assert left.select("form[method=post]") == left.select('form[action="/desk/log-out"]')

    def test_what_changed_since_it_was_seen_is_not_erased(
        self, app: Flask, mina: Hand, pages: str, comment: int
    ) -> None:
        ours = form_to(mina.page(pages), f"{pages}/erase")
        ben = staffing.log_in(app, "Ben")
        ben.send(form_to(ben.page(pages), f"{pages}/decide"), "approve")
        assert read(mina.send(ours), 412)
        assert kept(app, comment).source == "Words"


@pytest.mark.parametrize("page", ["", "/edit", "/reply"])
def test_its_pages_cost_few_statements(
    mina: Hand, pages: str, page: str, statements: Callable[[], Any], app: Flask
) -> None:
    with statements() as run:
        mina.page(pages + page)
    assert len(run) <= 7
