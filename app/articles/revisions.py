"""Who left an article how, and when?"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from app.articles.manuscript import Manuscript, as_content
from app.articles.models import Article, Revision
from app.ground import clock
from app.ground.cursors import Page, decode, page_of
from app.ground.errors import NotFound
from app.permissions import Actor


def add_revision(session: Session, article: Article, manuscript: Manuscript, actor: Actor, *, note: str | None) -> int:
    """Keep an article as it is now; the revision's number. The caller holds the article's lock."""
    last = session.scalar(select(func.max(Revision.number)).where(Revision.article_id == article.id)) or 0
    session.add(Revision(**revision_row(article.id, last + 1, manuscript, actor, note=note)))
    return last + 1


def revision_row(
    article_id: int, number: int, manuscript: Manuscript, actor: Actor, *, note: str | None
) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "number": number,
        "content": as_content(manuscript),
        "created_at": clock.now(),
        "created_by": actor.ref,
        "created_by_name": actor.name,
        "note": note,
    }


def revisions_page(session: Session, article_id: int, *, limit: int, cursor: str | None) -> Page[Revision]:
    """The newest first, without their contents."""
    query = (
        select(Revision)
        .options(defer(Revision.content, raiseload=True))
        .where(Revision.article_id == article_id)
        .order_by(Revision.number.desc())
    )
    if cursor is not None:
        (last_number,) = decode(cursor, (int,))
        query = query.where(Revision.number < cast(int, last_number))
    rows: Sequence[Revision] = session.scalars(query.limit(limit + 1)).all()
    return page_of(rows, limit=limit, key=lambda revision: (revision.number,))


def revision_of(session: Session, article_id: int, number: int) -> Revision:
    """Raises NotFound."""
    revision = session.scalar(select(Revision).where(Revision.article_id == article_id, Revision.number == number))
    if revision is None:
        raise NotFound
    return revision
