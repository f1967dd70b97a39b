"""Where the blocks of the layer diagram stand: columns from left to right, branches in lanes of their own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF

from playground.ui.diagram.blocks import Measure, Part
from playground.ui.editor.layering import BOX_GAP, Box, Layers, Link, layered, row_of
from playground.ui.theme import Theme

# In pixels at 100 %: around the figure, between two columns, and what a name may take.
MARGIN, LEAST_GAP, MOST_GAP, LANE_GAP = 10, 14, 64, 8
LABEL_GAP, MARK, MOST_NAME = 6, 9, 116
# The least and the largest side of a face, the largest in a figure that is scrolled, and how often the best one is
# halved in on.
LEAST_SIDE, MOST_SIDE, SCROLLED_SIDE, TRIES = 36, 260, 100, 8
# How far above the blocks a wire passes that leads over them, and two of them from each other.
ARCH = 9


@dataclass(frozen=True)
class Block:
    """A layer in its place. `front` is the face at the front and `depth` leads to the back one; below it stand two
    lines in `label`: a name, as much of it as fits, and the shape."""

    part: Part
    column: int
    front: QRectF
    depth: QPointF
    label: QRectF
    name: str

    @property
    def solid(self) -> QRectF:
        """The room of the block without its label."""
        return self.front.united(self.front.translated(self.depth))

    @property
    def area(self) -> QRectF:
        """All of its room: here the pointer is over it."""
        return self.solid.united(self.label)

    @property
    def entry(self) -> QPointF:
        """Where wires end."""
        return QPointF(self.front.left(), self.front.center().y())

    @property
    def exit(self) -> QPointF:
        """Where wires begin: in the middle of its right side."""
        return QPointF(self.front.right(), self.front.center().y()) + self.depth * 0.5

    @property
    def top(self) -> QPointF:
        """The middle of its top, for a wire that leads over others."""
        return QPointF(self.front.center().x(), self.front.top()) + self.depth * 0.5


@dataclass(frozen=True)
class Figure:
    """Blocks by id in topological order. `arches` are the heights of wires that lead over blocks, by their ends."""

    blocks: Mapping[str, Block]
    arches: Mapping[tuple[str, str], float]
    size: QSizeF

    def block_at(self, point: QPointF) -> str:
        """The layer at a point, or nothing."""
        return next((node for node, block in reversed(list(self.blocks.items())) if block.area.contains(point)), "")

    def neighbour(self, node: str, across: int, down: int) -> str:
        """The nearest layer in the next column to the right or left, or below or above; itself at the end."""
        here = self.blocks[node]
        middle = here.front.center().y()
        if across:
            columns = sorted({block.column for block in self.blocks.values()})
            at = columns.index(here.column) + across
            wanted = columns[at] if 0 <= at < len(columns) else here.column
            others = {id: abs(block.front.center().y() - middle) for id, block in self.blocks.items()
                      if block.column == wanted}  # fmt: skip
        else:
            others = {id: (block.front.center().y() - middle) * down for id, block in self.blocks.items()
                      if block.column == here.column}  # fmt: skip
            others = {id: distance for id, distance in others.items() if distance > 0}
        return min(others, key=others.__getitem__, default=node) if others else node


class Drawing:
    """Arranges the layers of one network; the order of branches is found once, sizes are tried often."""

    def __init__(self, parts: Sequence[Part], theme: Theme) -> None:
        self._parts, self._theme = parts, theme
        self._by_id = {part.node: part for part in parts}
        name, shape = (QFontMetricsF(theme.font(style)) for style in ("caption", "axis"))
        self._line = name.height()
        self._label_height = name.height() + shape.height()
        most = theme.px(MOST_NAME)
        self._names = {part.node: name.elidedText(part.title, Qt.TextElideMode.ElideRight, most) for part in parts}
        self._label_widths = {
            part.node: max(
                name.horizontalAdvance(self._names[part.node]) + theme.px(MARK), shape.horizontalAdvance(part.size_text)
            )
            + 2
            for part in parts
        }
        boxes, links = self._boxes(self._measure(theme.px(LEAST_SIDE)))
        self._layers = layered(boxes, links) or Layers([])

    def figure(self, room: QSizeF, magnification: float = 1.0) -> Figure:
        """The figure that fills a room, times a magnification. One that would be too small to be read in it is as high
        as the room and wider."""
        theme = self._theme
        low, high = float(theme.px(LEAST_SIDE)), float(theme.px(MOST_SIDE))
        least = self._arranged(low, room).size
        limit = QSizeF(room)
        if least.width() > room.width():
            limit.setWidth(math.inf)
            high = float(theme.px(SCROLLED_SIDE))
        side = high
        for _ in range(TRIES):
            size = self._arranged(side, room).size
            fits = size.width() <= limit.width() and size.height() <= limit.height()
            low, high = (side, high) if fits else (low, side)
            if low == high:
                break
            side = (low + high) / 2
        return _centred(self._arranged(low * magnification, room), room)

    def _measure(self, side: float) -> Measure:
        return Measure.of(self._parts, side, self._theme.zoom)

    def _boxes(self, measure: Measure) -> tuple[dict[str, Box], list[Link]]:
        boxes, middles = {}, {}
        # Lanes are nearer to each other than cards are: what the layering puts between boxes is taken from them.
        below = self._theme.px(LABEL_GAP) + self._label_height + self._theme.px(LANE_GAP) - BOX_GAP
        for part in self._parts:
            face, depth = measure.face(part), measure.depth(part)
            width = max(face.width() + depth.x(), self._label_widths[part.node])
            middles[part.node] = -depth.y() + face.height() / 2
            boxes[part.node] = Box(part.node, width, face.height() - depth.y() + below)
        links = [
            Link(source, part.node, middles[source], middles[part.node])
            for part in self._parts for source in part.sources
        ]  # fmt: skip
        return boxes, links

    def _arranged(self, side: float, room: QSizeF) -> Figure:
        """The figure with faces of at most this side, from the corner of its margin."""
        if not self._parts:
            return Figure({}, {}, QSizeF())
        measure, margin = self._measure(side), self._theme.px(MARGIN)
        boxes, links = self._boxes(measure)
        row = row_of(self._layers.columns, boxes, links)
        widths = [max(boxes[id].width for id in column) for column in row.columns]
        gaps = max(1, len(widths) - 1)
        gap = (room.width() - 2 * margin - sum(widths)) / gaps
        gap = max(self._theme.px(LEAST_GAP), min(self._theme.px(MOST_GAP), gap))
        lefts = [margin + sum(widths[:at]) + gap * at for at in range(len(widths))]
        placed: dict[str, Block] = {}
        for at, column in enumerate(row.columns):
            for id in column:
                placed[id] = self._block(id, at, QPointF(lefts[at] + widths[at] / 2, row.tops[id]), measure)
        blocks = self._with_labels_in_line({part.node: placed[part.node] for part in self._parts})
        arches = _arches(blocks, self._theme.px(ARCH))
        top = min([*(block.area.top() for block in blocks.values()), *arches.values()])
        bottom = max(block.area.bottom() for block in blocks.values())
        size = QSizeF(lefts[-1] + widths[-1] + margin, bottom - top + 2 * margin)
        return _moved(Figure(blocks, arches, size), QPointF(0, margin - top))

    def _block(self, node: str, column: int, top: QPointF, measure: Measure) -> Block:
        """A block whose room begins at a height and is centred about `top`."""
        part = self._by_id[node]
        face, depth = measure.face(part), measure.depth(part)
        left = top.x() - (face.width() + depth.x()) / 2
        front = QRectF(QPointF(left, top.y() - depth.y()), face)
        width = self._label_widths[node]
        below = front.bottom() + self._theme.px(LABEL_GAP)
        label = QRectF(top.x() - width / 2, below, width, self._label_height)
        return Block(part, column, front, depth, label, self._names[node])

    @staticmethod
    def _with_labels_in_line(blocks: dict[str, Block]) -> dict[str, Block]:
        """Of layers that stand in one row all names have the same height; with branches each stands at its block."""
        middles = [block.front.center().y() for block in blocks.values()]
        if max(middles) - min(middles) > 1:
            return blocks
        lowest = max(block.label.top() for block in blocks.values())
        return {
            id: replace(block, label=block.label.translated(0, lowest - block.label.top()))
            for id, block in blocks.items()
        }


def _arches(blocks: Mapping[str, Block], lift: float) -> dict[tuple[str, str], float]:
    """The heights of wires that would run through a block: they lead over all blocks between, and over each other."""
    found: dict[tuple[str, str], float] = {}
    spans: list[tuple[int, int, float]] = []
    ends = [(blocks[source], block) for block in blocks.values() for source in block.part.sources]
    for source, target in sorted(ends, key=lambda pair: pair[1].column - pair[0].column):
        between = [block for block in blocks.values() if source.column < block.column < target.column]
        line = QRectF(source.exit, target.entry).normalized().adjusted(0, -1, 0, 1)
        if not any(block.area.intersects(line) for block in between):
            continue
        height = min(block.solid.top() for block in (source, *between, target)) - lift
        while any(first < target.column and source.column < last and abs(other - height) < lift
                  for first, last, other in spans):  # fmt: skip
            height -= lift
        spans.append((source.column, target.column, height))
        found[source.part.node, target.part.node] = height
    return found


def _moved(figure: Figure, by: QPointF) -> Figure:
    blocks = {
        id: replace(block, front=block.front.translated(by), label=block.label.translated(by))
        for id, block in figure.blocks.items()
    }
    return replace(figure, blocks=blocks, arches={ends: y + by.y() for ends, y in figure.arches.items()})


def _centred(figure: Figure, room: QSizeF) -> Figure:
    """The figure in the middle of a larger room; its size is that of the room then."""
    size = figure.size.expandedTo(room)
    spare = size - figure.size
    moved = _moved(figure, QPointF(spare.width() / 2, spare.height() / 2))
    return replace(moved, size=size, blocks={id: _sharp(block) for id, block in moved.blocks.items()})


def _sharp(block: Block) -> Block:
    """The block with its front in the middle of pixels, so that lines around it are one pixel wide."""
    front = QRectF(block.front)
    front.moveTo(round(front.left()) + 0.5, round(front.top()) + 0.5)
    return replace(block, front=front)
