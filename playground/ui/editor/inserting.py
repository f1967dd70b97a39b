"""A layer that goes into a wire: what comes of it, and how a drag over the canvas shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import Edge, GraphError
from playground.document.project import Project
from playground.document.shapes import Problem, infer
from playground.ui.editor import edits, stage_edits
from playground.ui.editor.picking import wire_at
from playground.ui.editor.slot import SlotItem
from playground.ui.editor.state import shape_label
from playground.ui.editor.tools import translate
from playground.ui.editor.wire import WireItem
from playground.ui.editor.wiring import has_weight_wires

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene

# How near the pointer must come to a wire to drop into it.
REACH = 24


def inserting(kind: str) -> str:
    """What the edit is called that puts a layer into a wire."""
    return translate("Insert {layer}").format(layer=CATALOGUE.layers[kind].label)


def is_loose(project: Project, node: str) -> bool:
    """True for a layer that no wire leads to or from and that could stand in one."""
    graph = project.graph
    return not (graph.incoming(node) or graph.outgoing(node) or edits.is_end(project, node))


def put_into(project: Project, node: str, edge: Edge) -> Project:
    """A loose layer of the network in the middle of a wire; what comes after it makes room. Raises GraphError."""
    graph = stage_edits.put(project.graph, {node: None}).insert(node, edge)
    return edits.make_room(project.with_graph(stage_edits.taken_in(graph, node)), node, edge.source)


class Insertion:
    """A layer of one kind on its way over the canvas: a new one, or the loose card `moving`. `edge` is the wire that
    it would go into; a slot in it shows what would come of it."""

    def __init__(self, scene: EditorScene, slot: SlotItem, kind: str, moving: str = "") -> None:
        self._scene, self._slot, self._kind, self._moving = scene, slot, kind, moving
        self.edge: Edge | None = None
        self._previews: dict[Edge, tuple[str, bool]] = {}
        self._previewed: Project | None = None

    def move(self, *points: QPointF) -> None:
        """The layer is at these points of the scene, of which the first counts most; at none of them it is in no
        wire."""
        found = (wire_at(self._scene, point, REACH) or self._gap_at(point) for point in points)
        wire = next((wire for wire in found if wire is not None), None)
        edge = wire.edge if wire is not None else None
        if edge != self.edge:
            self._mark(self.edge, "")
            self._mark(edge, "selected")
            self.edge = edge
        if wire is not None:
            self._slot.open(wire.path.pointAtPercent(0.5), *self._preview(wire.edge), self._scene.free)

    def _mark(self, edge: Edge | None, state: str) -> None:
        if edge in self._scene.wires:
            self._scene.wires[edge].set_state(state)

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

    def carried_out(self, edge: Edge) -> tuple[Project, str]:
        """The project with the layer in a wire, and its id. Raises GraphError."""
        project = self._scene.models.document.project
        if self._moving:
            return put_into(project, self._moving, edge), self._moving
        return edits.insert(project, self._kind, edge)

    def _preview(self, edge: Edge) -> tuple[str, bool]:
        """What the layer would give out in this wire, or why it would not fit; worked out once for each wire."""
        project = self._scene.models.document.project
        if self._previewed is not project:
            self._previewed, self._previews = project, {}
        if edge not in self._previews:
            self._previews[edge] = self._worked_out(edge)
        return self._previews[edge]

    def _worked_out(self, edge: Edge) -> tuple[str, bool]:
        try:
            project, node = self.carried_out(edge)
        except GraphError as error:
            return str(error), False
        shapes = infer(project.graph, CATALOGUE.layers)
        found = shapes.get(node)
        if isinstance(found, Problem):
            return found.message, False
        if found is None:
            return translate("The layers before it have a problem."), False
        shape, before = shape_label(found), self._scene.models.document.shapes
        for other, problem in shapes.items():
            if isinstance(problem, Problem) and not isinstance(before.get(other), Problem):
                # What would mend it is told once it is there.
                cause = problem.message.partition(". ")[0].removesuffix(".")
                return translate("becomes {shape}, but then {cause}.").format(shape=shape, cause=cause), False
        return translate("becomes {shape}").format(shape=shape), True

    def end(self) -> None:
        """The layer goes into no wire."""
        self.move()
