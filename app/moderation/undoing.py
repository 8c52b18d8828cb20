"""How does a comment get back to exactly what it was before an operation?"""

from datetime import datetime
from typing import Any

from app.comments.models import Status
from app.comments.standing import Standing
from app.ground.prepared import Row

State = dict[str, Any]


def state_of(comment: Row) -> State:
    """What an undo puts back. Of the duplicate key only that there was one: it is made from words."""
    return {
        "status": comment.status,
        "restore_to": comment.restore_to,
        "trashed_by_rule": comment.trashed_by_rule,
        "decided_at": comment.decided_at.isoformat() if comment.decided_at else None,
        "decided_by": comment.decided_by,
        "has_key": comment.duplicate_key is not None,
    }


def state_found(comment: Row) -> State:
    """What is told of a comment that an operation left alone."""
    return {
        "status": comment.status,
        "changed_by": comment.changed_by,
        "changed_at": comment.changed_at.isoformat(),
    }


def standing_of(before: State) -> Standing:
    """What `state_of` said of a comment. Its words it gets back as far as nobody has taken them meanwhile."""
    decided_at = before["decided_at"]
    return Standing(
        status=Status(before["status"]),
        restore_to=before["restore_to"],
        trashed_by_rule=before["trashed_by_rule"],
        decided_at=datetime.fromisoformat(decided_at) if decided_at else None,
        decided_by=before["decided_by"],
        has_key=before["has_key"],
    )
