"""How much work is something, on any machine?"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from sqlalchemy.orm import Session


def calls_of(work: Callable[[], object]) -> int:
    """How often a function is called, entered again or left: a number that no slow machine changes."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def steps_of(work: Callable[[], object], session: Session, *, each: int) -> int:
    """How many steps SQLite's machine takes, counted in lots of `each`: rows passed over cost like rows shown."""
    steps: list[None] = []
    driver: Any = session.connection().connection.dbapi_connection
    driver.set_progress_handler(lambda: steps.append(None), each)
    try:
        work()
    finally:
        driver.set_progress_handler(None, 0)
    return len(steps)
