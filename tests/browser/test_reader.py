"""A reader with JavaScript reads and replies without a reload."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from app.permissions import Role
from tests.browser.browsers import Complaints, NewPage
from tests.browser.publishing import FacedSite

pytestmark = pytest.mark.browser

LOST = "net::ERR_FAILED"
LIMIT = 65_525
SECTION = "first-things"


@pytest.fixture
def slug(site: FacedSite) -> str:
    return site.new_article()


@pytest.fixture
def article(page: Page, slug: str) -> Page:
    """The page of an article that nobody has discussed; a reload of it is noticed."""
    return visit(page, slug)


def visit(page: Page, slug: str, rest: str = "") -> Page:
    page.goto(f"/articles/{slug}{rest}")
    page.wait_for_selector("[data-rj-preview]:not([hidden])")  # the script has come
    page.evaluate("() => { globalThis.untouched = true }")
    return page


def was_not_reloaded(page: Page) -> bool:
    return bool(page.evaluate("() => globalThis.untouched === true"))


def write(page: Page, content: str = "A thought of mine.", *, name: str = "Nora") -> None:
    page.fill("#rj-content", content)
    page.fill("#rj-author_name", name)
    page.fill("#rj-author_email", "nora@example.org")


def send(page: Page) -> None:
    page.click("[data-rj-form] button[type=submit]")


def held(page: Page) -> Any:  # noqa: ANN401 (Playwright's locator)
    return page.locator("[data-rj-held]")


def kept(page: Page) -> str:
    """All that the browser keeps, as one text."""
    return str(page.evaluate("() => JSON.stringify(Object.entries(localStorage))"))


def approve(site: FacedSite, comment_id: int) -> None:
    by = site.as_staff()["Authorization"]
    path = f"/api/v1/moderation/comments/{comment_id}/approve"
    answer = site.ask("POST", path, {}, If_Match='"v1"', Authorization=by)
    assert answer.status == 200, answer.text


def id_of_receipt(page: Page) -> int:
    """Of the comment that the browser holds a receipt for."""
    found = re.search(r"token\W+(\d+)-", kept(page))
    assert found is not None
    return int(found[1])


class TestReplying:
    def test_a_held_reply_is_shown_to_its_author_with_the_reason(self, article: Page) -> None:
        write(article, "A *first* thought.")
        send(article)
        expect(held(article)).to_contain_text("A first comment is looked at before it appears.")
        expect(held(article).locator("em")).to_have_text("first")
        expect(held(article)).to_be_focused()
        expect(article.locator("#rj-content")).to_have_value("")
        assert was_not_reloaded(article)

    def test_the_receipt_is_a_link_away(self, article: Page) -> None:
        write(article)
        send(article)
        held(article).get_by_role("link").click()
        article.wait_for_url("**/receipts/*")
        expect(article.locator("main")).to_contain_text("A thought of mine.")

    def test_a_visible_reply_appears_in_its_place_and_has_the_focus(
        self, new_page: NewPage, own_site: FacedSite
    ) -> None:
        slug = own_site.new_article()
        first = own_site.post(slug, "First.")
        trust_everybody(own_site)
        page = visit(new_page(base_url=own_site.url), slug)
        page.click(f"[data-rj-answer='{first.id}']")
        write(page, "I answer.")
        send(page)
        mine = page.locator(f"#comment-{first.id} .rj-comment", has_text="I answer.")
        expect(mine).to_be_focused()
        expect(page.locator("#comments-title")).to_have_text("2 replies")
        expect(page).to_have_url(re.compile(r"/articles/[^?]+#comment-\d+$"))
        assert was_not_reloaded(page)

    def test_what_is_wrong_is_said_beside_each_field_and_listed_with_the_focus(self, article: Page) -> None:
        article.fill("#rj-author_email", "not an address")
        send(article)
        expect(article.locator("#rj-errors")).to_be_focused()
        expect(article.locator("#rj-errors li")).to_have_count(3)
        expect(article.locator("#rj-content-error")).to_have_text("Please write a comment.")
        expect(article.locator("#rj-author_email")).to_have_attribute("aria-invalid", "true")
        article.click("#rj-errors li:has-text('name') a")
        expect(article.locator("#rj-author_name")).to_be_focused()
        assert was_not_reloaded(article)

    def test_what_is_mended_is_wrong_no_more(self, article: Page) -> None:
        send(article)
        expect(article.locator("#rj-content-error")).to_be_visible()
        article.locator("#rj-content").press_sequentially("Now")
        expect(article.locator("#rj-content-error")).to_be_hidden()
        expect(article.locator("#rj-content")).not_to_have_attribute("aria-invalid", "true")
        expect(article.locator("#rj-author_name-error")).to_be_visible()

    def test_what_was_said_already_leads_to_where_it_stands(self, site: FacedSite, slug: str, page: Page) -> None:
        first = site.post(slug, "Said once.", author_name="Nora")
        visit(page, slug)
        write(page, "Said once.")
        send(page)
        expect(page.locator("#rj-errors li a")).to_have_attribute("href", re.compile(rf"#comment-{first.id}$"))
        expect(page.locator("#rj-content")).to_have_value("Said once.")

    def test_errors_are_told_in_the_language_of_the_page(self, new_page: NewPage, slug: str) -> None:
        page = visit(new_page(locale="de-DE"), slug)
        send(page)
        expect(page.locator("#rj-content-error")).to_have_text("Bitte schreibe einen Kommentar.")


class TestAnswering:
    def test_the_form_comes_under_the_comment_and_goes_back(self, site: FacedSite, slug: str, page: Page) -> None:
        first = site.post(slug, "First.", author_name="Ada").id
        visit(page, slug)
        page.fill("#rj-content", "Half a thought")
        page.click(f"[data-rj-answer='{first}']")
        expect(page.locator(f"#comment-{first} #respond-title")).to_have_text("Leave a Reply to Ada")
        expect(page.locator("#rj-content")).to_be_focused()
        expect(page.locator("#rj-content")).to_have_value("Half a thought")
        page.click("[data-rj-cancel]")
        expect(page.locator(f"#comment-{first} #respond")).to_have_count(0)
        expect(page.locator("#respond-title")).to_have_text("Leave a Reply")
        expect(page.locator(f"[data-rj-answer='{first}']")).to_be_focused()
        assert was_not_reloaded(page)

    def test_a_reload_does_not_forget_who_is_answered(self, site: FacedSite, slug: str, page: Page) -> None:
        first = site.post(slug, "First.", author_name="Ada").id
        visit(page, slug)
        page.click(f"[data-rj-answer='{first}']")
        page.reload()
        expect(page.locator("#respond-title")).to_have_text("Leave a Reply to Ada")
        expect(page.locator("[name=parent_id]")).to_have_value(str(first))

    def test_a_name_is_text_whatever_is_in_it(self, site: FacedSite, slug: str, page: Page) -> None:
        name = "<img src=x onerror=globalThis.ran=1> $& {name}"
        first = site.post(slug, "First.", author_name=name).id
        visit(page, slug)
        page.click(f"[data-rj-answer='{first}']")
        expect(page.locator("#respond-title")).to_have_text(f"Leave a Reply to {name}")
        assert page.evaluate("() => globalThis.ran") is None

    def test_a_section_is_discussed_without_a_reload(self, article: Page) -> None:
        article.fill("#rj-content", "Half a thought")
        article.click(f".heading:has(#{SECTION}) >> text=Discuss this section")
        expect(article.locator("[data-rj-about]")).to_contain_text("First things")
        expect(article.locator("#rj-content")).to_be_focused()
        expect(article.locator("#rj-content")).to_have_value("Half a thought")
        expect(article.locator("[name=section]")).to_have_value(SECTION)
        article.click("[data-rj-about] a")
        expect(article.locator("[name=section]")).to_have_value("")
        assert was_not_reloaded(article)


class TestWriting:
    def test_a_preview_shows_what_it_will_be(self, article: Page) -> None:
        article.fill("#rj-content", "A *clear* word, and <b>no more</b>.")
        article.click("[data-rj-preview]")
        preview = article.locator("[data-rj-preview-place]")
        expect(preview.locator("em")).to_have_text("clear")
        expect(preview).to_contain_text("<b>no more</b>")
        expect(preview).to_be_focused()

    def test_an_empty_preview_says_what_is_missing(self, article: Page) -> None:
        article.click("[data-rj-preview]")
        expect(article.locator("#rj-content-error")).to_have_text("Please write a comment.")

    @pytest.mark.parametrize(
        ("characters", "told"),
        [
            (1_000, ""),
            (LIMIT - 400, "400 characters left"),
            (LIMIT - 1, "1 character left"),
            (LIMIT + 2, "2 characters too many"),
        ],
    )
    def test_the_counter_speaks_near_the_limit(self, article: Page, characters: int, told: str) -> None:
        article.fill("#rj-content", "🙂" * characters)
        counter = article.locator("[data-rj-counter]")
        if told:
            expect(counter).to_have_text(told)
        else:
            expect(counter).to_be_hidden()

    def test_nothing_is_cut_off(self, article: Page) -> None:
        write(article, "x" * (LIMIT + 2))
        send(article)
        expect(article.locator("#rj-content-error")).to_contain_text(f"{LIMIT + 2}")
        assert article.evaluate("() => document.querySelector('#rj-content').value.length") == LIMIT + 2

    def test_a_draft_is_kept_for_each_article_until_it_is_sent(self, site: FacedSite, slug: str, page: Page) -> None:
        visit(page, slug)
        page.fill("#rj-content", "Not yet finished")
        visit(page, site.new_article())
        expect(page.locator("#rj-content")).to_have_value("")
        visit(page, slug)
        expect(page.locator("#rj-content")).to_have_value("Not yet finished")
        write(page, "Not yet finished, but sent")
        send(page)
        expect(held(page)).to_be_visible()
        visit(page, slug)
        expect(page.locator("#rj-content")).to_have_value("")


class TestBeingRemembered:
    def test_nothing_of_a_reader_is_kept_who_has_not_agreed(self, article: Page) -> None:
        write(article)
        article.wait_for_timeout(500)
        assert "nora" not in kept(article).lower()
        send(article)
        expect(held(article)).to_be_visible()
        assert kept(article) == "[]"

    def test_who_has_agreed_finds_their_name_again_and_can_be_forgotten(
        self, site: FacedSite, slug: str, page: Page
    ) -> None:
        visit(page, slug)
        write(page)
        page.check("#rj-remember")
        send(page)
        expect(held(page)).to_be_visible()
        visit(page, site.new_article())
        expect(page.locator("#rj-author_name")).to_have_value("Nora")
        expect(page.locator("#rj-author_email")).to_have_value("nora@example.org")
        page.uncheck("#rj-remember")
        assert "nora" not in kept(page)

    def test_a_known_reader_is_not_held_again(self, site: FacedSite, slug: str, page: Page) -> None:
        visit(page, slug)
        write(page, "My first.", name="Known Nora")
        page.check("#rj-remember")
        send(page)
        expect(held(page)).to_be_visible()
        visit(page, slug)
        expect(held(page)).to_contain_text("My first.")  # while it waits, its author sees it
        approve(site, id_of_receipt(page))
        visit(page, slug)
        expect(page.locator(".rj-comment", has_text="My first.")).to_be_visible()
        expect(held(page)).to_have_count(0)
        page.fill("#rj-content", "My second.")
        send(page)
        expect(page.locator(".rj-comment", has_text="My second.")).to_be_focused()

    def test_where_nothing_may_be_kept_everything_else_works(self, page: Page, slug: str) -> None:
        block_storage(page)
        visit(page, slug)
        expect(page.locator("#rj-remember")).to_be_hidden()
        write(page)
        send(page)
        expect(held(page)).to_be_visible()


class TestComingBackByAReceipt:
    @pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
    def test_who_has_one_of_an_approved_comment_is_not_held_again(
        self, new_page: NewPage, site: FacedSite, slug: str, *, scripts: bool
    ) -> None:
        first = site.post(slug, "I was here.", author_name="Nora", author_email="nora@example.org")
        page = new_page(java_script_enabled=scripts)
        page.goto(f"/receipts/{first.receipt}")
        page.get_by_role("link", name="Write another reply").click()
        expect(page.locator("#rj-author_name")).to_have_value("Nora")
        write(page, "And I came back.")
        send(page)
        expect(page.locator(".rj-comment .rj-text", has_text="And I came back.")).to_be_visible()
        expect(page).to_have_url(re.compile(r"#comment-\d+$"))


class TestNews:
    def test_new_replies_are_announced_and_shown_when_asked_for(self, site: FacedSite, slug: str, page: Page) -> None:
        first = site.post(slug, "First.").id
        page.clock.install()
        visit(page, slug)
        page.fill("#rj-content", "Half a thought")
        second = site.post(slug, "Second.", author_name="Ben").id
        before = page.locator("#comments .rj-list").bounding_box()
        page.clock.run_for(31_000)
        news = page.locator("[data-rj-news] button")
        expect(news).to_have_text("Show 1 new reply")
        assert page.locator("#comments .rj-list").bounding_box() == before
        expect(page.locator(".rj-comment")).to_have_count(1)
        news.focus()
        page.clock.run_for(31_000)  # the same news again take the focus from nobody
        expect(news).to_be_focused()
        news.click()
        expect(page.locator(f"#comment-{second}")).to_be_focused()
        expect(page.locator(f"#comment-{first}")).to_be_visible()
        expect(page.locator("#rj-content")).to_have_value("Half a thought")
        expect(page.locator("[data-rj-news]")).to_be_hidden()

    def test_looking_costs_nothing_where_nothing_is_new(self, slug: str, page: Page) -> None:
        page.clock.install()
        visit(page, slug)
        assert statuses_of_looks(page) == [200, 304]


class TestALostConnection:
    def test_a_reply_whose_answer_is_lost_is_sent_again_and_there_once(
        self, site: FacedSite, slug: str, article: Page, complaints: Complaints
    ) -> None:
        complaints.expect(LOST)
        keys: list[str] = []

        def lose_the_first_answer(route: Route) -> None:
            keys.append(route.request.headers["idempotency-key"])
            if len(keys) == 1:
                route.fetch()  # it arrives, but nobody hears of it
                route.abort()
            else:
                route.continue_()

        article.route(re.compile(r"/comments$"), lose_the_first_answer)
        content = f"Sent over a bad line to {slug}."
        write(article, content)
        send(article)
        expect(article.locator("[data-rj-status]")).to_contain_text("No connection.")
        expect(article.locator("#rj-content")).to_have_attribute("readonly", "")
        expect(held(article)).to_contain_text("bad line")
        assert len(keys) == 2
        assert keys[0] == keys[1]
        assert site.stored(content) == 1

    def test_it_goes_on_as_soon_as_the_connection_is_back(self, article: Page, complaints: Complaints) -> None:
        complaints.expect("net::ERR_INTERNET_DISCONNECTED")
        article.clock.install()
        article.clock.pause_at("2100-01-01")  # no wait ends by itself
        write(article)
        article.context.set_offline(True)
        send(article)
        expect(article.locator("[data-rj-status]")).to_contain_text("No connection.")
        article.context.set_offline(False)
        expect(held(article)).to_be_visible()

    def test_who_gives_up_keeps_their_words_and_may_send_them_again(
        self, article: Page, complaints: Complaints
    ) -> None:
        complaints.expect(LOST)
        keys: list[str] = []

        def lose(route: Route) -> None:
            keys.append(route.request.headers["idempotency-key"])
            route.abort()

        article.route(re.compile(r"/comments$"), lose)
        article.clock.install()
        write(article, "Too precious to lose.")
        send(article)
        status = article.locator("[data-rj-status]")
        for _ in range(6):
            expect(status).to_contain_text("Trying again")
            article.clock.run_for(31_000)
        expect(status).not_to_contain_text("Trying again")
        expect(status).to_contain_text("No connection.")
        expect(article.locator("#rj-content")).to_be_editable()
        assert "Too precious to lose." in kept(article)
        tries = len(keys)
        send(article)
        expect(status).to_contain_text("Trying again")
        assert len(keys) > tries
        assert len(set(keys)) == 1  # if one of them had arrived after all, the server would know it again

    def test_a_busy_database_is_asked_again(self, article: Page, complaints: Complaints) -> None:
        complaints.expect("503")
        busy = json.dumps({"status": 503, "code": "unavailable", "detail": "Busy."})
        answered: list[Request] = []

        def be_busy_once(route: Route) -> None:
            answered.append(route.request)
            if len(answered) == 1:
                route.fulfill(status=503, content_type="application/problem+json", body=busy)
            else:
                route.continue_()

        article.route(re.compile(r"/comments$"), be_busy_once)
        write(article)
        send(article)
        expect(held(article)).to_be_visible()

    def test_a_part_of_the_thread_that_does_not_come_can_be_asked_for_again(
        self, site: FacedSite, slug: str, page: Page, complaints: Complaints
    ) -> None:
        complaints.expect(LOST)
        for text in ("First.", "Second."):
            site.post(slug, text, author_name=text)
        visit(page, slug)
        page.route("**/articles/*?sort=newest", lambda route: route.abort(), times=1)
        page.click(".rj-sort >> text=Newest first")
        again = page.locator("[data-rj-news] button")
        expect(again).to_have_text("This could not be loaded. Please try again.")
        again.click()
        expect(page.locator(".rj-comment").first).to_contain_text("Second.")


class TestFindingOnesWay:
    def test_the_order_changes_without_a_reload_and_back_again(self, site: FacedSite, slug: str, page: Page) -> None:
        for text in ("First.", "Second."):
            site.post(slug, text, author_name=text)
        visit(page, slug)
        page.fill("#rj-content", "Half a thought")
        page.click(".rj-sort >> text=Newest first")
        expect(page.locator(".rj-comment").first).to_contain_text("Second.")
        expect(page).to_have_url(re.compile(r"sort=newest"))
        expect(page.locator("#comments-title")).to_be_focused()
        expect(page.locator("#rj-content")).to_have_value("Half a thought")
        page.go_back()
        expect(page.locator(".rj-comment").first).to_contain_text("First.")
        assert was_not_reloaded(page)

    def test_a_permalink_leads_to_a_comment_on_a_later_page(self, site: FacedSite, page: Page) -> None:
        comment = site.comments["busy 33"]
        page.goto(f"{site.article('busy')}#comment-{comment}")
        expect(page.locator(f"#comment-{comment}")).to_be_focused()

    def test_the_next_page_comes_without_a_reload(self, site: FacedSite, page: Page) -> None:
        visit(page, site.slugs["busy"])
        first = page.locator(".rj-comment").first.get_attribute("id")
        page.click(".rj-pages [rel=next]")
        expect(page.locator(".rj-comment").first).not_to_have_id(str(first))
        assert was_not_reloaded(page)

    def test_a_link_that_is_opened_elsewhere_is_left_alone(self, site: FacedSite, page: Page) -> None:
        visit(page, site.slugs["busy"])
        with page.context.expect_page() as opened:
            page.click(".rj-pages [rel=next]", modifiers=["ControlOrMeta"])
        expect(opened.value.locator("h1")).to_be_visible()


def test_no_cookie_is_set_or_sent(page: Page, slug: str) -> None:
    sent: list[Callable[[], dict[str, str]]] = []
    page.on("request", lambda request: sent.append(request.all_headers))
    visit(page, slug)
    write(page)
    send(page)
    expect(held(page)).to_be_visible()
    assert page.context.cookies() == []
    assert [headers for each in sent if "cookie" in (headers := each())] == []


def block_storage(page: Page) -> None:
    """As browsers do that are told to keep nothing: even to look at it is an error."""
    page.add_init_script(
        """Object.defineProperty(globalThis, "localStorage", {
            get() { throw new DOMException("Access is denied for this document.", "SecurityError"); },
        });"""
    )


def statuses_of_looks(page: Page) -> list[int]:
    """What the server answers to two looks for new replies, whatever the browser's cache makes of it."""
    debugger, looks, statuses = page.context.new_cdp_session(page), set(), {}

    def note_request(event: dict[str, Any]) -> None:
        if "view=flat" in event["request"]["url"]:
            looks.add(event["requestId"])

    def note_answer(event: dict[str, Any]) -> None:
        # It may be told of before its request is.
        statuses[event["requestId"]] = int(event["statusCode"])

    debugger.on("Network.requestWillBeSent", note_request)
    debugger.on("Network.responseReceivedExtraInfo", note_answer)
    debugger.send("Network.enable")
    # The page sets its clock for the next look when it has read the answer to the last one, which may take a while.
    for _ in range(100):
        if len(looks & statuses.keys()) >= 2:
            break
        page.clock.run_for(31_000)
        page.wait_for_timeout(100)
    return [status for request, status in statuses.items() if request in looks]


def trust_everybody(site: FacedSite) -> None:
    """Let first comments appear at once."""
    by = site.as_staff(Role.ADMIN)["Authorization"]
    seen = site.ask("GET", "/api/v1/moderation/settings", Authorization=by).headers["etag"]
    told = site.ask("PATCH", "/api/v1/settings", {"hold_first_comment": False}, If_Match=seen, Authorization=by)
    assert told.status == 200, told.text
