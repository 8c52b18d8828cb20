"""Do the counters say what there is?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, CompoundSelect, Executable, func, literal, select, union_all, update
from sqlalchemy.orm import Session, aliased

from app.articles.counters import lock_discussions
from app.articles.models import Discussion, Section
from app.comments.life import TALLY_SLOTS
from app.comments.models import Comment, Status, Tally
from app.ground import changes
from app.ground.db import db, insert_or, transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A counter that says too much (or, below zero, too little), and of what it is."""

    counter: str
    of: str
    too_much: int


def differences() -> list[Difference]:
    """Every counter that is wrong. Each kind is compared in one statement, so that posts meanwhile do no harm."""
    session = db.session()
    try:
        found = [*_of_discussions(session), *_of_sections(session), *_of_tallies(session), *_of_threads(session)]
    finally:
        session.rollback()
    return found


def articles() -> int:
    return db.session().scalar(select(func.count()).select_from(Discussion)) or 0


def article_ids(*, after: int, limit: int) -> Sequence[int]:
    """The next articles to recount."""
    ids = select(Discussion.article_id).where(Discussion.article_id > after).order_by(Discussion.article_id)
    return db.session().scalars(ids.limit(limit)).all()


def recount_articles(ids: Sequence[int]) -> list[Difference]:
    """Put right what is counted of these articles, their sections and threads; what was wrong."""
    with transaction() as session:
        lock_discussions(session, ids)
        found = [*_of_discussions(session, ids), *_of_sections(session, ids), *_of_threads(session, ids)]
        for difference in found:
            session.execute(_correction(difference), execution_options={"synchronize_session": False})
        if found:
            changes.touch(session, changes.EVERYTHING)
    return found


def recount_site() -> list[Difference]:
    """Put right what is counted of the whole site; what was wrong. Nobody can post meanwhile, which is a moment."""
    with transaction() as session:
        session.execute(select(Discussion.article_id).order_by(Discussion.article_id).with_for_update()).all()
        found = list(_of_tallies(session))
        for difference in found:
            session.execute(_correction(difference))
    return found


def _of_discussions(session: Session, ids: Sequence[int] | None = None) -> list[Difference]:
    said = [
        select(
            Discussion.article_id.label("of"),
            literal(str(status)).label("status"),
            getattr(Discussion, status).label("n"),
        )
        for status in Status
    ]
    counted = select(Comment.article_id, Comment.status, literal(-1)).where(Comment.erased_at.is_(None))
    if ids is not None:
        said = [each.where(Discussion.article_id.in_(ids)) for each in said]
        counted = counted.where(Comment.article_id.in_(ids))
    both = union_all(*said, counted).subquery()
    wrong = (
        select(both.c.of, both.c.status, func.sum(both.c.n))
        .group_by(both.c.of, both.c.status)
        .having(func.sum(both.c.n) != 0)
    )
    rows = session.execute(wrong).all()
    return [Difference(counter=f"discussion.{status}", of=str(of), too_much=int(n)) for of, status, n in rows]


def _of_sections(session: Session, ids: Sequence[int] | None = None) -> list[Difference]:
    said = select(Section.id.label("of"), Section.reply_count.label("n"))
    counted = select(Comment.section_id, literal(-1)).where(
        Comment.section_id.is_not(None), Comment.status == Status.APPROVED, Comment.erased_at.is_(None)
    )
    if ids is not None:
        said = said.where(Section.article_id.in_(ids))
        counted = counted.where(Comment.article_id.in_(ids))
    return _sums(session, union_all(said, counted), "section.reply_count")


def _of_threads(session: Session, ids: Sequence[int] | None = None) -> list[Difference]:
    said = select(Comment.id.label("of"), Comment.visible_below.label("n")).where(Comment.visible_below != 0)
    if ids is not None:
        said = said.where(Comment.article_id.in_(ids))
    above = _ancestors_of_visible(ids)
    return _sums(session, union_all(said, select(above.c.id, literal(-1))), "comment.visible_below")


def _ancestors_of_visible(ids: Sequence[int] | None) -> CTE:
    """Every comment once for each approved comment below it."""
    visible = select(Comment.parent_id.label("id")).where(
        Comment.status == Status.APPROVED, Comment.erased_at.is_(None), Comment.parent_id.is_not(None)
    )
    if ids is not None:
        visible = visible.where(Comment.article_id.in_(ids))
    above = visible.cte("above", recursive=True)
    higher = aliased(Comment)
    return above.union_all(
        select(higher.parent_id).join(above, higher.id == above.c.id).where(higher.parent_id.is_not(None))
    )


def _of_tallies(session: Session) -> list[Difference]:
    slot = Comment.article_id % TALLY_SLOTS
    said = select(Tally.status.label("status"), Tally.slot.label("slot"), Tally.count.label("n"))
    counted = select(Comment.status, slot, literal(-1)).where(Comment.erased_at.is_(None))
    both = union_all(said, counted).subquery()
    wrong = (
        select(both.c.status, both.c.slot, func.sum(both.c.n))
        .group_by(both.c.status, both.c.slot)
        .having(func.sum(both.c.n) != 0)
    )
    rows = session.execute(wrong).all()
    return [Difference(counter=f"tally.{status}", of=str(number), too_much=int(n)) for status, number, n in rows]


def _sums(session: Session, both: CompoundSelect[Any], counter: str) -> list[Difference]:
    each = both.subquery()
    wrong = select(each.c.of, func.sum(each.c.n)).group_by(each.c.of).having(func.sum(each.c.n) != 0)
    return [Difference(counter=counter, of=str(of), too_much=int(n)) for of, n in session.execute(wrong).all()]


def _correction(wrong: Difference) -> Executable:
    table, _, name = wrong.counter.partition(".")
    if table == "tally":
        row = insert_or(Tally).values(status=name, slot=int(wrong.of), count=-wrong.too_much)
        right = {"count": Tally.count - wrong.too_much}
        return row.on_conflict_do_update(index_elements=["status", "slot"], set_=right)
    if table == "section":
        return (
            update(Section).where(Section.id == int(wrong.of)).values(reply_count=Section.reply_count - wrong.too_much)
        )
    if table == "comment":
        below = Comment.visible_below - wrong.too_much
        return update(Comment).where(Comment.id == int(wrong.of)).values(visible_below=below)
    counted = getattr(Discussion, name) - wrong.too_much
    here = update(Discussion).where(Discussion.article_id == int(wrong.of))
    return here.values({name: counted, "version": Discussion.version + 1})
