"""Texts: their look is a role of the style sheet, such as "title" or "caption"."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from playground.ui.icons import pixmap
from playground.ui.theme import Theme, token


class Label(QLabel):
    """Plain text in one of the roles "title", "figure", "body", "secondary", "caption", "error" or "key"."""

    def __init__(self, text: str, parent: QWidget, role: str = "body", name: str = "", wrap: bool = False) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setWordWrap(wrap)
        if name:
            self.setObjectName(name)


class ElidedLabel(Label):
    """A text that gives up its end before it takes room from others; the whole text is the tool tip."""

    def __init__(self, text: str, parent: QWidget, role: str = "body", name: str = "") -> None:
        super().__init__(text, parent, role, name)
        self.setMinimumWidth(0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment() | Qt.TextFlag.TextSingleLine), shown)
        self.setToolTip(self.text() if shown != self.text() else "")


class Line(QFrame):
    """A hairline between two areas."""

    def __init__(self, parent: QWidget, vertical: bool = False) -> None:
        super().__init__(parent)
        self.setProperty("role", "line")
        width: int = token("border.hairline")
        if vertical:
            self.setFixedWidth(width)
        else:
            self.setFixedHeight(width)


class IconLabel(QLabel):
    """An icon that is no button."""

    def __init__(self, theme: Theme, icon_name: str, parent: QWidget, color: str = "text.secondary", size: float = 16):
        super().__init__(parent)
        self._theme, self._icon_name, self._color, self._size = theme, icon_name, color, size
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_icon(self, icon_name: str, color: str) -> None:
        """Shows another icon in another colour of the theme."""
        if (icon_name, color) != (self._icon_name, self._color):
            self._icon_name, self._color = icon_name, color
            self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        size = self._theme.px(self._size)
        self.setPixmap(pixmap(self._icon_name, self._theme.color(self._color), size, self.devicePixelRatioF()))
        self.setFixedSize(size, size)
