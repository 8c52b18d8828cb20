"""Do readers of German, Korean and Arabic feel at home?"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.comments.texts import text
from tests.browser.browsers import NewPage
from tests.browser.faces import write_a_reply
from tests.browser.publishing import FacedSite
from tests.browser.seeing import sideways

pytestmark = pytest.mark.browser

_DIRECTION = "(element) => getComputedStyle(element).direction"
_GAP_AT_THE_RIGHT = """(element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return element.getBoundingClientRect().right - range.getClientRects()[0].right;
}"""


@pytest.mark.parametrize(
    ("locale", "key", "opening"),
    [("de-DE", "german", "Die Stadtbibliothek"), ("ko-KR", "korean", "어시장은"), ("fr-FR", "long", "For six hours")],
)
def test_the_form_speaks_the_readers_language_and_the_article_its_own(
    locale: str, key: str, opening: str, new_page: NewPage, site: FacedSite
) -> None:
    language = locale[:2]
    page = new_page(locale=locale)
    page.goto(site.article(key))
    expect(page.locator("#respond-title")).to_have_text(text("form.heading", language))
    expect(page.locator("[data-rj-form] button[type=submit]")).to_have_text(text("form.button", language))
    expect(page.get_by_text(text("note.email", language))).to_be_visible()
    expect(page.locator("[data-rj-thread]")).to_have_attribute("lang", language)
    expect(page.get_by_text(opening).first).to_be_visible()
    title = page.get_by_role("heading", level=1)
    spoken = title.evaluate("(element) => element.closest('[lang]').lang")
    assert spoken == {"german": "de", "korean": "ko", "long": "en"}[key]


@pytest.mark.parametrize("locale", ["de-DE", "ko-KR"])
def test_what_is_wrong_is_said_in_the_readers_language(locale: str, new_page: NewPage, site: FacedSite) -> None:
    page = new_page(locale=locale)
    page.goto(site.article("short"))
    page.click("[data-rj-form] button[type=submit]")
    expect(page.locator("#rj-author_email-error")).to_have_text(text("error.author_email_required", locale[:2]))


def test_a_korean_reply_is_held_with_korean_words(new_page: NewPage, site: FacedSite) -> None:
    page = new_page(locale="ko-KR")
    page.goto(f"/articles/{site.new_article(language='ko', title='안개')}")
    write_a_reply(page, "버스는 몇 시에 있나요?")
    page.fill("#rj-author_name", "이서윤")
    page.click("[data-rj-form] button[type=submit]")
    expect(page.locator("[data-rj-held]")).to_be_visible()
    expect(page.get_by_text(text("reason.first_comment", "ko")).first).to_be_visible()


def test_an_answer_to_a_korean_reader_names_them(new_page: NewPage, site: FacedSite) -> None:
    page = new_page(locale="ko-KR")
    page.goto(site.article("korean"))
    page.click(f"[data-rj-answer='{site.comments['on korean']}']")
    expect(page.locator("#respond-title")).to_have_text(text("form.heading_to", "ko", name="김민준"))


def test_an_arabic_article_runs_from_right_to_left(page: Page, site: FacedSite) -> None:
    page.goto(site.article("arabic"))
    title = page.get_by_role("heading", level=1)
    assert title.evaluate(_DIRECTION) == "rtl"
    assert page.get_by_role("heading", name="كتب تعرف طريقها").first.evaluate(_DIRECTION) == "rtl"
    paragraph = page.get_by_text("كان أهل القرية يجتمعون").first
    assert paragraph.evaluate(_DIRECTION) == "rtl"
    # It begins where its lines begin: at the right edge of what holds it.
    assert abs(paragraph.evaluate(_GAP_AT_THE_RIGHT)) < 2


@pytest.mark.parametrize(
    ("key", "comment", "direction"),
    [
        ("arabic", "on arabic", "rtl"),
        ("long", "arabic", "rtl"),
        ("long", "german", "ltr"),
        ("korean", "on korean", "ltr"),
    ],
)
def test_a_comment_runs_as_its_own_words_do(
    key: str, comment: str, direction: str, page: Page, site: FacedSite
) -> None:
    number = site.comments[comment]
    page.goto(f"{site.article(key)}?comment={number}")
    words = page.locator(f"#comment-{number} > article .rj-text")
    assert words.evaluate(_DIRECTION) == direction


def test_typing_arabic_turns_the_field_round(page: Page, site: FacedSite) -> None:
    page.goto(site.article("arabic"))
    page.fill("#rj-content", "متى تعود المكتبة إلى قريتنا؟")
    assert page.locator("#rj-content").evaluate(_DIRECTION) == "rtl"


@pytest.mark.parametrize("key", ["german", "korean", "arabic"])
def test_no_language_is_too_wide_for_a_phone(key: str, phone: Page, site: FacedSite) -> None:
    phone.goto(site.article(key))
    assert sideways(phone) == []


def test_a_section_with_an_anchor_in_korean_can_be_linked(page: Page, site: FacedSite) -> None:
    page.goto(site.article("korean"))
    heading = page.get_by_role("heading", name="안개 낀 날").first
    anchor = heading.evaluate("(element) => element.id || element.closest('[id]').id")
    page.goto(f"{site.article('korean')}#{anchor}")
    expect(heading).to_be_in_viewport()
