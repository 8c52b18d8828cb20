"""A frontend developer embeds a thread in a page made with Vite and React, and reads articles by the typed client."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.elsewhere import OtherOrigin
from tests.browser.publishing import FacedSite
from tests.processes import installed

pytestmark = pytest.mark.browser

CLIENT = Path(__file__).parents[2] / "client"


@pytest.fixture(scope="module")
def built(site: FacedSite, other_origin: OtherOrigin, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of client/example, built for this site and served from another origin."""
    vite = [installed.program("node"), str(installed.module_file("vite/bin/vite.js"))]
    folder = tmp_path_factory.mktemp("example")
    made = subprocess.run(
        [*vite, "build", "example", "--outDir", str(folder), "--emptyOutDir", "--logLevel", "warn"],
        cwd=CLIENT,
        env=os.environ | {"VITE_REJOINDER": site.url, "NODE_ENV": "production"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert made.returncode == 0, made.stderr + made.stdout
    return other_origin.serve_folder(folder, at="/example")


def test_the_list_is_read_by_the_typed_client(page: Page, site: FacedSite, built: str) -> None:
    slug = site.new_article("Read by types")
    site.post(slug, "One reply.")
    page.goto(built)
    item = page.locator("li", has_text="Read by types")
    expect(item.get_by_role("link")).to_have_attribute("href", f"#/{slug}")
    expect(item.locator("rejoinder-count")).to_contain_text("1")


def test_an_article_has_its_thread_and_takes_a_reply(page: Page, site: FacedSite, built: str) -> None:
    slug = site.new_article("Embedded in React")
    site.post(slug, "Seen from another origin.")
    page.goto(f"{built}#/{slug}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Embedded in React")
    thread = page.locator("rejoinder-thread")
    expect(thread.get_by_text("Seen from another origin.")).to_be_visible()
    thread.get_by_role("textbox", name="Comment").fill("Sent from React.")
    thread.get_by_role("textbox", name="Name").fill("Ada")
    thread.get_by_role("textbox", name="Email").fill("ada@example.org")
    thread.get_by_role("button", name="Post Comment").click()
    expect(thread.get_by_text("Sent from React.")).to_be_visible()
    authorization = site.as_staff()["Authorization"]
    held = site.ask("GET", f"/api/v1/moderation/queue?article={slug}", Authorization=authorization)
    assert [item["comment"]["source"] for item in held.json["items"]] == ["Sent from React."]


def test_another_article_takes_the_place_of_the_first(page: Page, site: FacedSite, built: str) -> None:
    first, second = site.new_article("The first"), site.new_article("The second")
    site.post(first, "Under the first.")
    site.post(second, "Under the second.")
    page.goto(f"{built}#/{first}")
    expect(page.get_by_text("Under the first.")).to_be_visible()
    page.evaluate("slug => { location.hash = `#/${slug}`; }", second)
    expect(page.get_by_text("Under the second.")).to_be_visible()
    expect(page.get_by_text("Under the first.")).to_have_count(0)
