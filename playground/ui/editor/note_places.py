"""Notes follow the cards they stand beside when everything is laid out anew, and come to lie on none of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF

from playground.document.annotations import Note
from playground.document.graph import Graph, placed
from playground.ui.editor.note import PADDING_X, PADDING_Y

# The width of a letter on average and the height of a line: estimated, so that every machine places notes alike.
LETTER, LINE = 7.0, 16.0
CLEAR = 12.0


def follow(graph: Graph, before: Mapping[str, QRectF], after: Mapping[str, QRectF], taken: Sequence[QRectF]) -> Graph:
    """The graph with every note as far from its nearest card as it was, where nothing else is. `before` and `after`
    are where the cards lie, `taken` is what notes must not lie on."""
    if not before:
        return graph
    around = [rect.adjusted(-CLEAR, -CLEAR, CLEAR, CLEAR) for rect in taken]
    notes = []
    for note in graph.notes:
        rect = rect_of(note)
        nearest = min(before, key=lambda node: _distance(before[node], rect))
        rect.translate(after[nearest].topLeft() - before[nearest].topLeft())
        corner = rect.topLeft() if not _covers(rect, taken) else _free(rect, around)
        notes.append(replace(note, x=placed(corner.x()), y=placed(corner.y())))
        around.append(QRectF(corner, rect.size()).adjusted(-CLEAR, -CLEAR, CLEAR, CLEAR))
    return replace(graph, notes=tuple(notes))


def rect_of(note: Note) -> QRectF:
    """About where a note lies."""
    letters = max(1, int((note.width - 2 * PADDING_X) / LETTER))
    lines = sum(max(1, math.ceil(len(line) / letters)) for line in note.text.split("\n"))
    return QRectF(note.x, note.y, note.width, lines * LINE + 2 * PADDING_Y)


def _distance(one: QRectF, other: QRectF) -> float:
    across = max(one.left() - other.right(), other.left() - one.right(), 0.0)
    down = max(one.top() - other.bottom(), other.top() - one.bottom(), 0.0)
    return math.hypot(across, down)


def _covers(rect: QRectF, others: Sequence[QRectF]) -> bool:
    return any(rect.intersects(other) for other in others)


def _free(rect: QRectF, around: Sequence[QRectF]) -> QPointF:
    """The nearest place beside something where nothing is; there is one right of everything."""
    columns = {rect.x(), *(x for other in around for x in (other.left() - rect.width(), other.right()))}
    rows = {rect.y(), *(y for other in around for y in (other.top() - rect.height(), other.bottom()))}
    corners = sorted((QPointF(x, y) for x in columns for y in rows),
                     key=lambda corner: (corner - rect.topLeft()).manhattanLength())  # fmt: skip
    return next((corner for corner in corners if not _covers(QRectF(corner, rect.size()), around)), rect.topLeft())
