"""What time is it?"""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def _system_time() -> datetime:
    return datetime.now(UTC)


_clock: Clock = _system_time


def now() -> datetime:
    """The moment, as an aware datetime in UTC with microseconds."""
    return _clock()


def use(clock: Clock | None) -> None:
    """Let tests decide what time it is; None gives the system's time back."""
    global _clock  # noqa: PLW0603 (one clock, and tests may set it)
    _clock = clock or _system_time
