"""Under which slug does an article stand, and where do its earlier ones lead?"""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.articles.models import Article, RetiredSlug
from app.ground.db import insert_or
from app.ground.errors import Conflict


def rename(session: Session, article: Article, slug: str) -> None:
    """Give an article another slug; the old one leads here from now on. Raises Conflict (409, `slug_taken`)."""
    old, article.slug = article.slug, slug
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise taken(slug) from None
    claim_slug(session, slug)
    row = insert_or(RetiredSlug).values(slug=old, article_id=article.id)
    session.execute(row.on_conflict_do_update(index_elements=["slug"], set_={"article_id": article.id}))


def claim_slug(session: Session, slug: str) -> None:
    """A live slug wins: it leads nowhere else any more."""
    session.execute(delete(RetiredSlug).where(RetiredSlug.slug == slug))


def leads_elsewhere(session: Session, slug: str) -> bool:
    return session.scalar(select(RetiredSlug.slug).where(RetiredSlug.slug == slug)) is not None


def in_use(session: Session, slugs: Collection[str]) -> set[str]:
    """Which of these an article has, or had before."""
    live = session.scalars(select(Article.slug).where(Article.slug.in_(slugs)))
    retired = session.scalars(select(RetiredSlug.slug).where(RetiredSlug.slug.in_(slugs)))
    return {*live, *retired}


def taken(slug: str) -> Conflict:
    return Conflict("Another article stands under this slug.", code="slug_taken", slug=slug)
