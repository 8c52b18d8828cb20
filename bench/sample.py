"""What do people say in the sample thread, the same for every system?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

COMMENTS = 100
ANSWERS = 3  # to each comment that answers nobody
CHARACTERS = 200
_WORDS = """
anchor basin cable dune ebb ferry gull hull inlet jetty keel ledge mast net oar pier quay reef sail tide undertow vane
wharf yawl
""".split()

# Stores a comment (author, text, id of the comment that it answers) and gives its id.
Store = Callable[["Said", int | None], int]


@dataclass(frozen=True, slots=True)
class Said:
    place: int
    answers: int | None  # the place of the comment that it answers
    author: str
    text: str


def thread(seed: int, comments: int = COMMENTS) -> Iterator[Said]:
    """Conversations of one comment and three answers each."""
    chance = random.Random(seed)  # noqa: S311 (nothing here is secret)
    for place in range(comments):
        above = place % (ANSWERS + 1)
        author = f"Reader {chance.randrange(50)}"
        yield Said(place, place - above if above else None, author, _text(chance, f"In {seed}, {place}"))


def _text(chance: random.Random, beginning: str) -> str:
    words = [beginning]
    while len(" ".join(words)) < CHARACTERS - 5:
        words.append(chance.choice(_WORDS))
    return " ".join(words) + "."


def forwarded(number: int) -> dict[str, str]:
    """The header of a reader with an address of their own, from a network that benchmarks may use (RFC 2544)."""
    return {"X-Forwarded-For": f"198.18.{number // 250 % 250}.{number % 250 + 1}"}
