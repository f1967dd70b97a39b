"""The graph of layers as part of a JSON text: writing it, and reading it strictly.

What a plain network does not have, such as a bypassed layer or a note, is written only where there is one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from playground.document.annotating import MAX_ANNOTATIONS, MAX_NOTE_WIDTH, MIN_NOTE_WIDTH
from playground.document.annotations import Note, Stage
from playground.document.graph import (
    MAX_EDGES,
    MAX_ID,
    MAX_NODES,
    MAX_POSITION,
    Edge,
    Graph,
    GraphError,
    Node,
    number_of,
)
from playground.document.params import Flag, Float, Int, Text, shown
from playground.document.shapes import Layers, of_category
from playground.document.strict import ProjectError, a_list, an_object, checked, checked_params, entry_of

NAME = Text("name", "Name", "", "A name of your own; empty shows what the layer is.", max_length=80)
TITLE = Text("title", "Title", "", max_length=80)
WORDS = Text("words", "Words", "", "A few words beside the title.", max_length=200)
NOTE = Text("text", "Text", "", max_length=4_000, lines=True)
BYPASSED = Flag("bypassed", "Bypass", False, "Hands on its input as it is.")
POSITION = Float("position", "Position", 0.0, minimum=-MAX_POSITION, maximum=MAX_POSITION)
WIDTH = Float("width", "Width", 200.0, minimum=MIN_NOTE_WIDTH, maximum=MAX_NOTE_WIDTH)


def node_entry(node: Node) -> dict[str, Any]:
    """One layer as a JSON object."""
    entry = {"id": node.id, "kind": node.kind, "name": node.name, "params": dict(node.params), "x": node.x, "y": node.y}
    return {**entry, "bypassed": True} if node.bypassed else entry


def graph_entry(graph: Graph) -> dict[str, Any]:
    """The graph as a JSON object: the same one for the same graph."""
    entry: dict[str, Any] = {
        "last_id": graph.last_id,
        "nodes": [node_entry(node) for node in graph.nodes],
        "edges": [[edge.source, edge.target, edge.port] for edge in graph.edges],
    }
    if graph.stages:
        entry["stages"] = [
            {"id": stage.id, "title": stage.title, "words": stage.words, "nodes": list(stage.nodes)}
            for stage in graph.stages
        ]
    if graph.notes:
        entry["notes"] = [
            {"id": note.id, "text": note.text, "x": note.x, "y": note.y, "width": note.width} for note in graph.notes
        ]
    return entry


def _read_node(value: object, place: str, layers: Layers) -> Node:
    entry = an_object(value, place, ("id", "kind", "name", "params", "x", "y"), ("bypassed",))
    _check_id(entry["id"], "n", place)
    layer = entry_of(layers, entry["kind"], f"{place}.kind")
    return Node(
        entry["id"],
        entry["kind"],
        checked(NAME, entry["name"], place),
        checked_params(layer, entry["params"], f"{place}.params"),
        checked(POSITION, entry["x"], f"{place}.x"),
        checked(POSITION, entry["y"], f"{place}.y"),
        _read_bypassed(entry.get("bypassed", False), layer.category, place),
    )


def _check_id(value: object, letter: str, place: str) -> None:
    if not isinstance(value, str) or not re.fullmatch(rf"{letter}[1-9][0-9]{{0,8}}", value):
        raise ProjectError(f"{place}.id must be {letter} and a number, such as {letter}7, not {shown(value)}.")


def _read_bypassed(value: object, category: str, place: str) -> bool:
    bypassed: bool = checked(BYPASSED, value, place)
    if bypassed and category in ("input", "output"):
        raise ProjectError(f"{place} is an {category} layer, which cannot be bypassed.")
    return bypassed


def read_edges(value: object, graph: Graph, layers: Layers) -> Graph:
    """The graph with checked wires. Raises ProjectError."""
    taken: set[tuple[str, int]] = set()
    ordered: list[Edge] = []
    for number, item in enumerate(a_list(value, "graph.edges", MAX_EDGES)):
        place = f"graph.edges[{number}]"
        if not isinstance(item, list) or len(item) != 3:
            raise ProjectError(f"{place} must be [source, target, port], not {shown(item)}.")
        source, target, port = item
        for end in (source, target):
            if not isinstance(end, str) or end not in graph:
                raise ProjectError(f"{place} names {shown(end)}, which is no node.")
        most = layers[graph.node(target).kind].inputs[1]
        if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port < most:
            raise ProjectError(f"{place} ends at port {shown(port)}; its target has {most}.")
        if (target, port) in taken:
            raise ProjectError(f"{place} ends where another wire ends already.")
        taken.add((target, port))
        ordered.append(Edge(source, target, port))
    wired = replace(graph, edges=tuple(ordered))
    try:
        _ = wired.topological_order
    except GraphError as error:
        raise ProjectError(f"graph.edges: {error}") from None
    return wired


def read_nodes(value: object, layers: Layers) -> tuple[Node, ...]:
    """Checked layers with ids of their own. Raises ProjectError."""
    nodes = tuple(
        _read_node(item, f"graph.nodes[{number}]", layers)
        for number, item in enumerate(a_list(value, "graph.nodes", MAX_NODES))
    )
    if len({node.id for node in nodes}) < len(nodes):
        raise ProjectError("graph.nodes: two nodes have the same id.")
    return nodes


def read_stages(value: object, graph: Graph) -> tuple[Stage, ...]:
    """Checked stages around nodes of the graph. Raises ProjectError."""
    stages: list[Stage] = []
    grouped: set[str] = set()
    for number, item in enumerate(a_list(value, "graph.stages", MAX_ANNOTATIONS)):
        place = f"graph.stages[{number}]"
        entry = an_object(item, place, ("id", "title", "words", "nodes"))
        _check_id(entry["id"], "s", place)
        members = a_list(entry["nodes"], f"{place}.nodes", MAX_NODES)
        for node in members:
            if not isinstance(node, str) or node not in graph or node in grouped:
                raise ProjectError(f"{place}.nodes names {shown(node)}, which is no node or in a stage already.")
            grouped.add(node)
        if not members:
            raise ProjectError(f"{place}.nodes is empty; a stage needs at least one layer.")
        stages.append(
            Stage(entry["id"], checked(TITLE, entry["title"], place), checked(WORDS, entry["words"], place),
                  tuple(members))
        )  # fmt: skip
    return tuple(stages)


def read_notes(value: object) -> tuple[Note, ...]:
    """Checked notes. Raises ProjectError."""
    notes: list[Note] = []
    for number, item in enumerate(a_list(value, "graph.notes", MAX_ANNOTATIONS)):
        place = f"graph.notes[{number}]"
        entry = an_object(item, place, ("id", "text", "x", "y", "width"))
        _check_id(entry["id"], "t", place)
        notes.append(
            Note(entry["id"], checked(NOTE, entry["text"], place), checked(POSITION, entry["x"], f"{place}.x"),
                 checked(POSITION, entry["y"], f"{place}.y"), checked(WIDTH, entry["width"], place))
        )  # fmt: skip
    return tuple(notes)


def read_graph(value: object, layers: Layers) -> Graph:
    """The graph that a JSON object describes, with exactly one Input and one Output. Raises ProjectError."""
    entry = an_object(value, "graph", ("last_id", "nodes", "edges"), ("stages", "notes"))
    nodes = read_nodes(entry["nodes"], layers)
    last = checked(Int("last_id", "last_id", 0, minimum=0, maximum=MAX_ID), entry["last_id"], "graph")
    graph = Graph(nodes)
    for category, label in (("input", "Input"), ("output", "Output")):
        count = len(of_category(graph, layers, category))
        if count != 1:
            raise ProjectError(f"graph.nodes: a network has exactly one {label}, this one has {count}.")
    stages, notes = read_stages(entry.get("stages", []), graph), read_notes(entry.get("notes", []))
    ids = [item.id for item in nodes] + [item.id for item in stages] + [item.id for item in notes]
    if len({number_of(id) for id in ids}) < len(ids):
        raise ProjectError("graph: two of its nodes, stages and notes have the same number.")
    graph = replace(graph, last_id=max([last, *map(number_of, ids)]), stages=stages, notes=notes)
    return read_edges(entry["edges"], graph, layers)
