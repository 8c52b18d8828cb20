"""Is the database what this code expects?"""

from functools import cache
from pathlib import Path

from flask import current_app
from sqlalchemy import inspect, text

from app.ground.db import db

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def is_up_to_date() -> bool:
    """Whether every migration that this code knows has run; a newer database serves older code as well.

    Raises SQLAlchemyError where the database cannot be reached.
    """
    found = stored_version()
    return found is not None and found >= newest_version()


def stored_version() -> str | None:
    """The number of the last migration that ran; None for an empty database."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "") or None


@cache
def newest_version() -> str:
    """Read from the files' names, which begin with their number: loading the migration tool takes long."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def bring_up_to_date() -> None:
    """Run the migrations that have not run yet."""
    from flask_migrate import Migrate, upgrade  # noqa: PLC0415 (it takes long to load, and is seldom needed)

    Migrate(current_app, db, directory=str(MIGRATIONS))
    upgrade()
