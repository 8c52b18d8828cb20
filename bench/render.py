"""How do the table and the chart come from a run that is kept? `python -m bench.render [FOLDER]`."""

from __future__ import annotations

from pathlib import Path

import click

from bench.chart import chart_of
from bench.machine import ROOT
from bench.results import CHART, PROFILES, TABLE, TEXT, load
from bench.table import page_of

KEPT = ROOT / "bench" / "results"


def render(folder: Path) -> None:
    results = load(folder)
    beside = [name for name in (TEXT, PROFILES) if (folder / name).exists()]
    (folder / TABLE).write_text(page_of(results, beside=beside))
    (folder / CHART).write_text(chart_of(results))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True), default=KEPT)
def main(folder: Path) -> None:
    """Write the table and the chart of the run in FOLDER."""
    render(folder)
    click.echo(f"Wrote {TABLE} and {CHART}.")


if __name__ == "__main__":
    main()
