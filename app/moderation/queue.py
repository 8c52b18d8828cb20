"""What waits for a moderator, and what must they know to decide?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Tuple, bindparam, func, literal, literal_column, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.articles.models import Article, Section
from app.comments.figures import counts_by_status, oldest_pending_at
from app.comments.models import Comment, Status
from app.ground import clock
from app.ground.cursors import Page, decode, encode, next_link, page_of
from app.ground.db import Id, UtcDateTime
from app.ground.errors import NotFound
from app.ground.prepared import Prepared, Row
from app.moderation.authors import histories
from app.moderation.selection import Selection
from app.site.choices import Order

LOOKED_THROUGH = 10_000  # rows at most for one page of a search that no index helps
BRIEF = 280  # characters of the comment that was answered

Item = dict[str, Any]
_FIRST = (datetime.min.replace(tzinfo=UTC), 0)

_answered = aliased(Comment, name="answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """Some of what a moderator asked for, with the figures of the whole site."""

    items: Sequence[Item]
    next: str | None
    counts: Mapping[str, int]
    oldest_pending_at: datetime | None
    as_of: datetime

    @property
    def headers(self) -> dict[str, str]:
        return next_link(self.next)


def read_queue(session: Session, selection: Selection, *, limit: int, cursor: str | None,
               order: Order = Order.OLDEST) -> QueuePage:  # fmt: skip
    """Statements: the page, its authors' histories, the counts, the oldest; one more for a search of rows."""
    as_of = clock.now()
    read = _searched if selection.rare else _listed
    page = read(session, selection, limit=limit, cursor=cursor, order=order)
    return QueuePage(
        items=_items(session, page.items),
        next=page.next,
        counts=counts_by_status(session),
        oldest_pending_at=oldest_pending_at(session),
        as_of=as_of,
    )


def number_of(session: Session, selection: Selection, *, most: int) -> int:
    """How many comments are meant; it is not counted on beyond `most`."""
    those = select(Comment.id).where(*selection.sure, *selection.rare).limit(most)
    return session.scalar(select(func.count()).select_from(those.subquery())) or 0


def read_item(session: Session, comment_id: int) -> Item:
    """One comment with everything a moderator may see. Raises NotFound."""
    found = _ITEM.all(session, id=comment_id)
    if not found:
        raise NotFound
    return _items(session, found)[0]


_COLUMNS = (
    Comment.id,
    Comment.version,
    Comment.status,
    Comment.reasons,
    Comment.safe_reason,
    Comment.restore_to,
    Comment.trashed_by_rule,
    Comment.pinned,
    Comment.decided_at,
    Comment.decided_by,
    Comment.changed_at,
    Comment.changed_by,
    Comment.source,
    Comment.html,
    Comment.author_name,
    Comment.author_website,
    Comment.staff,
    Comment.email_sealed,
    Comment.email_fingerprint,
    Comment.created_at,
    Comment.edited_at,
    Comment.depth,
    Comment.parent_id,
    Comment.in_reply_to,
    Comment.visible_below,
)


def _rows() -> Select[*tuple[Any, ...]]:
    """A comment with its article, its section and, in brief, the comment that was answered."""
    columns: Select[*tuple[Any, ...]] = select(
        *_COLUMNS,
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


_place = tuple_(Comment.created_at, Comment.id)
_BY_PLACE = {
    Order.OLDEST: (Comment.created_at, Comment.id),
    Order.NEWEST: (Comment.created_at.desc(), Comment.id.desc()),
}


@cache
def _in(status: Status) -> Prepared:
    """What a moderator looks at all day: one status, nothing else asked for. Written out: some are rare, some not."""
    after = tuple_(bindparam("moment", type_=UtcDateTime()), bindparam("last", type_=Id))
    has_status = Comment.status == literal_column(f"'{status}'")
    those = _rows().where(has_status, Comment.erased_at.is_(None), _place > after)
    return Prepared(lambda: those.order_by(Comment.created_at, Comment.id).limit(bindparam("limit", type_=Id)))


_ITEM = Prepared(lambda: _rows().where(Comment.id == bindparam("id", type_=Id), Comment.erased_at.is_(None)))


def _listed(session: Session, selection: Selection, *, limit: int, cursor: str | None, order: Order) -> Page[Row]:
    status = selection.status
    if order is Order.OLDEST and status is not None and selection == Selection(status=status):
        moment, last = decode(cursor, (datetime, int)) if cursor is not None else _FIRST
        found = _in(status).all(session, moment=moment, last=last, limit=limit + 1)
        return page_of(found, limit=limit, key=_key)
    return _page(session, [*selection.sure, *_beyond(cursor, order)], limit, order)


def _searched(session: Session, selection: Selection, *, limit: int, cursor: str | None, order: Order) -> Page[Row]:
    """A page of what is found among the next so many rows; the cursor goes on behind them, found or not."""
    sure = [*selection.sure, *_beyond(cursor, order)]
    end = _end_of_reach(session, sure, order)
    if end is None:
        return _page(session, [*sure, *selection.rare], limit, order)
    within = _place <= _at(*end) if order is Order.OLDEST else _place >= _at(*end)
    page = _page(session, [*sure, within, *selection.rare], limit, order)
    return page if page.next else Page(page.items, encode(*end))


def _page(session: Session, conditions: Sequence[ColumnElement[bool]], limit: int, order: Order) -> Page[Row]:
    rows = _rows().where(*conditions).order_by(*_BY_PLACE[order]).limit(limit + 1)
    return page_of(session.execute(rows).all(), limit=limit, key=_key)


def _end_of_reach(session: Session, sure: Sequence[ColumnElement[bool]], order: Order) -> tuple[datetime, int] | None:
    """The last of the next so many rows; None where there are fewer."""
    in_order = select(Comment.created_at, Comment.id).where(*sure).order_by(*_BY_PLACE[order])
    last = session.execute(in_order.limit(1).offset(LOOKED_THROUGH - 1)).first()
    return (last[0], last[1]) if last is not None else None


def _at(created_at: datetime, comment_id: int) -> Tuple:
    return tuple_(literal(created_at, UtcDateTime()), literal(comment_id, Id))


def _beyond(cursor: str | None, order: Order) -> list[ColumnElement[bool]]:
    if cursor is None:
        return []
    created_at, comment_id = decode(cursor, (datetime, int))
    last = _at(cast(datetime, created_at), cast(int, comment_id))
    return [_place > last if order is Order.OLDEST else _place < last]


def _key(row: Row) -> tuple[datetime, int]:
    return row.created_at, row.id


def _items(session: Session, rows: Sequence[Row]) -> list[Item]:
    known = histories(session, rows)
    return [_item(row, known.get(row.email_fingerprint)) for row in rows]


def _item(row: Row, history: Item | None) -> Item:
    return {
        "id": row.id,
        "version": row.version,
        "status": row.status,
        "reasons": row.reasons,
        "safe_reason": row.safe_reason,
        "restore_to": row.restore_to,
        "trashed_by_rule": row.trashed_by_rule,
        "pinned": row.pinned,
        "decided_at": row.decided_at,
        "decided_by": row.decided_by,
        "changed_at": row.changed_at,
        "changed_by": row.changed_by,
        "comment": _text(row),
        "article": {"slug": row.slug, "title": row.title, "status": row.article_status},
        "parent": _parent(row),
        "author": {
            "name": row.author_name,
            "website": row.author_website,
            "is_staff": row.staff is not None,
            "has_email": row.email_sealed is not None,
            "history": history,
        },
    }


def _text(row: Row) -> Item:
    is_gone = row.retired_at is not None
    section = {"anchor": row.anchor, "heading": row.heading} if row.anchor is not None and not is_gone else None
    return {
        "id": row.id,
        "source": row.source,
        "html": row.html,
        "author_name": row.author_name,
        "author_website": row.author_website,
        "has_email": row.email_sealed is not None,
        "section": section,
        "section_was": row.heading if is_gone else None,
        "created_at": row.created_at,
        "edited_at": row.edited_at,
        "depth": row.depth,
        "parent_id": row.parent_id,
        "in_reply_to": row.in_reply_to,
        "reply_count": row.visible_below,
    }


def _parent(row: Row) -> Item | None:
    if row.answered_id is None:
        return None
    names = ("id", "author_name", "status", "excerpt")
    values = (row.answered_id, row.answered_name, row.answered_status, row.answered_text)
    return dict(zip(names, values, strict=True))
