"""Who tells the caches in front to drop what has changed?

Every public answer names its topics in `Surrogate-Key`; after each commit the caches are told which of them changed.
Each cache has a thread of its own for that: nobody who posts or reads waits for a cache, and no cache for another.
What cannot be told is kept and told later; where it becomes too much, the cache is told to drop everything instead.

All is told twice. An answer that was under way when its topic changed may get into a cache after the first time, and
another process may give an older one for as long as `watching.TRUST_SECONDS`; the second time comes after that.
"""

import logging
import os
import re
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from multiprocessing.util import Finalize
from typing import Protocol, cast
from urllib.parse import urlsplit

from flask import Flask, current_app

from app.ground import events
from app.ground.changes import EVERYTHING, Changed
from app.ground.observe import HAPPENINGS
from app.ground.watching import TRUST_SECONDS

GATHER_SECONDS = 0.05  # what changes meanwhile is told together
AGAIN_SECONDS = TRUST_SECONDS + 1.0
TIMEOUT_SECONDS = 2.0
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0)  # and so on, until it is done
STOP_SECONDS = 2.5
MOST_WAITING = 10_000  # topics
MOST_AT_ONCE = 200  # topics in a header, of which servers take 8,000 bytes

_EXTENSION = "rejoinder.purging"
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
log = logging.getLogger(__name__)


class Refused(Exception):
    """The cache answered, and not that it was done."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Cache(Protocol):
    """A cache in front, which can drop what is about some topics."""

    @property
    def url(self) -> str:
        """Where it is told."""

    def drop(self, topics: Sequence[str]) -> None:
        """Tell it. The topics are letters, digits and dashes. Raises OSError, HTTPException or Refused."""


@dataclass(frozen=True, slots=True)
class KeyedCache:
    """A cache that takes PURGE with the topics in `Surrogate-Key`; or a script of yours that speaks to one."""

    url: str
    token: str | None = None

    def drop(self, topics: Sequence[str]) -> None:
        right = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        _send("PURGE", self.url, {"Surrogate-Key": " ".join(topics), **right})


@dataclass(frozen=True, slots=True)
class Varnish:
    """A Varnish with the VCL of docs/caching, which makes a ban of the pattern."""

    url: str

    def drop(self, topics: Sequence[str]) -> None:
        _send("BAN", self.url, {"Surrogate-Key-Pattern": rf"(^|\s)({'|'.join(topics)})(\s|$)"})


def _send(method: str, url: str, headers: dict[str, str]) -> None:
    place = urlsplit(url)
    connect = HTTPSConnection if place.scheme == "https" else HTTPConnection
    connection = connect(place.hostname or "", place.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, place._replace(scheme="", netloc="").geturl() or "/", headers=headers)
        status = connection.getresponse().status
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise Refused(status)


class Teller:
    """Tells one cache, in a thread that the first change starts: a process may part before that."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        """Begin with nothing: the process that this one parted from tells what it knows itself."""
        self._changed = threading.Condition()
        self._due: dict[str, float] = {}  # when to tell each topic
        self._fresh: set[str] = set()  # those not told yet
        self._failures = 0
        self._not_before = 0.0
        self._complaint: str | None = None
        self._stopping = False
        self._thread: threading.Thread | None = None

    def tell(self, topics: Iterable[str]) -> None:
        """Have the cache told soon. What is no plain word could mean something else to a cache: it means everything."""
        wanted = {topic if _PLAIN.fullmatch(topic) else EVERYTHING for topic in topics}
        soon = time.monotonic() + GATHER_SECONDS
        with self._changed:
            self._due |= dict.fromkeys(wanted - self._fresh, soon)
            self._fresh |= wanted
            if len(self._due) > MOST_WAITING:
                self._due, self._fresh = {EVERYTHING: soon}, {EVERYTHING}
                HAPPENINGS.labels("purge", "everything instead").inc()
                log.warning("too much waits for a cache in front: it will drop everything", extra=self._about())
            if self._thread is None:
                self._start()
            self._changed.notify()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._keep_telling, name="tell a cache in front", daemon=True)
        self._thread.start()
        Finalize(None, self.stop, exitpriority=0)  # after the timer's, which may change something

    def _keep_telling(self) -> None:
        while True:
            with self._changed:
                while not self._stopping and (seconds := self._seconds_to_wait()) > 0:
                    self._changed.wait(min(seconds, threading.TIMEOUT_MAX))
                is_last = self._stopping
                topics, fresh = self._take(all_there_is=is_last)
            if topics:
                self._tell_now(topics, fresh)
            if is_last:
                return

    def _seconds_to_wait(self) -> float:
        next_due = min(self._due.values(), default=float("inf"))
        return max(next_due, self._not_before) - time.monotonic()

    def _take(self, *, all_there_is: bool) -> tuple[set[str], set[str]]:
        """What is due, and with it what was never told: that alone comes second."""
        now = time.monotonic()
        fresh = self._fresh
        topics = {topic for topic, due in self._due.items() if all_there_is or due <= now or topic in fresh}
        for topic in topics:
            del self._due[topic]
        self._fresh = set()
        return topics, fresh

    def _tell_now(self, topics: set[str], fresh: set[str]) -> None:
        ordered = [EVERYTHING] if EVERYTHING in topics else sorted(topics)
        try:
            for first in range(0, len(ordered), MOST_AT_ONCE):
                self.cache.drop(ordered[first : first + MOST_AT_ONCE])
        except Exception as error:  # noqa: BLE001 (whatever it is, the next change must be told again)
            self._failed(topics, fresh, error)
        else:
            self._succeeded(fresh)

    def _succeeded(self, fresh: set[str]) -> None:
        HAPPENINGS.labels("purge", "told").inc()
        again = time.monotonic() + AGAIN_SECONDS
        with self._changed:
            self._due = dict.fromkeys(fresh, again) | self._due
            self._failures, self._not_before = 0, 0.0
        if self._complaint is not None:
            log.info("a cache in front can be told again what changed", extra=self._about())
            self._complaint = None

    def _failed(self, topics: set[str], fresh: set[str], error: Exception) -> None:
        """Keep what could not be told, and say so once for as long as it fails in the same way."""
        HAPPENINGS.labels("purge", "failed").inc()
        now = time.monotonic()
        with self._changed:
            self._not_before = now + RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS) - 1)]
            self._failures += 1
            self._due = dict.fromkeys(topics, now) | self._due
            self._fresh |= fresh
        complaint = type(error).__name__
        if complaint != self._complaint:
            status = {"status": error.status} if isinstance(error, Refused) else {}
            about = {**self._about(), **status, "error_type": complaint}
            log.warning("a cache in front cannot be told what changed: it is tried again", extra=about)
            self._complaint = complaint

    def _about(self) -> dict[str, object]:
        place = urlsplit(self.cache.url)
        return {"url": f"{place.scheme}://{place.netloc}", "count": len(self._due)}

    def stop(self) -> None:
        """Tell what is still to be told, at once and for the last time."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is None:
            return
        self._thread.join(STOP_SECONDS)
        if self._fresh or self._thread.is_alive():
            HAPPENINGS.labels("purge", "lost").inc()
            log.warning("a cache in front was not told the last changes", extra=self._about())


def _tell_caches(changed: Changed) -> None:
    for teller in cast(tuple[Teller, ...], current_app.extensions.get(_EXTENSION, ())):
        teller.tell(changed.topics)


def init_app(app: Flask, *, caches: Iterable[Cache]) -> None:
    app.extensions[_EXTENSION] = tuple(Teller(cache) for cache in caches)


def of(app: Flask) -> tuple[Teller, ...]:
    return cast(tuple[Teller, ...], app.extensions[_EXTENSION])


events.on(Changed, _tell_caches)
