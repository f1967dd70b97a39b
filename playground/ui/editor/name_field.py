"""Renaming a layer where its name stands: a field over the title of its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph_file import NAME
from playground.ui.editor.line_field import LineField
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.tools import translate

if TYPE_CHECKING:
    from playground.ui.editor.canvas import Canvas

# The field covers the title and leaves the rest of the card in view.
INSET, HEIGHT, LEAST = 5, 26, 120


class NameField(LineField):
    """Edits the name of one layer."""

    def __init__(self, canvas: Canvas, scene: EditorScene, node: str) -> None:
        self._node = node
        layer = scene.models.document.project.graph.node(node)
        super().__init__(canvas, scene, NAME, layer.name)
        self.setObjectName("card_name")
        self.setAccessibleName(translate("Name"))
        self.setPlaceholderText(CATALOGUE.layers[layer.kind].card_title(layer.params))

    def _is_there(self) -> bool:
        return self._node in self._scene.cards

    def _room(self) -> QRectF:
        card = self._scene.cards[self._node].rect()
        return QRectF(card.x() + INSET, card.y() + INSET, max(card.width() - 2 * INSET, LEAST), HEIGHT)

    def _write(self, text: str) -> None:
        document = self._scene.models.document
        graph = document.project.graph.rename(self._node, text)
        document.apply(translate("Rename layer"), document.project.with_graph(graph))
