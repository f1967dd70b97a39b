"""After an edit during training: says which layers kept their weights and which begin anew, and marks these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from playground.engine.events import Rebuilt
from playground.engine.mailbox import Frame
from playground.engine.messages import Opened, Rewound
from playground.ui.account import sentence

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


class Freshness(QObject):
    """Follows the frames of training. The marks stay until an epoch has ended, or a run begins anew."""

    def __init__(self, scene: EditorScene) -> None:
        super().__init__(scene)
        self._scene = scene
        self._fresh: frozenset[str] = frozenset()
        scene.models.runner.frame.connect(self._on_frame)

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        if frame.epochs or any(isinstance(message, (Opened, Rewound)) for message in frame.messages):
            self._mark(frozenset())
        rebuilt = [notice for notice in frame.notices if isinstance(notice, Rebuilt)]
        if rebuilt:
            self._mark(frozenset(rebuilt[-1].untrained))
        told = [notice for notice in rebuilt if _changed_what_was_learnt(notice)]
        if told:
            self._scene.hinted.emit(sentence(told[-1]))

    def _mark(self, nodes: frozenset[str]) -> None:
        if nodes != self._fresh:
            self._fresh = nodes
            self.show()

    def show(self) -> None:
        """Marks the cards; new ones too."""
        for node, card in self._scene.cards.items():
            card.set_look(fresh=node in self._fresh)


def _changed_what_was_learnt(rebuilt: Rebuilt) -> bool:
    """Whether there is something to say. Before the first batch all layers have first weights, whatever the edit."""
    learnt = rebuilt.kept or rebuilt.untrained
    return bool(rebuilt.returned or rebuilt.lost or (rebuilt.fresh and learnt))
