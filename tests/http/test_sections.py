from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.articles.models import Article, Section
from app.ground.db import db
from tests.rows import a_comment

API = "/api/v1"
EDITING = f"{API}/editing/articles"
Headers = dict[str, str]
Publish = Callable[..., str]

RAIN = "It rained for forty days and the ferries stayed in the harbour all the while."
WIND = "The wind turned at night, and nobody slept while the shutters were banging."
SNOW = "Snow came late that year, but then it lay until the end of April in the hills."
THREE = f"Before.\n\n## Rain\n\n{RAIN}\n\n## Wind\n\n{WIND}\n\n## Snow\n\n{SNOW}\n"


@pytest.fixture
def slug(an_article: Publish) -> str:
    """A published article with the sections rain, wind and snow."""
    return an_article(title="Weather", body=THREE)


@pytest.fixture
def write(client: FlaskClient, as_editor: Headers, slug: str) -> Callable[[str], None]:
    """Give the article another body."""

    def put(body: str) -> None:
        answer = client.patch(f"{EDITING}/{slug}", json={"body": body}, headers=as_editor | {"If-Match": "*"})
        assert answer.status_code == 200, answer.text

    return put


@pytest.fixture
def leads_to(client: FlaskClient, slug: str) -> Callable[[str], str | None]:
    """Where the URL of an anchor leads: an anchor, the article (empty), or nowhere (None)."""

    def follow(anchor: str) -> str | None:
        answer = client.get(f"{API}/articles/{slug}/sections/{anchor}")
        if answer.status_code == 200:
            return str(answer.get_json()["anchor"])
        if answer.status_code == 404:
            return None
        assert (answer.status_code, answer.headers["Cache-Control"]) == (308, "public, max-age=3600")
        place = answer.headers["Location"]
        assert client.get(place).status_code == 200
        return str(place.removeprefix(f"{API}/articles/{slug}").removeprefix("/sections/"))

    return follow


def outline(client: FlaskClient, slug: str) -> list[tuple[str, str, int]]:
    """(anchor, heading, replies) in the order of the text."""

    def walk(items: list[dict[str, Any]]) -> Iterator[tuple[str, str, int]]:
        for item in items:
            yield item["anchor"], item["heading"], item["reply_count"]
            yield from walk(item["sections"])

    return list(walk(client.get(f"{API}/articles/{slug}/sections").get_json()["items"]))


def reply_to(app: Flask, slug: str, anchor: str) -> None:
    """An approved comment on a section."""
    with app.app_context():
        found = db.session.execute(
            select(Section.id, Section.article_id)
            .join(Article, Article.id == Section.article_id)
            .where(Article.slug == slug, Section.anchor == anchor, Section.retired_at.is_(None))
        ).one()
        a_comment(found.article_id, section_id=found.id)


def test_an_outline_nests_headings_and_counts_the_replies_of_each_alone(
    app: Flask, client: FlaskClient, an_article: Publish
) -> None:
    slug = an_article(title="Nested", body="### A\n\n## B\n\n#### C\n\n### D\n\nText.\n")
    reply_to(app, slug, "b")
    reply_to(app, slug, "c")
    reply_to(app, slug, "c")
    leaf: dict[str, object] = {"sections": []}
    assert client.get(f"{API}/articles/{slug}/sections").get_json() == {
        "items": [
            {"anchor": "a", "level": 3, "heading": "A", "reply_count": 0, **leaf},
            {
                "anchor": "b",
                "level": 2,
                "heading": "B",
                "reply_count": 1,
                "sections": [
                    {"anchor": "c", "level": 4, "heading": "C", "reply_count": 2, **leaf},
                    {"anchor": "d", "level": 3, "heading": "D", "reply_count": 0, **leaf},
                ],
            },
        ]
    }


def test_a_section_knows_its_place(client: FlaskClient, an_article: Publish) -> None:
    slug = an_article(title="Nested", body="## A\n\nText a.\n\n## B\n\nText b.\n\n### C\n\nText c.\n\n## D\n")
    assert client.get(f"{API}/articles/{slug}/sections/b").get_json() == {
        "anchor": "b",
        "level": 2,
        "heading": "B",
        "html": "<p>Text b.</p>",
        "reply_count": 0,
        "sections": [{"anchor": "c", "level": 3, "heading": "C", "reply_count": 0, "sections": []}],
        "previous": {"anchor": "a", "heading": "A"},
        "next": {"anchor": "c", "heading": "C"},
        "parent": None,
    }
    inner = client.get(f"{API}/articles/{slug}/sections/c").get_json()
    assert (inner["parent"], inner["next"]) == ({"anchor": "b", "heading": "B"}, {"anchor": "d", "heading": "D"})
    first, last = (client.get(f"{API}/articles/{slug}/sections/{anchor}").get_json() for anchor in "ad")
    assert (first["previous"], last["next"]) == (None, None)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (THREE.replace("## Wind", "## Storm"), [("rain", "Rain", 0), ("wind", "Storm", 1), ("snow", "Snow", 0)]),
        (THREE.replace("## Wind", "#### Wind"), [("rain", "Rain", 0), ("wind", "Wind", 1), ("snow", "Snow", 0)]),
        (f"## Wind\n\n{WIND}\n\n## Rain\n\n{RAIN}\n", [("wind", "Wind", 1), ("rain", "Rain", 0)]),
        (
            THREE.replace("## Wind", "## Gusts {#gusts}"),
            [("rain", "Rain", 0), ("gusts", "Gusts", 1), ("snow", "Snow", 0)],
        ),
        (
            THREE.replace("## Rain", "## Rain {#wind}").replace("## Wind", "## Wind {#rain}"),
            [("rain", "Rain", 0), ("wind", "Wind", 1), ("snow", "Snow", 0)],
        ),
    ],
    ids=["re-worded", "re-levelled", "moved", "renamed by its author", "two whose author swaps their anchors"],
)
def test_a_section_keeps_its_replies_whatever_becomes_of_its_heading(
    app: Flask,
    client: FlaskClient,
    slug: str,
    write: Callable[[str], None],
    body: str,
    found: list[tuple[str, str, int]],
) -> None:
    reply_to(app, slug, "wind")
    write(body)
    assert outline(client, slug) == found


def test_an_anchor_that_its_author_replaced_leads_to_the_new_one(
    write: Callable[[str], None], leads_to: Callable[[str], str | None]
) -> None:
    write(THREE.replace("## Wind", "## Wind {#gusts}"))
    write(THREE.replace("## Wind", "## Wind {#storm}"))
    write(THREE.replace("## Wind", "## Wind {#gusts}"))
    assert [leads_to(anchor) for anchor in ("wind", "storm", "gusts")] == ["gusts", "gusts", "gusts"]


def test_a_section_can_take_the_anchor_of_one_that_went(
    app: Flask, client: FlaskClient, slug: str, write: Callable[[str], None]
) -> None:
    for anchor in ("rain", "wind", "wind"):
        reply_to(app, slug, anchor)
    write(f"## Rain {{#wind}}\n\n{RAIN}\n\n## Snow\n\n{SNOW}\n")
    assert outline(client, slug) == [("wind", "Rain", 1), ("snow", "Snow", 0)]


def test_an_anchor_that_went_leads_to_where_its_text_went_and_else_to_the_article(
    write: Callable[[str], None], leads_to: Callable[[str], str | None]
) -> None:
    write(f"Before.\n\n## Rain\n\n{RAIN}\n\n{WIND}\n")
    assert [leads_to(anchor) for anchor in ("rain", "wind", "snow", "hail")] == ["rain", "rain", "", None]


def test_a_redirect_follows_the_text_through_every_version(
    write: Callable[[str], None], leads_to: Callable[[str], str | None]
) -> None:
    write(f"## Rain\n\n{RAIN}\n\n{WIND}\n\n## Snow\n\n{SNOW}\n")
    write(f"## Snow\n\n{SNOW}\n\n{RAIN}\n\n{WIND}\n")
    assert [leads_to(anchor) for anchor in ("rain", "wind")] == ["snow", "snow"]
    write("Nothing is left.")
    assert [leads_to(anchor) for anchor in ("rain", "wind", "snow")] == ["", "", ""]


def test_anchors_that_lead_to_each_other_lead_to_the_article(
    app: Flask, write: Callable[[str], None], leads_to: Callable[[str], str | None]
) -> None:
    write("Nothing is left.")
    with app.app_context():
        rain, wind = db.session.scalars(select(Section).where(Section.anchor.in_(["rain", "wind"])))
        rain.moved_to_id, wind.moved_to_id = wind.id, rain.id
        db.session.commit()
    assert [leads_to("rain"), leads_to("wind")] == ["", ""]


def test_a_live_anchor_wins_over_a_retired_one(
    client: FlaskClient, slug: str, write: Callable[[str], None], leads_to: Callable[[str], str | None]
) -> None:
    write(f"## Rain\n\n{RAIN}\n\n{WIND}\n\n## Snow\n\n{SNOW}\n")
    assert leads_to("wind") == "rain"
    write(f"## Rain\n\n{RAIN}\n\n{WIND}\n\n## Wind\n\nQuite another matter: instruments that one blows into.\n")
    assert leads_to("wind") == "wind"
    assert "instruments" in client.get(f"{API}/articles/{slug}/sections/wind").get_json()["html"]


def test_a_restored_revision_brings_back_anchors_with_their_replies(
    app: Flask, client: FlaskClient, as_editor: Headers, slug: str, write: Callable[[str], None]
) -> None:
    write(THREE.replace("## Wind", "## Storm"))
    reply_to(app, slug, "wind")
    before = outline(client, slug)
    write(f"## Rain\n\n{RAIN}\n")
    write("Nothing is left.")
    assert outline(client, slug) == []
    answer = client.post(f"{EDITING}/{slug}/revisions/2/restore", headers=as_editor | {"If-Match": "*"})
    assert answer.status_code == 200
    assert outline(client, slug) == before == [("rain", "Rain", 0), ("wind", "Storm", 1), ("snow", "Snow", 0)]


def test_an_anchor_in_any_script_can_be_asked_for(client: FlaskClient, an_article: Publish) -> None:
    slug = an_article(title="Scripts", body="## Überall & größer\n\nA.\n\n## 東京の春\n\nB.\n")
    anchors = [anchor for anchor, _, _ in outline(client, slug)]
    assert anchors == ["überall-größer", "東京の春"]
    for anchor in anchors:
        assert client.get(f"{API}/articles/{slug}/sections/{anchor}").get_json()["anchor"] == anchor


def test_a_write_that_leaves_the_text_alone_leaves_the_sections_alone(
    client: FlaskClient, as_editor: Headers, slug: str
) -> None:
    client.patch(f"{EDITING}/{slug}", json={"title": "Other"}, headers=as_editor | {"If-Match": "*"})
    assert [anchor for anchor, _, _ in outline(client, slug)] == ["rain", "wind", "snow"]
