"""On which pages are articles found, published and taken back?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.door import current_actor
from app.articles import actions, publishing, shown, store
from app.articles.editing_schemas import EditorsQuery
from app.articles.models import Article, ArticleStatus, Discussion
from app.articles.opening import opening_of
from app.articles.revisions import revisions_page
from app.articles.rules import Opening
from app.articles.store import Counted, Selection, status_now
from app.comments.texts import text
from app.desk.forms import MENDABLE, Refusal, asked, further, refusal_of
from app.desk.frame import LANGUAGE, back_to, desk_page, open_to, sayings
from app.ground.cursors import Page
from app.ground.db import fresh_read
from app.ground.errors import InvalidRequest
from app.ground.openapi import ENTITY, loaded
from app.permissions import Permission, may
from app.site.settings import discussion_settings

routes = Blueprint("articles", __name__)

HOME = "/desk/articles"
ARTICLE = f"{HOME}/<slug>"
FILTERS = ("q", "status", "category", "tag")
REVISIONS = 10
STATUSES = [("", "any"), *((status.value, status.value) for status in ArticleStatus)]
sayings(
    {
        "article_published": "The article is published.",
        "article_withdrawn": "The article is withdrawn: readers no longer see it, nor its discussion.",
        "article_restored": "The article is back as it was.",
        "article_deleted": "The article is deleted for ever, with its comments.",
        "revision_restored": "The text is as that revision had it. That made a new revision.",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article in the list: what readers may do there, and what waits."""

    article: Article
    status: ArticleStatus
    opening: Opening
    closed: str | None
    counts: Discussion


@routes.get(HOME)
@open_to(Permission.MODERATE)
def list_articles() -> Response:
    """For editors those of any status, the last changed first; for others those that readers see, newest first."""
    try:
        page = _found()
    except InvalidRequest as problem:
        return _list(Page((), None), status=problem.status, refusal=refusal_of(problem))
    return _list(page, status=200)


@routes.get(ARTICLE)
@open_to(Permission.MODERATE)
def show_article(slug: str) -> Response:
    return _shown(slug)


@routes.post(f"{ARTICLE}/publish")
@open_to(Permission.EDIT_ARTICLES)
def publish_article(slug: str) -> Response:
    return _done(slug, lambda: publishing.publish_article(current_actor(), slug, at=None, note=None), "published")


@routes.post(f"{ARTICLE}/withdraw")
@open_to(Permission.EDIT_ARTICLES)
def withdraw_article(slug: str) -> Response:
    return _done(slug, lambda: publishing.withdraw_article(current_actor(), slug, note=None), "withdrawn")


@routes.post(f"{ARTICLE}/restore")
@open_to(Permission.EDIT_ARTICLES)
def restore_article(slug: str) -> Response:
    return _done(slug, lambda: publishing.restore_article(current_actor(), slug, note=None), "restored")


@routes.post(f"{ARTICLE}/delete")
@open_to(Permission.EDIT_ARTICLES)
def delete_article(slug: str) -> Response:
    """For ever; only what readers no longer see has the button."""
    try:
        publishing.delete_article(current_actor(), slug)
    except MENDABLE as problem:
        return _shown(slug, status=problem.status, refusal=refusal_of(problem))
    return back_to(HOME, said="article_deleted")


@routes.post(f"{ARTICLE}/revisions/<{ENTITY}:number>/restore")
@open_to(Permission.EDIT_ARTICLES)
def restore_revision(slug: str, number: int) -> Response:
    try:
        article = actions.restore_revision(current_actor(), slug, number, note=None)
    except MENDABLE as problem:
        return _shown(slug, status=problem.status, refusal=refusal_of(problem))
    return back_to(f"{HOME}/{article.slug}", said="revision_restored")


def article_of(session: Session, slug: str) -> Article:
    """The article that this member of staff may see. Raises NotFound."""
    if may(current_actor(), Permission.EDIT_ARTICLES):
        return store.any_article(session, slug)
    return store.public_article(slug, session=session)


def _done(slug: str, act: Callable[[], Article], what: str) -> Response:
    try:
        article = act()
    except MENDABLE as problem:
        return _shown(slug, status=problem.status, refusal=refusal_of(problem))
    return back_to(f"{HOME}/{article.slug}", said=f"article_{what}")


def _found() -> Page[Counted]:
    wanted = loaded(EditorsQuery(), asked(*FILTERS, "cursor"))
    limit, cursor = wanted.pop("limit"), wanted.pop("cursor")
    if may(current_actor(), Permission.EDIT_ARTICLES):
        return store.editors_page(Selection(**wanted), limit=limit, cursor=cursor)
    return store.public_page(Selection(**wanted), limit=limit, cursor=cursor)


def _list(page: Page[Counted], *, status: int, refusal: Refusal | None = None) -> Response:
    typed = asked(*FILTERS)
    return desk_page(
        "desk/articles.html",
        status=status,
        entries=_entries(fresh_read(), [article for article, _ in page.items]),
        next=further(HOME, page.next),
        typed=typed,
        statuses=STATUSES,
        refusal=refusal,
    )


def _entries(session: Session, articles: Sequence[Article]) -> list[Entry]:
    """Two statements, however many articles there are."""
    settings = discussion_settings(session)
    rows = session.scalars(select(Discussion).where(Discussion.article_id.in_([article.id for article in articles])))
    counts = {row.article_id: row for row in rows}
    return [_entry(article, opening_of(article, settings), counts[article.id]) for article in articles]


def _entry(article: Article, opening: Opening, counts: Discussion) -> Entry:
    closed = text(f"closed.{opening.reason}", LANGUAGE) if opening.reason else None
    return Entry(article=article, status=status_now(article), opening=opening, closed=closed, counts=counts)


def _shown(slug: str, *, status: int = 200, refusal: Refusal | None = None) -> Response:
    session = fresh_read()
    article = article_of(session, slug)
    return desk_page(
        "desk/article.html",
        status=status,
        entry=_entries(session, [article])[0],
        article=article,
        url=shown.url_of(article),
        names=shown.names_of(store.terms_of(session, [article.id]).get(article.id, [])),
        outline=shown.tree_of(store.sections_shown(session, article.id)),
        revisions=revisions_page(session, article.id, limit=REVISIONS, cursor=None).items,
        refusal=refusal,
    )
