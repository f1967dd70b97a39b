"""Layers that bring several wires together."""

from __future__ import annotations

from functools import reduce
from operator import add

from playground.catalog.layer import Layer, Shapes
from playground.document.numbers import whole
from playground.document.params import Values
from playground.document.shapes import THIS, Cure, Shape, ShapeError, SizeError, shape_text, size

MOST_INPUTS = 16


def _add_shape(in_shapes: Shapes, values: Values) -> Shape:
    first = in_shapes[0]
    for port, shape in enumerate(in_shapes):
        if shape == first:
            continue
        sentence = f"{THIS} needs equal shapes, not {shape_text(first)} and {shape_text(shape)}."
        if shape[1:] == first[1:]:
            cure = _of_length(first, port)
        elif len(shape) != len(first):
            cure = _flat(in_shapes)
        else:
            raise SizeError(sentence, *_unequal(in_shapes, port))
        raise ShapeError(f"{sentence} {cure.text}.", cure)
    return first


def _unequal(in_shapes: Shapes, port: int) -> tuple[int, int]:
    """The first input and the one at a port: the number of the smaller one, then that of the other."""
    return (0, port) if size(in_shapes[0][1:]) < size(in_shapes[port][1:]) else (port, 0)


def _of_length(wanted: Shape, port: int) -> Cure:
    """Gives the input at a port as many units or maps as the first one has."""
    if len(wanted) == 1:
        units = (("units", wanted[0]),)
        return Cure(f"Add Dense {whole(wanted[0])} here", insert="dense", insert_params=units, port=port)
    params = (("filters", wanted[0]), ("kernel", 1))
    return Cure(f"Add Conv 2D {whole(wanted[0])} @ 1×1 here", insert="conv2d", insert_params=params, port=port)


def _flat(in_shapes: Shapes) -> Cure:
    """Flattens the first input that is a picture."""
    port = next(number for number, shape in enumerate(in_shapes) if len(shape) > 1)
    return Cure("Add Flatten here", insert="flatten", port=port)


def _concat_shape(in_shapes: Shapes, values: Values) -> Shape:
    for port, shape in enumerate(in_shapes):
        if len(shape) != len(in_shapes[0]):
            raise ShapeError(
                f"{THIS} needs pictures or rows, not {shape_text(in_shapes[0])} and {shape_text(shape)}. "
                "Add Flatten here.",
                _flat(in_shapes),
            )
        if shape[1:] != in_shapes[0][1:]:
            raise SizeError(
                f"{THIS} joins channels, so height and width must be equal, not {shape_text(in_shapes[0])} "
                f"and {shape_text(shape)}.",
                *_unequal(in_shapes, port),
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
        "Puts the maps of its inputs behind one another. The next layer sees all of them.",
        detail=lambda values: "along channels",
        inputs=(2, MOST_INPUTS),
    ),
)  # fmt: skip
