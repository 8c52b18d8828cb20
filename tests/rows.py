"""Rows as the application would have stored them, for tests that are about what becomes of them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app.articles.models import Article, ArticleFormat, ArticleStatus, Discussion
from app.comments import life
from app.comments.models import Comment, Status, Tally
from app.ground.db import db, transaction

NOON = datetime(2031, 5, 20, 12, tzinfo=UTC)


def an_article(slug: str = "tides", **different: Any) -> int:
    """The id of a published article."""
    values: dict[str, Any] = {
        "slug": slug, "status": ArticleStatus.PUBLISHED, "title": "Tides", "language": "en",
        "format": ArticleFormat.MARKDOWN, "source": "", "html": "", "lead": "", "figures": [], "words": 0,
        "reading_minutes": 1, "published_at": NOON, "created_at": NOON, "created_by": "x", "created_by_name": "x",
        "updated_at": NOON, "updated_by_name": "x",
    } | different  # fmt: skip
    with transaction() as session:
        row = Article(**values)
        session.add(row)
        session.flush()
        session.add(Discussion(article_id=row.id))
        return row.id


def a_comment(article_id: int, **different: Any) -> int:
    """The id of a comment that holds everything personal, counted as posting counts it."""
    created = different.get("created_at", NOON)
    values: dict[str, Any] = {
        "article_id": article_id, "depth": 1, "author_name": "Ada", "author_name_key": "ada",
        "email_sealed": "k1.x", "email_fingerprint": "k1.y", "address_fingerprint": "k1.a", "agent_fingerprint": "k1.b",
        "author_website": "https://ada.example", "source": "Words", "html": "<p>Words</p>", "renderer": 1,
        "status": Status.APPROVED, "reasons": [], "receipt_nonce": "n" * 22, "created_at": created,
        "changed_at": created, "changed_by": "rules",
    } | different  # fmt: skip
    with transaction() as session:
        row = Comment(**values)
        session.add(row)
        session.flush()
        row.root_id = row.root_id or row.id
        session.flush()
        counts = life.Counts()
        life.begin(session, row, counts=counts)
        counts.write(session)
        return row.id


def figures(article_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """What the article's discussion and the site's tally count."""
    discussion = db.session.execute(select(Discussion).where(Discussion.article_id == article_id)).scalar_one()
    tally = db.session.execute(select(Tally.status, Tally.count)).all()
    return {status: getattr(discussion, status) for status in Status}, {row[0]: row[1] for row in tally}
