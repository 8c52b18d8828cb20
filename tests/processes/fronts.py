"""How do tests put a real Varnish or nginx in front of a server, configured as docs/caching says?"""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.processes.asking import ask
from tests.processes.running import ROOT, free_port
from tests.servers import worker_number

CONFIGURATIONS = ROOT / "docs" / "caching"
START_SECONDS = 30
STOP_SECONDS = 10
# Where Debian puts servers, which is not on everybody's path.
_PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
PACKAGES = {"varnishd": "varnish", "nginx": "nginx-light", "pgbouncer": "pgbouncer"}


class FrontMissing(Exception):
    """A cache did not start; the message ends with its last words."""


@dataclass(slots=True, kw_only=True)
class Front:
    """A cache in front of a server. It can be ended, and started again empty."""

    command: Sequence[str]
    base: str
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Raises FrontMissing."""
        with self.log.open("ab") as words:
            self.process = subprocess.Popen(
                self.command, cwd="/", stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT
            )
        end = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < end:
            with suppress(OSError, HTTPException):
                if ask(self.base, "GET", "/health/live").status == 200:
                    return
            time.sleep(0.05)
        self.stop()
        raise FrontMissing("\n".join(["It did not start. Its last words:", *self.log.read_text().splitlines()[-20:]]))

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


def program(name: str) -> str:
    """Where a server is. Skips the test where it is not, but in CI, where it must be."""
    found = found_program(name)
    if found is not None:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(_missing(name))
    pytest.skip(_missing(name))


def found_program(name: str) -> str | None:
    return shutil.which(name, path=_PLACES)


def report(terminal: pytest.TerminalReporter) -> None:
    """Name what the run could put in front, and what it could not."""
    for name in PACKAGES:
        found = found_program(name)
        terminal.line(f"{name}: {_version(found)}, {found}" if found else f"{_missing(name)}: its tests were skipped")


def _missing(name: str) -> str:
    return f"{name} is not installed here (Debian has it in {PACKAGES[name]})"


def _version(path: str) -> str:
    told = subprocess.run([path, "-v" if "nginx" in path else "-V"], capture_output=True, text=True, check=False)
    number = re.search(r"\d+\.\d+\.\d+", told.stdout + told.stderr)
    return number[0] if number else "of an unknown version"


def two_free_ports() -> tuple[int, int]:
    """Neighbours that no server of a test takes meanwhile (running.free_port), and of this test worker alone."""
    while True:
        first = random.randrange(28_000, 30_000, 32) + 2 * (worker_number() % 16)
        if not any(map(_is_taken, (first, first + 1))):
            return first, first + 1


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def varnish(server: str, *, port: int, purge_port: int) -> Iterator[Front]:
    """A Varnish in front of the server at this URL."""
    path = program("varnishd")
    with _folder() as folder:
        vcl = folder / "rejoinder.vcl"
        vcl.write_text(_changed("rejoinder.vcl", {'.port = "8000"': f'.port = "{urlsplit(server).port}"'}))
        doors = ["-a", f"127.0.0.1:{port}", "-a", f"purge=127.0.0.1:{purge_port}"]
        command = [path, "-F", "-j", "none", "-n", str(folder / "work"), "-f", str(vcl), "-s", "malloc,64m",
                   "-p", "http_gzip_support=off", "-T", "none", *doors]  # fmt: skip
        with _running(Front(command=command, base=f"http://127.0.0.1:{port}", log=folder / "log")) as front:
            yield front


@contextmanager
def nginx(server: str) -> Iterator[Front]:
    """An nginx in front of the server at this URL."""
    path, port = program("nginx"), free_port()
    with _folder() as folder:
        site = folder / "site.conf"
        changes = {
            "127.0.0.1:8000": urlsplit(server).netloc,
            "listen 80;": f"listen 127.0.0.1:{port};",
            "/var/cache/nginx/rejoinder": str(folder / "cache"),
        }
        site.write_text(_changed("nginx.conf", changes))
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        places = [f"{kind}_temp_path {folder / kind};" for kind in kinds]
        whole = [
            "user root;" if os.geteuid() == 0 else "",
            "daemon off; worker_processes 1;",
            f"pid {folder / 'pid'}; error_log {folder / 'log'} warn;",
            "events { worker_connections 512; }",
            "http {", *places, f"include {site};", "}",
        ]  # fmt: skip
        (folder / "nginx.conf").write_text("\n".join(whole))
        command = [path, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "log")]
        with _running(Front(command=command, base=f"http://127.0.0.1:{port}", log=folder / "log")) as front:
            yield front


def _changed(name: str, changes: Mapping[str, str]) -> str:
    """A configuration of docs/caching, with this machine's ports and folders in it."""
    text = (CONFIGURATIONS / name).read_text()
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for told, here in changes.items():
        assert code.count(told) == 1, f"{name} has {told!r} {code.count(told)} times"
        code = code.replace(told, here)
    return code


@contextmanager
def _folder() -> Iterator[Path]:
    # Its sockets' paths have about a hundred bytes: not pytest's own deep folder.
    with tempfile.TemporaryDirectory(prefix="rejoinder-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def _running(front: Front) -> Iterator[Front]:
    front.start()
    try:
        yield front
    finally:
        front.stop()
