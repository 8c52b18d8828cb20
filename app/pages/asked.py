"""Which part of a discussion does a page's address ask for?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import fields, post_load, validate

from app.comments.schemas import ThreadQuery
from app.ground.openapi import LARGEST_ID, Text, loaded
from app.site.choices import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Nothing asked for is the first page of the thread, and a form about the whole article."""

    sort: Order | None = None
    section: str | None = None  # the anchor of the section that all comments shown are about
    cursor: str | None = None
    comment: int | None = None  # the page that holds this comment
    conversation: int | None = None  # what stands under this comment, from the cursor on
    reply_to: int | None = None  # the comment that the form answers
    about: str | None = None  # the anchor of the section that the form is about
    receipt: str | None = None  # of an earlier comment of who asks, which makes the page theirs alone


def _id() -> fields.Integer:
    return fields.Integer(load_default=None, validate=validate.Range(1, LARGEST_ID))


class AskedQuery(ThreadQuery):
    class Meta(ThreadQuery.Meta):
        exclude = ("limit", "view")

    about = Text(load_default=None, validate=validate.Length(1, 300))
    receipt = Text(load_default=None)
    comment, conversation, reply_to = _id(), _id(), _id()

    @post_load
    def make(self, values: dict[str, Any], **_options: Any) -> Asked:
        order = Order(values.pop("sort")) if values["sort"] else None
        return Asked(**(values | {"sort": order}))


def asked_in(query: Mapping[str, str]) -> Asked:
    """What the part of an address behind its question mark asks for. Raises InvalidRequest."""
    asked: Asked = loaded(AskedQuery(), {name: value for name, value in query.items() if value})
    return asked
