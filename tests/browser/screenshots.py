"""What do the main pages and states look like, on a desktop and a phone, in light and dark?

`make screenshots` runs it: every picture goes to build/pictures, to be looked at, and those that the README shows to
docs/pictures. What is shown is the demo, as `make run` has it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from app.comments.models import Comment, Status
from app.ground.db import db
from app.permissions import Role
from tests.browser import elsewhere, faces
from tests.browser.browsers import DESKTOP, PHONE, Complaints, chromium, open_page
from tests.browser.faces import Reach
from tests.browser.publishing import PASSWORD, STAFF, FacedSite, open_account
from tests.conftest import ENVIRONMENT
from tests.processes.running import ROOT, command, environment_for, serving
from tests.processes.sites import ARTICLES, COMMENTS, site_of

ALL = ROOT / "build" / "pictures"
SHOWN = ROOT / "docs" / "pictures"
SIZES: Mapping[str, Mapping[str, Any]] = {"desktop": DESKTOP, "phone": PHONE}
SCHEMES = ("light", "dark")
_cookies: list[Any] = []  # of an admin
SLUGS = {
    "long": "shared-clean-room",
    "german": "der-fahrplan-aus-papier",
    "korean": "골목-서점의-불빛",
    "arabic": "غرفة-القراءة-فوق-المخبز",
}
# Those of README.md.
IN_README = ("article-desktop-light", "thread-phone-dark", "queue-desktop-light")


def thread(page: Page, site: FacedSite) -> None:
    page.goto(f"{site.article('long')}#comments")


def form(page: Page, site: FacedSite) -> None:
    page.goto(f"{site.article('long')}#respond")


def section(page: Page, site: FacedSite) -> None:
    page.goto(f"{site.article('long')}?section=a-laboratory-that-never-closes#comments")


def embedded(page: Page, site: FacedSite) -> None:
    with elsewhere.other_origin() as origin:
        page.goto(origin.serve("/", elsewhere.embedding(site.url, site.slugs["long"])))
        page.wait_for_selector("rejoinder-thread .rj-comment")
        page.wait_for_load_state("networkidle")


def reference(page: Page, site: FacedSite) -> None:
    page.goto("/api/docs")
    page.wait_for_selector(".opblock")


def _desk(name: str) -> Reach:
    return lambda page, site: _as_admin(page, faces.DESK_PAGES[name](site))


def _page(name: str) -> Reach:
    def reach(page: Page, site: FacedSite) -> None:
        page.goto(faces.PUBLIC_PAGES[name](site))

    return reach


def _as_admin(page: Page, path: str) -> None:
    """Logged in once: the log is to show other things too."""
    if not _cookies:
        page.request.post("/api/v1/session", data={"login": STAFF["admin"].name, "password": PASSWORD})
        _cookies.extend(page.context.cookies())
    page.context.add_cookies(_cookies)
    page.goto(path)


# Those in which somebody writes come last: the others show the demo as it is.
STATES: Mapping[str, Reach] = {
    "list": _page("the list"),
    "article": _page("a long article"),
    "thread": thread,
    "form": form,
    "section": section,
    "german": _page("a German article"),
    "korean": _page("a Korean article"),
    "arabic": _page("an Arabic article"),
    "missing": _page("nothing"),
    "log-in": faces.PUBLIC_STATES["the log-in"],
    "queue": _desk("the queue"),
    "comment": _desk("one held comment"),
    "comments": _desk("all comments"),
    "articles": _desk("the articles"),
    "editor": _desk("the editor"),
    "log": _desk("the log"),
    "words": _desk("the words"),
    "settings": _desk("the settings"),
    "people": _desk("the people"),
    "account": _desk("one's own account"),
    "figures": _desk("the figures"),
    "reference": reference,
    "refused": faces.a_refused_reply,
    "errors": faces.errors_beside_the_fields,
    "held": faces.a_held_reply,
    "sent": faces.a_sent_reply,
    "reply": faces.a_reply_in_place,
    "preview": faces.a_preview,
    "embedded": embedded,
}


def take(browser: Browser, site: FacedSite, names: list[str]) -> None:
    for name in names or STATES:
        for size, options in SIZES.items():
            for scheme in SCHEMES:
                path = ALL / f"{name}-{size}-{scheme}.png"
                page = open_page(browser, Complaints(), base_url=site.url, color_scheme=scheme, **options)
                STATES[name](page, site)
                page.screenshot(path=path, scale="css")
                page.context.close()
                if path.stem in IN_README:
                    copy(path, SHOWN)
                sys.stderr.write(f"{path}\n")


@contextmanager
def demo_site(folder: Path) -> Iterator[FacedSite]:
    """What `make run` has, with staff who can log in."""
    environment = environment_for(folder, ENVIRONMENT | {"CORS_ORIGINS": "loopback", "TRUSTED_PROXIES": "127.0.0.1"})
    command("setup", environment=environment).check_returncode()
    app = site_of(environment).app
    with app.app_context():
        for account in STAFF.values():
            open_account(account)
        held = db.session.scalars(select(Comment.id).where(Comment.status == Status.PENDING)).all()
        db.engine.dispose()
    site = FacedSite(environment=environment, app=app, slugs=SLUGS)
    with serving(environment) as server:
        site.servers.append(server)
        visible = site.ask("GET", f"{ARTICLES}/{SLUGS['long']}/comments").json["items"]
        site.comments = {"held word": held[0], "mud": visible[1]["id"]}
        _decide(site, held[-3:])
        yield site


def _decide(site: FacedSite, held: Sequence[int]) -> None:
    """What a moderator did before, for the log to tell."""
    mina = site.token("Mina", Role.MODERATOR)
    for comment_id, decision in zip(held, ("approve", "spam", "trash"), strict=True):
        assert (
            site.ask("POST", f"{COMMENTS}/{comment_id}/{decision}", {}, Authorization=mina, If_Match="*").status == 200
        )


def main(names: list[str]) -> None:
    """Take all, or those of these names."""
    for folder in (ALL, SHOWN):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix="rejoinder-") as name, chromium() as browser, demo_site(Path(name)) as site:
            take(browser, site, names)
    except pytest.skip.Exception as missing:
        raise SystemExit(str(missing)) from None


if __name__ == "__main__":
    main(sys.argv[1:])
