"""The weights of a Dense layer as cells, each of which can be taken out."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from playground.ui.controls.rows import new_gesture
from playground.ui.inspector.cells import CellGrid, is_letter
from playground.ui.theme import Theme, token

# Between the names and the cells.
GAP = 8
# What a number begins with.
_BEGINS = "0123456789-−.,"
_SWITCHES = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_Backspace})


class ConnectionGrid(CellGrid):
    """The weights of a Dense layer, units × inputs, each of which a click takes out or brings back.

    `toggled(unit, input, gesture)` follows; what one drag passes over has one gesture. `typed(unit, input, text)`
    follows the first letter of a number, and with an empty text a double click.
    """

    toggled = Signal(int, int, object)
    typed = Signal(int, int, str)

    def __init__(self, theme: Theme, parent: QWidget, *, name: str, text: str) -> None:
        super().__init__(theme, parent, name=name, text=text, room=330, least=9, most=30)
        self._missing = np.zeros((1, 1), bool)
        self._gesture: object = None
        self._clicked: object = None
        self._removing = False
        self._known = True
        self._sources: tuple[str, ...] = ()

    def set_known(self, known: bool) -> None:
        """Whether the numbers are weights, or only keep their place."""
        if known != self._known:
            self._known = known
            self.update()

    @property
    def known(self) -> bool:
        """Whether the numbers are weights."""
        return self._known

    @property
    def sources(self) -> tuple[str, ...]:
        """What stands above the columns."""
        return self._sources

    def show_sources(self, names: tuple[str, ...]) -> None:
        """What stands above the columns: the names of the inputs."""
        if names != self._sources:
            self._sources = names
            self.updateGeometry()
            self.adjustSize()
            self.update()

    @property
    def corner(self) -> QPoint:
        """Below the names of the inputs and beside the numbers of the units."""
        metrics = QFontMetricsF(self.theme.font("axis"))
        numbers = metrics.horizontalAdvance(str(len(self.numbers)))
        above = self._widest if self.turned else metrics.height()
        return QPoint(round(numbers) + self.theme.px(GAP), round(above) + self.theme.px(GAP))

    @property
    def turned(self) -> bool:
        """Whether the names of the inputs stand upright, because side by side they do not fit above their columns."""
        return self._widest + self.theme.px(GAP) / 2 > self.side * self._every

    @property
    def _widest(self) -> float:
        metrics = QFontMetricsF(self.theme.font("axis"))
        return max(map(metrics.horizontalAdvance, self._sources), default=0.0)

    @property
    def _every(self) -> int:
        """For how many rows or columns there is one name: for each, unless they are too close together."""
        return math.ceil(QFontMetricsF(self.theme.font("axis")).height() / self.side)

    def show_missing(self, missing: NDArray[np.bool_]) -> None:
        """Which connections are taken out, (units, inputs)."""
        self._missing = missing
        self.update()

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which connections are taken out, (units, inputs)."""
        return self._missing

    def takes(self, event: QKeyEvent) -> bool:
        return super().takes(event) or event.key() in _SWITCHES

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _SWITCHES:
            self.toggled.emit(*self.cursor_place, None)
        elif is_letter(event) and event.text() in _BEGINS:
            self.typed.emit(*self.cursor_place, event.text())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        place = self.cell_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._gesture = self._clicked = new_gesture()
            self._removing = not self._missing[place]
            self.toggled.emit(*place, self._gesture)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self.cell_at(event.position())
        if place is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._missing[place]:
            # The first click has taken it out: in the same step it comes back.
            self.toggled.emit(*place, self._clicked)
        self.typed.emit(*place, "")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = self.cell_at(event.position())
        if self._gesture is not None and place is not None and bool(self._missing[place]) != self._removing:
            self.move_cursor(*place)
            self.toggled.emit(*place, self._gesture)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._gesture = None
        super().mouseReleaseEvent(event)

    def _paint_names(self, painter: QPainter) -> None:
        """Numbers of units and names of inputs, as many as there is room for."""
        height, corner, every = painter.fontMetrics().height(), self.corner, self._every
        gap = self.theme.px(GAP) // 2
        beside = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        upright = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip)
        above = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextDontClip)
        painter.setPen(self.theme.color("text.caption"))
        for row in range(0, len(self.numbers), every):
            middle = self.cell_rect(row, 0).center().y()
            painter.drawText(QRectF(0, middle - height / 2, corner.x() - gap, height), beside, str(row + 1))
        for column in range(0, len(self._sources), every):
            middle = self.cell_rect(0, column).center().x()
            if not self.turned:
                painter.drawText(QRectF(middle, 0, 0, corner.y() - gap), above, self._sources[column])
                continue
            painter.save()
            painter.translate(middle, corner.y() - gap)
            painter.rotate(-90)
            room = QRectF(0, -height / 2, corner.y(), height)
            painter.drawText(room, upright, self._sources[column])
            painter.restore()

    def paint_over(self, painter: QPainter, seen: QRect) -> None:
        self._paint_names(painter)
        if self._missing.shape != self.numbers.shape:
            return
        painter.setPen(QPen(self.theme.color("text.caption"), token("border.hairline"), Qt.PenStyle.DashLine))
        painter.setBrush(self.theme.color("bg.panel"))
        for row, column in np.argwhere(self._missing).tolist():
            rect = self.cell_rect(row, column)
            if seen.intersects(rect.toAlignedRect()):
                painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
                painter.drawLine(rect.bottomLeft(), rect.topRight())
