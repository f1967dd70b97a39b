"""Curves of any length in a few numbers: what a screen can show of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

# Each bucket gives at most two points: more than a curve on the screen has columns.
BUCKETS = 500
# Of each block of a band as many values are kept, between half as many and so many blocks.
VALUES, BLOCKS = 32, 256
# What a band leaves out below and above.
SHARES = (0.05, 0.95)


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


class Spread:
    """Between which values most points of a growing curve lie, leaving out the lowest and the highest twentieth.

    Blocks of equally many points keep `VALUES` of their values: the middle ones of as many equal shares of the block
    in order of size. When there are `BLOCKS` of them neighbours are joined, and of both the values of every other
    share are kept, so that memory and the cost of drawing stay the same however long the run. Points that are not
    finite are left out.
    """

    def __init__(self, blocks: int = BLOCKS) -> None:
        self._most = blocks - blocks % 2
        self._points = 1  # behind each value that is kept
        self._values = np.empty((self._most, VALUES))
        self._places: Column = np.empty((2, self._most))  # of the first and the last point
        self._count = 0
        self._rest: Column = np.empty((2, 0))

    def extend(self, x: Column, y: Column) -> None:
        """Adds points; `x` does not fall."""
        finite = np.isfinite(y)
        points = np.concatenate([self._rest, np.stack([x[finite], y[finite]])], axis=1)
        while points.shape[1] >= VALUES * self._points:
            size = VALUES * self._points
            whole = min(points.shape[1] // size, self._most - self._count)
            self._add(points[:, : whole * size].reshape(2, whole, size))
            points = points[:, whole * size :]
            if self._count == self._most:
                self._join()
        # A copy: the view would keep all points alive.
        self._rest = points.copy()

    def _add(self, points: Column) -> None:
        """Appends blocks given as (2, blocks, points)."""
        x, y = points
        blocks = slice(self._count, self._count + len(y))
        self._values[blocks] = np.sort(y, axis=1)[:, self._points // 2 :: self._points]
        self._places[:, blocks] = x[:, 0], x[:, -1]
        self._count += len(y)

    def _join(self) -> None:
        pairs = np.sort(self._values.reshape(-1, 2 * VALUES), axis=1)
        self._count //= 2
        # Now the lower, now the upper of two neighbours, or all values would drift one way.
        self._values[: self._count : 2] = pairs[::2, ::2]
        self._values[1 : self._count : 2] = pairs[1::2, 1::2]
        self._places[:, : self._count] = self._places[0, ::2], self._places[1, 1::2]
        self._points *= 2

    def band(self, columns: int) -> tuple[Column, Column, Column]:
        """At most `columns` columns and both ends: x, the lower and the upper limit of the middle nine tenths."""
        each = max(1, -(-self._count // columns))
        used = self._count // each * each
        low, high = _limits(self._values[:used].reshape(-1, each * VALUES))
        first, last = self._places[0, :used:each], self._places[1, each - 1 : used : each]
        newest = self._newest(used)
        if newest is not None:
            (begin, end), values = newest
            lowest, highest = _limits(values[None])
            low, high = np.append(low, lowest), np.append(high, highest)
            first, last = np.append(first, begin), np.append(last, end)
        if len(low) == 0:
            return low, low, low
        end = self._rest[0, -1] if self._rest.shape[1] else last[-1]
        return (
            np.concatenate([first[:1], (first + last) / 2, [end]]),
            np.pad(low, 1, "edge"),
            np.pad(high, 1, "edge"),
        )

    def _newest(self, used: int) -> tuple[Column, Column] | None:
        """Where the points after the first `used` blocks begin and end, and their values; None for too few to say
        much, unless there are no others."""
        if used < self._count:
            return self._places[[0, 1], [used, self._count - 1]], self._values[used : self._count].ravel()
        x, y = self._rest
        if len(y) >= VALUES * self._points // 2 or (len(y) and used == 0):
            return x[[0, -1]], y
        return None


def _limits(values: Column) -> Column:
    """The quantiles `SHARES` of every row. What NumPy's own function takes for few rows is much longer."""
    ordered = np.sort(values, axis=1)
    place = np.array(SHARES) * (values.shape[1] - 1)
    below = place.astype(int)
    above = np.minimum(below + 1, values.shape[1] - 1)
    limits: Column = ordered[:, below] + (place - below) * (ordered[:, above] - ordered[:, below])
    return limits.T
