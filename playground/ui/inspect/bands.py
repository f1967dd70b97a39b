"""Bands: the parts of a sheet as pictures under each other. Each lays itself out for a width and paints itself.

All places are in pixels from the upper left corner of the band. Only what lies in the `clip` is painted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from playground.ui.inspect.parts import Cells
from playground.ui.inspect.windows import Pixel
from playground.ui.inspect.words import tr
from playground.ui.numbers import figure
from playground.ui.pictures import color_table, signed_levels, to_image, zero_levels
from playground.ui.theme import Theme, token

LINE = 20
CELL, LEAST_CELL, GRID_CELL = 26, 6, 9
CELLS_IN_ROW = (32, 64, 128)
DIGITS = 3


@dataclass(frozen=True)
class Spot:
    """What lies under a point: the value of which unit as it is read out, its name, and where in the unit's picture
    it is. `unit` is None where it is no unit of the layer. A spot without a text is in a column and on no picture;
    one in a picture has its `pixel`."""

    unit: int | None
    name: str
    where: str
    text: str
    pixel: Pixel | None = None


class Band:
    """What all bands share. `fit` lays out; afterwards `height` is known. `marked` is the chosen unit and `hovered`
    the one under the pointer."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.width = self.height = 0.0
        self.marked: int | None = None
        self.hovered: int | None = None

    @property
    def count(self) -> int:
        """How many units can be chosen in it."""
        return 0

    def fit(self, width: float, room: float, least: float = 0.0) -> None:
        """Lays out for this width; `room` is the height that is seen at once, `least` the smallest picture."""

    def paint(self, painter: QPainter, clip: QRectF) -> None:
        """Paints what is in the clip."""

    def spot_at(self, place: QPointF) -> Spot | None:
        """What lies under a point."""
        return None

    def rect_of(self, unit: int) -> QRectF:
        """Where a unit stands."""
        return QRectF()

    def step(self, unit: int, across: int, down: int) -> int:
        """The unit beside another one, or the same at the edge."""
        moved = unit + across
        return moved if 0 <= moved < self.count else unit

    # -- what they paint alike ------------------------------------------------------------------------------------

    def _line(self) -> float:
        return self._theme.px(LINE)

    def _head(self, painter: QPainter, top: float, title: str, detail: str) -> None:
        """The title of a row and a few words after it, over a ground that keeps the frame of a column away."""
        theme = self._theme
        metrics = QFontMetricsF(theme.font("caption"))
        gap, line = theme.px(6), theme.px(token("type.styles.caption.line"))
        room = max(0.0, self.width)
        title = metrics.elidedText(title, Qt.TextElideMode.ElideRight, room)
        taken = metrics.horizontalAdvance(title) + gap
        detail = metrics.elidedText(detail, Qt.TextElideMode.ElideRight, max(0.0, room - taken))
        width = taken + metrics.horizontalAdvance(detail)
        place = QRectF(0, top, width + gap / 2, line)
        painter.fillRect(place.adjusted(0, 0, 0 if detail else -gap, 0), theme.color("bg.canvas"))
        painter.setFont(theme.font("caption"))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.setPen(theme.color("text.primary"))
        painter.drawText(place, side, title)
        painter.setPen(theme.color("text.caption"))
        painter.drawText(place.adjusted(taken, 0, 0, 0), side, detail)

    def _frame(self, painter: QPainter, rect: QRectF, color: str, radius: float) -> None:
        width = token("border.selected")
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color(color), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, radius, radius)
        painter.restore()


class CellsBand(Band):
    """Values as cells, 32 to a line; more to a line where there are thousands."""

    def __init__(self, part: Cells, theme: Theme) -> None:
        super().__init__(theme)
        self.part = part
        self._side, self._columns = 1.0, CELLS_IN_ROW[0]
        gain = token("colormap.gain.feature_map")
        make = zero_levels if part.table == "from_zero" else signed_levels
        self._levels = make(part.values, gain=gain)
        self._image = QImage()

    @property
    def count(self) -> int:
        return len(self.part.values) if self.part.units else 0

    @property
    def _lines(self) -> int:
        return -(-len(self.part.values) // self._columns)

    def fit(self, width: float, room: float, least: float = 0.0) -> None:
        theme = self._theme
        self.width = width
        best = 0.0
        for columns in CELLS_IN_ROW:
            lines = -(-len(self.part.values) // columns)
            side = min(theme.px(CELL), width / columns)
            fitting = min(side, (room - self._line()) / lines)
            side = math.floor(max(fitting, min(side, theme.px(LEAST_CELL))))
            if side > best:
                best, self._columns = side, columns
        self._side = max(1.0, best)
        self._arrange()
        self.height = self._line() + self._lines * self._side

    def _arrange(self) -> None:
        """The cells as one picture with a pixel each; what is left over on the last line is never painted."""
        padded = np.zeros(self._lines * self._columns, np.uint8)
        padded[: len(self._levels)] = self._levels
        table = color_table(self._theme, self.part.table)
        self._image = to_image(padded.reshape(self._lines, self._columns), table)

    def rect_of(self, unit: int) -> QRectF:
        line, column = divmod(unit, self._columns)
        return QRectF(column * self._side, self._line() + line * self._side, self._side, self._side)

    def paint(self, painter: QPainter, clip: QRectF) -> None:
        self._head(painter, 0, self.part.title, self.part.detail)
        full, last = divmod(len(self.part.values), self._columns)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edge = QPainterPath()
        for first, lines, cells in ((0, full, self._columns), (full, 1, last)):
            place = QRectF(0, self._line() + first * self._side, cells * self._side, lines * self._side)
            edge.addRect(place)
            if lines and cells and place.intersects(clip):
                painter.drawImage(place, self._image, QRectF(0, first, cells, lines))
                self._rule(painter, place.intersected(clip.adjusted(-self._side, -self._side, self._side, self._side)))
        painter.strokePath(edge.simplified(), QPen(self._theme.color("line.soft"), 1))
        for unit, color in ((self.hovered, "text.primary"), (self.marked, "accent.base")):
            if unit is not None and unit < self.count:
                self._frame(painter, self.rect_of(unit), color, self._theme.px(2))

    def _rule(self, painter: QPainter, place: QRectF) -> None:
        """Lines between the cells, where they are large enough to be told apart."""
        if self._side < self._theme.px(GRID_CELL):
            return
        painter.setPen(QPen(self._theme.color("bg.canvas"), 1))
        side, top = self._side, self._line()
        for number in range(math.ceil(place.left() / side), math.floor(place.right() / side) + 1):
            painter.drawLine(QPointF(number * side, place.top()), QPointF(number * side, place.bottom()))
        low, high = math.ceil((place.top() - top) / side), math.floor((place.bottom() - top) / side)
        for number in range(low, high + 1):
            painter.drawLine(QPointF(place.left(), top + number * side), QPointF(place.right(), top + number * side))

    def spot_at(self, place: QPointF) -> Spot | None:
        line, column = int((place.y() - self._line()) // self._side), int(place.x() // self._side)
        number = line * self._columns + column
        if line < 0 or not 0 <= column < self._columns or number >= len(self.part.values):
            return None
        name = (tr("Unit {number}") if self.part.units else tr("Weight {number}")).format(number=number + 1)
        where = ""
        if self.part.origin:
            channel, row, across = np.unravel_index(number, self.part.origin)
            where = tr("map {map}, row {row}, column {column}").format(map=channel + 1, row=row + 1, column=across + 1)
        value = figure(float(self.part.values[number]), DIGITS)
        return Spot(number if self.part.units else None, name, where, value)

    def step(self, unit: int, across: int, down: int) -> int:
        moved = unit + across + down * self._columns
        return moved if 0 <= moved < self.count else unit
