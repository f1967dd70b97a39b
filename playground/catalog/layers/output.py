"""Output layers: what the network's last values mean. They have no weights."""

from __future__ import annotations

from playground.catalog.layer import Layer, Shapes, flat_input
from playground.document.params import Values
from playground.document.shapes import Shape


def _shape(in_shapes: Shapes, values: Values) -> Shape:
    return (flat_input(in_shapes),)


LAYERS = (
    Layer(
        "classes", "Classes", "output", _shape,
        lambda torch, in_shapes, values: lambda logits: logits,
        lambda in_shapes, values: "x0",
        "Turns its inputs into one probability for each class with softmax. One input alone means yes or no, "
        "with sigmoid.",
    ),
    Layer(
        "value", "Value", "output", _shape,
        lambda torch, in_shapes, values: lambda values_: values_,
        lambda in_shapes, values: "x0",
        "Gives its input out as it is: a number to predict. It has no weights.",
    ),
)  # fmt: skip
