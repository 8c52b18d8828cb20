"""How many comments are there, and how long has the oldest waited?"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from app.comments.models import Comment, Status, Tally
from app.ground import clock
from app.ground.db import db
from app.ground.prepared import Prepared
from app.site import health

_COUNTED = Prepared(lambda: select(Tally.status, func.sum(Tally.count).label("number")).group_by(Tally.status))
_OLDEST_PENDING = Prepared(
    lambda: (
        select(Comment.created_at)
        .where(Comment.status == literal_column(f"'{Status.PENDING}'"))
        .order_by(Comment.created_at, Comment.id)
        .limit(1)
    )
)


def counts_by_status(session: Session) -> dict[str, int]:
    """How many comments of each status the site has: figures kept by whoever changes one, never a count of rows."""
    return dict.fromkeys(map(str, Status), 0) | {row.status: int(row.number) for row in _COUNTED.all(session)}


def oldest_pending_at(session: Session) -> datetime | None:
    oldest: datetime | None = _OLDEST_PENDING.scalar(session)
    return oldest


def _by_status() -> Mapping[str, float]:
    return counts_by_status(db.session())


def _oldest_pending_seconds() -> Mapping[str, float]:
    oldest = oldest_pending_at(db.session())
    return {"": (clock.now() - oldest).total_seconds() if oldest else 0.0}


GAUGES = (
    health.Gauge(name="rejoinder_comments", meaning="Comments by status", label="status", read=_by_status),
    health.Gauge(
        name="rejoinder_oldest_pending_seconds",
        meaning="How long the oldest held comment has waited",
        read=_oldest_pending_seconds,
    ),
)
