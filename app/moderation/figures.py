"""How is the moderation going, in figures for charts?"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Date, String, cast, func, select
from sqlalchemy.orm import Session

from app.articles.models import Article, Section
from app.comments.figures import counts_by_status, oldest_pending_at
from app.comments.models import Comment
from app.comments.verdict import Result
from app.ground import clock

SAMPLE = 2_000  # comments at most that are looked at one by one
BUSIEST = 10
_PASSED = {Result.PASSED.value, Result.APPROVE.value}

Figures = dict[str, Any]


def summary(session: Session, *, days: int) -> Figures:
    """The last so many days. Statements: seven, each bounded by the days or by a sample of the newest comments."""
    since = clock.now() - timedelta(days=days)
    held_since = oldest_pending_at(session)
    return {
        "since": since,
        "counts": counts_by_status(session),
        "oldest_pending_at": held_since,
        "days": _days(session, since),
        "time_to_decision": _time_to_decision(session, since),
        "busiest_articles": _busiest_articles(session, since),
        "busiest_sections": _busiest_sections(session, since),
        "reasons": _reasons(session, since),
    }


def _days(session: Session, since: datetime) -> list[Figures]:
    """Comments by the day (in UTC) on which they were posted, and by what has become of them."""
    day = func.date(Comment.created_at, type_=Date)
    rows = (
        select(cast(day, String), Comment.status, func.count())
        .where(Comment.created_at >= since, Comment.erased_at.is_(None))
        .group_by(cast(day, String), Comment.status)
    )
    by_day: dict[str, Figures] = {}
    for name, status, number in session.execute(rows):
        empty = {"day": name, "approved": 0, "pending": 0, "spam": 0, "trash": 0}
        by_day.setdefault(name, empty)[status] = number
    return [by_day[name] for name in sorted(by_day)]


def _time_to_decision(session: Session, since: datetime) -> Figures:
    """Seconds from posted to last decided by a person, of the newest decided comments."""
    rows = (
        select(Comment.created_at, Comment.decided_at)
        .where(Comment.created_at >= since, Comment.decided_at.is_not(None), Comment.erased_at.is_(None))
        .order_by(Comment.created_at.desc())
        .limit(SAMPLE)
    )
    seconds = sorted(
        (decided - created).total_seconds() for created, decided in session.execute(rows) if decided is not None
    )
    return {
        "decided": len(seconds),
        "median_seconds": _quantile(seconds, 0.5),
        "slowest_tenth_seconds": _quantile(seconds, 0.9),
    }


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    """The value that this share of all does not exceed (nearest rank)."""
    if not ordered:
        return None
    return ordered[ceil(share * len(ordered)) - 1]


def _busiest_articles(session: Session, since: datetime) -> list[Figures]:
    number = func.count()
    rows = (
        select(Article.slug, Article.title, number)
        .join(Comment, Comment.article_id == Article.id)
        .where(Comment.created_at >= since, Comment.erased_at.is_(None))
        .group_by(Article.id, Article.slug, Article.title)
        .order_by(number.desc(), Article.id)
        .limit(BUSIEST)
    )
    return [{"slug": slug, "title": title, "comments": each} for slug, title, each in session.execute(rows)]


def _busiest_sections(session: Session, since: datetime) -> list[Figures]:
    number = func.count()
    rows = (
        select(Article.slug, Section.anchor, Section.heading, number)
        .join(Section, Section.article_id == Article.id)
        .join(Comment, Comment.section_id == Section.id)
        .where(Comment.created_at >= since, Comment.erased_at.is_(None))
        .group_by(Article.slug, Section.id, Section.anchor, Section.heading)
        .order_by(number.desc(), Section.id)
        .limit(BUSIEST)
    )
    names = ("slug", "anchor", "heading", "comments")
    return [dict(zip(names, row, strict=True)) for row in session.execute(rows)]


def _reasons(session: Session, since: datetime) -> list[Figures]:
    """Which checks objected how often, among the newest comments that were not let through at once."""
    rows = (
        select(Comment.reasons)
        .where(Comment.created_at >= since, Comment.safe_reason.is_not(None))
        .order_by(Comment.created_at.desc())
        .limit(SAMPLE)
    )
    objections: Counter[tuple[str, str]] = Counter()
    for reasons in session.scalars(rows):
        objections.update((line["check"], line["code"]) for line in reasons if line["result"] not in _PASSED)
    return [
        {"check": check, "code": code, "comments": number}
        for (check, code), number in sorted(objections.items(), key=lambda each: (-each[1], each[0]))
    ]
