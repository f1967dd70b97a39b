"""The scene: cards and wires that follow the graph by id, and the gesture that is going on."""

from __future__ import annotations

import functools

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsSceneMouseEvent

from playground.document.graph import MAX_POSITION, Edge
from playground.engine.messages import DataReady
from playground.ui.editor.annotations import Annotations
from playground.ui.editor.card import CardItem
from playground.ui.editor.freshness import Freshness
from playground.ui.editor.glide import Glide
from playground.ui.editor.hover import Hover
from playground.ui.editor.look import Look
from playground.ui.editor.message_places import place_messages
from playground.ui.editor.neurons import ClassTiles
from playground.ui.editor.pressing import tool_for
from playground.ui.editor.room import Remembered
from playground.ui.editor.state import CardState, card_states
from playground.ui.editor.thumbnails import is_planar
from playground.ui.editor.tools import Tool
from playground.ui.editor.weight_pill import WeightPill
from playground.ui.editor.weights import WeightWires
from playground.ui.editor.wire import WireItem
from playground.ui.editor.wiring import Wiring
from playground.ui.models import Models

# So long after the last move the picture is taken to stand still.
CALM_MS = 150


class EditorScene(QGraphicsScene):
    """Cards by layer id, wires by edge. Every change of the document is carried over by comparing ids.

    `arranged` follows when cards came, went or moved, `hinted(text)` says why a gesture did nothing, and
    `search_wanted(source, point)` asks for the palette where a wire was let go on the empty canvas. `edge_selected`
    follows when another wire is selected by itself, or none; `target_changed` when Delete means another wire, stage,
    note or weight; `number_wanted(held, point)` is a click on a weight or bias. `taken_back(text)`: a text no longer
    holds. `made(ids)`: what an edit has put where there was room.
    """

    arranged = Signal()
    hinted = Signal(str)
    search_wanted = Signal(str, QPointF)
    edge_selected = Signal()
    target_changed = Signal()
    number_wanted = Signal(object, QPointF)
    taken_back = Signal(str)
    made = Signal(object)

    def __init__(self, models: Models, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("editor_scene")
        # Items come and go: an index over them costs more than it saves.
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        reach = MAX_POSITION * 1.1
        self.setSceneRect(-reach, -reach, 2 * reach, 2 * reach)
        self.models = models
        self.look = Look(models.theme)
        self.cards: dict[str, CardItem] = {}
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self.wiring = Wiring(self)
        self._calm.timeout.connect(self._on_calm)
        self.glide = Glide(self)
        self.weight_pill = WeightPill(self.look)
        self.addItem(self.weight_pill)
        self.hover = Hover(self)
        self.annotations = Annotations(self)
        for changed in (self.edge_selected, self.annotations.selection_changed):
            changed.connect(self.target_changed)
        self.freshness = Freshness(self)
        self.tool: Tool | None = None
        self.selected_edge: Edge | None = None
        # How large it is shown, and the part that is in view and below no control.
        self.scale, self.free = 1.0, self.sceneRect()
        self._flat = False
        models.document.arrange = Remembered().with_room
        models.document.changed.connect(self._on_document_changed)
        models.document.replaced.connect(self._on_document_replaced)
        models.focus.selection_changed.connect(self.update_selection)
        models.focus.unit_changed.connect(self._update_unit)
        models.focus.display_changed.connect(self._on_display_changed)
        models.theme.changed.connect(self._on_theme_changed)
        models.runner.message.connect(self._on_message)
        models.runner.state_changed.connect(self._update_training)
        self._sync()

    # -- following the document -----------------------------------------------------------------------------

    def states(self) -> dict[str, CardState]:
        """What every card should look like now."""
        document = self.models.document
        data = self.models.runner.data
        known = data is not None and self.planar and data.dataset.name == document.project.data.name
        points = len(data.train) + len(data.validation) + len(data.test) if data is not None and known else 0
        return card_states(document.project, document.shapes, document.problems, self.mode, points)

    @property
    def wires(self) -> dict[Edge, WireItem]:
        """The wires by edge."""
        return self.wiring.wires

    @property
    def weight_wires(self) -> WeightWires:
        """The wires between neurons."""
        return self.wiring.weight_wires

    @property
    def mode(self) -> str:
        """What image networks show: "activations", "weights" or "gradients"."""
        return str(self.models.focus.display("mode"))

    @property
    def planar(self) -> bool:
        """True for a network on points."""
        return is_planar(self.models.document.project.graph)

    @Slot(object, object)
    def _on_document_changed(self, old: object, new: object) -> None:
        self.cancel_tool()
        self._sync()

    @Slot(object)
    def _on_document_replaced(self, project: object) -> None:
        self.cancel_tool()
        # Ids of another project mean other layers.
        for node in list(self.cards):
            self._remove_card(node)
        self.weight_wires.set_weights({})
        self.annotations.select(None)
        self.models.focus.pin_unit(None)
        self._sync()

    @Slot()
    def _on_display_changed(self) -> None:
        self.look.scale.scope = str(self.models.focus.display("scale"))
        self._sync()

    def _sync(self) -> None:
        """Makes cards and wires what the project says, one by one."""
        self.glide.finish()
        graph, states = self.models.document.project.graph, self.states()
        for node in [node for node in self.cards if node not in states]:
            self._remove_card(node)
        for node, state in states.items():
            if node in self.cards:
                self.cards[node].set_state(state)
            else:
                self.cards[node] = CardItem(state, self.look, self)
            where = graph.node(node)
            self.cards[node].place(QPointF(where.x, where.y))
        self.annotations.sync()
        self.wiring.sync()
        self.place_messages()
        if self.selected_edge not in self.wires:
            self.select_edge(None)
        self.hover.forget()
        self.models.focus.select(self.models.focus.selection & set(self.cards))
        self._dress()
        self.arranged.emit()

    def _remove_card(self, node: str) -> None:
        self.wiring.remove(node)
        self.cards.pop(node).take_down()

    # -- how it looks ---------------------------------------------------------------------------------------

    def _dress(self) -> None:
        """Gives cards what is not in the project: selection, focus, training, class counts."""
        for card in self.cards.values():
            card.face.flat = self._flat
            if isinstance(card.face.thumbnail, ClassTiles):
                card.face.thumbnail.counts = self._class_counts()
        self.update_selection()
        self.freshness.show()
        self._update_unit()
        self._update_training(self.models.runner.state)

    @Slot()
    def update_selection(self) -> None:
        """Shows which cards are selected, and their wires with them."""
        self.hover.forget_weight()
        selection = self.models.focus.selection
        for node, card in self.cards.items():
            card.set_look(selected=node in selection, focused=False)
        for wire in self.wires.values():
            self.update_wire_state(wire)

    def select_edge(self, edge: Edge | None) -> None:
        """Selects a wire by itself, or none."""
        if edge != self.selected_edge:
            self.selected_edge = edge
            self.update_selection()
            self.edge_selected.emit()

    def update_wire_state(self, wire: WireItem, hovered: bool = False) -> None:
        """Shows a wire as selected with its cards or by itself, else as hovered."""
        edge, selection = wire.edge, self.models.focus.selection
        selected = edge == self.selected_edge or edge.source in selection or edge.target in selection
        wire.set_state("selected" if selected else "hover" if hovered else "")

    @Slot()
    def _update_unit(self) -> None:
        unit = self.models.focus.unit
        for node, card in self.cards.items():
            card.face.set_unit(unit[1] if unit is not None and unit[0] == node else None)

    @Slot(str)
    def _update_training(self, state: str) -> None:
        for card in self.cards.values():
            card.set_look(training=state == "training")
        self.weight_wires.set_training(state == "training")

    def settle_soon(self) -> None:
        """Draws well, once nothing moves any more, what is drawn in a hurry now."""
        self._calm.start()

    @Slot()
    def _on_calm(self) -> None:
        self.weight_wires.settle()

    def set_flat(self, flat: bool) -> None:
        """Paints thumbnails as one flat colour each, for a canvas seen from far away."""
        if flat != self._flat:
            self._flat = flat
            self._dress()
            self.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.look.refresh()
        for card in self.cards.values():
            card.repaint()
        self.weight_wires.repaint()
        self.annotations.repaint()
        self.update()

    @Slot(object)
    def _on_message(self, message: object) -> None:
        if isinstance(message, DataReady):
            self._sync()

    def _class_counts(self) -> tuple[int, ...]:
        """How many samples each class has."""
        data = self.models.runner.data
        if data is None:
            return ()
        targets = np.concatenate([np.ravel(part.y) for part in (data.train, data.validation, data.test)])
        return tuple(int((targets == number).sum()) for number in range(len(data.dataset.class_names)))

    def network_rect(self, notes: bool = True) -> QRectF:
        """What there is to see: all cards, their messages, stages, notes and the wires, which may lead around them."""
        parts = self.taken() + [wire.boundingRect() for wire in self.wires.values()]
        parts += self.annotations.rects() if notes else self.annotations.frames().values()
        return functools.reduce(QRectF.united, parts, QRectF())

    def taken(self) -> list[QRectF]:
        """Where cards and their messages lie."""
        parts = [part for card in self.cards.values() for part in (card, card.message)]
        return [part.rect() for part in parts if part is not None]

    # -- gestures -------------------------------------------------------------------------------------------

    @property
    def drag_distance(self) -> float:
        """How far the pointer must go before a press becomes a drag, in the scene."""
        return QApplication.startDragDistance() / self.scale

    def lay(self, moved: frozenset[str]) -> None:
        """Leads wires and frames to where the moved cards are now."""
        self.annotations.lay(moved)
        self.wiring.lay(moved)
        self.place_messages()

    def place_messages(self) -> None:
        """Puts the sentences of problems where they cover no card."""
        if any(card.message is not None for card in self.cards.values()):
            place_messages(self.cards.values(), self.look.message_scale)

    def begin(self, tool: Tool) -> None:
        """Starts a gesture."""
        self.glide.finish()
        self.hover.leave()
        self.tool = tool

    def cancel_tool(self) -> bool:
        """Gives up the gesture that is going on, as if it had not begun; False when there was none."""
        tool, self.tool = self.tool, None
        if tool is not None:
            tool.cancel()
        return tool is not None

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        # A wire led with the keyboard gives way to the mouse.
        self.cancel_tool()
        point, modifiers = event.scenePos(), event.modifiers()
        tool = tool_for(self, point, modifiers)
        if tool is not None:
            self.begin(tool)

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()
        if self.tool is not None:
            self.tool.move(event.scenePos(), event.modifiers())

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton:
            # What a gesture applies comes back as a change of the document, which cancels one that still goes on.
            tool, self.tool = self.tool, None
            if tool is not None:
                tool.release(event.scenePos(), event.modifiers())
