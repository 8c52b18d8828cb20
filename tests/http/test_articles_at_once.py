"""Are articles that are stored many at once the same, row by row, as those that are stored one by one?"""

from contextlib import suppress
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.actions import COMMAND_LINE
from app.articles.actions import add_article, new_manuscript
from app.articles.addresses import in_use, rename
from app.articles.manuscript import Manuscript
from app.articles.many import add_articles
from app.articles.models import Article, ArticleFormat, Discussion, Revision, Section, Term
from app.articles.rules import Switch
from app.demo import inventing
from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import Base, is_sqlite, transaction
from tests.rows import NOON

NOTE = "Both ways."
BODY = "Before.\n\n# Ebb\n\nIt goes.\n\n## Why\n\nThe moon.\n\n# 밀물\n\nمد.\n\n![A boat](/boat.png)\n\n# Ebb\n\nAgain."
KINDS: tuple[dict[str, Any], ...] = (
    {"body": BODY, "published_at": NOON - timedelta(days=3), "categories": ("Sea", "Moon"), "tags": ("Ebb", "High")},
    {"body": "<h2 id='own'>Ours</h2><p>Text.</p>", "format": ArticleFormat.HTML},
    {"body": "Soon.", "published_at": NOON + timedelta(days=3), "language": "ko", "close_after_days": 0},
    {"external_url": "https://example.org/page", "published_at": NOON, "switch": Switch.CLOSED},
    {"body": BODY, "standfirst": "What the sea does.", "byline": "Ada", "tags": ("Sea",), "switch": Switch.OPEN},
)


class NotThisTime(Exception):
    """Ends a transaction as if nothing had been."""


@pytest.fixture
def manuscripts(app: Flask) -> list[Manuscript]:
    clock.use(lambda: NOON)
    with app.app_context():
        return [new_manuscript({"title": f"Tides {number}"} | kind) for number, kind in enumerate(KINDS)]


def rows(session: Session, of: type[Base], **only: list[Any]) -> list[dict[str, Any]]:
    table: Table = of.metadata.tables[of.__tablename__]
    conditions = [table.c[name].in_(values) for name, values in only.items()]
    found = session.execute(select(table).where(*conditions).order_by(*table.primary_key)).mappings()
    return [dict(row) for row in found]


def stored(session: Session, ids: list[int]) -> dict[str, list[Any]]:
    """Every row of these articles, with places instead of ids."""
    session.flush()
    tables = {kind.__tablename__: rows(session, kind, article_id=ids) for kind in (Discussion, Section, Term, Revision)}
    tables["article"] = rows(session, Article, id=ids)
    tables["audit_entry"] = rows(session, AuditEntry, object_type=["article"], object_id=list(map(str, ids)))
    sections = [row["id"] for row in tables["section"]]
    for row in tables["section"]:
        row["parent_id"] = row["parent_id"] and sections.index(row["parent_id"])
    for row in chain.from_iterable(tables.values()):
        row.pop("id", None)
        for name in {"article_id", "object_id"} & row.keys():
            row[name] = ids.index(int(row[name]))
    key = "rowid" if is_sqlite() else "article_id"
    found = f"SELECT words FROM article_search WHERE {key} IN ({', '.join(map(str, ids))}) ORDER BY {key}"
    return {**tables, "article_search": list(session.scalars(text(found)))}


def test_every_row_is_as_if_they_had_been_stored_one_by_one(app: Flask, manuscripts: list[Manuscript]) -> None:
    one_by_one: dict[str, list[Any]] = {}
    with app.app_context(), suppress(NotThisTime), transaction() as session:
        articles = [add_article(session, COMMAND_LINE, each, slugs=[each.slug], note=NOTE) for each in manuscripts]
        one_by_one |= stored(session, [article.id for article in articles])
        raise NotThisTime
    with app.app_context(), transaction() as session:
        added = add_articles(session, COMMAND_LINE, manuscripts, note=NOTE)
        at_once = stored(session, [each.id for each in added])
    assert {name: len(of_table) for name, of_table in at_once.items()} == {
        "article": 5, "discussion": 5, "section": 9, "article_term": 5, "article_revision": 5, "audit_entry": 5,
        "article_search": 5,
    }  # fmt: skip
    assert at_once == one_by_one


def test_a_list_that_was_ready_shows_them(app: Flask, manuscripts: list[Manuscript]) -> None:
    client = app.test_client()
    assert client.get("/api/v1/articles").get_json()["items"] == []
    assert client.get("/api/v1/articles/tides-0").status_code == 404
    with app.app_context(), transaction() as session:
        add_articles(session, COMMAND_LINE, manuscripts, note=NOTE)
    shown = [item["slug"] for item in client.get("/api/v1/articles").get_json()["items"]]
    assert shown == ["tides-3", "tides-0"]
    page = client.get("/api/v1/articles/tides-0").get_json()
    assert [section["anchor"] for section in page["sections"]] == ["ebb", "밀물", "ebb-2"]


def test_the_next_article_that_an_editor_writes_has_an_id_of_its_own(app: Flask, manuscripts: list[Manuscript]) -> None:
    with app.app_context(), transaction() as session:
        added = add_articles(session, COMMAND_LINE, manuscripts[1:], note=NOTE)
        first = manuscripts[0]
        written = add_article(session, COMMAND_LINE, first, slugs=[first.slug], note=NOTE)
        assert written.id > max(each.id for each in added)


def test_none_at_all_changes_nothing(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        found = session.scalar(text("SELECT count(*) FROM article_search"))
        assert add_articles(session, COMMAND_LINE, [], note=NOTE) == []
        assert session.scalar(text("SELECT count(*) FROM article_search")) == found


def test_none_is_stored_where_one_has_the_slug_of_another(app: Flask, manuscripts: list[Manuscript]) -> None:
    with app.app_context():
        with transaction() as session:
            add_articles(session, COMMAND_LINE, manuscripts[:1], note=NOTE)
            assert in_use(session, [each.slug for each in manuscripts]) == {"tides-0"}
        with pytest.raises(IntegrityError), transaction() as session:
            add_articles(session, COMMAND_LINE, [*manuscripts[1:], manuscripts[0]], note=NOTE)
        with transaction() as session:
            assert len(rows(session, Article)) == len(rows(session, Discussion)) == 1


def test_no_invented_article_takes_a_slug_or_a_link_from_another(app: Flask, manuscripts: list[Manuscript]) -> None:
    with app.app_context():
        with transaction() as session:
            first = add_article(session, COMMAND_LINE, manuscripts[0], slugs=["tides"], note=NOTE).id
            live, retired = f"invented-{first + 3}", f"invented-{first + 5}"
            add_article(session, COMMAND_LINE, manuscripts[1], slugs=[live], note=NOTE)
            rename(session, add_article(session, COMMAND_LINE, manuscripts[2], slugs=[retired], note=NOTE), "harbour")
        inventing.invent_articles(3, seed=1, advance=lambda _done: None)
        with transaction() as session:
            slugs = [row["slug"] for row in rows(session, Article)]
    free = [f"invented-{first + further}" for further in (4, 6, 7)]
    assert slugs == ["tides", live, "harbour", *free]
