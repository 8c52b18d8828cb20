"""How much work is something, on any machine?"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.ground.db import db, is_sqlite


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


def rows_or_steps(act: Callable[[Session], object]) -> int:
    """What it costs a database, on any machine: SQLite's steps, or the rows that PostgreSQL reads. Nothing stays."""
    session = db.session()
    session.rollback()
    try:
        session.connection(execution_options={"rejoinder_writes": True})
        if is_sqlite():
            return steps_of(lambda: act(session), session, each=10)
        before = _rows_read(session)
        act(session)
        return _rows_read(session) - before
    finally:
        session.rollback()


def _rows_read(session: Session) -> int:
    """By PostgreSQL, in this transaction."""
    read = "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
    return int(session.scalar(text(read)) or 0)
