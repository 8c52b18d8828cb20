"""Does SQLite answer what is asked most without reading a whole table or sorting it?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from app.articles.opening import discussed
from app.comments import figures, store, thread
from app.comments.models import Comment, Status
from app.comments.shown import Frame
from app.ground import prepared
from app.ground.cursors import encode
from app.ground.db import db, transaction
from app.moderation import items, queue
from app.moderation import store as desk
from app.moderation.selection import Selection as Moderated
from app.site.choices import Order
from tests.schema.rows import NOON, in_conversation, on_sqlite, store_articles

pytestmark = on_sqlite

FRAME, SLUG = Frame("/{id}", None), "tides-1"
CURSOR = encode(NOON + timedelta(seconds=30), 30)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Two articles with some conversations; SQLite plans by the shape of a query, not by its rows."""
    with app.app_context():
        with transaction() as session:
            store_articles(session.connection(), 2)
            session.execute(insert(Comment), [_comment(number) for number in range(1, 101)])
        yield db.session()


def _comment(number: int) -> dict[str, Any]:
    root = number - (number - 1) % 4
    status = Status.PENDING if number % 5 == 0 else Status.APPROVED
    return in_conversation(number, root, article_id=1 + root % 2, status=status)


@contextmanager
def _asked() -> Iterator[list[tuple[str, Any]]]:
    """Every SELECT that runs meanwhile, with its parameters."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    def hear(statement: str) -> None:
        note(None, None, statement, (None,) * statement.count("?"))

    event.listen(db.engine, "before_cursor_execute", note)
    prepared.heard.append(hear)
    try:
        yield asked
    finally:
        prepared.heard.remove(hear)
        event.remove(db.engine, "before_cursor_execute", note)


def _plan(session: Session, ask: Callable[[], object]) -> list[str]:
    """What SQLite does, step by step, for every statement that this asks."""
    with _asked() as asked:
        ask()
    connection = session.connection()
    return [
        str(step[3])
        for statement, parameters in asked
        for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]


def _selection(**different: Any) -> thread.Selection:
    asked: dict[str, Any] = {
        "article_id": 1,
        "section_id": None,
        "order": Order.OLDEST,
        "limit": 20,
        "cursor": None,
    }
    return thread.Selection(**asked | different)


def _is_whole_table(step: str) -> bool:
    """A scan that no index orders. What is made in between (roots, a window) is small and may be read whole."""
    return step.startswith("SCAN ") and "INDEX" not in step and step.split()[1] in TABLES


# As the queries call them; `discussion_settings` and `tally` have a handful of rows.
TABLES = {"comment", "root", "reply", "answered", "article", "section", "discussion", "other", "higher"}

PLANS: dict[str, tuple[Callable[[Session], object], set[str]]] = {
    "a page of conversations, oldest first": (
        lambda session: thread.read_tree(session, _selection(), FRAME, slug=SLUG),
        {"ix_comment_roots", "ix_comment_conversation"},
    ),
    "a page of conversations, newest first": (
        lambda session: thread.read_tree(session, _selection(order=Order.NEWEST), FRAME, slug=SLUG),
        {"ix_comment_roots", "ix_comment_conversation"},
    ),
    "a page of conversations from the middle": (
        lambda session: thread.read_tree(session, _selection(cursor=CURSOR), FRAME, slug=SLUG),
        {"ix_comment_roots", "ix_comment_conversation"},
    ),
    "a page of a section's conversations": (
        lambda session: thread.read_tree(session, _selection(section_id=1), FRAME, slug=SLUG),
        {"ix_comment_section", "ix_comment_conversation"},
    ),
    "a flat page of a section": (
        lambda session: thread.read_flat(session, _selection(section_id=1), FRAME, slug=SLUG),
        {"ix_comment_section"},
    ),
    "a flat page, oldest first": (
        lambda session: thread.read_flat(session, _selection(), FRAME, slug=SLUG),
        {"ix_comment_in_article"},
    ),
    "a flat page from the middle, newest first": (
        lambda session: thread.read_flat(session, _selection(order=Order.NEWEST, cursor=CURSOR), FRAME, slug=SLUG),
        {"ix_comment_in_article"},
    ),
    "the rest of a conversation": (
        lambda session: thread.read_replies(session, thread.place_of(session, 1), FRAME, limit=20, cursor=None),
        {"ix_comment_conversation"},
    ),
    "the newest comments of all articles": (
        lambda session: thread.read_recent(session, FRAME, limit=20, cursor=None),
        {"ix_comment_queue"},
    ),
    "the newest comments from the middle": (
        lambda session: thread.read_recent(session, FRAME, limit=20, cursor=CURSOR),
        {"ix_comment_queue"},
    ),
    "the queue": (
        lambda session: queue.read_queue(session, Moderated(status=Status.PENDING), limit=20, cursor=None),
        {"ix_comment_queue"},
    ),
    "the queue from the middle": (
        lambda session: queue.read_queue(session, Moderated(status=Status.PENDING), limit=20, cursor=CURSOR),
        {"ix_comment_queue"},
    ),
    "what waits under an article": (
        lambda session: queue.read_queue(
            session, Moderated(status=Status.PENDING, article="tides-1"), limit=20, cursor=None
        ),
        {"ix_comment_in_article"},
    ),
    "what an author wrote": (
        lambda session: queue.read_queue(
            session, Moderated(status=Status.PENDING, email_fingerprints=("k1.f",)), limit=20, cursor=None
        ),
        {"ix_comment_author"},
    ),
    "what one person did": (
        lambda session: desk.acts(
            session, desk.log_conditions(actor="x", action=None, about=None), limit=20, cursor=None
        ),
        {"ix_audit_entry_actor_id"},
    ),
    "what was done to comments": (
        lambda session: desk.acts(
            session, desk.log_conditions(actor=None, action=None, about="comment"), limit=20, cursor=None
        ),
        {"ix_audit_entry_object_type_id"},
    ),
    "what an operation has not come to": (
        lambda session: items.next_waiting(session, SimpleNamespace(id=1, undoes_id=None), 200),
        {"ix_operation_item_waiting"},
    ),
    "when the oldest waiting comment came": (figures.oldest_pending_at, {"ix_comment_queue"}),
    "how long the oldest waiting comment has waited": (
        lambda _session: figures.GAUGES[1].read(),
        {"ix_comment_queue"},
    ),
    "what an author left, an article got and the site got before": (
        lambda session: store.before(
            session,
            article_id=1,
            name_key="ada",
            email_fingerprints=["k1.f", "k2.f"],
            bounds=store.Bounds(by_pair=20, on_article=60, on_site=300),
        ),
        {"ix_comment_author", "ix_comment_article", "ix_comment_created"},
    ),
    "the article that a reply is for": (
        lambda session: discussed(session, "tides-1"),
        {"sqlite_autoindex_article_1"},
    ),
    "a comment as its author is told of it": (
        lambda session: store.posted(session, 1),
        set(),
    ),
    "whether the same was said before": (
        lambda session: store.by_duplicate_key(session, "d"),
        {"sqlite_autoindex_comment_1"},
    ),
}


@pytest.mark.parametrize("question", PLANS)
def test_it_is_answered_by_an_index(session: Session, question: str) -> None:
    ask, indexes = PLANS[question]
    plan = _plan(session, lambda: ask(session))
    assert [step for step in plan if _is_whole_table(step)] == []
    assert {index for index in indexes if not any(index in step for step in plan)} == set()


@pytest.mark.parametrize("question", PLANS)
def test_the_index_gives_the_order(session: Session, question: str) -> None:
    plan = _plan(session, lambda: PLANS[question][0](session))
    assert [step for step in plan if "TEMP B-TREE FOR ORDER BY" in step] == []


def test_a_query_without_an_index_would_be_seen(session: Session) -> None:
    def read_all() -> None:
        session.query(Comment).filter(Comment.source == "x").order_by(Comment.author_name).all()

    plan = _plan(session, read_all)
    assert any(_is_whole_table(step) for step in plan)
    assert any("TEMP B-TREE FOR ORDER BY" in step for step in plan)
