"""On which machine, with which versions, and what is missing on it?"""

from __future__ import annotations

import os
import platform
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
# A program, and the Debian package that has it.
PROGRAMS = {"wrk": "wrk", "nginx": "nginx-light", "taskset": "util-linux"}


@dataclass(frozen=True, slots=True)
class Cores:
    """One for whatever serves, one for whatever asks; the same where there is no second."""

    server: int
    load: int

    @property
    def remark(self) -> str:
        if self.server == self.load:
            return "one core only: server and load share it, so rates are lower and ratios less sure"
        return "what serves on one core, wrk and the benchmark on another"


def choose_cores() -> Cores:
    allowed = sorted(os.sched_getaffinity(0))
    return Cores(allowed[0], allowed[1] if len(allowed) > 1 else allowed[0])


def missing_programs() -> dict[str, str]:
    """What is not installed, with what to type; Debian keeps some programs where not every shell looks."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return {
        name: f"{name} is missing: apt-get install {package}"
        for name, package in PROGRAMS.items()
        if shutil.which(name, path=path) is None
    }


def described(cores: Cores) -> dict[str, str]:
    """The machine without its name."""
    return {
        "processor": _line_of("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": f"{len(os.sched_getaffinity(0))}: {cores.remark}",
        "memory": f"{int((_line_of('/proc/meminfo', 'MemTotal') or '0 kB').split()[0]) * 1024 / 1e9:.1f} GB",
        "kernel": f"{platform.system()} {platform.release()}",
    }


def versions() -> dict[str, str]:
    """Of all but PostgreSQL and Isso, which say theirs when they run."""
    found = {
        "Rejoinder": _commit(),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "granian": version("granian"),
        "nginx": _told(["nginx", "-v"], r"nginx/(\S+)"),
        "wrk": _told(["wrk", "-v"], r"wrk \S*?([\d.]+\S*)"),
    }
    return {name: told for name, told in found.items() if told}


def _commit() -> str:
    commit = _told(["git", "rev-parse", "--short=12", "HEAD"], r"(\w+)")
    changed = _told(["git", "status", "--porcelain", "--untracked-files=no", "--", "app", "migrations"], r"(\S+)")
    return f"{commit or 'unknown'}{', changed since' if changed else ''}"


def _told(command: list[str], pattern: str) -> str:
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
    try:
        told = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=20, check=False
        )
    except OSError:
        return ""
    found = re.search(pattern, told.stdout + told.stderr)
    return found[1] if found else ""


def _line_of(file: str, name: str) -> str:
    lines: Mapping[str, str] = {
        line.partition(":")[0].strip(): line.partition(":")[2].strip() for line in Path(file).read_text().splitlines()
    }
    return lines.get(name, "")
