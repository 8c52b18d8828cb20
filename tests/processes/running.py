"""How do tests run the server that people run, and end it in every way that it may end?"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from app.config import settings
from tests.processes.asking import ask
from tests.servers import worker_number

ROOT = Path(__file__).parents[2]
START_SECONDS = 30
STOP_SECONDS = 20
# What a developer's shell says is not for the servers of a test.
_OURS = {setting.name.upper() for setting in settings()} | {"PROMETHEUS_MULTIPROC_DIR"}
_COMMAND = [sys.executable, "-c", "from app.cli import main; main()"]


class NotServing(Exception):
    """A server did not start; the message ends with its last words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """`rejoinder serve` with all its processes, which are a group of their own."""

    process: subprocess.Popen[bytes]
    base: str
    log: Path

    def words(self) -> str:
        """All that it has written so far, on standard output and standard error."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """End every process of it at once, so that none can clear up. Safe on one that is gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask its first process to end, as a supervisor does; its exit code."""
        self.process.send_signal(how)
        return self.process.wait(STOP_SECONDS)

    def processes(self) -> list[int]:
        """The ids of those of its processes that run."""
        return sorted(_running_in_group(self.process.pid))


def environment_for(folder: Path, given: Mapping[str, str], *, measured: bool = True) -> dict[str, str]:
    """The environment of a command whose data stand in `folder`.

    What is not `measured` leaves coverage out: it starts sooner, and what is killed cannot say what it ran.
    """
    # Bytecode is kept: compiling the application would take longer than starting it.
    dropped = _OURS | {"PYTHONDONTWRITEBYTECODE"}
    if not measured:
        dropped |= {name for name in os.environ if name.startswith("COV")}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"INSTANCE": str(folder), "PYTHONPATH": str(ROOT)} | dict(given)


def command(*words: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a `rejoinder` command to its end."""
    return subprocess.run(
        [*_COMMAND, *words], env=dict(environment), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[Server]:
    """A server that answers, until the end of the block at the latest."""
    server = begin_serving(environment)
    try:
        wait_until_ready(server)
        yield server
        if server.process.poll() is None:
            server.stop()
    finally:
        server.kill()


def begin_serving(environment: Mapping[str, str]) -> Server:
    """Start a server on a free port of the loopback; it is not ready yet."""
    port = free_port()
    log = Path(environment["INSTANCE"]) / f"serve-{port}.log"
    with log.open("ab") as words:
        process = subprocess.Popen(
            [*_COMMAND, "serve", "--host", "127.0.0.1", "--port", str(port)],
            env=dict(environment),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # its group is what `kill` ends, and Ctrl-C is for the tests
        )
    return Server(process=process, base=f"http://127.0.0.1:{port}", log=log)


def wait_until_ready(server: Server) -> None:
    """Raises NotServing."""
    end = time.monotonic() + START_SECONDS
    while server.process.poll() is None and time.monotonic() < end:
        with suppress(OSError, HTTPException):
            if ask(server.base, "GET", "/health/ready").status == 200:
                return
        time.sleep(0.02)
    last_words = server.words().splitlines()[-20:]
    raise NotServing("\n".join([f"It ended with {server.process.poll()}. Its last words:", *last_words]))


def free_port() -> int:
    """A port below those of outgoing connections, and of this test worker alone."""
    while True:
        port = random.randrange(30_000, 32_700, 16) + worker_number() % 16
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def _running_in_group(group: int) -> Iterator[int]:
    for each in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            # After the name, which is in brackets and may hold anything: state, parent, group. Source: proc(5).
            state, _, its_group = each.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                yield int(each.parent.name)
