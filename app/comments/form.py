"""THE REPLY FORM: which fields does a reader meet, in which order, with which limits and which words?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from app.articles.rules import ClosedReason, Opening
from app.comments.texts import text


class Input(StrEnum):
    TEXTAREA = "textarea"
    TEXT = "text"
    EMAIL = "email"
    URL = "url"
    CHECKBOX = "checkbox"


class Unit(StrEnum):
    CHARACTERS = "characters"  # Unicode characters, a line end being one


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """What the site asks for besides a text."""

    name_required: bool
    email_required: bool

    @classmethod
    def of_site(cls, *, require_name_and_email: bool) -> "Requirements":
        """From the site's one switch for both (WordPress: `require_name_email`)."""
        return cls(name_required=require_name_and_email, email_required=require_name_and_email)


NAME_AND_EMAIL = Requirements.of_site(require_name_and_email=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One input. `label` is a text's key in FIELDS, and the text itself in a ReplyForm."""

    name: str
    label: str
    input: Input
    required: bool = False
    max_length: int | None = None
    unit: Unit | None = None
    autocomplete: str | None = None  # WHATWG HTML, 4.10.18.7
    described_by: str | None = None  # the id of a note


@dataclass(frozen=True, slots=True)
class Note:
    id: str
    text: str


EMAIL_NOTE = "email-notes"
REQUIRED_NOTE = "required-notes"

# In WordPress' order, with the lengths of WordPress' columns; an e-mail address has RFC 5321's 254.
FIELDS = (
    Field(
        name="content",
        label="label.content",
        input=Input.TEXTAREA,
        required=True,
        max_length=65_525,
        unit=Unit.CHARACTERS,
    ),
    Field(
        name="author_name",
        label="label.author_name",
        input=Input.TEXT,
        required=True,
        max_length=245,
        unit=Unit.CHARACTERS,
        autocomplete="name",
    ),
    Field(
        name="author_email",
        label="label.author_email",
        input=Input.EMAIL,
        required=True,
        max_length=254,
        unit=Unit.CHARACTERS,
        autocomplete="email",
        described_by=EMAIL_NOTE,
    ),
    Field(
        name="author_website",
        label="label.author_website",
        input=Input.URL,
        max_length=200,
        unit=Unit.CHARACTERS,
        autocomplete="url",
    ),
    # Kept by the reader's browser alone; a server that is sent it looks away.
    Field(name="remember", label="label.remember", input=Input.CHECKBOX),
)

# For schemas: how many characters each text may have.
MAX_LENGTHS: Mapping[str, int] = MappingProxyType(
    {field.name: field.max_length for field in FIELDS if field.max_length is not None}
)


@cache
def fields_for(requirements: Requirements) -> tuple[Field, ...]:
    """FIELDS as this site asks for them."""
    asked_for = {"author_name": requirements.name_required, "author_email": requirements.email_required}
    return tuple(replace(field, required=asked_for.get(field.name, field.required)) for field in FIELDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyForm:
    """Everything a frontend needs to draw the form.

    `heading_to` is a template: `{name}` stands for who is answered.
    """

    heading: str
    heading_to: str
    cancel: str
    notes: tuple[Note, ...]
    button: str
    fields: tuple[Field, ...]
    open: bool
    reason: ClosedReason | None
    message: str | None  # the reason in words
    closes_at: datetime | None
    since: datetime | None


def reply_form(
    *, language: str, requirements: Requirements, opening: Opening, parent_name: str | None = None
) -> ReplyForm:
    """The form in a language of texts.LANGUAGES; with `parent_name` its heading says who is answered."""
    if parent_name is None:
        heading = text("form.heading", language)
    else:
        heading = text("form.heading_to", language, name=parent_name)
    return ReplyForm(
        heading=heading,
        heading_to=text("form.heading_to", language),
        cancel=text("form.cancel", language),
        notes=(
            Note(EMAIL_NOTE, text("note.email", language)),
            Note(REQUIRED_NOTE, text("note.required", language)),
        ),
        button=text("form.button", language),
        fields=tuple(replace(field, label=text(field.label, language)) for field in fields_for(requirements)),
        open=opening.open,
        reason=opening.reason,
        message=text(f"closed.{opening.reason}", language) if opening.reason else None,
        closes_at=opening.closes_at,
        since=opening.since,
    )
