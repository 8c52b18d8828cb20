"""What do some runs of the same thing say together?"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.names import Measured, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing that was measured, once or a few times."""

    name: Measured
    unit: Unit
    values: tuple[float, ...]
    database: str | None = None
    comments: int | None = None  # in the store
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """From the least to the most, as a part of the median."""
        return (max(self.values) - min(self.values)) / self.median if self.median else 0.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"median": self.median, "spread": round(self.spread, 4)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Figure:
        return cls(
            name=Measured(stored["name"]),
            unit=Unit(stored["unit"]),
            values=tuple(stored["values"]),
            database=stored["database"],
            comments=stored["comments"],
            note=stored["note"],
        )


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, ...]:
    """Pair by pair in time, so that a machine that slows down slows both down."""
    return tuple(mine / other for mine, other in zip(ours, theirs, strict=True) if other)


def percentile(values: Iterable[float], part: float) -> float:
    """The value that this part (0 to 1) of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def find(figures: Iterable[Figure], name: Measured, database: str | None = None) -> list[Figure]:
    """The figures of this name, by size; of one database, or of every one."""
    wanted = [each for each in figures if each.name is name and database in (None, each.database)]
    return sorted(wanted, key=lambda each: each.comments or 0)


def growth_ratio(figures: Sequence[Figure]) -> float | None:
    """The dearest of the larger sizes against the smallest; None where there is one size only.

    One round asks every size in turn, so the ratio is the median of ratios round by round.
    """
    if len(figures) < 2:
        return None
    smallest, *larger = figures
    return max(statistics.median(ratios(each.values, smallest.values)) for each in larger)
