"""How does anything get into the database, and out of it?"""

import logging
import math
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, cast

import orjson
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as RequestSession
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Text,
    event,
    func,
    literal_column,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InvalidatePoolError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import JSON, TypeDecorator

from app.ground import events, prepared
from app.ground.turns import TooLong, Turns

if TYPE_CHECKING:
    import psycopg

BUSY_SECONDS = 10
BELIEVED_SECONDS = 1.0  # that a connection is taken to live after its last use
_READING = "rejoinder.reading"
log = logging.getLogger(__name__)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC on every database; SQLite alone would forget the offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], object]:
        """For SQLite the text that SQLAlchemy makes itself, in a tenth of the time: a post writes ten moments."""
        as_driver_wants = _text_in_utc if dialect.name == "sqlite" else _in_utc
        return lambda value: None if value is None else as_driver_wants(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        return _out_of_text if dialect.name == "sqlite" else _out_of_driver

    @staticmethod
    def whole_column(dialect: Dialect) -> Callable[[Sequence[Any]], Iterable[datetime | None]] | None:
        """For `prepared`: what makes moments of a column, of which a page has hundreds; None for one by one."""
        return _column_out_of_text if dialect.name == "sqlite" else None


def _out_of_text(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(f"{stored}+00:00")


def _column_out_of_text(stored: Sequence[str | None]) -> Iterable[datetime | None]:
    return [None if text is None else datetime.fromisoformat(text + "+00:00") for text in stored]


def _out_of_driver(stored: datetime | None) -> datetime | None:
    return None if stored is None else stored.astimezone(UTC)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC)


def _text_in_utc(moment: datetime) -> str:
    return _in_utc(moment).isoformat(" ", "microseconds").removesuffix("+00:00")


# SQLite counts rows up only in a column whose type is exactly INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    registry: ClassVar[registry] = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UtcDateTime, str: Text, int: BigInteger, dict[str, Any]: Json, list[Any]: Json},
    )


class LastingSession(RequestSession):
    """A session whose end does not fail because the database went away: what it was for is done, and told."""

    def get_bind(self, *_what: object, **_more: object) -> Engine:
        """The one database, by connections that only read until they are told otherwise."""
        return cast(Engine, current_app.extensions[_READING])

    def close(self) -> None:
        try:
            super().close()
        except OperationalError as error:
            log.warning("the database went away", extra={"error_type": type(error).__name__})


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"class_": LastingSession, "expire_on_commit": False},
)


before_commit: list[Callable[[Session], None]] = []
"""What comes last in every transaction."""


@contextmanager
def transaction() -> Iterator[Session]:
    """The only commit: everything inside is stored together or not at all, then what happened is announced.

    Whatever was read before is forgotten, because what decides must be read under the lock that writes.
    """
    session = db.session()
    _leave_snapshot(session)
    with _turn():
        try:
            _begin_to_write(session)
            yield session
            for complete in before_commit:
                complete(session)
            session.commit()
        except BaseException:
            session.rollback()
            events.forget(session)
            raise
    events.deliver(session)


def _leave_snapshot(session: Session) -> None:
    """Forget what was read. Where no object was, the connection is kept: another one costs more than a statement."""
    connection = prepared.open_connection(session)
    if connection is not None and not session.identity_map and not session.new:
        with suppress(SQLAlchemyError):
            prepared.roll_back(connection)
            return
    session.rollback()


def _begin_to_write(session: Session) -> None:
    connection = prepared.open_connection(session)
    if connection is None:
        session.connection(execution_options={"rejoinder_writes": True})
    else:
        prepared.execute(connection, _begins_to_write(connection))


_writers = Turns()


@contextmanager
def _turn() -> Iterator[None]:
    """SQLite lets in one writer at a time: the others try again after a while, and whoever is lucky comes next."""
    if not is_sqlite():
        yield
        return
    try:
        with _writers.turn(wait_seconds=BUSY_SECONDS):
            yield
    except TooLong as error:
        raise PoolTimeout("others were writing all the time") from error


def fresh_read() -> Session:
    """The session, outside any snapshot that an earlier read began."""
    session = db.session()
    session.rollback()
    return session


def one_of(column: str, kind: type[StrEnum]) -> CheckConstraint:
    """A column that holds nothing but the values of this enumeration."""
    choices = ", ".join(f"'{each}'" for each in kind)
    return CheckConstraint(f"{column} IN ({choices})", name=column)


def is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def insert_or(table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what a conflict leads to; both databases share its form."""
    return sqlite.insert(table) if is_sqlite() else postgresql.insert(table)


def next_id(table: type[Base]) -> ColumnElement[int]:
    """The id of the row that an INSERT makes, where other columns of the row need it too; to be asked once in it."""
    name = table.__tablename__
    if is_sqlite():  # nobody else writes meanwhile
        return literal_column(f"(SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = '{name}')", Id)  # noqa: S608 (a table of ours)
    return func.nextval(func.pg_get_serial_sequence(name, "id"), type_=Id)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would begin transactions late and only for some statements; SQLAlchemy's begin does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """SQLite reads in a snapshot. PostgreSQL is read by single statements, which need no transaction around them.

    Behind a pool they do: only there can they say how long they wait for a lock.
    """
    options = connection.get_execution_options()
    if options.get("rejoinder_writes"):
        prepared.execute(connection, _begins_to_write(connection))
    elif connection.dialect.name == "sqlite":
        prepared.execute(connection, "BEGIN")
    elif not options.get("rejoinder_reads") or connection.info[_POOLED]:
        prepared.execute(connection, _begins_to_write(connection))


def _begins_to_write(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        return "BEGIN IMMEDIATE"
    return f"BEGIN; SET LOCAL {_LOCK_TIMEOUT}" if connection.info[_POOLED] else "BEGIN"


def is_pooled(connection: "psycopg.Connection") -> bool:
    """Whether every transaction of this connection may be another one of the server's, as PgBouncer has it.

    Such a pool names a server process that is none. What belongs to a session, such as LISTEN or a prepared statement,
    then stays behind, for whoever comes next.
    """
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return row is None or row[0] != connection.info.backend_pid


# A lock that nobody gives up must not hold a worker for ever.
_LOCK_TIMEOUT = f"lock_timeout = {BUSY_SECONDS * 1000}"
_POOLED, _USED = "rejoinder_pooled", "rejoinder_used"


def _prepare_postgres(connection: "psycopg.Connection", record: ConnectionPoolEntry) -> None:
    # Not as options of the connection, which PgBouncer refuses. The time zone it keeps for each of its clients.
    connection.execute("SET TIME ZONE 'UTC'")
    record.info[_POOLED] = is_pooled(connection)
    if record.info[_POOLED]:
        connection.prepare_threshold = None
    else:
        connection.execute(f"SET {_LOCK_TIMEOUT}".encode())
    connection.commit()
    # Not the driver, which would begin a transaction for each read: `_begin` does it for those who write.
    connection.autocommit = True


class _Liveness:
    """Whether a pooled connection still has its server: one that was used a moment ago is believed, others are asked.

    As soon as one was lost, all are made anew: the server may have been started again, or a column may have changed.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._lost_at = -math.inf

    def note_use(self, _connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_USED] = time.monotonic()

    def note_loss(self, *_what: object) -> None:
        self._lost_at = time.monotonic()

    def ask(self, connection: "psycopg.Connection", record: ConnectionPoolEntry, _proxy: object) -> None:
        used_at = record.info[_USED]
        if used_at <= self._lost_at:
            raise InvalidatePoolError
        if time.monotonic() - used_at < BELIEVED_SECONDS:
            return
        try:
            connection.execute("SELECT 1")
        except self._dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _forget_outdated_plans(context: ExceptionContext) -> OperationalError | None:
    outdated = prepared.outdated_plan(context.original_exception, context.statement)
    context.is_disconnect = context.is_disconnect or outdated is not None
    return outdated


def _configure(engine: Engine) -> None:
    event.listen(engine, "begin", _begin)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        return
    liveness = _Liveness(engine.dialect)
    event.listen(engine, "connect", _prepare_postgres)
    event.listen(engine, "connect", liveness.note_use)
    event.listen(engine, "checkin", liveness.note_use)
    event.listen(engine, "checkout", liveness.ask)
    event.listen(engine, "invalidate", liveness.note_loss)
    event.listen(engine, "handle_error", _forget_outdated_plans, retval=True)


def init_app(app: Flask, *, url: str) -> None:
    """Connect to the database at `url`."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(url)
    db.init_app(app)
    with app.app_context():
        _configure(db.engine)
        # Made once, before there are threads: a session would begin another transaction with every other object.
        app.extensions[_READING] = db.engine.execution_options(rejoinder_reads=True)


def _as_json(value: object) -> str:
    return orjson.dumps(value).decode()


def _engine_options(url: str) -> dict[str, Any]:
    # What a statement carries may be what a reader typed: it stands in no log and no exception.
    private: dict[str, Any] = {"hide_parameters": True, "json_serializer": _as_json}
    if url.startswith("sqlite"):
        # Nobody waits for a connection, which is but an open file: who has one may be waiting for a turn to write.
        return private | {
            "max_overflow": -1,
            "connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False},
        }
    return private | {
        "pool_size": 10,
        "max_overflow": 10,
        "pool_timeout": BUSY_SECONDS,
        "connect_args": {"connect_timeout": 5},
    }
