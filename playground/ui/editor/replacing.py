"""A layer that takes the place of another one: what comes of it, and how a drag over the canvas shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from playground.catalog.catalogue import CATALOGUE
from playground.document.cures import unwired
from playground.document.project import Project
from playground.document.shapes import Problem, infer, problems
from playground.ui.editor import edits, stage_edits
from playground.ui.editor.picking import node_at
from playground.ui.editor.slot import SlotItem
from playground.ui.editor.state import shape_label
from playground.ui.editor.tools import Modifiers, translate

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


def replacing(project: Project, node: str, kind: str) -> str:
    """What the edit is called that puts a layer in the place of another one."""
    old = CATALOGUE.layers[project.graph.node(node).kind].label
    return translate("Replace {old} by {new}").format(old=old, new=CATALOGUE.layers[kind].label)


def moved_into(project: Project, moving: str, node: str) -> Project:
    """A layer of the network in the place of another one, which goes: it takes its wires, as far as it has ports for
    them, its position and its stage, and the wires heal where it was."""
    place = project.graph.node(node)
    graph = unwired(project.graph, moving)
    given, taken = graph.incoming(node), graph.outgoing(node)
    home = stage_edits.stage_of(graph, node)
    graph = stage_edits.put(graph, {moving: home.id if home is not None else None}).remove(node)
    ports = CATALOGUE.layers[graph.node(moving).kind].inputs[1]
    for edge in given:
        if edge.port < ports:
            graph = graph.connect(edge.source, moving, edge.port)
    for edge in taken:
        graph = graph.connect(moving, edge.target, edge.port)
    return edits.make_room(project.with_graph(graph.move(moving, place.x, place.y)), moving, None)


class Replacement:
    """A layer of one kind on its way over the canvas: a new one, or the card `moving`. While Alt is held, `node` is
    the one that would give way; its card and a label in the slot show what would come of it."""

    def __init__(self, scene: EditorScene, slot: SlotItem, kind: str, moving: str = "") -> None:
        self._scene, self._slot, self._kind, self._moving = scene, slot, kind, moving
        self.node: str | None = None
        # The card that Alt would replace, and the sentence that says so.
        self._advised: str | None = None
        self._advice = ""

    def _at(self, point: QPointF) -> str | None:
        """The layer at a point, if this one could take its place."""
        project, node = self._scene.models.document.project, node_at(self._scene, point, but=self._moving)
        new = CATALOGUE.layers[self._kind]
        if node is None or new.category in edits.ENDS or not edits.can_replace(project, node, self._kind):
            return None
        return node

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """The pointer with the layer is at a point of the scene."""
        node = self._at(point) if modifiers & Modifiers.AltModifier else None
        if node == self.node:
            return
        self._give_way(node)
        if node is not None:
            text, fits = self._worked_out(node)
            card = self._scene.cards[node]
            card.set_look(target=fits, refused=not fits)
            top = QPointF(card.rect().center().x(), card.rect().top())
            self._slot.open(top, text, fits, self._scene.free, place=False)

    def advise(self, point: QPointF | None) -> None:
        """Says, as long as the pointer is over a card, that Alt would replace it; without a point no longer."""
        node = self._at(point) if point is not None else None
        if node == self._advised:
            return
        if self._advice:
            self._scene.taken_back.emit(self._advice)
        self._advised, self._advice = node, ""
        if node is not None:
            label = CATALOGUE.layers[self._scene.models.document.project.graph.node(node).kind].label
            self._advice = translate("Hold Alt to replace {layer}.").format(layer=label)
            self._scene.hinted.emit(self._advice)

    def end(self) -> None:
        """The drag is over: no layer gives way."""
        self.advise(None)
        self._give_way(None)

    def _give_way(self, node: str | None) -> None:
        """Marks the layer that would give way instead of the one before."""
        if self.node in self._scene.cards:
            self._scene.cards[self.node].set_look(target=False, refused=False)
        self.node = node

    def carried_out(self, node: str) -> Project:
        """The project with the layer in the place of another one."""
        project = self._scene.models.document.project
        if self._moving:
            return moved_into(project, self._moving, node)
        return edits.replace_layer(project, node, self._kind)

    def _worked_out(self, node: str) -> tuple[str, bool]:
        """What the edit is called and what the layer would give out there, or why it would not fit."""
        text = replacing(self._scene.models.document.project, node, self._kind)
        shapes = infer(self.carried_out(node).graph, CATALOGUE.layers)
        found = shapes.get(self._moving or node)
        if found is None:
            # What comes before it has a problem, or it is not between Input and Output.
            found = next(iter(problems(shapes)), None)
        if isinstance(found, Problem):
            return f"{text}: {found.message}", False
        return (text if found is None else f"{text}: {shape_label(found)}"), True
