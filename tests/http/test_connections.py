"""Does a request take no more of the database than it needs, and does nobody get a connection that is dead?"""

import threading
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from app.articles.models import Article
from app.comments.models import Comment
from app.ground import db as module
from app.ground import prepared
from app.ground.db import db
from tests.conftest import Headers

ARTICLES = "/api/v1/articles"
REPLY = {"author_name": "Ada", "author_email": "ada@example.org", "content": "A reply."}


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every BEGIN that the driver was handed."""
    handed, execute = list[str](), prepared.execute

    def note(connection: object, sql: str, *parameters: object) -> object:
        if sql.startswith("BEGIN"):
            handed.append(sql)
        return execute(connection, sql, *parameters)  # type: ignore[arg-type]

    monkeypatch.setattr(prepared, "execute", note)
    return handed


@pytest.fixture
def taken(app: Flask) -> Iterator[list[object]]:
    """Every connection that was taken from the pool."""
    seen = list[object]()

    def note(connection: object, *_rest: object) -> None:
        seen.append(connection)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", note)
    yield seen
    event.remove(engine, "checkout", note)


def test_a_read_begins_a_snapshot_of_a_file_and_nothing_on_a_server(
    client: FlaskClient, slug: str, begun: list[str], taken: list[object], database: str
) -> None:
    assert client.get(f"{ARTICLES}/{slug}/comments").status_code == 200
    assert begun == (["BEGIN"] if database == "sqlite" else [])
    assert len(taken) == 1


def test_a_post_decides_and_writes_on_one_connection_in_one_transaction(
    client: FlaskClient, slug: str, begun: list[str], taken: list[object], database: str
) -> None:
    assert client.post(f"{ARTICLES}/{slug}/comments", json=REPLY).status_code == 202
    assert begun == (["BEGIN", "BEGIN IMMEDIATE"] if database == "sqlite" else ["BEGIN"])
    assert len(taken) == 1


def test_staff_who_post_read_their_account_and_write_on_one_connection(
    client: FlaskClient, slug: str, as_moderator: Headers, begun: list[str], database: str
) -> None:
    begun.clear()
    assert client.post(f"{ARTICLES}/{slug}/comments", json=REPLY, headers=as_moderator).status_code == 201
    assert begun[-1] == ("BEGIN IMMEDIATE" if database == "sqlite" else "BEGIN")


def test_every_session_of_an_application_has_the_same_database(app: Flask) -> None:
    """With another object for the same one, a session would begin a second transaction beside its first."""
    binds = set[object]()

    def look() -> None:
        with app.app_context():
            binds.update({db.session.get_bind(), db.session().get_bind(mapper=inspect(Article))})

    looking = [threading.Thread(target=look) for _ in range(8)]
    for each in looking:
        each.start()
    for each in looking:
        each.join(5)
    assert len(binds) == 1


def test_a_writer_whose_begin_failed_can_write_the_next_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        db.session.execute(text("SELECT 1"))
        with monkeypatch.context() as broken:
            broken.setattr(module, "_begins_to_write", lambda _connection: "no statement at all")
            with pytest.raises(DBAPIError), module.transaction():
                pass
        with module.transaction() as session:
            session.execute(text("UPDATE article SET title = title"))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL's writers wait in the database
def test_a_writer_gets_a_connection_however_many_others_have_one(app: Flask) -> None:
    may_go, waiting = threading.Event(), 40

    def wait() -> None:
        with app.app_context():
            db.session.execute(text("SELECT 1"))
            may_go.wait(20)

    holding = [threading.Thread(target=wait) for _ in range(waiting)]
    for each in holding:
        each.start()
    try:
        with app.app_context(), module.transaction() as session:
            assert session.scalar(text("SELECT 1")) == 1
    finally:
        may_go.set()
        for each in holding:
            each.join(5)


def test_what_fails_in_a_transaction_of_the_engine_is_taken_back_whole(app: Flask, slug: str) -> None:
    with app.app_context():
        with suppress(DBAPIError), db.engine.begin() as connection:
            connection.execute(text("UPDATE article SET title = 'Half'"))
            connection.execute(text("no statement at all"))
        assert db.session.query(Article.title).scalar() != "Half"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_that_died_while_nobody_used_it_is_replaced_unseen(
    app: Flask, client: FlaskClient, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get(f"{ARTICLES}/{slug}").status_code == 200
    end_all_connections(app)
    monkeypatch.setattr(module, "BELIEVED_SECONDS", 0.0)
    assert client.get(f"{ARTICLES}/{slug}/comments").status_code == 200


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_that_died_in_use_costs_a_503_and_no_more(app: Flask, client: FlaskClient, slug: str) -> None:
    with app.app_context(), db.engine.connect(), db.engine.connect():
        pass  # Two are in the pool from now on.
    assert client.get(f"{ARTICLES}/{slug}").status_code == 200
    end_all_connections(app)
    statuses = [client.get(f"{ARTICLES}/{slug}/comments?limit={number}").status_code for number in range(1, 5)]
    assert statuses == [503, 200, 200, 200]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_column_that_has_another_type_now_costs_a_503_and_no_more(app: Flask, client: FlaskClient, slug: str) -> None:
    for number in range(1, 15):  # often enough for the driver to prepare what it asks
        assert client.get(f"{ARTICLES}/{slug}/comments?limit={number}").status_code == 200
    try:
        retype(app, "varchar(2000)")
        statuses = [client.get(f"{ARTICLES}/{slug}/comments?limit={number}").status_code for number in range(20, 26)]
    finally:
        retype(app, "text")
    assert statuses == [503, 200, 200, 200, 200, 200]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_column_that_has_another_type_now_costs_who_reads_objects_one_failure_too(app: Flask) -> None:
    def read() -> None:
        try:
            db.session.scalars(select(Comment.author_website)).all()
        finally:
            db.session.rollback()

    with app.app_context():
        for _ in range(15):
            read()
        try:
            retype(app, "varchar(2000)")
            with pytest.raises(OperationalError):  # which is answered with 503
                read()
            read()
        finally:
            retype(app, "text")


def another_connection(app: Flask) -> "psycopg.Connection":
    """Not one of the application's: its driver does not see what is done on it."""
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")
    return psycopg.connect(url, autocommit=True)


def retype(app: Flask, kind: str) -> None:
    with another_connection(app) as other:
        other.execute(f"ALTER TABLE comment ALTER COLUMN author_website TYPE {kind}".encode())


def end_all_connections(app: Flask) -> None:
    """As when PostgreSQL is started again: the pool does not know."""
    with another_connection(app) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid()"
        )
