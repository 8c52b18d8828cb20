"""Do threads come one after the other, and in their order?"""

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, cast

import pytest

from app.ground import turns as module
from app.ground.turns import TooLong, Turns, WorkInTurns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def until(condition: Callable[..., object]) -> None:
    """Wait for what another thread is about to do."""
    end = time.monotonic() + 5
    while not condition() and time.monotonic() < end:
        time.sleep(0.001)


def test_they_come_in_the_order_in_which_they_asked() -> None:
    turns, came = Turns(), list[int]()

    def come(number: int) -> None:
        with turns.turn(wait_seconds=5):
            came.append(number)

    threads = [threading.Thread(target=come, args=[number]) for number in range(20)]
    with turns.turn(wait_seconds=5):
        for number, thread in enumerate(threads):
            thread.start()
            until(lambda count=number + 1: len(turns._waiting) == count)
        assert came == []
    for thread in threads:
        thread.join(5)
    assert came == list(range(20))


def test_two_are_never_in_at_once() -> None:
    turns, inside, most = Turns(), list[int](), list[int]()

    def come(number: int) -> None:
        for _ in range(50):
            with turns.turn(wait_seconds=5):
                inside.append(number)
                time.sleep(0)
                most.append(len(inside))
                inside.remove(number)

    threads = [threading.Thread(target=come, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (len(most), max(most)) == (400, 1)


def test_so_many_are_in_at_once_and_no_more() -> None:
    turns = Turns(2)
    with turns.turn(wait_seconds=0), turns.turn(wait_seconds=0), pytest.raises(TooLong), turns.turn(wait_seconds=0.01):
        pass
    with turns.turn(wait_seconds=0), turns.turn(wait_seconds=0):
        pass


def test_a_request_that_has_waited_too_long_is_worked_on_beside_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.01)
    depth = list[int]()

    def work(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        depth.append(len(depth))
        return [] if len(depth) > 2 else list(working(environ, start_response))

    working = WorkInTurns(work, at_once=1, free=())
    assert list(working({"PATH_INFO": "/"}, cast("StartResponse", None))) == []
    assert depth == [0, 1, 2]


def test_who_waits_too_long_goes_and_keeps_nobody_else_waiting() -> None:
    turns = Turns()
    with turns.turn(wait_seconds=5):
        gone = threading.Thread(target=_give_up, args=[turns])
        gone.start()
        gone.join(5)
        assert not gone.is_alive()
    with turns.turn(wait_seconds=0):
        pass


def _give_up(turns: Turns) -> None:
    with pytest.raises(TooLong), turns.turn(wait_seconds=0.01):
        pass


def test_a_turn_that_fails_is_passed_on() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="broken"), turns.turn(wait_seconds=0):
        raise ValueError("broken")
    with turns.turn(wait_seconds=0):
        pass


class Stopped(BaseException):
    """As Ctrl-C is: no Exception."""


def test_who_is_stopped_while_waiting_keeps_nobody_else_waiting() -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Stopped

    turns, before = Turns(), signal.signal(signal.SIGUSR1, stop)
    is_in, may_go = threading.Event(), threading.Event()

    def stay() -> None:
        with turns.turn(wait_seconds=0):
            is_in.set()
            may_go.wait(5)

    stays = threading.Thread(target=stay)
    stays.start()
    is_in.wait(5)
    waits = threading.main_thread().ident or 0
    threading.Timer(0.05, signal.pthread_kill, [waits, signal.SIGUSR1]).start()
    try:
        with pytest.raises(Stopped), turns.turn(wait_seconds=5):
            pass
    finally:
        signal.signal(signal.SIGUSR1, before)
        may_go.set()
        stays.join(5)
    with turns.turn(wait_seconds=0.1):
        pass


def test_who_is_stopped_at_the_moment_of_being_called_passes_the_turn_on(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns()

    class StoppedWhenCalled:
        """A lock whose holder is stopped as soon as it is released."""

        def __init__(self) -> None:
            self._lock = threading.Lock()

        def acquire(self, *, timeout: float = -1) -> bool:
            if timeout >= 0:
                turns._pass_on()
                raise Stopped
            return self._lock.acquire()

        def release(self) -> None:
            self._lock.release()

    turns._free = 0
    monkeypatch.setattr(module, "Lock", StoppedWhenCalled)
    with pytest.raises(Stopped), turns.turn(wait_seconds=5):
        pass
    monkeypatch.undo()
    with turns.turn(wait_seconds=0.1):
        pass
