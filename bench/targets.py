"""Which targets are met, by which figure?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench import elsewhere
from bench.figures import Figure, find, growth_ratio
from bench.names import GROWTH, Measured
from bench.plan import DATABASES


@dataclass(frozen=True, slots=True)
class Target:
    """At least, or at most, so much of a figure's median (in the target's own measure: `scale` of it)."""

    sentence: str
    name: Measured
    least: float | None = None
    most: float | None = None
    scale: float = 1.0

    def is_met_by(self, value: float) -> bool:
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    @property
    def bound(self) -> str:
        least = "" if self.least is None else f"≥ {self.least:,g}"
        most = "" if self.most is None else f"≤ {self.most:,g}"
        return ", ".join(each for each in (least, most) if each)


@dataclass(frozen=True, slots=True)
class Verdict:
    target: Target
    database: str
    value: float | None  # None: not measured

    @property
    def is_met(self) -> bool:
        return self.value is not None and self.target.is_met_by(self.value)


def _times(other: elsewhere.Elsewhere) -> float:
    """From a ratio to nginx in this run to a multiple of what another system reached, by its ratio on its day."""
    return 1 / other.to_nginx


TARGETS = (
    Target("thread page from ready bytes, to nginx", Measured.READY_TO_NGINX, least=0.40),
    Target("thread page known already (304), to nginx", Measured.KNOWN_TO_NGINX, least=0.55),
    Target("different pages by Zipf's law, one approve a second, to nginx", Measured.ZIPF_TO_NGINX, least=0.30),
    Target("first, uncached reads of 100 comments a second", Measured.FRESH, least=600),
    Target("times Isso's thread page", Measured.READY_TO_ISSO, least=500),
    Target("times WordPress' thread page (not run here: by both ratios to nginx)", Measured.READY_TO_NGINX, least=500,
           scale=_times(elsewhere.WORDPRESS)),
    Target("times Remark42's with its cache enlarged (not run here: by both ratios to nginx)",
           Measured.READY_TO_NGINX, least=2, scale=_times(elsewhere.REMARK42)),
    Target("comments accepted a second, held", Measured.POSTS, least=450),
    Target("p99 of held comments in ms", Measured.POSTS_P99, most=60),
    Target("times Isso's comments a second, held", Measured.POSTS_TO_ISSO, least=1.8),
    Target("stored but not acknowledged, held", Measured.POSTS_SURPLUS, least=0, most=8),
    Target("comments accepted a second, shown at once", Measured.SHOWN_POSTS, least=450),
    Target("p99 of comments shown at once in ms", Measured.SHOWN_POSTS_P99, most=60),
    Target("times Isso's comments a second, shown at once", Measured.SHOWN_POSTS_TO_ISSO, least=1.8),
    Target("stored but not acknowledged, shown at once", Measured.SHOWN_POSTS_SURPLUS, least=0, most=8),
    Target("readers beside 100 held posts a second, to without", Measured.READERS_RATIO, least=0.7),
    Target("readers beside 100 posts a second shown at once, to without", Measured.READERS_SHOWN_RATIO, least=0.7),
    *(Target(f"{name}, in the dearest larger store to the smallest", name, most=1.2) for name in GROWTH),
    Target("a page deep in a long thread, to its first", Measured.DEEP_RATIO, most=1.2),
    Target("MB of the largest process at rest", Measured.REST_RSS, most=120),
    Target("its memory after a second crawl, to after the first", Measured.CRAWL_RATIO, most=1.1),
    Target("seconds from start to first answer", Measured.START, most=1.5),
    Target("comments a second by the bulk loader", Measured.LOADER, least=10_000),
    Target("comments a second by the bulk loader, with the articles", Measured.LOADER_WITH_ARTICLES, least=10_000),
)  # fmt: skip


def verdicts(figures: Sequence[Figure], databases: Iterable[str] = DATABASES) -> Iterator[Verdict]:
    for target in TARGETS:
        for database in databases:
            value = _value(find(figures, target.name, database), target)
            yield Verdict(target, database, value)


def _value(found: Sequence[Figure], target: Target) -> float | None:
    """Of several sizes the largest; of what grows, the growth."""
    if not found:
        return None
    if target.name in GROWTH:
        return growth_ratio(found)
    if target.least is not None and target.most is not None:  # bounds on every single run
        values = [value for figure in found for value in figure.values]
        outside = [value for value in values if not target.is_met_by(value)]
        return (outside or [max(values)])[0]
    return found[-1].median * target.scale
