"""A feed reader follows articles and what is said under them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
import jsonschema
import pytest
from lxml import etree

from app.ground import clock
from tests.conftest import Headers
from tests.contract import ContractClient

ATOM = "{http://www.w3.org/2005/Atom}"
THREAD = "{http://purl.org/syndication/thread/1.0}"
FIXTURES = Path(__file__).parents[1] / "fixtures"
SITE = "https://www.example.org"

_WORDS = {"type": "string", "minLength": 1}
_URL = {"type": "string", "pattern": "^https?://"}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
_AUTHORS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"name": _WORDS, "url": _URL, "avatar": _URL},
        "minProperties": 1,
        "additionalProperties": False,
    },
}
# JSON Feed 1.1, as its specification has it; what is not listed there begins with an underscore.
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": _WORDS,
        "home_page_url": _URL,
        "feed_url": _URL,
        "next_url": _URL,
        "language": _WORDS,
        "authors": _AUTHORS,
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "content_html"],
                "additionalProperties": False,
                "patternProperties": {"^_[^.]+$": {"type": "object"}},
                "properties": {
                    "id": _WORDS,
                    "url": _URL,
                    "title": _WORDS,
                    "content_html": _WORDS,
                    "summary": _WORDS,
                    "date_published": _MOMENT,
                    "date_modified": _MOMENT,
                    "authors": _AUTHORS,
                    "tags": {"type": "array", "items": _WORDS},
                    "language": _WORDS,
                },
            },
        },
    },
}
Reply = Callable[..., Any]
Publish = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A feed in both forms, each found valid."""

    atom: etree._Element
    json: dict[str, Any]

    @property
    def entries(self) -> list[etree._Element]:
        return self.atom.findall(f"{ATOM}entry")

    @property
    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.json["items"]
        return found


@pytest.fixture
def read(client: ContractClient, configure: Callable[..., None]) -> Callable[[str], Read]:
    """Read a feed by its path without extension, where PUBLIC_URL is set."""
    configure(public_url=SITE, site_name="The harbour")
    grammar = etree.RelaxNG(etree.parse(FIXTURES / "atom.rng"))

    def follow(path: str) -> Read:
        place, _, query = path.partition("?")
        atom, json = (client.get(f"{place}.{form}?{query}") for form in ("atom", "json"))
        assert (atom.status_code, json.status_code) == (200, 200), atom.text
        assert atom.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
        assert json.headers["Content-Type"] == "application/feed+json; charset=utf-8"
        document = etree.fromstring(atom.data)
        grammar.assertValid(document)
        parsed = feedparser.parse(atom.data)
        assert not parsed.bozo, parsed.get("bozo_exception")
        assert (parsed.version, len(parsed.entries)) == ("atom10", len(json.json["items"]))
        jsonschema.validate(json.json, JSON_FEED)
        return Read(atom=document, json=json.json)

    return follow


def texts(elements: Sequence[etree._Element], name: str) -> list[str | None]:
    return [each.findtext(f"{ATOM}{name}") for each in elements]


def link(element: etree._Element, rel: str, kind: str = "application/atom+xml") -> str:
    found = element.find(f"{ATOM}link[@rel='{rel}'][@type='{kind}']")
    assert found is not None, rel
    return str(found.get("href"))


@pytest.fixture
def say(client: ContractClient, slug: str, as_moderator: Headers) -> Callable[..., int]:
    """Post a visible comment and tell its id."""

    def post(content: str, **fields: object) -> int:
        url = f"/api/v1/articles/{slug}/comments"
        answer = client.post(url, json={"content": content} | fields, headers=as_moderator)
        assert answer.status_code == 201, answer.text
        return int(answer.json["comment"]["id"])

    return post


class TestArticles:
    def test_the_newest_stand_first_and_whole(self, read: Callable[[str], Read], an_article: Publish) -> None:
        an_article(title="The older one")
        an_article(
            title="The newer one", standfirst="What it is about.", byline="Ada", tags=["sea"], categories=["News"]
        )
        feed = read("/feed")
        assert feed.atom.findtext(f"{ATOM}title") == feed.json["title"] == "The harbour"
        assert texts(feed.entries, "title") == ["The newer one", "The older one"]
        newer, item = feed.entries[0], feed.items[0]
        assert newer.findtext(f"{ATOM}author/{ATOM}name") == "Ada"
        assert newer.findtext(f"{ATOM}summary") == item["summary"] == "What it is about."
        assert [each.get("term") for each in newer.findall(f"{ATOM}category")] == item["tags"] == ["News", "sea"]
        assert "What comes second." in item["content_html"]
        assert newer.findtext(f"{ATOM}content") == item["content_html"]

    def test_every_address_in_it_is_absolute(self, read: Callable[[str], Read], an_article: Publish) -> None:
        body = "See [the map](/map.html), [below](#first-things) or [there](https://there.example).\n\n![Map](map.png)"
        slug = an_article(body=body)
        feed = read("/feed")
        html, url = feed.items[0]["content_html"], feed.items[0]["url"]
        assert url == f"{SITE}/articles/{slug}"
        for address in (f"{SITE}/map.html", f"{url}#first-things", "https://there.example", f"{SITE}/articles/map.png"):
            assert f'="{address}"' in html
        assert link(feed.atom, "self") == f"{SITE}/feed.atom"
        assert feed.json["feed_url"] == f"{SITE}/feed.json"

    def test_what_only_looks_like_an_address_stays(self, read: Callable[[str], Read], an_article: Publish) -> None:
        an_article(body='Write `<a href="/map.html">` and be done.')
        assert "href=" in read("/feed").items[0]["content_html"]
        assert f"{SITE}/map.html" not in read("/feed").items[0]["content_html"]

    def test_each_says_how_many_replies_it_has_and_where_they_are(
        self, read: Callable[[str], Read], slug: str, say: Callable[..., int]
    ) -> None:
        say("One."), say("Two.")
        feed = read("/feed")
        replies = feed.entries[0].find(f"{ATOM}link[@rel='replies']")
        assert replies is not None
        assert replies.get("href") == f"{SITE}/articles/{slug}/comments.atom"
        assert replies.get(f"{THREAD}count") == feed.entries[0].findtext(f"{THREAD}total") == "2"
        told = feed.items[0]["_rejoinder"]
        assert (told["reply_count"], told["replies_feed"]) == (2, f"{SITE}/articles/{slug}/comments.json")
        last = read(f"/articles/{slug}/comments").items[0]["date_published"]
        assert told["last_reply"] == replies.get(f"{THREAD}updated") == last

    def test_an_id_outlives_another_slug(
        self, client: ContractClient, read: Callable[[str], Read], slug: str, as_editor: Headers
    ) -> None:
        before = read("/feed").items[0]
        seen = {"If-Match": client.get(f"/api/v1/editing/articles/{slug}", headers=as_editor).headers["ETag"]}
        moved = client.patch(f"/api/v1/editing/articles/{slug}", json={"slug": "moved"}, headers=as_editor | seen)
        assert moved.status_code == 200, moved.text
        after = read("/feed").items[0]
        assert (after["id"], after["url"]) == (before["id"], f"{SITE}/articles/moved")

    def test_each_says_its_language_and_direction(self, read: Callable[[str], Read], an_article: Publish) -> None:
        an_article(title="غرفة القراءة", language="ar", body="مساء الخير.")
        feed = read("/feed")
        assert feed.entries[0].get("{http://www.w3.org/XML/1998/namespace}lang") == feed.items[0]["language"] == "ar"
        assert feed.items[0]["content_html"].startswith('<div lang="ar" dir="rtl">')

    def test_pages_lead_through_all_of_them(self, read: Callable[[str], Read], an_article: Publish) -> None:
        for number in range(22):
            an_article(title=f"Article {number}")
        first = read("/feed")
        assert len(first.items) == 20
        following = urlsplit(link(first.atom, "next"))
        assert first.json["next_url"] == f"{SITE}/feed.json?{following.query}"
        second = read(f"/feed?{following.query}")
        assert texts(second.entries, "title") == ["Article 1", "Article 0"]
        assert link(second.atom, "self") == f"{SITE}/feed.atom?{following.query}"
        assert "next_url" not in second.json

    def test_a_cursor_from_elsewhere_is_refused(self, client: ContractClient) -> None:
        assert client.get("/feed.atom?cursor=nonsense").status_code == 422

    def test_an_empty_one_is_valid(self, read: Callable[[str], Read]) -> None:
        assert (read("/feed").items, read("/comments/feed").items) == ([], [])

    def test_what_will_be_published_comes_when_its_moment_has_come(
        self, client: ContractClient, read: Callable[[str], Read], as_editor: Headers
    ) -> None:
        now = datetime.now(UTC)
        soon = {
            "title": "Soon",
            "format": "markdown",
            "body": "x",
            "published_at": (now + timedelta(hours=1)).isoformat(),
        }
        assert client.post("/api/v1/editing/articles", json=soon, headers=as_editor).status_code == 201
        assert read("/feed").items == []
        clock.use(lambda: now + timedelta(hours=2))
        assert [item["title"] for item in read("/feed").items] == ["Soon"]


class TestComments:
    def test_the_newest_of_all_articles_stand_first(
        self, read: Callable[[str], Read], slug: str, say: Callable[..., int]
    ) -> None:
        say("Said first."), say("Said *last*.")
        feed = read("/comments/feed")
        assert ["last" in item["content_html"] for item in feed.items] == [True, False]
        assert feed.items[0]["title"].endswith(" on An article")
        assert feed.json["title"] == "Comments on The harbour"

    def test_one_articles_feed_holds_its_comments_alone(
        self, read: Callable[[str], Read], slug: str, say: Callable[..., int], an_article: Publish
    ) -> None:
        say("Here.")
        other = an_article(title="Another")
        assert len(read(f"/articles/{slug}/comments").items) == 1
        empty = read(f"/articles/{other}/comments")
        assert (empty.items, empty.json["title"]) == ([], "Comments on Another")
        assert empty.json["home_page_url"] == f"{SITE}/articles/{other}"

    @pytest.mark.parametrize("path", ["/comments/feed", "/articles/an-article/comments"])
    def test_each_says_what_it_answers(
        self, read: Callable[[str], Read], slug: str, say: Callable[..., int], path: str
    ) -> None:
        root = say("The first.")
        say("An answer.", parent_id=root)
        answer, first = read(path).entries
        article = read("/feed").entries[0]
        to_comment, to_article = (each.find(f"{THREAD}in-reply-to") for each in (answer, first))
        assert to_comment is not None
        assert to_article is not None
        assert to_comment.get("ref") == first.findtext(f"{ATOM}id")
        assert to_comment.get("href") == link(first, "alternate", "text/html")
        assert to_article.get("ref") == article.findtext(f"{ATOM}id")
        assert first.findtext(f"{THREAD}total") == "1"
        told = [item["_rejoinder"]["in_reply_to"]["id"] for item in read(path).items]
        assert told == [to_comment.get("ref"), to_article.get("ref")]

    def test_the_same_comment_has_one_id_in_both_feeds(
        self, read: Callable[[str], Read], slug: str, say: Callable[..., int]
    ) -> None:
        say("Here.")
        assert read("/comments/feed").items[0]["id"] == read(f"/articles/{slug}/comments").items[0]["id"]

    def test_what_is_held_or_gone_is_not_in_it(
        self, client: ContractClient, read: Callable[[str], Read], slug: str, reply: Reply, say: Callable[..., int],
        as_moderator: Headers,
    ) -> None:  # fmt: skip
        held = reply(content="Please hold this.")
        assert held.status_code == 202
        gone = say("Soon gone.")
        say("An answer to it.", parent_id=gone)
        everything = {"If-Match": "*"}
        trash = f"/api/v1/moderation/comments/{gone}/trash"
        assert client.post(trash, headers=as_moderator | everything, json={}).status_code == 200
        for path in ("/comments/feed", f"/articles/{slug}/comments"):
            assert ["An answer" in item["content_html"] for item in read(path).items] == [True]

    def test_no_feed_tells_an_address(
        self, client: ContractClient, read: Callable[[str], Read], slug: str, reply: Reply, as_moderator: Headers
    ) -> None:
        comment = reply(author_email="ada.secret@example.org").json["comment"]["id"]
        approve = f"/api/v1/moderation/comments/{comment}/approve"
        assert client.post(approve, headers=as_moderator | {"If-Match": "*"}, json={}).status_code == 200
        for path in ("/comments/feed", f"/articles/{slug}/comments"):
            assert len(read(path).items) == 1
            for form in ("atom", "json"):
                assert "secret" not in client.get(f"{path}.{form}").text

    @pytest.mark.parametrize("name", ["<b>&amp;</b> \"'", "]]>"])
    def test_hostile_names_are_only_names(
        self, client: ContractClient, read: Callable[[str], Read], slug: str, reply: Reply, as_moderator: Headers,
        name: str,
    ) -> None:  # fmt: skip
        posted = reply(author_name=name, content="<script>alert(1)</script> & ]]> \x1b")
        assert posted.status_code == 202, posted.text
        comment = posted.json["comment"]
        approve = f"/api/v1/moderation/comments/{comment['id']}/approve"
        assert client.post(approve, headers=as_moderator | {"If-Match": "*"}, json={}).status_code == 200
        feed = read(f"/articles/{slug}/comments")
        assert feed.items[0]["authors"][0]["name"] == comment["author"]["name"]
        assert feed.entries[0].findtext(f"{ATOM}author/{ATOM}name") == comment["author"]["name"]
        assert "<script" not in feed.items[0]["content_html"]


class TestAsking:
    FEEDS = [
        f"{path}.{form}"
        for path in ("/feed", "/comments/feed", "/articles/an-article/comments")
        for form in ("atom", "json")
    ]

    @pytest.mark.parametrize("url", FEEDS)
    def test_who_has_it_already_is_told_so(self, client: ContractClient, slug: str, url: str) -> None:
        got = client.get(url)
        for known in ({"If-None-Match": got.headers["ETag"]}, {"If-Modified-Since": got.headers["Last-Modified"]}):
            again = client.get(url, headers=known)
            assert (again.status_code, again.data) == (304, b"")
            assert again.headers["ETag"] == got.headers["ETag"]

    @pytest.mark.parametrize("url", FEEDS)
    def test_what_has_changed_is_given_again(
        self, client: ContractClient, slug: str, say: Callable[..., int], url: str
    ) -> None:
        got = client.get(url)
        clock.use(lambda: datetime.now(UTC) + timedelta(seconds=2))
        say("This is new.")
        for known in ({"If-None-Match": got.headers["ETag"]}, {"If-Modified-Since": got.headers["Last-Modified"]}):
            again = client.get(url, headers=known)
            assert again.status_code == 200
            assert again.headers["ETag"] != got.headers["ETag"]

    def test_the_tag_goes_before_the_date(self, client: ContractClient, slug: str) -> None:
        known = {"If-None-Match": '"another"', "If-Modified-Since": client.get("/feed.atom").headers["Last-Modified"]}
        assert client.get("/feed.atom", headers=known).status_code == 200

    def test_a_date_that_is_none_means_nothing(self, client: ContractClient, slug: str) -> None:
        assert client.get("/feed.atom", headers={"If-Modified-Since": "yesterday"}).status_code == 200

    def test_the_feed_of_an_article_that_is_not_there_is_not_there(self, client: ContractClient) -> None:
        assert client.get("/articles/nothing/comments.atom").status_code == 404
        assert client.get("/feed.rss").status_code == 404

    def test_the_feed_of_an_article_that_moved_has_moved(
        self, client: ContractClient, slug: str, as_editor: Headers
    ) -> None:
        seen = {"If-Match": client.get(f"/api/v1/editing/articles/{slug}", headers=as_editor).headers["ETag"]}
        client.patch(f"/api/v1/editing/articles/{slug}", json={"slug": "moved"}, headers=as_editor | seen)
        answer = client.get(f"/articles/{slug}/comments.json")
        assert (answer.status_code, answer.headers["Location"]) == (308, "/articles/moved/comments.json")
