"""Connected parts of a mask, against a flood fill that is slow and plain."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.catalog.components import components


def flooded(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    labels = np.zeros(mask.shape, np.intp)
    for start in zip(*np.nonzero(mask), strict=True):
        if labels[start]:
            continue
        number, waiting = labels.max() + 1, [start]
        while waiting:
            y, x = waiting.pop()
            if 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1] and mask[y, x] and not labels[y, x]:
                labels[y, x] = number
                waiting += [(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    return labels


def same_parts(first: NDArray[np.intp], second: NDArray[np.intp]) -> bool:
    """Whether two numberings mean the same parts."""
    pairs = set(zip(first.ravel().tolist(), second.ravel().tolist(), strict=True))
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs}) and all(
        (a == 0) == (b == 0) for a, b in pairs
    )


@pytest.mark.parametrize("density", [0.0, 0.1, 0.3, 0.45, 0.6, 0.9, 1.0])
def test_parts_are_those_of_a_flood_fill(density: float) -> None:
    rng = np.random.default_rng(0)
    for shape in ((1, 1), (1, 30), (30, 1), (17, 23), (40, 40)):
        mask = rng.random(shape) < density
        labels = components(mask)
        assert same_parts(labels, flooded(mask))
        assert (labels > 0).sum() == mask.sum() and labels.max() == flooded(mask).max()


def test_a_spiral_is_one_part() -> None:
    mask = np.zeros((9, 9), bool)
    mask[0], mask[:, 8], mask[8], mask[2:, 0], mask[2, :7], mask[2:7, 6], mask[6, 2:7] = (True,) * 7
    assert components(mask).max() == 1
