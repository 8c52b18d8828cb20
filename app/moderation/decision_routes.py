"""By which URLs does a moderator decide about one comment?"""

from typing import Any

from app.accounts.door import current_actor, staff
from app.comments.life import Move
from app.ground.db import fresh_read
from app.ground.openapi import ENTITY, PREFIX, Routes
from app.ground.preconditions import etag_of
from app.moderation import actions, examples, items, queue
from app.moderation.actions import Pin
from app.moderation.operation_schemas import DecidedSchema, operation_shown
from app.moderation.schemas import DecisionSchema, DeleteQuery, EditSchema, ItemSchema, RepliedSchema, StaffReplySchema
from app.permissions import Permission, permit

routes = Routes("decisions", __name__, description="Acts on one comment.")

Body = dict[str, Any]
Answer = tuple[Any, int, dict[str, str]]
COMMENT = f"/moderation/comments/<{ENTITY}:comment_id>"
DECISION = (400, 404, 409, 412, 413, 415, 428)


@routes.route(f"{COMMENT}/approve", methods=["POST"])
@staff(routes, Permission.MODERATE)
@routes.arguments(DecisionSchema, example=examples.DECISION)
@routes.response(200, DecidedSchema, example=examples.DECIDED)
@routes.problems(*DECISION)
def approve(body: Body, comment_id: int) -> Answer:
    """Let readers see it."""
    return _decided(comment_id, Move.APPROVE, body["note"])


@routes.route(f"{COMMENT}/hold", methods=["POST"])
@staff(routes, Permission.MODERATE)
@routes.arguments(DecisionSchema)
@routes.response(200, DecidedSchema)
@routes.problems(*DECISION)
def hold(body: Body, comment_id: int) -> Answer:
    """Put it back in the queue."""
    return _decided(comment_id, Move.HOLD, body["note"])


@routes.route(f"{COMMENT}/spam", methods=["POST"])
@staff(routes, Permission.MODERATE)
@routes.arguments(DecisionSchema)
@routes.response(200, DecidedSchema)
@routes.problems(*DECISION)
def mark_as_spam(body: Body, comment_id: int) -> Answer:
    """Put it away as spam."""
    return _decided(comment_id, Move.SPAM, body["note"])


@routes.route(f"{COMMENT}/trash", methods=["POST"])
@staff(routes, Permission.MODERATE)
@routes.arguments(DecisionSchema)
@routes.response(200, DecidedSchema)
@routes.problems(*DECISION)
def trash(body: Body, comment_id: int) -> Answer:
    """Put it in the trash, which is emptied after a while."""
    return _decided(comment_id, Move.TRASH, body["note"])


@routes.route(f"{COMMENT}/restore", methods=["POST"])
@staff(routes, Permission.MODERATE)
@routes.arguments(DecisionSchema)
@routes.response(200, DecidedSchema)
@routes.problems(*DECISION)
def restore(body: Body, comment_id: int) -> Answer:
    """Bring it back to where trash or spam took it from."""
    return _decided(comment_id, Move.RESTORE, body["note"])


@routes.route(COMMENT, methods=["DELETE"])
@staff(routes, Permission.MODERATE)
@routes.arguments(DeleteQuery, location="query")
@routes.response(200, DecidedSchema)
@routes.alt_response(204, description="It is gone for ever.")
@routes.problems(404, 409, 412, 428)
def delete(args: Body, comment_id: int) -> Answer:
    """Put it in the trash, or with `force=true` erase it for ever."""
    if not args["force"]:
        return _decided(comment_id, Move.TRASH, None)
    permit(current_actor(), Permission.DELETE_FOR_EVER)
    actions.erase_comment(current_actor(), comment_id)
    return None, 204, {}


@routes.route(COMMENT, methods=["PATCH"])
@staff(routes, Permission.MODERATE)
@routes.arguments(EditSchema)
@routes.response(200, ItemSchema)
@routes.problems(400, 404, 412, 413, 415, 428)
def edit(body: Body, comment_id: int) -> Answer:
    """Change its text, or its author's name or website."""
    actions.edit_comment(current_actor(), comment_id, body)
    return _shown(comment_id)


@routes.route(f"{COMMENT}/pin", methods=["POST"])
@staff(routes, Permission.MODERATE)
@routes.response(200, ItemSchema)
@routes.problems(404, 409, 412, 428)
def pin(comment_id: int) -> Answer:
    """Mark it as one that frontends show first."""
    actions.pin_comment(current_actor(), comment_id, Pin.PIN)
    return _shown(comment_id)


@routes.route(f"{COMMENT}/unpin", methods=["POST"])
@staff(routes, Permission.MODERATE)
@routes.response(200, ItemSchema)
@routes.problems(404, 409, 412, 428)
def unpin(comment_id: int) -> Answer:
    """Take the mark away."""
    actions.pin_comment(current_actor(), comment_id, Pin.UNPIN)
    return _shown(comment_id)


@routes.route(f"{COMMENT}/reply", methods=["POST"])
@staff(routes, Permission.MODERATE)
@routes.repeatable
@routes.arguments(StaffReplySchema)
@routes.response(201, RepliedSchema)
@routes.problems(400, 404, 409, 413, 415)
def reply(body: Body, comment_id: int) -> Answer:
    """Answer it; where it was held, that approves it."""
    answer_id = actions.reply_as_staff(current_actor(), comment_id, body["content"])
    session = fresh_read()
    answer = {"comment": queue.read_item(session, answer_id), "parent": queue.read_item(session, comment_id)}
    return answer, 201, {"Location": f"{PREFIX}/comments/{answer_id}"}


def _decided(comment_id: int, move: Move, note: str | None) -> Answer:
    operation_id = actions.decide(current_actor(), comment_id, move, note)
    item, status, headers = _shown(comment_id)
    operation = operation_shown(items.operation(fresh_read(), operation_id), None)
    return {"comment": item, "operation": operation}, status, headers


def _shown(comment_id: int) -> Answer:
    item = queue.read_item(fresh_read(), comment_id)
    return item, 200, {"ETag": etag_of(item["version"])}
