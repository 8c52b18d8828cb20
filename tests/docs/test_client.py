"""Is the typed client the contract's, and does a page that uses it compile?"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from tests.processes import installed
from tests.schema.rows import on_sqlite

CLIENT = Path(__file__).parents[2] / "client"


TYPES, COMPILER = "openapi-typescript/bin/cli.js", "typescript/bin/tsc"


def run(tool: str, *words: str, folder: Path = CLIENT) -> subprocess.CompletedProcess[str]:
    """Run one of the tools that client/package-lock.json locks."""
    command = [installed.program("node"), str(installed.module_file(tool)), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


@on_sqlite
def test_the_types_are_those_of_the_contract(shared_app: Flask, tmp_path: Path) -> None:
    document = tmp_path / "openapi.json"
    document.write_text(shared_app.test_client().get("/api/v1/openapi.json").text)
    done = run(TYPES, str(document), "--output", str(tmp_path / "rejoinder.d.ts"))
    assert done.returncode == 0, done.stderr
    made = (tmp_path / "rejoinder.d.ts").read_text()
    assert (CLIENT / "rejoinder.d.ts").read_text() == made, "make client writes it again"


def test_the_example_compiles() -> None:
    done = run(COMPILER, "--noEmit", "--project", "example")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_field_that_is_not_there_is_seen(tmp_path: Path) -> None:
    copy = tmp_path / "client"
    shutil.copytree(CLIENT, copy, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (copy / "node_modules").symlink_to(installed.module_file(COMPILER).parents[2])
    page = copy / "example" / "src" / "Article.tsx"
    page.write_text(page.read_text().replace("article.title", "article.titel"))
    done = run(COMPILER, "--noEmit", "--project", "example", folder=copy)
    assert (done.returncode, "titel" in done.stdout) == (2, True)


@pytest.mark.parametrize("kind", ["dependencies", "devDependencies"])
def test_every_version_is_exact(kind: str) -> None:
    named = json.loads((CLIENT / "package.json").read_text()).get(kind, {})
    assert {name: version for name, version in named.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)} == {}


def test_the_lock_holds_a_hash_for_each_package_and_no_address() -> None:
    text = (CLIENT / "package-lock.json").read_text()
    assert "://" not in text
    packages = {name: found for name, found in json.loads(text)["packages"].items() if name}
    assert len(packages) > 20
    assert [name for name, found in packages.items() if not found["integrity"].startswith("sha512-")] == []
