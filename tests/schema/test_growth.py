"""Does what a moderator does cost the same on a site of ten times as many comments?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.comments import figures, recounting
from app.comments.life import Move
from app.comments.models import Comment, Status
from app.ground import audit
from app.ground.bulk import insert_many
from app.ground.cursors import encode
from app.ground.db import is_sqlite, transaction
from app.moderation import items, operations, queue, store
from app.moderation.items import Seen
from app.moderation.models import Action
from app.moderation.selection import Selection
from app.permissions import Actor, Role
from tests.schema.rows import NOON, in_conversation, store_articles
from tests.work import rows_or_steps

FEW, TIMES = 3_000, 10
AUTHORS, ARTICLES = 40, 20
ROSA = Actor(role=Role.MODERATOR, ref="token:1", name="Rosa")


def _grow(session: Session, number: int) -> None:
    """So many more comments, by the same authors, every tenth of them waiting, each second one a reply."""
    first = (session.scalar(select(func.max(Comment.id))) or 0) + 1
    insert_many(session, Comment, [_comment(first + each, first + each // 2 * 2) for each in range(number)])
    for _ in range(3):
        session.execute(text(f"INSERT INTO audit_entry ({_LINE}) SELECT {_LINE} FROM audit_entry"))


_LINE = "at, actor, actor_name, action, object_type, object_id, details"


def _comment(number: int, root: int) -> dict[str, Any]:
    return in_conversation(
        number,
        root,
        article_id=1 + root % ARTICLES,
        status=Status.PENDING if number % 10 == 0 else Status.APPROVED,
        email_fingerprint=f"k1.author{number % AUTHORS}",
        # What the application would fill in:
        visible_below=0,
        trashed_by_rule=False,
        pinned=False,
    )


def _seed() -> None:
    with transaction() as session:
        store_articles(session.connection(), ARTICLES)
        for number in range(40):
            actor = f"token:{number % 2}"
            act = audit.Act(actor=actor, actor_name="x", action="approve", object_type="comment", object_id=number)
            audit.record(session, act)
        _grow(session, FEW)
    _settle()


def _begin_operation() -> None:
    """Of all that waits; most of it is done. The one before is over."""
    with transaction() as session:
        session.execute(text("UPDATE operation SET state = 'done'"))
        operation_id = operations.begin(session, ROSA, Action.SPAM, note=None)
        total = items.freeze(session, operation_id, Selection(status=Status.PENDING), limit=100_000)
        session.execute(
            text("UPDATE operation_item SET code = 'changed_since' WHERE operation_id = :of AND comment_id < :end"),
            {"of": operation_id, "end": (session.scalar(select(func.max(Comment.id))) or 0) - 1_000},
        )
        items.filled(session, operation_id, total)


def _settle() -> None:
    """Every figure right, an operation under way, and PostgreSQL told of the rows, as it is by and by."""
    recounting.recount_articles(range(1, ARTICLES + 1))
    recounting.recount_site()
    _begin_operation()
    if not is_sqlite():
        with transaction() as session:
            session.execute(text("ANALYZE"))


def _middle() -> str:
    return encode(NOON + timedelta(seconds=FEW // 2), FEW // 2)


def _queue(selection: Selection, cursor: Callable[[], str | None] = lambda: None) -> Callable[[Session], object]:
    return lambda session: queue.read_queue(session, selection, limit=20, cursor=cursor())


def _chunk(session: Session) -> None:
    """Fifty of a long operation's comments, from its middle."""
    operation = items.oldest_running(session, after=0)
    assert operations.carry_out(session, operation, 50) == 50


ACTS: dict[str, Callable[[Session], object]] = {
    "the queue": _queue(Selection(status=Status.PENDING)),
    "the queue from the middle": _queue(Selection(status=Status.PENDING), _middle),
    "what is approved": _queue(Selection(status=Status.APPROVED), _middle),
    "every status": _queue(Selection(status=None), _middle),
    "what waits under an article": _queue(Selection(status=Status.PENDING, article="tides-11")),
    "what an author wrote": _queue(Selection(status=None, email_fingerprints=("k1.author7",))),
    "a day": _queue(Selection(status=Status.APPROVED, after=NOON + timedelta(seconds=FEW // 2))),
    "one comment": lambda session: queue.read_item(session, FEW // 2),
    "the counts": figures.counts_by_status,
    "the oldest that waits": figures.oldest_pending_at,
    "a comment's history": lambda session: store.acts(
        session, store.log_conditions(actor=None, action=None, about="comment:3"), limit=5, cursor=None
    ),
    "the log": lambda session: store.acts(session, [], limit=20, cursor=None),
    "what one person did": lambda session: store.acts(
        session, store.log_conditions(actor="token:1", action=None, about=None), limit=20, cursor=None
    ),
    "a decision": lambda session: operations.decide_one(
        session, ROSA, Move.APPROVE, Seen(FEW // 2, 1), None
    ),
    "a chunk of an operation": _chunk,
}  # fmt: skip


def _acts() -> dict[str, Callable[[Session], object]]:
    """PostgreSQL may pass what an operation has done, until its rows are vacuumed: a chunk is left out there."""
    return {name: act for name, act in ACTS.items() if is_sqlite() or act is not _chunk}


def test_nothing_that_a_moderator_does_costs_more_on_a_larger_site(app: Flask) -> None:
    with app.app_context():
        _seed()
        acts = _acts()
        for act in acts.values():
            rows_or_steps(act)  # statements are compiled, what is kept is kept
        small = {name: rows_or_steps(act) for name, act in acts.items()}
        with transaction() as session:
            _grow(session, FEW * (TIMES - 1))
        _settle()
        large = {name: rows_or_steps(act) for name, act in acts.items()}
    slack = 30  # of a page of twenty: trees are a level higher
    assert {name: (small[name], large[name]) for name in acts if large[name] > 1.2 * small[name] + slack} == {}


def test_a_cost_that_grows_would_be_seen(app: Flask) -> None:
    def read_all(session: Session) -> None:
        session.execute(text("SELECT count(*) FROM comment WHERE source = 'nothing'")).all()

    with app.app_context():
        _seed()
        small = rows_or_steps(read_all)
        with transaction() as session:
            _grow(session, FEW)
        _settle()
        assert rows_or_steps(read_all) > 1.2 * small + 30
