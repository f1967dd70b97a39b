"""Stages as pure calls: which cards belong together, what frame that gives, and how cards join and leave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import reduce

from PySide6.QtCore import QRectF

from playground.document import annotating
from playground.document.annotations import Stage
from playground.document.graph import Graph

# Room between the cards and their frame; above them stand the title and the words.
SIDE, ABOVE, BELOW = 16.0, 34.0, 14.0


def around(rects: Iterable[QRectF]) -> QRectF:
    """The frame around cards."""
    return reduce(QRectF.united, rects, QRectF()).adjusted(-SIDE, -ABOVE, SIDE, BELOW)


def inside(frame: QRectF) -> QRectF:
    """The part of a frame where its cards lie."""
    return frame.adjusted(SIDE, ABOVE, -SIDE, -BELOW)


def stage_of(graph: Graph, node: str) -> Stage | None:
    """The stage that a layer belongs to."""
    return next((stage for stage in graph.stages if node in stage.nodes), None)


def stages_of(graph: Graph, nodes: Collection[str]) -> tuple[Stage, ...]:
    """The stages that any of these layers belongs to."""
    return tuple(stage for stage in graph.stages if not set(stage.nodes).isdisjoint(nodes))


def holder(frames: Mapping[str, QRectF], card: QRectF) -> str | None:
    """The id of the stage that a card dropped here belongs to: the smallest frame around its middle."""
    found = [stage for stage, frame in frames.items() if frame.contains(card.center())]
    return min(found, key=lambda stage: frames[stage].width() * frames[stage].height(), default=None)


def put(graph: Graph, homes: Mapping[str, str | None]) -> Graph:
    """The graph with these layers in other stages, by id, or in none. A stage that is left empty goes."""
    for node, home in homes.items():
        present = stage_of(graph, node)
        if (present.id if present is not None else None) == home:
            continue
        if home is not None and any(stage.id == home for stage in graph.stages):
            stage = annotating.stage(graph, home)
            members = {*stage.nodes, node}
            ordered = tuple(other.id for other in graph.nodes if other.id in members)
            graph = annotating.set_stage(graph, replace(stage, nodes=ordered))
        elif present is not None:
            left = tuple(other for other in present.nodes if other != node)
            emptied = annotating.ungroup(graph, present.id)
            graph = annotating.set_stage(graph, replace(present, nodes=left)) if left else emptied
    return graph


def taken_in(graph: Graph, node: str) -> Graph:
    """The graph with a new layer in the stage of those it is wired to, where all of them are in one."""
    ends = {edge.source for edge in graph.incoming(node)} | {edge.target for edge in graph.outgoing(node)}
    homes = {stage.id if stage is not None else None for stage in (stage_of(graph, end) for end in ends)}
    return put(graph, {node: homes.pop()}) if len(homes) == 1 and None not in homes else graph
