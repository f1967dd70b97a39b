"""Laying out the network from left to right, in as many rows as let the whole picture be shown largest.

Stages are laid out by themselves first and then placed as one box each; the cards of one stay together unless other
layers lie between them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from PySide6.QtCore import QRectF

from playground.catalog.catalogue import CATALOGUE
from playground.document.annotations import Stage
from playground.document.graph import Graph
from playground.document.project import Project
from playground.document.shapes import of_category
from playground.ui.editor.edits import GAP, WIDE_GAP, move, states_of
from playground.ui.editor.layering import BOX_GAP, Box, Layers, Link, Row, Slot, layered, ranks, row_of
from playground.ui.editor.note_places import follow
from playground.ui.editor.stage_edits import ABOVE, BELOW, SIDE, around
from playground.ui.editor.state import CardState
from playground.ui.theme import token

ROW_GAP, FRAME_GAP = 60.0, 44.0
MARGIN = 40.0
# Room that wires returning to the next row need at both sides.
RETURN = 60.0
# A larger picture is worth breaking a row; a slightly larger one is not.
WORTH = 1.05
MOST_ROWS = 40
# A stage is one row while that is no longer than this share of the canvas.
LONGEST_STAGE = 1.5
# Gaps of a shorter row grow by this at most to make it as long as the longest.
MOST_SPREAD = 60.0

Place = tuple[float, float]
Slots = list[list[Slot]]


def lay_out(project: Project) -> Project:
    """The project with all layers at tidy places: the network first, layers left out of it below."""
    graph, states = project.graph, states_of(project)
    ends = (of_category(graph, CATALOGUE.layers, category) for category in ("input", "output"))
    flow = set(graph.between(*ends))
    for stage in graph.stages:
        if not flow.isdisjoint(stage.nodes):
            flow |= set(stage.nodes)
    places = _drawn(graph, states, flow) if flow else {}
    bottom = max((places[id][1] + states[id].height for id in places), default=0.0)
    left, top, lowest = MARGIN, bottom + ROW_GAP, bottom + ROW_GAP
    for node in graph.nodes:
        if node.id not in places:
            state = states[node.id]
            if left > MARGIN and left + state.width > _canvas()[0]:
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


def _canvas() -> tuple[float, float]:
    """The room for the network in the window of the design, both panels open."""
    width, height = token("layout.reference")
    width -= token("layout.palette") + token("layout.context.build")
    height -= sum(token(f"layout.{row}") for row in ("menu_row", "transport_row", "status_row"))
    height -= token("layout.plots.open") + 2 * MARGIN
    return float(width - MARGIN), float(height)


# -- a drawing of boxes in rows -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawing:
    """Boxes in rows of columns. `places` are their corners, from the corner of the whole drawing."""

    rows: tuple[Row, ...]
    boxes: Mapping[str, Box]

    def length(self, row: Row) -> float:
        """How long a row is without being spread."""
        widths = (max(self.boxes[id].width for id in column) for column in row.columns)
        return sum(widths) + sum(self._gaps(row))

    @property
    def width(self) -> float:
        """The length of the longest row."""
        return max(self.length(row) for row in self.rows)

    @property
    def height(self) -> float:
        """All rows and what is between them."""
        return sum(row.bottom - row.top for row in self.rows) + sum(self._row_gaps())

    def _gaps(self, row: Row) -> list[float]:
        pairs = zip(row.columns, row.columns[1:], strict=False)
        return [max(self._gap(a, b) for a in before for b in after) for before, after in pairs]

    def _gap(self, a: str, b: str) -> float:
        left, right = self.boxes[a], self.boxes[b]
        if left.framed or right.framed:
            return FRAME_GAP
        return WIDE_GAP if left.fans or (left.wide and right.wide) else GAP

    def _row_gaps(self) -> list[float]:
        framed = [any(self.boxes[id].framed for column in row.columns for id in column) for row in self.rows]
        return [FRAME_GAP if a or b else ROW_GAP for a, b in pairwise(framed)]

    def places(self, width: float = 0.0) -> dict[str, Place]:
        """Where every box goes. Rows are spread to this width where little is missing."""
        places: dict[str, Place] = {}
        top = 0.0
        for row, below in zip(self.rows, (*self._row_gaps(), 0.0), strict=False):
            spread = self._spread(row, width)
            left = 0.0
            for column, gap in zip(row.columns, (*self._gaps(row), 0.0), strict=False):
                widest = max(self.boxes[id].width for id in column)
                for id in column:
                    places[id] = (left + (widest - self.boxes[id].width) / 2, top + row.tops[id] - row.top)
                left += widest + gap + spread
            top += row.bottom - row.top + below
        return places

    def _spread(self, row: Row, width: float) -> float:
        missing, gaps = width - self.length(row), len(row.columns) - 1
        return missing / gaps if gaps and 0 < missing <= MOST_SPREAD * gaps else 0.0


def _short(boxes: Mapping[str, Box], links: Sequence[Link]) -> Drawing:
    """A drawing in as few rows as keep it within the longest row of a stage."""
    layers = layered(boxes, links)
    assert layers is not None, "a part of a graph without loops has none"
    breaks, longest = _breaks(layers, links), LONGEST_STAGE * _canvas()[0]
    drawing = Drawing((row_of(layers.columns, boxes, links),), boxes)
    for count in range(2, min(MOST_ROWS, len(breaks) + 1) + 1):
        if drawing.width <= longest:
            break
        rows = _broken(layers, count, breaks, boxes)
        drawing = Drawing(tuple(row_of(columns, boxes, links) for columns in rows), boxes)
    return drawing


def _fitting(boxes: Mapping[str, Box], links: Sequence[Link]) -> Drawing:
    """The drawing in the number of rows that fills the canvas best."""
    layers = layered(boxes, links)
    assert layers is not None, "stages that close a loop are left out, and the graph has none"
    width, height = _canvas()
    best, best_scale = Drawing((row_of(layers.columns, boxes, links),), boxes), 0.0
    breaks = _breaks(layers, links)
    counts = range(1, min(MOST_ROWS, len(breaks) + 1) + 1)
    for count in sorted(counts, key=lambda count: (-_fit(layers, count, boxes), count))[:3]:
        rows = tuple(row_of(columns, boxes, links) for columns in _broken(layers, count, breaks, boxes))
        tried = Drawing(rows, boxes)
        returning = RETURN if len(rows) > 1 else 0
        scale = min(1.0, width / (tried.width + returning), height / tried.height)
        fewer = len(rows) < len(best.rows)
        if scale > best_scale * (1 / WORTH if fewer else WORTH if best_scale else 1.0):
            best, best_scale = tried, scale
    return best


def _fit(layers: Layers, count: int, boxes: Mapping[str, Box]) -> float:
    """About how large the drawing could be shown in so many rows."""
    columns = layers.boxes()
    length = sum(max((boxes[id].width for id in column), default=0.0) + GAP for column in columns) / count
    tallest = max(sum(boxes[id].height + BOX_GAP for id in column) for column in columns)
    width, height = _canvas()
    return min(1.0, width / (length + (RETURN if count > 1 else 0)), height / (tallest * count + ROW_GAP * (count - 1)))


def _breaks(layers: Layers, links: Sequence[Link]) -> frozenset[int]:
    """Numbers of the columns that may begin a row: where a single wire leads on, it alone has to return."""
    number = {id: at for at, column in enumerate(layers.boxes()) for id in column}
    change = [0] * (len(layers.columns) + 1)
    for link in links:
        change[number[link.source] + 1] += 1
        change[number[link.target] + 1] -= 1
    crossing, found = 0, set()
    for index in range(len(layers.columns)):
        crossing += change[index]
        if crossing == 1:
            found.add(index)
    return frozenset(found)


def _broken(layers: Layers, count: int, breaks: Collection[int], boxes: Mapping[str, Box]) -> list[Slots]:
    """The columns in up to `count` rows of about equal width."""
    widths = [max(boxes[id].width for id in column) + GAP for column in layers.boxes()]
    share = sum(widths) / count
    rows: list[Slots] = [[]]
    filled = 0.0
    for number, (column, width) in enumerate(zip(layers.columns, widths, strict=True)):
        # A column goes where its middle lies.
        if rows[-1] and number in breaks and len(rows) < count and filled + width / 2 > share * len(rows):
            rows.append([])
        rows[-1].append(column)
        filled += width
    return rows


# -- cards and stages -----------------------------------------------------------------------------------------


def _drawn(graph: Graph, states: Mapping[str, CardState], flow: Collection[str]) -> dict[str, Place]:
    """The places of the layers of the network, from the margin on."""
    cards = {node.id: _card(graph, states[node.id]) for node in graph.nodes if node.id in flow}
    links = [
        Link(edge.source, edge.target, states[edge.source].output_place().y(),
             states[edge.target].input_place(edge.port).y())
        for edge in graph.edges if edge.source in cards and edge.target in cards
    ]  # fmt: skip
    stages = _kept(graph, cards, links)
    inner = {stage.id: _within(set(stage.nodes), cards, links) for stage in stages}
    home = {node: stage.id for stage in stages for node in stage.nodes}
    boxes = _boxes(cards, home, inner)
    offsets = {node: place[1] + ABOVE for stage, drawing in inner.items() for node, place in drawing.places().items()}
    outer_links = [
        Link(home.get(link.source, link.source), home.get(link.target, link.target),
             link.leaves + offsets.get(link.source, 0.0), link.arrives + offsets.get(link.target, 0.0))
        for link in links if home.get(link.source, link.source) != home.get(link.target, link.target)
    ]  # fmt: skip
    outer = _fitting(boxes, outer_links)
    places: dict[str, Place] = {}
    width = outer.width if len(outer.rows) > 1 else 0.0
    alone = {row.columns[0][0] for row in outer.rows if len(row.columns) == 1 and len(row.columns[0]) == 1}
    for id, (x, y) in outer.places(width).items():
        if id in inner:
            within = inner[id].places(width - 2 * SIDE if id in alone else 0.0)
            places |= {node: (MARGIN + x + SIDE + at, MARGIN + y + ABOVE + down) for node, (at, down) in within.items()}
        else:
            places[id] = (MARGIN + x, MARGIN + y)
    return places


def _card(graph: Graph, state: CardState) -> Box:
    middle = graph.node(state.node).y + state.height / 2
    fans = len(graph.outgoing(state.node)) > 1
    return Box(state.node, state.width, state.height, middle, state.plan.by_neuron, fans)


def _within(members: Collection[str], cards: Mapping[str, Box], links: Sequence[Link]) -> Drawing:
    """The cards of one stage, laid out by themselves."""
    inside = [link for link in links if link.source in members and link.target in members]
    return _short({id: card for id, card in cards.items() if id in members}, inside)


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
