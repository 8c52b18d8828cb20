"""How does somebody take an article in hand, and what is written down of what they do?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.articles.counters import ArticleCounts, lock_discussions
from app.articles.models import Article
from app.articles.topics import ARTICLES, topic_of
from app.ground import changes
from app.ground.audit import Act, AuditEntry, record
from app.ground.errors import NotFound
from app.ground.events import announce
from app.ground.preconditions import require_match
from app.permissions import Actor, Role

# What time does is done by nobody: it is no change that an editor must have seen.
TIMER = Actor(role=Role.ADMIN, ref="timer", name="timer")
KIND = "article"


@dataclass(frozen=True, slots=True)
class ArticleChanged:
    """Something was done to an article that readers may see; `action` as in the audit log."""

    article_id: int
    action: str


def locked(session: Session, slug: str) -> Article:
    """The article, which nobody else can change until the transaction ends. Raises NotFound.

    Its discussion is locked first: whoever changes comments counts them in the article's sections, and takes the locks
    in this order.
    """
    article_id = session.scalar(select(Article.id).where(Article.slug == slug))
    if article_id is None:
        raise NotFound
    lock_discussions(session, [article_id])
    article = session.scalar(select(Article).where(Article.id == article_id).with_for_update(key_share=True))
    if article is None or article.slug != slug:
        raise NotFound
    return article


def require_seen(session: Session, article: Article) -> None:
    """Raises PreconditionRequired (428), or PreconditionFailed (412) that tells who changed the article and when."""
    last = session.execute(
        select(AuditEntry.actor_name, AuditEntry.at)
        .where(
            AuditEntry.object_type == KIND,
            AuditEntry.object_id == str(article.id),
            AuditEntry.action.startswith("article_", autoescape=True),
            AuditEntry.actor != TIMER.ref,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).first()
    require_match(
        article.version,
        changed_by=last.actor_name if last else None,
        changed_at=last.at.isoformat() if last else None,
    )


def stamp(session: Session, article: Article) -> None:
    """Give a changed article a new version, and its discussion too, whose links and headings are the article's."""
    article.version += 1
    figures = ArticleCounts()
    figures.touch(article.id)
    figures.write(session)


def note_down(session: Session, actor: Actor, article: Article, action: str, *, before: str | None, after: str | None,
              reason: str | None = None, details: dict[str, Any] | None = None) -> None:  # fmt: skip
    """Write down what was done, in the transaction that does it, and say so once it is stored."""
    act = act_on(actor, action, article_id=article.id, slug=article.slug, before=before, after=after, reason=reason,
                 details=details)  # fmt: skip
    note_down_all(session, {article.id: act})


def act_on(actor: Actor, action: str, *, article_id: int, slug: str, before: str | None, after: str | None,
           reason: str | None = None, details: dict[str, Any] | None = None) -> Act:  # fmt: skip
    return Act(
        actor=actor.ref,
        actor_name=actor.name,
        action=action,
        object_type=KIND,
        object_id=article_id,
        from_state=before,
        to_state=after,
        reason=reason,
        details={"slug": slug} | (details or {}),
    )


def note_down_all(session: Session, acts: Mapping[int, Act]) -> None:
    """As `note_down`, for many articles at once; the acts by the articles' ids."""
    record(session, *acts.values())
    changes.touch(session, ARTICLES, *map(topic_of, acts))
    for article_id, act in acts.items():
        announce(session, ArticleChanged(article_id, act.action))
