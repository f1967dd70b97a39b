"""What the two-dimensional data sets share: their parameters and the way from points to samples.

The laws are those of TensorFlow Playground (tensorflow/playground, src/dataset.ts): the same domain, constants
and kind of noise, drawn by another random generator.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.catalog.dataset import Loaded, Samples
from playground.document.params import Float, Int, Param, Values

Floats = NDArray[np.float64]

CATEGORY = "2-D"
CLASS_NAMES = ("orange", "blue")
NOISE = Float(
    "noise", "Noise", 0.0, "How far chance moves the points or their labels.", unit="%", minimum=0.0, maximum=0.5
)


def params(samples: int) -> tuple[Param, ...]:
    """The parameters of every set of points; `samples` is how many there are by default."""
    return (NOISE, Int("samples", "Samples", samples, "How many points are drawn.", minimum=10, maximum=100_000))


def halves(values: Values) -> tuple[int, int]:
    """How many points the two halves of a set have; an odd one goes to the first."""
    count = int(values["samples"])
    return (count + 1) // 2, count // 2


def polar(radius: Floats, angle: Floats) -> Floats:
    """Points (n, 2) at these radii and angles, the angle counted from the second axis as the peer does."""
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


def moved(points: Floats, reach: float, values: Values, rng: np.random.Generator) -> Floats:
    """The points shifted by up to `reach` times the noise along each axis, uniformly."""
    return points + rng.uniform(-reach, reach, points.shape) * float(values["noise"])


def classes(points: Floats, positive: NDArray[np.bool_], rng: np.random.Generator) -> Loaded:
    """Points of two classes in random order; `positive` are class 1, which a Value output codes as +1."""
    return _shuffled(points, positive.astype(np.int64), rng)


def targets(points: Floats, values: Floats, rng: np.random.Generator) -> Loaded:
    """Points with one value each to learn, in random order."""
    return _shuffled(points, values.astype(np.float32)[:, None], rng)


def _shuffled(points: Floats, y: NDArray[np.int64] | NDArray[np.float32], rng: np.random.Generator) -> Loaded:
    order = rng.permutation(len(points))
    samples = Samples(points.astype(np.float32), y).take(order)
    return Loaded(samples, source=f"{len(points):,} generated points")
