"""What do the tests of the schema share?"""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection

from app.ground.db import db


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """A connection of the application's own engine, in a transaction that leaves nothing behind."""
    with app.app_context(), db.engine.connect() as connection:
        yield connection
        connection.rollback()
