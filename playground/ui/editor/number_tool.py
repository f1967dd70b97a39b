"""A weight or a bias on the canvas: which one a click means, and the gesture that asks for its value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from playground.ui.by_hand import Held
from playground.ui.editor.picking import bias_at, card_at
from playground.ui.editor.tools import Modifiers, Tool

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


def number_at(scene: EditorScene, point: QPointF) -> tuple[Held, QPointF] | None:
    """The bias or the weight that a click at a point means, and where its value is written. Ports and messages come
    first; on a card only a bias does."""
    card = card_at(scene, point)
    if card is not None:
        bias = bias_at(card, point)
        return None if bias is None else (Held(card.node, "bias", (bias.unit,), bias.value), bias.place)
    number = scene.weight_wires.near(point)
    if number is None:
        return None
    lines = scene.weight_wires.lines
    node, unit, source = lines.names[number]
    return Held(node, "weight", (unit, source), float(lines.values[number])), lines.middle(number)


class SetNumber:
    """A click on a weight or a bias asks for its value; a drag is the gesture of what lies below."""

    def __init__(
        self, scene: EditorScene, number: tuple[Held, QPointF], point: QPointF, drag: Callable[[], Tool]
    ) -> None:
        self._scene, self._number, self._start, self._make = scene, number, point, drag
        self._drag: Tool | None = None

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Goes over to the gesture of what lies below once the pointer has left the place of the press."""
        if self._drag is None and (point - self._start).manhattanLength() >= self._scene.drag_distance:
            self._drag = self._make()
        if self._drag is not None:
            self._drag.move(point, modifiers)

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Ends that gesture, or asks for the value."""
        if self._drag is not None:
            self._drag.release(point, modifiers)
        else:
            self._scene.number_wanted.emit(*self._number)

    def cancel(self) -> None:
        """Takes the gesture back."""
        if self._drag is not None:
            self._drag.cancel()
