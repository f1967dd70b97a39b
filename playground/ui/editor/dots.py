"""The grid of dots behind the network."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from playground.ui.editor.look import Look, measure

DOT = 1.8
# Dots stand at least so far apart on the screen.
DISTANCE = 10


def paint_dots(painter: QPainter, rect: QRectF, look: Look, scale: float) -> None:
    """Paints the ground of a part of the scene that is shown at this scale."""
    grid = measure("space.canvas_grid")
    painter.fillRect(rect, look.color("bg.canvas"))
    # From far away every second dot is enough.
    while grid * scale < DISTANCE:
        grid *= 2
    left, top = rect.left() // grid * grid, rect.top() // grid * grid
    columns, rows = int(rect.width() / grid) + 2, int(rect.height() / grid) + 2
    painter.setPen(look.pen("canvas.dot", DOT))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawPoints([QPointF(left + x * grid, top + y * grid) for x in range(columns) for y in range(rows)])
