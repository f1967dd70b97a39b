"""Chips in a window of their own that closes after a choice."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from playground.ui.editor.chip_board import ChipBoard, SearchField
from playground.ui.editor.suggestions import LIKELY
from playground.ui.theme import Theme, token


class Popup(QFrame):
    """Chips that open beside the rail; or, with the `fitting` kinds of layers, the likely ones first, a search among
    these that opens at a place of the network.

    `chosen(kind)` follows a choice; the popup closes and goes.
    """

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, categories: Sequence[str], parent: QWidget, fitting: Sequence[str] | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("layer_popup")
        self.setAccessibleName(self.tr("Layers"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "popup")
        self._board = ChipBoard(theme, categories, self, (fitting or ())[:LIKELY], fitting)
        column = QVBoxLayout(self)
        margin = theme.px(token("space.grid") * 2)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(margin)
        self._search = SearchField(theme, self, "popup_search") if fitting is not None else None
        if self._search is not None:
            column.addWidget(self._search)
            self._search.textChanged.connect(self._on_search_changed)
            self._search.returnPressed.connect(self._on_return_pressed)
            self._search.entered.connect(self._walk_in)
            self._search.escaped.connect(self.close)
        column.addWidget(self._board)
        self._board.inserted.connect(self._on_inserted)
        self.setFixedWidth(theme.px(token("layout.palette")))

    def open_at(self, place: QPoint) -> None:
        """Opens with its upper left corner at a point of the screen, within the screen."""
        self.adjustSize()
        screen = self.screen().availableGeometry()
        left, top = min(place.x(), screen.right() - self.width()), min(place.y(), screen.bottom() - self.height())
        self.move(max(screen.left(), left), max(screen.top(), top))
        self.show()
        if self._search is not None:
            self._search.setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            self._walk_in()

    @Slot(str)
    def _on_search_changed(self, text: str) -> None:
        """Shows what matches, and is no taller than that."""
        self._board.show_matching(text)
        self._board.adjustSize()
        self.adjustSize()

    @Slot()
    def _walk_in(self) -> None:
        chips = self._board.chips()
        if chips:
            chips[0].setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _on_return_pressed(self) -> None:
        chips = self._board.chips()
        if chips:
            self._on_inserted(chips[0].layer.name)

    @Slot(str)
    def _on_inserted(self, kind: str) -> None:
        self.chosen.emit(kind)
        self.close()
