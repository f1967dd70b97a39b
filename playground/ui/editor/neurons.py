"""Thumbnails of networks on points: what each neuron and each class makes of the plane."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from playground.ui.editor.look import Look, measure
from playground.ui.editor.thumbnails import CHIP_GAP, CHIP_HEIGHT, CHIP_RULE, CLASS_CAPTION, Plan, chip_rows
from playground.ui.editor.tiles import Tiles
from playground.ui.pictures import Levels, Numbers, signed_levels
from playground.ui.theme import token

BIAS_GAP = 3
# How far from a bias the pointer still means it.
BIAS_NEAR = 4


class Bias(NamedTuple):
    """The bias of a unit, and where the middle of its square is."""

    unit: int
    value: float
    place: QPointF


class NeuronTiles(Tiles):
    """Each neuron's value over the plane, with its bias as a small square; the input has names beside its features."""

    def __init__(self, plan: Plan, look: Look) -> None:
        super().__init__(plan, look)
        self._biases: Levels | None = None
        self._bias_values: Numbers | None = None
        self._features: Numbers | None = None

    def take(self, values: Numbers, settled: bool = True) -> None:
        if self.plan.kind == "features":
            # What goes into the network stays as it is from frame to frame.
            if self._features is not None and np.array_equal(values, self._features):
                return
            self._features = values
        super().take(values, settled)

    def take_biases(self, values: Numbers | None, reach: float) -> None:
        """Shows the biases, coloured on the same scale as the layer's weights."""
        fits = values is not None and len(values) == self.plan.units
        self._bias_values = values if fits else None
        self._biases = signed_levels(values, reach) if fits and values is not None else None

    def clear(self) -> None:
        super().clear()
        self._biases = self._bias_values = self._features = None

    def _levels(self, values: Numbers) -> Levels:
        gain = token("colormap.gain.neuron_thumbnail")
        if self.plan.kind != "features":
            return self.look.scale.levels(values, gain)
        # Features are measured in units of their own: x² reaches 36 where sin x reaches 1.
        return np.stack([signed_levels(value, gain=gain) for value in values])

    def paint(self, painter: QPainter, flat: bool, background: QColor) -> None:
        super().paint(painter, flat, background)
        if flat:
            return
        if self._biases is not None:
            self._paint_biases(painter, self._biases)
        for label, rect in zip(self.plan.labels, self._rects, strict=False):
            place = QRectF(0, rect.top(), rect.left(), rect.height())
            self.look.text(painter, place, label, "card_title", "text.primary")
        if self.plan.spare:
            self._paint_spare(painter)

    def _paint_biases(self, painter: QPainter, biases: Levels) -> None:
        table = self.look.table("signed")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.look.pen("line.strong", measure("border.hairline")))
        for unit, rect in zip(self.chosen, self._rects, strict=False):
            painter.setBrush(QColor(table[int(biases[unit])]))
            painter.drawRoundedRect(_bias_rect(rect), 1, 1)

    def bias_at(self, point: QPointF) -> Bias | None:
        """The bias whose square is at a point or near it."""
        if self._bias_values is None:
            return None
        for unit, rect in zip(self.chosen, self._rects, strict=False):
            square = _bias_rect(rect)
            if square.adjusted(-BIAS_NEAR, -BIAS_NEAR, BIAS_GAP, BIAS_NEAR).contains(point):
                return Bias(int(unit), float(self._bias_values[unit]), square.center())
        return None

    def _paint_spare(self, painter: QPainter) -> None:
        """The features not in use, as dashed chips under a hairline."""
        line = self.spare_rects()[0].top() - CHIP_RULE / 2
        painter.setPen(self.look.pen("line.soft", measure("border.hairline")))
        painter.drawLine(QPointF(0, line), QPointF(self.plan.width, line))
        for label, rect in zip(self.plan.spare_labels, self.spare_rects(), strict=True):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(self.look.pen("line.strong", measure("border.hairline"), (3, 2)))
            radius = measure("radius.field")
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
            self.look.text(painter, rect, label, "caption", "text.caption", Qt.AlignmentFlag.AlignHCenter)

    def spare_rects(self) -> list[QRectF]:
        """Where the chips of unused features lie."""
        top = self._rects[-1].bottom() if self._rects else 0.0
        return [
            QRectF(left, top + CHIP_RULE + row * (CHIP_HEIGHT + CHIP_GAP), width, CHIP_HEIGHT)
            for row, chips in enumerate(chip_rows(self.plan))
            for _, left, width in chips
        ]

    def spare_at(self, point: QPointF) -> str | None:
        """The name of the unused feature whose chip is at a point."""
        for name, rect in zip(self.plan.spare, self.spare_rects(), strict=True):
            if rect.contains(point):
                return name
        return None


def _bias_rect(tile: QRectF) -> QRectF:
    """The square of a bias, at the lower left of the unit's picture."""
    side = measure("card.neuron.bias")
    return QRectF(tile.left() - BIAS_GAP - side, tile.bottom() - side - 1, side, side)


class ClassTiles(Tiles):
    """The probability of each class over the plane: orange where it is unlikely, blue where it is likely.

    The values are logits; those of one unit say yes or no. Below each picture stand the name of the class and the
    number of its points.
    """

    def __init__(self, plan: Plan, look: Look) -> None:
        super().__init__(plan, look)
        self.counts: tuple[int, ...] = ()

    def _ordered(self, values: Numbers) -> Numbers:
        return probabilities(values) * 2 - 1

    def _levels(self, values: Numbers) -> Levels:
        return signed_levels(values, 1.0, token("colormap.gain.neuron_thumbnail"))

    def paint(self, painter: QPainter, flat: bool, background: QColor) -> None:
        super().paint(painter, flat, background)
        if flat:
            return
        for number, (name, rect) in enumerate(zip(self.plan.labels, self._rects, strict=False)):
            place = QRectF(rect.left(), rect.bottom() + 2, rect.width(), CLASS_CAPTION - 4)
            count = str(self.counts[number]) if number < len(self.counts) else ""
            room = place.width() - self.look.width("caption", count) - 6
            shown = self.look.fitting("card_title", name, room)
            self.look.text(painter, place, shown, "card_title", self._color(number))
            self.look.text(painter, place, count, "caption", "text.secondary", Qt.AlignmentFlag.AlignRight)

    def _color(self, number: int) -> QColor:
        if self.plan.units > 2:
            return self.look.theme.class_color(number)
        return self.look.color("value.positive" if number == 1 else "value.negative")


def probabilities(logits: Numbers) -> Numbers:
    """Softmax over the first axis; one unit gives the two shares of its sigmoid."""
    values = np.nan_to_num(np.asarray(logits, np.float32), posinf=1e4, neginf=-1e4)
    if len(values) == 1:
        # Two logits 0 and x give the sigmoid of x.
        values = np.concatenate([np.zeros_like(values), values])
    shares = np.exp(values - values.max(axis=0))
    return shares / shares.sum(axis=0)
