"""What the loss and the accuracy have in common: a curve for train, one for test, and those of earlier runs."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.engine.history import History
from playground.engine.mailbox import Frame
from playground.engine.record import Mark
from playground.engine.thinning import Envelope
from playground.ui.account import lines
from playground.ui.models import Models
from playground.ui.views.base import View
from playground.ui.views.base.line import Line
from playground.ui.views.base.plot import Axis, Plot, Texts, Ticks
from playground.ui.views.base.readout import Readout, Row
from playground.ui.views.base.ticks import number_text, whole_ticks

Column = NDArray[np.float64]
Range = tuple[float, float]

SERIES = ("train", "test")
# The axis of epochs runs a little ahead of the curve, so that it is laid out anew only now and then.
AHEAD = 1.04
# So near to a mark, in pixels, the readout says what it marks, of so many edits at most.
NEAR, MOST_MARKS = 6, 2


class CurveView(View):
    """Two curves over epochs and the ghosts of earlier runs.

    Subclasses say which `quantity` of an epoch they show ("loss" or "accuracy"), how values become heights
    (`heights`), which range they need (`height_range`) and how a value reads (`value_text`).
    """

    area = "bottom"
    interval = 1 / 10
    quantity = ""

    def __init__(self, models: Models, ticks: Ticks, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(models, parent)
        self._source: History | None = None
        self._seen = 0
        self._still = True
        self._x_range: Range = (0.0, 1.0)
        self._earlier: list[History] = []
        self._ghosts: list[Line] = []
        self.curves = {name: Envelope() for name in SERIES}
        self.plot = Plot(
            models.theme, self.content, Axis("left", ticks, texts), Axis("bottom", whole_ticks), label_room=44
        )
        self.plot.setObjectName(f"{self.name}_plot")
        self.plot.setAccessibleName(self.caption())
        words = {"train": self.tr("train"), "test": self.tr("test")}
        self.lines = {name: self.plot.add_line(f"series.{name}", label=words[name], z=2) for name in SERIES}
        self.ticks = pg.PlotCurveItem(connect="pairs", skipFiniteCheck=True)
        self.plot.box.addItem(self.ticks, ignoreBounds=True)
        self.readout = Readout(models.theme, self.plot)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.plot.hovered.connect(self._on_hovered)
        models.runner.state_changed.connect(self._on_state_changed)
        self.update_theme()

    # -- for subclasses ---------------------------------------------------------------------------------------

    def heights(self, values: Column) -> Column:
        """Where values lie on the upright axis."""
        return values

    def height_range(self, bounds: Range) -> Range:
        """The range to show for curves between these heights."""
        return bounds

    def value_text(self, value: float) -> str:
        """A value as the user reads it."""
        return number_text(value)

    def missing(self) -> str:
        """The sentence to show while there is no curve; empty when there is one."""
        return "" if len(self.models.runner.record.epochs) else self.tr("Press Train to see the curves.")

    # -- drawing ----------------------------------------------------------------------------------------------

    def update_theme(self) -> None:
        super().update_theme()
        theme = self.models.theme
        self.plot.update_theme()
        self.ticks.setPen(pg.mkPen(theme.color("text.caption"), width=theme.zoom))
        for ghost in self._ghosts:
            ghost.set_theme(theme)

    def show_frame(self, frame: Frame) -> None:
        if frame.messages or ((frame.batch_count or frame.epochs or frame.notices) and self.is_due()):
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
            self.say(self.tr("The curves appear once the network is built."))
            return
        if record.epochs is not self._source:
            self._source, self._seen = record.epochs, 0
            self.curves = {name: Envelope() for name in SERIES}
            self._x_range = (0.0, 1.0)
        if record.earlier is not self._earlier:
            self._update_ghosts(record.earlier)
        self.say(self.missing())
        still = self.models.runner.state != "training"
        settled = still and not self._still
        self._still = still
        fresh = len(record.epochs) > self._seen
        if fresh:
            x = record.epochs.column("epoch")[self._seen :]
            for name, curve in self.curves.items():
                values = record.epochs.column(f"{name}_{self.quantity}")[self._seen :]
                curve.extend(x, self.heights(values))
            self._seen = len(record.epochs)
        self._update_ranges()
        self._update_ticks()
        if fresh or settled or self._seen == 0:
            for name, curve in self.curves.items():
                self.lines[name].set_points(*curve.line(), still=still)
        self.plot.place_labels()

    def _update_ghosts(self, earlier: list[History]) -> None:
        self._earlier = earlier
        for ghost in self._ghosts:
            ghost.remove()
        self._ghosts = []
        for run in earlier:
            ghost = self.plot.add_line("series.ghost", "plot.ghost")
            curve = Envelope()
            curve.extend(run.column("epoch"), self.heights(run.column(f"test_{self.quantity}")))
            ghost.set_points(*curve.line(), still=True)
            self._ghosts.append(ghost)

    def _bounds(self) -> Range | None:
        """The lowest and the highest point of everything drawn."""
        now = self._bounds_now()
        found = [] if now is None else [now]
        for ghost in self._ghosts:
            _, y = ghost.curve.getData()
            found += [(float(y.min()), float(y.max()))] if y is not None and len(y) else []
        return _joined(found)

    def _bounds_now(self) -> Range | None:
        """The same for the present run alone."""
        return _joined([curve.bounds for curve in self.curves.values() if curve.bounds is not None])

    def _update_ranges(self) -> None:
        record = self.models.runner.record
        first = [float(run.column("epoch")[0]) for run in (record.epochs, *self._earlier) if len(run)]
        ends = [record.place, *(float(run.column("epoch")[-1]) for run in self._earlier if len(run))]
        start = min(first, default=1.0)
        start = 0.0 if start <= 1 else start - 1
        end = max([*ends, start + 1])
        if start != self._x_range[0] or not end <= self._x_range[1] <= max(2 * end, start + 2):
            self._x_range = (start, end if end == start + 1 else start + (end - start) * AHEAD)
        bounds = self._bounds()
        if bounds is not None:
            self.plot.set_ranges(self._x_range, self.height_range(bounds))

    def _update_ticks(self) -> None:
        """Short upright strokes at the foot where the network was rebuilt."""
        marks = np.repeat(np.array([mark.place for mark in self.models.runner.record.marks], np.float64), 2)
        _, (low, high) = self.plot.box.viewRange()
        stroke = (high - low) * self.models.theme.px(8) / self.plot.pixels[1]
        self.ticks.setData(marks, np.tile([low, low + stroke], len(marks) // 2))

    # -- values under the pointer -------------------------------------------------------------------------------

    def _on_hovered(self, x: float | None) -> None:
        epochs, marks = self.models.runner.record.epochs, self._marks_near(x)
        if x is None or (len(epochs) == 0 and not marks):
            self.plot.cross.hide()
            self.readout.hide()
            return
        if marks:
            at = marks[-1].place
            rows: list[Row] = [("", line, "") for mark in marks for line in lines(mark.rebuilt)]
        else:
            column = epochs.column("epoch")
            number = int(np.clip(np.searchsorted(column, x), 0, len(column) - 1))
            if number and x - column[number - 1] < column[number] - x:
                number -= 1
            at, rows = float(column[number]), self._rows(number)
        self.plot.mark(at)
        self.readout.show_at(QPoint(self.plot.point_at(at, 0).toPoint().x(), self.plot.height() // 3), rows)

    def _marks_near(self, x: float | None) -> list[Mark]:
        """The latest of the marks at the place under the pointer."""
        marks, (low, high) = self.models.runner.record.marks, self.plot.box.viewRange()[0]
        if x is None or not marks:
            return []
        place = min((mark.place for mark in marks), key=lambda place: abs(place - x))
        near = abs(place - x) / (high - low) * self.plot.pixels[0] <= self.models.theme.px(NEAR)
        return [mark for mark in marks if mark.place == place][-MOST_MARKS:] if near else []

    def _rows(self, number: int) -> list[Row]:
        """The readout for row `number` of the epochs."""
        epochs = self.models.runner.record.epochs
        epoch = epochs.column("epoch")[number]
        rows: list[Row] = [("", self.tr("Epoch {number}").format(number=number_text(epoch, 6)), "")]
        for name, line in self.lines.items():
            assert line.text is not None
            value = float(epochs.column(f"{name}_{self.quantity}")[number])
            rows.append((f"series.{name}", line.text.text(), self.value_text(value)))
        if self._earlier:
            last = self._earlier[-1]
            at = int(np.searchsorted(last.column("epoch"), epoch))
            if at < len(last):
                value = float(last.column(f"test_{self.quantity}")[at])
                rows.append(("series.ghost", self.tr("last run, test"), self.value_text(value)))
        return rows


def _joined(ranges: list[Range]) -> Range | None:
    """From the lowest to the highest of all ranges; None for no range."""
    return (min(low for low, _ in ranges), max(high for _, high in ranges)) if ranges else None
