"""How do thousands of comments get in that no reader wrote, as if readers had?"""

import gc
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.actions import COMMAND_LINE
from app.articles.actions import new_manuscript
from app.articles.addresses import in_use
from app.articles.counters import lock_discussions
from app.articles.many import add_articles
from app.articles.models import Article
from app.comments.life import TALLY_SLOTS, Counts
from app.comments.models import Comment, Status
from app.demo import phrases
from app.demo.rows import Company, row_of
from app.demo.threads import Said, Scene, converse, discuss
from app.ground import clock
from app.ground.bulk import insert_many, make_known, next_ids
from app.ground.db import db, transaction
from app.site.settings import discussion_settings

BODIES = 4  # as many as the renderer remembers
ARTICLES_AT_ONCE = 500
COMMENTS_AT_ONCE = 10_000
OLDEST_DAYS = 365
TALKED_ABOUT = timedelta(days=14)  # what is stored together is then of about the same time, and stands together on disk
NOTE = "Invented."

Advance = Callable[[int], object]
Discuss = Callable[[random.Random, int, Scene], Sequence[Said]]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where an invented discussion takes place."""

    article_id: int
    since: datetime
    sections: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of what is said on a stage, from the n-th of so many comments on: nobody answers what is before it."""

    stage: Stage
    first: int
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Talk:
    """What is said in a stretch."""

    stretch: Stretch
    said: Sequence[Said]

    @property
    def article_id(self) -> int:
        return self.stretch.stage.article_id


def invent_articles(count: int, *, seed: int, advance: Advance) -> list[Stage]:
    """Publish so many articles, spread over a year."""
    chance = random.Random(seed)  # noqa: S311 (nothing here is secret)
    bodies = [phrases.body(chance) for _ in range(BODIES)]
    stages: list[Stage] = []
    for start in range(0, count, ARTICLES_AT_ONCE):
        more = min(ARTICLES_AT_ONCE, count - start)
        stages += _articles(chance, bodies, more)
        advance(more)
    return stages


def invent_comments(stages: Sequence[Stage], count: int, *, seed: int, advance: Advance) -> None:
    """Have so many comments of every status under these articles, some under many and many under some."""
    chance = random.Random(seed)  # noqa: S311 (nothing here is secret)
    _comment(chance, _shares(chance, stages, count), discuss, advance)


def invent_threads(stages: Sequence[Stage], size: int, *, seed: int, advance: Advance) -> None:
    """Have a thread of exactly so many visible comments under each of these articles."""
    chance = random.Random(seed)  # noqa: S311 (nothing here is secret)
    _comment(chance, [(stage, size) for stage in stages], converse, advance)


def _articles(chance: random.Random, bodies: Sequence[str], count: int) -> list[Stage]:
    now = clock.now()
    with transaction() as session:
        manuscripts = [
            new_manuscript(
                {
                    "title": f"{chance.choice(phrases.TITLES)}, {number}",
                    "slug": _slug(number),
                    "byline": phrases.names(chance, 1)[0],
                    "categories": (chance.choice(("Sea", "Town", "Work")),),
                    "tags": ("invented",),
                    "body": chance.choice(bodies),
                    "published_at": now - timedelta(days=OLDEST_DAYS * chance.random()),
                }
            )
            for number in _free_numbers(session, count)
        ]
        added = add_articles(session, COMMAND_LINE, manuscripts, note=NOTE)
    return [Stage(each.id, each.manuscript.published_at or now, tuple(each.sections)) for each in added]


def _slug(number: int) -> str:
    return f"invented-{number}"


def _free_numbers(session: Session, count: int) -> list[int]:
    """So many numbers, from that of the next article on, under whose slugs no article stands or stood."""
    free: list[int] = []
    start = (session.scalar(select(func.max(Article.id))) or 0) + 1
    while len(free) < count:
        tried = range(start, start + count)
        used = in_use(session, [_slug(number) for number in tried])
        free += [number for number in tried if _slug(number) not in used]
        start += count
    return free[:count]


def _shares(chance: random.Random, stages: Sequence[Stage], count: int) -> list[tuple[Stage, int]]:
    """How many comments each article gets: a few are talked about, most are not."""
    weights = [chance.paretovariate(1.2) for _ in stages]
    shares = [int(count * weight / sum(weights)) for weight in weights]
    shares[weights.index(max(weights))] += count - sum(shares)
    return [(stage, share) for stage, share in zip(stages, shares, strict=True) if share]


def _stretches(shares: Iterable[tuple[Stage, int]]) -> Iterator[Stretch]:
    """Discussions in parts that are small enough to be remembered."""
    for stage, share in shares:
        for first in range(0, share, COMMENTS_AT_ONCE):
            yield Stretch(stage, first, min(COMMENTS_AT_ONCE, share - first), share)


def _groups(stretches: Iterable[Stretch]) -> Iterator[list[Stretch]]:
    """What is stored together: enough at once to be fast, not so much that others wait long."""
    group: list[Stretch] = []
    for stretch in stretches:
        if group and sum(each.count for each in group) + stretch.count > COMMENTS_AT_ONCE:
            yield group
            group = []
        group.append(stretch)
    if group:
        yield group


def _comment(chance: random.Random, shares: Iterable[tuple[Stage, int]], discuss: Discuss, advance: Advance) -> None:
    company = Company.gathered_by(chance)
    max_depth = discussion_settings(db.session()).depth_limit
    in_order = sorted(shares, key=lambda share: share[0].since)
    for group in _groups(_stretches(in_order)):
        with _undisturbed():
            talks = [
                Talk(each, discuss(chance, each.count, _scene(each, until=company.now, max_depth=max_depth)))
                for each in group
            ]
            _store(company, talks)
        advance(sum(each.count for each in group))
    with transaction() as session:
        make_known(session)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Python not look for circles among so many rows, which have none: it would take as long as making them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _scene(stretch: Stretch, *, until: datetime, max_depth: int) -> Scene:
    since = stretch.stage.since
    step = min(until - since, TALKED_ABOUT) / stretch.of
    return Scene(
        since=since + stretch.first * step,
        until=since + (stretch.first + stretch.count) * step,
        sections=stretch.stage.sections,
        max_depth=max_depth,
    )


def _store(company: Company, talks: Sequence[Talk]) -> None:
    """Store what is said, and count it, all or nothing: whoever is killed leaves every counter right."""
    with transaction() as session:
        lock_discussions(session, [talk.article_id for talk in talks])
        ids = next_ids(session, Comment, count=sum(talk.stretch.count for talk in talks))
        insert_many(session, Comment, list(_rows(company, talks, ids)))
        counts = Counts()
        for talk in talks:
            _count(counts, talk)
        counts.write(session)


def _rows(company: Company, talks: Sequence[Talk], ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    start = 0
    for talk in talks:
        own = ids[start : start + talk.stretch.count]
        start += talk.stretch.count
        for said in talk.said:
            number = talk.stretch.first + said.place
            yield row_of(company, said, article_id=talk.article_id, number=number, ids=own)


def _count(counts: Counts, talk: Talk) -> None:
    by_status = Counter(said.status for said in talk.said)
    for status, number in by_status.items():
        counts.articles.add(talk.article_id, status, number)
        counts.tallies[status, talk.article_id % TALLY_SLOTS] += number
    counts.articles.by_section.update(
        said.section for said in talk.said if said.status is Status.APPROVED and said.section is not None
    )
