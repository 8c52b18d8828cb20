"""How do thousands of comments get in that no reader wrote, as if readers had?"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.actions import COMMAND_LINE
from app.articles.actions import add_article, free_slugs, new_manuscript
from app.articles.counters import lock_discussions
from app.articles.models import Article, Section
from app.comments.life import TALLY_SLOTS, Counts
from app.comments.models import Comment, Status
from app.demo import phrases
from app.demo.rows import Company, row_of
from app.demo.threads import WAVES, Said, discuss
from app.ground import clock
from app.ground.db import db, transaction
from app.site.settings import discussion_settings

BODIES = 4  # as many as the renderer remembers
ARTICLES_AT_ONCE = 20
COMMENTS_AT_ONCE = 10_000
OLDEST_DAYS = 365
NOTE = "Invented."

Advance = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where an invented discussion takes place."""

    article_id: int
    since: datetime
    sections: tuple[int, ...]


@dataclass(slots=True)
class Talk:
    """What is said under an article, and the ids of what is stored of it, in the same order."""

    article_id: int
    said: Sequence[Said]
    ids: list[int] = field(default_factory=list)


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
    """Have so many comments under these articles, some under many and many under some."""
    company = Company.gathered_by(random.Random(seed))  # noqa: S311 (nothing here is secret)
    max_depth = discussion_settings(db.session()).depth_limit
    for group in _groups(_shares(company.chance, stages, count)):
        _comment(company, group, max_depth=max_depth)
        advance(sum(number for _, number in group))


def _articles(chance: random.Random, bodies: Sequence[str], count: int) -> list[Stage]:
    now = clock.now()
    made = []
    with transaction() as session:
        first = (session.scalar(select(func.max(Article.id))) or 0) + 1
        for number in range(first, first + count):
            manuscript = new_manuscript(
                {
                    "title": f"{chance.choice(phrases.TITLES)}, {number}",
                    "slug": f"invented-{number}",
                    "byline": phrases.name(chance),
                    "categories": (chance.choice(("Sea", "Town", "Work")),),
                    "tags": ("invented",),
                    "body": chance.choice(bodies),
                    "published_at": now - timedelta(days=OLDEST_DAYS * chance.random()),
                }
            )
            made.append(
                add_article(session, COMMAND_LINE, manuscript, slugs=free_slugs(session, manuscript.slug), note=NOTE)
            )
        session.flush()
        return [Stage(each.id, each.published_at or now, _sections_of(session, each.id)) for each in made]


def _sections_of(session: Session, article_id: int) -> tuple[int, ...]:
    return tuple(session.scalars(select(Section.id).where(Section.article_id == article_id)))


def _shares(chance: random.Random, stages: Sequence[Stage], count: int) -> list[tuple[Stage, int]]:
    """How many comments each article gets: a few are talked about, most are not."""
    weights = [chance.paretovariate(1.2) for _ in stages]
    shares = [int(count * weight / sum(weights)) for weight in weights]
    shares[weights.index(max(weights))] += count - sum(shares)
    return [(stage, share) for stage, share in zip(stages, shares, strict=True) if share]


def _groups(shares: Iterable[tuple[Stage, int]]) -> Iterator[list[tuple[Stage, int]]]:
    """Articles whose comments are stored together: enough at once to be fast, not so many that others wait long."""
    group: list[tuple[Stage, int]] = []
    for share in shares:
        group.append(share)
        if sum(number for _, number in group) >= COMMENTS_AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _comment(company: Company, group: Sequence[tuple[Stage, int]], *, max_depth: int) -> None:
    until = clock.now()
    talks = [
        Talk(
            stage.article_id,
            discuss(
                company.chance, number, since=stage.since, until=until, sections=stage.sections, max_depth=max_depth
            ),
        )
        for stage, number in group
    ]
    with transaction() as session:
        lock_discussions(session, [talk.article_id for talk in talks])
        for wave in range(WAVES):
            _store(session, company, [(talk, said) for talk in talks for said in talk.said if said.wave == wave])
        here = Comment.article_id.in_([talk.article_id for talk in talks])
        session.execute(update(Comment).where(here, Comment.root_id.is_(None)).values(root_id=Comment.id))
        counts = Counts()
        for talk in talks:
            _count(counts, talk)
        counts.write(session)


def _store(session: Session, company: Company, wave: Sequence[tuple[Talk, Said]]) -> None:
    """Store what was said in one wave of all talks; all that it answers has its id already."""
    if not wave:
        return
    rows = [row_of(company, said, article_id=talk.article_id, ids=talk.ids) for talk, said in wave]
    last_id = session.scalar(select(func.max(Comment.id))) or 0
    # Not through the ORM, which would sort the rows by which columns are null; and asking for the ids at once would
    # send them one by one.
    session.connection().execute(insert(cast(Table, Comment.__table__)), rows)
    fresh = session.execute(select(Comment.receipt_nonce, Comment.id).where(Comment.id > last_id))
    ids = {row.receipt_nonce: row.id for row in fresh}
    for (talk, _), row in zip(wave, rows, strict=True):
        talk.ids.append(ids[row["receipt_nonce"]])


def _count(counts: Counts, talk: Talk) -> None:
    by_status = Counter(said.status for said in talk.said)
    for status, number in by_status.items():
        counts.articles.add(talk.article_id, status, number)
        counts.tallies[status, talk.article_id % TALLY_SLOTS] += number
    counts.articles.by_section.update(
        said.section for said in talk.said if said.status is Status.APPROVED and said.section is not None
    )
