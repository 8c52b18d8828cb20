"""What do the audit log and the figures look like to moderators?"""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.ground.openapi import PageQuery, Query, Text
from app.moderation.schemas import CODE, StatusCountsSchema


class LogQuery(PageQuery):
    actor = Text(validate=validate.Length(1, 100), metadata={"description": "Such as `moderator:3`."})
    action = Text(validate=CODE)
    about = Text(
        data_key="object",
        validate=validate.Length(1, 100),
        metadata={"description": "A kind of thing, such as `comment`, or one, such as `comment:12`."},
    )

    @post_load
    def _complete(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {"actor": None, "action": None, "about": None} | data


class FiguresQuery(Query):
    days = fields.Integer(load_default=30, validate=validate.Range(1, 90))


class ActSchema(Schema):
    """A line of the audit log: it is written once, and holds no personal data of readers."""

    id = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)
    actor_name = fields.String(required=True)
    action = fields.String(required=True)
    object_type = fields.String(required=True)
    object_id = fields.String(required=True)
    from_state = fields.String(required=True, allow_none=True, data_key="from")
    to_state = fields.String(required=True, allow_none=True, data_key="to")
    reason = fields.String(required=True, allow_none=True)
    operation_id = fields.Integer(required=True, allow_none=True)
    details = fields.Dict(required=True)


class LogSchema(Schema):
    """Newest first."""

    items = fields.List(fields.Nested(ActSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class DaySchema(StatusCountsSchema):
    """A day's comments (in UTC), by what has become of them."""

    day = fields.String(required=True)


class TimeToDecisionSchema(Schema):
    """Of the newest comments that a person decided about; within the slowest tenth's time nine of ten were decided."""

    decided = fields.Integer(required=True)
    median_seconds = fields.Float(required=True, allow_none=True)
    slowest_tenth_seconds = fields.Float(required=True, allow_none=True)


class BusyArticleSchema(Schema):
    slug = fields.String(required=True)
    title = fields.String(required=True)
    comments = fields.Integer(required=True)


class BusySectionSchema(Schema):
    slug = fields.String(required=True)
    anchor = fields.String(required=True)
    heading = fields.String(required=True)
    comments = fields.Integer(required=True)


class ObjectionSchema(Schema):
    check = fields.String(required=True)
    code = fields.String(required=True)
    comments = fields.Integer(required=True)


class FiguresSchema(Schema):
    """Figures of the last days; the counts and the oldest are of all that there is."""

    since = fields.AwareDateTime(required=True)
    counts = fields.Nested(StatusCountsSchema, required=True)
    oldest_pending_at = fields.AwareDateTime(required=True, allow_none=True)
    days = fields.List(fields.Nested(DaySchema), required=True)
    time_to_decision = fields.Nested(TimeToDecisionSchema, required=True)
    busiest_articles = fields.List(fields.Nested(BusyArticleSchema), required=True)
    busiest_sections = fields.List(fields.Nested(BusySectionSchema), required=True)
    reasons = fields.List(fields.Nested(ObjectionSchema), required=True)
