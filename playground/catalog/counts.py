"""What a project amounts to in the terms of the field: its hidden layers, its work for one sample, its updates."""

from __future__ import annotations

from collections.abc import Mapping

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.layer import Layer
from playground.document.graph import Graph
from playground.document.project import Project
from playground.document.shapes import Problem, Shape, active_nodes, infer, input_shapes, parameter_counts

# Layers of neurons; everything else reshapes, joins or regularises what they make.
NEURONS = ("dense", "convolution")


def hidden_layers(graph: Graph) -> int:
    """How many layers of neurons lie between Input and the last of them, which is the output layer.

    Input passes on what it gets, so it is no layer in this sense; one hidden layer makes a network deep.
    """
    layers = {node_id for node_id in active_nodes(graph, CATALOGUE.layers)
              if CATALOGUE.layers[graph.node(node_id).kind].category in NEURONS}  # fmt: skip
    leads: dict[str, bool] = {}
    for node_id in reversed(graph.topological_order):
        leads[node_id] = any(edge.target in layers or leads[edge.target] for edge in graph.outgoing(node_id))
    return sum(leads[node_id] for node_id in layers)


def parameter_count(project: Project) -> int:
    """How many weights and biases a project's network has."""
    found = infer(project.graph, CATALOGUE.layers)
    return sum(parameter_counts(project.graph, CATALOGUE.layers, found).values())


def multiply_adds(graph: Graph, layers: Mapping[str, Layer], found: Mapping[str, Shape | Problem]) -> dict[str, int]:
    """How many multiplications with an addition one sample costs each layer of the network on its way forward.

    Weights count once for every place they are used at. Biases, activations and pooling are left out, as usual:
    they only add, compare or look up.
    """
    return {
        node_id: layers[graph.node(node_id).kind].multiply_adds(shapes, graph.node(node_id).params)
        for node_id, shapes in input_shapes(graph, layers, found).items()
        if isinstance(found.get(node_id), tuple)
    }


def updates_per_epoch(project: Project, samples: int) -> int:
    """How many batches, each of which is one update, show all `samples` once."""
    full, rest = divmod(samples, project.training.batch_size)
    active = active_nodes(project.graph, CATALOGUE.layers)
    # Batch normalisation learns nothing from a single sample, so a rest of one is left out.
    alone = rest == 1 and any(project.graph.node(node_id).kind == "batch_norm" for node_id in active)
    return full + (rest > 0 and not alone)
