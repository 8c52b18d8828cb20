"""How does a test end somebody else's server in the middle of its work, and bring it back?"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.server_keeper import STOP_SECONDS, Running, started_postgres, started_redis


class Perishable:
    """A PostgreSQL or a Redis that was started for one test, which may kill it and start it again."""

    def __init__(self, running: Running, *, owner: str | None, goodbye: signal.Signals, more: Sequence[str]) -> None:
        """`more` is said to it when it starts again."""
        self.url = running.url
        self._process = running.process
        started_with = running.process.args
        assert isinstance(started_with, list)
        self._command = [*started_with, *more]
        self._owner, self._goodbye = owner, goodbye

    def kill(self) -> None:
        """SIGKILL for every process of it."""
        self._process.send_signal(signal.SIGSTOP)  # it starts no further children meanwhile
        for child in _children(self._process.pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self._process.kill()
        self._process.wait(STOP_SECONDS)

    def freeze(self) -> None:
        """Let it answer nothing, while connections to it can be made."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def start_again(self) -> None:
        """Start it on the same data and address; it may not answer yet."""
        self._process = subprocess.Popen(
            self._command, user=self._owner, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def end(self) -> None:
        if self._process.poll() is not None:
            return
        self.thaw()
        self._process.send_signal(self._goodbye)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


@contextmanager
def a_postgres_of_its_own() -> Iterator[Perishable]:
    """A PostgreSQL that writes to disk as a careful one does."""
    # A socket's path has about a hundred bytes: not pytest's own deep folder.
    with (
        tempfile.TemporaryDirectory(prefix="rejoinder-", ignore_cleanup_errors=True) as folder,
        started_postgres(Path(folder)) as running,
    ):
        owner = "nobody" if os.geteuid() == 0 else None
        server = Perishable(running, owner=owner, goodbye=signal.SIGINT, more=["-c", "fsync=on"])
        try:
            yield server
        finally:
            server.end()


@contextmanager
def a_redis_of_its_own() -> Iterator[Perishable]:
    with (
        tempfile.TemporaryDirectory(prefix="rejoinder-", ignore_cleanup_errors=True) as folder,
        started_redis(Path(folder)) as running,
    ):
        server = Perishable(running, owner=None, goodbye=signal.SIGTERM, more=[])
        try:
            yield server
        finally:
            server.end()


def within(seconds: float, is_so: Callable[[], bool], *, look: float = 0.05) -> bool:
    """Whether it comes to be so in this time, looked at every `look` seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(look)
    return False


def _children(parent: int) -> Iterator[int]:
    for each in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(each.read_text().rpartition(")")[2].split()[1]) == parent:
                yield int(each.parent.name)
