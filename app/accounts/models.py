"""What is kept of staff: accounts, tokens and sessions?"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base, Id
from app.permissions import STAFF_ROLES, Role

_ROLES = ", ".join(f"'{role}'" for role in STAFF_ROLES)


class Moderator(Base):
    """A member of staff; the table is named after the many."""

    __tablename__ = "moderator"
    __table_args__ = (CheckConstraint(f"role IN ({_ROLES})", name="role"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    email_sealed: Mapped[str]
    email_fingerprint: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    password_hash: Mapped[str]
    password_change_due: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def ref(self) -> str:
        return f"moderator:{self.id}"

    @property
    def as_role(self) -> Role:
        return Role(self.role)


class ApiToken(Base):
    """A bearer token, of which only a hash is kept."""

    __tablename__ = "api_token"
    __table_args__ = (CheckConstraint(f"role IN ({_ROLES})", name="role"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("moderator.id"), index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class StaffSession(Base):
    """A browser that is logged in, by the hash of its cookie."""

    __tablename__ = "staff_session"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderator.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
