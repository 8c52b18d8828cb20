"""Does what readers ask for cost the same on a site of many more articles?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from app.articles import shown, store
from app.articles.models import Article, ArticleStatus, Discussion, Section
from app.articles.opening import discussed
from app.comments import thread
from app.comments.shown import Frame
from app.ground.cursors import encode
from app.ground.db import db, is_sqlite, transaction
from tests.schema.rows import LEAST, NOON
from tests.work import rows_or_steps

FEW, MANY = 100, 3_000
FRAME = Frame("/{id}", None)
SLUGS = [f"tides-{number}" for number in range(1, 11)]


def _grow_to(number: int) -> None:
    with transaction() as session:
        first = (session.scalar(select(func.max(Article.id))) or 0) + 1
        ids = range(first, number + 1)
        session.execute(insert(Article), [_article(each) for each in ids])
        session.execute(insert(Discussion), [{"article_id": each} for each in ids])
        session.execute(insert(Section), [LEAST[Section] | {"id": each, "article_id": each} for each in ids])
        if not is_sqlite():
            session.execute(text("ANALYZE"))


def _article(number: int) -> dict[str, Any]:
    published = NOON - timedelta(days=4_000, hours=number)
    return LEAST[Article] | {"id": number, "slug": f"tides-{number}", "published_at": published}


def _middle() -> str:
    return encode(NOON - timedelta(days=4_000, hours=FEW // 2), FEW // 2)


def _list(session: Session) -> object:
    page = store.public_page(store.Selection(), limit=20, cursor=None)
    return shown.summaries(session, page.items)


ASKED: dict[str, Callable[[Session], object]] = {
    "counts of one article": lambda session: thread.counts_of(session, SLUGS[:1]),
    "counts of ten articles": lambda session: thread.counts_of(session, SLUGS),
    "an article": lambda session: shown.whole(session, store.public_article("tides-7")),
    "its discussion": lambda session: discussed(session, "tides-7"),
    "the list of articles": _list,
    "the list from the middle": lambda session: store.public_page(store.Selection(), limit=20, cursor=_middle()),
    "the editors' list": lambda session: store.editors_page(store.Selection(), limit=20, cursor=None),
    "the editors' drafts": lambda session: store.editors_page(
        store.Selection(status=ArticleStatus.DRAFT), limit=20, cursor=None
    ),
    "the newest comments": lambda session: thread.read_recent(session, FRAME, limit=20, cursor=None),
    "when the next article comes": lambda session: store.next_publication(),
}


def test_what_readers_ask_costs_the_same_on_a_site_of_many_more_articles(app: Flask) -> None:
    with app.app_context():
        _grow_to(FEW)
        for act in ASKED.values():
            rows_or_steps(act)  # statements are compiled
        small = {name: rows_or_steps(act) for name, act in ASKED.items()}
        _grow_to(MANY)
        large = {name: rows_or_steps(act) for name, act in ASKED.items()}
        assert thread.counts_of(db.session(), SLUGS) == dict.fromkeys(SLUGS, 0)
    slack = 30
    assert {name: (small[name], large[name]) for name in ASKED if large[name] > 1.2 * small[name] + slack} == {}
