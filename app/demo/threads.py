"""How does an invented discussion go?"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.comments.models import Status
from app.comments.rules import placement

LATER = (Status.APPROVED, Status.PENDING, Status.SPAM, Status.TRASH)
WEIGHTS = (88, 4, 5, 3)
REPLIES = 0.6  # of all comments
REGRETTED = 0.02  # of the visible ones: put in the trash after all, their answers stay
ABOUT_A_SECTION = 0.5  # of the conversations
CONVERSATION = 4  # comments, where all conversations are alike: one, and three that answer it


@dataclass(slots=True)
class Said:
    """One comment of an invented discussion; `path` leads from its root to itself by places in the discussion."""

    place: int
    at: datetime
    status: Status
    path: tuple[int, ...]
    parent: int | None = None
    answered: int | None = None
    section: int | None = None
    visible_below: int = 0
    was_visible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """When it is talked, about which sections, on how many levels."""

    since: datetime
    until: datetime
    sections: Sequence[int]
    max_depth: int


def discuss(chance: random.Random, count: int, scene: Scene) -> list[Said]:
    """So many comments of every status in the order of time, each an answer to a visible one or a root."""
    said: list[Said] = []
    visible: list[int] = []
    statuses = chance.choices(LATER, WEIGHTS, k=count)
    for comment in _begun(chance, statuses, scene):
        if visible and chance.random() < REPLIES:
            _answer(comment, said[chance.choice(visible)], scene.max_depth)
        else:
            comment.section = _section(chance, scene)
        said.append(comment)
        if comment.status is Status.APPROVED:
            visible.append(comment.place)
    for place in visible:
        if chance.random() < REGRETTED:
            said[place].status, said[place].was_visible = Status.TRASH, True
    _count_below(said)
    return said


def converse(chance: random.Random, count: int, scene: Scene) -> list[Said]:
    """So many visible comments in the order of time, in conversations that are all alike."""
    said: list[Said] = []
    for comment in _begun(chance, [Status.APPROVED] * count, scene):
        if comment.place % CONVERSATION:
            _answer(comment, said[comment.place - comment.place % CONVERSATION], scene.max_depth)
        else:
            comment.section = _section(chance, scene)
        said.append(comment)
    _count_below(said)
    return said


def _begun(chance: random.Random, statuses: Sequence[Status], scene: Scene) -> list[Said]:
    moments = sorted(scene.since + (scene.until - scene.since) * chance.random() for _ in statuses)
    return [Said(place, at, status, (place,)) for place, (at, status) in enumerate(zip(moments, statuses, strict=True))]


def _section(chance: random.Random, scene: Scene) -> int | None:
    return chance.choice(scene.sections) if scene.sections and chance.random() < ABOUT_A_SECTION else None


def _answer(comment: Said, answered: Said, max_depth: int) -> None:
    found = placement(answered.path, max_depth)
    comment.answered, comment.parent = answered.place, found.parent_id
    comment.path = (*answered.path[: found.depth - 1], comment.place)
    comment.section = answered.section


def _count_below(said: Sequence[Said]) -> None:
    for comment in said:
        if comment.status is Status.APPROVED:
            for above in comment.path[:-1]:
                said[above].visible_below += 1
