"""How fast are pages read: from ready bytes, by many readers of many pages, and for the first time?"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench import isso as isso_peer
from bench.children import NotMeasured
from bench.flask_alone import serving_flask
from bench.isso import Isso
from bench.names import Measured, Unit
from bench.nginx import Files
from bench.plan import Plan
from bench.rejoinder import API, SAMPLE, Server, approve, comments_in, leave
from bench.stand import Notebook, Stand
from bench.turns import in_turn, write_p99, write_rates, write_ratio
from bench.wrk import Load, drain

HOT_ARTICLES = 30  # approvals go to those that are read most
SETTLE_SECONDS = 0.5  # for requests that wrk left under way

_runs = itertools.count()


def pages_by_rank(server: Server, most: int) -> list[str]:
    return [f"{API}/articles/{slug}/comments" for slug in server.slugs(most)]


def paths_file(folder: Path, paths: Sequence[str]) -> str:
    """A file that wrk's scripts read."""
    if not paths:
        raise NotMeasured("there are no articles")
    file = folder / f"paths-{next(_runs)}"
    file.write_text("\n".join(paths) + "\n")
    return str(file)


def measure_one_page(stand: Stand, notes: Notebook, server: Server, files: Files | None, isso: Isso | None) -> None:
    """The page of 100 comments from ready bytes, in turn with nginx and Isso."""
    page = server.reader().get(SAMPLE)
    known = {"If-None-Match": page.headers["etag"]}
    turns: dict[Measured, Callable[[], Load]] = {}
    if files is not None:
        files.put(SAMPLE, page.body)
        turns[Measured.NGINX] = partial(_read, stand, files.base + SAMPLE)
    turns[Measured.READY] = partial(_read, stand, server.base + SAMPLE)
    turns[Measured.KNOWN] = partial(_read, stand, server.base + SAMPLE, headers=known)
    if isso is not None:
        turns[Measured.ISSO_READ] = partial(_read_isso, stand, isso)
    stand.wrk.run(server.base + SAMPLE, seconds=1, connections=stand.plan.connections)  # warms up, is not counted
    runs = in_turn(stand.plan.repeats, turns)
    write_rates(notes, runs, f"{comments_in(page.json['items'])} comments, {len(page.body):,} bytes")
    notes.write(Measured.READY_P50, Unit.MILLISECONDS, [run.p50 for run in runs[Measured.READY]])
    write_p99(notes, Measured.READY_P99, runs[Measured.READY])
    write_ratio(notes, Measured.READY_TO_NGINX, runs, Measured.READY, Measured.NGINX)
    write_ratio(notes, Measured.KNOWN_TO_NGINX, runs, Measured.KNOWN, Measured.NGINX)
    write_ratio(notes, Measured.READY_TO_ISSO, runs, Measured.READY, Measured.ISSO_READ)


def measure_many_pages(stand: Stand, notes: Notebook, server: Server, files: Files | None) -> None:
    """Different thread pages by Zipf's law, while a moderator approves a comment a second on those read most."""
    paths = pages_by_rank(server, stand.plan.zipf)
    listed = paths_file(stand.folder, paths)
    pending = iter(_left_waiting(server, paths[:HOT_ARTICLES], stand.plan))
    approved: list[float] = []

    def read_beside_moderator() -> Load:
        with _approving(server, pending) as done:
            load = read_by_zipf(stand, server.base, listed)
        approved.append(len(done))
        return load

    turns: dict[Measured, Callable[[], Load]] = {}
    if files is not None:
        turns[Measured.NGINX_ZIPF] = partial(read_by_zipf, stand, files.base, listed)
    turns[Measured.ZIPF] = read_beside_moderator
    client = server.reader()
    for path in paths:
        content = client.get(path).body
        if files is not None:
            files.put(path, content)
    runs = in_turn(stand.plan.repeats, turns)
    write_rates(notes, runs, f"{len(paths):,} pages")
    write_p99(notes, Measured.ZIPF_P99, runs[Measured.ZIPF])
    notes.write(Measured.APPROVED, Unit.COUNT, approved, f"in {stand.plan.seconds} s, on the pages read most")
    write_ratio(notes, Measured.ZIPF_TO_NGINX, runs, Measured.ZIPF, Measured.NGINX_ZIPF)


def measure_first_reads(stand: Stand, notes: Notebook, server: Server) -> None:
    """Pages that nobody asked for before: every request has a parameter of its own, which the application ignores."""
    content = server.reader().get(SAMPLE).body
    with serving_flask(stand.folder / f"flask-{notes.database}", content, core=stand.cores.server) as flask_alone:
        runs = in_turn(stand.plan.repeats, {
            Measured.FLASK: partial(_read, stand, flask_alone),
            Measured.FRESH: partial(_read_fresh, stand, server.base, paths_file(stand.folder, [SAMPLE])),
            Measured.FRESH_SPREAD: partial(
                _read_fresh, stand, server.base, paths_file(stand.folder, pages_by_rank(server, stand.plan.zipf))
            ),
        })  # fmt: skip
    write_rates(notes, runs, "first reads: no URL twice, each has a parameter that the application ignores")
    write_p99(notes, Measured.FRESH_P99, runs[Measured.FRESH])
    write_ratio(notes, Measured.FRESH_TO_FLASK, runs, Measured.FRESH, Measured.FLASK)


def read_by_zipf(stand: Stand, base: str, listed: str) -> Load:
    plan = stand.plan
    return stand.wrk.run(base, seconds=plan.seconds, connections=plan.connections, script="zipf", arguments=[listed])


def _read(stand: Stand, url: str, headers: Mapping[str, str] | None = None) -> Load:
    return stand.wrk.run(url, seconds=stand.plan.seconds, connections=stand.plan.connections, headers=headers)


def _read_isso(stand: Stand, isso: Isso) -> Load:
    url, plan = isso.base + isso_peer.PAGE, stand.plan
    load = stand.wrk.run(url, seconds=plan.slow_seconds, connections=plan.connections)
    drain(isso.base, isso_peer.PAGE)
    return load


def _read_fresh(stand: Stand, base: str, listed: str) -> Load:
    plan, word = stand.plan, f"run{next(_runs)}"
    load = stand.wrk.run(
        base, seconds=plan.seconds, connections=plan.connections, script="fresh", arguments=[listed, word]
    )
    time.sleep(SETTLE_SECONDS)
    return load


def _left_waiting(server: Server, paths: Sequence[str], plan: Plan) -> list[int]:
    """Enough comments that wait for a moderator, under each page in turn."""
    wanted = plan.repeats * (plan.seconds + 1)
    turns = itertools.islice(itertools.cycle(paths), wanted)
    return [
        leave(server, path, f"Passenger {number}", f"Passing by, number {number}: the sea is calm.")
        for number, path in enumerate(turns)
    ]


@contextmanager
def _approving(server: Server, pending: Iterator[int]) -> Iterator[list[int]]:
    """One approval a second while the block runs; the list says which. Raises NotMeasured where one failed."""
    done, is_over = list[int](), threading.Event()

    def approve_some() -> None:
        staff = server.client()
        while not is_over.wait(1.0 if done else 0.5):
            comment_id = next(pending, None)
            if comment_id is None:
                return
            approve(staff, comment_id)
            done.append(comment_id)

    with ThreadPoolExecutor(1) as moderator:
        approving = moderator.submit(approve_some)
        try:
            yield done
        finally:
            is_over.set()
        approving.result()
