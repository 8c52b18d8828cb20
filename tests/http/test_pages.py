"""A reader reads in a browser, with nothing but HTML."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.articles.anchors import anchor_wished
from app.comments.models import Status
from app.ground import clock
from tests import rows
from tests.conftest import Headers
from tests.contract import ContractClient
from tests.reading import GERMAN, attributes, one, read, shown_ids, texts
from tests.rows import NOON, a_comment

Publish = Callable[..., str]
Reply = Callable[..., Any]
Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture(autouse=True)
def _the_day_after(app: Flask) -> None:
    """When the rows of tests are published."""
    clock.use(lambda: NOON + timedelta(days=1))


OUTLINED = """The lead.

## One `code`

First.

#### One deeper

Second.

# Two

Third.
"""

TABLE = "| a | b |\n|---|--:|\n| 1 | 2 |\n"


class TestTheListOfArticles:
    def test_it_shows_what_is_public_the_newest_first(self, client: ContractClient, an_article: Publish) -> None:
        an_article(title="Old", standfirst="What was.", byline="Ada")
        an_article(title="New")
        page = read(client.get("/"))
        assert texts(page, ".entry h2") == ["New", "Old"]
        assert texts(page, ".entry:last-of-type p")[0] == "What was."
        assert texts(page, ".entry:last-of-type .byline")[0].startswith("By Ada")

    def test_it_is_narrowed_by_category_tag_and_words(self, client: ContractClient, an_article: Publish) -> None:
        an_article(title="Tides", categories=["Sea & shore"], tags=["moon"])
        an_article(title="Hills")
        for link in ("/?category=Sea+%26+shore", "/?tag=moon", "/?q=tid"):
            page = read(client.get(link))
            assert texts(page, ".entry h2") == ["Tides"], link
            assert one(page, ".pages a")["href"] == "/"

    def test_an_empty_search_shows_all(self, client: ContractClient, slug: str) -> None:
        assert len(read(client.get("/?q=")).select(".entry")) == 1

    def test_older_articles_are_a_link_away(self, client: ContractClient, an_article: Publish) -> None:
        for number in range(3):
            an_article(title=f"Article {number}")
        page = read(client.get("/?limit=2"))
        following = read(client.get(str(one(page, ".pages a[rel=next]")["href"])))
        assert texts(page, ".entry h2") + texts(following, ".entry h2") == ["Article 2", "Article 1", "Article 0"]

    def test_it_says_where_nothing_is_published(self, client: ContractClient) -> None:
        assert texts(read(client.get("/")), ".nothing") == ["There are no articles here yet."]

    @pytest.mark.parametrize(("path", "parameter"), [("/categories", "category"), ("/tags", "tag")])
    def test_names_lead_to_their_articles(
        self, client: ContractClient, an_article: Publish, path: str, parameter: str
    ) -> None:
        an_article(categories=["Sea"], tags=["Sea"])
        link = one(read(client.get(path)), ".names a")
        assert link["href"] == f"/?{parameter}=Sea"
        assert len(read(client.get(str(link["href"]))).select(".entry")) == 1


class TestAnArticle:
    def test_it_has_title_standfirst_byline_date_and_terms(self, client: ContractClient, an_article: Publish) -> None:
        slug = an_article(title="Tides & <moons>", standfirst="Why.", byline="Ada", categories=["Sea"], tags=["moon"])
        page = read(client.get(f"/articles/{slug}"))
        assert texts(page, "h1") == ["Tides & <moons>"]
        assert texts(page, ".standfirst") == ["Why."]
        assert texts(page, ".byline span")[0] == "By Ada"
        assert len(page.select(".byline time[datetime]")) == 1
        assert (texts(page, "a[rel=category]"), texts(page, "a[rel=tag]")) == (["Sea"], ["moon"])

    def test_its_headings_keep_their_markup_and_nest_under_the_title(
        self, client: ContractClient, an_article: Publish
    ) -> None:
        page = read(client.get(f"/articles/{an_article(body=OUTLINED)}"))
        assert [(h.name, h["id"]) for h in page.select(".prose :is(h1, h2, h3, h4)")] == [
            ("h2", "one-code"), ("h3", "one-deeper"), ("h2", "two"),
        ]  # fmt: skip
        assert texts(page, "#one-code code") == ["code"]
        assert texts(page, ".prose > p") == ["The lead.", "First.", "Second.", "Third."]

    def test_its_outline_leads_to_its_headings(self, client: ContractClient, an_article: Publish) -> None:
        page = read(client.get(f"/articles/{an_article(body=OUTLINED)}"))
        assert attributes(page, ".outline a", "href") == ["#one-code", "#one-deeper", "#two"]
        assert len(page.select(".outline li li")) == 1

    def test_a_heading_says_how_many_replies_it_has_and_offers_to_discuss_it(
        self, client: ContractClient, slug: str, reply: Reply, as_moderator: Headers
    ) -> None:
        reply(headers=as_moderator, section="first-things")
        page = read(client.get(f"/articles/{slug}"))
        links = page.select(".heading")[0].select(".discuss a")
        assert [link.get_text() for link in links] == ["1 reply: First things", "Discuss this section: First things"]
        counted, discuss = (read(client.get(str(link["href"]))) for link in links)
        assert len(shown_ids(counted)) == 1
        assert one(discuss, "input[name=section]")["value"] == "first-things"
        assert texts(discuss, ".rj-about")[0].startswith("About the section “First things”")

    def test_a_heading_in_any_script_has_an_address(self, client: ContractClient, an_article: Publish) -> None:
        slug = an_article(language="ko", body="## 첫 번째\n\n글.")
        page = read(client.get(f"/articles/{slug}"))
        anchor = str(one(page, ".prose h2")["id"])
        assert anchor.startswith("첫")
        about = read(client.get(str(page.select(".discuss a")[-1]["href"])))
        assert one(about, "input[name=section]")["value"] == anchor

    def test_no_heading_takes_an_address_that_the_page_has_for_itself(
        self, client: ContractClient, slug: str, reply: Reply, as_moderator: Headers
    ) -> None:
        replied = reply(headers=as_moderator).get_json()["comment"]["id"]
        page = read(client.get(f"/articles/{slug}"))
        names = set(attributes(page, "[id]", "id")) - set(attributes(page, ".prose [id]", "id"))
        assert {"main", "comments", "respond", f"comment-{replied}"} < names
        assert {name for name in names if anchor_wished(name)} == set()

    def test_it_is_in_its_own_language_and_direction_and_the_page_in_the_reader_s(
        self, client: ContractClient, an_article: Publish
    ) -> None:
        answer = client.get(f"/articles/{an_article(language='ar', title='مد')}", headers=GERMAN)
        page = read(answer)
        assert (one(page, "html")["lang"], one(page, "html")["dir"]) == ("de", "ltr")
        assert (one(page, ".piece")["lang"], one(page, ".piece")["dir"]) == ("ar", "rtl")
        assert texts(page, "#respond-title") == ["Schreibe einen Kommentar"]
        assert answer.headers["Content-Language"] == "de"
        assert "Accept-Language" in answer.headers["Vary"]

    def test_what_is_wider_than_a_phone_scrolls_by_itself(self, client: ContractClient, an_article: Publish) -> None:
        page = read(client.get(f"/articles/{an_article(body=TABLE)}"))
        assert one(page, ".wide[tabindex='0'] > table")
        assert [texts(page, "th.right"), page.select("[align]")] == [["b"], []]

    def test_one_that_stands_elsewhere_says_so(self, app: Flask, client: ContractClient) -> None:
        with app.app_context():
            rows.an_article(external_url="https://blog.example/tides")
        page = read(client.get("/articles/tides"))
        assert texts(page, ".elsewhere") == ["Read the article on blog.example"]
        assert one(page, "link[rel=canonical]")["href"] == "https://blog.example/tides"

    def test_an_earlier_slug_leads_to_it(self, client: ContractClient, slug: str, as_editor: Headers) -> None:
        place = f"/api/v1/editing/articles/{slug}"
        seen = {"If-Match": client.get(place, headers=as_editor).headers["ETag"]}
        assert client.patch(place, json={"slug": "moved"}, headers=as_editor | seen).status_code == 200
        answer = client.get(f"/articles/{slug}?sort=newest")
        assert (answer.status_code, answer.headers["Location"]) == (308, "/articles/moved?sort=newest")


class TestWhatSearchEnginesSee:
    def test_a_title_cannot_end_the_linked_data(self, client: ContractClient, an_article: Publish) -> None:
        title = "</script><script>alert(1)</script>"
        answer = client.get(f"/articles/{an_article(title=title, byline='Ada', standfirst='Why.')}")
        data = json.loads(one(read(answer), "script[type='application/ld+json']").get_text())
        assert (data["@type"], data["headline"], data["author"]["name"]) == ("Article", title, "Ada")
        assert "<script>alert" not in answer.text

    def test_absolute_addresses_come_from_the_settings_and_never_from_a_request(
        self, client: ContractClient, slug: str, configure: Callable[..., None]
    ) -> None:
        configure(public_url="https://talk.example")
        page = read(client.get(f"/articles/{slug}", headers={"Host": "evil.example"}))
        assert one(page, "link[rel=canonical]")["href"] == f"https://talk.example/articles/{slug}"
        assert one(page, "meta[property='og:url']")["content"] == f"https://talk.example/articles/{slug}"
        assert "evil.example" not in str(page)

    def test_the_first_figure_is_its_picture(self, client: ContractClient, an_article: Publish) -> None:
        page = read(client.get(f"/articles/{an_article(body='![The moon](https://pictures.example/moon.jpg)')}"))
        assert one(page, "meta[property='og:image']")["content"] == "https://pictures.example/moon.jpg"

    def test_the_sitemap_has_every_article_that_stands_here(
        self, app: Flask, client: ContractClient, configure: Callable[..., None]
    ) -> None:
        configure(public_url="https://talk.example")
        with app.app_context():
            rows.an_article("here")
            rows.an_article("there", external_url="https://blog.example/there")
        found = re.findall("<loc>(.*?)</loc>", client.get("/sitemap.xml").text)
        assert found == ["https://talk.example/", "https://talk.example/articles/here"]

    def test_robots_learn_where_the_sitemap_is_and_what_is_not_for_them(
        self, client: ContractClient, configure: Callable[..., None]
    ) -> None:
        configure(public_url="https://talk.example")
        told = client.get("/robots.txt").text.splitlines()
        assert {"Disallow: /receipts/", "Sitemap: https://talk.example/sitemap.xml"} <= set(told)

    def test_feeds_are_found_from_the_page(self, client: ContractClient, slug: str) -> None:
        page = read(client.get(f"/articles/{slug}"))
        assert set(attributes(page, "link[rel=alternate]", "href")) == {
            "/feed.atom", "/feed.json", "/comments/feed.atom", "/comments/feed.json",
            f"/articles/{slug}/comments.atom", f"/articles/{slug}/comments.json",
        }  # fmt: skip


class TestSafety:
    PAGES = ("/", "/articles/tides", "/categories", "/tags", "/nowhere")

    @pytest.mark.parametrize("path", PAGES)
    def test_nothing_runs_or_styles_that_is_not_a_file_of_ours(
        self, app: Flask, client: ContractClient, path: str
    ) -> None:
        with app.app_context():
            a_comment(rows.an_article())
        answer = client.get(path, headers={"Accept": "text/html"})
        page = read(answer, 404 if path == "/nowhere" else 200)
        assert "script-src 'self'; style-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "require-trusted-types-for 'script'" in answer.headers["Content-Security-Policy"]
        assert not page.select("style, [style], script:not([src], [type='application/ld+json'])")
        assert not [name for element in page.find_all(True) for name in element.attrs if name.startswith("on")]

    @pytest.mark.parametrize("website", [None, "https://ada.example"])
    def test_a_hostile_name_stays_text(self, app: Flask, client: ContractClient, website: str | None) -> None:
        hostile = '"><img src=x onerror=alert(1)>'
        with app.app_context():
            a_comment(rows.an_article(), author_name=hostile, author_website=website)
        page = read(client.get("/articles/tides"))
        assert texts(page, ".rj-name") == [hostile]
        assert not page.select("img[onerror]")

    def test_a_website_gains_nothing_by_being_linked(self, app: Flask, client: ContractClient) -> None:
        with app.app_context():
            a_comment(rows.an_article())
        link = one(read(client.get("/articles/tides")), "a.rj-name")
        assert (link["href"], link["rel"]) == ("https://ada.example", ["nofollow", "ugc", "noopener"])

    def test_no_page_tells_an_address(self, client: ContractClient, slug: str, reply: Reply) -> None:
        reply()
        assert "ada@example.org" not in client.get(f"/articles/{slug}").text


class TestReadiness:
    def test_an_article_s_page_costs_seven_statements_however_much_is_said(
        self, app: Flask, client: ContractClient, statements: Statements
    ) -> None:
        with app.app_context():
            article_id = rows.an_article()
            for _ in range(5):
                root = a_comment(article_id)
                a_comment(article_id, root_id=root, parent_id=root, depth=2)
        with statements() as run:
            read(client.get("/articles/tides"))
        assert len(run) == 7, "\n".join(run)

    @pytest.mark.parametrize(
        ("path", "cost"), [("/", 4), ("/categories", 2), ("/tags", 2), ("/sitemap.xml", 2), ("/articles/tides", 7)]
    )
    def test_a_page_is_made_once_until_it_changes(
        self, app: Flask, client: ContractClient, statements: Statements, path: str, cost: int
    ) -> None:
        with app.app_context():
            rows.an_article()
        with statements() as run:
            first = client.get(path)
        assert len(run) == cost, "\n".join(run)
        with statements() as run:
            second = client.get(path)
            known = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (second.data, known.status_code, run) == (first.data, 304, [])

    def test_a_new_comment_is_seen_at_once_and_in_each_language(
        self, client: ContractClient, slug: str, reply: Reply, as_moderator: Headers
    ) -> None:
        assert texts(read(client.get(f"/articles/{slug}")), "#comments-title") == ["No replies yet"]
        assert texts(read(client.get(f"/articles/{slug}", headers=GERMAN)), "#comments-title") == [
            "Noch keine Kommentare"
        ]
        reply(headers=as_moderator)
        assert texts(read(client.get(f"/articles/{slug}")), "#comments-title") == ["1 reply"]
        assert texts(read(client.get(f"/articles/{slug}", headers=GERMAN)), "#comments-title") == ["1 Kommentar"]

    def test_what_only_editors_see_has_no_page(self, app: Flask, client: ContractClient) -> None:
        with app.app_context():
            rows.an_article(status="withdrawn")
        read(client.get("/articles/tides"), 404)
        assert texts(read(client.get("/")), ".entry") == []

    def test_a_held_comment_is_on_no_page(self, app: Flask, client: ContractClient) -> None:
        with app.app_context():
            a_comment(rows.an_article(), status=Status.PENDING)
        assert shown_ids(read(client.get("/articles/tides"))) == []
