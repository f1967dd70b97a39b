"""Sixty digits drawn by hand for the tests: `data/own_digits.json`, read and rasterised without Qt or torch.

Each digit is a list of strokes in a square of 280 × 280, the size of the drawing area: x to the right, y down. A
stroke is a smooth curve through its points; a point that stands twice in a row is a corner. The strokes are then
scaled about the middle of the square, turned (degrees, positive is clockwise) and moved by the offset. `pen` is the
width of the round pen in pixels of the square, after all that. The file was committed before any weights were
trained for the project and stays as it is: a network that fails on a digit is what has to change.
"""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).parent / "data" / "own_digits.json"
SIDE = 280
MIDDLE = SIDE / 2
# Pixels between the points of a rasterised curve.
SPACING = 2.0

Grey = NDArray[np.float32]
Points = NDArray[np.float64]


@dataclass(frozen=True)
class OwnDigit:
    """One digit of the file. `hand` is who writes, `look` what is particular about it."""

    label: int
    hand: str
    look: str
    on_paper: bool
    pen: float
    scale: float
    turn: float
    offset: tuple[float, float]
    strokes: tuple[tuple[tuple[float, float], ...], ...]

    def __str__(self) -> str:
        return f"{self.label} ({self.hand}: {self.look})"

    def curves(self) -> list[Points]:
        """The strokes as they lie in the square: dense points, (n, 2) each."""
        angle = math.radians(self.turn)
        turned = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        return [(smooth(stroke) - MIDDLE) * self.scale @ turned + MIDDLE + self.offset for stroke in self.strokes]

    def ink(self) -> Grey:
        """How much ink lies on each pixel, (280, 280), 0 for none to 1."""
        sheet = np.zeros((SIDE, SIDE), np.float32)
        for curve in self.curves():
            for begin, end in itertools.pairwise(curve):
                _draw(sheet, begin, end, self.pen / 2)
        return sheet

    def picture(self) -> Grey:
        """What is seen, (280, 280), 0 for black to 1 for white: ink on paper is dark on light."""
        return 1 - self.ink() if self.on_paper else self.ink()


@cache
def own_digits() -> tuple[OwnDigit, ...]:
    """All sixty, in the order of the file."""
    entries = json.loads(FILE.read_text("utf-8"))["digits"]
    return tuple(
        OwnDigit(
            label=entry["label"],
            hand=entry["hand"],
            look=entry["look"],
            on_paper=entry["ink"] == "ink on paper",
            pen=entry["pen"],
            scale=entry["scale"],
            turn=entry["turn"],
            offset=(entry["offset"][0], entry["offset"][1]),
            strokes=tuple(tuple((x, y) for x, y in stroke) for stroke in entry["strokes"]),
        )
        for entry in entries
    )


def smooth(stroke: tuple[tuple[float, float], ...]) -> Points:
    """A curve through the points, dense enough to be drawn with straight lines: a spline between corners."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in stroke:
        if runs[-1] and runs[-1][-1] == point:
            runs.append([])
        runs[-1].append(point)
    return np.concatenate([_spline(np.array(run, np.float64)) for run in runs if len(run) > 1])


def _spline(points: Points) -> Points:
    """Centripetal Catmull-Rom through the points (Barry and Goldman 1988): it neither loops nor overshoots."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    pieces = []
    for p in np.lib.stride_tricks.sliding_window_view(padded, (4, 2))[:, 0]:
        t = np.concatenate([[0.0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(p, axis=0), axis=1)))])
        count = max(2, math.ceil(float(np.linalg.norm(p[2] - p[1])) / SPACING))
        x = np.linspace(t[1], t[2], count + 1)[:-1, None]

        def between(a: Points, b: Points, i: int, j: int, t: Points = t, x: Points = x) -> Points:
            return ((t[j] - x) * a + (x - t[i]) * b) / (t[j] - t[i])

        a = [between(p[i], p[i + 1], i, i + 1) for i in range(3)]
        b = [between(a[i], a[i + 1], i, i + 2) for i in range(2)]
        pieces.append(between(b[0], b[1], 1, 2))
    return np.vstack([*pieces, points[-1:]])


def _draw(sheet: Grey, begin: Points, end: Points, radius: float) -> None:
    """A straight piece with round ends; the rim pixels are grey by how much of them is covered."""
    low = np.maximum(np.floor(np.minimum(begin, end) - radius - 1), 0).astype(int)
    high = np.minimum(np.ceil(np.maximum(begin, end) + radius + 1), SIDE).astype(int)
    x, y = np.arange(low[0], high[0])[None, :] + 0.5, np.arange(low[1], high[1])[:, None] + 0.5
    along = end - begin
    share = np.clip(((x - begin[0]) * along[0] + (y - begin[1]) * along[1]) / max(float(along @ along), 1e-9), 0, 1)
    distance = np.hypot(x - begin[0] - share * along[0], y - begin[1] - share * along[1])
    window = sheet[low[1] : high[1], low[0] : high[0]]
    np.maximum(window, np.clip(radius + 0.5 - distance, 0, 1), out=window)
