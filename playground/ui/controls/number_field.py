"""A field for one number, and the same between two buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from playground.document.params import Param, ParamError, Text
from playground.ui.controls.buttons import IconButton
from playground.ui.numbers import number, parse
from playground.ui.theme import Theme, token

MAX_TYPED = 400
# A parameter with this unit is a share from 0 to 1, shown and typed as 0 to 100.
PER_CENT = "%"


class ParamField(QLineEdit):
    """Takes a value of a parameter as text. `edited(value)` follows a valid entry, once it is finished; a bad one
    turns the field red, `refused(sentence)` says why, and nothing is applied. Escape brings the old value back;
    Escape once more and Enter after a valid entry are left to the window, which takes the keyboard back.
    `stepped(1)` and `stepped(-1)` follow the arrow keys."""

    edited = Signal(object)
    stepped = Signal(int)
    refused = Signal(str)

    def __init__(self, param: Param, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self._param = param
        self._value: object = None
        self.setObjectName(name)
        self.setAccessibleName(param.label)
        self.setMaxLength(MAX_TYPED)
        if not isinstance(param, Text):
            self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.textEdited.connect(self._on_text_edited)
        self.editingFinished.connect(self._on_editing_finished)

    def set_value(self, value: object) -> None:
        """Shows a value, unless the user is in the middle of typing another one."""
        changed = value != self._value
        self._value = value
        if changed or not (self.isModified() and self.hasFocus()):
            self._show()

    def _show(self) -> None:
        self.setText(self.text_of(self._value))
        self.setModified(False)
        self._mark("")

    def text_of(self, value: object) -> str:
        """A value as the field shows it."""
        if isinstance(value, (int, float)):
            unit = self._param.unit
            return number(value * 100 if unit == PER_CENT else value) + (f" {unit}" if unit else "")
        return str(value)

    def _mark(self, sentence: str) -> None:
        invalid = bool(sentence)
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setToolTip(sentence)
        self.refused.emit(sentence)

    def _checked(self) -> object:
        if isinstance(self._param, Text):
            return self._param.check(self.text().strip())
        typed = parse(self.text(), self._param.unit)
        if self._param.unit == PER_CENT and isinstance(typed, (int, float)):
            # A share is stored as a part of one; rounding undoes what the division adds.
            typed = round(typed / 100, 10)
        return self._param.check(typed)

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        try:
            self._checked()
        except ParamError as problem:
            self._mark(str(problem))
        else:
            self._mark("")

    @Slot()
    def _on_editing_finished(self) -> None:
        if not self.isModified():
            return
        try:
            value = self._checked()
        except ParamError as problem:
            self._mark(str(problem))
            return
        self.setModified(False)
        if value == self._value:
            self._show()
        else:
            self.edited.emit(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self._show()
            self.selectAll()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            # What was entered is done with: the window takes the keyboard back.
            event.setAccepted(bool(self.property("invalid")))
            return
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is not None and not self.isModified():
            self.stepped.emit(step)
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()


class Stepper(QFrame):
    """A field between a minus and a plus button. `edited(value)` follows typing, `stepped(value)` the buttons."""

    edited = Signal(object)
    stepped = Signal(object)
    refused = Signal(str)

    def __init__(self, theme: Theme, param: Param, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self._theme, self._param = theme, param
        self._value = int(param.default)
        self._down = IconButton(theme, "minus", self.tr("{}: less").format(param.label), self, name=f"{name}_less",
                                size="compact")  # fmt: skip
        self._up = IconButton(theme, "plus", self.tr("{}: more").format(param.label), self, name=f"{name}_more",
                              size="compact")  # fmt: skip
        self._field = ParamField(param, self, name=name)
        self._field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for widget in (self._down, self._field, self._up):
            self._row.addWidget(widget)
        for button in (self._down, self._up):
            button.setAutoRepeat(True)
        self._down.clicked.connect(self._on_down_clicked)
        self._up.clicked.connect(self._on_up_clicked)
        self._field.edited.connect(self.edited)
        self._field.stepped.connect(self._on_stepped)
        self._field.refused.connect(self.refused)
        self.setFocusProxy(self._field)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_value(self, value: object) -> None:
        """Shows a value."""
        self._value = int(str(value))
        self._field.set_value(value)
        self._down.setEnabled(self._takes(self._value - 1))
        self._up.setEnabled(self._takes(self._value + 1))

    def _takes(self, value: int) -> bool:
        try:
            self._param.check(value)
        except ParamError:
            return False
        return True

    @Slot(int)
    def _on_stepped(self, step: int) -> None:
        if self._takes(self._value + step):
            self.stepped.emit(self._value + step)

    @Slot()
    def _on_down_clicked(self) -> None:
        self.stepped.emit(self._value - 1)

    @Slot()
    def _on_up_clicked(self) -> None:
        self.stepped.emit(self._value + 1)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(token("space.steps")[0]))
        self._field.setFixedWidth(self._theme.px(token("layout.form_columns")[2]))
