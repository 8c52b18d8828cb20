"""HOW A THREAD IS READ FAST: which comments make a page of it, in how many statements?

A page is a few conversations: roots in order, each with the beginning of what stands under it. One statement picks
the roots by an index and, for each, where its replies are cut; a join then reads exactly those rows by another index.
What a page costs does not depend on how long the thread is or how deep into it the page lies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Tuple, and_, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from app.articles.models import Article, Discussion, RetiredSlug, Section
from app.articles.store import is_public
from app.comments import shown
from app.comments.models import IS_VISIBLE, Comment
from app.comments.shown import CommentRow, Frame, Shown
from app.ground.cursors import CursorPart, decode, encode
from app.ground.db import Id, UtcDateTime
from app.ground.openapi import LARGEST_ID, PREFIX
from app.site.choices import Order

REPLIES_SHOWN = 50
_KEY = (datetime, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which comments of an article: all, or those of one section; from a cursor on, at most `limit`."""

    article_id: int
    slug: str
    section: Section | None
    order: Order
    limit: int
    cursor: str | None


@dataclass(frozen=True, slots=True)
class ThreadPage:
    items: Sequence[Shown]
    next: str | None
    total: int


def read_tree(session: Session, selection: Selection) -> ThreadPage:
    """Whole conversations as trees. Statements: one for the page, one for the settings, one for the total."""
    roots = _roots(selection).cte("roots")
    page = (
        shown.rows()
        .join(roots, and_(Comment.root_id == roots.c.id, Comment.id < func.coalesce(roots.c.cut, LARGEST_ID)))
        .add_columns(roots.c.cut)
        .where(Comment.shown)
    )
    found = session.execute(page).all()
    frame = Frame.of(session)
    conversations = _conversations(found, selection)
    kept = conversations[: selection.limit]
    items = [_tree(conversation, frame, slug=selection.slug) for conversation in kept]
    follows = len(conversations) > selection.limit
    return ThreadPage(items, _after(kept[-1][0]) if follows else None, _total(session, selection))


def read_flat(session: Session, selection: Selection) -> ThreadPage:
    """Visible comments in order, each by itself. Statements: as for the tree."""
    visible = shown.rows().where(_is_selected(Comment, selection), IS_VISIBLE)
    found = session.execute(_one_page(visible, Comment, selection)).all()
    kept = found[: selection.limit]
    items = shown.flat(kept, Frame.of(session), slug=selection.slug)
    follows = len(found) > selection.limit
    return ThreadPage(items, _after(kept[-1]) if follows else None, _total(session, selection))


def read_replies(session: Session, comment: Comment, *, slug: str, limit: int, cursor: str | None) -> ThreadPage:
    """What stands under a comment, flat and oldest first; parents come before their replies."""
    replies = shown.rows().where(Comment.shown, *_below(comment))
    if cursor is not None:
        replies = replies.where(Comment.id > cast(int, decode(cursor, (int,))[0]))
    found = session.execute(replies.order_by(Comment.id).limit(limit + 1)).all()
    kept = found[:limit]
    items = shown.flat(kept, Frame.of(session), slug=slug)
    return ThreadPage(items, encode(kept[-1].id) if len(found) > limit else None, comment.visible_below)


def read_recent(session: Session, *, limit: int, cursor: str | None) -> tuple[list[Shown], str | None]:
    """The newest visible comments of all public articles."""
    newest = shown.rows().add_columns(Article.slug, Article.title)
    newest = newest.join(Article, Comment.article_id == Article.id)
    newest = newest.where(IS_VISIBLE, is_public())
    if cursor is not None:
        newest = newest.where(tuple_(Comment.created_at, Comment.id) < _key(cursor))
    found = session.execute(newest.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(limit + 1)).all()
    frame = Frame.of(session)
    items = [
        shown.shown(row, frame, slug=row.slug) | {"article": {"slug": row.slug, "title": row.title}}
        for row in found[:limit]
    ]
    return items, _after(found[limit - 1]) if len(found) > limit else None


def counts_of(session: Session, slugs: Sequence[str]) -> dict[str, int]:
    """How many visible comments each article has, under a slug that it had before too; 0 for what is not public."""
    columns = select(Article.slug, Discussion.approved).join(Discussion, Discussion.article_id == Article.id)
    live = columns.where(Article.slug.in_(slugs), is_public())
    former = columns.with_only_columns(RetiredSlug.slug, Discussion.approved)
    former = former.join(RetiredSlug, RetiredSlug.article_id == Article.id)
    former = former.where(RetiredSlug.slug.in_(slugs), is_public())
    found = session.execute(union_all(live, former))
    return dict.fromkeys(slugs, 0) | {row.slug: row.approved for row in found}


def cursor_at(row: CommentRow, order: Order) -> str:
    """A cursor from which the page begins with the conversation of this root."""
    return encode(row.created_at, row.id + (1 if order is Order.NEWEST else -1))


def _roots(selection: Selection) -> Select[*tuple[Any, ...]]:
    root, reply = aliased(Comment, name="root"), aliased(Comment, name="reply")
    # The root is the first of its own conversation, hence one more than the replies.
    cut = (
        select(reply.id)
        .where(reply.root_id == root.id, reply.shown)
        .order_by(reply.id)
        .limit(1)
        .offset(REPLIES_SHOWN + 1)
        .correlate(root)
        .scalar_subquery()
    )
    roots = select(root.id, cut.label("cut")).where(_is_selected(root, selection), root.parent_id.is_(None), root.shown)
    return _one_page(roots, root, selection)


def _is_selected(comment: type[Comment], selection: Selection) -> ColumnElement[bool]:
    """By the section alone where there is one, so that its own index serves."""
    if selection.section is not None:
        return comment.section_id == selection.section.id
    return comment.article_id == selection.article_id


def _one_page(rows: Select[*tuple[Any, ...]], comment: type[Comment], selection: Selection) -> Select[*tuple[Any, ...]]:
    """In order, after the cursor, one more than asked for."""
    key = tuple_(comment.created_at, comment.id)
    oldest_first = selection.order is Order.OLDEST
    if selection.cursor is not None:
        rows = rows.where(key > _key(selection.cursor) if oldest_first else key < _key(selection.cursor))
    if oldest_first:
        return rows.order_by(comment.created_at, comment.id).limit(selection.limit + 1)
    return rows.order_by(comment.created_at.desc(), comment.id.desc()).limit(selection.limit + 1)


def _key(cursor: str) -> Tuple:
    created_at, comment_id = decode(cursor, _KEY)
    return tuple_(literal(created_at, UtcDateTime()), literal(comment_id, Id))


def _after(row: CommentRow) -> str:
    return encode(cast(CursorPart, row.created_at), row.id)


def _conversations(found: Sequence[CommentRow], selection: Selection) -> list[list[CommentRow]]:
    by_root: dict[int, list[CommentRow]] = {}
    for row in sorted(found, key=lambda each: each.id):
        by_root.setdefault(row.root_id, []).append(row)
    ordered = sorted(by_root.values(), key=lambda rows: (rows[0].created_at, rows[0].id))
    return ordered if selection.order is Order.OLDEST else ordered[::-1]


def _tree(conversation: Sequence[CommentRow], frame: Frame, *, slug: str) -> Shown:
    """The root with its replies in it. Rows come oldest first, so a parent is there before its replies."""
    placed: dict[int, Shown] = {}
    for row in conversation:
        node = shown.shown(row, frame, slug=slug)
        node["replies"] = []
        placed[row.id] = node
        if row.parent_id is not None:
            placed[row.parent_id]["replies"].append(node)
    root = conversation[0]
    tree = placed[root.id]
    if root.cut is not None:
        last = conversation[-1].id
        tree["more_replies"] = f"{PREFIX}/comments/{root.id}/replies?cursor={encode(last)}"
    return tree


def _below(comment: Comment) -> list[ColumnElement[bool]]:
    if comment.parent_id is None:
        return [Comment.root_id == comment.id, Comment.id > comment.id]
    child = aliased(Comment)
    under = select(Comment.id).where(Comment.parent_id == comment.id).cte("under", recursive=True)
    under = under.union_all(select(child.id).join(under, child.parent_id == under.c.id))
    return [Comment.root_id == comment.root_id, Comment.id.in_(select(under.c.id))]


def _total(session: Session, selection: Selection) -> int:
    if selection.section is not None:
        return selection.section.reply_count
    figures = select(Discussion.approved).where(Discussion.article_id == selection.article_id)
    return session.scalar(figures) or 0
