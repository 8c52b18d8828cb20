"""Do the migrations lead an empty database to exactly what the models say?"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text

from app.ground.db import Base
from app.site.schema_version import MIGRATIONS
from tests import servers
from tests.conftest import migrate
from tests.schema.rows import LEAST, on_postgresql, on_sqlite, store

VERSIONS = sorted((MIGRATIONS / "versions").glob("*.py"))
SEARCH = "article_search"  # each database has its own, so it is in no model

POSTGRESQL_SCHEMA = {
    "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity, is_generated, "
    "generation_expression FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


@pytest.fixture
def migrated(database: str, tmp_path: Path) -> Iterator[Engine]:
    yield from _engine(_new(database, tmp_path, "migrated", template=True))


@pytest.fixture
def modelled(database: str, tmp_path: Path) -> Iterator[Engine]:
    """A database made by the models alone."""
    for engine in _engine(_new(database, tmp_path, "modelled", template=False)):
        Base.metadata.create_all(engine)
        yield engine


def _new(database: str, folder: Path, name: str, *, template: bool) -> str:
    if database == "postgresql":
        full = servers.template_database("migrated", migrate) if template else None
        return servers.new_database(name, template=full)
    url = f"sqlite:///{folder / name}.sqlite3"
    if template:
        migrate(url)
    return url


def _engine(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    yield engine
    engine.dispose()


def _schema(connection: Connection) -> dict[str, set[str]]:
    """Everything that the database keeps of its own shape, except for the search, the version and the triggers."""
    return _sqlite_schema(connection) if connection.dialect.name == "sqlite" else _postgresql_schema(connection)


def _sqlite_schema(connection: Connection) -> dict[str, set[str]]:
    made = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'"))
    return {
        name: {line.strip().rstrip(",") for line in sql.replace('"', "").splitlines() if line.strip()}
        for name, sql in made
        if not name.startswith((SEARCH, "alembic_version", "sqlite_"))
    }


def _postgresql_schema(connection: Connection) -> dict[str, set[str]]:
    return {
        kind: {
            " | ".join(map(str, row))
            for row in connection.execute(text(statement))
            if row[0] not in {SEARCH, "alembic_version"}
        }
        for kind, statement in POSTGRESQL_SCHEMA.items()
    }


def test_the_migrations_and_the_models_make_the_same_database(migrated: Engine, modelled: Engine) -> None:
    with migrated.connect() as by_migrations, modelled.connect() as by_models:
        assert _schema(by_migrations) == _schema(by_models)


def test_nothing_is_left_to_migrate(migrated: Engine) -> None:
    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or not str(name).startswith(SEARCH)

    with migrated.connect() as connection:
        told = {"include_name": is_ours, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=told)
        assert compare_metadata(context, Base.metadata) == []


def test_a_difference_would_be_seen(modelled: Engine) -> None:
    with modelled.begin() as connection:
        before = _schema(connection)
        connection.execute(text("DROP INDEX ix_comment_roots"))
        connection.execute(text("CREATE INDEX ix_comment_roots ON comment (article_id, created_at, id)"))
        assert _schema(connection) != before


def test_migrating_what_is_migrated_changes_nothing(migrated: Engine) -> None:
    with migrated.begin() as connection:
        for table in LEAST:
            store(connection, table)
        before, version = _schema(connection), _version(connection)
    migrated.dispose()
    migrate(migrated.url.render_as_string(hide_password=False))
    with migrated.connect() as connection:
        assert (_schema(connection), _version(connection)) == (before, version)
        kept = [connection.scalar(text(f'SELECT count(*) FROM "{table.__tablename__}"')) for table in LEAST]
    assert kept == [1] * len(LEAST)


def _version(connection: Connection) -> object:
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


def test_the_database_knows_its_version(migrated: Engine) -> None:
    with migrated.connect() as connection:
        assert _version(connection) == VERSIONS[-1].name[:4]


@on_sqlite
def test_sqlite_searches_with_its_own_index_of_words(migrated: Engine) -> None:
    with migrated.begin() as connection:
        connection.execute(text("INSERT INTO article_search (rowid, words) VALUES (7, 'ebb flood')"))
        found = connection.scalar(text("SELECT rowid FROM article_search WHERE article_search MATCH 'flo*'"))
    assert found == 7


@on_postgresql
def test_postgresql_searches_with_an_index_of_lexemes(migrated: Engine) -> None:
    with migrated.connect() as connection:
        found = connection.scalar(text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_article_search_lexemes'"))
    assert "USING gin (lexemes)" in str(found)


def test_migrations_are_numbered_in_order_from_0001() -> None:
    names = [path.name for path in VERSIONS]
    assert [name for name in names if not re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name)] == []
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_each_migration_follows_the_one_before_it() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    line = [(each.revision, each.down_revision) for each in script.walk_revisions()][::-1]
    numbers = [path.name[:4] for path in VERSIONS]
    assert line == list(zip(numbers, [None, *numbers[:-1]], strict=True))
    assert script.get_heads() == numbers[-1:]


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: str(path.stem))
def test_a_migration_stands_on_its_own(path: Path) -> None:
    """What the application becomes later must not change what a migration did."""
    tree = ast.parse(path.read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if name.split(".")[0] not in {"alembic", "sqlalchemy", "typing"}} == set()
