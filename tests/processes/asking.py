"""How does a test ask a real server, alone or many at once?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Barrier
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

Made = TypeVar("Made")
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; a header's name is in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 (JSON may be anything)
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(base: str, method: str, path: str, *, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
    """One request on a connection of its own. Raises OSError or HTTPException where no whole answer comes."""
    sent = {"Connection": "close", **(headers or {})}
    data = None if body is None else json.dumps(body).encode()
    if data is not None:
        sent["Content-Type"] = "application/json"
    place = urlsplit(base)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE_SECONDS)
    try:
        connection.request(method, quote(path, safe="/?&=%"), body=data, headers=sent)
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    told = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(status=answer.status, headers=told, body=content)


def at_once(calls: Sequence[Callable[[], Made]]) -> list[Made]:
    """Make all these calls at the same moment, each in a thread; their results in order."""
    start = Barrier(len(calls))

    def wait_and(call: Callable[[], Made]) -> Made:
        start.wait(PATIENCE_SECONDS)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(wait_and, calls))
