"""How does a manuscript become the rows of an article?"""

from dataclasses import asdict
from functools import lru_cache
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.articles import search
from app.articles.manuscript import TEXT, Manuscript, changed_fields
from app.articles.models import Article, ArticleFormat, ArticleStatus, Term, TermKind
from app.articles.outline import Outline, read_outline
from app.articles.rules import Switch
from app.articles.sections import outline_of, settle_sections
from app.ground import clock
from app.ground.markup import render_article, text_of
from app.permissions import Actor
from app.site.matching import normal

_BODY = {"format", "body"}


def work_ahead(session: Session, article: Article | None, *, before: Manuscript | None, after: Manuscript) -> None:
    """Do what takes time before the transaction that stores it: a long text takes seconds, and SQLite has one writer.

    What is found out here is remembered, and found out again only if somebody changes the article meanwhile.
    """
    if before is None or _BODY & set(changed_fields(before, after)):
        outline_of(session, article.id if article else 0, _html(after.body, after.format))


@lru_cache(maxsize=4)
def _html(body: str, format: ArticleFormat) -> str:  # noqa: A002 (the article's field)
    return render_article(body, format="html" if format is ArticleFormat.HTML else "markdown")


def preview(body: str, format: ArticleFormat) -> Outline:  # noqa: A002 (the article's field)
    """What a text would be made into; nothing is stored."""
    return read_outline(_html(body, format))


def preview_of_article(session: Session, article: Article, body: str, format: ArticleFormat) -> Outline:  # noqa: A002 (the article's field)
    """What a text would be made into as this article's next, with the anchors that its sections would keep."""
    return outline_of(session, article.id, _html(body, format))


def blank_row(manuscript: Manuscript, actor: Actor) -> dict[str, Any]:
    """The columns of an article that is about to be written down."""
    now = clock.now()
    return {
        "slug": manuscript.slug,
        "status": ArticleStatus.DRAFT,
        "title": manuscript.title,
        "language": manuscript.language,
        "format": manuscript.format,
        "source": "",
        "html": "",
        "lead": "",
        "figures": [],
        "words": 0,
        "reading_minutes": 0,
        "created_at": now,
        "created_by": actor.ref,
        "created_by_name": actor.name,
        "updated_at": now,
        "updated_by_name": actor.name,
    }


def write_down(session: Session, article: Article, manuscript: Manuscript, *, before: Manuscript | None) -> None:
    """Bring an article's rows from one manuscript to the next, but for its slug and its status."""
    fields = set(changed_fields(before, manuscript)) if before else set(asdict(manuscript))
    for name in ("title", "standfirst", "byline", "language", "external_url", "published_at", "close_after_days"):
        setattr(article, name, getattr(manuscript, name))
    if "switch" in fields:
        _switch_discussion(article, manuscript.switch)
    if fields & _BODY:
        _write_body(session, article, manuscript)
    if fields & {"categories", "tags"}:
        _write_terms(session, article.id, manuscript)
    if not fields.isdisjoint(TEXT):
        search.remember(session, article.id, _searched(article, manuscript))


def _switch_discussion(article: Article, switch: Switch) -> None:
    article.discussion_switch = switch
    article.discussion_closed_at = clock.now() if switch is Switch.CLOSED else None


def _write_body(session: Session, article: Article, manuscript: Manuscript) -> None:
    outline = settle_sections(session, article.id, _html(manuscript.body, manuscript.format))
    article.format, article.source = manuscript.format, manuscript.body
    article.html, article.lead = outline.html, outline.lead
    article.figures = [asdict(figure) for figure in outline.figures]
    article.words, article.reading_minutes = outline.words, outline.reading_minutes


def _write_terms(session: Session, article_id: int, manuscript: Manuscript) -> None:
    session.execute(delete(Term).where(Term.article_id == article_id))
    for kind, names in ((TermKind.CATEGORY, manuscript.categories), (TermKind.TAG, manuscript.tags)):
        session.add_all(
            Term(article_id=article_id, kind=kind, key=normal(name), name=name, position=position)
            for position, name in enumerate(names)
        )


def _searched(article: Article, manuscript: Manuscript) -> list[str]:
    names = [*manuscript.categories, *manuscript.tags]
    return [manuscript.title, manuscript.standfirst or "", manuscript.byline or "", *names, text_of(article.html)]
