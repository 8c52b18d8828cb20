"""Does the API keep its contract whatever is sent?"""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events
from schemathesis.transport.wsgi import WSGI_TRANSPORT

from tests.conftest import Headers

CONFIGURATION = Path(__file__).parents[2] / "schemathesis.toml"
# A property under the same profile is tried this many times as often, but there is one of it and many routes.
LESS_OFTEN = 20
NETWORK_OPTIONS = ("max_redirects", "verify", "cert", "proxies")


@pytest.fixture
def furnished(client: FlaskClient, slug: str, reply: Callable[..., Any], as_admin: Headers) -> None:
    """An article, comments of every status, a word, operations: what the dictionaries of the configuration name."""
    for number, act in enumerate(("approve", "approve", "spam", "hold"), 1):
        comment = reply(content=f"Thought {number}").json["comment"]
        client.post(f"/api/v1/moderation/comments/{comment['id']}/{act}", headers=as_admin | {"If-Match": "*"}, json={})
    client.post("/api/v1/moderation/words", headers=as_admin, json={"kind": "moderation", "pattern": "casino"})


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the probes without credentials through: they bring options that only a network understands."""
    send = WSGI_TRANSPORT.send

    def without_network_options(case: Any, **options: Any) -> Any:  # noqa: ANN401 (schemathesis' own)
        if options.get("session") is None:
            options = {name: value for name, value in options.items() if name not in NETWORK_OPTIONS}
        return send(case, **options)

    monkeypatch.setattr(WSGI_TRANSPORT, "send", without_network_options)


def told(phase: str, app: Flask, headers: Headers) -> Iterator[str]:
    """What one phase of schemathesis finds, each finding once, with the request that shows it."""
    profile = hypothesis.settings()
    configuration = SchemathesisConfig.from_path(CONFIGURATION)
    if not profile.derandomize:
        configuration.update(seed=random.getrandbits(64), max_failures=None)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=configuration)
    # Inside the process nothing unpacks what is compressed.
    schema.config.headers = {"Accept-Encoding": "identity"} | headers
    schema.config.phases.update(phases=[phase])
    schema.config.generation.update(max_examples=max(1, profile.max_examples // LESS_OFTEN))
    requests = 0
    for event in engine.from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            requests += len(event.recorder.interactions)
            yield from findings(event)
        elif isinstance(event, events.NonFatalError):
            yield f"{event.label}: {event.value!r}"
        elif isinstance(event, events.FatalError):
            raise event.exception
    if requests == 0:
        yield "not one request was sent"


def findings(event: events.ScenarioFinished) -> Iterator[str]:
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                yield f"{failure.operation}: {failure.title}: {failure.message}\n{check.failure_info.code_sample}"


@pytest.mark.fuzz
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("phase", ["coverage", "fuzzing", "stateful"])
def test_an_admin_gets_what_the_contract_says(
    phase: str, app: Flask, furnished: None, in_process: None, as_admin: Headers
) -> None:
    assert list(told(phase, app, as_admin)) == []


@pytest.mark.fuzz
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_guest_gets_what_the_contract_says(app: Flask, furnished: None, in_process: None) -> None:
    assert list(told("fuzzing", app, {})) == []
