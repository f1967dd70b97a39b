"""Rows of a form: a label and the control that suits the kind of parameter."""

from __future__ import annotations

import itertools

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.document.params import Choice, Flag, Float, Int, Param, Value
from playground.ui.controls.boxes import CheckBox, ChoiceBox
from playground.ui.controls.labels import ElidedLabel, Label
from playground.ui.controls.number_field import ParamField, Stepper
from playground.ui.controls.scale import Scale
from playground.ui.controls.segmented import Segmented
from playground.ui.controls.slider import Slider
from playground.ui.theme import Theme, token

# Whole numbers of at most this are stepped through, and those without an end, such as a seed; others get a slider.
STEPPED, ENDLESS = 256, 10**9
# More options than this, or longer texts in sum, drop down instead of standing side by side.
SEGMENTS = 3
SEGMENT_TEXT = 18

_gestures = itertools.count()


def new_gesture() -> tuple[str, int]:
    """A token that no other gesture has: edits that share it become one undo step."""
    return "gesture", next(_gestures)


class Row(QWidget):
    """One line of a form: label, control, and under them the sentence on a bad entry."""

    edited = Signal(str, object, object)

    def __init__(self, theme: Theme, param: Param, parent: QWidget, prefix: str) -> None:
        super().__init__(parent)
        self.param = param
        self._theme = theme
        self.setObjectName(f"{prefix}_{param.name}_row")
        self._label = ElidedLabel(param.label, self, "secondary")
        self._label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._message = Label("", self, "error", f"{prefix}_{param.name}_message", wrap=True)
        self._message.hide()
        self._note = Label("", self, "caption", f"{prefix}_{param.name}_note")
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._note.hide()
        self._line = QHBoxLayout()
        self._line.addWidget(self._label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._line)
        column.addWidget(self._note)
        column.addWidget(self._message)
        self.setToolTip(param.help)
        theme.changed.connect(self._on_theme_changed)

    def set_value(self, value: Value) -> None:
        """Shows a value."""
        raise NotImplementedError

    def set_note(self, text: str) -> None:
        """Says under the control what its value comes to."""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def focus(self) -> None:
        """Goes to the control."""
        control = self.focusProxy()
        if control is not None:
            control.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _report(self, value: object, gesture: object = None) -> None:
        self.edited.emit(self.param.name, value, gesture if gesture is not None else new_gesture())

    @Slot(object)
    def _on_edited(self, value: object) -> None:
        self._report(value)

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._message.setVisible(bool(sentence))

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        columns = token("layout.form_columns")
        self._label.setFixedWidth(theme.px(columns[0]))
        self._label.setMinimumHeight(theme.px(token("layout.form_row")))
        self._line.setSpacing(theme.px(token("space.section_gap")))
        self._message.setContentsMargins(0, 0, 0, theme.px(token("space.steps")[0]))


class SliderRow(Row):
    """A slider and a field for the same number."""

    def __init__(self, theme: Theme, param: Int | Float, parent: QWidget, prefix: str) -> None:
        super().__init__(theme, param, parent, prefix)
        self._scale = Scale.of(param)
        self._value: float = param.default
        self._gesture: object = None
        name = f"{prefix}_{param.name}"
        self._slider = Slider(theme, self, name=f"{name}_slider", text=param.label)
        self._slider.setRange(0, len(self._scale.values) - 1)
        self._field = ParamField(param, self, name=name)
        self._line.addWidget(self._slider, 1)
        self._line.addWidget(self._field)
        self._slider.sliderPressed.connect(self._on_slider_pressed)
        self._slider.sliderReleased.connect(self._on_slider_released)
        self._slider.valueChanged.connect(self._on_slider_moved)
        self._field.edited.connect(self._on_edited)
        self._field.stepped.connect(self._on_stepped)
        self._field.refused.connect(self._on_refused)
        self.setFocusProxy(self._field)
        self._on_theme_changed()

    def set_value(self, value: Value) -> None:
        """Shows a value, which need not be one of the slider's."""
        self._value = float(value)
        self._field.set_value(value)
        self._slider.blockSignals(True)
        self._slider.setValue(self._scale.position(float(value)))
        self._slider.blockSignals(False)

    @Slot()
    def _on_slider_pressed(self) -> None:
        self._gesture = new_gesture()

    @Slot()
    def _on_slider_released(self) -> None:
        self._gesture = None

    @Slot(int)
    def _on_slider_moved(self, position: int) -> None:
        value = self.param.check(self._scale.values[position])
        if value != self._value:
            self._report(value, self._gesture)

    @Slot(int)
    def _on_stepped(self, step: int) -> None:
        """One more or less of a whole number; other numbers take the next place of the slider."""
        if not isinstance(self.param, Int):
            self._slider.setValue(self._slider.value() + step)
        elif self.param.minimum <= self._value + step <= self.param.maximum:
            self._report(int(self._value) + step)

    @Slot()
    def _on_theme_changed(self) -> None:
        super()._on_theme_changed()
        self._field.setFixedWidth(self._theme.px(token("layout.form_columns")[2]))


class StepperRow(Row):
    """A small whole number between a minus and a plus button."""

    def __init__(self, theme: Theme, param: Int, parent: QWidget, prefix: str) -> None:
        super().__init__(theme, param, parent, prefix)
        self._stepper = Stepper(theme, param, self, name=f"{prefix}_{param.name}")
        self._line.addStretch(1)
        self._line.addWidget(self._stepper)
        self._stepper.edited.connect(self._on_edited)
        self._stepper.stepped.connect(self._on_edited)
        self._stepper.refused.connect(self._on_refused)
        self.setFocusProxy(self._stepper)
        self._on_theme_changed()

    def set_value(self, value: Value) -> None:
        self._stepper.set_value(value)


class ChoiceRow(Row):
    """Named options, side by side where they are few and short."""

    def __init__(self, theme: Theme, param: Choice, parent: QWidget, prefix: str) -> None:
        super().__init__(theme, param, parent, prefix)
        name = f"{prefix}_{param.name}"
        few = len(param.options) <= SEGMENTS and sum(len(text) for _, text in param.options) <= SEGMENT_TEXT
        self._control: Segmented | ChoiceBox
        if few:
            self._control = Segmented(theme, param.options, self, name=name, text=param.label, height="height_compact")
            self._line.addStretch(1)
            self._line.addWidget(self._control)
        else:
            self._control = ChoiceBox(theme, param.options, self, name=name, text=param.label)
            self._line.addWidget(self._control, 1)
        self._control.chosen.connect(self._on_chosen)
        self.setFocusProxy(self._control)
        self._on_theme_changed()

    def set_value(self, value: Value) -> None:
        self._control.set_value(str(value))

    @Slot(str)
    def _on_chosen(self, value: str) -> None:
        self._report(value)


class FlagRow(Row):
    """Yes or no."""

    def __init__(self, theme: Theme, param: Flag, parent: QWidget, prefix: str) -> None:
        super().__init__(theme, param, parent, prefix)
        self._box = CheckBox(theme, "", self, name=f"{prefix}_{param.name}", accessible=param.label)
        self._line.addStretch(1)
        self._line.addWidget(self._box)
        self._box.clicked.connect(self._on_edited)
        self.setFocusProxy(self._box)
        self._on_theme_changed()

    def set_value(self, value: Value) -> None:
        self._box.setChecked(bool(value))


class TextRow(Row):
    """A line of text."""

    def __init__(self, theme: Theme, param: Param, parent: QWidget, prefix: str) -> None:
        super().__init__(theme, param, parent, prefix)
        self.field = ParamField(param, self, name=f"{prefix}_{param.name}")
        self._line.addWidget(self.field, 1)
        self.field.edited.connect(self._on_edited)
        self.field.refused.connect(self._on_refused)
        self.setFocusProxy(self.field)
        self._on_theme_changed()

    def set_value(self, value: Value) -> None:
        self.field.set_value(value)


def row_for(theme: Theme, param: Param, parent: QWidget, prefix: str) -> Row:
    """The row that suits a parameter."""
    match param:
        case Flag():
            return FlagRow(theme, param, parent, prefix)
        case Choice():
            return ChoiceRow(theme, param, parent, prefix)
        case Int() if not STEPPED < param.maximum < ENDLESS:
            return StepperRow(theme, param, parent, prefix)
        case Int() | Float():
            return SliderRow(theme, param, parent, prefix)
        case _:
            return TextRow(theme, param, parent, prefix)
