"""What does a fresh Rejoinder get from `setup`, and what is left alone?"""

from pathlib import Path

import pytest

from app.demo.content import demo_comments
from app.ground.sealing import keys_from_file, read_keys, write_keys
from tests import servers
from tests.commanding import Run, refused, told
from tests.conftest import KEYS
from tests.schema.rows import on_sqlite

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


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
    newest = max(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))
    assert f"at version {newest}" in told(run("db", "upgrade", **fresh))
    assert (tmp_path / "instance" / "keys.json").exists()
    assert f"at version {newest}" in told(run("db", "upgrade", **fresh))
