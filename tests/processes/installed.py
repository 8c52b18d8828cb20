"""How do tests run a server that the system has to have installed, end it and start it again?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Self

import pytest

from tests.processes.outages import within

START_SECONDS = 30
STOP_SECONDS = 10
# What comes as a package of the index, then the path, then where Debian puts servers, which is not on everybody's path.
_PLACES = os.pathsep.join(
    [str(Path(sys.executable).parent), os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]
)
PACKAGES = {
    "varnishd": "varnish",
    "nginx": "nginx-light",
    "pgbouncer": "pgbouncer",
    "chromium": "chromium",
    "node": "nodejs",
}
# How a program is asked for its version, where not by --version.
_VERSION = {"varnishd": "-V", "nginx": "-v"}
# What `npm ci` puts there from client/package-lock.json.
_MODULES = Path(__file__).parents[2] / "client" / "node_modules"
_NO_MODULES = "axe-core and html-validate are not installed here (`npm ci` in client/ does it)"


class NotStarted(Exception):
    """An installed server did not start; the message ends with its last words."""


@dataclass(slots=True, kw_only=True)
class Installed:
    """A server of the system's, reached at `url`."""

    url: str
    command: Sequence[str]
    answers: Callable[[str], bool]  # whether what is reached at a URL is ready
    log: Path
    owner: str | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Raises NotStarted."""
        with self.log.open("ab") as words:
            process = self.process = subprocess.Popen(
                self.command, user=self.owner, cwd="/", stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT
            )
        is_over = within(START_SECONDS, lambda: process.poll() is not None or self.answers(self.url))
        if not is_over or process.poll() is not None:
            last_words = self.log.read_text().splitlines()[-20:]
            raise NotStarted("\n".join(["It did not start. Its last words:", *last_words]))

    def stop(self) -> None:
        """End it; safe on one that is gone."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    @contextmanager
    def running(self) -> Iterator[Self]:
        try:
            self.start()
            yield self
        finally:
            self.stop()


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that whoever a server runs as can look into, for that server's files."""
    # Its sockets' paths have about a hundred bytes: not pytest's own deep folder.
    with tempfile.TemporaryDirectory(prefix="rejoinder-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def program(name: str) -> str:
    """Where a server is. Skips the test where it is not, but in CI, where it must be."""
    found = _found(name)
    if found is None:
        _leave_out(_missing(name))
    return found


def module_file(name: str) -> Path:
    """A file of a module that the client's tools need, such as `axe-core/axe.min.js`. Skips as `program` does."""
    path = _MODULES / name
    if not path.exists():
        _leave_out(_NO_MODULES)
    return path


def _leave_out(why: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


def report(terminal: pytest.TerminalReporter) -> None:
    """Name what the run could start, and what it could not."""
    for name in PACKAGES:
        found = _found(name)
        terminal.line(f"{name}: {_version(found)}, {found}" if found else f"{_missing(name)}: its tests were skipped")
    if not _MODULES.exists():
        terminal.line(f"{_NO_MODULES}: what needs them was skipped")


def _found(name: str) -> str | None:
    return shutil.which(name, path=_PLACES)


def _missing(name: str) -> str:
    return f"{name} is not installed here (Debian has it in {PACKAGES[name]})"


def _version(path: str) -> str:
    asked = _VERSION.get(Path(path).name, "--version")
    told = subprocess.run([path, asked], capture_output=True, text=True, check=False)
    number = re.search(r"\d+\.\d+\.\d+", told.stdout + told.stderr)
    return number[0] if number else "of an unknown version"
