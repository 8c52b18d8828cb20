"""A developer opens the API reference and tries a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.publishing import FacedSite

pytestmark = pytest.mark.browser

DRAWN_WITHIN_MS = 90_000  # two seconds of work, on a machine that has other things to do


@pytest.fixture
def reference(page: Page) -> Page:
    """The reference, drawn."""
    page.set_default_timeout(DRAWN_WITHIN_MS)
    page.goto("/api/docs")
    page.wait_for_selector(".opblock")
    return page


def route(page: Page, method: str, path: str) -> Locator:
    """One route's part of the page."""
    summary = page.locator(f"[data-path='{path}']")
    return page.locator(f".opblock-{method}").filter(has=summary)


def test_it_draws_every_route_and_asks_no_other_host(reference: Page, site: FacedSite) -> None:
    asked: list[str] = []
    reference.on("request", lambda request: asked.append(request.url))
    reference.reload()
    reference.wait_for_selector(".opblock")
    expect(route(reference, "post", "/api/v1/articles/{slug}/comments")).to_be_visible()
    assert reference.locator(".opblock").count() > 60
    reference.wait_for_load_state("networkidle")
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(site.url).netloc}


def test_what_is_tried_is_sent_and_answered(reference: Page) -> None:
    articles = route(reference, "get", "/api/v1/articles")
    articles.locator(".opblock-summary-control").click()
    articles.get_by_role("button", name="Execute").click()
    expect(articles.locator(".live-responses-table tbody .response-col_status").first).to_contain_text(
        "200", timeout=DRAWN_WITHIN_MS
    )


def test_what_staff_may_do_is_tried_with_a_token(reference: Page, site: FacedSite) -> None:
    reference.get_by_role("button", name="Authorize").first.click()
    token = reference.locator(".auth-container").filter(has_text="http, Bearer")
    token.get_by_role("textbox").fill(site.as_staff()["Authorization"].removeprefix("Bearer "))
    token.get_by_role("button", name="Apply credentials").click()
    reference.get_by_role("button", name="Close").first.click()
    queue = route(reference, "get", "/api/v1/moderation/queue")
    queue.locator(".opblock-summary-control").click()
    queue.get_by_role("button", name="Execute").click()
    expect(queue.locator(".live-responses-table tbody .response-col_status").first).to_contain_text(
        "200", timeout=DRAWN_WITHIN_MS
    )


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_everybody_can_use_it(
    reference: Page, assert_accessible: Callable[[Page], None], colours: Literal["light", "dark"]
) -> None:
    reference.emulate_media(color_scheme=colours)
    assert_accessible(reference)
    preview = route(reference, "post", "/api/v1/articles/{slug}/comments/preview")
    preview.locator(".opblock-summary-control").click()
    expect(preview.get_by_role("textbox", name="Request body")).to_be_visible(timeout=DRAWN_WITHIN_MS)
    assert_accessible(reference)


def test_it_says_without_javascript_where_the_document_is(plain: Page) -> None:
    plain.goto("/api/docs")
    expect(plain.get_by_role("link", name="the OpenAPI document")).to_be_visible()
    expect(plain.get_by_text("takes JavaScript")).to_be_visible()
