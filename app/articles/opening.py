"""May readers reply to this article now?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.articles.models import Article, Discussion
from app.articles.rules import DiscussionTerms, Opening, Switch, opening
from app.articles.store import elsewhere, is_public
from app.ground import clock
from app.ground.db import UtcDateTime
from app.ground.prepared import Prepared
from app.site.settings import STORED, DiscussionSettings, settings_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussed:
    """What a reader or a reply has to know of a public article's discussion, and of the site."""

    article_id: int
    created_by: str
    visible: int
    opening: Opening
    settings: DiscussionSettings


_DISCUSSED = Prepared(
    lambda: (
        select(
            Article.id,
            Article.created_by,
            Article.discussion_switch,
            Article.discussion_closed_at,
            Article.close_after_days,
            Article.published_at,
            Discussion.approved,
            select(STORED).scalar_subquery().label("settings"),
        )
        .join(Discussion, Discussion.article_id == Article.id)
        .where(Article.slug == bindparam("slug"), is_public(bindparam("now", type_=UtcDateTime())))
    )
)


def discussed(session: Session, slug: str) -> Discussed:
    """The article that readers see under this slug, as of now: one statement. Raises NotFound, or Moved."""
    article = _DISCUSSED.first(session, slug=slug, now=clock.now()) or elsewhere(session, slug)
    settings = settings_in(article.settings)
    return Discussed(
        article_id=article.id,
        created_by=article.created_by,
        visible=article.approved,
        opening=opening_of(article, settings),
        settings=settings,
    )


def opening_of(article: Article, settings: DiscussionSettings) -> Opening:
    """Whether the discussion is open, from the article's own switch and the site's settings."""
    switched_at = settings.discussion_switched_at
    terms = DiscussionTerms(
        site_switch=settings.discussion,
        article_switch=Switch(article.discussion_switch),
        published_at=article.published_at,
        site_close_after_days=settings.close_after_days,
        article_close_after_days=article.close_after_days,
        site_switched_at=datetime.fromisoformat(switched_at) if switched_at else None,
        article_switched_at=article.discussion_closed_at,
    )
    return opening(terms, clock.now())
