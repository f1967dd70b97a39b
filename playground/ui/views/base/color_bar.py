"""What the colours of a map mean: the map as a bar with words under it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.pictures import color_table, to_image
from playground.ui.theme import Theme, token


class ColorBar(QWidget):
    """A colour map from its lowest to its highest value, with a text at the left, in the middle and at the right."""

    def __init__(self, theme: Theme, table: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._table = theme, table
        self._texts = ("", "", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    @property
    def texts(self) -> tuple[str, str, str]:
        """The three texts."""
        return self._texts

    def set_texts(self, low: str, middle: str, high: str) -> None:
        """Names the two ends and the middle."""
        self._texts = (low, middle, high)
        self.setAccessibleName(", ".join(text for text in self._texts if text))
        self.update()

    def _bar(self) -> int:
        return self._theme.px(10)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._bar() + self._theme.px(4 + token("type.styles.axis.line")))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        bar = QRectF(0, 0, self.width(), self._bar())
        radius = theme.px(token("radius.thumbnail"))
        shape = QPainterPath()
        shape.addRoundedRect(bar, radius, radius)
        painter.save()
        painter.setClipPath(shape)
        painter.drawImage(bar, self._strip())
        painter.restore()
        painter.setFont(theme.font("axis"))
        painter.setPen(theme.color("text.caption"))
        below = self.rect().adjusted(0, self._bar() + theme.px(4), 0, 0)
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        for text, side in zip(self._texts, sides, strict=True):
            painter.drawText(below, side | Qt.AlignmentFlag.AlignTop, text)

    def _strip(self) -> QImage:
        return to_image(np.arange(256, dtype=np.uint8)[None], color_table(self._theme, self._table))
