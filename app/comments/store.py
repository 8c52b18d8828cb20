"""How are comments found and stored?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from app.articles.models import Article
from app.articles.store import is_public
from app.comments import shown
from app.comments.models import IS_VISIBLE, Comment, Pace, Status
from app.ground import clock
from app.ground.db import UtcDateTime, insert_or, next_id
from app.ground.prepared import Prepared, Row

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def visible_comment(session: Session, comment_id: int) -> tuple[Comment, Article] | None:
    """An approved comment with its public article."""
    row = session.execute(
        select(Comment, Article)
        .join(Article, Comment.article_id == Article.id)
        .where(Comment.id == comment_id, IS_VISIBLE, is_public())
    ).first()
    return (row[0], row[1]) if row else None


def answered_comment(session: Session, comment_id: int, *, article_id: int) -> Comment | None:
    """The visible comment of this article that a reply is for."""
    return session.scalar(select(Comment).where(Comment.id == comment_id, Comment.article_id == article_id, IS_VISIBLE))


def ancestors_of(session: Session, comment: Comment) -> list[int]:
    """The ids from the root down to this comment."""
    up = select(Comment.id, Comment.parent_id, Comment.depth).where(Comment.id == comment.id).cte(recursive=True)
    higher = aliased(Comment)
    up = up.union_all(select(higher.id, higher.parent_id, higher.depth).join(up, higher.id == up.c.parent_id))
    return list(session.scalars(select(up.c.id).order_by(up.c.depth)))


_GIVEN = (
    "article_id parent_id in_reply_to depth section_id author_name author_name_key author_website email_sealed "
    "email_fingerprint address_fingerprint agent_fingerprint staff source html renderer status reasons safe_reason "
    "trashed_by_rule duplicate_key receipt_nonce created_at changed_at changed_by"
).split()


def _inserting() -> Executable:
    """A comment begins a conversation of its own, so it must know its id before it is stored."""
    columns = Comment.__table__.columns
    new = select(next_id(Comment).label("id")).subquery("new")
    values = {
        "id": new.c.id,
        "root_id": func.coalesce(bindparam("root", type_=columns["root_id"].type), new.c.id),
        **{name: bindparam(f"its_{name}", type_=columns[name].type) for name in _GIVEN},
        "visible_below": literal(0),
        "pinned": false(),
        "version": literal(1),
    }
    # Without a WHERE, SQLite would take ON CONFLICT for the ON of a join.
    row = insert_or(Comment).from_select(list(values), select(*values.values()).where(new.c.id > 0))
    return row.on_conflict_do_nothing(index_elements=["duplicate_key"]).returning(Comment.id)


_FOR_ITS_AUTHOR = (
    Comment.article_id,
    Comment.section_id,
    Comment.safe_reason,
    Comment.trashed_by_rule,
    Comment.receipt_nonce,
    Comment.erased_at,
)
_INSERT = Prepared(_inserting)
_POSTED = Prepared(
    lambda: (
        shown.rows()
        .add_columns(*_FOR_ITS_AUTHOR, Article.slug)
        .join(Article, Comment.article_id == Article.id)
        .where(Comment.id == bindparam("id"))
    )
)


def insert_comment(session: Session, values: Mapping[str, object]) -> Row | None:
    """Store a comment, unless one with its duplicate key is there: then None. Two at once cannot both be stored."""
    given = {f"its_{name}": values[name] for name in _GIVEN}
    new_id = _INSERT.scalar(session, root=values["root_id"], **given)
    return None if new_id is None else posted(session, new_id)


def posted(session: Session, comment_id: int) -> Row | None:
    """A comment as its author is told of it, with its section and its article's slug beside it."""
    return _POSTED.first(session, id=comment_id)


def by_duplicate_key(session: Session, key: str) -> Comment | None:
    return session.scalar(select(Comment).where(Comment.duplicate_key == key))


def _pacing() -> Executable:
    row = insert_or(Pace)
    is_fresh_hour = Pace.hour != row.excluded.hour
    return row.on_conflict_do_update(
        index_elements=["address"],
        set_={
            "last_at": row.excluded.last_at,
            "hour": row.excluded.hour,
            "count": case((is_fresh_hour, 1), else_=Pace.count + 1),
        },
        where=and_(
            Pace.last_at <= bindparam("until", type_=UtcDateTime()),
            or_(is_fresh_hour, Pace.count < bindparam("per_hour")),
        ),
    ).returning(Pace.address)


_PACE = Prepared(_pacing)


def seconds_too_fast(session: Session, address: str, *, apart: int, per_hour: int) -> int:
    """0 if this address may post now, which is counted at once; else how many seconds it has to wait.

    One conditional upsert decides, so it is right for any number of processes. `apart` in seconds.
    """
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    until = now - timedelta(seconds=apart)
    if _PACE.all(session, address=address, last_at=now, hour=hour, count=1, until=until, per_hour=per_hour):
        return 0
    last_at, count = session.execute(select(Pace.last_at, Pace.count).where(Pace.address == address)).one()
    ready = last_at + timedelta(seconds=apart)
    if count >= per_hour:
        ready = max(ready, hour + HOUR)
    return max(1, -int((now - ready) // timedelta(seconds=1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How far comments are counted: under a name and address in an hour, of an article and the site in a minute."""

    by_pair: int
    on_article: int
    on_site: int


@cache
def _before(keys: int, bounds: Bounds) -> Prepared:
    """What was there before a new comment, for an address that has a fingerprint under each of so many keys."""

    def asking() -> Executable:
        addresses = [bindparam(f"address_{number}", type_=Comment.email_fingerprint.type) for number in range(keys)]
        pair = and_(Comment.email_fingerprint.in_(addresses), Comment.author_name_key == bindparam("name_key"))
        # Not IS_VISIBLE: SQLite would then read every approved comment by its index instead of the author's few.
        was_approved = exists().where(pair, Comment.status.concat(literal("")) == literal(Status.APPROVED.value))
        by_pair = _since("hour_ago").where(pair)
        on_article = _since("minute_ago").where(Comment.article_id == bindparam("article_id"))
        # In order, or PostgreSQL would look through the whole table, sure to meet so many soon.
        on_site = _since("minute_ago").order_by(Comment.created_at.desc())
        return select(
            (was_approved if keys else false()).label("pair_was_approved"),
            (_counted(by_pair, bounds.by_pair) if keys else literal(0)).label("by_pair"),
            _counted(on_article, bounds.on_article).label("on_article"),
            _counted(on_site, bounds.on_site).label("on_site"),
        )

    return Prepared(asking)


def _since(moment: str) -> Select[int]:
    """Comments since then. PostgreSQL is not let see when that is: it would plan anew for each moment."""
    hidden = select(bindparam(moment, type_=UtcDateTime())).scalar_subquery()
    return select(Comment.id).where(Comment.created_at > hidden)


def _counted(those: Select[int], most: int) -> ColumnElement[int]:
    """How many these are, counted no further than `most`, which is written out: else PostgreSQL expects many."""
    return select(func.count()).select_from(those.limit(literal_column(f"{most}")).subquery()).scalar_subquery()


def before(
    session: Session, *, article_id: int, name_key: str, email_fingerprints: Sequence[str], bounds: Bounds
) -> Row:
    """What was there before a new comment, each counted no further than its bound: one statement.

    `pair_was_approved` says whether a comment by this name and address ever was; `by_pair`, `on_article` and `on_site`
    are how many comments were accepted.
    """
    now = clock.now()
    addresses = {f"address_{number}": fingerprint for number, fingerprint in enumerate(email_fingerprints)}
    return _before(len(addresses), bounds).first(
        session,
        **addresses,
        article_id=article_id,
        name_key=name_key,
        hour_ago=now - HOUR,
        minute_ago=now - MINUTE,
    )
