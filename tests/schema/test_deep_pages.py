"""Does a page deep in a thread of 100,000 comments cost what the first costs?"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.comments import thread
from app.comments.models import Comment
from app.comments.shown import Frame
from app.ground.cursors import Page, encode
from app.ground.db import db, transaction
from app.site.choices import Order
from tests.schema.rows import NOON, in_conversation, on_sqlite, store, store_articles
from tests.work import steps_of

pytestmark = on_sqlite

MANY = 100_000
FRAME = Frame("/{id}", None)
ROOT = 1  # of article 1, with everything under it; article 2 has as many roots
COPIED = [
    column.key for column in Comment.__table__.columns if column.key not in {"id", "root_id", "shown", "created_at"}
]
Read = Callable[[Session, str | None], Page[Any]]


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        with transaction() as session:
            _fill(session)
        yield db.session()


def _fill(session: Session) -> None:
    connection = session.connection()
    store_articles(connection, 2)
    first = MANY + 3
    for number, root, article_id in ((ROOT, ROOT, 1), (2, ROOT, 1), (first, first, 2)):
        seen = in_conversation(number, root, article_id=article_id, status="approved", created_at=NOON)
        store(connection, Comment, **seen)
    columns = ", ".join(COPIED)
    for pattern, its_root in ((2, "root_id"), (first, f"{first} + n")):
        connection.execute(
            text(
                f"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {MANY})"
                f" INSERT INTO comment (id, root_id, created_at, {columns}) SELECT {pattern} + n, {its_root},"
                f" strftime('%Y-%m-%d %H:%M:%S.000000', created_at, '+' || n || ' seconds'), {columns}"
                f" FROM comment, numbers WHERE id = {pattern}"
            )
        )


def _selected(read: Callable[..., Page[Any]], **different: Any) -> Read:
    def ask(session: Session, cursor: str | None) -> Page[Any]:
        asked: dict[str, Any] = {"article_id": 2, "section_id": None, "order": Order.OLDEST, "limit": 20} | different
        return read(session, thread.Selection(**asked, cursor=cursor), FRAME, slug="tides")

    return ask


def _replies(session: Session, cursor: str | None) -> Page[Any]:
    place = thread.place_of(session, ROOT)
    assert place is not None
    return thread.read_replies(session, place, FRAME, limit=20, cursor=cursor)


FAR = MANY * 9 // 10
IN_ROOTS, IN_REPLIES = (encode(NOON + timedelta(seconds=FAR), first + FAR) for first in (MANY + 3, 2))
PAGES: dict[str, tuple[Read, str]] = {
    "conversations, oldest first": (_selected(thread.read_tree), IN_ROOTS),
    "conversations, newest first": (
        _selected(thread.read_tree, order=Order.NEWEST),
        encode(NOON + timedelta(seconds=MANY - FAR), MANY + 3 + MANY - FAR),
    ),
    "conversations of a section": (_selected(thread.read_tree, section_id=2), IN_ROOTS),
    "each by itself": (_selected(thread.read_flat), IN_ROOTS),
    "each by itself, of one conversation": (_selected(thread.read_flat, article_id=1), IN_REPLIES),
    "replies to one comment": (_replies, encode(FAR)),
    "the newest of all articles": (
        lambda session, cursor: thread.read_recent(session, FRAME, limit=20, cursor=cursor),
        IN_REPLIES,
    ),
}


def _work(session: Session, read: Callable[[], object]) -> int:
    return steps_of(read, session, each=100)


def test_a_deep_page_costs_what_the_first_costs(session: Session) -> None:
    for name, (read, cursor) in PAGES.items():
        first = _work(session, partial(read, session, None))
        deep = _work(session, partial(read, session, cursor))
        page = read(session, cursor)
        assert len(page.items) == 20, name
        assert page.next is not None, name
        assert deep <= first * 1.2 + 1, (name, first, deep)
        assert first < 400, (name, first)


def test_a_reading_of_everything_would_be_seen(session: Session) -> None:
    assert _work(session, lambda: session.execute(text("SELECT count(html) FROM comment")).all()) > 1_000
