"""Who did what, when, and why?"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Index, bindparam, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.ground import clock
from app.ground.db import Base, Id
from app.ground.prepared import Prepared


class AuditEntry(Base):
    """A line that is written once: triggers in the database refuse to change or delete it."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "object_type", "object_id", "id"),
        # The log's filters: each finds its lines in the log's order, however rare they are.
        Index(None, "object_type", "id"),
        Index(None, "actor", "id"),
        Index(None, "action", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    actor_name: Mapped[str]
    action: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]
    reason: Mapped[str | None]
    operation_id: Mapped[int | None]
    details: Mapped[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is written down of one act; `details` names fields and ids, never a reader's data."""

    actor: str
    actor_name: str
    action: str
    object_type: str
    object_id: int | str
    from_state: str | None = None
    to_state: str | None = None
    reason: str | None = None
    operation_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


_KEPT = [column for column in AuditEntry.__table__.columns if column.name != "id"]
_WRITE = Prepared(
    lambda: insert(AuditEntry).values({each.name: bindparam(f"its_{each.name}", type_=each.type) for each in _KEPT})
)


def record(session: Session, *acts: Act) -> None:
    """Write the acts down in the transaction that does them."""
    at = clock.now()
    _WRITE.run_many(
        session,
        [
            {
                "its_at": at,
                "its_actor": act.actor,
                "its_actor_name": act.actor_name,
                "its_action": act.action,
                "its_object_type": act.object_type,
                "its_object_id": str(act.object_id),
                "its_from_state": act.from_state,
                "its_to_state": act.to_state,
                "its_reason": act.reason,
                "its_operation_id": act.operation_id,
                "its_details": act.details,
            }
            for act in acts
        ],
    )
