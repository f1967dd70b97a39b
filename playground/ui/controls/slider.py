"""A slider that goes where it is clicked, with a slim track and a round handle."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from playground.ui.theme import Theme, token


class Slider(QSlider):
    """A horizontal slider. A press on the track takes the handle there at once."""

    def __init__(self, theme: Theme, parent: QWidget, *, name: str, text: str) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFixedHeight(self._theme.px(token("control.height_compact")))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self._theme.px(token("control.height_compact")))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(48), self._theme.px(token("control.height_compact")))

    def _handle(self) -> float:
        return self._theme.px(token("control.slider_handle"))

    def _margin(self) -> float:
        """Room at both ends for the handle and its focus ring."""
        return self._handle() / 2 + token("state.focus.ring") + token("state.focus.offset")

    def _x_of(self, value: int) -> float:
        span = max(1, self.maximum() - self.minimum())
        return self._margin() + (self.width() - 2 * self._margin()) * (value - self.minimum()) / span

    def _value_at(self, x: float) -> int:
        share = (x - self._margin()) / max(1.0, self.width() - 2 * self._margin())
        return round(self.minimum() + max(0.0, min(1.0, share)) * (self.maximum() - self.minimum()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        self.setSliderPosition(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderPosition(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderPosition(self._value_at(event.position().x()))
            self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The wheel scrolls the column; a value under the pointer must not change by the way.
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, dark = self._theme, self._theme.name == "dark"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(token("state.disabled.opacity"))
        middle, x, track = self.height() / 2, self._x_of(self.sliderPosition()), theme.px(token("control.slider_track"))
        left, right = self._margin(), self.width() - self._margin()
        painter.setPen(Qt.PenStyle.NoPen)
        for start, end, path in ((left, right, "bg.track"), (left, x, "accent.base")):
            painter.setBrush(theme.color(path))
            painter.drawRoundedRect(QRectF(start, middle - track / 2, end - start, track), track / 2, track / 2)
        radius = self._handle() / 2
        if not dark:
            painter.setPen(QPen(theme.color("accent.base"), token("card.port.border")))
            radius -= token("card.port.border") / 2
        painter.setBrush(theme.color("text.primary" if dark else "bg.card"))
        painter.drawEllipse(QPointF(x, middle), radius, radius)
        if self.hasFocus():
            ring: float = token("state.focus.ring")
            painter.setPen(QPen(theme.color("accent.base"), ring))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            around = self._handle() / 2 + token("state.focus.offset") + ring / 2
            painter.drawEllipse(QPointF(x, middle), around, around)
