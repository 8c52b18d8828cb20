"""What does a test need of a whole site: a database, its servers, staff, an article and readers from anywhere?"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app import config as settings
from app import create_app
from app.accounts import actions as accounts
from app.comments.models import Comment
from app.ground.db import db
from app.permissions import Role
from tests import servers
from tests.conftest import ENVIRONMENT, migrate
from tests.processes.asking import Answer, ask
from tests.processes.running import Server, environment_for, serving

ARTICLES = "/api/v1/articles"
EDITING = "/api/v1/editing/articles"
COMMENTS = "/api/v1/moderation/comments"

BODY = """The lead.

## First things

What comes first.

## Second thoughts

What comes second.
"""
_addresses = itertools.count(1)


def new_address() -> str:
    """A network address that nobody had before in this run (RFC 2544 keeps these from the internet)."""
    number = next(_addresses)
    return f"198.{18 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


@dataclass(slots=True, kw_only=True)
class Site:
    """A site with servers behind a proxy that they trust, so that a request may come from any address.

    `app` is the same site inside the test, for looking at what is stored and for the command line's part.
    """

    environment: Mapping[str, str]
    app: Flask
    servers: list[Server] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: object = None, *, door: int = 0, address: str | None = None,
            **headers: str) -> Answer:  # fmt: skip
        """Ask through one of the servers; a header's name is written If_Match."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["X-Forwarded-For"] = address or new_address()
        base = self.servers[door % len(self.servers)].base
        return ask(base, method, path, body=body, headers=sent)

    def token(self, name: str, role: Role = Role.EDITOR) -> str:
        """`Authorization` of somebody of this name."""
        if name not in self.tokens:
            with self.app.app_context():
                made = accounts.create_token(accounts.COMMAND_LINE, name=name, role=role, expires_at=None)
            self.tokens[name] = f"Bearer {made[1]}"
        return self.tokens[name]

    def publish(self, title: str, **fields: object) -> str:
        """Publish an article, and tell its slug."""
        article = {"title": title, "format": "markdown", "body": BODY} | fields
        made = self.ask("POST", EDITING, article, Authorization=self.token("an editor"))
        assert made.status == 201, made.text
        slug = str(made.json["slug"])
        told = self.ask(
            "POST",
            f"{EDITING}/{slug}/publish",
            Authorization=self.token("an editor"),
            If_Match=made.headers["etag"],
        )
        assert told.status == 200, told.text
        return slug

    def reply(self, slug: str, content: str, *, door: int = 0, address: str | None = None, parent_id: int | None = None,
              author_name: str = "Ada", **headers: str) -> Answer:  # fmt: skip
        """Leave a reply as a guest, or as staff with `Authorization`."""
        typed = {
            "content": content,
            "author_name": author_name,
            "author_email": "ada@example.org",
            "parent_id": parent_id,
        }
        return self.ask("POST", f"{ARTICLES}/{slug}/comments", typed, door=door, address=address, **headers)

    def held(self, slug: str, content: str) -> tuple[int, str]:
        """A comment that waits: its id, and the validator of its version."""
        made = self.reply(slug, content)
        assert made.status == 202, made.text
        comment_id = int(made.json["comment"]["id"])
        seen = self.ask("GET", f"{COMMENTS}/{comment_id}", Authorization=self.token("a moderator", Role.MODERATOR))
        return comment_id, seen.headers["etag"]

    def stored(self, *of_source: str) -> int:
        """How many comments with these words are stored."""
        query = select(func.count()).select_from(Comment)
        with self.app.app_context():
            return db.session.scalar(query.where(Comment.source.in_(of_source))) or 0


def sqlite_environment(folder: Path, template: Path, *, measured: bool = True) -> dict[str, str]:
    """An empty, migrated site in a data folder."""
    shutil.copy(template, folder / "rejoinder.sqlite3")
    return environment_for(folder, ENVIRONMENT | {"TRUSTED_PROXIES": "127.0.0.1"}, measured=measured)


def postgres_environment(folder: Path, name: str, *, measured: bool = True) -> dict[str, str]:
    """An empty, migrated site in PostgreSQL, with two processes that count in Redis."""
    url = servers.new_database(name, template=servers.template_database("migrated", migrate))
    real = {"DATABASE_URL": url, "REDIS_URL": servers.redis_database(), "WORKERS": "2"}
    return environment_for(folder, ENVIRONMENT | real | {"TRUSTED_PROXIES": "127.0.0.1"}, measured=measured)


def site_of(environment: Mapping[str, str]) -> Site:
    """A site whose servers do not run yet."""
    # The limits of a process are one object: inside the test they count in memory, as everywhere in the tests.
    alone = {name: value for name, value in environment.items() if name not in {"REDIS_URL", "WORKERS"}}
    return Site(environment=environment, app=create_app(settings.read_config(alone)))


@contextmanager
def open_site(environment: Mapping[str, str], *, doors: int = 1) -> Iterator[Site]:
    """A site with so many separate `rejoinder serve` running."""
    site = site_of(environment)
    with ExitStack() as stack:
        site.servers += [stack.enter_context(serving(environment)) for _ in range(doors)]
        yield site
    with site.app.app_context():
        db.engine.dispose()
