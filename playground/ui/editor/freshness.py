"""After an edit during training: says which layers kept their weights and which begin anew, and marks these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Slot

from playground.engine.events import Rebuilt
from playground.engine.mailbox import Frame
from playground.engine.messages import Opened, Rewound

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene

# More names than this are counted instead.
MOST_NAMES = 3


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
        if rebuilt and rebuilt[-1].untrained and rebuilt[-1].fresh:
            self._scene.hinted.emit(sentence(self._titles(rebuilt[-1].fresh), len(rebuilt[-1].kept)))

    def _titles(self, nodes: Sequence[str]) -> list[str]:
        # Between an edit and its message another edit may have taken layers away.
        return [self._scene.cards[node].state.title for node in nodes if node in self._scene.cards]

    def _mark(self, nodes: frozenset[str]) -> None:
        if nodes != self._fresh:
            self._fresh = nodes
            self.show()

    def show(self) -> None:
        """Marks the cards; new ones too."""
        for node, card in self._scene.cards.items():
            card.set_look(fresh=node in self._fresh)


def sentence(fresh: Sequence[str], kept: int) -> str:
    """Which layers begin with first weights and how many go on with what they had, as one sentence."""

    def translate(text: str, **parts: object) -> str:
        return QCoreApplication.translate("Freshness", text).format(**parts)

    if len(fresh) > MOST_NAMES:
        begin = translate("{count} layers start fresh", count=len(fresh))
    elif len(fresh) == 1:
        begin = translate("{layer} starts fresh", layer=fresh[0])
    elif fresh:
        names = translate("{first} and {last}", first=", ".join(fresh[:-1]), last=fresh[-1])
        begin = translate("{layers} start fresh", layers=names)
    else:
        begin = translate("The network was rebuilt")
    if kept == 0:
        return translate("{begin}.", begin=begin)
    one, several = "1 layer kept its weights", "{count} layers kept their weights"
    going_on = translate(one if kept == 1 else several, count=kept)
    return translate("{begin}, {going_on}.", begin=begin, going_on=going_on)
