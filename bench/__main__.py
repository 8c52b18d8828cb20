"""What does `make bench` do, in which order?

For each database: fill the stores, start and crawl, grow, read, write. One nginx serves the whole run; each database
has an Isso of its own, because a store that posts have filled is no longer the same.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from bench import growth, isso, reads, writes
from bench.children import NotMeasured
from bench.footprint import measure_memory, measure_start
from bench.isso import Isso, serving_isso
from bench.machine import ROOT, choose_cores, described, missing_programs, versions
from bench.names import Measured, Unit
from bench.nginx import Files, serving_files
from bench.plan import QUICK, THREAD, Plan, databases_of, sizes_of
from bench.postgres import Postgres, serving_postgres
from bench.rejoinder import CHANGED, WHERE_SHOWN, Changed, Site, make_site, put_in_sample, serving, show_at_once
from bench.render import KEPT, render
from bench.results import TABLE, Results, save
from bench.stand import Notebook, Record, Stand
from bench.targets import verdicts
from bench.wrk import Wrk

WORK = ROOT / "build" / "bench"
UNFINISHED, PARTLY = WORK / "unfinished", WORK / "partly"


@click.command()
@click.option("--quick", is_flag=True, help="Short runs and small stores: about three minutes.")
@click.option("--sizes", help="Comments in the stores, such as '3000 100000 10000000'.")
@click.option("--database", "databases", multiple=True, help="SQLite or PostgreSQL; without it both.")
@click.option("--seconds", type=click.IntRange(1, 300), help="How long a run of wrk takes.")
@click.option(
    "--results",
    type=click.Path(path_type=Path),
    help="Where to write what was found (build/bench/partly, for a whole run bench/results).",
)
def main(
    *, quick: bool, sizes: str | None, databases: tuple[str, ...], seconds: int | None, results: Path | None
) -> None:
    """Measure Rejoinder against nginx and Isso on this machine."""
    plan = QUICK if quick else Plan()
    if sizes:
        plan = replace(plan, sizes=sizes_of(sizes))
    if databases:
        plan = replace(plan, databases=databases_of(databases))
    if seconds:
        plan = replace(plan, seconds=seconds)
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, _stop)
    try:
        measure(plan, results or (KEPT if plan == Plan() else PARTLY))
    except KeyboardInterrupt:
        raise SystemExit("Stopped; nothing runs any more.") from None


def measure(plan: Plan, folder: Path) -> None:
    """Measure, and write what was found when all is; until then it stands in `UNFINISHED`."""
    cores = choose_cores()
    results = Results(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        quick=plan.quick,
        machine=described(cores),
        versions=versions(),
        plan=asdict(plan),
        settings=[asdict(each) for each in (*CHANGED, Changed("Isso", "-", isso.CHANGED))],
        figures=(),
    )
    os.sched_setaffinity(0, {cores.load})
    WORK.mkdir(parents=True, exist_ok=True)
    record = Record(versions=dict(results.versions))
    record.keep = partial(_keep, results, record, UNFINISHED)
    with tempfile.TemporaryDirectory(dir=WORK, prefix="run-") as workspace, ExitStack() as stack:
        lacks = missing_programs()
        has = {name for name in ("wrk", "nginx") if name not in lacks}
        for lack in lacks.values():
            record.lack(lack)
        with record.chapter("Isso from the package index"):
            record.versions |= isso.install(WORK / "isso")
            has.add("Isso")
        stand = Stand(plan=plan, cores=cores, wrk=Wrk(core=cores.load), folder=Path(workspace), record=record,
                      has=frozenset(has))  # fmt: skip
        files = None
        if {"wrk", "nginx"} <= has:
            files = stack.enter_context(serving_files(stand.folder / "nginx", core=cores.server))
        for database in plan.databases:
            with record.chapter(database):
                _measure_database(stand, database, files)
    _keep(results, record, folder)
    render(folder)
    if not plan.quick:
        _tell(record, plan.databases)
    click.echo(f"\nWrote {folder / TABLE}.")


def _measure_database(stand: Stand, database: str, files: Files | None) -> None:
    with serving_postgres(core=stand.cores.server) if database == "PostgreSQL" else nullcontext() as postgres:
        if postgres is not None:
            stand.record.versions["PostgreSQL"] = f"{postgres.version}, on the server's core"
        stores = Stores(stand, database, postgres)
        with stand.record.chapter(f"{database}: stores of {', '.join(f'{size:,}' for size in stand.plan.sizes)}"):
            stores.fill()
        if not stores.sites:
            raise NotMeasured("there is no store")
        _measure_footprint(stand, stores.for_load)
        _measure_growth(stand, stores)
        _measure_load(stand, stores.for_load, files)


class Stores:
    """The filled stores of one database, the smallest first; each has the sample thread."""

    def __init__(self, stand: Stand, database: str, postgres: Postgres | None) -> None:
        self.stand, self.database, self.postgres = stand, database, postgres
        self.sites: list[Site] = []

    @property
    def for_load(self) -> Site:
        return next((site for site in self.sites if site.comments == self.stand.plan.load_size), self.sites[-1])

    def fill(self) -> None:
        for size in self.stand.plan.sizes:
            site = self.make(f"size_{size}", articles=max(1, size // THREAD), comments=size)
            with serving(site) as server:
                put_in_sample(server)
            self.sites.append(site)

    def make(self, name: str, *, articles: int, comments: int) -> Site:
        folder = self.stand.folder / self.database / name
        url = self.postgres.new_database(name) if self.postgres else None
        site = make_site(
            folder, self.database, core=self.stand.cores.server, articles=articles, comments=comments, url=url
        )
        if self.postgres:
            self.postgres.tidy(name)
        notes = Notebook(self.stand.record, self.database, comments)
        loader = Measured.LOADER if articles == 1 else Measured.LOADER_WITH_ARTICLES
        note = f"{articles:,} articles; from the command to its end"
        notes.write(loader, Unit.PER_SECOND, [comments / site.loaded_in], note)
        return site


def _measure_footprint(stand: Stand, site: Site) -> None:
    notes = Notebook(stand.record, site.database, site.comments)
    with stand.record.chapter(f"{site.database}: start"):
        measure_start(stand, notes, site)
    with stand.record.chapter(f"{site.database}: memory"), serving(site) as server:
        measure_memory(stand, notes, server)


def _measure_growth(stand: Stand, stores: Stores) -> None:
    with stand.record.chapter(f"{stores.database}: growth"), ExitStack() as stack:
        servers = [stack.enter_context(serving(site)) for site in stores.sites]
        growth.measure_growth(stand, stand.record, servers)
    with stand.record.chapter(f"{stores.database}: a page deep in a long thread"):
        site = stores.make("deep", articles=1, comments=stand.plan.deep)
        with serving(site) as server:
            growth.measure_deep_page(stand, Notebook(stand.record, site.database, site.comments), server)


def _measure_load(stand: Stand, site: Site, files: Files | None) -> None:
    """What wrk measures, with the settings as shipped and then with comments shown at once."""
    chapter, notes = stand.record.chapter, Notebook(stand.record, site.database, site.comments)
    if "wrk" not in stand.has:
        return
    with _isso_beside(stand, site.database) as peer:
        with chapter(f"{site.database}: as shipped"), serving(site) as server:
            with chapter(f"{site.database}: one thread page"):
                reads.measure_one_page(stand, notes, server, files, peer)
            with chapter(f"{site.database}: many thread pages"):
                reads.measure_many_pages(stand, notes, server, files)
            with chapter(f"{site.database}: first reads"):
                reads.measure_first_reads(stand, notes, server)
            with chapter(f"{site.database}: posts, held"):
                writes.measure_posts(stand, notes, server, peer, writes.HELD)
            with chapter(f"{site.database}: readers beside posts, held"):
                writes.measure_readers_beside_posts(stand, notes, server, writes.HELD)
        with chapter(f"{site.database}: with comments shown at once"), serving(site, WHERE_SHOWN) as server:
            show_at_once(server)
            with chapter(f"{site.database}: posts, shown at once"):
                writes.measure_posts(stand, notes, server, peer, writes.SHOWN)
            if stand.plan.beside_shown:
                with chapter(f"{site.database}: readers beside posts, shown at once"):
                    writes.measure_readers_beside_posts(stand, notes, server, writes.SHOWN)


@contextmanager
def _isso_beside(stand: Stand, database: str) -> Iterator[Isso | None]:
    """Isso, or nothing where it is missing or does not start."""
    with ExitStack() as stack:
        peer = None
        if "Isso" in stand.has:
            with stand.record.chapter(f"{database}: Isso beside, with {stand.plan.isso_comments:,} comments"):
                folder, cache = stand.folder / f"isso-{database}", WORK / "isso"
                peer = stack.enter_context(
                    serving_isso(folder, cache=cache, comments=stand.plan.isso_comments, core=stand.cores.server)
                )
        yield peer


def _keep(results: Results, record: Record, folder: Path) -> None:
    save(replace(results, versions=record.versions, figures=record.figures, missing=record.missing), folder)


def _tell(record: Record, databases: Sequence[str]) -> None:
    click.echo("\nTargets")
    for each in verdicts(record.figures, databases):
        found = "not measured" if each.value is None else f"{each.value:,.4g}"
        said = "yes" if each.is_met else "NO "
        click.echo(f"  {said}  {each.target.sentence} ({each.database}): {found}, wanted {each.target.bound}")


def _stop(_signal: int, _frame: object) -> None:
    """Once is enough: what is running is being ended."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
