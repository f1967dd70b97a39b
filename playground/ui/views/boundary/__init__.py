"""The decision boundary: what the network says of every point of the plane, and the points it learns from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP, QPointF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Data, Samples
from playground.document.project import Project
from playground.engine.mailbox import Frame
from playground.engine.messages import DataReady, Opened
from playground.engine.requests import Request
from playground.ui.controls.boxes import CheckBox
from playground.ui.controls.segmented import Segmented
from playground.ui.models import Models
from playground.ui.pictures import TOP, reach_of, signed_levels
from playground.ui.theme import token
from playground.ui.views.base import View
from playground.ui.views.base.color_bar import ColorBar
from playground.ui.views.base.legend import Legend
from playground.ui.views.base.readout import Readout
from playground.ui.views.base.ticks import number_text
from playground.ui.views.boundary.plane import CELL, GRID, HIGH, LEFT, LOW, Plane

OUTPUT = Request("boundary", input=GRID)
MOST_POINTS = 2_000


class BoundaryView(View):
    """The output over the plane, or the neuron that is pointed at or pinned. Train points are filled, test points
    are rings."""

    name = "boundary"
    title = str(QT_TRANSLATE_NOOP("View", "Decision boundary"))
    workspaces = ("train",)

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(models, parent)
        theme = models.theme
        self._pictures: dict[Request, NDArray[np.float32]] = {}
        self._shown_data: Data | None = None
        self._last_unit: tuple[str, int] | None = None
        self.plane = Plane(theme, self.content)
        self.plane.setObjectName("boundary_plane")
        self.plane.setAccessibleName(self.caption())
        options = (("output", self.tr("Output")), ("neuron", self.tr("Neuron")))
        self.source = Segmented(theme, options, self, name="boundary_source", text=self.tr("Show"),
                                height="height_compact")  # fmt: skip
        self.test_points = CheckBox(theme, self.tr("Test points"), self.content, name="boundary_test_points")
        self.discretise = CheckBox(theme, self.tr("Discretise"), self.content, name="boundary_discretise")
        self.legend = Legend(theme, self.content)
        self.bar = ColorBar(theme, "signed", self.content)
        self.readout = Readout(theme, self.plane)
        self._lay_out()
        self._connect()
        self.update_theme()
        self.refresh()

    def _lay_out(self) -> None:
        self._row = QHBoxLayout()
        self._row.addWidget(self.test_points)
        self._row.addWidget(self.discretise)
        self._row.addStretch(1)
        self._row.addWidget(self.legend)
        self._foot = QVBoxLayout()
        self._foot.addLayout(self._row)
        self._foot.addWidget(self.bar)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.plane)
        column.addLayout(self._foot)
        column.addStretch(1)

    def _connect(self) -> None:
        focus = self.models.focus
        self.source.chosen.connect(self._on_source_chosen)
        self.test_points.clicked.connect(self._on_test_points_clicked)
        self.discretise.clicked.connect(self._on_discretise_clicked)
        self.plane.pointed.connect(self._on_pointed)
        focus.unit_changed.connect(self._on_unit_changed)
        focus.display_changed.connect(self.refresh)
        self.models.runner.message.connect(self._on_message)
        self.models.document.replaced.connect(self._on_replaced)

    @classmethod
    def suits(cls, project: Project) -> bool:
        return CATALOGUE.datasets[project.data.name].shape == (2,)

    def header_controls(self) -> list[QWidget]:
        return [self.source]

    # -- what is shown --------------------------------------------------------------------------------------------

    @property
    def unit(self) -> tuple[str, int] | None:
        """The neuron to show instead of the output: layer id and number."""
        unit = self.models.focus.unit
        return unit if unit is not None and unit[0] in self.models.document.project.graph else None

    def _request(self) -> Request:
        return OUTPUT if self.unit is None else Request("neurons", (self.unit[0],), GRID)

    def wants(self) -> tuple[Request, ...]:
        return (self._request(),)

    def values(self) -> NDArray[np.float32] | None:
        """The values in view, (size, size), row 0 at the top; None before they are there."""
        found = self._pictures.get(self._request())
        if found is None or self.unit is None:
            return found
        return found[self.unit[1]] if self.unit[1] < len(found) else None

    def show_frame(self, frame: Frame) -> None:
        request = self._request()
        arrays = frame.pictures.get(request)
        if arrays is None:
            return
        self._pictures = {request: arrays["output" if request == OUTPUT else request.nodes[0]]}
        self._update_picture()

    def refresh(self) -> None:
        focus = self.models.focus
        self.test_points.setChecked(bool(focus.display("test_points")))
        self.discretise.setChecked(bool(focus.display("discretise")))
        self._update_source()
        self._update_points()
        self._update_picture()

    def update_theme(self) -> None:
        super().update_theme()
        theme = self.models.theme
        self.plane.update_theme()
        padding, left = theme.px(token("space.panel_padding")), theme.px(LEFT)
        self._foot.setContentsMargins(left, theme.px(2), padding, padding)
        self._foot.setSpacing(theme.px(6))
        table = theme.table("signed")
        self._colors = np.concatenate([table, np.full((len(table), 1), TOP, np.uint8)], axis=1)
        self._row.setSpacing(theme.px(16))
        self._shown_data = None

    def _update_source(self) -> None:
        unit = self.unit
        self._last_unit = unit or self._last_unit
        shown = self._last_unit
        known = shown is not None and shown[0] in self.models.document.project.graph
        text = self.tr("Neuron {number}").format(number=shown[1] + 1) if shown and known else self.tr("Neuron")
        self.source.set_text("neuron", text)
        self.source.set_available("neuron", "" if known else self.tr("Click a neuron on the canvas to see it here."))
        self.source.set_value("output" if unit is None else "neuron")

    def _update_picture(self) -> None:
        values = self.values()
        self.say("" if values is not None else self.tr("The picture appears once the network is built."))
        if values is None:
            return
        reach = 1.0 if self.unit is None else reach_of(self._pictures[self._request()])
        if self.models.focus.display("discretise"):
            values = np.where(values > 0, reach, -reach)
        gain: float = token("colormap.gain.decision_boundary")
        # Row 0 of a picture is at the bottom here, where y is least.
        levels = signed_levels(values[::-1], reach, gain)
        # With its colours already in it, it is painted in half the time.
        self.plane.picture.setImage(self._colors[levels], autoLevels=False)
        self._update_bar(reach)

    def _update_bar(self, reach: float) -> None:
        names = ("", "")
        data = self.models.runner.data
        if self.unit is None and data is not None and len(data.dataset.class_names) == 2:
            names = data.dataset.class_names
        low, high = number_text(-reach), "+" + number_text(reach)
        self.bar.set_texts(f"{low} {names[0]}".strip(), "0", f"{names[1]} {high}".strip())

    # -- points ---------------------------------------------------------------------------------------------------

    def _update_points(self) -> None:
        data = self.models.runner.data
        show_test = bool(self.models.focus.display("test_points"))
        self.plane.points["test"].setVisible(show_test)
        entries = [("dot", "text.secondary", self.tr("train")), ("ring", "text.secondary", self.tr("test"))]
        self.legend.set_entries(entries[: 1 + show_test])
        if data is self._shown_data:
            return
        self._shown_data = data
        wanted = self.models.document.project.data.name
        fits = data is not None and data.dataset.shape == (2,) and data.dataset.name == wanted
        for part, item in self.plane.points.items():
            if data is None or not fits:
                item.setData([], [])
            else:
                self._draw_points(item, part, data, data.train if part == "train" else data.test)

    def _draw_points(self, item: Any, part: str, data: Data, samples: Samples) -> None:
        places = (samples.x * data.scale + data.shift)[:MOST_POINTS]
        zoom = self.models.theme.zoom
        rim = pg.mkColor(token("points2d.rim"))
        colors = self._point_colors(samples.y[:MOST_POINTS])
        if part == "train":
            pen: Any = pg.mkPen(rim, width=token("points2d.train_rim") * zoom)
            item.setData(places[:, 0], places[:, 1], size=token("points2d.train_diameter") * zoom, pen=pen,
                         brush=[pg.mkBrush(color) for color in colors])  # fmt: skip
        else:
            width = token("points2d.test_ring") * zoom
            item.setData(places[:, 0], places[:, 1], size=token("points2d.test_diameter") * zoom,
                         pen=[pg.mkPen(color, width=width) for color in colors], brush=pg.mkBrush(rim))  # fmt: skip

    def _point_colors(self, targets: NDArray[Any]) -> list[Any]:
        """A colour for every target: of its class, or of its value from −1 to 1."""
        if targets.ndim == 1:
            both = pg.mkColor(token("points2d.negative")), pg.mkColor(token("points2d.positive"))
            return [both[int(target > 0)] for target in targets]
        table = self.models.theme.table("signed")
        return [pg.mkColor(*table[level]) for level in signed_levels(targets[:, 0], 1.0)]

    # -- what the user does -----------------------------------------------------------------------------------------

    def _on_message(self, message: object) -> None:
        if isinstance(message, Opened):
            # What is at hand shows a network of before, perhaps of other data.
            self._pictures = {}
            if self.isVisible():
                self._update_picture()
        if isinstance(message, DataReady) and self.isVisible():
            self._update_points()

    def _on_replaced(self) -> None:
        self._pictures, self._last_unit = {}, None
        if self.isVisible():
            self.refresh()

    def _on_unit_changed(self) -> None:
        self._update_source()
        if self.isVisible():
            if self.values() is not None:
                self._update_picture()
            self.wants_changed.emit()

    def _on_source_chosen(self, value: str) -> None:
        self.models.focus.pin_unit(None if value == "output" else self._last_unit)

    def _on_test_points_clicked(self, checked: bool) -> None:
        self.models.focus.set_display("test_points", checked)

    def _on_discretise_clicked(self, checked: bool) -> None:
        self.models.focus.set_display("discretise", checked)

    def _on_pointed(self, place: QPointF | None) -> None:
        values = self.values()
        if place is None or values is None:
            self.readout.hide()
            return
        column = int(np.clip(round((place.x() - LOW) / CELL), 0, GRID.size - 1))
        row = int(np.clip(round((HIGH - place.y()) / CELL), 0, GRID.size - 1))
        name = self.tr("output") if self.unit is None else self.tr("neuron {number}").format(number=self.unit[1] + 1)
        rows = [
            ("", "x", number_text(place.x())), ("", "y", number_text(place.y())),
            ("", name, number_text(float(values[row, column]))),
        ]  # fmt: skip
        self.readout.show_at(self.plane.point_at(place.x(), place.y()).toPoint(), rows)
