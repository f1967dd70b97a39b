"""The menu of the right mouse button: the actions of the window for what is under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from playground.ui.editor.note import NoteItem
from playground.ui.editor.picking import card_at, wire_at
from playground.ui.editor.scene import EditorScene
from playground.ui.editor.stage import StageItem

if TYPE_CHECKING:
    from playground.ui.editor.canvas import Canvas

# Names of actions; an empty one is a line between two groups.
OF_CANVAS = ("paste", "add_note", "", "select_all", "lay_out", "fit")
OF_CARD = (
    "rename", "replace", "bypass", "freeze", "", "cut", "copy", "duplicate", "delete", "", "connect", "cut_wires", "",
    "group", "dissolve",
)  # fmt: skip
OF_WIRE = ("find_layer", "delete")
OF_STAGE = ("rename", "dissolve", "", "cut", "copy", "duplicate")
OF_NOTE = ("rename", "", "cut", "copy", "duplicate", "delete")


def open_menu(canvas: Canvas, scene: EditorScene, place: QPointF, where: QPoint) -> bool:
    """Selects what is at a place of the viewport, as a click would, and offers what can be done with it at a point of
    the screen; False where the canvas stands in no window that has actions."""
    names = _names(scene, canvas.to_scene(place))
    actions = {action.objectName(): action for action in canvas.window().findChildren(QAction)}
    if not any(name in actions for name in names):
        return False
    menu = QMenu(canvas)
    menu.setObjectName("canvas_menu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for name in names:
        if not name:
            menu.addSeparator()
        elif name in actions:
            menu.addAction(actions[name])
    menu.popup(where)
    return True


def _names(scene: EditorScene, point: QPointF) -> tuple[str, ...]:
    """The actions for what is at a point, which is selected."""
    focus, card, wire = scene.models.focus, card_at(scene, point), wire_at(scene, point)
    annotation = scene.annotations.at(point)
    if card is not None:
        if card.node not in focus.selection:
            focus.select(frozenset({card.node}))
        return OF_CARD
    if wire is not None:
        focus.select(frozenset())
        scene.select_edge(wire.edge)
        return OF_WIRE
    if isinstance(annotation, StageItem):
        scene.annotations.select(annotation.stage.id)
        return OF_STAGE
    if isinstance(annotation, NoteItem):
        if annotation.note.id not in scene.annotations.along:
            scene.annotations.select(annotation.note.id)
        return OF_NOTE
    return OF_CANVAS
