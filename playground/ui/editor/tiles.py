"""Thumbnails made of pictures: feature maps, the input picture, strips of values, and what they share.

Each keeps its numbers as one 8-bit image with the tiles below each other and a table of 256 colours; painting cuts
the tiles out of it.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from playground.ui.editor.look import Look, measure, rounded
from playground.ui.editor.thumbnails import Plan
from playground.ui.pictures import (
    TOP,
    Levels,
    Numbers,
    part,
    pixel_picture,
    reach_of,
    to_image,
    unscaled,
)
from playground.ui.theme import token

# Features are measured in units of their own, and shares of classes reach from 0 to 1.
OWN_SCALE = ("features", "class_maps")


class Thumbnail:
    """What all thumbnails share: a plan, and tiles that can be found by a point.

    `chosen` are the numbers of the units shown. `take` brings new numbers, `clear` forgets them, `retint` follows
    a switch of the theme.
    """

    def __init__(self, plan: Plan, look: Look) -> None:
        self.plan, self.look = plan, look
        self.chosen: Numbers = np.arange(plan.shown)

    def take(self, values: Numbers, settled: bool = True) -> None:
        """Shows the values of a layer. Until it is `settled` the same units stay in view."""

    def reach(self, values: Numbers) -> float:
        """The largest magnitude of what shares its scale with other layers; 0 where nothing does."""
        return 0.0

    def clear(self) -> None:
        """Forgets the values."""

    def retint(self) -> None:
        """Takes the colours of the theme anew."""

    def paint(self, painter: QPainter, flat: bool, background: QColor) -> None:
        """Paints from the thumbnail's own corner; `flat` is one colour for each tile."""

    def rects(self) -> list[QRectF]:
        """Where the tiles of the chosen units lie."""
        return []

    def unit_at(self, point: QPointF) -> int | None:
        """The unit whose tile is at a point."""
        for number, rect in enumerate(self.rects()):
            if rect.contains(point):
                return int(self.chosen[number])
        return None

    def unit_rect(self, unit: int) -> QRectF | None:
        """The tile of a unit, where it is shown."""
        found = np.flatnonzero(self.chosen == unit)
        rects = self.rects()
        return rects[int(found[0])] if len(found) and int(found[0]) < len(rects) else None


class Tiles(Thumbnail):
    """Pictures side by side, each hard-edged when enlarged and with slightly round corners."""

    def __init__(self, plan: Plan, look: Look) -> None:
        super().__init__(plan, look)
        self._image: QImage | None = None
        self._parts: list[QRectF] = []
        self._parts_of: tuple[QSize, int] | None = None
        self._levels_shown: Levels | None = None
        self._means: list[int] = []
        self._rects = self._places()
        self._corners, self._edges = _corners(self._rects), _edges(self._rects)

    def _places(self) -> list[QRectF]:
        plan, (width, height) = self.plan, self.plan.tile
        # A card is at least so wide; what is narrower stands in its middle.
        return [
            QRectF(
                plan.width - width if plan.kind == "features" else (number % plan.columns) * (width + plan.gap),
                (number // plan.columns) * (height + plan.gap),
                width,
                height,
            )
            for number in range(plan.shown)
        ]

    def rects(self) -> list[QRectF]:
        return self._rects

    def take(self, values: Numbers, settled: bool = True) -> None:
        values = self._ordered(values)
        if values.ndim != 3 or not len(values):
            return
        if len(values) != self.plan.units:
            # The frame was made before an edit; the next one will fit.
            return
        if self.plan.shown < len(values):
            if settled or self._image is None:
                self.chosen = most_active(values, self.plan.shown)
            values = values[self.chosen]
        self._show(self._levels(values))

    def reach(self, values: Numbers) -> float:
        shared = self.plan.table in ("signed", "from_zero") and self.plan.kind not in OWN_SCALE
        return reach_of(self._ordered(values)) if shared else 0.0

    def _ordered(self, values: Numbers) -> Numbers:
        """The values as one picture for each unit, (units, height, width)."""
        return values

    def _levels(self, values: Numbers) -> Levels:
        return self.look.scale.levels(values, token("colormap.gain.feature_map"), self.plan.table)

    def _show(self, levels: Levels) -> None:
        self._image = to_image(levels, self.look.table(self.plan.table))
        self._levels_shown, self._means = levels, []

    def clear(self) -> None:
        self._image = None

    def retint(self) -> None:
        if self._image is not None and self._image.format() == QImage.Format.Format_Indexed8:
            self._image.setColorTable(list(self.look.table(self.plan.table)))

    def paint(self, painter: QPainter, flat: bool, background: QColor) -> None:
        if self._image is None:
            for rect in self._rects:
                painter.fillRect(rect, self.look.color("bg.control"))
        elif flat:
            table = self.look.table(self.plan.table)
            for rect, mean in zip(self._rects, self._flat_levels(), strict=False):
                painter.fillRect(rect, QColor(table[mean]))
        else:
            self._paint_pictures(painter, self._image)
        if not flat:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillPath(self._corners, background)
            # On a light card a picture that is nearly white needs an edge.
            painter.strokePath(self._edges, self.look.pen("line.soft", measure("border.hairline")))

    def _flat_levels(self) -> list[int]:
        """The mean level of each tile. Seldom shown, so worked out when it is."""
        if not self._means and self._levels_shown is not None:
            levels = self._levels_shown
            self._means = [int(mean) for mean in levels.reshape(len(levels), -1).mean(axis=1)]
        return self._means

    def _paint_pictures(self, painter: QPainter, image: QImage) -> None:
        # Enlarged pixels stay hard-edged; where several fall on one they are blended.
        reduced = image.width() > self._rects[0].width() * painter.worldTransform().m11() * 1.2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, reduced)
        count = len(self._rects)
        if self._parts_of != (image.size(), count):
            self._parts_of = (image.size(), count)
            self._parts = [QRectF(part(image, number, count)) for number in range(count)]
        for rect, source in zip(self._rects, self._parts, strict=True):
            painter.drawImage(rect, image, source)


class PictureTile(Tiles):
    """The sample itself, as ink on paper or in its colours."""

    def take(self, values: Numbers, settled: bool = True) -> None:
        if values.ndim != 3:
            return
        pixels = values if values.shape[0] in (1, 3) else values[:1]
        self._image = pixel_picture(unscaled(pixels), self.look.theme)
        self._means = [TOP // 2]


class StripTile(Tiles):
    """A row of values as cells, 32 to a line, and a matrix of weights as one picture."""

    def _places(self) -> list[QRectF]:
        return [QRectF(0, 0, self.plan.width, self.plan.height)]

    def take(self, values: Numbers, settled: bool = True) -> None:
        if self.plan.kind == "strip":
            flat = values.reshape(-1)[: self.plan.shown]
            if len(flat) < self.plan.shown:
                return
            columns = self.plan.columns
            # Cells that are left over on the last line are zero.
            padded = np.zeros(-(-len(flat) // columns) * columns, np.float32)
            padded[: len(flat)] = flat
            values = padded.reshape(-1, columns)
        if values.ndim == 2:
            self._show(self._levels(values[None]))


class FilterTiles(Tiles):
    """The filters of a convolution: of several input channels the mean."""

    def _ordered(self, values: Numbers) -> Numbers:
        return values.mean(axis=1) if values.ndim == 4 else values


def most_active(values: Numbers, count: int) -> Numbers:
    """Numbers of the units with the largest mean magnitude, in their own order."""
    strength = np.abs(np.nan_to_num(values)).reshape(len(values), -1).mean(axis=1)
    return np.sort(np.argsort(-strength, kind="stable")[:count])


def _corners(rects: list[QRectF]) -> QPainterPath:
    """What the round corners of tiles leave open: painted over their square ones."""
    path = QPainterPath()
    for rect in rects:
        square = QPainterPath()
        square.addRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
        path.addPath(square.subtracted(rounded(rect, measure("radius.thumbnail"))))
    return path


def _edges(rects: list[QRectF]) -> QPainterPath:
    """The outlines of tiles."""
    path = QPainterPath()
    for rect in rects:
        path.addPath(rounded(rect, measure("radius.thumbnail")))
    return path
