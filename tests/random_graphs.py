"""Random networks: valid ones grown layer by layer, and near-misses made from them."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace

from playground.document.graph import Graph, GraphError
from playground.document.params import Choice, Flag, Float, Int, Text, Value, Values, check_all, defaults
from playground.document.shapes import Problem, Shape, ShapeError, size
from tests.networks import LAYERS

# Small enough to be run in a few milliseconds.
MOST_VALUES = 6_000
MOST_PARAMETERS = 60_000
MOST_WORK = 3_000_000

Shapes = dict[str, Shape]


def random_value(rng: random.Random, param: object) -> Value:
    """A value that the parameter takes: mostly small, sometimes at its bounds."""
    match param:
        case Int():
            if rng.random() < 0.05:
                return rng.choice((param.minimum, param.maximum))
            return min(param.maximum, param.minimum + int(rng.expovariate(0.35)))
        case Float():
            return rng.choice((param.minimum, param.maximum, param.default, rng.uniform(param.minimum, param.maximum)))
        case Choice():
            return rng.choice([value for value, _ in param.options])
        case Flag():
            return rng.random() < 0.5
        case Text():
            return param.default
    raise AssertionError(f"no random values for {param}")


def random_values(rng: random.Random, kind: str) -> Values:
    """Parameters of a layer, about half of them at their defaults."""
    given = {param.name: random_value(rng, param) for param in LAYERS[kind].params if rng.random() < 0.6}
    return check_all(LAYERS[kind].params, given, kind)


def reshaping(rng: random.Random, count: int) -> Values:
    """Parameters of Reshape for this many values."""
    height = rng.choice([n for n in range(1, min(count, 60) + 1) if count % n == 0])
    rest = count // height
    width = rng.choice([n for n in range(1, min(rest, 60) + 1) if rest % n == 0])
    return Values({"height": height, "width": width, "channels": rest // width})


def with_kernels(values: Values, maps: int) -> Values:
    """Parameters of a convolution, in about every second one with some of its small kernels typed in: for all input
    maps of a filter, or for single ones. The same values give the same kernels."""
    rng, size = random.Random(f"{values} {maps}"), int(values["kernel"])
    if rng.random() < 0.5 or size > 3 or maps > 8:
        return values
    texts = []
    for _ in range(min(int(values["filters"]), 3)):
        squares = ["; ".join(" ".join(str(rng.randint(-2, 2)) for _ in range(size)) for _ in range(size))
                   if rng.random() < 0.7 else "" for _ in range(rng.choice((1, maps)))]  # fmt: skip
        texts.append(" / ".join(squares))
    return values.set("kernels", " | ".join(texts))


def _input(rng: random.Random) -> tuple[str, Values]:
    if rng.random() < 0.3:
        values = random_values(rng, "features")
        return "features", values if any(values.values()) else defaults(LAYERS["features"].params)
    length = rng.choice((1, 2, 5, 8, 11, 16))
    width = length if rng.random() < 0.5 else rng.choice((1, 3, 8, 13))
    return "image", Values({"height": length, "width": width, "channels": rng.choice((1, 1, 2, 3))})


def _sources(rng: random.Random, kind: str, shapes: Shapes) -> list[str]:
    least, most = LAYERS[kind].inputs
    first = rng.choice(list(shapes)[-4:] if rng.random() < 0.7 else list(shapes))
    alike = shapes[first]
    fitting = [node for node, shape in shapes.items() if shape == alike]
    if kind == "concat":
        fitting = [node for node, shape in shapes.items() if len(shape) == len(alike) and shape[1:] == alike[1:]]
    return [first, *(rng.choice(fitting) for _ in range(rng.randint(least, min(most, 4)) - 1))]


def _grown(rng: random.Random, graph: Graph, shapes: Shapes) -> Graph:
    """The graph with one more random layer, or as it was when the layer drawn does not fit."""
    kinds = [kind for kind, layer in LAYERS.items() if layer.category not in ("input", "output")]
    kind = rng.choice([*kinds, "conv2d", "dense", "add", "concat", "max_pool"])
    sources = _sources(rng, kind, shapes)
    inputs = tuple(shapes[source] for source in sources)
    values = reshaping(rng, size(inputs[0])) if kind == "reshape" else random_values(rng, kind)
    if kind == "conv2d" and len(inputs[0]) == 3:
        values = with_kernels(values, inputs[0][0])
    try:
        values = check_all(LAYERS[kind].params, values, kind)
        shape = LAYERS[kind].shape(inputs, values)
    except (ShapeError, ValueError):
        return graph
    if size(shape) > MOST_VALUES or LAYERS[kind].count(inputs, values) * size(shape[1:]) > MOST_WORK / 8:
        return graph
    if LAYERS[kind].count(inputs, values) > MOST_PARAMETERS / 8:
        return graph
    graph, node = graph.add(kind, values)
    # Ports need not be filled without gaps where a layer takes many inputs.
    ports = sorted(rng.sample(range(LAYERS[kind].inputs[1]), len(sources)))
    for source, port in zip(sources, ports, strict=True):
        graph = graph.connect(source, node, port)
    shapes[node] = shape
    return graph


def random_graph(seed: int) -> Graph:
    """A valid network: a random Input, layers that fit, branches that join or end, and an Output."""
    rng = random.Random(seed)
    kind, values = _input(rng)
    graph, first = Graph().add(kind, values)
    shapes: Shapes = {first: LAYERS[kind].shape((), values)}
    if rng.random() < 0.3:  # created early, so that the order of creation is not the order of computing
        graph, output = graph.add(rng.choice(("classes", "value")))
    else:
        output = ""
    for _ in range(rng.randint(1, 40)):
        graph = _grown(rng, graph, shapes)
    ends = [node for node in shapes if not graph.outgoing(node)][-16:]
    graph, last = _gathered(graph, ends if rng.random() < 0.7 else [rng.choice(ends)], shapes)
    if not output:
        graph, output = graph.add(rng.choice(("classes", "value")))
    graph = graph.connect(last, output)
    for _ in range(rng.randint(0, 2)):
        graph, between = graph.add(rng.choice(("relu", "tanh", "dropout", "batch_norm")))
        node = graph.node(between)
        values = defaults(LAYERS[node.kind].params)
        graph = graph.set_kind(between, node.kind, values).insert(between, rng.choice(graph.edges))
    return graph


def _gathered(graph: Graph, ends: list[str], shapes: Shapes) -> tuple[Graph, str]:
    """The graph with these nodes written into one row, and the node that does so."""
    flat: list[str] = []
    for end in ends:
        if len(shapes[end]) > 1:
            graph, row = graph.add("flatten")
            graph = graph.connect(end, row)
            end = row
        flat.append(end)
    if len(flat) == 1:
        return graph, flat[0]
    graph, last = graph.add("concat")
    for port, end in enumerate(flat):
        graph = graph.connect(end, last, port)
    return graph, last


def near_miss(seed: int) -> Graph:
    """A valid network with one to three things changed at random, whatever comes of it."""
    rng = random.Random(f"near miss {seed}")
    graph = random_graph(seed)
    for _ in range(rng.randint(1, 3)):
        graph = changed(rng, graph)
    return graph


def changed(rng: random.Random, graph: Graph) -> Graph:
    """The graph with one thing changed at random, or as it was where that cannot be done to it."""
    change = rng.choice((_param, _param, _rewire, _unwire, _kind, _take_out, _more, _put_in, _put_in))
    with suppress(GraphError):
        graph = change(rng, graph)
    return graph


def _param(rng: random.Random, graph: Graph) -> Graph:
    node = rng.choice(graph.nodes)
    params = LAYERS[node.kind].params
    if not params:
        return graph
    param = rng.choice(params)
    value = random_value(rng, param)
    if isinstance(param, Int) and rng.random() < 0.3:
        value = rng.randint(param.minimum, min(param.maximum, 40))
    return graph.set_param(node.id, param.name, value)


def _rewire(rng: random.Random, graph: Graph) -> Graph:
    if not graph.edges:
        return graph
    edge = rng.choice(graph.edges)
    return graph.disconnect(edge).connect(rng.choice(graph.nodes).id, edge.target, edge.port)


def _unwire(rng: random.Random, graph: Graph) -> Graph:
    return graph.disconnect(rng.choice(graph.edges)) if graph.edges else graph


def _kind(rng: random.Random, graph: Graph) -> Graph:
    node = rng.choice(graph.nodes)
    alike = [
        kind for kind, layer in LAYERS.items()
        if layer.inputs == LAYERS[node.kind].inputs and _end(kind) == _end(node.kind)
    ]  # fmt: skip
    kind = rng.choice(alike)
    return graph.set_kind(node.id, kind, random_values(rng, kind))


def _put_in(rng: random.Random, graph: Graph) -> Graph:
    kinds = [kind for kind, layer in LAYERS.items() if layer.inputs[0] == 1 and not _end(kind)]
    kind = rng.choice([*kinds, "conv2d", "max_pool", "avg_pool"])
    graph, node = graph.add(kind, random_values(rng, kind))
    return graph.insert(node, rng.choice(graph.edges)) if graph.edges else graph


def _end(kind: str) -> str:
    category = LAYERS[kind].category
    return category if category in ("input", "output") else ""


def _take_out(rng: random.Random, graph: Graph) -> Graph:
    inner = [node.id for node in graph.nodes if not _end(node.kind)]
    return graph.remove(rng.choice(inner)) if inner else graph


def _more(rng: random.Random, graph: Graph) -> Graph:
    node = rng.choice(graph.nodes)
    most = max(1, LAYERS[node.kind].inputs[1])
    return graph.connect(rng.choice(graph.nodes).id, node.id, rng.randrange(most + 1 if rng.random() < 0.3 else most))


def cheap(graph: Graph, found: dict[str, Shape | Problem]) -> bool:
    """Whether a network, also one with a problem, can be built and run in a few milliseconds."""
    values, parameters, work = 0, 0, 0
    for node_id in graph.topological_order:
        node, result = graph.node(node_id), found.get(node_id)
        inputs = tuple(shape for edge in graph.incoming(node_id) if isinstance(shape := found.get(edge.source), tuple))
        shape = result if isinstance(result, tuple) else ()
        values += size(shape)
        if inputs or not graph.incoming(node_id):
            count = LAYERS[node.kind].count(inputs, node.params) if inputs else 0
            parameters += count
            work += count * size(shape[1:])
            if node.kind in ("max_pool", "avg_pool"):
                work += size(shape) * int(node.params["window"]) ** 2
    return max(values / MOST_VALUES, parameters / MOST_PARAMETERS, work / MOST_WORK) < 40


def permuted(seed: int, graph: Graph) -> Graph:
    """The same network with its wires in another order, which must not matter."""
    edges = list(graph.edges)
    random.Random(seed).shuffle(edges)
    return replace(graph, edges=tuple(edges))
