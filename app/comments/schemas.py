"""What do comments look like to the outside?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from app.comments.form import MAX_LENGTHS
from app.comments.models import Status
from app.comments.rules import Submission
from app.comments.texts import text
from app.comments.verdict import SafeReason
from app.ground.errors import FieldProblem
from app.ground.openapi import LARGEST_ID, PageQuery, Query, Text
from app.site.choices import Order

_TEXTS = ("content", "author_name", "author_email", "author_website", "section", "receipt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a reader sent; `problems` are values that could not even be read."""

    submission: Submission
    parent_id: int | None
    section: str | None
    receipt: str | None
    language: str
    problems: tuple[FieldProblem, ...] = ()


def read_reply(posted: Mapping[str, Any], *, language: str) -> Reply:
    """A reply from the fields of a JSON object or a form."""
    texts = {name: posted.get(name) for name in _TEXTS}
    problems = [
        FieldProblem(name, "wrong_type", "A text is expected.")
        for name, value in texts.items()
        if not isinstance(value, str | None)
    ]
    texts = {name: value if isinstance(value, str) else None for name, value in texts.items()}
    parent_id = _parent_id(posted.get("parent_id"))
    if parent_id is None and posted.get("parent_id") not in (None, ""):
        message = text("error.parent_not_available", language)
        problems.append(FieldProblem("parent_id", "parent_not_available", message))
    return Reply(
        submission=Submission(
            content=texts["content"],
            author_name=texts["author_name"],
            author_email=texts["author_email"],
            author_website=texts["author_website"],
        ),
        parent_id=parent_id,
        section=_storable(texts["section"]),
        receipt=texts["receipt"] or None,
        language=language,
        problems=tuple(problems),
    )


def _parent_id(typed: object) -> int | None:
    if isinstance(typed, str) and typed.isascii() and typed.isdigit() and len(typed) < 20:
        typed = int(typed)
    if isinstance(typed, bool) or not isinstance(typed, int):
        return None
    return typed if 0 < typed <= LARGEST_ID else None


def _storable(anchor: str | None) -> str | None:
    """An anchor that a database can be asked for; NUL stands in none."""
    return anchor.replace("\x00", "\ufffd") if anchor else None


class ReplySchema(Schema):
    """A reply. It is checked by the rules, all at once; the lengths here are those of the form."""

    class Meta:
        unknown = EXCLUDE

    content = fields.String(required=True, validate=validate.Length(1, MAX_LENGTHS["content"]))
    author_name = fields.String(
        allow_none=True,
        validate=validate.Length(max=MAX_LENGTHS["author_name"]),
        metadata={"description": "Required of guests, unless the reply form says otherwise."},
    )
    author_email = fields.String(
        allow_none=True,
        validate=validate.Length(max=MAX_LENGTHS["author_email"]),
        metadata={"description": "Required of guests, unless the reply form says otherwise. Never published."},
    )
    author_website = fields.String(allow_none=True, validate=validate.Length(max=MAX_LENGTHS["author_website"]))
    parent_id = fields.Integer(
        allow_none=True,
        validate=validate.Range(1, LARGEST_ID),
        metadata={"description": "The comment that is answered."},
    )
    section = fields.String(allow_none=True, metadata={"description": "The anchor of the section it is about."})
    receipt = fields.String(allow_none=True, metadata={"description": "One for an earlier comment by the same reader."})


class PreviewSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    content = fields.String(required=True, validate=validate.Length(1, MAX_LENGTHS["content"]))


class HtmlSchema(Schema):
    html = fields.String(required=True)


class AuthorSchema(Schema):
    name = fields.String(required=True)
    website = fields.String(required=True, allow_none=True)
    avatar = fields.String(required=True, allow_none=True)
    is_staff = fields.Boolean(required=True)


class SectionPlaceSchema(Schema):
    anchor = fields.String(required=True)
    heading = fields.String(required=True)


class CommentSchema(Schema):
    """A comment. One that is gone but has visible replies is `removed`: id, parent_id, depth, state, nothing else."""

    id = fields.Integer(required=True)
    parent_id = fields.Integer(required=True, allow_none=True)
    depth = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["visible", "removed", "pending"]))
    in_reply_to = fields.Integer(allow_none=True)
    author = fields.Nested(AuthorSchema)
    html = fields.String()
    section = fields.Nested(SectionPlaceSchema, allow_none=True)
    section_was = fields.String(metadata={"description": "The heading of a section that is gone."})
    created_at = fields.AwareDateTime()
    edited_at = fields.AwareDateTime(allow_none=True)
    reply_count = fields.Integer(metadata={"description": "Visible replies anywhere under it."})
    pinned = fields.Boolean()
    permalink = fields.String()
    replies = fields.List(fields.Nested(lambda: CommentSchema()))  # noqa: PLW0108 (the name is not there yet)
    more_replies = fields.String(metadata={"description": "Where a long conversation goes on."})


class PlaceSchema(Schema):
    """Where a comment is found in its article's thread."""

    article = fields.String(required=True)
    root_id = fields.Integer(required=True)
    sort = fields.String(required=True, validate=validate.OneOf(list(Order)))
    cursor = fields.String(required=True, metadata={"description": "The page that begins with its conversation."})


class PlacedCommentSchema(CommentSchema):
    place = fields.Nested(PlaceSchema, required=True)


class ThreadSchema(Schema):
    items = fields.List(fields.Nested(CommentSchema), required=True)
    next = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True, metadata={"description": "Visible comments in the selection."})


class ArticleNameSchema(Schema):
    slug = fields.String(required=True)
    title = fields.String(required=True)


class RecentCommentSchema(CommentSchema):
    article = fields.Nested(ArticleNameSchema, required=True)


class RecentSchema(Schema):
    items = fields.List(fields.Nested(RecentCommentSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class PostedSchema(Schema):
    """What became of a reply; the receipt is the only key to it, so keep it."""

    comment = fields.Nested(CommentSchema, required=True)
    status = fields.String(required=True, validate=validate.OneOf([Status.APPROVED, Status.PENDING]))
    reason = fields.String(required=True, allow_none=True, validate=validate.OneOf([*SafeReason, None]))
    message = fields.String(required=True, allow_none=True)
    receipt = fields.String(required=True)


class ReceiptSchema(Schema):
    """A guest's own comment."""

    id = fields.Integer(required=True)
    article = fields.Nested(ArticleNameSchema, required=True)
    status = fields.String(required=True, validate=validate.OneOf(list(Status)))
    reason = fields.String(required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)
    permalink = fields.String(required=True, allow_none=True)
    html = fields.String(required=True)
    source = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    edited_at = fields.AwareDateTime(required=True, allow_none=True)


class FormFieldSchema(Schema):
    name = fields.String(required=True)
    label = fields.String(required=True)
    required = fields.Boolean(required=True)
    max_length = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)
    input = fields.String(required=True)
    autocomplete = fields.String(required=True, allow_none=True)
    described_by = fields.String(required=True, allow_none=True)


class NoteSchema(Schema):
    id = fields.String(required=True)
    text = fields.String(required=True)


class ReplyFormSchema(Schema):
    """All that is needed to draw "Leave a Reply"."""

    heading = fields.String(required=True)
    heading_to = fields.String(required=True, metadata={"description": "`{name}` stands for who is answered."})
    cancel = fields.String(required=True)
    notes = fields.List(fields.Nested(NoteSchema), required=True)
    button = fields.String(required=True)
    fields_ = fields.List(fields.Nested(FormFieldSchema), required=True, data_key="fields", attribute="fields")
    open = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)
    since = fields.AwareDateTime(required=True, allow_none=True)
    closes_at = fields.AwareDateTime(required=True, allow_none=True)


class ThreadQuery(PageQuery):
    view = fields.String(load_default="tree", validate=validate.OneOf(["tree", "flat"]))
    sort = fields.String(load_default=None, validate=validate.OneOf(list(Order)))
    section = Text(load_default=None, validate=validate.Length(1, 300))
    limit = fields.Integer(
        load_default=None, validate=validate.Range(1, 100), metadata={"description": "Conversations or comments."}
    )


class PlaceQuery(Query):
    sort = fields.String(load_default=None, validate=validate.OneOf(list(Order)))


class CountsQuery(Query):
    slug = fields.List(
        Text(validate=validate.Length(1, 300)), required=True, validate=validate.Length(1, 100),
        metadata={"explode": True, "style": "form", "example": ["shared-clean-room"]},
    )  # fmt: skip


class FormQuery(Query):
    parent = fields.Integer(
        load_default=None, validate=validate.Range(1, LARGEST_ID),
        metadata={"description": "The comment that is answered."},
    )  # fmt: skip
