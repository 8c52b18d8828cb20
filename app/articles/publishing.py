"""From when is an article public, and until when?"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.articles import search
from app.articles.acts import TIMER, locked, note_down, require_seen, stamp
from app.articles.models import Article, ArticleStatus
from app.articles.store import IS_SCHEDULED, status_at, status_now
from app.ground import clock
from app.ground.db import transaction
from app.ground.errors import Conflict
from app.permissions import Actor

BeforeDelete = Callable[[Session, int], None]
_before_delete: list[BeforeDelete] = []


def before_delete(settle: BeforeDelete) -> None:
    """Have `settle(session, article_id)` called in the transaction that deletes an article for ever, before it does.

    What other features count of an article must be settled there: the database then removes every row that hangs on it.
    """
    if settle not in _before_delete:
        _before_delete.append(settle)


def publish_article(actor: Actor, slug: str, *, at: datetime | None, note: str | None) -> Article:
    """Make an article public now, or then: in the future it is scheduled.

    Raises Conflict (409, `already_published`).
    """
    with transaction() as session:
        article = locked(session, slug)
        require_seen(session, article)
        before = status_now(article)
        if before is ArticleStatus.PUBLISHED and at in (None, article.published_at):
            raise Conflict("It is published already.", code="already_published")
        article.published_at = at or clock.now()
        article.status = status_at(article.published_at)
        _moved(session, actor, article, "article_published", before=before, note=note)
    return article


def withdraw_article(actor: Actor, slug: str, *, note: str | None) -> Article:
    """Take an article away from readers; it can be restored. Raises Conflict (409, `already_withdrawn`)."""
    with transaction() as session:
        article = locked(session, slug)
        require_seen(session, article)
        if article.status == ArticleStatus.WITHDRAWN:
            raise Conflict("It is withdrawn already.", code="already_withdrawn")
        before = status_now(article)
        article.status = ArticleStatus.WITHDRAWN
        _moved(session, actor, article, "article_withdrawn", before=before, note=note)
    return article


def restore_article(actor: Actor, slug: str, *, note: str | None) -> Article:
    """Bring a withdrawn article back to what it was: its date says what that is.

    Raises Conflict (409, `not_withdrawn`).
    """
    with transaction() as session:
        article = locked(session, slug)
        require_seen(session, article)
        if article.status != ArticleStatus.WITHDRAWN:
            raise Conflict("It is not withdrawn.", code="not_withdrawn")
        article.status = status_at(article.published_at)
        _moved(session, actor, article, "article_restored", before=ArticleStatus.WITHDRAWN, note=note)
    return article


def delete_article(actor: Actor, slug: str) -> None:
    """Delete an article for ever, with its revisions and all its comments."""
    with transaction() as session:
        article = locked(session, slug)
        require_seen(session, article)
        for settle in _before_delete:
            settle(session, article.id)
        search.forget(session, article.id)
        session.execute(delete(Article).where(Article.id == article.id))
        note_down(session, actor, article, "article_deleted", before=status_now(article), after=None)


def publish_due(limit: int) -> int:
    """Flip at most so many scheduled articles whose moment has come; how many that were. Twice does no harm."""
    due = (
        select(Article.id)
        .where(IS_SCHEDULED, Article.published_at <= clock.now())
        .order_by(Article.published_at, Article.id)
        .limit(limit)
    )
    with transaction() as session:
        # The status is asked again by the statement that changes it, so of two timers one finds nothing to do.
        flip = update(Article).where(Article.id.in_(due), Article.status == ArticleStatus.SCHEDULED)
        flipped = session.scalars(
            flip.values(status=ArticleStatus.PUBLISHED).returning(Article),
            execution_options={"synchronize_session": False},
        ).all()
        for article in flipped:
            note_down(session, TIMER, article, "article_published", before=ArticleStatus.SCHEDULED,
                      after=ArticleStatus.PUBLISHED)  # fmt: skip
    return len(flipped)


def _moved(
    session: Session, actor: Actor, article: Article, action: str, *, before: ArticleStatus, note: str | None
) -> None:
    stamp(session, article)
    note_down(session, actor, article, action, before=before, after=status_now(article), reason=note)
