"""What waits for a moderator, and what must they know to decide?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, Tuple, case, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.articles.models import Article, Section
from app.comments.figures import counts_by_status, oldest_pending_at
from app.comments.models import Comment, Status
from app.ground import clock
from app.ground.cursors import Page, decode, encode, next_link, page_of
from app.ground.db import Id, UtcDateTime
from app.ground.errors import NotFound
from app.ground.sealing import Unsealable, keyring
from app.moderation.selection import Selection
from app.site.matching import email_key
from app.site.words import EMAIL

LOOKED_THROUGH = 10_000  # rows at most for one page of a search that no index helps
BRIEF = 280  # characters of the comment that was answered

Item = dict[str, Any]
Found = Row[*tuple[Any, ...]]

_answered = aliased(Comment, name="answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """Some of what a moderator asked for, oldest first, with the figures of the whole site."""

    items: Sequence[Item]
    next: str | None
    counts: Mapping[str, int]
    oldest_pending_at: datetime | None
    as_of: datetime

    @property
    def headers(self) -> dict[str, str]:
        return next_link(self.next)


def read_queue(session: Session, selection: Selection, *, limit: int, cursor: str | None) -> QueuePage:
    """Statements: the page, its authors' histories, the counts, the oldest; one more for a search of rows."""
    as_of = clock.now()
    page = (
        _searched(session, selection, limit, cursor) if selection.rare else _listed(session, selection, limit, cursor)
    )
    return QueuePage(
        items=_items(session, page.items),
        next=page.next,
        counts=counts_by_status(session),
        oldest_pending_at=oldest_pending_at(session),
        as_of=as_of,
    )


def read_item(session: Session, comment_id: int) -> Item:
    """One comment with everything a moderator may see. Raises NotFound."""
    found = session.execute(_rows().where(Comment.id == comment_id, Comment.erased_at.is_(None)), _FRESH).all()
    if not found:
        raise NotFound
    return _items(session, found)[0]


_FRESH: Any = {"populate_existing": True}


def _rows() -> Select[*tuple[Any, ...]]:
    """A comment with its article, its section and, in brief, the comment that was answered."""
    columns: Select[*tuple[Any, ...]] = select(
        Comment,
        Article.slug,
        Article.title,
        Article.status.label("article_status"),
        Section.anchor,
        Section.heading,
        Section.retired_at,
        _answered.id.label("answered_id"),
        _answered.author_name.label("answered_name"),
        _answered.status.label("answered_status"),
        func.substr(_answered.source, 1, BRIEF).label("answered_text"),
    )
    return (
        columns.join(Article, Comment.article_id == Article.id)
        .outerjoin(Section, Comment.section_id == Section.id)
        .outerjoin(_answered, _answered.id == func.coalesce(Comment.in_reply_to, Comment.parent_id))
    )


def _listed(session: Session, selection: Selection, limit: int, cursor: str | None) -> Page[Found]:
    return _page(session, [*selection.sure, *_after(cursor)], limit)


def _searched(session: Session, selection: Selection, limit: int, cursor: str | None) -> Page[Found]:
    """A page of what is found among the next so many rows; the cursor goes on behind them, found or not."""
    sure = [*selection.sure, *_after(cursor)]
    end = _end_of_reach(session, sure)
    if end is None:
        return _page(session, [*sure, *selection.rare], limit)
    page = _page(session, [*sure, _place <= _at(*end), *selection.rare], limit)
    return page if page.next else Page(page.items, encode(*end))


def _page(session: Session, conditions: Sequence[ColumnElement[bool]], limit: int) -> Page[Found]:
    rows = _rows().where(*conditions).order_by(Comment.created_at, Comment.id).limit(limit + 1)
    return page_of(session.execute(rows, execution_options=_FRESH).all(), limit=limit, key=_key)


def _end_of_reach(session: Session, sure: Sequence[ColumnElement[bool]]) -> tuple[datetime, int] | None:
    """The last of the next so many rows; None where there are fewer."""
    in_order = select(Comment.created_at, Comment.id).where(*sure).order_by(Comment.created_at, Comment.id)
    reach = in_order.limit(LOOKED_THROUGH).subquery("reach")
    columns = select(reach.c.created_at, reach.c.id, func.count().over())
    last = session.execute(columns.order_by(reach.c.created_at.desc(), reach.c.id.desc()).limit(1)).first()
    return (last[0], last[1]) if last is not None and last[2] == LOOKED_THROUGH else None


_place = tuple_(Comment.created_at, Comment.id)


def _at(created_at: datetime, comment_id: int) -> Tuple:
    return tuple_(literal(created_at, UtcDateTime()), literal(comment_id, Id))


def _after(cursor: str | None) -> list[ColumnElement[bool]]:
    if cursor is None:
        return []
    created_at, comment_id = decode(cursor, (datetime, int))
    return [_place > _at(cast(datetime, created_at), cast(int, comment_id))]


def _key(row: Found) -> tuple[datetime, int]:
    return row.Comment.created_at, row.Comment.id


def _items(session: Session, rows: Sequence[Found]) -> list[Item]:
    histories = _histories(session, [row.Comment for row in rows])
    return [_item(row, histories.get(row.Comment.email_fingerprint)) for row in rows]


def _item(row: Found, history: Item | None) -> Item:
    comment: Comment = row.Comment
    return {
        "id": comment.id,
        "version": comment.version,
        "status": comment.status,
        "reasons": comment.reasons,
        "safe_reason": comment.safe_reason,
        "restore_to": comment.restore_to,
        "trashed_by_rule": comment.trashed_by_rule,
        "pinned": comment.pinned,
        "decided_at": comment.decided_at,
        "decided_by": comment.decided_by,
        "changed_at": comment.changed_at,
        "changed_by": comment.changed_by,
        "comment": _text(row, comment),
        "article": {"slug": row.slug, "title": row.title, "status": row.article_status},
        "parent": _parent(row),
        "author": {
            "name": comment.author_name,
            "website": comment.author_website,
            "is_staff": comment.staff is not None,
            "has_email": comment.email_sealed is not None,
            "history": history,
        },
    }


def _text(row: Found, comment: Comment) -> Item:
    is_gone = row.retired_at is not None
    section = {"anchor": row.anchor, "heading": row.heading} if row.anchor is not None and not is_gone else None
    return {
        "id": comment.id,
        "source": comment.source,
        "html": comment.html,
        "author_name": comment.author_name,
        "author_website": comment.author_website,
        "has_email": comment.email_sealed is not None,
        "section": section,
        "section_was": row.heading if is_gone else None,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
        "depth": comment.depth,
        "parent_id": comment.parent_id,
        "in_reply_to": comment.in_reply_to,
        "reply_count": comment.visible_below,
    }


def _parent(row: Found) -> Item | None:
    if row.answered_id is None:
        return None
    names = ("id", "author_name", "status", "excerpt")
    values = (row.answered_id, row.answered_name, row.answered_status, row.answered_text)
    return dict(zip(names, values, strict=True))


def _histories(session: Session, comments: Iterable[Comment]) -> dict[str | None, Item]:
    """What became of everything these authors wrote, by the fingerprint that stands at a comment."""
    same = {each.email_fingerprint: _fingerprints(each) for each in comments if each.email_fingerprint}
    wanted = {fingerprint for known in same.values() for fingerprint in known}
    columns = (
        Comment.email_fingerprint,
        _number_of(Status.APPROVED),
        _number_of(Status.SPAM, Status.TRASH),
        _number_of(Status.PENDING),
        func.min(Comment.created_at),
    )
    grouped = select(*columns).where(Comment.email_fingerprint.in_(wanted)).group_by(Comment.email_fingerprint)
    figures = {row[0]: tuple(row[1:]) for row in session.execute(grouped)}
    return {own: _history([figures[each] for each in known if each in figures]) for own, known in same.items()}


def _number_of(*statuses: Status) -> ColumnElement[int]:
    return func.sum(case((Comment.status.in_(statuses), 1), else_=0))


def _history(figures: Sequence[tuple[Any, ...]]) -> Item:
    return {
        "approved": sum(int(each[0]) for each in figures),
        "refused": sum(int(each[1]) for each in figures),
        "pending": sum(int(each[2]) for each in figures),
        "first_seen": min((each[3] for each in figures), default=None),
    }


def _fingerprints(comment: Comment) -> set[str]:
    """This author's address under every key: after a rotation older comments may still carry an older one."""
    ring, own = keyring(), comment.email_fingerprint or ""
    if len(ring.keys.keys) == 1 or comment.email_sealed is None:
        return {own}
    try:
        plain = ring.open(comment.email_sealed, purpose=EMAIL)
        return {own, *ring.fingerprints(email_key(plain), purpose=EMAIL)}
    except (Unsealable, ValueError):
        return {own}
