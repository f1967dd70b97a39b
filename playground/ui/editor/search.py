"""The search for a layer at a place of the network: in a wire, behind a layer, instead of one, or where a wire was
let go."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Slot

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import Edge
from playground.ui.editor.popup import Popup
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.suggestions import Place, behind, fitting, in_wire, instead_of
from playground.ui.editor.tools import translate

if TYPE_CHECKING:
    from playground.ui.editor.canvas import Canvas


class LayerSearch(QObject):
    """Opens the search with the layers that fit, and puts the chosen one where it was asked for."""

    def __init__(self, canvas: Canvas, scene: EditorScene) -> None:
        super().__init__(canvas)
        self._canvas, self._scene = canvas, scene
        self._do: Callable[[str], None] | None = None

    def open_here(self) -> bool:
        """Opens at the selected wire, at the one under the pointer, or behind the selected layer; False where there
        is none of these."""
        scene = self._scene
        if not self._canvas.isVisible():
            return False
        edge = scene.selected_edge or scene.hover.edge
        node = self._canvas.commands.last_selected
        if edge is not None:
            self.open_in_wire(edge, scene.wires[edge].path.pointAtPercent(0.5))
        elif node is not None:
            place = behind(scene.models.document.project, node)
            self._canvas.reveal(scene.cards[node].rect())
            self._open(place, scene.cards[node].rect().topRight(), partial(self._canvas.commands.insert_behind, node))
        return edge is not None or node is not None

    def open_in_wire(self, edge: Edge, point: QPointF) -> None:
        """Asks what to put into a wire."""
        self._open(in_wire(edge), point, partial(self._canvas.commands.insert_in, edge))

    @Slot()
    def open_instead(self) -> None:
        """Asks what to put in the place of the selected layer."""
        node = self._canvas.commands.last_selected
        if node is not None and self._canvas.isVisible():
            self._canvas.reveal(self._scene.cards[node].rect())
            place = instead_of(self._scene.models.document.project, node)
            corner = self._scene.cards[node].rect().topRight()
            self._open(place, corner, partial(self._canvas.commands.replace, node))

    @Slot(str, QPointF)
    def open_for_wire(self, source: str, point: QPointF) -> None:
        """A wire was let go on the empty canvas: asks what it should lead to."""
        self._open(Place(source), point, partial(self._canvas.commands.add_connected, source, point))

    def _open(self, place: Place, point: QPointF, do: Callable[[str], None]) -> None:
        document = self._scene.models.document
        kinds = fitting(document.project, document.shapes, place)
        if not kinds:
            self._scene.hinted.emit(translate("No other layer fits here."))
            return
        self._do = do
        self._scene.hover.leave()
        popup = Popup(self._scene.models.theme, tuple(CATALOGUE.layers.by_category()), self._canvas, kinds)
        popup.chosen.connect(self._on_chosen)
        popup.open_at(self._canvas.viewport().mapToGlobal(self._canvas.mapFromScene(point)))

    @Slot(str)
    def _on_chosen(self, kind: str) -> None:
        if self._do is not None:
            self._do(kind)
