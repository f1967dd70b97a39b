"""What layers had learnt before an edit removed or began them anew, kept so that undoing the edit brings it back."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from playground.catalog.initialisation import first_weights
from playground.document.graph import Graph, Node, number_of

# Above this many bytes the largest are let go of first: one of them makes room for many.
KEPT_BYTES = 64_000_000
# Above this many pieces the oldest; they are filters and single weights of layers small enough to be edited by hand.
KEPT_PIECES = 20_000

# What an optimizer remembers of one parameter, by its own names.
Moments = dict[str, Tensor]
# Layers are told apart by their id, the first weights they ask for and the names and shapes of their tensors: what was
# learnt at another size or from other first weights is another layer.
Key = tuple[str, str, frozenset[tuple[str, torch.Size]]]


@dataclass(frozen=True)
class Layer:
    """What a layer has learnt: its tensors and their moments by name, all of them, and the node as it was."""

    node: Node
    tensors: dict[str, Tensor] = field(default_factory=dict)
    moments: dict[str, Moments] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What it is told apart by."""
        shapes = frozenset((name, tensor.shape) for name, tensor in self.tensors.items())
        return self.node.id, first_weights(self.node.params), shapes

    @property
    def nbytes(self) -> int:
        """The memory of its tensors and moments."""
        remembered = (tensor for moments in self.moments.values() for tensor in moments.values())
        return sum(tensor.nbytes for tensor in (*self.tensors.values(), *remembered))


def layers(graph: Graph, state: Mapping[str, Tensor], moments: Mapping[str, Moments] | None = None) -> dict[str, Layer]:
    """The layers of the network of a graph that have tensors, by id: `state` and `moments` are by name."""
    found: dict[str, Layer] = {}
    for name, tensor in state.items():
        node = name.partition(".")[0]
        layer = found.setdefault(node, Layer(graph.node(node)))
        layer.tensors[name] = tensor
        if moments and moments.get(name):
            layer.moments[name] = moments[name]
    return found


class Attic:
    """Layers by key, each of them whole or not at all.

    Pieces of weights are kept by layer, place and what is set there by hand, such as a filter that was learnt before
    another was typed over it.
    """

    def __init__(self) -> None:
        self._kept: dict[Key, Layer] = {}
        self._pieces: dict[Hashable, Tensor] = {}

    def take(self, key: Key) -> Layer | None:
        """Hands out a layer to go on with; None where nothing is kept of it."""
        return self._kept.pop(key, None)

    def put_aside(self, put: Mapping[Key, Layer]) -> tuple[str, ...]:
        """Keeps layers that an edit took away. Returns the ids of those for which there is no room, or none any
        more."""
        self._kept |= put
        gone: list[str] = []
        while self._nbytes > KEPT_BYTES:
            key = max(self._kept, key=lambda key: self._kept[key].nbytes)
            if self._kept[key].moments:
                # Weights without moments are worth more than no weights.
                self._kept[key] = replace(self._kept[key], moments={})
            else:
                gone.append(self._kept.pop(key).node.id)
        return tuple(gone)

    def forget_after(self, last_id: int) -> None:
        """Lets go of layers created after this id: their creation was undone and cannot be redone any more, and one
        that is created now has the same id, but is another."""
        self._kept = {key: layer for key, layer in self._kept.items() if number_of(key[0]) <= last_id}

    def forget_moments(self) -> None:
        """Keeps the tensors alone: what one optimizer remembers says nothing to another."""
        self._kept = {key: replace(layer, moments={}) for key, layer in self._kept.items()}

    @property
    def nbytes(self) -> int:
        """The memory of all that is kept."""
        return self._nbytes + sum(piece.nbytes for piece in self._pieces.values())

    @property
    def _nbytes(self) -> int:
        return sum(layer.nbytes for layer in self._kept.values())

    def put_piece(self, key: Hashable, piece: Tensor) -> None:
        """Keeps a part of a layer's weights. Of one key only the latest is kept."""
        self._pieces.pop(key, None)
        self._pieces[key] = piece
        while len(self._pieces) > KEPT_PIECES:
            self._pieces.pop(next(iter(self._pieces)))

    def take_piece(self, key: Hashable) -> Tensor | None:
        """The piece kept under this key, and lets go of it."""
        return self._pieces.pop(key, None)
