"""What mends a graph: wires that heal around a removed layer, and the cure of a problem carried out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from playground.document.graph import Graph, GraphError
from playground.document.params import Value, Values, defaults
from playground.document.shapes import Cure, Layers, Problem


def unwired(graph: Graph, node_id: str) -> Graph:
    """The graph with a node on its own, what fed it wired to what it fed where it had one input."""
    before, after = graph.incoming(node_id), graph.outgoing(node_id)
    healed = replace(graph, edges=tuple(edge for edge in graph.edges if edge not in (*before, *after)))
    if len(before) == 1:
        for edge in after:
            healed = healed.connect(before[0].source, edge.target, edge.port)
    return healed


def heal(graph: Graph, node_id: str) -> Graph:
    """The graph without a node, the wires around it healed."""
    return unwired(graph, node_id).remove(node_id)


def apply_cure(graph: Graph, problem: Problem, layers: Layers) -> Graph:
    """The graph with the part of a problem's cure that concerns it carried out.

    Raises GraphError when there is no cure or it no longer fits.
    """
    cure = problem.cure
    if cure is None:
        raise GraphError("This problem has no cure that can be applied by itself.")
    target = cure.node or problem.node
    if cure.kind:
        graph = graph.set_kind(target, cure.kind, defaults(layers[cure.kind].params))
    for name, value in cure.params:
        graph = graph.set_param(target, name, value)
    if cure.insert:
        graph = _insert(graph, target, cure, layers)
    if cure.connect:
        taken = {edge.port for edge in graph.incoming(target)}
        # A node that has as many wires as it takes loses the first one, which leads nowhere it is needed.
        ports = range(layers[graph.node(target).kind].inputs[1])
        port = next((number for number in ports if number not in taken), 0)
        graph = graph.connect(cure.connect, target, port)
    if cure.before:
        graph = _swap(graph, cure.before, target)
    return heal(graph, cure.remove) if cure.remove else graph


def _insert(graph: Graph, node_id: str, cure: Cure, layers: Layers) -> Graph:
    """The graph with the layer of a cure in the wire that ends at its port."""
    wires = [edge for edge in graph.incoming(node_id) if edge.port == cure.port]
    if not wires:
        raise GraphError("There is no wire to put the layer into.")
    node, source = graph.node(node_id), graph.node(wires[0].source)
    values = with_values(defaults(layers[cure.insert].params), cure.insert_params)
    graph, added = graph.add(cure.insert, values, x=(node.x + source.x) / 2, y=(node.y + source.y) / 2)
    return graph.insert(added, wires[0])


def _swap(graph: Graph, first: str, second: str) -> Graph:
    """The graph in which `second`, which `first` leads to, comes before it, in its wires and on the canvas."""
    wires, left, right = graph.incoming(first), graph.node(first), graph.node(second)
    if len(wires) != 1:
        raise GraphError("There is no wire to put the layer into.")
    moved = unwired(graph, second).insert(second, wires[0])
    return moved.move(first, right.x, right.y).move(second, left.x, left.y)


def with_values(values: Values, changes: Iterable[tuple[str, Value]]) -> Values:
    """These values with some of them changed."""
    for name, value in changes:
        values = values.set(name, value)
    return values
