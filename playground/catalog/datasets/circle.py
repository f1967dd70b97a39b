"""Circle: a disc inside a ring."""

from __future__ import annotations

import numpy as np

from playground.catalog import points
from playground.catalog.dataset import Dataset, Loaded, Sources
from playground.document.params import Values

RADIUS = 5.0


def _load(values: Values, seed: int, sources: Sources) -> Loaded:
    """Radius and angle uniform, so the disc is denser at its middle; the label is that of the moved point."""
    rng = np.random.default_rng(seed)
    inner, outer = points.halves(values)
    radius = np.concatenate([rng.uniform(0, 0.5 * RADIUS, inner), rng.uniform(0.7 * RADIUS, RADIUS, outer)])
    places = points.polar(radius, rng.uniform(0, 2 * np.pi, inner + outer))
    distance = np.hypot(*points.moved(places, RADIUS, values, rng).T)
    return points.classes(places, distance < 0.5 * RADIUS, rng)


DATASET = Dataset(
    "circle", "Circle", points.CATEGORY, (2,), "classes", _load,
    "A disc inside a ring. A straight line cannot part them; three hidden units can.",
    points.CLASS_NAMES, signed=True, params=points.params(500),
)  # fmt: skip
