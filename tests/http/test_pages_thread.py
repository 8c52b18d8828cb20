"""A reader finds a way through a discussion, with links alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template

from app.comments.models import Status
from app.ground import clock
from app.ground.db import db, transaction
from app.pages.asked import Asked
from app.pages.discussion import Frame, discussion_of
from app.site.choices import Order
from app.site.settings import DiscussionSettings, store_settings
from tests import rows
from tests.conftest import Headers
from tests.contract import ContractClient
from tests.reading import one, read, shown_ids, texts
from tests.rows import NOON, a_comment

PAGE = "/articles/tides"


def settle(app: Flask, **changes: Any) -> None:
    """Other discussion settings."""
    with app.app_context(), transaction() as session:
        settings = replace(DiscussionSettings(), **changes)
        store_settings(session, settings, version=1, changed_at=NOON, changed_by="test")


@pytest.fixture(autouse=True)
def _the_day_after(app: Flask) -> None:
    """When the rows of tests are published."""
    clock.use(lambda: NOON + timedelta(days=1))


@pytest.fixture
def article_id(app: Flask) -> int:
    with app.app_context():
        return rows.an_article()


@pytest.fixture
def say(app: Flask, article_id: int) -> Callable[..., int]:
    """Store a comment, each a second after the one before: `say(under=3)` gives its id."""
    said: dict[int, tuple[int, int]] = {}

    def store(under: int | None = None, **different: Any) -> int:
        root, depth = said[under] if under else (None, 0)
        place = {"root_id": root, "parent_id": under, "depth": depth + 1}
        with app.app_context():
            new = a_comment(
                article_id,
                **place,
                **({"in_reply_to": under, "created_at": NOON + timedelta(seconds=len(said)),
                    "duplicate_key": f"key {len(said)}"} | different),
            )  # fmt: skip
        said[new] = (root or new, depth + 1)
        return new

    return store


Say = Callable[..., int]


def test_replies_stand_under_what_they_answer(client: ContractClient, say: Say) -> None:
    first = say()
    answer = say(under=first)
    deeper = say(under=answer)
    say()
    page = read(client.get(PAGE))
    assert one(page, f"#comment-{first} > ol > #comment-{answer} > ol > #comment-{deeper}")
    assert texts(page, "#comments-title") == ["4 replies"]


def test_what_is_gone_keeps_its_place_while_something_stands_under_it(client: ContractClient, say: Say) -> None:
    gone = say(status=Status.TRASH)
    say(under=gone)
    page = read(client.get(PAGE))
    assert texts(page, f"#comment-{gone}[data-state=removed] > p") == ["This comment is no longer here."]


def test_the_order_is_a_link(client: ContractClient, say: Say) -> None:
    first, second = say(), say()
    page = read(client.get(PAGE))
    assert texts(page, ".rj-sort [aria-current]") == ["Oldest first"]
    assert shown_ids(page) == [first, second]
    newest = read(client.get(str(page.select(".rj-sort a")[1]["href"])))
    assert shown_ids(newest) == [second, first]
    assert texts(newest, ".rj-sort [aria-current]") == ["Newest first"]


def test_later_pages_are_links_that_keep_the_order(app: Flask, client: ContractClient, say: Say) -> None:
    settle(app, page_size=2, order=Order.NEWEST)
    ids = [say() for _ in range(5)]
    seen, path = [], f"{PAGE}?sort=oldest"
    for _ in range(3):
        page = read(client.get(path))
        seen += shown_ids(page)
        following = page.select(".rj-pages a[rel=next]")
        path = str(following[0]["href"]) if following else ""
    assert (seen, path) == (ids, "")


def test_a_comment_s_own_link_leads_to_the_page_that_holds_it(app: Flask, client: ContractClient, say: Say) -> None:
    settle(app, page_size=2)
    ids = [say() for _ in range(5)]
    link = f"{PAGE}?comment={ids[3]}"
    page = read(client.get(link))
    assert shown_ids(page) == ids[3:]
    assert one(page, f"#comment-{ids[3]} .rj-when")["href"] == f"{link}#comment-{ids[3]}"
    assert shown_ids(read(client.get(str(one(page, ".rj-notice a")["href"])))) == ids[:2]


def test_a_link_to_a_comment_of_the_first_page_shows_that_page(client: ContractClient, say: Say) -> None:
    ids = [say() for _ in range(3)]
    page = read(client.get(f"{PAGE}?comment={ids[2]}"))
    assert (shown_ids(page), page.select(".rj-notice")) == (ids, [])


def test_a_link_to_a_comment_that_is_gone_shows_the_discussion(client: ContractClient, say: Say) -> None:
    first = say()
    page = read(client.get(f"{PAGE}?comment={first + 1}"))
    assert (shown_ids(page), page.select(".rj-notice")) == ([first], [])


class TestALongConversation:
    def test_it_is_cut_and_goes_on_by_a_link(self, client: ContractClient, say: Say) -> None:
        root = say()
        ids = [say(under=root) for _ in range(53)]
        page = read(client.get(PAGE))
        assert shown_ids(page) == [root, *ids[:50]]
        assert texts(page, ".rj-more") == ["3 more replies"]
        whole = read(client.get(str(one(page, ".rj-more a")["href"])))
        assert shown_ids(whole) == [root, *ids[:50]]
        rest = read(client.get(str(one(whole, ".rj-pages a")["href"])))
        assert shown_ids(rest) == ids[50:]

    def test_a_link_leads_to_a_reply_far_down(self, client: ContractClient, say: Say) -> None:
        root = say()
        ids = [say(under=root) for _ in range(53)]
        assert shown_ids(read(client.get(f"{PAGE}?comment={ids[51]}"))) == ids[51:]

    def test_one_that_is_not_there_is_not_found(self, client: ContractClient, say: Say) -> None:
        read(client.get(f"{PAGE}?conversation={say() + 1}"), 404)


class TestAnswering:
    def test_a_comment_s_link_makes_the_form_answer_it(self, client: ContractClient, say: Say) -> None:
        first = say()
        answer = one(read(client.get(PAGE)), ".rj-answer")
        assert (answer["data-rj-answer"], answer["data-name"], answer["aria-label"]) == (
            str(first), "Ada", "Reply to Ada",
        )  # fmt: skip
        page = read(client.get(str(answer["href"])))
        assert texts(page, "#respond-title") == ["Leave a Reply to Ada"]
        assert one(page, "input[name=parent_id]")["value"] == str(first)
        assert one(page, f"#comment-{first} > #respond")
        cancel = one(page, "[data-rj-cancel]:not([hidden])")
        assert texts(read(client.get(str(cancel["href"]))), "#respond-title") == ["Leave a Reply"]

    def test_the_form_stands_under_the_comment_on_the_page_where_it_was(
        self, app: Flask, client: ContractClient, say: Say
    ) -> None:
        settle(app, page_size=2)
        ids = [say() for _ in range(5)]
        second = read(client.get(str(one(read(client.get(PAGE)), ".rj-pages a")["href"])))
        page = read(client.get(str(second.select(".rj-answer")[1]["href"])))
        assert shown_ids(page) == ids[2:4]
        form = one(page, f"#comment-{ids[3]} > #respond form")
        again = read(client.post(str(form["action"]), data={"parent_id": ids[3], "content": "Kept."}), 422)
        assert one(again, f"#comment-{ids[3]} > #respond textarea").get_text().strip() == "Kept."

    def test_who_answers_a_comment_of_another_page_finds_the_form_at_the_end(
        self, app: Flask, client: ContractClient, say: Say
    ) -> None:
        settle(app, page_size=1)
        say()
        page = read(client.get(f"{PAGE}?reply_to={say()}"))
        assert texts(page, "#comments > #respond h3") == ["Leave a Reply to Ada"]

    def test_what_is_not_visible_cannot_be_answered(self, client: ContractClient, say: Say) -> None:
        held = say(status=Status.PENDING)
        page = read(client.get(f"{PAGE}?reply_to={held}"))
        assert texts(page, "#respond-title") == ["Leave a Reply"]
        assert one(page, "input[name=parent_id]")["value"] == ""

    def test_no_comment_offers_it_where_threads_are_off(self, app: Flask, client: ContractClient, say: Say) -> None:
        say()
        settle(app, threaded=False)
        assert not read(client.get(PAGE)).select(".rj-answer")

    def test_a_name_cannot_break_the_heading(self, client: ContractClient, say: Say) -> None:
        name = "{count} <b>"
        page = read(client.get(f"{PAGE}?reply_to={say(author_name=name)}"))
        assert texts(page, "#respond-title") == [f"Leave a Reply to {name}"]


class TestAClosedDiscussion:
    def test_it_says_why_and_offers_nothing(self, client: ContractClient, slug: str, as_moderator: Headers) -> None:
        client.post(f"/api/v1/moderation/articles/{slug}/close", headers=as_moderator)
        page = read(client.get(f"/articles/{slug}"))
        assert texts(page, ".rj-closed") == ["Comments are closed for this article."]
        assert not page.select("form[data-rj-form], .rj-answer, .discuss a")

    def test_it_closes_by_itself_when_its_time_has_come(self, app: Flask, client: ContractClient) -> None:
        with app.app_context():
            rows.an_article(close_after_days=7)
        clock.use(lambda: NOON + timedelta(days=6))
        assert read(client.get(PAGE)).select("form[data-rj-form]")
        clock.use(lambda: NOON + timedelta(days=8))
        assert not read(client.get(PAGE)).select("form[data-rj-form]")


class TestASection:
    @pytest.fixture
    def about(self, client: ContractClient, slug: str, reply: Callable[..., Any], as_moderator: Headers) -> str:
        reply(headers=as_moderator, section="first-things", content="About that.")
        reply(headers=as_moderator, content="About all.")
        return f"/articles/{slug}?section=first-things"

    def test_its_replies_are_shown_alone(self, client: ContractClient, about: str) -> None:
        page = read(client.get(about))
        assert texts(page, ".rj-comment .rj-text") == ["About that."]
        assert one(page, "#comments")["data-total"] == "1"
        assert one(page, "input[name=section]")["value"] == "first-things"
        assert len(shown_ids(read(client.get(str(one(page, ".rj-notice a")["href"]))))) == 2

    def test_a_comment_says_which_it_is_about(self, client: ContractClient, slug: str, about: str) -> None:
        link = one(read(client.get(f"/articles/{slug}")), ".rj-section")
        assert (link.get_text(), link["href"]) == ("about “First things”", "#first-things")

    def test_one_that_never_was_is_not_found(self, client: ContractClient, slug: str) -> None:
        read(client.get(f"/articles/{slug}?section=nowhere"), 404)


@pytest.mark.parametrize("query", ["sort=best", "cursor=x", "reply_to=0", f"comment={2**63}", "conversation=a"])
def test_an_address_that_makes_no_sense_is_refused_on_a_page(client: ContractClient, slug: str, query: str) -> None:
    assert texts(read(client.get(f"/articles/{slug}?{query}"), 422), "h1") == ["That did not work"]


def test_the_embedded_fragment_has_only_absolute_links(app: Flask, article_id: int, say: Say) -> None:
    say(under=say())
    with app.test_request_context():
        frame = Frame(base="https://talk.example")
        discussion = discussion_of(db.session(), "tides", Asked(), language="de", frame=frame)
        html = render_template("pages/discussion.html", discussion=discussion)
    page = BeautifulSoup(html, "html.parser")
    links = [
        str(each.get("href") or each.get("src") or each.get("action")) for each in page.select("[href], [src], form")
    ]
    assert [link for link in links if not link.startswith(("https://talk.example/", "https://ada.example"))] == []
