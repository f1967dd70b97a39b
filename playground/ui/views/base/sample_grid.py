"""Samples in a grid to click, with what each was taken for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.numbers import share_text
from playground.ui.theme import Theme, token
from playground.ui.views.base.readout import Readout, Row
from playground.ui.views.base.samples import paint_picture

COLUMNS = 5


class SampleGrid(QWidget):
    """Pictures in rows, below each what it was taken for: orange where that is wrong. `chosen(number)` follows a
    click or an arrow key. A `plain` grid has no room for words below its pictures."""

    chosen = Signal(int)

    def __init__(
        self, theme: Theme, parent: QWidget, *, name: str, columns: int = COLUMNS, plain: bool = False
    ) -> None:
        super().__init__(parent)
        self._theme, self._columns, self._plain = theme, columns, plain
        self.images: list[QImage] = []
        self.names: tuple[str, ...] = ()
        self.truth: NDArray[Any] = np.empty(0, np.int64)
        self.predicted: NDArray[Any] = np.empty(0, np.int64)
        self.shares: NDArray[np.float32] | None = None
        self.current: int | None = None
        self._ringed = False
        self.readout = Readout(theme, self)
        self.setObjectName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    # -- geometry -------------------------------------------------------------------------------------------------

    @property
    def _long(self) -> bool:
        """True where names of classes are words: what a sample is and what it was taken for have a line each."""
        return max(map(len, self.names), default=0) > 2

    def _cell(self, width: int) -> tuple[float, float, int]:
        """Width and height of a cell and the gap between cells."""
        theme = self._theme
        gap, padding = theme.px(8), theme.px(token("space.panel_padding"))
        side = (width - 2 * padding - (self._columns - 1) * gap) / self._columns
        lines = (2 if self._long else 1) * token("type.styles.caption.line")
        words = 0 if self._plain else theme.px(4 + lines + 5)
        return side, side + words, gap

    def heightForWidth(self, width: int) -> int:
        _, height, gap = self._cell(width)
        rows = -(-max(1, len(self.images)) // self._columns)
        return round(rows * (height + gap)) + self._theme.px(4)

    def sizeHint(self) -> QSize:
        width = self._theme.px(token("layout.context.train"))
        return QSize(width, self.heightForWidth(width))

    def rect_of(self, number: int) -> QRectF:
        """Where the picture of a sample stands."""
        side, height, gap = self._cell(self.width())
        row, column = divmod(number, self._columns)
        padding = self._theme.px(token("space.panel_padding"))
        return QRectF(padding + column * (side + gap), row * (height + gap), side, side)

    def _number_at(self, place: QPoint) -> int | None:
        _, height, gap = self._cell(self.width())
        for number in range(len(self.images)):
            rect = self.rect_of(number)
            if rect.adjusted(0, 0, gap, height - rect.height()).contains(place):
                return number
        return None

    # -- words ----------------------------------------------------------------------------------------------------

    def is_wrong(self, number: int) -> bool:
        """True where the prediction is there and is not the class of the sample."""
        return number < len(self.predicted) and self.predicted[number] != self.truth[number]

    def caption(self, number: int) -> tuple[str, str]:
        """The two parts of the text below a sample: plain, and bold where it is wrong. Words stand below each
        other."""
        true = self._name(self.truth[number])
        if not self.is_wrong(number):
            return (true, "")
        taken = self._name(self.predicted[number])
        return (true, taken) if self._long else (self.tr("{true} as ").format(true=true), taken)

    def _name(self, number: int) -> str:
        return self.names[number] if number < len(self.names) else str(number)

    # -- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for number, image in enumerate(self.images):
            rect = self.rect_of(number)
            here = number == self.current
            color = "accent.base" if here and self._ringed else "text.primary" if here else "line.strong"
            paint_picture(painter, rect, image, self._theme, color, token("border.selected") if here else 1)
            if number < len(self.predicted):
                self._draw_caption(painter, number, rect)

    def _draw_caption(self, painter: QPainter, number: int, rect: QRectF) -> None:
        theme = self._theme
        plain, bold = self.caption(number)
        font = theme.font("caption")
        height = theme.px(token("type.styles.caption.line"))
        line = QRectF(rect.left(), rect.bottom() + theme.px(3), rect.width(), height)
        painter.setFont(font)
        painter.setPen(theme.color("text.secondary"))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        shown = painter.fontMetrics().elidedText(plain, Qt.TextElideMode.ElideRight, int(line.width()))
        painter.drawText(line, side, shown)
        if bold:
            if self._long:
                line.translate(0, height)
            else:
                line.setLeft(line.left() + painter.fontMetrics().horizontalAdvance(shown))
            font.setWeight(QFont.Weight.DemiBold)
            painter.setFont(font)
            painter.setPen(theme.color("value.negative"))
            painter.drawText(
                line, side, painter.fontMetrics().elidedText(bold, Qt.TextElideMode.ElideRight, int(line.width()))
            )
        if self.shares is not None:
            bottom = rect.bottom() + theme.px(3) + height * (2 if self._long else 1)
            bar = QRectF(rect.left(), bottom + theme.px(1), rect.width(), theme.px(2))
            painter.fillRect(bar, theme.color("bg.track"))
            bar.setWidth(bar.width() * float(self.shares[number]))
            painter.fillRect(bar, theme.color("value.negative" if bold else "text.disabled"))

    # -- what the user does -----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._number_at(event.position().toPoint())
        if number is not None and event.button() == Qt.MouseButton.LeftButton:
            self._ringed = False
            self.chosen.emit(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self._number_at(event.position().toPoint())
        if number is None:
            self.readout.hide()
        elif rows := self._rows(number):
            self.readout.show_at(self.rect_of(number).center().toPoint(), rows)

    def _rows(self, number: int) -> list[Row]:
        rows: list[Row] = []
        if number < len(self.truth):
            rows.append(("", self.tr("Is"), self._name(self.truth[number])))
        if number < len(self.predicted):
            rows.append(("", self.tr("Taken for"), self._name(self.predicted[number])))
        if self.shares is not None and number < len(self.shares):
            rows.append(("", self.tr("Probability"), share_text(float(self.shares[number])) + " %"))
        return rows

    def leaveEvent(self, event: QEvent) -> None:
        self.readout.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -self._columns, Qt.Key.Key_Down: self._columns,
        }  # fmt: skip
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self.images:
            event.ignore()
            return
        target = 0 if self.current is None else self.current + step
        self._ringed = True
        if 0 <= target < len(self.images):
            self.chosen.emit(target)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ringed = False
        self.update()
