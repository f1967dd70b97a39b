"""Edits of stages and notes: each takes a graph and returns a new one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from playground.document.annotations import Note, Stage, without_nodes
from playground.document.graph import MAX_ID, Graph, GraphError, placed

MAX_ANNOTATIONS = 500
MIN_NOTE_WIDTH, MAX_NOTE_WIDTH = 80.0, 2_000.0


def _next_id(graph: Graph, letter: str, count: int, what: str) -> tuple[Graph, str]:
    number = graph.last_id + 1
    if count >= MAX_ANNOTATIONS or number > MAX_ID:
        raise GraphError(f"This network is full: it can have {MAX_ANNOTATIONS} {what}.")
    return replace(graph, last_id=number), f"{letter}{number}"


def group(graph: Graph, nodes: Collection[str], title: str = "", words: str = "") -> tuple[Graph, str]:
    """The graph with a stage around these nodes, which leave any other stage, and the stage's id.

    Raises GraphError for no nodes, an unknown one or one stage too many.
    """
    if not nodes:
        raise GraphError("A stage needs at least one layer.")
    for node in nodes:
        graph.node(node)
    graph, stage_id = _next_id(graph, "s", len(graph.stages), "stages")
    members = tuple(node.id for node in graph.nodes if node.id in nodes)
    stage = Stage(stage_id, title, words, members)
    return replace(graph, stages=(*without_nodes(graph.stages, nodes), stage)), stage_id


def stage(graph: Graph, stage_id: str) -> Stage:
    """The stage with this id. Raises GraphError."""
    for found in graph.stages:
        if found.id == stage_id:
            return found
    raise GraphError(f"There is no stage {stage_id!r} in this network.")


def set_stage(graph: Graph, changed: Stage) -> Graph:
    """The graph with the stage of the same id in this form. Raises GraphError."""
    stage(graph, changed.id)
    if not changed.nodes:
        raise GraphError("A stage needs at least one layer.")
    for node in changed.nodes:
        graph.node(node)
    kept = tuple(
        changed if other.id == changed.id else left
        for other in graph.stages
        for left in ([other] if other.id == changed.id else without_nodes((other,), changed.nodes))
    )
    return replace(graph, stages=kept)


def ungroup(graph: Graph, stage_id: str) -> Graph:
    """The graph without a stage; its cards stay. Raises GraphError."""
    stage(graph, stage_id)
    return replace(graph, stages=tuple(other for other in graph.stages if other.id != stage_id))


def add_note(graph: Graph, text: str, x: float, y: float, width: float = 200.0) -> tuple[Graph, str]:
    """The graph with one more note, and the note's id. Raises GraphError when it is full."""
    graph, note_id = _next_id(graph, "t", len(graph.notes), "notes")
    note = Note(note_id, text, placed(x), placed(y), _note_width(width))
    return replace(graph, notes=(*graph.notes, note)), note_id


def note(graph: Graph, note_id: str) -> Note:
    """The note with this id. Raises GraphError."""
    for found in graph.notes:
        if found.id == note_id:
            return found
    raise GraphError(f"There is no note {note_id!r} in this network.")


def set_note(graph: Graph, changed: Note) -> Graph:
    """The graph with the note of the same id in this form. Raises GraphError."""
    note(graph, changed.id)
    fitted = replace(changed, x=placed(changed.x), y=placed(changed.y), width=_note_width(changed.width))
    return replace(graph, notes=tuple(fitted if other.id == changed.id else other for other in graph.notes))


def move_notes(graph: Graph, note_ids: Collection[str], x: float, y: float) -> Graph:
    """The graph with these notes so far away from where they are."""
    notes = tuple(
        replace(note, x=placed(note.x + x), y=placed(note.y + y)) if note.id in note_ids else note
        for note in graph.notes
    )
    return replace(graph, notes=notes)


def remove_note(graph: Graph, note_id: str) -> Graph:
    """The graph without a note. Raises GraphError."""
    note(graph, note_id)
    return replace(graph, notes=tuple(other for other in graph.notes if other.id != note_id))


def _note_width(width: float) -> float:
    return max(MIN_NOTE_WIDTH, min(MAX_NOTE_WIDTH, float(width)))
