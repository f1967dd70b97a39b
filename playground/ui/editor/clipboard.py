"""Copy, cut and paste: layers and notes travel as text, so they also reach other windows, other programs and mails."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Slot
from PySide6.QtWidgets import QApplication

from playground.catalog.catalogue import CATALOGUE
from playground.document.clipping import ENDS, ClippingError, cut_out, from_text, to_text
from playground.document.graph import Graph, GraphError
from playground.ui.editor import copies, edits
from playground.ui.editor.copies import Gap
from playground.ui.editor.free_places import free_offset
from playground.ui.editor.look import measure
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.tools import translate

if TYPE_CHECKING:
    from playground.ui.editor.canvas import Canvas


class Clipboard(QObject):
    """The clipboard of the system, as the canvas uses it."""

    def __init__(self, canvas: Canvas, scene: EditorScene) -> None:
        super().__init__(canvas)
        self._canvas, self._scene = canvas, scene
        # What was pasted where last, and how far off: a second paste of it goes beside the first.
        self._last: tuple[str, QPointF | None] = ("", None)
        self._offset = QPointF()
        # Where it was cut out, while it can go back there, and the network that the cut left.
        self._gap: Gap | None = None
        self._left = Graph()
        scene.models.document.replaced.connect(self._on_replaced)

    @Slot()
    def copy(self) -> None:
        """Puts the selected layers and notes onto the clipboard, or says in a sentence why none of them can be
        copied."""
        if self._taken() is not None:
            said = self._what_stays(
                "1 of {all} layers is copied: {rest}.", "{count} of {all} layers are copied: {rest}."
            )
            self._say(said)

    @Slot()
    def cut(self) -> None:
        """Copies the selected layers and notes and deletes them; the wires heal around them."""
        clipping = self._taken()
        if clipping is None:
            return
        document, (nodes, notes) = self._scene.models.document, self._scene.annotations.chosen()
        before = document.project.graph
        said = self._what_stays("1 of {all} layers is cut: {rest}.", "{count} of {all} layers are cut: {rest}.")
        document.apply(translate("Cut"), copies.remove(document.project, nodes, notes=notes))
        # Last, so that nothing that follows the edit takes the place of the sentence.
        self._say(said)
        self._gap = copies.gap_of(before, document.project.graph, [node.id for node in clipping.nodes])
        self._left = document.project.graph

    def _taken(self) -> Graph | None:
        """What is selected, which is on the clipboard now; None, with a sentence, where none of it can be copied."""
        nodes, notes = self._scene.annotations.chosen()
        clipping = cut_out(self._scene.models.document.project.graph, nodes, CATALOGUE.layers, notes)
        if not clipping.nodes and not clipping.notes:
            self._scene.hinted.emit(translate("Input and Output stay: every network has one of each."))
            return None
        text = to_text(clipping)
        QApplication.clipboard().setText(text)
        # The first paste goes beside the layers that were copied.
        self._last, self._offset, self._gap = (text, None), QPointF(), None
        return clipping

    def _say(self, sentence: str) -> None:
        if sentence:
            self._scene.hinted.emit(sentence)

    def _what_stays(self, one: str, several: str) -> str:
        """How many of the selected layers are taken, as a sentence; empty unless Input or Output is left out."""
        project, (nodes, _) = self._scene.models.document.project, self._scene.annotations.chosen()
        ends = {CATALOGUE.layers[project.graph.node(node).kind].category for node in nodes} & set(ENDS)
        if not ends:
            return ""
        alone = "Input stays" if "input" in ends else "Output stays"
        rest = translate("Input and Output stay" if len(ends) == len(ENDS) else alone)
        count = len(nodes) - len(ends)
        return translate(one if count == 1 else several).format(count=count, all=len(nodes), rest=rest)

    @Slot()
    def paste(self) -> None:
        """Adds what is on the clipboard and selects it: back into the wire that healed where it was cut, else at the
        pointer where it is over the canvas."""
        text = QApplication.clipboard().text()
        document = self._scene.models.document
        try:
            clipping = from_text(text, CATALOGUE.layers)
            if self._gap is not None and text == self._last[0] and self._is_open(self._gap):
                project, made = copies.put_back(document.project, clipping, self._gap)
            else:
                self._aim(text, clipping)
                project, made = copies.paste(document.project, clipping, self._offset.x(), self._offset.y())
        except (ClippingError, GraphError) as error:
            self._scene.hinted.emit(str(error))
            return
        self._gap = None
        document.apply(translate("Paste"), project)
        self._scene.annotations.select_together(made)
        self._scene.made.emit(made)

    def _is_open(self, gap: Gap) -> bool:
        """Whether what was cut surely belongs back into the wire that healed there: that is selected or leads from
        Input to Output, or the network is still as the cut left it."""
        project = self._scene.models.document.project
        graph, left = project.graph, self._left
        if gap.healed not in graph.edges:
            return False
        direct = all(edits.is_end(project, end) for end in (gap.healed.source, gap.healed.target))
        same = graph.edges == left.edges and [node.id for node in graph.nodes] == [node.id for node in left.nodes]
        return same or direct or self._scene.selected_edge == gap.healed

    @Slot(object)
    def _on_replaced(self, project: object) -> None:
        self._gap = None

    def _aim(self, text: str, clipping: Graph) -> None:
        """Works out how far all of it moves: to the pointer, else beside where they were, else into view; from there
        to where they cover nothing."""
        pointer, seen = self._canvas.pointer, self._canvas.seen_rect()
        cards = copies.places_of(self._scene.models.document.project, clipping)
        frame = functools.reduce(QRectF.united, cards, QRectF())
        aside = QPointF(copies.COPY_OFFSET, copies.COPY_OFFSET)
        if (text, pointer) == self._last:
            self._offset += aside
        elif pointer is not None:
            self._offset = self._on_grid(self._canvas.to_scene(pointer) - frame.center(), frame)
        else:
            self._offset = aside
        if not seen.intersects(frame.translated(self._offset)):
            self._offset = self._on_grid(seen.center() - frame.center(), frame)
        taken = self._scene.taken() + self._scene.annotations.rects()
        self._offset = free_offset(cards, self._offset, taken)
        self._last = (text, pointer)

    @staticmethod
    def _on_grid(offset: QPointF, frame: QRectF) -> QPointF:
        """An offset that leaves the corner of the frame on the grid."""
        grid, corner = measure("space.canvas_grid"), frame.topLeft() + offset
        return QPointF(round(corner.x() / grid) * grid, round(corner.y() / grid) * grid) - frame.topLeft()
