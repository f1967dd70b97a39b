"""The gesture that brings a layer from the palette: onto the empty canvas, into a wire, or with Alt onto another
layer to take its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from playground.catalog.catalogue import CATALOGUE
from playground.document.clipping import ENDS
from playground.document.graph import GraphError
from playground.document.project import Project
from playground.ui.editor import edits
from playground.ui.editor.free_places import settled
from playground.ui.editor.inserting import Insertion, inserting
from playground.ui.editor.look import measure
from playground.ui.editor.replacing import Replacement, replacing
from playground.ui.editor.slot import SlotItem
from playground.ui.editor.tools import Modifiers, translate

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


class Drop:
    """A layer of one kind on its way over the canvas. `move` shows where it would go, `release` puts it there."""

    def __init__(self, scene: EditorScene, kind: str) -> None:
        self._scene, self.kind = scene, kind
        self.slot = SlotItem(scene.look)
        scene.addItem(self.slot)
        self._end = CATALOGUE.layers[kind].category in ENDS
        self._replacement = Replacement(scene, self.slot, kind)
        self._insertion = Insertion(scene, self.slot, kind)

    def move(self, point: QPointF, modifiers: Modifiers = Modifiers.NoModifier) -> None:
        """The pointer with the layer is at a point of the scene."""
        self._replacement.move(point, modifiers)
        if self._end:
            self._mark_end(True)
        free = not self._end and self._replacement.node is None
        self._insertion.move(*([point] if free else []))
        edge = self._insertion.edge
        self._replacement.advise(point if free and edge is None else None)
        self.slot.setVisible(edge is not None or self._replacement.node is not None)

    def _mark_end(self, on: bool) -> None:
        """A new Input or Output takes the place of the present one, which shows it."""
        category = CATALOGUE.layers[self.kind].category
        for card in self._scene.cards.values():
            if card.state.category == category:
                card.set_look(target=on)

    def release(self, point: QPointF, modifiers: Modifiers = Modifiers.NoModifier) -> str | None:
        """Puts the layer where the pointer is and selects it; returns its id."""
        self.move(point, modifiers)
        edge, replaced = self._insertion.edge, self._replacement.node
        self.cancel()
        scene, document = self._scene, self._scene.models.document
        label = CATALOGUE.layers[self.kind].label
        try:
            if replaced is not None:
                project, node = self._replacement.carried_out(replaced), replaced
                text = replacing(document.project, replaced, self.kind)
            elif edge is not None:
                project, node = self._insertion.carried_out(edge)
                text = inserting(self.kind)
            else:
                project, node = self._placed(point)
                text = translate("Add {layer}").format(layer=label)
        except GraphError as error:
            scene.hinted.emit(str(error))
            return None
        document.apply(text, project)
        scene.models.focus.select(frozenset({node}))
        if not scene.cards[node].rect().contains(point):
            # Who chose the place keeps looking there; to another one the view follows.
            scene.made.emit(frozenset({node}))
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
        return settled(self._scene, edits.move(project, {node: (x, y)}), node, point), node

    def cancel(self) -> None:
        """The layer left the canvas."""
        if self.slot.scene() is not None:
            self._scene.removeItem(self.slot)
        if self._end:
            self._mark_end(False)
        self._replacement.end()
        self._insertion.end()
        self._scene.update_selection()
