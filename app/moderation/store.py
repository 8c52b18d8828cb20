"""How are comments locked for a decision, and how is the log found?"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from app.articles.counters import lock_discussions
from app.comments.models import Comment
from app.comments.standing import DECIDED
from app.ground.audit import AuditEntry
from app.ground.cursors import Page, decode, page_of
from app.ground.errors import NotFound, PreconditionFailed
from app.ground.openapi import LARGEST_ID
from app.ground.preconditions import require_match
from app.ground.prepared import Prepared, Row

COMMENT = "comment"


def lock_comments(session: Session, comment_ids: Iterable[int]) -> Mapping[int, Comment]:
    """Those of these comments that are there, erased ones too; nobody else changes them until the end.

    Discussions first, then comments in the order of their ids, so that nobody waits in a circle.
    """
    ids = sorted(set(comment_ids))
    lock_discussions(session, session.scalars(select(Comment.article_id).where(Comment.id.in_(ids)).distinct()))
    rows = select(Comment).where(Comment.id.in_(ids)).order_by(Comment.id).with_for_update()
    found = session.scalars(rows, execution_options={"populate_existing": True})
    return {comment.id: comment for comment in found}


_ARTICLE = Prepared(lambda: select(Comment.article_id).where(Comment.id == bindparam("of")))
_LOCK = Prepared(lambda: select(*DECIDED).where(Comment.id == bindparam("of")).with_for_update())


def lock_for_decision(session: Session, comment_id: int) -> Row:
    """What must be known of a comment to decide about it. Raises NotFound as `lock_comment` does."""
    lock_discussions(session, [row.article_id for row in _ARTICLE.all(session, of=comment_id)])
    comment = _LOCK.first(session, of=comment_id)
    if comment is None or comment.erased_at is not None:
        raise NotFound
    return comment


def lock_comment(session: Session, comment_id: int) -> Comment:
    """Raises NotFound for a comment that is not there (any more)."""
    comment = lock_comments(session, [comment_id]).get(comment_id)
    if comment is None or comment.erased_at is not None:
        raise NotFound
    return comment


def require_seen(session: Session, comment: Comment | Row) -> None:
    """Let a decision through only if it is about this version of the comment.

    Raises PreconditionRequired (428), and PreconditionFailed (412) telling who did what, and when.
    """
    try:
        require_match(comment.version, changed_by=comment.changed_by, changed_at=comment.changed_at.isoformat())
    except PreconditionFailed as refusal:
        last = last_act(session, comment.id)
        refusal.more = {
            **refusal.more,
            "action": last.action if last else None,
            "comment_status": comment.status,
        }
        raise


def last_act(session: Session, comment_id: int) -> AuditEntry | None:
    acts = select(AuditEntry).where(_is_about(COMMENT, comment_id)).order_by(AuditEntry.id.desc())
    return session.scalar(acts.limit(1))


def acts_on_comment(session: Session, comment_id: int, *, limit: int, cursor: str | None) -> Page[AuditEntry]:
    """Raises NotFound for a comment that never was."""
    page = acts(session, [_is_about(COMMENT, comment_id)], limit=limit, cursor=cursor)
    if not page.items and session.get(Comment, comment_id) is None:
        raise NotFound
    return page


def log_conditions(*, actor: str | None, action: str | None, about: str | None) -> list[ColumnElement[bool]]:
    """`about` is a kind of thing, such as `comment`, or one thing, such as `comment:12`."""
    conditions: list[ColumnElement[bool]] = []
    if actor is not None:
        conditions.append(AuditEntry.actor == actor)
    if action is not None:
        conditions.append(AuditEntry.action == action)
    if about is not None:
        kind, _, which = about.partition(":")
        conditions.append(_is_about(kind, which) if which else AuditEntry.object_type == kind)
    return conditions


def acts(session: Session, conditions: Sequence[ColumnElement[bool]], *, limit: int,
         cursor: str | None) -> Page[AuditEntry]:  # fmt: skip
    """Lines of the audit log, newest first."""
    before = decode(cursor, (int,))[0] if cursor is not None else LARGEST_ID
    rows = select(AuditEntry).where(AuditEntry.id < before, *conditions).order_by(AuditEntry.id.desc())
    return page_of(session.scalars(rows.limit(limit + 1)).all(), limit=limit, key=lambda entry: (entry.id,))


def _is_about(kind: str, which: int | str) -> ColumnElement[bool]:
    return (AuditEntry.object_type == kind) & (AuditEntry.object_id == str(which))
