from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.actions import COMMAND_LINE
from app.articles.importing import ImportedPage
from app.articles.intake import Outcome, Publishing, foresee_import, import_page
from app.articles.models import Article, Revision
from app.ground import clock
from app.ground.db import db
from app.ground.errors import InvalidRequest

API = "/api/v1"
EDITING = f"{API}/editing/articles"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Headers = dict[str, str]


def page(**fields: Any) -> ImportedPage:
    given: dict[str, Any] = {"title": "High water", "format": "markdown", "body": "Lead.\n\n## Then\n\nMore."}
    return ImportedPage(**given | {"categories": ("News", "Sea")} | fields)


def take(app: Flask, imported: ImportedPage, publishing: Publishing = Publishing.PUBLISH) -> tuple[Outcome, str]:
    """Import a page; what became of it, and its slug."""
    with app.app_context():
        foreseen = foresee_import(imported, publishing=publishing)
        outcome = import_page(COMMAND_LINE, imported, publishing=publishing)
        assert outcome.what is foreseen
        return outcome.what, outcome.article.slug


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_page_becomes_an_article(app: Flask, client: FlaskClient) -> None:
    clock.use(lambda: NOON)
    imported = page(standfirst="S", byline="B", tags=("moon",), language="de", published_at=NOON - timedelta(days=1))
    assert take(app, imported) == (Outcome.CREATED, "high-water")
    shown = client.get(f"{API}/articles/high-water").get_json()
    assert (shown["title"], shown["standfirst"], shown["byline"], shown["language"]) == ("High water", "S", "B", "de")
    assert (shown["categories"], shown["tags"]) == (["News", "Sea"], ["moon"])
    assert shown["published_at"] == (NOON - timedelta(days=1)).isoformat()
    assert [section["anchor"] for section in shown["sections"]] == ["then"]


def test_the_same_page_twice_makes_one_article_and_a_changed_one_a_revision(app: Flask, client: FlaskClient) -> None:
    assert [take(app, page())[0], take(app, page())[0]] == [Outcome.CREATED, Outcome.UNCHANGED]
    assert take(app, page(body="Other.")) == (Outcome.REVISED, "high-water")
    assert (count(app, Article), count(app, Revision)) == (1, 2)
    assert client.get(f"{API}/articles/high-water").get_json()["lead"] == "<p>Other.</p>"


def test_a_page_is_known_by_the_slug_in_its_front_matter_before_its_title(app: Flask) -> None:
    assert take(app, page(slug="flood")) == (Outcome.CREATED, "flood")
    assert take(app, page(slug="flood", title="Low water")) == (Outcome.REVISED, "flood")
    assert take(app, page(title="Low water")) == (Outcome.CREATED, "low-water")


def test_a_page_is_known_where_its_article_was_renamed(app: Flask, client: FlaskClient, as_editor: Headers) -> None:
    take(app, page())
    client.patch(f"{EDITING}/high-water", json={"slug": "flood"}, headers=as_editor | {"If-Match": "*"})
    assert take(app, page()) == (Outcome.UNCHANGED, "flood")


@pytest.mark.parametrize(
    ("publishing", "published_at", "status"),
    [
        (Publishing.KEEP, None, "draft"),
        (Publishing.KEEP, NOON, "draft"),
        (Publishing.PUBLISH, None, "published"),
        (Publishing.PUBLISH, NOON + timedelta(days=1), "scheduled"),
    ],
)
def test_an_import_publishes_where_it_is_asked_to(
    app: Flask, client: FlaskClient, as_editor: Headers, publishing: Publishing, published_at: datetime, status: str
) -> None:
    clock.use(lambda: NOON)
    take(app, page(published_at=published_at), publishing)
    assert client.get(f"{EDITING}/high-water", headers=as_editor).get_json()["status"] == status


def test_a_draft_is_published_by_importing_it_again_and_a_withdrawn_article_is_not(
    app: Flask, client: FlaskClient, as_editor: Headers
) -> None:
    take(app, page(), Publishing.KEEP)
    assert take(app, page())[0] is Outcome.REVISED
    assert client.get(f"{API}/articles/high-water").status_code == 200
    client.delete(f"{EDITING}/high-water", headers=as_editor | {"If-Match": "*"})
    assert take(app, page(body="Other."))[0] is Outcome.REVISED
    assert client.get(f"{API}/articles/high-water").status_code == 404


def test_an_import_keeps_what_a_page_cannot_say(app: Flask, client: FlaskClient, as_editor: Headers) -> None:
    take(app, page(language="fr"))
    closed = {"discussion": {"switch": "closed"}}
    client.patch(f"{EDITING}/high-water", json=closed, headers=as_editor | {"If-Match": "*"})
    take(app, page(body="Other."))
    article = client.get(f"{EDITING}/high-water", headers=as_editor).get_json()
    assert (article["language"], article["discussion"]["switch"]) == ("fr", "closed")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"title": "x" * 301}, ("title", "too_long")),
        ({"body": " "}, ("body", "body_required")),
        ({"slug": "a/b"}, ("slug", "slug_invalid")),
        ({"tags": tuple(str(number) for number in range(21))}, ("tags", "too_long")),
    ],
)
def test_a_page_keeps_the_rules_for_articles(app: Flask, fields: dict[str, Any], problem: tuple[str, str]) -> None:
    with app.app_context(), pytest.raises(InvalidRequest) as refused:
        import_page(COMMAND_LINE, page(**fields), publishing=Publishing.KEEP)
    errors: Any = refused.value.more["errors"]
    assert [(error["field"], error["code"]) for error in errors] == [problem]
    assert count(app, Article) == 0
