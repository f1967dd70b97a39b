"""What can be done to several selected layers at once, as buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from playground.ui.controls.buttons import ActionButton, Button
from playground.ui.theme import Theme, token

# Names of actions. Those that arrange have pictures that say what they do.
ALIGN = ("align_left", "align_centre", "align_right", "align_top", "align_middle", "align_bottom")
DISTRIBUTE = ("distribute_across", "distribute_down")
OTHERS = ("group", "duplicate", "bypass", "freeze", "delete")
COLUMNS = 2


class SeveralLayers(QWidget):
    """Buttons for the actions that take several layers; they can be used whenever the actions can."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("several_layers")
        self._column = QVBoxLayout(self)
        self._arranging, self._others = QHBoxLayout(), QGridLayout()
        self._column.addLayout(self._arranging)
        self._column.addLayout(self._others)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def take_actions(self, find: Callable[[str], QAction]) -> None:
        """Makes the buttons, for actions found by their names."""
        for name in (*ALIGN, *DISTRIBUTE):
            self._arranging.addWidget(ActionButton(self._theme, name, find(name), self, size="compact"))
        self._arranging.insertStretch(len(ALIGN))
        for number, name in enumerate(OTHERS):
            action = find(name)
            button = Button(self._theme, action.text(), self, name=f"several_{name}", size="compact")
            _Follower(button, action)
            self._others.addWidget(button, number // COLUMNS, number % COLUMNS)

    @Slot()
    def _on_theme_changed(self) -> None:
        gap = self._theme.px(token("space.control_gap"))
        self._column.setContentsMargins(0, gap, 0, gap)
        self._column.setSpacing(gap)
        self._arranging.setSpacing(0)
        self._others.setSpacing(gap)


class _Follower(QObject):
    """Keeps a button like its action."""

    def __init__(self, button: Button, action: QAction) -> None:
        super().__init__(button)
        self._button, self._action = button, action
        button.setToolTip(action.toolTip())
        button.clicked.connect(action.trigger)
        action.changed.connect(self._update)
        self._update()

    @Slot()
    def _update(self) -> None:
        self._button.setEnabled(self._action.isEnabled())
