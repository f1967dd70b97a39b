"""Cards that are dragged into the frames of stages and out of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from playground.document.project import Project
from playground.ui.editor import stage_edits

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


class Joining:
    """Cards on their way into frames and out of them. Frames stay as they were when the drag began, so that a card
    can leave one; a stage whose cards are all dragged goes along instead."""

    def __init__(self, scene: EditorScene, nodes: Collection[str]) -> None:
        self._scene = scene
        stages = scene.annotations.stages
        whole = {id for id, item in stages.items() if set(item.stage.nodes) <= set(nodes)}
        along = {node for id in whole for node in stages[id].stage.nodes}
        self._nodes = [node for node in nodes if node not in along]
        self._frames = {id: frame for id, frame in scene.annotations.frames().items() if id not in whole}

    def _homes(self) -> dict[str, str | None]:
        """The stage that each card would be in if it were let go now."""
        cards = self._scene.cards
        return {node: stage_edits.holder(self._frames, cards[node].rect()) for node in self._nodes}

    def show(self) -> None:
        """Marks the frames that would hold cards, and closes those that all dragged cards have left."""
        homes, stages, cards = self._homes(), self._scene.annotations.stages, self._scene.cards
        shown: dict[str, QRectF] = {}
        for id, frame in self._frames.items():
            members = stages[id].stage.nodes
            stay = [node for node in members if node not in homes or homes[node] == id]
            left = stage_edits.around(cards[node].rect() for node in stay if node not in homes)
            shown[id] = frame if len(stay) == len(members) or any(node in homes for node in stay) else left
        self._scene.annotations.hold(shown, frozenset(home for home in homes.values() if home is not None))

    def joined(self, project: Project) -> Project:
        """The project with the cards in the stages where they were let go."""
        return project.with_graph(stage_edits.put(project.graph, self._homes()))

    def end(self) -> None:
        """Frames follow their cards again."""
        self._scene.annotations.hold({}, frozenset())
        self._scene.annotations.lay()
