"""What do editors do to an article's text?"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app import config
from app.articles.acts import locked, note_down, require_seen, stamp
from app.articles.addresses import claim_slug, leads_elsewhere, rename, taken
from app.articles.manuscript import (
    TEXT,
    Manuscript,
    Writing,
    changed,
    changed_fields,
    manuscript_of,
    refuse_contradictions,
    text_in,
)
from app.articles.models import Article, ArticleFormat, ArticleStatus, Discussion
from app.articles.revisions import add_revision, revision_of
from app.articles.slugs import slug_of, with_numbers
from app.articles.store import any_article, status_at, status_now, terms_of
from app.articles.writing import blank_row, work_ahead, write_down
from app.ground import clock
from app.ground.db import db, fresh_read, insert_or, transaction
from app.ground.errors import NotFound
from app.ground.idempotency import Replay, claim
from app.permissions import Actor

Change = Callable[[Article, Manuscript], Manuscript]


def create_article(actor: Actor, writing: Writing) -> Article:
    """A new article: a draft, unless it says since when it is published.

    Raises InvalidRequest (422) for fields that contradict each other, Conflict (409, `slug_taken`) for a slug that was
    asked for; one made from the title gets a number instead.
    """
    manuscript = new_manuscript(writing.given)
    work_ahead(fresh_read(), None, before=None, after=manuscript)
    with transaction() as session:
        claimed = claim(session, scope=actor.ref)
        if isinstance(claimed, Replay):
            return _made_before(session, claimed)
        slugs = [manuscript.slug] if "slug" in writing.given else free_slugs(session, manuscript.slug)
        article = add_article(session, actor, manuscript, slugs=slugs, note=writing.note)
        claimed.remember(session, status=201, resource_id=article.id)
    return article


def replace_article(actor: Actor, slug: str, writing: Writing) -> Article:
    """An article as it is to be; where slug, date and discussion are left out, they stay."""
    return _write(actor, slug, lambda _, before: changed(before, blank_text() | writing.given), note=writing.note)


def change_article(actor: Actor, slug: str, writing: Writing) -> Article:
    """Only what was sent is different."""
    return _write(actor, slug, lambda _, before: changed(before, writing.given), note=writing.note)


def restore_revision(actor: Actor, slug: str, number: int, *, note: str | None) -> Article:
    """The text as a revision has it, which makes a new revision. Raises NotFound."""

    def as_it_was(article: Article, before: Manuscript) -> Manuscript:
        return changed(before, text_in(revision_of(db.session(), article.id, number).content))

    return _write(actor, slug, as_it_was, note=note or f"Back to revision {number}.")


def new_manuscript(given: dict[str, Any]) -> Manuscript:
    """What was sent, and what follows from it. Raises InvalidRequest."""
    manuscript = Manuscript(**{"slug": slug_of(given["title"]), **blank_text(), **given})
    refuse_contradictions(manuscript)
    return manuscript


def add_article(
    session: Session, actor: Actor, manuscript: Manuscript, *, slugs: Iterable[str], note: str | None
) -> Article:
    """Store a new article under the first of the slugs that is free. Raises Conflict (409, `slug_taken`) if none is."""
    for slug in slugs:
        manuscript = replace(manuscript, slug=slug)
        row = insert_or(Article).values(blank_row(manuscript, actor)).on_conflict_do_nothing(index_elements=["slug"])
        article_id = session.scalar(row.returning(Article.id))
        if article_id is not None:
            break
    else:
        raise taken(manuscript.slug)
    claim_slug(session, manuscript.slug)
    session.add(Discussion(article_id=article_id))
    article = session.get_one(Article, article_id)
    article.status = status_at(manuscript.published_at)
    write_down(session, article, manuscript, before=None)
    number = add_revision(session, article, manuscript, actor, note=note)
    note_down(session, actor, article, "article_created", before=None, after=article.status, reason=note,
              details={"revision": number})  # fmt: skip
    return article


def revise(session: Session, actor: Actor, article: Article, after: Manuscript, *, note: str | None) -> bool:
    """Store an article as it is to be, if anything is to be different. The caller holds the article's lock.

    Raises Conflict (409, `slug_taken`).
    """
    before = manuscript_now(session, article)
    fields = changed_fields(before, after)
    if not fields:
        return False
    was = status_now(article)
    if after.slug != before.slug:
        rename(session, article, after.slug)
    if article.status != ArticleStatus.WITHDRAWN:
        article.status = status_at(after.published_at)
    write_down(session, article, after, before=before)
    stamp(session, article)
    if not set(fields).isdisjoint(TEXT):
        article.updated_at, article.updated_by_name = clock.now(), actor.name
    number = add_revision(session, article, after, actor, note=note)
    note_down(session, actor, article, "article_changed", before=was, after=status_now(article), reason=note,
              details={"fields": fields, "revision": number})  # fmt: skip
    return True


def manuscript_now(session: Session, article: Article) -> Manuscript:
    return manuscript_of(article, terms_of(session, [article.id]).get(article.id, []))


def blank_text() -> dict[str, Any]:
    """The text's fields as they are where nothing is said of them."""
    return {
        "standfirst": None,
        "byline": None,
        "categories": (),
        "tags": (),
        "language": config.current().default_language,
        "format": ArticleFormat.MARKDOWN,
        "body": "",
        "external_url": None,
    }


def free_slugs(session: Session, slug: str) -> Iterator[str]:
    """A made slug takes no link away from an article that had it before."""
    return (each for each in with_numbers(slug) if not leads_elsewhere(session, each))


def _write(actor: Actor, slug: str, change: Change, *, note: str | None) -> Article:
    session = fresh_read()
    article = any_article(session, slug)
    before = manuscript_now(session, article)
    work_ahead(session, article, before=before, after=change(article, before))
    with transaction() as session:
        article = locked(session, slug)
        require_seen(session, article)
        revise(session, actor, article, change(article, manuscript_now(session, article)), note=note)
    return article


def _made_before(session: Session, replay: Replay) -> Article:
    article = session.get(Article, replay.resource_id)
    if article is None:
        raise NotFound
    return article
