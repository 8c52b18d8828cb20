"""How are servers started on one core, watched, and surely ended again?"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

STOP_SECONDS = 20

Word = str | Path  # of a command


class NotMeasured(Exception):
    """Something could not be measured, and why."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the processes of a server take, in MB. PSS shares out what they have in common."""

    processes: int
    largest_rss: float
    pss: float


@dataclass(frozen=True, slots=True)
class Child:
    """A server that was started here; its processes are a group of their own."""

    process: subprocess.Popen[bytes]
    log: Path

    def words(self) -> str:
        """The last of what it wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    def processes(self) -> list[int]:
        """The ids of those of its processes that run, the first one first."""
        return sorted(_running_in_group(self.process.pid))

    def memory(self) -> Memory:
        each = [_memory_of(pid) for pid in self.processes()]
        return Memory(len(each), max((rss for rss, _ in each), default=0.0), sum(pss for _, pss in each))

    def end(self, goodbye: signal.Signals) -> None:
        """Ask its first process to end, then end what is left of the group. Safe on one that is gone."""
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            self.process.send_signal(goodbye)
            self.process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)


@contextmanager
def running(
    command: Sequence[Word],
    *,
    core: int,
    log: Path,
    environment: Mapping[str, str] | None = None,
    owner: str | None = None,
    goodbye: signal.Signals = signal.SIGTERM,
) -> Iterator[Child]:
    """A process with all its children on one core, until the end of the block at the latest."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            pinned(command, core=core),
            env=dict(environment or plain_environment()),
            user=owner,
            cwd="/" if owner else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the benchmark, which then ends its children itself
        )
    child = Child(process, log)
    try:
        yield child
    finally:
        child.end(goodbye)


def pinned(command: Sequence[Word], *, core: int) -> list[str]:
    return ["taskset", "-c", str(core), *map(str, command)]


def plain_environment(**given: str) -> dict[str, str]:
    """An environment without whatever settings this shell happens to have."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ} | given


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def processor_seconds(pid: int) -> tuple[float, float]:
    """What a process has spent in its own code and in the kernel. Source: proc(5), fields 14 and 15 of stat."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    tick = os.sysconf("SC_CLK_TCK")
    return int(fields[11]) / tick, int(fields[12]) / tick


def _running_in_group(group: int) -> Iterator[int]:
    for each in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            state, _, its_group = each.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                yield int(each.parent.name)


def _memory_of(pid: int) -> tuple[float, float]:
    """RSS and PSS in MB."""
    figures = {"Rss": 0.0, "Pss": 0.0}
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name in figures:
                figures[name] = int(rest.split()[0]) * 1024 / 1e6  # its kB are of 1,024 bytes
    return figures["Rss"], figures["Pss"]
