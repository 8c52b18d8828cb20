"""Which URLs show moderators what there is to decide, and what was decided?"""

from typing import Any

from app.accounts.door import current_actor, staff
from app.articles.models import Discussion
from app.articles.opening import opening_of
from app.articles.rules import Switch
from app.ground.db import db, fresh_read
from app.ground.openapi import ENTITY, PREFIX, PageQuery, Routes
from app.ground.preconditions import etag_of
from app.moderation import actions, decision_routes, examples, figures, operation_routes, queue, store, word_routes
from app.moderation.log_schemas import FiguresQuery, FiguresSchema, LogQuery, LogSchema
from app.moderation.queue import QueuePage
from app.moderation.schemas import (
    ItemSchema,
    QueueQuery,
    QueueSchema,
    RevealedEmailSchema,
    SearchSchema,
    SwitchedDiscussionSchema,
)
from app.moderation.selection import selection_of
from app.permissions import Permission
from app.site.settings import discussion_settings

routes = Routes("moderation", __name__, url_prefix=PREFIX, description="What moderators see and decide.")
for part in (decision_routes.routes, operation_routes.routes, word_routes.routes):
    routes.register_blueprint(part)

Args = dict[str, Any]
Answer = tuple[Any, int, dict[str, str]]
COMMENT = f"/moderation/comments/<{ENTITY}:comment_id>"


@routes.route("/moderation/queue")
@staff(routes, Permission.MODERATE)
@routes.arguments(QueueQuery, location="query")
@routes.response(200, QueueSchema, example=examples.QUEUE)
def show_queue(args: Args) -> Answer:
    """What waits for a moderator, oldest first."""
    selection, _ = selection_of(current_actor(), args)
    page = queue.read_queue(db.session(), selection, limit=args["limit"], cursor=args["cursor"])
    return page, 200, page.headers


@routes.route("/moderation/search", methods=["POST"])
@staff(routes, Permission.MODERATE)
@routes.arguments(SearchSchema)
@routes.response(200, QueueSchema)
@routes.problems(400, 413, 415)
def search(body: Args) -> QueuePage:
    """The same by an author's address too, which may not stand in a URL; that is logged, without the address."""
    selection, by_address = selection_of(current_actor(), body)
    if by_address:
        actions.log_search(current_actor(), by_address)
    return queue.read_queue(fresh_read(), selection, limit=body["limit"], cursor=body["cursor"])


@routes.route(COMMENT)
@staff(routes, Permission.MODERATE)
@routes.response(200, ItemSchema, example=examples.ITEM)
@routes.problems(404)
def show_comment(comment_id: int) -> Answer:
    """One comment, whatever its status."""
    item = queue.read_item(db.session(), comment_id)
    return item, 200, {"ETag": etag_of(item["version"])}


@routes.route(f"{COMMENT}/history")
@staff(routes, Permission.MODERATE)
@routes.arguments(PageQuery, location="query")
@routes.response(200, LogSchema)
@routes.problems(404)
def show_history(args: Args, comment_id: int) -> Answer:
    """Who did what to this comment, newest first; it outlives the comment."""
    page = store.acts_on_comment(db.session(), comment_id, limit=args["limit"], cursor=args["cursor"])
    return page, 200, page.headers


@routes.route(f"{COMMENT}/reveal-email", methods=["POST"])
@staff(routes, Permission.REVEAL_ADDRESSES)
@routes.response(200, RevealedEmailSchema)
@routes.problems(404)
def reveal_email(comment_id: int) -> dict[str, str]:
    """The author's address; the log says who asked."""
    return {"author_email": actions.reveal_email(current_actor(), comment_id)}


@routes.route("/moderation/log")
@staff(routes, Permission.MODERATE)
@routes.arguments(LogQuery, location="query")
@routes.response(200, LogSchema)
def show_log(args: Args) -> Answer:
    """The audit log, newest first."""
    wanted = store.log_conditions(actor=args["actor"], action=args["action"], about=args["about"])
    page = store.acts(db.session(), wanted, limit=args["limit"], cursor=args["cursor"])
    return page, 200, page.headers


@routes.route("/moderation/summary")
@staff(routes, Permission.MODERATE)
@routes.arguments(FiguresQuery, location="query")
@routes.response(200, FiguresSchema)
def show_summary(args: Args) -> dict[str, Any]:
    """Figures for charts."""
    return figures.summary(db.session(), days=args["days"])


@routes.route("/moderation/articles/<slug>/close", methods=["POST"])
@staff(routes, Permission.MODERATE)
@routes.response(200, SwitchedDiscussionSchema)
@routes.problems(404, 409)
def close_discussion(slug: str) -> dict[str, Any]:
    """Take no more replies under an article."""
    return _switched(slug, Switch.CLOSED)


@routes.route("/moderation/articles/<slug>/open", methods=["POST"])
@staff(routes, Permission.MODERATE)
@routes.response(200, SwitchedDiscussionSchema)
@routes.problems(404, 409)
def open_discussion(slug: str) -> dict[str, Any]:
    """Take replies under an article again, unless it is too old or the whole site takes none."""
    return _switched(slug, Switch.OPEN)


def _switched(slug: str, to: Switch) -> dict[str, Any]:
    article = actions.switch_discussion(current_actor(), slug, to)
    session = fresh_read()
    opening = opening_of(article, discussion_settings(session))
    count = session.get_one(Discussion, article.id, populate_existing=True).approved
    discussion = {"open": opening.open, "reason": opening.reason, "since": opening.since,
                  "closes_at": opening.closes_at, "count": count}  # fmt: skip
    return {"slug": article.slug, "switch": article.discussion_switch, "discussion": discussion}
