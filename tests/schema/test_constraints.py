"""What does the database itself refuse, whoever writes to it?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Connection, UniqueConstraint, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from app.accounts.models import ApiToken, Moderator, StaffSession
from app.articles.models import Article, Discussion, RetiredSlug, Revision, Section, Term
from app.comments.models import Comment, Pace
from app.ground.audit import AuditEntry
from app.ground.db import BUSY_SECONDS, Base, db
from app.moderation.models import Operation
from app.site.models import SettingsRow, Word
from tests.schema.rows import LEAST, NOON, on_postgresql, on_sqlite, store

REFUSED_BY_A_CHECK: list[tuple[type[Base], dict[str, Any], str]] = [
    (Moderator, {"role": "guest"}, "ck_moderator_role"),
    (ApiToken, {"role": "owner"}, "ck_api_token_role"),
    (Article, {"status": "hidden"}, "ck_article_status"),
    (Article, {"format": "rst"}, "ck_article_format"),
    (Article, {"discussion_switch": "maybe"}, "ck_article_discussion_switch"),
    (Article, {"status": "published", "published_at": None}, "ck_article_published_at"),
    (Article, {"status": "scheduled", "published_at": None}, "ck_article_published_at"),
    (Term, {"kind": "series"}, "ck_article_term_kind"),
    (Comment, {"status": "hold"}, "ck_comment_status"),
    (Comment, {"status": "Approved"}, "ck_comment_status"),
    (Comment, {"parent_id": None, "depth": 2}, "ck_comment_depth"),
    (Comment, {"parent_id": 1, "depth": 1}, "ck_comment_depth"),
    (Comment, {"parent_id": 1, "depth": 0}, "ck_comment_depth"),
    (Comment, {"visible_below": -1}, "ck_comment_visible_below"),
    (Operation, {"state": "halted"}, "ck_operation_state"),
    (SettingsRow, {"id": 2}, "ck_discussion_settings_single"),
    (Word, {"kind": "rude"}, "ck_word_kind"),
    (Word, {"mode": "regex"}, "ck_word_mode"),
    (Word, {"target": "agent", "pattern": None}, "ck_word_target"),
    (Word, {"target": "email", "pattern": "ada@example.org"}, "ck_word_sealed_if_address"),
    (Word, {"target": "text", "pattern": None}, "ck_word_sealed_if_address"),
]

# A second row that shares this with the first.
REFUSED_AS_A_SECOND: list[tuple[type[Base], dict[str, Any]]] = [
    (Moderator, {"name_key": "ada"}),
    (Moderator, {"email_fingerprint": "k1.f"}),
    (ApiToken, {"token_hash": "t"}),
    (StaffSession, {"token_hash": "s"}),
    (Article, {"slug": "tides"}),
    (Section, {"article_id": 1, "anchor": "ebb", "retired_at": None}),
    (Revision, {"article_id": 1, "number": 1}),
    (Comment, {"duplicate_key": "d"}),
    (Operation, {"undoes_id": 1}),
]

FOREIGN_KEYS = [
    (mapper.class_, column.key)
    for mapper in sorted(Base.registry.mappers, key=lambda each: each.class_.__name__)
    for column in mapper.local_table.columns
    if column.foreign_keys
]


@pytest.fixture
def world(connection: Connection) -> Connection:
    """A connection that sees one row of everything."""
    # Foreign keys are looked at now, so that each row finds what it points to.
    for table in LEAST:
        store(connection, table)
    return connection


def _name(value: object) -> str | None:
    if isinstance(value, type) and issubclass(value, Base):
        return str(value.__tablename__)
    return ",".join(f"{key}={inner}" for key, inner in value.items()) if isinstance(value, dict) else None


def _checks() -> Iterator[str]:
    for table in Base.metadata.tables.values():
        yield from (str(each.name) for each in table.constraints if isinstance(each, CheckConstraint))


def _other(table: type[Base], **different: Any) -> dict[str, Any]:
    """Another row of this table that shares nothing unique with the first."""
    unique = {
        column.key
        for each in table.metadata.tables[table.__tablename__].constraints
        if isinstance(each, UniqueConstraint)
        for column in each.columns
        if column.type.python_type is str
    }
    row = LEAST[table] | {"id": 2} | {key: f"another {key}" for key in unique} | different
    return row | ({"number": 2} if table is Revision and "number" not in different else {})


@pytest.mark.parametrize(("table", "different", "check"), REFUSED_BY_A_CHECK, ids=_name)
def test_a_check_refuses_a_row_that_makes_no_sense(
    connection: Connection, table: type[Base], different: dict[str, Any], check: str
) -> None:
    if different.get("parent_id"):
        store(connection, Article)
        store(connection, Comment)
        different = different | {"id": 2}
    with pytest.raises(IntegrityError, match=rf"\b{check}\b"):
        store(connection, table, **different)


def test_every_check_has_a_row_that_it_refuses() -> None:
    assert set(_checks()) == {check for _, _, check in REFUSED_BY_A_CHECK}


@pytest.mark.parametrize(("table", "shared"), REFUSED_AS_A_SECOND, ids=_name)
def test_what_there_is_once_is_not_stored_twice(world: Connection, table: type[Base], shared: dict[str, Any]) -> None:
    world.execute(update(table).values(shared))
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        world.execute(insert(table).values(_other(table, **shared)))


@pytest.mark.parametrize(
    ("table", "different"),
    [
        (Comment, {"duplicate_key": None}),
        (Section, {"anchor": "ebb", "retired_at": NOON}),
        (Operation, {"undoes_id": None}),
    ],
    ids=_name,
)
def test_what_has_gone_its_way_leaves_its_place_to_another(
    world: Connection, table: type[Base], different: dict[str, Any]
) -> None:
    world.execute(insert(table).values(_other(table, **different)))
    assert world.scalar(select(func.count()).select_from(table)) == 2


@pytest.mark.parametrize(("table", "column"), FOREIGN_KEYS, ids=lambda value: _name(value) or str(value))
def test_nothing_points_to_what_is_not_there(world: Connection, table: type[Base], column: str) -> None:
    different: dict[str, Any] = {column: 999} | ({"depth": 2} if column == "parent_id" and table is Comment else {})
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        world.execute(update(table).values(different))


def test_with_an_article_goes_everything_that_hangs_on_it(world: Connection) -> None:
    world.execute(delete(Article))
    left = [world.scalar(select(func.count()).select_from(table)) for table in
            (Discussion, Section, Term, RetiredSlug, Revision, Comment)]  # fmt: skip
    assert left == [0, 0, 0, 0, 0, 0]


def test_with_a_comment_go_its_replies_and_not_the_answers_to_it(world: Connection) -> None:
    world.execute(insert(Comment).values(_other(Comment, parent_id=1, depth=2)))
    world.execute(insert(Comment).values(_other(Comment, id=3, in_reply_to=1, duplicate_key=None)))
    world.execute(delete(Comment).where(Comment.id == 1))
    assert world.execute(select(Comment.id, Comment.in_reply_to)).all() == [(3, None)]


def test_a_comment_outlives_its_section(world: Connection) -> None:
    world.execute(update(Comment).values(section_id=1))
    world.execute(delete(Section))
    assert world.scalar(select(Comment.section_id)) is None


def test_an_id_is_not_given_twice(world: Connection) -> None:
    """A receipt or an entry of the log must not lead to somebody else's comment."""
    world.execute(delete(Comment))
    free = {name: value for name, value in LEAST[Comment].items() if name != "id"}
    if world.dialect.name == "postgresql":
        world.execute(
            text("SELECT setval(pg_get_serial_sequence('comment', 'id'), 1)")
        )  # the ids above were given by hand
    assert world.scalar(insert(Comment).values(free).returning(Comment.id)) == 2


@pytest.mark.parametrize(
    ("status", "visible_below", "shown"),
    [
        ("approved", 0, True),
        ("approved", 2, True),
        ("pending", 0, False),
        ("pending", 1, True),
        ("spam", 0, False),
        ("spam", 1, True),
        ("trash", 0, False),
        ("trash", 3, True),
    ],
)
def test_shown_follows_the_status_and_what_is_visible_below(
    world: Connection,
    status: str,
    visible_below: int,
    shown: bool,
) -> None:
    world.execute(update(Comment).values(status=status, visible_below=visible_below))
    assert world.scalar(select(Comment.shown)) is shown


def test_shown_is_not_for_anybody_to_set(world: Connection) -> None:
    with pytest.raises(DBAPIError, match="shown"):
        world.execute(text("UPDATE comment SET shown = (1 = 1)"))


@pytest.mark.parametrize("act", ["UPDATE audit_entry SET actor = 'nobody'", "DELETE FROM audit_entry"])
def test_the_audit_log_only_grows(world: Connection, act: str) -> None:
    with pytest.raises(DBAPIError, match="the audit log only grows"):
        world.execute(text(act))


@on_sqlite
def test_sqlite_does_not_replace_an_entry_of_the_audit_log_either(world: Connection) -> None:
    replace = insert(AuditEntry).prefix_with("OR REPLACE").values(LEAST[AuditEntry] | {"actor": "nobody"})
    with pytest.raises(DBAPIError, match="the audit log only grows"):
        world.execute(replace)


@on_postgresql
def test_postgresql_does_not_empty_the_audit_log_either(world: Connection) -> None:
    with pytest.raises(DBAPIError, match="the audit log only grows"):
        world.execute(text("TRUNCATE audit_entry"))


def test_the_audit_log_takes_new_entries(world: Connection) -> None:
    store(world, AuditEntry, id=2)
    assert world.scalar(select(func.count()).select_from(AuditEntry)) == 2


@on_sqlite
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", BUSY_SECONDS * 1000)],
)
def test_every_connection_to_sqlite_is_as_safe_as_the_first(connection: Connection, pragma: str, value: object) -> None:
    with db.engine.connect() as second:
        assert [each.exec_driver_sql(f"PRAGMA {pragma}").scalar() for each in (connection, second)] == [value, value]


@on_postgresql
def test_postgresql_does_not_wait_for_ever_for_a_lock(connection: Connection) -> None:
    assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == f"{BUSY_SECONDS}s"


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2031, 5, 20, 12, 0, 0, 123456, tzinfo=UTC),
        datetime(2031, 5, 20, 21, tzinfo=timezone(timedelta(hours=9))),
        datetime(2031, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        datetime(1, 1, 2, tzinfo=UTC),
        datetime(9999, 12, 30, tzinfo=UTC),
    ],
)
def test_a_moment_comes_back_in_utc_as_it_was(connection: Connection, moment: datetime) -> None:
    store(connection, Pace, last_at=moment)
    kept = connection.scalar(select(Pace.last_at))
    assert kept == moment
    assert kept is not None
    assert kept.utcoffset() == timedelta(0)


def test_a_moment_without_a_time_zone_is_refused(connection: Connection) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        store(connection, Pace, last_at=NOON.replace(tzinfo=None))
