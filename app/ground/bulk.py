"""How do thousands of rows get in at once?"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Dialect, Table, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeEngine

from app.ground.db import Base, is_sqlite
from app.ground.prepared import driven

MUCH_CACHE_KIB = 65_536
LONG_LOG_PAGES = 30_000  # of 4 KiB


def next_ids(session: Session, table: type[Base], *, count: int) -> Sequence[int]:
    """Ids for so many new rows, for the transaction that stores them."""
    name = table.__tablename__
    if is_sqlite():  # nobody else writes meanwhile
        last = session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": name}) or 0
        return range(last + 1, last + 1 + count)
    taken = "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
    return session.scalars(text(taken), {"name": name, "count": count}).all()


def insert_many(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store thousands of rows with the same columns: SQLAlchemy would take longer for each than the database does.

    A column that is left out has its default, or null.
    """
    if not rows:
        return
    connection = session.connection()
    target = cast(Table, table.__table__)
    given = {name: [row[name] for row in rows] for name in rows[0]}
    left_out = {
        column.name: [column.default.arg] * len(rows)
        for column in target.c
        if column.name not in given and isinstance(column.default, ScalarElementColumnDefault)
    }
    values = given | left_out
    columns = [_stored(target.c[name].type, connection.dialect, column) for name, column in values.items()]
    into = f"{target.name} ({', '.join(values)})"
    if is_sqlite():
        # By default the pages of its indexes that so many rows touch do not fit into its memory.
        connection.exec_driver_sql(f"PRAGMA cache_size=-{MUCH_CACHE_KIB}")
        # Pages that every part changes again then go into the file once for many parts.
        connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint={LONG_LOG_PAGES}")
        sql = f"INSERT INTO {into} VALUES ({', '.join('?' * len(values))})"  # noqa: S608 (our own names)
        driven(connection, sql, lambda cursor: cursor.executemany(sql, zip(*columns, strict=True)))
    else:
        sql = f"COPY {into} FROM STDIN"
        driven(connection, sql, lambda cursor: _copy(cursor, sql, zip(*columns, strict=True)))


def _copy(cursor: Any, sql: str, rows: Iterable[Sequence[Any]]) -> None:  # noqa: ANN401 (the driver's own)
    with cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def make_known(session: Session) -> None:
    """Have PostgreSQL look at what it holds now. By itself it does so within a minute, and plans blindly till then."""
    if not is_sqlite():
        session.execute(text("ANALYZE"))


def _stored(kind: TypeEngine[Any], dialect: Dialect, values: list[Any]) -> list[Any]:
    """A column's values as the driver takes them."""
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    return values if process is None else [process(value) for value in values]
