"""Stones: molten and angular grains as under a microscope, drawn by the program.

They stand where photographs of micrometeorites would be: particles from space melt on their way down and arrive as
dark, shining spheres, while grains of the ground are broken and angular.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.catalog.dataset import Dataset, Loaded, Samples, Sources
from playground.catalog.pixels import SMOOTH, resized
from playground.document.params import Int, Values
from playground.document.project import SEED

SIDE = 141
# Where the light comes from: the upper left, in front. Rows count downwards.
LIGHT = np.array([-0.5, -0.6, 0.62], np.float32)
# The size of a grain, as half its width in shares of half the picture, and how far it lies from the middle.
LEAST, MOST, OFF_CENTRE = 0.45, 0.75, 0.15
# Cells of the coarse noise that makes a surface rough, and its depth.
CELLS, ROUGHNESS = 18, 0.16
MIRROR = 24
FACETS = (6, 10)
# Part of the picture over which an edge fades, so that it has no steps.
EDGE = 0.02

Plane = NDArray[np.float32]
AXIS = np.linspace(-1, 1, SIDE, dtype=np.float32)


def _load(values: Values, seed: int, sources: Sources) -> Loaded:
    """As many stones as asked for, every second one molten, in random order: colour pixels from 0 to 1."""
    rng = np.random.default_rng(seed)
    count = int(values["samples"])
    classes = rng.permutation(np.arange(count) % 2)
    pixels = np.empty((count, 3, SIDE, SIDE), np.float32)
    for place, molten in zip(pixels, classes.tolist(), strict=True):
        _draw(place, bool(molten), rng)
    return Loaded(Samples(pixels, classes.astype(np.int64)), source=f"{count:,} stones drawn by the program")


def _preview(sources: Sources) -> Samples | None:
    return _load(Values({"samples": 4}), SEED.default, sources).samples


def _draw(place: Plane, molten: bool, rng: np.random.Generator) -> None:
    """Fills one picture (3, SIDE, SIDE): a grain on bright ground."""
    size = rng.uniform(LEAST, MOST)
    x0, y0 = rng.uniform(-OFF_CENTRE, OFF_CENTRE, 2)
    x = np.broadcast_to((AXIS[None, :] - x0) / size, (SIDE, SIDE)).astype(np.float32)
    y = np.broadcast_to((AXIS[:, None] - y0) / size, (SIDE, SIDE)).astype(np.float32)
    inside, shade, shine = _sphere(x, y, rng) if molten else _grain(x, y, rng)
    shade = shade + _rough(rng)
    dark, bright = (0.08, 0.4) if molten else (0.25, 0.85)
    tone = rng.uniform(dark, bright)
    tint = 1 + rng.uniform(-1, 1, 3) * (0.08 if molten else 0.25)
    paper = rng.uniform(0.72, 0.92) + AXIS[:, None] * rng.uniform(-0.06, 0.06) + 0.2 * _rough(rng)
    for channel, share in zip(place, tint.tolist(), strict=True):
        np.clip(paper + inside * (tone * share * shade + shine - paper), 0, 1, out=channel)


def _sphere(x: Plane, y: Plane, rng: np.random.Generator) -> tuple[Plane, Plane, Plane]:
    """How much of each pixel a slightly flattened sphere covers, its diffuse light and its mirrored light."""
    angle, flat = rng.uniform(0, np.pi), rng.uniform(0.85, 1.0)
    u = x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))
    v = (y * np.float32(np.cos(angle)) - x * np.float32(np.sin(angle))) / np.float32(flat)
    squared = u * u + v * v
    height = np.sqrt(np.clip(1 - squared, 0, 1))
    lit = np.clip(x * LIGHT[0] + y * LIGHT[1] + height * LIGHT[2], 0, 1)
    mirrored = np.float32(rng.uniform(0.3, 0.7)) * lit**MIRROR
    return _covered(1 - np.sqrt(squared)), 0.35 + 1.1 * lit, mirrored


def _grain(x: Plane, y: Plane, rng: np.random.Generator) -> tuple[Plane, Plane, Plane]:
    """The same for a broken grain: a flat top inside a polygon of facets, each lit by how it is inclined."""
    count = int(rng.integers(*FACETS))
    angles = (np.arange(count) + rng.uniform(-0.4, 0.4, count)) * (2 * np.pi / count)
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    reach = rng.uniform(0.6, 1.0, count).astype(np.float32)
    depth = np.full((SIDE, SIDE), np.inf, np.float32)
    light = np.zeros((SIDE, SIDE), np.float32)
    for (along, down), far in zip(ways.tolist(), reach.tolist(), strict=True):
        distance = far - x * np.float32(along) - y * np.float32(down)
        nearer = distance < depth
        depth[nearer] = distance[nearer]
        light[nearer] = 0.75 + 0.45 * (along * LIGHT[0] + down * LIGHT[1])
    light[depth > rng.uniform(0.25, 0.6)] = 1.0
    return _covered(depth), light, np.zeros((1, 1), np.float32)


def _covered(inwards: Plane) -> Plane:
    """The share of each pixel that lies within an edge, from the way inwards from it."""
    return np.clip(0.5 + inwards / EDGE, 0, 1)


def _rough(rng: np.random.Generator) -> Plane:
    coarse = rng.uniform(-1, 1, (CELLS, CELLS)).astype(np.float32)
    return resized(coarse, SIDE, SIDE, SMOOTH) * np.float32(ROUGHNESS)


DATASET = Dataset(
    "stones", "Drawn stones", "Images", (3, SIDE, SIDE), "classes", _load,
    "Molten spheres, as micrometeorites are, and broken grains. Colour pictures of 141 × 141 pixels, drawn by the "
    "program: no photographs.",
    ("broken", "molten"),
    params=(Int("samples", "Samples", 200, "How many stones are drawn.", minimum=10, maximum=500),),
    preview=_preview,
)  # fmt: skip
