"""What is kept of a comment?"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ColumnElement, Computed, ForeignKey, Index, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base, Id


class Status(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    SPAM = "spam"
    TRASH = "trash"


_STATUSES = ", ".join(f"'{status}'" for status in Status)
KEEPS_AN_ADDRESS = text("address_fingerprint IS NOT NULL OR agent_fingerprint IS NOT NULL")


def _index_where_given(name: str, column: str, *more: str) -> Index:
    """An index without the comments that have nothing there, which are most: they need not be written into it."""
    is_given = text(f"{column} IS NOT NULL")
    return Index(name, column, *more, sqlite_where=is_given, postgresql_where=is_given)


class Comment(Base):
    """One reader's text under an article.

    `parent_id` is where it was placed, `in_reply_to` what the reader answered, `root_id` where its conversation
    begins. `visible_below` counts the approved comments under it; `shown` says that the thread has a place for it, as
    a comment or as a tombstone. `restore_to` is where trash or spam came from.
    """

    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATUSES})", name="status"),
        CheckConstraint("depth >= 1 AND (parent_id IS NULL) = (depth = 1)", name="depth"),
        CheckConstraint("visible_below >= 0", name="visible_below"),
        # The thread: conversations of an article in order, and what stands in one conversation.
        Index("ix_comment_roots", "article_id", "created_at", "id",
              sqlite_where=text("parent_id IS NULL AND shown = 1"),
              postgresql_where=text("parent_id IS NULL AND shown")),
        Index("ix_comment_conversation", "root_id", "id",
              sqlite_where=text("shown = 1"), postgresql_where=text("shown")),
        Index("ix_comment_in_article", "article_id", "status", "created_at", "id"),
        _index_where_given("ix_comment_section", "section_id", "created_at", "id"),
        # The queue, the newest comments of the site, and the checks of a new comment.
        Index("ix_comment_queue", "status", "created_at", "id"),
        Index("ix_comment_article", "article_id", "created_at"),
        Index("ix_comment_created", "created_at"),
        Index("ix_comment_author", "email_fingerprint", "created_at", "id", "status"),
        _index_where_given("ix_comment_parent", "parent_id"),
        _index_where_given("ix_comment_in_reply_to", "in_reply_to"),
        # The timer: whose network address is still to be forgotten.
        Index("ix_comment_addresses", "created_at", sqlite_where=KEEPS_AN_ADDRESS, postgresql_where=KEEPS_AN_ADDRESS),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    root_id: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    in_reply_to: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="SET NULL"))
    depth: Mapped[int]
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id", ondelete="SET NULL"))

    author_name: Mapped[str]
    author_name_key: Mapped[str]
    author_website: Mapped[str | None]
    email_sealed: Mapped[str | None]
    email_fingerprint: Mapped[str | None]
    address_fingerprint: Mapped[str | None]
    agent_fingerprint: Mapped[str | None]
    staff: Mapped[str | None]

    source: Mapped[str]
    html: Mapped[str]
    renderer: Mapped[int]

    status: Mapped[str]
    restore_to: Mapped[str | None]
    reasons: Mapped[list[Any]]
    safe_reason: Mapped[str | None]
    trashed_by_rule: Mapped[bool] = mapped_column(default=False)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    duplicate_key: Mapped[str | None] = mapped_column(unique=True)
    receipt_nonce: Mapped[str]

    visible_below: Mapped[int] = mapped_column(default=0)
    shown: Mapped[bool] = mapped_column(Boolean, Computed("status = 'approved' OR visible_below > 0", persisted=True))
    pinned: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


# Written out, not bound: a database plans better for what it sees.
IS_VISIBLE: ColumnElement[bool] = Comment.status == literal_column(f"'{Status.APPROVED}'")


class Tally(Base):
    """How many comments of a status the site has, spread over slots so that articles do not wait for each other."""

    __tablename__ = "tally"

    status: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]


class Pace(Base):
    """How fast one network address posts: when last, and how many in the hour that began at `hour`."""

    __tablename__ = "pace"

    address: Mapped[str] = mapped_column(primary_key=True)
    last_at: Mapped[datetime] = mapped_column(index=True)
    hour: Mapped[datetime]
    count: Mapped[int]
