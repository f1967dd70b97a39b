"""Laying out the network from left to right: one column for each step from the Input, in as many rows as let the
whole picture be shown largest."""

from __future__ import annotations

from collections.abc import Mapping

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import Graph
from playground.document.project import Project
from playground.document.shapes import active_nodes
from playground.ui.editor.edits import GAP, gap_between, move, states_of
from playground.ui.editor.state import CardState
from playground.ui.theme import token

ROW_GAP, COLUMN_GAP = 60, 30
MARGIN = 40
# Room that wires returning to the next row need at both sides.
RETURN = 60
# A larger picture is worth breaking a row; a slightly larger one is not.
WORTH = 1.05
MOST_ROWS = 6
SWEEPS = 4

Columns = list[list[str]]


def lay_out(project: Project) -> Project:
    """The project with all layers at tidy places: the network first, layers left out of it below."""
    graph, states = project.graph, states_of(project)
    active = set(active_nodes(graph, CATALOGUE.layers))
    columns = _columns(graph, active)
    places = _best(columns, graph, states) if columns else {}
    bottom = max((places[id][1] + states[id].height for id in places), default=0.0)
    left = float(MARGIN)
    for node in graph.nodes:
        if node.id not in places:
            places[node.id] = (left, bottom + ROW_GAP)
            left += states[node.id].width + COLUMN_GAP
    return move(project, {id: _on_grid(place) for id, place in places.items()})


def _on_grid(place: tuple[float, float]) -> tuple[float, float]:
    # Heights are left as they are: a wire between two cards of different height stays straight.
    return round(place[0]), round(place[1])


def _columns(graph: Graph, active: set[str]) -> Columns:
    """The layers by their longest way from the Input, in an order that keeps wires from crossing."""
    rank: dict[str, int] = {}
    for node in graph.topological_order:
        if node in active:
            sources = [rank[edge.source] + 1 for edge in graph.incoming(node) if edge.source in rank]
            rank[node] = max(sources, default=0)
    columns: Columns = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for node, number in rank.items():
        columns[number].append(node)
    for _ in range(SWEEPS):
        _sort_by_neighbours(columns, graph)
    return columns


def _sort_by_neighbours(columns: Columns, graph: Graph) -> None:
    """One sweep: every column is ordered by the middle of what feeds it, then of what it feeds (barycentre)."""
    place = {node: number for column in columns for number, node in enumerate(column)}
    for forward in (True, False):
        for column in columns if forward else reversed(columns):

            def middle(node: str, forward: bool = forward) -> float:
                edges = graph.incoming(node) if forward else graph.outgoing(node)
                # A later port lies lower, also where both come from one layer.
                near = [place[edge.source if forward else edge.target] + edge.port / 100 for edge in edges
                        if (edge.source if forward else edge.target) in place]  # fmt: skip
                return sum(near) / len(near) if near else place[node]

            column.sort(key=middle)
            place.update((node, number) for number, node in enumerate(column))


def _best(columns: Columns, graph: Graph, states: Mapping[str, CardState]) -> dict[str, tuple[float, float]]:
    """The places in the number of rows that fill the canvas best."""
    width, height = _canvas()
    best: dict[str, tuple[float, float]] = {}
    best_scale = 0.0
    breaks = _breaks(columns, graph)
    for count in range(1, min(MOST_ROWS, len(breaks) + 1) + 1):
        places = _in_rows(_broken(columns, count, breaks, states), states)
        right = max(places[id][0] + states[id].width for id in places) - MARGIN
        bottom = max(places[id][1] + states[id].height for id in places) - MARGIN
        around = RETURN if count > 1 else 0
        scale = min(1.0, width / (right + around), height / bottom)
        if scale > best_scale * (WORTH if best else 1.0):
            best, best_scale = places, scale
    return best


def _canvas() -> tuple[float, float]:
    """The room for the network in the window of the design, both panels open."""
    width, height = token("layout.reference")
    width -= token("layout.palette") + token("layout.context.build")
    height -= sum(token(f"layout.{row}") for row in ("menu_row", "transport_row", "status_row"))
    height -= token("layout.plots.open") + 2 * MARGIN
    return float(width - MARGIN), float(height)


def _breaks(columns: Columns, graph: Graph) -> frozenset[int]:
    """Numbers of the columns that may begin a row: where a single wire leads on, it alone has to return."""
    number = {node: index for index, column in enumerate(columns) for node in column}
    crossing = [0] * (len(columns) + 1)
    for edge in graph.edges:
        if edge.source in number and edge.target in number:
            for index in range(number[edge.source] + 1, number[edge.target] + 1):
                crossing[index] += 1
    return frozenset(index for index in range(1, len(columns)) if crossing[index] == 1)


def _broken(columns: Columns, count: int, breaks: frozenset[int], states: Mapping[str, CardState]) -> list[Columns]:
    """The columns in up to `count` rows of about equal width."""
    widths = [max(states[node].width for node in column) + GAP for column in columns]
    share = sum(widths) / count
    rows: list[Columns] = [[]]
    filled = 0.0
    for number, (column, width) in enumerate(zip(columns, widths, strict=True)):
        # A column goes where its middle lies.
        if rows[-1] and number in breaks and len(rows) < count and filled + width / 2 > share * len(rows):
            rows.append([])
        rows[-1].append(column)
        filled += width
    return rows


def _in_rows(rows: list[Columns], states: Mapping[str, CardState]) -> dict[str, tuple[float, float]]:
    places: dict[str, tuple[float, float]] = {}
    top = float(MARGIN)
    for row in rows:
        heights = [sum(states[node].height + COLUMN_GAP for node in column) - COLUMN_GAP for column in row]
        tallest, left = max(heights), float(MARGIN)
        for number, (column, height) in enumerate(zip(row, heights, strict=True)):
            y = top + (tallest - height) / 2
            widest = max(states[node].width for node in column)
            for node in column:
                places[node] = (left + (widest - states[node].width) / 2, y)
                y += states[node].height + COLUMN_GAP
            if number + 1 < len(row):
                gap = max(gap_between(states[a], states[b]) for a in column for b in row[number + 1])
                left += widest + gap
        top += tallest + ROW_GAP
    return places
