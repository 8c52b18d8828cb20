"""What does the public see of a comment?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app import config
from app.articles.models import Section
from app.comments.models import Comment, Status
from app.ground.sealing import keyring
from app.site.settings import discussion_settings

ANONYMOUS = "Anonymous"

COLUMNS = (
    Comment.id,
    Comment.root_id,
    Comment.parent_id,
    Comment.in_reply_to,
    Comment.depth,
    Comment.status,
    Comment.author_name,
    Comment.author_name_key,
    Comment.author_website,
    Comment.staff,
    Comment.html,
    Comment.created_at,
    Comment.edited_at,
    Comment.visible_below,
    Comment.pinned,
    Section.anchor,
    Section.heading,
    Section.retired_at,
)

Shown = dict[str, Any]
CommentRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same for every comment of an answer."""

    show_avatars: bool
    permalink_template: str

    @classmethod
    def of(cls, session: Session) -> "Frame":
        return cls(discussion_settings(session).show_avatars, config.current().permalink_template)


def rows() -> Select[*tuple[Any, ...]]:
    """The columns that the public may see, with the comment's section beside them."""
    return select(*COLUMNS).outerjoin(Section, Comment.section_id == Section.id)


def row_of(session: Session, comment_id: int) -> CommentRow:
    """The row of a comment that is there."""
    return session.execute(rows().where(Comment.id == comment_id)).one()


def shown(row: CommentRow, frame: Frame, *, slug: str) -> Shown:
    """A comment as the public sees it; one that is not visible is a tombstone, which only keeps a place."""
    if row.status != Status.APPROVED:
        return tombstone(row)
    return as_its_author_sees_it(row, frame, slug=slug)


def tombstone(row: CommentRow) -> Shown:
    return {"id": row.id, "parent_id": row.parent_id, "depth": row.depth, "state": "removed"}


def as_its_author_sees_it(row: CommentRow, frame: Frame, *, slug: str) -> Shown:
    """The whole comment; `state` is `pending` while only its author sees it."""
    section = {"anchor": row.anchor, "heading": row.heading} if row.anchor and not row.retired_at else None
    answer: Shown = {
        "id": row.id,
        "parent_id": row.parent_id,
        "in_reply_to": row.in_reply_to,
        "depth": row.depth,
        "state": "visible" if row.status == Status.APPROVED else "pending",
        "author": author(row, frame),
        "html": row.html,
        "section": section,
        "created_at": row.created_at.isoformat(),
        "edited_at": row.edited_at.isoformat() if row.edited_at else None,
        "reply_count": row.visible_below,
        "pinned": row.pinned,
        "permalink": permalink(frame, slug=slug, comment_id=row.id),
    }
    if row.retired_at:
        answer["section_was"] = row.heading
    return answer


def author(row: CommentRow, frame: Frame) -> Shown:
    return {
        "name": row.author_name or ANONYMOUS,
        "website": row.author_website,
        "avatar": avatar_path(row.author_name_key) if frame.show_avatars else None,
        "is_staff": row.staff is not None,
    }


def avatar_path(name_key: str) -> str:
    """Where the picture of a name is; it has nothing to do with any address."""
    return f"/avatars/{keyring().avatar_seed(name_key)}.svg"


def permalink(frame: Frame, *, slug: str, comment_id: int) -> str:
    path = frame.permalink_template.replace("{slug}", slug).replace("{id}", str(comment_id))
    return path if "://" in path else f"{config.current().public_url or ''}{path}"


def flat(found: Sequence[CommentRow], frame: Frame, *, slug: str) -> list[Shown]:
    return [shown(row, frame, slug=slug) for row in found]
