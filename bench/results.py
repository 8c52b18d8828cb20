"""How is a run kept, so that tables and charts can be drawn of it later?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.figures import Figure

FORMAT = 1
RUN, TABLE, CHART, PROFILES = "run.json", "README.md", "chart.svg", "profiles.md"
TEXT = "where-the-time-goes.md"  # written by hand, from the profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A run: when, where, with what, and every figure of it."""

    day: str
    quick: bool
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    plan: Mapping[str, Any]
    settings: Sequence[Mapping[str, str]]  # name, value, why
    figures: Sequence[Figure]
    missing: Sequence[str] = field(default=())

    @property
    def databases(self) -> list[str]:
        return list(self.plan["databases"])


def save(results: Results, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    names = ("day", "quick", "machine", "versions", "plan", "settings", "missing")
    kept = {"format": FORMAT} | {name: getattr(results, name) for name in names}
    head = json.dumps(kept, ensure_ascii=False, indent=1).rstrip("\n}")
    # A line a figure: readable, and a difference shows what changed.
    figures = ",\n".join(f"  {json.dumps(figure.as_json(), ensure_ascii=False)}" for figure in results.figures)
    (folder / RUN).write_text(f'{head},\n "figures": [\n{figures}\n ]\n}}\n')


def load(folder: Path) -> Results:
    kept = json.loads((folder / RUN).read_text())
    figures = [Figure.from_json(each) for each in kept["figures"]]
    names = ("day", "quick", "machine", "versions", "plan", "settings", "missing")
    return Results(**{name: kept[name] for name in names}, figures=figures)
