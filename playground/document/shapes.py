"""Shape inference: what flows along every wire, and what is wrong in words.

`infer` never runs the network and never raises. A shape is channels first and without the batch, such as
(8, 24, 24); on screen it reads height × width × channels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from playground.document.graph import Graph, GraphError
from playground.document.params import Param, Value, Values, defaults

Shape = tuple[int, ...]

# Training keeps a weight, its gradient and two moments: 16 bytes a parameter, so this is 4 GiB.
MAX_PARAMETERS = 2**28
# Values of one sample in all layers together, 4 bytes each: 256 MiB.
MAX_VALUES = 2**26


@dataclass(frozen=True)
class Cure:
    """One click that mends a problem.

    `insert` names a layer to put into the first wire of the node, `kind` another layer to take its place,
    `params` are parameters of the node to set, `remove` is the id of a node to take out, its wires healed, and
    `training` are training choices to change.
    """

    text: str
    insert: str = ""
    kind: str = ""
    params: tuple[tuple[str, Value], ...] = ()
    remove: str = ""
    training: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True)
class Problem:
    """One sentence for the user about one node, and its cure where there is one.

    An `error` keeps the network from training; a `warning` does not.
    """

    node: str
    message: str
    cure: Cure | None = None
    severity: str = "error"


class ShapeError(ValueError):
    """Raised by a layer's `shape` when it cannot take its inputs: a sentence and, where there is one, a cure."""

    def __init__(self, message: str, cure: Cure | None = None) -> None:
        super().__init__(message)
        self.cure = cure


class LayerKind(Protocol):
    """What shape inference needs to know of a layer in the catalogue."""

    @property
    def label(self) -> str: ...

    @property
    def category(self) -> str: ...

    @property
    def params(self) -> tuple[Param, ...]: ...

    @property
    def inputs(self) -> tuple[int, int]: ...

    def shape(self, in_shapes: tuple[Shape, ...], values: Values, /) -> Shape: ...

    def count(self, in_shapes: tuple[Shape, ...], values: Values, /) -> int: ...


Layers = Mapping[str, LayerKind]


def size(shape: Shape) -> int:
    """How many values a shape holds."""
    return math.prod(shape)


def shape_text(shape: Shape, separator: str = " × ") -> str:
    """A shape as the user reads it: height × width × channels, without the batch."""
    ordered = (*shape[1:], shape[0]) if len(shape) > 1 else shape
    return separator.join(str(length) for length in ordered)


def of_category(graph: Graph, layers: Layers, category: str) -> tuple[str, ...]:
    """Ids of the nodes whose layer is of this category."""
    return tuple(node.id for node in graph.nodes if layers[node.kind].category == category)


def active_nodes(graph: Graph, layers: Layers) -> tuple[str, ...]:
    """Ids of the nodes on a path from Input to Output, in topological order; the others are left out, and so are
    bypassed ones."""
    graph = graph.effective
    return graph.between(of_category(graph, layers, "input"), of_category(graph, layers, "output"))


def active_inputs(graph: Graph, node_id: str, active: frozenset[str] | set[str]) -> tuple[str, ...]:
    """Ids of the active nodes that feed a node, in order of its ports, seen through bypassed ones."""
    return tuple(edge.source for edge in graph.effective.incoming(node_id) if edge.source in active)


def _check_arity(node_id: str, layer: LayerKind, count: int) -> Problem | None:
    least, most = layer.inputs
    if count < least:
        if least == 1:
            return Problem(node_id, f"{layer.label} needs an input. Connect it.")
        return Problem(node_id, f"{layer.label} needs {least} inputs. Connect another layer.")
    if count > most:
        return Problem(node_id, f"{layer.label} takes {most} {'input' if most == 1 else 'inputs'}, not {count}.")
    return None


def _infer_node(node_id: str, graph: Graph, layers: Layers, in_shapes: tuple[Shape, ...]) -> Shape | Problem:
    node = graph.node(node_id)
    layer = layers[node.kind]
    problem = _check_arity(node_id, layer, len(in_shapes))
    if problem is not None:
        return problem
    try:
        return layer.shape(in_shapes, node.params)
    except ShapeError as error:
        return Problem(node_id, str(error), error.cure)


def infer(graph: Graph, layers: Layers) -> dict[str, Shape | Problem]:
    """The output shape of every node or the problem that keeps it from having one.

    A node behind a problem is missing from the result, as is one that is not on a path from Input to Output
    and does not fit where it lies: it is left out of the network, so it is no problem. A bypassed node has the
    shape that it hands on.
    """
    whole, graph = graph, graph.effective
    try:
        active = set(active_nodes(graph, layers))
    except GraphError as error:
        return {node.id: Problem(node.id, str(error)) for node in graph.nodes[:1]}
    found: dict[str, Shape | Problem] = {}
    for node_id in graph.topological_order:
        sources = [edge.source for edge in graph.incoming(node_id)]
        if node_id in active:
            sources = [source for source in sources if source in active]
        shapes = [found.get(source) for source in sources]
        known = tuple(shape for shape in shapes if isinstance(shape, tuple))
        if len(known) < len(shapes):
            continue
        result = _infer_node(node_id, graph, layers, known)
        if isinstance(result, tuple) or node_id in active:
            found[node_id] = result
    for node_id in of_category(graph, layers, "output"):
        if node_id not in active:
            found[node_id] = Problem(node_id, "Nothing reaches the output. Connect the layers from Input to Output.")
    _check_memory(graph, layers, active, found)
    return found if whole is graph else _with_bypassed(whole, found)


def _with_bypassed(graph: Graph, found: dict[str, Shape | Problem]) -> dict[str, Shape | Problem]:
    for node_id in graph.topological_order:
        if graph.node(node_id).bypassed:
            shape = next((found.get(edge.source) for edge in graph.incoming(node_id)), None)
            if isinstance(shape, tuple):
                found[node_id] = shape
    return found


def input_shapes(graph: Graph, layers: Layers, found: Mapping[str, Shape | Problem]) -> dict[str, tuple[Shape, ...]]:
    """What reaches each node of the network, in topological order, where `found` knows all of it."""
    active = active_nodes(graph, layers)
    members = set(active)
    reaching: dict[str, tuple[Shape, ...]] = {}
    for node_id in active:
        shapes = [found.get(source) for source in active_inputs(graph, node_id, members)]
        known = tuple(shape for shape in shapes if isinstance(shape, tuple))
        if len(known) == len(shapes):
            reaching[node_id] = known
    return reaching


def parameter_counts(graph: Graph, layers: Layers, found: Mapping[str, Shape | Problem]) -> dict[str, int]:
    """How many weights and biases each node of the network has where its shapes are known."""
    return {
        node_id: layers[graph.node(node_id).kind].count(shapes, graph.node(node_id).params)
        for node_id, shapes in input_shapes(graph, layers, found).items()
        if isinstance(found.get(node_id), tuple)
    }


def _check_memory(graph: Graph, layers: Layers, active: set[str], found: dict[str, Shape | Problem]) -> None:
    """Replaces the shape of the largest node by a problem when the network would not fit into memory."""
    counts = parameter_counts(graph, layers, found)
    values = {id: size(shape) for id, shape in found.items() if id in active and isinstance(shape, tuple)}
    if sum(counts.values()) > MAX_PARAMETERS:
        largest = max(counts, key=lambda id: counts[id])
        found[largest] = Problem(
            largest,
            f"This network has {sum(counts.values()):,} parameters, {counts[largest]:,} of them here; "
            f"{MAX_PARAMETERS:,} fit into memory. Use fewer units or pool first.",
        )
    elif sum(values.values()) > MAX_VALUES:
        largest = max(values, key=lambda id: values[id])
        found[largest] = Problem(
            largest,
            f"One sample needs {sum(values.values()):,} values, {values[largest]:,} of them here; "
            f"{MAX_VALUES:,} fit into memory. Use fewer filters or pool first.",
        )


def problems(found: Mapping[str, Shape | Problem]) -> tuple[Problem, ...]:
    """The problems among the results of `infer`."""
    return tuple(result for result in found.values() if isinstance(result, Problem))


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
        wires = graph.incoming(problem.node)
        if not wires:
            raise GraphError("There is no wire to put the layer into.")
        node, source = graph.node(problem.node), graph.node(wires[0].source)
        graph, added = graph.add(
            cure.insert,
            defaults(layers[cure.insert].params),
            x=(node.x + source.x) / 2,
            y=(node.y + source.y) / 2,
        )
        graph = graph.insert(added, wires[0])
    return heal(graph, cure.remove) if cure.remove else graph
