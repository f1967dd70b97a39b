"""Pictures as a network trained on MNIST takes them, made the way MNIST was.

MNIST's digits were scaled into a box of 20 × 20 pixels with their aspect ratio kept, the grey levels coming from
the reduction, and laid into 28 × 28 so that the centre of mass is at the centre (yann.lecun.com/exdb/mnist).
Measured on its 10,000 test images, the box is 20 pixels long in 99.97 % and the centre of mass of all lies within
half a pixel of the middle of pixel 14, counted from 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from playground.catalog.dataset import DataError
from playground.catalog.ink import Polarity, ink
from playground.catalog.pixels import SHARP, Grey, resized

SIZE = 28
BOX = 20
CENTRE = 14
# Pixels with less ink do not widen the box: the blur of an edge is not part of the stroke.
EDGE = 0.3
# The brightest pixels, at most this many and at most this share of the box, have ink 1 on average.
PEAK_PIXELS, PEAK_SHARE = 10, 0.05


def as_mnist(grey: ArrayLike, polarity: Polarity = "auto") -> Grey:
    """The digit in a picture as MNIST would hold it: (28, 28), 0 for paper to 1 for ink.

    `grey` has any height and width, 0 for black to 1 for white; ink may be darker or lighter than the paper,
    which `polarity` may say where it is known. A picture without ink gives zeros. Raises DataError for
    an array that is no picture.
    """
    return centred(ink(_checked(grey), polarity))


def downscaled(grey: ArrayLike) -> Grey:
    """The whole picture at 28 × 28 and nothing else: not centred, neither box nor polarity changed.

    It is what `as_mnist` is compared with; a picture that is not square is filled up with 0 first.
    Raises DataError for an array that is no picture.
    """
    picture = _checked(grey)
    height, width = picture.shape
    side = max(height, width)
    square = np.zeros((side, side), np.float32)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = picture
    return np.clip(resized(square, SIZE, SIZE), 0, 1)


def centred(strokes: Grey) -> Grey:
    """Ink (H, W) from 0 to 1, cut to its box, scaled to 20 pixels and laid into (28, 28) by its centre of mass."""
    canvas = np.zeros((SIZE, SIZE), np.float32)
    inside = strokes > EDGE
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if len(rows) == 0:
        return canvas
    box = strokes[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    factor = BOX / max(box.shape)
    height, width = (max(1, round(length * factor)) for length in box.shape)
    digit = np.clip(resized(box, height, width, SHARP), 0, 1)
    # Strokes thinner than a pixel have turned grey; MNIST's are as bright as ink can be.
    peak = np.sort(digit, axis=None)[-max(1, min(PEAK_PIXELS, int(digit.size * PEAK_SHARE))) :].mean()
    digit = np.minimum(digit / peak, 1)
    top, left = _offset(digit.sum(axis=1)), _offset(digit.sum(axis=0))
    canvas[top : top + height, left : left + width] = digit
    return canvas


def _offset(profile: Grey) -> int:
    """Where the first row (or column) goes so that the centre of mass comes to the centre, inside the canvas."""
    middle = float((profile * np.arange(len(profile))).sum() / profile.sum())
    return int(np.clip(round(CENTRE - middle), 0, SIZE - len(profile)))


def _checked(grey: ArrayLike) -> Grey:
    picture = np.asarray(grey, np.float32)
    if picture.ndim != 2 or picture.size == 0:
        shape = " × ".join(str(length) for length in picture.shape) or "no"
        raise DataError(f"A picture has rows and columns of grey values, not {shape} values.")
    return np.clip(np.nan_to_num(picture), 0, 1)
