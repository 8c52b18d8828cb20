"""How is one thing measured against another on a machine whose speed drifts? In turn, and pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bench.figures import Figure, ratios
from bench.names import Measured, Unit
from bench.stand import Notebook
from bench.wrk import Load

FULL = 0.9  # of a core

Runs = dict[Measured, list[Load]]


def in_turn(repeats: int, turns: Mapping[Measured, Callable[[], Load]]) -> Runs:
    """Each once, then each once more."""
    runs: Runs = {name: [] for name in turns}
    for _ in range(repeats):
        for name, run in turns.items():
            runs[name].append(run())
    return runs


def write_rates(notes: Notebook, runs: Runs, note: str = "") -> None:
    for name, loads in runs.items():
        notes.write(name, Unit.PER_SECOND, rates(loads), remarks(loads, note))


def write_p99(notes: Notebook, name: Measured, loads: Sequence[Load], note: str = "") -> None:
    notes.write(name, Unit.MILLISECONDS, [load.p99 for load in loads], note)


def write_ratio(notes: Notebook, name: Measured, runs: Runs, ours: Measured, theirs: Measured) -> Figure | None:
    """Nothing where one of the two was not measured."""
    if not (runs.get(ours) and runs.get(theirs)):
        return None
    return notes.write(name, Unit.RATIO, ratios(rates(runs[ours]), rates(runs[theirs])))


def rates(loads: Sequence[Load]) -> list[float]:
    return [load.rate for load in loads]


def remarks(loads: Sequence[Load], note: str) -> str:
    """The note, with what makes the figure less sure."""
    told = [note, *(load.remark for load in loads)]
    if max((load.share for load in loads), default=0.0) > FULL:
        told.append("wrk's own core was full")
    return "; ".join(dict.fromkeys(each for each in told if each))
