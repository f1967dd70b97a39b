"""Small pictures of the two ends of a network: what the data hand to it, and what its last values mean."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen

from playground.catalog.layers.input import chosen_features, feature_labels
from playground.ui.inspector.sketch import Sketch, Subject

# A seven of 8 × 8 pixels, from 0 for paper to 9 for ink.
SEVEN = ("00000000", "09999980", "03333980", "00007930", "00029700", "00079100", "00296000", "00000000")
# Where the part lies that is shown large, and how many pixels it has.
PART, SPAN = (2, 4), 3
# The point whose features are drawn.
POINT = (0.6, -0.4)


def draw_image(sketch: Sketch, subject: Subject) -> None:
    """A digit of pixels, and the numbers of some of them."""
    side, cell = 11.0, 30.0
    left, top = -146.0, -4 * side
    for y, line in enumerate(SEVEN):
        for x, digit in enumerate(line):
            _draw_pixel(sketch, left + x * side, top + y * side, side, int(digit) / 9)
    row, column = PART
    sketch.outline(QRectF(left + column * side - 1, top + row * side - 1, SPAN * side + 1, SPAN * side + 1), "category")
    sketch.arrow(-30, length=44)
    left, top = 46.0, -SPAN * cell / 2
    for y in range(SPAN):
        for x in range(SPAN):
            ink = int(SEVEN[row + y][column + x]) / 9
            place = QRectF(left + x * cell, top + y * cell, cell - 1, cell - 1)
            _draw_pixel(sketch, place.x(), place.y(), cell, ink)
            sketch.text(place, f"{ink:.2g}", sketch.color("bg.canvas" if ink > 0.5 else "text.primary"), "caption")


def _draw_pixel(sketch: Sketch, x: float, y: float, side: float, ink: float) -> None:
    """So much ink on paper."""
    shade = QColor(sketch.color("text.primary"))
    shade.setAlphaF(ink)
    for color in (sketch.color("bg.track"), shade):
        sketch.cell(x, y, side, color)


def draw_features(sketch: Sketch, subject: Subject) -> None:
    """A point of the plane, and the features in use there as bars: one input each."""
    half, (x, y) = 44.0, POINT
    middle = QPointF(-100, 0)
    strong, place = sketch.color("line.strong"), middle + QPointF(x * half, -y * half)
    sketch.line(middle - QPointF(half, 0), middle + QPointF(half, 0), strong)
    sketch.line(middle - QPointF(0, half), middle + QPointF(0, half), strong)
    sketch.line(place, QPointF(place.x(), 0), sketch.color("category"))
    sketch.line(place, QPointF(middle.x(), place.y()), sketch.color("category"))
    sketch.disc(place.x(), place.y(), 4, sketch.color("accent.base"))
    sketch.arrow(-36, length=36)
    numbers = {"x": x, "y": y, "x_squared": x * x, "y_squared": y * y, "xy": x * y, "sin_x": math.sin(x),
               "sin_y": math.sin(y)}  # fmt: skip
    names, step = chosen_features(subject.values), 14.0
    top = -step * len(names) / 2
    for row, (name, label) in enumerate(zip(names, feature_labels(subject.values), strict=True)):
        at = top + row * step
        sketch.text(QRectF(20, at, 40, step), label)
        (color,) = sketch.signed([numbers[name]])
        length = 50 * numbers[name]
        sketch.painter.fillRect(QRectF(110 + min(0.0, length), at + 2, abs(length), step - 4), color)
    sketch.line(QPointF(110, top), QPointF(110, -top), strong)


def draw_softmax(sketch: Sketch, subject: Subject) -> None:
    """Values of either sign, and shares of one whole."""
    logits = (-0.6, 0.4, 1.8, -1.1, 0.9)
    total = sum(math.exp(value) for value in logits)
    for number, value in enumerate(logits):
        y = -36.0 + 15 * number
        length = 30 * value
        sketch.painter.fillRect(
            QRectF(min(0, length) - 90, y, abs(length), 10),
            sketch.color("value.positive" if value > 0 else "value.negative"),
        )
        color = "accent.base" if value == max(logits) else "text.caption"
        sketch.painter.fillRect(QRectF(50, y, 110 * math.exp(value) / total, 10), sketch.color(color))
    sketch.line(QPointF(-90, -42), QPointF(-90, 42), sketch.color("line.strong"))
    sketch.line(QPointF(49.5, -42), QPointF(49.5, 42), sketch.color("line.strong"))
    sketch.arrow(-20, length=36)


def draw_classes(sketch: Sketch, subject: Subject) -> None:
    """Shares of one whole; of a single value the curve that makes a share of it."""
    if subject.made != (1,):
        draw_softmax(sketch, subject)
        return
    middle, width, height, value = -80.0, 66.0, 72.0, 1.0
    base = height / 2
    sketch.line(QPointF(middle - width, base), QPointF(middle + width, base), sketch.color("line.strong"))
    sketch.line(QPointF(middle, base), QPointF(middle, -base), sketch.color("line.strong"))
    path = QPainterPath()
    for step in range(-33, 34):
        point = QPointF(middle + 2 * step, base - height / (1 + math.exp(-step / 6)))
        path.lineTo(point) if step > -33 else path.moveTo(point)
    sketch.painter.setPen(QPen(sketch.color("category"), 1.75))
    sketch.painter.setBrush(Qt.BrushStyle.NoBrush)
    sketch.painter.drawPath(path)
    share = 1 / (1 + math.exp(-value))
    place = QPointF(middle + 12 * value, base - height * share)
    sketch.line(QPointF(place.x(), base), place, sketch.color("category"))
    sketch.disc(place.x(), place.y(), 4, sketch.color("accent.base"))
    sketch.arrow(8)
    sketch.painter.fillRect(QRectF(50, -8, 100, 16), sketch.color("bg.track"))
    sketch.painter.fillRect(QRectF(50, -8, 100 * share, 16), sketch.color("accent.base"))
    sketch.text(QRectF(50, 10, 100, 18), f"p = {share:.2f}")


def draw_value(sketch: Sketch, subject: Subject) -> None:
    """A unit, and its value on the line of numbers."""
    value, half = 0.6, 70.0
    sketch.disc(-120, 0, 11, sketch.color("category"))
    sketch.arrow(-98, length=60)
    sketch.line(QPointF(60 - half, 14), QPointF(60 + half, 14), sketch.color("line.strong"))
    for tick in (-1, 0, 1):
        x = 60 + tick * half * 0.8
        sketch.line(QPointF(x, 10), QPointF(x, 18), sketch.color("line.strong"))
        sketch.text(QRectF(x - 20, 20, 40, 14), f"{tick}".replace("-", "−"), sketch.color("text.caption"))
    x = 60 + value * half * 0.8
    sketch.line(QPointF(x, 14), QPointF(x, -10), sketch.color("accent.base"), 1.5)
    sketch.disc(x, 14, 4, sketch.color("accent.base"))
    sketch.text(QRectF(x - 40, -28, 80, 16), f"y = {value:g}", sketch.color("text.primary"), "caption")
