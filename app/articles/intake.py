"""How does an imported page become an article, once and only once?"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.articles.actions import add_article, blank_text, manuscript_now, new_manuscript, revise
from app.articles.acts import locked
from app.articles.editing_schemas import WholeArticleSchema
from app.articles.importing import ImportedPage
from app.articles.manuscript import Manuscript, changed, changed_fields
from app.articles.models import Article, RetiredSlug
from app.articles.slugs import slug_of
from app.articles.writing import work_ahead
from app.ground import clock
from app.ground.db import fresh_read, transaction
from app.ground.errors import InvalidRequest, field_problems
from app.permissions import Actor

NOTE = "Imported."


class Publishing(StrEnum):
    """Whether a draft becomes public as it is imported; what is public or withdrawn stays so."""

    KEEP = "keep"
    PUBLISH = "publish"


class Outcome(StrEnum):
    CREATED = "created"
    REVISED = "revised"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    article: Article
    what: Outcome


def import_page(actor: Actor, page: ImportedPage, *, publishing: Publishing) -> ImportOutcome:
    """Store a page as an article, or as a revision of the one it is known as.

    Known by the slug in its front matter, else by that of its title, also where the article was renamed since. Raises
    InvalidRequest where the page breaks the rules for articles.
    """
    session = fresh_read()
    known, planned = _plan(session, page, publishing)
    work_ahead(session, known, before=manuscript_now(session, known) if known else None, after=planned)
    with transaction() as session:
        known, planned = _plan(session, page, publishing)
        if known is None:
            article = add_article(session, actor, planned, slugs=[planned.slug], note=NOTE)
            return ImportOutcome(article, Outcome.CREATED)
        article = locked(session, known.slug)
        is_revised = revise(session, actor, article, planned, note=NOTE)
        return ImportOutcome(article, Outcome.REVISED if is_revised else Outcome.UNCHANGED)


def foresee_import(page: ImportedPage, *, publishing: Publishing) -> Outcome:
    """What `import_page` would do; nothing is stored. Raises InvalidRequest as it would."""
    session = fresh_read()
    known, planned = _plan(session, page, publishing)
    if known is None:
        return Outcome.CREATED
    return Outcome.REVISED if changed_fields(manuscript_now(session, known), planned) else Outcome.UNCHANGED


def _plan(session: Session, page: ImportedPage, publishing: Publishing) -> tuple[Article | None, Manuscript]:
    """The article that this page is known as, and what it is to be."""
    given = _fields(page)
    slug = given.pop("slug", None) or slug_of(given["title"])
    known = _known_as(session, slug)
    if known is None:
        planned = new_manuscript(given | {"slug": slug})
    else:
        before = manuscript_now(session, known)
        planned = changed(before, blank_text() | {"language": before.language} | given)
    if publishing is Publishing.PUBLISH and planned.published_at is None:
        planned = replace(planned, published_at=page.published_at or clock.now())
    return known, planned


def _known_as(session: Session, slug: str) -> Article | None:
    article = session.scalar(select(Article).where(Article.slug == slug))
    if article is not None:
        return article
    return session.scalar(
        select(Article).join(RetiredSlug, RetiredSlug.article_id == Article.id).where(RetiredSlug.slug == slug)
    )


def _fields(page: ImportedPage) -> dict[str, Any]:
    """The page's fields, held to the same rules as what editors send."""
    sent = {
        "title": page.title,
        "standfirst": page.standfirst,
        "byline": page.byline,
        "categories": list(page.categories),
        "tags": list(page.tags),
        "format": page.format,
        "body": page.body,
    }
    sent |= {name: value for name in ("language", "slug") if (value := getattr(page, name)) is not None}
    try:
        return dict(WholeArticleSchema().load(sent).given)
    except ValidationError as error:
        raise InvalidRequest(*field_problems(error.messages)) from None
