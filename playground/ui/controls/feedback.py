"""A button that says for a moment that it has done its work."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QWidget

from playground.ui.controls.buttons import Button
from playground.ui.theme import Theme

SHOWN_MS = 1_600


class FeedbackButton(Button):
    """Shows `done_text` with a tick after `confirm`, then itself again. Where room is short its icon says both."""

    def __init__(self, theme: Theme, text: str, done_text: str, parent: QWidget, *, name: str, icon_name: str) -> None:
        super().__init__(theme, text, parent, name=name, icon_name=icon_name, role="flat", size="compact")
        self._text, self._done_text, self._own_icon = text, done_text, icon_name
        self._short = False
        self.keep_room(text, done_text)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self._update_back)

    def set_short(self, short: bool) -> None:
        """Leaves the text to the tool tip, or shows it again."""
        if short != self._short:
            self._short = short
            self.setToolTip(self._text if short else "")
            self.keep_room(*(() if short else (self._text, self._done_text)))
            self._update_back()

    @Slot()
    def confirm(self) -> None:
        """Says that it is done."""
        self.set_text("" if self._short else self._done_text)
        self.set_icon("check")
        self._timer.start()

    @Slot()
    def _update_back(self) -> None:
        self.set_text("" if self._short else self._text)
        self.set_icon(self._own_icon)
