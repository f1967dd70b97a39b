"""What can be done to the selection and to the whole network: menus, keys and buttons of the canvas call these."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, Slot

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import Edge, GraphError
from playground.document.project import Project
from playground.ui.editor import arranging, copies, edits, layout
from playground.ui.editor.free_places import settled
from playground.ui.editor.replacing import replacing
from playground.ui.editor.rows import Room
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.tools import translate
from playground.ui.models import Models

# Makes a project with a new layer, and says which.
Edit = Callable[[Project], tuple[Project, str]]


class Commands(QObject):
    """Edits of one scene that need no gesture. Each is one step of the document."""

    def __init__(self, scene: EditorScene) -> None:
        super().__init__(scene)
        self._scene = scene

    @property
    def last_selected(self) -> str | None:
        """The selected layer; of several the one furthest along the network."""
        graph, selection = self._scene.models.document.project.graph, self._scene.models.focus.selection
        return next((node for node in reversed(graph.topological_order) if node in selection), None)

    # -- the selection --------------------------------------------------------------------------------------

    @Slot()
    def delete(self) -> None:
        """Deletes the weight under the pointer, else what is selected; wires heal around layers with one input. Input
        and Output stay, and so do the cards of a stage that is dissolved."""
        document, focus = self._scene.models.document, self._scene.models.focus
        if self._remove_connection() or self._scene.annotations.delete():
            return
        edges = [self._scene.selected_edge] if self._scene.selected_edge is not None else []
        nodes = [node for node in focus.selection if not edits.is_end(document.project, node)]
        notes = self._scene.annotations.along
        kept = len(nodes) < len(focus.selection)
        if nodes or edges or notes:
            alone = "Remove wire" if edges else "Delete notes"
            text = "Delete layers" if len(nodes) > 1 else "Delete layer" if nodes else alone
            document.apply(translate(text), copies.remove(document.project, nodes, edges, notes))
        if kept:
            # Last, so that nothing that follows the edit takes the place of the sentence.
            self._scene.hinted.emit(translate("Input and Output stay: every network has one of each."))

    def _remove_connection(self) -> bool:
        """Takes out the weight under the pointer, or says why it cannot be; False where there is none."""
        weight, document = self._scene.hover.weight, self._scene.models.document
        if weight is None:
            return False
        try:
            document.apply(translate("Remove connection"), edits.remove_connection(document.project, *weight))
        except GraphError as error:
            self._scene.hinted.emit(str(error))
        return True

    @Slot()
    def duplicate(self) -> None:
        """Copies the selected layers, stage or notes, and selects the copies."""
        document, annotations = self._scene.models.document, self._scene.annotations
        try:
            project, made = copies.duplicate(document.project, *annotations.chosen())
        except GraphError as error:
            self._scene.hinted.emit(str(error))
            return
        if made:
            document.apply(translate("Duplicate"), project)
            annotations.select_together(made)
            self._scene.made.emit(made)

    @Slot()
    def select_all(self) -> None:
        """Selects every layer and every note."""
        self._scene.annotations.select_together(frozenset({*self._scene.cards, *self._scene.annotations.notes}))

    @Slot()
    def bypass(self) -> None:
        """Switches the selected layers, or those of the selected stage, out of the network, or in again."""
        document, selection = self._scene.models.document, self._scene.annotations.chosen()[0]
        chosen = [node for node in selection if not edits.is_end(document.project, node)]
        if not chosen:
            self._scene.hinted.emit(translate("Input and Output cannot be bypassed."))
            return
        project = edits.toggle_bypass(document.project, chosen)
        off = project.graph.node(chosen[0]).bypassed
        document.apply(translate("Bypass") if off else translate("Switch on again"), project)

    @Slot()
    def freeze(self) -> None:
        """Keeps the weights of the selected layers, or of those of the selected stage, as they are, or lets them learn
        again."""
        document, selection = self._scene.models.document, self._scene.annotations.chosen()[0]
        chosen = [node for node in selection if edits.can_freeze(document.project, node)]
        if not chosen:
            self._scene.hinted.emit(translate("These layers have no weights to freeze."))
            return
        project = edits.toggle_frozen(document.project, chosen)
        frozen = project.graph.node(chosen[0]).params[edits.FROZEN]
        document.apply(translate("Freeze weights") if frozen else translate("Let weights learn"), project)

    @Slot()
    def cut_wires(self) -> None:
        """Removes every wire that begins or ends at a selected layer."""
        document, selection = self._scene.models.document, self._scene.models.focus.selection
        wires = [edge for edge in document.project.graph.edges if {edge.source, edge.target} & selection]
        if wires:
            document.apply(translate("Disconnect"), edits.delete(document.project, (), wires))

    def nudge(self, x: float, y: float, series: object) -> None:
        """Moves the selected cards and notes a little. Moves of one series after each other are one step."""
        document, selection = self._scene.models.document, self._scene.models.focus.selection
        if self._scene.annotations.nudge(x, y, series):
            return
        notes = self._scene.annotations.along
        text = translate("Move layer") if len(selection) == 1 and not notes else translate("Move layers")
        moved = copies.move(document.project, selection, notes, x, y)
        document.apply(text, moved, merge=("nudge", selection, series))

    # -- new layers -----------------------------------------------------------------------------------------

    def insert(self, kind: str) -> None:
        """Puts a layer behind the selected one, or before the Output."""
        insert_layer(self._scene.models, kind)

    def insert_behind(self, node: str, kind: str) -> None:
        """Puts a layer behind another one."""
        self._try_new(_adding(kind), lambda project: edits.insert_after(project, kind, node))

    def insert_in(self, edge: Edge, kind: str) -> None:
        """Puts a layer into a wire."""
        text = translate("Insert {layer}").format(layer=CATALOGUE.layers[kind].label)
        self._try_new(text, lambda project: edits.insert(project, kind, edge))

    def replace(self, node: str, kind: str) -> None:
        """Puts a layer in the place of another one."""
        project = self._scene.models.document.project
        text = replacing(project, node, kind)
        self._try_new(text, lambda project: (edits.replace_layer(project, node, kind), node))

    def add_connected(self, source: str, point: QPointF, kind: str) -> None:
        """Puts a layer where a wire was let go and connects it."""

        def made(project: Project) -> tuple[Project, str]:
            project, node = edits.add_connected(project, kind, source, point.x(), point.y())
            return settled(self._scene, project, node, point), node

        self._try_new(_adding(kind), made)

    def lay_out(self, room: Room | None = None) -> None:
        """Puts all layers in order from left to right, in rows that show them largest in this room."""
        document = self._scene.models.document
        document.apply(translate("Lay out"), layout.lay_out(document.project, room))

    def _try_new(self, text: str, edit: Edit) -> None:
        """Makes an edit that adds a layer, or says why it cannot be."""
        try:
            project, node = edit(self._scene.models.document.project)
        except GraphError as error:
            self._scene.hinted.emit(str(error))
            return
        self._apply_new(text, project, frozenset({node}))

    def _apply_new(self, text: str, project: Project, nodes: frozenset[str]) -> None:
        if nodes:
            self._scene.models.document.apply(text, project)
            self._scene.models.focus.select(nodes)
            self._scene.made.emit(nodes)


class Arrange(QObject):
    """Lines up the selected cards, or spreads them evenly."""

    def __init__(self, scene: EditorScene) -> None:
        super().__init__(scene)
        self._models = scene.models

    def _align(self, side: str) -> None:
        project, selection = self._models.document.project, self._models.focus.selection
        self._models.document.apply(translate("Align"), arranging.align(project, selection, side))

    def _distribute(self, across: bool) -> None:
        project, selection = self._models.document.project, self._models.focus.selection
        self._models.document.apply(translate("Distribute"), arranging.distribute(project, selection, across))

    @Slot()
    def left(self) -> None:
        """Left sides on one line."""
        self._align("left")

    @Slot()
    def centre(self) -> None:
        """Middles below each other."""
        self._align("centre")

    @Slot()
    def right(self) -> None:
        """Right sides on one line."""
        self._align("right")

    @Slot()
    def top(self) -> None:
        """Upper sides on one line."""
        self._align("top")

    @Slot()
    def middle(self) -> None:
        """Middles beside each other."""
        self._align("middle")

    @Slot()
    def bottom(self) -> None:
        """Lower sides on one line."""
        self._align("bottom")

    @Slot()
    def across(self) -> None:
        """Equal gaps from left to right."""
        self._distribute(True)

    @Slot()
    def down(self) -> None:
        """Equal gaps from top to bottom."""
        self._distribute(False)


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
