"""The gesture that wires layers: from port to port, or the end of a wire to another port or off it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import Edge, GraphError
from playground.ui.editor import edits
from playground.ui.editor.face import Z_TOOL
from playground.ui.editor.item import Item
from playground.ui.editor.look import Look, measure
from playground.ui.editor.picking import card_at, port_at
from playground.ui.editor.port import PortItem
from playground.ui.editor.tools import Modifiers, translate
from playground.ui.editor.wire import straight_path
from playground.ui.theme import token

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene

# The layer and the port that a wire would end at; of a wire dragged backwards the layer it would begin at.
Target = tuple[str, int]


class DragWire(Item):
    """The dashed wire that follows the pointer."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._path = QPainterPath()
        self._refused = False
        self.setZValue(Z_TOOL)

    def set_refused(self, refused: bool) -> None:
        """Whether it is led to where it does not fit."""
        self._refused = refused
        self.update()

    def lead(self, start: QPointF, end: QPointF) -> None:
        """Runs from an output to an input, or to where the pointer is instead of one of them."""
        self.prepareGeometryChange()
        self._path = straight_path(start, end)

    def boundingRect(self) -> QRectF:
        return self._path.controlPointRect().adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dash = tuple(float(length) for length in token("wire.dragging.dash"))
        color = "error.base" if self._refused else "accent.base"
        painter.setPen(self._look.pen(color, measure("wire.dragging.width"), dash))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)


class Connect:
    """A drag from a port. From an output, or backwards from a free input, it makes a wire; from an input in use it
    takes the end of its wire away. A wire may also be dropped onto a card: it ends at its first free port."""

    def __init__(self, scene: EditorScene, port: PortItem, point: QPointF) -> None:
        self._scene = scene
        graph = scene.models.document.project.graph
        self._instead: Edge | None = None
        self._from_output = port.is_output
        self._fixed, self._number = port.node, port.number
        if not port.is_output:
            taken = [edge for edge in graph.incoming(port.node) if edge.port == port.number]
            if taken:
                self._instead, self._from_output = taken[0], True
                self._fixed, self._number = taken[0].source, None
                scene.wires[taken[0]].set_state("hidden")
                graph = graph.disconnect(taken[0])
        self._graph = graph
        # Found once: a change of the document ends the gesture.
        self._possible = frozenset(node for node in scene.cards if self._may_end_at(node))
        self._open = frozenset(
            (port.node, port.number)
            for card in scene.cards.values()
            for port in card.ports
            if port.is_output != self._from_output and card.node in self._possible
            if not self.refusal(port.node, port.number or 0)
        )
        self._target: Target | None = None
        self._said = ""
        self._start = point
        self._wire = DragWire(scene.look)
        scene.addItem(self._wire)
        self._mark_ports()
        self.move(point, Modifiers.NoModifier)

    @property
    def source(self) -> str:
        """The layer at the end that stays."""
        return self._fixed

    def works(self, node: str) -> bool:
        """True when the wire could end at a layer, if only to show what else is needed there."""
        return node in self._possible

    def refusal(self, node: str, port: int) -> str:
        """Why the layer at a port cannot take what the wire brings; empty where it can, or where that is not known."""
        edge = Edge(self._fixed, node, port) if self._from_output else Edge(node, self._fixed, self._number or 0)
        shapes = self._scene.models.document.shapes
        brought = shapes.get(edge.source)
        return edits.refusal(self._graph, edge, brought, shapes) if isinstance(brought, tuple) else ""

    def _may_end_at(self, node: str) -> bool:
        ends = (self._fixed, node) if self._from_output else (node, self._fixed)
        return edits.can_connect(self._graph, *ends)

    def _mark_ports(self) -> None:
        """Ports of layers that can take what the wire brings grow, the others fade."""
        for card in self._scene.cards.values():
            for port in card.ports:
                port.set_state("open" if (port.node, port.number) in self._open else "closed")
            if card.node == self._fixed:
                for port in card.ports:
                    if port.number == self._number:
                        port.set_state("selected")

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Leads the wire to the pointer, or to the port it would end at."""
        self.aim(self._target_at(point), point)

    def aim(self, target: Target | None, point: QPointF) -> None:
        """Leads the wire to a port, or without one to a point."""
        scene = self._scene
        if target != self._target:
            self._target = target
            why = self.refusal(*target) if target is not None else ""
            for card in scene.cards.values():
                meant = target is not None and card.node == target[0]
                card.set_look(target=meant and not why, refused=meant and bool(why))
            self._wire.set_refused(bool(why))
            self._say(why)
            self._mark_ports()
        end = point if target is None else self._place_of(target)
        near = self._place_of((self._fixed, self._number), fixed=True)
        self._wire.lead(*((near, end) if self._from_output else (end, near)))

    def _say(self, why: str) -> None:
        """Says why the wire does not fit where it is led to, as long as it is."""
        if self._said:
            self._scene.taken_back.emit(self._said)
        self._said = why
        if why:
            self._scene.hinted.emit(why)

    def _place_of(self, port: tuple[str, int | None], fixed: bool = False) -> QPointF:
        """Where the wire meets a card: the fixed end is an output unless the wire is dragged backwards."""
        card = self._scene.cards[port[0]]
        if fixed == self._from_output:
            return card.output_point()
        # A free port of Add or Concat appears once the wire is there; until then the last one stands for it.
        return card.input_point(min(port[1] or 0, card.state.inputs - 1))

    def _target_at(self, point: QPointF) -> Target | None:
        """The layer and port that the wire would end at, or begin at when it is dragged backwards."""
        scene = self._scene
        port = port_at(scene, point)
        card = card_at(scene, point) if port is None else scene.cards[port.node]
        if card is None or not self.works(card.node):
            return None
        if not self._from_output:
            return card.node, 0
        if port is not None and not port.is_output and port.number is not None:
            return card.node, port.number
        return card.node, edits.free_port(self._graph, card.node)

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Makes, moves or removes the wire; a new one let go on the empty canvas asks what to put there."""
        scene, document = self._scene, self._scene.models.document
        self._target = self._target_at(point)
        if self._target is not None:
            self.finish()
            return
        port = port_at(scene, point)
        card = scene.cards[port.node] if port is not None else card_at(scene, point)
        self._clear()
        if (point - self._start).manhattanLength() < scene.drag_distance:
            return
        if card is not None and card.node != self._fixed:
            scene.hinted.emit(self._refusal(card.node))
        elif self._instead is not None:
            document.apply(translate("Remove wire"), edits.disconnect(document.project, self._instead))
        elif card is None and self._from_output:
            scene.search_wanted.emit(self._fixed, point)

    def finish(self) -> None:
        """Makes or moves the wire to the port that it is led to."""
        target, document = self._target, self._scene.models.document
        self._clear()
        if target is None or self._instead == Edge(self._fixed, *target):
            return
        ends = (self._fixed, *target) if self._from_output else (target[0], self._fixed, self._number or 0)
        try:
            document.apply(translate("Connect layers"), edits.connect(document.project, *ends, self._instead))
        except GraphError as error:
            self._scene.hinted.emit(str(error))

    def _refusal(self, node: str) -> str:
        """Why a wire cannot end at a card."""
        graph = self._scene.models.document.project.graph
        layer = CATALOGUE.layers[graph.node(node).kind]
        if self._from_output and layer.inputs[1] == 0:
            return translate("{layer} is where the data come in. It takes no wire.").format(layer=layer.label)
        return translate("This wire would close a loop. A network here runs forward only.")

    def cancel(self) -> None:
        """Leaves all wires as they were."""
        self._clear()

    def _clear(self) -> None:
        scene = self._scene
        self._say("")
        scene.removeItem(self._wire)
        if self._instead is not None and self._instead in scene.wires:
            scene.wires[self._instead].set_state("")
        for card in scene.cards.values():
            card.set_look(target=False, refused=False)
            card.reset_ports()
        scene.update_selection()
