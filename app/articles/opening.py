"""May readers reply to this article now?"""

from datetime import datetime

from app.articles.models import Article
from app.articles.rules import DiscussionTerms, Opening, Switch, opening
from app.ground import clock
from app.site.settings import DiscussionSettings


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
