"""Forms made from parameters: one row for each, with the control that suits its kind.

Every edit is reported with a gesture: edits of one drag of a slider share it, so they become one undo step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.document.params import Param, Value
from playground.ui.controls.rows import Row, TextRow, row_for
from playground.ui.theme import Theme


class Form(QWidget):
    """Rows for parameters. `edited(name, value, gesture)` follows every valid entry; values come back by `show_values`.

    The same parameters keep their rows, so the focus stays where it is while values change.
    """

    edited = Signal(str, object, object)

    def __init__(self, theme: Theme, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self._theme = theme
        self._params: tuple[Param, ...] = ()
        self._rows: dict[str, Row] = {}
        self.setObjectName(name)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)

    def show_values(self, params: Sequence[Param], values: Mapping[str, Value]) -> None:
        """Shows these parameters with these values."""
        if tuple(params) != self._params:
            self._build(tuple(params))
        for param in self._params:
            row = self._rows[param.name]
            row.set_value(values[param.name])
            row.setVisible(param.shown_when is None or values[param.shown_when[0]] == param.shown_when[1])

    def set_placeholder(self, name: str, text: str) -> None:
        """What an empty text field of this name stands for."""
        row = self._rows.get(name)
        if isinstance(row, TextRow):
            row.field.setPlaceholderText(text)

    def set_note(self, name: str, text: str) -> None:
        """What the value of a parameter comes to, as a line under its control."""
        self._rows[name].set_note(text)

    def focus(self, name: str) -> None:
        """Goes to the control of a parameter."""
        if name in self._rows:
            self._rows[name].focus()

    def _build(self, params: tuple[Param, ...]) -> None:
        kept = {param.name: row for param in params if (row := self._rows.get(param.name)) and row.param == param}
        for name, row in self._rows.items():
            self._column.removeWidget(row)
            if name not in kept:
                row.hide()
                row.deleteLater()
        self._params, self._rows = params, {}
        for param in params:
            row = kept.get(param.name) or self._new_row(param)
            self._rows[param.name] = row
            self._column.addWidget(row)

    def _new_row(self, param: Param) -> Row:
        row = row_for(self._theme, param, self, self.objectName())
        row.edited.connect(self.edited)
        return row
