"""Boxes in rows of columns, in as many rows as let the whole drawing be shown largest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from playground.ui.editor.edits import GAP, WIDE_GAP
from playground.ui.editor.layering import BOX_GAP, Box, Layers, Link, Row, Slot, layered, row_of

ROW_GAP, FRAME_GAP = 60.0, 44.0
# Room that wires returning to the next row need at both sides.
RETURN = 60.0
# A larger picture is worth breaking a row; a slightly larger one is not.
WORTH = 1.05
MOST_ROWS = 40
# Gaps of a shorter row grow by this at most to make it as long as the longest.
MOST_SPREAD = 60.0

Place = tuple[float, float]
# Width and height.
Room = tuple[float, float]
Slots = list[list[Slot]]


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
        return max(left.label, WIDE_GAP if left.fans or (left.wide and right.wide) else GAP)

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


def short(boxes: Mapping[str, Box], links: Sequence[Link], longest: float) -> Drawing:
    """A drawing in as few rows as keep it no longer than that."""
    layers = layered(boxes, links)
    assert layers is not None, "a part of a graph without loops has none"
    breaks = _breaks(layers, links)
    drawing = Drawing((row_of(layers.columns, boxes, links),), boxes)
    for count in range(2, min(MOST_ROWS, len(breaks) + 1) + 1):
        if drawing.width <= longest:
            break
        rows = _broken(layers, count, breaks, boxes)
        drawing = Drawing(tuple(row_of(columns, boxes, links) for columns in rows), boxes)
    return drawing


def scale(drawing: Drawing, room: Room) -> float:
    """How large a drawing can be shown, up to 1."""
    returning = RETURN if len(drawing.rows) > 1 else 0
    return min(1.0, room[0] / (drawing.width + returning), room[1] / drawing.height)


def fitting(boxes: Mapping[str, Box], links: Sequence[Link], room: Room) -> Drawing:
    """The drawing in the number of rows that fills the room best."""
    layers = layered(boxes, links)
    assert layers is not None, "stages that close a loop are left out, and the graph has none"
    best, best_scale = Drawing((row_of(layers.columns, boxes, links),), boxes), 0.0
    breaks = _breaks(layers, links)
    counts = range(1, min(MOST_ROWS, len(breaks) + 1) + 1)
    for count in sorted(counts, key=lambda count: (-_fit(layers, count, boxes, room), count))[:3]:
        rows = tuple(row_of(columns, boxes, links) for columns in _broken(layers, count, breaks, boxes))
        tried = Drawing(rows, boxes)
        shown = scale(tried, room)
        fewer = len(rows) < len(best.rows)
        if shown > best_scale * (1 / WORTH if fewer else WORTH if best_scale else 1.0):
            best, best_scale = tried, shown
    return best


def _fit(layers: Layers, count: int, boxes: Mapping[str, Box], room: Room) -> float:
    """About how large the drawing could be shown in so many rows."""
    columns = layers.boxes()
    length = sum(max((boxes[id].width for id in column), default=0.0) + GAP for column in columns) / count
    tallest = max(sum(boxes[id].height + BOX_GAP for id in column) for column in columns)
    width, height = room
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
    """The columns in up to `count` rows, the longest of them as short as it can be."""
    widths = [max(boxes[id].width for id in column) + GAP for column in layers.boxes()]
    starts = [0, *sorted(number for number in breaks if number), len(widths)]
    parts = [sum(widths[start:end]) for start, end in pairwise(starts)]
    shortest, longest = max(parts), sum(parts)
    while longest - shortest > 1:
        middle = (shortest + longest) / 2
        if len(_filled(parts, middle)) <= count:
            longest = middle
        else:
            shortest = middle
    rows, part = [], 0
    for taken in _filled(parts, longest):
        rows.append(layers.columns[starts[part] : starts[part + taken]])
        part += taken
    return rows


def _filled(parts: Sequence[float], longest: float) -> list[int]:
    """How many parts stand in each row when every row is filled before the next begins."""
    counts, length = [0], 0.0
    for part in parts:
        if counts[-1] and length + part > longest:
            counts.append(0)
            length = 0.0
        counts[-1] += 1
        length += part
    return counts
