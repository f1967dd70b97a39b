"""From card to card: along a wire to the left or right, else to the nearest one above or below."""

from __future__ import annotations

from playground.ui.editor.card import CardItem
from playground.ui.editor.scene import EditorScene


def first_card(scene: EditorScene) -> CardItem | None:
    """The card to begin with: that of the layer created first."""
    return next(iter(scene.cards.values()), None)


def next_card(scene: EditorScene, card: CardItem, x: int, y: int) -> CardItem | None:
    """The card in a direction: `x` is −1 for left and 1 for right, `y` is −1 for up and 1 for down."""
    return _along(scene, card, x) if x else _beside(scene, card, y)


def _along(scene: EditorScene, card: CardItem, x: int) -> CardItem | None:
    graph = scene.models.document.project.graph
    edges = graph.outgoing(card.node) if x > 0 else graph.incoming(card.node)
    return scene.cards[edges[0].target if x > 0 else edges[0].source] if edges else None


def _beside(scene: EditorScene, card: CardItem, y: int) -> CardItem | None:
    """The nearest card above or below; one that shares a layer before or after comes first."""
    graph = scene.models.document.project.graph

    def kin(node: str) -> set[str]:
        return {edge.source for edge in graph.incoming(node)} | {edge.target for edge in graph.outgoing(node)}

    here = card.rect().center()
    candidates = []
    for other in scene.cards.values():
        offset = other.rect().center() - here
        if other is not card and offset.y() * y > 0:
            apart = not kin(other.node) & kin(card.node)
            candidates.append((apart, abs(offset.y()) + 2 * abs(offset.x()), other))
    return min(candidates, key=lambda entry: entry[:2])[2] if candidates else None
