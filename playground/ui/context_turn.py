"""When the context column leaves its place to the network, and when it comes back."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from playground.ui.editor.view import EditorView
from playground.ui.focus import Focus
from playground.ui.folding import Folding
from playground.ui.panels import PanelColumn
from playground.ui.sizes import Sizes

LOOK_AGAIN_MS = 50


class ContextTurn(QObject):
    """Takes the column away while nothing is selected, where that gives way. The network keeps its place and size when
    the column comes: it must not jump when a card is clicked."""

    def __init__(
        self, focus: Focus, folding: Folding, sizes: Sizes, context: PanelColumn, editor: EditorView, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._focus, self._folding, self._sizes = focus, folding, sizes
        self._context, self._editor = context, editor
        # The second press of a double click must find the card where the first one did, so the column waits for it.
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(LOOK_AGAIN_MS)
        self._again.timeout.connect(self._on_selection_changed)
        focus.selection_changed.connect(self._on_selection_changed)

    @property
    def _is_away(self) -> bool:
        return self._folding.given.context and not self._focus.selection

    def begin(self) -> None:
        """Shows or hides the column where everything is arranged anew."""
        away = self._is_away
        self._editor.canvas.lend(self._folding.given.context and not away)
        self._context.setVisible(not away)

    @Slot()
    def _on_selection_changed(self) -> None:
        if self._is_away == self._context.isHidden():
            return
        if self._editor.canvas.is_in_use:
            self._again.start()
        else:
            self.follow()

    def follow(self) -> None:
        """Lets the column come or go now."""
        away = self._is_away
        if away == self._context.isHidden():
            return
        self._sizes.remember()
        if self._context.isAncestorOf(QApplication.focusWidget() or self._editor):
            self._editor.setFocus()
        self._editor.canvas.lend(not away)
        self._context.setVisible(not away)
        if not away:
            self._sizes.restore_context()
            self._editor.reveal_selected()
