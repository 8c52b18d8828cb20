"""What is kept of a moderation act?"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base, Id


class Action(StrEnum):
    APPROVE = "approve"
    HOLD = "hold"
    SPAM = "spam"
    TRASH = "trash"
    RESTORE = "restore"
    UNDO = "undo"


class OperationState(StrEnum):
    RUNNING = "running"
    DONE = "done"


class Operation(Base):
    """One act on one or many comments, which can be undone as a whole."""

    __tablename__ = "operation"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'done')", name="state"),
        Index(None, "state", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    action: Mapped[str]
    actor: Mapped[str]
    actor_name: Mapped[str]
    note: Mapped[str | None]
    filter: Mapped[dict[str, Any] | None]
    state: Mapped[str]
    total: Mapped[int]
    done: Mapped[int]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("operation.id"), unique=True)


WAITS = text("version_left IS NULL AND code IS NULL")


class OperationItem(Base):
    """What one operation did to one comment: the version it expects, the one it left, what it found."""

    __tablename__ = "operation_item"
    __table_args__ = (
        Index(None, "comment_id"),
        # What an operation has not come to yet: a chunk does not pass what the chunks before it did.
        Index("ix_operation_item_waiting", "operation_id", "comment_id",
              sqlite_where=WAITS, postgresql_where=WAITS),
    )  # fmt: skip

    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_seen: Mapped[int]
    version_left: Mapped[int | None]
    before: Mapped[dict[str, Any] | None]
    status: Mapped[str | None]
    code: Mapped[str | None]
