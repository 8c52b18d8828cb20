"""How is a command run in a test, and who sits at the desk before which article?"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from app.cli import rejoinder
from app.ground import clock
from app.ground.db import db
from tests import staffing
from tests.commanding import Run
from tests.conftest import ENVIRONMENT
from tests.rows import NOON, an_article
from tests.staffing import Hand


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Iterator[Run]:
    """Run a command on the test's database: `run("token", "create", …)`; settings by name change the environment."""
    url = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
    ours = ENVIRONMENT | {"DATABASE_URL": url, "INSTANCE": str(tmp_path)}
    # A command says where the whole process logs to.
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def command(*words: str, **different: str | None) -> Result:
        with app.app_context():
            db.engine.dispose()
        return CliRunner().invoke(rejoinder, words, env=ours | different)

    yield command
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def article(app: Flask) -> int:
    """An article, three hours after its comments came."""
    clock.use(lambda: NOON + timedelta(hours=3))
    with app.app_context():
        return an_article()


@pytest.fixture
def mina(app: Flask, article: int) -> Hand:
    """A moderator at the desk, when there is an article."""
    return staffing.log_in(app)
