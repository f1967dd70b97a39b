"""What can be done to the selection and to the whole network: menus, keys and buttons of the canvas call these."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import GraphError
from playground.document.project import Project
from playground.ui.editor import edits, layout
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.tools import translate
from playground.ui.models import Models


class Commands:
    """Edits of one scene that need no gesture. Each is one step of the document."""

    def __init__(self, scene: EditorScene) -> None:
        self._scene = scene

    def delete(self) -> None:
        """Deletes what is selected; wires heal around layers with one input. Input and Output stay."""
        document, focus = self._scene.models.document, self._scene.models.focus
        edges = [self._scene.selected_edge] if self._scene.selected_edge is not None else []
        nodes = [node for node in focus.selection if not edits.is_end(document.project, node)]
        kept = len(nodes) < len(focus.selection)
        if nodes or edges:
            text = "Delete layers" if len(nodes) > 1 else "Delete layer" if nodes else "Remove wire"
            document.apply(translate(text), edits.delete(document.project, nodes, edges))
        if kept:
            # Last, so that nothing that follows the edit takes the place of the sentence.
            self._scene.hinted.emit(translate("Input and Output stay: every network has one of each."))

    def duplicate(self) -> None:
        """Copies the selected layers and selects the copies."""
        document, focus = self._scene.models.document, self._scene.models.focus
        self._apply_new(translate("Duplicate"), *edits.duplicate(document.project, focus.selection))

    def select_all(self) -> None:
        """Selects every layer."""
        self._scene.models.focus.select(frozenset(self._scene.cards))

    def lay_out(self) -> None:
        """Puts all layers in order from left to right."""
        document = self._scene.models.document
        document.apply(translate("Lay out"), layout.lay_out(document.project))

    def insert(self, kind: str) -> None:
        """Puts a layer behind the selected one, or before the Output."""
        insert_layer(self._scene.models, kind)

    def add_connected(self, kind: str, source: str, point: QPointF) -> None:
        """Puts a layer where a wire was let go and connects it."""
        document = self._scene.models.document
        try:
            project, node = edits.add_connected(document.project, kind, source, point.x(), point.y())
            project = edits.clear_of(project, node, self._scene.taken())
        except GraphError as error:
            self._scene.hinted.emit(str(error))
            return
        self._apply_new(_adding(kind), project, frozenset({node}))

    def _apply_new(self, text: str, project: Project, nodes: frozenset[str]) -> None:
        if nodes:
            self._scene.models.document.apply(text, project)
            self._scene.models.focus.select(nodes)


def insert_layer(models: Models, kind: str) -> None:
    """Puts a layer behind the selected one, or before the Output, and selects it.

    The palette does this too, so it needs no canvas. A network that is full stays as it is.
    """
    graph, selection = models.document.project.graph, models.focus.selection
    anchor = next((node for node in reversed(graph.topological_order) if node in selection), None)
    try:
        project, node = edits.insert_after(models.document.project, kind, anchor)
    except GraphError:
        return
    models.document.apply(_adding(kind), project)
    models.focus.select(frozenset({node}))


def _adding(kind: str) -> str:
    return translate("Add {layer}").format(layer=CATALOGUE.layers[kind].label)
