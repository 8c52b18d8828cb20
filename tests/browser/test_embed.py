"""A thread stands on a page of somebody else's site."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browsers import Complaints, NewPage
from tests.browser.elsewhere import OtherOrigin, embedding
from tests.browser.publishing import FacedSite
from tests.browser.test_reader import block_storage, held, send, statuses_of_looks, write

pytestmark = pytest.mark.browser

Embed = Callable[..., Page]
_PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Elsewhere</title>
<meta name="viewport" content="width=device-width">{head}
<script type="module" src="{rejoinder}/embed.js"></script>
<main><h1>Elsewhere</h1>{body}</main></html>"""


@pytest.fixture
def slug(site: FacedSite) -> str:
    return site.new_article()


@pytest.fixture
def embed(page: Page, site: FacedSite, other_origin: OtherOrigin, slug: str) -> Embed:
    """Open a page of another site with a thread: `embed(body='<rejoinder-thread …>', language="de")`."""

    def open_page(
        body: str | None = None, *, head: str = "", language: str = "en", rest: str = "", on: Page = page
    ) -> Page:
        body = body if body is not None else f'<rejoinder-thread article="{slug}"></rejoinder-thread>'
        html = _PAGE.format(rejoinder=site.url, head=head, body=body, language=language)
        on.goto(other_origin.serve(f"/{quote(slug)}.html", html) + rest)
        return on

    return open_page


def thread(page: Page) -> Locator:
    return page.locator("[data-rj-thread]")


class TestReading:
    def test_two_lines_bring_a_thread(self, page: Page, site: FacedSite, other_origin: OtherOrigin) -> None:
        page.goto(other_origin.serve("/two-lines.html", embedding(site.url, site.slugs["long"])))
        expect(thread(page).locator(".rj-comment").first).to_be_visible()
        expect(page.get_by_role("heading", name="Leave a Reply")).to_be_visible()
        expect(page.locator("rejoinder-thread img.rj-avatar").first).to_have_js_property("complete", value=True)

    def test_it_loads_when_it_is_near_the_screen_and_moves_nothing(
        self, embed: Embed, page: Page, slug: str, layout_shift: Callable[..., float]
    ) -> None:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        far = '<p style="block-size: 5000px">A long article.</p>'
        embed(f'{far}<rejoinder-thread article="{slug}"></rejoinder-thread><footer>The end</footer>')
        page.wait_for_function("() => customElements.get('rejoinder-thread')")
        page.wait_for_timeout(200)
        assert [url for url in asked if "/embed/articles/" in url] == []
        assert page.locator("rejoinder-thread").bounding_box()["height"] >= 640  # type: ignore[index]  # it is on the page
        page.mouse.wheel(0, 3_800)  # its upper edge is now 400 px below the screen
        expect(thread(page)).to_be_attached()
        page.mouse.wheel(0, 5_000)
        expect(page.get_by_text("The end")).to_be_in_viewport()
        assert layout_shift(page) == 0

    def test_order_and_pages_change_in_place(self, embed: Embed, page: Page, site: FacedSite) -> None:
        embed(f'<rejoinder-thread article="{site.slugs["busy"]}"></rejoinder-thread>')
        first = thread(page).locator(".rj-comment").first
        before = first.get_attribute("id")
        page.click(".rj-sort >> text=Newest first")
        expect(first).not_to_have_id(str(before))
        page.click(".rj-pages [rel=next]")
        expect(page.locator("#comments-title")).to_be_focused()
        assert "localhost" in page.url

    def test_it_begins_as_its_page_wishes(self, embed: Embed, page: Page, site: FacedSite, slug: str) -> None:
        for number, section in enumerate(("first-things", "second-thoughts", "first-things")):
            site.post(slug, f"Number {number}.", section=section)
        embed(f'<rejoinder-thread article="{slug}" sort="newest" section="first-things"></rejoinder-thread>')
        expect(thread(page).locator(".rj-comment .rj-text")).to_have_text(["Number 2.", "Number 0."])

    def test_a_permalink_leads_to_its_comment(self, embed: Embed, page: Page, site: FacedSite) -> None:
        comment = site.comments["busy 33"]
        far = '<p style="block-size: 5000px">A long article.</p>'
        embed(f'{far}<rejoinder-thread article="{site.slugs["busy"]}"></rejoinder-thread>', rest=f"#comment-{comment}")
        expect(page.locator(f"#comment-{comment}")).to_be_focused()
        expect(page.locator(f"#comment-{comment}")).to_be_in_viewport()

    def test_another_article_takes_its_place_when_the_page_says_so(
        self, embed: Embed, page: Page, site: FacedSite, slug: str
    ) -> None:
        site.post(slug, "Under the first.")
        embed()
        expect(thread(page)).to_contain_text("Under the first.")
        page.evaluate(
            "(slug) => document.querySelector('rejoinder-thread').setAttribute('article', slug)", site.slugs["korean"]
        )
        expect(thread(page)).to_contain_text("김민준")
        expect(thread(page)).not_to_contain_text("Under the first.")


class TestReplying:
    def test_a_held_reply_is_shown_to_its_author(self, embed: Embed, page: Page, site: FacedSite) -> None:
        embed()
        content = "Written elsewhere."
        write(page, content)
        send(page)
        expect(held(page)).to_contain_text(content)
        expect(held(page).get_by_role("link")).to_have_attribute("href", re.compile(rf"^{site.url}/receipts/"))

    def test_a_comment_is_answered_in_place(self, embed: Embed, page: Page, site: FacedSite, slug: str) -> None:
        first = site.post(slug, "First.", author_name="Ada").id
        embed()
        page.click(f"[data-rj-answer='{first}']")
        expect(page.locator(f"#comment-{first} #respond-title")).to_have_text("Leave a Reply to Ada")
        expect(page.locator("#rj-content")).to_be_focused()
        page.click("[data-rj-cancel]")
        expect(page.locator(f"[data-rj-answer='{first}']")).to_be_focused()

    def test_errors_lead_to_their_fields(self, embed: Embed, page: Page) -> None:
        embed()
        send(page)
        expect(page.locator("#rj-errors")).to_be_focused()
        page.click("#rj-errors li:has-text('name') a")
        expect(page.locator("#rj-author_name")).to_be_focused()

    def test_who_agreed_is_known_on_that_site_alone(self, embed: Embed, page: Page, site: FacedSite, slug: str) -> None:
        embed()
        write(page, "Remember me here.")
        page.check("#rj-remember")
        send(page)
        expect(held(page)).to_be_visible()
        page.reload()
        expect(page.locator("#rj-author_name")).to_have_value("Nora")
        expect(held(page)).to_contain_text("Remember me here.")
        page.goto(f"{site.url}/articles/{slug}")
        expect(page.locator("#rj-author_name")).to_have_value("")

    def test_new_replies_are_announced(self, embed: Embed, page: Page, site: FacedSite, slug: str) -> None:
        page.clock.install()
        embed()
        expect(thread(page)).to_be_visible()
        site.post(slug, "New here.")
        page.clock.run_for(31_000)
        page.locator("[data-rj-news] button").click()
        expect(page.locator(".rj-comment")).to_be_focused()

    def test_looking_for_them_costs_nothing_where_there_are_none(self, embed: Embed, page: Page) -> None:
        page.clock.install()
        embed()
        expect(thread(page)).to_be_visible()
        assert statuses_of_looks(page) == [200, 304]

    def test_no_cookie_is_set_or_sent(self, embed: Embed, page: Page) -> None:
        sent: list[Callable[[], dict[str, str]]] = []
        page.on("request", lambda request: sent.append(request.all_headers))
        embed()
        write(page)
        send(page)
        expect(held(page)).to_be_visible()
        assert page.context.cookies() == []
        assert [headers for each in sent if "cookie" in (headers := each())] == []

    def test_where_nothing_may_be_kept_one_can_read_and_reply(self, embed: Embed, page: Page) -> None:
        block_storage(page)
        embed()
        expect(page.locator("#rj-remember")).to_be_hidden()
        write(page)
        send(page)
        expect(held(page)).to_be_visible()


class TestFitting:
    @pytest.mark.parametrize(("language", "heading"), [("de", "Schreibe einen Kommentar"), ("ko", "답글 남기기")])
    def test_it_speaks_the_language_of_its_page(self, embed: Embed, page: Page, language: str, heading: str) -> None:
        embed(language=language)
        expect(page.locator("#respond-title")).to_have_text(heading)

    def test_where_it_does_not_know_that_it_speaks_the_reader_s(self, embed: Embed, new_page: NewPage) -> None:
        page = embed(language="fi", on=new_page(locale="fr-FR"))
        expect(page.locator("#respond-title")).to_have_text("Laisser un commentaire")

    @pytest.mark.parametrize(("declared", "is_dark"), [("light dark", True), ("light", False), ("dark", True)])
    def test_it_is_dark_where_its_page_is(
        self, embed: Embed, page: Page, *, declared: str, is_dark: bool, assert_accessible: Callable[[Page], None]
    ) -> None:
        page.emulate_media(color_scheme="dark")
        embed(head=f'<meta name="color-scheme" content="{declared}">')
        expect(thread(page)).to_be_visible()
        ink = page.evaluate(
            "() => getComputedStyle(document.querySelector('rejoinder-thread').shadowRoot.firstElementChild).color"
        )
        assert (ink == "rgb(231, 229, 224)") is is_dark
        assert_accessible(page)

    def test_it_takes_colours_and_parts_from_its_page(self, embed: Embed, page: Page) -> None:
        embed(
            head="""<style>
                rejoinder-thread { --rj-accent: rgb(10, 90, 20); }
                rejoinder-thread::part(respond) { border-block-start-width: 7px; }
            </style>"""
        )
        expect(page.locator("#respond")).to_have_css("border-block-start-width", "7px")
        expect(page.locator("[data-rj-form] button[type=submit]")).to_have_css("background-color", "rgb(10, 90, 20)")

    def test_styles_of_its_page_do_not_reach_into_it(self, embed: Embed, page: Page) -> None:
        embed(head="<style>section, form, p { display: none !important; }</style>")
        expect(page.locator("#respond")).to_be_visible()

    def test_it_fits_a_page_with_a_strict_policy(
        self, embed: Embed, page: Page, site: FacedSite, other_origin: OtherOrigin
    ) -> None:
        other_origin.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src {site.url}; connect-src {site.url}; img-src {site.url}; "
            "require-trusted-types-for 'script'; trusted-types rejoinder"
        )
        try:
            embed()
            write(page)
            send(page)
            expect(held(page)).to_be_visible()
        finally:
            other_origin.headers.clear()


class TestCounts:
    def test_all_of_a_page_are_asked_for_at_once(self, embed: Embed, page: Page, site: FacedSite, slug: str) -> None:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        site.post(slug, "One.")
        slugs = [slug, site.slugs["closed"], "nothing"]
        embed("".join(f'<p><rejoinder-count article="{each}">–</rejoinder-count></p>' for each in slugs))
        expect(page.locator("rejoinder-count")).to_have_text(["1", "1", "0"])
        assert len([url for url in asked if "/comments/counts" in url]) == 1

    def test_one_beside_a_thread_keeps_up_with_it(self, embed: Embed, page: Page, site: FacedSite, slug: str) -> None:
        page.clock.install()
        embed(
            f'<rejoinder-count article="{slug}"></rejoinder-count>'
            f'<rejoinder-thread article="{slug}"></rejoinder-thread>'
        )
        expect(page.locator("rejoinder-count")).to_have_text("0")
        expect(thread(page)).to_be_visible()
        site.post(slug, "New here.")
        page.clock.run_for(31_000)
        page.locator("[data-rj-news] button").click()
        expect(page.locator("rejoinder-count")).to_have_text("1")

    def test_a_framework_may_make_one_and_change_its_article(
        self, embed: Embed, page: Page, site: FacedSite, slug: str
    ) -> None:
        site.post(slug, "One.")
        embed("")
        page.evaluate(
            """(slug) => {
            const count = Object.assign(document.createElement("rejoinder-count"), { article: "nothing" });
            document.querySelector("main").append(count);
            setTimeout(() => { count.article = slug; }, 100);
        }""",
            slug,
        )
        expect(page.locator("rejoinder-count")).to_have_text("1")

    def test_what_stands_there_stays_where_no_answer_comes(
        self, embed: Embed, page: Page, complaints: Complaints
    ) -> None:
        complaints.expect("net::ERR_FAILED")
        page.route("**/comments/counts?*", lambda route: route.abort())
        embed('<rejoinder-count article="any">some</rejoinder-count>')
        page.wait_for_timeout(200)
        expect(page.locator("rejoinder-count")).to_have_text("some")


class TestFailing:
    def test_a_thread_that_does_not_come_can_be_asked_for_again(
        self, embed: Embed, page: Page, complaints: Complaints
    ) -> None:
        complaints.expect("net::ERR_FAILED")
        page.route("**/embed/articles/*", lambda route: route.abort(), times=1)
        embed(language="de")
        page.get_by_role("button", name="Noch einmal versuchen").click()
        expect(thread(page)).to_be_visible()

    def test_an_article_that_is_not_there_says_that_it_could_not_be_loaded(self, embed: Embed, page: Page) -> None:
        embed('<rejoinder-thread article="nothing"></rejoinder-thread>')
        expect(page.locator("rejoinder-thread")).to_contain_text("This could not be loaded.")
