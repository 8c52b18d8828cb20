"""Does a bulk of thousands go in chunks of a few statements, and end as so many single decisions would?"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.articles.models import Discussion
from app.comments import recounting
from app.comments.life import Move
from app.comments.models import Comment, Status
from app.comments.rules import duplicate_key
from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.bulk import insert_many, next_ids
from app.ground.db import db, transaction
from app.moderation import operations
from app.moderation.items import Seen
from app.moderation.models import OperationItem
from app.permissions import Actor, Role
from app.site.timer import CHUNK
from tests.desk import API
from tests.rows import NOON, an_article
from tests.schema.rows import LEAST

MANY = 10_000
ROSA = Actor(role=Role.MODERATOR, ref="token:1", name="Rosa")
Headers = dict[str, str]
Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def article(app: Flask) -> Iterator[int]:
    with app.test_request_context(method="POST"):
        yield an_article()


def a_thread(article_id: int, number: int, statuses: list[Status]) -> list[Seen]:
    """Conversations of five comments, each under the one before it, with these statuses in turn; all are counted."""
    with transaction() as session:
        ids = list(next_ids(session, Comment, count=number))
        turn = cycle(statuses)
        insert_many(session, Comment, [
            _row(article_id, place, ids[place - place % 5 : place + 1], next(turn)) for place in range(number)
        ])  # fmt: skip
    recounting.recount_articles([article_id])
    recounting.recount_site()
    return [Seen(each, 1) for each in ids]


def _row(article_id: int, place: int, line: list[int], status: Status) -> dict[str, Any]:
    """A comment whose words are said again by every seventh; of those in the trash nobody holds them."""
    said = {"author_name": "Ada", "source": f"Words {place % 7 if status is Status.TRASH else place}"}
    parent = line[-2] if len(line) > 1 else None
    key = duplicate_key(article_id=article_id, in_reply_to=parent, name="Ada", content=said["source"])
    names = sorted(column.key for column in Comment.__table__.columns if column.key != "shown")
    return dict.fromkeys(names) | LEAST[Comment] | said | {
        "id": line[-1], "article_id": article_id, "root_id": line[0], "parent_id": parent, "in_reply_to": parent,
        "depth": len(line), "status": status, "created_at": NOON + timedelta(seconds=place),
        "restore_to": Status.APPROVED if status in {Status.SPAM, Status.TRASH} and place % 2 else None,
        "trashed_by_rule": status is Status.TRASH and place % 3 == 0, "receipt_nonce": f"n{line[-1]}",
        "duplicate_key": None if status is Status.TRASH else key, "visible_below": 0, "pinned": False,
    }  # fmt: skip


def work_off(limit: int = CHUNK) -> None:
    while operations.continue_operations(limit):
        pass


def test_ten_thousand_comments_are_decided_in_chunks_and_it_is_told_how_far_that_is(
    client: FlaskClient, article: int, as_moderator: Headers
) -> None:
    a_thread(article, MANY, [Status.PENDING])
    clock.use(lambda: NOON + timedelta(days=1))
    body = {"action": "approve", "filter": {}, "as_of": clock.now().isoformat(), "expected": MANY}
    started = client.post(f"{API}/operations", json=body, headers=as_moderator)
    assert (started.status_code, started.get_json()["operation"]["total"]) == (202, MANY)
    told: list[tuple[str, int, int]] = []
    while operations.continue_operations(CHUNK):
        db.session.remove()
        if len(told) < 3:
            shown = client.get(started.headers["Location"], headers=as_moderator).get_json()
            told.append((shown["state"], shown["done"], shown["total"]))
    assert told == [("running", CHUNK * chunk, MANY) for chunk in (1, 2, 3)]
    shown = client.get(started.headers["Location"], headers=as_moderator).get_json()
    assert (shown["state"], shown["done"]) == ("done", MANY)
    session = db.session()
    assert session.scalar(select(func.count()).where(Comment.status == Status.APPROVED, Comment.version == 2)) == MANY
    assert session.scalar(select(func.count()).where(AuditEntry.action == "approve")) == MANY
    assert session.get_one(Discussion, article, populate_existing=True).approved == MANY
    assert recounting.differences() == []


@pytest.mark.parametrize("move", list(Move))
def test_a_chunk_of_hundreds_takes_as_many_statements_as_a_chunk_of_ten(
    article: int, statements: Statements, monkeypatch: pytest.MonkeyPatch, move: Move
) -> None:
    monkeypatch.setattr(operations, "AT_ONCE", 0)
    seen = a_thread(article, 400, [Status.TRASH, Status.SPAM, Status.APPROVED, Status.PENDING])
    started = operations.decide_about(ROSA, move, seen, None)
    with statements() as for_few:
        operations.continue_operations(10)
    with statements() as for_many:
        operations.continue_operations(300)
    assert len(for_many) == len(for_few)
    work_off()
    operations.undo(ROSA, started.operation_id, None)
    with statements() as for_few:
        operations.continue_operations(10)
    with statements() as for_many:
        operations.continue_operations(250)
    assert len(for_many) == len(for_few)


COMPARED = (
    "status", "restore_to", "trashed_by_rule", "decided_by", "decided_at", "visible_below", "version", "shown",
    "changed_by", "changed_at",
)  # fmt: skip


def _left(article_id: int) -> list[tuple[Any, ...]]:
    """What has become of an article's comments, in order; of a key only whether there is one."""
    columns = [getattr(Comment, name) for name in COMPARED]
    rows = select(*columns, Comment.duplicate_key.is_not(None)).where(Comment.article_id == article_id)
    return [tuple(row) for row in db.session().execute(rows.order_by(Comment.id))]


def _found(operation_ids: list[int]) -> list[tuple[Any, ...]]:
    columns = select(OperationItem.status, OperationItem.code, OperationItem.version_left, OperationItem.before)
    items = columns.where(OperationItem.operation_id.in_(operation_ids)).order_by(OperationItem.comment_id)
    return [tuple(row) for row in db.session().execute(items)]


@pytest.mark.parametrize("move", list(Move))
def test_many_at_once_end_as_one_after_the_other_would(app: Flask, move: Move) -> None:
    clock.use(lambda: NOON + timedelta(days=1))
    every = [Status.PENDING, Status.TRASH, Status.APPROVED, Status.TRASH, Status.SPAM, Status.TRASH, Status.APPROVED]
    with app.test_request_context(method="POST"):
        together, alone = an_article("together"), an_article("alone")
        of_together, of_alone = a_thread(together, 140, every), a_thread(alone, 140, every)
        before = _left(together)
        at_once = [operations.decide_about(ROSA, move, of_together, None).operation_id]
        singly = [operations.decide_about(ROSA, move, [seen], None).operation_id for seen in of_alone]
        assert _left(together) == _left(alone) != before
        assert _found(at_once) == _found(singly)
        assert recounting.differences() == []
        operations.undo(ROSA, at_once[0], None)
        for each in singly:
            operations.undo(ROSA, each, None)
        assert _left(together) == _left(alone)
        assert [row[0] for row in _left(together)] == [row[0] for row in before]
        assert recounting.differences() == []
