"""How does one process count what its limits allow?"""

import time
from collections import OrderedDict, deque
from threading import Lock

from limits.storage import MovingWindowSupport, Storage

from app.ground import clock

Window = OrderedDict[str, deque[float]]
_EMPTY: Window = OrderedDict()


class ProcessMemory(Storage, MovingWindowSupport):
    """Moving windows in this process's memory, for Flask-Limiter.

    The library's own memory starts a thread for each request, which then looks at every key there is.
    """

    STORAGE_SCHEME = ["process"]  # noqa: RUF012 (the library's own declaration)

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_options: str) -> None:  # noqa: FBT001, FBT002 (its signature)
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._lock = Lock()
        # By the length of the window in seconds: for each key when it was counted, the key counted last at the end.
        self._windows: dict[int, Window] = {}

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count so many under a key, unless more than the limit would be in the last `expiry` seconds."""
        now = time.monotonic()
        with self._lock:
            window = self._windows.setdefault(expiry, OrderedDict())
            _forget(window, now - expiry)
            counted = window.setdefault(key, deque())
            while counted and counted[0] < now - expiry:
                counted.popleft()
            if len(counted) + amount > limit:
                return False
            counted.extend([now] * amount)
            window.move_to_end(key)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the first of those was counted that the window still holds, and how many they are."""
        now = time.monotonic()
        with self._lock:
            counted = self._windows.get(expiry, _EMPTY).get(key, ())
            held = [moment for moment in counted if moment > now - expiry]
        age = now - held[0] if held else 0.0
        return clock.now().timestamp() - age, len(held)

    def clear(self, key: str) -> None:
        with self._lock:
            for window in self._windows.values():
                window.pop(key, None)

    def reset(self) -> int:
        with self._lock:
            keys = sum(len(window) for window in self._windows.values())
            self._windows.clear()
        return keys

    def check(self) -> bool:
        return True

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return ()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        raise NotImplementedError("It counts in moving windows only.")

    def get(self, key: str) -> int:
        raise NotImplementedError("It counts in moving windows only.")

    def get_expiry(self, key: str) -> float:
        raise NotImplementedError("It counts in moving windows only.")


def _forget(window: Window, until: float) -> None:
    """Let go of the keys that nobody counted since then: they stand in front."""
    while window:
        key, counted = next(iter(window.items()))
        if counted and counted[-1] >= until:
            return
        del window[key]
