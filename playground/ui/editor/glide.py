"""Cards that are laid out anew glide to their places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QPointF, QVariantAnimation, Slot

from playground.ui.theme import token

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


class Glide(QVariantAnimation):
    """Moves cards from where they were to where the project has them. Whatever happens meanwhile ends it there."""

    def __init__(self, scene: EditorScene) -> None:
        super().__init__(scene)
        self._scene = scene
        self._ways: dict[str, tuple[QPointF, QPointF]] = {}
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setDuration(token("motion.card_move_ms"))
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(self._on_value_changed)

    def begin(self, before: Mapping[str, QPointF]) -> None:
        """Starts from these places; the cards are at their new ones already."""
        cards = self._scene.cards
        self._ways = {id: (place, cards[id].pos()) for id, place in before.items() if id in cards}
        self._ways = {id: way for id, way in self._ways.items() if way[0] != way[1]}
        if self._ways:
            self.start()

    def finish(self) -> None:
        """Puts the cards where they belong at once."""
        if self.state() == QVariantAnimation.State.Running:
            self.setCurrentTime(self.duration())
            self.stop()

    @Slot(object)
    def _on_value_changed(self, share: float) -> None:
        for node, (start, end) in self._ways.items():
            if node in self._scene.cards:
                self._scene.cards[node].place(start + (end - start) * share)
        self._scene.lay(frozenset(self._ways) & frozenset(self._scene.cards))
