"""How do thousands of rows get in at once?"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Dialect, Table, text
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.ground.db import Base, is_sqlite

MUCH_CACHE_KIB = 65_536


def next_ids(session: Session, table: type[Base], *, count: int) -> Sequence[int]:
    """Ids for so many new rows, for the transaction that stores them."""
    name = table.__tablename__
    if is_sqlite():  # nobody else writes meanwhile
        last = session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": name}) or 0
        return range(last + 1, last + 1 + count)
    taken = "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
    return session.scalars(text(taken), {"name": name, "count": count}).all()


def insert_many(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store thousands of rows with the same columns: SQLAlchemy would take longer for each than the database does."""
    connection = session.connection()
    target, names = cast(Table, table.__table__), list(rows[0])
    columns = [_stored(target.c[name].type, connection.dialect, [row[name] for row in rows]) for name in names]
    into = f"{target.name} ({', '.join(names)})"
    if is_sqlite():
        # By default the pages of its indexes that so many rows touch do not fit into its memory.
        connection.exec_driver_sql(f"PRAGMA cache_size=-{MUCH_CACHE_KIB}")
        places = ", ".join("?" * len(names))
        connection.exec_driver_sql(
            f"INSERT INTO {into} VALUES ({places})",  # noqa: S608 (our own names)
            list(zip(*columns, strict=True)),
        )
        return
    with cast(Any, connection.connection.dbapi_connection).cursor().copy(f"COPY {into} FROM STDIN") as copy:
        for row in zip(*columns, strict=True):
            copy.write_row(row)


def make_known(session: Session) -> None:
    """Have PostgreSQL look at what it holds now. By itself it does so within a minute, and plans blindly till then."""
    if not is_sqlite():
        session.execute(text("ANALYZE"))


def _stored(kind: TypeEngine[Any], dialect: Dialect, values: list[Any]) -> list[Any]:
    """A column's values as the driver takes them."""
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    return values if process is None else [process(value) for value in values]
