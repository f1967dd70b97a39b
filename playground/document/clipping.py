"""Layers and notes on their own: taken out of a graph, written as text that a person can read, read back strictly, and
put into a graph again. The clipboard carries this text between windows and programs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from playground.document.annotating import add_note, group
from playground.document.annotations import Stage
from playground.document.graph import MAX_EDGES, Edge, Graph, GraphError
from playground.document.graph_file import graph_entry, read_edges, read_nodes, read_notes, read_stages
from playground.document.numbers import whole
from playground.document.params import shown
from playground.document.shapes import Layers
from playground.document.storage import StorageError, parse_json, render_json
from playground.document.strict import ProjectError, an_object

FORMAT = 1
MARK = "neural_network_layers"
# In characters. A network that is full is shorter than this; a longer text comes from elsewhere.
MAX_TEXT = 4_000_000
ENDS = ("input", "output")


class ClippingError(ValueError):
    """A text that holds no layers; the message is a sentence for the user."""


def cut_out(graph: Graph, nodes: Collection[str], layers: Layers, notes: Collection[str] = ()) -> Graph:
    """These layers with the wires between them and the stages that hold nothing else, without Input and Output, and
    these notes.

    The graph itself stays as it is. A cutting may be empty.
    """
    chosen = tuple(node for node in graph.nodes if node.id in nodes and layers[node.kind].category not in ENDS)
    ids = {node.id for node in chosen}
    ends = {node.id for node in graph.nodes if layers[node.kind].category in ENDS}
    stages = tuple(
        replace(stage, nodes=tuple(node for node in stage.nodes if node in ids))
        for stage in graph.stages
        if ids & set(stage.nodes) and set(stage.nodes) - ends <= ids
    )
    edges = tuple(edge for edge in graph.edges if edge.source in ids and edge.target in ids)
    return Graph(chosen, edges, graph.last_id, stages, tuple(note for note in graph.notes if note.id in notes))


def to_text(clipping: Graph) -> str:
    """The cutting as JSON text: the same one for the same layers."""
    entry: dict[str, Any] = {MARK: FORMAT, **graph_entry(clipping)}
    # Which numbers the graph has given out says nothing about these layers.
    del entry["last_id"]
    return render_json(entry).decode()


def from_text(text: str, layers: Layers) -> Graph:
    """The cutting that a text describes, with ids of its own. Raises ClippingError."""
    try:
        value = parse_json(text.encode("utf-8", "replace")) if len(text) <= MAX_TEXT else None
    except StorageError:
        value = None
    if not isinstance(value, dict) or MARK not in value:
        raise ClippingError("The clipboard holds no layers.")
    if value[MARK] != FORMAT or isinstance(value[MARK], (bool, float)):
        raise ClippingError(
            f"The layers on the clipboard have format {shown(value[MARK])}; this version reads {FORMAT}."
        )
    try:
        return _read(an_object(value, "The text", (MARK, "nodes", "edges"), ("stages", "notes")), layers)
    except ProjectError as error:
        raise ClippingError(f"The layers on the clipboard cannot be read: {error}") from None


def _read(entry: dict[str, Any], layers: Layers) -> Graph:
    nodes, notes = read_nodes(entry["nodes"], layers), read_notes(entry.get("notes", []))
    if not nodes and not notes:
        raise ProjectError("nodes is empty.")
    for node in nodes:
        if layers[node.kind].category in ENDS:
            raise ProjectError("Input and Output cannot be pasted, as every network has one of each.")
    graph = Graph(nodes, notes=notes)
    return read_edges(entry["edges"], replace(graph, stages=read_stages(entry.get("stages", []), graph)), layers)


def put_in(graph: Graph, clipping: Graph, x: float = 0.0, y: float = 0.0) -> tuple[Graph, dict[str, str]]:
    """The graph with copies of the layers and notes of a cutting, moved by `x` and `y`, and the new ids by the old
    ones.

    Raises GraphError when the graph cannot take them all.
    """
    copies: dict[str, str] = {}
    for node in clipping.nodes:
        graph, copies[node.id] = graph.add(node.kind, node.params, name=node.name, x=node.x + x, y=node.y + y)
        if node.bypassed:
            graph = graph.set_bypassed(copies[node.id], True)
    # The wires of a cutting close no loop, and its layers have none yet: there is nothing to check one by one.
    edges = tuple(Edge(copies[edge.source], copies[edge.target], edge.port) for edge in clipping.edges)
    if len(graph.edges) + len(edges) > MAX_EDGES:
        raise GraphError(f"This network is full: it can have {whole(MAX_EDGES)} wires.")
    graph = replace(graph, edges=(*graph.edges, *edges))
    for stage in clipping.stages:
        graph = _with_stage(graph, stage, copies)
    for note in clipping.notes:
        graph, copies[note.id] = add_note(graph, note.text, note.x + x, note.y + y, note.width)
    return graph, copies


def _with_stage(graph: Graph, stage: Stage, copies: dict[str, str]) -> Graph:
    return group(graph, [copies[node] for node in stage.nodes], stage.title, stage.words)[0]
