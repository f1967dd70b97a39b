"""From arrays to pictures: one 8-bit image with a table of 256 colours each.

Values of shape (h, w) give one picture; (n, h, w) gives n pictures below each other in one image, so a card is
one upload and `part` cuts a single one out of it while painting. Pictures are enlarged by the painter, hard-edged.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QRect
from PySide6.QtGui import QColor, QImage, QImageWriter

from playground.ui.theme import Theme, token

Numbers = NDArray[Any]
Levels = NDArray[np.uint8]

TOP = 255


def reach_of(values: Numbers) -> float:
    """The largest finite magnitude: what a signed colour map of these values spans on both sides."""
    if not values.size:
        return 0.0
    reach = max(float(values.max()), -float(values.min()))
    if not math.isfinite(reach):
        finite = values[np.isfinite(values)]
        return float(np.abs(finite).max()) if finite.size else 0.0
    return reach


def signed_levels(values: Numbers, reach: float | None = None, gain: float = 1.0) -> Levels:
    """Levels from 0 to 255 with zero in the middle; `reach` is the magnitude shown at full strength.

    Without `reach` it is the largest magnitude of all the values together. `gain` below 1 leaves the strongest
    colours unused. What is not a number counts as zero.
    """
    share = _shares(values, reach_of(values) if reach is None else reach, -1.0, gain)
    share *= TOP / 2
    share += TOP / 2
    return np.rint(share, out=share).astype(np.uint8)


def zero_levels(values: Numbers, top: float | None = None, gain: float = 1.0) -> Levels:
    """Levels from 0 for zero to 255 for `top`, which is the largest of all the values where it is not given."""
    share = _shares(values, reach_of(values) if top is None else top, 0.0, gain)
    share *= TOP
    return np.rint(share, out=share).astype(np.uint8)


def _shares(values: Numbers, scale: float, least: float, gain: float) -> Numbers:
    """The values as shares of `scale` from `least` to 1, times `gain` and again within these bounds.

    All steps work in place: this is done for every neuron of every frame.
    """
    # A network that has run away has infinite values beside no finite ones; nothing times infinity is no number.
    with np.errstate(invalid="ignore"):
        share = np.asarray(values, np.float32) * _inverse(scale)
    share[np.isnan(share)] = 0
    np.maximum(np.minimum(share, 1, out=share), least, out=share)
    share *= gain
    if gain > 1:
        np.maximum(np.minimum(share, 1, out=share), least, out=share)
    return share


def _inverse(scale: float) -> np.float32:
    # All-zero values stay at zero, however they are scaled.
    return np.float32(1 / scale if np.isfinite(scale) and scale > 0 else 0)


@lru_cache(maxsize=16)
def _color_table(theme_name: str, name: str, content: bytes) -> tuple[int, ...]:
    table = np.frombuffer(content, np.uint8).reshape(-1, 3)
    gamma = token(f"colormap.{name}").get("gamma", 1.0)
    order = np.rint((np.arange(TOP + 1) / TOP) ** gamma * TOP).astype(int)
    return tuple(QColor(*(int(channel) for channel in table[level])).rgb() for level in order)


def color_table(theme: Theme, name: str) -> tuple[int, ...]:
    """The 256 colours of a map as Qt takes them, its gamma included: "signed", "from_zero" or "image"."""
    return _color_table(theme.name, name, theme.table(name).tobytes())


def to_image(levels: Levels, table: Sequence[int]) -> QImage:
    """The image of some levels; several pictures stand below each other."""
    flat = np.ascontiguousarray(levels.reshape(-1, levels.shape[-1]))
    height, width = flat.shape
    # The copy owns its pixels, so the image may outlive the array.
    picture = QImage(flat.data, width, height, width, QImage.Format.Format_Indexed8).copy()
    picture.setColorTable(list(table))
    return picture


def to_color_image(levels: Levels) -> QImage:
    """The image of levels of red, green and blue: (3, h, w), or (n, 3, h, w) for n pictures below each other."""
    channels = np.ascontiguousarray(np.moveaxis(levels, -3, -1)).reshape(-1, levels.shape[-1], 3)
    height, width, _ = channels.shape
    return QImage(channels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def signed_picture(values: Numbers, theme: Theme, reach: float | None = None, gain: float = 1.0) -> QImage:
    """Values that may be negative: orange below zero, blue above, symmetric about zero always."""
    return to_image(signed_levels(values, reach, gain), color_table(theme, "signed"))


def zero_picture(values: Numbers, theme: Theme, top: float | None = None, gain: float = 1.0) -> QImage:
    """Values that cannot be negative: after ReLU, pooling, flatten."""
    return to_image(zero_levels(values, top, gain), color_table(theme, "from_zero"))


def unscaled(pixels: Numbers) -> Numbers:
    """Pixels from 0 to 1, whatever the scaling of the data made of them."""
    finite = pixels[np.isfinite(pixels)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if low >= 0 and high <= 1:
        return pixels
    reach = reach_of(pixels - low)
    return (pixels - low) / reach if reach else pixels - low


def pixel_picture(pixels: Numbers, theme: Theme) -> QImage:
    """Pixels from 0 for paper to 1 for ink: grey as (h, w) or (1, h, w), colour as (3, h, w).

    Ink has the text colour of the theme; the data stay the same. Colours are shown as they are.
    """
    if pixels.ndim == 3 and pixels.shape[0] == 3:
        return to_color_image(zero_levels(pixels, 1.0))
    grey = pixels[0] if pixels.ndim == 3 else pixels
    return to_image(zero_levels(grey, 1.0), color_table(theme, "image"))


def saliency_picture(pixels: Numbers, gradient: Numbers, theme: Theme) -> QImage:
    """Where a picture decides: the magnitude of the gradient, mixed in amber over the darkened picture.

    `pixels` and `gradient` are (channels, h, w); of several channels the strongest counts.
    """
    entry = token("colormap.saliency")
    strength = np.abs(np.nan_to_num(gradient)).max(axis=0)
    share = (strength * _inverse(reach_of(strength))) ** entry["gamma"]
    ink = zero_levels(pixels.mean(axis=0), 1.0)
    base = theme.table("image")[ink].astype(np.float32)
    if theme.name == "light":
        # Paper stays paper: only ink gives way, as on the dark theme.
        base = TOP - (TOP - base) * entry["base_gain"]
    else:
        base *= entry["base_gain"]
    color = QColor(entry["color"])
    amber = np.array([color.red(), color.green(), color.blue()], np.float32)
    mixed = base + (amber - base) * share[..., None]
    rgb = np.ascontiguousarray(np.rint(mixed).astype(np.uint8))
    height, width, _ = rgb.shape
    return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def png(image: QImage) -> bytes:
    """The image as the content of a PNG file."""
    # The writer opens the buffer, which is memory.
    buffer = QBuffer()
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def part(image: QImage, number: int, count: int) -> QRect:
    """Where picture `number` of `count` lies in an image that holds them below each other."""
    height = image.height() // count
    return QRect(0, number * height, image.width(), height)
