"""Does a request cost more when the store is larger, or when a page lies deep in a thread?"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bench.children import NotMeasured
from bench.client import Client
from bench.figures import ratios
from bench.names import GROWTH, Measured, Unit
from bench.rejoinder import API, SAMPLE, Server, approve
from bench.stand import Notebook, Record, Stand

COUNTED = 10  # articles whose counts are asked for together
QUEUED = 10  # comments of a page of the queue, as many as wait in the smallest store too
WARM_ROUNDS = 3
DEEP_AT = 0.9  # of the way through a thread

_fresh = itertools.count()


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks one server for one thing after the other, over connections that are kept."""

    server: Server
    staff: Client
    reader: Client
    slugs: Sequence[str]
    pages: Sequence[str]

    @classmethod
    def of(cls, server: Server) -> Asker:
        slugs = server.slugs(100)
        return cls(
            server, server.client(), server.reader(), slugs, [f"{API}/articles/{each}/comments" for each in slugs]
        )

    def round(self, number: int) -> dict[Measured, float]:
        """Seconds of each kind of request; what is posted is approved, so that the queue stays as long as it is."""
        path = self.pages[number % len(self.pages)]
        counted = "&".join(f"slug={self.slugs[(number + each) % len(self.slugs)]}" for each in range(COUNTED))
        thread = self.reader.get(f"{SAMPLE}?n=growth-{next(_fresh)}").seconds
        queue = self._queue()
        counts = self.reader.get(f"{API}/comments/counts?{counted}&n={next(_fresh)}").seconds
        reader = next(self.server.site.numbers)
        body = {
            "author_name": f"Rower {reader}",
            "author_email": f"rower-{reader}@example.org",
            "content": f"Stroke {reader}: the ebb took me past the outer mark before the bell had rung twice.",
        }
        posted = self.reader.post(path, body, self.server.site.reader())
        decided = approve(self.staff, int(posted.json["comment"]["id"]))
        return dict(zip(GROWTH, (thread, queue, counts, posted.seconds, decided), strict=True))

    def _queue(self) -> float:
        """Seconds. Raises NotMeasured where fewer wait than elsewhere: a shorter page would be a cheaper one."""
        page = self.staff.get(f"{API}/moderation/queue?limit={QUEUED}")
        if len(page.json["items"]) != QUEUED:
            raise NotMeasured(f"{len(page.json['items'])} comments wait, not {QUEUED}")
        return page.seconds


def measure_growth(stand: Stand, record: Record, servers: Sequence[Server]) -> None:
    """All sizes at once, asked in turn: what slows the machine down slows every size down."""
    askers = [Asker.of(server) for server in servers]
    rounds: list[list[dict[Measured, float]]] = [[] for _ in askers]
    for number in range(stand.plan.rounds + WARM_ROUNDS):
        for place, asker in enumerate(askers):
            rounds[place].append(asker.round(number))
    for server, found in zip(servers, rounds, strict=True):
        notes = Notebook(record, server.site.database, server.site.comments)
        for name in GROWTH:
            notes.write(name, Unit.MILLISECONDS, [each[name] * 1000 for each in found[WARM_ROUNDS:]])


def measure_deep_page(stand: Stand, notes: Notebook, server: Server) -> None:
    """The first page of one long thread and one deep in it, in turn."""
    client, slug = server.reader(), server.slugs(1)[0]
    path = f"{API}/articles/{slug}/comments"
    deep = _deep_cursor(client, path)
    pages: dict[Measured, Callable[[], str]] = {
        Measured.DEEP_FIRST: partial(_unasked, path, ""),
        Measured.DEEP_PAGE: partial(_unasked, path, f"&cursor={deep}"),
    }
    times = {name: list[float]() for name in pages}
    for _ in range(stand.plan.rounds):
        for name, url in pages.items():
            times[name].append(client.get(url()).seconds * 1000)
    total = client.get(path).json["total"]
    for name, values in times.items():
        notes.write(
            name,
            Unit.MILLISECONDS,
            values,
            f"{total:,} visible comments in it, {len(client.get(pages[name]()).body):,} bytes",
        )
    notes.write(Measured.DEEP_RATIO, Unit.RATIO, ratios(times[Measured.DEEP_PAGE], times[Measured.DEEP_FIRST]))


def _unasked(path: str, more: str) -> str:
    return f"{path}?n={next(_fresh)}{more}"


def _deep_cursor(client: Client, path: str) -> str:
    """The page that begins with a conversation far down, without leafing there."""
    first = int(client.get(f"{path}?view=flat&sort=oldest&limit=1").json["items"][0]["id"])
    last = int(client.get(f"{path}?view=flat&sort=newest&limit=1").json["items"][0]["id"])
    for comment_id in range(first + int(DEEP_AT * (last - first)), last):
        answer = client.ask("GET", f"{API}/comments/{comment_id}?sort=oldest")
        if answer.status == 200:
            return str(answer.json["place"]["cursor"])
    raise NotMeasured("no visible comment lies deep in the thread")
