"""What does the public see of a comment?"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import config
from app.articles.models import Section
from app.comments.avatars import path_of
from app.comments.models import Comment, Status
from app.ground.prepared import Row
from app.ground.sealing import keyring
from app.site.settings import DiscussionSettings, discussion_settings

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


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same for every comment of an answer; without an `avatar_key` no faces are shown."""

    permalink_template: str
    avatar_key: bytes | None

    @classmethod
    def under(cls, settings: DiscussionSettings) -> "Frame":
        process = config.current()
        template = process.permalink_template
        if "://" not in template:
            template = f"{process.public_url or ''}{template}"
        return cls(template, keyring().keys.avatar if settings.show_avatars else None)

    @classmethod
    def of(cls, session: Session) -> "Frame":
        return cls.under(discussion_settings(session))


def rows() -> Select[*tuple[Any, ...]]:
    """The columns that the public may see, with the comment's section beside them."""
    return select(*COLUMNS).outerjoin(Section, Comment.section_id == Section.id)


def shown(row: Row, frame: Frame, *, slug: str) -> Shown:
    """A comment as the public sees it; one that is not visible is a tombstone, which only keeps a place."""
    if row.status != Status.APPROVED:
        return tombstone(row)
    return as_its_author_sees_it(row, frame, slug=slug)


def tombstone(row: Row) -> Shown:
    return {"id": row.id, "parent_id": row.parent_id, "depth": row.depth, "state": "removed"}


def as_its_author_sees_it(row: Row, frame: Frame, *, slug: str) -> Shown:
    """The whole comment; `state` is `pending` while only its author sees it."""
    answer: Shown = {
        "id": row.id,
        "parent_id": row.parent_id,
        "in_reply_to": row.in_reply_to,
        "depth": row.depth,
        "state": "visible" if row.status == Status.APPROVED else "pending",
        "author": author(row, frame),
        "html": row.html,
        "section": {"anchor": row.anchor, "heading": row.heading} if row.anchor and not row.retired_at else None,
        "created_at": row.created_at,
        "edited_at": row.edited_at,
        "reply_count": row.visible_below,
        "pinned": row.pinned,
        "permalink": permalink(frame, slug=slug, comment_id=row.id),
    }
    if row.retired_at:
        answer["section_was"] = row.heading
    return answer


def told_to_its_author(comment: Comment | Row) -> tuple[str, str | None]:
    """The status and a safe reason: what a rule trashed is told like what a rule held, a person's act as it is."""
    if comment.trashed_by_rule or comment.status == Status.PENDING:
        return Status.PENDING, comment.safe_reason or "review"
    return comment.status, None


def author(row: Row, frame: Frame) -> Shown:
    return {
        "name": row.author_name or ANONYMOUS,
        "website": row.author_website,
        "avatar": path_of(row.author_name_key, frame.avatar_key) if frame.avatar_key else None,
        "is_staff": row.staff is not None,
    }


def permalink(frame: Frame, *, slug: str, comment_id: int) -> str:
    return str(comment_id).join(_around_the_id(frame.permalink_template, slug))


@lru_cache(maxsize=256)
def _around_the_id(template: str, slug: str) -> list[str]:
    """The template's parts before and after each id: all permalinks of a page share them."""
    return template.replace("{slug}", slug).split("{id}")
