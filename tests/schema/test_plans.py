"""Does PostgreSQL plan what is asked most once, and by an index, whatever it believes of the table?"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.comments import store, thread
from app.comments.models import Comment
from app.comments.shown import Frame
from app.ground import clock
from app.ground.bulk import insert_many
from app.ground.db import transaction
from app.site.choices import Order
from tests.schema.rows import NOON, in_conversation, on_postgresql, store_articles
from tests.work import rows_or_steps

pytestmark = on_postgresql

FEW, MANY, ARTICLES, AUTHORS = 3_000, 120_000, 20, 40
OFTEN = 20  # the driver prepares a statement when it has run five times, and PostgreSQL plans five times anew

Ask = Callable[[Session], None]
Belief = Callable[[Session], None]


def _read_thread(session: Session) -> None:
    selection = thread.Selection(article_id=6, section_id=None, order=Order.OLDEST, limit=25, cursor=None)
    assert thread.read_tree(session, selection, Frame("/{id}", None), slug="tides-6").items


def _look_back(*, on_site: int) -> Ask:
    bounds = store.Bounds(by_pair=2, on_article=3, on_site=on_site)

    def look(session: Session) -> None:
        store.before(session, article_id=6, name_key="ada", email_fingerprints=["k1.author7"], bounds=bounds)

    return look


def _know(session: Session) -> None:
    session.execute(text("ANALYZE"))


def _know_nothing(session: Session) -> None:
    """As after a backup was restored, or when many rows have come at once."""
    session.execute(text("DELETE FROM pg_statistic"))


@pytest.fixture
def site(app: Flask) -> Iterator[Callable[[int], None]]:
    """A day after its last comment: `site(FEW)`."""
    clock.use(lambda: NOON + timedelta(days=1))

    def fill(comments: int) -> None:
        with transaction() as session:
            store_articles(session.connection(), ARTICLES)
            insert_many(session, Comment, [_comment(number) for number in range(1, comments + 1)])

    with app.app_context():
        yield fill


def _comment(number: int) -> dict[str, Any]:
    root = number - (number - 1) % 4
    own: dict[str, Any] = {"email_fingerprint": f"k1.author{number % AUTHORS}", "status": "approved"}
    # What the application would fill in:
    own |= {"visible_below": 0, "trashed_by_rule": False, "pinned": False}
    return in_conversation(number, root, article_id=1 + root % ARTICLES, **own)


@pytest.mark.parametrize(
    ("begins", "ask", "number", "believe"),
    [
        ("WITH roots", _read_thread, FEW, _know),
        ("WITH roots", _read_thread, MANY, _know_nothing),
        ("SELECT EXISTS", _look_back(on_site=5), FEW, _know),
        ("SELECT EXISTS", _look_back(on_site=300), FEW, _know),
        ("SELECT EXISTS", _look_back(on_site=300), FEW, _know_nothing),
    ],
)
def test_it_is_planned_once(site: Callable[[int], None], begins: str, ask: Ask, number: int, believe: Belief) -> None:
    site(number)
    with transaction() as session:
        believe(session)
        for _ in range(OFTEN):
            ask(session)
        plans = text("SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE starts_with(statement, :it)")
        found = session.execute(plans, {"it": begins}).all()
        session.rollback()
    assert [(once > 0, each_time <= 5) for once, each_time in found] == [(True, True)]


@pytest.mark.parametrize("believe", [_know, _know_nothing])
def test_what_was_posted_lately_is_not_looked_for_in_all_that_ever_was(
    site: Callable[[int], None], believe: Belief
) -> None:
    site(FEW)
    ask = _look_back(on_site=300)

    def look_back_often(session: Session) -> None:
        believe(session)
        for _ in range(OFTEN):
            ask(session)

    assert rows_or_steps(look_back_often) < OFTEN * FEW / 10
