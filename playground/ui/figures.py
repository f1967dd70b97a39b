"""Figures of the transport row: a name with the colour of its curve, and under it the value."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.numbers import whole
from playground.ui.theme import Theme, token

Align = Qt.AlignmentFlag


class Figure(QWidget):
    """One figure. Its width comes from the widest value it may show, so nothing moves while numbers change."""

    def __init__(
        self, theme: Theme, title: str, parent: QWidget, *, name: str, widest: str, unit: str = "", series: str = "",
        short: str = "",
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._short, self._compact = short or title, False
        self._theme, self._title, self._unit, self._series, self._widest = theme, title, unit, series, widest
        self._value = "–"
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def text(self) -> str:
        """The value as it is shown, without its unit."""
        return self._value

    def set_text(self, value: str, unit: str | None = None) -> None:
        """Shows another value."""
        unit = self._unit if unit is None else unit
        if unit != self._unit:
            self._unit = unit
            self._on_theme_changed()
        if value != self._value:
            self._value = value
            self.update()
        self.setAccessibleName(f"{self._title} {value} {unit}".strip())

    def set_about(self, about: str) -> None:
        """Says what the value was measured on, where the pointer rests on it and to who listens."""
        if about != self.toolTip():
            self.setToolTip(about)
            self.setAccessibleDescription(about)

    def set_widest(self, widest: str) -> None:
        """Makes room for values as wide as this."""
        if widest != self._widest:
            self._widest = widest
            self._on_theme_changed()

    def set_compact(self, compact: bool) -> None:
        """Takes the short title to save room."""
        if compact != self._compact:
            self._compact = compact
            self._on_theme_changed()

    @property
    def title(self) -> str:
        """The title as it is shown."""
        return self._short if self._compact else self._title

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        caption, value = QFontMetrics(theme.font("caption")), QFontMetrics(theme.font("figure"))
        swatch = theme.px(16) if self._series else 0
        unit = theme.px(4) + caption.horizontalAdvance(self._unit) if self._unit else 0
        width = max(swatch + caption.horizontalAdvance(self.title), value.horizontalAdvance(self._widest) + unit)
        self.setFixedSize(QSize(width + theme.px(2), theme.px(self._lines())))
        self.update()

    @staticmethod
    def _lines() -> float:
        return float(token("type.styles.caption.line") + token("type.styles.figure.line"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        top = QRectF(0, 0, self.width(), theme.px(token("type.styles.caption.line")))
        if self._series:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(self._series))
            painter.drawRoundedRect(QRectF(0, top.center().y() - theme.px(1), theme.px(12), theme.px(2)), 1, 1)
            top.setLeft(theme.px(16))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text.secondary"))
        painter.drawText(top, Align.AlignLeft | Align.AlignVCenter, self.title)
        bottom = QRectF(0, top.bottom(), self.width(), self.height() - top.bottom())
        painter.setFont(theme.font("figure"))
        painter.setPen(theme.color("text.primary"))
        painter.drawText(bottom, Align.AlignLeft | Align.AlignVCenter, self._value)
        if self._unit:
            taken = QFontMetrics(theme.font("figure")).horizontalAdvance(self._value) + theme.px(4)
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.color("text.caption"))
            # On the baseline of the value.
            painter.drawText(
                bottom.adjusted(taken, theme.px(3), 0, 0), Align.AlignLeft | Align.AlignVCenter, self._unit
            )


class BatchProgress(QWidget):
    """How far the epoch is: batch n of m, the speed, and a slim bar."""

    def __init__(self, theme: Theme, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text, self._speed, self._share = "", "", 0.0
        self._compact = False
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_progress(self, text: str, speed: str, share: float) -> None:
        """Shows a text, a speed at its right, and a share from 0 to 1 as a bar."""
        if (text, speed, share) != (self._text, self._speed, self._share):
            self._text, self._speed, self._share = text, speed, share
            self.setAccessibleName(f"{text} {speed}".strip())
            self.update()

    def set_compact(self, compact: bool) -> None:
        """Gives up the speed to save room."""
        if compact != self._compact:
            self._compact = compact
            self._on_theme_changed()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    @Slot()
    def _on_theme_changed(self) -> None:
        most = whole(100 if self._compact else 1000)
        widest = self.tr("Batch {} of {}").format(most, most)
        if not self._compact:
            widest += f"  {most}/s"
        width = QFontMetrics(self._theme.font("caption")).horizontalAdvance(widest)
        self.setFixedSize(QSize(width, self._theme.px(28)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        top = QRectF(0, 0, self.width(), theme.px(token("type.styles.caption.line")))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text.secondary"))
        text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(top, Align.AlignLeft | Align.AlignVCenter, text)
        if not self._compact:
            painter.setPen(theme.color("text.caption"))
            painter.drawText(top, Align.AlignRight | Align.AlignVCenter, self._speed)
        height = theme.px(token("control.slider_track") + 1)
        bar = QRectF(0, self.height() - height, self.width(), height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bg.track"))
        painter.drawRoundedRect(bar, height / 2, height / 2)
        if self._share > 0:
            bar.setWidth(max(height, self._share * self.width()))
            painter.setBrush(theme.color("accent.base"))
            painter.drawRoundedRect(bar, height / 2, height / 2)
