"""What is read fast is what the schema says: field by field, for comments of every kind."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.articles.models import Article, Discussion, Section
from app.comments.models import Comment, Status
from app.comments.schemas import CommentSchema, RecentCommentSchema, RecentSchema, ThreadSchema
from app.ground.db import transaction
from app.ground.sealing import keyring
from app.site.settings import DiscussionSettings, store_settings
from tests.contract import ContractClient
from tests.schema.rows import LEAST, NOON

API = "/api/v1"
EVENING = NOON - timedelta(days=3_000)
NAMES = ("Ada", "", "김하늘", "نورا الحسن", "<b>&amp;\"'</b>", "a\u2028b\\u0041", "🦉 Owl", "x" * 245)
TEXTS = (
    "<p>A thought.</p>\n",
    "<p>&lt;script&gt; &amp; “quotes” \\ / \t</p>",
    "<p>깊은 물</p>",
    '<p dir="auto">שלום</p>',
    "",
)
SITES = (None, "https://example.org/?a=1&b=<2>", "https://xn--9n2bp8q.example/%ea%b0%80")
Oracle = Callable[[Comment], dict[str, Any]]


def _comments(chance: random.Random, number: int) -> Iterator[dict[str, Any]]:
    """Comments of article 1 in conversations of any form; a parent comes before its replies."""
    made: list[dict[str, Any]] = []
    for comment_id in range(1, number + 1):
        parent = chance.choice(made) if made and chance.random() < 0.7 else None
        if parent is not None and parent["depth"] == 5:
            parent = None
        moment = EVENING + timedelta(seconds=chance.randrange(50), microseconds=chance.choice((0, 1, 120_000, 999_999)))
        comment = {
            **LEAST[Comment],
            "id": comment_id,
            "article_id": 1,
            "parent_id": parent["id"] if parent else None,
            "root_id": parent["root_id"] if parent else comment_id,
            "in_reply_to": chance.choice([None, parent["id"]]) if parent else None,
            "depth": parent["depth"] + 1 if parent else 1,
            "section_id": chance.choice((None, 1, 2)),
            "author_name": chance.choice(NAMES),
            "author_name_key": chance.choice(NAMES).casefold(),
            "author_website": chance.choice(SITES),
            "staff": chance.choice((None, None, "moderator:1")),
            "html": chance.choice(TEXTS),
            "status": chance.choice((Status.APPROVED, Status.APPROVED, *Status)),
            "pinned": chance.random() < 0.2,
            "created_at": moment,
            "edited_at": chance.choice((None, moment + timedelta(minutes=1, microseconds=chance.randrange(2)))),
            "receipt_nonce": f"n{comment_id}",
            "visible_below": 0,
        }
        made.append(comment)
    by_id = {each["id"]: each for each in made}
    for comment in made:
        above = comment["parent_id"]
        while comment["status"] == Status.APPROVED and above is not None:
            by_id[above]["visible_below"] += 1
            above = by_id[above]["parent_id"]
    yield from made


def _fill(session: Session, seed: int, number: int) -> None:
    session.add(Article(**LEAST[Article] | {"published_at": EVENING, "title": "Tides & <currents>"}))
    session.flush()
    session.add(Section(**LEAST[Section] | {"heading": "Ebb & flow"}))
    gone = {"id": 2, "anchor": "gone", "heading": "What <was>", "retired_at": NOON}
    session.add(Section(**LEAST[Section] | gone))
    session.flush()
    rows = [Comment(**each) for each in _comments(random.Random(seed), number)]
    for row in rows:
        session.add(row)
        session.flush()
    session.add(Discussion(article_id=1, approved=sum(row.status == Status.APPROVED for row in rows)))


def _as_the_schema_has_it(comment: Comment, sections: dict[int, Section], permalink: str, *, faces: bool) -> Any:  # noqa: ANN401 (what marshmallow dumps)
    if comment.status != Status.APPROVED:
        gone = {"id": comment.id, "parent_id": comment.parent_id, "depth": comment.depth, "state": "removed"}
        return CommentSchema().dump(gone)
    section = sections.get(comment.section_id or 0)
    face = f"/avatars/{keyring().avatar_seed(comment.author_name_key)}.svg" if faces else None
    said: dict[str, Any] = {name: getattr(comment, name) for name in CommentSchema().fields if hasattr(comment, name)}
    said |= {
        "state": "visible",
        "author": {
            "name": comment.author_name or "Anonymous",
            "website": comment.author_website,
            "avatar": face,
            "is_staff": comment.staff is not None,
        },
        "section": section if section and section.retired_at is None else None,
        "reply_count": comment.visible_below,
        "permalink": permalink.format(slug="tides", id=comment.id),
    }
    if section and section.retired_at is not None:
        said["section_was"] = section.heading
    return CommentSchema().dump(said)


def _all_in(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from _all_in(item.get("replies", []))


def _pages(client: ContractClient, url: str) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        page = client.get(f"{url}{cursor}").json
        yield page
        if page["next"] is None:
            return
        cursor = f"&cursor={page['next']}"


@pytest.mark.parametrize(
    ("seed", "faces", "template", "public_url", "permalink"),
    [
        (1, True, "/articles/{slug}#comment-{id}", None, "/articles/{slug}#comment-{id}"),
        (2, False, "https://site.example/{slug}/{id}?c={id}", None, "https://site.example/{slug}/{id}?c={id}"),
        (3, True, "/{id}", "https://api.example", "https://api.example/{id}"),
    ],
)
def test_what_is_read_fast_is_what_the_schema_dumps(
    app: Flask,
    client: ContractClient,
    configure: Callable[..., None],
    seed: int,
    *,
    faces: bool,
    template: str,
    public_url: str | None,
    permalink: str,
) -> None:
    configure(permalink_template=template, public_url=public_url)
    with app.app_context(), transaction() as session:
        _fill(session, seed, 120)
        chosen = replace(DiscussionSettings(), show_avatars=faces)
        store_settings(session, chosen, version=1, changed_at=NOON, changed_by="x")
    with app.app_context(), transaction() as session:
        sections = {each.id: each for each in session.scalars(select(Section))}
        kept = session.scalars(select(Comment).where(Comment.shown)).all()
        expected = {each.id: _as_the_schema_has_it(each, sections, permalink, faces=faces) for each in kept}

    seen: dict[int, dict[str, Any]] = {}
    keys: set[str] = set()
    for page in _pages(client, f"{API}/articles/tides/comments?limit=7"):
        assert page.keys() == ThreadSchema().fields.keys()
        for item in _all_in(page["items"]):
            keys |= item.keys()
            seen[item["id"]] = {name: item[name] for name in item if name not in {"replies", "more_replies"}}
    assert seen == expected
    # Nothing that the schema does not know, and every field of it somewhere; long conversations have a test of theirs.
    assert keys == CommentSchema().fields.keys() - {"more_replies"}

    visible = {number: each for number, each in expected.items() if each["state"] == "visible"}
    flat = [
        each for page in _pages(client, f"{API}/articles/tides/comments?view=flat&limit=9") for each in page["items"]
    ]
    assert {each["id"]: each for each in flat} == visible
    under = [
        each for page in _pages(client, f"{API}/comments/{flat[0]['id']}/replies?limit=5") for each in page["items"]
    ]
    assert all(each == expected[each["id"]] for each in under)

    article = {"slug": "tides", "title": "Tides & <currents>"}
    for page in _pages(client, f"{API}/comments/recent?limit=50"):
        assert page.keys() == RecentSchema().fields.keys()
        for item in page["items"]:
            assert item == visible.pop(item["id"]) | {"article": article}
            assert item.keys() <= RecentCommentSchema().fields.keys()
    assert visible == {}


def test_moments_are_written_alike_with_and_without_microseconds(app: Flask, client: ContractClient) -> None:
    moments = [datetime.fromisoformat(f"2020-01-02T03:04:05{rest}+00:00") for rest in ("", ".000001", ".120000")]
    with app.app_context(), transaction() as session:
        session.add(Article(**LEAST[Article] | {"published_at": EVENING}))
        session.flush()
        session.add(Discussion(article_id=1, approved=3))
        for number, moment in enumerate(moments, 1):
            own = {
                "id": number,
                "root_id": number,
                "status": "approved",
                "created_at": moment,
                "receipt_nonce": f"n{number}",
            }
            session.add(Comment(**LEAST[Comment] | own))
    items = client.get(f"{API}/articles/tides/comments").json["items"]
    assert [item["created_at"] for item in items] == [moment.isoformat() for moment in moments]
