"""Is what nobody wrote as if somebody had?"""

from collections import Counter
from math import gcd
from statistics import fmean

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.articles.models import Article
from app.comments.models import Comment, Status
from app.demo import inventing, rows
from app.demo.content import Outcome, demo_comments
from app.ground import markup
from app.ground.db import db
from tests.commanding import Run, refused, told
from tests.schema.rows import on_postgresql, on_sqlite


def test_the_demo_is_as_its_file_says(app: Flask, run: Run) -> None:
    told(run("demo"))
    expected = demo_comments()
    with app.app_context():
        stored = db.session.execute(select(Comment.author_name, Comment.source, Comment.status, Comment.depth)).all()
    statuses = {Outcome.APPROVED: Status.APPROVED, Outcome.PENDING: Status.PENDING, Outcome.SPAM: Status.SPAM}
    assert sorted((row.author_name, row.source, row.status) for row in stored) == sorted(
        (each.author_name, each.text, statuses[each.outcome]) for each in expected
    )
    assert max(row.depth for row in stored) == 5


@on_sqlite
def test_the_demo_lies_in_the_past_in_the_order_of_time(app: Flask, run: Run) -> None:
    told(run("demo"))
    with app.app_context():
        rows = db.session.execute(select(Comment.created_at, Article.published_at).join(Article)).all()
        moments = db.session.scalars(select(Comment.created_at).order_by(Comment.id)).all()
        newest = db.session.scalar(select(func.max(Article.published_at)))
    assert all(row.created_at > row.published_at for row in rows)
    assert list(moments) == sorted(moments)
    assert newest is not None
    assert newest < moments[-1]


@on_sqlite
def test_the_demo_comes_once(run: Run) -> None:
    told(run("demo"))
    assert "0 demo articles and 0 comments" in told(run("demo"))


def invented(app: Flask) -> list[Comment]:
    with app.app_context():
        return list(db.session.scalars(select(Comment).order_by(Comment.id)))


def test_invented_threads_keep_every_invariant(app: Flask, run: Run) -> None:
    assert "Invented 3 articles and 600 comments" in told(
        run("demo", "--articles", "3", "--comments", "600", "--seed", "7")
    )
    assert "Every counter is right" in told(run("counters", "recount", "--check"))
    by_id = {comment.id: comment for comment in invented(app)}
    assert len(by_id) == 600
    assert {comment.status for comment in by_id.values()} == set(Status)
    assert max(comment.depth for comment in by_id.values()) == 5
    assert any(comment.visible_below and comment.status == Status.TRASH for comment in by_id.values())
    for comment in by_id.values():
        assert comment.html == markup.render_comment(comment.source)
        if comment.parent_id is None:
            assert (comment.depth, comment.root_id, comment.in_reply_to) == (1, comment.id, None)
            continue
        parent, answered = by_id[comment.parent_id], by_id[comment.in_reply_to or 0]
        assert comment.depth == parent.depth + 1
        assert comment.root_id == parent.root_id
        assert comment.section_id == parent.section_id
        assert parent.article_id == answered.article_id == comment.article_id
        assert max(parent.created_at, answered.created_at) <= comment.created_at


@on_postgresql
def test_postgresql_knows_at_once_how_much_was_invented(app: Flask, run: Run) -> None:
    told(run("demo", "--articles", "3", "--comments", "600"))
    with app.app_context():
        assert db.session.scalar(text("SELECT reltuples FROM pg_class WHERE oid = 'comment'::regclass")) == 600


@on_sqlite
def test_what_is_invented_is_read_as_any_thread(app: Flask, run: Run) -> None:
    told(run("demo", "--articles", "1", "--comments", "50"))
    client = app.test_client()
    slug = client.get("/api/v1/articles").get_json()["items"][0]["slug"]
    page = client.get(f"/api/v1/articles/{slug}/comments?view=flat&limit=100").get_json()
    assert page["total"] == len(page["items"]) > 30


def test_threads_of_a_size_are_visible_and_alike(app: Flask, run: Run) -> None:
    assert "Invented 2 articles and 22 comments" in told(run("demo", "--articles", "2", "--thread-size", "11"))
    assert "Every counter is right" in told(run("counters", "recount", "--check"))
    comments = invented(app)
    assert Counter(comment.article_id for comment in comments).most_common()[-1][1] == 11
    assert {comment.status for comment in comments} == {Status.APPROVED}
    answers = Counter(comment.parent_id for comment in comments if comment.depth == 2)
    assert sorted(answers.values()) == [2, 2, 3, 3, 3, 3]
    assert len(answers) == sum(comment.depth == 1 for comment in comments)
    assert 170 < fmean(len(comment.source) for comment in comments) < 205


def test_a_long_thread_is_stored_in_parts_and_says_nothing_twice(
    app: Flask, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inventing, "COMMENTS_AT_ONCE", 40)
    told(run("demo", "--articles", "1", "--thread-size", "100"))
    assert "Every counter is right" in told(run("counters", "recount", "--check"))
    comments = invented(app)
    assert len({(comment.author_name_key, comment.source) for comment in comments}) == 100
    assert [comment.created_at for comment in comments] == sorted(comment.created_at for comment in comments)


def test_whoever_is_interrupted_leaves_whole_what_is_there(
    app: Flask, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(_done: int) -> None:
        raise Interrupted

    monkeypatch.setattr(inventing, "COMMENTS_AT_ONCE", 100)
    with app.app_context():
        stages = inventing.invent_articles(3, seed=1, advance=lambda _done: None)
        with pytest.raises(Interrupted):
            inventing.invent_comments(stages, 500, seed=1, advance=interrupt)
    assert 0 < len(invented(app)) <= 100
    assert "Every counter is right" in told(run("counters", "recount", "--check"))


@on_sqlite
def test_comments_are_invented_by_number_or_by_thread(run: Run) -> None:
    assert "Either" in refused(run("demo", "--comments", "5", "--thread-size", "5"), code=2)


def test_speeches_come_round_only_when_all_were_given() -> None:
    assert gcd(rows.STEP, rows.SPEECHES) == 1
    assert rows.SPEECHES > 10_000_000


def test_more_can_be_invented_later(app: Flask, run: Run) -> None:
    told(run("demo", "--comments", "20"))
    told(run("demo", "--articles", "2"))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Article)) == 12
