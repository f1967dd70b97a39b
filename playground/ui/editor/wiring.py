"""All wires of the scene: which there are, what they carry and where they run."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF

from playground.document.graph import Edge
from playground.document.shapes import Shape
from playground.ui.editor.card import CardItem
from playground.ui.editor.lanes import Lane, boxes_of, lane_around, lane_back
from playground.ui.editor.state import shape_label
from playground.ui.editor.weight_lines import Gap
from playground.ui.editor.weights import WeightWires
from playground.ui.editor.wire import WireItem, free_lane
from playground.ui.theme import token

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene


class Wiring:
    """Tensor wires by edge, and the weight wires of the whole picture."""

    def __init__(self, scene: EditorScene) -> None:
        self._scene = scene
        self.wires: dict[Edge, WireItem] = {}
        self._lanes: dict[Edge, Lane] = {}
        self.weight_wires = WeightWires(scene, scene.look, scene.settle_soon)

    def sync(self) -> None:
        """Makes the wires what the project says. The cards are there already."""
        scene, document = self._scene, self._scene.models.document
        graph = document.project.graph
        edges = set(graph.edges)
        for edge in [edge for edge in self.wires if edge not in edges]:
            self._take_down(edge)
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
            # A bypassed layer fades, but what it hands on flows as before.
            out = any(scene.cards[end].state.dimmed for end in (edge.source, edge.target))
            wire.setOpacity(token("state.disabled.opacity") if out else 1.0)
        self.lay()

    def remove(self, node: str) -> None:
        """Removes the wires of a card that goes."""
        for edge in [edge for edge in self.wires if node in (edge.source, edge.target)]:
            self._take_down(edge)

    def _take_down(self, edge: Edge) -> None:
        self._scene.removeItem(self.wires.pop(edge))
        self._lanes.pop(edge, None)

    def lay(self, moved: frozenset[str] | None = None) -> None:
        """Leads the wires of the moved cards, or all, between where the cards are now."""
        cards = self._scene.cards
        affected = tuple(edge for edge in self.wires if moved is None or edge.source in moved or edge.target in moved)
        rects = {node: card.rect() for node, card in cards.items()}
        boxes, number = boxes_of(rects.values()), {node: at for at, node in enumerate(rects)}
        for edge in affected:
            self._lanes.pop(edge, None)
        lane: float | None
        for edge in affected:
            start, end = cards[edge.source].output_point(), cards[edge.target].input_point(edge.port)
            if end.x() < start.x():
                lane = lane_back(start, end, boxes, free_lane(*self._extents(edge), rects.values()))
            else:
                others = np.delete(boxes, [number[edge.source], number[edge.target]], axis=0)
                lane = lane_around(start, end, others, self._lanes.values())
                if lane is not None:
                    self._lanes[edge] = (start.x(), end.x(), lane)
            self.wires[edge].lay(start, end, lane)
            self.wires[edge].keep_label_off(boxes)
        if moved is None:
            self.lay_weights()
        else:
            self.weight_wires.move_gaps(self._gaps(affected))

    def _extents(self, edge: Edge) -> tuple[QRectF, QRectF]:
        """What a wire that returns leads away from and to: the cards at its ends, or the frames of their stages where
        it leads from one into another."""
        scene = self._scene
        ends = (edge.source, edge.target)
        stages = [next((item for item in scene.annotations.stages.values() if end in item.stage.nodes), None)
                  for end in ends]  # fmt: skip
        if stages[0] is stages[1]:
            stages = [None, None]
        first, last = (scene.cards[end].rect() if stage is None else stage.rect()
                       for end, stage in zip(ends, stages, strict=True))  # fmt: skip
        return first, last

    def lay_weights(self) -> None:
        """Leads the weight wires between the neurons that the cards show now."""
        self.weight_wires.set_gaps(self._gaps(self.wires))

    def _gaps(self, edges: Iterable[Edge]) -> dict[Hashable, Gap]:
        """The neurons on both sides of those wires that weight wires belong to."""
        cards = self._scene.cards
        pairs = {edge: (cards[edge.source], cards[edge.target]) for edge in edges}
        return {edge: _gap(*pair) for edge, pair in pairs.items() if has_weight_wires(*pair)}


def has_weight_wires(source: CardItem, target: CardItem) -> bool:
    """True for a wire into a Dense layer whose neurons are shown on both sides."""
    joined = source.state.plan.by_neuron and target.state.plan.by_neuron and target.state.category == "dense"
    return joined and not (source.state.dimmed or target.state.dimmed or target.state.bypassed)


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
