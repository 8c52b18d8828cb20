"""Is the reply form the one readers know, in every language, and the one that is validated?"""

from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from app.articles.rules import ClosedReason, Opening
from app.comments.form import (
    FIELDS,
    MAX_LENGTHS,
    NAME_AND_EMAIL,
    ReplyForm,
    Requirements,
    fields_for,
    reply_form,
)
from app.comments.texts import LANGUAGES

OPEN = Opening(open=True)


def form_in(language: str = "en", opening: Opening = OPEN, parent_name: str | None = None) -> ReplyForm:
    return reply_form(language=language, requirements=NAME_AND_EMAIL, opening=opening, parent_name=parent_name)


def test_the_english_form_is_the_one_readers_know() -> None:
    form = asdict(form_in())
    fields = form.pop("fields")
    assert form == {
        "heading": "Leave a Reply",
        "heading_to": "Leave a Reply to {name}",
        "cancel": "Cancel reply",
        "notes": (
            {"id": "email-notes", "text": "Your email address will not be published."},
            {"id": "required-notes", "text": "Required fields are marked *"},
        ),
        "button": "Post Comment",
        "open": True,
        "reason": None,
        "message": None,
        "closes_at": None,
        "since": None,
    }
    columns = ("name", "label", "required", "max_length", "unit", "input", "autocomplete", "described_by")
    assert [tuple(field[column] for column in columns) for field in fields] == [
        ("content", "Comment", True, 65_525, "characters", "textarea", None, None),
        ("author_name", "Name", True, 245, "characters", "text", "name", None),
        ("author_email", "Email", True, 254, "characters", "email", "email", "email-notes"),
        ("author_website", "Website", False, 200, "characters", "url", "url", None),
        (
            "remember",
            "Save my name, email, and website in this browser for the next time I comment.",
            False,
            None,
            None,
            "checkbox",
            None,
            None,
        ),
    ]
    assert set(fields[0]) == set(columns)


@pytest.mark.parametrize(
    ("language", "heading", "to_ann", "button", "note"),
    [
        (
            "de",
            "Schreibe einen Kommentar",
            "Schreibe einen Kommentar zu Ann",
            "Kommentar abschicken",
            "Deine E-Mail-Adresse wird nicht veröffentlicht.",
        ),
        (
            "fr",
            "Laisser un commentaire",
            "Répondre à Ann",
            "Laisser un commentaire",
            "Votre adresse e-mail ne sera pas publiée.",
        ),
        ("ko", "답글 남기기", "Ann에 답글 남기기", "댓글 달기", "이메일 주소는 공개되지 않습니다."),
    ],
)
def test_the_form_speaks_the_readers_language(language: str, heading: str, to_ann: str, button: str, note: str) -> None:
    form = form_in(language)
    assert (form.heading, form.button, form.notes[0].text) == (heading, button, note)
    assert form.heading_to.format(name="Ann") == form_in(language, parent_name="Ann").heading == to_ann


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_key_is_left_in_a_form(language: str) -> None:
    form = form_in(language)
    words = [form.heading, form.heading_to, form.cancel, form.button]
    words += [note.text for note in form.notes] + [field.label for field in form.fields]
    assert all(word and "." not in word[:-1] for word in words)


def test_a_name_in_the_heading_is_taken_as_it_is() -> None:
    assert form_in(parent_name="{name} {0} %s").heading == "Leave a Reply to {name} {0} %s"


def test_every_described_field_has_its_note() -> None:
    form = form_in()
    assert {field.described_by for field in form.fields} - {None} <= {note.id for note in form.notes}


@pytest.mark.parametrize(
    ("requirements", "required"),
    [
        (NAME_AND_EMAIL, {"content", "author_name", "author_email"}),
        (Requirements.of_site(require_name_and_email=True), {"content", "author_name", "author_email"}),
        (Requirements.of_site(require_name_and_email=False), {"content"}),
        (Requirements(name_required=True, email_required=False), {"content", "author_name"}),
        (Requirements(name_required=False, email_required=True), {"content", "author_email"}),
    ],
)
def test_the_site_decides_what_is_required_and_nothing_else_changes(
    requirements: Requirements, required: set[str]
) -> None:
    fields = fields_for(requirements)
    assert {field.name for field in fields if field.required} == required
    assert [field.name for field in fields] == [field.name for field in FIELDS]


def test_the_form_says_when_it_will_close() -> None:
    closes_at = datetime(2026, 5, 1, tzinfo=UTC)
    form = form_in(opening=Opening(open=True, closes_at=closes_at))
    assert (form.open, form.reason, form.message, form.closes_at, form.since) == (
        True,
        None,
        None,
        closes_at,
        None,
    )


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        (ClosedReason.WHOLE_SITE, "Comments are closed on this site."),
        (ClosedReason.SWITCHED_OFF, "Comments are closed for this article."),
        (ClosedReason.TOO_OLD, "This article is no longer new, so its comments are closed."),
    ],
)
def test_a_closed_form_says_why_and_since_when(reason: ClosedReason, message: str) -> None:
    since = datetime(2026, 4, 1, tzinfo=UTC)
    form = form_in(opening=Opening(open=False, reason=reason, closes_at=since, since=since))
    assert (form.open, form.reason, form.message) == (False, reason, message)
    assert (form.closes_at, form.since) == (since, since)


def test_the_lengths_that_schemas_use_are_those_of_the_form() -> None:
    assert MAX_LENGTHS == {
        "content": 65_525,
        "author_name": 245,
        "author_email": 254,
        "author_website": 200,
    }
