"""The stages and notes of the scene: they follow the graph by id, frames follow their cards, and one of them can be
selected by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Signal, Slot

from playground.document import annotating
from playground.ui.editor import edits, stage_edits
from playground.ui.editor.note import NoteItem
from playground.ui.editor.stage import StageItem
from playground.ui.editor.tools import translate

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


class Annotations(QObject):
    """Stages and notes by id. `selection_changed` follows when another one is selected, or none.

    A stage or note that is `selected` by itself and selected cards or wires exclude each other: Del must not mean
    both. Notes that were selected together with cards are `along`.
    """

    selection_changed = Signal()

    def __init__(self, scene: EditorScene) -> None:
        super().__init__(scene)
        self._scene = scene
        self.stages: dict[str, StageItem] = {}
        self.notes: dict[str, NoteItem] = {}
        self.selected: str | None = None
        self.along: frozenset[str] = frozenset()
        self._hovered: StageItem | NoteItem | None = None
        # Frames that stay where they are while cards are dragged, and stages that would take these in.
        self._held: dict[str, QRectF] = {}
        scene.models.focus.selection_changed.connect(self._on_selection_changed)
        scene.edge_selected.connect(self._on_edge_selected)

    # -- following the document -----------------------------------------------------------------------------

    def sync(self) -> None:
        """Makes stages and notes what the project says. The cards are there already."""
        graph, scene = self._scene.models.document.project.graph, self._scene
        stages, notes = {stage.id: stage for stage in graph.stages}, {note.id: note for note in graph.notes}
        for id in [id for id in self.stages if id not in stages]:
            scene.removeItem(self.stages.pop(id))
        for id in [id for id in self.notes if id not in notes]:
            scene.removeItem(self.notes.pop(id))
        for id, stage in stages.items():
            if id not in self.stages:
                self.stages[id] = StageItem(stage, scene.look)
                scene.addItem(self.stages[id])
            self.stages[id].set_stage(stage)
        for id, note in notes.items():
            if id not in self.notes:
                self.notes[id] = NoteItem(note, scene.look)
                scene.addItem(self.notes[id])
            self.notes[id].set_note(note)
        self._held.clear()
        self.lay()
        self.hover(None)
        if self.selected is not None and self.item is None:
            self.select(None)
        self.take_along(self.along & set(self.notes))
        self._update_looks()

    def lay(self, moved: frozenset[str] | None = None) -> None:
        """Leads the frames of the moved cards, or all, around where the cards are now."""
        cards = self._scene.cards
        for id, item in self.stages.items():
            if id in self._held:
                item.lay(self._held[id])
            elif moved is None or not moved.isdisjoint(item.stage.nodes):
                item.lay(stage_edits.around(cards[node].rect() for node in item.stage.nodes))

    def hold(self, frames: Mapping[str, QRectF], targets: frozenset[str]) -> None:
        """Keeps these frames as they are given while cards are dragged, and marks the stages that cards let go now
        would be in; nothing of both lets frames follow their cards again."""
        self._held = dict(frames)
        for id, item in self.stages.items():
            item.set_look(target=id in targets)

    def frames(self) -> dict[str, QRectF]:
        """The frames by stage."""
        return {id: item.rect() for id, item in self.stages.items()}

    def repaint(self) -> None:
        """Measures and paints in the look of the theme."""
        for note in self.notes.values():
            note.set_note(note.note)

    # -- what is where --------------------------------------------------------------------------------------

    def rects(self) -> list[QRectF]:
        """Where frames and notes lie."""
        return [item.rect() for item in self._items().values()]

    def at(self, point: QPointF) -> StageItem | NoteItem | None:
        """What can be taken at a point: a note before a frame, of several frames the innermost."""
        for note in reversed(self.notes.values()):
            if note.grips(point.x(), point.y()) or note.at_edge(point.x(), point.y()):
                return note
        found = [stage for stage in self.stages.values() if stage.grips(point.x(), point.y())]
        return min(found, key=lambda stage: stage.rect().width() * stage.rect().height(), default=None)

    def stage_around(self, point: QPointF) -> str | None:
        """The id of the stage whose frame holds a point, also between its cards."""
        return stage_edits.holder(self.frames(), QRectF(point, point))

    # -- what is selected -----------------------------------------------------------------------------------

    def _items(self) -> dict[str, StageItem | NoteItem]:
        return {**self.stages, **self.notes}

    def _item(self, id: str | None) -> StageItem | NoteItem | None:
        return self._items().get(id) if id is not None else None

    @property
    def item(self) -> StageItem | NoteItem | None:
        """The selected stage or note."""
        return self._item(self.selected)

    def select(self, id: str | None) -> None:
        """Selects a stage or a note by itself, or none."""
        if id == self.selected and not self.along:
            return
        self.selected, self.along = id, frozenset()
        self._scene.hover.forget_weight()
        if id is not None:
            self._scene.models.focus.select(frozenset())
            self._scene.select_edge(None)
        self._update_looks()
        self.selection_changed.emit()

    def take_along(self, notes: frozenset[str]) -> None:
        """Selects notes together with the selected cards."""
        if notes != self.along:
            self.selected, self.along = None, notes
            self._update_looks()
            self.selection_changed.emit()

    def select_together(self, ids: frozenset[str]) -> None:
        """Selects these cards and notes, and nothing else."""
        nodes, notes = ids & set(self._scene.cards), ids & set(self.notes)
        self._scene.models.focus.select(nodes)
        if len(notes) == 1 and not nodes:
            self.select(next(iter(notes)))
        else:
            if self.selected is not None:
                self.select(None)
            self.take_along(notes)

    @property
    def selected_notes(self) -> frozenset[str]:
        """The notes that are selected, together with cards or one by itself."""
        return self.along | (self.notes.keys() & {self.selected})

    @property
    def has_selection(self) -> bool:
        """Whether a stage or any note is selected."""
        return self.selected is not None or bool(self.along)

    def chosen(self) -> tuple[frozenset[str], frozenset[str]]:
        """The layers and the notes to be copied or cut: those of the selected stage, the selected note, or what is
        selected together."""
        item = self.item
        if isinstance(item, StageItem):
            return frozenset(item.stage.nodes), frozenset()
        return self._scene.models.focus.selection, self.selected_notes

    def _update_looks(self) -> None:
        for id, item in self._items().items():
            item.set_look(selected=id == self.selected or id in self.along)

    @Slot()
    def _on_selection_changed(self) -> None:
        if self._scene.models.focus.selection:
            self.select(None)

    @Slot()
    def _on_edge_selected(self) -> None:
        if self._scene.selected_edge is not None:
            self.select(None)

    def hover(self, item: StageItem | NoteItem | None) -> None:
        """Lifts what the pointer is over."""
        if item is not self._hovered:
            if self._hovered is not None:
                self._hovered.set_look(hovered=False)
            if item is not None:
                item.set_look(hovered=True)
            self._hovered = item

    # -- edits of what is selected --------------------------------------------------------------------------

    def delete(self) -> bool:
        """Dissolves the selected stage, whose cards stay, or deletes the selected note; False where there is none."""
        document, item = self._scene.models.document, self.item
        graph = document.project.graph
        if isinstance(item, StageItem):
            graph = annotating.ungroup(graph, item.stage.id)
            document.apply(translate("Dissolve stage"), document.project.with_graph(graph))
        elif isinstance(item, NoteItem):
            graph = annotating.remove_note(graph, item.note.id)
            document.apply(translate("Delete note"), document.project.with_graph(graph))
        return item is not None

    def nudge(self, x: float, y: float, series: object) -> bool:
        """Moves the selected stage or note a little; False where there is none. Moves of one series after each other
        are one step."""
        document, item = self._scene.models.document, self.item
        project = document.project
        merge = ("nudge", self.selected, series)
        if isinstance(item, StageItem):
            nodes = [project.graph.node(node) for node in item.stage.nodes]
            moved = edits.move(project, {node.id: (node.x + x, node.y + y) for node in nodes})
            document.apply(translate("Move stage"), moved, merge=merge)
        elif isinstance(item, NoteItem):
            note = replace(item.note, x=item.note.x + x, y=item.note.y + y)
            graph = annotating.set_note(project.graph, note)
            document.apply(translate("Move note"), project.with_graph(graph), merge=merge)
        return item is not None
