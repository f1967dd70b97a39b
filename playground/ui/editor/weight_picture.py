"""Weight wires on the canvas: many lines painted into one pixmap, as curves or in a hurry as straight pieces."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import cast

import numpy as np
from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget
from shiboken6 import wrapInstance

from playground.ui.editor.face import Z_WIRE
from playground.ui.editor.item import Item
from playground.ui.editor.look import Look
from playground.ui.editor.weight_lines import NOTHING, OPACITY, WIDTH, Lines, handles
from playground.ui.pictures import Numbers

# Drawn again sooner than this, lines are drawn roughly.
REFRESH_SECONDS = 0.1
# Weights of nearly equal strength share a pen, so that one call draws them all.
STEPS = 16
ROUGH_PIECES = 12
# Room around the ends of the lines for half of the widest one.
MARGIN = 6


class WeightPicture(Item):
    """Draws lines. Drawn again and again, as while a card is dragged, they are drawn roughly; `hurried` is called
    then. `training` draws them roughly all the time."""

    def __init__(self, look: Look, hurried: Callable[[], None]) -> None:
        super().__init__()
        self._look, self._hurried = look, hurried
        self.training = False
        self._lines = NOTHING
        self._rect = QRectF()
        self._pixmap = QPixmap()
        self._key: tuple[object, ...] = ()
        self._revision = 0
        self._drawn_at = 0.0
        self.setZValue(Z_WIRE)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_lines(self, lines: Lines) -> None:
        """Draws other lines, or the same elsewhere."""
        if lines is self._lines:
            return
        self.prepareGeometryChange()
        self._lines = lines
        self._rect = _around(lines)
        self.redraw()

    def redraw(self) -> None:
        """Draws the lines anew, as for another theme or well what was drawn in a hurry."""
        self._revision += 1
        self.update()

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if not len(self._lines.values):
            return
        transform = painter.worldTransform()
        seen = transform.mapRect(self._rect).toAlignedRect()
        if widget is not None:
            seen &= widget.rect()
        if seen.isEmpty():
            return
        ratio = painter.device().devicePixelRatioF()
        key = (seen.getRect(), transform, ratio, self._revision)
        if key != self._key:
            self._key = key
            now = time.monotonic()
            often = now - self._drawn_at < REFRESH_SECONDS
            self._drawn_at = now
            self._pixmap = self.drawn(seen, transform, ratio, rough=self.training or often)
            if often and not self.training:
                self._hurried()
        painter.resetTransform()
        painter.drawPixmap(seen.topLeft(), self._pixmap)

    def drawn(self, seen: QRect, transform: QTransform, ratio: float, rough: bool) -> QPixmap:
        """The part of the lines within a rectangle of the viewport."""
        pixmap = QPixmap(round(seen.width() * ratio), round(seen.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not rough)
        painter.translate(-seen.x(), -seen.y())
        painter.setTransform(transform, True)
        if rough:
            self._draw_pieces(painter)
        else:
            self._draw_curves(painter)
        painter.end()
        return pixmap

    def _by_pen(self) -> Iterator[tuple[QPen, Numbers]]:
        """Pens, thin ones first, and the numbers of the lines that they draw."""
        pens = 2 * np.rint(self._lines.strengths * STEPS).astype(int) + (self._lines.values > 0)
        order = np.argsort(pens, kind="stable")
        for group in np.split(order, np.flatnonzero(np.diff(pens[order])) + 1):
            step, positive = divmod(int(pens[group[0]]), 2)
            yield self._pen(step / STEPS, bool(positive)), group

    def _draw_pieces(self, painter: QPainter) -> None:
        """Draws the lines as straight pieces: Qt has a fast way for those, which takes a third of the time."""
        courses = self._lines.courses(ROUGH_PIECES)
        pieces = np.concatenate([courses[:, :-1], courses[:, 1:]], axis=2)
        for pen, group in self._by_pen():
            # In memory four numbers are a QLineF, and Qt takes the place of the first of many.
            drawn = np.ascontiguousarray(pieces[group], np.float64)
            painter.setPen(pen)
            painter.drawLines(cast("QLineF", wrapInstance(drawn.ctypes.data, QLineF)), len(group) * ROUGH_PIECES)

    def _draw_curves(self, painter: QPainter) -> None:
        lines = self._lines
        handle = handles(lines.starts, lines.ends)
        curves = np.concatenate([lines.starts, lines.starts + handle, lines.ends - handle, lines.ends], axis=1)
        for pen, group in self._by_pen():
            path = QPainterPath()
            for x0, y0, x1, y1, x2, y2, x3, y3 in curves[group].tolist():
                path.moveTo(x0, y0)
                path.cubicTo(x1, y1, x2, y2, x3, y3)
            painter.setPen(pen)
            painter.drawPath(path)

    def _pen(self, strength: float, positive: bool) -> QPen:
        color = QColor(self._look.color("value.positive" if positive else "value.negative"))
        color.setAlphaF(OPACITY[0] + OPACITY[1] * strength)
        pen = QPen(color, WIDTH[0] + WIDTH[1] * strength)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen


def _around(lines: Lines) -> QRectF:
    """Where lines can lie: around the ends and handles of their curves."""
    if not len(lines.values):
        return QRectF()
    handle = handles(lines.starts, lines.ends)
    every = np.concatenate([lines.starts, lines.ends, lines.starts + handle, lines.ends - handle])
    (left, top), (right, bottom) = every.min(axis=0).tolist(), every.max(axis=0).tolist()
    return QRectF(left, top, right - left, bottom - top).adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
