"""What the marks in a picture mean: a mark and a word each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.theme import Theme, token

# Kind of mark ("line", "band", "dot" or "ring"), colour path, text.
Entry = tuple[str, str, str]
# How strong a band and its rim are in their colour.
BAND_OPACITY, RIM_OPACITY = 0.1, 0.3


class Legend(QWidget):
    """A row of marks with their texts."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: tuple[Entry, ...] = ()
        self.setObjectName("legend")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Shows these and no others."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.setAccessibleName(", ".join(text for _, _, text in entries))
            self.updateGeometry()
            self.update()

    def _mark_width(self, kind: str) -> int:
        return self._theme.px(16 if kind in ("line", "band") else 8)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font("caption"))
        gap = self._theme.px(6)
        widths = [self._mark_width(kind) + gap + metrics.horizontalAdvance(text) for kind, _, text in self._entries]
        between = self._theme.px(16) * max(0, len(widths) - 1)
        return QSize(sum(widths) + between, self._theme.px(token("type.styles.body.line")))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("caption"))
        metrics = painter.fontMetrics()
        left, middle = 0, self.height() / 2
        for kind, color, text in self._entries:
            width = self._mark_width(kind)
            self._draw_mark(painter, kind, color, left, width, middle)
            left += width + theme.px(6)
            painter.setPen(theme.color("text.caption"))
            box = self.rect().adjusted(left, 0, 0, 0)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            left += metrics.horizontalAdvance(text) + theme.px(16)

    def _draw_mark(self, painter: QPainter, kind: str, color: str, left: float, width: float, middle: float) -> None:
        theme = self._theme
        if kind == "line":
            painter.setPen(QPen(theme.color(color), theme.zoom * token("plot.line")))
            painter.drawLine(QPointF(left, middle), QPointF(left + width, middle))
            return
        if kind == "band":
            fill, rim = theme.color(color), theme.color(color)
            fill.setAlphaF(BAND_OPACITY)
            rim.setAlphaF(RIM_OPACITY)
            half = theme.px(4)
            painter.setPen(rim)
            painter.setBrush(fill)
            painter.drawRect(QRectF(left + 0.5, middle - half + 0.5, width - 1, 2 * half - 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            return
        ring = theme.zoom * token("points2d.test_ring")
        painter.setPen(QPen(theme.color(color), ring))
        painter.setBrush(theme.color(color) if kind == "dot" else Qt.BrushStyle.NoBrush)
        radius = (width - ring) / 2
        painter.drawEllipse(QPointF(left + width / 2, middle), radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
