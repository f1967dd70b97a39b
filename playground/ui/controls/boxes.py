"""Check boxes and lists that drop down, with marks drawn from the icons of the theme."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from playground.ui.icons import paint_icon
from playground.ui.theme import Theme, token


class CheckBox(QCheckBox):
    """A box to tick, with its text at its right."""

    def __init__(self, theme: Theme, text: str, parent: QWidget, *, name: str, accessible: str = "") -> None:
        super().__init__(text, parent)
        self._theme = theme
        self.setObjectName(name)
        self.setAccessibleName(accessible or text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.changed.connect(self._on_theme_changed)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def _room(self) -> int:
        """Around the box, for the focus ring."""
        return int(token("state.focus.ring")) + int(token("state.focus.offset"))

    def sizeHint(self) -> QSize:
        box = self._theme.px(token("control.checkbox")) + 2 * self._room()
        text = self.fontMetrics().horizontalAdvance(self.text())
        gap = self._theme.px(6) if self.text() else 0
        return QSize(box + gap + text, max(self._theme.px(token("control.height_compact")), box))

    minimumSizeHint = sizeHint

    def hitButton(self, position: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(token("state.disabled.opacity"))
        side, room = theme.px(token("control.checkbox")), self._room()
        box = QRectF(room, (self.height() - side) / 2, side, side)
        radius = theme.px(token("radius.checkbox"))
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent.base"))
            painter.drawRoundedRect(box, radius, radius)
            inset = side * 0.1
            paint_icon(painter, box.adjusted(inset, inset, -inset, -inset), "check", theme.color("accent.on"))
        else:
            painter.setPen(QPen(theme.color("text.caption" if self.underMouse() else "line.strong"), 1))
            painter.setBrush(theme.field_color())
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        if self.hasFocus():
            ring: float = token("state.focus.ring")
            out = token("state.focus.offset") + ring / 2
            painter.setPen(QPen(theme.color("accent.base"), ring))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-out, -out, out, out), radius + out, radius + out)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.rect().adjusted(round(box.right()) + room + theme.px(4), 0, 0, 0)
        painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), self.text())


class ChoiceBox(QComboBox):
    """A list that drops down. `chosen(value)` follows a choice of the user."""

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, options: Sequence[tuple[str, str]], parent: QWidget, *, name: str, text: str
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        # The delegate that obeys the style sheet's `item` rules.
        self.setItemDelegate(QStyledItemDelegate(self))
        for value, label in options:
            self.addItem(label, value)
        self.activated.connect(self._on_activated)
        theme.changed.connect(self.update)

    @property
    def value(self) -> str:
        """The chosen value."""
        return str(self.currentData())

    def set_value(self, value: str) -> None:
        """Shows a choice without reporting it."""
        self.setCurrentIndex(self.findData(value))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.chosen.emit(str(self.itemData(index)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The wheel scrolls the column; a value under the pointer must not change by the way.
        event.ignore()

    def showPopup(self) -> None:
        # However narrow the box, what can be chosen is read in full.
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0))
        super().showPopup()

    @property
    def shown_text(self) -> str:
        """The choice as it stands there: both ends of it where it is too long."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width()
        # The style keeps a pixel free on each side of the text.
        return self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideMiddle, room - 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown_text
        styled = QStylePainter(self)
        styled.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        styled.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        styled.end()
        side = self._theme.px(12)
        right = self.width() - self._theme.px(8)
        rect = QRectF(right - side, (self.height() - side) / 2, side, side)
        color = "text.secondary" if self.isEnabled() else "text.disabled"
        painter = QPainter(self)
        paint_icon(painter, rect, "chevron_down", self._theme.color(color))
