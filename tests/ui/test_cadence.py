"""How often something is drawn while training, and that not all of it falls on one frame."""

from __future__ import annotations

from itertools import pairwise

import pytest

from playground.ui.cadence import LEAST, Cadence
from playground.ui.views.accuracy import AccuracyView
from playground.ui.views.learning_rate import LearningRateView
from playground.ui.views.loss import LossView
from playground.ui.views.weights import WeightsView

FRAME = 1 / 31


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def drawn(interval: float, phase: float, frames: list[float]) -> list[float]:
    """At which of these times it was drawn."""
    clock = Clock()
    cadence, times = Cadence(interval, phase, clock), []
    for clock.now in frames:
        if cadence.is_due():
            cadence.take()
            times.append(clock.now)
    return times


@pytest.mark.parametrize("phase", [0.0, 1 / 3, 2 / 3])
def test_it_is_drawn_once_in_every_interval(phase: float) -> None:
    times = drawn(0.1, phase, [100 + number * FRAME for number in range(620)])
    assert len(times) == pytest.approx(200, abs=1)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) >= LEAST * 0.1 and max(gaps) < 0.1 + 2 * FRAME


def test_the_first_time_is_at_once() -> None:
    assert drawn(0.1, 0.5, [100.07]) == [100.07]


def test_a_late_frame_is_not_followed_at_its_heels() -> None:
    # The one that was due at 100.1 came at 100.19; the next interval begins at 100.2.
    assert drawn(0.1, 0.0, [100.05, 100.19, 100.21, 100.25]) == [100.05, 100.19, 100.25]


def test_frames_that_come_seldom_are_all_drawn() -> None:
    frames = [100.0, 100.15, 100.3, 100.45]
    assert drawn(0.1, 0.0, frames) == frames


def test_without_an_interval_every_frame_is_drawn() -> None:
    assert len(drawn(0.0, 0.0, [100.0, 100.0, 100.001])) == 3


def test_the_plots_take_turns() -> None:
    """Together with the weight wires they are five; no frame has to draw more than two of them."""
    frames = [100 + number * FRAME for number in range(310)]
    parts = [(0.1, 0.0)] + [(kind.interval, kind.phase) for kind in (
        LossView, AccuracyView, LearningRateView, WeightsView)]  # fmt: skip
    counts = dict.fromkeys(frames, 0)
    for interval, phase in parts:
        for at in drawn(interval, phase, frames)[1:]:
            counts[at] += 1
    assert max(counts.values()) <= 2
