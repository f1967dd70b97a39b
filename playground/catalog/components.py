"""Connected parts of a mask: which pixels hang together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def components(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The number of the part that each pixel of a mask (H, W) belongs to: 0 outside, 1 and up inside.

    Pixels that touch at a side or a corner hang together. Each row is cut into runs, and runs that touch one
    of the row above are joined (union-find), so the cost goes with the number of runs, not of pixels.
    """
    parents: list[int] = []
    labels = np.zeros(mask.shape, np.intp)
    above: list[tuple[int, int, int]] = []
    # A run starts or stops wherever a pixel differs from the one before.
    changes = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1) != 0
    for y, row in enumerate(changes):
        ends = np.flatnonzero(row).tolist()
        runs: list[tuple[int, int, int]] = []
        for start, stop in zip(ends[::2], ends[1::2], strict=True):
            number = len(parents)
            parents.append(number)
            for other_start, other_stop, other in above:
                if other_start <= stop and start <= other_stop:
                    first, second = _root(parents, other), _root(parents, number)
                    parents[max(first, second)] = min(first, second)
            labels[y, start:stop] = number + 1
            runs.append((start, stop, number))
        above = runs
    roots = np.array([0, *(_root(parents, number) + 1 for number in range(len(parents)))], np.intp)
    numbers = np.unique(roots[labels], return_inverse=True)[1].reshape(mask.shape)
    # Without any pixel outside, the first part would be number 0.
    return numbers if not mask.all() else numbers + 1


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number
