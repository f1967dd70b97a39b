"""Pictures in columns: filters, feature maps and activated maps of one channel under each other."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPen

from playground.engine.requests import DOMAIN
from playground.ui.inspect.bands import DIGITS, LINE, Band, Spot
from playground.ui.inspect.parts import MapRow, Maps
from playground.ui.inspect.traces import Trace, paint_trace
from playground.ui.inspect.windows import Pixel
from playground.ui.inspect.words import color_names, tr
from playground.ui.numbers import figure, percent
from playground.ui.pictures import color_table, part, to_color_image, to_image
from playground.ui.theme import Theme

# Up to so many columns stand in one block, while its pictures are at least so large.
ONE_BLOCK, IN_ONE_BLOCK = 10, 64
LARGEST, LARGEST_ALONE, LEAST = 200, 420, 40
# From the gap between few columns to that between hundreds: (columns at most, gap).
GAPS = ((8, 14), (16, 10), (64, 8))
LEAST_GAP = 4
CAPTION, ROW_GAP, BLOCK_GAP = 18, 6, 14
# Columns that leave the last block ragged count for less.
RAGGED = 0.6
# A picture of less height could not be hit with the mouse.
LOWEST = 10
FRAME = 5


class ColumnsBand(Band):
    """Rows of pictures in common columns. Many columns wrap into blocks, each with all of the rows; as long as the
    smallest useful picture lets them, all blocks are seen at once."""

    def __init__(self, part: Maps, theme: Theme, bare: bool = False) -> None:
        """A `bare` band has neither titles nor captions."""
        super().__init__(theme)
        self.part = part
        self._bare = bare
        self.images: list[QImage] = [_image(row, theme) for row in part.rows]
        # What is framed in the pictures, and how much larger they are than they would be.
        self.traces: tuple[Trace, ...] = ()
        self.magnification = 1.0
        self._active = part.active
        self._columns, self._tile, self._gap = 1, 1.0, 0.0

    @property
    def count(self) -> int:
        return self.part.count if self.part.units else 0

    # -- layout ---------------------------------------------------------------------------------------------------

    def fit(self, width: float, room: float, least: float = LEAST) -> None:
        theme, count = self._theme, self.part.count
        self.width = width
        few = next((gap for most, gap in GAPS if count <= most), LEAST_GAP)
        self._gap = theme.px(LEAST_GAP if self._bare else few)
        smallest = max(1.0, theme.px(least))
        most = max(1, min(count, int((width + self._gap) // (smallest + self._gap))))
        sizes = self._sizes(most, width, room)
        if not self._bare and count <= ONE_BLOCK and self._widest(count, width) >= theme.px(IN_ONE_BLOCK):
            least_tile = theme.px(IN_ONE_BLOCK) if len(self.part.rows) > 1 else smallest
            self._columns, self._tile = count, max(least_tile, sizes[count])
        else:
            fitting = {columns: tile for columns, tile in sizes.items() if tile >= smallest}
            if fitting:
                self._columns = max(fitting, key=lambda columns: (fitting[columns] * self._evenness(columns), -columns))
                self._tile = fitting[self._columns]
            else:
                # Rather fewer columns that leave no gaps in the last block.
                self._columns = max(
                    range(1, most + 1), key=lambda columns: (columns * self._evenness(columns), columns)
                )
                self._tile = self._widest(self._columns, width)
        if self.magnification > 1:
            self._tile = min(width, self._tile * self.magnification)
            self._columns = max(1, min(count, int((width + self._gap) // (self._tile + self._gap))))
        self.height = self._top_of(self._blocks) - self._below()

    def _evenness(self, columns: int) -> float:
        return RAGGED if self.part.count % columns and not self._bare else 1.0

    def _widest(self, columns: int, width: float) -> float:
        largest = self._theme.px(LARGEST_ALONE if self.part.count == 1 else LARGEST)
        share = math.floor((width - (columns - 1) * self._gap) / columns)
        return max(1.0, share if self._bare else min(largest, share))

    def _sizes(self, most: int, width: float, room: float) -> dict[int, float]:
        """How wide a picture is when so many columns are seen at once, up to `most`; 0 where that cannot be."""
        steps = sum(self._ratio(row) for row in self.part.rows)
        each, heads = self._block_height(0.0), self._heads() - self._below()
        found = {}
        for columns in range(1, most + 1):
            blocks = -(-self.part.count // columns)
            share = math.floor((room - heads - blocks * each) / blocks / steps)
            found[columns] = min(self._widest(columns, width), share) if share >= 1 else 0.0
        return found

    @staticmethod
    def _ratio(row: MapRow) -> float:
        height, width = row.size
        return height / width

    def _row_height(self, row: MapRow, tile: float) -> float:
        return max(min(self._theme.px(LOWEST), tile), round(tile * self._ratio(row))) if tile else 0.0

    @property
    def _blocks(self) -> int:
        return -(-self.part.count // self._columns)

    def _heads(self) -> float:
        """What the titles of the rows take in the first block beyond the gaps of the others."""
        theme, rows = self._theme, len(self.part.rows)
        return 0.0 if self._bare else rows * theme.px(LINE) + (rows - 1) * theme.px(ROW_GAP)

    def _block_height(self, tile: float) -> float:
        theme, rows = self._theme, self.part.rows
        heights = sum(self._row_height(row, tile) for row in rows) + (len(rows) - 1) * theme.px(ROW_GAP)
        return heights + self._below() + self._caption

    @property
    def _caption(self) -> int:
        """The height of the captions under the columns; one picture alone needs no number."""
        return 0 if self._bare or not (self.part.count > 1 or self.part.units) else self._theme.px(CAPTION)

    def _below(self) -> float:
        """The gap between blocks."""
        return self._gap if self._bare else self._theme.px(BLOCK_GAP)

    def _top_of(self, block: int) -> float:
        """Where a block begins; for the number of blocks, where the last one ends."""
        return block * self._block_height(self._tile) + (self._heads() if block else 0.0)

    def _row_top(self, block: int, number: int) -> float:
        theme, top = self._theme, self._top_of(block)
        line = theme.px(LINE) if block == 0 and not self._bare else 0.0
        gap = theme.px(ROW_GAP) + (theme.px(ROW_GAP) if line else 0.0)
        above = sum(self._row_height(row, self._tile) for row in self.part.rows[:number])
        return top + above + number * gap + (number + 1) * line

    def tile(self, unit: int, row: int = 0) -> QRectF:
        """Where the picture of a unit in a row stands."""
        block, column = divmod(unit, self._columns)
        height = self._row_height(self.part.rows[row], self._tile)
        return QRectF(column * (self._tile + self._gap), self._row_top(block, row), self._tile, height)

    def rect_of(self, unit: int) -> QRectF:
        """A whole column, its caption included."""
        column = self.tile(unit).united(self.tile(unit, len(self.part.rows) - 1))
        return column.adjusted(0, 0, 0, self._caption)

    # -- painting -------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, clip: QRectF) -> None:
        spare = 2 * self._theme.px(FRAME)
        first = max(0, int((clip.top() - spare - self._heads()) // self._block_height(self._tile)))
        last = min(self._blocks, int((clip.bottom() + spare) // self._block_height(self._tile)) + 1)
        units = range(first * self._columns, min(self.part.count, last * self._columns))
        for number in range(len(self.part.rows)):
            self._paint_row(painter, number, units)
        if self._caption:
            self._paint_captions(painter, units)
        for unit, color in ((self.hovered, "line.strong"), (self.marked, "accent.base")):
            if unit is not None and unit in units and self.count:
                out = min(self._theme.px(FRAME), self._gap / 2)
                self._frame(painter, self.rect_of(unit).adjusted(-out, -out, out, 1), color, self._theme.px(5))
        for trace in self.traces:
            for unit in units if trace.column is None else (trace.column,):
                paint_trace(painter, trace, self.tile(unit, trace.row), self.part.rows[trace.row].size, self._theme)
        if first == 0 and not self._bare:
            for number, row in enumerate(self.part.rows):
                self._head(painter, self._row_top(0, number) - self._theme.px(LINE), row.title, row.detail)

    def _paint_row(self, painter: QPainter, row: int, units: range) -> None:
        image, count = self.images[row], self.part.count
        # Enlarged pixels stay hard-edged; where several fall on one they are blended.
        reduced = image.width() > self._tile * painter.worldTransform().m11() * 1.2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, reduced)
        places = [self.tile(unit, row) for unit in units]
        for unit, place in zip(units, places, strict=True):
            painter.drawImage(place, image, QRectF(part(image, unit, count)))
        painter.setPen(QPen(self._theme.color("line.soft"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects([place.adjusted(0.5, 0.5, -0.5, -0.5) for place in places])

    def _paint_captions(self, painter: QPainter, units: range) -> None:
        theme = self._theme
        font = theme.font("caption")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        whole = metrics.horizontalAdvance(tr("{share} % active").format(share=100)) + theme.px(4)
        short, number = metrics.horizontalAdvance("100 %"), metrics.horizontalAdvance(self._name(self.part.count - 1))
        form = tr("{share} % active") if number + whole <= self._tile else "{share} %"
        told = self._active is not None and number + short + theme.px(4) <= self._tile
        across = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        for unit in units:
            rect = self.rect_of(unit)
            place = QRectF(rect.left(), rect.bottom() - theme.px(CAPTION - 2), self._tile, theme.px(CAPTION - 2))
            color = "text.primary" if unit == self.marked else "text.secondary"
            painter.setPen(theme.color(color))
            name = metrics.elidedText(self._name(unit), Qt.TextElideMode.ElideRight, self._tile)
            painter.drawText(place.translated(theme.px(2), 0), Qt.AlignmentFlag.AlignLeft | across, name)
            if told and self._active is not None:
                text = form.format(share=percent(float(self._active[unit]), 0))
                painter.drawText(place.translated(-theme.px(2), 0), Qt.AlignmentFlag.AlignRight | across, text)

    def _name(self, unit: int) -> str:
        return self.part.names[unit] if unit < len(self.part.names) else str(unit + 1)

    # -- pointing -------------------------------------------------------------------------------------------------

    def spot_at(self, place: QPointF) -> Spot | None:
        column = int(place.x() // (self._tile + self._gap))
        if place.x() < 0 or column >= self._columns:
            return None
        for block in range(self._blocks):
            unit = block * self._columns + column
            if self._top_of(block) <= place.y() < self._top_of(block + 1) and unit < self.part.count:
                return self._spot(unit, place)
        return None

    def _spot(self, unit: int, place: QPointF) -> Spot | None:
        chosen = unit if self.part.units else None
        for number, row in enumerate(self.part.rows):
            rect = self.tile(unit, number)
            if rect.contains(place):
                height, width = row.size
                across = min(width - 1, int((place.x() - rect.left()) / rect.width() * width))
                down = min(height - 1, int((place.y() - rect.top()) / rect.height() * height))
                alone = self.part.count == 1 and not (self.part.units or self.part.names)
                name = row.noun if alone else f"{row.noun} {self._name(unit)}"
                pixel = Pixel(number, unit, down, across)
                return Spot(chosen, name, self._where(row, down, across), self._value(row, pixel), pixel)
        return Spot(chosen, "", "", "") if self.rect_of(unit).contains(place) else None

    @staticmethod
    def _value(row: MapRow, pixel: Pixel) -> str:
        if not row.color:
            return figure(float(row.maps[pixel.column, pixel.down, pixel.across]), DIGITS)
        values = row.maps[pixel.column, :, pixel.down, pixel.across]
        return ", ".join(
            f"{name} {figure(float(value), DIGITS)}" for name, value in zip(color_names(), values, strict=True)
        )

    @staticmethod
    def _where(row: MapRow, down: int, across: int) -> str:
        if not row.plane:
            return tr("row {row}, column {column}").format(row=down + 1, column=across + 1)
        low, high = DOMAIN
        size = row.size[0] - 1
        x, y = (low + (high - low) * at / size for at in (across, size - down))
        return tr("x₁ {x}, x₂ {y}").format(x=figure(x, 1), y=figure(y, 1))

    def step(self, unit: int, across: int, down: int) -> int:
        moved = unit + across + down * self._columns
        return moved if 0 <= moved < self.count else unit


def _image(row: MapRow, theme: Theme) -> QImage:
    """The pictures of a row below each other."""
    levels = row.levels()
    if row.color:
        return to_color_image(levels)
    if row.table == "photo":
        return to_color_image(np.repeat(levels[:, None], 3, axis=1))
    return to_image(levels, color_table(theme, row.table))
