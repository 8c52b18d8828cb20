"""Does one process count right what its limits allow, and forget it in time?"""

import time

import pytest

from app.ground.windows import ProcessMemory


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock's seconds, to be set."""
    seconds = [1_000.0]
    monkeypatch.setattr(time, "monotonic", lambda: seconds[0])
    return seconds


def test_so_many_are_let_through_in_any_window(now: list[float]) -> None:
    memory = ProcessMemory()
    assert [memory.acquire_entry("ada", 2, 60) for _ in range(3)] == [True, True, False]
    now[0] += 59
    assert not memory.acquire_entry("ada", 2, 60)
    now[0] += 2
    assert memory.acquire_entry("ada", 2, 60)


def test_nothing_stays_of_who_has_not_come_for_a_window(now: list[float]) -> None:
    memory = ProcessMemory()
    memory.acquire_entry("regular", 1_000, 60)
    for number in range(200):
        now[0] += 1
        memory.acquire_entry(f"guest {number}", 5, 60)
        memory.acquire_entry("regular", 1_000, 60)
    assert memory.reset() <= 62


def test_who_comes_again_and_again_is_not_forgotten_with_those_who_do_not(now: list[float]) -> None:
    memory = ProcessMemory()
    for _ in range(10):
        assert memory.acquire_entry("regular", 10, 60)
        memory.acquire_entry("guest", 5, 60)
        now[0] += 5
    now[0] += 8
    memory.acquire_entry("another guest", 5, 60)
    assert memory.get_moving_window("regular", 10, 60)[1] == 10
    assert not memory.acquire_entry("regular", 10, 60)
