"""The paper of the drawing area: strokes with a round pen, each an undo step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QUndoCommand,
    QUndoStack,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.pictures import color_table
from playground.ui.theme import Theme, token

# Pixels of a drawing along one side, whatever size it has on the screen: ten for each of the network's.
SIDE = 280
SMALLEST_BRUSH, BRUSH, LARGEST_BRUSH = 4, 20, 48
MOST_STEPS = 100
# The least size on the screen at 100 %.
LEAST = 120

PAPER, INK = QColor(0, 0, 0), QColor(255, 255, 255)


class Change(QUndoCommand):
    """One stroke, one clearing or one inversion: the pixels before and after."""

    def __init__(self, paper: Paper, text: str, before: QImage, after: QImage) -> None:
        super().__init__(text)
        self._paper, self._before, self._after = paper, before, after

    def undo(self) -> None:
        self._paper.show_image(self._before)

    def redo(self) -> None:
        self._paper.show_image(self._after)


class Paper(QWidget):
    """A square to draw on: the left button draws, the right one erases. `drawn` follows every change of the pixels.

    The pixels are grey from 0 for paper to 255 for ink; on the screen ink has the text colour of the theme.
    """

    drawn = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(MOST_STEPS)
        self.brush = BRUSH
        self.erasing = False
        self._image = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
        self._image.fill(0)
        self._shown = QImage()
        self._before: QImage | None = None
        self._ink = INK
        self._last = QPointF()
        self._pointer: QPointF | None = None
        self._ringed = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.update_theme()

    # -- pixels ---------------------------------------------------------------------------------------------------

    def ink(self) -> NDArray[np.float32]:
        """The drawing as (280, 280), 0 for paper to 1 for ink."""
        rows = np.frombuffer(self._image.constBits(), np.uint8).reshape(SIDE, self._image.bytesPerLine())
        return rows[:, :SIDE].astype(np.float32) / np.float32(255)

    @property
    def is_empty(self) -> bool:
        """True while nothing is drawn."""
        return not self.ink().any()

    def show_image(self, image: QImage) -> None:
        """Replaces the pixels."""
        self._image = image.copy()
        self._on_changed()

    def show_ink(self, ink: NDArray[np.float32]) -> None:
        """Replaces the pixels by a picture of any size, (height, width), in the middle and as large as fits."""
        height, width = ink.shape
        longest = max(height, width)
        square = np.zeros((longest, longest), np.uint8)
        top, left = (longest - height) // 2, (longest - width) // 2
        square[top : top + height, left : left + width] = np.rint(np.clip(ink, 0, 1) * 255)
        picture = QImage(square.data, longest, longest, longest, QImage.Format.Format_Grayscale8)
        self.show_image(picture.scaled(SIDE, SIDE, mode=Qt.TransformationMode.SmoothTransformation))

    def clear(self) -> None:
        """Takes everything away, as an undo step."""
        blank = self._image.copy()
        blank.fill(0)
        self._change(self.tr("Clear the drawing"), blank)

    def invert(self) -> None:
        """Ink becomes paper and paper ink, as an undo step."""
        inverted = self._image.copy()
        inverted.invertPixels()
        self._change(self.tr("Invert the drawing"), inverted)

    def _change(self, text: str, after: QImage) -> None:
        if after != self._image:
            self.undo_stack.push(Change(self, text, self._image.copy(), after))

    def set_brush(self, size: int) -> None:
        """Draws with another width from now on, in pixels of the drawing."""
        self.brush = max(SMALLEST_BRUSH, min(LARGEST_BRUSH, size))
        self.update()

    # -- strokes --------------------------------------------------------------------------------------------------

    def area(self) -> QRectF:
        """The square that the drawing fills: as large as it fits, at the upper left."""
        side = max(1, min(self.width(), self.height()))
        return QRectF(0, 0, side, side)

    def _place(self, event: QMouseEvent) -> QPointF:
        area = self.area()
        return (event.position() - area.topLeft()) * (SIDE / area.width())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._before is not None or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        self._before = self._image.copy()
        self._ink = PAPER if self.erasing or event.button() == Qt.MouseButton.RightButton else INK
        self._last = self._place(event)
        self._draw_to(self._last)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if self._before is not None:
            self._draw_to(self._place(event))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._before is None or event.buttons():
            return
        before, self._before = self._before, None
        after, self._image = self._image, before
        self._change(self.tr("Erase") if self._ink == PAPER else self.tr("Stroke"), after)

    def _draw_to(self, place: QPointF) -> None:
        """Draws the stroke on to a place; a click alone makes a dot."""
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._ink, self.brush, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        if place == self._last:
            painter.drawPoint(place)
        else:
            painter.drawLine(self._last, place)
        painter.end()
        self._last = place
        self._on_changed()

    def _on_changed(self) -> None:
        self.update_theme()
        self.drawn.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ringed = False
        self.update()

    # -- on the screen --------------------------------------------------------------------------------------------

    def update_theme(self) -> None:
        """Takes over the colours of the theme."""
        stride = self._image.bytesPerLine()
        self._shown = QImage(self._image.constBits(), SIDE, SIDE, stride, QImage.Format.Format_Indexed8).copy()
        self._shown.setColorTable(list(color_table(self._theme, "image")))
        self.update()

    def sizeHint(self) -> QSize:
        # A square if there is room. No height for width: the column would rather scroll than let it be smaller.
        return QSize(self._theme.px(SIDE), self.width())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(LEAST), self._theme.px(LEAST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.area()
        painter.drawImage(area, self._shown)
        width = token("state.focus.ring") if self._ringed else 1
        painter.setPen(QPen(theme.color("accent.base" if self._ringed else "line.strong"), width))
        painter.drawRect(area.adjusted(width / 2, width / 2, -width / 2, -width / 2))
        if self._pointer is not None:
            radius = self.brush / SIDE * area.width() / 2
            painter.setPen(QPen(theme.color("accent.base"), theme.zoom))
            painter.drawEllipse(self._pointer, radius, radius)
