"""Thumbnails made of bars: logits, probabilities, the stripe of Add and Concat, and the value of a regression."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from playground.ui.editor.look import Look, measure
from playground.ui.editor.neurons import probabilities
from playground.ui.editor.thumbnails import Plan
from playground.ui.editor.tiles import Thumbnail, most_active
from playground.ui.pictures import Numbers, reach_of

# A bar of nothing still shows where it begins.
STUB = 1.5
MINUS = "\u2212"


class Bars(Thumbnail):
    """One row for each class: its name and a bar."""

    def __init__(self, plan: Plan, look: Look) -> None:
        super().__init__(plan, look)
        self._values: Numbers | None = None

    def take(self, values: Numbers, settled: bool = True) -> None:
        values = self._ordered(np.nan_to_num(np.asarray(values, np.float32).reshape(-1), posinf=0.0, neginf=0.0))
        if len(values) != self.plan.units:
            return
        if self.plan.shown < len(values):
            if settled or self._values is None:
                self.chosen = most_active(values, self.plan.shown)
            values = values[self.chosen]
        self._values = values

    def _ordered(self, values: Numbers) -> Numbers:
        return values

    def clear(self) -> None:
        self._values = None

    def rects(self) -> list[QRectF]:
        row = measure("card.bars.row")
        return [QRectF(0, number * row, self.plan.width, row) for number in range(self.plan.shown)]

    def _name(self, number: int) -> str:
        unit = int(self.chosen[number])
        labels = self.plan.labels
        # Where the card shows only some of many classes, their numbers are their names.
        return labels[unit] if len(labels) == self.plan.units else str(unit)


class SignedBars(Bars):
    """Logits: bars to both sides of a middle line, names at the right."""

    def reach(self, values: Numbers) -> float:
        """The largest logit in magnitude."""
        return reach_of(values)

    def paint(self, painter: QPainter, flat: bool, background: QColor) -> None:
        plan, look = self.plan, self.look
        room = plan.width - plan.tile[0] - 4
        middle, height = room / 2, measure("card.bars.height")
        reach = self.look.scale.reach(self._values) if self._values is not None else 0.0
        painter.fillRect(QRectF(middle - 0.5, 0, 1, plan.height), look.color("line.strong"))
        for number, rect in enumerate(self.rects()):
            value = float(self._values[number]) if self._values is not None else 0.0
            length = room / 2 * value / reach if reach else 0.0
            top = rect.center().y() - height / 2
            bar = QRectF(min(middle, middle + length), top, abs(length), height)
            painter.fillRect(bar, look.color("value.positive" if value > 0 else "value.negative"))
            if not flat:
                place = QRectF(plan.width - plan.tile[0], rect.top(), plan.tile[0], rect.height())
                name = look.fitting("axis", self._name(number), plan.tile[0])
                look.text(painter, place, name, "axis", "text.caption", Qt.AlignmentFlag.AlignRight)


class ShareBars(Bars):
    """Probabilities: bars from the left, the largest in mint and bold. `logits` says that softmax is still to do."""

    def __init__(self, plan: Plan, look: Look, logits: bool) -> None:
        super().__init__(plan, look)
        self._logits = logits

    def _ordered(self, values: Numbers) -> Numbers:
        return probabilities(values) if self._logits else values

    def paint(self, painter: QPainter, flat: bool, background: QColor) -> None:
        plan, look = self.plan, self.look
        left, height = plan.tile[0] + 4, measure("card.bars.height")
        room = plan.width - left
        top_one = int(np.argmax(self._values)) if self._values is not None and len(self._values) else -1
        for number, rect in enumerate(self.rects()):
            share = min(1.0, max(0.0, float(self._values[number]))) if self._values is not None else 0.0
            bar = QRectF(left, rect.center().y() - height / 2, room, height)
            best = number == top_one
            painter.fillRect(bar, look.color("bg.control"))
            filled = max(STUB, room * share)
            painter.fillRect(QRectF(bar.left(), bar.top(), filled, height),
                             look.color("accent.base" if best else "text.disabled"))  # fmt: skip
            if not flat:
                style = "card_title" if best else "axis"
                place = QRectF(0, rect.top(), plan.tile[0], rect.height())
                name = look.fitting(style, self._name(number), plan.tile[0])
                color = "text.primary" if best else "text.caption"
                look.text(painter, place, name, style, color, Qt.AlignmentFlag.AlignHCenter if plan.tile[0] < 20
                          else Qt.AlignmentFlag.AlignLeft)  # fmt: skip


class Stripe(Thumbnail):
    """One thin bar for each channel, coloured as the layer it came from, brighter the more active it is.

    Concat puts its sources side by side, Add lays them over one another.
    """

    def __init__(self, plan: Plan, look: Look) -> None:
        super().__init__(plan, look)
        self._strength: Numbers | None = None

    def take(self, values: Numbers, settled: bool = True) -> None:
        means = np.abs(np.nan_to_num(values)).reshape(len(values), -1).mean(axis=1)
        reach = reach_of(means)
        self._strength = means / reach if reach else means

    def clear(self) -> None:
        self._strength = None

    def paint(self, painter: QPainter, flat: bool, background: QColor) -> None:
        plan, look = self.plan, self.look
        count = max(1, plan.units)
        total = sum(channels for _, channels in plan.sources)
        if self._strength is None or not plan.sources or len(self._strength) != count:
            painter.fillRect(QRectF(0, 0, plan.width, plan.height), look.color("bg.control"))
            return
        if total == count:
            self._paint_side_by_side(painter)
        else:
            height = plan.height / len(plan.sources)
            for number, (color, _) in enumerate(plan.sources):
                self._paint_bars(painter, QRectF(0, number * height, plan.width, height - 1), 0, count, color)

    def _paint_side_by_side(self, painter: QPainter) -> None:
        start, step = 0, self.plan.width / self.plan.units
        for color, channels in self.plan.sources:
            rect = QRectF(start * step, 0, channels * step, self.plan.height)
            self._paint_bars(painter, rect, start, channels, color)
            start += channels

    def _paint_bars(self, painter: QPainter, rect: QRectF, first: int, count: int, path: str) -> None:
        assert self._strength is not None
        # More bars than pixels cannot be told apart, so neighbours share one.
        bars = min(count, int(rect.width()))
        step = rect.width() / bars
        color = QColor(self.look.color(path))
        for number in range(bars):
            part = self._strength[first + number * count // bars : first + (number + 1) * count // bars]
            color.setAlphaF(0.25 + 0.75 * float(part.max()))
            painter.fillRect(QRectF(rect.left() + number * step, rect.top(), step * 0.86, rect.height()), color)


class Figure(Thumbnail):
    """The one number of a regression."""

    def __init__(self, plan: Plan, look: Look) -> None:
        super().__init__(plan, look)
        self._text = "–"

    def take(self, values: Numbers, settled: bool = True) -> None:
        self._text = f"{float(values.reshape(-1)[0]):.3f}".replace("-", MINUS) if values.size else "–"

    def clear(self) -> None:
        self._text = "–"

    def paint(self, painter: QPainter, flat: bool, background: QColor) -> None:
        rect = QRectF(0, 0, self.plan.width, self.plan.height)
        self.look.text(painter, rect, self._text, "figure", "text.primary", Qt.AlignmentFlag.AlignHCenter)


class Blank(Thumbnail):
    """A card that has nothing to show: its shape is not known, or it has no weights where weights are shown."""

    def paint(self, painter: QPainter, flat: bool, background: QColor) -> None:
        rect = QRectF(0, 0, self.plan.width, self.plan.height)
        if self.plan.kind == "empty":
            painter.fillRect(rect, self.look.color("bg.control"))
        elif not flat:
            # Two numbers for each map, of which no picture is made.
            plain = self.plan.kind == "scale_and_shift"
            text = QCoreApplication.translate("Card", "Scale and shift" if plain else "No weights")
            self.look.text(painter, rect, text, "caption", "text.disabled", Qt.AlignmentFlag.AlignHCenter)
