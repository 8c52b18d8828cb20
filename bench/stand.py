"""What does every measurement stand on, and where does it write down what it found?"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from subprocess import SubprocessError

import click

from bench.children import NotMeasured
from bench.figures import Figure
from bench.machine import ROOT, Cores
from bench.names import Measured, Unit
from bench.plan import Plan
from bench.wrk import Wrk


@dataclass(slots=True)
class Record:
    """What was found so far; `keep` is called after every chapter, so that a broken run loses one at most."""

    figures: list[Figure] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    keep: Callable[[], None] = lambda: None

    @contextmanager
    def chapter(self, title: str) -> Iterator[None]:
        """What goes wrong in a chapter is written down, and the next one begins."""
        click.echo(f"\n{title}")
        try:
            yield
        except (NotMeasured, OSError, HTTPException, SubprocessError, KeyError, ValueError) as error:
            self.lack(f"{title}: {str(error) or type(error).__name__}")
        self.keep()

    def lack(self, what: str) -> None:
        self.missing.append(without_places(what.splitlines()[0]))
        click.echo(f"  NOT MEASURED: {what}", err=True)


def without_places(told: str) -> str:
    """What is kept names no folder of this machine."""
    for place in (ROOT, sys.prefix, tempfile.gettempdir(), Path.home()):
        told = told.replace(str(place), "…")
    return told


@dataclass(frozen=True, slots=True)
class Notebook:
    """Writes figures down for one store."""

    record: Record
    database: str
    comments: int

    def write(self, name: Measured, unit: Unit, values: Iterable[float], note: str = "") -> Figure | None:
        """Nothing is written of nothing."""
        kept = tuple(round(value, 4) for value in values)
        if not kept:
            return None
        figure = Figure(name=name, unit=unit, values=kept, database=self.database, comments=self.comments, note=note)
        self.record.figures.append(figure)
        spread = f"(spread {figure.spread:.0%}) " if len(kept) > 1 else ""
        click.echo(f"  {name}: {figure.median:,.4g} {unit} {spread}{note}".rstrip())
        return figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    plan: Plan
    cores: Cores
    wrk: Wrk
    folder: Path
    record: Record
    has: frozenset[str]  # which of wrk, nginx and Isso are there
