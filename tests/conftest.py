"""On what do the tests stand?"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import event, text

from app import config as settings
from app import create_app
from app.accounts import actions as accounts
from app.ground import clock, prepared, ready
from app.ground.changes import EVERYTHING
from app.ground.db import db
from app.permissions import Role
from app.site import schema_version, words
from tests import servers
from tests.contract import ContractClient
from tests.processes import installed

KEYS = (
    '{"current": "k1", "keys": {"k1": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="},'
    ' "avatar": "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA="}'
)
# Generous, so that a test meets a limit only when it is about one.
ENVIRONMENT = {
    "SECRET_KEYS": KEYS,
    "FLOOD_SECONDS": "0",
    "POSTS_PER_HOUR_PER_ADDRESS": "100000",
    "POSTS_PER_HOUR_PER_EMAIL": "100000",
    "POSTS_PER_MINUTE_PER_ARTICLE": "100000",
    "POSTS_PER_MINUTE": "100000",
    "LIMIT_ATTEMPTS": "100000 per minute",
    "LIMIT_PREVIEW": "100000 per minute",
    "LIMIT_LOGIN": "100000 per minute",
    "LIMIT_LOGINS": "100000 per minute",
    "LIMIT_READING": "100000 per minute",
    "LIMIT_MODERATION": "100000 per minute",
    "SHARED_CACHE_SECONDS": "5",
    "LOG_LEVEL": "WARNING",
}

Headers = dict[str, str]

# `make test` tries the same every time; `make fuzz` tries something else every time, and more of it.
hypothesis.settings.register_profile("ci", derandomize=True, max_examples=100, deadline=None, database=None)
hypothesis.settings.register_profile("fuzz", derandomize=False, max_examples=2_500, deadline=None)
hypothesis.settings.load_profile("ci")


def pytest_configure(config: pytest.Config) -> None:
    servers.begin(config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    servers.report(terminalreporter)
    installed.report(terminalreporter)


def migrate(url: str) -> None:
    """Bring the database at this URL to the newest version, and leave no connection open."""
    app = create_app(settings.read_config(ENVIRONMENT | {"DATABASE_URL": url}))
    with app.app_context():
        schema_version.bring_up_to_date()
        db.engine.dispose()


@pytest.fixture(scope="session")
def fast_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where the system has one: every commit of ours waits for its disk."""
    memory = Path("/dev/shm")  # noqa: S108 (a folder of its own is made in it)
    if not os.access(memory, os.W_OK):
        yield tmp_path_factory.mktemp("data")
        return
    with TemporaryDirectory(prefix="rejoinder-", dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def sqlite_template(fast_folder: Path) -> Path:
    """A migrated SQLite database to copy from."""
    path = fast_folder / "template.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on: every test that needs one runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def shared_app(database: str, fast_folder: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on one database; a test takes `app`, which finds it empty."""
    if database == "sqlite":
        _copy_database(request.getfixturevalue("sqlite_template"), fast_folder / "test.sqlite3")
        url = f"sqlite:///{fast_folder / 'test.sqlite3'}"
    else:
        url = servers.new_database("http", template=servers.template_database("migrated", migrate))
    app = create_app(settings.read_config(ENVIRONMENT | {"DATABASE_URL": url}))
    app.test_client_class = ContractClient
    yield app
    ready.of(app).watch.stop()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The application with an empty database, its settings and the clock as they were."""
    _empty(shared_app)
    ready.of(shared_app).forget(frozenset({EVERYTHING}))
    shared_app.extensions.pop(words.KEPT, None)
    before = settings.of(shared_app)
    yield shared_app
    settings.use(shared_app, before)
    clock.use(None)


def _copy_database(template: Path, to: Path) -> None:
    with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def _empty(app: Flask) -> None:
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            path = Path(str(db.engine.url.database))
            _copy_database(path.with_name("template.sqlite3"), path)
            return
        with db.engine.begin() as connection:
            # Without its triggers, for the audit log refuses to forget.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            names = [*db.metadata.tables, "article_search"]
            connection.execute(text("; ".join(f'DELETE FROM "{name}"' for name in names)))


@pytest.fixture
def client(app: Flask) -> ContractClient:
    """A browser or program without credentials; each answer must be one that the contract knows."""
    return cast(ContractClient, app.test_client())


@pytest.fixture
def configure(app: Flask) -> Callable[..., None]:
    """Change settings of the process for one test: `configure(flood_seconds=15)`."""

    def change(**changes: Any) -> None:
        settings.use(app, replace(settings.of(app), **changes))

    return change


@pytest.fixture
def another_app(app: Flask) -> Iterator[Callable[..., Flask]]:
    """A second application on the same database: `another_app(CORS_ORIGINS="loopback")`."""
    made: list[Flask] = []

    def make(**environment: str) -> Flask:
        url = {"DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"]}
        made.append(create_app(settings.read_config(ENVIRONMENT | url | environment)))
        made[-1].test_client_class = ContractClient
        return made[-1]

    yield make
    for each in made:
        ready.of(each).watch.stop()
        with each.app_context():
            db.engine.dispose()


def bearer(app: Flask, role: Role) -> Headers:
    with app.app_context():
        _, secret = accounts.create_token(accounts.COMMAND_LINE, name=f"test {role}", role=role, expires_at=None)
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def as_admin(app: Flask) -> Headers:
    return bearer(app, Role.ADMIN)


@pytest.fixture
def as_editor(app: Flask) -> Headers:
    return bearer(app, Role.EDITOR)


@pytest.fixture
def as_moderator(app: Flask) -> Headers:
    return bearer(app, Role.MODERATOR)


BODY = """The lead, before any heading.

## First things

What comes first.

## Second thoughts

What comes second.
"""


@pytest.fixture
def an_article(client: ContractClient, as_editor: Headers) -> Callable[..., str]:
    """Publish an article and tell its slug: `an_article(title="…", body="…")`."""

    def publish(**fields: Any) -> str:
        article = {"title": "An article", "format": "markdown", "body": BODY} | fields
        made = client.post("/api/v1/editing/articles", json=article, headers=as_editor)
        assert made.status_code == 201, made.text
        slug = str(made.json["slug"])
        seen = {"If-Match": made.headers["ETag"]}
        published = client.post(f"/api/v1/editing/articles/{slug}/publish", headers=as_editor | seen)
        assert published.status_code == 200, published.text
        return slug

    return publish


@pytest.fixture
def slug(an_article: Callable[..., str]) -> str:
    """A published article with the sections `first-things` and `second-thoughts`."""
    return an_article()


READER: dict[str, Any] = {"author_name": "Ada", "author_email": "ada@example.org", "content": "A thought."}


@pytest.fixture
def reply(client: ContractClient, slug: str) -> Callable[..., Any]:
    """Leave a reply under `slug` and give the answer: `reply(content="…", parent_id=3)`."""

    def leave(headers: Headers | None = None, **fields: Any) -> Any:  # noqa: ANN401 (werkzeug's test response)
        return client.post(f"/api/v1/articles/{slug}/comments", json=READER | fields, headers=headers)

    return leave


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Keep the SQL that runs while a block lasts, for counting it."""

    @contextmanager
    def record() -> Iterator[list[str]]:
        run: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
                run.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        prepared.heard.append(run.append)
        try:
            yield run
        finally:
            prepared.heard.remove(run.append)
            event.remove(engine, "before_cursor_execute", note)

    return record
