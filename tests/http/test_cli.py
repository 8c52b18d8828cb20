"""Do the commands do what they say, and end as programs expect?"""

import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select, text, update
from werkzeug.test import TestResponse

from app.accounts.models import Moderator
from app.articles.models import Article, Discussion, Revision, Section
from app.cli import COMMANDS, rejoinder
from app.commands import keys as keys_commands
from app.comments.models import Comment, Status, Tally
from app.demo.content import Outcome, demo_comments
from app.ground import markup
from app.ground.db import db, transaction
from app.ground.sealing import Keyring, keys_from_file, read_keys, write_keys
from app.site.models import Word
from tests import servers
from tests.conftest import ENVIRONMENT, KEYS, Headers
from tests.rows import NOON, a_comment, an_article
from tests.schema.rows import on_sqlite

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command says where the process logs to."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Run:
    """Run a command on the test's database: `run("token", "create", …)`; settings by name change the environment."""
    ours = ENVIRONMENT | {
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", ""),
        "INSTANCE": str(tmp_path),
    }

    def command(*words: str, **different: str | None) -> Result:
        with app.app_context():
            db.engine.dispose()
        return CliRunner().invoke(rejoinder, words, env=ours | different)

    return command


def told(result: Result) -> str:
    """What a command said that ended well."""
    assert result.exit_code == 0, (result.stdout, result.stderr, result.exception)
    return result.stdout


def refused(result: Result, *, code: int = 1) -> str:
    """What a command said that did not, in a sentence."""
    assert result.exit_code == code, (result.stdout, result.stderr, result.exception)
    assert "Traceback" not in result.output
    return result.stderr


# --- What there is


def test_every_command_says_the_same_of_itself_as_the_list_does() -> None:
    context = click.Context(rejoinder)
    found = {name: rejoinder.get_command(context, name) for name in COMMANDS}
    said = {name: command.get_short_help_str(200) for name, command in found.items() if command}
    listed = {name: short_help for name, (_, short_help) in COMMANDS.items()}
    assert said == listed


def test_the_list_of_commands_loads_no_feature() -> None:
    code = (
        "import json, sys\nfrom app.cli import rejoinder\nrejoinder(['--help'], standalone_mode=False)\n"
        "print(json.dumps(list(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "article" in done.stdout
    assert "app.cli" in done.stderr
    assert not {"app.accounts", "app.articles", "app.comments", "app.site", "granian"} & set(json.loads(done.stderr))


@on_sqlite
def test_a_command_that_is_none_ends_with_2(run: Run) -> None:
    assert "No such command 'nonsense'" in refused(run("nonsense"), code=2)


@on_sqlite
def test_wrong_settings_are_told_in_sentences(run: Run) -> None:
    said = refused(run("tick", PORT="none", TRASH_DAYS="0"))
    assert "PORT" in said
    assert "TRASH_DAYS" in said


@on_sqlite
def test_a_database_that_is_not_set_up_is_told_in_a_sentence(run: Run, tmp_path: Path) -> None:
    assert "rejoinder db upgrade" in refused(run("article", "list", DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3"))


# --- Setting up


@pytest.fixture
def fresh(database: str, tmp_path: Path) -> dict[str, str | None]:
    """A database without a table, and a data folder that is not there yet."""
    url = servers.new_database("fresh") if database == "postgresql" else None
    return {"INSTANCE": str(tmp_path / "instance"), "DATABASE_URL": url, "SECRET_KEYS": None}


@on_sqlite
def test_setup_makes_keys_for_their_owner_alone(run: Run, fresh: dict[str, str | None], tmp_path: Path) -> None:
    told(run("setup", "--no-demo", **fresh))
    assert (tmp_path / "instance" / "keys.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "instance").stat().st_mode & 0o777 == 0o700


def test_setup_tells_an_admin_s_password_and_token_once(run: Run, fresh: dict[str, str | None]) -> None:
    first = told(run("setup", "--no-demo", **fresh))
    assert first.count("password:") == 1
    assert first.count("rj_") == 1
    assert told(run("setup", "--no-demo", **fresh)) == ""


def test_setup_puts_in_a_demo_where_there_is_no_article(run: Run, fresh: dict[str, str | None]) -> None:
    assert f"5 demo articles and {len(demo_comments())} comments" in told(run("setup", **fresh))
    listed = told(run("article", "list", **fresh)).splitlines()
    assert len(listed) == 5
    assert all("\tpublished\t" in line for line in listed)
    assert "Every counter is right" in told(run("counters", "recount", "--check", **fresh))
    assert told(run("setup", **fresh)) == ""


def test_setup_makes_no_new_keys_for_data_that_has_old_ones(
    run: Run, fresh: dict[str, str | None], tmp_path: Path
) -> None:
    told(run("setup", "--no-demo", **fresh))
    (tmp_path / "instance" / "keys.json").unlink()
    for command in (["setup"], ["db", "upgrade"]):
        assert "put it back" in refused(run(*command, **fresh))
    assert not (tmp_path / "instance" / "keys.json").exists()


@on_sqlite
def test_setup_leaves_keys_that_are_there_alone(run: Run, fresh: dict[str, str | None], tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    write_keys(read_keys(KEYS), tmp_path / "instance" / "keys.json")
    told(run("setup", "--no-demo", **fresh))
    assert keys_from_file(tmp_path / "instance" / "keys.json") == read_keys(KEYS)


@on_sqlite
def test_setup_with_keys_of_the_environment_writes_none(run: Run, fresh: dict[str, str | None], tmp_path: Path) -> None:
    told(run("setup", "--no-demo", **fresh | {"SECRET_KEYS": KEYS}))
    assert not (tmp_path / "instance" / "keys.json").exists()


def test_db_upgrade_makes_a_fresh_database_and_its_keys(run: Run, fresh: dict[str, str | None], tmp_path: Path) -> None:
    assert "at version 0001" in told(run("db", "upgrade", **fresh))
    assert (tmp_path / "instance" / "keys.json").exists()
    assert "at version 0001" in told(run("db", "upgrade", **fresh))


# --- Staff


def log_in(app: Flask, login: str, password: str) -> TestResponse:
    return app.test_client().post("/api/v1/session", json={"login": login, "password": password})


@on_sqlite
def test_a_token_stands_alone_on_standard_output_and_opens_the_api(app: Flask, run: Run) -> None:
    printed = told(run("token", "create", "--role", "editor", "--name", "tour"))
    token = printed.strip()
    assert printed == f"{token}\n"
    me = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert me.get_json()["role"] == "editor"
    assert me.get_json()["name"] == "tour"


@on_sqlite
@pytest.mark.parametrize("options", [["--name", "x"], ["--role", "king", "--name", "x"], ["--role", "editor"]])
def test_a_token_needs_a_name_and_a_role_that_exists(run: Run, options: list[str]) -> None:
    refused(run("token", "create", *options), code=2)


@on_sqlite
def test_a_token_for_no_days_is_refused(run: Run) -> None:
    said = refused(run("token", "create", "--role", "editor", "--name", "x", "--expires-in-days", "0"))
    assert "expires_in_days" in said


@on_sqlite
def test_a_new_moderator_logs_in_with_the_printed_password(app: Flask, run: Run) -> None:
    added = run("moderator", "add", "Ada", "--email", "ada@example.org", "--role", "editor")
    printed = told(added)
    answer = log_in(app, "ada@example.org", printed.strip())
    assert printed == f"{printed.strip()}\n"
    assert (answer.status_code, answer.get_json()["role"]) == (200, "editor")
    assert answer.get_json()["account"]["password_change_due"]


@on_sqlite
def test_a_name_is_given_once(run: Run) -> None:
    told(run("moderator", "add", "Ada", "--email", "ada@example.org"))
    assert "name" in refused(run("moderator", "add", "ada", "--email", "other@example.org"))


@on_sqlite
def test_an_address_that_is_none_is_refused(run: Run) -> None:
    assert "email" in refused(run("moderator", "add", "Ada", "--email", "ada"))


@on_sqlite
def test_a_new_password_replaces_the_old_one(app: Flask, run: Run) -> None:
    old = told(run("moderator", "add", "Ada", "--email", "ada@example.org")).strip()
    new = told(run("moderator", "reset-password", "ada")).strip()
    assert log_in(app, "Ada", old).status_code == 401
    assert log_in(app, "Ada", new).status_code == 200


@on_sqlite
def test_nobody_has_no_password_to_reset(run: Run) -> None:
    assert "no account" in refused(run("moderator", "reset-password", "nobody"))


# --- Articles

PAGE = """---
title: Boats in winter
categories: [Sea]
---
They stay outside.

## Under snow

And nothing happens to them.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "boats.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def revisions(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Revision)) or 0


def test_an_imported_page_can_be_read(app: Flask, run: Run, page: Path) -> None:
    said = told(run("article", "import", str(page), "--publish"))
    assert "made a new article: boats-in-winter (published)" in said
    shown = app.test_client().get("/api/v1/articles/boats-in-winter").get_json()
    assert (shown["title"], shown["categories"]) == ("Boats in winter", ["Sea"])
    assert [section["heading"] for section in shown["sections"]] == ["Under snow"]


@on_sqlite
def test_an_imported_page_is_a_draft_unless_it_is_to_be_published(app: Flask, run: Run, page: Path) -> None:
    assert "(draft)" in told(run("article", "import", str(page)))
    assert app.test_client().get("/api/v1/articles/boats-in-winter").status_code == 404


@on_sqlite
def test_a_dry_run_says_what_it_found_and_stores_nothing(app: Flask, run: Run, page: Path) -> None:
    said = told(run("article", "import", str(page), "--dry-run"))
    assert "Under snow" in said
    assert "would make a new article" in said
    assert revisions(app) == 0


def test_the_same_file_twice_is_one_article_and_a_changed_one_a_revision(app: Flask, run: Run, page: Path) -> None:
    told(run("article", "import", str(page)))
    assert "changed nothing" in told(run("article", "import", str(page)))
    assert revisions(app) == 1
    page.write_text(PAGE.replace("nothing", "little"), encoding="utf-8")
    assert "would make a new revision" in told(run("article", "import", str(page), "--dry-run"))
    assert "made a new revision" in told(run("article", "import", str(page)))
    assert revisions(app) == 2


@on_sqlite
def test_categories_that_are_named_replace_those_found(app: Flask, run: Run, page: Path) -> None:
    told(run("article", "import", str(page), "--publish", "--category", "Ships", "--category", "Ice"))
    shown = app.test_client().get("/api/v1/articles/boats-in-winter").get_json()
    assert shown["categories"] == ["Ships", "Ice"]


@on_sqlite
def test_a_format_that_is_named_is_believed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("<h1>Boats</h1><p>They stay <b>outside</b> all winter long.</p>", encoding="utf-8")
    assert "html" in told(run("article", "import", str(path), "--dry-run", "--format", "html"))


@on_sqlite
def test_a_file_that_is_no_page_is_told_in_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("")
    assert "empty.md: the file is empty" in refused(run("article", "import", str(tmp_path / "empty.md")))


@on_sqlite
def test_a_file_that_is_not_there_is_a_wrong_use(run: Run, tmp_path: Path) -> None:
    refused(run("article", "import", str(tmp_path / "missing.md")), code=2)


# --- The demo, and what is invented


def test_the_demo_is_as_its_file_says(app: Flask, run: Run) -> None:
    told(run("demo"))
    expected = demo_comments()
    with app.app_context():
        stored = db.session.execute(select(Comment.author_name, Comment.source, Comment.status, Comment.depth)).all()
    statuses = {Outcome.APPROVED: Status.APPROVED, Outcome.PENDING: Status.PENDING, Outcome.SPAM: Status.SPAM}
    assert sorted((row.author_name, row.source, row.status) for row in stored) == sorted(
        (each.author_name, each.text, statuses[each.outcome]) for each in expected
    )
    assert max(row.depth for row in stored) == 5


@on_sqlite
def test_the_demo_lies_in_the_past_in_the_order_of_time(app: Flask, run: Run) -> None:
    told(run("demo"))
    with app.app_context():
        rows = db.session.execute(select(Comment.created_at, Article.published_at).join(Article)).all()
        moments = db.session.scalars(select(Comment.created_at).order_by(Comment.id)).all()
        newest = db.session.scalar(select(func.max(Article.published_at)))
    assert all(row.created_at > row.published_at for row in rows)
    assert list(moments) == sorted(moments)
    assert newest is not None
    assert newest < moments[-1]


@on_sqlite
def test_the_demo_comes_once(run: Run) -> None:
    told(run("demo"))
    assert "0 demo articles and 0 comments" in told(run("demo"))


def invented(app: Flask) -> list[Comment]:
    with app.app_context():
        return list(db.session.scalars(select(Comment).order_by(Comment.id)))


def test_invented_threads_keep_every_invariant(app: Flask, run: Run) -> None:
    assert "Invented 3 articles and 600 comments" in told(
        run("demo", "--articles", "3", "--comments", "600", "--seed", "7")
    )
    assert "Every counter is right" in told(run("counters", "recount", "--check"))
    by_id = {comment.id: comment for comment in invented(app)}
    assert len(by_id) == 600
    assert {comment.status for comment in by_id.values()} == set(Status)
    assert max(comment.depth for comment in by_id.values()) == 5
    assert any(comment.visible_below and comment.status == Status.TRASH for comment in by_id.values())
    for comment in by_id.values():
        assert comment.html == markup.render_comment(comment.source)
        if comment.parent_id is None:
            assert (comment.depth, comment.root_id, comment.in_reply_to) == (1, comment.id, None)
            continue
        parent, answered = by_id[comment.parent_id], by_id[comment.in_reply_to or 0]
        assert comment.depth == parent.depth + 1
        assert comment.root_id == parent.root_id
        assert comment.section_id == parent.section_id
        assert parent.article_id == answered.article_id == comment.article_id
        assert max(parent.created_at, answered.created_at) <= comment.created_at


@on_sqlite
def test_what_is_invented_is_read_as_any_thread(app: Flask, run: Run) -> None:
    told(run("demo", "--articles", "1", "--comments", "50"))
    client = app.test_client()
    slug = client.get("/api/v1/articles").get_json()["items"][0]["slug"]
    page = client.get(f"/api/v1/articles/{slug}/comments?view=flat&limit=100").get_json()
    assert page["total"] == len(page["items"]) > 30


def test_more_can_be_invented_later(app: Flask, run: Run) -> None:
    told(run("demo", "--comments", "20"))
    told(run("demo", "--articles", "2"))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Article)) == 12


# --- Counters


@pytest.fixture
def counted(app: Flask) -> tuple[int, int, int]:
    """An article with a section and a reply in it, as everything is counted: the ids of article, section and root."""
    with app.app_context():
        article = an_article()
        with transaction() as session:
            section = Section(article_id=article, anchor="a", heading="A", level=2, position=0, html="")
            session.add(section)
            session.flush()
            section_id = section.id
        root = a_comment(article, section_id=section_id)
        a_comment(article, parent_id=root, in_reply_to=root, root_id=root, depth=2, section_id=section_id)
        a_comment(article, status="trash", erased_at=NOON)
        with transaction() as session:
            # An erased comment is in no counter.
            session.execute(update(Discussion).values(trash=0))
            session.execute(update(Tally).where(Tally.status == "trash").values(count=0))
        return article, section_id, root


def test_right_counters_are_called_right(run: Run, counted: tuple[int, int, int]) -> None:
    assert told(run("counters", "recount", "--check")) == "Every counter is right.\n"


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE discussion SET approved = approved + 3", "discussion.approved of {article}: 3 too much"),
        ("UPDATE discussion SET pending = 1", "discussion.pending of {article}: 1 too much"),
        ("UPDATE section SET reply_count = 0", "section.reply_count of {section}: 2 too little"),
        ("UPDATE comment SET visible_below = 5 WHERE depth = 1 AND erased_at IS NULL",
         "comment.visible_below of {root}: 4 too much"),
        ("UPDATE tally SET count = 9 WHERE status = 'approved'", "tally.approved of {slot}: 7 too much"),
        ("DELETE FROM tally", "tally.approved of {slot}: 2 too little"),
    ],
)  # fmt: skip
def test_a_wrong_counter_is_named_and_put_right(
    app: Flask, run: Run, counted: tuple[int, int, int], tampering: str, said: str
) -> None:
    article, section, root = counted
    with app.app_context(), transaction() as session:
        session.execute(text(tampering))
    expected = said.format(article=article, section=section, root=root, slot=article % 16)

    checked = run("counters", "recount", "--check")
    assert checked.exit_code == 1
    assert checked.stdout == f"{expected}\n1 counters are wrong.\n"
    assert run("counters", "recount", "--check").exit_code == 1, "a check changes nothing"

    assert expected in told(run("counters", "recount"))
    assert told(run("counters", "recount", "--check")) == "Every counter is right.\n"


# --- Rendering again


def test_what_an_older_renderer_made_is_rendered_again(app: Flask, run: Run) -> None:
    with app.app_context():
        article = an_article()
        old = a_comment(article, source="*new*", html="<p>old</p>", renderer=0)
        same = a_comment(article, source="same", html=markup.render_comment("same"), renderer=0)
        current = a_comment(article, source="*kept*", html="<p>kept</p>", renderer=markup.RENDERER)
        erased = a_comment(article, source="", html="", renderer=0, status="trash", erased_at=NOON)
        version = db.session.scalar(select(Discussion.version))
    assert "Rendered 2 comments again; 1 look different" in told(run("comments", "rerender"))
    with app.app_context():
        rows = {row.id: row for row in db.session.scalars(select(Comment))}
        assert rows[old].html == markup.render_comment("*new*")
        assert (rows[old].version, rows[old].edited_at) == (1, None)
        assert {rows[each].renderer for each in (old, same, current)} == {markup.RENDERER}
        assert rows[current].html == "<p>kept</p>"
        assert rows[erased].renderer == 0
        assert db.session.scalar(select(Discussion.version)) == (version or 0) + 1
    assert "Rendered 0 comments again" in told(run("comments", "rerender"))


# --- Keys


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


# --- The rest


def test_tick_does_every_job_and_says_how_much(app: Flask, run: Run) -> None:
    with app.app_context():
        a_comment(an_article(), status="spam", created_at=NOON.replace(year=2020))
    said = dict(line.rsplit(": ", 1) for line in told(run("tick")).splitlines())
    assert said["empty the trash"] == "1"
    assert "publish what is due" in said


@on_sqlite
def test_the_configuration_is_shown_without_its_secrets(run: Run) -> None:
    said = told(
        run(
            "check-config",
            METRICS_TOKEN="a-secret-of-many-letters",
            DATABASE_URL="postgresql://user:hunter2@db.example/x",
            REDIS_URL="redis://:hunter2@redis.example",
        )
    )
    assert "hunter2" not in said
    assert "a-secret-of-many-letters" not in said
    assert KEYS not in said
    assert "postgresql://********@db.example/x (set; URL)" in said
    assert "All is well." in said


@on_sqlite
def test_all_that_is_wrong_with_the_configuration_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{}")
    (tmp_path / "keys.json").chmod(0o644)
    said = refused(run("check-config", SECRET_KEYS=None, PORT="x", TRASH_DAYS="0"))
    assert ["PORT" in said, "TRASH_DAYS" in said, "chmod 600" in said] == [True] * 3
    said = refused(run("check-config", SECRET_KEYS=None, WORKERS="2", METRICS_TOKEN="short"))
    assert ["REDIS_URL" in said, "METRICS_TOKEN" in said, "chmod 600" in said] == [True] * 3


@on_sqlite
def test_a_configuration_without_keys_yet_is_no_mistake(run: Run) -> None:
    assert "There are no secret keys yet" in told(run("check-config", SECRET_KEYS=None))


@on_sqlite
def test_the_contract_is_printed_without_keys_or_data(run: Run, tmp_path: Path) -> None:
    printed = told(run("openapi", SECRET_KEYS=None, DATABASE_URL=None, INSTANCE=str(tmp_path / "nowhere")))
    document = json.loads(printed)
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/settings" in document["paths"]
    assert not (tmp_path / "nowhere").exists()


@on_sqlite
@pytest.mark.parametrize("command", ["serve", "run"])
def test_a_port_that_is_taken_is_told_in_a_sentence(run: Run, command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert f"Cannot listen on http://127.0.0.1:{port}" in refused(run(command, "--port", port))


def test_a_pipe_that_closes_is_no_crash(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from app.cli import main; main()", "openapi"]
    # Unbuffered, Python loses what does not fit into the pipe, without a word.
    environment = {**os.environ, "INSTANCE": str(tmp_path), "PYTHONUNBUFFERED": ""}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        said = process.stderr.read()
    assert b"Traceback" not in said
    assert process.returncode == 1
