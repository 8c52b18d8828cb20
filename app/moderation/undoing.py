"""How does a comment get back to exactly what it was before an operation?"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.comments.life import Counts, change_status
from app.comments.models import Comment, Status

State = dict[str, Any]


def state_of(comment: Comment) -> State:
    """What an undo puts back. Of the duplicate key only that there was one: it is made from words."""
    return {
        "status": comment.status,
        "restore_to": comment.restore_to,
        "trashed_by_rule": comment.trashed_by_rule,
        "decided_at": comment.decided_at.isoformat() if comment.decided_at else None,
        "decided_by": comment.decided_by,
        "has_key": comment.duplicate_key is not None,
    }


def state_found(comment: Comment) -> State:
    """What is told of a comment that an operation left alone."""
    return {
        "status": comment.status,
        "changed_by": comment.changed_by,
        "changed_at": comment.changed_at.isoformat(),
    }


def put_back(session: Session, comment: Comment, before: State, *, by: str, counts: Counts) -> None:
    """Let a comment be what `state_of` said of it, as far as nobody has taken its words meanwhile.

    The caller holds the lock of the article's discussion, and has seen that nobody acted since.
    """
    key = comment.duplicate_key
    change_status(session, comment, Status(before["status"]), by=by, counts=counts)
    comment.restore_to = before["restore_to"]
    comment.trashed_by_rule = before["trashed_by_rule"]
    comment.decided_at = datetime.fromisoformat(before["decided_at"]) if before["decided_at"] else None
    comment.decided_by = before["decided_by"]
    if not before["has_key"]:
        comment.duplicate_key = None
    elif comment.duplicate_key is None:
        comment.duplicate_key = key
