"""Values beside the pointer: a small card over a picture or a plot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.ui.theme import Theme, token

# A line of a readout: colour path of its mark or "" for none, name, value.
Row = tuple[str, str, str]
# How wide a sentence may be, in pixels at zoom 1.
WIDEST = 200


class Readout(QWidget):
    """Rows of a coloured mark, a name and a value. It lies over its parent, takes no mouse and stays inside."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._over = theme, parent
        self._rows: tuple[Row, ...] = ()
        self._lines: tuple[Row, ...] = ()
        self.setObjectName("readout")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        theme.changed.connect(self.hide)

    @property
    def text(self) -> str:
        """What stands there, for accessibility and tests."""
        return ", ".join(" ".join(part for part in (name, value) if part) for _, name, value in self._rows)

    def show_at(self, place: QPoint, rows: Sequence[Row]) -> None:
        """Shows the rows beside a place of the parent, on whichever side there is room."""
        room = self._over.size()
        self._rows = tuple(rows)
        self._lines = tuple(line for row in rows for line in self._wrapped(row))
        size = self._wanted_size()
        gap = self._theme.px(12)
        x = place.x() + gap
        if x + size.width() > room.width():
            x = place.x() - gap - size.width()
        y = place.y() - size.height() // 2
        x = max(0, min(x, room.width() - size.width()))
        y = max(0, min(y, room.height() - size.height()))
        self.setGeometry(QRect(QPoint(x, y), size))
        self.setAccessibleName(self.text)
        self.show()
        self.raise_()
        self.update()

    def _wrapped(self, row: Row) -> list[Row]:
        """A row in lines that are no wider than a readout should be; one with a value is one line."""
        color, name, value = row
        most, metrics = self._theme.px(WIDEST), QFontMetrics(self._theme.font("caption"))
        if value or metrics.horizontalAdvance(name) <= most:
            return [row]
        lines = [""]
        for word in name.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and metrics.horizontalAdvance(longer) > most:
                lines.append(word)
            else:
                lines[-1] = longer
        return [(color, line, "") for line in lines]

    def _mark_width(self) -> int:
        return self._theme.px(14) if any(color for color, _, _ in self._lines) else 0

    def _wanted_size(self) -> QSize:
        metrics = QFontMetrics(self._theme.font("caption"))
        names = max((metrics.horizontalAdvance(name) for _, name, _ in self._lines), default=0)
        values = max((metrics.horizontalAdvance(value) for _, _, value in self._lines), default=0)
        gap = self._theme.px(10) if names and values else 0
        padding = self._theme.px(8)
        line = self._theme.px(token("type.styles.caption.line"))
        return QSize(
            2 * padding + self._mark_width() + names + gap + values,
            2 * self._theme.px(5) + len(self._lines) * line,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line.strong"), 1))
        painter.setBrush(theme.color("bg.control"))
        radius = theme.px(token("radius.field"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setFont(theme.font("caption"))
        padding, line = theme.px(8), theme.px(token("type.styles.caption.line"))
        top = theme.px(5)
        for color, name, value in self._lines:
            row = QRect(padding, top, self.width() - 2 * padding, line)
            if color:
                painter.setPen(QPen(theme.color(color), theme.zoom * token("plot.line_selected")))
                middle = row.center().y() + 0.5
                painter.drawLine(QPointF(row.left(), middle), QPointF(row.left() + theme.px(8), middle))
            painter.setPen(theme.color("text.secondary"))
            left = row.adjusted(self._mark_width(), 0, 0, 0)
            painter.drawText(left, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            painter.setPen(theme.color("text.primary"))
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, value)
            top += line
