"""Which URLs do readers' programs find articles at?"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import url_for

from app import limits
from app.articles import shown, store
from app.articles.models import TermKind
from app.articles.opening import discussed
from app.articles.schemas import (
    ArticleSchema,
    NamesSchema,
    OutlineSchema,
    PlacedSectionSchema,
    SelectionQuery,
    SummariesSchema,
)
from app.articles.topics import ARTICLES, topic_of
from app.ground.db import db
from app.ground.errors import Moved
from app.ground.openapi import PREFIX, Routes
from app.ground.ready import depends_on

routes = Routes("articles", __name__, url_prefix=PREFIX, description="What is published.")

View = TypeVar("View", bound=Callable[..., Any])
Args = dict[str, Any]
Shown = dict[str, Any]


def public(*problems: int) -> Callable[[View], View]:
    """A public read: counted by address, the same for everybody, and answered 304 to who has it already."""

    def document(view: View) -> View:
        view = routes.alt_response(304, description="It is what you have.")(view)
        return routes.problems(429, *problems)(limits.reading(view))

    return document


def may_have_moved(view: View) -> View:
    return routes.alt_response(308, description="It has another address now; good for an hour.")(view)


@routes.route("/articles", methods=["GET"])
@public()
@routes.arguments(SelectionQuery, location="query")
@routes.response(200, SummariesSchema)
def list_articles(args: Args) -> tuple[Shown, int, dict[str, str]]:
    """Public articles, newest first."""
    limit, cursor = args.pop("limit"), args.pop("cursor")
    depends_on(ARTICLES, until=[store.next_publication()])  # before the page is read: then what is next is not in it
    page = store.public_page(store.Selection(**args), limit=limit, cursor=cursor)
    items = shown.summaries(db.session(), page.items)
    depends_on(*(topic_of(article.id) for article, _ in page.items), until=shown.closings(items))
    return {"items": items, "next": page.next}, 200, page.headers


@routes.route("/articles/<slug>", methods=["GET"])
@public(404)
@may_have_moved
@routes.response(200, ArticleSchema)
def show_article(slug: str) -> Shown:
    """One article, whole."""
    article = store.public_article(slug)
    answer = shown.whole(db.session(), article)
    depends_on(topic_of(article.id), until=shown.closings([answer]))
    return answer


@routes.route("/articles/<slug>/sections", methods=["GET"])
@public(404)
@may_have_moved
@routes.response(200, OutlineSchema)
def show_outline(slug: str) -> Shown:
    """An article's headings as they stand in each other, with their replies counted."""
    article = discussed(db.session(), slug)
    depends_on(topic_of(article.article_id))
    return {"items": shown.tree_of(store.sections_shown(db.session(), article.article_id))}


@routes.route("/articles/<slug>/sections/<anchor>", methods=["GET"])
@public(404)
@may_have_moved
@routes.response(200, PlacedSectionSchema)
def show_section(slug: str, anchor: str) -> Shown:
    """One section and its place; an anchor that went leads to where its text is now."""
    article = discussed(db.session(), slug)
    depends_on(topic_of(article.article_id))
    sections = store.sections_shown(db.session(), article.article_id)
    section = next((each for each in sections if each.anchor == anchor), None)
    if section is not None:
        return shown.placed(sections, section)
    successor = store.successor_of(db.session(), article.article_id, anchor)
    if successor is None:
        raise Moved(url_for("articles.show_article", slug=slug))
    raise Moved(store.same_url(anchor=successor))


@routes.route("/categories", methods=["GET"])
@public()
@routes.response(200, NamesSchema)
def list_categories() -> Shown:
    """The categories of public articles, with how many each has."""
    depends_on(ARTICLES, until=[store.next_publication()])
    return {"items": store.names_in_use(TermKind.CATEGORY)}


@routes.route("/tags", methods=["GET"])
@public()
@routes.response(200, NamesSchema)
def list_tags() -> Shown:
    """The tags of public articles, with how many each has."""
    depends_on(ARTICLES, until=[store.next_publication()])
    return {"items": store.names_in_use(TermKind.TAG)}
