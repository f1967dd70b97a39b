"""What the layer diagram draws for each layer, and how large: maps as blocks, values in a row as columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QSizeF

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.summary import Line
from playground.document.graph import Graph
from playground.document.shapes import Shape, active_inputs, shape_text, size
from playground.ui.inspect.windows import Window, window_of
from playground.ui.numbers import whole

# So many units at most are shown as cells of one size; more of them make a column in a logarithmic scale.
MOST_CELLS = 32
LARGEST_CELL, COLUMN = 24.0, 11.0
LEAST_FACE, LEAST_COLUMN = 5.0, 6.0
# How deep a block is, for each doubling of its channels, and a layer that leaves the shape of its input alone.
DEPTH, PLATE = 3.6, 4.0
PLATES = frozenset({"activation", "regularisation", "output"})
# What is not known is drawn in this share of the largest face.
UNKNOWN = 0.4
# A block is seen from the right and from above: depth runs along this direction, 30° from the ground.
RIGHT, UP = math.cos(math.radians(30)), math.sin(math.radians(30))


def tr(text: str) -> str:
    """A text of the diagram in the language of the window."""
    return QCoreApplication.translate("Diagram", text)


@dataclass(frozen=True)
class Part:
    """One layer of the network: `shape` is None where a problem keeps it from being known, `sources` feed it and
    `window` is what it slides over them."""

    node: str
    kind: str
    category: str
    title: str
    told: str
    shape: Shape | None
    wrong: bool
    sources: tuple[str, ...]
    window: Window | None

    @property
    def maps(self) -> bool:
        """True for maps with a height and a width."""
        return self.shape is not None and len(self.shape) == 3

    @property
    def units(self) -> int:
        """How many values in a row it has; 0 for maps."""
        return 0 if self.shape is None or self.maps else size(self.shape)

    @property
    def size_text(self) -> str:
        """The shape as it stands below the layer."""
        if self.shape is None:
            return "–"
        return shape_text(self.shape, "×") if self.maps else whole(self.units)


def parts_of(graph: Graph, lines: Sequence[Line]) -> tuple[Part, ...]:
    """The layers on a path from Input to Output, in topological order; `lines` are those of the summary."""
    inside = {line.node for line in lines if line.active}
    return tuple(_part(graph, line, inside) for line in lines if line.active)


def _part(graph: Graph, line: Line, inside: set[str]) -> Part:
    node = graph.node(line.node)
    layer = CATALOGUE.layers[node.kind]
    told = [line.title]
    if line.made is not None:
        told.append(tr("output {shape}").format(shape=shape_text(line.made)))
    if line.parameters:
        told.append(tr("{count} parameters").format(count=whole(line.parameters)))
    if line.problem:
        told.append(line.problem)
    sources = tuple(dict.fromkeys(active_inputs(graph, line.node, inside)))
    return Part(
        line.node, node.kind, line.category, node.name or layer.label, ", ".join(told), line.made,
        bool(line.problem), sources, window_of(layer, node.params),
    )  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """Turns shapes into sizes. `side` is the longest face and `zoom` the lecture zoom; the rest is what the network
    has most of: pixels along one side of a map, and values in a row."""

    side: float
    zoom: float
    pixels: int
    units: int

    @classmethod
    def of(cls, parts: Sequence[Part], side: float, zoom: float) -> Measure:
        """The measure in which the largest layer has the whole side."""
        maps = (max(part.shape[1:]) for part in parts if part.shape is not None and part.maps)
        return cls(side, zoom, max(maps, default=1), max((part.units for part in parts), default=1))

    def face(self, part: Part) -> QSizeF:
        """Width and height of the front of a layer, in whole pixels.

        Maps are in the scale of the square root, so that 141 and 1 both are seen; columns of few units are in the
        scale of these units, those of many in a logarithmic one.
        """
        if part.shape is None:
            return QSizeF(round(UNKNOWN * self.side), round(UNKNOWN * self.side))
        if part.maps:
            height, width = (
                round(max(LEAST_FACE * self.zoom, self.side * math.sqrt(length / self.pixels)))
                for length in part.shape[1:]
            )
            return QSizeF(width, height)
        if self.units <= MOST_CELLS:
            cell = math.floor(min(LARGEST_CELL * self.zoom, self.side / self.units))
            return QSizeF(cell, cell * part.units)
        height = round(self.side * math.log1p(part.units) / math.log1p(self.units))
        return QSizeF(round(COLUMN * self.zoom), max(round(LEAST_COLUMN * self.zoom), height))

    def depth(self, part: Part) -> QPointF:
        """How far the back of a layer lies to the right of its front, and above it."""
        length = PLATE
        if part.maps and part.shape is not None and part.category not in PLATES:
            length = DEPTH * (1 + math.log2(1 + part.shape[0]))
        return QPointF(length * self.zoom * RIGHT, -length * self.zoom * UP)
