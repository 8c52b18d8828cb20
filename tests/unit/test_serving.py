"""Does the server say where and how it stands, and does a process begin as it should?"""

import pickle
import socket

import pytest
from flask import Flask

from app import create_app
from app.config import read_config
from app.serving import CannotListen, Loader, serve, url_of, why_so_many

MADE_ELSEWHERE = Flask("never served")


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"HOST": "0.0.0.0", "PORT": "80"}, "http://0.0.0.0:80"),  # noqa: S104 (nothing is bound)
        ({"HOST": "::1"}, "http://[::1]:8000"),
    ],
)
def test_the_address_is_told_as_it_is_typed(environment: dict[str, str], url: str) -> None:
    assert url_of(read_config(environment)) == url


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "1 process: without REDIS_URL"),
        ({"REDIS_URL": "redis://r", "WORKERS": "1"}, "1 process, as WORKERS says"),
        ({"REDIS_URL": "redis://r", "WORKERS": "3"}, "3 processes, as WORKERS says"),
    ],
)
def test_the_number_of_processes_is_told_with_its_reason(environment: dict[str, str], told: str) -> None:
    assert why_so_many(read_config(environment)).startswith(told)


def test_one_process_a_core_is_told_with_its_reason() -> None:
    assert "one a core: REDIS_URL is set" in why_so_many(read_config({"REDIS_URL": "redis://r"}))


def test_a_process_that_starts_from_nothing_makes_its_own_application() -> None:
    config = read_config({"INSTANCE": "elsewhere"})
    here = Loader(config, create_app, MADE_ELSEWHERE)
    there = pickle.loads(pickle.dumps(here))  # noqa: S301 (our own)
    assert (there.config, there.make_app, there.app) == (config, create_app, None)


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_cannot_be_had_is_told_before_anything_begins(host: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        config = read_config({"HOST": host, "PORT": str(other.getsockname()[1])})
        with pytest.raises(CannotListen, match="Cannot listen on http://"):
            serve(config, create_app, MADE_ELSEWHERE)
