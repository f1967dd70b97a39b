"""Curves of any length in a few numbers: what a screen can show of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

# Each bucket gives at most two points: more than a curve on the screen has columns.
BUCKETS = 500


class Envelope:
    """A growing curve as buckets of equally many points, of which the lowest and the highest are kept.

    When the buckets are full, neighbours are joined and every bucket covers twice as many points, so that memory
    and the cost of drawing stay the same however long the run. Points that are not finite are left out.
    """

    def __init__(self, buckets: int = BUCKETS) -> None:
        self._most = buckets - buckets % 2
        self._size = 1
        self._kept = np.empty((4, self._most))  # x and y of the lowest, x and y of the highest
        self._count = 0
        self._rest: Column = np.empty((2, 0))
        self._last: tuple[float, float] | None = None
        self._bounds: tuple[float, float] | None = None

    @property
    def last(self) -> tuple[float, float] | None:
        """The newest point."""
        return self._last

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The lowest and the highest value so far."""
        return self._bounds

    def extend(self, x: Column, y: Column) -> None:
        """Adds points; `x` does not fall."""
        finite = np.isfinite(y)
        if not finite.all():
            x, y = x[finite], y[finite]
        if len(y) == 0:
            return
        low, high = float(y.min()), float(y.max())
        self._bounds = (low, high) if self._bounds is None else (
            min(low, self._bounds[0]), max(high, self._bounds[1]))  # fmt: skip
        self._last = float(x[-1]), float(y[-1])
        points = np.concatenate([self._rest, np.stack([x, y])], axis=1)
        while points.shape[1] >= self._size:
            whole = min(points.shape[1] // self._size, self._most - self._count)
            used = whole * self._size
            self._add(points[:, :used].reshape(2, whole, self._size))
            points = points[:, used:]
            if self._count == self._most:
                self._join()
        # A copy: the view would keep all points alive.
        self._rest = points.copy()

    def _add(self, points: Column) -> None:
        """Appends buckets given as (2, buckets, points)."""
        x, y = points
        rows = np.arange(len(y))
        lowest, highest = y.argmin(axis=1), y.argmax(axis=1)
        target = self._kept[:, self._count : self._count + len(y)]
        target[:] = x[rows, lowest], y[rows, lowest], x[rows, highest], y[rows, highest]
        self._count += len(y)

    def _join(self) -> None:
        left, right = self._kept[:, 0 : self._count : 2], self._kept[:, 1 : self._count : 2]
        low = np.where(left[1] <= right[1], left[:2], right[:2])
        high = np.where(left[3] >= right[3], left[2:], right[2:])
        self._count //= 2
        self._kept[:2, : self._count], self._kept[2:, : self._count] = low, high
        self._size *= 2

    def _buckets(self) -> Column:
        kept = self._kept[:, : self._count]
        if self._rest.shape[1] == 0:
            return kept
        x, y = self._rest
        lowest, highest = y.argmin(), y.argmax()
        return np.concatenate([kept, [[x[lowest]], [y[lowest]], [x[highest]], [y[highest]]]], axis=1)

    def line(self) -> tuple[Column, Column]:
        """The curve as points from left to right: lows and highs, one point where they are the same, and the last
        point as it is."""
        buckets = self._buckets()
        first_low = buckets[0] <= buckets[2]
        first = np.where(first_low, buckets[:2], buckets[2:])
        second = np.where(first_low, buckets[2:], buckets[:2])
        points = np.stack([first, second], axis=2).reshape(2, -1)
        keep = np.ones(points.shape[1], bool)
        keep[1::2] = buckets[0] != buckets[2]
        points = points[:, keep]
        if self._last is not None and points.shape[1] and points[0, -1] != self._last[0]:
            points = np.concatenate([points, np.array(self._last)[:, None]], axis=1)
        return points[0], points[1]

    def band(self, columns: int) -> tuple[Column, Column, Column]:
        """The curve as at most `columns` columns: x, lowest and highest value of each."""
        buckets = self._buckets()
        count = buckets.shape[1]
        if count == 0:
            return buckets[0], buckets[1], buckets[3]
        starts = np.unique(np.linspace(0, count, min(columns, count), endpoint=False).astype(int))
        return (
            np.maximum.reduceat(np.maximum(buckets[0], buckets[2]), starts),
            np.minimum.reduceat(buckets[1], starts),
            np.maximum.reduceat(buckets[3], starts),
        )
