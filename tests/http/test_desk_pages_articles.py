"""Can an editor write, preview, publish and take back an article in a browser, without losing a word?"""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.contract import ContractClient

Headers = dict[str, str]
NEW = "/desk/new-article"
HOME = "/desk/articles"
BODY = "The lead.\r\n\r\n## Tides\r\n\r\nAbout tides.\r\n\r\n## Winds\r\n\r\nAbout winds."
FORM = {
    "title": "On water",
    "standfirst": "What moves it",
    "body": BODY,
    "byline": "Ada",
    "categories": "Sea, Weather",
    "tags": "tides",
    "slug": "",
    "language": "en",
    "format": "markdown",
    "published_at": "",
    "discussion.switch": "inherit",
    "discussion.close_after_days": "",
    "external_url": "",
    "note": "",
}


def article(client: ContractClient, headers: Headers, slug: str = "on-water") -> dict[str, Any]:
    return dict(client.get(f"/api/v1/editing/articles/{slug}", headers=headers).json)


def form_of(page: str) -> dict[str, str]:
    """The fields of an editor's form, as a browser would send them."""
    inputs = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page))
    chosen = dict(re.findall(r'<select id="field-([^"]+)".*?<option value="([^"]*)" selected>', page, re.DOTALL))
    area = re.search(r'<textarea id="field-body"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert area is not None
    form = inputs | chosen | {"body": area[1].replace("\n", "\r\n")}
    return {name: unescape(value) for name, value in form.items()}


@pytest.fixture
def written(client: ContractClient, as_editor: Headers) -> str:
    """A draft by its slug."""
    answer = client.post(NEW, data=FORM, headers=as_editor)
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"] == f"{HOME}/on-water/edit?said=article_written"
    return "on-water"


def test_an_article_is_written_as_a_draft(client: ContractClient, as_editor: Headers, written: str) -> None:
    made = article(client, as_editor, written)
    assert (made["title"], made["status"], made["byline"]) == ("On water", "draft", "Ada")
    assert (made["categories"], made["tags"]) == (["Sea", "Weather"], ["tides"])
    assert made["body"] == BODY.replace("\r\n", "\n")


def test_an_article_that_fits_as_json_fits_in_the_form(client: ContractClient, as_editor: Headers) -> None:
    long = "한글로 쓴 긴 글. " * 30_000
    answer = client.post(NEW, data=FORM | {"body": long}, headers=as_editor)
    assert answer.status_code == 303
    assert article(client, as_editor)["body"].strip() == long.strip()
    assert client.post(NEW, data=FORM | {"body": "x" * 3_200_000}, headers=as_editor).status_code == 413


def test_the_same_form_sent_twice_writes_one_article(client: ContractClient, as_editor: Headers) -> None:
    for _ in range(2):
        client.post(NEW, data=FORM | {"idempotency_key": "once"}, headers=as_editor)
    assert len(client.get("/api/v1/editing/articles", headers=as_editor).json["items"]) == 1


def test_it_can_be_published_with_the_same_form(client: ContractClient, as_editor: Headers) -> None:
    client.post(NEW, data=FORM | {"publish": "now"}, headers=as_editor)
    assert article(client, as_editor)["status"] == "published"


def test_a_date_to_come_schedules_it(client: ContractClient, as_editor: Headers) -> None:
    client.post(NEW, data=FORM | {"published_at": "2099-01-02T03:04"}, headers=as_editor)
    made = article(client, as_editor)
    assert (made["status"], made["published_at"][:16]) == ("scheduled", "2099-01-02T03:04")


@pytest.mark.parametrize(
    ("name", "typed", "status"),
    [
        ("title", "", 422),
        ("slug", "Not A Slug", 422),
        ("language", "?", 422),
        ("published_at", "tomorrow", 422),
        ("external_url", "ftp://example.org", 422),
        ("discussion.close_after_days", "soon", 422),
        ("tags", "x" * 101, 422),
        ("byline", "x" * 201, 422),
    ],
)
def test_a_mistake_brings_the_form_back_with_every_word(
    client: ContractClient, as_editor: Headers, name: str, typed: str, status: int
) -> None:
    answer = client.post(NEW, data=FORM | {name: typed}, headers=as_editor)
    assert answer.status_code == status
    assert f'href="#field-{name}"' in answer.text
    assert f'id="error-{name}"' in answer.text
    sent = FORM | {name: typed}
    came_back = form_of(answer.text)
    assert {key: came_back[key] for key in sent} == sent


def test_an_article_without_a_text_is_told_so(client: ContractClient, as_editor: Headers) -> None:
    answer = client.post(NEW, data=FORM | {"body": ""}, headers=as_editor)
    assert answer.status_code == 422
    assert 'href="#field-body"' in answer.text


def test_a_slug_that_is_taken_is_told_beside_it(client: ContractClient, as_editor: Headers, written: str) -> None:
    answer = client.post(NEW, data=FORM | {"slug": written}, headers=as_editor)
    assert answer.status_code == 409
    assert 'href="#field-slug"' in answer.text


def test_a_form_that_is_sent_as_it_came_changes_nothing(
    client: ContractClient, as_editor: Headers, written: str
) -> None:
    client.post(f"{HOME}/{written}/publish", data={"if_match": '"v1"'}, headers=as_editor)
    before = article(client, as_editor, written)
    page = client.get(f"{HOME}/{written}/edit", headers=as_editor).text
    form = form_of(page) | {"if_match": f'"v{before["version"]}"'}
    assert client.post(f"{HOME}/{written}/edit", data=form, headers=as_editor).status_code == 303
    assert article(client, as_editor, written) == before


def test_an_article_is_changed_and_keeps_what_it_was(client: ContractClient, as_editor: Headers, written: str) -> None:
    form = FORM | {"slug": written, "title": "On deep water", "note": "Deeper", "if_match": '"v1"'}
    answer = client.post(f"{HOME}/{written}/edit", data=form, headers=as_editor)
    assert answer.status_code == 303
    assert article(client, as_editor, written)["title"] == "On deep water"
    page = client.get(f"{HOME}/{written}", headers=as_editor).text
    assert "Deeper" in page
    assert "Go back to its text" in page
    back = client.post(f"{HOME}/{written}/revisions/1/restore", data={"if_match": '"v2"'}, headers=as_editor)
    assert back.status_code == 303
    assert article(client, as_editor, written)["title"] == "On water"


def test_who_saves_second_keeps_every_word_and_sees_what_was_saved(
    client: ContractClient, as_editor: Headers, as_admin: Headers, written: str
) -> None:
    form = FORM | {"slug": written, "if_match": '"v1"'}
    client.post(f"{HOME}/{written}/edit", data=form | {"title": "On fire", "body": "Burnt."}, headers=as_admin)
    late = client.post(f"{HOME}/{written}/edit", data=form | {"title": "On ice"}, headers=as_editor)
    assert late.status_code == 412
    assert "test admin" in late.text
    assert 'value="On ice"' in late.text
    assert "Saved now: On fire." in late.text
    assert "Burnt." in late.text
    again = form_of(late.text) | {"if_match": '"v2"'}
    assert client.post(f"{HOME}/{written}/edit", data=again, headers=as_editor).status_code == 303
    assert article(client, as_editor, written)["title"] == "On ice"


def test_a_preview_shows_the_outline_and_stores_nothing(client: ContractClient, as_editor: Headers) -> None:
    answer = client.post(f"{NEW}/preview", data=FORM, headers=as_editor)
    assert answer.status_code == 200
    assert '<a href="#preview-tides" dir="auto">Tides</a>' in answer.text
    assert '<h2 id="preview-tides">Tides</h2>' in answer.text
    assert form_of(answer.text)["title"] == "On water"
    assert client.get("/api/v1/editing/articles", headers=as_editor).json["items"] == []


def test_a_script_gets_the_preview_alone(client: ContractClient, as_editor: Headers) -> None:
    answer = client.post(f"{NEW}/preview", data=FORM | {"part": "preview"}, headers=as_editor)
    assert answer.status_code == 200
    assert "preview-tides" in answer.text
    assert "<form" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_preview_does_not_count_as_having_seen_what_others_saved(
    client: ContractClient, as_editor: Headers, as_admin: Headers, written: str
) -> None:
    form = FORM | {"slug": written, "if_match": '"v1"'}
    client.post(f"{HOME}/{written}/edit", data=form | {"title": "On fire"}, headers=as_admin)
    page = client.post(f"{HOME}/{written}/preview", data=form, headers=as_editor).text
    assert 'name="if_match" value="&quot;v1&quot;"' in page


def test_the_outline_tells_which_replies_stay_and_which_lose_their_section(
    client: ContractClient, as_editor: Headers, slug: str, reply: Callable[..., Any]
) -> None:
    reply(headers=as_editor, section="first-things")
    reply(headers=as_editor, section="second-thoughts", content="Another thought.")
    body = "The lead, before any heading.\n\n## Things that came first\n\nWhat comes first.\n\n## Other\n\nNew text."
    form = {"body": body, "format": "markdown", "part": "preview"}
    page = " ".join(client.post(f"{HOME}/{slug}/preview", data=form, headers=as_editor).text.split())
    assert '<a href="#preview-first-things" dir="auto">Things that came first</a>' in page
    assert "1 reply" in page
    assert "Readers replied to sections that would be gone" in page
    assert "<bdi>Second thoughts</bdi> (1 reply)" in page
    assert ">new</span>" in page


def test_a_hostile_text_does_nothing_in_the_preview(client: ContractClient, as_editor: Headers) -> None:
    form = {"body": '<script>alert(1)</script><img src="x" onerror="alert(1)">', "format": "html", "part": "preview"}
    page = client.post(f"{NEW}/preview", data=form, headers=as_editor).text
    assert "<script" not in page
    assert "onerror" not in page


def test_an_article_is_published_withdrawn_brought_back_and_deleted(
    client: ContractClient, as_editor: Headers, written: str
) -> None:
    states = []
    for version, act in enumerate(("publish", "withdraw", "restore", "withdraw"), 1):
        answer = client.post(f"{HOME}/{written}/{act}", data={"if_match": f'"v{version}"'}, headers=as_editor)
        assert answer.status_code == 303, answer.text
        states.append(article(client, as_editor, written)["status"])
    assert states == ["published", "withdrawn", "published", "withdrawn"]
    gone = client.post(f"{HOME}/{written}/delete", data={"if_match": '"v5"'}, headers=as_editor)
    assert (gone.status_code, gone.headers["Location"]) == (303, f"{HOME}?said=article_deleted")
    assert client.get(f"{HOME}/{written}", headers=as_editor).status_code == 404


def test_who_acts_on_an_older_version_is_told_who_was_first(
    client: ContractClient, as_editor: Headers, as_admin: Headers, written: str
) -> None:
    client.post(f"{HOME}/{written}/publish", data={"if_match": '"v1"'}, headers=as_admin)
    late = client.post(f"{HOME}/{written}/withdraw", data={"if_match": '"v1"'}, headers=as_editor)
    assert late.status_code == 412
    assert "test admin" in late.text


def test_the_list_tells_state_discussion_and_counts(
    client: ContractClient, as_editor: Headers, as_moderator: Headers, slug: str, reply: Callable[..., Any]
) -> None:
    reply()
    reply(headers=as_editor, content="Another thought.")
    page = client.get(HOME, headers=as_editor).text
    row = re.sub(r"<[^>]+>", " ", page[page.index("<tbody>") : page.index("</tbody>")])
    words = " ".join(row.split())
    assert words.startswith("An article published open 1 visible comments under An article 1 comments waiting under")
    closed = client.post(f"{HOME}/{slug}/discussion", data={"to": "closed"}, headers=as_moderator)
    assert closed.status_code == 303
    assert "Comments are closed for this article." in client.get(f"{HOME}/{slug}", headers=as_moderator).text
    assert "closed" in client.get(HOME, headers=as_moderator).text


def test_the_list_is_searched_and_narrowed(client: ContractClient, as_editor: Headers, written: str, slug: str) -> None:
    assert "On water" in client.get(f"{HOME}?q=water", headers=as_editor).text
    published = client.get(f"{HOME}?status=published", headers=as_editor).text
    assert "On water" not in published
    assert "An article" in published
    refused = client.get(f"{HOME}?status=nonsense", headers=as_editor)
    assert refused.status_code == 422
    assert 'id="error-status"' in refused.text


def test_a_moderator_sees_only_what_readers_see(
    client: ContractClient, as_moderator: Headers, written: str, slug: str
) -> None:
    page = client.get(HOME, headers=as_moderator).text
    assert "An article" in page
    assert "On water" not in page
    assert client.get(f"{HOME}/{written}", headers=as_moderator).status_code == 404
    shown = client.get(f"{HOME}/{slug}", headers=as_moderator)
    assert shown.status_code == 200
    assert "/edit" not in shown.text
    assert "Withdraw" not in shown.text


@pytest.mark.parametrize("act", ["publish", "withdraw", "restore", "delete", "edit", "preview"])
def test_a_moderator_changes_no_article(client: ContractClient, as_moderator: Headers, slug: str, act: str) -> None:
    answer = client.post(f"{HOME}/{slug}/{act}", data=FORM | {"if_match": '"v1"'}, headers=as_moderator)
    assert answer.status_code == 403


def test_an_article_in_another_script_has_its_pages(client: ContractClient, as_editor: Headers) -> None:
    form = FORM | {"title": "바다에 대하여", "language": "ko", "body": "## 밀물\n\n물이 든다."}
    answer = client.post(NEW, data=form, headers=as_editor)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"], headers=as_editor)
    assert page.status_code == 200
    assert 'value="바다에 대하여"' in page.text
