"""What the canvas asks of the training thread, and which card gets what of a frame.

One request for each probe serves all cards in view; a card out of view is neither asked for nor painted.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.connections import removed
from playground.document.shapes import active_nodes
from playground.engine.mailbox import Arrays, Frame
from playground.engine.requests import Grid, Input, Request, TestSample
from playground.ui.editor.neurons import NeuronTiles
from playground.ui.editor.scene import EditorScene
from playground.ui.pictures import Numbers, reach_of

# Points along one side of a neuron's picture.
GRID_TRAINING, GRID_RESTING, GRID_LEAST = 50, 100, 10
# So many values of 4 bytes at most travel in one frame.
MOST_VALUES = 4_000_000
# A frame answers what was asked a moment ago, when the canvas may have shown other cards.
REMEMBERED = 4
PROBE = {"activations": "activations", "gradients": "gradients", "weights": ""}


class Feed:
    """Requests for the cards in view and the numbers that come back."""

    def __init__(self, scene: EditorScene) -> None:
        self._scene = scene
        self._trainable: frozenset[str] = frozenset()
        self._asked: deque[Request] = deque(maxlen=2 * REMEMBERED)
        self._latest: dict[str, tuple[Request, Arrays]] = {}

    def follow(self) -> None:
        """Notes which layers the training network has: those of the last project without a problem. The others show
        nothing: what they gave was of another network."""
        document = self._scene.models.document
        for node, card in self._scene.cards.items():
            if not isinstance(document.shapes.get(node), tuple):
                card.face.thumbnail.clear()
                card.face.update()
        if document.blocking is None:
            self._trainable = frozenset(active_nodes(document.project.graph, CATALOGUE.layers))

    def wants(self, in_view: frozenset[str]) -> tuple[Request, ...]:
        """The requests for these cards."""
        scene, models = self._scene, self._scene.models
        nodes = tuple(node for node in scene.cards if node in in_view and node in self._trainable)
        if not nodes:
            return ()
        requests = []
        if scene.planar:
            requests.append(Request("neurons", nodes, Grid(self._grid(nodes))))
            weighted = tuple(node for node in nodes if scene.cards[node].state.learns)
            # A weight wire may end at a card out of view.
            requests += [Request("weights", weighted)] if weighted else []
        else:
            source: Input = models.focus.input or TestSample(0)
            probe = PROBE[scene.mode]
            if probe:
                requests.append(Request(probe, nodes, source))
            else:
                weighted = tuple(node for node in nodes if scene.cards[node].state.learns)
                requests += [Request("weights", weighted)] if weighted else []
        for request in requests:
            if request not in self._asked:
                self._asked.append(request)
        return tuple(requests)

    def _grid(self, nodes: tuple[str, ...]) -> int:
        """Points along one side: fewer while training, and fewer still where thousands of neurons would need them."""
        size = GRID_TRAINING if self._scene.models.runner.state == "training" else GRID_RESTING
        units = sum(self._scene.cards[node].state.plan.units for node in nodes)
        return max(GRID_LEAST, min(size, math.isqrt(MOST_VALUES // max(1, units))))

    def show(self, frame: Frame) -> None:
        """Hands the pictures of a frame to their cards."""
        settled = self._scene.models.runner.state != "training"
        for request, arrays in frame.pictures.items():
            if request in self._asked:
                self._latest[request.probe] = (request, arrays)
                self._show_one(request, arrays, settled)

    def show_again(self) -> None:
        """Hands out the last numbers once more, to be coloured another way."""
        for request, arrays in self._latest.values():
            self._show_one(request, arrays, settled=True)

    def show_what_fits(self) -> None:
        """While a problem keeps an edit from the thread, no new numbers come: cards have those again that still fit."""
        if self._scene.models.document.blocking is not None:
            self.show_again()

    def forget(self) -> None:
        """Another project: its layers may have the same ids."""
        self._latest.clear()

    def _show_one(self, request: Request, arrays: Arrays, settled: bool) -> None:
        if request.probe == "weights":
            self._show_weights(arrays)
        elif request.probe in ("neurons", "activations", "gradients"):
            self._show_values(request, arrays, settled)

    def _show_values(self, request: Request, arrays: Arrays, settled: bool) -> None:
        scene = self._scene
        if not _meant(request.probe, scene.mode, scene.planar):
            return
        moved = False
        self._note_reaches(arrays)
        for node, values in arrays.items():
            card = scene.cards.get(node)
            if card is None:
                continue
            thumbnail = card.face.thumbnail
            if not self._fits(node, values, request.probe):
                thumbnail.clear()
                card.face.update()
                continue
            before = thumbnail.chosen
            thumbnail.take(values, settled)
            moved = moved or (before is not thumbnail.chosen and not np.array_equal(before, thumbnail.chosen))
            card.face.update()
        if moved and scene.planar:
            # Other neurons are in view now, so other weights belong between them.
            scene.wiring.lay_weights()

    def _fits(self, node: str, values: Numbers, probe: str) -> bool:
        """False for values of the last network without a problem that the layer would not give any more."""
        shape = self._scene.models.document.shapes.get(node)
        if not isinstance(shape, tuple):
            return False
        return probe == "neurons" or values.ndim != len(shape) or values.shape == shape

    def _note_reaches(self, arrays: Arrays) -> None:
        """Where all layers share one scale, it has to be known before the first of them is coloured."""
        scene = self._scene
        if scene.look.scale.scope == "network":
            shown = ((scene.cards[node].face.thumbnail, values) for node, values in arrays.items()
                     if node in scene.cards)  # fmt: skip
            scene.look.scale.note((thumbnail.plan.table, thumbnail.reach(values)) for thumbnail, values in shown)

    def _connected(self, node: str, matrix: Numbers) -> Numbers:
        """The weights of a layer, not a number where a connection was removed."""
        graph = self._scene.models.document.project.graph
        gone = removed(graph.node(node).params) if node in graph else frozenset()
        if not gone:
            return matrix
        found = np.array(matrix, np.float32)
        for source, unit in gone:
            if unit < found.shape[0] and source < found.shape[1]:
                found[unit, source] = np.nan
        return found

    def _show_weights(self, arrays: Arrays) -> None:
        scene = self._scene
        matrices = {name.partition(".")[0]: values for name, values in arrays.items() if name.endswith(".weight")}
        if not scene.planar:
            self._show_kernels(matrices)
            return
        connected = {node: self._connected(node, matrix) for node, matrix in matrices.items()}
        if not scene.weight_wires.set_weights(connected):
            return
        for node, matrix in matrices.items():
            card = scene.cards.get(node)
            if card is not None and isinstance(card.face.thumbnail, NeuronTiles):
                biases = arrays.get(f"{node}.bias")
                reach = max(reach_of(matrix), reach_of(biases) if biases is not None else 0.0)
                card.face.thumbnail.take_biases(biases, reach)

    def _show_kernels(self, kernels: Arrays) -> None:
        scene = self._scene
        if scene.mode == "weights":
            self._note_reaches(kernels)
            for node, values in kernels.items():
                if node in scene.cards:
                    scene.cards[node].face.thumbnail.take(values)
                    scene.cards[node].face.update()


def _meant(probe: str, mode: str, planar: bool) -> bool:
    """True unless the mode of the canvas was switched since the request."""
    if planar:
        return probe == "neurons"
    return probe == PROBE[mode]
