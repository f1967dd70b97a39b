"""The weight or the bias under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.ui.editor.face import Z_MESSAGE
from playground.ui.editor.item import Item
from playground.ui.editor.look import Look
from playground.ui.editor.weight_lines import Lines
from playground.ui.theme import token

# How far left of its square the value of a bias ends, so that the pointer covers neither.
BESIDE = 12


class WeightPill(Item):
    """The weight under the pointer: a thin line over its wire and its value in a pill. Of a bias the pill alone."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._path = QPainterPath()
        self._middle = QPointF()
        self._text = ""
        self._positive = True
        self.setZValue(Z_MESSAGE)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setVisible(False)

    @property
    def text(self) -> str:
        """The value shown; empty while there is none."""
        return self._text if self.isVisible() else ""

    def show_line(self, lines: Lines, number: int | None) -> None:
        """Shows one weight, or none."""
        self.setVisible(number is not None)
        if number is None:
            return
        self.prepareGeometryChange()
        self._say(float(lines.values[number]), lines.middle(number))
        start, end = QPointF(*lines.starts[number]), QPointF(*lines.ends[number])
        handle = QPointF(max(24.0, (end.x() - start.x()) / 2), 0)
        self._path = QPainterPath(start)
        self._path.cubicTo(start + handle, end - handle, end)
        self.update()

    def show_bias(self, value: float, place: QPointF) -> None:
        """Shows a bias beside its square, where it covers no picture."""
        self.prepareGeometryChange()
        self._say(value, place, QCoreApplication.translate("Editor", "bias {value}"))
        self._middle = place - QPointF(BESIDE + self._pill().width() / 2, 0)
        self._path = QPainterPath(self._middle)
        self.setVisible(True)

    def _say(self, value: float, middle: QPointF, text: str = "{value}") -> None:
        self._text = text.format(value=f"{value:+.2f}".replace("-", "\u2212"))
        self._positive, self._middle = value > 0, middle

    def _pill(self) -> QRectF:
        middle = self._middle
        rect = self._look.pill_rect(self._text, middle.x(), middle.y(), "card_title")
        return rect.adjusted(0, -1, 0, 1)

    def boundingRect(self) -> QRectF:
        return self._path.controlPointRect().adjusted(-2, -2, 2, 2).united(self._pill().adjusted(-1, -1, 1, 1))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._look.pen("text.primary", token("plot.line")))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        border = "value.positive" if self._positive else "value.negative"
        self._look.pill(painter, self._pill(), self._text, border, "text.primary", "card_title")
