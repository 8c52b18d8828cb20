"""Does each import contract hold, and would each be seen to break?"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

DOWN = "Imports go down only"
ONE_DIRECTION = "Features lean on each other in one direction"
PURE = "What decides is pure"
NO_FACTORY = "Nothing reaches up to the factory"
MIGRATIONS = "Migrations never import the application"

# For each contract: who would have to import what for it to break.
VIOLATIONS: dict[str, list[tuple[str, str]]] = {
    DOWN: [
        ("app.ground.clock", "app.comments.store"),
        ("app.ground.db", "app.config"),
        ("app.permissions", "app.accounts.models"),
        ("app.limits", "app.comments.rules"),
        ("app.config", "app.site.models"),
        ("app.moderation.actions", "app.cli"),
    ],
    ONE_DIRECTION: [
        ("app.comments.store", "app.moderation.queue"),
        ("app.articles.store", "app.comments.models"),
        ("app.site.models", "app.articles.models"),
        ("app.accounts.actions", "app.site.models"),
    ],
    PURE: [
        ("app.permissions", "flask"),
        ("app.ground.markup", "sqlalchemy"),
        ("app.articles.outline", "flask_sqlalchemy"),
        ("app.articles.rules", "app.articles.models"),
        ("app.articles.importing", "app.ground.db"),
        ("app.comments.form", "flask_smorest"),
        ("app.comments.rules", "app.comments.store"),
        ("app.comments.verdict", "redis"),
        ("app.site.matching", "psycopg"),
    ],
    NO_FACTORY: [
        ("app.comments.actions", "app"),
        ("app.ground.errors", "app"),
    ],
    MIGRATIONS: [
        ("migrations.env", "app.ground.db"),
    ],
}


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"]
    return subprocess.run(
        [*program, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The application as it stands, where it may be spoilt."""
    folder = tmp_path_factory.mktemp("contracts")
    for package in ("app", "migrations"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_contract_is_kept(copy: Path) -> None:
    result = _lint(copy)
    assert result.returncode == 0, result.stdout


def test_every_contract_has_a_violation_that_would_be_seen() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = {contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}
    assert contracts == set(VIOLATIONS)


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_forbidden_import_breaks_its_contract(copy: Path, contract: str) -> None:
    with ExitStack() as planted:
        for importer, imported in VIOLATIONS[contract]:
            planted.enter_context(_import_in(_file_of(copy, importer), imported))
        result = _lint(copy)
    assert result.returncode == 1
    assert f"{contract} BROKEN" in result.stdout
    seen = {
        (importer, imported)
        for importer, imported in VIOLATIONS[contract]
        if f"{importer} -> {imported} (" in result.stdout
    }
    assert seen == set(VIOLATIONS[contract])


def _file_of(folder: Path, module: str) -> Path:
    place = folder.joinpath(*module.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


@contextmanager
def _import_in(file: Path, imported: str) -> Iterator[None]:
    original = file.read_text()
    statement = "from app import create_app" if imported == "app" else f"import {imported}"
    file.write_text(f"{original}\n\ndef planted() -> None:\n    {statement}\n")
    try:
        yield
    finally:
        file.write_text(original)


def test_a_package_that_stands_nowhere_is_refused(copy: Path) -> None:
    stranger = copy / "app" / "stranger.py"
    stranger.write_text('"""Where do I belong?"""\n')
    try:
        result = _lint(copy)
    finally:
        stranger.unlink()
    assert result.returncode == 1
    assert "stranger" in result.stdout
