"""How many comments are accepted and kept, and what do readers notice of it?"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bench import isso as isso_peer
from bench.isso import Isso
from bench.names import Measured, Unit
from bench.posting import Posted, posting
from bench.reads import SETTLE_SECONDS, pages_by_rank, paths_file, read_by_zipf
from bench.rejoinder import Server
from bench.stand import Notebook, Stand
from bench.turns import in_turn, write_p99, write_rates, write_ratio
from bench.wrk import Load

ARTICLES = 20  # that are posted to; others are read
BODY = '{"author_name": "Writer {id}", "author_email": "writer-{id}@example.org", "content": "{text}"}'

_runs = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Under which names stands what becomes of posts?"""

    posts: Measured
    p99: Measured
    surplus: Measured
    to_isso: Measured
    readers: Measured
    beside: Measured
    ratio: Measured
    open_loop: Measured
    open_loop_p99: Measured


HELD = Intake(
    posts=Measured.POSTS,
    p99=Measured.POSTS_P99,
    surplus=Measured.POSTS_SURPLUS,
    to_isso=Measured.POSTS_TO_ISSO,
    readers=Measured.READERS,
    beside=Measured.READERS_BESIDE,
    ratio=Measured.READERS_RATIO,
    open_loop=Measured.OPEN_LOOP,
    open_loop_p99=Measured.OPEN_LOOP_P99,
)
SHOWN = Intake(
    posts=Measured.SHOWN_POSTS,
    p99=Measured.SHOWN_POSTS_P99,
    surplus=Measured.SHOWN_POSTS_SURPLUS,
    to_isso=Measured.SHOWN_POSTS_TO_ISSO,
    readers=Measured.READERS_SHOWN,
    beside=Measured.READERS_BESIDE_SHOWN,
    ratio=Measured.READERS_SHOWN_RATIO,
    open_loop=Measured.OPEN_LOOP_SHOWN,
    open_loop_p99=Measured.OPEN_LOOP_SHOWN_P99,
)


def measure_posts(stand: Stand, notes: Notebook, server: Server, isso: Isso | None, intake: Intake) -> None:
    """Posts as fast as they are answered, in turn with Isso; then what is in the database."""
    surplus: list[float] = []
    listed = paths_file(stand.folder, _posted_to(server))

    def post_here() -> Load:
        load, more = _post(stand, server.base, listed, BODY, server.site.count)
        surplus.append(more)
        return load

    turns: dict[Measured, Callable[[], Load]] = {intake.posts: post_here}
    if isso is not None:
        isso_paths = paths_file(stand.folder, [isso_peer.POSTS])
        turns[Measured.ISSO_POSTS] = lambda: _post(stand, isso.base, isso_paths, isso_peer.BODY, isso.count)[0]
    _post(stand, server.base, listed, BODY, server.site.count, seconds=1)  # warms up, is not counted
    runs = in_turn(stand.plan.repeats, turns)
    write_rates(notes, {intake.posts: runs[intake.posts]}, _split(runs[intake.posts]))
    write_p99(notes, intake.p99, runs[intake.posts])
    most = stand.plan.post_connections
    notes.write(intake.surplus, Unit.COUNT, surplus, f"up to {most} were under way when wrk stopped")
    if isso is not None:
        write_rates(notes, {Measured.ISSO_POSTS: runs[Measured.ISSO_POSTS]}, f"beside: {intake.posts}")
        write_p99(notes, Measured.ISSO_POSTS_P99, runs[Measured.ISSO_POSTS])
    write_ratio(notes, intake.to_isso, runs, intake.posts, Measured.ISSO_POSTS)


def measure_readers_beside_posts(stand: Stand, notes: Notebook, server: Server, intake: Intake) -> None:
    """Readers of other articles, with nobody posting and with posts at planned moments."""
    plan, posted_to = stand.plan, _posted_to(server)
    others = [path for path in pages_by_rank(server, plan.zipf) if path not in posted_to]
    listed = paths_file(stand.folder, others)
    loops: list[Posted] = []

    def read_beside_posts() -> Load:
        with posting(server, posted_to, per_second=plan.posts_per_second) as posted:
            load = read_by_zipf(stand, server.base, listed)
        loops.append(posted)
        return load

    read = partial(read_by_zipf, stand, server.base, listed)
    read()  # warms up, is not counted
    runs = in_turn(plan.repeats, {intake.readers: read, intake.beside: read_beside_posts})
    write_rates(notes, runs, f"{len(others):,} pages by Zipf's law")
    write_ratio(notes, intake.ratio, runs, intake.beside, intake.readers)
    notes.write(intake.open_loop, Unit.PER_SECOND, [loop.acknowledged for loop in loops], "posted from wrk's core")
    notes.write(intake.open_loop_p99, Unit.MILLISECONDS, [loop.p99 for loop in loops])


def _posted_to(server: Server) -> list[str]:
    """The newest articles; where there are few, half of them."""
    paths = pages_by_rank(server, 2 * ARTICLES)
    return paths[: max(1, min(ARTICLES, len(paths) // 2))]


def _post(
    stand: Stand, base: str, listed: str, body: str, count: Callable[[], int], *, seconds: int | None = None
) -> tuple[Load, int]:
    """A run, and by how many more comments the store grew than were acknowledged."""
    plan, before = stand.plan, count()
    load = stand.wrk.run(
        base,
        seconds=seconds or plan.seconds,
        connections=plan.post_connections,
        script="posts",
        arguments=[listed, str(next(_runs)), body],
    )
    time.sleep(SETTLE_SECONDS)
    acknowledged = load.counted["created"] + load.counted["accepted"]
    return load, count() - before - acknowledged


def _split(runs: Sequence[Load]) -> str:
    created, accepted, others = (sum(run.counted[name] for run in runs) for name in ("created", "accepted", "others"))
    return f"{created:,} × 201, {accepted:,} × 202, {others:,} others"
