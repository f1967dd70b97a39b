"""The loss over epochs, on a logarithmic axis."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.ui.models import Models
from playground.ui.views.base.curves import CurveView, Range
from playground.ui.views.base.legend import BAND_OPACITY, RIM_OPACITY, Entry, Legend
from playground.ui.views.base.readout import Row
from playground.ui.views.base.ticks import log_ticks, number_text

# A loss of zero has no logarithm; nobody can tell smaller ones apart.
LEAST = 1e-9
# Decades: of the whole axis, and for the band above and below the curves.
SHORTEST, LEAST_ROOM = 0.5, 1.0
# Room that a header needs beside its title and the legend: margins and the button that folds the plots.
FREE = 84


def _texts(powers: list[float]) -> list[str]:
    return [number_text(10**power, 2) for power in powers]


class LossView(CurveView):
    """Train and test loss of every epoch; under them the losses of the single batches as a band that holds nine of
    ten: the lowest and the highest twentieth would fill the plot where small batches scatter."""

    name = "loss"
    title = str(QT_TRANSLATE_NOOP("View", "Loss"))
    workspaces = ("train", "draw", "build")
    wide = 320
    quantity = "loss"
    phase = 1 / 3

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        self.band: pg.PlotCurveItem | None = None
        super().__init__(models, log_ticks, _texts, parent)
        self._low = self._high = self._at = np.empty(0)
        self._named: tuple[int, bool, int] | None = None
        self.legend = Legend(models.theme, self)
        self.band = pg.PlotCurveItem(fillLevel="enclosed", skipFiniteCheck=True)
        self.band.setZValue(-0.5)
        self.plot.box.addItem(self.band, ignoreBounds=True)
        self.update_theme()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.band is not None:
            self._update_legend()

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
            self._named = None

    def _update_curves(self) -> None:
        if self.band is None:
            return
        self._at, low, high = self.models.runner.record.batch_loss.band(max(1, self.plot.pixels[0] // 2))
        self._low, self._high = self.heights(low), self.heights(high)
        super()._update_curves()
        _, (bottom, top) = self.plot.box.viewRange()
        outline = np.clip(np.concatenate([self._high, self._low[::-1]]), bottom, top)
        self.band.setData(np.concatenate([self._at, self._at[::-1]]), outline, antialias=False)
        self._update_legend()

    def _update_legend(self) -> None:
        """Names the band where the header has room for it beside the earlier runs."""
        count, drawn = len(self._earlier), len(self._at) > 0
        if self._named == (count, drawn, self.width()):
            return
        self._named = count, drawn, self.width()
        text = self.tr("1 earlier run") if count == 1 else self.tr("{count} earlier runs").format(count=count)
        runs: list[Entry] = [("line", "series.ghost", text)] if count else []
        band: list[Entry] = [("band", "series.train", self._band_name())] if drawn else []
        title = QFontMetrics(self.models.theme.font("panel_title")).horizontalAdvance(self.caption())
        self.legend.set_entries([*band, *runs])
        if title + self.legend.sizeHint().width() + self.models.theme.px(FREE) > self.width():
            self.legend.set_entries(runs)
        self.legend.setToolTip(
            self.tr("The band holds the losses of 9 of 10 batches; the lowest and the highest 5 % are left out.")
        )

    def _band_name(self) -> str:
        return self.tr("9 of 10 batches")

    def _rows(self, number: int) -> list[Row]:
        rows = super()._rows(number)
        if len(self._at):
            place = self.models.runner.record.epochs.column("epoch")[number]
            low, high = (10 ** float(np.interp(place, self._at, edge)) for edge in (self._low, self._high))
            value = self.tr("{low} to {high}").format(low=self.value_text(low), high=self.value_text(high))
            rows.append(("", self._band_name(), value))
        return rows

    def _bounds_now(self) -> Range | None:
        bounds = super()._bounds_now()
        if len(self._at) == 0:
            return bounds
        low, high = float(self._low.min()), float(self._high.max())
        if bounds is None:
            return low, high
        # The band must not flatten the curves: above and below them it has half as much room as they have, at most.
        room = max(LEAST_ROOM, (bounds[1] - bounds[0]) / 2)
        return min(bounds[0], max(low, bounds[0] - room)), max(bounds[1], min(high, bounds[1] + room))
