"""Several processes, many at once: is there always one winner?"""

from __future__ import annotations

import itertools
import random
from functools import partial

import pytest

from app.permissions import Role
from tests.processes.asking import Answer, at_once
from tests.processes.sites import COMMENTS, Site, new_address

ROUNDS = 15
AT_ONCE = 8


@pytest.fixture(scope="module")
def article(site: Site) -> str:
    return site.publish("Contested")


def statuses(answers: list[Answer]) -> list[int]:
    return sorted(answer.status for answer in answers)


def test_the_same_comment_posted_at_once_from_many_networks_is_stored_once(site: Site, article: str) -> None:
    for turn in range(ROUNDS):
        words = f"We all say this, {turn}."
        answers = at_once([partial(site.reply, article, words, door=door) for door in range(AT_ONCE)])
        assert statuses(answers) == [202] + [409] * (AT_ONCE - 1)
        refused = [answer.json["code"] for answer in answers if answer.status == 409]
        assert refused == ["duplicate_comment"] * (AT_ONCE - 1)
        assert site.stored(words) == 1


def test_the_same_comment_posted_at_once_from_one_network_is_stored_once(site: Site, article: str) -> None:
    for turn in range(ROUNDS):
        words, address = f"I say this twice, {turn}.", new_address()
        answers = at_once([partial(site.reply, article, words, door=door, address=address) for door in range(2)])
        assert statuses(answers) == [202, 409]
        assert site.stored(words) == 1


def test_the_same_idempotency_key_at_once_gets_one_answer_for_one_comment(site: Site, article: str) -> None:
    for turn in range(ROUNDS):
        words, address = f"Was it sent, {turn}?", new_address()
        post = partial(site.reply, article, words, address=address, Idempotency_Key=f"key {turn}")
        answers = at_once([partial(post, door=door) for door in range(AT_ONCE)])
        assert statuses(answers) == [202] * AT_ONCE
        assert {answer.body for answer in answers} == {answers[0].body}
        assert {answer.headers["location"] for answer in answers} == {answers[0].headers["location"]}
        assert site.stored(words) == 1


def test_one_address_that_posts_many_at_once_leaves_one_comment(site: Site, article: str) -> None:
    for turn in range(ROUNDS):
        address = new_address()
        words = [f"Flood {turn}, drop {drop}." for drop in range(AT_ONCE)]
        posts = [partial(site.reply, article, each, door=door, address=address) for door, each in enumerate(words)]
        answers = at_once(posts)
        assert statuses(answers) == [202] + [429] * (AT_ONCE - 1)
        refused = [answer for answer in answers if answer.status == 429]
        assert {answer.json["code"] for answer in refused} == {"too_fast"}
        assert all(1 <= int(answer.headers["retry-after"]) <= 15 for answer in refused)
        assert site.stored(*words) == 1


def test_of_two_moderators_who_decide_at_once_one_decides_and_the_other_is_told_who_and_when(
    site: Site, article: str
) -> None:
    chance = random.Random(5)
    for turn in range(ROUNDS):
        comment_id, etag = site.held(article, f"Decide about this, {turn}.")
        moves = chance.sample(["approve", "spam", "trash"], 2)
        names = ("Rosa", "Tomas")
        decide = [
            partial(site.ask, "POST", f"{COMMENTS}/{comment_id}/{move}", {}, door=door, If_Match=etag,
                    Authorization=site.token(name, Role.MODERATOR))
            for door, (move, name) in enumerate(zip(moves, names, strict=True))
        ]  # fmt: skip
        answers = at_once(decide)
        assert statuses(answers) == [200, 412], [answer.text for answer in answers]
        winner = next(place for place, answer in enumerate(answers) if answer.status == 200)
        late = answers[1 - winner].json
        assert (late["code"], late["changed_by"]) == ("changed_since", names[winner])
        assert late["changed_at"].endswith("+00:00")
        history = site.ask("GET", f"{COMMENTS}/{comment_id}/history", Authorization=site.token("Rosa"))
        assert [line["actor_name"] for line in history.json["items"]] == [names[winner]]


def test_many_who_approve_at_once_are_counted_once(site: Site) -> None:
    slug = site.publish("Counted")
    waiting = [site.held(slug, f"Count me, {number}.") for number in range(5)]
    approve = [
        partial(site.ask, "POST", f"{COMMENTS}/{comment_id}/approve", {}, door=door, If_Match=etag,
                Authorization=site.token("Rosa", Role.MODERATOR))
        for door, (comment_id, etag) in itertools.product(range(2), waiting)
    ]  # fmt: skip
    assert statuses(at_once(approve)) == [200] * 5 + [412] * 5
    counts = site.ask("GET", f"/api/v1/comments/counts?slug={slug}")
    assert counts.json == {slug: 5}
