"""Ways around cards: the height at which a wire can run past what lies between its ends."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from playground.ui.editor.wire import DETOUR
from playground.ui.pictures import Numbers

# How far a lane keeps off cards and off other lanes, and how near a wire may come to a card without a lane.
CLEAR, BESIDE, TOUCH = 14.0, 8.0, 2.0
# At so many points of its course a wire is looked at.
PIECES = 24
TRIES = 4

# From where to where a lane leads, and how high it lies.
Lane = tuple[float, float, float]


def boxes_of(rects: Iterable[QRectF]) -> Numbers:
    """Rectangles as rows of left, top, right, bottom."""
    return np.array([rect.getCoords() for rect in rects], np.float64).reshape(-1, 4)


def lane_around(start: QPointF, end: QPointF, others: Numbers, taken: Iterable[Lane]) -> float | None:
    """The height for a wire to the right that would run below one of the `others`, which are the cards but for its
    own two; None where it runs freely or nowhere else either. `taken` are the lanes of other wires."""
    left, right = start.x() + DETOUR, end.x() - DETOUR
    if right <= left:
        return None
    between = others[(others[:, 2] > start.x()) & (others[:, 0] < end.x())]
    if not len(between) or not _covered(start, end, between):
        return None
    offsets = CLEAR + BESIDE * np.arange(TRIES)[:, None]
    heights = np.concatenate([(between[:, 1] - offsets).ravel(), (between[:, 3] + offsets).ravel()])
    inside = between[(between[:, 2] > left) & (between[:, 0] < right)]
    free = ~_hits(heights, inside[:, 1] - CLEAR + 1, inside[:, 3] + CLEAR - 1)
    for x, y in ((left, start.y()), (right, end.y())):
        # Up to the lane and down from it, too, the wire must not cross a card.
        column = between[(between[:, 0] < x) & (between[:, 2] > x)]
        lower, upper = np.minimum(heights, y)[:, None], np.maximum(heights, y)[:, None]
        free &= ~((lower < column[:, 3]) & (upper > column[:, 1])).any(axis=1)
    for first, last, height in taken:
        if first < right and last > left:
            free &= np.abs(heights - height) >= BESIDE
    if not free.any():
        return None
    heights = heights[free]
    away = np.abs(heights - start.y()) + np.abs(heights - end.y())
    return float(heights[np.lexsort((heights, np.round(away)))[0]])


def _covered(start: QPointF, end: QPointF, boxes: Numbers) -> bool:
    """True when the cubic between two ports runs below a box."""
    t = np.linspace(0, 1, PIECES + 1)[1:-1]
    handle = max(24.0, (end.x() - start.x()) / 2)
    x = start.x() + 3 * t * (1 - t) ** 2 * handle + (3 * t**2 * (1 - t)) * (end.x() - handle - start.x())
    x += t**3 * (end.x() - start.x())
    y = start.y() + (3 * t**2 * (1 - t) + t**3) * (end.y() - start.y())
    within = (x[:, None] > boxes[:, 0] - TOUCH) & (x[:, None] < boxes[:, 2] + TOUCH)
    within &= (y[:, None] > boxes[:, 1] - TOUCH) & (y[:, None] < boxes[:, 3] + TOUCH)
    return bool(within.any())


def _hits(heights: Numbers, tops: Numbers, bottoms: Numbers) -> Numbers:
    """Which heights lie between a top and a bottom."""
    return np.any((heights[:, None] > tops) & (heights[:, None] < bottoms), axis=1)
