"""What do the discussion settings look like to the outside?"""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.ground.errors import FieldProblem
from app.ground.openapi import Body, TrueOrFalse
from app.site.choices import Order, SiteSwitch, Trust
from app.site.settings import DEPTHS, PUBLIC_FIELDS

LONGEST_DAYS = 36_500
PAGE_SIZES = range(1, 101)
MOST_LINKS = 1_000


def _within(numbers: range) -> validate.Range:
    return validate.Range(numbers.start, numbers.stop - 1)


def _choice(kind: type[SiteSwitch | Order | Trust], meaning: str) -> fields.String:
    return fields.String(validate=validate.OneOf([str(each) for each in kind]), metadata={"description": meaning})


def _number(bounds: validate.Range, meaning: str) -> fields.Integer:
    return fields.Integer(strict=True, validate=bounds, metadata={"description": meaning})


def _switch(meaning: str) -> TrueOrFalse:
    return TrueOrFalse(metadata={"description": meaning})


class _Settings(Schema):
    """Every discussion setting once; what may be read and what may be written are made from it."""

    discussion = _choice(
        SiteSwitch, "Where readers may reply: unless an article says otherwise, only where opened, nowhere."
    )
    name_and_email_required = _switch("Whether a reply needs a name and an e-mail address.")
    close_after_days = _number(
        validate.Range(0, LONGEST_DAYS), "Days after which an article's discussion closes; 0 never closes it."
    )
    threaded = _switch("Whether readers may reply to one another.")
    max_depth = _number(_within(DEPTHS), "How many levels a thread has; a root is the first.")
    page_size = _number(_within(PAGE_SIZES), "How many conversations stand on a page.")
    order = _choice(Order, "Which conversations come first.")
    hold_all = _switch("Whether every reply waits for a moderator.")
    hold_first_comment = _switch("Whether the first reply of a name and address waits for a moderator.")
    trust = _choice(Trust, "Who counts as known: who shows a receipt, or whoever claims a known name and address "
                           "(a stranger may learn from that whether an address is right).")  # fmt: skip
    link_limit = _number(
        validate.Range(0, MOST_LINKS), "From how many links on a reply is held; 0 switches the check off."
    )
    show_avatars = _switch("Whether comments carry pictures.")


class PublicSettingsSchema(_Settings):
    """What frontends need to know of the discussion settings."""

    class Meta:
        fields = PUBLIC_FIELDS


class SettingsSchema(_Settings):
    """All discussion settings, as staff see them, with the version that a change must name."""

    version = fields.Integer(required=True)
    changed_by = fields.String(required=True, allow_none=True)
    changed_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class SettingsChangeSchema(_Settings, Body):
    """What is to be different; what is left out stays."""

    class Meta(Body.Meta):
        pass

    @validates_schema
    def _changes_something(self, data: dict[str, Any], **_options: object) -> None:
        if not data:
            problem: Any = [FieldProblem("body", "required", "Name at least one setting.")]
            raise ValidationError(problem)
