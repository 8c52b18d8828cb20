"""What is kept of an article?"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.articles.rules import Switch
from app.ground.db import Base, Id, one_of


class ArticleStatus(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class ArticleFormat(StrEnum):
    MARKDOWN = "markdown"
    HTML = "html"


class TermKind(StrEnum):
    CATEGORY = "category"
    TAG = "tag"


def _index(name: str, *columns: str, which: str) -> Index:
    """Of some rows alone. It serves who asks for just these in the same words, so `store` writes them out."""
    return Index(f"ix_article_{name}", *columns, sqlite_where=text(which), postgresql_where=text(which))


class Article(Base):
    """A published piece, or one that will be; `version` counts what editors change, never what readers say."""

    __tablename__ = "article"
    __table_args__ = (
        one_of("status", ArticleStatus),
        one_of("format", ArticleFormat),
        one_of("discussion_switch", Switch),
        CheckConstraint("status NOT IN ('scheduled', 'published') OR published_at IS NOT NULL", name="published_at"),
        _index("public", "published_at", "id", which="status IN ('published', 'scheduled')"),
        _index("scheduled", "published_at", which="status = 'scheduled'"),
        _index("draft", "updated_at", "id", which="status = 'draft'"),
        _index("withdrawn", "updated_at", "id", which="status = 'withdrawn'"),
        Index(None, "updated_at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    title: Mapped[str]
    standfirst: Mapped[str | None]
    byline: Mapped[str | None]
    language: Mapped[str]
    external_url: Mapped[str | None]
    format: Mapped[str]
    source: Mapped[str]
    html: Mapped[str]
    lead: Mapped[str]
    figures: Mapped[list[Any]]
    words: Mapped[int]
    reading_minutes: Mapped[int]
    discussion_switch: Mapped[str] = mapped_column(default=Switch.INHERIT)
    discussion_closed_at: Mapped[datetime | None]
    close_after_days: Mapped[int | None]
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    created_by_name: Mapped[str]
    updated_at: Mapped[datetime]
    updated_by_name: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)


class Discussion(Base):
    """An article's comments in figures; changed only in the transaction that changes a comment."""

    __tablename__ = "discussion"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    approved: Mapped[int] = mapped_column(default=0)
    pending: Mapped[int] = mapped_column(default=0)
    spam: Mapped[int] = mapped_column(default=0)
    trash: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)


class Section(Base):
    """A heading with what stands under it; its row outlives the heading, for the replies and links that point there."""

    __tablename__ = "section"
    __table_args__ = (
        Index("uq_section_live_anchor", "article_id", "anchor", unique=True,
              sqlite_where=text("retired_at IS NULL"), postgresql_where=text("retired_at IS NULL")),
        Index(None, "article_id", "position"),
        Index(None, "parent_id"),
        Index(None, "moved_to_id"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    anchor: Mapped[str]
    heading: Mapped[str]
    level: Mapped[int]
    position: Mapped[int]
    html: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    reply_count: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None]
    moved_to_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))


class Term(Base):
    """A category or a tag of an article, in the order it was given."""

    __tablename__ = "article_term"
    __table_args__ = (one_of("kind", TermKind), Index(None, "kind", "key", "article_id"))

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    position: Mapped[int]


class RetiredSlug(Base):
    """Where a slug leads that an article had before."""

    __tablename__ = "retired_slug"

    slug: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), index=True)


class Revision(Base):
    """An article as somebody left it; `content` is what was written, field by field."""

    __tablename__ = "article_revision"
    __table_args__ = (UniqueConstraint("article_id", "number"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    created_by_name: Mapped[str]
    note: Mapped[str | None]
