"""Where a server is not installed, do its tests say so, and may they be left out?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes import installed


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "_PLACES", "")


@pytest.mark.parametrize("name", installed.PACKAGES)
def test_what_needs_a_cache_that_is_not_installed_is_left_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"{name} is not installed here"):
        installed.program(name)


@pytest.mark.parametrize("name", installed.PACKAGES)
def test_but_not_where_everything_has_to_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=f"{name} is not installed here"):
        installed.program(name)


def test_modules_that_are_not_installed_are_said_so_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(installed, "_MODULES", tmp_path)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="axe-core and html-validate are not installed here"):
        installed.module_file("axe-core/axe.min.js")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="npm ci"):
        installed.module_file("axe-core/axe.min.js")
