"""Settings are read once, and an insecure one stops the start."""

import os
from pathlib import Path

import pytest

from app.config import BadConfig, read_config, settings


def test_every_setting_has_a_unit_and_a_meaning() -> None:
    assert all(setting.metadata["unit"] and setting.metadata["meaning"] for setting in settings())


def test_nothing_has_to_be_set() -> None:
    config = read_config({})
    assert (config.processes, config.port, config.instance) == (1, 8000, Path("instance"))
    assert config.database.startswith("sqlite:////")
    assert config.metrics_folder is None


def test_there_are_several_processes_where_they_can_count_the_limits_together() -> None:
    cores = len(os.sched_getaffinity(0))
    assert read_config({"REDIS_URL": "redis://r"}).processes == cores
    assert read_config({"REDIS_URL": "redis://r", "WORKERS": "7"}).processes == 7


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "x", "PORT"),
        ("PORT", "0", "1 or more"),
        ("WORKERS", "2", "REDIS_URL"),
        ("FLOOD_SECONDS", "-1", "0 or more"),
        ("TRUSTED_PROXIES", "nonsense", "TRUSTED_PROXIES"),
        ("CORS_ORIGINS", "*", "CORS_ORIGINS"),
        ("CORS_ORIGINS", "https://example.org/path", "no origin"),
        ("PUBLIC_URL", "example.org", "http"),
        ("PERMALINK_TEMPLATE", "/{slug}/{name}", "name"),
        ("LIMIT_LOGIN", "often", "LIMIT_LOGIN"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL"),
        ("DEFAULT_LANGUAGE", "english language", "tag"),
        ("METRICS_TOKEN", "short", "16"),
        ("DATABASE_URL", "mysql://x", "postgresql"),
        ("LISTEN_URL", "sqlite:///x.sqlite3", "LISTEN_URL: must be a URL such as postgresql://"),
        ("LISTEN_URL", "redis://r", "LISTEN_URL: must be a URL such as postgresql://"),
        ("LISTEN_URL", "postgresql://one:5432,two:5432/d", "LISTEN_URL: must be a URL such as postgresql://"),
        ("LISTEN_URL", "postgresql:h", "LISTEN_URL: must be a URL such as postgresql://"),
        ("LISTEN_URL", "postgresql://u@h/d", "LISTEN_URL: SQLite"),
    ],
)
def test_a_wrong_or_unsafe_setting_is_named(name: str, value: str, said: str) -> None:
    with pytest.raises(BadConfig, match=said):
        read_config({name: value})


def test_changes_of_sqlite_are_not_listened_to_in_postgresql() -> None:
    with pytest.raises(BadConfig, match="LISTEN_URL: SQLite"):
        read_config({"DATABASE_URL": "sqlite:///x.sqlite3", "LISTEN_URL": "postgresql://u@h/d"})


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_changes_of_postgresql_may_be_listened_to_by_a_way_of_their_own(url: str) -> None:
    assert read_config({"DATABASE_URL": "postgresql://u@pool/d", "LISTEN_URL": url}).listen_url == url


def test_every_wrong_setting_is_named_at_once() -> None:
    with pytest.raises(BadConfig) as refused:
        read_config({"PORT": "x", "WORKERS": "y", "LOG_LEVEL": "z"})
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()] == ["PORT", "WORKERS", "LOG_LEVEL"]


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_postgresql_may_be_written_as_people_do(url: str) -> None:
    assert read_config({"DATABASE_URL": url}).database == "postgresql+psycopg://u@h/d"


def test_several_processes_share_their_counts_and_figures() -> None:
    config = read_config({"WORKERS": "2", "REDIS_URL": "redis://127.0.0.1"})
    assert config.metrics_folder == Path("instance/metrics")
