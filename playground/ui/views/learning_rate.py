"""How far each step goes: the learning rate, and below it the length of the gradient that it multiplies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP, QPoint
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.engine.history import History
from playground.engine.mailbox import Frame
from playground.engine.thinning import Envelope
from playground.ui.controls.labels import Label
from playground.ui.models import Models
from playground.ui.theme import token
from playground.ui.views.base import View
from playground.ui.views.base.curves import AHEAD
from playground.ui.views.base.plot import Axis, Plot
from playground.ui.views.base.readout import Readout
from playground.ui.views.base.ticks import linear_ticks, log_ticks, number_text, whole_ticks

LEAST = 1e-12
MOST = 3  # numbers on each of two low axes


def _rate_ticks(low: float, high: float, most: int) -> list[float]:
    return linear_ticks(low, high, min(most, MOST))


def _norm_ticks(low: float, high: float, most: int) -> list[float]:
    return log_ticks(low, high, min(most, MOST))


def _norm_texts(powers: list[float]) -> list[str]:
    return [number_text(10**power, 2) for power in powers]


def _no_texts(values: list[float]) -> list[str]:
    return [""] * len(values)


class LearningRateView(View):
    """Two plots over the same epochs: the rate of every batch, and the gradient norm as training sampled it, raw and
    smoothed."""

    name = "learning_rate"
    title = str(QT_TRANSLATE_NOOP("View", "Learning rate"))
    workspaces = ("train",)
    area = "bottom"
    wide = 212
    interval = 1 / 10
    phase = 2 / 3

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(models, parent)
        theme = models.theme
        self.rate_plot = self._plot(Axis("left", _rate_ticks), Axis("bottom", whole_ticks, _no_texts))
        self.rate_plot.setObjectName("learning_rate_plot")
        self.rate_plot.setAccessibleName(self.caption())
        self.norm_plot = self._plot(Axis("left", _norm_ticks, _norm_texts), Axis("bottom", whole_ticks))
        self.rate = self.rate_plot.add_line("text.primary", label=" ")
        self.raw = self.norm_plot.add_line("series.ghost", "border.hairline")
        self.norm = self.norm_plot.add_line("text.primary", z=1)
        self.subtitle = Label(self.tr("Gradient norm"), self.content, "title")
        self.norm_plot.setObjectName("gradient_norm_plot")
        self.norm_plot.setAccessibleName(self.subtitle.text())
        self.value = Label("", self, "caption", "learning_rate_value")
        self._source: History | None = None
        self._restart()
        self._column = QVBoxLayout(self.content)
        self._column.setSpacing(0)
        for widget in (self.rate_plot, self.subtitle, self.norm_plot):
            self._column.addWidget(widget, 0 if widget is self.subtitle else 1)
        self.readouts = {plot: Readout(theme, plot) for plot in (self.rate_plot, self.norm_plot)}
        models.runner.state_changed.connect(self._on_state_changed)
        self.rate_plot.hovered.connect(self._on_rate_hovered)
        self.norm_plot.hovered.connect(self._on_norm_hovered)
        self.update_theme()

    def _plot(self, left: Axis, bottom: Axis) -> Plot:
        plot = Plot(self.models.theme, self.content, left, bottom)
        plot.setMinimumHeight(0)
        return plot

    def _restart(self) -> None:
        self._seen = 0
        self._smooth: float | None = None
        self._x_end = 1.0
        self.raw_curve, self.norm_curve = Envelope(), Envelope()

    def header_controls(self) -> list[QWidget]:
        return [self.value]

    def update_theme(self) -> None:
        super().update_theme()
        theme = self.models.theme
        for plot in (self.rate_plot, self.norm_plot):
            plot.update_theme()
        self.rate_plot.bottom.set_theme(theme, theme.px(4))
        for line in (self.raw, self.norm):
            line.set_theme(theme)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.subtitle.setContentsMargins(theme.px(token("space.panel_padding")), 0, 0, 0)

    def show_frame(self, frame: Frame) -> None:
        if frame.messages or (frame.batch_count and self.is_due()):
            self._update_curves()

    def _on_state_changed(self, state: str) -> None:
        if self.isVisible():
            self._update_curves()

    def refresh(self) -> None:
        self._source = None
        self._update_curves()

    def forget(self) -> None:
        if self.isVisible():
            self._update_curves()

    def _update_curves(self) -> None:
        record = self.models.runner.record
        if self.run_is_left:
            self.value.setText("")
            self.say(self.tr("The curves appear once the network is built."))
            return
        if record.gradients is not self._source:
            self._source = record.gradients
            self._restart()
        rate = record.learning_rate
        self.say("" if rate.last else self.tr("Press Train to see the learning rate and the gradient."))
        self.value.setText(number_text(rate.last[1]) if rate.last else "")
        if rate.last is None or rate.bounds is None:
            return
        self._take_gradients(record.gradients)
        if not record.place <= self._x_end <= max(2 * record.place, 2.0):
            self._x_end = max(1.0, record.place * AHEAD)
        x_range = (0.0, self._x_end)
        self.rate_plot.set_ranges(x_range, (0.0, rate.bounds[1] * 1.1))
        still = self.models.runner.state != "training"
        self.rate.set_points(*rate.line(), still=still)
        bounds = self.raw_curve.bounds
        if bounds is not None:
            low, high = np.floor(bounds[0] * 2) / 2, np.ceil(bounds[1] * 2) / 2
            self.norm_plot.set_ranges(x_range, (low, max(high, low + 1)))
        self.raw.set_points(*self.raw_curve.line(), still=still)
        self.norm.set_points(*self.norm_curve.line(), still=still)
        for plot in (self.rate_plot, self.norm_plot):
            plot.place_labels()

    def _take_gradients(self, gradients: History) -> None:
        fresh = slice(self._seen, len(gradients))
        self._seen = len(gradients)
        x, norm = gradients.column("epoch")[fresh], gradients.column("norm")[fresh]
        usable = np.isfinite(norm) & (norm > 0)
        x, heights = x[usable], np.log10(np.maximum(norm[usable], LEAST))
        self.raw_curve.extend(x, heights)
        self.norm_curve.extend(x, self._smoothed(heights))

    def _smoothed(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The exponential moving average of the values, going on from the last ones."""
        share: float = token("plot.smoothing")
        found = np.empty_like(values)
        for number, value in enumerate(values):
            self._smooth = value if self._smooth is None else share * self._smooth + (1 - share) * value
            found[number] = self._smooth
        return found

    # -- values under the pointer -------------------------------------------------------------------------------

    def _on_rate_hovered(self, x: float | None) -> None:
        self._show_value(self.rate_plot, x, *self.models.runner.record.learning_rate.line())

    def _on_norm_hovered(self, x: float | None) -> None:
        places, heights = self.norm_curve.line()
        self._show_value(self.norm_plot, x, places, 10**heights)

    def _show_value(
        self, plot: Plot, x: float | None, places: NDArray[np.float64], values: NDArray[np.float64]
    ) -> None:
        readout = self.readouts[plot]
        if x is None or len(places) == 0:
            plot.cross.hide()
            readout.hide()
            return
        at = int(np.abs(places - x).argmin())
        plot.mark(float(places[at]))
        place = plot.point_at(float(places[at]), 0).toPoint()
        epoch = self.tr("Epoch {number}").format(number=number_text(float(np.ceil(places[at])), 6))
        readout.show_at(QPoint(place.x(), plot.height() // 2), [("", epoch, number_text(float(values[at])))])
