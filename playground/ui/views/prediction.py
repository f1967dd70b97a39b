"""The prediction for the drawing or the sample looked at: the class, how sure the network is, and all the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP, QEasingCurve, QElapsedTimer, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QFont, QFontMetrics, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.document.project import Project
from playground.engine.mailbox import Frame
from playground.engine.requests import Request
from playground.ui.controls.labels import Label
from playground.ui.models import Models
from playground.ui.numbers import NO_BREAK, figure, share_text
from playground.ui.theme import Theme, token
from playground.ui.views.base import View
from playground.ui.views.base.samples import has_images, is_low

# The height of a row at 100 %, and what it may shrink to.
ROW, LEAST_ROW = 20, 14
# What it may shrink to in a low window.
LOW_ROW = 12
# Room for the class in large and its probability, which few classes would not give.
HERO_HEIGHT = 132


def milliseconds_text(seconds: float) -> str:
    """A short time with the digits that say something, such as "0.8 ms"."""
    milliseconds = 1000 * seconds
    digits = 2 if milliseconds < 0.1 else 1 if milliseconds < 100 else 0
    return f"{figure(milliseconds, digits)}{NO_BREAK}ms"


class Bars(QWidget):
    """The likeliest class in large, its probability below, and a bar for every class."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.names: tuple[str, ...] = ()
        self._expected = 0
        self.shares: NDArray[np.float32] = np.empty(0, np.float32)
        self._lengths: NDArray[np.float64] = np.empty(0)
        self._before: NDArray[np.float64] = np.empty(0)
        self._came = QElapsedTimer()
        self._came.start()
        self.setObjectName("prediction_bars")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._motion = QVariantAnimation(self)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.setDuration(token("motion.value_bars_ms"))
        self._motion.valueChanged.connect(self._on_moved)

    @property
    def top(self) -> int:
        """The number of the likeliest class."""
        return int(self.shares.argmax())

    def set_shares(self, shares: NDArray[np.float32], names: tuple[str, ...]) -> None:
        """Shows these probabilities; the bars follow within a moment, the numbers at once."""
        resized = len(shares) != len(self._lengths)
        self.shares, self.names = shares, names
        best = self._name(self.top)
        self.setAccessibleName(f"{best}, {share_text(float(shares[self.top]))} %")
        still = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) == 0
        # Values that come faster than a motion lasts move the bars themselves.
        since = self._came.restart()
        self._motion.stop()
        if resized:
            self.updateGeometry()
        if resized or still or since < self._motion.duration() or not self.isVisible():
            self._lengths = shares.astype(np.float64)
        else:
            self._before = self._lengths
            self._motion.start()
        self.update()

    def _on_moved(self, progress: object) -> None:
        assert isinstance(progress, float)
        self._lengths = self._before + (self.shares - self._before) * progress
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        self._motion.stop()
        self._lengths = self.shares.astype(np.float64)

    def _name(self, number: int) -> str:
        return self.names[number] if number < len(self.names) else str(number)

    # -- geometry -------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        theme = self._theme
        height = max(self._rows() * theme.px(ROW) + theme.px(16), theme.px(HERO_HEIGHT))
        return QSize(theme.px(token("layout.context.draw")), height)

    def minimumSizeHint(self) -> QSize:
        theme = self._theme
        least = LOW_ROW if is_low(self, theme) else LEAST_ROW
        return QSize(0, max(self._rows() * theme.px(least) + theme.px(8), theme.px(HERO_HEIGHT)))

    def expect(self, classes: int) -> None:
        """Keeps room for so many classes before they come."""
        self._expected = classes
        self.updateGeometry()

    def _rows(self) -> int:
        return max(len(self.shares), self._expected, 1)

    def _row_height(self) -> float:
        """As high as usual, lower where that does not fit."""
        return min(self._theme.px(ROW), (self.height() - self._theme.px(8)) / self._rows())

    def _label_width(self) -> int:
        font = self._theme.font("body")
        # The likeliest one is bold.
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(font)
        names = [self._name(number) for number in range(len(self.shares))]
        return min(max((metrics.horizontalAdvance(name) for name in names), default=0), self.width() // 4)

    def _hero_width(self) -> int:
        return min(self._theme.px(112), self.width() // 3)

    # -- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self.shares):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_hero(painter)
        label_width = self._label_width()
        for number in range(len(self.shares)):
            self._draw_row(painter, number, label_width)

    def _draw_hero(self, painter: QPainter) -> None:
        """The class in large, smaller where its name is long, and how sure the network is."""
        theme = self._theme
        width = self._hero_width()
        font = theme.font("hero")
        name = self._name(self.top)
        room = width - theme.px(12)
        length = QFontMetrics(font).horizontalAdvance(name)
        if length > room:
            smallest = theme.font("figure").pixelSize()
            font.setPixelSize(max(smallest, int(font.pixelSize() * room / length)))
        painter.setFont(font)
        painter.setPen(theme.color("text.primary"))
        middle = self.height() / 2
        box = QRectF(theme.px(8), middle - theme.px(84), width - theme.px(8), theme.px(100))
        wrap = Qt.TextFlag.TextWordWrap if length > room else Qt.TextFlag.TextSingleLine
        painter.drawText(box, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom | wrap), name)
        painter.setFont(theme.font("figure"))
        painter.setPen(theme.color("accent.base"))
        value = share_text(float(self.shares[self.top]))
        below = QRectF(box.left(), box.bottom() + theme.px(4), box.width(), theme.px(token("type.styles.figure.line")))
        unit_font = theme.font("caption")
        unit = QFontMetrics(unit_font).horizontalAdvance(" %")
        total = painter.fontMetrics().horizontalAdvance(value) + unit
        start = below.center().x() - total / 2
        line = QRectF(start, below.top(), total, below.height())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, value)
        painter.setFont(unit_font)
        painter.drawText(
            line.adjusted(0, theme.px(2), 0, theme.px(2)), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            " %",
        )  # fmt: skip

    def _draw_row(self, painter: QPainter, number: int, label_width: int) -> None:
        theme = self._theme
        best = number == self.top
        row, gap = self._row_height(), theme.px(10)
        top = (self.height() - len(self.shares) * row) / 2 + number * row
        left = self._hero_width() + gap
        label = QRectF(left, top, label_width, row)
        value_width = QFontMetrics(theme.font("body")).horizontalAdvance("100.0") + theme.px(6)
        right = self.width() - theme.px(token("space.panel_padding"))
        font = theme.font("body")
        font.setWeight(QFont.Weight.DemiBold if best else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(theme.color("text.primary" if best else "text.secondary"))
        across = Qt.AlignmentFlag.AlignVCenter
        name = painter.fontMetrics().elidedText(self._name(number), Qt.TextElideMode.ElideRight, int(label.width()) + 1)
        painter.drawText(label, Qt.AlignmentFlag.AlignLeft | across, name)
        value = QRectF(right - value_width, top, value_width, row)
        painter.drawText(value, Qt.AlignmentFlag.AlignRight | across, share_text(float(self.shares[number])))
        height = min(theme.px(token("card.bars.height") + 4), row - theme.px(4))
        track = QRectF(label.right() + gap, top + (row - height) / 2, value.left() - label.right() - 2 * gap, height)
        radius = theme.px(2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bg.control"))
        painter.drawRoundedRect(track, radius, radius)
        track.setWidth(max(theme.zoom * 1.5, track.width() * float(self._lengths[number])))
        painter.setBrush(theme.color("accent.base" if best else "text.caption"))
        painter.drawRoundedRect(track, min(radius, track.width() / 2), radius)


class PredictionView(View):
    """What the network takes the drawing for. It follows the pen, and training too."""

    name = "prediction"
    title = str(QT_TRANSLATE_NOOP("View", "Prediction"))
    workspaces = ("draw", "inspect")
    grows = False
    interval = 1 / 15

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(models, parent)
        self.bars = Bars(models.theme, self.content)
        self.duration = Label("", self, "caption", "prediction_duration")
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bars)
        column.addStretch(1)
        models.focus.input_changed.connect(self._on_input_changed)
        self.update_theme()
        self.refresh()

    @classmethod
    def suits(cls, project: Project) -> bool:
        return has_images(project)

    def header_controls(self) -> list[QWidget]:
        return [self.duration]

    def _request(self) -> Request | None:
        source = self.models.focus.input
        return None if source is None else Request("prediction", input=source)

    def wants(self) -> tuple[Request, ...]:
        request = self._request()
        return () if request is None else (request,)

    def update_theme(self) -> None:
        super().update_theme()
        self.updateGeometry()

    # The same with and without bars: nothing may move under the pen when they come.

    def sizeHint(self) -> QSize:
        return self.bars.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.bars.minimumSizeHint()

    def refresh(self) -> None:
        self.bars.expect(len(CATALOGUE.datasets[self.models.document.project.data.name].class_names))
        self.updateGeometry()
        if self._request() is None:
            lacking = self.models.runner.state == "failed"
            shown = "" if lacking else self.tr("Until then the layers show test sample 1.")
            self._show_duration("")
            self.say(f"{self.tr('Nothing drawn yet.')} {shown}".rstrip())
        elif not len(self.bars.shares):
            self.say(self.tr("The prediction appears once the network is built."))
        self.bars.update()

    def show_frame(self, frame: Frame) -> None:
        request = self._request()
        found = None if request is None else frame.pictures.get(request)
        if found is None:
            return
        self._show_duration(milliseconds_text(float(found["seconds"])))
        if "probabilities" not in found:
            self.say(self.tr("This network gives values, not probabilities. The output Classes gives them."))
            return
        self.say("")
        # Those of the project: of its data nothing may be there but the name.
        names = CATALOGUE.datasets[self.models.document.project.data.name].class_names
        self.bars.set_shares(found["probabilities"], names)

    def _show_duration(self, text: str) -> None:
        """How long the forward pass took, waiting not counted."""
        self.duration.setText(text)
        said = self.tr("Time of the forward pass: {}").format(text) if text else ""
        self.duration.setAccessibleName(said)
        self.duration.setToolTip(said)

    def _on_input_changed(self) -> None:
        if self.isVisible():
            self.refresh()
            self.wants_changed.emit()
