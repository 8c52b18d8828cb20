"""Does a rotation reach everything that is sealed?"""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from werkzeug.test import TestResponse

from app.accounts.models import Moderator
from app.commands import keys as keys_commands
from app.comments.models import Comment
from app.ground.db import db, transaction
from app.ground.sealing import Keyring, keys_from_file, read_keys, write_keys
from app.site.models import Word
from tests.commanding import Run, refused, told
from tests.conftest import KEYS, Headers
from tests.rows import a_comment, an_article
from tests.schema.rows import on_sqlite


@pytest.fixture
def with_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, None]:
    """The keys of the test in a file of the data folder; nobody waits for other processes to see it."""
    write_keys(read_keys(KEYS), tmp_path / "keys.json")
    monkeypatch.setattr(keys_commands, "SEEN_AFTER_SECONDS", 0)
    return {"SECRET_KEYS": None}


@pytest.fixture
def sealed(app: Flask, reply: Callable[..., TestResponse], as_admin: Headers, run: Run) -> None:
    """A reply, a sealed word and an account, under the first key."""
    assert reply(author_email="Ada@Example.ORG").status_code == 202
    word = {"kind": "moderation", "pattern": "spammer@example.org"}
    assert app.test_client().post("/api/v1/moderation/words", json=word, headers=as_admin).status_code == 201
    told(run("moderator", "add", "Bo", "--email", "bo@example.org"))


def prefixes(app: Flask) -> dict[str, set[str]]:
    """Under which keys everything stands that can be sealed anew."""
    columns = (Comment.email_sealed, Comment.email_fingerprint, Moderator.email_sealed, Moderator.email_fingerprint,
               Word.pattern_sealed, Word.fingerprint)  # fmt: skip
    with app.app_context():
        return {
            str(column): {str(value).partition(".")[0] for value in db.session.scalars(select(column))}
            for column in columns
        }


def test_after_a_rotation_everything_is_sealed_under_the_new_key(
    app: Flask, run: Run, sealed: None, with_file: dict[str, None], tmp_path: Path
) -> None:
    said = told(run("keys", "rotate", **with_file))
    assert "Made the key k2" in said
    assert "Sealed anew under k2: 3." in said
    assert set().union(*prefixes(app).values()) == {"k2"}
    assert set(keys_from_file(tmp_path / "keys.json").keys) == {"k1", "k2"}


def test_after_a_rotation_addresses_open_and_are_found(
    app: Flask, run: Run, sealed: None, with_file: dict[str, None], another_app: Callable[..., Flask], tmp_path: Path
) -> None:
    told(run("keys", "rotate", **with_file))
    token = told(run("token", "create", "--role", "moderator", "--name", "m", **with_file)).strip()
    client = another_app(SECRET_KEYS="", INSTANCE=str(tmp_path)).test_client()
    headers = {"Authorization": f"Bearer {token}"}
    found = client.post("/api/v1/moderation/search", json={"author_email": "ada@example.org"}, headers=headers)
    (item,) = found.get_json()["items"]
    told_address = client.post(f"/api/v1/moderation/comments/{item['id']}/reveal-email", headers=headers)
    assert told_address.get_json() == {"author_email": "Ada@Example.ORG"}


def test_an_interrupted_rotation_goes_on_under_the_key_that_is_new_already(
    app: Flask, run: Run, sealed: None, with_file: dict[str, None], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_key = keys_commands._add_key

    def interrupted(ring: Keyring) -> None:
        add_key(ring)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(keys_commands, "_add_key", interrupted)
        assert run("keys", "rotate", **with_file).exit_code == 1
    assert set().union(*prefixes(app).values()) == {"k1"}
    said = told(run("keys", "rotate", **with_file))
    assert "Made the key" not in said
    assert "Sealed anew under k2: 3." in said
    assert set().union(*prefixes(app).values()) == {"k2"}
    assert "Made the key k3" in told(run("keys", "rotate", **with_file))


def test_an_older_key_is_retired_once_nothing_is_kept_under_it(
    app: Flask, run: Run, sealed: None, with_file: dict[str, None], tmp_path: Path
) -> None:
    said = told(run("keys", "rotate", "--retire", **with_file))
    assert "k1 stays, it is used by: Comment.address_fingerprint" in said
    with app.app_context(), transaction() as session:
        session.execute(update(Comment).values(address_fingerprint=None, agent_fingerprint=None))
        session.execute(text("DELETE FROM pace"))
        session.execute(text("DELETE FROM idempotent_request"))
    said = told(run("keys", "rotate", "--retire", **with_file))
    assert "k1 is retired." in said
    assert set(keys_from_file(tmp_path / "keys.json").keys) == {"k3"}


def test_an_address_that_no_key_opens_is_told_and_stops_no_other(
    app: Flask, run: Run, sealed: None, with_file: dict[str, None]
) -> None:
    with app.app_context():
        a_comment(an_article("other"), email_sealed="k0.lost", email_fingerprint="k0.lost")
    assert "none of the keys opens: 1." in refused(run("keys", "rotate", **with_file))
    assert prefixes(app)["Comment.email_sealed"] == {"k0", "k2"}


@on_sqlite
def test_keys_of_the_environment_are_rotated_by_whoever_sets_them(run: Run, sealed: None) -> None:
    assert "SECRET_KEYS" in refused(run("keys", "rotate"))
