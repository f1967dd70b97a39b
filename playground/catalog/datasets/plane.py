"""Plane: a value that rises evenly."""

from __future__ import annotations

import numpy as np

from playground.catalog import points
from playground.catalog.dataset import Dataset, Loaded, Sources
from playground.document.params import Values

REACH = 6.0


def _load(values: Values, seed: int, sources: Sources) -> Loaded:
    """Points of a square; the value is (x + y) / 10 of the moved point."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(-REACH, REACH, (int(values["samples"]), 2))
    return points.targets(places, points.moved(places, REACH, values, rng).sum(axis=1) / 10, rng)


DATASET = Dataset(
    "plane", "Plane", points.CATEGORY, (2,), "value", _load,
    "A value that rises evenly from one corner to the other: (x + y) / 10.",
    params=points.params(1200),
)  # fmt: skip
