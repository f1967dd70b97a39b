"""What of a running network's weights goes on after an edit, and what begins anew."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from playground.catalog.connections import changed_connections
from playground.catalog.initialisation import starts_anew
from playground.catalog.kernels import changed_filters
from playground.document.graph import Graph, Node
from playground.engine.attic import Attic
from playground.engine.compiler import Network, carry_weights

# A place in a layer's `weight`: a filter, or unit and input of a connection.
Place = tuple[int, ...]
Moments = Mapping[str, Mapping[str, Tensor]]


def carry(
    old: Graph, new: Graph, state: Mapping[str, Tensor], moments: Moments, attic: Attic, network: Network
) -> tuple[str, ...]:
    """Gives the freshly built network of `new` what the network of `old` had learnt, as far as it still fits.

    `state` are its tensors, the attic holds those of layers removed before. Layers that were asked for other first
    weights begin anew, and so do filters and connections that the edit typed in or took out; in `moments`, the state
    of the optimizer by parameter, their places are set to zero. Returns the ids of the layers that kept their weights.
    """
    wanted = {(name, tensor.shape) for name, tensor in network.state_dict().items()}
    before = {node.id: node for node in old.nodes}
    pairs = [(before[node.id], node) for node in new.nodes if node.id in before]
    anew = {node.id for was, node in pairs if starts_anew(was.params, node.params)}
    known = attic.find(wanted, old.last_id)
    known |= {name: tensor for name, tensor in state.items() if (name, tensor.shape) in wanted}
    known = {name: tensor for name, tensor in known.items() if name.partition(".")[0] not in anew}
    drawn = {f"{node.id}.weight": _weight(network, node.id).clone()
             for was, node in pairs if _edited(was, node) and _has_weight(network, node.id)}  # fmt: skip
    kept = carry_weights(known, network)
    attic.put_aside(state, wanted)
    for was, node in pairs:
        if node.id in kept and f"{node.id}.weight" in drawn:
            name = f"{node.id}.weight"
            _rewrite(_edited(was, node), name, _weight(network, node.id), known[name], drawn[name], attic)
            _forget(_edited(was, node), moments.get(name, {}), drawn[name].shape)
    return kept


def _edited(old: Node, new: Node) -> list[tuple[Place, bool, bool]]:
    """The places in a layer's weights that an edit set by hand or gave back to training: where, before, now."""
    if old.kind != new.kind:
        return []
    filters = changed_filters(old.params, new.params)
    connections = changed_connections(old.params, new.params)
    return [
        *(((number,), before, now) for number, before, now in filters),
        *(((unit, source), before, now) for unit, source, before, now in connections),
    ]


def _has_weight(network: Network, node: str) -> bool:
    return f"{node}.weight" in dict(network.named_parameters())


def _weight(network: Network, node: str) -> Tensor:
    return network.get_parameter(f"{node}.weight").detach()


def _rewrite(
    places: list[tuple[Place, bool, bool]], name: str, weight: Tensor, known: Tensor, drawn: Tensor, attic: Attic
) -> None:
    """Puts what is set by hand in place. What had been learnt there is put aside and comes back with the place."""
    for place, before, now in places:
        if not before:
            attic.put_piece(name, place, known[place].clone())
        learnt = None if now else attic.take_piece(name, place, weight[place].shape)
        with torch.no_grad():
            weight[place] = drawn[place] if learnt is None else learnt


def _forget(places: list[tuple[Place, bool, bool]], moments: Mapping[str, Tensor], shape: torch.Size) -> None:
    """Sets the moments there to zero: those of before would push what was set by hand."""
    for moment in moments.values():
        if moment.shape == shape:
            for place, _, _ in places:
                moment[place] = 0.0
