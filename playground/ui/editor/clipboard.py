"""Copy, cut and paste: layers travel as text, so they also reach other windows, other programs and mails."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Slot
from PySide6.QtWidgets import QApplication

from playground.catalog.catalogue import CATALOGUE
from playground.document.clipping import ClippingError, cut_out, from_text, to_text
from playground.document.graph import Graph, GraphError
from playground.ui.editor import edits
from playground.ui.editor.arranging import rects_of
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

    @Slot()
    def copy(self) -> bool:
        """Puts the selected layers onto the clipboard; False, with a sentence, where none of them can be copied."""
        models = self._scene.models
        clipping = cut_out(models.document.project.graph, models.focus.selection, CATALOGUE.layers)
        if not clipping.nodes:
            self._scene.hinted.emit(translate("Input and Output stay: every network has one of each."))
            return False
        text = to_text(clipping)
        QApplication.clipboard().setText(text)
        # The first paste goes beside the layers that were copied.
        self._last, self._offset = (text, None), QPointF()
        return True

    @Slot()
    def cut(self) -> None:
        """Copies the selected layers and deletes them; the wires heal around them."""
        if self.copy():
            models = self._scene.models
            project = edits.delete(models.document.project, models.focus.selection)
            models.document.apply(translate("Cut"), project)

    @Slot()
    def paste(self) -> None:
        """Adds the layers on the clipboard, at the pointer where it is over the canvas, and selects them."""
        text = QApplication.clipboard().text()
        document, focus = self._scene.models.document, self._scene.models.focus
        try:
            clipping = from_text(text, CATALOGUE.layers)
            self._aim(text, clipping)
            project, nodes = edits.paste(document.project, clipping, self._offset.x(), self._offset.y())
        except (ClippingError, GraphError) as error:
            self._scene.hinted.emit(str(error))
            return
        document.apply(translate("Paste"), project)
        focus.select(nodes)

    def _aim(self, text: str, clipping: Graph) -> None:
        """Works out how far the layers move: to the pointer, else beside where they were, else into view; from there
        to where they cover nothing."""
        pointer, seen = self._canvas.pointer, self._canvas.seen_rect()
        cards = self._cards(clipping)
        frame = functools.reduce(QRectF.united, cards, QRectF())
        aside = QPointF(edits.COPY_OFFSET, edits.COPY_OFFSET)
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

    def _cards(self, clipping: Graph) -> list[QRectF]:
        """The cards of the layers where they were copied."""
        project = self._scene.models.document.project.with_graph(clipping)
        return list(rects_of(project, [node.id for node in clipping.nodes]).values())

    @staticmethod
    def _on_grid(offset: QPointF, frame: QRectF) -> QPointF:
        """An offset that leaves the corner of the frame on the grid."""
        grid, corner = measure("space.canvas_grid"), frame.topLeft() + offset
        return QPointF(round(corner.x() / grid) * grid, round(corner.y() / grid) * grid) - frame.topLeft()
