"""WHAT HAS CHANGED, and how does every process learn of it?

A transaction names the topics that it changes, such as one article or the list of articles, and the names are stored
or sent by the same commit. Whoever keeps something made from the data keeps the names beside it, and looks here before
each use: what was read after one look, and none of whose topics has come up since, is as the data are. `watching.py`
looks.

- SQLite: each topic has a row. `PRAGMA data_version` says in microseconds whether anybody committed anything since the
  last look, so no commit of any process is missed.
- PostgreSQL: NOTIFY, which arrives in the order of the commits. A process hears of its own at once, and of those of
  others within TRUST_SECONDS, or it trusts nothing: a beat that it sends to itself through the same queue proves that
  whatever was committed before the beat has arrived. Through a pool of transactions its own beat may come back while
  what others say is lost: there it trusts nothing, and says why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.ground import db, events
from app.ground.db import Base
from app.ground.prepared import Prepared

EVERYTHING = "everything"
CHANNEL = "rejoinder_changes"
LONGEST_NOTICE = 7_000  # characters; PostgreSQL takes 8,000 bytes, and topics are ASCII
Forget = Callable[[frozenset[str]], None]
_TOUCHED = "rejoinder.changes"
_EXTENSION = "rejoinder.changes"


class Topic(Base):
    """When a topic last changed, in the order of SQLite's commits; PostgreSQL has no use for it."""

    __tablename__ = "topic"

    name: Mapped[str] = mapped_column(primary_key=True)
    changed: Mapped[int] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Changed(events.ToldInDoubt):
    """What a transaction changed, said once it is stored; or once it may be, for what is dropped is only made anew."""

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


def hear(app: Flask, forget: Forget) -> None:
    """Have `forget` called with the topics that this process changes, as soon as they are stored."""
    app.extensions[_EXTENSION] = forget


def _tell_this_process(changed: Changed) -> None:
    forget = cast(Forget | None, current_app.extensions.get(_EXTENSION))
    if forget is not None:
        forget(changed.topics)


db.before_commit.append(_write_down)
events.on(Changed, _tell_this_process)
