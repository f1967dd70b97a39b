"""The plot that all curves are drawn in: no frame, horizontal grid lines only, at most five numbers an axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsGridLayout, QWidget

from playground.ui.theme import Theme, token
from playground.ui.views.base.line import Column, Line
from playground.ui.views.base.ticks import linear_ticks, number_text

Ticks = Callable[[float, float, int], list[float]]
Texts = Callable[[list[float]], list[str]]

MOST_TICKS = 5
ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1),
}  # fmt: skip


def _number_texts(values: list[float]) -> list[str]:
    return [number_text(value) for value in values]


class Axis(pg.AxisItem):
    """Numbers at the left or at the bottom, without line and ticks; the left one draws the grid."""

    def __init__(self, side: str, ticks: Ticks = linear_ticks, texts: Texts = _number_texts, grid: bool = True) -> None:
        super().__init__(side)
        self.enableAutoSIPrefix(False)
        self.setStyle(
            tickLength=0, autoExpandTextSpace=False, hideOverlappingLabels=False,
            tickAlpha=255 if side == "left" and grid else 0,
        )  # fmt: skip
        self._ticks, self._texts = ticks, texts
        self._room = 1
        if side == "left" and grid:
            self.setGrid(255)

    def set_theme(self, theme: Theme, extent: int) -> None:
        """Takes over font and colours; `extent` is the width of the left or the height of the bottom axis."""
        upright = self.orientation == "left"
        self.setStyle(tickFont=theme.font("axis"), tickTextOffset=theme.px(8 if upright else 6))
        self.setTextPen(theme.color("text.caption"))
        self.setPen(QPen(Qt.PenStyle.NoPen))
        self.setTickPen(pg.mkPen(theme.color("line.soft"), width=1))
        self._room = theme.px(26 if upright else 52)
        self.setWidth(extent) if upright else self.setHeight(extent)

    def boundingRect(self) -> QRectF:
        # A number at the very end reaches half its size over the edge and would be left out.
        return super().boundingRect().adjusted(-self._room, -self._room, self._room, self._room)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        most = max(2, min(MOST_TICKS, int(size // self._room)))
        return [(1.0, self._ticks(minVal, maxVal, most))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return self._texts(values)


class Plot(pg.GraphicsView):
    """A view box with a left and a bottom axis. Whoever owns it sets points and ranges, and calls `place_labels`
    afterwards.

    `hovered` tells where the pointer is on the x axis, or None; the arrow keys do the same.
    """

    hovered = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget, left: Axis, bottom: Axis, label_room: int = 0) -> None:
        super().__init__(parent, background=None)
        self._theme, self._label_room = theme, label_room
        self.left, self.bottom = left, bottom
        self.lines: list[Line] = []
        self._at: QPointF | None = None
        self._ringed = False
        self.box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0)
        self.box.disableAutoRange()
        self.frame = pg.GraphicsWidget()
        self.grid = QGraphicsGridLayout(self.frame)
        self.grid.setSpacing(0)
        for item, row, column in ((left, 0, 0), (self.box, 0, 1), (bottom, 1, 1)):
            self.grid.addItem(item, row, column)
        left.linkToView(self.box)
        bottom.linkToView(self.box)
        # Behind the view box, or the grid would cross the curves.
        left.setZValue(self.box.zValue() - 1)
        self.setCentralItem(self.frame)
        self.cross = pg.InfiniteLine(angle=90)
        self.cross.hide()
        self.box.addItem(self.cross, ignoreBounds=True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.box.sigResized.connect(self._on_resized)
        self.update_theme()

    def add_line(self, color: str, width: str = "plot.line", label: str = "", z: float = 0) -> Line:
        """A new curve; one with a label is on top of the others."""
        line = Line(self, color, width, label, z)
        line.set_theme(self._theme)
        if label:
            self.lines.append(line)
        return line

    def update_theme(self) -> None:
        """Takes over colours, fonts and sizes of the theme."""
        theme = self._theme
        self.setBackground(theme.color("bg.panel"))
        self.left.set_theme(theme, theme.px(48))
        self.bottom.set_theme(theme, theme.px(24))
        self.cross.setPen(pg.mkPen(theme.color("text.disabled"), width=1))
        right = theme.px(self._label_room) if self._label_room else theme.px(12)
        self.grid.setContentsMargins(0, theme.px(8), right, theme.px(4))
        for line in self.lines:
            line.set_theme(theme)

    def set_ranges(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Shows this part of the plane; what is not finite or empty is refused silently."""
        if np.isfinite([*x, *y]).all() and x[1] > x[0] and y[1] > y[0]:
            self.box.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=True)
            # Left until the plot paints itself, it would have it painted a second time.
            self.box.updateMatrix()

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the drawn part."""
        return max(1, int(self.box.width())), max(1, int(self.box.height()))

    def length_of(self, x: Column, y: Column) -> float:
        """About how many pixels a curve through these points runs."""
        if len(x) < 2:
            return 0.0
        (left, right), (low, high) = self.box.viewRange()
        width, height = self.pixels
        across = np.abs(np.diff(x)).sum() / max(right - left, 1e-30) * width
        return float(across + np.abs(np.diff(y)).sum() / max(high - low, 1e-30) * height)

    def _on_resized(self, *_: Any) -> None:
        self.place_labels()

    def place_labels(self) -> None:
        """Puts each dot at the end of its line and the label beside it; labels that would overlap move apart."""
        shown = [line for line in self.lines if line.text is not None and line.end is not None]
        places = [self.frame.mapFromItem(self.box, self.box.mapFromView(line.end)) for line in shown]
        step = self._theme.px(token("type.styles.caption.line"))
        order = sorted(range(len(shown)), key=lambda number: places[number].y())
        heights = _apart([places[number].y() for number in order], step, 0, self.frame.size().height())
        gap = self._theme.px(8)
        for number, middle in zip(order, heights, strict=True):
            dot, text = shown[number].dot, shown[number].text
            assert dot is not None and text is not None
            dot.setPos(places[number])
            x = min(places[number].x() + gap, self.frame.size().width() - text.boundingRect().width())
            text.setPos(x, middle - text.boundingRect().height() / 2)

    # -- pointer and keys -------------------------------------------------------------------------------------

    def point_at(self, x: float, y: float) -> QPointF:
        """Where a point of the data lies in the widget."""
        return QPointF(self.mapFromScene(self.box.mapViewToScene(QPointF(x, y))))

    def mark(self, x: float) -> None:
        """Puts the upright line at a place of the x axis."""
        self.cross.setValue(x)

    def point_to(self, place: QPointF | None) -> None:
        """The pointer is at this place of the data, or nowhere in the plot."""
        self._at = place
        self.cross.setVisible(place is not None)
        self.hovered.emit(None if place is None else place.x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        scene = self.mapToScene(event.position().toPoint())
        inside = self.box.sceneBoundingRect().contains(scene)
        self.point_to(self.box.mapSceneToView(scene) if inside else None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # There is nothing to zoom: the wheel scrolls the column that the plot stands in.
        event.ignore()

    def leaveEvent(self, event: Any) -> None:
        super().leaveEvent(event)
        self.point_to(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        (left, right), (low, high) = self.box.viewRange()
        if key in ARROWS:
            across, up = ARROWS[key]
            at = self._at or QPointF(right, (low + high) / 2)
            x = at.x() + across * self._step((right - left) / self.pixels[0])
            y = at.y() + up * self._step((high - low) / self.pixels[1])
            self.point_to(QPointF(min(right, max(left, x)), min(high, max(low, y))))
        else:
            event.ignore()

    def _step(self, pixel: float) -> float:
        """How far an arrow key goes on an axis on which a pixel is this much: a pixel, but at least an epoch."""
        return max(pixel, 1.0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ringed = False
        self.point_to(None)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:
            self.place_labels()

    def drawForeground(self, painter: QPainter, rect: Any) -> None:
        if self._ringed:
            width = token("state.focus.ring") * self._theme.zoom
            painter.setPen(QPen(self._theme.color("accent.base"), width))
            painter.drawRect(self.sceneRect().adjusted(width / 2, width / 2, -width / 2, -width / 2))


def _apart(middles: list[float], step: float, low: float, high: float) -> list[float]:
    """Sorted positions moved apart to at least `step`, as little as possible and within bounds."""
    moved = list(middles)
    for _ in range(2):
        for number in range(1, len(moved)):
            gap = moved[number] - moved[number - 1]
            if gap < step:
                shift = (step - gap) / 2
                moved[number - 1] -= shift
                moved[number] += shift
    if moved:
        over = max(0.0, moved[-1] + step / 2 - high) - max(0.0, low - (moved[0] - step / 2))
        moved = [middle - over for middle in moved]
    return moved
