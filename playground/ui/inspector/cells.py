"""A matrix of numbers as one widget that paints its cells: coloured by value, with a cursor that the keys move."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.pictures import reach_of, signed_levels, signed_picture
from playground.ui.theme import Theme, token

Numbers = NDArray[np.float64]

# Text on a colour brighter than this is dark, as the design has it.
BRIGHT = 140
MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


def is_letter(event: QKeyEvent) -> bool:
    """Whether a key writes something that can be seen."""
    plain = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    return not event.modifiers() & ~plain and len(text) == 1 and text.isprintable() and not text.isspace()


def luminance(color: QColor) -> float:
    """How bright a colour is to the eye, from 0 to 255 (ITU-R BT.601)."""
    return 0.299 * color.red() + 0.587 * color.green() + 0.114 * color.blue()


class CellGrid(QWidget):
    """Rows and columns of cells. `cursor_moved` follows every move of the cursor; subclasses edit what is under it.
    `hovered(row, column)` follows the pointer, with (−1, −1) outside.

    Cells fill a width of `room`, but are never smaller than `least` or larger than `most`, in pixels of the design.
    While `weight_pointed_at` Delete means that weight on the canvas, and no cell.
    """

    cursor_moved = Signal()
    hovered = Signal(int, int)

    def __init__(
        self, theme: Theme, parent: QWidget, *, name: str, text: str, room: float, least: float, most: float
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self._room, self._least, self._most = room, least, most
        self._numbers: Numbers = np.zeros((1, 1))
        self._reach: float | None = None
        self.cursor_place = (0, 0)
        self.weight_pointed_at = False
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    # -- what is shown --------------------------------------------------------------------------------------

    @property
    def numbers(self) -> Numbers:
        """The numbers shown, (rows, columns)."""
        return self._numbers

    def show_numbers(self, numbers: Numbers, reach: float | None = None) -> None:
        """Shows other numbers; `reach` is the magnitude at full colour, or the largest one where it is not given."""
        if numbers.shape != self._numbers.shape:
            self.cursor_place = (0, 0)
        resized = numbers.shape != self._numbers.shape
        self._numbers, self._reach = np.asarray(numbers, float), reach
        if resized:
            self.updateGeometry()
            self.adjustSize()
        self.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.adjustSize()
        self.update()

    # -- places ---------------------------------------------------------------------------------------------

    @property
    def corner(self) -> QPoint:
        """Where the cells begin: one pixel inside for the ring around the first; subclasses leave room for names."""
        return QPoint(1, 1)

    @property
    def side(self) -> int:
        """The length of a cell in pixels."""
        fitting = self.theme.px(self._room) // self._numbers.shape[1]
        return max(self.theme.px(self._least), min(self.theme.px(self._most), fitting))

    def sizeHint(self) -> QSize:
        rows, columns = self._numbers.shape
        # One pixel for the ring around the last cells.
        corner, side = self.corner, self.side
        return QSize(corner.x() + columns * side + 1, corner.y() + rows * side + 1)

    minimumSizeHint = sizeHint

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Where a cell lies."""
        corner, side = self.corner, self.side
        return QRectF(corner.x() + column * side, corner.y() + row * side, side - 1, side - 1)

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Row and column of the cell at a point."""
        inside, side = point - QPointF(self.corner), self.side
        row, column = int(inside.y() // side), int(inside.x() // side)
        rows, columns = self._numbers.shape
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    @property
    def cursor_rect(self) -> QRectF:
        """What has the ring of the keyboard."""
        return self.cell_rect(*self.cursor_place)

    def move_cursor(self, row: int, column: int) -> None:
        """Puts the cursor on a cell, if there is such a one."""
        rows, columns = self._numbers.shape
        if (row, column) != self.cursor_place and 0 <= row < rows and 0 <= column < columns:
            self.cursor_place = (row, column)
            self.cursor_moved.emit()
            self.update()

    # -- events ---------------------------------------------------------------------------------------------

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key is for the cells, and for no shortcut of the window: so is every letter, even one that does
        nothing here."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return (event.key() in MOVES and not held) or is_letter(event)

    def passes_on(self, event: QKeyEvent) -> bool:
        """Whether a key means something else than the cells, although they have the keyboard."""
        return self.weight_pointed_at and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and self.passes_on(event):
            event.ignore()
            return False
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.takes(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = MOVES.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
            return
        self.move_cursor(self.cursor_place[0] + move[0], self.cursor_place[1] + move[1])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.cell_at(event.position())
        if place is not None:
            self.move_cursor(*place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hovered.emit(*(self.cell_at(event.position()) or (-1, -1)))

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(-1, -1)
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    # -- painting -------------------------------------------------------------------------------------------

    def paint_over(self, painter: QPainter, seen: QRect) -> None:
        """Draws what stands on the coloured cells in this part of the widget."""

    def ink(self, row: int, column: int) -> QColor:
        """The darkest or the brightest colour of the theme, whichever can be read on this cell."""
        level = signed_levels(self._numbers[row : row + 1, column : column + 1], self._span())[0, 0]
        color = QColor(*map(int, self.theme.table("signed")[level]))
        ends = sorted((self.theme.color("text.primary"), self.theme.color("bg.canvas")), key=luminance)
        return ends[0] if luminance(color) > BRIGHT else ends[1]

    def _span(self) -> float:
        return reach_of(self._numbers) if self._reach is None else self._reach

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.theme.font("axis"))
        rows, columns = self._numbers.shape
        side, left, top = self.side, self.corner.x(), self.corner.y()
        whole = QRectF(left, top, columns * side, rows * side)
        # One image and a few lines: thousands of rectangles would cost a frame.
        painter.drawImage(whole, signed_picture(self._numbers, self.theme, self._span()))
        painter.setPen(QPen(self.theme.color("line.soft"), token("border.hairline")))
        for row in range(rows + 1):
            y = top + row * side - 0.5
            painter.drawLine(QPointF(left, y), QPointF(whole.right(), y))
        for column in range(columns + 1):
            x = left + column * side - 0.5
            painter.drawLine(QPointF(x, top), QPointF(x, whole.bottom()))
        self.paint_over(painter, event.rect())
        if self.hasFocus():
            painter.setPen(QPen(self.theme.color("accent.base"), token("state.focus.ring")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.cursor_rect.adjusted(0, 0, -0.5, -0.5))
