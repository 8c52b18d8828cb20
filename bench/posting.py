"""How do readers post at moments that are planned, however long the answers take?"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException

from bench import sample
from bench.client import Client
from bench.figures import percentile
from bench.rejoinder import Server

HANDS = 16  # posts under way at most; who waits for a hand is late, and that counts


@dataclass(slots=True)
class Posted:
    """What became of the posts of so many seconds; `waits` are seconds from the planned moment to the answer."""

    statuses: list[int] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def acknowledged(self) -> float:
        """A second."""
        return sum(1 for status in self.statuses if status in (201, 202)) / self.seconds

    @property
    def p99(self) -> float:
        """In milliseconds."""
        return percentile(self.waits, 0.99) * 1000 if self.waits else 0.0


@contextmanager
def posting(server: Server, paths: Sequence[str], *, per_second: int) -> Iterator[Posted]:
    """So many posts a second while the block runs, each by a reader of its own."""
    posted, is_over, planned = Posted(), threading.Event(), itertools.count()
    begin = time.monotonic()

    def post_some() -> None:
        client = Client(server.base)
        while True:
            number = next(planned)
            moment = begin + number / per_second
            if is_over.wait(max(0.0, moment - time.monotonic())):
                return
            status = _post(client, server, paths[number % len(paths)])
            posted.statuses.append(status)
            posted.waits.append(time.monotonic() - moment)

    hands = [threading.Thread(target=post_some) for _ in range(HANDS)]
    for hand in hands:
        hand.start()
    try:
        yield posted
    finally:
        is_over.set()
        for hand in hands:
            hand.join()
        posted.seconds = time.monotonic() - begin


def _post(client: Client, server: Server, path: str) -> int:
    number = next(server.site.numbers)
    body = {
        "author_name": f"Walker {number}",
        "author_email": f"walker-{number}@example.org",
        "content": f"From the mole I counted {number} waves, " + json.dumps(list(range(number % 7, 40))),
    }
    try:
        return client.ask("POST", path, body, sample.forwarded(number)).status
    except (OSError, HTTPException):
        client.connection.close()
        return 0
