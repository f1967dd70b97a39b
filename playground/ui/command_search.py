"""The command search: type a few letters of what you want, and Enter does it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from playground.ui.theme import Theme, token

WIDTH, ROWS = 480, 10
ACTION = Qt.ItemDataRole.UserRole
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def score(typed: str, text: str) -> float | None:
    """How well the letters typed fit a text, larger is better; None when they do not occur in this order.

    Letters at the beginning of a word and in an unbroken run count more, so "ns" finds "New points" before "Lines".
    """
    wanted, where = typed.lower().replace(" ", ""), text.lower()
    total, position, run = 0.0, 0, 0
    for letter in wanted:
        found = where.find(letter, position)
        start = _next_word(where, letter, position)
        if start is not None and found != position:
            found = start
        if found < 0:
            return None
        run = run + 1 if found == position and position > 0 else 0
        total += 1 + 2 * run + (3 if found == 0 or not where[found - 1].isalnum() else 0)
        position = found + 1
    return total - 0.01 * len(text)


def _next_word(text: str, letter: str, position: int) -> int | None:
    """Where the next word that begins with this letter begins."""
    for at in range(position, len(text)):
        if text[at] == letter and (at == 0 or not text[at - 1].isalnum()):
            return at
    return None


class _CommandDelegate(QStyledItemDelegate):
    """Paints the shortcut of a command at its right."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        super().paint(painter, option, index)  # type: ignore[arg-type]
        action: QAction = index.data(ACTION)  # type: ignore[attr-defined]
        keys = action.shortcut().toString()
        if keys:
            font = self._theme.font("caption")
            painter.setFont(font)
            painter.setPen(self._theme.color("text.caption" if action.isEnabled() else "text.disabled"))
            room = option.rect.adjusted(0, 0, -self._theme.px(8), 0)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), keys)


class CommandSearch(QFrame):
    """A field over a list of all actions. Opened, it has the keyboard until a choice, Escape or a click beside it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self._actions: list[QAction] = []
        self.setObjectName("command_search")
        self.setAccessibleName(self.tr("Search commands"))
        self.setProperty("role", "popup")
        self.field = QLineEdit(self)
        self.field.setObjectName("command_field")
        self.field.setAccessibleName(self.tr("Search commands"))
        self.field.setPlaceholderText(self.tr("What do you want to do?"))
        self.list = QListWidget(self)
        self.list.setObjectName("command_list")
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_CommandDelegate(theme, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.field)
        self._column.addWidget(self.list)
        self.field.textChanged.connect(self._update_list)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._on_item_clicked)

    def open_over(self, actions: Sequence[QAction], window: QWidget) -> None:
        """Shows these actions at the top of a window."""
        self._actions = list(actions)
        theme = self._theme
        padding = theme.px(token("space.section_gap"))
        self._column.setContentsMargins(padding, padding, padding, padding)
        self._column.setSpacing(padding)
        width = min(theme.px(WIDTH), window.width() - 2 * padding)
        # Its frame is what the style sheet makes of it.
        self.list.ensurePolished()
        self.resize(QSize(width, self._height()))
        self.field.clear()
        self._update_list()
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - width) // 2, corner.y() + theme.px(token("layout.menu_row")))
        self.show()
        self.field.setFocus()

    @Slot()
    def _update_list(self) -> None:
        typed = self.field.text()
        found = [(rank, action) for action in self._actions if (rank := score(typed, _plain(action))) is not None]
        if typed:
            found.sort(key=lambda pair: -pair[0])
        self.list.clear()
        height = self._theme.px(token("control.height"))
        for _, action in found:
            item = QListWidgetItem(action.icon() if not action.icon().isNull() else self._no_icon(), _plain(action))
            item.setData(ACTION, action)
            item.setSizeHint(QSize(0, height))
            if not action.isEnabled():
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
            self.list.addItem(item)
        usable = (row for row in range(self.list.count()) if self.list.item(row).flags() & Qt.ItemFlag.ItemIsEnabled)
        self.list.setCurrentRow(next(usable, -1))
        self.resize(self.width(), self._height())

    def _height(self) -> int:
        """As high as the commands found need, up to so many rows."""
        theme = self._theme
        padding, row = theme.px(token("space.section_gap")), theme.px(token("control.height"))
        rows = min(ROWS, self.list.count())
        frame = 2 * self.list.frameWidth()
        self.list.setFixedHeight(rows * row + (padding + frame if rows else 0))
        self.list.setVisible(rows > 0)
        return row + self.list.height() * (rows > 0) + (3 if rows else 2) * padding

    def _no_icon(self) -> QIcon:
        """Room for an icon, so that all texts begin at the same place."""
        side = self._theme.px(token("palette.icon"))
        empty = QPixmap(side, side)
        empty.fill(Qt.GlobalColor.transparent)
        return QIcon(empty)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _MOVES:
                self.list.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._on_item_clicked(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    @Slot(QListWidgetItem)
    def _on_item_clicked(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            action: QAction = item.data(ACTION)
            self.hide()
            action.trigger()


def _plain(action: QAction) -> str:
    return action.text().rstrip("…")
