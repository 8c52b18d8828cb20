"""Which URLs do editors work at?"""

from typing import Any

from flask import url_for

from app.accounts.door import current_actor, staff
from app.articles import actions, publishing, shown, store
from app.articles.editing_schemas import (
    ArticleChangeSchema,
    ArticleNoteSchema,
    BriefsSchema,
    DeleteQuery,
    EditedArticleSchema,
    EditorsQuery,
    PublicationSchema,
    RenderedSchema,
    RevisionsQuery,
    RevisionsSchema,
    SourceSchema,
    WholeArticleSchema,
    WholeRevisionSchema,
)
from app.articles.manuscript import Writing
from app.articles.models import Article, Revision
from app.articles.revisions import revision_of, revisions_page
from app.articles.writing import preview
from app.ground.db import db, fresh_read
from app.ground.openapi import ENTITY, PREFIX, Routes
from app.ground.preconditions import etag_of
from app.permissions import Permission

routes = Routes("editing", __name__, url_prefix=f"{PREFIX}/editing/articles", description="What editors write.")

Args = dict[str, Any]
Answer = tuple[Any, int, dict[str, str]]
EDIT = Permission.EDIT_ARTICLES


@routes.route("", methods=["GET"])
@staff(routes, EDIT)
@routes.arguments(EditorsQuery, location="query")
@routes.response(200, BriefsSchema)
def list_articles(args: Args) -> Answer:
    """Articles of any status, the last edited first."""
    limit, cursor = args.pop("limit"), args.pop("cursor")
    page = store.editors_page(store.Selection(**args), limit=limit, cursor=cursor)
    return {"items": shown.briefs(db.session(), page.items), "next": page.next}, 200, page.headers


@routes.route("", methods=["POST"])
@staff(routes, EDIT)
@routes.repeatable
@routes.arguments(WholeArticleSchema)
@routes.response(201, EditedArticleSchema)
@routes.problems(400, 404, 409, 413, 415)
def create_article(writing: Writing) -> Answer:
    """Write a new article; with a date in the past it is public at once."""
    article = actions.create_article(current_actor(), writing)
    body, _, headers = _edited(article)
    return body, 201, headers | {"Location": url_for("editing.show_article", slug=article.slug)}


@routes.route("/preview", methods=["POST"])
@staff(routes, EDIT)
@routes.arguments(SourceSchema)
@routes.response(200, RenderedSchema)
@routes.problems(400, 413, 415)
def preview_article(source: Args) -> dict[str, Any]:
    """A text as it would be published; nothing is stored."""
    return shown.outlined(preview(source["body"], source["format"]))


@routes.route("/<slug>", methods=["GET"])
@staff(routes, EDIT)
@routes.response(200, EditedArticleSchema)
@routes.problems(404)
def show_article(slug: str) -> Answer:
    """An article of any status, with its source."""
    return _edited(store.any_article(db.session(), slug))


@routes.route("/<slug>", methods=["PUT"])
@staff(routes, EDIT)
@routes.arguments(WholeArticleSchema)
@routes.response(200, EditedArticleSchema)
@routes.problems(400, 404, 409, 412, 413, 415, 428)
def replace_article(writing: Writing, slug: str) -> Answer:
    """Write an article anew; where slug, published_at and discussion are left out, they stay."""
    return _edited(actions.replace_article(current_actor(), slug, writing))


@routes.route("/<slug>", methods=["PATCH"])
@staff(routes, EDIT)
@routes.arguments(ArticleChangeSchema)
@routes.response(200, EditedArticleSchema)
@routes.problems(400, 404, 409, 412, 413, 415, 428)
def change_article(writing: Writing, slug: str) -> Answer:
    """Change some fields of an article."""
    return _edited(actions.change_article(current_actor(), slug, writing))


@routes.route("/<slug>", methods=["DELETE"])
@staff(routes, EDIT)
@routes.arguments(DeleteQuery, location="query")
@routes.response(204)
@routes.problems(404, 409, 412, 428)
def delete_article(args: Args, slug: str) -> None:
    """Withdraw an article; `force=true` deletes it for ever, with its comments."""
    if args["force"]:
        publishing.delete_article(current_actor(), slug)
    else:
        publishing.withdraw_article(current_actor(), slug, note=None)


@routes.route("/<slug>/publish", methods=["POST"])
@staff(routes, EDIT)
@routes.arguments(PublicationSchema)
@routes.response(200, EditedArticleSchema)
@routes.problems(400, 404, 409, 412, 415, 428)
def publish_article(body: Args, slug: str) -> Answer:
    """Make an article public now, or at a moment to come."""
    article = publishing.publish_article(current_actor(), slug, at=body["published_at"], note=body["note"])
    return _edited(article)


@routes.route("/<slug>/withdraw", methods=["POST"])
@staff(routes, EDIT)
@routes.arguments(ArticleNoteSchema)
@routes.response(200, EditedArticleSchema)
@routes.problems(400, 404, 409, 412, 415, 428)
def withdraw_article(body: Args, slug: str) -> Answer:
    """Take an article away from readers, with its discussion."""
    return _edited(publishing.withdraw_article(current_actor(), slug, note=body["note"]))


@routes.route("/<slug>/restore", methods=["POST"])
@staff(routes, EDIT)
@routes.arguments(ArticleNoteSchema)
@routes.response(200, EditedArticleSchema)
@routes.problems(400, 404, 409, 412, 415, 428)
def restore_article(body: Args, slug: str) -> Answer:
    """Bring a withdrawn article back to what it was."""
    return _edited(publishing.restore_article(current_actor(), slug, note=body["note"]))


@routes.route("/<slug>/revisions", methods=["GET"])
@staff(routes, EDIT)
@routes.arguments(RevisionsQuery, location="query")
@routes.response(200, RevisionsSchema)
@routes.problems(404)
def list_revisions(args: Args, slug: str) -> Answer:
    """Who wrote an article, and when, the newest first."""
    article = store.any_article(db.session(), slug)
    page = revisions_page(db.session(), article.id, limit=args["limit"], cursor=args["cursor"])
    return {"items": page.items, "next": page.next}, 200, page.headers


@routes.route(f"/<slug>/revisions/<{ENTITY}:number>", methods=["GET"])
@staff(routes, EDIT)
@routes.response(200, WholeRevisionSchema)
@routes.problems(404)
def show_revision(slug: str, number: int) -> Revision:
    """An article as somebody left it."""
    return revision_of(db.session(), store.any_article(db.session(), slug).id, number)


@routes.route(f"/<slug>/revisions/<{ENTITY}:number>/restore", methods=["POST"])
@staff(routes, EDIT)
@routes.arguments(ArticleNoteSchema)
@routes.response(200, EditedArticleSchema)
@routes.problems(400, 404, 412, 415, 428)
def restore_revision(body: Args, slug: str, number: int) -> Answer:
    """Go back to a revision's text, which makes a new revision."""
    return _edited(actions.restore_revision(current_actor(), slug, number, note=body["note"]))


def _edited(article: Article) -> Answer:
    return shown.edited(fresh_read(), article), 200, {"ETag": etag_of(article.version)}
