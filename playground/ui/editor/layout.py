"""Laying out the network from left to right, in as many rows as let the whole picture be shown largest.

Stages are laid out by themselves first and then placed as one box each; the cards of one stay together unless other
layers lie between them.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF

from playground.catalog.catalogue import CATALOGUE
from playground.document.annotations import Stage
from playground.document.graph import Edge, Graph
from playground.document.project import Project
from playground.document.shapes import of_category
from playground.ui.editor.edits import move, states_of
from playground.ui.editor.layering import BOX_GAP, Box, Link, ranks
from playground.ui.editor.note_places import follow
from playground.ui.editor.rows import ROW_GAP, WORTH, Drawing, Place, Room, fitting, scale, short
from playground.ui.editor.stage_edits import ABOVE, BELOW, SIDE, around
from playground.ui.editor.state import CardState
from playground.ui.theme import token

MARGIN = 40.0
# A stage that is longer than the room may be drawn in rows no longer than this share of it.
LONGEST_STAGE = 0.7


def lay_out(project: Project, room: Room | None = None) -> Project:
    """The project with all layers at tidy places: the network first, layers left out of it below. `room` is the
    width and height at 100 % that all of it is to be shown in, by default that of the window of the design."""
    room = _reference() if room is None else room
    graph, states = project.graph, states_of(project)
    ends = (of_category(graph, CATALOGUE.layers, category) for category in ("input", "output"))
    flow = set(graph.between(*ends))
    for stage in graph.stages:
        if not flow.isdisjoint(stage.nodes):
            flow |= set(stage.nodes)
    places = _drawn(graph, states, flow, room) if flow else {}
    bottom = max((places[id][1] + states[id].height for id in places), default=0.0)
    left, top, lowest = MARGIN, bottom + ROW_GAP, bottom + ROW_GAP
    for node in graph.nodes:
        if node.id not in places:
            state = states[node.id]
            if left > MARGIN and left + state.width > room[0]:
                left, top = MARGIN, lowest + BOX_GAP
            places[node.id] = (left, top)
            left, lowest = left + state.width + BOX_GAP, max(lowest, top + state.height)
    # Heights are rounded as little as widths: a wire between two cards of different height stays straight.
    laid = move(project, {id: (round(x), round(y)) for id, (x, y) in places.items()})
    if not graph.notes:
        return laid
    before, after = _rects(project.graph, states), _rects(laid.graph, states)
    frames = [around(after[node] for node in stage.nodes) for stage in graph.stages]
    return laid.with_graph(follow(laid.graph, before, after, [*after.values(), *frames]))


def _rects(graph: Graph, states: Mapping[str, CardState]) -> dict[str, QRectF]:
    return {node.id: QRectF(node.x, node.y, states[node.id].width, states[node.id].height) for node in graph.nodes}


def _reference() -> Room:
    """The room for the network in the window of the design, both panels open."""
    width, height = token("layout.reference")
    width -= token("layout.palette") + token("layout.context.build")
    height -= sum(token(f"layout.{row}") for row in ("menu_row", "transport_row", "status_row"))
    height -= token("layout.plots.open") + 2 * MARGIN
    return float(width - MARGIN), float(height)


# -- cards and stages -----------------------------------------------------------------------------------------


def _drawn(graph: Graph, states: Mapping[str, CardState], flow: Collection[str], room: Room) -> dict[str, Place]:
    """The places of the layers of the network, from the margin on."""
    cards = {node.id: _card(graph, states[node.id]) for node in graph.nodes if node.id in flow}
    links = [_link(edge, states) for edge in graph.edges if edge.source in cards and edge.target in cards]
    stages = _kept(graph, cards, links)
    best = _staged(cards, links, stages, math.inf, room)
    if any(drawing.width > room[0] for drawing in best.inner.values()):
        broken = _staged(cards, links, stages, LONGEST_STAGE * room[0], room)
        if scale(broken.outer, room) > WORTH * scale(best.outer, room):
            best = broken
    return best.places()


def _link(edge: Edge, states: Mapping[str, CardState]) -> Link:
    """A wire as a link between its ports; between cards of neurons from middle to middle, as their wires fan out."""
    source, target = states[edge.source], states[edge.target]
    if source.plan.planar and target.plan.planar:
        return Link(edge.source, edge.target, source.height / 2, target.height / 2)
    return Link(edge.source, edge.target, source.output_place().y(), target.input_place(edge.port).y())


@dataclass(frozen=True)
class Staged:
    """A drawing of cards and of stages as boxes, and within these a drawing each."""

    outer: Drawing
    inner: Mapping[str, Drawing]

    def places(self) -> dict[str, Place]:
        """Where every card goes, from the margin on."""
        places: dict[str, Place] = {}
        width = self.outer.width if len(self.outer.rows) > 1 else 0.0
        alone = {row.columns[0][0] for row in self.outer.rows if len(row.columns) == 1 and len(row.columns[0]) == 1}
        for id, (x, y) in self.outer.places(width).items():
            if id in self.inner:
                within = self.inner[id].places(width - 2 * SIDE if id in alone else 0.0)
                places |= {node: (MARGIN + x + SIDE + at, MARGIN + y + ABOVE + down)
                           for node, (at, down) in within.items()}  # fmt: skip
            else:
                places[id] = (MARGIN + x, MARGIN + y)
        return places


def _staged(
    cards: Mapping[str, Box], links: Sequence[Link], stages: Sequence[Stage], longest: float, room: Room
) -> Staged:
    """The drawing whose stages have rows no longer than `longest`."""
    inner = {stage.id: _within(set(stage.nodes), cards, links, longest) for stage in stages}
    home = {node: stage.id for stage in stages for node in stage.nodes}
    boxes = _boxes(cards, home, inner)
    offsets = {node: place[1] + ABOVE for stage, drawing in inner.items() for node, place in drawing.places().items()}
    outer_links = [
        Link(home.get(link.source, link.source), home.get(link.target, link.target),
             link.leaves + offsets.get(link.source, 0.0), link.arrives + offsets.get(link.target, 0.0))
        for link in links if home.get(link.source, link.source) != home.get(link.target, link.target)
    ]  # fmt: skip
    return Staged(fitting(boxes, outer_links, room), inner)


def _card(graph: Graph, state: CardState) -> Box:
    middle = graph.node(state.node).y + state.height / 2
    outgoing = graph.outgoing(state.node)
    fans = len(outgoing) > 1
    # A wire that begins or ends among several is no level line, so its label is a pill.
    pill = fans or any(len(graph.incoming(edge.target)) > 1 for edge in outgoing)
    wide, label = state.plan.by_neuron, state.label_room(pill)
    return Box(state.node, state.width, state.height, middle, wide, fans, label=label)


def _within(members: Collection[str], cards: Mapping[str, Box], links: Sequence[Link], longest: float) -> Drawing:
    """The cards of one stage, laid out by themselves."""
    inside = [link for link in links if link.source in members and link.target in members]
    return short({id: card for id, card in cards.items() if id in members}, inside, longest)


def _boxes(cards: Mapping[str, Box], home: Mapping[str, str], inner: Mapping[str, Drawing]) -> dict[str, Box]:
    """What is placed: single cards, and one box for each stage where its first card stands among the cards."""
    boxes: dict[str, Box] = {}
    for id, card in cards.items():
        stage = home.get(id)
        if stage is None:
            boxes[id] = card
        elif stage not in boxes:
            members = [cards[node].y for node in home if home[node] == stage]
            size = (inner[stage].width + 2 * SIDE, inner[stage].height + ABOVE + BELOW)
            boxes[stage] = Box(stage, *size, sum(members) / len(members), framed=True)
    return boxes


def _kept(graph: Graph, cards: Mapping[str, Box], links: Sequence[Link]) -> list[Stage]:
    """The stages whose cards can stay together. Where a way leaves a stage and comes back its cards are placed as if
    they were in none."""
    candidates = [stage for stage in graph.stages if set(stage.nodes) <= set(cards)]
    if _apart(candidates, cards, links):
        return candidates
    kept: list[Stage] = []
    for stage in candidates:
        if _apart([*kept, stage], cards, links):
            kept.append(stage)
    return kept


def _apart(stages: Sequence[Stage], cards: Mapping[str, Box], links: Sequence[Link]) -> bool:
    """True when no way leads from one of these stages back into it."""
    home = {node: stage.id for stage in stages for node in stage.nodes}
    joined = [replace(link, source=home.get(link.source, link.source), target=home.get(link.target, link.target))
              for link in links]  # fmt: skip
    boxes = {home.get(id, id): card for id, card in cards.items()}
    return ranks(boxes, [link for link in joined if link.source != link.target]) is not None
