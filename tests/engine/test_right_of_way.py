"""Training waits while the window draws, and a moment for a window that is expected; never for long."""

from __future__ import annotations

import threading
import time

import pytest

from playground.engine import loop
from playground.engine.loop import RightOfWay

LONG = 5.0


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a thread may be late, so what these tests wait for may take long."""
    monkeypatch.setattr(loop, "DRAWING_SECONDS", LONG)
    monkeypatch.setattr(loop, "COMING_SECONDS", LONG)


def waiting(way: RightOfWay) -> threading.Thread:
    """A loop that gives way after its step."""
    thread = threading.Thread(target=way.give_way)
    thread.start()
    return thread


def ended(thread: threading.Thread, within: float = LONG / 2) -> bool:
    """Whether the loop goes on with its next step in time."""
    thread.join(within)
    return not thread.is_alive()


def test_nobody_draws_and_nobody_is_expected_yet() -> None:
    way = RightOfWay()
    assert ended(waiting(way))
    way.expect(60)
    assert ended(waiting(way))


def test_it_waits_until_the_window_has_drawn() -> None:
    way = RightOfWay()
    way.claim()
    thread = waiting(way)
    assert not ended(thread, 0.05)
    way.release()
    assert ended(thread)


def test_it_waits_for_the_window_to_come_and_then_until_it_has_drawn() -> None:
    way = RightOfWay()
    way.expect(0)
    thread = waiting(way)
    assert not ended(thread, 0.05)
    way.claim()
    assert not ended(thread, 0.05)
    way.release()
    assert ended(thread)


def test_a_window_that_has_been_there_is_not_expected_any_more() -> None:
    way = RightOfWay()
    way.expect(0)
    way.claim()
    way.release()
    assert ended(waiting(way))


def test_a_window_that_does_not_come_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "COMING_SECONDS", 0.01)
    way = RightOfWay()
    way.expect(0)
    began = time.perf_counter()
    way.give_way()
    assert time.perf_counter() - began >= 0.009
    monkeypatch.setattr(loop, "COMING_SECONDS", LONG)
    assert ended(waiting(way))


def test_after_a_window_that_draws_for_long_training_goes_on_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "DRAWING_SECONDS", 0.01)
    way = RightOfWay()
    way.claim()
    way.give_way()
    monkeypatch.setattr(loop, "DRAWING_SECONDS", LONG)
    assert ended(waiting(way))
