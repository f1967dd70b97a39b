"""Splitters whose handles are a hairline to the eye and wide enough for the mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from playground.ui.theme import Theme, token

# To the mouse a handle reaches this far to both sides of its line.
GRIP = 3


class HairlineHandle(QSplitterHandle):
    """A line of one pixel that takes the mouse a little beside it too."""

    def __init__(self, theme: Theme, orientation: Qt.Orientation, splitter: QSplitter) -> None:
        super().__init__(orientation, splitter)
        self._theme = theme
        self._spread()

    def _spread(self) -> None:
        # The splitter lays out what is inside the margins; the mask keeps the rest from being painted over.
        if self.orientation() == Qt.Orientation.Horizontal:
            self.setContentsMargins(GRIP, 0, GRIP, 0)
        else:
            self.setContentsMargins(0, GRIP, 0, GRIP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # The base class would narrow the margins again.
        self.setAttribute(Qt.WidgetAttribute.WA_MouseNoMask, True)
        self._spread()
        self.setMask(QRegion(self.contentsRect()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.contentsRect(), self._theme.color("line.soft"))


class HairlineSplitter(QSplitter):
    """A splitter with hairline handles; nothing collapses by dragging."""

    def __init__(self, theme: Theme, orientation: Qt.Orientation, parent: QWidget, *, name: str) -> None:
        self._theme = theme
        super().__init__(orientation, parent)
        self.setObjectName(name)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(token("border.hairline"))
        theme.changed.connect(self.update)

    def createHandle(self) -> QSplitterHandle:
        return HairlineHandle(self._theme, self.orientation(), self)
