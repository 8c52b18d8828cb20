"""Do moderators find comments and acts, and see how the moderation is going?"""

import ast
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.comments.models import Status
from app.desk.log import ACTIONS
from app.ground import clock
from tests.contract import ContractClient
from tests.desk import address
from tests.rows import NOON, a_comment, an_article

Headers = dict[str, str]
COMMENTS = "/desk/comments"
LOG = "/desk/log"
FIGURES = "/desk/figures"


def words_of(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") :])).split())


# --- Comments --------------------------------------------------------------------------------------------------------


@pytest.fixture
def four(app: Flask) -> int:
    """An article with a comment of every status, a day apart."""
    with app.app_context():
        article_id = an_article("tides")
        for number, status in enumerate(Status):
            a_comment(
                article_id,
                status=status,
                source=f"A {status} word",
                created_at=NOON + timedelta(days=number),
                **address(f"{status}@example.org"),
            )
        return article_id


def found(page: str) -> set[str]:
    return {status for status in Status if f"A {status} word" in page}


@pytest.mark.parametrize(
    ("query", "statuses"),
    [
        ("", set(Status)),
        ("?status=any", set(Status)),
        ("?status=spam", {"spam"}),
        ("?q=SPAM", {"spam"}),
        ("?article=tides&status=approved", {"approved"}),
        ("?article=nothing", set()),
        ("?after=2031-05-22", {"spam", "trash"}),
        ("?before=2031-05-21", {"pending"}),
        ("?after=2031-05-21&before=2031-05-22", {"approved"}),
    ],
)
def test_comments_are_found_by_what_is_asked(
    client: ContractClient, as_moderator: Headers, four: int, query: str, statuses: set[str]
) -> None:
    answer = client.get(f"{COMMENTS}{query}", headers=as_moderator)
    assert answer.status_code == 200
    assert found(answer.text) == statuses


@pytest.mark.parametrize(("name", "typed"), [("after", "yesterday"), ("status", "lost"), ("q", "x" * 101)])
def test_a_filter_that_cannot_be_read_comes_back_with_what_is_wrong(
    client: ContractClient, as_moderator: Headers, four: int, name: str, typed: str
) -> None:
    answer = client.get(f"{COMMENTS}?{name}={typed}&article=tides", headers=as_moderator)
    assert answer.status_code == 422
    assert f'href="#field-{name}"' in answer.text
    assert 'value="tides"' in answer.text
    assert found(answer.text) == set()


def test_comments_are_found_by_address_and_the_log_does_not_say_by_which(
    client: ContractClient, as_moderator: Headers, four: int
) -> None:
    answer = client.post(f"{COMMENTS}/search", data={"author_email": "spam@example.org"}, headers=as_moderator)
    assert answer.status_code == 200
    assert found(answer.text) == {"spam"}
    log = client.get("/api/v1/moderation/log", headers=as_moderator)
    assert log.json["items"][0]["action"] == "search_by_address"
    assert "spam@example.org" not in log.text


def test_an_address_is_not_looked_for_in_the_address_of_a_page(
    client: ContractClient, as_moderator: Headers, four: int
) -> None:
    answer = client.get(f"{COMMENTS}?author_email=spam@example.org", headers=as_moderator)
    assert found(answer.text) == set(Status)
    page = client.post(f"{COMMENTS}/search", data={"author_email": "spam@example.org"}, headers=as_moderator).text
    assert not re.search(r'(href|action)="[^"]*spam(@|%40)example', page)


def test_what_is_no_address_comes_back_with_what_is_wrong(client: ContractClient, as_moderator: Headers) -> None:
    answer = client.post(f"{COMMENTS}/search", data={"author_email": "spam"}, headers=as_moderator)
    assert answer.status_code == 422
    assert 'href="#field-author_email"' in answer.text


@pytest.mark.parametrize(("order", "first", "last"), [("oldest", 0, 20), ("newest", 20, 0)])
def test_a_search_by_address_goes_on_over_pages(
    app: Flask, client: ContractClient, as_moderator: Headers, order: str, first: int, last: int
) -> None:
    with app.app_context():
        article_id = an_article("tides")
        for number in range(21):
            a_comment(article_id, source=f"Word {number:02}", created_at=NOON + timedelta(minutes=number),
                      **address("ada@example.org"))  # fmt: skip
    typed = {"author_email": "ada@example.org", "order": order}
    page = client.post(f"{COMMENTS}/search", data=typed, headers=as_moderator).text
    assert f"Word {first:02}" in page
    assert f"Word {last:02}" not in page
    form = re.search(r'<form class="pager".*?</form>', page, re.DOTALL)
    assert form is not None
    fields = {name: unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form[0])}
    further = client.post(f"{COMMENTS}/search", data=fields, headers=as_moderator).text
    assert f"Word {last:02}" in further
    assert f"Word {first:02}" not in further


@pytest.mark.parametrize("search", ["", "&q=word"])
@pytest.mark.parametrize(("order", "ways"), [("newest", -1), ("oldest", 1)])
def test_comments_stand_in_the_order_that_is_asked_for_over_all_pages(
    app: Flask, client: ContractClient, as_moderator: Headers, order: str, ways: int, search: str
) -> None:
    with app.app_context():
        article_id = an_article("tides")
        for number in range(41):
            a_comment(article_id, source=f"Word {number:02}", created_at=NOON + timedelta(minutes=number // 2))
    path, seen = f"{COMMENTS}?order={order}&status=approved{search}", list[str]()
    while path:
        page = client.get(path, headers=as_moderator).text
        seen += re.findall(r">\s*Word (\d\d)", page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        path = unescape(further[1]) if further else ""
    assert seen == [f"{number:02}" for number in range(41)][::ways]


def test_the_newest_comments_stand_first_unless_somebody_asks(
    client: ContractClient, as_moderator: Headers, four: int
) -> None:
    page = client.get(COMMENTS, headers=as_moderator).text
    assert page.index("A trash word") < page.index("A pending word")


# --- The log ---------------------------------------------------------------------------------------------------------


def test_the_log_says_who_did_what(
    client: ContractClient, as_moderator: Headers, as_admin: Headers, reply: Callable[..., Any]
) -> None:
    reply()
    client.patch("/api/v1/settings", json={"max_depth": 3}, headers=as_admin | {"If-Match": '"v0"'})
    said = words_of(client.get(LOG, headers=as_moderator).text)
    assert "test admin changed settings max depth: 5 → 3" in said
    assert "test editor published article an-article (draft → published)" in said


def test_the_log_is_narrowed(client: ContractClient, as_moderator: Headers, as_admin: Headers, slug: str) -> None:
    client.patch("/api/v1/settings", json={"max_depth": 3}, headers=as_admin | {"If-Match": '"v0"'})
    narrowed = words_of(client.get(f"{LOG}?action=settings_changed", headers=as_moderator).text)
    assert "test admin changed settings" in narrowed
    assert "test editor published" not in narrowed
    of_articles = words_of(client.get(f"{LOG}?object=article", headers=as_moderator).text)
    assert "test editor published" in of_articles
    assert "test admin changed settings" not in of_articles


def test_a_filter_of_the_log_that_cannot_be_read_comes_back(client: ContractClient, as_moderator: Headers) -> None:
    answer = client.get(f"{LOG}?action=No%20Action&actor=moderator:3", headers=as_moderator)
    assert answer.status_code == 422
    assert 'href="#field-action"' in answer.text
    assert 'value="moderator:3"' in answer.text


def test_every_act_that_is_written_down_has_words() -> None:
    written: set[str] = set()
    for path in Path("app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in {"_act", "note_down", "_moved"}:
                written |= {str(each.value) for each in node.args if isinstance(each, ast.Constant)}
            if name == "Act":
                written |= {
                    str(each.value.value)
                    for each in node.keywords
                    if each.arg == "action" and isinstance(each.value, ast.Constant)
                }
    assert len(written) > 15
    assert written <= set(ACTIONS)


# --- Figures ---------------------------------------------------------------------------------------------------------


def test_an_empty_site_has_figures_too(client: ContractClient, as_moderator: Headers) -> None:
    said = words_of(client.get(FIGURES, headers=as_moderator).text)
    assert "No comment came in these days." in said
    assert "The oldest that is held has waited for none" in said


def test_the_figures_stand_in_tables_beside_their_pictures(
    app: Flask, client: ContractClient, as_moderator: Headers
) -> None:
    clock.use(lambda: NOON + timedelta(hours=2))
    with app.app_context():
        article_id = an_article("tides", title="On tides")
        a_comment(article_id, status="approved", decided_at=NOON + timedelta(minutes=5), decided_by="Ada")
        a_comment(article_id, status="spam", decided_at=NOON + timedelta(hours=1), decided_by="Ada")
        objection = {"check": "links", "code": "too_many_links", "saw": 3, "threshold": 2, "result": "hold"}
        a_comment(article_id, status="pending", safe_reason="review", reasons=[objection])
    page = client.get(f"{FIGURES}?days=7", headers=as_moderator).text
    said = words_of(page)
    assert "Tue, 20 May 2031 1 1 1 0 3" in said
    assert "Half of the comments were decided within 5 minutes" in said
    assert "Nine of ten were decided within 1 hour" in said
    assert "The oldest that is held has waited for 2 hours" in said
    assert "On tides 3" in said
    assert "many links links 1" in said
    assert page.count('<rect class="fill-approved" x=') == 1
    assert len(re.findall(r'<time datetime="2031-05-\d\d">', page)) == 8


@pytest.mark.parametrize("days", ["0", "91", "many"])
def test_a_span_that_cannot_be_shown_is_refused(client: ContractClient, as_moderator: Headers, days: str) -> None:
    assert client.get(f"{FIGURES}?days={days}", headers=as_moderator).status_code == 422


def test_every_picture_has_a_name_or_is_left_to_the_table_beside_it(
    client: ContractClient, as_moderator: Headers, reply: Callable[..., Any]
) -> None:
    reply()
    for svg in re.findall(r"<svg[^>]*>", client.get(FIGURES, headers=as_moderator).text):
        assert 'aria-hidden="true"' in svg or ('role="img"' in svg and "aria-labelledby=" in svg)
