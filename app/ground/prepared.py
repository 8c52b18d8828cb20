"""How is a statement built once and run often?

SQLAlchemy takes a hundred times as long to build a statement as SQLite takes to run it. Where every reader or every
post passes, a statement is written with SQLAlchemy, compiled once for each database, and handed to the driver.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, cast

from sqlalchemy import JSON, BindParameter, Connection, Dialect, Executable, TableValuedAlias, bindparam, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

Row = Any  # a named tuple; which fields it has is known only when the statement is
Process = Callable[[Any], Any]
_OPEN = "rejoinder.connection"
_OUTDATED_PLAN = "0A000"  # "cached plan must not change result type", after a migration


class Prepared:
    """A statement whose `bindparam`s get their values when it runs, in the transaction of a session.

    What the session has not flushed is not seen, and no object of the session is changed by it. Errors are
    SQLAlchemy's, as from `session.execute`.
    """

    def __init__(self, build: Callable[[], Executable]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def all(self, session: Session, **values: object) -> list[Row]:
        connection = _connection_of(session)
        return self._for(connection.dialect).rows(connection, values)

    def first(self, session: Session, **values: object) -> Row | None:
        rows = self.all(session, **values)
        return rows[0] if rows else None

    def scalar(self, session: Session, **values: object) -> Any:  # noqa: ANN401 (a column of any type)
        rows = self.all(session, **values)
        return rows[0][0] if rows else None

    def run(self, session: Session, **values: object) -> int:
        """Run what returns no rows; how many rows it changed."""
        connection = _connection_of(session)
        return self._for(connection.dialect).changed(connection, values)

    def run_many(self, session: Session, rows: Sequence[Mapping[str, object]]) -> None:
        """Run what returns no rows for each of these in turn, handed to the driver at once."""
        if rows:
            connection = _connection_of(session)
            self._for(connection.dialect).run_many(connection, rows)

    def _for(self, dialect: Dialect) -> "_Compiled":
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _Compiled(self._build(), dialect)
        return compiled


class _Compiled:
    """A statement in one database's own words, with what turns values into the driver's and back."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = cast(SQLCompiler, statement.compile(dialect=dialect))  # type: ignore[attr-defined]  # all have it
        self.sql = str(compiled)
        self.binds = [_Bind.of(name, compiled.binds[name], dialect) for name in compiled.positiontup or compiled.binds]
        self.is_positional = compiled.positional
        columns = list(getattr(statement, "exported_columns", ()))
        row = namedtuple("Row", [column.key for column in columns], rename=True) if columns else None
        self.make_row: Callable[[Sequence[Any]], Row] | None = partial(tuple.__new__, row) if row else None
        self.processes = [
            (position, process)
            for position, column in enumerate(columns)
            if (process := _of_whole_column(column.type, dialect)) is not None
        ]

    def rows(self, connection: Connection, values: Mapping[str, object]) -> list[Row]:
        found = self._execute(connection, values).fetchall()
        make = self.make_row
        if make is None:
            raise TypeError("this statement returns no rows")
        if not found or not self.processes:
            return list(map(make, found))
        # Column by column: what is done for each value of a long page is then done by the interpreter's own loops.
        columns: list[Any] = list(zip(*found, strict=True))
        for position, process in self.processes:
            columns[position] = process(columns[position])
        return list(map(make, zip(*columns, strict=True)))

    def changed(self, connection: Connection, values: Mapping[str, object]) -> int:
        return int(self._execute(connection, values).rowcount)

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        self._tell()
        typed = [self._typed(values) for values in rows]
        driven(connection, self.sql, lambda cursor: cursor.executemany(self.sql, typed))

    def _execute(self, connection: Connection, values: Mapping[str, object]) -> Any:  # noqa: ANN401 (the driver's cursor)
        self._tell()
        return execute(connection, self.sql, self._typed(values))

    def _tell(self) -> None:
        for hear in heard:
            hear(self.sql)

    def _typed(self, values: Mapping[str, object]) -> Any:  # noqa: ANN401 (a list or a dictionary, as the driver wants)
        # A post writes some sixty values: a call for each would cost as much as a statement.
        if self.is_positional:
            return [
                fixed if is_fixed else values[name] if process is None else process(values[name])
                for name, is_fixed, fixed, process in self.binds
            ]
        return {
            name: fixed if is_fixed else values[name] if process is None else process(values[name])
            for name, is_fixed, fixed, process in self.binds
        }


def _of_whole_column(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Sequence[Any]], Iterable[Any]] | None:
    """What turns a column as the driver gives it into Python's objects; None where they are that already."""
    own = kind.whole_column(dialect) if hasattr(kind, "whole_column") else None
    if own is not None:
        return cast(Callable[[Sequence[Any]], Iterable[Any]], own)
    process: Process | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return None if process is None else partial(map, process)


class _Bind(NamedTuple):
    """One place for a value in a statement: a given one, which is turned into the driver's, or one written there."""

    name: str
    is_fixed: bool
    fixed: object
    process: Process | None

    @classmethod
    def of(cls, name: str, parameter: BindParameter[Any], dialect: Dialect) -> "_Bind":
        process: Process | None = parameter.type.dialect_impl(dialect).bind_processor(dialect)
        if parameter.required:
            return cls(name, False, None, process)
        written = parameter.effective_value
        return cls(name, True, written if process is None else process(written), process)


class _each_text(FunctionElement[str]):  # noqa: N801 (as SQLAlchemy names functions)
    inherit_cache = True


@compiles(_each_text, "sqlite")
def _in_sqlite(element: _each_text, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_each_text, "postgresql")
def _in_postgresql(element: _each_text, compiler: SQLCompiler, **options: Any) -> str:
    return f"jsonb_array_elements_text({compiler.process(element.clauses, **options)})"


def each_text(name: str) -> TableValuedAlias:
    """A row with a `value` for each text of the list that is given under this name, however long it is."""
    given: BindParameter[Any] = bindparam(name, type_=JSON().with_variant(JSONB(), "postgresql"))
    return _each_text(given).table_valued("value")


def execute(connection: Connection, sql: str, parameters: Any = ()) -> Any:  # noqa: ANN401 (the driver's own)
    """Have the driver run this; its cursor. Errors are SQLAlchemy's."""
    return driven(connection, sql, lambda cursor: cursor.execute(sql, parameters))


def driven(connection: Connection, sql: str, act: Callable[[Any], object]) -> Any:  # noqa: ANN401 (the driver's own)
    """Do something with a new cursor of the driver's; the cursor. Errors are SQLAlchemy's."""
    cursor = cast(Any, connection.connection.dbapi_connection).cursor()
    try:
        act(cursor)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy_says(error, connection, sql) from error
    return cursor


def roll_back(connection: Connection) -> None:
    """End the driver's transaction; the session goes on with the connection. Errors are SQLAlchemy's."""
    driven = cast(Any, connection.connection.dbapi_connection)
    try:
        driven.rollback()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy_says(error, connection, "ROLLBACK") from error


def open_connection(session: Session) -> Connection | None:
    """The connection of the session's transaction, if it has begun one."""
    return cast(Connection | None, session.info.get(_OPEN))


def _connection_of(session: Session) -> Connection:
    """The connection of the session's transaction. To ask the session takes longer than most statements run."""
    return open_connection(session) or session.connection()


@event.listens_for(Session, "after_begin")
def _keep(session: Session, _transaction: object, connection: Connection) -> None:
    session.info[_OPEN] = connection


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:  # not a savepoint, and no flush
        session.info.pop(_OPEN, None)


def _as_sqlalchemy_says(error: Exception, connection: Connection, sql: str) -> BaseException:
    dialect = connection.dialect
    base = dialect.loaded_dbapi.Error
    outdated = outdated_plan(error, sql)
    is_gone = outdated is not None or dialect.is_disconnect(
        cast(Any, error), cast(Any, connection.connection.dbapi_connection), None
    )
    if is_gone:
        connection.invalidate(error)
    return outdated or DBAPIError.instance(
        sql, None, error, base, hide_parameters=True, connection_invalidated=is_gone, dialect=dialect
    )


def outdated_plan(error: BaseException, sql: str | None) -> OperationalError | None:
    """What to raise where a column has another type now: only a new connection has no plan that expects the old one."""
    if getattr(error, "sqlstate", None) != _OUTDATED_PLAN:
        return None
    return OperationalError(sql, None, error, hide_parameters=True, connection_invalidated=True)


heard: list[Callable[[str], None]] = []
"""Who is told of each statement before it runs; the tests count them."""
