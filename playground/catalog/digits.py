"""The 1,797 handwritten digits that come with scikit-learn, enlarged to look like MNIST's.

They are the test part of the UCI set "Optical Recognition of Handwritten Digits" (Alpaydin, Kaynak 1998): grey
values 0 to 16 on 8 × 8 pixels, the writers one after the other.
"""

from __future__ import annotations

import functools
import gzip
import importlib.util
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.catalog.dataset import Samples
from playground.catalog.pixels import SHARP, resized
from playground.catalog.preparation import centred

COUNT = 1_797
LARGE = 80
# Where scikit-learn keeps them: 64 grey values and the class in every line.
FILE = "datasets/data/digits.csv.gz"
# Enlarged strokes are blurred; between these two grey values they are drawn out to 0 and 1. With these
# the mean ink is MNIST's, 0.13, and a network trained on MNIST reads most of these digits.
PAPER, INK = 0.3, 0.9


def small_digits() -> Samples:
    """All digits in their order: pixels (1797, 1, 28, 28) from 0 to 1, classes 0 to 9."""
    pixels, classes = _prepared()
    return Samples(pixels.copy(), classes.copy())


def first_digits(count: int = 4) -> Samples | None:
    """The first digits as they come, (count, 1, 8, 8), read past scikit-learn, whose import takes a second; None
    where its file is not."""
    package = importlib.util.find_spec("sklearn")
    folders = package.submodule_search_locations if package is not None else None
    try:
        with gzip.open(Path(next(iter(folders or ()), ""), FILE), "rb") as file:
            rows = np.array([file.readline(1_000).split(b",") for _ in range(count)], np.float32)
    except (OSError, EOFError, zlib.error, ValueError):
        return None
    if rows.shape != (count, 65):
        return None
    return Samples((rows[:, :-1] / 16).astype(np.float32).reshape(count, 1, 8, 8), rows[:, -1].astype(np.int64))


@functools.cache
def _prepared() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    from sklearn.datasets import load_digits

    found = load_digits()
    pixels = np.empty((COUNT, 1, 28, 28), np.float32)
    for place, image in zip(pixels, found.images, strict=True):
        # A rim of paper lets the strokes at the border end as softly as the others.
        enlarged = resized(np.pad(image / 16, 1).astype(np.float32), LARGE, LARGE, SHARP)
        place[0] = centred(np.clip((enlarged - PAPER) / (INK - PAPER), 0, 1))
    return pixels, found.target.astype(np.int64)
