"""A field of one line that is there for one text, over the place where this stands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class PassingField(QLineEdit):
    """Enter and a click elsewhere keep what is written, Escape what was there; then the field goes and `home` has the
    keyboard again."""

    def __init__(self, text: str, parent: QWidget, home: QWidget) -> None:
        super().__init__(text, parent)
        self._home, self._done = home, False
        self.returnPressed.connect(self._on_return_pressed)

    def _take(self, text: str) -> None:
        """Does with the text what it is for."""
        raise NotImplementedError

    @Slot()
    def _on_return_pressed(self) -> None:
        self._keep()

    def _keep(self) -> None:
        if not self._done:
            text = self.text().strip()
            self._end()
            self._take(text)

    def _end(self) -> None:
        """Goes, once the event that ended it is over."""
        if self._done:
            return
        self._done = True
        had_focus = self.hasFocus()
        self.hide()
        self.deleteLater()
        if had_focus:
            self._home.setFocus(Qt.FocusReason.OtherFocusReason)

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
        # No key goes on to what lies below, where Enter has a meaning of its own.
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._keep()
