"""All filters of a convolution as small tiles, one of which is chosen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.pictures import part, signed_picture
from playground.ui.theme import Theme, token

Numbers = NDArray[np.float64]

TILE, GAP = 28, 4
# More tiles than this are too many to choose among; the others can be typed in once there are fewer filters.
MOST_TILES = 64


class FilterTiles(QWidget):
    """One tile for each filter: its weights, with a dot where it is typed in. `chosen(number)` follows a click or an
    arrow key."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._weights: Numbers = np.zeros((1, 1, 1))
        self._typed: tuple[bool, ...] = ()
        self._current = 0
        self.setObjectName("filter_tiles")
        self.setAccessibleName(self.tr("Filters"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._on_theme_changed)

    def show_filters(self, weights: Numbers, typed_in: tuple[bool, ...], current: int) -> None:
        """Shows filters, (filters, rows, columns), and which of them are typed in."""
        if len(typed_in) != len(self._typed):
            self.updateGeometry()
        self._weights, self._typed, self._current = weights[:MOST_TILES], typed_in[:MOST_TILES], current
        self.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def _columns(self, width: int) -> int:
        return max(1, (width + self._theme.px(GAP)) // self._theme.px(TILE + GAP))

    def heightForWidth(self, width: int) -> int:
        rows = -(-max(1, len(self._typed)) // self._columns(width))
        return rows * self._theme.px(TILE + GAP)

    def sizeHint(self) -> QSize:
        width = self._theme.px(8 * (TILE + GAP))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        # How many rows there are follows from the width that the layout gives.
        return QSize(self._theme.px(TILE), self._theme.px(TILE + GAP))

    def tile(self, number: int) -> QRectF:
        """Where the tile of a filter lies."""
        step, columns = self._theme.px(TILE + GAP), self._columns(self.width())
        side = self._theme.px(TILE)
        return QRectF(number % columns * step + 1, number // columns * step + 1, side - 2, side - 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for number in range(len(self._typed)):
            if self.tile(number).contains(event.position()):
                self.chosen.emit(number)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._columns(self.width())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        elif 0 <= self._current + step < len(self._typed):
            self.chosen.emit(self._current + step)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        count = min(len(self._weights), len(self._typed))
        image = signed_picture(self._weights, theme)
        for number in range(count):
            rect = self.tile(number)
            painter.drawImage(rect, image, QRectF(part(image, number, len(self._weights))))
            painter.setPen(QPen(theme.color("line.soft"), token("border.hairline")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
            if self._typed[number]:
                radius = theme.px(3)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(theme.color("bg.panel"), 1))
                painter.setBrush(theme.color("accent.base"))
                painter.drawEllipse(rect.topRight() + QPointF(-radius, radius), radius, radius)
            if number == self._current:
                width = token("border.selected")
                painter.setPen(QPen(theme.color("accent.base"), width))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
