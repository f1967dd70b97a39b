"""Fully connected layers."""

from __future__ import annotations

from typing import Any

from playground.catalog.connections import REMOVED, check_removed, removed, removed_code
from playground.catalog.initialisation import FIRST_WEIGHTS, FROZEN, first_weights_code, frozen_code, set_first_weights
from playground.catalog.layer import ACTIVATION, Layer, Shapes, flat_input
from playground.document.numbers import whole
from playground.document.params import Flag, Int, Values
from playground.document.shapes import Shape


def _shape(in_shapes: Shapes, values: Values) -> Shape:
    check_removed(flat_input(in_shapes), values)
    return (int(values["units"]),)


def _count(in_shapes: Shapes, values: Values) -> int:
    return int(values["units"]) * (in_shapes[0][0] + bool(values["bias"])) - len(removed(values))


def _build(torch: Any, in_shapes: Shapes, values: Values) -> Any:
    made = torch.nn.Linear(in_shapes[0][0], values["units"], bias=values["bias"])
    return set_first_weights(torch, made, values)


def _code(in_shapes: Shapes, values: Values) -> str:
    bias = "" if values["bias"] else ", bias=False"
    return f"nn.Linear({in_shapes[0][0]}, {values['units']}{bias})"


LAYERS = (
    Layer(
        "dense", "Dense", "dense", _shape, _build, _code,
        "Every unit takes all inputs, weighs them, adds its bias and applies the activation. "
        "Its weights say what it looks for.",
        params=(
            Int("units", "Units", 8, "How many neurons this layer has.", maximum=100_000),
            ACTIVATION,
            FIRST_WEIGHTS,
            Flag("bias", "Bias", True, "A number added to every weighted sum."),
            FROZEN,
            REMOVED,
        ),
        count=_count,
        multiply_adds=lambda in_shapes, values: _count(in_shapes, values.set("bias", False)),
        title=lambda values: f"Dense {whole(int(values['units']))}",
        setup=lambda in_shapes, values: (
            *first_weights_code(values), *removed_code(values), *frozen_code(values)
        ),
    ),
)  # fmt: skip
