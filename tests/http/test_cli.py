"""Which commands are there, and how do they end?"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.cli import COMMANDS, rejoinder
from tests.commanding import Run, refused, told
from tests.conftest import KEYS
from tests.rows import NOON, a_comment, an_article
from tests.schema.rows import on_sqlite

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
