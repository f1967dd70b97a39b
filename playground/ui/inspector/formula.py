"""A formula as it is written on paper: painted, with real fractions."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.inspector.arithmetic import Formula, Fraction, Word
from playground.ui.theme import Theme, token

# Font and colour of each style of word.
STYLES = {
    "plain": ("control", "text.secondary"),
    "strong": ("card_title", "text.primary"),
    "result": ("figure", "accent.base"),
    "note": ("caption", "text.caption"),
}
# Above and below the line of a fraction, left and right of its words, and of a floor bracket; pixels at 100 %.
GAP, OVERHANG, BRACKET = 2, 4, 4
PADDING, BETWEEN = 8, 6
# What it keeps from what stands above it.
ABOVE = 8


class FormulaBox(QWidget):
    """Shows the lines of a formula in a frame, centred; it takes no room while there is none."""

    def __init__(self, theme: Theme, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: tuple[Formula, ...] = ()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    @property
    def text(self) -> str:
        """The formula on one line for each of its lines, fractions with a slash."""
        return "\n".join("".join(_spoken(part) for part in line) for line in self._lines)

    def show_lines(self, lines: tuple[Formula, ...]) -> None:
        """Shows another formula."""
        self.setVisible(bool(lines))
        if lines != self._lines:
            self._lines = lines
            self.setAccessibleName(self.text)
            self.updateGeometry()
            self.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    # -- measuring ------------------------------------------------------------------------------------------

    def _metrics(self, style: str) -> QFontMetricsF:
        return QFontMetricsF(self._theme.font(STYLES[style][0]))

    def _width(self, words: tuple[Word, ...]) -> float:
        return sum(self._metrics(word.style).horizontalAdvance(word.text) for word in words)

    def _part_width(self, part: Word | Fraction) -> float:
        if isinstance(part, Word):
            return self._width((part,))
        sides = BRACKET + 2 if part.floor else 0
        return max(self._width(part.over), self._width(part.under)) + self._theme.px(2 * (OVERHANG + sides))

    def _height(self, line: Formula) -> float:
        row = max(self._metrics(style).height() for style in ("plain", "strong"))
        if any(isinstance(part, Fraction) for part in line):
            return 2 * row + self._theme.px(2 * GAP)
        return max(self._metrics(part.style).height() for part in line if isinstance(part, Word))

    def sizeHint(self) -> QSize:
        theme = self._theme
        height = sum(self._height(line) for line in self._lines)
        between = theme.px(BETWEEN) * max(0, len(self._lines) - 1)
        width = max((sum(map(self._part_width, line)) for line in self._lines), default=0.0)
        return QSize(round(width) + 2 * theme.px(PADDING), round(height) + between + theme.px(2 * PADDING + ABOVE))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    # -- painting -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line.soft"), token("border.hairline")))
        painter.setBrush(theme.color("bg.card"))
        radius = theme.px(token("radius.control"))
        box = QRectF(self.rect()).adjusted(0.5, theme.px(ABOVE) + 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, radius, radius)
        # A formula that is too wide for its column is written smaller.
        room = self.width() - 2 * theme.px(PADDING)
        wide = max((sum(map(self._part_width, line)) for line in self._lines), default=1.0)
        scale = min(1.0, room / max(wide, 1.0))
        painter.translate(box.center())
        painter.scale(scale, scale)
        heights = [self._height(line) for line in self._lines]
        top = -(sum(heights) + theme.px(BETWEEN) * (len(heights) - 1)) / 2
        for line, height in zip(self._lines, heights, strict=True):
            self._paint_line(painter, line, top + height / 2)
            top += height + theme.px(BETWEEN)

    def _paint_line(self, painter: QPainter, line: Formula, middle: float) -> None:
        left = -sum(map(self._part_width, line)) / 2
        for part in line:
            width = self._part_width(part)
            if isinstance(part, Word):
                self._paint_words(painter, (part,), left, middle)
            else:
                self._paint_fraction(painter, part, left, width, middle)
            left += width

    def _paint_words(self, painter: QPainter, words: tuple[Word, ...], left: float, middle: float) -> None:
        for word in words:
            font, color = STYLES[word.style]
            metrics = self._metrics(word.style)
            width, height = metrics.horizontalAdvance(word.text), metrics.height()
            painter.setFont(self._theme.font(font))
            painter.setPen(self._theme.color(color))
            # One pixel more keeps rounding from cutting off the last letter.
            rect = QRectF(left, middle - height / 2, width + 1, height)
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip), word.text)
            left += width

    def _paint_fraction(self, painter: QPainter, part: Fraction, left: float, width: float, middle: float) -> None:
        theme = self._theme
        row = max(self._metrics(style).height() for style in ("plain", "strong"))
        for words, offset in ((part.over, -1), (part.under, 1)):
            at = middle + offset * (row / 2 + theme.px(GAP))
            self._paint_words(painter, words, left + (width - self._width(words)) / 2, at)
        painter.setPen(QPen(theme.color("text.secondary"), theme.zoom))
        sides = theme.px(BRACKET + 2) if part.floor else 0
        painter.drawLine(QLineF(left + sides + 1, middle, left + width - sides - 1, middle))
        if part.floor:
            reach, foot = row + theme.px(GAP), theme.px(BRACKET)
            for x, inward in ((left + 2, foot), (left + width - 2, -foot)):
                painter.drawLine(QLineF(x, middle - reach, x, middle + reach))
                painter.drawLine(QLineF(x, middle + reach, x + inward, middle + reach))


def _spoken(part: Word | Fraction) -> str:
    if isinstance(part, Word):
        return part.text
    over, under = ("".join(word.text for word in words) for words in (part.over, part.under))
    fraction = f"({over}) / {under}" if len(part.under) == 1 else f"({over}) / ({under})"
    return f"⌊{fraction}⌋" if part.floor else fraction
