"""A curve of a plot, the dot at its end and the word beside that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QGraphicsEllipseItem,
    QGraphicsItem,
    QGraphicsRectItem,
    QGraphicsSimpleTextItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from playground.ui.theme import Theme, token

if TYPE_CHECKING:
    from playground.ui.views.base.plot import Plot

Column = NDArray[np.float64]

# An antialiased line costs about a microsecond for each pixel of its length. A noisy one is drawn thin and without
# while it changes; at rest it is drawn well, once.
SMOOTH_LENGTH = 1_500


class Dot(QGraphicsEllipseItem):
    """The end of a curve. A scatter plot of one point would take as long to paint as the curve."""

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        super().paint(painter, option, widget)


class Line:
    """A curve of a plot, and where it has a `label` a dot and that word at its end."""

    def __init__(self, plot: Plot, color: str, width: str = "plot.line", label: str = "", z: float = 0) -> None:
        self._plot, self._color, self._width = plot, color, width
        self.curve = pg.PlotCurveItem(skipFiniteCheck=True)
        self.curve.setZValue(z)
        plot.box.addItem(self.curve, ignoreBounds=True)
        self.dot: Dot | None = None
        self.text: QGraphicsSimpleTextItem | None = None
        if label:
            self.dot = Dot(plot.frame)
            self.dot.setVisible(False)
            self.text = QGraphicsSimpleTextItem(label, plot.frame)
            self.text.setVisible(False)
            # The curve of an earlier run may go on where this one ends: the word stays readable on it.
            self.ground = QGraphicsRectItem(self.text)
            self.ground.setFlag(QGraphicsItem.GraphicsItemFlag.ItemStacksBehindParent)
            self.ground.setPen(QPen(Qt.PenStyle.NoPen))
        self.end: QPointF | None = None

    def set_theme(self, theme: Theme) -> None:
        """Takes over colours, widths and the font."""
        color = theme.color(self._color)
        self._pen = pg.mkPen(color, width=token(self._width) * theme.zoom)
        self._thin_pen = pg.mkPen(color, width=theme.zoom)
        self.curve.setPen(self._pen)
        if self.dot is not None and self.text is not None:
            self.dot.setBrush(pg.mkBrush(color))
            self.dot.setPen(pg.mkPen(theme.color("bg.panel"), width=theme.zoom))
            size = token("plot.end_dot") * theme.zoom
            self.dot.setRect(-size / 2, -size / 2, size, size)
            self.text.setBrush(color)
            self.text.setFont(theme.font("caption"))
            self.ground.setBrush(theme.color("bg.panel"))
            self.ground.setRect(self.text.boundingRect().adjusted(-theme.px(2), 0, theme.px(2), 0))

    def set_points(self, x: Column, y: Column, still: bool = False) -> None:
        """Draws the curve through these finite points, from left to right; `still` when no others follow soon."""
        smooth = still or self._plot.length_of(x, y) < SMOOTH_LENGTH
        cached = QGraphicsItem.CacheMode.DeviceCoordinateCache if still else QGraphicsItem.CacheMode.NoCache
        self.curve.setCacheMode(cached)
        self.curve.setData(x, y, antialias=smooth, pen=self._pen if smooth else self._thin_pen)
        self.end = QPointF(float(x[-1]), float(y[-1])) if len(x) else None
        if self.dot is not None and self.text is not None:
            self.dot.setVisible(self.end is not None)
            self.text.setVisible(self.end is not None)

    def remove(self) -> None:
        """Takes the curve out of the plot. Only for one without a label."""
        self._plot.box.removeItem(self.curve)
