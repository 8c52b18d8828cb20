"""Can everybody use every page: by eye in light and dark, by keyboard and ear, with a finger, on a slow line?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from tests.browser.browsers import Complaints, NewPage
from tests.browser.conftest import Look
from tests.browser.elsewhere import OtherOrigin, embedding, slow_line
from tests.browser.faces import DESK_PAGES, PUBLIC_PAGES, PUBLIC_STATES, a_refused_reply
from tests.browser.publishing import FacedSite
from tests.browser.seeing import PHONE_SIZE, assert_everybody_can_use, sideways

pytestmark = pytest.mark.browser

MOST_SCRIPT_BYTES = 20_000
MOST_STYLE_BYTES = 15_000
SMALLEST_PHONE = ViewportSize(width=320, height=640)  # WCAG 2.2, 1.4.10: reflow
SLOWNESS_SECONDS = 0.1

Shift = Callable[..., float]


@pytest.mark.parametrize("name", PUBLIC_PAGES)
def test_everybody_can_use(
    name: str, page: Page, site: FacedSite, assert_accessible: Look, layout_shift: Shift
) -> None:
    page.goto(PUBLIC_PAGES[name](site))
    assert layout_shift(page) == 0
    assert_everybody_can_use(page, accessible=assert_accessible)


@pytest.mark.parametrize("name", PUBLIC_STATES)
def test_everybody_can_use_the_state_of(name: str, page: Page, site: FacedSite, assert_accessible: Look) -> None:
    PUBLIC_STATES[name](page, site)
    assert_everybody_can_use(page, accessible=assert_accessible)


@pytest.fixture(scope="module")
def signed_in(site: FacedSite, request: pytest.FixtureRequest) -> Any:  # noqa: ANN401 (Playwright's storage state)
    """The cookies of an admin, for all pages of the desk here: a log-in takes a while on purpose."""
    browser = request.getfixturevalue("browser")
    with browser.new_context(base_url=site.url) as context:
        request.getfixturevalue("log_in")(context.new_page(), "admin")
        return context.storage_state()


@pytest.mark.parametrize("name", DESK_PAGES)
def test_every_member_of_staff_can_use(
    name: str,
    new_page: NewPage,
    signed_in: Any,  # noqa: ANN401 (Playwright's storage state)
    site: FacedSite,
    assert_accessible: Look,
    layout_shift: Shift,
) -> None:
    page = new_page(storage_state=signed_in)
    page.goto(DESK_PAGES[name](site))
    assert layout_shift(page) == 0
    assert_everybody_can_use(page, accessible=assert_accessible)


def test_everybody_can_use_a_thread_on_another_site(
    page: Page, site: FacedSite, other_origin: OtherOrigin, assert_accessible: Look, layout_shift: Shift
) -> None:
    page.goto(other_origin.serve("/faces.html", embedding(site.url, site.slugs["long"])))
    expect(page.locator("rejoinder-thread .rj-comment").first).to_be_visible()
    assert layout_shift(page) == 0
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)
    page.set_viewport_size(PHONE_SIZE)
    assert sideways(page) == []


# --- Small screens and slow lines ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["long", "arabic", "hostile", "busy"])
def test_nothing_scrolls_sideways_at_320_pixels(key: str, page: Page, site: FacedSite) -> None:
    page.set_viewport_size(SMALLEST_PHONE)
    page.goto(site.article(key))
    assert sideways(page) == []


@pytest.mark.parametrize("key", ["long", "arabic"])
def test_nothing_moves_when_scripts_and_pictures_come_late(
    key: str, phone: Page, site: FacedSite, layout_shift: Shift
) -> None:
    def come_late(route: Route) -> None:
        time.sleep(SLOWNESS_SECONDS)
        route.continue_()

    phone.route("**/*.{js,svg}", come_late)
    phone.goto(site.article(key))
    assert layout_shift(phone) == 0


@pytest.mark.parametrize("name", ["the list", "the categories", "an article nobody has discussed", "a Korean article"])
def test_nothing_moves_while_a_page_comes_piece_by_piece(
    name: str, page: Page, site: FacedSite, layout_shift: Shift
) -> None:
    with slow_line(page, site.url) as slow:
        page.goto(slow + PUBLIC_PAGES[name](site))
        assert layout_shift(page) == 0


@pytest.mark.parametrize("name", ["the people", "the words", "the articles", "a new article", "the figures"])
def test_nothing_moves_while_a_page_of_the_desk_comes_piece_by_piece(
    name: str,
    new_page: NewPage,
    signed_in: Any,  # noqa: ANN401 (Playwright's storage state)
    site: FacedSite,
    layout_shift: Shift,
) -> None:
    page = new_page(storage_state=signed_in)
    with slow_line(page, site.url) as slow:
        page.goto(slow + DESK_PAGES[name](site))
        assert layout_shift(page) == 0


def test_the_beginning_of_an_article_can_be_read_before_its_end_has_come(page: Page, site: FacedSite) -> None:
    with slow_line(page, site.url, pause_seconds=0.5) as slow:
        page.goto(f"{slow}{site.article('busy')}", wait_until="commit")
        page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
        assert page.evaluate("() => document.readyState") == "loading"


def test_the_article_can_be_read_and_answered_before_styles_and_scripts_arrive(
    page: Page, site: FacedSite, complaints: Complaints
) -> None:
    complaints.expect("net::ERR_FAILED")
    page.route("**/*.{js,css}", lambda route: route.abort())
    page.goto(site.article("long"))
    expect(page.get_by_role("heading", level=1)).to_have_text("The harbour that falls dry")
    expect(page.get_by_text("For six hours the harbour has water")).to_be_visible()
    expect(page.get_by_text("The office here: the bus is number 14")).to_be_visible()
    expect(page.locator("#rj-content")).to_be_visible()
    expect(page.locator("[data-rj-form] button[type=submit]")).to_be_enabled()
    # What only works with scripts is not offered.
    expect(page.locator("[data-rj-preview]")).to_be_hidden()
    expect(page.locator("[data-rj-remember]")).to_be_hidden()


@pytest.mark.parametrize(("kind", "most"), [("script", MOST_SCRIPT_BYTES), ("style", MOST_STYLE_BYTES)])
def test_the_article_page_is_small(
    kind: str, most: int, page: Page, site: FacedSite, bytes_of: Callable[[Page, str], int]
) -> None:
    page.goto(site.article("long"))
    assert 0 < bytes_of(page, kind) < most


def test_a_page_asks_no_other_site_for_anything(page: Page, site: FacedSite) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.article("long"))
    assert [url for url in asked if not url.startswith((site.url, "data:"))] == []


# --- By keyboard -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "the long article", "/desk/log-in"])
def test_the_first_key_leads_past_the_frame(path: str, page: Page, site: FacedSite) -> None:
    page.goto(site.article("long") if path == "the long article" else path)
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_be_in_viewport()
    assert (focused.get_attribute("href") or "").startswith("#")


def test_whoever_walks_with_the_tab_key_always_sees_where_they_are(page: Page, site: FacedSite) -> None:
    page.goto(site.article("short"))
    unseen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        told = page.evaluate(_FOCUS)
        if told is None:
            break
        if not told["seen"]:
            unseen.append(told["what"])
    assert unseen == []


_FOCUS = """() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const marked = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    const isHere = box.width > 1 && box.bottom > 0 && box.top < innerHeight;
    return { seen: marked && isHere, what: element.outerHTML.slice(0, 120) };
}"""


def test_a_refused_reply_puts_its_reader_before_the_list_of_what_is_wrong(page: Page, site: FacedSite) -> None:
    a_refused_reply(page, site)
    expect(page.locator("#rj-errors")).to_be_in_viewport()
    page.locator("#rj-errors a").first.click()
    expect(page.locator("#rj-content")).to_be_focused()


# --- The HTML standard -----------------------------------------------------------------------------------------------


def test_every_public_page_is_valid_html(page: Page, site: FacedSite, assert_valid_html: Callable[..., None]) -> None:
    paths = [path(site) for path in PUBLIC_PAGES.values()]
    texts = [page.request.get(path, headers={"Accept": "text/html"}).text() for path in [*paths, "/desk/log-in"]]
    refused = page.request.post(site.article("long"), form={"content": "", "author_name": "<b>"}).text()
    held = page.request.post(
        f"/articles/{site.new_article()}",
        form={"content": "Mine.", "author_name": "Nora", "author_email": "nora@example.org"},
    ).text()
    assert_valid_html(*texts, refused, held)


def test_every_page_of_the_desk_is_valid_html(
    new_page: NewPage,
    signed_in: Any,  # noqa: ANN401 (Playwright's storage state)
    site: FacedSite,
    assert_valid_html: Callable[..., None],
) -> None:
    page = new_page(storage_state=signed_in)
    paths = [path(site) for path in DESK_PAGES.values()]
    assert_valid_html(*[page.request.get(path, headers={"Accept": "text/html"}).text() for path in paths])


def test_a_fragment_for_other_sites_is_valid_html(
    page: Page, site: FacedSite, assert_valid_html: Callable[..., None]
) -> None:
    fragment = page.request.get(f"/embed/articles/{quote(site.slugs['long'])}").text()
    frame = '<!doctype html><html lang="en"><head><title>Elsewhere</title></head><body><h1>x</h1>{}</body></html>'
    assert_valid_html(frame.format(fragment))
