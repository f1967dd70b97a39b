"""The button that says which data are in use: a small picture, their name, and how many there are."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Data, Dataset
from playground.ui.data_picture import data_picture
from playground.ui.icons import paint_icon
from playground.ui.models import Models
from playground.ui.numbers import percent, whole
from playground.ui.theme import token
from playground.ui.training import Training

PICTURE = 26
WIDTH = 206
# The most it takes where room is scarce; a shorter name takes less.
COMPACT_WIDTH = 136
# What stands beside the name: the picture, the chevron and the gaps around them.
BESIDE_NAME = 68


def data_icon(dataset: Dataset) -> str:
    """The icon that stands for a data set while there is no picture of it."""
    if len(dataset.shape) == 1:
        return "points"
    return "shirt" if "fashion" in dataset.name else "digit"


class DataButton(QAbstractButton):
    """Shows the data of the project; a click asks for others."""

    def __init__(self, models: Models, training: Training, parent: QWidget) -> None:
        super().__init__(parent)
        self._models, self._training = models, training
        self._picture: QImage | None = None
        # Those of sets in use before: undo shows them again at once.
        self._pictures: dict[str, QImage] = {}
        self._name = self._note = ""
        self._compact = False
        self.setObjectName("data_button")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        models.document.changed.connect(self._update_text)
        models.document.replaced.connect(self._update_text)
        training.data_changed.connect(self._on_data_changed)
        models.theme.changed.connect(self._on_theme_changed)
        self._update_text()

    def set_compact(self, compact: bool) -> None:
        """Gives up the note to save room."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        theme = self._models.theme
        width = theme.px(WIDTH)
        if self._compact:
            name = QFontMetrics(theme.font("card_title")).horizontalAdvance(self._name)
            width = min(theme.px(COMPACT_WIDTH), theme.px(BESIDE_NAME) + name + theme.px(4))
        return QSize(width, theme.px(token("control.height_transport")))

    minimumSizeHint = sizeHint

    @property
    def note(self) -> str:
        """What stands under the name."""
        return self._note

    @Slot()
    def _on_theme_changed(self) -> None:
        self._pictures.clear()
        self._on_data_changed()

    @Slot()
    def _on_data_changed(self) -> None:
        theme, ready = self._models.theme, self._training.data
        if ready is not None:
            samples = ready.data.train
            ratio = self.devicePixelRatioF()
            self._picture = data_picture(theme, ready.data.dataset, samples, theme.px(PICTURE), ratio)
            self._pictures[ready.data.dataset.name] = self._picture
        self._update_text()
        self.updateGeometry()

    @Slot()
    def _update_text(self) -> None:
        choice = self._models.document.project.data
        ready = self._training.data
        dataset = CATALOGUE.datasets[choice.name]
        fits = ready is not None and ready.data.dataset.name == choice.name
        stands_in = ready is not None and fits and ready.data.substitute
        # Never the name of what is not there.
        self._name = self.tr("Small digits") if stands_in else dataset.label
        self._note = self._describe(ready.data) if ready is not None and fits else ""
        self._picture = self._pictures.get(choice.name)
        self.setAccessibleName(self.tr("Data: {}").format(f"{self._name}, {self._note}".rstrip(", ")))
        self.setToolTip(self.tr("Choose the data"))
        self.updateGeometry()
        self.update()

    def _describe(self, data: Data) -> str:
        count = whole(len(data.train) + len(data.validation) + len(data.test))
        if len(data.dataset.shape) > 1:
            if data.substitute:
                return self.tr("{} images for {}").format(count, data.dataset.label)
            _, height, width = data.dataset.shape
            return self.tr("{} images, {}").format(count, f"{height} × {width}")
        noise = self._models.document.project.data.params.get("noise")
        text = self.tr("{} points").format(count)
        return text if noise is None else self.tr("{}, noise {} %").format(text, percent(float(noise), 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._models.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = token("state.focus.ring") if self.hasFocus() else token("border.hairline")
        color = "accent.base" if self.hasFocus() else "line.strong"
        painter.setPen(QPen(theme.color(color), ring))
        painter.setBrush(theme.color("bg.track" if self.underMouse() else "bg.control"))
        radius = theme.px(token("radius.control"))
        frame = QRectF(self.rect()).adjusted(ring / 2, ring / 2, -ring / 2, -ring / 2)
        painter.drawRoundedRect(frame, radius, radius)
        left = self._paint_picture(painter) + theme.px(8)
        right = self.width() - theme.px(26)
        self._paint_text(painter, left, right - left)
        side = theme.px(12)
        chevron = QRectF(self.width() - theme.px(8) - side, (self.height() - side) / 2, side, side)
        paint_icon(painter, chevron, "chevron_down", theme.color("text.secondary"))

    def _paint_picture(self, painter: QPainter) -> int:
        theme = self._models.theme
        side, margin = theme.px(PICTURE), (self.height() - theme.px(PICTURE)) // 2
        if self._picture is not None:
            painter.drawImage(margin, margin, self._picture)
        else:
            icon = data_icon(CATALOGUE.datasets[self._models.document.project.data.name])
            inset = side / 5
            place = QRectF(margin, margin, side, side).adjusted(inset, inset, -inset, -inset)
            paint_icon(painter, place, icon, theme.color("text.secondary"))
        return margin + side

    def _paint_text(self, painter: QPainter, left: int, width: int) -> None:
        theme = self._models.theme
        name, note = theme.font("card_title"), theme.font("caption")
        lines = [(self._name, name, "text.primary")]
        if self._note and not self._compact:
            lines.append((self._note, note, "text.caption"))
        height = theme.px(15)
        top = (self.height() - height * len(lines)) / 2
        for text, font, color in lines:
            painter.setFont(font)
            painter.setPen(theme.color(color))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRectF(left, top, width, height), int(Qt.AlignmentFlag.AlignVCenter), shown)
            top += height
