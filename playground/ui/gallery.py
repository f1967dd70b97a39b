"""The gallery: every example with a picture of its network and a line about it, to begin a project from."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from playground.ui.controls.labels import Label
from playground.ui.example_tile import WIDTH, ExampleTile, entries
from playground.ui.theme import Theme, token

GROUPS = {
    "empty": str(QT_TRANSLATE_NOOP("Gallery", "Build by hand")),
    "points": str(QT_TRANSLATE_NOOP("Gallery", "Points in the plane")),
    "images": str(QT_TRANSLATE_NOOP("Gallery", "Images")),
    "architectures": str(QT_TRANSLATE_NOOP("Gallery", "Architectures")),
}
SIZE = (860, 760)
_MOVES = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Gallery(QDialog):
    """A window of tiles by group with a search field above. `chosen(name)` follows a click or Enter; then it closes.

    The field has the keyboard at first, and arrow keys walk over the tiles; what is typed leaves those that fit.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._window = theme, parent
        self._columns = 0
        self._current: ExampleTile | None = None
        self.setObjectName("gallery")
        self.setWindowTitle(self.tr("New from example"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = QLineEdit(self)
        self.field.setObjectName("gallery_field")
        self.field.setAccessibleName(self.tr("Search the examples"))
        self.field.setPlaceholderText(self.tr("Search by name, data or layer"))
        self._inner = QWidget(self)
        self.tiles = tuple(ExampleTile(entry, theme, self._inner) for entry in entries())
        self._titles = {
            name: Label(QCoreApplication.translate("Gallery", text), self._inner, "title")
            for name, text in GROUPS.items()
        }
        nothing = self.tr("No example fits. Search for a shorter word.")
        self._nothing = Label(nothing, self._inner, "secondary", "nothing_fits")
        self._make_layout()
        for tile in self.tiles:
            tile.clicked.connect(self._on_clicked)
            tile.installEventFilter(self)
            theme.changed.connect(tile.update_theme)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._on_text_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.field.setFocus()

    def _make_layout(self) -> None:
        self._grid = QGridLayout(self._inner)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("gallery_scroll")
        self._scroll.setAccessibleName(self.tr("Examples"))
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._inner)
        self._head = QHBoxLayout()
        self._head.addWidget(self.field)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self._scroll, 1)

    # -- which tiles there are, and where ---------------------------------------------------------------------

    @property
    def shown(self) -> list[ExampleTile]:
        """The tiles that fit what was typed; those first that have it in their title."""
        words = self.field.text().lower().split()
        found = [tile for tile in self.tiles if all(word in tile.entry.words for word in words)]
        return sorted(found, key=lambda tile: -tile.entry.rank(words))

    @Slot()
    def _on_text_changed(self) -> None:
        self._update_tiles()
        self._set_current(next(iter(self.shown), None))
        self._scroll.verticalScrollBar().setValue(0)

    def _update_tiles(self) -> None:
        """Puts the tiles that fit into rows under the titles of their groups."""
        shown = self.shown
        while self._grid.count():
            self._grid.takeAt(0)
        for tile in self.tiles:
            tile.setVisible(tile in shown)
        row = 0
        firsts = [tile.entry.example.group for tile in shown]
        # The best tile stands at the top, with its group.
        for name, title in sorted(self._titles.items(), key=lambda pair: _place(firsts, pair[0])):
            members = [tile for tile in shown if tile.entry.example.group == name]
            title.setVisible(bool(members))
            if members:
                self._grid.addWidget(title, row, 0, 1, self._columns)
                for number, tile in enumerate(members):
                    self._grid.addWidget(tile, row + 1 + number // self._columns, number % self._columns)
                row += 1 + -(-len(members) // self._columns)
        self._nothing.setVisible(not shown)
        if not shown:
            self._grid.addWidget(self._nothing, row, 0, 1, self._columns)
        for number in range(self._grid.rowCount()):
            self._grid.setRowStretch(number, int(number > row))
        self._grid.setRowStretch(row + 1, 1)
        if self._current not in shown:
            self._set_current(shown[0] if shown else None)

    def _fit_columns(self) -> None:
        gap = self._grid.spacing()
        # The viewport has its width only once the layout has run, which is after this.
        width = self.width() - 2 * self._theme.px(token("space.steps")[4])
        columns = max(1, (width + gap) // (self._theme.px(WIDTH) + gap))
        if columns != self._columns:
            for number in range(max(columns, self._columns)):
                self._grid.setColumnStretch(number, int(number < columns))
            self._columns = columns
            self._update_tiles()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        margin = theme.px(token("space.steps")[4])
        bar = theme.px(token("space.section_gap"))
        # The scroll bar stands between the tiles and the edge of the window.
        self._column.setContentsMargins(margin, margin, margin // 2, margin)
        self._head.setContentsMargins(0, 0, margin - margin // 2, 0)
        self._inner.setContentsMargins(0, 0, max(0, margin - margin // 2 - bar), 0)
        self._column.setSpacing(margin)
        self._grid.setSpacing(theme.px(token("space.panel_padding")))
        self.resize(QSize(*(theme.px(side) for side in SIZE)).boundedTo(self._window.size() - QSize(margin, margin)))
        self._fit_columns()

    # -- the keyboard -----------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, ExampleTile):
            self._set_current(watched)
            self._scroll.ensureWidgetVisible(watched, 0, self._theme.px(token("layout.panel_header")))
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _ENTER:
                self._choose(self._current)
                return True
            # In the field left and right move within the text.
            sideways = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
            if event.key() in _MOVES and not (sideways and watched is self.field and self.field.text()):
                self._walk(*_MOVES[Qt.Key(event.key())])
                return True
        return super().eventFilter(watched, event)

    def _walk(self, across: int, down: int) -> None:
        """Goes to the nearest tile that way; above the first row there is the field."""
        if self._current is None:
            return
        here = self._current.geometry().center()
        ways = [(tile, tile.geometry().center() - here) for tile in self.shown]
        ahead = [(tile, way) for tile, way in ways if (way.x() * across > 0 and way.y() == 0) or way.y() * down > 0]
        if ahead:
            nearest = min(ahead, key=lambda pair: (abs(pair[1].y()), abs(pair[1].x())))
            nearest[0].setFocus(Qt.FocusReason.TabFocusReason)
        elif down < 0:
            self.field.setFocus(Qt.FocusReason.TabFocusReason)

    def _set_current(self, tile: ExampleTile | None) -> None:
        if self._current is not None:
            self._current.set_ringed(False)
        self._current = tile
        if tile is not None:
            tile.set_ringed(True)

    @Slot()
    def _on_clicked(self) -> None:
        tile = self.sender()
        assert isinstance(tile, ExampleTile)
        self._choose(tile)

    def _choose(self, tile: ExampleTile | None) -> None:
        if tile is not None:
            self.chosen.emit(tile.entry.example.name)
            self.accept()


def _place(groups: list[str], name: str) -> int:
    """Where a group begins among the groups of the tiles shown."""
    return groups.index(name) if name in groups else len(groups)
