"""Can what a stranger or an editor writes do anything in a browser but be read?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import contents
from tests.browser.browsers import Complaints
from tests.browser.conftest import LogIn
from tests.browser.elsewhere import OtherOrigin, embedding
from tests.browser.faces import write_a_reply
from tests.browser.publishing import FacedSite

pytestmark = pytest.mark.browser

EVIL = "evil.example"
# Where a reader would have to be careful: code behind links, handlers, what covers the page or posts it elsewhere.
_DANGERS = """(root) => [...(root ?? document).querySelectorAll("*")].flatMap((element) =>
    [...element.attributes]
        .filter(({ name, value }) => name.startsWith("on") || name === "style" || name === "srcdoc"
            || (/^(href|src|action|formaction)$/.test(name) && /^\\s*(javascript|data|vbscript):/i.test(value)
                && !value.startsWith("data:image/")))
        .map(({ name, value }) => `${element.localName} ${name}=${value}`))"""
_STRANGERS_ELEMENTS = "script, iframe, object, embed, svg, form, input, button, style, link, meta, base, template, img"


@pytest.fixture(autouse=True)
def nobody_asks_evil(page: Page) -> Iterator[None]:
    """No page of a test, whatever is on it, asks the stranger's server for anything."""
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.context.route(f"**://*{EVIL}/**", refuse)
    yield
    assert asked == []


def nothing_ran(page: Page) -> None:
    assert page.evaluate("() => globalThis.ran ?? null") is None
    assert page.evaluate(_DANGERS, None) == []


def test_a_hostile_thread_is_only_read(page: Page, site: FacedSite) -> None:
    page.goto(site.article("hostile"))
    nothing_ran(page)
    assert page.locator("[data-rj-thread]").count() == 1
    assert page.locator(".rj-text").locator(_STRANGERS_ELEMENTS).count() == 0
    assert page.locator("#comments, #respond").count() == 2


def test_every_hostile_comment_is_there_to_be_read(page: Page, site: FacedSite) -> None:
    page.goto(f"{site.article('hostile')}?comment={site.comments['hostile 0']}")
    text = page.locator(f"#comment-{site.comments['hostile 0']} .rj-text").first
    expect(text).to_contain_text("<script>window.ran = 1</script>")


def test_no_comment_reaches_out_of_its_place(page: Page, site: FacedSite) -> None:
    page.goto(site.article("hostile"))
    sticking_out = page.evaluate(
        """() => [...document.querySelectorAll(".rj-comment .rj-text")].filter((text) => {
            const outer = text.closest(".rj-comment").getBoundingClientRect(), inner = text.getBoundingClientRect();
            return inner.right > outer.right + 1 || inner.left < outer.left - 1;
        }).map((text) => text.textContent.slice(0, 80))"""
    )
    assert sticking_out == []


def test_the_links_of_a_stranger_lend_no_weight_and_no_window(page: Page, site: FacedSite) -> None:
    page.goto(f"{site.article('long')}?comment={site.comments['code']}")
    links = page.locator(".rj-text a[href^='http']")
    assert links.count() > 0
    for rel in links.evaluate_all("(links) => links.map((link) => link.rel)"):
        assert {"nofollow", "ugc", "noopener"} <= set(rel.split())


def test_a_hostile_article_is_only_read(page: Page, site: FacedSite) -> None:
    page.goto(site.article("hostile"))
    title = next(article.title for article in contents.ARTICLES if article.key == "hostile")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert title in page.title()
    told = json.loads(page.locator("script[type='application/ld+json']").first.text_content() or "")
    assert told["headline"] == title


def test_a_hostile_title_is_only_read_in_the_list(page: Page, site: FacedSite) -> None:
    page.goto("/?limit=100")  # other tests publish too
    expect(page.get_by_text("<script>window.ran=16</script>").first).to_be_visible()
    nothing_ran(page)


def test_a_preview_runs_nothing(page: Page, site: FacedSite) -> None:
    page.goto(site.article("short"))
    page.fill("#rj-content", "\n\n".join([*contents.HOSTILE_HTML, *contents.HOSTILE_MARKDOWN]))
    page.click("[data-rj-preview]")
    expect(page.locator("[data-rj-preview-place]")).to_contain_text("window.ran = 1")
    nothing_ran(page)


def test_a_form_that_is_drawn_again_holds_only_what_was_typed(page: Page, site: FacedSite) -> None:
    typed = '"><script>window.ran = 20</script><img src=x onerror="window.ran = 21">'
    page.route("**/*.js", lambda route: route.fulfill(status=200, content_type="text/javascript", body=""))
    page.goto(site.article("short"))
    page.fill("#rj-content", f"</textarea>{typed}")
    page.fill("#rj-author_name", typed)
    page.fill("#rj-author_email", typed)
    page.click("[data-rj-form] button[type=submit]")
    expect(page.locator("#rj-errors")).to_be_visible()
    expect(page.locator("#rj-content")).to_have_value(f"</textarea>{typed}")
    expect(page.locator("#rj-author_name")).to_have_value(typed)
    nothing_ran(page)


def test_a_reply_that_is_sent_in_place_runs_nothing(page: Page, site: FacedSite) -> None:
    page.goto(f"/articles/{site.new_article()}")
    write_a_reply(page, "\n\n".join(contents.HOSTILE_HTML))
    page.fill("#rj-author_name", contents.HOSTILE_NAMES[1])
    page.click("[data-rj-form] button[type=submit]")
    expect(page.locator("[data-rj-held]")).to_be_visible()
    nothing_ran(page)


@pytest.mark.parametrize(
    "query",
    [
        'sort="><script>window.ran=30</script>',
        "section=<img src=x onerror=window.ran=31>",
        "about='><svg onload=window.ran=32>",
        "reply_to=javascript:window.ran=33",
        'cursor="><script>window.ran=34</script>',
        'done="><script>window.ran=35</script>',
    ],
)
def test_what_an_address_asks_for_runs_nothing(query: str, page: Page, site: FacedSite) -> None:
    page.goto(f"{site.article('long')}?{quote(query, safe='=')}")
    nothing_ran(page)


@pytest.mark.parametrize(
    "path", ["javascript:window.ran=40", "//evil.example/", "https://evil.example/", "/\\evil.example"]
)
def test_a_log_in_leads_nowhere_else(path: str, page: Page, site: FacedSite) -> None:
    account = site.staff["moderator"]
    page.goto(f"/desk/log-in?next={quote(path, safe='')}")
    page.fill("[name=login]", account.name)
    page.fill("[name=password]", account.password)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{site.url}/desk/**")
    nothing_ran(page)


@pytest.mark.parametrize("path", ["/desk/queue", "/desk/comments", "/desk/log", "/desk/articles", "/desk/figures"])
def test_hostile_texts_run_nothing_at_the_desk(path: str, page: Page, site: FacedSite, log_in: LogIn) -> None:
    log_in(page, "editor")
    page.goto(path)
    nothing_ran(page)


def test_one_hostile_comment_runs_nothing_at_the_desk(page: Page, site: FacedSite, log_in: LogIn) -> None:
    log_in(page, "moderator")
    for number in range(6):
        page.goto(f"/desk/comments/{site.comments[f'hostile held {number}']}")
        nothing_ran(page)


def test_the_editors_preview_of_a_hostile_article_runs_nothing(page: Page, site: FacedSite, log_in: LogIn) -> None:
    log_in(page, "editor")
    page.goto(f"/desk/articles/{quote(site.slugs['hostile'])}/edit")
    expect(page.locator("textarea[name=body]")).to_have_value(contents.HOSTILE_ARTICLE.strip("\n") + "\n")
    page.locator("textarea[name=body]").press_sequentially(" ")
    nothing_ran(page)


def test_hostile_texts_run_nothing_on_another_site(page: Page, site: FacedSite, other_origin: OtherOrigin) -> None:
    page.goto(other_origin.serve("/hostile.html", embedding(site.url, site.slugs["hostile"])))
    expect(page.locator("rejoinder-thread .rj-comment").first).to_be_visible()
    assert page.evaluate("() => globalThis.ran ?? null") is None
    within = page.locator("rejoinder-thread").evaluate(f"(host) => ({_DANGERS})(host.shadowRoot ?? host)")
    assert within == []


# --- Were something to get in, it would be stopped -------------------------------------------------------------------


def test_the_policy_stops_a_script_that_somebody_got_into_the_page(
    page: Page, site: FacedSite, complaints: Complaints
) -> None:
    complaints.expect("Content Security Policy")

    def smuggle(route: Route) -> None:
        answer = route.fetch()
        smuggled = (
            "<script>window.ran = 50</script><img src='data:,' onerror='window.ran = 51'><p style='color:red'>x</p>"
        )
        route.fulfill(response=answer, body=answer.text().replace("</h1>", f"</h1>{smuggled}", 1))

    page.route(f"**{quote(site.article('short'))}", smuggle)
    page.goto(site.article("short"))
    page.wait_for_timeout(100)
    assert page.evaluate("() => globalThis.ran ?? null") is None
    assert len(complaints.heard) >= 3


@pytest.mark.parametrize("path", ["/", "long", "nothing", "/desk/log-in", "/desk/queue", "/api/docs"])
def test_every_page_has_a_policy_without_exceptions(path: str, page: Page, site: FacedSite) -> None:
    asked = {"long": site.article("long"), "nothing": "/articles/nothing-here"}.get(path, path)
    policy = page.request.get(asked, headers={"Accept": "text/html"}).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
