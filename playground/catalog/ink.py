"""Ink apart from paper: which pixels of a picture were written, however it was lit and whichever is lighter.

The background is what is left of the picture when everything narrower than two fifths of it is taken away
(a grey-scale opening, Serra 1982): it follows uneven paper and shadows, which are wider, and not strokes.
The limits below were tuned on digits of MNIST drawn onto synthetic paper with slopes of light, hard shadows,
noise and JPEG compression.
"""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.catalog.components import components
from playground.catalog.pixels import SMOOTH, Grey, reduced, resized

Polarity = Literal["auto", "dark", "light"]
Values = NDArray[np.floating[Any]]

# Sides in pixels at which ink is parted from paper, parts are told apart and the polarity is judged.
WORKING, COARSE, GLANCE = 256, 128, 64
# As parts of the longer side: the widest stroke, the blur against noise, the widest stroke at a glance.
WIDEST, BLUR, GLANCE_WIDEST = 0.4, 1 / 64, 0.1
# The least contrast that counts as ink: of the brightest pixel, of the mean, and in deviations of the paper.
LEAST_PEAK, LEAST_MEAN, LEAST_DEVIATIONS = 0.02, 0.04, 4.0
# The least slope at the edges of ink, in levels per length of the writing. Writing of fewer pixels than TINY at
# a glance is taken as it is, and no slope need be steeper than TINY_SLOPE levels per pixel.
LEAST_SLOPE, TINY, TINY_SLOPE = 13.0, 6.0, 0.8
# Deviations of the paper that count as noise, and the percentile of the ink that becomes 1.
NOISE, LEVEL = 2.0, 75.0
# Parts with less than this share of the ink of the largest are specks.
SPECK = 0.03
# Parts that reach the rim and are fainter than this share of the others are corners of a shadow.
FAINT = 0.7
# Strokes end in grey pixels outside the mask: this part of the length of the writing is kept around it.
SOFT_EDGE = 0.05
# A small digit in a large picture is looked at again from closer by, with this much of its length around it.
CLOSER, MARGIN, LOOKS = 0.5, 0.5, 4


class _Box(NamedTuple):
    top: int
    bottom: int
    left: int
    right: int

    @property
    def longest(self) -> int:
        return max(self.bottom - self.top, self.right - self.left)


def ink(grey: Grey, polarity: Polarity = "auto") -> Grey:
    """How much ink lies on each pixel, 0 for none to 1; the array may be a smaller cut-out of the picture.

    `grey` (H, W) goes from 0 for black to 1 for white. `polarity` says whether the writing is darker or lighter
    than its background; "auto" finds out. A picture without writing gives zeros.
    """
    if polarity == "dark" or (polarity == "auto" and not _is_light_on_dark(grey)):
        grey = 1 - grey
    found = np.zeros_like(reduced(grey, WORKING))
    for _ in range(LOOKS):
        view = reduced(grey, WORKING)
        writing = _writing(view)
        if writing is None:
            break
        found, box = writing
        if view.shape == grey.shape or box.longest >= CLOSER * max(view.shape):
            break
        grey = _cut_out(grey, box, grey.shape[0] / view.shape[0])
    return found


def _cut_out(grey: Grey, box: _Box, factor: float) -> Grey:
    margin = box.longest * MARGIN
    rows = slice(max(0, int((box.top - margin) * factor)), math.ceil((box.bottom + margin) * factor))
    columns = slice(max(0, int((box.left - margin) * factor)), math.ceil((box.right + margin) * factor))
    return grey[rows, columns]


def _writing(bright: Grey) -> tuple[Grey, _Box] | None:
    """Ink from 0 to 1 in a picture with bright writing, and the box of its mask; None where there is none."""
    longest = max(bright.shape)
    above = bright - _background(_blurred(bright, _odd(longest * BLUR)), _odd(longest * WIDEST))
    # The opening follows the lower edge of the noise; the paper itself lies this much higher.
    above -= np.median(above[above <= above.max() / 2])
    contrast = np.maximum(above, 0)
    if contrast.max() < LEAST_PEAK:
        return None
    mask = contrast > _otsu(contrast)
    paper = above[~mask]
    deviation = 1.4826 * float(np.median(np.abs(paper - np.median(paper))))
    if contrast[mask].mean() < max(LEAST_MEAN, LEAST_DEVIATIONS * deviation):
        return None
    mask = _cleaned(mask, contrast)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = _Box(int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)
    level = float(np.percentile(contrast[mask], LEVEL))
    if not _has_edges(contrast, mask, box.longest, level):
        return None
    floor = min(NOISE * deviation, level / 2)
    found = np.clip((contrast - floor) / (level - floor), 0, 1)
    near = _over_squares(mask, math.ceil(box.longest * SOFT_EDGE) * 2 + 1, np.logical_or)
    return np.where(near, found, 0).astype(np.float32), box


def _background(bright: Values, width: int) -> Values:
    """The picture without bright features narrower than `width` pixels, seen with a frame of paper around it.

    Without the frame, strokes that reach the rim would seem to go on outside, too wide to be taken away. Where
    the rim is only somewhat brighter than the paper lies a shadow, which does go on.
    """
    height, breadth = bright.shape
    glance = reduced(bright.astype(np.float32), GLANCE).astype(np.float64)
    paper = resized(_paper(glance).astype(np.float32), height, breadth, SMOOTH)
    margin = width // 2 + 1
    inked = np.pad(bright - paper, margin, mode="edge") > FAINT * float((bright - paper).max())
    framed = np.pad(bright, margin, mode="edge")
    framed = np.where(inked, np.pad(paper, margin, mode="edge"), framed)
    framed[margin:-margin, margin:-margin] = bright
    return _opening(framed, width)[margin:-margin, margin:-margin]


def _has_edges(contrast: Values, mask: NDArray[np.bool_], longest: int, level: float) -> bool:
    """Whether the brightness of what lies under the mask changes as fast as strokes do, not as slowly as light.

    Measured at a glance, where noise averages out, as the range within 3 × 3 pixels that a tenth of the mask
    exceeds, in levels of ink per length of the writing: 20 and more for digits, below 10 for slopes of light.
    """
    small = reduced(contrast.astype(np.float32), GLANCE)
    under = reduced(mask.astype(np.float32), GLANCE) > 0.25
    length = longest * max(small.shape) / max(contrast.shape)
    if length < TINY or not under.any():
        return True
    steepness = _over_squares(small, 3, np.maximum) - _over_squares(small, 3, np.minimum)
    return bool(np.percentile(steepness[under], 90) * length > min(LEAST_SLOPE, TINY_SLOPE * length) * level)


def _otsu(contrast: Values) -> float:
    """The threshold that parts the values into two groups as far apart as possible (Otsu 1979)."""
    counts, edges = np.histogram(contrast, 128, (0.0, float(contrast.max())))
    centres = (edges[1:] + edges[:-1]) / 2
    below = counts.cumsum()[:-1]
    beyond = counts.sum() - below
    total = (counts * centres).cumsum()
    difference = total[:-1] / np.maximum(below, 1) - (total[-1] - total[:-1]) / np.maximum(beyond, 1)
    return float(edges[1:-1][np.argmax(below * beyond * difference**2)])


def _cleaned(mask: NDArray[np.bool_], contrast: Values) -> NDArray[np.bool_]:
    """The mask without specks and corners of shadows, judged on a reduced picture."""
    area = reduced(mask.astype(np.float32), COARSE)
    mass = reduced(mask * contrast, COARSE)
    labels = components(area > 0.25)
    masses = np.bincount(labels.ravel(), mass.ravel().astype(np.float64))
    means = masses / np.maximum(np.bincount(labels.ravel(), area.ravel().astype(np.float64)), 1e-9)
    masses[0] = means[0] = 0
    good = masses >= SPECK * masses.max()
    good[0] = False
    rim = np.zeros_like(good)
    rim[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = True
    if (good & ~rim).any():
        good &= ~rim | (means >= FAINT * means[good & ~rim].max())
    kept = good[labels]
    if kept.shape != mask.shape:
        # A pixel more all round, as the reduced mask has lost the ends of thin strokes.
        kept = _over_squares(kept, 3, np.logical_or)
        rows, columns = (np.arange(n) * m // n for n, m in zip(mask.shape, kept.shape, strict=True))
        kept = kept[np.ix_(rows, columns)]
    cleaned = mask & kept
    return cleaned if cleaned.any() else mask


def _is_light_on_dark(grey: Grey) -> bool:
    """Whether the writing is lighter than its background: two judges, whose verdicts from −1 to 1 are added.

    One compares light features with dark ones among everything narrower than a stroke, which shadows do not
    touch; the other asks to which side pixels stray from the paper seen at the rim, which fills a loop or two
    with paper. The cube lets few clear pixels count for more than many faint ones.
    """
    small = reduced(grey, GLANCE).astype(np.float64)
    width = max(3, _odd(max(small.shape) * GLANCE_WIDEST))
    padded = np.pad(small, width, mode="edge")
    inside = (slice(width, -width), slice(width, -width))
    light = float(((padded - _opening(padded, width))[inside] ** 3).sum())
    dark = float(((-padded - _opening(-padded, width))[inside] ** 3).sum())
    astray = (small - _paper(small)) ** 3
    return (light - dark) / (light + dark + 1e-9) + float(astray.sum() / (np.abs(astray).sum() + 1e-9)) > 0


def _paper(small: NDArray[np.float64]) -> NDArray[np.float64]:
    """The brightness of the paper as a quadratic surface, fitted to the rim and then to all that agrees with it.

    Least squares with Tukey's weights, repeated: ink and shadows that stray from the surface lose their say.
    """
    height, width = small.shape
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None, :]
    terms = (np.ones_like(small), x + 0 * y, y + 0 * x, x * y, x * x + 0 * y, y * y + 0 * x)
    basis = np.stack(terms, axis=-1).reshape(-1, 6)
    depth = max(1, round(0.08 * max(height, width)))
    rim = np.ones(small.shape, np.bool_)
    rim[depth:-depth, depth:-depth] = False
    rest = small - np.median(small[rim])
    # A little stiffness keeps the surface flat where too few pixels say anything.
    stiff = np.diag([0.0, *[0.01] * 5])
    surface = small - rest
    for turn in range(15):
        tolerance = 3 * max(1.4826 * float(np.median(np.abs(rest[rim]))), 0.005)
        weights = (1 - np.minimum(np.abs(rest) / tolerance, 1) ** 2) ** 2 + 1e-9
        if turn < 5:
            weights = weights * rim
        weighted = basis * weights.reshape(-1, 1)
        surface = (basis @ np.linalg.solve(weighted.T @ basis + stiff, weighted.T @ small.ravel())).reshape(small.shape)
        rest = small - surface
    return surface


def _odd(length: float) -> int:
    """An odd width near `length`: a window of it has a pixel in the middle."""
    return int(length) | 1


def _opening(grey: Values, width: int) -> Values:
    """The picture without bright features narrower than `width` pixels: the minimum, then the maximum."""
    return _over_squares(_over_squares(grey, width, np.minimum), width, np.maximum)


def _over_squares(values: NDArray[Any], width: int, pick: np.ufunc) -> NDArray[Any]:
    """`pick` over a square of `width` pixels around each pixel, its reach doubled from step to step."""
    for _ in range(2):
        rows = np.pad(values, ((0, 0), (width // 2, width // 2)), mode="edge")
        reach = 1
        while reach < width:
            step = min(reach, width - reach)
            rows = pick(rows[:, :-step], rows[:, step:])
            reach += step
        values = rows.T
    return values


def _blurred(grey: Values, width: int) -> Values:
    """The mean over a square of `width` pixels around each pixel."""
    for _ in range(2):
        rows = np.pad(grey, ((0, 0), (width // 2 + 1, width // 2)), mode="edge")
        sums = rows.cumsum(axis=1, dtype=np.float64)
        grey = ((sums[:, width:] - sums[:, :-width]) / width).T
    return grey
