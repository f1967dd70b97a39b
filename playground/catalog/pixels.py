"""Grey pictures as float arrays, and how they change their size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float32]

# Averages whole areas, so that thin strokes turn grey and none is lost.
AREA = Image.Resampling.BOX
# Sharper than an average; a little over- and undershoot at edges is clipped by the caller.
SHARP = Image.Resampling.LANCZOS

# For what is smooth already.
SMOOTH = Image.Resampling.BILINEAR


def resized(grey: Grey, height: int, width: int, how: Image.Resampling = AREA) -> Grey:
    """The picture (H, W) as (height, width)."""
    if grey.shape == (height, width):
        return grey
    picture = Image.fromarray(np.ascontiguousarray(grey, np.float32))
    return np.asarray(picture.resize((width, height), how))


def reduced(grey: Grey, longest: int) -> Grey:
    """The picture with no side longer than `longest` pixels, its aspect ratio kept; a small one stays as it is."""
    height, width = grey.shape
    factor = longest / max(height, width)
    if factor >= 1:
        return grey
    return resized(grey, max(1, round(height * factor)), max(1, round(width * factor)))
