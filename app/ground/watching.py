"""How does a process see what other processes change?"""

import logging
import sqlite3
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import quote

from flask import Flask
from sqlalchemy import make_url

from app.ground import changes, db
from app.ground.changes import CHANNEL, EVERYTHING, Forget

if TYPE_CHECKING:
    import psycopg

TRUST_SECONDS = 1.0
BEAT_SECONDS = 0.3
RETRY_SECONDS = 0.5
WRONG_SECONDS = 10.0  # until it looks again whether LISTEN_URL is right now
UNSEEN = "not seen: every read is made anew until SQLite's file can be looked at"
OVERDUE = "not heard in time: every read is made anew until a beat comes back"
AWAY = "not heard: every read is made anew until PostgreSQL can be listened to"
POOLED = "not heard through a pool: every read is made anew, LISTEN_URL must lead to PostgreSQL directly"
ELSEWHERE = "not heard elsewhere: every read is made anew, LISTEN_URL must lead to the database of DATABASE_URL"

log = logging.getLogger(__name__)


class Watch(Protocol):
    """Sees what other processes change, and has forgotten what is kept of it."""

    @property
    def trouble(self) -> str | None:
        """Why it cannot, for whoever runs it."""

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

    def __init__(self, path: str, forget: Forget) -> None:
        self.trouble: str | None = None
        self._path = path
        self._forget = forget
        self._lock = threading.Lock()
        self._one_looks = threading.Lock()
        self._looking: sqlite3.Connection | None = None
        self._reading: sqlite3.Connection | None = None
        self._seen = 0
        self._position = 0
        self._blind_until = 0.0

    def is_current(self) -> bool:
        looking = self._looking
        try:
            if looking is None or self._version(looking) != self._seen:
                return self._read_on()
        except sqlite3.Error as error:
            log.warning("cannot see what changes", extra={"error_type": type(error).__name__})
            self.trouble = UNSEEN
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
                version, newest = self._version(looking), self._newest(self._reading)
                self._forget(frozenset({EVERYTHING}))
                self._looking = looking
            else:
                version, newest = self._version(self._looking), self._newest(self._reading)
                self._forget(self._changed_since(self._reading, newest))
            self._position = newest
            self._seen = version
            self.trouble = None
            return True

    def _version(self, looking: sqlite3.Connection) -> int:
        # Until a thread has its row SQLite reads in a snapshot, in which others on this connection would see no change.
        with self._one_looks:
            return cast(int, looking.execute("PRAGMA data_version").fetchone()[0])

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


# A machine that vanished says nothing: what is sent to it must fail soon, so that another way is looked for.
_IMPATIENT: dict[str, Any] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 2_000,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
}


class PostgresWatch:
    """Listens on a connection of its own, in a thread that the first look starts: a process may part before that."""

    def __init__(self, url: str, forget: Forget, *, database: str) -> None:
        """`database` is where changes are stored, by whichever way."""
        self._trouble: str | None = None
        self._url = url
        self._database = database
        self._forget = forget
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._begun_at = 0.0
        self._proven_at = -TRUST_SECONDS

    @property
    def trouble(self) -> str | None:
        """What it met, or that a beat is overdue: a server that has stopped in the middle says nothing at all."""
        expected = max(self._begun_at, self._proven_at) + TRUST_SECONDS
        if self._trouble is None and self._thread is not None and time.monotonic() > expected:
            return OVERDUE
        return self._trouble

    def is_current(self) -> bool:
        if time.monotonic() - self._proven_at < TRUST_SECONDS:
            return True
        if self._thread is None:
            self._start()
        return False

    def _start(self) -> None:
        with self._lock:
            if self._thread is None and not self._stopping.is_set():
                self._begun_at = time.monotonic()
                self._thread = threading.Thread(target=self._keep_listening, name="listen to changes", daemon=True)
                self._thread.start()

    def _keep_listening(self) -> None:
        import psycopg  # noqa: PLC0415 (it takes a tenth of a second, and SQLite has no use for it)

        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, **_IMPATIENT) as connection:
                    self._listen_if_it_helps(connection)
            except psycopg.Error as error:
                self._say(AWAY, error_type=type(error).__name__)
            # What was said meanwhile is lost.
            self._proven_at = -TRUST_SECONDS
            self._forget(frozenset({EVERYTHING}))
            self._stopping.wait(RETRY_SECONDS)

    def _say(self, trouble: str | None, **about: str) -> None:
        """Log what is wrong once, and once that it is over."""
        if trouble != self._trouble:
            log.warning("what changes is %s", trouble or "heard again", extra=about)
        self._trouble = trouble

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
        with app.app_context():  # of a relative path the engine alone knows where it begins
            made = SqliteWatch(str(db.db.engine.url.database), forget)
    else:
        stored_at = cast(str, app.config["SQLALCHEMY_DATABASE_URI"])
        made = PostgresWatch(_as_driver_wants(url), forget, database=_as_driver_wants(stored_at))
    changes.hear(app, forget)
    return made
