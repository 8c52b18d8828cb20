"""How does a manuscript become the rows of an article?"""

from collections.abc import Mapping
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
from app.articles.sections import first_outline, outline_of, settle_sections
from app.ground import clock
from app.ground.markup import render_article, text_of
from app.permissions import Actor
from app.site.matching import normal

_BODY = {"format", "body"}
_PLAIN = ("title", "standfirst", "byline", "language", "external_url", "published_at", "close_after_days")


def work_ahead(session: Session, article: Article | None, *, before: Manuscript | None, after: Manuscript) -> None:
    """Do what takes time before the transaction that stores it: a long text takes seconds, and SQLite has one writer.

    What is found out here is remembered, and found out again only if somebody changes the article meanwhile.
    """
    if before is None or _BODY & set(changed_fields(before, after)):
        outline_of(session, article.id if article else 0, _html(after.body, after.format))


@lru_cache(maxsize=4)
def _html(body: str, format: ArticleFormat) -> str:  # noqa: A002 (the article's field)
    return render_article(body, format="html" if format is ArticleFormat.HTML else "markdown")


def new_outline(manuscript: Manuscript) -> Outline:
    """The outline of an article that is new."""
    return first_outline(_html(manuscript.body, manuscript.format))


@lru_cache(maxsize=4)
def _text_of(html: str) -> str:
    return text_of(html)


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
    _set(article, plain_columns(manuscript))
    if "switch" in fields:
        _set(article, discussion_columns(manuscript.switch))
    if fields & _BODY:
        outline = settle_sections(session, article.id, _html(manuscript.body, manuscript.format))
        _set(article, body_columns(manuscript, outline))
    if fields & {"categories", "tags"}:
        session.execute(delete(Term).where(Term.article_id == article.id))
        session.add_all(Term(**row) for row in term_rows(article.id, manuscript))
    if not fields.isdisjoint(TEXT):
        search.remember(session, article.id, searched(manuscript, article.html))


def _set(article: Article, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(article, name, value)


def plain_columns(manuscript: Manuscript) -> dict[str, Any]:
    """What an article's row has as the manuscript has it."""
    return {name: getattr(manuscript, name) for name in _PLAIN}


def discussion_columns(switch: Switch) -> dict[str, Any]:
    return {"discussion_switch": switch, "discussion_closed_at": clock.now() if switch is Switch.CLOSED else None}


def body_columns(manuscript: Manuscript, outline: Outline) -> dict[str, Any]:
    return {
        "format": manuscript.format,
        "source": manuscript.body,
        "html": outline.html,
        "lead": outline.lead,
        "figures": [asdict(figure) for figure in outline.figures],
        "words": outline.words,
        "reading_minutes": outline.reading_minutes,
    }


def term_rows(article_id: int, manuscript: Manuscript) -> list[dict[str, Any]]:
    return [
        {"article_id": article_id, "kind": kind, "key": normal(name), "name": name, "position": position}
        for kind, names in ((TermKind.CATEGORY, manuscript.categories), (TermKind.TAG, manuscript.tags))
        for position, name in enumerate(names)
    ]


def searched(manuscript: Manuscript, html: str) -> list[str]:
    """The texts in which an article is looked for; `html` is the one that was made of it."""
    names = [*manuscript.categories, *manuscript.tags]
    return [manuscript.title, manuscript.standfirst or "", manuscript.byline or "", *names, _text_of(html)]
