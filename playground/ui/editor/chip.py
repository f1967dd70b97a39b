"""A chip of the palette: a kind of layer that can be dragged onto the canvas or inserted with the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.layer import Layer
from playground.ui.icons import layer_icon, paint_icon
from playground.ui.theme import Theme, token

MIME_TYPE = "application/x-neural-network-layer"
ICON_LEFT, LABEL_LEFT = 8, 29
# In the palette a layer stands under the title of its category, so part of its name can go.
SHORT = {
    "max_pool": "Max",
    "avg_pool": "Average",
    "global_avg_pool": "Global",
    "leaky_relu": "Leaky",
}


def mime_of(kind: str) -> QMimeData:
    """What is dragged when a layer of this kind is dragged."""
    data = QMimeData()
    data.setData(MIME_TYPE, kind.encode())
    return data


def kind_of(data: QMimeData) -> str | None:
    """The kind of layer that is being dragged; None for anything else."""
    if not data.hasFormat(MIME_TYPE):
        return None
    kind = bytes(data.data(MIME_TYPE).data()).decode("utf-8", "replace")
    return kind if kind in CATALOGUE.layers else None


class Chip(QAbstractButton):
    """Glyph and name of a layer. `inserted(kind)` follows a double click or Enter, `walked(direction)` an arrow key.

    A drag leaves a ghost of the chip under the pointer while the chip itself fades.
    """

    inserted = Signal(str)
    walked = Signal(object, int)

    def __init__(self, theme: Theme, layer: Layer, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self.layer = theme, layer
        self._press: QPoint | None = None
        self._dragged = False
        self.setObjectName(f"chip_{layer.name}")
        self.setText(QCoreApplication.translate("Palette", SHORT.get(layer.name, layer.label)))
        self.setAccessibleName(layer.label)
        self.setAccessibleDescription(layer.help)
        self.setToolTip(f"{layer.label}: {layer.help}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFont(self._theme.font("control"))
        self.setFixedHeight(self._theme.px(token("palette.chip_height")))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        # All columns are equally wide, whatever the names.
        return QSize(self._theme.px(48), self._theme.px(token("palette.chip_height")))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    # -- dragging -------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        if (event.position().toPoint() - self._press).manhattanLength() >= QApplication.startDragDistance():
            press, self._press = self._press, None
            self.setDown(False)
            self._drag(press)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._press = None
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._press = None
        self.inserted.emit(self.layer.name)

    def _drag(self, press: QPoint) -> None:
        drag = QDrag(self)
        drag.setMimeData(mime_of(self.layer.name))
        drag.setPixmap(self.ghost())
        drag.setHotSpot(press)
        self._dragged = True
        self.update()
        window = self.window()
        from_popup = window.windowType() == Qt.WindowType.Popup
        if from_popup:
            # It would lie over the canvas; it must not go before the drag is over.
            window.hide()
        drag.exec(Qt.DropAction.CopyAction)
        self._dragged = False
        self.update()
        if from_popup:
            window.close()

    def ghost(self) -> QPixmap:
        """The chip as it follows the pointer: see-through, with a mint frame."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setOpacity(token("state.drag_ghost.opacity"))
        self._paint(painter, "accent.base", "bg.control")
        painter.end()
        return picture

    # -- keyboard -------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.inserted.emit(self.layer.name)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.walked.emit(self, event.key())
        else:
            super().keyPressEvent(event)

    # -- painting -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._dragged:
            painter.setOpacity(token("state.disabled.opacity"))
        lifted = self.underMouse() and not self._dragged
        self._paint(painter, "line.strong" if lifted else "line.soft", "bg.control" if lifted else "bg.card")

    def _paint(self, painter: QPainter, border: str, level: str) -> None:
        theme = self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = token("border.hairline")
        ring = self.hasFocus()
        if ring:
            border, width = "accent.base", token("state.focus.ring")
        painter.setPen(QPen(theme.color(border), width))
        painter.setBrush(theme.color(level))
        radius, inset = theme.px(token("radius.control")), width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)
        side = theme.px(token("palette.icon"))
        glyph = QRectF(theme.px(ICON_LEFT), (self.height() - side) / 2, side, side)
        color = theme.color(f"category.{self.layer.category}")
        paint_icon(painter, glyph, layer_icon(self.layer.name, self.layer.category), color)
        painter.setPen(theme.color("text.primary"))
        left = theme.px(LABEL_LEFT)
        room = self.width() - left - theme.px(3)
        # A long name is written smaller before it is cut off.
        fits = self.fontMetrics().horizontalAdvance(self.text()) <= room
        painter.setFont(self.font() if fits else theme.font("caption"))
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(left, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
