"""What do moderators send, and what do they see?"""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.articles.schemas import DiscussionSchema, Moment
from app.comments.form import MAX_LENGTHS
from app.comments.models import Status
from app.comments.schemas import SectionPlaceSchema
from app.ground.errors import FieldProblem
from app.ground.openapi import Body, PageQuery, Query, Text
from app.moderation.selection import ANY
from app.site.models import WordTarget
from app.site.words import target_of

LONGEST_NOTE = 1_000
LONGEST_Q = 100
_STATUSES = [str(status) for status in Status]
CODE = validate.Regexp(r"[a-z][a-z0-9_]{0,63}\Z")


def refused(field: str, code: str, message: str) -> ValidationError:
    problem: Any = [FieldProblem(field, code, message)]  # rendered as it is
    return ValidationError(problem, field_name=field)


def note() -> Text:
    return Text(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=LONGEST_NOTE),
        metadata={"description": "Why; it is kept in the audit log."},
    )


# --- What is asked ---------------------------------------------------------------------------------------------------


class _Filter(Schema):
    """Which comments; what is left out asks for nothing."""

    article = Text(validate=validate.Length(1, 300), metadata={"description": "An article's slug."})
    section = Text(validate=validate.Length(1, 300), metadata={"description": "A section's anchor."})
    reason = Text(validate=CODE, metadata={"description": "The name or code of a check that objected."})
    q = Text(
        validate=[validate.Length(1, LONGEST_Q), validate.Regexp(r"\s*\S")],
        metadata={"description": "In the text or the author's name, capitals or not."},
    )
    after = Moment(metadata={"description": "Posted then or later."})
    before = Moment(metadata={"description": "Posted earlier than then."})


def _status(default: str) -> fields.String:
    return fields.String(load_default=default, validate=validate.OneOf([*_STATUSES, ANY]))


class QueueQuery(_Filter, PageQuery):
    status = _status(Status.PENDING)


class AddressFilter(_Filter, Body):
    """A filter that may ask for an author's address, for who has the right to."""

    author_email = Text(validate=validate.Length(1, 320))
    author_ip = Text(
        validate=validate.Length(1, 64), metadata={"description": "A network address; IPv6 counts by /64."}
    )

    path = ""

    @validates_schema
    def _addresses(self, data: dict[str, Any], **_options: Any) -> None:
        if "author_email" in data and target_of(data["author_email"]) is not WordTarget.EMAIL:
            raise refused(f"{self.path}author_email", "email_invalid", "This is no e-mail address.")
        if "author_ip" in data and target_of(data["author_ip"]) is not WordTarget.NETWORK:
            raise refused(f"{self.path}author_ip", "address_invalid", "This is no network address.")


class SearchSchema(AddressFilter):
    """The queue's filters, and what may not stand in a URL."""

    status = _status(ANY)
    limit = fields.Integer(strict=True, load_default=20, validate=validate.Range(1, 100))
    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=512))


class FilterSchema(AddressFilter):
    """Which comments an operation is about."""

    path = "filter."
    status = _status(Status.PENDING)


class DecisionSchema(Body):
    note = note()


class EditSchema(Body):
    """What is changed of a comment, by the rules of posting; what is left out stays."""

    content = Text(metadata={"maxLength": MAX_LENGTHS["content"], "description": "CommonMark."})
    author_name = Text(allow_none=True, metadata={"maxLength": MAX_LENGTHS["author_name"]})
    author_website = Text(allow_none=True, metadata={"maxLength": MAX_LENGTHS["author_website"]})

    @validates_schema
    def _something(self, data: dict[str, Any], **_options: Any) -> None:
        if not data:
            raise refused("body", "required", "Say what to change: content, author_name or author_website.")


class StaffReplySchema(Body):
    content = Text(required=True, metadata={"maxLength": MAX_LENGTHS["content"]})


class DeleteQuery(Query):
    force = fields.Boolean(
        load_default=False,
        truthy={"true", "1"},
        falsy={"false", "0"},
        metadata={"description": "For ever: every personal column is blanked, and nothing brings it back."},
    )


# --- What is answered ------------------------------------------------------------------------------------------------


class ReasonSchema(Schema):
    """What one check left behind; `saw` is a count, a code or ids of words, never a value."""

    check = fields.String(required=True)
    code = fields.String(required=True)
    saw = fields.Raw(required=True, allow_none=True)
    threshold = fields.Raw(required=True, allow_none=True)
    result = fields.String(required=True)


class ModeratedTextSchema(Schema):
    """The comment itself. Its author's address is not in it: see reveal-email."""

    id = fields.Integer(required=True)
    source = fields.String(required=True)
    html = fields.String(required=True)
    author_name = fields.String(required=True)
    author_website = fields.String(required=True, allow_none=True)
    has_email = fields.Boolean(required=True)
    section = fields.Nested(SectionPlaceSchema, required=True, allow_none=True)
    section_was = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    edited_at = fields.AwareDateTime(required=True, allow_none=True)
    depth = fields.Integer(required=True)
    parent_id = fields.Integer(required=True, allow_none=True)
    in_reply_to = fields.Integer(required=True, allow_none=True)
    reply_count = fields.Integer(required=True)


class ArticleBriefSchema(Schema):
    slug = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.String(required=True)


class ParentBriefSchema(Schema):
    """The comment that was answered."""

    id = fields.Integer(required=True)
    author_name = fields.String(required=True)
    status = fields.String(required=True)
    excerpt = fields.String(required=True)


class HistorySchema(Schema):
    """What became of the newest 20 comments that came under the same address; `first_seen` is of all of them."""

    approved = fields.Integer(required=True)
    refused = fields.Integer(required=True, metadata={"description": "Spam and trash."})
    pending = fields.Integer(required=True)
    first_seen = fields.AwareDateTime(required=True, allow_none=True)


class AuthorHistorySchema(Schema):
    name = fields.String(required=True)
    website = fields.String(required=True, allow_none=True)
    is_staff = fields.Boolean(required=True)
    has_email = fields.Boolean(required=True)
    history = fields.Nested(HistorySchema, required=True, allow_none=True)


class ItemSchema(Schema):
    """A comment with everything a moderator may see."""

    id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf(_STATUSES))
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)
    safe_reason = fields.String(required=True, allow_none=True, metadata={"description": "What its author is told."})
    restore_to = fields.String(required=True, allow_none=True)
    trashed_by_rule = fields.Boolean(required=True)
    pinned = fields.Boolean(required=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_by = fields.String(required=True, allow_none=True)
    changed_at = fields.AwareDateTime(required=True)
    changed_by = fields.String(required=True)
    comment = fields.Nested(ModeratedTextSchema, required=True)
    article = fields.Nested(ArticleBriefSchema, required=True)
    parent = fields.Nested(ParentBriefSchema, required=True, allow_none=True)
    author = fields.Nested(AuthorHistorySchema, required=True)


class RepliedSchema(Schema):
    """The moderator's answer, and the comment that it answers, as it is now."""

    comment = fields.Nested(ItemSchema, required=True)
    parent = fields.Nested(ItemSchema, required=True)


class StatusCountsSchema(Schema):
    pending = fields.Integer(required=True)
    approved = fields.Integer(required=True)
    spam = fields.Integer(required=True)
    trash = fields.Integer(required=True)


class QueueSchema(Schema):
    """Oldest first; the counts are the whole site's, and `as_of` is what an operation on this filter may name."""

    items = fields.List(fields.Nested(ItemSchema), required=True)
    next = fields.String(required=True, allow_none=True)
    counts = fields.Nested(StatusCountsSchema, required=True)
    oldest_pending_at = fields.AwareDateTime(required=True, allow_none=True)
    as_of = fields.AwareDateTime(required=True)


class RevealedEmailSchema(Schema):
    author_email = fields.String(required=True)


class SwitchedDiscussionSchema(Schema):
    slug = fields.String(required=True)
    switch = fields.String(required=True)
    discussion = fields.Nested(DiscussionSchema, required=True)
