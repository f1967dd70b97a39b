"""Shape inference: what flows along every wire, and what is wrong in words.

`infer` never runs the network and never raises. A shape is channels first and without the batch, such as
(8, 24, 24); on screen it reads height × width × channels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from playground.document.graph import Graph, GraphError
from playground.document.numbers import whole
from playground.document.params import Param, Value, Values

Shape = tuple[int, ...]

# Training keeps a weight, its gradient and two moments: 16 bytes a parameter, so this is 4 GiB.
MAX_PARAMETERS = 2**28
# Values of one sample in all layers together, 4 bytes each: 256 MiB.
MAX_VALUES = 2**26


@dataclass(frozen=True)
class Cure:
    """One click that mends a problem.

    `insert` names a layer to put into the wire at the node's `port`, with `insert_params` set, `connect` is the id of
    a node to wire to it, `kind` another layer to take its place, `params` are parameters of the node to set, `remove`
    is the id of a node to take out, its wires healed, and `training` are training choices to change.
    """

    text: str
    insert: str = ""
    insert_params: tuple[tuple[str, Value], ...] = ()
    port: int = 0
    connect: str = ""
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
    return separator.join(whole(length) for length in ordered)


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
    if count < least == 1:
        return Problem(node_id, f"{layer.label} needs an input. Connect it.")
    if count < least:
        cure = Cure(f"Remove {layer.label}", remove=node_id)
        return Problem(node_id, f"{layer.label} needs {least} inputs. Connect another layer, or: {cure.text}.", cure)
    if count > most:
        return Problem(node_id, f"{layer.label} takes {most} {'input' if most == 1 else 'inputs'}, not {count}.")
    return None


def _unreached(graph: Graph, layers: Layers, output: str) -> Problem:
    """Nothing reaches the Output: the last layer that the data reach and that leads nowhere can be wired to it."""
    reached = {id for start in of_category(graph, layers, "input") for id in (start, *graph.descendants(start))}
    loose = [id for id in graph.topological_order if id in reached and not graph.outgoing(id)]
    if not loose:
        return Problem(output, "Nothing reaches the output. Connect the layers from Input to Output.")
    cure = Cure(f"Connect {layers[graph.node(loose[-1]).kind].label}", connect=loose[-1])
    return Problem(output, f"Nothing reaches the output. {cure.text} here.", cure)


def _infer_node(
    node_id: str, graph: Graph, layers: Layers, in_shapes: tuple[Shape, ...], ports: tuple[int, ...]
) -> Shape | Problem:
    node = graph.node(node_id)
    layer = layers[node.kind]
    problem = _check_arity(node_id, layer, len(in_shapes))
    if problem is not None:
        return problem
    try:
        return layer.shape(in_shapes, node.params)
    except ShapeError as error:
        cure = error.cure
        # A layer knows its inputs by their number; on the canvas some ports may be free or left out.
        if cure is not None and cure.insert:
            cure = replace(cure, port=ports[cure.port])
        return Problem(node_id, str(error), cure)


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
        edges = [edge for edge in graph.incoming(node_id) if node_id not in active or edge.source in active]
        shapes = [found.get(edge.source) for edge in edges]
        known = tuple(shape for shape in shapes if isinstance(shape, tuple))
        if len(known) < len(shapes):
            continue
        result = _infer_node(node_id, graph, layers, known, tuple(edge.port for edge in edges))
        if isinstance(result, tuple) or node_id in active:
            found[node_id] = result
    for node_id in of_category(graph, layers, "output"):
        if node_id not in active:
            found[node_id] = _unreached(graph, layers, node_id)
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
    total = sum(counts.values())
    if total > MAX_PARAMETERS:
        largest = max(counts, key=lambda id: counts[id])
        sentence = (
            f"This network has {whole(total)} parameters, {whole(counts[largest])} of them here"
            f"{_origin(graph, layers, largest, found, counts[largest])}; {whole(MAX_PARAMETERS)} fit into memory."
        )
        room = MAX_PARAMETERS - (total - counts[largest])
        found[largest] = _too_large(graph, largest, sentence, room / counts[largest])
    elif sum(values.values()) > MAX_VALUES:
        largest = max(values, key=lambda id: values[id])
        sentence = (
            f"One sample needs {whole(sum(values.values()))} values, {whole(values[largest])} of them here; "
            f"{whole(MAX_VALUES)} fit into memory."
        )
        room = MAX_VALUES - (sum(values.values()) - values[largest])
        found[largest] = _too_large(graph, largest, sentence, room / values[largest])


def _origin(graph: Graph, layers: Layers, node_id: str, found: Mapping[str, Shape | Problem], count: int) -> str:
    """The sum of a layer's parameters, such as " (1 600 000 000 weights + 40 000 biases)"."""
    node = graph.node(node_id)
    if not node.params.get("bias"):
        return ""
    shapes = (found.get(source) for source in active_inputs(graph, node_id, set(active_nodes(graph, layers))))
    given = tuple(shape for shape in shapes if isinstance(shape, tuple))
    weights = layers[node.kind].count(given, node.params.set("bias", False))
    return f" ({whole(weights)} weights + {whole(count - weights)} biases)"


def _too_large(graph: Graph, node_id: str, sentence: str, share: float) -> Problem:
    """The problem of the layer that takes most memory, where `share` of it would be left. Layers have as many
    parameters and values as they have units or filters, so that share of them fits."""
    params = graph.node(node_id).params
    for name in ("units", "filters"):
        fitting = int(int(params[name]) * share) if name in params else 0
        if fitting >= 1:
            cure = Cure(f"Use {whole(fitting)} {name}", params=((name, fitting),))
            return Problem(node_id, f"{sentence} {cure.text}, or pool first.", cure)
    return Problem(node_id, f"{sentence} Pool first.")


def problems(found: Mapping[str, Shape | Problem]) -> tuple[Problem, ...]:
    """The problems among the results of `infer`."""
    return tuple(result for result in found.values() if isinstance(result, Problem))
