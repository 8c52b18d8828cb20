"""Which changes are caches in front told of, and which caches?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.ground import changes, purging
from app.ground.db import LastingSession, transaction
from app.ground.purging import KeyedCache, Varnish
from tests.contract import ContractClient

Headers = dict[str, str]


@dataclass(slots=True)
class Notebook:
    """A cache that writes down what it is told to drop."""

    url: str = "http://cache.example"
    told: set[str] = field(default_factory=set)

    def drop(self, topics: Sequence[str]) -> None:
        self.told.update(topics)

    def hears(self, *topics: str) -> bool:
        end = time.monotonic() + 2
        while not self.told.issuperset(topics) and time.monotonic() < end:
            time.sleep(0.01)
        return self.told == set(topics)


@pytest.fixture
def notebook(app: Flask, slug: str) -> Iterator[Notebook]:
    """From after the article was published."""
    notebook = Notebook()
    purging.init_app(app, caches=[notebook])
    yield notebook
    for teller in purging.of(app):
        teller.stop()
    purging.init_app(app, caches=[])


def test_an_approved_comment_drops_what_is_about_its_article_and_about_comments(
    client: ContractClient, slug: str, reply: Callable[..., Any], as_moderator: Headers, notebook: Notebook
) -> None:
    topic, everything = client.get(f"/api/v1/articles/{slug}/comments").headers["Surrogate-Key"].split()
    assert everything == "everything"
    comment = reply().json["comment"]["id"]
    seen = client.get(f"/api/v1/moderation/comments/{comment}", headers=as_moderator).headers["ETag"]
    notebook.told.clear()
    approve = f"/api/v1/moderation/comments/{comment}/approve"
    assert client.post(approve, json={}, headers=as_moderator | {"If-Match": seen}).status_code == 200
    assert notebook.hears(topic, "comments")


def test_changed_settings_drop_everything(client: ContractClient, as_admin: Headers, notebook: Notebook) -> None:
    seen = client.get("/api/v1/settings", headers=as_admin).headers["ETag"]
    change = {"page_size": 7}
    assert client.patch("/api/v1/settings", json=change, headers=as_admin | {"If-Match": seen}).status_code == 200
    assert notebook.hears("everything")


def test_what_was_not_stored_drops_nothing(app: Flask, notebook: Notebook) -> None:
    def fail() -> None:
        with transaction() as session:
            changes.touch(session, "article-1")
            raise LookupError

    with app.app_context(), pytest.raises(LookupError):
        fail()
    time.sleep(4 * purging.GATHER_SECONDS)
    assert notebook.told == set()


def test_what_may_be_stored_is_dropped_though_the_database_was_lost_at_the_commit(
    client: ContractClient, slug: str, as_editor: Headers, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = LastingSession.commit

    def lost(session: LastingSession) -> None:
        real(session)
        raise OperationalError("COMMIT", {}, Exception("the connection was lost"))

    article = f"/api/v1/articles/{slug}"
    topic, _ = client.get(article).headers["Surrogate-Key"].split()
    monkeypatch.setattr(LastingSession, "commit", lost)
    renamed = client.patch(
        f"/api/v1/editing/articles/{slug}", json={"title": "In doubt"}, headers=as_editor | {"If-Match": "*"}
    )
    monkeypatch.undo()
    assert renamed.status_code == 503
    assert notebook.hears(topic, "articles", "comments")
    assert client.get(article).json["title"] == "In doubt"


def test_the_caches_are_those_that_are_set(another_app: Callable[..., Flask]) -> None:
    app = another_app(
        VARNISH_URLS="http://127.0.0.1:6082", PURGE_URLS="https://cdn.example/a, http://[::1]:81", PURGE_TOKEN="t0ken"
    )
    assert [teller.cache for teller in purging.of(app)] == [
        Varnish("http://127.0.0.1:6082"),
        KeyedCache("https://cdn.example/a", "t0ken"),
        KeyedCache("http://[::1]:81", "t0ken"),
    ]
