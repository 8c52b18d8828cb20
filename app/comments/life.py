"""How does a comment live, from posted to gone?

            approve        hold           spam           trash          restore
pending     approved       -              spam           trash          -
approved    -              pending        spam           trash          -
spam        approved       pending        -              trash          where it came from
trash       approved       pending        spam           -              where it came from

A move to the state that a comment is in already is refused (409 `already_…`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import Executable, bindparam, select, update
from sqlalchemy.orm import Session, aliased

from app.articles.counters import ArticleCounts, lock_discussions
from app.articles.models import Discussion
from app.comments.models import Comment, Status, Tally
from app.comments.standing import Change, Standing, keys_after
from app.ground import clock
from app.ground.db import insert_or
from app.ground.errors import Conflict
from app.ground.events import announce
from app.ground.prepared import Prepared, Row

TALLY_SLOTS = 16


class Move(StrEnum):
    APPROVE = "approve"
    HOLD = "hold"
    SPAM = "spam"
    TRASH = "trash"
    RESTORE = "restore"


DESTINATIONS: Mapping[Move, Status] = MappingProxyType(
    {
        Move.APPROVE: Status.APPROVED,
        Move.HOLD: Status.PENDING,
        Move.SPAM: Status.SPAM,
        Move.TRASH: Status.TRASH,
    }
)
PUT_AWAY = frozenset({Status.SPAM, Status.TRASH})


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A comment was posted (`before` is None), decided about, or erased (`after` is None)."""

    comment_id: int
    article_id: int
    before: Status | None
    after: Status | None


def _tallying() -> Executable:
    row = insert_or(Tally)
    return row.on_conflict_do_update(
        index_elements=["status", "slot"], set_={"count": Tally.count + row.excluded.count}
    )


def _adding_to_ancestors() -> Executable:
    above = select(Comment.id, Comment.parent_id).where(Comment.id == bindparam("parent")).cte("above", recursive=True)
    higher = aliased(Comment)
    above = above.union_all(select(higher.id, higher.parent_id).join(above, higher.id == above.c.parent_id))
    return (
        update(Comment)
        .where(Comment.id.in_(select(above.c.id)))
        .values(visible_below=Comment.visible_below + bindparam("more"))
    )


def _changing() -> Executable:
    columns = Comment.__table__.columns
    new = {name: bindparam(f"its_{name}", type_=columns[name].type) for name in _CHANGED}
    return update(Comment).where(Comment.id == bindparam("of")).values(new | {"version": Comment.version + 1})


_CHANGED = "status restore_to trashed_by_rule decided_at decided_by duplicate_key changed_at changed_by".split()
_ADD_TO_TALLY = Prepared(_tallying)
_ADD_TO_ANCESTORS = Prepared(_adding_to_ancestors)
_CHANGE = Prepared(_changing)


@dataclass(slots=True)
class Counts:
    """Every figure that one transaction changes; `write` comes last in it."""

    articles: ArticleCounts = field(default_factory=ArticleCounts)
    tallies: Counter[tuple[str, int]] = field(default_factory=Counter)

    def moved(self, comment: Comment | Row, before: Status | None, after: Status | None) -> None:
        slot = comment.article_id % TALLY_SLOTS
        for status, difference in ((before, -1), (after, 1)):
            if status is None:
                continue
            self.articles.add(comment.article_id, status, difference)
            self.tallies[status, slot] += difference
            if status is Status.APPROVED and comment.section_id is not None:
                self.articles.by_section[comment.section_id] += difference

    def write(self, session: Session) -> None:
        self.articles.write(session)
        _ADD_TO_TALLY.run_many(session, [
            {"status": status, "slot": slot, "count": difference}
            for (status, slot), difference in sorted(self.tallies.items())
            if difference
        ])  # fmt: skip


def destination(comment: Comment | Row, move: Move) -> Status:
    """Where a move leads this comment. Raises Conflict (409) where it leads nowhere."""
    status = Status(comment.status)
    if move is Move.RESTORE:
        if status not in PUT_AWAY:
            raise Conflict(
                "It is neither in the trash nor in spam.", code=f"already_{status}", comment_status=status.value
            )
        return Status(comment.restore_to or Status.PENDING)
    if DESTINATIONS[move] is status:
        raise Conflict(f"It is {status} already.", code=f"already_{status}", comment_status=status.value)
    return DESTINATIONS[move]


def decided(comment: Row, to: Status, *, by: str) -> Standing:
    """What a person's decision makes of a comment."""
    return Standing(
        status=to,
        restore_to=_way_back(comment, Status(comment.status), to),
        trashed_by_rule=False,
        decided_at=clock.now(),
        decided_by=by,
        has_key=to is not Status.TRASH,
    )


def change_status(session: Session, changes: Sequence[Change], *, by: str, counts: Counts) -> None:
    """The one place where a status changes, of one comment or of many, with everything that hangs on it.

    As many statements for many as for one. The caller holds the locks of the articles' discussions and writes
    `counts` at the end of the transaction; what the session has read of these comments before is old now.
    """
    now, keys = clock.now(), keys_after(session, changes)
    _CHANGE.run_many(session, [
        {
            "of": change.comment.id,
            "its_status": change.to.status,
            "its_restore_to": change.to.restore_to,
            "its_trashed_by_rule": change.to.trashed_by_rule,
            "its_decided_at": change.to.decided_at,
            "its_decided_by": change.to.decided_by,
            "its_duplicate_key": key,
            "its_changed_at": now,
            "its_changed_by": by,
        }
        for change, key in zip(changes, keys, strict=True)
    ])  # fmt: skip
    below: Counter[int] = Counter()
    for comment, to in ((change.comment, change.to.status) for change in changes):
        before = Status(comment.status)
        counts.moved(comment, before, to)
        if comment.parent_id is not None:
            below[comment.parent_id] += int(to is Status.APPROVED) - int(before is Status.APPROVED)
        announce(session, StatusChanged(comment.id, comment.article_id, before, to))
    _ADD_TO_ANCESTORS.run_many(
        session, [{"parent": parent, "more": more} for parent, more in sorted(below.items()) if more]
    )


def begin(session: Session, comment: Comment | Row, *, counts: Counts) -> None:
    """Count a comment that was just stored for the first time."""
    status = Status(comment.status)
    counts.moved(comment, None, status)
    _count_for_ancestors(session, comment, int(status is Status.APPROVED))
    announce(session, StatusChanged(comment.id, comment.article_id, None, status))


def erase(session: Session, comment: Comment, *, by: str, counts: Counts) -> None:
    """Blank every personal column for ever; the row stays while others hang on it."""
    before = Status(comment.status)
    counts.moved(comment, before, None)
    _count_for_ancestors(session, comment, -int(before is Status.APPROVED))
    comment.status, comment.restore_to, comment.trashed_by_rule = Status.TRASH, None, False
    comment.author_name = comment.author_name_key = comment.source = comment.html = ""
    comment.author_website = comment.email_sealed = comment.email_fingerprint = None
    comment.address_fingerprint = comment.agent_fingerprint = comment.staff = None
    comment.duplicate_key, comment.safe_reason, comment.reasons = None, None, []
    comment.receipt_nonce = ""
    comment.pinned = False
    comment.erased_at = clock.now()
    stamp(comment, by=by)
    session.flush()
    announce(session, StatusChanged(comment.id, comment.article_id, before, None))


def forget_article(session: Session, article_id: int) -> None:
    """Take an article's comments out of the site's figures, before the article is deleted with them."""
    lock_discussions(session, [article_id])
    figures = session.get(Discussion, article_id, populate_existing=True)
    if figures is None:
        return
    counts = Counts()
    for status in Status:
        counts.tallies[status, article_id % TALLY_SLOTS] -= getattr(figures, status)
    counts.write(session)


def stamp(comment: Comment, *, by: str) -> None:
    """Give a changed comment a new version, and say who changed it and when."""
    comment.version += 1
    comment.changed_at, comment.changed_by = clock.now(), by


def _way_back(comment: Row, before: Status, to: Status) -> Status | None:
    if to not in PUT_AWAY:
        return None
    return Status(comment.restore_to) if before in PUT_AWAY and comment.restore_to else before


def _count_for_ancestors(session: Session, comment: Comment | Row, difference: int) -> None:
    if difference == 0 or comment.parent_id is None:
        return
    _ADD_TO_ANCESTORS.run(session, parent=comment.parent_id, more=difference)
