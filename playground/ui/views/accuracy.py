"""The share of right answers over epochs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtWidgets import QWidget

from playground.ui.models import Models
from playground.ui.numbers import percent
from playground.ui.views.base.curves import CurveView, Range
from playground.ui.views.base.ticks import linear_ticks, number_text

NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


def _texts(values: list[float]) -> list[str]:
    """Numbers, the last of them with the unit."""
    texts = [number_text(value) for value in values]
    return [*texts[:-1], texts[-1] + NARROW_SPACE + "%"] if texts else []


def _ticks(low: float, high: float, most: int) -> list[float]:
    return linear_ticks(low, min(high, 100.0), most)


class AccuracyView(CurveView):
    """Train and test accuracy of every epoch, in per cent."""

    name = "accuracy"
    title = str(QT_TRANSLATE_NOOP("View", "Accuracy"))
    workspaces = ("train", "draw", "build")
    wide = 246
    quantity = "accuracy"
    phase = 2 / 3

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(models, _ticks, _texts, parent)

    def heights(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return values * 100

    def height_range(self, bounds: Range) -> Range:
        low = min(90.0, np.floor(bounds[0] / 10 - 0.1) * 10)
        if bounds[0] > 97:
            low = np.floor(bounds[0]) - 1.0
        # Half a line's width of room, or a perfect score would be cut in half.
        return max(0.0, float(low)), 100 + (100 - float(low)) * 0.02

    def value_text(self, value: float) -> str:
        return percent(value) + NARROW_SPACE + "%"

    def missing(self) -> str:
        runner = self.models.runner
        if runner.data is not None and runner.data.dataset.task == "value":
            return self.tr("These data ask for a number, so there is no right or wrong to count.")
        if len(runner.record.epochs):
            return ""
        if runner.record.place > 0:
            return self.tr("The first figures come after one epoch.")
        return self.tr("Press Train to see the accuracy rise.")
