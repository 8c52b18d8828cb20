"""HOW A THREAD IS READ FAST: which comments make a page of it, in how many statements?

A page is a few conversations: roots in order, each with the beginning of what stands under it. One statement picks
the roots by an index and, for each, where its replies are cut; a join then reads exactly those rows by another index.
What a page costs does not depend on how long the thread is or how deep into it the page lies. A page without a cursor
begins before everything there is, so that all pages are read by the same few statements, each built once. Rows become
what the public sees (`shown.py`) without objects of the ORM in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.articles.models import Article, Discussion, RetiredSlug
from app.articles.store import is_public
from app.comments import shown
from app.comments.models import IS_VISIBLE, Comment
from app.comments.shown import Frame, Shown
from app.ground import clock
from app.ground.cursors import Page, decode, encode, page_of
from app.ground.db import Id, UtcDateTime
from app.ground.openapi import LARGEST_ID, PREFIX
from app.ground.prepared import Prepared, Row
from app.site.choices import Order

REPLIES_SHOWN = 50
# The root is the first of its own conversation, hence one more than the replies. Written out: where PostgreSQL does not
# know how many it expects many, and would rather plan each time than once.
_AS_MANY: ColumnElement[int] = literal_column(f"{REPLIES_SHOWN + 1}")
_KEY = (datetime, int)
_BEFORE_ALL = {
    Order.OLDEST: (datetime.min.replace(tzinfo=UTC), 0),
    Order.NEWEST: (datetime.max.replace(tzinfo=UTC), LARGEST_ID),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which comments: of an article, or of one of its sections alone; from a cursor on, at most `limit`."""

    article_id: int
    section_id: int | None
    order: Order
    limit: int
    cursor: str | None

    @property
    def shape(self) -> tuple[Order, str]:
        """What decides on the statement that reads it: by the section alone where there is one, as its index is."""
        return self.order, "article_id" if self.section_id is None else "section_id"

    @property
    def values(self) -> dict[str, object]:
        """What the statement is asked for, with one comment or conversation more than the page shows."""
        moment, last = decode(self.cursor, _KEY) if self.cursor is not None else _BEFORE_ALL[self.order]
        within = self.article_id if self.section_id is None else self.section_id
        return {"within": within, "moment": moment, "last": last, "limit": self.limit + 1}


def read_tree(session: Session, selection: Selection, frame: Frame, *, slug: str) -> Page[Shown]:
    """Whole conversations as trees: one statement."""
    found = _beginnings(*selection.shape).all(session, **selection.values)
    conversations = _conversations(found, selection.order)
    page = page_of(conversations, limit=selection.limit, key=lambda rows: (rows[0].created_at, rows[0].id))
    return Page([_tree(conversation, frame, slug=slug) for conversation in page.items], page.next)


def read_flat(session: Session, selection: Selection, frame: Frame, *, slug: str) -> Page[Shown]:
    """Visible comments in order, each by itself: one statement."""
    found = _each(*selection.shape).all(session, **selection.values)
    page = page_of(found, limit=selection.limit, key=lambda row: (row.created_at, row.id))
    return Page([shown.shown(row, frame, slug=slug) for row in page.items], page.next)


def read_replies(session: Session, comment: Row, frame: Frame, *, limit: int, cursor: str | None) -> Page[Shown]:
    """What stands under a comment (from `place_of`), oldest first, parents before their replies: one statement."""
    last = decode(cursor, (int,))[0] if cursor is not None else comment.id
    under = _REST if comment.parent_id is None else _UNDER
    found = under.all(session, id=comment.id, root=comment.root_id, last=last, limit=limit + 1)
    page = page_of(found, limit=limit, key=lambda row: (row.id,))
    return Page([shown.shown(row, frame, slug=comment.slug) for row in page.items], page.next)


def read_recent(session: Session, frame: Frame, *, limit: int, cursor: str | None) -> Page[Shown]:
    """The newest visible comments of all public articles: one statement."""
    moment, last = decode(cursor, _KEY) if cursor is not None else _BEFORE_ALL[Order.NEWEST]
    found = _RECENT.all(session, now=clock.now(), moment=moment, last=last, limit=limit + 1)
    page = page_of(found, limit=limit, key=lambda row: (row.created_at, row.id))
    items = [
        shown.shown(row, frame, slug=row.slug) | {"article": {"slug": row.slug, "title": row.title}}
        for row in page.items
    ]
    return Page(items, page.next)


def place_of(session: Session, comment_id: int) -> Row | None:
    """A comment that its public article's thread has a place for, with the article and when its root came."""
    return _PLACE.first(session, id=comment_id, now=clock.now())


def cursor_at(place: Row, order: Order) -> str:
    """A cursor from which the page begins with the conversation of this comment."""
    return encode(place.began_at, place.root_id + (1 if order is Order.NEWEST else -1))


def counts_of(session: Session, slugs: Sequence[str]) -> dict[str, int]:
    """How many visible comments each article has, under a slug that it had before too; 0 for what is not public."""
    size = next(each for each in _SIZES if each >= len(slugs))
    asked = {f"slug_{number}": slugs[min(number, len(slugs) - 1)] for number in range(size)}
    found = _counts(size).all(session, now=clock.now(), **asked)
    return dict.fromkeys(slugs, 0) | {row.slug: row.seen for row in found}


_NOW = bindparam("now", type_=UtcDateTime())
_ID = bindparam("id", type_=Id)
_LAST = bindparam("last", type_=Id)
_LIMIT = bindparam("limit", type_=Id)
_AT_CURSOR = tuple_(bindparam("moment", type_=UtcDateTime()), _LAST)


def _one_page(rows: Select[*tuple[Any, ...]], comment: type[Comment], order: Order) -> Select[*tuple[Any, ...]]:
    """In order, after the cursor."""
    key = tuple_(comment.created_at, comment.id)
    if order is Order.OLDEST:
        return rows.where(key > _AT_CURSOR).order_by(comment.created_at, comment.id).limit(_LIMIT)
    return rows.where(key < _AT_CURSOR).order_by(comment.created_at.desc(), comment.id.desc()).limit(_LIMIT)


def _is_within(comment: type[Comment], within: str) -> ColumnElement[bool]:
    return cast(ColumnElement[bool], getattr(comment, within) == bindparam("within", type_=Id))


@cache
def _each(order: Order, within: str) -> Prepared:
    """Visible comments."""
    return Prepared(lambda: _one_page(shown.rows().where(_is_within(Comment, within), IS_VISIBLE), Comment, order))


@cache
def _beginnings(order: Order, within: str) -> Prepared:
    """Roots, each with its replies up to where they are cut."""

    def build() -> Select[*tuple[Any, ...]]:
        root, reply = aliased(Comment, name="root"), aliased(Comment, name="reply")
        replies = select(reply.id).where(reply.root_id == root.id, reply.shown).order_by(reply.id)
        cut = replies.offset(_AS_MANY).limit(literal_column("1")).correlate(root).scalar_subquery()
        own = select(root.id, cut.label("cut")).where(_is_within(root, within), root.parent_id.is_(None), root.shown)
        roots = _one_page(own, root, order).cte("roots")
        is_begun = and_(Comment.root_id == roots.c.id, Comment.id < func.coalesce(roots.c.cut, LARGEST_ID))
        return shown.rows().join(roots, is_begun).add_columns(roots.c.cut).where(Comment.shown)

    return Prepared(build)


def _conversations(found: Sequence[Row], order: Order) -> list[list[Row]]:
    by_root: dict[int, list[Row]] = {}
    for row in sorted(found, key=attrgetter("id")):
        by_root.setdefault(row.root_id, []).append(row)
    ordered = sorted(by_root.values(), key=lambda rows: (rows[0].created_at, rows[0].id))
    return ordered if order is Order.OLDEST else ordered[::-1]


def _tree(conversation: Sequence[Row], frame: Frame, *, slug: str) -> Shown:
    """The root with its replies in it. Rows come oldest first, so a parent is there before its replies."""
    placed: dict[int, Shown] = {}
    for row in conversation:
        node = placed[row.id] = shown.shown(row, frame, slug=slug)
        node["replies"] = []
        if row.parent_id is not None:
            placed[row.parent_id]["replies"].append(node)
    root = conversation[0]
    tree = placed[root.id]
    if root.cut is not None:
        last = conversation[-1].id
        tree["more_replies"] = f"{PREFIX}/comments/{root.id}/replies?cursor={encode(last)}"
    return tree


def _replies() -> Select[*tuple[Any, ...]]:
    return shown.rows().where(Comment.shown, Comment.id > _LAST).order_by(Comment.id).limit(_LIMIT)


def _under() -> Select[*tuple[Any, ...]]:
    child = aliased(Comment)
    under = select(Comment.id).where(Comment.parent_id == _ID).cte("under", recursive=True)
    under = under.union_all(select(child.id).join(under, child.parent_id == under.c.id))
    return _replies().where(Comment.root_id == bindparam("root", type_=Id), Comment.id.in_(select(under.c.id)))


_REST = Prepared(lambda: _replies().where(Comment.root_id == _ID))
_UNDER = Prepared(_under)


def _recent() -> Select[*tuple[Any, ...]]:
    newest = shown.rows().add_columns(Article.slug, Article.title).join(Article, Comment.article_id == Article.id)
    return _one_page(newest.where(IS_VISIBLE, is_public(_NOW)), Comment, Order.NEWEST)


_RECENT = Prepared(_recent)


def _place() -> Select[*tuple[Any, ...]]:
    root = aliased(Comment, name="root")
    placed = shown.rows().add_columns(Article.id.label("article_id"), Article.slug, root.created_at.label("began_at"))
    placed = placed.join(Article, Comment.article_id == Article.id).join(root, Comment.root_id == root.id)
    return placed.where(Comment.id == _ID, Comment.shown, is_public(_NOW))


_PLACE = Prepared(_place)
_SIZES = (1, 10, 100)


@cache
def _counts(size: int) -> Prepared:
    """For so many slugs."""

    def build() -> CompoundSelect[str, int]:
        slugs = [bindparam(f"slug_{number}", type_=Text()) for number in range(size)]
        # Shown, not asked for: SQLite would go through all that is public to find the few that are named.
        seen = case((is_public(_NOW), Discussion.approved), else_=0).label("seen")
        live = select(Article.slug, seen).join(Discussion, Discussion.article_id == Article.id)
        former = live.join(RetiredSlug, RetiredSlug.article_id == Article.id).with_only_columns(RetiredSlug.slug, seen)
        return union_all(live.where(Article.slug.in_(slugs)), former.where(RetiredSlug.slug.in_(slugs)))

    return Prepared(build)
