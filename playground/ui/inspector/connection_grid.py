"""The weights of a Dense layer as cells, each of which can be taken out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from playground.ui.controls.rows import new_gesture
from playground.ui.inspector.cells import CellGrid
from playground.ui.theme import Theme, token

_SWITCHES = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_Backspace})


class ConnectionGrid(CellGrid):
    """The weights of a Dense layer, units × inputs, each of which a click takes out or brings back.

    `toggled(unit, input, gesture)` follows; what one drag passes over has one gesture. `hovered(unit, input)` follows
    the pointer, with (−1, −1) outside.
    """

    toggled = Signal(int, int, object)
    hovered = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget, *, name: str, text: str) -> None:
        super().__init__(theme, parent, name=name, text=text, room=330, least=9, most=30)
        self._missing = np.zeros((1, 1), bool)
        self._gesture: object = None
        self._removing = False

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
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        place = self.cell_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._gesture, self._removing = new_gesture(), not self._missing[place]
            self.toggled.emit(*place, self._gesture)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self.cell_at(event.position())
        self.hovered.emit(*(place if place is not None else (-1, -1)))
        if self._gesture is not None and place is not None and bool(self._missing[place]) != self._removing:
            self.move_cursor(*place)
            self.toggled.emit(*place, self._gesture)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._gesture = None
        super().mouseReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(-1, -1)
        super().leaveEvent(event)

    def paint_over(self, painter: QPainter, seen: QRect) -> None:
        if self._missing.shape != self.numbers.shape:
            return
        painter.setPen(QPen(self.theme.color("text.caption"), token("border.hairline"), Qt.PenStyle.DashLine))
        painter.setBrush(self.theme.color("bg.panel"))
        for row, column in np.argwhere(self._missing).tolist():
            rect = self.cell_rect(row, column)
            if seen.intersects(rect.toAlignedRect()):
                painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
                painter.drawLine(rect.bottomLeft(), rect.topRight())
