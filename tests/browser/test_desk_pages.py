"""Staff try words, choose settings, write articles and read figures: with JavaScript, without, and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import PLAIN, NewPage
from tests.browser.conftest import LogIn, Look
from tests.browser.publishing import FacedSite
from tests.browser.seeing import assert_everybody_can_use

pytestmark = pytest.mark.browser

Shift = Callable[..., float]
State = Callable[[Page, FacedSite], None]


# --- States that no address leads to ---------------------------------------------------------------------------------


def a_word_tried(page: Page, site: FacedSite) -> None:
    page.goto("/desk/words")
    page.get_by_label("Word", exact=True).fill("tide*")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text(re.compile("It would have caught [1-9]"))).to_be_visible()


def a_word_refused(page: Page, site: FacedSite) -> None:
    page.goto("/desk/words")
    page.get_by_label("Word", exact=True).fill("*")
    page.get_by_role("button", name="Add it to the list").click()
    expect(page.get_by_role("alert")).to_be_visible()


def one_word(page: Page, site: FacedSite) -> None:
    page.goto("/desk/words")
    page.get_by_role("link", name="Change casino").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("casino")


def settings_refused(page: Page, site: FacedSite) -> None:
    page.goto("/desk/settings")
    page.get_by_label("Levels deep").fill("99")
    page.get_by_role("button", name="Save changes").evaluate(
        "button => { button.form.noValidate = true; button.click(); }"
    )
    expect(page.get_by_role("alert")).to_be_visible()


def an_article_previewed(page: Page, site: FacedSite) -> None:
    page.goto(f"/desk/articles/{quote(site.slugs['long'])}/edit")
    expect(page.get_by_role("navigation", name="Outline as it will be")).to_be_visible()


def an_article_refused(page: Page, site: FacedSite) -> None:
    page.goto("/desk/new-article")
    page.get_by_label("Title", exact=True).fill("On water")
    page.get_by_label("Language").fill("?")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_role("alert")).to_be_visible()


def a_person_refused(page: Page, site: FacedSite) -> None:
    page.goto("/desk/people")
    page.get_by_label("Name", exact=True).fill("Mina")
    page.get_by_label("E-mail address").fill("another@example.org")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_contain_text("Another account has this name.")


def comments_by_address(page: Page, site: FacedSite) -> None:
    page.goto("/desk/comments")
    page.get_by_text("Search by an author's address").click()
    page.get_by_label("E-mail address").fill("reader0@example.org")
    page.get_by_role("button", name="Search by address").click()
    expect(page.get_by_role("heading", name="What was found")).to_be_visible()


def the_figures_in_a_table(page: Page, site: FacedSite) -> None:
    page.goto("/desk/figures?days=90")
    page.get_by_text("The figures", exact=True).click()
    expect(page.get_by_role("table", name="Comments a day by what has become of them")).to_be_visible()


def an_arabic_article(page: Page, site: FacedSite) -> None:
    page.goto(f"/desk/articles/{quote(site.slugs['arabic'])}/edit")
    expect(page.locator(".as-read")).to_be_visible()


def at(path: str) -> State:
    """Where an address leads, of which nobody else's list of pages knows."""

    def go(page: Page, _site: FacedSite) -> None:
        page.goto(path)

    return go


STATES: Mapping[str, State] = {
    "a word tried": a_word_tried,
    "a word refused": a_word_refused,
    "one word": one_word,
    "settings refused": settings_refused,
    "an article previewed": an_article_previewed,
    "an article refused": an_article_refused,
    "an empty editor": at("/desk/new-article"),
    "an Arabic article": an_arabic_article,
    "a person": at("/desk/people/1"),
    "a person refused": a_person_refused,
    "the tokens": at("/desk/tokens"),
    "comments by address": comments_by_address,
    "the figures in a table": the_figures_in_a_table,
}


@pytest.mark.parametrize("name", STATES)
def test_every_member_of_staff_can_use_the_state_of(
    name: str,
    page: Page,
    site: FacedSite,
    log_in: LogIn,
    assert_accessible: Look,
) -> None:
    log_in(page, "admin")
    STATES[name](page, site)
    assert_everybody_can_use(page, accessible=assert_accessible)


@pytest.mark.parametrize(
    "path",
    [
        "/desk/new-article",
        "/desk/tokens",
        "/desk/people/1",
        "/desk/words?kind=moderation",
        "/desk/figures?days=90",
        "/desk/log?action=approve",
        "/desk/comments?status=spam",
        "/desk/articles?status=published",
    ],
)
def test_a_page_is_valid_and_does_not_move(
    path: str, page: Page, site: FacedSite, log_in: LogIn, layout_shift: Shift, assert_valid_html: Callable[..., None]
) -> None:
    log_in(page, "admin")
    page.goto(path)
    assert layout_shift(page) == 0
    assert_valid_html(page.request.get(path, headers={"Accept": "text/html"}).text())


# --- Words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without"])
def test_a_word_is_tried_before_it_is_saved(
    new_page: NewPage, own_site: FacedSite, log_in: LogIn, has_script: bool
) -> None:
    page = new_page(base_url=own_site.url) if has_script else new_page(**PLAIN | {"base_url": own_site.url})
    log_in(page, "moderator")
    page.goto("/desk/words")
    page.get_by_label("Word", exact=True).fill("keel*")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name=re.compile("It would have caught"))).to_be_visible()
    expect(page.get_by_role("rowheader", name="keel*")).to_have_count(0)
    expect(page.get_by_label("Word", exact=True)).to_have_value("keel*")
    page.get_by_role("button", name="Add it to the list").click()
    expect(page.get_by_role("main").get_by_text("The word is on the list.")).to_be_visible()
    expect(page.get_by_role("rowheader", name="keel*")).to_be_visible()


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without"])
def test_what_is_wrong_is_read_first_and_leads_to_its_field(
    new_page: NewPage, site: FacedSite, log_in: LogIn, has_script: bool
) -> None:
    page = new_page() if has_script else new_page(**PLAIN)
    log_in(page, "admin")
    page.goto("/desk/people")
    page.get_by_label("Name", exact=True).fill("Noor")
    page.get_by_label("E-mail address").fill("noor@localhost")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("E-mail address")).to_be_focused()


# --- Settings --------------------------------------------------------------------------------------------------------


def test_of_two_admins_the_second_sees_what_the_first_saved(
    new_page: NewPage, own_site: FacedSite, log_in: LogIn
) -> None:
    first, second = new_page(base_url=own_site.url), new_page(base_url=own_site.url)
    for page in (first, second):
        log_in(page, "admin")
        page.goto("/desk/settings")
    first.get_by_label("Top level comments per page").fill("15")
    first.get_by_role("button", name="Save changes").click()
    expect(first.get_by_role("main").get_by_text("The settings are saved.")).to_be_visible()
    second.get_by_label("Levels deep").fill("3")
    second.get_by_role("button", name="Save changes").click()
    expect(second.get_by_role("alert")).to_contain_text("Agnes")
    expect(second.get_by_text("Saved now: 15.")).to_be_visible()
    expect(second.get_by_label("Levels deep")).to_have_value("3")
    second.get_by_label("Top level comments per page").fill("15")
    second.get_by_role("button", name="Save changes").click()
    expect(second.get_by_role("main").get_by_text("The settings are saved.")).to_be_visible()
    expect(second.get_by_label("Levels deep")).to_have_value("3")


# --- The editor ------------------------------------------------------------------------------------------------------


def test_the_preview_and_the_outline_follow_what_is_typed(page: Page, site: FacedSite, log_in: LogIn) -> None:
    log_in(page, "editor")
    page.goto("/desk/new-article")
    text = page.get_by_label("Text", exact=True)
    text.fill("## Tides\n\nThey come and go.")
    outline = page.get_by_role("navigation", name="Outline as it will be")
    expect(outline.get_by_role("link", name="Tides")).to_be_visible()
    text.fill("## Tides\n\nThey come and go.\n\n### Spring tides\n\nHigher still.")
    expect(outline.get_by_role("link", name="Spring tides")).to_be_visible()
    expect(page.locator(".as-read").get_by_text("Higher still.")).to_be_visible()
    outline.get_by_role("link", name="Spring tides").click()
    expect(page.locator("#preview-spring-tides")).to_be_in_viewport()


def test_the_outline_says_which_replies_would_lose_their_section(page: Page, site: FacedSite, log_in: LogIn) -> None:
    slug = site.new_article()
    site.post(slug, "About the first.", section="first-things")
    log_in(page, "editor")
    page.goto(f"/desk/articles/{slug}/edit")
    expect(page.get_by_text("1 reply", exact=True)).to_be_visible()
    page.get_by_label("Text", exact=True).fill("Only a lead is left.")
    expect(page.get_by_text("Readers replied to sections that would be gone")).to_be_visible()


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without"])
def test_an_article_is_written_previewed_and_published(
    new_page: NewPage, own_site: FacedSite, log_in: LogIn, has_script: bool
) -> None:
    page = new_page(base_url=own_site.url) if has_script else new_page(**PLAIN | {"base_url": own_site.url})
    log_in(page, "editor")
    page.goto("/desk/articles")
    page.get_by_role("link", name="Write an article").click()
    page.get_by_label("Title", exact=True).fill("On salt")
    page.get_by_label("Text", exact=True).fill("## Where it comes from\n\nFrom the **sea**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".as-read strong")).to_have_text("sea")
    expect(page.get_by_label("Title", exact=True)).to_have_value("On salt")
    page.get_by_role("button", name="Save and publish now").click()
    expect(page.get_by_role("main").get_by_text("The article is saved.")).to_be_visible()
    page.goto("/articles/on-salt")
    expect(page.get_by_role("heading", name="Where it comes from")).to_be_visible()


def test_a_key_saves_and_a_page_with_unsaved_words_asks_before_it_goes(
    new_page: NewPage, own_site: FacedSite, log_in: LogIn
) -> None:
    page = new_page(base_url=own_site.url)
    log_in(page, "editor")
    page.goto(f"/desk/articles/{quote(own_site.slugs['short'])}/edit")
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.get_by_label("Title", exact=True).fill("Another title")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("main").get_by_text("The article is saved.")).to_be_visible()
    assert asked == []
    page.get_by_label("Title", exact=True).fill("A third title")
    page.goto("/desk/articles")
    assert asked == ["beforeunload"]


def test_who_saves_an_article_second_keeps_their_words(new_page: NewPage, own_site: FacedSite, log_in: LogIn) -> None:
    first, second = new_page(base_url=own_site.url), new_page(base_url=own_site.url)
    for page, role in ((first, "admin"), (second, "editor")):
        log_in(page, role)
        page.goto(f"/desk/articles/{quote(own_site.slugs['short'])}/edit")
    first.get_by_label("Title", exact=True).fill("The first title")
    first.get_by_role("button", name="Save", exact=True).first.click()
    expect(first.get_by_role("main").get_by_text("The article is saved.")).to_be_visible()
    second.get_by_label("Title", exact=True).fill("The second title")
    second.get_by_role("button", name="Save", exact=True).first.click()
    expect(second.get_by_role("alert")).to_contain_text("Agnes")
    expect(second.get_by_label("Title", exact=True)).to_have_value("The second title")
    expect(second.get_by_text("Saved now: The first title.")).to_be_visible()


# --- People ----------------------------------------------------------------------------------------------------------


def test_a_new_moderator_comes_in_with_a_password_that_is_shown_once(
    new_page: NewPage, own_site: FacedSite, log_in: LogIn
) -> None:
    admin, newcomer = new_page(base_url=own_site.url), new_page(base_url=own_site.url)
    log_in(admin, "admin")
    admin.goto("/desk/people")
    admin.get_by_label("Name", exact=True).fill("Noor")
    admin.get_by_label("E-mail address").fill("noor@example.org")
    admin.get_by_role("button", name="Add").click()
    password = admin.locator(".secret").inner_text()
    admin.goto("/desk/people")
    expect(admin.locator(".secret")).to_have_count(0)
    newcomer.goto("/desk/log-in")
    newcomer.get_by_label(re.compile("Name")).fill("Noor")
    newcomer.get_by_label("Password").fill(password)
    newcomer.get_by_role("button", name="Log in").click()
    newcomer.goto("/desk/account")
    newcomer.get_by_label("New password").fill("eight bells and all is well")
    newcomer.get_by_label("Current password").fill(password)
    newcomer.get_by_role("button", name="Save").click()
    expect(newcomer.get_by_role("main").get_by_text("Your account is changed.")).to_be_visible()


# --- Figures ---------------------------------------------------------------------------------------------------------


def test_the_pictures_are_drawn_and_their_bars_lead_to_the_comments(page: Page, site: FacedSite, log_in: LogIn) -> None:
    log_in(page, "moderator")
    page.goto("/desk/figures")
    picture = page.get_by_role("img", name=re.compile("Comments a day"))
    expect(picture).to_be_visible()
    assert page.locator(".plot-days rect").count() > 0
    box = picture.bounding_box()
    assert box is not None
    assert box["height"] > 100
    page.get_by_role("region", name="Busiest articles").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="What was found")).to_be_visible()
