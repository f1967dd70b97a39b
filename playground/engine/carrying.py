"""What of a running network's weights goes on after an edit, and what begins anew."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.connections import changed_connections
from playground.catalog.kernels import changed_kernels
from playground.document.graph import Graph, Node
from playground.engine.attic import Attic, Key, Layer, Moments, layers
from playground.engine.compiler import Network, carry_weights

# A place in a layer's `weight`: filter and input map of a kernel, or unit and input of a connection.
Place = tuple[int, int]
# A place that was set by hand or given back to training, and what was set there before and is now: None or False where
# it is learnt.
Edited = tuple[Place, Hashable, Hashable]


@dataclass(frozen=True)
class Carried:
    """The layers that have their weights, those that begin anew, those of the kept ones that have weights of earlier
    again, those put aside before or now for which there is no room, and the optimizer's state by parameter."""

    kept: tuple[str, ...]
    fresh: tuple[str, ...]
    returned: tuple[str, ...]
    lost: tuple[str, ...]
    moments: dict[str, Moments]

    def titles(self, old: Graph, new: Graph) -> dict[str, str]:
        """What those that did not just go on are called, or were before the edit."""
        nodes = {node.id: node for graph in (old, new) for node in graph.nodes}
        told = (nodes[id] for id in (*self.fresh, *self.returned, *self.lost) if id in nodes)
        return {node.id: node.name or CATALOGUE.layers[node.kind].card_title(node.params) for node in told}


def carry(had: Mapping[str, Layer], learnt: Collection[Key], new: Graph, attic: Attic, network: Network) -> Carried:
    """Gives the freshly built network of `new` what had been learnt, as far as it still fits.

    `had` are the layers of the network before. Those that do not go on are put aside in the attic if they are among
    the `learnt`: what never learnt can be drawn again. The attic gives back what fits of those that were put aside
    before. Filters and connections that were typed in or taken out since begin anew: in the moments their places are
    set to zero.
    """
    before = {layer.key: layer for layer in had.values()}
    wanted = {node: layer.key for node, layer in layers(new, network.state_dict()).items()}
    found = {node: before.get(key) or attic.take(key) for node, key in wanted.items()}
    known = {node: layer for node, layer in found.items() if layer is not None}
    going = {key: layer for key, layer in before.items() if key in learnt and key not in wanted.values()}
    lost = attic.put_aside(going)
    edited = {node: places for node, layer in known.items() if (places := _edited(layer.node, new.node(node), network))}
    drawn = {node: _weight(network, node).clone() for node in edited}
    kept = carry_weights({name: tensor for layer in known.values() for name, tensor in layer.tensors.items()}, network)
    for node, places in edited.items():
        name = f"{node}.weight"
        _rewrite(places, wanted[node], _weight(network, node), known[node].tensors[name], drawn[node], attic)
        _forget(places, known[node].moments.get(name, {}), drawn[node].shape)
    moments = {name: values for layer in known.values() for name, values in layer.moments.items()}
    fresh = tuple(node for node in wanted if node not in known)
    returned = tuple(node for node in kept if wanted[node] not in before)
    return Carried(kept, fresh, returned, lost, moments)


def _edited(old: Node, new: Node, network: Network) -> list[Edited]:
    """The places in a layer's weights that were set by hand or given back to training."""
    if old.kind != new.kind or old.params == new.params or not _has_weight(network, new.id):
        return []
    kernels = changed_kernels(old.params, new.params, _maps(network, new.id))
    connections = changed_connections(old.params, new.params)
    return [((row, column), before, now) for row, column, before, now in (*kernels, *connections)]


def _maps(network: Network, node: str) -> int:
    """How many input maps each filter of a layer has; 1 for one without filters."""
    weight = _weight(network, node)
    return weight.shape[1] if weight.dim() > 1 else 1


def _has_weight(network: Network, node: str) -> bool:
    return f"{node}.weight" in dict(network.named_parameters())


def _weight(network: Network, node: str) -> Tensor:
    return network.get_parameter(f"{node}.weight").detach()


def _rewrite(places: list[Edited], key: Key, weight: Tensor, known: Tensor, drawn: Tensor, attic: Attic) -> None:
    """Puts what is set by hand in place. What had been learnt there, from what was set before or from none, is put
    aside and comes back with that."""
    for place, before, now in places:
        attic.put_piece((key, place, before), known[place].clone())
        learnt = attic.take_piece((key, place, now))
        with torch.no_grad():
            weight[place] = drawn[place] if learnt is None else learnt


def _forget(places: list[Edited], moments: Mapping[str, Tensor], shape: torch.Size) -> None:
    """Sets the moments there to zero: those of before would push what was set by hand."""
    for moment in moments.values():
        if moment.shape == shape:
            for place, _, _ in places:
                moment[place] = 0.0
