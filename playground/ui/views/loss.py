"""The loss over epochs, on a logarithmic axis."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtWidgets import QWidget

from playground.engine.history import History
from playground.ui.models import Models
from playground.ui.views.base.curves import CurveView, Range
from playground.ui.views.base.legend import Legend
from playground.ui.views.base.ticks import log_ticks, number_text

# A loss of zero has no logarithm; nobody can tell smaller ones apart.
LEAST = 1e-9
SHORTEST = 0.5  # decades
BAND_OPACITY, RIM_OPACITY = 0.1, 0.3


def _texts(powers: list[float]) -> list[str]:
    return [number_text(10**power, 2) for power in powers]


class LossView(CurveView):
    """Train and test loss of every epoch; under them the losses of the single batches as a band from the lowest to
    the highest."""

    name = "loss"
    title = str(QT_TRANSLATE_NOOP("View", "Loss"))
    workspaces = ("train", "draw", "build")
    wide = 320
    quantity = "loss"
    phase = 1 / 3

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        self.band: pg.PlotCurveItem | None = None
        super().__init__(models, log_ticks, _texts, parent)
        self.legend = Legend(models.theme, self)
        self.band = pg.PlotCurveItem(fillLevel="enclosed", skipFiniteCheck=True)
        self.band.setZValue(-0.5)
        self.plot.box.addItem(self.band, ignoreBounds=True)
        self.update_theme()

    def header_controls(self) -> list[QWidget]:
        return [self.legend]

    def heights(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        finite = np.where(np.isfinite(values), values, np.nan)
        return np.log10(np.maximum(finite, LEAST))

    def height_range(self, bounds: Range) -> Range:
        low, high = np.floor(bounds[0] * 5 - 0.25) / 5, np.ceil(bounds[1] * 5 + 0.25) / 5
        missing = max(0.0, SHORTEST - (high - low)) / 2
        return low - missing, high + missing

    def missing(self) -> str:
        return "" if self.models.runner.record.place > 0 else self.tr("Press Train to see the loss fall.")

    def update_theme(self) -> None:
        super().update_theme()
        if self.band is not None:
            color = self.models.theme.color("series.train")
            color.setAlphaF(BAND_OPACITY)
            self.band.setBrush(pg.mkBrush(color))
            color.setAlphaF(RIM_OPACITY)
            self.band.setPen(pg.mkPen(color, width=1))

    def _update_curves(self) -> None:
        super()._update_curves()
        if self.band is None:
            return
        x, low, high = self.models.runner.record.batch_loss.band(self.plot.pixels[0] // 2)
        _, (bottom, top) = self.plot.box.viewRange()
        outline = np.clip(np.concatenate([self.heights(high), self.heights(low)[::-1]]), bottom, top)
        self.band.setData(np.concatenate([x, x[::-1]]), outline, antialias=False)

    def _update_ghosts(self, earlier: list[History]) -> None:
        super()._update_ghosts(earlier)
        count = len(earlier)
        text = self.tr("1 earlier run") if count == 1 else self.tr("{count} earlier runs").format(count=count)
        self.legend.set_entries([("line", "series.ghost", text)] if count else [])

    def _bounds(self) -> Range | None:
        bounds = super()._bounds()
        raw = self.models.runner.record.batch_loss.bounds
        if raw is None:
            return bounds
        low, high = (float(value) for value in self.heights(np.array(raw)))
        if bounds is None:
            return low, high
        # A single lucky batch must not flatten the curves: the band has half as much room as they have, at most.
        room = max(SHORTEST, (bounds[1] - bounds[0]) / 2)
        return min(bounds[0], max(low, bounds[0] - room)), max(bounds[1], min(high, bounds[1] + room))
