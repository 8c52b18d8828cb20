"""Does any reader ever get an answer that is older than was promised?

Several processes, each with answers of its own ready. Writers make numbers grow through any of them, readers ask any of
them; what a reader sees must be at least the number that was acknowledged before they asked.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.ground.watching import TRUST_SECONDS
from app.permissions import Role
from tests.processes.asking import Answer
from tests.processes.sites import ARTICLES, COMMENTS, EDITING, Site

READERS = 4
TIMES = 12


@dataclass(slots=True)
class Growing:
    """A number that only grows, with the moments at which each value was acknowledged."""

    known: list[tuple[float, int]] = field(default_factory=lambda: [(0.0, 0)])

    def acknowledge(self, number: int) -> None:
        self.known.append((time.monotonic(), number))

    @property
    def number(self) -> int:
        return self.known[-1][1]

    def least(self, before: float) -> int:
        """The newest value that was acknowledged before this moment."""
        return max(number for moment, number in list(self.known) if moment < before)


@dataclass(frozen=True, slots=True)
class Look:
    """A URL, and how the number is read from its answer."""

    path: str
    number: Callable[[Any], int]


def digits(text: str) -> int:
    found = re.search(r"number (\d+)", text)
    assert found, text
    return int(found[1])


def find(items: list[dict[str, Any]], comment_id: int) -> str:
    for item in items:
        if item["id"] == comment_id:
            return str(item["html"])
        if "replies" in item and any(reply["id"] == comment_id for reply in item["replies"]):
            return find(item["replies"], comment_id)
    raise AssertionError("the comment is not there")


@dataclass(slots=True, kw_only=True)
class Hammer:
    """One article whose comment's words, title and count grow."""

    site: Site
    slug: str
    comment_id: int
    waiting: list[int]
    words: Growing = field(default_factory=Growing)
    title: Growing = field(default_factory=Growing)
    count: Growing = field(default_factory=Growing)

    def edit(self, door: int) -> Answer:
        number = self.words.number + 1
        made = self.site.ask(
            "PATCH", f"{COMMENTS}/{self.comment_id}", {"content": f"This is number {number}."}, door=door,
            Authorization=self.site.token("a moderator", Role.MODERATOR), If_Match="*",
        )  # fmt: skip
        if made.status == 200:
            self.words.acknowledge(number)
        return made

    def rename(self, door: int) -> Answer:
        number = self.title.number + 1
        made = self.site.ask(
            "PATCH", f"{EDITING}/{self.slug}", {"title": f"Title number {number}"}, door=door,
            Authorization=self.site.token("an editor"), If_Match="*",
        )  # fmt: skip
        if made.status == 200:
            self.title.acknowledge(number)
        return made

    def approve(self, door: int) -> Answer:
        made = self.site.ask(
            "POST", f"{COMMENTS}/{self.waiting.pop()}/approve", {}, door=door,
            Authorization=self.site.token("a moderator", Role.MODERATOR), If_Match="*",
        )  # fmt: skip
        if made.status == 200:
            self.count.acknowledge(self.count.number + 1)
        return made

    def write(self, chance: random.Random) -> None:
        """Each change many times, mixed, through any process."""
        acts = [self.edit, self.rename, self.approve] * TIMES
        chance.shuffle(acts)
        for change in acts:
            done = change(chance.randrange(2))
            assert done.status == 200, done.text
            time.sleep(chance.choice([0, 0.01, 0.1]))

    def looks(self) -> list[tuple[Growing, Look]]:
        article, mine = f"{ARTICLES}/{self.slug}", self.comment_id
        return [
            (self.words, Look(f"{article}/comments", lambda told: digits(find(told["items"], mine)))),
            (self.words, Look(f"{article}/comments?view=flat", lambda told: digits(find(told["items"], mine)))),
            (self.words, Look(f"/api/v1/comments/{mine}", lambda told: digits(told["html"]))),
            (self.title, Look(article, lambda told: digits(told["title"]))),
            (self.title, Look(ARTICLES, lambda told: digits(_of(told, self.slug)["title"]))),
            (self.count, Look(article, lambda told: int(told["discussion"]["count"]) - 1)),
            (self.count, Look(f"{article}/comments", lambda told: int(told["total"]) - 1)),
            (self.count, Look(f"/api/v1/comments/counts?slug={self.slug}", lambda told: int(told[self.slug]) - 1)),
            (self.count, Look(ARTICLES, lambda told: int(_of(told, self.slug)["discussion"]["count"]) - 1)),
        ]


def _of(told: dict[str, Any], slug: str) -> dict[str, Any]:
    return next(item for item in told["items"] if item["slug"] == slug)


@pytest.fixture
def hammer(site: Site) -> Hammer:
    slug = site.publish("Title number 0")
    made = site.reply(slug, "This is number 0.", Authorization=site.token("a moderator", Role.MODERATOR))
    assert made.status == 201, made.text
    waiting = [site.held(slug, f"Waiting {number}")[0] for number in range(TIMES)]
    return Hammer(site=site, slug=slug, comment_id=int(made.json["comment"]["id"]), waiting=waiting)


def test_no_answer_is_older_than_the_bound(site: Site, hammer: Hammer) -> None:
    bound = TRUST_SECONDS if "DATABASE_URL" in site.environment else 0.0
    late: list[str] = []
    is_over = threading.Event()

    def read(seed: int) -> None:
        chance = random.Random(seed)
        while not is_over.is_set():
            growing, look = chance.choice(hammer.looks())
            began = time.monotonic()
            answer = site.ask("GET", look.path, door=chance.randrange(2))
            least, seen = growing.least(began - bound), look.number(answer.json)
            if seen < least:
                late.append(f"{look.path}: {seen} is older than {least}")

    readers = [threading.Thread(target=read, args=(seed,)) for seed in range(READERS)]
    for each in readers:
        each.start()
    try:
        hammer.write(random.Random(7))
    finally:
        is_over.set()
        for each in readers:
            each.join()
    assert late == []
    time.sleep(bound)
    for growing, look in hammer.looks():
        assert look.number(site.ask("GET", look.path).json) == growing.number == TIMES
