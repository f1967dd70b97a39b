"""Where a layer that is dragged over the canvas would go, and what would come of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.ui.editor.face import Z_TOOL
from playground.ui.editor.item import Item
from playground.ui.editor.look import Look, measure

SLOT = (84, 34)
LABEL_GAP, LABEL_HEIGHT, LABEL_PADDING = 6, 20, 9
DASH = (4.0, 3.0)


class SlotItem(Item):
    """The place in a wire that a layer would take, and above it what it would give out, or below it where there is
    no room. Over a card that a layer would replace the text stands alone. It can be read from far away, too."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._text = ""
        self._fits = self._has_place = True
        self._label, self._enlarged = QRectF(), 1.0
        self.setZValue(Z_TOOL)
        self.setVisible(False)

    @property
    def text(self) -> str:
        """What stands above the slot."""
        return self._text

    def label_rect(self) -> QRectF:
        """Where the text stands in the scene."""
        return self.mapRectToScene(self._label)

    def open(self, middle: QPointF, text: str, fits: bool, free: QRectF, place: bool = True) -> None:
        """Opens around a point of a wire; without a `place` the text stands right above the point or below it. All of
        the text is in the `free` part of the scene."""
        self.prepareGeometryChange()
        self._text, self._fits, self._has_place = text, fits, place
        self.setPos(middle)
        self._stand(free.translated(-middle))
        self.setVisible(True)
        self.update()

    def _stand(self, free: QRectF) -> None:
        """Finds the place of the text."""
        size = self._text_size()
        self._enlarged = min(self._look.message_scale, free.width() / size.width())
        size *= self._enlarged
        away = (SLOT[1] / 2 if self._has_place else 0) + LABEL_GAP
        tops = (-away - size.height(), away)
        lowest = free.bottom() - size.height()
        top = next((top for top in tops if free.top() <= top <= lowest), max(free.top(), min(lowest, tops[0])))
        left = max(free.left(), min(free.right() - size.width(), -size.width() / 2))
        self._label = QRectF(QPointF(left, top), size)

    def _text_size(self) -> QSizeF:
        return QSizeF(self._look.width("control", self._text) + 2 * LABEL_PADDING, LABEL_HEIGHT)

    def _slot(self) -> QRectF:
        return QRectF(-SLOT[0] / 2, -SLOT[1] / 2, *SLOT)

    def boundingRect(self) -> QRectF:
        return self._slot().united(self._label).adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._has_place:
            painter.setPen(self._look.pen("accent.base", measure("border.hairline"), DASH))
            painter.setBrush(self._look.color("accent.tint"))
            radius = measure("radius.card")
            painter.drawRoundedRect(self._slot().adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        color, border = ("accent.base", "accent.line") if self._fits else ("error.base", "error.base")
        painter.translate(self._label.topLeft())
        painter.scale(self._enlarged, self._enlarged)
        self._look.pill(painter, QRectF(QPointF(), self._text_size()), self._text, border, color, "control")
