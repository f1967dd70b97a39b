"""Small pictures of data: points as dots of their colour, images as they are."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from playground.catalog.dataset import Dataset, Samples
from playground.engine.requests import DOMAIN
from playground.ui.theme import Theme, token

# So many dots tell one set from another.
DOTS = 160


def data_picture(theme: Theme, dataset: Dataset, samples: Samples, side: int, ratio: float) -> QImage:
    """A square picture of some samples, `side` device-independent pixels wide."""
    image = QImage(round(side * ratio), round(side * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = QRectF(0, 0, side, side)
    path = QPainterPath()
    path.addRoundedRect(frame, theme.px(token("radius.thumbnail")), theme.px(token("radius.thumbnail")))
    painter.setClipPath(path)
    painter.fillRect(frame, theme.color("bg.canvas"))
    if len(dataset.shape) == 1:
        _paint_points(painter, theme, samples, side)
    else:
        _paint_images(painter, theme, samples, side)
    painter.end()
    return image


def _paint_points(painter: QPainter, theme: Theme, samples: Samples, side: int) -> None:
    low, high = DOMAIN
    step = max(1, len(samples) // DOTS)
    targets = samples.y.reshape(-1)[::step]
    middle = 0.5 if samples.y.dtype.kind == "i" else 0.0
    painter.setPen(Qt.PenStyle.NoPen)
    radius = max(0.8, side / 34)
    for (x, y), target in zip(samples.x[::step, :2].tolist(), targets.tolist(), strict=True):
        painter.setBrush(theme.color("value.positive" if target > middle else "value.negative"))
        painter.drawEllipse(QPointF((x - low) / (high - low) * side, (high - y) / (high - low) * side), radius, radius)


def _paint_images(painter: QPainter, theme: Theme, samples: Samples, side: int) -> None:
    """Four samples in two rows."""
    table = theme.table("image")
    for number in range(min(4, len(samples))):
        pixels = samples.x[number]
        span = float(pixels.max() - pixels.min()) or 1.0
        levels = np.round((pixels - pixels.min()) / span * 255).astype(np.uint8)
        # Colours are shown as they are; ink has the text colour of the theme.
        colors = np.ascontiguousarray(levels.transpose(1, 2, 0) if len(levels) == 3 else table[levels[0]])
        height, width, _ = colors.shape
        picture = QImage(colors.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        place = QRectF((number % 2) * side / 2, (number // 2) * side / 2, side / 2, side / 2)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, picture)
