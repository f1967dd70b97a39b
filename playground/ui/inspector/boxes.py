"""Parts of the inspector's panels: shapes in frames, and where parameters come from."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from playground.ui.controls.labels import Label
from playground.ui.numbers import whole
from playground.ui.theme import Theme, token

# The most parts that the parameters of a layer come in.
ROWS = 3


class ShapeText(Label):
    """Shapes in one line: without the spaces around × where there is little room, cut where there is still less."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics, room = self.fontMetrics(), self.contentsRect()
        tight = self.text().replace(" × ", "×")
        shown = self.text() if metrics.horizontalAdvance(self.text()) <= room.width() else tight
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        cut = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(self.alignment() | Qt.TextFlag.TextSingleLine), cut)
        self.setToolTip(self.text() if cut != shown else "")


class ShapeBox(QFrame):
    """A shape in a frame with a word above it."""

    def __init__(self, theme: Theme, title: str, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "box")
        self.setObjectName(name)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(Label(title, self, "caption"))
        self.shape = ShapeText("–", self, "figure", f"{name}_text")
        self._column.addWidget(self.shape)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        side, top = self._theme.px(token("space.steps")[1] + 2), self._theme.px(token("space.steps")[0] + 2)
        self._column.setContentsMargins(side, top, side, top)


class ParameterLines(QWidget):
    """Where the parameters of a layer come from: a line for each part, such as weights and biases, and a remark."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("parameter_lines")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(0, 1)
        self._labels = [
            (Label("", self, "secondary", f"parameters_{row}", wrap=True), Label("", self, "body"))
            for row in range(ROWS)
        ]
        for row, (text, count) in enumerate(self._labels):
            count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(text, row, 0)
            self._grid.addWidget(count, row, 1)
        self._remark = Label("", self, "caption", "parameters_remark", wrap=True)
        self._grid.addWidget(self._remark, ROWS, 0, 1, 2)

    def show_lines(self, lines: list[tuple[str, int]], remark: str = "") -> None:
        """Shows texts and their counts, and a remark below them."""
        for number, (text, count) in enumerate(self._labels):
            given = number < len(lines)
            text.setText(lines[number][0] if given else "")
            count.setText(whole(lines[number][1]) if given else "")
            text.setVisible(given)
            count.setVisible(given)
        self._remark.setText(remark)
        self._remark.setVisible(bool(remark))
