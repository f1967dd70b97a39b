"""XOR: opposite quadrants belong together."""

from __future__ import annotations

import numpy as np

from playground.catalog import points
from playground.catalog.dataset import Dataset, Loaded, Sources
from playground.document.params import Values

REACH = 5.0
PADDING = 0.3


def _load(values: Values, seed: int, sources: Sources) -> Loaded:
    """A square with a gap along both axes; the label is the sign of x·y of the moved point."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(-REACH, REACH, (int(values["samples"]), 2))
    places += np.where(places > 0, PADDING, -PADDING)
    moved = points.moved(places, REACH, values, rng)
    return points.classes(places, moved[:, 0] * moved[:, 1] >= 0, rng)


DATASET = Dataset(
    "xor", "XOR", points.CATEGORY, (2,), "classes", _load,
    "Opposite quadrants belong together. The smallest problem that needs a hidden layer.",
    points.CLASS_NAMES, signed=True, params=points.params(500),
)  # fmt: skip
