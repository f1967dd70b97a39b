"""How often something is asked for and drawn while training: less often than frames come, and not all on one frame."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from playground.engine.requests import Request

# A drawing that came late is followed by the next one after this share of the interval at the earliest.
LEAST = 1 / 2


class Cadence:
    """Says on which frames something is due that is drawn at most once in every `interval` seconds.

    Time is cut into intervals, which begin at `phase`, a share of their length. What differs in it falls on different
    frames; drawn all on one it would hold up the window.
    """

    def __init__(self, interval: float, phase: float = 0.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval, self._phase, self._clock = interval, phase, clock
        self._taken = float("-inf")

    def _now(self) -> float:
        """The time in intervals."""
        return self._clock() / self._interval - self._phase

    def is_due(self) -> bool:
        """Whether it is time again; always without an interval."""
        if not self._interval:
            return True
        now = self._now()
        return now - self._taken >= LEAST and (now - self._taken >= 1 or now // 1 > self._taken // 1)

    def take(self) -> None:
        """Notes that it is drawn now."""
        if self._interval:
            self._taken = self._now()


class Turn:
    """What a view has asked for, and when the same is to be asked for again."""

    def __init__(self, interval: float, phase: float) -> None:
        self.interval = interval
        self._cadence = Cadence(interval, phase)
        self._requests: tuple[Request, ...] = ()
        self._waiting = False

    def due(self, requests: tuple[Request, ...]) -> tuple[Request, ...]:
        """These requests where they are new, not answered yet or due again; else none."""
        if requests != self._requests or self._cadence.is_due():
            self._cadence.take()
            self._requests, self._waiting = requests, True
        return requests if self._waiting else ()

    def answer(self, pictures: Mapping[Request, object]) -> None:
        """Notes what a frame brought."""
        if any(request in pictures for request in self._requests):
            self._waiting = False
