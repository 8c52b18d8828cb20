"""What does wrk say of a server?"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.children import NotMeasured, pinned
from bench.client import Client

LUA = Path(__file__).with_name("lua")
PATIENCE_SECONDS = 30  # for one answer
DRAIN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Load:
    """One run of wrk; the rate counts good answers (below 400) only."""

    rate: float
    p50: float  # milliseconds
    p99: float
    refused: int
    broken: int
    share: float  # of its core that wrk itself took
    counted: Mapping[str, int] = field(default_factory=dict)

    @property
    def remark(self) -> str:
        """What makes the figure less sure, or nothing."""
        told = [f"{self.refused} refused" if self.refused else "", f"{self.broken} broken" if self.broken else ""]
        return ", ".join(each for each in told if each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrk:
    core: int

    def run(
        self,
        url: str,
        *,
        seconds: int,
        connections: int,
        script: str = "page",
        arguments: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Load:
        """Raises NotMeasured."""
        options = [
            f"-t1 -c{connections} -d{seconds}s --timeout {PATIENCE_SECONDS}s".split(),
            ["-s", f"{LUA}/{script}.lua"],
        ]
        sent = [part for name, value in (headers or {}).items() for part in ("-H", f"{name}: {value}")]
        command = ["wrk", *options[0], *options[1], *sent, url, "--", *arguments]
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.monotonic()
        done = subprocess.run(
            pinned(command, core=self.core),
            env={**os.environ, "BENCH_LUA": str(LUA)},
            capture_output=True,
            text=True,
            timeout=seconds + PATIENCE_SECONDS + DRAIN_SECONDS,
            check=False,
        )
        elapsed = time.monotonic() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        share = (after.ru_utime + after.ru_stime - spent.ru_utime - spent.ru_stime) / elapsed
        return read_load(done.stdout + done.stderr, share=share)


def read_load(told: str, *, share: float = 0.0) -> Load:
    """The run from what wrk wrote. Raises NotMeasured where that has no figures."""
    line = next((line for line in told.splitlines() if line.startswith("FIGURES ")), None)
    if line is None:
        raise NotMeasured(f"wrk said: {told.strip()[-500:]}")
    figures = json.loads(line.removeprefix("FIGURES "))
    return Load(
        rate=(figures["requests"] - figures["refused"]) / (figures["microseconds"] / 1e6),
        p50=figures["p50"] / 1000,
        p99=figures["p99"] / 1000,
        refused=figures["refused"],
        broken=figures["broken"],
        share=round(share, 2),
        counted=figures["counted"],
    )


def drain(base: str, path: str) -> None:
    """Wait until a slow server has done what wrk left behind, or the next run would begin late."""
    client, end = Client(base), time.monotonic() + DRAIN_SECONDS
    quickest = client.ask("GET", path).seconds
    while time.monotonic() < end:
        took = client.ask("GET", path).seconds
        if took < 1.5 * quickest:
            return
        quickest = min(quickest, took)
