"""Where in the thread does a reply go?"""

from typing import NamedTuple

from sqlalchemy.orm import Session

from app.articles.store import live_section, successor_of
from app.comments import store
from app.comments.models import Comment
from app.comments.rules import placement
from app.comments.schemas import Reply
from app.comments.texts import text
from app.ground.errors import FieldProblem, NotFound
from app.ground.prepared import Row


class Place(NamedTuple):
    """Under which comment, on which level (a root's is 1), in whose conversation, about which section."""

    parent_id: int | None
    depth: int
    root_id: int | None
    in_reply_to: int | None
    section_id: int | None


def find_place(session: Session, reply: Reply, *, article_id: int, max_depth: int) -> Place | list[FieldProblem]:
    """The place that a reply asks for, or why there is none."""
    parent = store.answered_comment(session, reply.parent_id, article_id=article_id) if reply.parent_id else None
    problems = []
    if reply.parent_id and parent is None:
        problems.append(_not_available("parent_id", "parent_not_available", reply))
    try:
        section = _section(session, article_id, reply.section) if reply.section else None
    except NotFound:
        return [*problems, _not_available("section", "section_not_available", reply)]
    return problems or place_under(session, parent, section=section, max_depth=max_depth)


def _section(session: Session, article_id: int, anchor: str) -> Row | None:
    """The section with this anchor, or where its text went since the reader's page was drawn: perhaps the article."""
    section = live_section(session, article_id, anchor)
    if section is not None:
        return section
    successor = successor_of(session, article_id, anchor)
    return live_section(session, article_id, successor) if successor is not None else None


def place_under(session: Session, parent: Comment | None, *, section: Row | None, max_depth: int) -> Place:
    """A reply belongs to its conversation's section, whatever its sender says."""
    if parent is None:
        section_id = section.id if section else None
        return Place(parent_id=None, depth=1, root_id=None, in_reply_to=None, section_id=section_id)
    found = placement(store.ancestors_of(session, parent), max_depth)
    return Place(
        parent_id=found.parent_id,
        depth=found.depth,
        root_id=parent.root_id if found.parent_id is not None else None,
        in_reply_to=parent.id,
        section_id=parent.section_id,
    )


def _not_available(field: str, code: str, reply: Reply) -> FieldProblem:
    return FieldProblem(field, code, text(f"error.{code}", reply.language))
