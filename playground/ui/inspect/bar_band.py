"""Bars with a name and a value each: logits, probabilities, the units of a narrow layer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from playground.ui.inspect.bands import DIGITS, Band, Spot
from playground.ui.inspect.parts import Bars
from playground.ui.inspect.words import tr
from playground.ui.numbers import figure, share_text
from playground.ui.pictures import reach_of
from playground.ui.theme import Theme, token

ROW, WIDEST, VALUE = 20, 620, 64
MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class BarsBand(Band):
    """Signed values to both sides of a middle line, or shares from the left with the largest in mint."""

    def __init__(self, part: Bars, theme: Theme) -> None:
        super().__init__(theme)
        self.part = part
        self._reach = reach_of(part.values)
        self._best = int(part.values.argmax()) if part.shares and len(part.values) else -1

    @property
    def count(self) -> int:
        return len(self.part.values) if self.part.units else 0

    def fit(self, width: float, room: float, least: float = 0.0) -> None:
        self.width = width
        self.height = self._line() + len(self.part.values) * self._row()

    def _row(self) -> float:
        return self._theme.px(ROW)

    def rect_of(self, unit: int) -> QRectF:
        wide = min(self.width, self._theme.px(WIDEST))
        return QRectF(0, self._line() + unit * self._row(), wide, self._row())

    def paint(self, painter: QPainter, clip: QRectF) -> None:
        self._head(painter, 0, self.part.title, self.part.detail)
        metrics = QFontMetricsF(self._theme.font("body"))
        label = min(max(map(metrics.horizontalAdvance, self.part.names), default=0.0), self.width / 4)
        for number in range(len(self.part.values)):
            rect = self.rect_of(number)
            if rect.intersects(clip):
                self._paint_row(painter, number, rect, label)
        for unit, color in ((self.hovered, "line.strong"), (self.marked, "accent.base")):
            if unit is not None and unit < self.count:
                self._frame(painter, self.rect_of(unit).adjusted(-2, 1, 0, -1), color, self._theme.px(3))

    def _paint_row(self, painter: QPainter, number: int, rect: QRectF, label: float) -> None:
        theme, part = self._theme, self.part
        best, gap = number == self._best, theme.px(10)
        font = theme.font("body")
        font.setWeight(QFont.Weight.DemiBold if best else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(theme.color("text.primary" if best else "text.secondary"))
        name = QFontMetricsF(font).elidedText(part.names[number], Qt.TextElideMode.ElideRight, label + 1)
        painter.drawText(rect.adjusted(theme.px(4), 0, 0, 0), Qt.AlignmentFlag.AlignLeft | MIDDLE, name)
        painter.drawText(rect.adjusted(0, 0, -theme.px(6), 0), Qt.AlignmentFlag.AlignRight | MIDDLE, self._text(number))
        height = theme.px(token("card.bars.height") + 4)
        left = rect.left() + theme.px(4) + label + gap
        track = QRectF(left, rect.center().y() - height / 2, rect.right() - theme.px(VALUE) - gap - left, height)
        if track.width() > 0:
            self._paint_bar(painter, track, float(part.values[number]), best)

    def _paint_bar(self, painter: QPainter, track: QRectF, value: float, best: bool) -> None:
        theme = self._theme
        painter.fillRect(track, theme.color("bg.control"))
        if self.part.shares:
            filled = max(theme.zoom * 1.5, track.width() * min(1.0, max(0.0, value)))
            color = theme.color("accent.base" if best else "text.caption")
            painter.fillRect(QRectF(track.left(), track.top(), filled, track.height()), color)
            return
        middle = track.center().x()
        share = value / self._reach if self._reach else 0.0
        length = track.width() / 2 * max(-1.0, min(1.0, share)) if share == share else 0.0
        bar = QRectF(min(middle, middle + length), track.top(), abs(length), track.height())
        painter.fillRect(bar, theme.color("value.positive" if value > 0 else "value.negative"))
        painter.fillRect(QRectF(middle - 0.5, track.top(), 1, track.height()), theme.color("text.caption"))

    def _text(self, number: int) -> str:
        value = float(self.part.values[number])
        return share_text(value) + " %" if self.part.shares else figure(value, DIGITS)

    def spot_at(self, place: QPointF) -> Spot | None:
        number = int((place.y() - self._line()) // self._row())
        if not 0 <= number < len(self.part.values) or not self.rect_of(number).contains(place):
            return None
        plain = self.part.names[number] == str(number + 1)
        name = tr("Unit {number}").format(number=number + 1) if plain else self.part.names[number]
        value = figure(float(self.part.values[number]), DIGITS)
        return Spot(number if self.part.units else None, name, "", value)

    def step(self, unit: int, across: int, down: int) -> int:
        moved = unit + across + down
        return moved if 0 <= moved < self.count else unit
