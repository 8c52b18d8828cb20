"""What do readers and moderators do at once, and what were they told is done?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from random import Random

from tests.processes.asking import Answer
from tests.processes.sites import COMMENTS, Site

READERS = 3
STATUS_AFTER = {"approve": "approved", "spam": "spam", "trash": "trash"}


@dataclass(slots=True)
class Ledger:
    """What the server acknowledged: a receipt with its words for each comment, and what was decided about it."""

    said: dict[int, tuple[str, str]] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    decided: dict[int, str] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)

    def approved(self) -> list[int]:
        return [comment_id for comment_id, status in list(self.decided.items()) if status == "approved"]

    def waiting(self) -> list[int]:
        return [comment_id for comment_id in list(self.said) if comment_id not in self.asked]

    def note(self, words: str, told: Answer) -> None:
        """Write down what was answered to a post."""
        if told.status not in {201, 202}:
            self.unexpected.append(f"{told.status} {told.text}")
            return
        comment_id = int(told.json["comment"]["id"])
        self.said[comment_id] = (told.json["receipt"], words)
        if told.status == 201:
            self.asked.add(comment_id)
            self.decided[comment_id] = "approved"

    def missing(self, site: Site) -> list[str]:
        """What the server knows nothing of, or otherwise."""
        return [line for comment_id in self.said if (line := self._missing(site, comment_id))]

    def _missing(self, site: Site, comment_id: int) -> str | None:
        receipt, words = self.said[comment_id]
        seen = site.ask("GET", f"/api/v1/receipts/{receipt}")
        if seen.status != 200 or seen.json["source"] != words:
            return f"{comment_id}: {seen.status}"
        if self.decided.get(comment_id) not in {None, seen.json["status"]}:
            return f"{comment_id}: {self.decided[comment_id]} became {seen.json['status']}"
        return None


@contextmanager
def busy(site: Site, slug: str, ledger: Ledger, seed: int) -> Iterator[None]:
    """Within this block readers post, staff post, and a moderator decides, until the server answers no more."""
    over = threading.Event()
    chance = Random(seed)
    people = [_reader] * READERS + [_member_of_staff, _moderator]
    threads = [
        threading.Thread(target=_until, args=[over, person, site, slug, ledger, Random(chance.random())])
        for person in people
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


Person = Callable[[Site, str, Ledger, Random], None]


def _until(over: threading.Event, person: Person, site: Site, slug: str, ledger: Ledger, chance: Random) -> None:
    while not over.is_set():
        try:
            person(site, slug, ledger, chance)
        except (OSError, HTTPException):
            over.wait(0.005)  # the server is gone, or is coming back


def _reader(site: Site, slug: str, ledger: Ledger, chance: Random) -> None:
    words = f"A reader's words {chance.getrandbits(64):x}"
    parents = [None, *ledger.approved()[-9:]]
    ledger.note(words, site.reply(slug, words, door=chance.randrange(2), parent_id=chance.choice(parents)))


def _member_of_staff(site: Site, slug: str, ledger: Ledger, chance: Random) -> None:
    words = f"Staff say {chance.getrandbits(64):x}"
    parents = [None, *ledger.approved()[-9:]]
    told = site.reply(slug, words, parent_id=chance.choice(parents), Authorization=site.tokens["Staff"])
    ledger.note(words, told)


def _moderator(site: Site, _slug: str, ledger: Ledger, chance: Random) -> None:
    waiting = ledger.waiting()
    if not waiting:
        return
    comment_id, move = chance.choice(waiting), chance.choice(["approve", "approve", "spam", "trash"])
    ledger.asked.add(comment_id)  # once only: an answer that never comes leaves it open what was decided
    told = site.ask("POST", f"{COMMENTS}/{comment_id}/{move}", {}, Authorization=site.tokens["Staff"], If_Match="*")
    if told.status == 200:
        ledger.decided[comment_id] = STATUS_AFTER[move]
    else:
        ledger.unexpected.append(f"{told.status} {told.text}")
