"""Buttons: with text, with an icon, or both. The mouse gives them no focus, so a focus ring means the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from playground.ui.icons import icon
from playground.ui.theme import Theme

ICON_GAP = "\u2009\u2009"
# The colour of the icon on each kind of button.
_ICON_COLORS = {"primary": "accent.on", "": "text.primary", "flat": "text.secondary"}


class Button(QPushButton):
    """A button with text. `role` is "" for an ordinary one, "primary" for the one filled one, "flat" for a quiet
    one; `size` is "", "transport" or "compact"."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        parent: QWidget,
        *,
        name: str,
        icon_name: str = "",
        role: str = "",
        size: str = "",
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon_name, self._role = theme, icon_name, role
        self._room: tuple[str, ...] = ()
        self.setObjectName(name)
        self.set_text(text)
        self.setProperty("role", role)
        self.setProperty("extent", size)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_text(self, text: str) -> None:
        """Says something else; empty leaves the icon alone."""
        # Qt has no measure for the gap between icon and text.
        self.setText(f"{ICON_GAP}{text}" if text and self._icon_name else text)
        if text:
            self.setAccessibleName(text)
        if bool(self.property("square")) != (not text):
            self.setProperty("square", not text)
            self.style().unpolish(self)
            self.style().polish(self)

    def keep_room(self, *texts: str) -> None:
        """Keeps the button as wide as the widest of these texts needs, so that a change moves nothing beside it."""
        self._room = texts
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if self._room:
            widest = max(self._measured(f"{ICON_GAP}{text}" if self._icon_name else text) for text in self._room)
            hint.setWidth(hint.width() + max(0, widest - self._measured(self.text())))
        return hint

    def _measured(self, text: str) -> int:
        # As Qt measures the text of a button; the advance alone may differ by a pixel.
        return self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width()

    minimumSizeHint = sizeHint

    def set_icon(self, icon_name: str) -> None:
        """Shows another icon."""
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        if self._icon_name:
            self.setIcon(icon(self._theme, self._icon_name, _ICON_COLORS[self._role]))
            self.setIconSize(QSize(self._theme.px(16), self._theme.px(16)))


class IconButton(QToolButton):
    """A square button with an icon alone. Its tool tip is its name and its shortcut."""

    def __init__(
        self, theme: Theme, icon_name: str, text: str, parent: QWidget, *, name: str, role: str = "flat", size: str = ""
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon_name = theme, icon_name
        self.setObjectName(name)
        self.setProperty("role", role)
        self.setProperty("extent", size)
        self.setProperty("square", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_text(text)
        theme.changed.connect(self._on_theme_changed)
        self.toggled.connect(self._on_theme_changed)
        self._on_theme_changed()

    def sizeHint(self) -> QSize:
        # Qt asks for a little more than the style sheet allows.
        return super().sizeHint().boundedTo(self.maximumSize())

    def set_text(self, text: str, shortcut: str = "") -> None:
        """The name that screen readers say and the tool tip shows."""
        self.setAccessibleName(text)
        self.setToolTip(f"{text} ({shortcut})" if shortcut else text)

    def set_icon(self, icon_name: str) -> None:
        """Shows another icon."""
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        color = "accent.base" if self.isChecked() else "text.secondary"
        self.setIcon(icon(self._theme, self._icon_name, color))
        self.setIconSize(QSize(self._theme.px(16), self._theme.px(16)))


class ActionButton(IconButton):
    """An icon button that stands for an action: name, shortcut, state and click are the action's."""

    def __init__(self, theme: Theme, icon_name: str, action: QAction, parent: QWidget, size: str = "") -> None:
        super().__init__(theme, icon_name, action.text(), parent, name=f"{action.objectName()}_button", size=size)
        self._action = action
        self.setCheckable(action.isCheckable())
        action.changed.connect(self._on_action_changed)
        self.clicked.connect(action.trigger)
        self._on_action_changed()

    @Slot()
    def _on_action_changed(self) -> None:
        self.set_text(self._action.text().rstrip("."), self._action.shortcut().toString())
        self.setEnabled(self._action.isEnabled())
        self.setChecked(self._action.isChecked())
