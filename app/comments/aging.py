"""What is done with comments as they grow old?"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Row, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from app import config
from app.articles.counters import lock_discussions
from app.comments import life
from app.comments.models import Comment, Pace, Status
from app.comments.store import HOUR
from app.ground import clock
from app.ground.audit import Act, record
from app.ground.db import db, transaction

TIMER = "timer"


def empty_trash(limit: int) -> int:
    """Erase what has been trash or spam for TRASH_DAYS, at most `limit` of it; how many that were."""
    found = _some(_is_stale(), limit)
    if not found:
        return 0
    with transaction() as session:
        stale = _locked(session, found, _is_stale())
        counts, acts = life.Counts(), []
        for comment in stale:
            acts.append(_erased(comment))
            life.erase(session, comment, by=TIMER, counts=counts)
        counts.write(session)
        record(session, *acts)
    return len(stale)


def prune_erased(limit: int) -> int:
    """Remove the rows of erased comments that no other comment hangs on, at most `limit`; how many that were."""
    found = _some(_is_empty_leaf(), limit)
    if not found:
        return 0
    with transaction() as session:
        leaves = [comment.id for comment in _locked(session, found, _is_empty_leaf())]
        session.execute(delete(Comment).where(Comment.id.in_(leaves)))
    return len(leaves)


def forget_addresses(limit: int) -> int:
    """Blank the fingerprints of network addresses and user agents after ADDRESS_DAYS; how many comments had one."""
    before = clock.now() - timedelta(days=config.current().address_days)
    keeps_one = or_(Comment.address_fingerprint.is_not(None), Comment.agent_fingerprint.is_not(None))
    old = (
        select(Comment.id)
        .where(Comment.created_at <= before, keeps_one)
        .order_by(Comment.created_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    blank = update(Comment).where(Comment.id.in_(old)).values(address_fingerprint=None, agent_fingerprint=None)
    with transaction() as session:
        return len(session.scalars(blank.returning(Comment.id)).all())


def forget_paces(limit: int) -> int:
    """Forget how fast addresses posted, once that can refuse nobody any more."""
    needed = max(HOUR, timedelta(seconds=config.current().flood_seconds))
    old = select(Pace.address).where(Pace.last_at < clock.now() - needed).limit(limit).with_for_update(skip_locked=True)
    with transaction() as session:
        return len(session.scalars(delete(Pace).where(Pace.address.in_(old)).returning(Pace.address)).all())


def _is_stale() -> ColumnElement[bool]:
    before = clock.now() - timedelta(days=config.current().trash_days)
    return (
        Comment.status.in_([Status.SPAM, Status.TRASH])
        & (Comment.created_at <= before)  # by index, for what was put away before then was written before then
        & (func.coalesce(Comment.decided_at, Comment.created_at) <= before)
        & Comment.erased_at.is_(None)
    )


def _is_empty_leaf() -> ColumnElement[bool]:
    other = aliased(Comment)
    hangs_on = select(other.id).where(or_(other.parent_id == Comment.id, other.in_reply_to == Comment.id))
    return (Comment.status == Status.TRASH) & Comment.erased_at.is_not(None) & ~hangs_on.exists()


def _some(condition: ColumnElement[bool], limit: int) -> Sequence[Row[int, int]]:
    """Looked for before the transaction, so that nobody waits for the search."""
    try:
        rows = select(Comment.id, Comment.article_id).where(condition).order_by(Comment.created_at, Comment.id)
        return db.session().execute(rows.limit(limit)).all()
    finally:
        db.session().rollback()


def _locked(session: Session, found: Sequence[Row[int, int]], condition: ColumnElement[bool]) -> list[Comment]:
    """Those of which the condition is still true, under the locks that changing comments needs."""
    lock_discussions(session, [row.article_id for row in found])
    ids = [row.id for row in found]
    return list(session.scalars(select(Comment).where(Comment.id.in_(ids), condition).order_by(Comment.id)))


def _erased(comment: Comment) -> Act:
    return Act(
        actor=TIMER,
        actor_name=TIMER,
        action="erase",
        object_type="comment",
        object_id=comment.id,
        from_state=comment.status,
        reason="aged",
    )
