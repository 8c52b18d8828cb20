"""How does an invented discussion go?"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.comments.models import Status
from app.comments.rules import placement

WAVES = 16  # replies go to what was said in an earlier one
LATER = (Status.APPROVED, Status.PENDING, Status.SPAM, Status.TRASH)
WEIGHTS = (88, 4, 5, 3)
REPLIES = 0.6  # of all comments
REGRETTED = 0.02  # of the visible ones: put in the trash after all, their answers stay


@dataclass(slots=True)
class Said:
    """One comment of an invented discussion; `path` leads from its root to itself by places in the discussion."""

    place: int
    wave: int
    at: datetime
    status: Status
    parent: int | None = None
    answered: int | None = None
    path: tuple[int, ...] = field(default=())
    section: int | None = None
    visible_below: int = 0
    was_visible: bool = False


def discuss(chance: random.Random, count: int, *, since: datetime, until: datetime, sections: Sequence[int],
            max_depth: int) -> list[Said]:  # fmt: skip
    """So many comments in the order of time, each an answer to a visible one or a root, with what is visible below."""
    moments = sorted(since + (until - since) * chance.random() for _ in range(count))
    said: list[Said] = []
    earlier: list[int] = []  # what can be answered in this wave
    visible: list[int] = []
    for place, at in enumerate(moments):
        wave = place * WAVES // count
        if said and said[-1].wave != wave:
            earlier = list(visible)
        comment = Said(place, wave, at, chance.choices(LATER, WEIGHTS)[0])
        if earlier and chance.random() < REPLIES:
            _answer(comment, said[chance.choice(earlier)], max_depth)
        else:
            comment.path = (place,)
            comment.section = chance.choice(sections) if sections and chance.random() < 0.5 else None
        said.append(comment)
        if comment.status is Status.APPROVED:
            visible.append(place)
    for place in visible:
        if chance.random() < REGRETTED:
            said[place].status, said[place].was_visible = Status.TRASH, True
    _count_below(said)
    return said


def _answer(comment: Said, answered: Said, max_depth: int) -> None:
    found = placement(answered.path, max_depth)
    comment.answered, comment.parent = answered.place, found.parent_id
    above = answered.path[: found.depth - 1]
    comment.path = (*above, comment.place)
    comment.section = answered.section


def _count_below(said: Sequence[Said]) -> None:
    for comment in said:
        if comment.status is Status.APPROVED:
            for above in comment.path[:-1]:
                said[above].visible_below += 1
