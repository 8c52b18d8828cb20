"""The queue's page shows what waits and all it takes to decide, and never an address."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.comments.models import Status
from app.ground.db import transaction
from app.permissions import Role
from app.site.models import Word
from tests import staffing
from tests.contract import ContractClient
from tests.desk import address, comments
from tests.reading import attributes, one, texts
from tests.rows import NOON, a_comment, an_article
from tests.staffing import Hand

QUEUE = "/desk/queue"
Statements = Callable[[], AbstractContextManager[list[str]]]


def reason(check: str, code: str, saw: Any = 3, threshold: int = 2, result: str = "hold") -> dict[str, Any]:  # noqa: ANN401 (what a check saw)
    return {"check": check, "code": code, "saw": saw, "threshold": threshold, "result": result}


PASSED = reason("staff", "passed", None, 0, "passed")


@pytest.fixture
def hold(app: Flask, article: int) -> Callable[..., int]:
    """A comment that waits: `hold(source="…")`."""

    def make(**different: Any) -> int:
        with app.app_context():
            return a_comment(article, **{"status": Status.PENDING} | different)

    return make


@pytest.fixture
def word(app: Flask) -> Callable[..., int]:
    def make(pattern: str | None, **different: Any) -> int:
        columns: dict[str, Any] = {"kind": "moderation", "mode": "word", "target": "text", "pattern": pattern}
        columns |= {"created_at": NOON, "created_by": "x", "changed_at": NOON, "changed_by": "x"} | different
        with app.app_context(), transaction() as session:
            row = Word(**columns)
            session.add(row)
            session.flush()
            return row.id

    return make


def shown(mina: Hand, query: str = "") -> list[int]:
    return [int(each) for each in attributes(mina.page(QUEUE + query), "[data-comment]", "data-comment")]


def test_it_holds_what_waits_oldest_first(mina: Hand, hold: Callable[..., int], app: Flask, article: int) -> None:
    late, early = hold(created_at=NOON + timedelta(hours=1)), hold()
    with app.app_context():
        a_comment(article, status=Status.APPROVED)
    assert shown(mina) == [early, late]
    assert texts(mina.page(QUEUE), "[data-count]") == ["2 comments wait for a decision; the oldest came 3 hours ago."]


def test_an_empty_queue_says_so(mina: Hand) -> None:
    page = mina.page(QUEUE)
    assert texts(page, "[data-count]") == ["Nothing waits. Well done!"]
    assert page.select("[data-comment]") == []


def test_a_long_queue_has_pages(mina: Hand, app: Flask, article: int) -> None:
    with app.app_context():
        ids = comments(article, 23, status=Status.PENDING)
    first = mina.page(QUEUE)
    assert shown(mina) == ids[:20]
    place = str(one(first, "a[rel=next]")["href"])
    assert shown(mina, place.removeprefix(QUEUE)) == ids[20:]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (reason("links", "too_many_links"), "Links in it: 3. From 2 on, a comment is held."),
        (reason("hold_all", "all_held", None), "Every comment on this site is held."),
        (
            reason("first_comment", "first_comment", "no_receipt"),
            "First comment: no receipt of an approved one came with it.",
        ),
        (
            reason("first_comment", "first_comment", "none_approved"),
            "First comment: none by this name and address was approved before.",
        ),
        (
            reason("limit_on_article", "limit_reached"),
            "Many at once: 3 came under this article within the minute before it; 2 or more are held.",
        ),
        (
            reason("links", "check_failed", "TypeError"),
            "The check “links” could not be made (TypeError), so a person decides.",
        ),
        (reason("a_new_check", "a_new_code"), "a new check: a new code."),
    ],
)
def test_it_says_in_plain_words_why_a_comment_waits(
    mina: Hand, hold: Callable[..., int], line: dict[str, Any], words: str
) -> None:
    hold(reasons=[PASSED, line])
    assert texts(mina.page(QUEUE), ".comment-why li") == [words]


def test_reasons_stand_in_the_order_of_the_checks(mina: Hand, hold: Callable[..., int]) -> None:
    hold(reasons=[reason("hold_all", "all_held"), PASSED, reason("links", "too_many_links")])
    assert [each.split()[0] for each in texts(mina.page(QUEUE), ".comment-why li")] == ["Every", "Links"]


def test_what_a_person_put_back_says_who_did(mina: Hand, hold: Callable[..., int]) -> None:
    hold(decided_by="Ben", decided_at=NOON + timedelta(hours=1))
    assert texts(mina.page(QUEUE), ".comment-why li") == ["Put back in the queue by Ben, 2 hours ago."]


def test_listed_words_are_named_and_marked_however_they_are_written(
    mina: Hand, hold: Callable[..., int], word: Callable[..., int]
) -> None:
    hits = [{"word_id": word("casino"), "field": "content"}, {"word_id": word("lu*y"), "field": "author_name"}]
    hold(
        source="Our CASINO,\nthe ＣＡＳＩＮＯ of\u00a0casinos: cas\u200bino!",
        author_name="Lucky",
        reasons=[reason("moderation_words", "moderation_word", hits)],
    )
    page = mina.page(QUEUE)
    assert texts(page, ".comment-why li") == ["On the moderation list: “casino” in the text, “lu*y” in the name."]
    assert texts(page, ".comment-text mark") == ["CASINO", "ＣＡＳＩＮＯ", "cas\u200bino"]
    assert texts(page, ".card-title mark") == ["Lucky"]
    assert one(page, ".comment-text").get_text() == "Our CASINO,\nthe ＣＡＳＩＮＯ of\u00a0casinos: cas\u200bino!"


def test_a_listed_address_is_not_named(mina: Hand, hold: Callable[..., int], word: Callable[..., int]) -> None:
    sealed = word(None, target="email", pattern_sealed="k1.x", fingerprint="k1.y")
    hits = [{"word_id": sealed, "field": "author_email"}, {"word_id": 999, "field": "content"}]
    hold(reasons=[reason("disallowed_words", "disallowed_word", hits)])
    told = "Disallowed: an address in the e-mail address, a word that is off the list now in the text."
    assert texts(mina.page(QUEUE), ".comment-why li") == [told]


def test_what_becomes_a_link_is_marked(mina: Hand, hold: Callable[..., int]) -> None:
    hold(
        source="See [here](https://a.example/x?y=1&z=2), b.example and https://c.example.",
        html='<p>See <a href="https://a.example/x?y=1&amp;z=2">here</a>, <a href="http://b.example">b…</a></p>',
    )
    marks = texts(mina.page(QUEUE), ".comment-text mark.mark-link")
    assert [mark.rstrip(").,") for mark in marks] == ["https://a.example/x?y=1&z=2", "b.example", "https://c.example"]


def test_the_text_of_a_comment_does_nothing(mina: Hand, hold: Callable[..., int]) -> None:
    hostile = '<script>alert(1)</script><img src=x onerror="alert(2)"></div></article>{{ 7*7 }}'
    hold(source=hostile, author_name=hostile, html="")
    answer = mina.get(QUEUE)
    page = mina.page(QUEUE)
    assert one(page, ".comment-text").get_text() == hostile
    assert "<script>alert" not in answer.text
    assert page.select("main script, main img") == []


def test_it_shows_what_a_comment_answers_and_its_section(
    client: ContractClient, app: Flask, reply: Callable[..., Any], slug: str, as_moderator: dict[str, str]
) -> None:
    first = reply(content="What is **first**?", author_name="Bea").json["comment"]["id"]
    url = f"/api/v1/moderation/comments/{first}/approve"
    assert client.post(url, headers=as_moderator | {"If-Match": "*"}).status_code == 200
    reply(content="Me.", parent_id=first, section="first-things", author_name="Cem")
    page = staffing.log_in(app).page(QUEUE)
    assert texts(page, ".comment-answers p") == ["Answers Bea:", "What is **first**?"]
    assert "An article" in one(page, ".card-title").get_text()


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ([], "The first comment under this address."),
        (
            [Status.APPROVED, Status.APPROVED, Status.SPAM],
            "Under this address: 2 approved, 1 refused, 1 waiting; first seen 3 hours ago.",
        ),
    ],
)
def test_it_tells_the_author_s_history(
    mina: Hand, hold: Callable[..., int], app: Flask, article: int, others: list[Status], words: str
) -> None:
    with app.app_context():
        hers = address("ada@example.org")
        for status in others:
            a_comment(article, status=status, **hers)
    hold(**hers)
    assert words in texts(mina.page(QUEUE), "[data-comment] > p.quiet")


def test_who_left_no_address_has_no_history(mina: Hand, hold: Callable[..., int]) -> None:
    hold(email_sealed=None, email_fingerprint=None)
    assert "No e-mail address was given." in texts(mina.page(QUEUE), "[data-comment] > p.quiet")


def test_no_address_stands_in_the_page(mina: Hand, hold: Callable[..., int], app: Flask) -> None:
    with app.app_context():
        hers = address("ada@example.org", "192.0.2.77")
    hold(**hers)
    text = mina.get(QUEUE).text
    for part in ("ada@example", "192.0.2.77", str(hers["email_fingerprint"]), str(hers["address_fingerprint"])):
        assert part not in text


def test_it_can_be_narrowed_by_reason_and_article(
    mina: Hand, hold: Callable[..., int], app: Flask, article: int
) -> None:
    linked = hold(reasons=[reason("links", "too_many_links")])
    with app.app_context():
        elsewhere = a_comment(an_article("rivers"), status=Status.PENDING, duplicate_key="other")
    assert shown(mina, "?reason=too_many_links") == [linked]
    assert shown(mina, "?article=rivers") == [elsewhere]
    assert shown(mina, "?reason=&article=") == [linked, elsewhere]
    assert "Show all that wait" in mina.page(f"{QUEUE}?article=nowhere").get_text()


def test_a_filter_that_cannot_be_read_is_refused_on_a_page(mina: Hand) -> None:
    assert texts(mina.page(f"{QUEUE}?cursor=nonsense", 422), "h1") == ["That cannot be done like this"]


def test_fifty_cost_as_many_statements_as_five(
    mina: Hand, app: Flask, article: int, statements: Statements, word: Callable[..., int]
) -> None:
    hit = [reason("moderation_words", "moderation_word", [{"word_id": word("words"), "field": "content"}])]

    def cost() -> int:
        with statements() as run:
            mina.page(f"{QUEUE}?limit=100")
        return len(run)

    with app.app_context():
        comments(article, 5, status=Status.PENDING, reasons=hit)
    few = cost()
    with app.app_context():
        other = an_article("rivers")
        comments(other, 50, status=Status.PENDING, reasons=hit)
    assert cost() == few <= 8


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.ADMIN])
def test_every_member_of_staff_decides(app: Flask, article: int, hold: Callable[..., int], role: Role) -> None:
    hold()
    sam = staffing.log_in(app, "Sam", role)
    assert texts(sam.page(QUEUE), "[data-comment] button[data-key]") == ["Approve", "Spam", "Trash"]


def test_forms_say_which_version_was_seen_and_that_they_are_ours(mina: Hand, hold: Callable[..., int]) -> None:
    comment_id = hold(version=7)
    form = staffing.form_to(mina.page(QUEUE), f"/desk/comments/{comment_id}/decide")
    fields = staffing.fields_of(form)
    assert fields["if_match"] == '"v7"'
    assert fields["back"] == QUEUE
    assert fields["csrf_token"]
