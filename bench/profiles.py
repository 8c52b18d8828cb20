"""Where does the time of a cached read, an uncached read and a post go? `make profiles` writes it down.

py-spy looks at a running server a few hundred times a second while wrk keeps it busy: first at the thread that runs
Python, then at every request wherever it stands. From the stacks come tables of the functions that take the most.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from bench.children import Child, NotMeasured, processor_seconds
from bench.machine import choose_cores, versions
from bench.reads import paths_file
from bench.rejoinder import SAMPLE, Server, make_site, put_in_sample, serving
from bench.render import KEPT
from bench.results import PROFILES
from bench.table import number, rows_of
from bench.writes import BODY
from bench.wrk import Load, Wrk

LOOKS, LOOKS_AT_ALL_THREADS = 250, 50  # a second
SHOWN = 25  # functions of each kind
IN_A_REQUEST = "granian/wsgi.py"  # what stands above all else in the stack of a thread that answers
COMMENTS, ARTICLES = 2_000, 20
_FRAME = re.compile(r"(?P<function>.+) \((?P<file>[^()]*?)(?::\d+)?\)$")


@dataclass(frozen=True, slots=True)
class Kind:
    """What is asked for while py-spy looks."""

    title: str
    script: str
    connections: int
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """How often each function was seen running itself, and how often it stood anywhere in the stack."""

    samples: int
    own: Mapping[str, int]
    total: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    kind: Kind
    load: Load
    running: Profile  # whichever thread held Python's lock
    standing: Profile  # every request under way, waiting or not
    own_seconds: float  # of the processor, in the process' own code
    kernel_seconds: float
    seconds: int


def profile_of(stacks: Iterable[str]) -> Profile:
    """From lines such as `outer (file.py:1);inner (file.py:2) 17`."""
    own, total, samples = Counter[str](), Counter[str](), 0
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        if not count.isdigit():
            continue
        frames = [_named(frame) for frame in stack.split(";")]
        samples += int(count)
        own[frames[-1]] += int(count)
        total.update(dict.fromkeys(frames, int(count)))
    return Profile(samples, own, total)


def _named(frame: str) -> str:
    """A function with its file, named from its package on: where it is installed says nothing."""
    found = _FRAME.match(frame)
    if found is None:
        return frame
    file = re.sub(r"^.*/(?:site-packages|lib/python[\d.]+)/", "", found["file"])
    file = re.sub(r"^.*/(?=(?:app|bench|migrations)/)", "", file)
    return f"{found['function']} ({Path(file).name if file.startswith('/') else file})"


@click.command()
@click.option("--seconds", type=click.IntRange(1, 120), default=15, help="How long each is watched.")
@click.option("--results", type=click.Path(path_type=Path), default=KEPT, help="Where to write the tables.")
def main(*, seconds: int, results: Path) -> None:
    """Profile a cached read, an uncached read and a post of a server under load (SQLite)."""
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if spy is None or shutil.which("wrk") is None:
        raise click.ClickException("This needs py-spy (make profiles installs it) and wrk (apt-get install wrk).")
    cores = choose_cores()
    with tempfile.TemporaryDirectory(prefix="rejoinder-bench-") as folder:
        site = make_site(
            Path(folder) / "site", "SQLite", core=cores.server, articles=ARTICLES, comments=COMMENTS, url=None
        )
        with serving(site) as server:
            put_in_sample(server)
            found = [
                _watch(kind, server, spy, core=cores.load, seconds=seconds, folder=Path(folder))
                for kind in _kinds(server, Path(folder))
            ]
    results.mkdir(parents=True, exist_ok=True)
    (results / PROFILES).write_text("\n".join(_page(found)) + "\n")
    click.echo(f"Wrote {PROFILES}.")


def _kinds(server: Server, folder: Path) -> list[Kind]:
    sample = paths_file(folder, [SAMPLE])
    posted_to = paths_file(folder, [f"/api/v1/articles/{slug}/comments" for slug in server.slugs(ARTICLES)])
    return [
        Kind("Cached read of a thread page", "zipf", 16, (sample,)),
        Kind("First, uncached read of a thread page", "fresh", 16, (sample, "profile")),
        Kind("Post", "posts", 8, (posted_to, "1", BODY)),
    ]


def _watch(kind: Kind, server: Server, spy: str, *, core: int, seconds: int, folder: Path) -> Watched:
    click.echo(kind.title)
    loads: list[Load] = []

    def keep_busy() -> None:
        loads.append(
            Wrk(core=core).run(
                server.base,
                seconds=_busy_seconds(seconds),
                connections=kind.connections,
                script=kind.script,
                arguments=kind.arguments,
            )
        )

    busy = threading.Thread(target=keep_busy)
    worker = _busiest(server.child)
    before = processor_seconds(worker)
    busy.start()
    try:
        running = _look(spy, worker, "--gil", rate=LOOKS, seconds=seconds, file=folder / "running")
        standing = _look(spy, worker, "--idle", rate=LOOKS_AT_ALL_THREADS, seconds=seconds, file=folder / "standing")
    finally:
        busy.join()
    after = processor_seconds(worker)
    return Watched(
        kind=kind,
        load=loads[0],
        running=profile_of(running),
        standing=profile_of(stack for stack in standing if IN_A_REQUEST in stack),
        own_seconds=after[0] - before[0],
        kernel_seconds=after[1] - before[1],
        seconds=_busy_seconds(seconds),
    )


def _busy_seconds(seconds: int) -> int:
    """Long enough to be looked at twice, and for py-spy to begin."""
    return 2 * seconds + 4


def _busiest(child: Child) -> int:
    """The process that answers: the busiest of those that the first one started."""
    first, *others = child.processes()
    return max(others or [first], key=lambda pid: sum(processor_seconds(pid)))


def _look(spy: str, pid: int, which: str, *, rate: int, seconds: int, file: Path) -> list[str]:
    """The stacks that were seen, in a process that is not stopped for it: it would stand most of the time.

    Raises NotMeasured.
    """
    command = [spy, "record", "--pid", str(pid), "--duration", str(seconds), "--rate", str(rate), which, "--function",
               "--nonblocking", "--format", "raw", "--output", str(file)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    if done.returncode:
        raise NotMeasured(f"py-spy said (it may need root): {(done.stderr or done.stdout).strip()[-500:]}")
    return file.read_text().splitlines()


def _page(found: Iterable[Watched]) -> Iterator[str]:
    used = versions()
    yield from ("# Where the time goes, function by function", "")
    yield "`make profiles` writes this page: py-spy looks at the serving process under load, on one core, with SQLite."
    yield f"Rejoinder {used['Rejoinder']}, Python {used['Python']}. Looking costs time too: for rates see the table."
    yield "Work outside Python, such as the server's own sockets, is in the processor time and not in the samples."
    yield "The process goes on while it is looked at, so a few names are of a moment in which they changed."
    for each in found:
        yield from ("", f"## {each.kind.title}", "", *_figures(each))
        for title, seen, samples in (
            ("Running Python, by themselves", each.running.own, each.running.samples),
            ("Running Python, with all that they call", each.running.total, each.running.samples),
            ("Where requests stand, waiting for a lock, a disk or the processor too", each.standing.own,
             each.standing.samples),
        ):  # fmt: skip
            yield from ("", f"### {title}", "", f"{samples:,} samples.", "", *_functions(seen, samples))


def _figures(each: Watched) -> Iterator[str]:
    requests = each.load.rate * each.seconds or 1.0
    yield (
        f"{number(each.load.rate)} answers a second over {each.kind.connections} connections while watched; of the "
        f"processor per answer {number(each.own_seconds / requests * 1e6)} µs in the process and "
        f"{number(each.kernel_seconds / requests * 1e6)} µs in the kernel."
    )


def _functions(seen: Mapping[str, int], samples: int) -> Iterator[str]:
    most = sorted(seen.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]
    yield from rows_of(("part", "function"), [(f"{count / samples:.1%}", f"`{name}`") for name, count in most])


if __name__ == "__main__":
    main()
