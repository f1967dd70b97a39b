"""Spiral: two arms wound around each other."""

from __future__ import annotations

import numpy as np

from playground.catalog import points
from playground.catalog.dataset import Dataset, Loaded, Sources
from playground.document.params import Values

RADIUS = 5.0
TURNS = 1.75


def _load(values: Values, seed: int, sources: Sources) -> Loaded:
    """Point i of n on an arm lies at radius 5 · i/n and angle 1.75 · 2π · i/n, the other arm half a turn on.

    Here the points themselves move with the noise, by up to 1 · noise; the label is that of the arm.
    """
    rng = np.random.default_rng(seed)
    first, second = points.halves(values)
    part = np.concatenate([np.arange(first) / first, np.arange(second) / second])
    positive = np.arange(first + second) < first
    angle = TURNS * 2 * np.pi * part + np.where(positive, 0.0, np.pi)
    places = points.polar(RADIUS * part, angle)
    return points.classes(points.moved(places, 1.0, values, rng), positive, rng)


DATASET = Dataset(
    "spiral", "Spiral", points.CATEGORY, (2,), "classes", _load,
    "Two arms wound around each other. The hardest of these sets: it takes more units, more layers or sine features.",
    points.CLASS_NAMES, signed=True, params=points.params(500),
)  # fmt: skip
