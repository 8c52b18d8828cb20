"""Where do the marks of a chart stand?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from typing import Any

COLUMN, BAR = 10, 8  # how wide a day is, and what is drawn of it
MARGIN = (COLUMN - BAR) // 2
HEIGHT = 100
_STEPS = (2, 4, 10)

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
# Lengths of time differ so much that only their orders of magnitude fit on one axis.
TICKS = (
    (60, "1 minute"),
    (3_600, "1 hour"),
    (86_400, "1 day"),
    (7 * 86_400, "1 week"),
    (30 * 86_400, "1 month"),
    (365 * 86_400, "1 year"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a column, with its upper edge; `y` grows downwards as SVG has it."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    day: date
    x: int
    counts: Mapping[str, int]
    segments: Sequence[Segment]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysChart:
    """`top` is what the upper edge stands for."""

    columns: Sequence[Column]
    top: int

    @property
    def width(self) -> int:
        return COLUMN * len(self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A length of time as a mark on the axis; `x` in hundredths of its length, None where there is none."""

    name: str
    seconds: float | None
    x: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsChart:
    waits: Sequence[Wait]
    ticks: Sequence[tuple[float, str]]


def days_chart(counted: Sequence[Mapping[str, Any]], *, kinds: Sequence[str], first: date, last: date) -> DaysChart:
    """A column for every day from first to last, also for those on which nothing came; the first kind stands lowest."""
    known = {each["day"]: each for each in counted}
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    rows = [{kind: int(known.get(day.isoformat(), {}).get(kind, 0)) for kind in kinds} for day in days]
    top = nice_top(max((sum(row.values()) for row in rows), default=0))
    columns = [
        Column(day=day, x=COLUMN * number, counts=row, segments=_stacked(row, top))
        for number, (day, row) in enumerate(zip(days, rows, strict=True))
    ]
    return DaysChart(columns=columns, top=top)


def nice_top(most: int) -> int:
    """The round even number at or above, so that the middle of the axis is a whole number too."""
    size = 1
    while True:
        for step in _STEPS:
            if most <= step * size:
                return step * size
        size *= 10


def _stacked(counts: Mapping[str, int], top: int) -> list[Segment]:
    segments, below = [], 0
    for kind, count in counts.items():
        if count:
            below += count
            y, height = HEIGHT * (1 - below / top), HEIGHT * count / top
            segments.append(Segment(kind=kind, y=round(y, 3), height=round(height, 3)))
    return segments


def waits_chart(waits: Sequence[tuple[str, float | None]]) -> WaitsChart:
    """Lengths of time on an axis from a minute to the first tick behind the longest, by orders of magnitude."""
    longest = max((seconds for _, seconds in waits if seconds is not None), default=0)
    end = next((place for place, (seconds, _) in enumerate(TICKS) if place and longest <= seconds), len(TICKS) - 1)
    shown = TICKS[: end + 1]
    furthest = shown[-1][0]
    marks = [Wait(name=name, seconds=seconds, x=_place(seconds, furthest)) for name, seconds in waits]
    return WaitsChart(waits=marks, ticks=[(_on_axis(seconds, furthest), name) for seconds, name in shown])


def _place(seconds: float | None, furthest: float) -> float | None:
    return None if seconds is None else _on_axis(seconds, furthest)


def _on_axis(seconds: float, furthest: float) -> float:
    nearest = TICKS[0][0]
    share = log(max(seconds, nearest) / nearest) / log(furthest / nearest)
    return round(100 * min(share, 1), 2)


def shares(counts: Sequence[int]) -> list[float]:
    """Each count in hundredths of the largest."""
    most = max(counts, default=0) or 1
    return [round(100 * count / most, 2) for count in counts]


def spoken(seconds: float) -> str:
    """A length of time in its two largest units, such as `2 days 4 hours`."""
    left, words = max(0, round(seconds)), []
    for name, size in _UNITS:
        number, left = divmod(left, size)
        if number:
            words.append(f"{number} {name}{'' if number == 1 else 's'}")
        elif words:
            break
    return " ".join(words[:2]) or "0 seconds"
