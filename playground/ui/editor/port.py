"""Ports: where wires begin and end."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.ui.editor.face import Z_PORT
from playground.ui.editor.item import Item
from playground.ui.editor.look import Look, measure
from playground.ui.theme import token

# A port that would take the wire being dragged grows to this diameter.
GROWN = 10
REACH = GROWN / 2 + measure("card.port.border")
BOUNDS = QRectF(-REACH, -REACH, 2 * REACH, 2 * REACH)


class PortItem(Item):
    """A disc on the edge of a card. `number` is that of the input, or None for the output.

    `state` is "" as a rule, "selected", "error", "open" while a dragged wire could end here and "closed" while it
    could not.
    """

    def __init__(self, node: str, number: int | None, look: Look) -> None:
        super().__init__()
        self.node, self.number = node, number
        self._look = look
        self._state = ""
        self._hovered = False
        self.setZValue(Z_PORT)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def is_output(self) -> bool:
        """True for the port that wires leave."""
        return self.number is None

    @property
    def state(self) -> str:
        """How the port looks."""
        return self._state

    def set_state(self, state: str) -> None:
        """Looks another way; a port that is closed to the dragged wire fades."""
        if state != self._state:
            self._state = state
            self.setOpacity(token("state.disabled.opacity") if state == "closed" else 1.0)
            self.update()

    def set_hovered(self, hovered: bool) -> None:
        """Shows that a wire can be pulled from here."""
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def holds(self, scene_point: QPointF) -> bool:
        """True within the hit area, which is larger than the disc."""
        offset = scene_point - self.pos()
        return offset.x() ** 2 + offset.y() ** 2 <= (measure("card.port.hit") / 2) ** 2

    def boundingRect(self) -> QRectF:
        return BOUNDS

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        grown = self._state == "open" or self._hovered
        radius = (GROWN if grown else measure("card.port.diameter")) / 2
        color = {"open": "accent.base", "selected": "accent.base", "error": "error.base"}.get(
            self._state, "text.secondary" if self._hovered else "text.caption"
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._look.pen(color, measure("card.port.border")))
        painter.setBrush(self._look.color("bg.panel"))
        painter.drawEllipse(QPointF(0, 0), radius, radius)
