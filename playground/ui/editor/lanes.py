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
# Where a wire goes up or down, and the height that it comes from.
Leg = tuple[float, float]


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
    free &= _legs_free(heights, ((left, start.y()), (right, end.y())), between)
    for first, last, height in taken:
        if first < right and last > left:
            free &= np.abs(heights - height) >= BESIDE
    if not free.any():
        return None
    heights = heights[free]
    away = np.abs(heights - start.y()) + np.abs(heights - end.y())
    return float(heights[np.lexsort((heights, np.round(away)))[0]])


def lane_back(start: QPointF, end: QPointF, boxes: Numbers, usual: float) -> float:
    """The height for a wire that returns to the left: the `usual` one, unless the wire would run below a card there and
    would not elsewhere. The `boxes` are all cards."""
    right, left = start.x() + DETOUR, end.x() - DETOUR
    within = boxes[(boxes[:, 2] > left) & (boxes[:, 0] < right)]
    legs = (right, start.y()), (left, end.y())
    if _runs_freely(np.array([usual]), legs, within)[0]:
        return usual
    heights = np.concatenate([within[:, 1] - CLEAR, within[:, 3] + CLEAR])
    heights = heights[_runs_freely(heights, legs, within)]
    if not len(heights):
        return usual
    away = np.abs(heights - start.y()) + np.abs(heights - end.y())
    return float(heights[np.lexsort((heights, np.round(away)))[0]])


def _runs_freely(heights: Numbers, legs: Iterable[Leg], boxes: Numbers) -> Numbers:
    """At which heights a wire crosses none of the boxes, neither there nor on its ways up and down."""
    return ~_hits(heights, boxes[:, 1], boxes[:, 3]) & _legs_free(heights, legs, boxes)


def _legs_free(heights: Numbers, legs: Iterable[Leg], boxes: Numbers) -> Numbers:
    """From which heights no way up or down to the ends of a wire crosses a box."""
    free = np.ones(len(heights), bool)
    for x, y in legs:
        column = boxes[(boxes[:, 0] < x) & (boxes[:, 2] > x)]
        lower, upper = np.minimum(heights, y)[:, None], np.maximum(heights, y)[:, None]
        free &= ~((lower < column[:, 3]) & (upper > column[:, 1])).any(axis=1)
    return free


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
