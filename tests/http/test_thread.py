"""A frontend reads what was said."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.comments.models import Comment
from app.ground import clock
from app.ground.db import transaction
from tests.conftest import Headers
from tests.contract import ContractClient

Reply = Callable[..., Any]
Say = Callable[..., int]


@pytest.fixture
def say(reply: Reply, as_moderator: Headers) -> Say:
    """Post a visible comment and tell its id: `say("text", parent_id=…, section=…)`."""

    def post(content: str, **fields: object) -> int:
        answer = reply(headers=as_moderator, content=content, **fields)
        assert answer.status_code == 201, answer.text
        return int(answer.json["comment"]["id"])

    return post


def ids(items: list[dict[str, Any]]) -> list[Any]:
    """A tree of comments as nested ids."""
    return [[item["id"], ids(item["replies"])] if item["replies"] else item["id"] for item in items]


def pages(client: ContractClient, url: str) -> list[list[int]]:
    """The ids of each page of a list, following `next`."""
    found, cursor = [], ""
    for _ in range(50):
        page = client.get(f"{url}{cursor}").json
        found.append([item["id"] for item in page["items"]])
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"
    raise AssertionError("a list without an end")


def trash(client: ContractClient, comment_id: int, headers: Headers) -> None:
    version = client.get(f"/api/v1/moderation/comments/{comment_id}", headers=headers).headers["ETag"]
    url = f"/api/v1/moderation/comments/{comment_id}/trash"
    assert client.post(url, headers=headers | {"If-Match": version}).status_code == 200


def test_a_thread_is_a_tree_of_conversations(client: ContractClient, slug: str, say: Say) -> None:
    first, second = say("first"), say("second")
    answer = say("answer", parent_id=first)
    deeper = say("deeper", parent_id=answer)
    thread = client.get(f"/api/v1/articles/{slug}/comments").json
    assert ids(thread["items"]) == [[first, [[answer, [deeper]]]], second]
    assert (thread["total"], thread["next"]) == (4, None)
    assert thread["items"][0]["reply_count"] == 2


def test_newest_first_turns_the_conversations_round_and_not_what_is_in_them(
    client: ContractClient, slug: str, say: Say
) -> None:
    first, second = say("first"), say("second")
    a, b = say("a", parent_id=first), say("b", parent_id=first)
    thread = client.get(f"/api/v1/articles/{slug}/comments?sort=newest").json
    assert ids(thread["items"]) == [second, [first, [a, b]]]


def test_a_page_holds_whole_conversations(client: ContractClient, slug: str, say: Say) -> None:
    roots = [say(f"root {n}") for n in range(5)]
    for root in roots:
        say("answer", parent_id=root)
    url = f"/api/v1/articles/{slug}/comments?limit=2"
    assert pages(client, url) == [roots[:2], roots[2:4], roots[4:]]
    assert pages(client, f"{url}&sort=newest") == [roots[:2:-1], roots[2:0:-1], roots[:1]]
    assert all(len(item["replies"]) == 1 for item in client.get(url).json["items"])


def test_a_page_links_to_the_next_with_its_filters(client: ContractClient, slug: str, say: Say) -> None:
    say("one"), say("two")
    first = client.get(f"/api/v1/articles/{slug}/comments?limit=1&sort=newest")
    link = first.headers["Link"]
    assert link.endswith('>; rel="next"')
    following = client.get(link[1 : link.index(">")])
    assert [item["html"] for item in following.json["items"]] == ["<p>one</p>\n"]


@pytest.mark.parametrize("view", ["tree", "flat"])
@pytest.mark.parametrize("sort", ["oldest", "newest"])
def test_equal_times_leave_no_comment_out_and_none_twice(
    client: ContractClient, slug: str, say: Say, view: str, sort: str
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC).replace(year=clock.now().year + 1)
    clock.use(lambda: moment)
    said = [say(f"at once {n}") for n in range(7)]
    found = pages(client, f"/api/v1/articles/{slug}/comments?limit=3&view={view}&sort={sort}")
    flat = [comment_id for page in found for comment_id in page]
    assert flat == (said if sort == "oldest" else said[::-1])


def test_flat_shows_each_visible_comment_by_itself(client: ContractClient, slug: str, say: Say) -> None:
    root = say("root")
    answer = say("answer", parent_id=root)
    thread = client.get(f"/api/v1/articles/{slug}/comments?view=flat").json
    assert [(item["id"], item["parent_id"], "replies" in item) for item in thread["items"]] == [
        (root, None, False),
        (answer, root, False),
    ]


def test_a_long_conversation_goes_on_behind_a_link(client: ContractClient, slug: str, say: Say) -> None:
    root = say("root")
    replies = [say(f"reply {n}", parent_id=root) for n in range(53)]
    shown = client.get(f"/api/v1/articles/{slug}/comments").json["items"][0]
    assert [item["id"] for item in shown["replies"]] == replies[:50]
    rest = client.get(shown["more_replies"]).json
    assert [item["id"] for item in rest["items"]] == replies[50:]
    assert rest["next"] is None


def test_replies_of_a_comment_in_the_middle_are_its_own(client: ContractClient, slug: str, say: Say) -> None:
    root = say("root")
    middle, aside = say("middle", parent_id=root), say("aside", parent_id=root)
    under = [say("under", parent_id=middle)]
    under.append(say("further under", parent_id=under[0]))
    found = client.get(f"/api/v1/comments/{middle}/replies?limit=1").json
    rest = client.get(f"/api/v1/comments/{middle}/replies?cursor={found['next']}").json
    assert [item["id"] for item in found["items"] + rest["items"]] == under
    assert aside not in under


def test_what_is_gone_leaves_its_place_while_something_stands_under_it(
    client: ContractClient, slug: str, say: Say, as_moderator: Headers
) -> None:
    root = say("root")
    answer = say("answer", parent_id=root)
    trash(client, root, as_moderator)
    thread = client.get(f"/api/v1/articles/{slug}/comments").json
    tombstone = thread["items"][0]
    assert {name: tombstone[name] for name in tombstone if name != "replies"} == {
        "id": root,
        "parent_id": None,
        "depth": 1,
        "state": "removed",
    }
    assert ids(thread["items"]) == [[root, [answer]]]
    assert thread["total"] == 1
    trash(client, answer, as_moderator)
    assert client.get(f"/api/v1/articles/{slug}/comments").json["items"] == []


def test_a_section_s_thread_has_its_own_conversations(client: ContractClient, slug: str, say: Say) -> None:
    about_it = say("about it", section="first-things")
    say("about all")
    answer = say("answer", parent_id=about_it, section="second-thoughts")
    thread = client.get(f"/api/v1/articles/{slug}/comments?section=first-things").json
    assert ids(thread["items"]) == [[about_it, [answer]]]
    assert thread["items"][0]["section"] == {"anchor": "first-things", "heading": "First things"}
    assert thread["total"] == 2
    assert client.get(f"/api/v1/articles/{slug}/comments?section=none").status_code == 404


def test_the_depth_has_a_last_level_and_in_reply_to_is_kept(client: ContractClient, slug: str, say: Say) -> None:
    chain = [say("level 1")]
    for level in range(2, 8):
        chain.append(say(f"level {level}", parent_id=chain[-1]))
    flat = client.get(f"/api/v1/articles/{slug}/comments?view=flat").json["items"]
    assert [item["depth"] for item in flat] == [1, 2, 3, 4, 5, 5, 5]
    assert [item["parent_id"] for item in flat] == [None, *chain[:4], chain[3], chain[3]]
    assert [item["in_reply_to"] for item in flat] == [None, *chain[:-1]]


def test_with_threads_off_an_answer_is_a_conversation_of_its_own(
    client: ContractClient, slug: str, say: Say, as_admin: Headers
) -> None:
    version = client.get("/api/v1/settings").headers["ETag"]
    changed = client.patch("/api/v1/settings", json={"threaded": False}, headers=as_admin | {"If-Match": version})
    assert changed.status_code == 200
    root = say("root")
    answer = say("answer", parent_id=root)
    thread = client.get(f"/api/v1/articles/{slug}/comments").json["items"]
    assert [(item["id"], item["depth"], item["in_reply_to"]) for item in thread] == [(root, 1, None), (answer, 1, root)]


def test_a_comment_knows_the_page_that_begins_with_its_conversation(
    client: ContractClient, slug: str, say: Say
) -> None:
    roots = [say(f"root {n}") for n in range(4)]
    answer = say("answer", parent_id=roots[2])
    for sort in ("oldest", "newest"):
        place = client.get(f"/api/v1/comments/{answer}?sort={sort}").json["place"]
        page = client.get(f"/api/v1/articles/{slug}/comments?sort={sort}&cursor={place['cursor']}").json
        assert (place["root_id"], page["items"][0]["id"]) == (roots[2], roots[2])


@pytest.mark.parametrize("url", ["/api/v1/comments/{}", "/api/v1/comments/{}/replies"])
def test_a_comment_that_is_not_visible_is_not_there(client: ContractClient, reply: Reply, url: str) -> None:
    held = reply().json["comment"]["id"]
    assert client.get(url.format(held)).status_code == 404
    assert client.get(url.format(2**63 - 1)).status_code == 404


def test_recent_comments_come_from_all_articles_newest_first(
    client: ContractClient, say: Say, an_article: Callable[..., str], as_moderator: Headers
) -> None:
    here = say("here")
    other = an_article(title="Another")
    there = client.post(f"/api/v1/articles/{other}/comments", json={"content": "There."}, headers=as_moderator)
    recent = client.get("/api/v1/comments/recent").json
    assert [item["id"] for item in recent["items"]] == [there.json["comment"]["id"], here]
    assert recent["items"][0]["article"] == {"slug": other, "title": "Another"}
    assert pages(client, "/api/v1/comments/recent?limit=1") == [[there.json["comment"]["id"]], [here]]


def test_counts_answer_for_many_articles_at_once(client: ContractClient, slug: str, say: Say, reply: Reply) -> None:
    say("one"), say("two"), reply()
    answer = client.get(f"/api/v1/comments/counts?slug={slug}&slug=nothing")
    assert answer.json == {slug: 2, "nothing": 0}


def test_counts_answer_under_a_slug_that_the_article_had_before(
    client: ContractClient, slug: str, say: Say, as_editor: Headers
) -> None:
    say("one")
    url = f"/api/v1/editing/articles/{slug}"
    seen = client.get(url, headers=as_editor).headers["ETag"]
    client.patch(url, json={"slug": "renamed"}, headers=as_editor | {"If-Match": seen})
    assert client.get(f"/api/v1/comments/counts?slug={slug}&slug=renamed").json == {slug: 1, "renamed": 1}


@pytest.mark.parametrize("slugs", [0, 101])
def test_counts_of_none_or_of_too_many_articles_are_refused(client: ContractClient, slugs: int) -> None:
    query = "&".join(f"slug=s{n}" for n in range(slugs))
    assert client.get(f"/api/v1/comments/counts?{query}").status_code == 422


@pytest.mark.parametrize("cursor", ["x", "%00", "WzFd", "W251bGwsIG51bGxd", "a" * 600, "WzFlOTksIDFd"])
def test_a_cursor_that_no_list_made_is_refused(client: ContractClient, slug: str, cursor: str) -> None:
    assert client.get(f"/api/v1/articles/{slug}/comments?cursor={cursor}").status_code == 422


@pytest.mark.parametrize("url", ["/comments", "/comments?view=flat", "/comments?section=first-things"])
def test_a_page_takes_the_same_statements_however_many_comments_there_are(
    client: ContractClient,
    slug: str,
    say: Say,
    app: Flask,
    statements: Callable[[], AbstractContextManager[list[str]]],
    url: str,
) -> None:
    counted = []
    for more in (0, 1, 499):
        _say_many(app, say, more)
        with statements() as run:
            assert client.get(f"/api/v1/articles/{slug}{url}").status_code == 200
        counted.append(len(run))
    assert len(set(counted)) == 1, counted
    assert counted[0] <= 3, counted


def _say_many(app: Flask, say: Say, number: int) -> None:
    """One comment by the API, the others as copies of it."""
    if not number:
        return
    first = say(f"one of {number}", section="first-things")
    with app.app_context(), transaction() as session:
        pattern = session.get_one(Comment, first)
        names = [c.key for c in Comment.__table__.columns if c.key not in {"id", "shown", "duplicate_key", "root_id"}]
        values = {name: getattr(pattern, name) for name in names}
        session.add_all([Comment(**values) for _ in range(number - 1)])
        session.flush()
        session.execute(update(Comment).where(Comment.root_id.is_(None)).values(root_id=Comment.id))


def test_a_thread_answers_304_until_something_in_it_changes(client: ContractClient, slug: str, say: Say) -> None:
    url = f"/api/v1/articles/{slug}/comments"
    seen = client.get(url).headers["ETag"]
    assert not seen.startswith("W/")
    assert client.get(url, headers={"If-None-Match": seen}).status_code == 304
    say("news")
    assert client.get(url, headers={"If-None-Match": seen}).status_code == 200


def test_an_avatar_belongs_to_a_name_and_is_a_picture(client: ContractClient, say: Say, slug: str) -> None:
    say("one"), say("two")
    first, second = client.get(f"/api/v1/articles/{slug}/comments").json["items"]
    assert first["author"]["avatar"] == second["author"]["avatar"]
    picture = client.get(first["author"]["avatar"])
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    assert client.get("/avatars/x.svg").status_code == 404
