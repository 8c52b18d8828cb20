"""How does a site come to hold what browsers look at, and how does a test add to it?"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts import actions as accounts
from app.articles.models import ArticleFormat
from app.ground import clock, ready
from app.ground.db import db
from app.permissions import Actor, Role
from tests.browser import contents
from tests.conftest import ENVIRONMENT
from tests.processes.running import environment_for, serving
from tests.processes.sites import ARTICLES, BODY, COMMENTS, EDITING, Site, new_address, site_of

DATABASE = "rejoinder.sqlite3"
PASSWORD = "tide table seven"
PAGE_SIZE = 20
_titles = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A member of staff who can log in."""

    name: str
    email: str
    password: str
    role: Role


STAFF: Mapping[str, Account] = {
    str(role): Account(name=name, email=f"{name.lower()}@example.org", password=PASSWORD, role=role)
    for role, name in ((Role.MODERATOR, "Mina"), (Role.EDITOR, "Edgar"), (Role.ADMIN, "Agnes"))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A comment that a test has left."""

    id: int
    receipt: str


@dataclass(slots=True, kw_only=True)
class FacedSite(Site):
    """A site that browsers look at, by one server.

    `slugs` and `comments` tell where what `contents` names is found: `site.slugs["long"]`, `site.comments["mud"]`.
    """

    slugs: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, int] = field(default_factory=dict)
    staff: Mapping[str, Account] = field(default_factory=lambda: STAFF)

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return self.servers[0].base

    def article(self, key: str) -> str:
        """The path of the page of a seeded article."""
        return f"/articles/{self.slugs[key]}"

    def new_article(self, title: str | None = None, **fields: object) -> str:
        """Publish an article of a test's own, with the sections `first-things` and `second-thoughts`; its slug."""
        return self.publish(title or f"An article of a test's own, number {next(_titles)}", **{"body": BODY} | fields)

    def post(self, slug: str, content: str = "A thought.", **fields: object) -> Posted:
        """A comment that everybody sees: a guest's (`author_name=`, `parent_id=`, `section=`), which is approved."""
        posted = self.hold(slug, content, **fields)
        by = self.as_staff()["Authorization"]
        approved = self.ask("POST", f"{COMMENTS}/{posted.id}/approve", {}, If_Match='"v1"', Authorization=by)
        assert approved.status == 200, approved.text
        return posted

    def hold(self, slug: str, content: str = "A thought.", **fields: object) -> Posted:
        """A comment that waits, from a guest who was never here before."""
        typed = {"content": content, "author_name": "Ada", "author_email": "ada@example.org"} | fields
        made = self.ask("POST", f"{ARTICLES}/{slug}/comments", typed)
        assert made.status == 202, made.text
        return Posted(id=made.json["comment"]["id"], receipt=made.json["receipt"])

    def as_staff(self, role: Role = Role.MODERATOR) -> dict[str, str]:
        """`Authorization` of a program of this role."""
        return {"Authorization": self.token(f"a test's {role}", role)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """A database to copy from, and where things are found in it."""

    path: Path
    slugs: Mapping[str, str]
    comments: Mapping[str, int]


@contextmanager
def open_faced_site(seeded: Seeded, folder: Path, **environment: str) -> Iterator[FacedSite]:
    """A server of its own on a copy of what was seeded."""
    _copy(seeded.path, folder / DATABASE)
    given = _environment(folder) | environment
    app = site_of(given).app
    site = FacedSite(environment=given, app=app, slugs=seeded.slugs, comments=seeded.comments)
    with serving(given) as server:
        site.servers.append(server)
        yield site
    _close(app)


def _environment(folder: Path) -> dict[str, str]:
    asked = {"TRUSTED_PROXIES": "127.0.0.1", "CORS_ORIGINS": "loopback"}
    return environment_for(folder, ENVIRONMENT | asked)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _close(app: Flask) -> None:
    ready.of(app).watch.stop()
    with app.app_context():
        db.engine.dispose()


# --- What is there before a test begins ---------------------------------------------------------------------------


def open_account(account: Account) -> Actor:
    """Add a member of staff whose password is their own already; within the application's context."""
    made, once = accounts.add_moderator(
        accounts.COMMAND_LINE, name=account.name, email=account.email, role=account.role
    )
    actor = Actor(role=account.role, ref=made.ref, name=made.name, account_id=made.id)
    change = accounts.ModeratorChange(new_password=account.password)
    accounts.change_own_account(actor, current_password=once, change=change)
    return actor


def seed(template: Path, folder: Path) -> Seeded:
    """Publish and discuss all of `contents` by way of the API, in the weeks that have just passed."""
    _copy(template, folder / DATABASE)
    app = site_of(_environment(folder)).app
    hand = _Hand(app)
    try:
        hand.open_accounts()
        hand.choose_settings()
        slugs = {article.key: hand.publish(article) for article in contents.ARTICLES}
        comments = hand.discuss(slugs)
        hand.finish(comments, closed=slugs["closed"])
    finally:
        clock.use(None)
        _close(app)
    return Seeded(path=folder / DATABASE, slugs=slugs, comments=comments)


class _Hand:
    """Whoever fills the site."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.now = clock.now()
        self.client: FlaskClient = app.test_client()
        self.authorization: dict[str, str] = {}

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["X-Forwarded-For"] = new_address()
        answer = self.client.open(path, method=method, json=body, headers=sent)
        assert answer.status_code < 400, answer.text
        return answer

    def as_staff(self, role: Role) -> dict[str, str]:
        return {"Authorization": self.authorization[role]}

    def open_accounts(self) -> None:
        with self.app.app_context():
            for account in STAFF.values():
                actor = open_account(account)
                _, secret = accounts.create_token(actor, name="used for seeding", role=account.role, expires_at=None)
                self.authorization[account.role] = f"Bearer {secret}"

    def choose_settings(self) -> None:
        admin = self.as_staff(Role.ADMIN)
        now = self.ask("GET", "/api/v1/moderation/settings", **admin)
        self.ask("PATCH", "/api/v1/settings", {"page_size": PAGE_SIZE}, If_Match=now.headers["ETag"], **admin)
        for kind, pattern in (("moderation", "casino"), ("disallowed", "replica watches")):
            self.ask("POST", "/api/v1/moderation/words", {"kind": kind, "pattern": pattern}, **admin)

    def publish(self, article: contents.Article) -> str:
        moment = self.now - timedelta(days=article.days_old)
        self._be_at(moment)
        written: dict[str, Any] = {
            "title": article.title,
            "body": article.body,
            "format": ArticleFormat.MARKDOWN,
            "published_at": moment.isoformat(),
            **article.fields,
        }
        made = self.ask("POST", EDITING, written, **self.as_staff(Role.EDITOR))
        return str(made.get_json()["slug"])

    def discuss(self, slugs: Mapping[str, str]) -> dict[str, int]:
        """Leave every comment, an hour apart, the last of them some minutes ago."""
        ids: dict[str, int] = {}
        begun = self.now - timedelta(minutes=20) - timedelta(hours=len(contents.EVERYTHING_SAID))
        for hours, said in enumerate(contents.EVERYTHING_SAID):
            self._be_at(begun + timedelta(hours=hours))
            ids[said.key] = self._say(said, slugs[said.on], ids)
        return ids

    def _say(self, said: contents.Said, slug: str, ids: Mapping[str, int]) -> int:
        typed = {
            "content": said.text,
            "author_name": said.name,
            "author_email": f"reader{len(ids)}@example.org",
            "author_website": said.website,
            "parent_id": ids[said.answers] if said.answers else None,
            "section": said.section,
        }
        made = self.ask("POST", f"{ARTICLES}/{slug}/comments", typed)
        assert made.status_code == 202, made.text
        comment_id = int(made.get_json()["comment"]["id"])
        if said.becomes is not None:
            self.ask("POST", f"{COMMENTS}/{comment_id}/{said.becomes}", {}, If_Match='"v1"', **self.as_moderator())
        return comment_id

    def as_moderator(self) -> dict[str, str]:
        return self.as_staff(Role.MODERATOR)

    def finish(self, comments: dict[str, int], *, closed: str) -> None:
        """What a moderator does later: answer, pin, take away; and an editor closes a discussion."""
        self._be_at(self.now - timedelta(minutes=15))
        reply = {"content": "The office here: the bus is number 14, and it waits for the tide as we all do."}
        made = self.ask("POST", f"{COMMENTS}/{comments['first']}/reply", reply, **self.as_moderator())
        comments["staff"] = int(made.get_json()["comment"]["id"])
        self._act(comments["lamp"], "pin")
        self._act(comments["gone"], "trash")
        editor = self.as_staff(Role.EDITOR)
        seen = self.ask("GET", f"{EDITING}/{closed}", **editor).headers["ETag"]
        self.ask("PATCH", f"{EDITING}/{closed}", {"discussion": {"switch": "closed"}}, If_Match=seen, **editor)

    def _act(self, comment_id: int, act: str) -> None:
        seen = self.ask("GET", f"{COMMENTS}/{comment_id}", **self.as_moderator()).headers["ETag"]
        self.ask("POST", f"{COMMENTS}/{comment_id}/{act}", {}, If_Match=seen, **self.as_moderator())

    def _be_at(self, moment: datetime) -> None:
        clock.use(lambda: moment)
