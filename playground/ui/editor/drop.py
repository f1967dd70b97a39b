"""The gesture that brings a layer from the palette: onto the empty canvas, into a wire, or with Alt onto another
layer to take its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.document.clipping import ENDS
from playground.document.graph import Edge, GraphError
from playground.document.project import Project
from playground.document.shapes import Problem, infer
from playground.ui.editor import edits, stage_edits
from playground.ui.editor.commands import replacing
from playground.ui.editor.face import Z_TOOL
from playground.ui.editor.item import Item
from playground.ui.editor.look import Look, measure
from playground.ui.editor.picking import node_at, wire_at
from playground.ui.editor.state import shape_label
from playground.ui.editor.tools import Modifiers, translate
from playground.ui.editor.wire import WireItem
from playground.ui.editor.wiring import has_weight_wires

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene

# How near the pointer must come to a wire to drop into it, and the slot that opens there.
REACH = 24
SLOT = (84, 34)
LABEL_GAP, LABEL_HEIGHT, LABEL_PADDING = 6, 20, 9
DASH = (4.0, 3.0)


class SlotItem(Item):
    """The place in a wire that a layer would take, and above it what it would give out. Over a card that a layer
    would replace the text stands alone."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._text = ""
        self._fits = self._has_place = True
        self.setZValue(Z_TOOL)
        self.setVisible(False)

    @property
    def text(self) -> str:
        """What stands above the slot."""
        return self._text

    def open(self, middle: QPointF, text: str, fits: bool, place: bool = True) -> None:
        """Opens around a point of a wire; without a `place` the text stands right above the point."""
        self.prepareGeometryChange()
        self._text, self._fits, self._has_place = text, fits, place
        self.setPos(middle)
        self.setVisible(True)
        self.update()

    def _slot(self) -> QRectF:
        return QRectF(-SLOT[0] / 2, -SLOT[1] / 2, *SLOT)

    def _label(self) -> QRectF:
        width = self._look.width("control", self._text) + 2 * LABEL_PADDING
        bottom = (-SLOT[1] / 2 if self._has_place else 0) - LABEL_GAP
        return QRectF(-width / 2, bottom - LABEL_HEIGHT, width, LABEL_HEIGHT)

    def boundingRect(self) -> QRectF:
        return self._slot().united(self._label()).adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._has_place:
            painter.setPen(self._look.pen("accent.base", measure("border.hairline"), DASH))
            painter.setBrush(self._look.color("accent.tint"))
            radius = measure("radius.card")
            painter.drawRoundedRect(self._slot().adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        color, border = ("accent.base", "accent.line") if self._fits else ("error.base", "error.base")
        self._look.pill(painter, self._label(), self._text, border, color, "control")


class Drop:
    """A layer of one kind on its way over the canvas. `move` shows where it would go, `release` puts it there."""

    def __init__(self, scene: EditorScene, kind: str) -> None:
        self._scene, self.kind = scene, kind
        self._edge: Edge | None = None
        self._previews: dict[Edge, tuple[str, bool]] = {}
        self._previewed: Project | None = None
        self.slot = SlotItem(scene.look)
        scene.addItem(self.slot)
        self._end = CATALOGUE.layers[kind].category in ENDS
        self._replaced: str | None = None
        self._advised: str | None = None

    def move(self, point: QPointF, modifiers: Modifiers = Modifiers.NoModifier) -> None:
        """The pointer with the layer is at a point of the scene."""
        scene = self._scene
        self._mark_replaced(self._replaced_at(point, modifiers))
        if self._end:
            self._mark_end(True)
        free = not self._end and self._replaced is None
        wire = (wire_at(scene, point, REACH) or self._gap_at(point)) if free else None
        edge = wire.edge if wire is not None else None
        if edge != self._edge:
            for other in (self._edge, edge):
                if other in scene.wires:
                    scene.wires[other].set_state("selected" if other == edge else "")
            self._edge = edge
        if wire is not None:
            self.slot.open(wire.path.pointAtPercent(0.5), *self._preview(wire.edge))
        elif self._replaced is None:
            self.slot.setVisible(False)
            self._advise(point)

    # -- in the place of another layer ----------------------------------------------------------------------

    def _replaced_at(self, point: QPointF, modifiers: Modifiers) -> str | None:
        """The layer that would give way: the one at a point, while Alt is held."""
        node = node_at(self._scene, point)
        project = self._scene.models.document.project
        if node is None or self._end or not modifiers & Modifiers.AltModifier:
            return None
        return node if edits.can_replace(project, node, self.kind) else None

    def _mark_replaced(self, node: str | None) -> None:
        if node == self._replaced:
            return
        cards = self._scene.cards
        for other in (self._replaced, node):
            if other in cards:
                cards[other].set_look(target=other == node)
        self._replaced = node
        if node is not None:
            project, rect = self._scene.models.document.project, cards[node].rect()
            found = infer(edits.replace_layer(project, node, self.kind).graph, CATALOGUE.layers).get(node)
            text = replacing(project, node, self.kind)
            self.slot.open(QPointF(rect.center().x(), rect.top()), text, not isinstance(found, Problem), place=False)

    def _advise(self, point: QPointF) -> None:
        """Says once for each card that Alt would replace it."""
        node, project = node_at(self._scene, point), self._scene.models.document.project
        if node is not None and node != self._advised and not self._end:
            self._advised = node
            if edits.can_replace(project, node, self.kind):
                label = CATALOGUE.layers[project.graph.node(node).kind].label
                self._scene.hinted.emit(translate("Hold Alt to replace {layer}.").format(layer=label))

    # -- into a wire ----------------------------------------------------------------------------------------

    def _gap_at(self, point: QPointF) -> WireItem | None:
        """The wire between two cards of neurons whose weight wires lie under a point: all of them are one wire."""
        cards = self._scene.cards
        for edge, wire in self._scene.wires.items():
            source, target = cards[edge.source], cards[edge.target]
            if has_weight_wires(source, target):
                both = source.rect().united(target.rect())
                if QRectF(source.rect().right(), both.top(), target.rect().left() - source.rect().right(),
                          both.height()).contains(point):  # fmt: skip
                    return wire
        return None

    def _mark_end(self, on: bool) -> None:
        """A new Input or Output takes the place of the present one, which shows it."""
        category = CATALOGUE.layers[self.kind].category
        for card in self._scene.cards.values():
            if card.state.category == category:
                card.set_look(target=on)

    def _preview(self, edge: Edge) -> tuple[str, bool]:
        """What the layer would give out in this wire, or why it would not fit; worked out once for each wire."""
        project = self._scene.models.document.project
        if self._previewed is not project:
            self._previewed, self._previews = project, {}
        if edge not in self._previews:
            self._previews[edge] = self._worked_out(edge)
        return self._previews[edge]

    def _worked_out(self, edge: Edge) -> tuple[str, bool]:
        project = self._scene.models.document.project
        try:
            project, node = edits.insert(project, self.kind, edge)
        except GraphError as error:
            return str(error), False
        found = infer(project.graph, CATALOGUE.layers).get(node)
        if isinstance(found, Problem):
            return found.message, False
        if found is None:
            return translate("The layers before it have a problem."), False
        return translate("becomes {shape}").format(shape=shape_label(found)), True

    def release(self, point: QPointF, modifiers: Modifiers = Modifiers.NoModifier) -> str | None:
        """Puts the layer where the pointer is and selects it; returns its id."""
        self.move(point, modifiers)
        edge, replaced = self._edge, self._replaced
        self.cancel()
        scene, document = self._scene, self._scene.models.document
        label = CATALOGUE.layers[self.kind].label
        try:
            if replaced is not None:
                project, node = edits.replace_layer(document.project, replaced, self.kind), replaced
                text = replacing(document.project, replaced, self.kind)
            elif edge is not None:
                project, node = edits.insert(document.project, self.kind, edge)
                text = translate("Insert {layer}").format(layer=label)
            else:
                project, node = self._placed(point)
                text = translate("Add {layer}").format(layer=label)
        except GraphError as error:
            scene.hinted.emit(str(error))
            return None
        document.apply(text, project)
        scene.models.focus.select(frozenset({node}))
        return node

    def _placed(self, point: QPointF) -> tuple[Project, str]:
        """The layer with its middle under the pointer, or in the free room nearest to there, on the grid."""
        document = self._scene.models.document
        project, node = edits.place(document.project, self.kind, point.x(), point.y())
        if self._end:
            return project, node
        state, grid = edits.states_of(project)[node], measure("space.canvas_grid")
        x = round((point.x() - state.width / 2) / grid) * grid
        y = round((point.y() - state.height / 2) / grid) * grid
        project = edits.clear_of(edits.move(project, {node: (x, y)}), node, self._scene.taken())
        home = self._scene.annotations.stage_around(point)
        return project.with_graph(stage_edits.put(project.graph, {node: home})), node

    def cancel(self) -> None:
        """The layer left the canvas."""
        if self.slot.scene() is not None:
            self._scene.removeItem(self.slot)
        if self._end:
            self._mark_end(False)
        self._mark_replaced(None)
        self._edge = None
        self._scene.update_selection()
