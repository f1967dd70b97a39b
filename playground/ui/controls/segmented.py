"""A choice of a few options that are all in view."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget

from playground.ui.controls.buttons import ICON_GAP
from playground.ui.icons import icon
from playground.ui.theme import Theme, token


class Segmented(QFrame):
    """Buttons side by side of which one is chosen. `chosen(value)` follows a choice of the user.

    `options` are pairs of value and text; `icons` are names of icons by value, `icons_only` leaves the texts to the
    tool tips.
    """

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, options: Sequence[tuple[str, str]], parent: QWidget, *, name: str, text: str,
        icons: dict[str, str] | None = None, icons_only: bool = False, height: str = "height",
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._theme, self._icons, self._height = theme, icons or {}, height
        self.setProperty("role", "segmented")
        self.setObjectName(name)
        self.setAccessibleName(text)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        for value, label in options:
            self._buttons[value] = button = QToolButton(self)
            button.setText(label)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setObjectName(f"{name}_{value}")
            button.setAccessibleName(f"{text}: {label}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._dress(button, value, label, icons_only)
            self._group.addButton(button)
            self._row.addWidget(button)
        self._group.buttonClicked.connect(self._on_button_clicked)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _dress(self, button: QToolButton, value: str, label: str, icons_only: bool) -> None:
        style = Qt.ToolButtonStyle.ToolButtonTextOnly
        if value in self._icons:
            style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            button.setText(f"{ICON_GAP}{label}")
            if icons_only:
                style = Qt.ToolButtonStyle.ToolButtonIconOnly
                button.setToolTip(label)
        button.setToolButtonStyle(style)

    @property
    def value(self) -> str:
        """The chosen value; empty when none is."""
        return next((value for value, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Shows a choice without reporting it."""
        button = self._buttons.get(value)
        if button is not None:
            button.setChecked(True)
        elif self.value:
            self._group.setExclusive(False)
            self._buttons[self.value].setChecked(False)
            self._group.setExclusive(True)

    def set_text(self, value: str, text: str) -> None:
        """Gives an option another text."""
        self._buttons[value].setText(text)
        self._buttons[value].setAccessibleName(f"{self.accessibleName()}: {text}")

    def show_icons(self, shown: bool) -> None:
        """Shows the icons beside the texts, or gives them up to save room."""
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if shown else Qt.ToolButtonStyle.ToolButtonTextOnly
        for value in self._icons:
            self._buttons[value].setToolButtonStyle(style)
        # At once: whoever asks for less wants to know how wide it is now.
        self._row.invalidate()
        self.updateGeometry()

    def set_available(self, value: str, reason: str = "") -> None:
        """Greys an option and says why, or frees it with an empty reason."""
        button = self._buttons[value]
        button.setEnabled(not reason)
        button.setToolTip(reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        values = [value for value, button in self._buttons.items() if button.isEnabled()]
        if step is None or not values:
            super().keyPressEvent(event)
            return
        at = values.index(self.value) + step if self.value in values else 0
        button = self._buttons[values[at % len(values)]]
        button.setFocus(Qt.FocusReason.TabFocusReason)
        button.click()

    @Slot(object)
    def _on_button_clicked(self, clicked: object) -> None:
        self.chosen.emit(next(value for value, button in self._buttons.items() if button is clicked))

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        margin: int = token("border.hairline") + 1
        self._row.setContentsMargins(margin, margin, margin, margin)
        self.setFixedHeight(theme.px(token(f"control.{self._height}")))
        for value, button in self._buttons.items():
            button.setFixedHeight(self.height() - 2 * margin)
            if value in self._icons:
                button.setIcon(icon(theme, self._icons[value], "text.primary"))
                button.setIconSize(QSize(theme.px(16), theme.px(16)))
