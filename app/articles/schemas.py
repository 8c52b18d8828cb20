"""What do articles look like to the outside?"""

from datetime import UTC, datetime

from marshmallow import Schema, fields, validate

from app.articles.words import LONGEST_QUERY
from app.ground.openapi import PageQuery, Text

LONGEST_NAME = 100
LONGEST_BYLINE = 200


class Moment(fields.AwareDateTime):
    """RFC 3339 with an offset; kept in UTC."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from None


# --- What is asked ---------------------------------------------------------------------------------------------------


class SelectionQuery(PageQuery):
    category = Text(validate=validate.Length(max=LONGEST_NAME))
    tag = Text(validate=validate.Length(max=LONGEST_NAME))
    byline = Text(validate=validate.Length(max=LONGEST_BYLINE))
    after = Moment(metadata={"description": "Published then or later."})
    before = Moment(metadata={"description": "Published earlier than then."})
    q = Text(
        validate=validate.Length(max=LONGEST_QUERY),
        metadata={
            "description": "All of these words, each as the beginning of a word; what is in quotation marks as it is."
        },
    )


# --- What is answered ------------------------------------------------------------------------------------------------


class DiscussionSchema(Schema):
    """Whether readers may reply now; if not, why and since when."""

    open = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    since = fields.AwareDateTime(required=True, allow_none=True)
    closes_at = fields.AwareDateTime(required=True, allow_none=True)
    count = fields.Integer(required=True, metadata={"description": "Visible comments."})


class SummarySchema(Schema):
    """An article in a list."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    standfirst = fields.String(required=True, allow_none=True)
    byline = fields.String(required=True, allow_none=True)
    categories = fields.List(fields.String(), required=True)
    tags = fields.List(fields.String(), required=True)
    language = fields.String(required=True)
    published_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    words = fields.Integer(required=True)
    reading_minutes = fields.Integer(required=True)
    url = fields.String(required=True, metadata={"description": "Where people read it."})
    external = fields.Boolean(required=True, metadata={"description": "Whether its text stands on another site."})
    discussion = fields.Nested(DiscussionSchema, required=True)


class SummariesSchema(Schema):
    items = fields.List(fields.Nested(SummarySchema), required=True)
    next = fields.String(required=True, allow_none=True)


class HeadingSchema(Schema):
    """A heading of an outline, with those under it."""

    anchor = fields.String(required=True)
    level = fields.Integer(required=True)
    heading = fields.String(required=True)
    reply_count = fields.Integer(required=True, metadata={"description": "Without its subsections'."})
    sections = fields.List(fields.Nested(lambda: HeadingSchema()), required=True)  # noqa: PLW0108 (it is not there yet)


class OutlineSchema(Schema):
    items = fields.List(fields.Nested(HeadingSchema), required=True)


class ArticleSectionSchema(Schema):
    """A heading with the text under it, up to the next heading."""

    anchor = fields.String(required=True)
    level = fields.Integer(required=True)
    heading = fields.String(required=True)
    html = fields.String(required=True)
    reply_count = fields.Integer(required=True)
    sections = fields.List(fields.Nested(lambda: ArticleSectionSchema()), required=True)  # noqa: PLW0108 (it is not there yet)


class SectionLinkSchema(Schema):
    anchor = fields.String(required=True)
    heading = fields.String(required=True)


class PlacedSectionSchema(Schema):
    """One section and its place in the article."""

    anchor = fields.String(required=True)
    level = fields.Integer(required=True)
    heading = fields.String(required=True)
    html = fields.String(required=True)
    reply_count = fields.Integer(required=True)
    sections = fields.List(fields.Nested(HeadingSchema), required=True)
    previous = fields.Nested(SectionLinkSchema, required=True, allow_none=True)
    next = fields.Nested(SectionLinkSchema, required=True, allow_none=True)
    parent = fields.Nested(SectionLinkSchema, required=True, allow_none=True)


class FigureSchema(Schema):
    src = fields.String(required=True, allow_none=True)
    alt = fields.String(required=True, allow_none=True)
    caption = fields.String(required=True, allow_none=True)


class ArticleSchema(SummarySchema):
    """An article, whole."""

    html = fields.String(required=True)
    lead = fields.String(required=True, metadata={"description": "What stands before the first heading, as HTML."})
    sections = fields.List(fields.Nested(ArticleSectionSchema), required=True)
    figures = fields.List(fields.Nested(FigureSchema), required=True)


class NameSchema(Schema):
    name = fields.String(required=True)
    count = fields.Integer(required=True, metadata={"description": "Public articles."})


class NamesSchema(Schema):
    items = fields.List(fields.Nested(NameSchema), required=True)
