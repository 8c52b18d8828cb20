"""Who comes next where only one may?"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class TooLong(Exception):
    """A turn did not come in time."""


class Turns:
    """Threads come one after the other, in the order in which they asked."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_taken = False
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def turn(self, *, wait_seconds: float) -> Iterator[None]:
        """Wait for one's turn, and have it while the block lasts. Raises TooLong."""
        self._wait(wait_seconds)
        try:
            yield
        finally:
            self._pass_on()

    def _wait(self, seconds: float) -> None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        try:
            is_called = called.acquire(timeout=seconds)
        except BaseException:  # such as Ctrl-C: nobody must wait for who is gone
            if not self._leaves(called):
                self._pass_on()
            raise
        if not is_called and self._leaves(called):
            raise TooLong

    def _leaves(self, called: Lock) -> bool:
        """Wait no longer; False for who was called in the last moment, and has the turn."""
        with self._lock:
            if called not in self._waiting:
                return False
            self._waiting.remove(called)
            return True

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
