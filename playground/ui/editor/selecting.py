"""The gesture on a card: it is selected, moved with what is selected, put into a wire or in the place of another
one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from playground.catalog.layers.input import FEATURES
from playground.document.graph import Edge, GraphError
from playground.ui.editor import copies, edits
from playground.ui.editor.card import LIFTED, CardItem
from playground.ui.editor.face import Z_TOOL
from playground.ui.editor.inserting import Insertion, inserting, is_loose
from playground.ui.editor.joining import Joining
from playground.ui.editor.look import measure
from playground.ui.editor.note import NoteItem
from playground.ui.editor.picking import spare_feature_at
from playground.ui.editor.replacing import Replacement, replacing
from playground.ui.editor.slot import SlotItem
from playground.ui.editor.tools import Modifiers, translate

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


class Select:
    """A press on a card: a click selects it or pins its unit; a drag moves all selected cards, in steps of the grid
    unless Shift is held. A single card without wires goes into the wire that it is let go on; with Alt a single card
    takes the place of the one under the pointer."""

    def __init__(self, scene: EditorScene, card: CardItem, point: QPointF, modifiers: Modifiers) -> None:
        self._scene, self._card, self._start = scene, card, point
        self._places: dict[str, QPointF] = {}
        self._notes: dict[str, NoteItem] = {}
        self._joining: Joining | None = None
        self._slot = SlotItem(scene.look)
        kind = scene.models.document.project.graph.node(card.node).kind
        self._replacement = Replacement(scene, self._slot, kind, card.node)
        self._insertion = Insertion(scene, self._slot, kind, card.node)
        self._loose = is_loose(scene.models.document.project, card.node)
        focus, node, along = scene.models.focus, card.node, scene.annotations.selected_notes
        self._adding = bool(modifiers & Modifiers.ShiftModifier)
        self._was_selected = node in focus.selection
        if not self._was_selected:
            focus.select(focus.selection | {node} if self._adding else frozenset({node}))
            scene.annotations.take_along(along if self._adding else frozenset())
        scene.select_edge(None)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Moves the cards once the pointer has left the place of the press."""
        if self._joining is None:
            if (point - self._start).manhattanLength() < self._scene.drag_distance:
                return
            nodes = self._scene.models.focus.selection | {self._card.node}
            self._places = {node: self._scene.cards[node].pos() for node in nodes}
            self._notes = {id: self._scene.annotations.notes[id] for id in self._scene.annotations.along}
            self._joining = Joining(self._scene, nodes)
            self._lift(True)
            self._scene.addItem(self._slot)
            self._slot.setZValue(LIFTED + Z_TOOL)
        self._show(point - self._start)
        if self._alone:
            self._replacement.move(point, modifiers)
            free = self._replacement.node is None
            # It is held by any part of it: a wire below its middle is meant as well.
            middle = self._scene.cards[self._card.node].rect().center()
            self._insertion.move(*([point, middle] if free and self._loose else []))
            edge = self._insertion.edge
            self._replacement.advise(point if free and edge is None else None)
            self._slot.setVisible(edge is not None or not free)

    @property
    def _alone(self) -> bool:
        return len(self._places) == 1 and not self._notes

    def _lift(self, lifted: bool) -> None:
        for node in self._places:
            self._scene.cards[node].lift(lifted)

    def _show(self, offset: QPointF) -> None:
        for node, place in self._places.items():
            self._scene.cards[node].place(place + offset)
        for item in self._notes.values():
            item.lay(item.note.x + offset.x(), item.note.y + offset.y(), item.note.width)
        if self._joining is not None:
            self._joining.show()
        self._scene.lay(frozenset(self._places))

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Ends the move as one step, or does what a click does."""
        if self._joining is None:
            self._click(point)
            return
        self.move(point, modifiers)
        replaced, edge = self._replacement.node, self._insertion.edge
        if replaced is not None:
            self._replace(replaced)
            return
        if edge is not None:
            self._insert(edge)
            return
        offset = point - self._start
        if not modifiers & Modifiers.ShiftModifier:
            grid, place = measure("space.canvas_grid"), self._places[self._card.node] + offset
            offset += QPointF(round(place.x() / grid) * grid, round(place.y() / grid) * grid) - place
        self._show(offset)
        document = self._scene.models.document
        text = translate("Move layer") if self._alone else translate("Move layers")
        moved = copies.move(document.project, self._places, self._notes, offset.x(), offset.y())
        project = self._joining.joined(moved)
        self._end(self._joining)
        document.apply(text, project)

    def _replace(self, node: str) -> None:
        document = self._scene.models.document
        text = replacing(document.project, node, document.project.graph.node(self._card.node).kind)
        project = self._replacement.carried_out(node)
        self.cancel()
        document.apply(text, project)

    def _insert(self, edge: Edge) -> None:
        document = self._scene.models.document
        kind = document.project.graph.node(self._card.node).kind
        try:
            project, _ = self._insertion.carried_out(edge)
        except GraphError as error:
            self.cancel()
            self._scene.hinted.emit(str(error))
            return
        self.cancel()
        document.apply(inserting(kind), project)

    def _end(self, joining: Joining) -> None:
        joining.end()
        self._lift(False)
        self._replacement.end()
        self._insertion.end()
        self._scene.update_selection()
        self._scene.removeItem(self._slot)

    def _click(self, point: QPointF) -> None:
        scene, focus, node = self._scene, self._scene.models.focus, self._card.node
        if self._adding:
            if self._was_selected:
                focus.select(focus.selection - {node})
            return
        focus.select(frozenset({node}))
        scene.annotations.take_along(frozenset())
        feature = spare_feature_at(self._card, point)
        unit = self._card.face.unit_at(point)
        if feature is not None:
            label = next(label for name, label, _ in FEATURES if name == feature)
            document = scene.models.document
            text = translate("Use {feature}").format(feature=label)
            document.apply(text, edits.use_feature(document.project, node, feature))
        elif unit is not None:
            focus.toggle_pin((node, unit))

    def cancel(self) -> None:
        """Puts the cards back."""
        if self._joining is not None:
            self._show(QPointF())
            self._end(self._joining)
