"""How does a migration reach the database?"""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

target = current_app.extensions["migrate"].db


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=target.metadata,
        transaction_per_migration=True,
        include_name=lambda name, kind, _parents: kind != "table" or not str(name).startswith("article_search"),
    )
    with context.begin_transaction():
        context.run_migrations()


with target.engine.connect().execution_options(rejoinder_writes=True) as connection:
    _run(connection)
