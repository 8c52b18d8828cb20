"""Do operations, undos and the background stay right while many moderators act at once?"""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app.articles.models import Discussion
from app.comments.models import Comment, Status, Tally
from app.ground.audit import AuditEntry
from app.ground.db import db, transaction
from app.moderation import operations
from tests.desk import API, comments
from tests.rows import an_article

THREADS = 4
Headers = dict[str, str]
Result = TypeVar("Result")


@pytest.fixture
def pending(app: Flask) -> list[int]:
    """Comments of three articles, each an answer to the one before."""
    with app.app_context():
        made = [each for number in range(3) for each in comments(an_article(f"a{number}"), 8, status=Status.PENDING)]
        with transaction() as session:
            for parent, child in pairwise(made[:6]):
                below = update(Comment).where(Comment.id == child)
                session.execute(below.values(parent_id=parent, depth=2, root_id=made[0]))
    return made


def at_once(acts: list[Callable[[], Result]]) -> list[Result]:
    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result() for future in [pool.submit(act) for act in acts]]


def operate(app: Flask, headers: Headers, action: str, seen: list[tuple[int, int]]) -> TestResponse:
    items = [{"id": each, "version": version} for each, version in seen]
    return app.test_client().post(f"{API}/operations", json={"action": action, "items": items}, headers=headers)


def recounted() -> tuple[dict[int, dict[str, int]], dict[str, int], dict[int, int]]:
    """What the counters should say: by article, by status, and visible below each comment."""
    rows = db.session.execute(select(Comment.id, Comment.article_id, Comment.parent_id, Comment.status)).all()
    articles: dict[int, dict[str, int]] = {}
    tally, below = dict.fromkeys(map(str, Status), 0), {row.id: 0 for row in rows}
    parents = {row.id: row.parent_id for row in rows}
    for row in rows:
        articles.setdefault(row.article_id, dict.fromkeys(map(str, Status), 0))[row.status] += 1
        tally[row.status] += 1
        above = row.parent_id
        while row.status == Status.APPROVED and above is not None:
            below[above] += 1
            above = parents[above]
    return articles, tally, below


def counted() -> tuple[dict[int, dict[str, int]], dict[str, int], dict[int, int]]:
    discussions = db.session.scalars(select(Discussion)).all()
    articles = {row.article_id: {str(status): getattr(row, status) for status in Status} for row in discussions}
    sums = db.session.execute(select(Tally.status, func.sum(Tally.count)).group_by(Tally.status))
    tally = dict.fromkeys(map(str, Status), 0) | {status: int(number) for status, number in sums}
    return (
        articles,
        tally,
        {row.id: row.visible_below for row in db.session.execute(select(Comment.id, Comment.visible_below))},
    )


def test_overlapping_operations_leave_every_counter_right(
    app: Flask, pending: list[int], as_moderator: Headers, as_editor: Headers
) -> None:
    chance = random.Random(7)

    def act() -> TestResponse:
        some = chance.sample(pending, 12)
        with app.app_context():
            found = select(Comment.id, Comment.version).where(Comment.id.in_(some))
            seen = [(row.id, row.version) for row in db.session.execute(found)]
        chance.shuffle(seen)
        return operate(app, chance.choice([as_moderator, as_editor]), chance.choice(["approve", "spam", "hold"]), seen)

    answers = at_once([act] * 24)
    assert {answer.status_code for answer in answers} == {200}
    with app.app_context():
        assert counted() == recounted()
        done = [each for answer in answers for each in answer.get_json()["results"] if "code" not in each]
        assert db.session.scalar(select(func.count()).where(AuditEntry.object_type == "comment")) == len(done)
        assert db.session.scalar(select(func.sum(Comment.version - 1))) == len(done)


def test_of_many_who_undo_at_once_one_does(app: Flask, pending: list[int], as_moderator: Headers) -> None:
    operation = operate(app, as_moderator, "approve", [(each, 1) for each in pending]).get_json()["operation"]["id"]
    path = f"{API}/operations/{operation}/undo"
    answers = at_once([lambda: app.test_client().post(path, headers=as_moderator)] * THREADS)
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (THREADS - 1)
    with app.app_context():
        assert counted() == recounted()
        assert db.session.scalar(select(func.count()).where(Comment.status == Status.PENDING)) == len(pending)


def test_no_chunk_is_done_twice(
    app: Flask, pending: list[int], as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "AT_ONCE", 4)
    operate(app, as_moderator, "approve", [(each, 1) for each in pending])

    def work() -> int:
        done = 0
        with app.app_context():
            for _ in range(40):
                done += operations.continue_operations(3)
        return done

    assert sum(at_once([work] * THREADS)) == len(pending)
    with app.app_context():
        assert counted() == recounted()
        assert db.session.scalar(select(func.count()).where(AuditEntry.action == "approve")) == len(pending)


def test_a_lock_that_does_not_come_free_is_told_as_busy(
    app: Flask, pending: list[int], as_moderator: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_some: object) -> None:
        raise OperationalError("", {}, Exception("deadlock"))

    monkeypatch.setattr("app.moderation.items.lock_discussions", away)
    answer = operate(app, as_moderator, "approve", [(pending[0], 1)])
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
