"""What is the limit: how does nginx serve the same bytes as files?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.children import Word, free_port, plain_environment, running
from bench.client import wait_until_answered

_CONFIGURATION = """
{user}
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  keepalive_requests 100000000;
  open_file_cache max=20000;
  default_type application/json;
  client_body_temp_path {folder}/temporary;
  proxy_temp_path {folder}/temporary;
  fastcgi_temp_path {folder}/temporary;
  uwsgi_temp_path {folder}/temporary;
  scgi_temp_path {folder}/temporary;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/files;
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Files:
    """nginx with one worker; what is put at a path is served there."""

    base: str
    folder: Path

    def put(self, path: str, content: bytes) -> None:
        file = self.folder / path.partition("?")[0].lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


@contextmanager
def serving_files(folder: Path, *, core: int) -> Iterator[Files]:
    folder = folder.resolve()
    files = Files(f"http://127.0.0.1:{(port := free_port())}", folder / "files")
    (folder / "files").mkdir(parents=True, exist_ok=True)
    # Started as root, its worker would be somebody who may not look into this checkout.
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(user=user, folder=folder, port=port))
    environment = plain_environment()
    environment["PATH"] += ":/usr/sbin:/sbin"
    command: list[Word] = ["nginx", "-c", configuration, "-e", folder / "error.log"]
    files.put("/ready", b"yes")
    with running(command, core=core, log=folder / "log", environment=environment) as child:
        wait_until_answered(files.base, "/ready", child)
        yield files
