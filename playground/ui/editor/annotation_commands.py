"""What can be done with stages and notes without a drag: menus and keys of the canvas call these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Slot

from playground.document import annotating
from playground.document.annotations import Note
from playground.document.graph import GraphError
from playground.document.project import Project
from playground.ui.editor import stage_edits
from playground.ui.editor.arranging import rects_of
from playground.ui.editor.free_places import free_offset
from playground.ui.editor.layout import lay_out
from playground.ui.editor.note import NoteItem
from playground.ui.editor.note_field import NoteField
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.stage import StageItem
from playground.ui.editor.stage_field import StageField
from playground.ui.editor.tools import translate

if TYPE_CHECKING:
    from playground.ui.editor.canvas import Canvas

# A new note: room for three lines.
NOTE_WIDTH, NOTE_HEIGHT = 200.0, 64.0


def covers_others(project: Project, stage: str) -> bool:
    """Whether the frame of a stage would lie over cards that are not in it."""
    nodes = annotating.stage(project.graph, stage).nodes
    rects = rects_of(project, [node.id for node in project.graph.nodes])
    frame = stage_edits.around(rects[node] for node in nodes)
    return any(frame.intersects(rect) for node, rect in rects.items() if node not in nodes)


class AnnotationCommands(QObject):
    """Groups cards into stages, writes notes, and walks through both with the keyboard."""

    def __init__(self, canvas: Canvas, scene: EditorScene) -> None:
        super().__init__(canvas)
        self._canvas, self._scene = canvas, scene

    @Slot()
    def group(self) -> None:
        """Puts a frame around the selected cards and asks for its title."""
        document, selection = self._scene.models.document, self._scene.models.focus.selection
        graph = document.project.graph
        title = translate("Stage {number}").format(number=len(graph.stages) + 1)
        try:
            graph, stage = annotating.group(graph, selection, title)
        except GraphError as error:
            self._scene.hinted.emit(str(error))
            return
        # The title that is written right after it belongs to the same step.
        step = ("group", stage)
        grouped = document.project.with_graph(graph)
        tidy = lay_out(grouped) if covers_others(grouped, stage) else grouped
        if covers_others(tidy, stage):
            # A way leads out of these layers and back, so no order keeps them to themselves.
            tidy = grouped
        document.apply(translate("Group into a stage"), tidy, merge=step)
        self._scene.annotations.select(stage)
        if self._canvas.isVisible():
            if tidy is not grouped:
                self._canvas.fit()
                self._scene.hinted.emit(translate("All layers are laid out, so that the stage lies by itself."))
            self._canvas.reveal(self._scene.annotations.stages[stage].rect())
            StageField(self._canvas, self._scene, stage, merge=step)

    @Slot()
    def dissolve(self) -> None:
        """Takes away the selected stage, or those of the selected cards; the cards stay."""
        document, annotations = self._scene.models.document, self._scene.annotations
        if isinstance(annotations.item, StageItem):
            annotations.delete()
            return
        graph = document.project.graph
        stages = stage_edits.stages_of(graph, self._scene.models.focus.selection)
        if not stages:
            self._scene.hinted.emit(translate("Select a stage, or layers in one."))
            return
        for stage in stages:
            graph = annotating.ungroup(graph, stage.id)
        document.apply(translate("Dissolve stage"), document.project.with_graph(graph))

    @Slot()
    def add_note(self) -> None:
        """Opens a new note at the pointer, or in the middle of the view; beside the cards and notes that lie there."""
        if not self._canvas.isVisible():
            return
        seen = self._canvas.seen_rect()
        place = self._canvas.asked_at or self._canvas.pointer
        point = self._canvas.to_scene(place) if place is not None else seen.center() - QPointF(NOTE_WIDTH / 2, 0)
        rect = QRectF(point, QSizeF(NOTE_WIDTH, NOTE_HEIGHT))
        taken = self._scene.taken() + [note.rect() for note in self._scene.annotations.notes.values()]
        rect.translate(free_offset([rect], QPointF(), taken))
        self._canvas.reveal(rect)
        NoteField(self._canvas, self._scene, Note("", "", round(rect.x()), round(rect.y()), NOTE_WIDTH))

    def write(self, words: bool = False) -> bool:
        """Edits the title of the selected stage, or its words, or the text of the selected note; False without
        one."""
        item = self._scene.annotations.item
        if item is None or not self._canvas.isVisible():
            return False
        self._scene.glide.finish()
        self._canvas.reveal(QRectF(item.rect().topLeft(), item.rect().topLeft() + QPointF(NOTE_WIDTH, 40)))
        if isinstance(item, StageItem):
            StageField(self._canvas, self._scene, item.stage.id, words)
        else:
            NoteField(self._canvas, self._scene, item.note)
        return True

    def write_at(self, point: QPointF) -> bool:
        """Edits the stage or note at a point: of a stage the words where these are. False where there is none."""
        annotations, item = self._scene.annotations, self._scene.annotations.at(point)
        if item is None:
            return False
        self._scene.cancel_tool()
        if isinstance(item, NoteItem):
            annotations.select(item.note.id)
            return self.write()
        annotations.select(item.stage.id)
        return self.write(words=bool(item.stage.words) and item.words_rect().contains(point))

    @Slot()
    def choose(self) -> None:
        """Selects the stage of the selected card, else the next stage or note."""
        annotations, selection = self._scene.annotations, self._scene.models.focus.selection
        order = [*annotations.stages, *annotations.notes]
        if not order:
            self._scene.hinted.emit(translate("There is no stage and no note yet. Ctrl+G groups the selected layers."))
            return
        own = stage_edits.stages_of(self._scene.models.document.project.graph, selection)
        at = order.index(annotations.selected) + 1 if annotations.selected in order else 0
        annotations.select(own[0].id if own else order[at % len(order)])
        item = annotations.item
        assert item is not None
        self._canvas.keys.use_mouse()
        self._canvas.reveal(item.rect())
        self._canvas.setAccessibleDescription(item.accessible_name)
