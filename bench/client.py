"""How does the benchmark itself ask a server, one request after the other?"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bench.children import Child, NotMeasured

WAIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:  # noqa: ANN401 (JSON may be anything)
        return json.loads(self.body)


class Client:
    """A connection that is kept, and made again where the server closed it."""

    def __init__(self, base: str, token: str | None = None) -> None:
        self.address = urlsplit(base).netloc
        self.token = token
        self.connection = http.client.HTTPConnection(self.address, timeout=WAIT_SECONDS)

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent |= {"Content-Type": "application/json"} if body is not None else {}
        data = json.dumps(body).encode() if body is not None else None
        begin = time.perf_counter()
        self.connection.request(method, path, data, {**sent, **(headers or {})})
        response = self.connection.getresponse()
        text = response.read()
        seconds = time.perf_counter() - begin
        if response.will_close:
            self.connection.close()
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, text, seconds)

    def get(self, path: str) -> Answer:
        """Raises NotMeasured where the answer is no 200."""
        return self._good(self.ask("GET", path), path)

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> Answer:
        return self._good(self.ask("POST", path, body, headers), path)

    def _good(self, answer: Answer, path: str) -> Answer:
        if answer.status >= 300:
            raise NotMeasured(f"{path} answered {answer.status}: {answer.body[:300]!r}")
        return answer


def wait_until_answered(base: str, path: str, child: Child) -> Answer:
    """The first good answer. Raises NotMeasured with the server's last words."""
    end = time.monotonic() + WAIT_SECONDS
    while child.process.poll() is None and time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            answer = Client(base).ask("GET", path)
            if answer.status < 500:
                return answer
        time.sleep(0.005)
    raise NotMeasured(f"{path} was not answered. The server's last words:\n{child.words()}")
