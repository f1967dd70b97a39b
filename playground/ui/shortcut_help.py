"""The shortcut help: every action that has a key, in the order of the menus, and the keys of the canvas."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from playground.ui.actions import MENUS, SPECS, Actions
from playground.ui.controls.labels import Label
from playground.ui.editor.keys import CANVAS_KEYS
from playground.ui.theme import Theme, token

COLUMNS, KEY_WIDTH = 3, 96


@dataclass(frozen=True)
class Line:
    """What to press and what it does; `name` is that of the action."""

    keys: str
    text: str
    name: str


Group = tuple[str, list[Line]]


class ShortcutHelp(QDialog):
    """A window beside the main one; Escape closes it."""

    def __init__(self, theme: Theme, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut_help")
        self.setWindowTitle(self.tr("Shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        margin = theme.px(token("space.steps")[4])
        row = QHBoxLayout(self)
        row.setContentsMargins(margin, margin, margin, margin)
        row.setSpacing(2 * margin)
        for groups in _shared_out(_groups(actions, self.tr("Panels in view"))):
            column = QVBoxLayout()
            column.setSpacing(margin)
            for title, members in groups:
                column.addLayout(self._group(theme, title, members))
            column.addStretch(1)
            row.addLayout(column)

    def _group(self, theme: Theme, title: str, members: list[Line]) -> QGridLayout:
        """A title, then a line for each key."""
        group = QGridLayout()
        group.setHorizontalSpacing(theme.px(token("space.steps")[2]))
        group.setVerticalSpacing(theme.px(token("space.steps")[0]))
        group.setColumnMinimumWidth(0, theme.px(KEY_WIDTH))
        group.setColumnStretch(1, 1)
        group.addWidget(Label(title, self, "title"), 0, 0, 1, 2)
        for number, line in enumerate(members, 1):
            key = Label(line.keys, self, "key", f"key_{line.name}")
            group.addWidget(key, number, 0, Qt.AlignmentFlag.AlignLeft)
            group.addWidget(Label(line.text, self, "body"), number, 1)
        return group


def _groups(actions: Actions, views_title: str) -> list[Group]:
    """The actions that have a key, by menu, those of the views, and what else the canvas understands."""
    groups = []
    for menu, title in MENUS.items():
        members = [actions[spec.name] for spec in actions.of_menu(menu)]
        with_keys = [action for action in members if action.isVisible() and not action.shortcut().isEmpty()]
        groups.append((QCoreApplication.translate("Menu", title), _lines(with_keys)))
    translate = QCoreApplication.translate
    canvas = [Line(translate("Keys", keys), translate("Keys", text), "canvas") for keys, text in CANVAS_KEYS]
    groups.append((translate("Keys", "On the canvas"), canvas))
    return [(title, members) for title, members in (*groups, (views_title, _lines(actions.of_views()))) if members]


def _lines(actions: list[QAction]) -> list[Line]:
    return [Line(action.shortcut().toString(), _said(action), action.objectName()) for action in actions]


def _said(action: QAction) -> str:
    """What an action does: that of undo and redo is the text of the table, without the step they would take now."""
    usual = next((spec.text for spec in SPECS if spec.name == action.objectName() and not spec.target), None)
    return action.text().rstrip("…") if usual is None else QCoreApplication.translate("Action", usual)


def _shared_out(groups: list[Group]) -> list[list[Group]]:
    """The groups in columns of about the same length, the longest first."""
    columns: list[list[Group]] = [[] for _ in range(COLUMNS)]
    lengths = [0] * COLUMNS
    for title, members in sorted(groups, key=lambda group: -len(group[1])):
        shortest = lengths.index(min(lengths))
        columns[shortest].append((title, members))
        lengths[shortest] += len(members) + 2
    return columns
