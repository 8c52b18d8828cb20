"""A frontend draws the form from its contract."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Headers
from tests.contract import ContractClient


def form(client: ContractClient, slug: str, language: str | None = None, query: str = "") -> dict[str, Any]:
    headers = {"Accept-Language": language} if language else {}
    answer = client.get(f"/api/v1/articles/{slug}/reply-form{query}", headers=headers)
    assert answer.status_code == 200
    return dict(answer.json or {})


def test_the_form_is_the_one_that_readers_know(client: ContractClient, slug: str) -> None:
    contract = form(client, slug)
    assert (contract["heading"], contract["heading_to"], contract["cancel"], contract["button"]) == (
        "Leave a Reply",
        "Leave a Reply to {name}",
        "Cancel reply",
        "Post Comment",
    )
    assert [note["text"] for note in contract["notes"]] == [
        "Your email address will not be published.",
        "Required fields are marked *",
    ]
    assert (contract["open"], contract["reason"]) == (True, None)


@pytest.mark.parametrize(
    ("name", "label", "required", "max_length", "kind", "autocomplete"),
    [
        ("content", "Comment", True, 65525, "textarea", None),
        ("author_name", "Name", True, 245, "text", "name"),
        ("author_email", "Email", True, 254, "email", "email"),
        ("author_website", "Website", False, 200, "url", "url"),
    ],
)
def test_each_field_says_what_a_frontend_needs(
    client: ContractClient,
    slug: str,
    name: str,
    label: str,
    required: bool,
    max_length: int,
    kind: str,
    autocomplete: str | None,
) -> None:
    fields = {field["name"]: field for field in form(client, slug)["fields"]}
    field = fields[name]
    assert (
        field["label"],
        field["required"],
        field["max_length"],
        field["unit"],
        field["input"],
        field["autocomplete"],
    ) == (label, required, max_length, "characters", kind, autocomplete)


def test_the_fields_stand_in_wordpress_order_and_the_email_is_described_by_its_note(
    client: ContractClient, slug: str
) -> None:
    contract = form(client, slug)
    fields, notes = contract["fields"], contract["notes"]
    assert [field["name"] for field in fields] == [
        "content",
        "author_name",
        "author_email",
        "author_website",
        "remember",
    ]
    assert fields[2]["described_by"] == notes[0]["id"]


@pytest.mark.parametrize(
    ("asked", "spoken", "heading"),
    [
        ("de-AT", "de", "Schreibe einen Kommentar"),
        ("fr;q=0.9, en;q=0.1", "fr", "Laisser un commentaire"),
        ("ko", "ko", "답글 남기기"),
        ("ja", "en", "Leave a Reply"),
    ],
)
def test_the_form_speaks_the_reader_s_language_and_says_which(
    client: ContractClient, slug: str, asked: str, spoken: str, heading: str
) -> None:
    answer = client.get(f"/api/v1/articles/{slug}/reply-form", headers={"Accept-Language": asked})
    assert answer.json is not None
    assert answer.json["heading"] == heading
    assert answer.headers["Content-Language"] == spoken
    assert "Accept-Language" in answer.headers["Vary"]


def test_under_a_comment_the_heading_names_who_is_answered(
    client: ContractClient, slug: str, reply: Callable[..., Any], as_moderator: Headers
) -> None:
    answered = reply(headers=as_moderator).json["comment"]["id"]
    assert form(client, slug, query=f"?parent={answered}")["heading"] == "Leave a Reply to test moderator"
    assert client.get(f"/api/v1/articles/{slug}/reply-form?parent=4711").status_code == 404


def test_where_name_and_email_are_optional_the_contract_says_so_and_a_text_is_enough(
    client: ContractClient, slug: str, as_admin: Headers
) -> None:
    seen = client.get("/api/v1/settings").headers["ETag"]
    change = {"name_and_email_required": False}
    assert client.patch("/api/v1/settings", json=change, headers=as_admin | {"If-Match": seen}).status_code == 200
    required = {field["name"]: field["required"] for field in form(client, slug)["fields"]}
    assert required == {
        "content": True,
        "author_name": False,
        "author_email": False,
        "author_website": False,
        "remember": False,
    }
    answer = client.post(f"/api/v1/articles/{slug}/comments", json={"content": "Just this."})
    assert answer.status_code == 202
    assert answer.json is not None
    assert answer.json["comment"]["author"]["name"] == "Anonymous"


def test_a_closed_form_says_why_since_when_and_in_words(
    client: ContractClient, slug: str, as_moderator: Headers
) -> None:
    client.post(f"/api/v1/moderation/articles/{slug}/close", headers=as_moderator)
    contract = form(client, slug)
    assert (contract["open"], contract["reason"]) == (False, "switched_off")
    assert contract["since"]
    assert contract["message"] == "Comments are closed for this article."
