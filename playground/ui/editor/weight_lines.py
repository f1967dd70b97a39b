"""Which weights between neurons are drawn, and where each of them runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF

from playground.ui.editor.scale import Scale
from playground.ui.pictures import Numbers

MOST = 400
# Into how many straight pieces the course of a line is cut.
PIECES = 24
# How wide and how opaque the weakest line is, and what the strongest has more.
WIDTH, OPACITY = (0.5, 4.5), (0.16, 0.74)


@dataclass(frozen=True)
class Gap:
    """The neurons on both sides of a wire into a Dense layer: where lines leave and where they arrive, in the scene.

    `sources` and `targets` are the numbers of the units at these points.
    """

    source: str
    target: str
    starts: Numbers
    ends: Numbers
    sources: Numbers
    targets: Numbers


@dataclass(frozen=True)
class Lines:
    """The weights to draw, weakest first: ends, values, strengths from 0 to 1, and which weight each is.

    `places` says between which points a line runs, (lines, 3): the number of its gap, of the point where it arrives
    and of the point where it leaves. Of `total` weights these are the strongest; `reaches` are the smallest and the
    largest of the magnitudes that are drawn at full strength.
    """

    starts: Numbers
    ends: Numbers
    values: Numbers
    strengths: Numbers
    places: Numbers
    names: tuple[tuple[str, int, int], ...]
    total: int
    reaches: tuple[float, float]

    def courses(self, pieces: int = PIECES) -> Numbers:
        """Points along each line, (lines, pieces + 1, 2)."""
        t = np.linspace(0, 1, pieces + 1)[None, :, None]
        handle = handles(self.starts, self.ends)
        a, b, c, d = (points[:, None, :] for points in (
            self.starts, self.starts + handle, self.ends - handle, self.ends))  # fmt: skip
        return a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t**2 * (1 - t) + d * t**3

    def middle(self, number: int) -> QPointF:
        """Where the value of a line is written: in the middle of its course."""
        x, y = (self.starts[number] + self.ends[number]) / 2
        return QPointF(float(x), float(y))

    def of(self, gaps: Collection[int], inside: bool = True) -> Lines:
        """The lines of these gaps alone, or of all others; `total` and `reaches` stay those of the whole picture."""
        kept = np.flatnonzero(np.isin(self.places[:, 0], list(gaps), invert=not inside))
        names = tuple(self.names[number] for number in kept.tolist())
        return Lines(
            self.starts[kept], self.ends[kept], self.values[kept], self.strengths[kept], self.places[kept], names,
            self.total, self.reaches,
        )  # fmt: skip

    def moved(self, gaps: Mapping[int, Gap]) -> Lines:
        """The same weights where these gaps, by number, lead elsewhere now."""
        starts, ends = self.starts.copy(), self.ends.copy()
        for number, gap in gaps.items():
            of_gap = self.places[:, 0] == number
            starts[of_gap] = gap.starts[self.places[of_gap, 2]]
            ends[of_gap] = gap.ends[self.places[of_gap, 1]]
        return replace(self, starts=starts, ends=ends)


NOTHING = Lines(
    np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0), np.zeros(0), np.zeros((0, 3), np.intp), (), 0, (0.0, 0.0)
)  # fmt: skip


def handles(starts: Numbers, ends: Numbers) -> Numbers:
    """How far the handles of each cubic reach to the right, as vectors."""
    handle = np.zeros_like(starts)
    handle[:, 0] = np.maximum(24.0, (ends[:, 0] - starts[:, 0]) / 2)
    return handle


def strongest(gaps: Sequence[Gap], weights: Mapping[str, Numbers], scale: Scale, most: int = MOST) -> Lines:
    """The `most` strongest weights of the whole picture; strength is relative to what `scale` says.

    Which these are does not depend on where the cards lie.
    """
    parts = []
    reaches: list[float] = []
    total = 0
    for number, gap in enumerate(gaps):
        matrix = weights.get(gap.target)
        if matrix is None or matrix.ndim != 2 or not len(gap.sources) or not len(gap.targets):
            continue
        if gap.targets.max() >= matrix.shape[0] or gap.sources.max() >= matrix.shape[1]:
            continue
        values = np.nan_to_num(matrix[np.ix_(gap.targets, gap.sources)], nan=np.nan, posinf=0.0, neginf=0.0)
        total += int(np.count_nonzero(~np.isnan(matrix)))
        largest = scale.row_reaches(gap.target, matrix, weights)[gap.targets]
        reaches += [float(largest.min()), float(largest.max())]
        strength = (np.abs(values) / np.where(largest > 0, largest, 1)).reshape(-1)
        rows, columns = np.indices(values.shape).reshape(2, -1)
        parts.append((np.column_stack([np.full(values.size, number), rows, columns]), values.reshape(-1), strength))
    if not parts:
        return NOTHING
    places, values, strengths = (np.concatenate(column) for column in zip(*parts, strict=True))
    # What is no number is no connection: it was removed.
    present = np.flatnonzero(~np.isnan(values))
    order = present[np.argsort(strengths[present], kind="stable")[-most:]]
    chosen = places[order].tolist()
    return Lines(
        np.array([gaps[gap].starts[column] for gap, _, column in chosen], np.float64).reshape(-1, 2),
        np.array([gaps[gap].ends[row] for gap, row, _ in chosen], np.float64).reshape(-1, 2),
        values[order],
        strengths[order],
        places[order],
        tuple((gaps[gap].target, int(gaps[gap].targets[row]), int(gaps[gap].sources[column]))
              for gap, row, column in chosen),
        total,
        (min(reaches), max(reaches)),
    )  # fmt: skip
