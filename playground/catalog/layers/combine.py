"""Layers that bring several wires together."""

from __future__ import annotations

from functools import reduce
from operator import add

from playground.catalog.layer import Layer, Shapes
from playground.document.params import Values
from playground.document.shapes import Shape, ShapeError, shape_text

MOST_INPUTS = 16


def _add_shape(in_shapes: Shapes, values: Values) -> Shape:
    for shape in in_shapes[1:]:
        if shape != in_shapes[0]:
            raise ShapeError(
                f"Add needs equal shapes, not {shape_text(in_shapes[0])} and {shape_text(shape)}. "
                "Give both sides the same size and number of channels."
            )
    return in_shapes[0]


def _concat_shape(in_shapes: Shapes, values: Values) -> Shape:
    for shape in in_shapes[1:]:
        if len(shape) != len(in_shapes[0]) or shape[1:] != in_shapes[0][1:]:
            raise ShapeError(
                f"Concat joins channels, so height and width must be equal, not {shape_text(in_shapes[0])} "
                f"and {shape_text(shape)}."
            )
    return (sum(shape[0] for shape in in_shapes), *in_shapes[0][1:])


def _names(in_shapes: Shapes) -> list[str]:
    return [f"x{number}" for number in range(len(in_shapes))]


LAYERS = (
    Layer(
        "add", "Add", "combine", _add_shape,
        lambda torch, in_shapes, values: lambda *inputs: reduce(add, inputs),
        lambda in_shapes, values: " + ".join(_names(in_shapes)),
        "Adds its inputs value by value. A shortcut past some layers ends here.",
        inputs=(2, MOST_INPUTS),
    ),
    Layer(
        "concat", "Concat", "combine", _concat_shape,
        lambda torch, in_shapes, values: lambda *inputs: torch.cat(inputs, dim=1),
        lambda in_shapes, values: f"torch.cat([{', '.join(_names(in_shapes))}], dim=1)",
        "Puts the maps of its inputs behind one another.",
        detail=lambda values: "along channels",
        inputs=(2, MOST_INPUTS),
    ),
)  # fmt: skip
