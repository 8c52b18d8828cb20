"""How does a browser get to each page and state that people meet?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from playwright.sync_api import Page, Route

from tests.browser.publishing import PASSWORD, FacedSite

Reach = Callable[[Page, FacedSite], None]
Path = Callable[[FacedSite], str]

# Where its address alone leads to a page, for everybody.
PUBLIC_PAGES: Mapping[str, Path] = {
    "the list": lambda site: "/",
    "what was searched for": lambda site: "/?q=lamp",
    "a category": lambda site: "/?category=Sea",
    "the categories": lambda site: "/categories",
    "a long article": lambda site: site.article("long"),
    "an article nobody has discussed": lambda site: site.article("short"),
    "many conversations": lambda site: site.article("busy"),
    "the newest conversations": lambda site: f"{site.article('busy')}?sort=newest",
    "a closed discussion": lambda site: site.article("closed"),
    "an answer to a comment": lambda site: f"{site.article('long')}?reply_to={site.comments['mud']}#respond",
    "one section's replies": lambda site: f"{site.article('long')}?section=who-pays-for-the-lamp",
    "a reply about a section": lambda site: f"{site.article('long')}?about=who-pays-for-the-lamp#respond",
    "the page that holds a comment": lambda site: f"{site.article('busy')}?comment={site.comments['busy 33']}",
    "a German article": lambda site: site.article("german"),
    "a Korean article": lambda site: site.article("korean"),
    "an Arabic article": lambda site: site.article("arabic"),
    "a hostile article": lambda site: site.article("hostile"),
    "nothing": lambda site: "/articles/there-is-nothing-here",
}

# Those of the desk, as an admin sees them.
DESK_PAGES: Mapping[str, Path] = {
    "the queue": lambda site: "/desk/queue",
    "one held comment": lambda site: f"/desk/comments/{site.comments['held word']}",
    "one visible comment": lambda site: f"/desk/comments/{site.comments['mud']}",
    "a hostile comment": lambda site: f"/desk/comments/{site.comments['hostile held 0']}",
    "a comment to be edited": lambda site: f"/desk/comments/{site.comments['mud']}/edit",
    "a comment to be answered": lambda site: f"/desk/comments/{site.comments['held first']}/reply",
    "all comments": lambda site: "/desk/comments",
    "the articles": lambda site: "/desk/articles",
    "one article": lambda site: f"/desk/articles/{quote(site.slugs['long'])}",
    "the editor": lambda site: f"/desk/articles/{quote(site.slugs['long'])}/edit",
    "a hostile article": lambda site: f"/desk/articles/{quote(site.slugs['hostile'])}/edit",
    "a new article": lambda site: "/desk/new-article",
    "the log": lambda site: "/desk/log",
    "the words": lambda site: "/desk/words",
    "the settings": lambda site: "/desk/settings",
    "the people": lambda site: "/desk/people",
    "one's own account": lambda site: "/desk/account",
    "the figures": lambda site: "/desk/figures",
    "nothing": lambda site: "/desk/there-is-nothing-here",
}


def a_refused_reply(page: Page, site: FacedSite) -> None:
    """Everything that is wrong, listed above the form, on a page that the server drew."""
    without_scripts(page)
    page.goto(f"{site.article('long')}#respond")
    page.fill("#rj-author_email", "not an address")
    page.fill("#rj-author_website", "javascript:alert(1)")
    _send(page)
    page.wait_for_selector("#rj-errors:not([hidden])")


def errors_beside_the_fields(page: Page, site: FacedSite) -> None:
    """The same without a new page."""
    page.goto(site.article("long"))
    page.fill("#rj-author_email", "not an address")
    _send(page)
    page.wait_for_selector("#rj-author_email-error:not([hidden])")


def a_held_reply(page: Page, site: FacedSite) -> None:
    """Its author's own page, which says that it waits."""
    without_scripts(page)
    page.goto(f"/articles/{site.new_article()}")
    write_a_reply(page)
    _send(page)
    page.wait_for_url("**/receipts/*")


def a_reply_in_place(page: Page, site: FacedSite) -> None:
    """The form stands under the comment that it answers."""
    page.goto(site.article("long"))
    page.click(f"[data-rj-answer='{site.comments['mud']}']")
    page.wait_for_selector("[data-rj-cancel]:not([hidden])")


def a_preview(page: Page, site: FacedSite) -> None:
    page.goto(site.article("long"))
    page.fill("#rj-content", "A *preview* with `code`, a list:\n\n- one\n- two\n\n> and a quotation")
    page.click("[data-rj-preview]")
    page.wait_for_selector("[data-rj-preview-place]:not([hidden]) li")


def a_sent_reply(page: Page, site: FacedSite) -> None:
    """Held, and shown to its author in place."""
    page.goto(f"/articles/{site.new_article()}")
    write_a_reply(page)
    _send(page)
    page.wait_for_selector("[data-rj-held]:not([hidden])")


def a_refused_log_in(page: Page, site: FacedSite) -> None:
    page.goto("/desk/log-in")
    page.fill("[name=login]", "Mina")
    page.fill("[name=password]", f"not {PASSWORD}")
    page.click("main button[type=submit]")
    page.wait_for_selector("[role=alert]")


# What only comes about by doing something.
PUBLIC_STATES: Mapping[str, Reach] = {
    "a refused reply": a_refused_reply,
    "errors beside the fields": errors_beside_the_fields,
    "a held reply": a_held_reply,
    "a reply in place": a_reply_in_place,
    "a preview": a_preview,
    "a sent reply": a_sent_reply,
    "the log-in": lambda page, site: _go(page, "/desk/log-in"),
    "a refused log-in": a_refused_log_in,
}


def without_scripts(page: Page) -> None:
    """Let no script arrive; unlike a browser with JavaScript off, this one can still be asked what it shows."""
    page.route("**/*.js", _nothing)


def write_a_reply(page: Page, content: str = "I walked over *yesterday*, and my boots are still wet.") -> None:
    page.fill("#rj-content", content)
    page.fill("#rj-author_name", "Nora")
    page.fill("#rj-author_email", "nora@example.org")


def _send(page: Page) -> None:
    page.click("[data-rj-form] button[type=submit]")


def _nothing(route: Route) -> None:
    route.fulfill(status=200, content_type="text/javascript", body="")


def _go(page: Page, path: str) -> None:
    page.goto(path)
