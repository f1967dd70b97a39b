"""Layers, stages and notes that are copied, pasted and removed together, as pure calls."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF

from playground.catalog.catalogue import CATALOGUE
from playground.document import annotating
from playground.document.clipping import cut_out, put_in
from playground.document.graph import Edge, Graph
from playground.document.project import Project
from playground.ui.editor import edits
from playground.ui.editor.arranging import rects_of
from playground.ui.editor.free_places import free_offset
from playground.ui.editor.note_places import rect_of
from playground.ui.editor.stage_edits import around, put

# How far from what was copied its copy lies, to the right and below.
COPY_OFFSET = 40


def places_of(project: Project, clipping: Graph) -> list[QRectF]:
    """Where the cards, frames and notes of a cutting would lie if it were put into the project as it is. Raises
    GraphError."""
    # Cards are as large as they will be there: a layer by itself knows nothing of the data.
    graph, copies = put_in(project.graph, clipping)
    return lying(project.with_graph(graph), frozenset(copies.values()))


def lying(project: Project, ids: Collection[str]) -> list[QRectF]:
    """Where some of the cards and notes of a project lie, and the frames of the stages that they fill."""
    graph = project.graph
    cards = rects_of(project, ids)
    frames = (around(cards[node] for node in stage.nodes) for stage in graph.stages if set(stage.nodes) <= set(ids))
    return [*cards.values(), *frames, *(rect_of(note) for note in graph.notes if note.id in ids)]


def duplicate(project: Project, nodes: Collection[str], notes: Collection[str] = ()) -> tuple[Project, frozenset[str]]:
    """Copies of layers, of the wires between them, of the stages that they fill and of notes, a little below where
    there is room; Input and Output are left out. Raises GraphError."""
    clipping = cut_out(project.graph, nodes, CATALOGUE.layers, notes)
    graph = project.graph
    there = {node.id for node in graph.nodes} | {note.id for note in graph.notes}
    if not clipping.nodes:
        # Notes alone may lie over those they are copies of, and in the frame of a stage.
        graph, there = replace(graph, stages=()), there - set(notes)
    taken = lying(project.with_graph(graph), there)
    offset = free_offset(places_of(project, clipping), QPointF(COPY_OFFSET, COPY_OFFSET), taken)
    return paste(project, clipping, offset.x(), offset.y())


def paste(project: Project, clipping: Graph, x: float, y: float) -> tuple[Project, frozenset[str]]:
    """Layers and notes of a cutting, moved by `x` and `y`, and their new ids. Raises GraphError."""
    graph, copies = put_in(project.graph, clipping, x, y)
    return project.with_graph(graph), frozenset(copies.values())


@dataclass(frozen=True)
class Gap:
    """Where layers were cut out of a network: the wires that led to them and away, the one that healed there, and the
    stages that they were in and that are still there."""

    entry: Edge
    exit: Edge
    healed: Edge
    homes: Mapping[str, str]


def gap_of(before: Graph, after: Graph, nodes: Collection[str]) -> Gap | None:
    """The gap that layers left; None where it is not plain which wire they belong into."""
    entries = [edge for edge in before.edges if edge.target in nodes and edge.source not in nodes]
    exits = [edge for edge in before.edges if edge.source in nodes and edge.target not in nodes]
    if len(entries) != 1 or len(exits) != 1:
        return None
    healed = replace(exits[0], source=entries[0].source)
    kept = {stage.id for stage in after.stages}
    homes = {node: stage.id for stage in before.stages if stage.id in kept for node in stage.nodes if node in nodes}
    return Gap(entries[0], exits[0], healed, homes) if healed in after.edges else None


def put_back(project: Project, clipping: Graph, gap: Gap) -> tuple[Project, frozenset[str]]:
    """Layers and notes of a cutting where they were cut out, or beside what lies there now, and their new ids. Raises
    GraphError."""
    graph, made = put_in(project.graph.disconnect(gap.healed), clipping)
    graph = graph.connect(gap.entry.source, made[gap.entry.target], gap.entry.port)
    graph = graph.connect(made[gap.exit.source], gap.exit.target, gap.exit.port)
    graph = put(graph, {made[node]: home for node, home in gap.homes.items()})
    whole, ids = project.with_graph(graph), frozenset(made.values())
    present = rects_of(project, [node.id for node in project.graph.nodes]).values()
    cards = rects_of(whole, ids).values()
    if any(card.intersects(other) for card in cards for other in present):
        offset = free_offset(list(cards), QPointF(), list(present))
        whole = move(whole, ids, ids, offset.x(), offset.y())
    return whole, ids


def remove(
    project: Project, nodes: Collection[str], edges: Collection[Edge] = (), notes: Collection[str] = ()
) -> Project:
    """The project without these layers, around which wires heal, and without these wires and notes; Input and Output
    stay."""
    graph = edits.delete(project, nodes, edges).graph
    for note in notes:
        graph = annotating.remove_note(graph, note)
    return project.with_graph(graph)


def move(project: Project, nodes: Collection[str], notes: Collection[str], x: float, y: float) -> Project:
    """Layers and notes so far away from where they are."""
    places = {node.id: (node.x + x, node.y + y) for node in project.graph.nodes if node.id in nodes}
    return project.with_graph(annotating.move_notes(edits.move(project, places).graph, notes, x, y))
