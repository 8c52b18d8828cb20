"""Which URLs are about comments?"""

from typing import Any

from flask import Response, jsonify, request

from app import limits
from app.accounts.door import current_actor
from app.articles.models import Article
from app.articles.opening import discussed
from app.articles.store import live_section, next_publication, public_article
from app.articles.topics import ARTICLES, COMMENTS, topic_of
from app.comments import actions, examples, shown, store, thread
from app.comments.form import Requirements, reply_form
from app.comments.models import Status
from app.comments.receipts import comment_of, receipt_of
from app.comments.schemas import (
    CountsQuery,
    FormQuery,
    HtmlSchema,
    PlacedCommentSchema,
    PlaceQuery,
    PostedSchema,
    PreviewSchema,
    ReceiptSchema,
    RecentSchema,
    ReplyFormSchema,
    ReplySchema,
    ThreadQuery,
    ThreadSchema,
    read_reply,
)
from app.comments.texts import language_for, text
from app.config import current as settings_of_process
from app.ground.cursors import Page
from app.ground.db import db
from app.ground.errors import Conflict, Forbidden, InvalidRequest, NotFound, TooManyRequests
from app.ground.openapi import ENTITY, PREFIX, PageQuery, Routes, no_store, posted_fields
from app.ground.origins import is_cross_site_post
from app.ground.ready import depends_on
from app.site.choices import Order
from app.site.settings import discussion_settings

routes = Routes("comments", __name__, url_prefix=PREFIX, description="What readers say.")

Args = dict[str, Any]
Headers = dict[str, str]


def _language() -> str:
    return language_for(request.headers.get("Accept-Language"))


@routes.errorhandler(limits.LimitReached)
def refuse_too_many(_error: limits.LimitReached) -> Response:
    """Readers hear of a limit in their own language."""
    refusal = limits.refusal(text("refusal.too_many", _language()))
    refusal.headers["Content-Language"] = _language()
    return refusal


@routes.route("/articles/<slug>/reply-form")
@limits.reading
@routes.arguments(FormQuery, location="query")
@routes.response(200, ReplyFormSchema, example=examples.FORM)
@routes.problems(404, 429)
def show_reply_form(args: Args, slug: str) -> tuple[Any, int, Headers]:
    """Everything that is needed to draw "Leave a Reply", in the reader's language."""
    session, language = db.session(), _language()
    article = discussed(session, slug)
    parent_name = None
    if args["parent"] is not None:
        parent = thread.place_of(session, args["parent"])
        if parent is None or parent.article_id != article.article_id or parent.status != Status.APPROVED:
            raise NotFound
        parent_name = parent.author_name or shown.ANONYMOUS
    opening = article.opening
    depends_on(topic_of(article.article_id), until=[opening.closes_at if opening.open else None])
    form = reply_form(
        language=language,
        requirements=Requirements.of_site(require_name_and_email=article.settings.name_and_email_required),
        opening=opening,
        parent_name=parent_name,
    )
    return form, 200, {"Content-Language": language, "Vary": "Accept-Language"}


@routes.route("/articles/<slug>/comments", methods=["POST"])
@no_store
@limits.attempts
@routes.repeatable
@routes.form(ReplySchema, example=examples.REPLY)
@routes.response(201, PostedSchema, example=examples.POSTED)
@routes.alt_response(202, schema=PostedSchema, description="It waits for a moderator.", example=examples.HELD)
@routes.problems(400, 403, 404, 409, 413, 415, 422, 429)
def leave_reply(slug: str) -> tuple[Any, int, Headers]:
    """Leave a reply, as JSON or as a url-encoded form."""
    refuse_cross_site_form()
    reply = read_reply(posted_fields(), language=_language())
    try:
        posted = actions.leave_reply(current_actor(), slug, reply)
    except (Forbidden, InvalidRequest, Conflict, TooManyRequests) as refusal:
        refusal.headers["Content-Language"] = reply.language
        raise
    return _posted_answer(posted, reply.language)


def refuse_cross_site_form() -> None:
    """Raises Forbidden (`cross_site_form`)."""
    # A page anywhere can post a form without asking; JSON from another origin is asked for first (CORS).
    is_form = request.mimetype == "application/x-www-form-urlencoded"
    process = settings_of_process()
    if is_form and is_cross_site_post((*process.cors_origins, process.site_url)):
        raise Forbidden("This form was posted from a site that may not.", code="cross_site_form")


def _posted_answer(posted: actions.Posted, language: str) -> tuple[Any, int, Headers]:
    comment, receipt = posted.comment, receipt_of(posted.comment)
    status, reason = shown.told_to_its_author(comment)
    answer = {
        "comment": shown.as_its_author_sees_it(comment, posted.frame, slug=comment.slug),
        "status": status,
        "reason": reason,
        "message": text(f"reason.{reason}", language) if reason else None,
        "receipt": receipt,
    }
    place = f"comments/{comment.id}" if posted.status == 201 else f"receipts/{receipt}"
    return jsonify(answer), posted.status, {"Location": f"{PREFIX}/{place}", "Content-Language": language}


@routes.route("/articles/<slug>/comments/preview", methods=["POST"])
@no_store
@limits.preview
@routes.form(PreviewSchema, example=examples.PREVIEW)
@routes.response(200, HtmlSchema, example=examples.PREVIEWED)
@routes.problems(400, 404, 413, 415, 422, 429)
def preview(slug: str) -> dict[str, str]:
    """A text as it would be shown; nothing is stored."""
    typed = read_reply(posted_fields(), language=_language())
    public_article(slug)
    return {"html": actions.draft_of(typed.submission.content or "", typed.language).html}


@routes.route("/articles/<slug>/comments")
@limits.reading
@routes.arguments(ThreadQuery, location="query")
@routes.response(200, ThreadSchema, example=examples.THREAD)
@routes.problems(404, 429)
def show_thread(args: Args, slug: str) -> Response:
    """The visible comments of an article: conversations as trees, or flat."""
    session = db.session()
    article = discussed(session, slug)
    depends_on(topic_of(article.article_id))
    section = live_section(session, article.article_id, args["section"]) if args["section"] else None
    if args["section"] and section is None:
        raise NotFound
    selection = thread.Selection(
        article_id=article.article_id,
        section_id=section.id if section else None,
        order=Order(args["sort"] or article.settings.order),
        limit=args["limit"] or article.settings.page_size,
        cursor=args["cursor"],
    )
    read = thread.read_tree if args["view"] == "tree" else thread.read_flat
    page = read(session, selection, shown.Frame.under(article.settings), slug=slug)
    return _page_answer(page, total=section.reply_count if section else article.visible)


def _page_answer(page: Page[shown.Shown], *, total: int) -> Response:
    response = jsonify({"items": page.items, "next": page.next, "total": total})
    response.headers.update(page.headers)
    return response


@routes.route(f"/comments/<{ENTITY}:comment_id>")
@limits.reading
@routes.arguments(PlaceQuery, location="query")
@routes.response(200, PlacedCommentSchema)
@routes.problems(404, 429)
def show_comment(args: Args, comment_id: int) -> Response:
    """A visible comment, with its place in the thread."""
    session = db.session()
    comment = thread.place_of(session, comment_id)
    if comment is None or comment.status != Status.APPROVED:
        raise NotFound
    depends_on(topic_of(comment.article_id))
    settings = discussion_settings(session)
    order = Order(args["sort"] or settings.order)
    place = {"article": comment.slug, "root_id": comment.root_id, "sort": order,
             "cursor": thread.cursor_at(comment, order)}  # fmt: skip
    return jsonify(shown.shown(comment, shown.Frame.under(settings), slug=comment.slug) | {"place": place})


@routes.route(f"/comments/<{ENTITY}:comment_id>/replies")
@limits.reading
@routes.arguments(PageQuery, location="query")
@routes.response(200, ThreadSchema)
@routes.problems(404, 429)
def show_replies(args: Args, comment_id: int) -> Response:
    """What stands under a comment, flat and oldest first."""
    session = db.session()
    comment = thread.place_of(session, comment_id)
    if comment is None:
        raise NotFound
    depends_on(topic_of(comment.article_id))
    frame = shown.Frame.of(session)
    page = thread.read_replies(session, comment, frame, limit=args["limit"], cursor=args["cursor"])
    return _page_answer(page, total=comment.visible_below)


@routes.route("/comments/recent")
@limits.reading
@routes.arguments(PageQuery, location="query")
@routes.response(200, RecentSchema)
@routes.problems(429)
def show_recent(args: Args) -> Response:
    """The newest visible comments of all articles."""
    depends_on(COMMENTS, ARTICLES, until=[next_publication()])
    session = db.session()
    page = thread.read_recent(session, shown.Frame.of(session), limit=args["limit"], cursor=args["cursor"])
    response = jsonify({"items": page.items, "next": page.next})
    response.headers.update(page.headers)
    return response


@routes.route("/comments/counts")
@limits.reading
@routes.arguments(CountsQuery, location="query")
@routes.response(200, {"type": "object", "additionalProperties": {"type": "integer"}})
@routes.problems(429)
def show_counts(args: Args) -> Response:
    """How many visible comments each of up to 100 articles has."""
    depends_on(COMMENTS, ARTICLES, until=[next_publication()])
    return jsonify(thread.counts_of(db.session(), args["slug"]))


@routes.route("/receipts/<token>")
@no_store
@limits.reading
@routes.response(200, ReceiptSchema)
@routes.problems(404, 429)
def show_receipt(token: str) -> tuple[dict[str, Any], int, Headers]:
    """A guest's own comment, whatever became of it."""
    comment = comment_of(token)
    if comment is None:
        raise NotFound
    session = db.session()
    article, frame = session.get_one(Article, comment.article_id), shown.Frame.of(session)
    status, reason = shown.told_to_its_author(comment)
    is_visible = store.visible_comment(session, comment.id) is not None
    answer = {
        "id": comment.id,
        "article": article,
        "status": status,
        "reason": reason,
        "message": text(f"reason.{reason}", _language()) if reason else None,
        "permalink": shown.permalink(frame, slug=article.slug, comment_id=comment.id) if is_visible else None,
        "html": comment.html,
        "source": comment.source,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
    }
    return answer, 200, {"Referrer-Policy": "no-referrer"}
