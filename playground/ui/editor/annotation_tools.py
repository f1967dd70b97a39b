"""Gestures with the mouse on stages and notes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from playground.document import annotating
from playground.document.annotating import MAX_NOTE_WIDTH, MIN_NOTE_WIDTH
from playground.ui.editor import copies, edits
from playground.ui.editor.joining import Joining
from playground.ui.editor.look import measure
from playground.ui.editor.note import NoteItem
from playground.ui.editor.stage import StageItem
from playground.ui.editor.tools import Modifiers, translate

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


def on_grid(offset: QPointF, modifiers: Modifiers) -> QPointF:
    """A way in whole steps of the grid, unless Shift is held."""
    if modifiers & Modifiers.ShiftModifier:
        return offset
    grid = measure("space.canvas_grid")
    return QPointF(round(offset.x() / grid) * grid, round(offset.y() / grid) * grid)


class _Drag:
    """A press on a stage or a note selects it, unless it is selected together with others; further off it becomes a
    drag."""

    def __init__(self, scene: EditorScene, id: str, point: QPointF) -> None:
        self._scene, self._id, self._start = scene, id, point
        self._moved = False
        if id not in scene.annotations.along:
            scene.annotations.select(id)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Shows what the drag would do, once the pointer has left the place of the press."""
        if self._moved or (point - self._start).manhattanLength() >= self._scene.drag_distance:
            self._moved = True
            self._show(point - self._start)

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Ends the drag as one step; a click selects this and nothing else."""
        if self._moved:
            self._finish(point - self._start, modifiers)
        else:
            self._scene.annotations.select(self._id)

    def cancel(self) -> None:
        """Puts everything back."""
        if self._moved:
            self._show(QPointF())

    def _show(self, offset: QPointF) -> None:
        raise NotImplementedError

    def _finish(self, offset: QPointF, modifiers: Modifiers) -> None:
        raise NotImplementedError


class MoveStage(_Drag):
    """Drags a frame and all its cards."""

    def __init__(self, scene: EditorScene, item: StageItem, point: QPointF) -> None:
        super().__init__(scene, item.stage.id, point)
        self._places = {node: scene.cards[node].pos() for node in item.stage.nodes}

    def _show(self, offset: QPointF) -> None:
        for node, place in self._places.items():
            self._scene.cards[node].place(place + offset)
        self._scene.lay(frozenset(self._places))

    def _finish(self, offset: QPointF, modifiers: Modifiers) -> None:
        way = on_grid(offset, modifiers)
        self._show(way)
        document = self._scene.models.document
        places = {node: (place.x() + way.x(), place.y() + way.y()) for node, place in self._places.items()}
        document.apply(translate("Move stage"), edits.move(document.project, places))


class MoveNote(_Drag):
    """Drags a note, and with it the cards and notes that are selected together with it."""

    def __init__(self, scene: EditorScene, item: NoteItem, point: QPointF) -> None:
        super().__init__(scene, item.note.id, point)
        self._place = QPointF(item.note.x, item.note.y)
        notes = scene.annotations.selected_notes
        self._notes = {id: scene.annotations.notes[id] for id in notes}
        self._cards = {node: scene.cards[node].pos() for node in scene.models.focus.selection}
        self._joining = Joining(scene, self._cards)

    def _show(self, offset: QPointF) -> None:
        for node, place in self._cards.items():
            self._scene.cards[node].lift(True)
            self._scene.cards[node].place(place + offset)
        for item in self._notes.values():
            item.lay(item.note.x + offset.x(), item.note.y + offset.y(), item.note.width)
        self._joining.show()
        self._scene.lay(frozenset(self._cards))

    def _finish(self, offset: QPointF, modifiers: Modifiers) -> None:
        way = on_grid(self._place + offset, modifiers) - self._place
        # On the grid it may not have moved at all, and no change of the document puts it there.
        self._show(way)
        document = self._scene.models.document
        moved = self._joining.joined(copies.move(document.project, self._cards, self._notes, way.x(), way.y()))
        self._end()
        document.apply(self._said(), moved)

    def _said(self) -> str:
        if self._cards:
            return translate("Move layers")
        return translate("Move note") if len(self._notes) == 1 else translate("Move notes")

    def cancel(self) -> None:
        """Puts everything back."""
        super().cancel()
        if self._moved:
            self._end()

    def _end(self) -> None:
        self._joining.end()
        for node in self._cards:
            self._scene.cards[node].lift(False)


class ResizeNote(_Drag):
    """Drags the right edge of a note: its text takes the new width."""

    def __init__(self, scene: EditorScene, item: NoteItem, point: QPointF) -> None:
        super().__init__(scene, item.note.id, point)
        self._item, self._note = item, item.note

    def _width(self, offset: QPointF) -> float:
        return max(MIN_NOTE_WIDTH, min(MAX_NOTE_WIDTH, self._note.width + offset.x()))

    def _show(self, offset: QPointF) -> None:
        self._item.lay(self._note.x, self._note.y, self._width(offset))

    def _finish(self, offset: QPointF, modifiers: Modifiers) -> None:
        document, width = self._scene.models.document, float(round(self._width(offset)))
        self._item.lay(self._note.x, self._note.y, width)
        graph = annotating.set_note(document.project.graph, replace(self._note, width=width))
        document.apply(translate("Change width of note"), document.project.with_graph(graph))
