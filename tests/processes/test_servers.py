"""Are the servers that the tests stand on real, apart for every worker, and gone when the run is?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, text

from tests import servers

ROOT = Path(__file__).parents[2]


def _rows(url: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(text(statement))
        rows = [tuple(row) for row in result] if result.returns_rows else []
    engine.dispose()
    return rows


def test_postgresql_answers() -> None:
    assert _rows(servers.new_database("answers"), "SELECT 1") == [(1,)]


def test_redis_answers() -> None:
    with redis.Redis.from_url(servers.redis_database()) as client:
        assert client.ping()


def test_a_database_is_copied_from_a_template_that_is_built_once() -> None:
    built: list[str] = []

    def build(url: str) -> None:
        built.append(url)
        _rows(url, "CREATE TABLE kept (word text)")
        _rows(url, "INSERT INTO kept VALUES ('once')")

    for name in ("first", "second"):
        template = servers.template_database("trial", build)
        copy = servers.new_database(name, template=template)
        assert _rows(copy, "SELECT word FROM kept") == [("once",)]
        _rows(copy, "DELETE FROM kept")

    assert len(built) <= 1  # another worker may have built it


def test_a_dropped_database_is_gone() -> None:
    dropped = servers.new_database("dropped")
    servers.drop_database(dropped)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(dropped.replace("+psycopg", ""))


def test_a_database_of_somebody_else_is_never_dropped() -> None:
    with pytest.raises(ValueError, match="no database of this run"):
        servers.drop_database(servers.postgres().url)


def test_lower_case_knows_letters_beyond_ascii() -> None:
    assert _rows(servers.new_database("letters"), "SELECT lower('ÉÄ')") == [("éä",)]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_a_killed_run_leaves_no_server_and_no_folder_behind(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("from tests import servers\npytest_configure = servers.begin\n")
    (tmp_path / "test_killed.py").write_text(
        "import time\n"
        "from tests import servers\n"
        "def test_waits():\n"
        "    servers.postgres(), servers.redis()\n"
        "    print('FOLDER', servers._folder(), flush=True)\n"
        "    time.sleep(600)\n"
    )
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("TEST_", "PYTEST_", "COV"))
    }
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-s", "-c", os.devnull, "--rootdir", str(tmp_path), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    assert run.stdout
    folder = next(line.split("FOLDER ")[1].strip() for line in run.stdout if "FOLDER" in line)
    assert _processes_in(folder)

    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()

    end = time.monotonic() + 20
    while (_processes_in(folder) or Path(folder).exists()) and time.monotonic() < end:
        time.sleep(0.1)
    assert not _processes_in(folder)
    assert not Path(folder).exists()


def _processes_in(folder: str) -> list[str]:
    """The commands that name the folder among their arguments."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = each.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it has just ended
        if folder in command:
            found.append(command)
    return found
