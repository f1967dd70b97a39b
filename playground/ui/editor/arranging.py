"""Lining up the selected cards and spreading them evenly."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QRectF

from playground.document.project import Project
from playground.ui.editor.edits import GAP, move, states_of
from playground.ui.editor.layering import BOX_GAP

Rects = dict[str, QRectF]
Places = dict[str, tuple[float, float]]


def rects_of(project: Project, nodes: Collection[str]) -> Rects:
    """Where the cards of layers lie, in order of creation."""
    states = states_of(project)
    return {
        node.id: QRectF(node.x, node.y, states[node.id].width, states[node.id].height)
        for node in project.graph.nodes
        if node.id in nodes
    }


# Where a card goes within the frame around all of them: its left upper corner.
_SIDES: dict[str, Callable[[QRectF, QRectF], tuple[float, float]]] = {
    "left": lambda card, frame: (frame.left(), card.y()),
    "centre": lambda card, frame: (frame.center().x() - card.width() / 2, card.y()),
    "right": lambda card, frame: (frame.right() - card.width(), card.y()),
    "top": lambda card, frame: (card.x(), frame.top()),
    "middle": lambda card, frame: (card.x(), frame.center().y() - card.height() / 2),
    "bottom": lambda card, frame: (card.x(), frame.bottom() - card.height()),
}
SIDES = tuple(_SIDES)


def align(project: Project, nodes: Collection[str], side: str) -> Project:
    """The cards with one of their `SIDES` on the line that the frame around all of them gives. Those that would
    cover each other there move apart along the line, in their present order, and others make way for them."""
    rects = rects_of(project, nodes)
    frame = QRectF()
    for rect in rects.values():
        frame = frame.united(rect)
    wanted = {node: _SIDES[side](rect, frame) for node, rect in rects.items()}
    down = side in ("left", "centre", "right")
    places = _apart(rects, wanted, down)
    aligned = move(project, places)
    return aligned if places == wanted else _cleared(project, aligned, nodes, down)


def _cleared(before: Project, project: Project, nodes: Collection[str], down: bool) -> Project:
    """The project with what these cards came to lie on, and all that is further along, moved on behind them. What
    they lay on `before` is left to who put them there."""
    rects, old = (rects_of(made, [node.id for node in made.graph.nodes]) for made in (project, before))
    start: Callable[[QRectF], float] = QRectF.top if down else QRectF.left
    others = [node for node in rects if node not in nodes]
    covered = [start(rects[other]) for other in others if _meets(rects, other, nodes) and not _meets(old, other, nodes)]
    if not covered:
        return project
    end = max(rects[node].bottom() if down else rects[node].right() for node in nodes)
    shift = end + GAP - min(covered)
    offset = (0.0, shift) if down else (shift, 0.0)
    on = {other: rects[other] for other in others if start(rects[other]) >= min(covered)}
    return move(project, {other: (rect.x() + offset[0], rect.y() + offset[1]) for other, rect in on.items()})


def _meets(rects: Rects, node: str, others: Collection[str]) -> bool:
    return any(rects[node].intersects(rects[other]) for other in others)


def _apart(rects: Rects, places: Places, down: bool) -> Places:
    """The places of cards on one line, those that covered another moved on along it."""
    gap = BOX_GAP if down else GAP
    found: Places = {}
    # Where the cards that have a place begin and end on the line.
    taken: list[tuple[float, float]] = []
    for node in _read(rects, down):
        at, extent = places[node][int(down)], rects[node].height() if down else rects[node].width()
        while covered := [end for start, end in taken if start < at + extent and at < end]:
            at = max(covered) + gap
        taken.append((at, at + extent))
        found[node] = (places[node][0], at) if down else (at, places[node][1])
    return found


def _read(rects: Rects, down: bool) -> list[str]:
    """Cards in the order of reading: row by row with `down`, else column by column. In a row is what has its middle
    beside the highest card of it."""

    def turned(node: str) -> tuple[float, float, float, float]:
        rect, middle = rects[node], rects[node].center()
        if down:
            return middle.y(), middle.x(), rect.top(), rect.bottom()
        return middle.x(), middle.y(), rect.left(), rect.right()

    rows: list[list[str]] = []
    for node in sorted(rects, key=turned):
        _, _, start, end = turned(rows[-1][0]) if rows else (0, 0, 0, 0)
        if rows and start < turned(node)[0] < end:
            rows[-1].append(node)
        else:
            rows.append([node])
    return [node for row in rows for node in sorted(row, key=lambda node: turned(node)[1])]


def distribute(project: Project, nodes: Collection[str], across: bool) -> Project:
    """The cards with equal gaps, from left to right with `across`, else from top to bottom. The outermost two stay;
    cards that are too many for the room overlap by equal parts."""
    rects = rects_of(project, nodes)
    if len(rects) < 3:
        return project
    start: Callable[[QRectF], float] = QRectF.left if across else QRectF.top
    extent: Callable[[QRectF], float] = QRectF.width if across else QRectF.height
    order = sorted(rects, key=lambda node: start(rects[node]) + extent(rects[node]) / 2)
    first, last = rects[order[0]], rects[order[-1]]
    room = start(last) + extent(last) - start(first)
    gap = (room - sum(extent(rect) for rect in rects.values())) / (len(rects) - 1)
    places, at = {}, start(first)
    for node in order:
        places[node] = (at, rects[node].y()) if across else (rects[node].x(), at)
        at += extent(rects[node]) + gap
    # Rounding must not move the one that the others are measured by.
    places[order[-1]] = (last.x(), last.y())
    return move(project, places)
