"""Moderators work at the desk: by keys alone, with a finger, without scripts, and two at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.browsers import DESKTOP, PHONE, PLAIN, Complaints, NewPage
from tests.browser.conftest import Look
from tests.browser.publishing import PASSWORD, STAFF, FacedSite
from tests.browser.seeing import sideways, small_targets

pytestmark = pytest.mark.browser

Enter = Callable[..., Page]


@pytest.fixture
def enter(new_page: NewPage, log_in: Callable[[Page, str], None], own_site: FacedSite) -> Enter:
    """Somebody of staff at a browser of their own, before the queue: `enter("editor", **PHONE)`."""

    def open_queue(role: str = "moderator", **options: Any) -> Page:
        page = new_page(base_url=own_site.url, **(DESKTOP | options))
        log_in(page, role)
        page.goto("/desk/queue")
        return page

    return open_queue


def focused(page: Page) -> Locator:
    return page.locator("[data-comment]:focus")


def card(page: Page, comment_id: int) -> Locator:
    return page.locator(f'[data-comment="{comment_id}"]')


def waiting(page: Page) -> list[str | None]:
    return [each.get_attribute("data-comment") for each in page.locator("[data-comment]").all()]


def status(site: FacedSite, comment_id: int) -> str:
    as_staff = site.as_staff()["Authorization"]
    answer = site.ask("GET", f"/api/v1/moderation/comments/{comment_id}", None, Authorization=as_staff)
    return str(answer.json["status"])


# --- Keys ------------------------------------------------------------------------------------------------------------


def test_j_and_k_go_through_the_queue(enter: Enter) -> None:
    page = enter()
    ids = waiting(page)
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(focused(page)).to_have_attribute("data-comment", str(ids[at]))


@pytest.mark.parametrize(("key", "becomes"), [("a", "approved"), ("s", "spam"), ("t", "trash")])
def test_one_key_decides_and_the_next_comment_has_the_focus(
    key: str, becomes: str, enter: Enter, own_site: FacedSite
) -> None:
    page = enter()
    ids = waiting(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press(key)
    expect(card(page, int(str(ids[1])))).to_have_count(0)
    expect(focused(page)).to_have_attribute("data-comment", str(ids[2]))
    assert status(own_site, int(str(ids[1]))) == becomes
    page.keyboard.press("u")
    expect(focused(page)).to_have_attribute("data-comment", str(ids[2]))
    expect(card(page, int(str(ids[1])))).to_be_visible()
    assert status(own_site, int(str(ids[1]))) == "pending"


def test_the_bar_and_a_screen_reader_say_what_was_done_and_what_undo_would_do(enter: Enter) -> None:
    page = enter()
    name = page.locator("[data-comment] .comment-by").first.inner_text()
    page.keyboard.press("s")
    expect(page.locator("[data-done] p")).to_have_text(f"The comment by {name} is marked as spam.")
    expect(page.locator("#said")).to_have_text(f"The comment by {name} is marked as spam.")
    expect(page.get_by_role("button", name="Undo: back to waiting")).to_be_visible()


def test_a_queue_is_emptied_by_one_key(enter: Enter, own_site: FacedSite) -> None:
    page = enter()
    left = len(waiting(page))
    assert left > 10
    while left:
        page.keyboard.press("a")
        left -= 1
        expect(page.locator("[data-comment]")).to_have_count(left)
    expect(page.locator("[data-count]")).to_have_text("Nothing waits. Well done!")


def test_a_comment_is_edited_by_keys(enter: Enter, own_site: FacedSite) -> None:
    page = enter()
    comment_id = own_site.comments["held first"]
    card(page, comment_id).focus()
    page.keyboard.press("e")
    expect(page.locator("#field-content")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Which ferry is it? jksatu")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".note-said")).to_have_text("The comment is changed.")
    expect(focused(page)).to_have_attribute("data-comment", str(comment_id))
    expect(card(page, comment_id).locator(".comment-text")).to_have_text("Which ferry is it? jksatu")


def test_a_reply_is_written_by_keys_and_escape_leads_back(enter: Enter, own_site: FacedSite) -> None:
    page = enter()
    comment_id = own_site.comments["held answer"]
    reply = card(page, comment_id).locator("textarea")
    card(page, comment_id).focus()
    page.keyboard.press("r")
    expect(reply).to_be_focused()
    page.keyboard.press("Escape")
    expect(focused(page)).to_have_attribute("data-comment", str(comment_id))
    page.keyboard.press("r")
    page.keyboard.type("Linseed oil, they say.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".note-said")).to_have_text("Your reply is published.")
    expect(card(page, comment_id)).to_have_count(0)
    assert status(own_site, comment_id) == "approved"


def test_several_are_selected_by_keys_and_decided_together(enter: Enter, own_site: FacedSite) -> None:
    page = enter()
    ids = [int(str(each)) for each in waiting(page)]
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator("[data-selected]")).to_have_text("2 selected:")
    bulk = page.locator("#bulk")
    bulk.get_by_role("button", name="Trash").press("Enter")
    expect(page.locator("[data-done] p")).to_have_text("2 comments are in the trash.")
    assert [status(own_site, each) for each in ids[:3]] == ["trash", "trash", "pending"]
    page.keyboard.press("u")
    expect(page.locator("[data-done] p")).to_have_text("2 comments are as they were before.")


def test_the_keys_are_told_and_can_be_switched_off(enter: Enter) -> None:
    page = enter()
    number = len(waiting(page))
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    page.keyboard.press("a")
    keys.get_by_label("Use these keys in this browser").uncheck()
    keys.get_by_role("button", name="Close").click()
    expect(keys).to_be_hidden()
    page.keyboard.press("a")
    page.keyboard.press("j")
    expect(focused(page)).to_have_count(0)
    page.reload()
    page.keyboard.press("a")
    expect(page.locator("[data-comment]")).to_have_count(number)
    expect(page.locator("#keys-on")).not_to_be_checked()


def test_keys_with_a_modifier_are_the_browser_s(enter: Enter) -> None:
    page = enter()
    number = len(waiting(page))
    page.keyboard.press("j")
    page.keyboard.press("Control+a")
    page.keyboard.press("Alt+s")
    expect(page.locator("[data-comment]")).to_have_count(number)


# --- Two at once, and lost connections --------------------------------------------------------------------------------


def test_whoever_comes_second_is_shown_who_was_first_and_may_decide_again(
    enter: Enter, own_site: FacedSite, assert_accessible: Look
) -> None:
    mina, edgar = enter("moderator"), enter("editor")
    comment_id = own_site.comments["held word"]
    card(edgar, comment_id).get_by_role("button", name="Spam").click()
    expect(card(edgar, comment_id)).to_have_count(0)
    card(mina, comment_id).focus()
    mina.keyboard.press("a")
    expect(mina.get_by_role("heading", name="Somebody was first")).to_be_visible()
    expect(mina.locator(".note-conflict")).to_contain_text("was marked as spam by Edgar")
    expect(mina.locator(".note-conflict")).to_be_focused()
    assert_accessible(mina)
    assert status(own_site, comment_id) == "spam"
    mina.keyboard.press("a")
    expect(mina.get_by_role("heading", name="Queue")).to_be_visible()
    assert status(own_site, comment_id) == "approved"


def test_after_a_conflict_one_can_leave_it_so_and_goes_on_at_the_next(enter: Enter, own_site: FacedSite) -> None:
    mina, edgar = enter("moderator"), enter("editor")
    ids = waiting(mina)
    card(edgar, int(str(ids[1]))).get_by_role("button", name="Spam").click()
    expect(card(edgar, int(str(ids[1])))).to_have_count(0)
    card(mina, int(str(ids[1]))).get_by_role("button", name="Approve").click()
    mina.get_by_role("link", name="Leave it so and go back").press("Enter")
    expect(focused(mina)).to_have_attribute("data-comment", str(ids[2]))


def test_two_empty_a_queue_together_and_nothing_is_decided_twice(enter: Enter, own_site: FacedSite) -> None:
    mina, edgar = enter("moderator"), enter("editor")
    ids = [int(str(each)) for each in waiting(mina)]
    for page, key in ((mina, "a"), (edgar, "s")) * 3:
        page.goto("/desk/queue")
        page.keyboard.press(key)
        expect(page.locator("[data-done]")).to_be_visible()
    assert [status(own_site, each) for each in ids[:6]] == ["approved", "spam"] * 3


def test_a_decision_that_got_lost_is_tried_again_and_done_once(
    enter: Enter, own_site: FacedSite, complaints: Complaints
) -> None:
    complaints.expect("net::ERR_FAILED")
    page = enter()
    comment_id = int(str(waiting(page)[0]))

    def get_lost(route: Route) -> None:
        route.fetch(max_redirects=0)  # it arrives, and its answer does not
        route.abort()

    page.route("**/decide", get_lost)
    page.keyboard.press("a")
    expect(page.locator("#lost")).to_have_text("The connection was lost. Please try again: nothing will be done twice.")
    page.unroute("**/decide")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="You did that already")).to_be_visible()
    assert status(own_site, comment_id) == "approved"


def test_who_is_logged_out_meanwhile_logs_in_and_is_told_that_it_was_not_done(
    enter: Enter, own_site: FacedSite
) -> None:
    page = enter()
    number = len(waiting(page))
    page.context.clear_cookies()
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Log in to the desk")).to_be_visible()
    expect(page.locator(".note-wrong")).to_contain_text("what you sent was not done")
    page.get_by_label("Name or e-mail address").fill(STAFF["moderator"].name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("[data-comment]")).to_have_count(number)


# --- Without scripts, with a finger ----------------------------------------------------------------------------------


def test_everything_works_without_scripts(enter: Enter, own_site: FacedSite) -> None:
    page = enter(**PLAIN)
    held = own_site.comments["held first"]
    expect(page.locator("[data-needs-script]").first).to_be_hidden()
    card(page, held).get_by_role("button", name="Spam").click()
    expect(page.locator("[data-done] p")).to_contain_text("is marked as spam")
    page.get_by_role("button", name="Undo").click()
    expect(card(page, held)).to_be_visible()
    for key in ("held first", "held links"):
        card(page, own_site.comments[key]).get_by_role("checkbox").check()
    page.locator("#bulk").get_by_role("button", name="Approve").click()
    expect(page.locator("[data-done] p")).to_have_text("2 comments are approved.")
    word = card(page, own_site.comments["held word"])
    word.locator("summary").click()
    word.get_by_label("Your reply").fill("There was.")
    word.get_by_role("button", name="Approve and reply").click()
    expect(page.locator(".note-said")).to_have_text("Your reply is published.")
    page.get_by_role("link", name="All that match").click()
    page.get_by_role("button", name="Trash all").click()
    expect(page.locator("[data-count]")).to_have_text("Nothing waits. Well done!")


def test_the_queue_fits_a_phone(enter: Enter, own_site: FacedSite, assert_accessible: Look) -> None:
    page = enter(**PHONE)
    assert sideways(page) == []
    assert small_targets(page) == []
    card(page, own_site.comments["held links"]).get_by_role("checkbox").tap()
    expect(page.locator("#bulk")).to_be_in_viewport()
    assert_accessible(page)
    page.locator("#bulk").get_by_role("button", name="Spam").tap()
    expect(page.locator("[data-done] p")).to_contain_text("is marked as spam")
    assert sideways(page) == []
    assert_accessible(page)


# --- What there is to see --------------------------------------------------------------------------------------------


def test_a_new_moderator_sees_why_each_comment_waits(enter: Enter, own_site: FacedSite) -> None:
    page = enter()
    word = card(page, own_site.comments["held word"])
    expect(word.locator(".comment-why")).to_contain_text("On the moderation list: “casino” in the text.")
    expect(word.locator("mark")).to_have_text("casino")
    answer = card(page, own_site.comments["held answer"])
    expect(answer.locator(".comment-answers")).to_contain_text("Does the mud not ruin the paint?")
    section = card(page, own_site.comments["held first"])
    expect(section.locator(".card-title")).to_contain_text("How to come here")
    page.get_by_text("How this works").click()
    expect(page.get_by_text("Every decision can be undone")).to_be_visible()


def test_hostile_comments_do_nothing_at_the_desk(enter: Enter, own_site: FacedSite) -> None:
    page = enter()
    for key in [each for each in own_site.comments if each.startswith("hostile held")]:
        card(page, own_site.comments[key]).get_by_role("link", name="More").click()
        expect(page.get_by_role("heading", name="History")).to_be_visible()
        page.get_by_text("As readers see it").click()
        page.go_back()
        expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    assert page.evaluate("window.ran") is None


def test_a_comment_s_page_is_left_by_the_browser_s_own_way_back(enter: Enter, own_site: FacedSite) -> None:
    page = enter()
    comment_id = own_site.comments["held links"]
    card(page, comment_id).get_by_role("link", name="More").click()
    expect(page).to_have_url(f"{own_site.url}/desk/comments/{comment_id}?back=%2Fdesk%2Fqueue")
    expect(page).to_have_title(f"Comment {comment_id} · Rejoinder desk")
    page.go_back()
    expect(page).to_have_url(f"{own_site.url}/desk/queue")
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    expect(focused(page)).to_have_attribute("data-comment", str(comment_id))
    page.go_forward()
    expect(page.get_by_role("heading", name="History")).to_be_visible()


def test_back_and_forth_before_the_answer_came_stays_where_it_leads(enter: Enter, own_site: FacedSite) -> None:
    page = enter()
    comment_id = own_site.comments["held links"]
    card(page, comment_id).get_by_role("link", name="More").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/desk/queue", hold)
    page.evaluate("() => history.back()")
    expect(page.locator("main[aria-busy]")).to_have_count(1)
    page.evaluate("() => history.forward()")
    expect(page.locator("main[aria-busy]")).to_have_count(0)
    with page.expect_response("**/desk/queue"):
        held[0].continue_()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page).to_have_url(f"{own_site.url}/desk/comments/{comment_id}?back=%2Fdesk%2Fqueue")


def test_the_address_is_shown_when_asked_for_and_gone_afterwards(enter: Enter, own_site: FacedSite) -> None:
    page = enter()
    page.goto(f"/desk/comments/{own_site.comments['held links']}")
    assert "@example.org" not in page.content()
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_text("The log says that you looked.")).to_be_visible()
    assert "@example.org" in page.content()
    page.reload()
    assert "@example.org" not in page.content()


def test_one_logs_in_and_out_by_the_page(new_page: NewPage, own_site: FacedSite) -> None:
    page = new_page(base_url=own_site.url)
    page.goto("/desk/queue?reason=first_comment")
    page.get_by_label("Name or e-mail address").fill(STAFF["moderator"].name)
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator(".note-wrong")).to_have_text("This account and password do not fit together.")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{own_site.url}/desk/queue?reason=first_comment")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("You are logged out.")).to_be_visible()
    page.goto("/desk/queue")
    expect(page.get_by_role("heading", name="Log in to the desk")).to_be_visible()
