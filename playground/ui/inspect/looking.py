"""Which layers have a sheet, which of them is looked at, and what all views of a sheet ask for."""

from __future__ import annotations

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.layer import Layer
from playground.document.graph import Graph, Node
from playground.document.project import Project
from playground.document.shapes import active_nodes
from playground.engine.requests import Grid, Input, Request, TestSample
from playground.ui.editor.thumbnails import is_planar
from playground.ui.models import Models

# Points along one side of a neuron's picture.
GRID = 60


def active(project: Project) -> tuple[str, ...]:
    """The layers that have a sheet, in topological order."""
    return active_nodes(project.graph, CATALOGUE.layers)


def looked_at(models: Models) -> str:
    """The layer whose sheet is in view: the selected one, else the first with weights, else the first."""
    project = models.document.project
    nodes = active(project)
    chosen = [node for node in models.focus.selection if node in nodes]
    if len(chosen) == 1:
        return chosen[0]
    weighted = [id for id in nodes if layer_of(project.graph, id).category in ("convolution", "dense")]
    return next(iter(weighted or nodes), "")


def layer_of(graph: Graph, node: str) -> Layer:
    """The kind of a node."""
    return CATALOGUE.layers[graph.node(node).kind]


def title_of(node: Node) -> str:
    """What a layer is called: by the user, or by its size."""
    return node.name or CATALOGUE.layers[node.kind].card_title(node.params)


def values_request(models: Models) -> Request:
    """What every layer makes of the sample looked at, or of the plane; all views of a sheet share it."""
    if is_planar(models.document.project.graph):
        return Request("neurons", (), Grid(GRID))
    source: Input = models.focus.input or TestSample(0)
    return Request("activations", (), source)


def prediction_request(models: Models) -> Request:
    """What the Output makes of the sample looked at."""
    return Request("prediction", (), models.focus.input or TestSample(0))
