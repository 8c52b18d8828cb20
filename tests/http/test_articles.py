from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.actions import COMMAND_LINE
from app.articles.actions import add_article, new_manuscript
from app.ground import clock
from app.ground.db import transaction

API = "/api/v1"
EDITING = f"{API}/editing/articles"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

Headers = dict[str, str]
Publish = Callable[..., str]
Record = Callable[[], AbstractContextManager[list[str]]]


def seed(app: Flask, number: int, **fields: Any) -> list[str]:
    """So many articles published at the same moment; their slugs, the oldest first."""
    with app.app_context(), transaction() as session:
        given = [
            {"title": f"Number {each}", "body": "Text.", "published_at": NOON, "tags": ("x", "y")} | fields
            for each in range(number)
        ]
        manuscripts = [new_manuscript(each) for each in given]
        return [add_article(session, COMMAND_LINE, each, slugs=[each.slug], note=None).slug for each in manuscripts]


def slugs(client: FlaskClient, query: str = "") -> list[str]:
    answer = client.get(f"{API}/articles?{query}")
    assert answer.status_code == 200, answer.text
    return [item["slug"] for item in answer.get_json()["items"]]


def change(client: FlaskClient, headers: Headers, slug: str, /, **fields: Any) -> Any:  # noqa: ANN401 (JSON)
    answer = client.patch(f"{EDITING}/{slug}", json=fields, headers=headers | {"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_an_article_has_everything_that_a_page_needs(client: FlaskClient, an_article: Publish) -> None:
    clock.use(lambda: NOON)
    an_article(
        title="Tides",
        standfirst="What the moon does.",
        byline="Mina Okafor",
        categories=["Science", "Sea"],
        tags=["moon"],
        language="en-GB",
        body="Twice a day.\n\n## Spring\n\nHigh.\n\n### Why\n\nThe moon.\n\n## Neap\n\n![Sand](https://example.org/a.png)",
        discussion={"close_after_days": 14},
    )
    shown = client.get(f"{API}/articles/tides").get_json()
    html = shown.pop("html")
    assert html.startswith("<p>Twice a day.</p>")
    assert '<h2 id="neap">Neap</h2>' in html
    neap = shown["sections"].pop()
    assert (neap["anchor"], neap["sections"]) == ("neap", [])
    assert shown == {
        "slug": "tides",
        "title": "Tides",
        "standfirst": "What the moon does.",
        "byline": "Mina Okafor",
        "categories": ["Science", "Sea"],
        "tags": ["moon"],
        "language": "en-GB",
        "published_at": "2026-03-01T12:00:00+00:00",
        "updated_at": "2026-03-01T12:00:00+00:00",
        "words": 9,
        "reading_minutes": 1,
        "url": "/articles/tides",
        "external": False,
        "discussion": {
            "open": True,
            "reason": None,
            "since": None,
            "closes_at": "2026-03-15T12:00:00+00:00",
            "count": 0,
        },
        "lead": "<p>Twice a day.</p>",
        "sections": [
            {
                "anchor": "spring",
                "level": 2,
                "heading": "Spring",
                "html": "<p>High.</p>",
                "reply_count": 0,
                "sections": [
                    {
                        "anchor": "why",
                        "level": 3,
                        "heading": "Why",
                        "html": "<p>The moon.</p>",
                        "reply_count": 0,
                        "sections": [],
                    }
                ],
            }
        ],
        "figures": [{"src": "https://example.org/a.png", "alt": "Sand", "caption": ""}],
    }


def test_a_public_url_answers_everybody_alike(client: FlaskClient, as_admin: Headers, slug: str) -> None:
    for path in ("articles", f"articles/{slug}", f"articles/{slug}/sections", "categories", "tags"):
        guest, admin = client.get(f"{API}/{path}"), client.get(f"{API}/{path}", headers=as_admin)
        assert (guest.data, guest.headers["ETag"]) == (admin.data, admin.headers["ETag"])


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, as_editor: Headers, slug: str) -> None:
    tag = client.get(f"{API}/articles/{slug}").headers["ETag"]
    assert client.get(f"{API}/articles/{slug}", headers={"If-None-Match": tag}).status_code == 304
    change(client, as_editor, slug, title="Another title")
    assert client.get(f"{API}/articles/{slug}", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn", "deleted", "never there"])
def test_what_is_not_public_is_not_found(
    client: FlaskClient, as_editor: Headers, an_article: Publish, state: str
) -> None:
    seen = as_editor | {"If-Match": "*"}
    if state == "draft":
        client.post(EDITING, json={"title": "X", "body": "Text."}, headers=as_editor)
    elif state == "scheduled":
        later = (clock.now() + timedelta(hours=1)).isoformat()
        client.post(EDITING, json={"title": "X", "body": "Text.", "published_at": later}, headers=as_editor)
    elif state != "never there":
        client.delete(f"{EDITING}/{an_article(title='X')}?force={state == 'deleted'}", headers=seen)
    for path in ("x", "x/sections", "x/sections/y"):
        answer = client.get(f"{API}/articles/{path}")
        assert (answer.status_code, answer.get_json()["detail"]) == (404, "There is nothing here.")
    assert slugs(client) == []


def test_a_scheduled_article_appears_on_time_though_no_timer_runs(client: FlaskClient, as_editor: Headers) -> None:
    clock.use(lambda: NOON)
    then = (NOON + timedelta(hours=1)).isoformat()
    client.post(EDITING, json={"title": "Later", "body": "Text.", "published_at": then}, headers=as_editor)
    assert slugs(client) == []
    clock.use(lambda: NOON + timedelta(hours=1))
    assert slugs(client) == ["later"]
    assert client.get(f"{API}/articles/later").status_code == 200


# --- Lists -----------------------------------------------------------------------------------------------------------


def test_the_newest_comes_first_and_pages_meet_where_moments_are_equal(client: FlaskClient, app: Flask) -> None:
    made = seed(app, 7)
    found, path = [], f"{API}/articles?limit=3&tag=x"
    for _ in range(3):
        answer = client.get(path)
        found += [item["slug"] for item in answer.get_json()["items"]]
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert (found, path) == (made[::-1], "")
    assert client.get(f"{API}/articles?limit=7").get_json()["next"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("category=news", ["c", "a"]),
        ("category=NEWS&tag=sea", ["a"]),
        ("category=new", []),
        ("tag=Sea", ["b", "a"]),
        ("byline=Ada+L.", ["b"]),
        ("byline=Ada", []),
        ("before=2026-03-02T12:00:00Z", ["a"]),
        ("after=2026-03-02T12:00:00Z", ["c", "b"]),
        ("after=2026-03-02T12:00:00Z&before=2026-03-03T13:00:00%2B01:00", ["b"]),
        ("q=text&tag=sea&category=news", ["a"]),
        ("category=%00x", None),
        ("unknown=1", ["c", "b", "a"]),
    ],
)
def test_a_list_can_be_filtered(app: Flask, client: FlaskClient, query: str, found: list[str] | None) -> None:
    seed(app, 1, title="a", published_at=NOON, categories=("News",), tags=("sea",))
    seed(app, 1, title="b", published_at=NOON + timedelta(days=1), tags=("sea",), byline="Ada L.")
    seed(app, 1, title="c", published_at=NOON + timedelta(days=2), categories=("news", "Other"))
    if found is None:
        assert client.get(f"{API}/articles?{query}").status_code == 422
    else:
        assert slugs(client, query) == found


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=x",
        "cursor=W10",
        "before=yesterday",
        "before=2026-03-02",
        "after=0001-01-01T00:00:00%2B14:00",
        "category=" + "x" * 101,
    ],
)
def test_a_list_refuses_what_it_does_not_understand(client: FlaskClient, query: str) -> None:
    assert client.get(f"{API}/articles?{query}").status_code == 422


def test_names_are_counted_over_public_articles_as_most_spell_them(app: Flask, client: FlaskClient) -> None:
    seed(app, 1, title="a", categories=("News", "Sea"), tags=())
    seed(app, 1, title="b", categories=("news",), tags=())
    seed(app, 1, title="c", categories=("News",), tags=("moon",))
    seed(app, 1, title="d", categories=("News",), tags=("sun",), published_at=None)
    assert client.get(f"{API}/categories").get_json() == {
        "items": [{"name": "News", "count": 3}, {"name": "Sea", "count": 1}]
    }
    assert client.get(f"{API}/tags").get_json() == {"items": [{"name": "moon", "count": 1}]}


@pytest.mark.parametrize("number", [0, 1, 100])
def test_a_list_takes_four_statements_however_long_it_is(
    app: Flask, client: FlaskClient, statements: Record, number: int
) -> None:
    seed(app, number)
    with statements() as run:
        assert len(slugs(client, "limit=100")) == number
    assert len(run) == 4


@pytest.mark.parametrize(
    ("path", "most"),
    [("articles/a", 5), ("articles/a/sections", 2), ("articles/a/sections/b", 2), ("categories", 2), ("tags", 2)],
)
def test_a_read_takes_a_handful_of_statements(
    app: Flask, client: FlaskClient, statements: Record, path: str, most: int
) -> None:
    seed(app, 1, title="a", body="".join(f"## {letter}\n\nText.\n\n" for letter in "bcdefgh"))
    with statements() as run:
        assert client.get(f"{API}/{path}").status_code == 200
    assert len(run) <= most


# --- Addresses -------------------------------------------------------------------------------------------------------


def test_a_slug_that_an_article_had_leads_to_it_from_every_url(
    client: FlaskClient, as_editor: Headers, an_article: Publish
) -> None:
    an_article(title="First")
    change(client, as_editor, "first", slug="second")
    change(client, as_editor, "second", slug="größe")
    for path in ("", "/sections", "/sections/first-things", "/comments?view=flat&limit=3", "/reply-form"):
        for old in ("first", "second"):
            answer = client.get(f"{API}/articles/{old}{path}")
            assert answer.status_code == 308
            assert answer.headers["Location"] == f"{API}/articles/gr%C3%B6%C3%9Fe{path}"
            assert answer.headers["Cache-Control"] == "public, max-age=3600"


def test_a_live_slug_wins_over_a_retired_one(client: FlaskClient, as_editor: Headers, an_article: Publish) -> None:
    an_article(title="First")
    change(client, as_editor, "first", slug="second")
    an_article(title="Anew", slug="first")
    assert client.get(f"{API}/articles/first").get_json()["title"] == "Anew"
    change(client, as_editor, "first", slug="third")
    assert client.get(f"{API}/articles/first").headers["Location"] == f"{API}/articles/third"


def test_a_slug_that_another_article_took_is_never_the_first_one_s_again(
    client: FlaskClient, as_editor: Headers, an_article: Publish
) -> None:
    an_article(title="First")
    change(client, as_editor, "first", slug="second")
    an_article(title="Anew", slug="first")
    client.delete(f"{EDITING}/first?force=true", headers=as_editor | {"If-Match": "*"})
    assert client.get(f"{API}/articles/first").status_code == 404


def test_a_slug_can_come_back(client: FlaskClient, as_editor: Headers, an_article: Publish) -> None:
    an_article(title="First")
    change(client, as_editor, "first", slug="second")
    change(client, as_editor, "second", slug="first")
    assert client.get(f"{API}/articles/first").status_code == 200
    assert client.get(f"{API}/articles/second").headers["Location"] == f"{API}/articles/first"


def test_a_retired_slug_does_not_tell_of_an_article_that_is_not_public(
    client: FlaskClient, as_editor: Headers, an_article: Publish
) -> None:
    an_article(title="First")
    change(client, as_editor, "first", slug="second")
    client.delete(f"{EDITING}/second", headers=as_editor | {"If-Match": "*"})
    assert client.get(f"{API}/articles/first").status_code == 404


@pytest.mark.parametrize("query", ["_external=1&_scheme=javascript", "endpoint=x&slug=y", "_anchor=x&a=1&a=2"])
def test_a_query_does_not_bend_a_redirect(
    client: FlaskClient, as_editor: Headers, an_article: Publish, query: str
) -> None:
    an_article(title="First")
    change(client, as_editor, "first", slug="second")
    answer = client.get(f"{API}/articles/first?{query}")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{API}/articles/second?{query}")


def test_the_url_is_where_the_frontend_shows_it(
    client: FlaskClient, configure: Callable[..., None], an_article: Publish
) -> None:
    configure(article_url_template="https://example.org/read/{slug}.html")
    an_article(title="Größe {id}")
    assert (
        client.get(f"{API}/articles").get_json()["items"][0]["url"]
        == "https://example.org/read/gr%C3%B6%C3%9Fe-id.html"
    )


def test_an_external_article_is_a_url_with_a_discussion(client: FlaskClient, an_article: Publish) -> None:
    an_article(title="Elsewhere", body="", external_url="https://example.org/there?x=1#y")
    shown = client.get(f"{API}/articles/elsewhere").get_json()
    assert (shown["url"], shown["external"]) == ("https://example.org/there?x=1#y", True)
    assert (shown["html"], shown["lead"], shown["sections"], shown["words"]) == ("", "", [], 0)
    assert shown["discussion"]["open"] is True


# --- The discussion --------------------------------------------------------------------------------------------------


def test_an_article_says_why_and_since_when_its_discussion_is_closed(
    client: FlaskClient, as_editor: Headers, an_article: Publish
) -> None:
    clock.use(lambda: NOON)
    slug = an_article(discussion={"switch": "closed"})
    assert client.get(f"{API}/articles/{slug}").get_json()["discussion"] == {
        "open": False,
        "reason": "switched_off",
        "since": NOON.isoformat(),
        "closes_at": None,
        "count": 0,
    }
    change(client, as_editor, slug, discussion={"switch": "open", "close_after_days": 1})
    clock.use(lambda: NOON + timedelta(days=2))
    closed_at = (NOON + timedelta(days=1)).isoformat()
    assert client.get(f"{API}/articles").get_json()["items"][0]["discussion"] == {
        "open": False,
        "reason": "too_old",
        "since": closed_at,
        "closes_at": closed_at,
        "count": 0,
    }
