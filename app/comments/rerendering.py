"""How do stored comments get what a newer renderer would make of them?"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update

from app.articles.counters import ArticleCounts, lock_discussions
from app.comments.models import Comment
from app.ground import markup
from app.ground.db import db, transaction


@dataclass(frozen=True, slots=True)
class Rendered:
    """How far a chunk went: the last comment's id, how many were looked at, how many look different now."""

    last_id: int
    done: int
    different: int


def outdated() -> int:
    """How many comments an older renderer made."""
    return db.session().scalar(select(func.count()).select_from(Comment).where(_is_outdated())) or 0


def rerender_some(*, after: int, limit: int) -> Rendered | None:
    """Render the next comments again; None where there is nothing left. Each row says by itself that it is done."""
    rows = (
        db.session()
        .execute(
            select(Comment.id, Comment.article_id, Comment.source, Comment.html)
            .where(Comment.id > after, _is_outdated())
            .order_by(Comment.id)
            .limit(limit)
        )
        .all()
    )
    db.session().rollback()
    if not rows:
        return None
    # Rendering costs; nobody waits for it.
    fresh = [markup.render_comment(row.source) for row in rows]
    different = 0
    with transaction() as session:
        lock_discussions(session, [row.article_id for row in rows])
        counts = ArticleCounts()
        for row, html in zip(rows, fresh, strict=True):
            # Whoever edited it meanwhile has rendered it anew.
            here = update(Comment).where(Comment.id == row.id, Comment.source == row.source, _is_outdated())
            session.execute(here.values(html=html, renderer=markup.RENDERER))
            if html != row.html:
                different += 1
                counts.touch(row.article_id)
        counts.write(session)
    return Rendered(rows[-1].id, len(rows), different)


def _is_outdated() -> ColumnElement[bool]:
    return (Comment.renderer < markup.RENDERER) & Comment.erased_at.is_(None)
