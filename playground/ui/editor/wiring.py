"""All wires of the scene: which there are, what they carry and where they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.document.graph import Edge
from playground.document.shapes import Shape
from playground.ui.editor.card import CardItem
from playground.ui.editor.state import shape_label
from playground.ui.editor.weights import Gap, WeightWires
from playground.ui.editor.wire import WireItem, free_lane

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


class Wiring:
    """Tensor wires by edge, and the weight wires of the whole picture."""

    def __init__(self, scene: EditorScene) -> None:
        self._scene = scene
        self.wires: dict[Edge, WireItem] = {}
        self.weight_wires = WeightWires(scene.look, scene.settle_soon)
        scene.addItem(self.weight_wires)

    def sync(self) -> None:
        """Makes the wires what the project says. The cards are there already."""
        scene, document = self._scene, self._scene.models.document
        graph = document.project.graph
        edges = set(graph.edges)
        for edge in [edge for edge in self.wires if edge not in edges]:
            scene.removeItem(self.wires.pop(edge))
        for edge in graph.edges:
            if edge not in self.wires:
                self.wires[edge] = WireItem(edge, scene.look)
                scene.addItem(self.wires[edge])
            wire, outgoing = self.wires[edge], graph.outgoing(edge.source)
            shape = document.shapes.get(edge.source)
            known: Shape | None = shape if isinstance(shape, tuple) else None
            # Where several wires leave a layer, the first one says for all of them what they carry.
            label = shape_label(known) if known is not None and edge == outgoing[0] else ""
            wire.set_label(label, shared=len(outgoing) > 1)
            wire.setOpacity(min(scene.cards[end].opacity() for end in (edge.source, edge.target)))
        self.lay()

    def remove(self, node: str) -> None:
        """Removes the wires of a card that goes."""
        for edge in [edge for edge in self.wires if node in (edge.source, edge.target)]:
            self._scene.removeItem(self.wires.pop(edge))

    def lay(self, moved: frozenset[str] | None = None) -> None:
        """Leads the wires of the moved cards, or all, between where the cards are now."""
        cards = self._scene.cards
        for edge, wire in self.wires.items():
            if moved is not None and edge.source not in moved and edge.target not in moved:
                continue
            source, target = cards[edge.source], cards[edge.target]
            start, end = source.output_point(), target.input_point(edge.port)
            lane = None
            if end.x() < start.x():
                lane = free_lane(source.rect(), target.rect(), [card.rect() for card in cards.values()])
            wire.lay(start, end, lane)
        if moved is None or any(cards[node].state.plan.by_neuron for node in moved):
            self.lay_weights()

    def lay_weights(self) -> None:
        """Leads the weight wires between the neurons that the cards show now."""
        cards = self._scene.cards
        pairs = [(cards[edge.source], cards[edge.target]) for edge in self.wires]
        self.weight_wires.set_gaps([_gap(*pair) for pair in pairs if has_weight_wires(*pair)])


def has_weight_wires(source: CardItem, target: CardItem) -> bool:
    """True for a wire into a Dense layer whose neurons are shown on both sides."""
    joined = source.state.plan.by_neuron and target.state.plan.by_neuron and target.state.category == "dense"
    return joined and not (source.state.dimmed or target.state.dimmed)


def _gap(source: CardItem, target: CardItem) -> Gap:
    starts = [[rect.right(), rect.center().y()] for rect in source.face.scene_rects()]
    ends = [[rect.left(), rect.center().y()] for rect in target.face.scene_rects()]
    return Gap(
        source.node,
        target.node,
        np.array(starts, np.float64).reshape(-1, 2),
        np.array(ends, np.float64).reshape(-1, 2),
        source.face.thumbnail.chosen,
        target.face.thumbnail.chosen,
    )
