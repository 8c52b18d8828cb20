"""Which browser, which pages and which site do the tests of the faces get?

Every fixture that gives a function is asked for by its name:

    pytestmark = pytest.mark.browser

    def test_a_guest_replies(page: Page, site: FacedSite, assert_accessible: Look) -> None:
        slug = site.new_article()                   # of this test's own: the site is shared by a whole run
        page.goto(f"/articles/{slug}")              # relative to site.url
        ...
        assert_accessible(page)

`page` 1280 x 900, `phone` 390 x 844 with touch, `plain` without JavaScript: each a new context, no cookies, no storage.
`new_page(**options)` is one more person at another machine: `new_page(locale="de-DE")`, `new_page(**PHONE)`,
`new_page(base_url=own_site.url)`. Dark: `page.emulate_media(color_scheme="dark")`. An error in the console, a violation
of the policy, a dialog or a part of a page that is missing fails the test, unless `complaints.expect("its words")`.

`site` is shared: change what `contents` describes and other tests fall. Who empties the queue, changes settings or
stops the server takes `own_site`, a server on a copy, which costs about two seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import browsers, elsewhere, publishing, seeing
from tests.browser.browsers import DESKTOP, PHONE, PLAIN, Complaints, NewPage
from tests.browser.elsewhere import OtherOrigin
from tests.browser.publishing import FacedSite, Seeded
from tests.processes import installed

Look = Callable[[Page], None]
LogIn = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, one for the worker."""
    with browsers.chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def seeded(sqlite_template: Path, fast_folder: Path) -> Seeded:
    """The database with all of `contents`, made once for the worker."""
    return publishing.seed(sqlite_template, Path(mkdtemp(prefix="seeded-", dir=fast_folder)))


@pytest.fixture(scope="session")
def site(browser: Browser, seeded: Seeded, fast_folder: Path) -> Iterator[FacedSite]:
    """A real `rejoinder serve` on the loopback, shared by all tests of the worker; without Chromium it is not begun."""
    with publishing.open_faced_site(seeded, Path(mkdtemp(prefix="site-", dir=fast_folder))) as opened:
        yield opened


@pytest.fixture
def own_site(browser: Browser, seeded: Seeded, fast_folder: Path) -> Iterator[FacedSite]:
    """The same site for one test alone, which may do to it what it likes."""
    with publishing.open_faced_site(seeded, Path(mkdtemp(prefix="own-", dir=fast_folder))) as opened:
        yield opened


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the pages of this test complain of; none may be left at its end that was not expected."""
    heard = Complaints()
    yield heard
    assert heard.unexpected() == []


@pytest.fixture
def new_page(browser: Browser, site: FacedSite, complaints: Complaints) -> Iterator[NewPage]:
    """Open a page with options of Playwright's `new_context`."""
    opened: list[Page] = []

    def make(**different: object) -> Page:
        base_url = str(different.pop("base_url", site.url))
        opened.append(browsers.open_page(browser, complaints, base_url=base_url, **different))
        return opened[-1]

    yield make
    for each in opened:
        each.context.close()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page(**DESKTOP)


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    return new_page(**PHONE)


@pytest.fixture
def plain(new_page: NewPage) -> Page:
    """A page without JavaScript."""
    return new_page(**PLAIN)


@pytest.fixture(scope="session")
def log_in() -> LogIn:
    """Log a page's browser in, as `moderator`, `editor` or `admin`: `log_in(page, "moderator")`."""

    def enter(page: Page, role: str) -> None:
        account = publishing.STAFF[role]
        answer = page.request.post("/api/v1/session", data={"login": account.name, "password": account.password})
        assert answer.ok, answer.text()

    return enter


@pytest.fixture(scope="session")
def other_origin() -> Iterator[OtherOrigin]:
    """Somebody else's site: `url = other_origin.serve("/page.html", html)`, `other_origin.serve_folder(dist)`."""
    with elsewhere.other_origin() as opened:
        yield opened


@pytest.fixture(scope="session")
def assert_accessible() -> Look:
    """axe-core finds nothing on the page as it stands: `assert_accessible(page)`."""
    installed.module_file("axe-core/axe.min.js")
    return seeing.assert_accessible


@pytest.fixture(scope="session")
def assert_valid_html() -> Callable[..., None]:
    """Whole pages keep the HTML standard: as many at once as there are, for each call starts node."""
    installed.module_file("html-validate/package.json")
    return seeing.assert_valid_html


@pytest.fixture(scope="session")
def layout_shift() -> Callable[..., float]:
    """How much has moved since a page began to load; nothing: 0."""
    return seeing.layout_shift


@pytest.fixture(scope="session")
def bytes_of() -> Callable[[Page, str], int]:
    """What the page has loaded, uncompressed: `bytes_of(page, "script")`, `bytes_of(page, "style")`."""
    return seeing.bytes_of
