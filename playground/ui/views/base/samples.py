"""Samples as pictures: what a request for an input means to whoever paints it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Data
from playground.document.project import Project
from playground.engine.requests import Input, Picture, TestSample
from playground.ui.theme import Theme, token

# A window lower than this at 100 % has no room for what usually stands beside the paper.
LOW = 600


def is_low(widget: QWidget, theme: Theme) -> bool:
    """True in a window so low that everything beside the paper gives way."""
    return widget.window().height() < theme.px(LOW)


def has_images(project: Project) -> bool:
    """True for a project whose samples are pictures."""
    return len(CATALOGUE.datasets[project.data.name].shape) == 3


def raw_test_sample(data: Data, index: int) -> NDArray[np.float32]:
    """A test sample as it was before scaling, (channels, h, w)."""
    return (data.test.x[index] * data.scale + data.shift).astype(np.float32)


def pixels_of(source: Input | None, data: Data | None) -> NDArray[np.float32] | None:
    """The pixels (channels, h, w) of an input; None where there are none."""
    match source:
        case Picture():
            return source.array() if len(source.shape) == 3 else None
        case TestSample(index):
            fits = data is not None and data.test.x.ndim == 4 and index < len(data.test)
            return raw_test_sample(data, index) if data is not None and fits else None
    return None


def paint_picture(
    painter: QPainter, rect: QRectF, image: QImage, theme: Theme, frame: str = "line.strong", width: float = 1
) -> None:
    """Draws a picture hard-edged into a rectangle with round corners and a frame."""
    radius = theme.px(token("radius.thumbnail"))
    shape = QPainterPath()
    shape.addRoundedRect(rect, radius, radius)
    painter.save()
    painter.setClipPath(shape)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(rect, image)
    painter.restore()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color(frame), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = width / 2
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)
