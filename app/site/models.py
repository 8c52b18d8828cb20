"""What is kept of the site itself?"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base, Id, one_of


class SettingsRow(Base):
    """The discussion settings: one row, whose version everybody who changes it must have seen."""

    __tablename__ = "discussion_settings"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    value: Mapped[dict[str, Any]]
    version: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class WordKind(StrEnum):
    DISALLOWED = "disallowed"
    MODERATION = "moderation"


class WordMode(StrEnum):
    """How a pattern is looked for: as a word (`*` for parts), or anywhere as WordPress does."""

    WORD = "word"
    SUBSTRING = "substring"


class WordTarget(StrEnum):
    """What a pattern is about: any text, or one whole address, which is sealed and found by fingerprint."""

    TEXT = "text"
    EMAIL = "email"
    NETWORK = "network"


class Word(Base):
    """A disallowed or a moderation word."""

    __tablename__ = "word"
    __table_args__ = (
        one_of("kind", WordKind),
        one_of("mode", WordMode),
        one_of("target", WordTarget),
        CheckConstraint("(target = 'text') = (pattern IS NOT NULL)", name="sealed_if_address"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    mode: Mapped[str]
    target: Mapped[str]
    pattern: Mapped[str | None]
    pattern_sealed: Mapped[str | None]
    fingerprint: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)


class Lease(Base):
    """Who may do a piece of work that only one process may do, and until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
