"""Activations as layers of their own."""

from __future__ import annotations

from typing import Any

from playground.catalog.activations import ACTIVATIONS, Activation
from playground.catalog.layer import Layer, Shapes, same_shape
from playground.document.params import Values


def _layer(entry: Activation) -> Layer:
    def build(torch: Any, in_shapes: Shapes, values: Values) -> Any:
        return entry.build(torch, values)

    return Layer(
        entry.name,
        entry.label,
        "activation",
        same_shape,
        build,
        lambda in_shapes, values: entry.code(values),
        entry.help,
        params=entry.params,
        detail=(lambda values: f"slope {values['slope']:g}") if entry.name == "leaky_relu" else None,
    )


LAYERS = (
    *(_layer(entry) for entry in ACTIVATIONS.values()),
    Layer(
        "softmax", "Softmax", "activation", same_shape,
        lambda torch, in_shapes, values: torch.nn.Softmax(dim=1),
        lambda in_shapes, values: "nn.Softmax(dim=1)",
        "Turns values into shares that are positive and add up to 1. The largest value gets the largest share.",
    ),
)  # fmt: skip
