"""Where cards find a free place on the canvas."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF

from playground.ui.editor.look import measure


def free_offset(cards: Sequence[QRectF], offset: QPointF, taken: Sequence[QRectF]) -> QPointF:
    """How far to move cards, as near to `offset` as can be but right or below of there, so that they cover nothing
    that lies on the canvas."""
    grid = measure("space.canvas_grid")
    around = [rect.adjusted(-grid, -grid, grid, grid) for rect in taken]
    frame = functools.reduce(QRectF.united, cards, QRectF()).translated(offset)
    columns = {0.0, *(-(-(rect.right() - frame.left()) // grid) * grid for rect in around)}
    rows = {0.0, *(-(-(rect.bottom() - frame.top()) // grid) * grid for rect in around)}
    shifts = [QPointF(x, y) for x in columns for y in rows if x >= 0 and y >= 0]
    for shift in sorted(shifts, key=lambda shift: math.hypot(shift.x(), shift.y())):
        if not any(frame.translated(shift).intersects(rect) for rect in around):
            return offset + shift
    return offset
