"""WHAT HAS CHANGED, and how does every process learn of it?

A transaction names the topics that it changes, such as one article or the list of articles, and the names are stored
or sent by the same commit. Whoever keeps something made from the data keeps the names beside it, and looks here before
each use: what was read after one look, and none of whose topics has come up since, is as the data are.

- SQLite: each topic has a row. `PRAGMA data_version` says in microseconds whether anybody committed anything since the
  last look, so no commit of any process is missed.
- PostgreSQL: NOTIFY, which arrives in the order of the commits. A process hears of its own at once, and of those of
  others within TRUST_SECONDS, or it trusts nothing: a beat that it sends to itself through the same queue proves that
  whatever was committed before the beat has arrived. Through a pool of transactions its own beat may come back while
  what others say is lost: there it trusts nothing, and says why.
"""

import logging
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import quote

from flask import Flask, current_app
from sqlalchemy import bindparam, func, make_url, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.ground import db, events
from app.ground.db import Base
from app.ground.prepared import Prepared

if TYPE_CHECKING:
    import psycopg

EVERYTHING = "everything"
TRUST_SECONDS = 1.0
BEAT_SECONDS = 0.3
RETRY_SECONDS = 0.5
WRONG_SECONDS = 10.0  # until it looks again whether LISTEN_URL is right now
CHANNEL = "rejoinder_changes"
LONGEST_NOTICE = 7_000  # characters; PostgreSQL takes 8,000 bytes, and topics are ASCII
AWAY = "not heard: every read is made anew until PostgreSQL can be listened to"
POOLED = "not heard through a pool: every read is made anew, LISTEN_URL must lead to PostgreSQL directly"
ELSEWHERE = "not heard elsewhere: every read is made anew, LISTEN_URL must lead to the database of DATABASE_URL"

Forget = Callable[[frozenset[str]], None]
_TOUCHED = "rejoinder.changes"
_EXTENSION = "rejoinder.changes"
log = logging.getLogger(__name__)


class Topic(Base):
    """When a topic last changed, in the order of SQLite's commits; PostgreSQL has no use for it."""

    __tablename__ = "topic"

    name: Mapped[str] = mapped_column(primary_key=True)
    changed: Mapped[int] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Changed:
    """What a transaction changed, said once it is stored."""

    topics: frozenset[str]


def touch(session: Session, *topics: str) -> None:
    """Say which topics this transaction changes."""
    cast(set[str], session.info.setdefault(_TOUCHED, set())).update(topics)


_NEXT = select(func.coalesce(func.max(Topic.changed), 0) + 1).scalar_subquery()
_COUNT_UP = Prepared(
    lambda: (
        db.insert_or(Topic)
        .values(name=bindparam("topic"), changed=_NEXT)
        .on_conflict_do_update(index_elements=["name"], set_={"changed": _NEXT})
    )
)
_NOTIFY = Prepared(lambda: select(func.pg_notify(CHANNEL, bindparam("topics"))))


def _write_down(session: Session) -> None:
    topics = cast(set[str], session.info.pop(_TOUCHED, set()))
    if not topics:
        return
    if db.is_sqlite():
        for topic in sorted(topics):
            _COUNT_UP.run(session, topic=topic)
    else:
        named = " ".join(sorted(topics))
        _NOTIFY.all(session, topics=named if len(named) < LONGEST_NOTICE else EVERYTHING)
    events.announce(session, Changed(frozenset(topics)))


class Watch(Protocol):
    """Sees what other processes change, and has forgotten what is kept of it.

    `trouble` is why it cannot, for whoever runs it.
    """

    trouble: str | None

    def is_current(self) -> bool:
        """Whether all is forgotten that must be, as of now. If not, nothing that is kept may be used."""

    def stop(self) -> None:
        """Close what is open."""


class Blind:
    """Sees nothing, so nothing can be kept."""

    trouble: str | None = None

    def is_current(self) -> bool:
        return False

    def stop(self) -> None:
        """Nothing is open."""


class SqliteWatch:
    """Looks into the database file before each use."""

    trouble: str | None = None

    def __init__(self, path: str, forget: Forget) -> None:
        self._path = path
        self._forget = forget
        self._lock = threading.Lock()
        self._looking: sqlite3.Connection | None = None
        self._reading: sqlite3.Connection | None = None
        self._seen = 0
        self._position = 0
        self._blind_until = 0.0

    def is_current(self) -> bool:
        looking = self._looking
        try:
            if looking is None or _data_version(looking) != self._seen:
                return self._read_on()
        except sqlite3.Error as error:
            log.warning("cannot see what changes", extra={"error_type": type(error).__name__})
            self._blind_until = time.monotonic() + RETRY_SECONDS
            self.stop()
            return False
        return True

    def _read_on(self) -> bool:
        with self._lock:
            if time.monotonic() < self._blind_until:
                return False
            if self._looking is None or self._reading is None:
                # The one that looks never reads: inside a transaction of its own it would see no change.
                self._reading, looking = self._connect(), self._connect()
                version, newest = _data_version(looking), self._newest(self._reading)
                self._forget(frozenset({EVERYTHING}))
                self._looking = looking
            else:
                version, newest = _data_version(self._looking), self._newest(self._reading)
                self._forget(self._changed_since(self._reading, newest))
            self._position = newest
            self._seen = version
            return True

    def _newest(self, reading: sqlite3.Connection) -> int:
        return cast(int, reading.execute("SELECT coalesce(max(changed), 0) FROM topic").fetchone()[0])

    def _changed_since(self, reading: sqlite3.Connection, newest: int) -> frozenset[str]:
        if newest < self._position:  # another file stands in its place
            return frozenset({EVERYTHING})
        rows = reading.execute("SELECT name FROM topic WHERE changed > ?", (self._position,)).fetchall()
        return frozenset(name for (name,) in rows)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(self._path)}?mode=rw", uri=True, timeout=db.BUSY_SECONDS, isolation_level=None,
            check_same_thread=False,
        )  # fmt: skip
        connection.execute("PRAGMA query_only=ON")
        return connection

    def stop(self) -> None:
        with self._lock:
            for connection in (self._looking, self._reading):
                if connection is not None:
                    connection.close()
            self._looking = self._reading = None
            self._forget(frozenset({EVERYTHING}))


def _data_version(connection: sqlite3.Connection) -> int:
    return cast(int, connection.execute("PRAGMA data_version").fetchone()[0])


class PostgresWatch:
    """Listens on a connection of its own, in a thread that the first look starts: a process may part before that."""

    def __init__(self, url: str, forget: Forget, *, database: str) -> None:
        """`database` is where changes are stored, by whichever way."""
        self.trouble: str | None = None
        self._url = url
        self._database = database
        self._forget = forget
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._proven_at = -TRUST_SECONDS

    def is_current(self) -> bool:
        if time.monotonic() - self._proven_at < TRUST_SECONDS:
            return True
        if self._thread is None:
            self._start()
        return False

    def _start(self) -> None:
        with self._lock:
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._keep_listening, name="listen to changes", daemon=True)
                self._thread.start()

    def _keep_listening(self) -> None:
        import psycopg  # noqa: PLC0415 (it takes a tenth of a second, and SQLite has no use for it)

        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
                    self._listen_if_it_helps(connection)
            except psycopg.Error as error:
                self._say(AWAY, error_type=type(error).__name__)
            # What was said meanwhile is lost.
            self._proven_at = -TRUST_SECONDS
            self._forget(frozenset({EVERYTHING}))
            self._stopping.wait(RETRY_SECONDS)

    def _say(self, trouble: str | None, **about: str) -> None:
        """Log what is wrong once, and once that it is over."""
        if trouble != self.trouble:
            log.warning("what changes is %s", trouble or "heard again", extra=about)
        self.trouble = trouble

    def _listen_if_it_helps(self, connection: "psycopg.Connection") -> None:
        wrong = self._wrong_with(connection)
        if wrong is None:
            self._listen(connection)
        else:
            self._say(wrong)
            self._stopping.wait(WRONG_SECONDS)

    def _wrong_with(self, connection: "psycopg.Connection") -> str | None:
        """Why its own beat would prove nothing there."""
        if db.is_pooled(connection):
            return POOLED
        if self._url == self._database:
            return None
        with connection.connect(self._database, autocommit=True, connect_timeout=5) as storing:
            return None if _place_of(storing) == _place_of(connection) else ELSEWHERE

    def _listen(self, connection: "psycopg.Connection") -> None:
        own = f"rejoinder_beat_{uuid.uuid4().hex}"
        connection.execute(f"LISTEN {CHANNEL}; LISTEN {own}".encode())
        self._forget(frozenset({EVERYTHING}))
        while not self._stopping.is_set():
            sent_at = time.monotonic()
            connection.execute(f"NOTIFY {own}".encode())
            for notice in connection.notifies(timeout=BEAT_SECONDS):
                if notice.channel == own:
                    self._proven_at = sent_at
                    self._say(None)
                else:
                    self._forget(frozenset(notice.payload.split()))

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(TRUST_SECONDS)


def _place_of(connection: "psycopg.Connection") -> object:
    """Which database of which running server it leads to."""
    return connection.execute("SELECT current_database(), pg_postmaster_start_time()").fetchone()


def _as_driver_wants(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def watch(app: Flask, forget: Forget, *, url: str) -> Watch:
    """Have `forget` called with the topics that changed, in this process and in others; one at a time for an app.

    `url` is the database's; for PostgreSQL it must lead there directly, for a pool of transactions passes no NOTIFY on.
    """
    made: Watch
    if url.startswith("sqlite"):
        made = SqliteWatch(str(make_url(url).database), forget)
    else:
        stored_at = cast(str, app.config["SQLALCHEMY_DATABASE_URI"])
        made = PostgresWatch(_as_driver_wants(url), forget, database=_as_driver_wants(stored_at))
    app.extensions[_EXTENSION] = forget
    return made


def _tell_this_process(changed: Changed) -> None:
    forget = cast(Forget | None, current_app.extensions.get(_EXTENSION))
    if forget is not None:
        forget(changed.topics)


db.before_commit.append(_write_down)
events.on(Changed, _tell_this_process)
