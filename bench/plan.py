"""How much is measured, and for how long?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DATABASES = ("SQLite", "PostgreSQL")
THREAD = 100  # comments of an invented article
MOST_FOR_LOAD = 100_000  # the largest store that wrk's runs use; growth looks at the larger ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    sizes: tuple[int, ...] = (3_000, 100_000, 1_000_000)
    databases: tuple[str, ...] = DATABASES
    seconds: int = 10  # of one run of wrk
    slow_seconds: int = 20  # of one run against a peer that answers a few requests a second
    repeats: int = 3
    rounds: int = 60  # of single requests, each round asking every size
    crawl: int = 10_000  # different pages
    deep: int = 100_000  # comments of one thread
    starts: int = 3
    zipf: int = 1_000  # different pages
    isso_comments: int = 3_000
    connections: int = 16
    post_connections: int = 8
    posts_per_second: int = 100  # of the open loop
    beside_shown: bool = True  # whether readers are measured beside posts that are shown at once, too
    quick: bool = False

    @property
    def load_size(self) -> int:
        """The store that wrk's runs use."""
        fitting = [size for size in self.sizes if size <= MOST_FOR_LOAD]
        return max(fitting) if fitting else min(self.sizes)


QUICK = Plan(
    sizes=(3_000, 10_000),
    seconds=1,
    repeats=2,
    slow_seconds=2,
    rounds=15,
    crawl=500,
    deep=5_000,
    starts=1,
    isso_comments=200,
    beside_shown=False,
    quick=True,
)


def sizes_of(typed: str) -> tuple[int, ...]:
    """Sizes as people type them: `3000 100,000 1_000_000`."""
    return tuple(sorted({int(each.replace(",", "").replace("_", "")) for each in typed.split()}))


def databases_of(typed: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in DATABASES if name.lower() in {each.lower() for each in typed})
