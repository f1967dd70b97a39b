"""An activation function as a curve, its derivative, and the values that the layer has now."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.curves import CURVES, curve_of
from playground.document.graph import Node
from playground.document.params import Values
from playground.document.shapes import active_inputs, active_nodes
from playground.engine.mailbox import Frame
from playground.engine.requests import Request, TestSample
from playground.ui.models import Models
from playground.ui.numbers import number, whole

WIDTH, HEIGHT = 340, 164
# The least half of the axis of inputs, and the most.
LEAST, MOST = 4.0, 60.0
# More dots than this only cover each other.
DOTS, DOT = 240, 2.5
STEPS = 161
LINE = 1.75


class ActivationCurve(QWidget):
    """Draws the function that the layer applies: full, its derivative dashed, a dot for each present value.

    It takes part in frames: `wants` asks for the values of the current sample before and after the activation.
    """

    interval, phase = 1 / 10, 0.0
    wants_changed = Signal()

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._models = models
        self._node: Node | None = None
        self._curve: tuple[str, Values] | None = None
        self._source = ""
        self._values: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
        self.setObjectName("activation_curve")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        models.theme.changed.connect(self._on_theme_changed)
        models.focus.input_changed.connect(self.wants_changed)
        models.runner.attach(self)

    # -- what is shown --------------------------------------------------------------------------------------

    @property
    def values(self) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """The present values before and after the activation; None before a frame brought any."""
        return self._values

    def show_layer(self, node: Node | None) -> None:
        """Draws the activation of another layer; it takes no room for a layer without one."""
        curve = curve_of(node.kind, node.params) if node is not None else None
        if (node, curve) != (self._node, self._curve):
            if node is None or self._node is None or (node.id, curve) != (self._node.id, self._curve):
                self._values = None
            self._node, self._curve = node, curve
        # Only what is visible is asked for what it wants.
        self.setVisible(curve is not None)
        self.wants_changed.emit()
        self._update_name()
        self.update()

    def _update_name(self) -> None:
        if self._curve is None:
            return
        label = CATALOGUE.layers[self._curve[0]].label
        text = self.tr("The curve of {name} and its slope").format(name=label)
        if self._values is not None:
            text += self.tr(", with {count} present values").format(count=whole(self._values[0].size))
        self.setAccessibleName(text)

    # -- frames ---------------------------------------------------------------------------------------------

    def wants(self) -> tuple[Request, ...]:
        """The values of the layer and of what feeds it, for the sample that is looked at."""
        document, node = self._models.document, self._node
        if (
            node is None
            or self._curve is None
            or document.blocking is not None
            or node.id not in document.project.graph
        ):
            return ()
        graph = document.project.graph
        active = set(active_nodes(graph, CATALOGUE.layers))
        if node.id not in active:
            return ()
        self._source = next(iter(active_inputs(graph, node.id, active)), "")
        asked = (self._source, node.id) if node.kind in CURVES else (node.id,)
        return (Request("activations", asked, self._models.focus.input or TestSample(0)),)

    def show_frame(self, frame: Frame) -> None:
        """Takes the values of a frame."""
        node = self._node
        for request in self.wants() if node is not None else ():
            arrays = frame.pictures.get(request)
            if arrays is None or node is None:
                continue
            after = arrays.get(node.id)
            # What a linear activation hands on is what it was given.
            own = after if self._curve is not None and self._curve[0] == "linear" else None
            before = arrays.get(self._source) if node.kind in CURVES else arrays.get(f"{node.id}:before", own)
            if before is not None and after is not None and before.size == after.size:
                self._values = np.asarray(before, float).ravel(), np.asarray(after, float).ravel()
                self._update_name()
                self.update()

    # -- drawing --------------------------------------------------------------------------------------------

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._models.theme.px(WIDTH), self._models.theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._models.theme.px(HEIGHT))

    def _reach(self) -> float:
        """Half of the axis of inputs: a whole number that holds all present values."""
        if self._values is None:
            return LEAST
        finite = self._values[0][np.isfinite(self._values[0])]
        largest = float(np.abs(finite).max()) if finite.size else LEAST
        return min(MOST, max(LEAST, math.ceil(largest)))

    @property
    def points(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """The points of both curves: inputs, values and slopes; none for a layer without an activation."""
        if self._curve is None:
            return np.empty(0), np.empty(0), np.empty(0)
        kind, values = self._curve
        x = np.linspace(-self._reach(), self._reach(), STEPS)
        return x, CURVES[kind].value(x, values), CURVES[kind].slope(x, values)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._curve is None:
            return
        theme, reach = self._models.theme, self._reach()
        x, y, slope = self.points
        low, high = float(min(y.min(), slope.min(), 0.0)), float(max(y.max(), slope.max(), 1.0))
        axis = theme.px(22)
        area = QRectF(self.rect()).adjusted(theme.px(24), theme.px(16), -theme.px(44), -axis)

        def place(at: float, value: float) -> QPointF:
            return QPointF(
                area.left() + (at + reach) / (2 * reach) * area.width(),
                area.bottom() - (value - low) / (high - low) * area.height(),
            )

        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, area, place(0, 0), reach, (low, high))
        for numbers, color, style in (
            (slope, "text.caption", Qt.PenStyle.DashLine), (y, "category.activation", Qt.PenStyle.SolidLine),
        ):  # fmt: skip
            painter.setPen(QPen(theme.color(color), LINE * theme.zoom, style))
            painter.drawPolyline(QPolygonF([place(a, b) for a, b in zip(x.tolist(), numbers.tolist(), strict=True)]))
        self._paint_names(painter, area, place(0, y[-1]).y(), place(0, slope[-1]).y())
        self._paint_values(painter, place, reach)

    def _paint_axes(self, painter: QPainter, area: QRectF, origin: QPointF, reach: float,
                    span: tuple[float, float]) -> None:  # fmt: skip
        theme = self._models.theme
        painter.setPen(QPen(theme.color("line.strong"), 1))
        painter.drawLine(QPointF(area.left(), origin.y()), QPointF(area.right(), origin.y()))
        painter.drawLine(QPointF(origin.x(), area.top()), QPointF(origin.x(), area.bottom()))
        painter.setPen(theme.color("text.caption"))
        painter.setFont(theme.font("axis"))
        height, width = theme.px(14), theme.px(40)
        for at in (-reach, 0.0, reach):
            x = area.left() + (at + reach) / (2 * reach) * area.width()
            place = QRectF(x - width / 2, area.bottom() + theme.px(7), width, height)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), number(at))
        low, high = span
        for value in (low, high):
            if abs(value) >= (high - low) / 8:
                y = area.bottom() - (value - low) / (high - low) * area.height()
                place = QRectF(0, y - height / 2, area.left() - theme.px(5), height)
                painter.drawText(
                    place,
                    int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
                    f"{value:.1f}".removesuffix(".0").replace("-", "−"),
                )

    def _paint_names(self, painter: QPainter, area: QRectF, of_value: float, of_slope: float) -> None:
        """The names of the curves at their ends, one below the other where the ends meet."""
        theme = self._models.theme
        height = theme.px(14)
        if abs(of_value - of_slope) < height:
            middle = (of_value + of_slope) / 2
            up = of_value <= of_slope
            of_value, of_slope = (
                middle - (height / 2 if up else -height / 2),
                middle + (height / 2 if up else -height / 2),
            )
        painter.setFont(theme.font("axis"))
        for text, y, color in (
            (self.tr("value"), of_value, "category.activation"),
            (self.tr("slope"), of_slope, "text.caption"),
        ):
            top = min(max(y - height / 2, 0), self.height() - height)
            painter.setPen(theme.color(color))
            place = QRectF(area.right() + theme.px(6), top, self.width() - area.right() - theme.px(6), height)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_values(self, painter: QPainter, place: object, reach: float) -> None:
        if self._values is None or not callable(place):
            return
        theme = self._models.theme
        before, after = self._values
        chosen = np.linspace(0, before.size - 1, min(DOTS, before.size)).astype(int)
        radius = DOT * theme.zoom
        painter.setPen(Qt.PenStyle.NoPen)
        for x, y in zip(before[chosen].tolist(), after[chosen].tolist(), strict=True):
            if math.isfinite(x) and math.isfinite(y) and abs(x) <= reach:
                color = theme.color("value.positive" if y > 0 else "value.negative" if y < 0 else "text.caption")
                color.setAlphaF(0.75)
                painter.setBrush(color)
                painter.drawEllipse(place(x, y), radius, radius)
