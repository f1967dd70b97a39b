"""A field over one cell of a matrix, for cells that are too small to be written in."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtWidgets import QWidget

from playground.ui.controls.passing_field import PassingField
from playground.ui.inspector.cells import CellGrid
from playground.ui.theme import Theme

WIDTH, HEIGHT = 72, 26
MOST_LETTERS = 24


class CellField(PassingField):
    """Begins with what was typed, and says with `entered(text)` what is written in the end."""

    entered = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, cells: CellGrid, place: tuple[int, int], text: str) -> None:
        super().__init__(text, parent, cells)
        self.setMaxLength(MOST_LETTERS)
        cell = cells.cell_rect(*place).translated(QPointF(cells.mapTo(parent, QPoint())))
        width, height = theme.px(WIDTH), theme.px(HEIGHT)
        left = max(0, min(round(cell.center().x() - width / 2), parent.width() - width))
        top = max(0, min(round(cell.center().y() - height / 2), parent.height() - height))
        self.setGeometry(left, top, width, height)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, text: str) -> None:
        self.entered.emit(text)
