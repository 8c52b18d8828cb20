"""How many comments are there, and how long has the oldest waited?"""

from collections.abc import Mapping

from sqlalchemy import func, select

from app.comments.models import Comment, Status, Tally
from app.ground import clock
from app.ground.db import db
from app.site import health


def comments_by_status() -> Mapping[str, float]:
    """From the counters, never by counting comments."""
    rows = db.session.execute(select(Tally.status, func.sum(Tally.count)).group_by(Tally.status)).all()
    found = {status: float(count) for status, count in rows}
    return {status: found.get(status, 0.0) for status in Status}


def oldest_pending_seconds() -> Mapping[str, float]:
    """How long the oldest comment of the queue has waited; 0 where none does."""
    oldest = db.session.scalar(select(func.min(Comment.created_at)).where(Comment.status == Status.PENDING))
    return {"": (clock.now() - oldest).total_seconds() if oldest else 0.0}


GAUGES = (
    health.Gauge(name="rejoinder_comments", meaning="Comments by status", label="status", read=comments_by_status),
    health.Gauge(
        name="rejoinder_oldest_pending_seconds",
        meaning="How long the oldest held comment has waited",
        read=oldest_pending_seconds,
    ),
)
