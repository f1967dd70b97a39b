"""A field over one cell of a matrix, for cells that are too small to be written in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from playground.ui.inspector.cells import CellGrid
from playground.ui.theme import Theme

WIDTH, HEIGHT = 72, 26
MOST_LETTERS = 24


class CellField(QLineEdit):
    """Begins with what was typed. Enter and a click elsewhere say what is written with `entered(text)`, Escape says
    nothing; then the field goes and the matrix has the keyboard again."""

    entered = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, cells: CellGrid, place: tuple[int, int], text: str) -> None:
        super().__init__(text, parent)
        self._cells, self._done = cells, False
        self.setMaxLength(MOST_LETTERS)
        cell = cells.cell_rect(*place).translated(QPointF(cells.mapTo(parent, QPoint())))
        width, height = theme.px(WIDTH), theme.px(HEIGHT)
        left = max(0, min(round(cell.center().x() - width / 2), parent.width() - width))
        top = max(0, min(round(cell.center().y() - height / 2), parent.height() - height))
        self.setGeometry(left, top, width, height)
        self.returnPressed.connect(self._keep)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep(self) -> None:
        text, done = self.text(), self._done
        self._end()
        if not done:
            self.entered.emit(text)

    def _end(self) -> None:
        if self._done:
            return
        self._done = True
        had_focus = self.hasFocus()
        self.hide()
        self.deleteLater()
        if had_focus:
            self._cells.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        # Keys that are shortcuts of the window are letters here; Escape ends the field and nothing else.
        typed = isinstance(event, QKeyEvent) and (event.text().isprintable() or event.key() == Qt.Key.Key_Escape)
        if typed and event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.text():
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._end()
        else:
            super().keyPressEvent(event)
        # No key goes on to the matrix, where Enter takes a connection out.
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._keep()
