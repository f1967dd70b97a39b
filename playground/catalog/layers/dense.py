"""Fully connected layers."""

from __future__ import annotations

from typing import Any

from playground.catalog.layer import ACTIVATION, Layer, Shapes, flat_input
from playground.document.params import Flag, Int, Values
from playground.document.shapes import Shape


def _shape(in_shapes: Shapes, values: Values) -> Shape:
    flat_input("Dense", in_shapes)
    return (int(values["units"]),)


def _count(in_shapes: Shapes, values: Values) -> int:
    return int(values["units"]) * (in_shapes[0][0] + bool(values["bias"]))


def _build(torch: Any, in_shapes: Shapes, values: Values) -> Any:
    return torch.nn.Linear(in_shapes[0][0], values["units"], bias=values["bias"])


def _code(in_shapes: Shapes, values: Values) -> str:
    bias = "" if values["bias"] else ", bias=False"
    return f"nn.Linear({in_shapes[0][0]}, {values['units']}{bias})"


LAYERS = (
    Layer(
        "dense", "Dense", "dense", _shape, _build, _code,
        "Every unit takes all inputs, weighs them, adds its bias and applies the activation.",
        params=(
            Int("units", "Units", 8, "How many neurons this layer has.", maximum=100_000),
            ACTIVATION,
            Flag("bias", "Bias", True, "A number added to every weighted sum."),
        ),
        count=_count,
        title=lambda values: f"Dense {values['units']}",
    ),
)  # fmt: skip
