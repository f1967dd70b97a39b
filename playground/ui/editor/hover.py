"""What the pointer is over: it lifts cards, wires and ports, and shows the unit or the weight below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QGraphicsItem

from playground.document.graph import Edge, GraphError
from playground.ui.editor import edits
from playground.ui.editor.card import CardItem
from playground.ui.editor.message import MessageItem
from playground.ui.editor.note import NoteItem
from playground.ui.editor.picking import bias_at, card_at, message_at, port_at, spare_feature_at, wire_at
from playground.ui.editor.port import PortItem
from playground.ui.editor.tools import translate
from playground.ui.editor.wire import WireItem

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene

Item = TypeVar("Item", bound=QGraphicsItem)


def _present(item: Item | None) -> Item | None:
    """The item, unless it has left the scene."""
    return item if item is not None and item.scene() is not None else None


class Hover:
    """Follows the pointer while no gesture goes on. `move` returns the cursor that says what a click would do."""

    def __init__(self, scene: EditorScene) -> None:
        self._scene = scene
        self._card: CardItem | None = None
        self._port: PortItem | None = None
        self._wire: WireItem | None = None
        self._message: MessageItem | None = None
        self._advised = ("", False)

    @property
    def edge(self) -> Edge | None:
        """The wire that the pointer is over."""
        return self._wire.edge if self._wire is not None else None

    @property
    def weight(self) -> tuple[str, int, int] | None:
        """The weight under the pointer: layer, unit and input. What is selected later counts before it."""
        return self._scene.models.focus.weight

    def move(self, point: QPointF) -> Qt.CursorShape:
        """The pointer is at a point of the scene."""
        scene = self._scene
        message = message_at(scene, point)
        port = port_at(scene, point) if message is None else None
        card = card_at(scene, point) if message is None and port is None else None
        unit = card.face.unit_at(point) if card is not None else None
        nothing = message is None and port is None and unit is None
        bias = bias_at(card, point) if card is not None and nothing else None
        weight = scene.weight_wires.near(point) if nothing and bias is None else None
        wire = wire_at(scene, point) if nothing and card is None and weight is None else None
        bare = nothing and card is None and weight is None and wire is None
        annotation = scene.annotations.at(point) if bare else None
        scene.annotations.hover(annotation)
        self._lift(card, port, wire, message)
        self._point_at(weight, settable=card is None)
        if bias is not None:
            scene.weight_pill.show_bias(bias.value, bias.place)
        scene.models.focus.hover_unit((card.node, unit) if card is not None and unit is not None else None)
        if port is not None:
            return Qt.CursorShape.CrossCursor
        if annotation is not None:
            edge = isinstance(annotation, NoteItem) and annotation.at_edge(point.x(), point.y())
            return Qt.CursorShape.SizeHorCursor if edge else Qt.CursorShape.SizeAllCursor
        spare = card is not None and spare_feature_at(card, point)
        settable = bias is not None or (weight is not None and card is None)
        clickable = unit is not None or settable or wire is not None or bool(spare)
        if clickable or (message is not None and message.can_mend):
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.ArrowCursor

    def leave(self) -> None:
        """The pointer is over nothing."""
        self._lift(None, None, None, None)
        self._scene.annotations.hover(None)
        self.forget_weight()
        self._scene.models.focus.hover_unit(None)

    def forget(self) -> None:
        """Lets go of items that an edit has removed."""
        self._card = _present(self._card)
        self._port = _present(self._port)
        self._wire = _present(self._wire)
        self._message = _present(self._message)
        self.forget_weight()

    def forget_weight(self) -> None:
        """No weight is meant until the pointer moves again."""
        self._point_at(None)

    def _point_at(self, line: int | None, settable: bool = False) -> None:
        """Shows the weight of this line, or none, and says once for each layer what can be done to it, or why it cannot
        be removed."""
        scene, before = self._scene, self.weight
        lines = scene.weight_wires.lines
        scene.weight_pill.show_line(lines, line)
        weight = lines.names[line] if line is not None else None
        scene.models.focus.point_at(weight)
        if (weight is None) != (before is None):
            scene.target_changed.emit()
        if weight is None or (weight[0], settable) == self._advised:
            return
        self._advised = (weight[0], settable)
        try:
            edits.remove_connection(scene.models.document.project, *weight)
            both = "A click sets this weight, Delete removes the connection."
            scene.hinted.emit(translate(both if settable else "Delete removes this connection."))
        except GraphError as error:
            scene.hinted.emit(str(error))

    def _lift(
        self, card: CardItem | None, port: PortItem | None, wire: WireItem | None, message: MessageItem | None
    ) -> None:
        if card is not self._card:
            if self._card is not None:
                self._card.set_look(hovered=False)
            if card is not None:
                card.set_look(hovered=True)
        if port is not self._port:
            if self._port is not None:
                self._port.set_hovered(False)
            if port is not None:
                port.set_hovered(True)
        if wire is not self._wire:
            before, self._wire = self._wire, wire
            for changed in (before, wire):
                if changed is not None:
                    self._scene.update_wire_state(changed, hovered=changed is wire)
        if message is not self._message:
            if self._message is not None:
                self._message.set_hovered(False)
            if message is not None:
                message.set_hovered(True)
        self._card, self._port, self._message = card, port, message
