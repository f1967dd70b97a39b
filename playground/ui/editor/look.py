"""What the canvas paints with: colours, pens, fonts and colour tables of the theme, each made once.

The scene is measured in pixels of the design at 100 %, as positions in the project are; the canvas enlarges all of
it with the lecture zoom. So fonts and sizes here do not follow the zoom, unlike those of widgets.
"""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from playground.ui.editor.scale import Scale
from playground.ui.pictures import color_table
from playground.ui.theme import Theme, token

# Glyphs and pills on the canvas; the design shows them and the tokens do not name them.
PILL_HEIGHT = 18
PILL_PADDING = 9
# One line at the left, in the middle or at the right, centred in its height.
LINES = {
    align: align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    for align in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
}


@lru_cache(maxsize=256)
def measure(path: str) -> float:
    """A size of the design in pixels at 100 %, such as "card.header"."""
    return float(token(path))


class Look:
    """Colours, pens, fonts and colour tables of one theme. `refresh` follows a switch of the theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        # How much larger than the cards their messages are drawn, so that they can be read from far away.
        self.message_scale = 1.0
        self.scale = Scale()
        self.refresh()

    def refresh(self) -> None:
        """Forgets what was read from the theme before."""
        self._colors: dict[str, QColor] = {}
        self._pens: dict[tuple[str, float, tuple[float, ...]], QPen] = {}
        self._fonts: dict[str, QFont] = {}
        self._metrics: dict[str, QFontMetricsF] = {}
        self._elided: dict[tuple[str, str, int], str] = {}

    def color(self, path: str) -> QColor:
        """A colour of the theme. Callers must not change it."""
        if path not in self._colors:
            self._colors[path] = self.theme.color(path)
        return self._colors[path]

    def pen(self, path: str, width: float, dash: tuple[float, ...] = ()) -> QPen:
        """A pen with round ends; `dash` is in pixels."""
        key = (path, width, dash)
        if key not in self._pens:
            pen = QPen(self.color(path), width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap if not dash else Qt.PenCapStyle.FlatCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            if dash:
                # Qt counts dashes in widths of the pen.
                pen.setDashPattern([length / width for length in dash])
            self._pens[key] = pen
        return self._pens[key]

    def font(self, style: str) -> QFont:
        """The font of a type style at 100 %; without hinting, so that text scales with the canvas."""
        if style not in self._fonts:
            font = self.theme.font(style)
            font.setPixelSize(max(1, math.floor(measure(f"type.styles.{style}.size") + 0.5)))
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            self._fonts[style] = font
        return self._fonts[style]

    def metrics(self, style: str) -> QFontMetricsF:
        """The measures of a type style."""
        if style not in self._metrics:
            self._metrics[style] = QFontMetricsF(self.font(style))
        return self._metrics[style]

    def width(self, style: str, text: str) -> float:
        """How wide a text is."""
        return self.metrics(style).horizontalAdvance(text)

    def fitting(self, style: str, text: str, width: float) -> str:
        """The text, shortened with an ellipsis where it is wider than that."""
        key = (style, text, int(width))
        if key not in self._elided:
            self._elided[key] = self.metrics(style).elidedText(text, Qt.TextElideMode.ElideRight, width)
        return self._elided[key]

    def table(self, name: str) -> tuple[int, ...]:
        """The 256 colours of a colour map as Qt takes them."""
        return color_table(self.theme, name)

    # -- what several items paint ---------------------------------------------------------------------------

    def text(self, painter: QPainter, rect: QRectF, text: str, style: str, color: str | QColor,
             align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:  # fmt: skip
        """Writes one line into a rectangle, centred in its height."""
        painter.setFont(self.font(style))
        painter.setPen(color if isinstance(color, QColor) else self.color(color))
        painter.drawText(rect, LINES[align], text)

    def pill(self, painter: QPainter, rect: QRectF, text: str, border: str = "line.strong",
             color: str = "text.secondary", style: str = "caption") -> None:  # fmt: skip
        """A text in a rounded frame, such as the shape on a wire."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.pen(border, measure("border.hairline")))
        painter.setBrush(self.color("bg.panel"))
        radius = min(measure("radius.pill"), rect.height() / 2)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        self.text(painter, rect, text, style, color, Qt.AlignmentFlag.AlignHCenter)

    def pill_rect(self, text: str, x: float, y: float, style: str = "caption") -> QRectF:
        """The rectangle of a pill around a centre."""
        width = self.width(style, text) + 2 * PILL_PADDING
        return QRectF(x - width / 2, y - PILL_HEIGHT / 2, width, PILL_HEIGHT)


def rounded(rect: QRectF, radius: float) -> QPainterPath:
    """A rectangle with round corners as a path."""
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path
