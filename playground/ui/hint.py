"""A sentence that is read whole: in one line, else in two lines of the smallest text, else its end in the tool tip."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.controls.labels import Label
from playground.ui.theme import Theme

MOST_LINES = 2


class Hint(Label):
    """One sentence at the right end of a row as high as two of its lines in small."""

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__("", parent, "caption", name)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def lines(self, width: int) -> list[str]:
        """The sentence in this width, one line or two; the last one may lack its end."""
        text = self.text()
        if QFontMetrics(self._theme.font("caption")).horizontalAdvance(text) <= width:
            return [text]
        small = QFontMetrics(self._theme.font("axis"))
        words = text.split()
        fitting = range(1, len(words))
        count = next((n for n in reversed(fitting) if small.horizontalAdvance(" ".join(words[:n])) <= width), 0)
        first, rest = " ".join(words[:count]), " ".join(words[count:])
        rest = small.elidedText(rest, Qt.TextElideMode.ElideRight, width)
        return [first, rest] if first else [rest]

    def fits(self, width: int, count: int) -> bool:
        """Whether all of it can be read in so many lines of this width."""
        lines = self.lines(width)
        return len(lines) <= count and " ".join(lines) == " ".join(self.text().split())

    def paintEvent(self, event: QPaintEvent) -> None:
        lines, theme = self.lines(self.width()), self._theme
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.setFont(theme.font("caption" if lines == [self.text()] else "axis"))
        height = self.height() // len(lines)
        # Two lines fill the row: a little higher, what reaches below the last one stays inside.
        lifted = theme.px(len(lines) - 1)
        flags = int(self.alignment() | Qt.TextFlag.TextDontClip | Qt.TextFlag.TextSingleLine)
        for number, line in enumerate(lines):
            painter.drawText(QRect(0, number * height - lifted, self.width(), height), flags, line)
        self.setToolTip("" if self.fits(self.width(), MOST_LINES) else self.text())
