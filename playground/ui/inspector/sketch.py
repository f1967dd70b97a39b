"""What pictures of layers are drawn with: cells, arrows and texts in the colours of the theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.catalog.layer import Layer
from playground.document.params import Values
from playground.document.shapes import Shape
from playground.ui.pictures import signed_levels
from playground.ui.theme import Theme, token

CELL, STACKED = 9, 6
ARROW, HEAD = 24, 4


@dataclass(frozen=True)
class Subject:
    """The layer that a picture is about, as it stands in the network; one that does not stand there fitly has no
    shapes."""

    layer: Layer
    values: Values
    given: tuple[Shape, ...] = ()
    made: Shape | None = None


class Sketch:
    """Draws cells, arrows and texts around the middle of a picture."""

    def __init__(self, painter: QPainter, theme: Theme, category: str) -> None:
        self.painter, self.theme, self._category = painter, theme, category

    def color(self, path: str) -> QColor:
        """A colour of the theme; "category" is that of the layer."""
        return self.theme.color(f"category.{self._category}" if path == "category" else path)

    def signed(self, values: Sequence[float], reach: float = 1.0) -> list[QColor]:
        """The colours of signed values."""
        table = self.theme.table("signed")
        return [QColor(*map(int, table[level])) for level in signed_levels(np.asarray(values, np.float32), reach)]

    def cell(self, x: float, y: float, side: float, color: QColor, width: float | None = None) -> None:
        """A cell with its upper left corner at (x, y)."""
        self.painter.fillRect(QRectF(x, y, (side if width is None else width) - 1, side - 1), color)

    def grid(self, x: float, y: float, rows: int, columns: int, color: str = "bg.track", side: float = CELL) -> None:
        """A grid of equal cells."""
        for row in range(rows):
            for column in range(columns):
                self.cell(x + column * side, y + row * side, side, self.color(color))

    def stack(self, x: float, y: float, rows: int, columns: int) -> None:
        """Two grids, one behind the other: several maps."""
        self.painter.setOpacity(0.45)
        self.grid(x - STACKED, y - STACKED, rows, columns)
        self.painter.setOpacity(1.0)
        self.painter.fillRect(QRectF(x - 1, y - 1, columns * CELL + 1, rows * CELL + 1), self.color("bg.panel"))
        self.grid(x, y, rows, columns)

    def outline(self, rect: QRectF, color: str, width: float = 1.5) -> None:
        """A frame."""
        self.painter.setPen(QPen(self.color(color), width))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRect(rect)

    def line(self, start: QPointF, end: QPointF, color: QColor, width: float = 1.0) -> None:
        """A straight line."""
        self.painter.setPen(QPen(color, width))
        self.painter.drawLine(QLineF(start, end))

    def arrow(self, x: float, y: float = 0.0, length: float = ARROW) -> None:
        """An arrow to the right that begins at (x, y)."""
        color, tip = self.color("text.caption"), QPointF(x + length, y)
        self.line(QPointF(x, y), tip, color, 1.25)
        for side in (-HEAD, HEAD):
            self.line(tip, QPointF(tip.x() - HEAD, y + side), color, 1.25)

    def disc(self, x: float, y: float, radius: float, color: QColor) -> None:
        """A filled disc."""
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(color)
        self.painter.drawEllipse(QPointF(x, y), radius, radius)

    def text(self, rect: QRectF, text: str, color: QColor | None = None, style: str = "axis") -> None:
        """A text in the middle of a rectangle. Its font is that of the design at 100 %; the painter enlarges it."""
        font = self.theme.font(style)
        font.setPixelSize(max(1, round(token(f"type.styles.{style}")["size"])))
        self.painter.setFont(font)
        self.painter.setPen(self.color("text.secondary") if color is None else color)
        self.painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip), text)
