"""What does a fresh Rejoinder need before it can serve?"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import create_engine, exists, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from app.accounts import actions
from app.accounts.models import Moderator
from app.articles.models import Article
from app.commands.opening import application, in_sentences
from app.config import Config, from_environment
from app.demo.content import put_in_demo
from app.ground.db import db
from app.ground.sealing import InsecureKeys, new_keys, write_keys
from app.permissions import Actor, Role
from app.site import schema_version

ADMIN = "admin"
ADMIN_EMAIL = "admin@example.org"
# Whoever has rows in one of these has, or had, keys.
_KEPT_BY_KEYS = ("moderator", "comment", "word", "idempotent_request")


@click.command()
@click.option("--demo/--no-demo", default=True, help="Put in demo articles where there are none (the default).")
def setup(*, demo: bool) -> None:
    """Make keys, database, admin and demo articles where they are missing.

    What is there stays as it is.
    """
    with in_sentences():
        set_up(from_environment(), with_demo=demo)


def set_up(config: Config, *, with_demo: bool) -> None:
    with _alone(config), in_sentences():
        make_keys(config)
        with application(config):
            bring_up_to_date()
            _make_admin()
            if with_demo:
                _put_in_demo()


def make_keys(config: Config) -> None:
    """Make the secret keys once. Raises InsecureKeys rather than make new ones for data that has old ones."""
    if config.secret_keys is not None or config.keys_file.exists():
        return
    if _holds_data(config):
        raise InsecureKeys(
            f"The database has data, but {config.keys_file} is missing: put it back (or set SECRET_KEYS). "
            "New keys could open none of the addresses in it."
        )
    config.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_keys(new_keys(), config.keys_file)
    click.echo(f"Made the secret keys in {config.keys_file}: back them up, apart from the database.")


def bring_up_to_date() -> None:
    if not schema_version.is_up_to_date():
        schema_version.bring_up_to_date()
        click.echo(f"The database is now at version {schema_version.newest_version()}.")


def _holds_data(config: Config) -> bool:
    url = make_url(config.database)
    if url.get_backend_name() == "sqlite" and not _file_exists(url.database):
        return False
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        return any(
            connection.scalar(text(f"SELECT 1 FROM {name} LIMIT 1")) is not None  # noqa: S608 (our own tables' names)
            for name in _KEPT_BY_KEYS
            if name in tables
        )


def _file_exists(path: str | None) -> bool:
    return path is not None and Path(path).exists()


def _make_admin() -> None:
    if db.session.scalar(select(exists().where(Moderator.id.is_not(None)))):
        return
    made, password = actions.add_moderator(actions.COMMAND_LINE, name=ADMIN, email=ADMIN_EMAIL, role=Role.ADMIN)
    admin = Actor(role=Role.ADMIN, ref=made.ref, name=made.name, account_id=made.id)
    _, token = actions.create_token(admin, name="made by setup", role=Role.ADMIN, expires_at=None)
    click.echo("Made an admin. What follows is shown this once:")
    click.echo(f"  name:      {ADMIN} ({ADMIN_EMAIL})")
    click.echo(f"  password:  {password}")
    click.echo(f"  API token: {token}")


def _put_in_demo() -> None:
    if db.session.scalar(select(exists().where(Article.id.is_not(None)))):
        return
    done = put_in_demo()
    click.echo(f"Put in {done.articles} demo articles and {done.comments} comments.")


@contextmanager
def _alone(config: Config) -> Iterator[None]:
    """Let two who set up the same folder at once do it one after the other."""
    config.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (config.instance / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
