"""What mends a graph: wires that heal around a removed layer, and the cure of a problem carried out."""

from __future__ import annotations

from collections.abc import Iterable

from playground.document.graph import Graph, GraphError
from playground.document.params import Value, Values, defaults
from playground.document.shapes import Cure, Layers, Problem


def heal(graph: Graph, node_id: str) -> Graph:
    """The graph without a node, what fed it wired to what it fed where it had one input."""
    before, after = graph.incoming(node_id), graph.outgoing(node_id)
    healed = graph.remove(node_id)
    if len(before) == 1:
        for edge in after:
            healed = healed.connect(before[0].source, edge.target, edge.port)
    return healed


def apply_cure(graph: Graph, problem: Problem, layers: Layers) -> Graph:
    """The graph with the part of a problem's cure that concerns it carried out.

    Raises GraphError when there is no cure or it no longer fits.
    """
    cure = problem.cure
    if cure is None:
        raise GraphError("This problem has no cure that can be applied by itself.")
    if cure.kind:
        graph = graph.set_kind(problem.node, cure.kind, defaults(layers[cure.kind].params))
    for name, value in cure.params:
        graph = graph.set_param(problem.node, name, value)
    if cure.insert:
        graph = _insert(graph, problem.node, cure, layers)
    if cure.connect:
        taken = {edge.port for edge in graph.incoming(problem.node)}
        # A node that has as many wires as it takes loses the first one, which leads nowhere it is needed.
        ports = range(layers[graph.node(problem.node).kind].inputs[1])
        port = next((number for number in ports if number not in taken), 0)
        graph = graph.connect(cure.connect, problem.node, port)
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


def with_values(values: Values, changes: Iterable[tuple[str, Value]]) -> Values:
    """These values with some of them changed."""
    for name, value in changes:
        values = values.set(name, value)
    return values
