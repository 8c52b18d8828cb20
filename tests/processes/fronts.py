"""How do tests put a real Varnish or nginx in front of a server, configured as docs/caching says?"""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPException
from urllib.parse import urlsplit

from tests.processes.asking import ask
from tests.processes.installed import Installed, open_folder, program
from tests.processes.running import ROOT, free_port
from tests.servers import worker_number

CONFIGURATIONS = ROOT / "docs" / "caching"


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
def varnish(server: str, *, port: int, purge_port: int) -> Iterator[Installed]:
    """A Varnish in front of the server at this URL."""
    path = program("varnishd")
    with open_folder() as folder:
        vcl = folder / "rejoinder.vcl"
        vcl.write_text(_changed("rejoinder.vcl", {'.port = "8000"': f'.port = "{urlsplit(server).port}"'}))
        doors = ["-a", f"127.0.0.1:{port}", "-a", f"purge=127.0.0.1:{purge_port}"]
        command = [path, "-F", "-j", "none", "-n", str(folder / "work"), "-f", str(vcl), "-s", "malloc,64m",
                   "-p", "http_gzip_support=off", "-T", "none", *doors]  # fmt: skip
        front = Installed(url=f"http://127.0.0.1:{port}", command=command, answers=_lives, log=folder / "log")
        with front.running():
            yield front


@contextmanager
def nginx(server: str) -> Iterator[Installed]:
    """An nginx in front of the server at this URL."""
    path, port = program("nginx"), free_port()
    with open_folder() as folder:
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
        front = Installed(url=f"http://127.0.0.1:{port}", command=command, answers=_lives, log=folder / "log")
        with front.running():
            yield front


def _changed(name: str, changes: Mapping[str, str]) -> str:
    """A configuration of docs/caching, with this machine's ports and folders in it."""
    text = (CONFIGURATIONS / name).read_text()
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for told, here in changes.items():
        assert code.count(told) == 1, f"{name} has {told!r} {code.count(told)} times"
        code = code.replace(told, here)
    return code


def _lives(url: str) -> bool:
    with suppress(OSError, HTTPException):
        return ask(url, "GET", "/health/live").status == 200
    return False
