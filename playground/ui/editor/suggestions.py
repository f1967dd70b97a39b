"""Which layers fit at a place of the network, the likely ones first: in a wire, behind a layer, or instead of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.catalog.catalogue import CATALOGUE
from playground.document.clipping import ENDS
from playground.document.graph import Edge
from playground.document.params import Value, Values
from playground.document.project import Project
from playground.document.shapes import Problem, Shape, ShapeError
from playground.ui.editor.edits import first_values, refusal

# So many stand under a title of their own.
LIKELY = 4
# What usually follows, by what came before and by how many dimensions it gives: images have three.
_AFTER_WEIGHTS = {
    3: ("relu", "max_pool", "batch_norm", "conv2d", "dropout", "flatten"),
    1: ("relu", "dense", "dropout", "batch_norm", "tanh"),
}
_AFTER_ACTIVATION = {
    3: ("max_pool", "conv2d", "batch_norm", "flatten", "dropout", "avg_pool"),
    1: ("dense", "dropout", "batch_norm"),
}
_AFTER_REST = {
    3: ("conv2d", "flatten", "batch_norm", "max_pool", "dropout"),
    1: ("dense", "dropout", "batch_norm", "relu"),
}
# Behind such a layer an activation is due, unless it has one of its own.
_WEIGHTED = ("dense", "convolution")
_NO_ACTIVATION_YET = ("batch_norm", "add")


@dataclass(frozen=True)
class Place:
    """Where a layer would go: behind `source`, and with a target into the wires that lead there. A `replaced` layer
    gives way, and its own place is where the new one goes."""

    source: str | None
    targets: tuple[Edge, ...] = ()
    replaced: str | None = None


def in_wire(edge: Edge) -> Place:
    """The middle of a wire."""
    return Place(edge.source, (edge,))


def behind(project: Project, node: str) -> Place:
    """Right behind a layer; behind the Output means before it."""
    graph = project.graph
    if CATALOGUE.layers[graph.node(node).kind].category == "output":
        incoming = graph.incoming(node)
        return in_wire(incoming[0]) if incoming else Place(None)
    return Place(node, graph.outgoing(node))


def instead_of(project: Project, node: str) -> Place:
    """The place of a layer."""
    incoming = project.graph.incoming(node)
    return Place(incoming[0].source if incoming else None, project.graph.outgoing(node), node)


def fitting(project: Project, shapes: dict[str, Shape | Problem], place: Place) -> tuple[str, ...]:
    """The kinds of layers that fit at a place, the likely ones first; `shapes` are those of the project as it is.

    Kinds after which what follows still fits come before those that would break it. Where the shape is not known,
    everything but Input and Output may go.
    """
    kinds = [kind for kind, layer in CATALOGUE.layers.items() if _may_go(project, layer.category, place)]
    if place.replaced is not None:
        kinds = [kind for kind in kinds if kind != project.graph.node(place.replaced).kind]
    shape = shapes.get(place.source) if place.source is not None else None
    if not isinstance(shape, tuple) or place.source is None:
        return tuple(kinds)
    usual = _usual(project, place, len(shape))
    ranks: dict[str, tuple[bool, int, int]] = {}
    for number, kind in enumerate(kinds):
        made = _made(kind, first_values(project, kind), shape)
        if made is not None:
            rank = usual.index(kind) if kind in usual else len(usual)
            suits = all(not refusal(project.graph, target, made, shapes) for target in place.targets)
            ranks[kind] = (not suits, rank, number)
    return tuple(sorted(ranks, key=lambda kind: ranks[kind]))


def _may_go(project: Project, category: str, place: Place) -> bool:
    if place.replaced is not None:
        here = CATALOGUE.layers[project.graph.node(place.replaced).kind].category
        if here in ENDS:
            return category == here
    return category not in ENDS


def _usual(project: Project, place: Place, dimensions: int) -> Sequence[str]:
    if place.replaced is not None:
        # What is of the same family is what somebody tries next.
        category = CATALOGUE.layers[project.graph.node(place.replaced).kind].category
        return [kind for kind, layer in CATALOGUE.layers.items() if layer.category == category]
    assert place.source is not None
    node = project.graph.node(place.source)
    category = CATALOGUE.layers[node.kind].category
    own: Value = node.params.get("activation", "none")
    last = any(CATALOGUE.layers[project.graph.node(edge.target).kind].category in ENDS for edge in place.targets)
    if last and category in _WEIGHTED:
        # The Output brings an activation of its own.
        table = _AFTER_ACTIVATION
    elif (category in _WEIGHTED and own == "none") or node.kind in _NO_ACTIVATION_YET:
        table = _AFTER_WEIGHTS
    elif category in _WEIGHTED or category == "activation":
        table = _AFTER_ACTIVATION
    else:
        table = _AFTER_REST
    return table.get(dimensions, ())


def _made(kind: str, values: Values, shape: Shape) -> Shape | None:
    """What a layer makes of this input, of several inputs all alike; None where it does not fit."""
    layer = CATALOGUE.layers[kind]
    try:
        return layer.shape((shape,) * max(1, layer.inputs[0]), values)
    except ShapeError:
        return None
