"""Shape inference: what flows along every wire, and what is wrong in words.

`infer` never runs the network and never raises. A shape is channels first and without the batch, such as
(8, 24, 24); on screen it reads height × width × channels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from playground.document.graph import Edge, Graph, GraphError
from playground.document.numbers import memory, whole
from playground.document.padding import padding_for, padding_text
from playground.document.params import Param, Values
from playground.document.problem import THIS as THIS
from playground.document.problem import Cure as Cure
from playground.document.problem import Problem as Problem
from playground.document.problem import ShapeError as ShapeError
from playground.document.problem import SizeError as SizeError

Shape = tuple[int, ...]

# Bytes a parameter takes: training keeps a weight, its gradient and two moments. So the most are 4 GiB.
TRAINED_BYTES, MAX_PARAMETERS = 16, 2**28
# Values of one sample in all layers together, 4 bytes each: 256 MiB.
MAX_VALUES = 2**26


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

    def card_title(self, values: Values, /) -> str: ...


Layers = Mapping[str, LayerKind]
Found = Mapping[str, Shape | Problem]


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


def title(graph: Graph, layers: Layers, node_id: str) -> str:
    """What a sentence calls a layer: its own name, its kind where it is the only one, else what its card says."""
    node = graph.node(node_id)
    alone = sum(other.kind == node.kind for other in graph.nodes) == 1
    return node.name or (layers[node.kind].label if alone else layers[node.kind].card_title(node.params))


def _check_arity(node_id: str, graph: Graph, layers: Layers, count: int) -> Problem | None:
    least, most = layers[graph.node(node_id).kind].inputs
    if least <= count <= most:
        return None
    name = title(graph, layers, node_id)
    if count > most:
        return Problem(node_id, f"{name} takes {most} {'input' if most == 1 else 'inputs'}, not {count}.")
    if least == 1:
        return Problem(node_id, f"{name} needs an input. Connect it.")
    cure = Cure(f"Remove {name}", remove=node_id)
    return Problem(node_id, f"{name} needs {least} inputs. Connect another layer, or: {cure.text}.", cure)


def _unreached(graph: Graph, layers: Layers, output: str, found: Found) -> Problem:
    """Nothing reaches the Output: the last layer that the data reach and that leads nowhere can be wired to it, or to
    the first of the layers that lead to it."""
    reached = {id for start in of_category(graph, layers, "input") for id in (start, *graph.descendants(start))}
    loose = [id for id in graph.topological_order if id in reached and not graph.outgoing(id)]
    if not loose:
        return Problem(output, "Nothing reaches the output. Connect the layers from Input to Output.")
    last, dangling = loose[-1], graph.ancestors(output)
    free = [id for id in graph.topological_order if id in dangling and not graph.incoming(id)]
    starts = [id for id in free if last not in graph.descendants(id)]
    given = tuple(shape for shape in (found.get(last),) if isinstance(shape, tuple))
    nodes = map(graph.node, starts if given else ())
    fitting = (node.id for node in nodes if _made(layers, node.kind, given, node.params))
    start = next(fitting, starts[0] if len(starts) == 1 else "")
    text = f"Connect {title(graph, layers, last)}" + (f" to {title(graph, layers, start)}" if start else "")
    message = f"Nothing reaches the output. {text}{'' if start else ' here'}."
    return Problem(output, message, Cure(text, node=start, connect=last))


def _made(layers: Layers, kind: str, in_shapes: tuple[Shape, ...], values: Values) -> Shape | None:
    """What a layer makes of its inputs; None where it cannot take them."""
    try:
        return layers[kind].shape(in_shapes, values)
    except ShapeError:
        return None


def told(graph: Graph, layers: Layers, node_id: str, error: ShapeError) -> str:
    """The sentence of an error, in which the layer is called what its card says."""
    return str(error).replace(THIS, title(graph, layers, node_id))


def _infer_node(node_id: str, graph: Graph, layers: Layers, edges: Sequence[Edge], found: Found) -> Shape | Problem:
    problem = _check_arity(node_id, graph, layers, len(edges))
    if problem is not None:
        return problem
    node, shapes = graph.node(node_id), (found[edge.source] for edge in edges)
    try:
        return layers[node.kind].shape(tuple(shape for shape in shapes if isinstance(shape, tuple)), node.params)
    except SizeError as error:
        return _unequal(node_id, graph, layers, [edge.source for edge in edges], found, error)
    except ShapeError as error:
        cure = error.cure
        # A layer knows its inputs by their number; on the canvas some ports may be free or left out.
        if cure is not None and cure.insert:
            cure = replace(cure, port=edges[cure.port].port)
        return Problem(node_id, told(graph, layers, node_id, error), cure)


def _unequal(
    node_id: str, graph: Graph, layers: Layers, sources: Sequence[str], found: Found, error: SizeError
) -> Problem:
    """Maps of unequal size meet: padding on the way of the smaller ones may mend it."""
    shapes = {id: shape for id, shape in found.items() if isinstance(shape, tuple)}
    sentence = told(graph, layers, node_id, error)
    small, wanted = sources[error.small], shapes[sources[error.large]][1:]
    padding = padding_for(wanted, small, set(sources) - {small}, graph, layers, shapes, partial(_made, layers))
    if padding is None:
        sides = " × ".join(map(whole, wanted))
        advice = f"Bring {title(graph, layers, small)} to {sides} by another window, stride or padding."
        return Problem(node_id, f"{sentence} {advice}")
    owner, changes = padding
    cure = Cure(f"Use {padding_text(changes)} in {title(graph, layers, owner)}", node=owner, params=changes)
    return Problem(node_id, f"{sentence} {cure.text}.", cure)


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
        if not all(isinstance(found.get(edge.source), tuple) for edge in edges):
            continue
        result = _infer_node(node_id, graph, layers, edges, found)
        if isinstance(result, tuple) or node_id in active:
            found[node_id] = result
    for node_id in of_category(graph, layers, "output"):
        if node_id not in active:
            found[node_id] = _unreached(graph, layers, node_id, found)
    _check_memory(graph, layers, active, found)
    return found if whole is graph else _with_bypassed(whole, found)


def _with_bypassed(graph: Graph, found: dict[str, Shape | Problem]) -> dict[str, Shape | Problem]:
    for node_id in graph.topological_order:
        if graph.node(node_id).bypassed:
            shape = next((found.get(edge.source) for edge in graph.incoming(node_id)), None)
            if isinstance(shape, tuple):
                found[node_id] = shape
    return found


def input_shapes(graph: Graph, layers: Layers, found: Found) -> dict[str, tuple[Shape, ...]]:
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


def parameter_counts(graph: Graph, layers: Layers, found: Found) -> dict[str, int]:
    """How many weights and biases each node of the network has where its shapes are known, too many of them, too."""
    return {
        node_id: layers[graph.node(node_id).kind].count(shapes, graph.node(node_id).params)
        for node_id, shapes in input_shapes(graph, layers, found).items()
        if isinstance(made := found.get(node_id), tuple) or (isinstance(made, Problem) and made.too_large)
    }


def _check_memory(graph: Graph, layers: Layers, active: set[str], found: dict[str, Shape | Problem]) -> None:
    """Replaces the shape of the largest node by a problem when the network would not fit into memory."""
    counts = parameter_counts(graph, layers, found)
    values = {id: size(shape) for id, shape in found.items() if id in active and isinstance(shape, tuple)}
    numbers, most = (counts, MAX_PARAMETERS) if sum(counts.values()) > MAX_PARAMETERS else (values, MAX_VALUES)
    total = sum(numbers.values())
    if total <= most:
        return
    largest = max(numbers, key=lambda id: numbers[id])
    here = numbers[largest]
    if numbers is counts:
        sentence = (
            f"This network has {whole(total)} parameters, {whole(here)} of them here"
            f"{_origin(graph, layers, largest, found, here)}. They need {memory(TRAINED_BYTES * total)} "
            f"while training; {whole(most)} with {memory(TRAINED_BYTES * most)} fit into memory."
        )
    else:
        sentence = f"One sample needs {whole(total)} values, {whole(here)} of them here; {whole(most)} fit into memory."
    found[largest] = _too_large(graph, largest, sentence, (most - total + here) / here)


def _origin(graph: Graph, layers: Layers, node_id: str, found: Found, count: int) -> str:
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
            return Problem(node_id, f"{sentence} {cure.text}, or pool first.", cure, too_large=True)
    return Problem(node_id, f"{sentence} Pool first.", too_large=True)


def problems(found: Found) -> tuple[Problem, ...]:
    """The problems among the results of `infer`."""
    return tuple(result for result in found.values() if isinstance(result, Problem))
