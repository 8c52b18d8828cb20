"""Does a page go its whole way: imported, read, replied to, held, approved and seen?"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.articles.models import Article, ArticleStatus
from app.ground import clock
from app.ground.db import fresh_read
from app.permissions import Role
from tests.processes.outages import within
from tests.processes.running import command
from tests.processes.sites import ARTICLES, COMMENTS, EDITING, Site

OWN_PAGE = Path(__file__).parents[1] / "fixtures" / "pages" / "observatories.txt"


def pages() -> list[Path]:
    """Our own page, and those of the folder that REJOINDER_IMPORT_PAGES names."""
    folder = os.environ.get("REJOINDER_IMPORT_PAGES")
    return [OWN_PAGE, *(sorted(Path(folder).glob("*.txt")) if folder else [])]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_an_imported_page_is_read_replied_to_held_approved_and_seen(page: Path, site: Site) -> None:
    before = site.ask("GET", f"{ARTICLES}?limit=100").json["items"]
    imported = command("article", "import", str(page), "--publish", environment=site.environment)
    assert imported.returncode == 0, imported.stdout + imported.stderr

    listed = site.ask("GET", f"{ARTICLES}?limit=100").json["items"]
    new = {each["slug"] for each in listed} - {each["slug"] for each in before}
    assert len(new) == 1
    slug = new.pop()
    read = site.ask("GET", f"{ARTICLES}/{slug}").json
    assert read["title"]
    outline = site.ask("GET", f"{ARTICLES}/{slug}/sections").json["items"]
    anchor = outline[0]["anchor"]
    assert site.ask("GET", f"{ARTICLES}/{slug}/sections/{anchor}").json["html"]
    assert site.ask("GET", f"{ARTICLES}/{slug}/reply-form").json["open"] is True

    typed = {
        "content": "I *read* this.",
        "author_name": "Ada",
        "author_email": "ada@example.org",
        "section": anchor,
    }
    posted = site.ask("POST", f"{ARTICLES}/{slug}/comments", typed)
    assert (posted.status, posted.json["status"]) == (202, "pending")
    assert site.ask("GET", f"{ARTICLES}/{slug}/comments", door=1).json["total"] == 0

    moderator = site.token("Rosa", Role.MODERATOR)
    queue = site.ask("GET", f"/api/v1/moderation/queue?article={slug}", Authorization=moderator, door=1).json
    assert [item["comment"]["source"] for item in queue["items"]] == ["I *read* this."]
    waiting = queue["items"][0]
    approved = site.ask("POST", f"{COMMENTS}/{waiting['id']}/approve", {}, Authorization=moderator,
                        If_Match=f'"v{waiting["version"]}"')  # fmt: skip
    assert approved.status == 200

    seen = site.ask("GET", f"{ARTICLES}/{slug}/comments", door=1)
    assert seen.json["total"] == 1
    assert seen.json["items"][0]["html"].strip() == "<p>I <em>read</em> this.</p>"
    assert seen.json["items"][0]["section"]["anchor"] == anchor
    assert "ada@example.org" not in seen.text
    counted = site.ask("GET", f"{ARTICLES}/{slug}/sections", door=1).json["items"][0]
    assert (counted["anchor"], counted["reply_count"]) == (anchor, 1)
    assert site.ask("GET", f"/api/v1/receipts/{posted.json['receipt']}").json["status"] == "approved"


def test_a_scheduled_article_appears_on_time_and_the_timer_says_that_it_is_published(site: Site) -> None:
    editor = site.token("an editor")
    soon = clock.now() + timedelta(seconds=4)
    article = {"title": "Soon", "format": "markdown", "body": "Patience.", "published_at": soon.isoformat()}
    made = site.ask("POST", EDITING, article, Authorization=editor)
    assert (made.status, made.json["status"]) == (201, "scheduled")
    slug = made.json["slug"]
    early = [site.ask("GET", f"{ARTICLES}/{slug}", door=door).status for door in range(2)]
    assert early == [404, 404] or clock.now() > soon

    assert within(20, lambda: site.ask("GET", f"{ARTICLES}/{slug}").status == 200)
    assert clock.now() >= soon
    with site.app.app_context():
        stored = select(Article.status).where(Article.slug == slug)
        assert within(20, lambda: fresh_read().scalar(stored) == ArticleStatus.PUBLISHED)
