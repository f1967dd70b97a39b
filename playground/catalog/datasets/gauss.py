"""Gauss: two round clouds."""

from __future__ import annotations

import numpy as np

from playground.catalog import points
from playground.catalog.dataset import Dataset, Loaded, Sources
from playground.document.params import Values

CENTRE = 2.0


def _load(values: Values, seed: int, sources: Sources) -> Loaded:
    """Normal around (2, 2) and (−2, −2); the noise widens the clouds: variance 0.5 + 7 · noise on each axis."""
    rng = np.random.default_rng(seed)
    first, second = points.halves(values)
    positive = np.arange(first + second) < first
    deviation = np.sqrt(0.5 + 7 * float(values["noise"]))
    centres = np.where(positive, CENTRE, -CENTRE)[:, None]
    return points.classes(rng.normal(centres, deviation, (len(positive), 2)), positive, rng)


DATASET = Dataset(
    "gauss", "Gauss", points.CATEGORY, (2,), "classes", _load,
    "Two round clouds. A straight line parts them, so a net without hidden layers learns it.",
    points.CLASS_NAMES, signed=True, params=points.params(500),
)  # fmt: skip
