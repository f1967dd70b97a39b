"""What the view showed before it took in a larger network by itself, so that it can go back."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF


class Sight(NamedTuple):
    """How far the network reached, the zoom, the point in the middle, and whether all of it was fitted."""

    network: QRectF
    zoom: float
    middle: QPointF
    fitted: bool


class Sights:
    """What the view can go back to, the latest last. Whoever looks elsewhere forgets all."""

    def __init__(self) -> None:
        self._kept: list[Sight] = []

    def keep(self, sight: Sight) -> None:
        """Remembers what was in view."""
        self._kept.append(sight)

    def forget(self) -> None:
        """The user has chosen what to look at."""
        self._kept.clear()

    def take(self, network: QRectF) -> Sight | None:
        """The earliest that shows the whole of a network which reaches no further than then; None where it does."""
        found = None
        while self._kept and self._kept[-1].network.adjusted(-1, -1, 1, 1).contains(network):
            found = self._kept.pop()
        return found
