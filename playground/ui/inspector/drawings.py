"""Small pictures of what layers do, drawn with the colours of the theme.

Each is a function of a `Sketch`, whose units are pixels of the design at 100 % and whose origin is the middle.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen

from playground.catalog.layer import Layer
from playground.ui.inspector.end_drawings import draw_classes, draw_features, draw_image, draw_softmax, draw_value
from playground.ui.inspector.sketch import CELL, Sketch, Subject


def draw_convolution(sketch: Sketch, subject: Subject) -> None:
    """A window over the input maps, the kernel, and the one cell of the output that comes of it."""
    side, kernel = 9, min(int(subject.values.get("kernel", 3)), 5)
    top, left = -side * CELL / 2 + 3, -150.0
    sketch.stack(left, top, side, side)
    at = (side - kernel) // 2
    corner = QPointF(left + at * CELL, top + at * CELL)
    sketch.grid(corner.x(), corner.y(), kernel, kernel, "category")
    sketch.arrow(-58)
    cell = 46 / kernel
    pattern = [math.sin(1.9 * row + 0.8 * column + 0.5) for row in range(kernel) for column in range(kernel)]
    for number, color in enumerate(sketch.signed(pattern)):
        sketch.cell(-23 + number % kernel * cell, -23 + number // kernel * cell, cell, color)
    sketch.arrow(34)
    right = 72.0
    sketch.stack(right, top, side, side)
    sketch.cell(right + side // 2 * CELL, top + side // 2 * CELL, CELL, sketch.color("accent.base"))


POOLED = ((1, 3, 2, 0), (5, 2, 1, 1), (0, 1, 4, 2), (2, 1, 3, 6))


def draw_pooling(sketch: Sketch, subject: Subject) -> None:
    """Numbers in windows of 2 × 2, and the one number that remains of each: the winner or the mean."""
    cell, largest = 26.0, subject.layer.name == "max_pool"
    whole = subject.layer.name == "global_avg_pool"
    span = 4 if whole else 2
    left, top = -130.0, -2 * cell
    values = np.array(POOLED, float)
    windows = values.reshape(4 // span, span, 4 // span, span)
    results = windows.max(axis=(1, 3)) if largest else windows.mean(axis=(1, 3))
    for row in range(4):
        for column in range(4):
            won = largest and values[row, column] == results[row // span, column // span]
            chosen = row < span and column < span
            background = "category" if won and chosen else "bg.track" if chosen else "bg.card"
            color = sketch.color("bg.panel" if won and chosen else "text.primary" if chosen else "text.caption")
            sketch.cell(left + column * cell, top + row * cell, cell, sketch.color(background))
            place = QRectF(left + column * cell, top + row * cell, cell - 1, cell - 1)
            sketch.text(place, f"{values[row, column]:g}", color, "caption")
    sketch.outline(QRectF(left - 1, top - 1, span * cell + 1, span * cell + 1), "category")
    sketch.arrow(2, length=36)
    count = 4 // span
    start = QPointF(64, -count * cell / 2)
    for row in range(count):
        for column in range(count):
            x, y = start.x() + column * cell, start.y() + row * cell
            first = row == column == 0
            sketch.cell(x, y, cell, sketch.color("category" if first else "bg.track"))
            color = sketch.color("bg.panel" if first else "text.primary")
            sketch.text(QRectF(x, y, cell - 1, cell - 1), f"{results[row, column]:.3g}", color, "caption")


def draw_dense(sketch: Sketch, subject: Subject) -> None:
    """Every input reaches every unit; what reaches one of them stands out. How strong, the weights tell elsewhere."""
    inputs = min(6, subject.given[0][0]) if subject.given else 4
    units = min(5, int(subject.values["units"]))
    ys = [(number - (inputs - 1) / 2) * 17 for number in range(inputs)]
    targets = [(number - (units - 1) / 2) * 20 for number in range(units)]
    strong = units // 2
    for end in (*targets[:strong], *targets[strong + 1 :]):
        for y in ys:
            sketch.line(QPointF(-90, y), QPointF(60, end), sketch.color("line.strong"), 0.75)
    for y in ys:
        sketch.line(QPointF(-90, y), QPointF(60, targets[strong]), sketch.color("text.secondary"), 1.5)
    for y in ys:
        sketch.disc(-90, y, 5, sketch.color("text.caption"))
    for number, y in enumerate(targets):
        sketch.disc(60, y, 7, sketch.color("category" if number == strong else "bg.track"))


def draw_flatten(sketch: Sketch, subject: Subject) -> None:
    """Two maps of 3 × 3, and the same cells in one row."""
    colors = ("category.convolution", "category.activation")
    for number, color in enumerate(colors):
        for cell in range(9):
            sketch.painter.setOpacity(0.4 + 0.6 * (cell % 4) / 3)
            shade = sketch.color(color)
            sketch.cell(-150 + number * 34 + cell % 3 * CELL, -13 + cell // 3 * CELL, CELL, shade)
            sketch.cell(-20 + (number * 9 + cell) * CELL, -CELL / 2, CELL, shade)
    sketch.painter.setOpacity(1.0)
    sketch.arrow(-70, length=36)


def draw_reshape(sketch: Sketch, subject: Subject) -> None:
    """A row of cells, and the same cells as a square."""
    for cell in range(12):
        sketch.painter.setOpacity(0.4 + 0.6 * (cell % 4) / 3)
        sketch.cell(-150 + cell * CELL, -CELL / 2, CELL, sketch.color("category.convolution"))
        sketch.cell(60 + cell % 4 * 12, -18 + cell // 4 * 12, 12, sketch.color("category.convolution"))
    sketch.painter.setOpacity(1.0)
    sketch.arrow(-14, length=50)


def draw_dropout(sketch: Sketch, subject: Subject) -> None:
    """A row of values, some of them dropped."""
    rate, side, count = float(subject.values["rate"]), 18.0, 16
    order = [(7 * number + 3) % count for number in range(count)]
    gone = set(order[: round(rate * count)])
    for number in range(count):
        x = (number - count / 2) * side
        for y, dropped in ((-28.0, False), (10.0, number in gone)):
            if dropped:
                sketch.cell(x, y, side, sketch.color("bg.card"))
                sketch.line(QPointF(x + 1, y + side - 3), QPointF(x + side - 3, y + 1), sketch.color("line.strong"))
            else:
                sketch.painter.setOpacity(0.35 + 0.65 * abs(math.sin(1.3 * number + 1)))
                sketch.cell(x, y, side, sketch.color("value.positive"))
                sketch.painter.setOpacity(1.0)


def draw_batch_norm(sketch: Sketch, subject: Subject) -> None:
    """The values of a channel before, wide and away from zero, and after: around zero with deviation 1."""
    base = 34.0
    for left, mean, spread, height in ((-150.0, 26.0, 22.0, 40.0), (32.0, 0.0, 13.0, 62.0)):
        middle = left + 60
        sketch.line(QPointF(left, base), QPointF(left + 120, base), sketch.color("line.strong"))
        sketch.line(QPointF(middle, base + 3), QPointF(middle, base - 68), sketch.color("line.strong"))
        path = QPainterPath()
        for step in range(61):
            x = left + 2 * step
            y = base - height * math.exp(-(((x - middle - mean) / spread) ** 2) / 2)
            path.lineTo(x, y) if step else path.moveTo(x, y)
        sketch.painter.setPen(QPen(sketch.color("category"), 1.75))
        sketch.painter.setBrush(Qt.BrushStyle.NoBrush)
        sketch.painter.drawPath(path)
        sketch.text(QRectF(middle - 20, base + 3, 40, 14), "0", sketch.color("text.caption"))
    sketch.arrow(-18, length=34)


def draw_add(sketch: Sketch, subject: Subject) -> None:
    """Two maps, and the one with their sums."""
    patterns = [[math.sin(shift + 1.3 * cell) for cell in range(9)] for shift in (0.4, 2.0)]
    sums = [a + b for a, b in zip(*patterns, strict=True)]
    for left, values in ((-128.0, patterns[0]), (-43.0, patterns[1]), (52.0, sums)):
        for cell, color in enumerate(sketch.signed(values, 1.6)):
            sketch.cell(left + cell % 3 * 18, -27 + cell // 3 * 18, 18, color)
    for x, sign in ((-60, "+"), (30, "=")):
        sketch.text(QRectF(x - 10, -10, 20, 20), sign, style="figure")


def draw_concat(sketch: Sketch, subject: Subject) -> None:
    """Two stacks of maps, one behind the other."""
    colors = ("category.convolution", "category.combine")
    for number, color in enumerate(colors):
        for layer in range(3):
            for left in (-130 + number * 70, 70 + number * 36):
                sketch.painter.setOpacity(0.5 + 0.25 * layer)
                sketch.cell(left + layer * 12, -26, 44, sketch.color(color), 9)
    sketch.painter.setOpacity(1.0)
    sketch.arrow(18, length=34)


DRAWINGS: dict[str, Callable[[Sketch, Subject], None]] = {
    "dense": draw_dense, "flatten": draw_flatten, "reshape": draw_reshape, "dropout": draw_dropout,
    "batch_norm": draw_batch_norm, "add": draw_add, "concat": draw_concat, "softmax": draw_softmax,
    "classes": draw_classes, "features": draw_features, "image": draw_image, "value": draw_value,
}  # fmt: skip
BY_CATEGORY = {"convolution": draw_convolution, "pooling": draw_pooling}


def drawing_of(layer: Layer) -> Callable[[Sketch, Subject], None] | None:
    """How a layer is drawn, or None where there is no picture of it."""
    return DRAWINGS.get(layer.name) or BY_CATEGORY.get(layer.category)
