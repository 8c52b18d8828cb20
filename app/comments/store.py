"""How are comments found and stored?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.articles.models import Article
from app.articles.store import is_public
from app.comments.models import IS_VISIBLE, Comment, Pace, Status
from app.ground import clock
from app.ground.db import insert_or

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def visible_comment(session: Session, comment_id: int) -> tuple[Comment, Article] | None:
    """An approved comment with its public article."""
    row = session.execute(
        select(Comment, Article)
        .join(Article, Comment.article_id == Article.id)
        .where(Comment.id == comment_id, IS_VISIBLE, is_public())
    ).first()
    return (row[0], row[1]) if row else None


def shown_comment(session: Session, comment_id: int) -> tuple[Comment, Article] | None:
    """A comment that its public article's thread has a place for, if only as a tombstone."""
    row = session.execute(
        select(Comment, Article)
        .join(Article, Comment.article_id == Article.id)
        .where(Comment.id == comment_id, Comment.shown, is_public())
    ).first()
    return (row[0], row[1]) if row else None


def answered_comment(session: Session, comment_id: int, *, article_id: int) -> Comment | None:
    """The visible comment of this article that a reply is for."""
    return session.scalar(select(Comment).where(Comment.id == comment_id, Comment.article_id == article_id, IS_VISIBLE))


def ancestors_of(session: Session, comment: Comment) -> list[int]:
    """The ids from the root down to this comment."""
    up = select(Comment.id, Comment.parent_id, Comment.depth).where(Comment.id == comment.id).cte(recursive=True)
    higher = aliased(Comment)
    up = up.union_all(select(higher.id, higher.parent_id, higher.depth).join(up, higher.id == up.c.parent_id))
    return list(session.scalars(select(up.c.id).order_by(up.c.depth)))


def insert_comment(session: Session, comment: Comment) -> bool:
    """Store a comment, unless one with its duplicate key is there: then False. Two at once cannot both be stored."""
    values = {
        column.key: getattr(comment, column.key)
        for column in Comment.__table__.columns
        if column.key not in {"id", "shown"}
    }
    row = insert_or(Comment).values(values).on_conflict_do_nothing(index_elements=["duplicate_key"])
    new_id = session.scalar(row.returning(Comment.id))
    if new_id is None:
        return False
    if comment.root_id is None:
        session.execute(update(Comment).where(Comment.id == new_id).values(root_id=new_id))
        comment.root_id = new_id
    comment.id = new_id
    return True


def by_duplicate_key(session: Session, key: str) -> Comment | None:
    return session.scalar(select(Comment).where(Comment.duplicate_key == key))


def seconds_too_fast(session: Session, address: str, *, apart: int, per_hour: int) -> int:
    """0 if this address may post now, which is counted at once; else how many seconds it has to wait.

    One conditional upsert decides, so it is right for any number of processes. `apart` in seconds.
    """
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    fresh_hour = Pace.hour != hour
    row = insert_or(Pace).values(address=address, last_at=now, hour=hour, count=1)
    row = row.on_conflict_do_update(
        index_elements=["address"],
        set_={"last_at": now, "hour": hour, "count": case((fresh_hour, 1), else_=Pace.count + 1)},
        where=and_(Pace.last_at <= now - timedelta(seconds=apart), or_(fresh_hour, Pace.count < per_hour)),
    )
    if session.scalar(row.returning(Pace.address)) is not None:
        return 0
    last_at, count = session.execute(select(Pace.last_at, Pace.count).where(Pace.address == address)).one()
    ready = last_at + timedelta(seconds=apart)
    if count >= per_hour:
        ready = max(ready, hour + HOUR)
    return max(1, -int((now - ready) // timedelta(seconds=1)))


def count_up_to(session: Session, limit: int, since: datetime, *of: ColumnElement[bool]) -> int:
    """How many comments were accepted since then, counted no further than the limit."""
    recent = select(Comment.id).where(Comment.created_at > since, *of).limit(limit).subquery()
    return session.scalar(select(func.count()).select_from(recent)) or 0


def has_approved(session: Session, *, name_key: str, email_fingerprints: Sequence[str]) -> bool:
    """Whether a comment by this name and address was ever approved."""
    pair = exists().where(
        Comment.email_fingerprint.in_(email_fingerprints),
        Comment.author_name_key == name_key,
        # Not IS_VISIBLE: SQLite would then read every approved comment by its index instead of the author's few.
        Comment.status.concat("") == Status.APPROVED,
    )
    return bool(session.scalar(select(pair)))
