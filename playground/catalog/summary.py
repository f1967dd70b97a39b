"""The summary of a network: one line for each layer with its shapes, its weights, its memory and its work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.counts import multiply_adds
from playground.document.graph import Graph
from playground.document.shapes import (
    Problem,
    Shape,
    active_nodes,
    input_shapes,
    of_category,
    parameter_counts,
    size,
)

FLOAT_BYTES = 4


@dataclass(frozen=True)
class Line:
    """One layer. `given` are the shapes that reach it and `made` is its own, None where it is not known.

    `parameters`, `memory` (bytes of its output for one sample, as float32) and `multiply_adds` (for one sample) are
    None where they are not known and for layers that are left out of the network. `share` is its part of all
    parameters, `problem` the sentence of its first error.
    """

    node: str
    category: str
    title: str
    given: tuple[Shape, ...]
    made: Shape | None
    active: bool
    bypassed: bool
    parameters: int | None
    memory: int | None
    multiply_adds: int | None
    share: float
    problem: str


def summarise(graph: Graph, found: Mapping[str, Shape | Problem], problems: Sequence[Problem]) -> tuple[Line, ...]:
    """The lines of a graph in topological order, bypassed layers in their places, what is left out of the network last.

    `found` is the result of `infer` and `problems` that of `check`.
    """
    layers = CATALOGUE.layers
    members = set(active_nodes(graph, layers))
    reaching = input_shapes(graph, layers, found)
    counts, work = parameter_counts(graph, layers, found), multiply_adds(graph, layers, found)
    total = sum(counts.values()) or 1
    errors = {problem.node: problem.message for problem in reversed(problems) if problem.severity == "error"}
    path = set(graph.between(*(of_category(graph, layers, category) for category in ("input", "output"))))
    placed = members | {node.id for node in graph.nodes if node.bypassed and node.id in path}
    lines = []
    for node_id in sorted(graph.topological_order, key=lambda node_id: node_id not in placed):
        node, made = graph.node(node_id), found.get(node_id)
        layer = CATALOGUE.layers[node.kind]
        around = tuple(shape for edge in graph.incoming(node_id) if isinstance(shape := found.get(edge.source), tuple))
        known = node_id in members and isinstance(made, tuple)
        lines.append(
            Line(
                node_id,
                layer.category,
                node.name or layer.card_title(node.params),
                reaching.get(node_id, around),
                made if isinstance(made, tuple) else None,
                node_id in members,
                node.bypassed,
                counts.get(node_id),
                size(made) * FLOAT_BYTES if known and isinstance(made, tuple) else None,
                work.get(node_id),
                counts.get(node_id, 0) / total,
                errors.get(node_id, ""),
            )
        )
    return tuple(lines)


@dataclass(frozen=True)
class Totals:
    """Sums over the layers of the network whose shapes are known."""

    parameters: int
    memory: int
    multiply_adds: int


def totals(lines: Sequence[Line]) -> Totals:
    """What all lines come to."""
    return Totals(
        sum(line.parameters or 0 for line in lines),
        sum(line.memory or 0 for line in lines),
        sum(line.multiply_adds or 0 for line in lines),
    )
