"""The line below a card that says what is wrong with it, and mends it with a click where that can be done."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.document.shapes import Problem
from playground.ui.editor.face import Z_MESSAGE
from playground.ui.editor.look import Look, measure
from playground.ui.icons import paint_icon

PADDING = 9
GLYPH, GLYPH_GAP = 12, 7


class MessageItem(QGraphicsItem):
    """A problem in one line. With a cure it can be clicked; its sentence is underlined while the pointer is on it.

    It begins at its position, or ends there where it is `leftward`, as below the last card of the network.
    """

    def __init__(self, problem: Problem, look: Look, leftward: bool) -> None:
        super().__init__()
        self.problem = problem
        self._look, self._leftward = look, leftward
        self._hovered = False
        self.setZValue(Z_MESSAGE)
        self.setScale(look.message_scale)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_problem(self, problem: Problem) -> None:
        """Says something else."""
        if problem != self.problem:
            self.prepareGeometryChange()
            self.problem = problem
            self.update()

    def set_hovered(self, hovered: bool) -> None:
        """Shows that a click would mend the problem."""
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    @property
    def can_mend(self) -> bool:
        """True when the problem has a cure."""
        return self.problem.cure is not None

    def rect(self) -> QRectF:
        """The line in the scene, as large as it is shown now."""
        return self.mapRectToScene(self._rect())

    def holds(self, scene_point: QPointF) -> bool:
        """True on the line itself."""
        return self._rect().contains(self.mapFromScene(scene_point))

    def _rect(self) -> QRectF:
        width = self._look.width("caption", self.problem.message) + 2 * PADDING + GLYPH + GLYPH_GAP
        return QRectF(-width if self._leftward else 0, 0, width, measure("card.message.height"))

    def boundingRect(self) -> QRectF:
        return self._rect().adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look, rect = self._look, self._rect()
        error = self.problem.severity == "error"
        color = "error.base" if error else "warning.base"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen if error else look.pen("line.strong", measure("border.hairline")))
        painter.setBrush(look.color("error.tint" if error else "bg.panel"))
        painter.drawRoundedRect(rect, measure("radius.control"), measure("radius.control"))
        glyph = QRectF(rect.left() + PADDING, (rect.height() - GLYPH) / 2, GLYPH, GLYPH)
        paint_icon(painter, glyph, "warning", look.color(color))
        text = rect.adjusted(PADDING + GLYPH + GLYPH_GAP, 0, -PADDING + 1, 0)
        look.text(painter, text, self.problem.message, "caption", color)
        if self._hovered and self.can_mend:
            line = text.center().y() + look.metrics("caption").ascent() / 2 + 1.5
            painter.setPen(look.pen(color, measure("border.hairline")))
            painter.drawLine(QPointF(text.left(), line), QPointF(text.right() - 1, line))
