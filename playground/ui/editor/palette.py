"""The palette: every layer there is, by category, to be dragged onto the canvas."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.ui.controls.buttons import IconButton
from playground.ui.editor.chip import Chip
from playground.ui.editor.chip_board import ChipBoard, SearchField, category_title
from playground.ui.editor.commands import insert_layer
from playground.ui.editor.popup import Popup
from playground.ui.icons import category_icon, icon
from playground.ui.models import Models
from playground.ui.theme import token

# Free room around the palette, and how much of it the scroll bar takes, as the style sheet makes it.
PADDING, SCROLL_BAR = 10, 8


class Palette(QWidget):
    """The palette at the left of the window, or a rail of category glyphs in its place.

    `rail_left` follows when the user asks for the whole palette from the rail.
    """

    rail_left = Signal()

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._models = models
        self.setObjectName("palette")
        self.setAccessibleName(self.tr("Layers"))
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        categories = tuple(CATALOGUE.layers.by_category())
        self._open = self._make_open(categories)
        self._rail = self._make_rail(categories)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self._open)
        self._pages.addWidget(self._rail)
        models.theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _make_open(self, categories: Sequence[str]) -> QWidget:
        page = QWidget(self)
        theme = self._models.theme
        self._search = SearchField(theme, page, "layer_search", "/")
        self._board = ChipBoard(theme, categories, page)
        self._scroll = QScrollArea(page)
        self._scroll.setObjectName("palette_scroll")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._board)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._update_margin)
        self._page_column = QVBoxLayout(page)
        self._page_column.setContentsMargins(0, 0, 0, 0)
        self._search_row, self._board_row = QVBoxLayout(), QVBoxLayout()
        self._search_row.addWidget(self._search)
        self._board_row.addWidget(self._scroll)
        self._page_column.addLayout(self._search_row)
        self._page_column.addLayout(self._board_row, 1)
        self._search.textChanged.connect(self._board.show_matching)
        self._search.returnPressed.connect(self._on_return_pressed)
        self._search.entered.connect(self._on_entered)
        self._board.inserted.connect(self._on_inserted)
        self._board.left.connect(self.focus_search)
        for chip in self._board.chips():
            chip.installEventFilter(self)
        return page

    def _make_rail(self, categories: Sequence[str]) -> QWidget:
        page = QWidget(self)
        theme = self._models.theme
        self._rail_column = QVBoxLayout(page)
        self._rail_buttons: dict[str, QToolButton] = {}
        for category in categories:
            button = IconButton(theme, category_icon(category), category_title(category), page, name=f"rail_{category}")
            button.clicked.connect(self._on_rail_clicked)
            self._rail_buttons[category] = button
            self._rail_column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._rail_column.addStretch(1)
        leave = IconButton(theme, "chevron_right", self.tr("Show palette"), page, name="rail_leave")
        leave.clicked.connect(self.rail_left)
        self._rail_column.addWidget(leave, 0, Qt.AlignmentFlag.AlignHCenter)
        return page

    # -- what the window calls ------------------------------------------------------------------------------

    @property
    def rail(self) -> bool:
        """True while only the rail is shown."""
        return self._pages.currentWidget() is self._rail

    def set_rail(self, rail: bool) -> None:
        """Folds the palette to a rail, or unfolds it."""
        self._pages.setCurrentWidget(self._rail if rail else self._open)
        self._on_theme_changed()

    @Slot()
    def focus_search(self) -> None:
        """Puts the cursor into the search field; a rail asks for the whole palette first."""
        if self.rail:
            self.rail_left.emit()
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    # -- what happens ---------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, Chip):
            self._scroll.ensureWidgetVisible(watched, 0, self._models.theme.px(token("palette.chip_height")))
        return super().eventFilter(watched, event)

    @Slot()
    def _on_entered(self) -> None:
        chips = self._board.chips()
        if chips:
            chips[0].setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _on_return_pressed(self) -> None:
        chips = self._board.chips()
        if self._search.text() and chips:
            self._on_inserted(chips[0].layer.name)

    @Slot(str)
    def _on_inserted(self, kind: str) -> None:
        insert_layer(self._models, kind)

    @Slot()
    def _on_rail_clicked(self) -> None:
        category = next(name for name, button in self._rail_buttons.items() if button is self.sender())
        popup = Popup(self._models.theme, (category,), self)
        popup.chosen.connect(self._on_inserted)
        button = self._rail_buttons[category]
        popup.open_at(button.mapToGlobal(QPoint(self.width() - button.x(), 0)))
        # A popup takes the mouse, so the button would never hear that the pointer has left it.
        button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
        QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._models.theme
        self.setFixedWidth(theme.px(token("layout.rail" if self.rail else "layout.palette")))
        padding, gap = theme.px(PADDING), theme.px(token("palette.group_gap"))
        self._search_row.setContentsMargins(padding, padding, padding, 0)
        self._page_column.setSpacing(gap)
        self._update_margin()
        self._rail_column.setContentsMargins(0, padding, 0, padding)
        self._rail_column.setSpacing(theme.px(token("space.grid") * 2))
        for category, button in self._rail_buttons.items():
            button.setIcon(icon(theme, category_icon(category), f"category.{category}"))

    @Slot()
    def _update_margin(self) -> None:
        """Lets the scroll bar lie at the edge of the padding: chips end where the search field does, beside a gap."""
        px = self._models.theme.px
        scrolls = self._scroll.verticalScrollBar().maximum() > 0
        gap = px(PADDING) - px(SCROLL_BAR)
        self._board_row.setContentsMargins(px(PADDING), 0, 0 if scrolls else px(PADDING), px(PADDING))
        self._board.setContentsMargins(0, 0, gap if scrolls else 0, 0)
