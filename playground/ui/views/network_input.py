"""What the network sees: the pixels that go in, and which of them decide."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.document.project import Project
from playground.document.shapes import shape_text
from playground.engine.mailbox import Frame
from playground.engine.requests import Picture, Request, TestSample
from playground.ui.controls.boxes import CheckBox
from playground.ui.models import Models
from playground.ui.numbers import figure
from playground.ui.pictures import pixel_picture, saliency_picture
from playground.ui.theme import Theme, token
from playground.ui.views.base import View
from playground.ui.views.base.readout import Readout
from playground.ui.views.base.samples import has_images, is_low, paint_picture, pixels_of

Pixels = NDArray[np.float32]

# Between two pictures, and the least side of one at 100 %, and in a low window.
GAP, LEAST, LOW_LEAST = 20, 60, 38
# How far a caption may reach over the right edge of its picture.
OVERHANG = 12


class Pair(QWidget):
    """Two pictures side by side with a caption each, the second one only where there is one."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.pixels: Pixels | None = None
        self.gradient: Pixels | None = None
        self.captions = ["", ""]
        self._images: list[QImage] = []
        self.readout = Readout(theme, self)
        self.setObjectName("network_input_pictures")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_arrays(self, pixels: Pixels | None, gradient: Pixels | None) -> None:
        """Shows pixels (channels, h, w) and the gradient by each of them."""
        self.pixels, self.gradient = pixels, gradient
        self._images = []
        if pixels is not None:
            self._images.append(pixel_picture(pixels, self._theme))
        if pixels is not None and gradient is not None:
            self._images.append(saliency_picture(pixels, gradient, self._theme))
        self.setAccessibleName(", ".join(caption for caption in self.captions if caption))
        self.update()

    @property
    def images(self) -> tuple[QImage, ...]:
        """The pictures in view."""
        return tuple(self._images)

    def _widest(self, width: int) -> float:
        """How wide a picture can be, two of them side by side in this width."""
        theme = self._theme
        return (width - 2 * theme.px(token("space.panel_padding")) - theme.px(GAP)) / 2

    def _below(self, lines: int = 1) -> int:
        """The height of captions of so many lines."""
        return self._theme.px(4 + lines * token("type.styles.caption.line") + 10)

    def _caption_lines(self) -> int:
        """Captions wider than their pictures have two lines where that leaves the pictures large enough."""
        metrics, theme = QFontMetrics(self._theme.font("caption")), self._theme
        longest = max(metrics.horizontalAdvance(caption) for caption in self.captions)
        long = longest > self._widest(self.width()) + theme.px(OVERHANG)
        return 2 if long and self.height() - self._below(2) >= theme.px(LEAST) else 1

    def height_at(self, width: int) -> int:
        """The height that pictures as wide as there is room need."""
        return round(self._widest(width)) + self._below()

    def sizeHint(self) -> QSize:
        # No height for width: the column would rather scroll than let the pictures be smaller.
        return QSize(self._theme.px(token("layout.context.draw")), self.height_at(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._theme.px(LOW_LEAST if is_low(self, self._theme) else LEAST) + self._below())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def rect_of(self, number: int) -> QRectF:
        """Where a picture stands; it keeps the aspect ratio of its pixels."""
        theme = self._theme
        image = self._images[number]
        widest = self._widest(self.width())
        side = min(widest, self.height() - self._below(self._caption_lines()))
        scale = side / max(image.width(), image.height())
        left = theme.px(token("space.panel_padding")) + number * (widest + theme.px(GAP))
        return QRectF(left, 0, image.width() * scale, image.height() * scale)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        for number, image in enumerate(self._images):
            rect = self.rect_of(number)
            paint_picture(painter, rect, image, theme)
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.color("text.caption"))
            lines, height = self._caption_lines(), theme.px(token("type.styles.caption.line"))
            width = self._widest(self.width()) + theme.px(OVERHANG)
            line = QRectF(rect.left(), rect.bottom() + theme.px(4), width, lines * height)
            text, wrap = self.captions[number], Qt.TextFlag.TextWordWrap
            if lines == 1:
                metrics, wrap = QFontMetrics(theme.font("caption")), Qt.TextFlag.TextSingleLine
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(line.width()))
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | wrap), text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        for number in range(len(self._images)):
            rect = self.rect_of(number)
            values = (self.pixels, self.gradient)[number]
            if values is not None and rect.contains(place):
                _, height, width = values.shape
                column = int((place.x() - rect.left()) / rect.width() * width)
                row = int((place.y() - rect.top()) / rect.height() * height)
                name = self.tr("ink") if number == 0 else self.tr("gradient")
                found = ", ".join(figure(float(value), 3) for value in values[:, row, column])
                where = self.tr("row {row}, column {column}").format(row=row + 1, column=column + 1)
                self.readout.show_at(place.toPoint(), [("", where, ""), ("", name, found)])
                return
        self.readout.hide()

    def leaveEvent(self, event: QEvent) -> None:
        self.readout.hide()


class NetworkInputView(View):
    """The picture as it goes into the network; beside it the gradient of the predicted class's logit by every pixel,
    mixed over it in amber."""

    name = "network_input"
    title = str(QT_TRANSLATE_NOOP("View", "What the network sees"))
    workspaces = ("draw", "inspect")
    grows = False
    interval = 1 / 15

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(models, parent)
        self._best = ""
        self.pair = Pair(models.theme, self.content)
        self.saliency = CheckBox(models.theme, self.tr("Saliency"), self, name="network_input_saliency")
        self.saliency.setToolTip(self.tr("Show which pixels decide (S)"))
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pair)
        column.addStretch(1)
        self.saliency.clicked.connect(self._on_saliency_clicked)
        models.focus.input_changed.connect(self._on_looked_at)
        models.focus.display_changed.connect(self._on_looked_at)
        self.update_theme()
        self.refresh()

    @classmethod
    def suits(cls, project: Project) -> bool:
        return has_images(project)

    def header_controls(self) -> list[QWidget]:
        return [self.saliency]

    def _requests(self) -> tuple[Request, Request] | None:
        """The saliency and the prediction that its caption names."""
        source = self.models.focus.input
        if source is None or not self.models.focus.display("saliency"):
            return None
        return Request("saliency", input=source), Request("prediction", input=source)

    def wants(self) -> tuple[Request, ...]:
        return self._requests() or ()

    def update_theme(self) -> None:
        super().update_theme()
        self.updateGeometry()

    # The same with and without pictures: nothing may move under the pen when they come.

    def sizeHint(self) -> QSize:
        return QSize(self.pair.sizeHint().width(), self.pair.height_at(self.width()))

    def minimumSizeHint(self) -> QSize:
        return self.pair.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def refresh(self) -> None:
        focus = self.models.focus
        self.saliency.setChecked(bool(focus.display("saliency")))
        pixels = pixels_of(focus.input, self.models.runner.data)
        self.say("" if pixels is not None else self.tr("Nothing drawn yet."))
        fits = pixels is not None and self.pair.gradient is not None and self.pair.gradient.shape == pixels.shape
        self._show(pixels, self.pair.gradient if fits and self._requests() else None)

    def _show(self, pixels: Pixels | None, gradient: Pixels | None) -> None:
        if pixels is not None:
            size = shape_text(pixels.shape if len(pixels) > 1 else pixels.shape[1:])
            match self.models.focus.input:
                case TestSample(index):
                    self.pair.captions[0] = self.tr("{size}, test sample {number}").format(size=size, number=index + 1)
                case Picture() if self.models.focus.display("centred"):
                    self.pair.captions[0] = self.tr("{size}, centred by mass").format(size=size)
                case _:
                    self.pair.captions[0] = size
        self.pair.captions[1] = self.tr("Pixels that decide “{name}”").format(name=self._best)
        self.pair.set_arrays(pixels, gradient)

    def show_frame(self, frame: Frame) -> None:
        requests = self._requests()
        if requests is None:
            return
        saliency, prediction = (frame.pictures.get(request) for request in requests)
        pixels = pixels_of(self.models.focus.input, self.models.runner.data)
        if saliency is None or prediction is None or pixels is None:
            return
        names = CATALOGUE.datasets[self.models.document.project.data.name].class_names
        best = int(prediction.get("probabilities", prediction["output"]).argmax())
        self._best = names[best] if best < len(names) else str(best)
        self.say("")
        self._show(pixels, saliency["saliency"])

    def _on_looked_at(self) -> None:
        if self.isVisible():
            self.refresh()
            self.wants_changed.emit()

    def _on_saliency_clicked(self, checked: bool) -> None:
        self.models.focus.set_display("saliency", checked)
