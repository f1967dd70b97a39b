"""The small picture of what the selected layer does."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.inspector.drawings import drawing_of
from playground.ui.inspector.sketch import Sketch, Subject
from playground.ui.theme import Theme

WIDTH, HEIGHT = 340, 116


class LayerPicture(QWidget):
    """Draws a layer at work; it takes no room for one without a picture."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._subject: Subject | None = None
        self.setObjectName("layer_picture")
        self.setAccessibleName(self.tr("What the layer does, as a picture"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def show_layer(self, subject: Subject | None) -> None:
        """Draws another layer, or none."""
        drawn = subject is not None and drawing_of(subject.layer) is not None
        self._subject = subject if drawn else None
        self.setVisible(drawn)
        self.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDTH), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        subject = self._subject
        draw = drawing_of(subject.layer) if subject is not None else None
        if subject is None or draw is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.width() / 2, self.height() / 2)
        scale = min(self.width() / WIDTH, self._theme.zoom)
        painter.scale(scale, scale)
        draw(Sketch(painter, self._theme, subject.layer.category), subject)
