"""Which gesture a press of the mouse begins, by what is under the pointer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from playground.ui.editor.annotation_tools import MoveNote, MoveStage, ResizeNote
from playground.ui.editor.connect import Connect
from playground.ui.editor.note import NoteItem
from playground.ui.editor.number_tool import SetNumber, number_at
from playground.ui.editor.picking import card_at, message_at, port_at, wire_at
from playground.ui.editor.selecting import Select
from playground.ui.editor.stage import StageItem
from playground.ui.editor.tools import Mend, Modifiers, RubberBand, Tool

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


def tool_for(scene: EditorScene, point: QPointF, modifiers: Modifiers) -> Tool | None:
    """The gesture that begins at a point, the uppermost thing first; None where a click selects a wire."""
    message, port, card = message_at(scene, point), port_at(scene, point), card_at(scene, point)
    if message is not None and message.can_mend:
        return Mend(scene, message)
    if port is not None:
        return Connect(scene, port, point)
    number = number_at(scene, point) if not modifiers else None
    if number is not None:
        band = partial(RubberBand, scene, point, modifiers)
        return SetNumber(scene, number, point, band if card is None else partial(Select, scene, card, point, modifiers))
    if card is not None:
        return Select(scene, card, point, modifiers)
    wire = wire_at(scene, point)
    if wire is not None:
        scene.models.focus.select(frozenset())
        scene.select_edge(wire.edge)
        return None
    annotation = scene.annotations.at(point)
    if isinstance(annotation, StageItem):
        return MoveStage(scene, annotation, point)
    if isinstance(annotation, NoteItem):
        tool = ResizeNote if annotation.at_edge(point.x(), point.y()) else MoveNote
        return tool(scene, annotation, point)
    return RubberBand(scene, point, modifiers)
