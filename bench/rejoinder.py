"""How is Rejoinder set up, filled and started as shipped, and what was changed for the benchmark?"""

from __future__ import annotations

import itertools
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench import sample
from bench.children import Child, NotMeasured, free_port, pinned, plain_environment, running
from bench.client import Client, wait_until_answered
from bench.machine import ROOT

API = "/api/v1"
SAMPLE = f"{API}/articles/sample/comments"
LOAD_SECONDS = 3 * 3600  # for ten million comments
LIVELY = 10  # one article in so many
_COMMAND = [sys.executable, "-c", "from app.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Changed:
    """A setting that is not as shipped, and the reason."""

    name: str
    value: str
    why: str


ALWAYS = (
    Changed("TRUSTED_PROXIES", "127.0.0.0/8", "posts carry addresses of different readers in X-Forwarded-For"),
    Changed("LIMIT_READING", "1000000000 per minute", "all reads come from one address"),
)
WHERE_SHOWN = (
    Changed("hold_first_comment", "false", "only where it says 'shown at once': else every first comment is held"),
    Changed("POSTS_PER_MINUTE", "1000000000", "only where it says 'shown at once': else more than these are held"),
    Changed("POSTS_PER_MINUTE_PER_ARTICLE", "1000000000", "as before"),
)
CHANGED = (*ALWAYS, *WHERE_SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A store that is filled; `serving` starts Rejoinder on it."""

    folder: Path
    database: str
    comments: int
    environment: Mapping[str, str]
    token: str
    core: int
    loaded_in: float  # seconds
    numbers: Iterator[int] = field(default_factory=itertools.count)  # of readers, no one twice

    def count(self) -> int:
        """The comments as they are in the database, whatever counters say."""
        url, ask = self.environment.get("DATABASE_URL"), "SELECT count(*) FROM comment"
        if url is not None:
            with psycopg.connect(url) as connection:
                return int(str(next(iter(connection.execute(ask)))[0]))
        with closing(sqlite3.connect(self.folder / "rejoinder.sqlite3")) as connection:
            return int(connection.execute(ask).fetchone()[0])

    def reader(self) -> dict[str, str]:
        """The header of a reader who has not been here yet."""
        return sample.forwarded(next(self.numbers))


@dataclass(frozen=True, slots=True)
class Server:
    site: Site
    base: str
    child: Child
    started_in: float  # seconds from the command to the first answer

    def client(self) -> Client:
        """One who may do everything."""
        return Client(self.base, self.site.token)

    def reader(self) -> Client:
        return Client(self.base)

    def slugs(self, most: int) -> list[str]:
        """Invented articles, the newest first."""
        client, found, cursor = self.reader(), list[str](), ""
        while len(found) < most:
            page = client.get(f"{API}/articles?limit=100{cursor}").json
            found += [each["slug"] for each in page["items"] if each["slug"] != "sample"]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        return found[:most]


def make_site(folder: Path, database: str, *, core: int, articles: int, comments: int, url: str | None) -> Site:
    """A fresh store with invented articles and comments. Raises NotMeasured."""
    folder.mkdir(parents=True)
    given = {"INSTANCE": str(folder.resolve()), "PYTHONPATH": str(ROOT)}
    given |= {each.name: each.value for each in ALWAYS}
    if url is not None:
        given["DATABASE_URL"] = url
    environment = plain_environment(**given)
    token = re.search(r"\brj_[\w-]+", command(environment, "setup", "--no-demo", core=core))
    if token is None:
        raise NotMeasured("setup told no token")
    begin = time.monotonic()
    for words in threads_of(articles, comments):
        command(environment, "demo", *words, "--seed", "1", core=core)
    return Site(
        folder=folder,
        database=database,
        comments=comments,
        environment=environment,
        token=token[0],
        core=core,
        loaded_in=time.monotonic() - begin,
    )


def threads_of(articles: int, comments: int) -> list[list[str]]:
    """What to invent: nine in ten comments in threads of equal length, one in ten in lively ones, some still pending.

    One article alone has one long thread.
    """
    if articles == 1:
        return [["--articles", "1", "--thread-size", str(comments)]]
    lively = max(1, articles // LIVELY)
    alike = articles - lively
    each = comments // articles
    return [
        ["--articles", str(alike), "--thread-size", str(each)],
        ["--articles", str(lively), "--comments", str(comments - alike * each)],
    ]


def command(environment: Mapping[str, str], *words: str, core: int) -> str:
    """What a command wrote. Raises NotMeasured where it failed."""
    done = subprocess.run(
        pinned([*_COMMAND, *words], core=core),
        env=dict(environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LOAD_SECONDS,
        check=False,
    )
    if done.returncode:
        raise NotMeasured(f"rejoinder {words[0]} said: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout


@contextmanager
def serving(site: Site, more: tuple[Changed, ...] = ()) -> Iterator[Server]:
    """`rejoinder serve` on a free port."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    environment = {**site.environment, **{each.name: each.value for each in more if each.name.isupper()}}
    words = [*_COMMAND, "serve", "--host", "127.0.0.1", "--port", str(port)]
    begin = time.monotonic()
    with running(words, core=site.core, log=site.folder / "log", environment=environment) as child:
        wait_until_answered(base, f"{API}/articles?limit=1", child)
        yield Server(site, base, child, time.monotonic() - begin)


def put_in_sample(server: Server) -> None:
    """The sample thread, all of it through the public API: articles, posts of guests, decisions of a moderator."""
    staff = server.client()
    article = {"title": "Sample", "slug": "sample", "published_at": "2026-01-01T08:00:00Z", "format": "markdown",
               "body": "About the sea.\n\n## The coast\n\nIt resists."}  # fmt: skip
    staff.post(f"{API}/editing/articles", article)
    said, ids = list(sample.thread(0)), dict[int, int]()
    first, answers = (
        [each for each in said if each.answers is None],
        [each for each in said if each.answers is not None],
    )
    for wave in (first, answers):
        for each in wave:
            parent = None if each.answers is None else ids[each.answers]
            ids[each.place] = leave(server, SAMPLE, each.author, each.text, parent)
        approve_all(staff, "sample")


def leave(server: Server, path: str, author: str, text: str, parent: int | None = None) -> int:
    """Post a comment as a new reader; its id."""
    reader, number = server.reader(), next(server.site.numbers)
    body = {"author_name": author, "author_email": f"reader-{number}@example.org", "content": text}
    answer = reader.post(path, body | {"parent_id": parent}, sample.forwarded(number))
    return int(answer.json["comment"]["id"])


def approve(staff: Client, comment_id: int) -> float:
    """The seconds that it took."""
    path = f"{API}/moderation/comments/{comment_id}/approve"
    return staff.post(path, {}, {"If-Match": "*"}).seconds


def approve_all(staff: Client, slug: str) -> None:
    items = staff.get(f"{API}/moderation/queue?article={slug}&limit=100").json["items"]
    seen = [{"id": each["id"], "version": each["version"]} for each in items]
    staff.post(f"{API}/moderation/operations", {"action": "approve", "items": seen})


def show_at_once(server: Server) -> None:
    """Have first comments shown without a moderator."""
    answer = server.client().ask("PATCH", f"{API}/settings", {"hold_first_comment": False}, {"If-Match": "*"})
    if answer.status >= 300:
        raise NotMeasured(f"the settings answered {answer.status}: {answer.body[:300]!r}")


def comments_in(items: Sequence[Mapping[str, Any]]) -> int:
    """How many comments a page shows, replies and all."""
    return sum(1 + comments_in(each.get("replies", ())) for each in items)
