"""What a project amounts to in the terms of the field: its hidden layers, its updates in one epoch."""

from __future__ import annotations

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import Graph
from playground.document.project import Project
from playground.document.shapes import active_nodes

# Layers of neurons; everything else reshapes, joins or regularises what they make.
NEURONS = ("dense", "convolution")


def hidden_layers(graph: Graph) -> int:
    """How many layers of neurons lie between Input and the last of them, which is the output layer.

    Input passes on what it gets, so it is no layer in this sense; one hidden layer makes a network deep.
    """
    layers = {node_id for node_id in active_nodes(graph, CATALOGUE.layers)
              if CATALOGUE.layers[graph.node(node_id).kind].category in NEURONS}  # fmt: skip
    return sum(not layers.isdisjoint(graph.descendants(node_id)) for node_id in layers)


def updates_per_epoch(project: Project, samples: int) -> int:
    """How many batches, each of which is one update, show all `samples` once."""
    full, rest = divmod(samples, project.training.batch_size)
    active = active_nodes(project.graph, CATALOGUE.layers)
    # Batch normalisation learns nothing from a single sample, so a rest of one is left out.
    alone = rest == 1 and any(project.graph.node(node_id).kind == "batch_norm" for node_id in active)
    return full + (rest > 0 and not alone)
