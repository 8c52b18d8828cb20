"""What do operations look like to moderators?"""

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, post_load, validate, validates_schema

from app.articles.schemas import Moment
from app.comments.life import Move
from app.ground.openapi import Body, EntityId
from app.ground.prepared import Row
from app.moderation.items import Seen
from app.moderation.models import Action, OperationItem, OperationState
from app.moderation.operations import MOST_BY_IDS
from app.moderation.schemas import FilterSchema, ItemSchema, note, refused


class SeenSchema(Body):
    id = EntityId(required=True)
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**53))

    @post_load
    def _seen(self, data: dict[str, Any], **_options: Any) -> Seen:
        return Seen(**data)


class NewOperationSchema(Body):
    """One act on many comments: `items`, or a `filter` with `as_of` and `expected`."""

    action = fields.String(required=True, validate=validate.OneOf([str(move) for move in Move]))
    items = fields.List(fields.Nested(SeenSchema), validate=validate.Length(1, MOST_BY_IDS))
    filter = fields.Nested(FilterSchema)
    as_of = Moment(metadata={"description": "When the moderator looked: what came or changed later is left alone."})
    expected = fields.Integer(
        strict=True, validate=validate.Range(0, 2**53), metadata={"description": "How many the moderator saw."}
    )
    note = note()

    @validates_schema
    def _one_of_two(self, data: dict[str, Any], **_options: Any) -> None:
        if ("items" in data) == ("filter" in data):
            raise refused("items", "items_or_filter", "Send items, or a filter with as_of and expected.")
        for name in ("as_of", "expected"):
            if "filter" in data and name not in data:
                raise refused(name, "required", "A filter needs as_of and expected.")

    @validates_schema
    def _each_once(self, data: dict[str, Any], **_options: Any) -> None:
        ids = [item.id for item in data.get("items", ())]
        if len(set(ids)) < len(ids):
            raise refused("items", "twice", "A comment is named more than once.")


class OperationSchema(Schema):
    """One act on one or many comments."""

    id = fields.Integer(required=True)
    action = fields.String(required=True, validate=validate.OneOf([str(action) for action in Action]))
    actor = fields.String(required=True)
    actor_name = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    filter = fields.Dict(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf([str(state) for state in OperationState]))
    total = fields.Integer(required=True)
    done = fields.Integer(required=True, metadata={"description": "Comments that it has come to, changed or not."})
    created_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    undoes_id = fields.Integer(required=True, allow_none=True)
    undone_by_id = fields.Integer(required=True, allow_none=True)


class ResultSchema(Schema):
    """What became of one comment; `code` says why it was left alone, and who had changed it."""

    id = fields.Integer(required=True)
    status = fields.String(required=True, allow_none=True, metadata={"description": "The comment's, afterwards."})
    code = fields.String(metadata={"description": "changed_since, already_…, not_found; missing where it was done."})
    changed_by = fields.String()
    changed_at = fields.AwareDateTime()


class StartedSchema(Schema):
    """The operation, with a result per comment where it is done already."""

    operation = fields.Nested(OperationSchema, required=True)
    results = fields.List(fields.Nested(ResultSchema), required=True)


class ShownOperationSchema(OperationSchema):
    results = fields.List(fields.Nested(ResultSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class DecidedSchema(Schema):
    """The comment as it is now, and the operation by which it can be undone."""

    comment = fields.Nested(ItemSchema, required=True)
    operation = fields.Nested(OperationSchema, required=True)


def operation_shown(operation: Row, undone_by_id: int | None) -> dict[str, Any]:
    return {**operation._asdict(), "undone_by_id": undone_by_id}


def result_shown(item: OperationItem) -> dict[str, Any]:
    result: dict[str, Any] = {"id": item.comment_id, "status": item.status}
    if item.code is None:
        return result
    result["code"] = item.code
    if item.before is not None:
        result["changed_by"] = item.before["changed_by"]
        result["changed_at"] = datetime.fromisoformat(item.before["changed_at"])
    return result
