"""How are articles found?"""

from flask import request, url_for
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.articles.models import Article, ArticleStatus, RetiredSlug, Section
from app.ground import clock
from app.ground.db import db
from app.ground.errors import Moved, NotFound


def is_public() -> ColumnElement[bool]:
    """Published, or scheduled for a moment that has come: whether or not the timer has noticed."""
    return and_(
        Article.status.in_([ArticleStatus.PUBLISHED, ArticleStatus.SCHEDULED]), Article.published_at <= clock.now()
    )


def public_article(slug: str, *, session: Session | None = None) -> Article:
    """The article that readers see under this slug. Raises NotFound, or Moved where the slug is a retired one."""
    session = session or db.session()
    article = session.scalar(select(Article).where(Article.slug == slug, is_public()))
    if article is not None:
        return article
    successor = session.scalar(
        select(Article.slug).join(RetiredSlug, RetiredSlug.article_id == Article.id).where(
            RetiredSlug.slug == slug, is_public()
        )
    )
    if successor is None:
        raise NotFound()
    raise Moved(_same_url(slug=successor))


def live_section(session: Session, article_id: int, anchor: str) -> Section | None:
    return session.scalar(
        select(Section).where(
            Section.article_id == article_id, Section.anchor == anchor, Section.retired_at.is_(None)
        )
    )


def _same_url(**changed: str) -> str:
    """This request's URL with another slug or anchor in it."""
    query = request.args.to_dict(flat=False)
    return url_for(request.endpoint or "", **{**query, **(request.view_args or {}), **changed})
