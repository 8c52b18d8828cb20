"""What do editors send, and what do they see?"""

import unicodedata
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError, fields, post_load, validate

from app.articles.manuscript import Writing
from app.articles.models import ArticleFormat, ArticleStatus
from app.articles.rules import Switch
from app.articles.schemas import (
    LONGEST_BYLINE,
    LONGEST_NAME,
    ArticleSectionSchema,
    FigureSchema,
    Moment,
    SelectionQuery,
)
from app.articles.slugs import LONGEST, is_slug
from app.ground.errors import FieldProblem
from app.ground.openapi import Body, PageQuery, Query, Text
from app.site.matching import normal

LONGEST_TITLE = 300
LONGEST_STANDFIRST = 2_000
MOST_NAMES = 20
LONGEST_BODY = 1_048_576
LONGEST_URL = 2_048
LONGEST_NOTE = 500
MOST_DAYS = 36_500
_LINES = {"standfirst", "byline", "note"}
LANGUAGE = r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}\Z"


class Line(Text):
    """Plain text on one line: white space around it goes, and within it becomes single spaces."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        line = " ".join(super()._deserialize(value, attr, data, **kwargs).split())
        if any(unicodedata.category(character) == "Cc" for character in line):
            raise _refused(attr or "", "text_invalid", "It holds control characters.")
        return line


def _line(longest: int, **options: Any) -> Line:
    return Line(validate=[_something_to_see, validate.Length(max=longest)], **options)


def _line_or_none(longest: int) -> Line:
    """An empty line is the same as none."""
    return Line(allow_none=True, validate=validate.Length(max=longest))


def _names() -> fields.List[str]:
    return fields.List(_line(LONGEST_NAME), validate=validate.Length(max=MOST_NAMES))


def _once(names: Iterable[str]) -> tuple[str, ...]:
    """Each name as it is spelled first."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(normal(name), name)
    return tuple(first.values())


def _something_to_see(value: str) -> None:
    if not normal(value):
        raise ValidationError("Shorter than minimum: it has nothing to see.")


def _refused(field: str, code: str, message: str) -> ValidationError:
    problem: Any = [FieldProblem(field, code, message)]  # rendered as it is
    return ValidationError(problem)


def _slug(value: str) -> None:
    if not is_slug(value):
        message = f"Lower-case letters and digits of any script, joined by hyphens, at most {LONGEST} characters."
        raise _refused("slug", "slug_invalid", message)


def _web_address(value: str) -> None:
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
        is_good = is_good and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or not value.isprintable() or " " in value:
        raise _refused("external_url", "url_invalid", "An address that begins with http:// or https:// is expected.")


# --- What is sent ----------------------------------------------------------------------------------------------------


class EditorsQuery(SelectionQuery):
    status = fields.Enum(ArticleStatus, by_value=True)


class DeleteQuery(Query):
    force = fields.Boolean(
        load_default=False, metadata={"description": "Delete for ever, with all comments, instead of withdrawing."}
    )


class DiscussionWishSchema(Body):
    """Whether this article's discussion goes its own way; what is left out stays."""

    switch = fields.Enum(Switch, by_value=True)
    close_after_days = fields.Integer(
        strict=True,
        allow_none=True,
        validate=validate.Range(0, MOST_DAYS),
        metadata={"description": "null follows the site, 0 never closes."},
    )


class ArticleChangeSchema(Body):
    """What is to be different about an article; what is left out stays."""

    title = _line(LONGEST_TITLE)
    standfirst = _line_or_none(LONGEST_STANDFIRST)
    byline = _line_or_none(LONGEST_BYLINE)
    categories = _names()
    tags = _names()
    language = Text(validate=validate.Regexp(LANGUAGE, error="Not a valid language tag."))
    format = fields.Enum(ArticleFormat, by_value=True)
    body = Text(validate=validate.Length(max=LONGEST_BODY))
    external_url = Text(
        allow_none=True,
        validate=[validate.Length(max=LONGEST_URL), _web_address],
        metadata={"format": "iri", "pattern": "^https?://", "description": "Where its text stands, if not here."},
    )
    slug = Text(
        validate=_slug,
        metadata={"minLength": 1, "maxLength": LONGEST, "description": "Lower-case letters and digits of any script."},
    )
    published_at = Moment(
        allow_none=True, metadata={"description": "In the past: published. In the future: scheduled. null: a draft."}
    )
    discussion = fields.Nested(DiscussionWishSchema)
    note = _line_or_none(LONGEST_NOTE)

    @post_load
    def _writing(self, data: dict[str, Any], **_options: object) -> Writing:
        given: dict[str, Any] = {
            name: None if value == "" and name in _LINES else value for name, value in data.items()
        }
        given |= {names: _once(given[names]) for names in ("categories", "tags") if names in given}
        note, wish = given.pop("note", None), given.pop("discussion", {})
        return Writing(given | wish, note)


class WholeArticleSchema(ArticleChangeSchema):
    """An article as it is to be. Only slug, published_at and discussion stay where they are left out."""

    title = _line(LONGEST_TITLE, required=True)


class ArticleNoteSchema(Body):
    note = _line_or_none(LONGEST_NOTE)

    @post_load
    def _none_if_empty(self, data: dict[str, Any], **_options: object) -> dict[str, Any]:
        return data | {"note": data.get("note") or None}


class PublicationSchema(ArticleNoteSchema):
    published_at = Moment(load_default=None, allow_none=True, metadata={"description": "Then instead of now."})


class SourceSchema(Body):
    format = fields.Enum(ArticleFormat, by_value=True, load_default=ArticleFormat.MARKDOWN)
    body = Text(required=True, validate=validate.Length(max=LONGEST_BODY))


class RevisionsQuery(PageQuery):
    """Where in the list of revisions to read, the newest first."""


# --- What is seen ----------------------------------------------------------------------------------------------------


class SwitchSchema(Schema):
    switch = fields.String(required=True)
    close_after_days = fields.Integer(required=True, allow_none=True)


class BriefSchema(Schema):
    """An article in the editors' list."""

    slug = fields.String(required=True)
    status = fields.Enum(ArticleStatus, by_value=True, required=True)
    title = fields.String(required=True)
    standfirst = fields.String(required=True, allow_none=True)
    byline = fields.String(required=True, allow_none=True)
    categories = fields.List(fields.String(), required=True)
    tags = fields.List(fields.String(), required=True)
    language = fields.String(required=True)
    external_url = fields.String(required=True, allow_none=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)
    discussion = fields.Nested(SwitchSchema, required=True)
    comments = fields.Integer(required=True, metadata={"description": "Visible ones."})
    words = fields.Integer(required=True)
    reading_minutes = fields.Integer(required=True)
    url = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    created_by = fields.String(required=True, metadata={"description": "The account or token, as in the log."})
    created_by_name = fields.String(required=True)
    updated_at = fields.AwareDateTime(required=True)
    updated_by_name = fields.String(required=True)
    version = fields.Integer(required=True)


class BriefsSchema(Schema):
    items = fields.List(fields.Nested(BriefSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class EditedArticleSchema(BriefSchema):
    """An article with its source."""

    format = fields.Enum(ArticleFormat, by_value=True, required=True)
    body = fields.String(required=True)


class RevisionSchema(Schema):
    """An article as somebody left it."""

    number = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    created_by = fields.String(required=True)
    created_by_name = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)


class RevisionsSchema(Schema):
    items = fields.List(fields.Nested(RevisionSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ContentSchema(Schema):
    """What was written, field by field."""

    title = fields.String(required=True)
    slug = fields.String(required=True)
    standfirst = fields.String(required=True, allow_none=True)
    byline = fields.String(required=True, allow_none=True)
    categories = fields.List(fields.String(), required=True)
    tags = fields.List(fields.String(), required=True)
    language = fields.String(required=True)
    format = fields.String(required=True)
    body = fields.String(required=True)
    external_url = fields.String(required=True, allow_none=True)
    published_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    switch = fields.String(required=True)
    close_after_days = fields.Integer(required=True, allow_none=True)


class WholeRevisionSchema(RevisionSchema):
    content = fields.Nested(ContentSchema, required=True)


class RenderedSchema(Schema):
    """A text as it would be published."""

    html = fields.String(required=True)
    lead = fields.String(required=True)
    sections = fields.List(fields.Nested(ArticleSectionSchema), required=True)
    figures = fields.List(fields.Nested(FigureSchema), required=True)
    words = fields.Integer(required=True)
    reading_minutes = fields.Integer(required=True)
