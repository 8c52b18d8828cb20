"""Where a cache is not installed, do its tests say so, and may they be left out?"""

from __future__ import annotations

import pytest

from tests.processes import fronts


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fronts, "_PLACES", "")


@pytest.mark.parametrize("name", fronts.PACKAGES)
def test_what_needs_a_cache_that_is_not_installed_is_left_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"{name} is not installed here"):
        fronts.program(name)


@pytest.mark.parametrize("name", fronts.PACKAGES)
def test_but_not_where_everything_has_to_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=f"{name} is not installed here"):
        fronts.program(name)
