"""Gauss for regression: six bumps, three up and three down."""

from __future__ import annotations

import numpy as np

from playground.catalog import points
from playground.catalog.dataset import Dataset, Loaded, Sources
from playground.document.params import Values

REACH = 6.0
WIDTH = 2.0
# x, y and sign of each bump.
BUMPS = np.array([(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)], np.float64)


def height(places: points.Floats) -> points.Floats:
    """The value at points (n, 2): sign · (1 − distance / 2) of the nearest bump, 0 beyond a distance of 2.

    The nearest bump is the one largest in magnitude, which is what the peer picks.
    """
    distance = np.linalg.norm(places[:, None, :] - BUMPS[None, :, :2], axis=2)
    rows, nearest = np.arange(len(places)), distance.argmin(axis=1)
    return BUMPS[nearest, 2] * np.clip(1 - distance[rows, nearest] / WIDTH, 0, 1)


def _load(values: Values, seed: int, sources: Sources) -> Loaded:
    """Points of a square; the value is that of the moved point."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(-REACH, REACH, (int(values["samples"]), 2))
    return points.targets(places, height(points.moved(places, REACH, values, rng)), rng)


DATASET = Dataset(
    "gauss_regression", "Six bumps", points.CATEGORY, (2,), "value", _load,
    "Three hills and three hollows on flat ground.",
    params=points.params(1200),
)  # fmt: skip
