"""How is Isso, the peer that a Python user would choose, installed, started, filled and counted?"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench import sample
from bench.children import NotMeasured, Word, free_port, plain_environment, running
from bench.client import Client, wait_until_answered

INSTALL_SECONDS = 300
THREAD = "/sample/"
BODY = '{"author": "Writer {id}", "text": "{text}", "title": "Posts"}'
POSTED_TO = "/posts/"
POSTS = f"/new?uri={quote(POSTED_TO)}"
PAGE = f"/?uri={quote(THREAD, safe='')}"
CHANGED = "gunicorn with 4 processes and --preload, as its documentation starts it; its flood guard is off"

# The host is the site that it comments on: nothing real, asked for once at the start.
_CONFIGURATION = """
[general]
dbpath = {database}
host = http://127.0.0.1:9/
[server]
listen = {base}
[guard]
enabled = false
"""


@dataclass(frozen=True, slots=True)
class Isso:
    base: str
    database: Path

    def count(self) -> int:
        with closing(sqlite3.connect(self.database)) as connection:
            return int(connection.execute("SELECT count(*) FROM comments").fetchone()[0])


def install(cache: Path) -> dict[str, str]:
    """Have it in an environment of its own under the cache; the versions. Raises NotMeasured."""
    python = cache / "bin" / "python"
    try:
        if not (cache / "bin" / "gunicorn").exists():
            _run([sys.executable, "-m", "venv", "--clear", str(cache)])
            _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "isso", "gunicorn"])
        ask = "from importlib.metadata import version as v; print(v('isso'), v('gunicorn'))"
        isso, gunicorn = _run([str(python), "-c", ask]).split()
    except (subprocess.SubprocessError, OSError) as error:
        raise NotMeasured(f"Isso could not be installed (pip install isso gunicorn): {error}") from error
    return {"Isso": isso, "gunicorn (Isso's)": gunicorn}


@contextmanager
def serving_isso(folder: Path, *, cache: Path, comments: int, core: int) -> Iterator[Isso]:
    """A fresh Isso with the sample thread, and others of its kind until it has so many comments."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    base = f"http://127.0.0.1:{(port := free_port())}"
    configuration, database = folder / "isso.cfg", folder / "comments.db"
    configuration.write_text(_CONFIGURATION.format(database=database, base=base))
    command: list[Word] = [
        cache.resolve() / "bin" / "gunicorn",
        "-b",
        f"127.0.0.1:{port}",
        "-w",
        "4",
        "--preload",
        "isso.run",
    ]
    environment = plain_environment(ISSO_SETTINGS=str(configuration))
    with running(command, core=core, log=folder / "log", environment=environment) as child:
        wait_until_answered(base, "/config", child)
        isso = Isso(base, database)
        for number in range(max(1, comments // sample.COMMENTS)):
            _fill(isso, f"/other-{number}/" if number else THREAD, seed=number)
        # Its processes, asked for a new thread at once, would trip over each other.
        _fill(isso, POSTED_TO, seed=comments)
        yield isso


def _fill(isso: Isso, thread: str, *, seed: int) -> None:
    client, ids = Client(isso.base), dict[int, int]()
    for said in sample.thread(seed):
        parent = None if said.answers is None else ids[said.answers]
        body = {"author": said.author, "text": said.text, "parent": parent, "title": "Sample"}
        ids[said.place] = client.post(f"/new?uri={quote(thread)}", body).json["id"]


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    if done.returncode:
        raise subprocess.SubprocessError(done.stderr.strip()[-300:])
    return done.stdout
