"""Normalisation: keeps values in a range in which gradients stay useful."""

from __future__ import annotations

from typing import Any

from playground.catalog.initialisation import FROZEN, frozen_code, is_frozen
from playground.catalog.layer import Layer, Shapes, same_shape
from playground.document.params import Float, Values
from playground.document.shapes import size


def _module(in_shapes: Shapes) -> str:
    return "BatchNorm2d" if len(in_shapes[0]) == 3 else "BatchNorm1d"


def _build(torch: Any, in_shapes: Shapes, values: Values) -> Any:
    return getattr(torch.nn, _module(in_shapes))(in_shapes[0][0], eps=values["eps"], momentum=values["momentum"])


def _setup(in_shapes: Shapes, values: Values) -> tuple[str, ...]:
    """A frozen one keeps its statistics, too, while the others train."""
    return (*frozen_code(values), "{}.eval()", "{}.train = lambda mode=True: None") if is_frozen(values) else ()


LAYERS = (
    Layer(
        "batch_norm", "BatchNorm", "regularisation", same_shape, _build,
        lambda in_shapes, values: f"nn.{_module(in_shapes)}({in_shapes[0][0]}, eps={values['eps']!r}, "
        f"momentum={values['momentum']!r})",
        "Shifts and scales each channel to mean 0 and deviation 1 over the batch, then by two numbers it learns. "
        "Layers behind it learn faster.",
        params=(
            Float("momentum", "Momentum", 0.1, "How fast the running mean follows the batches.",
                  minimum=0.001, maximum=1.0),
            Float("eps", "Epsilon", 1e-5, "Keeps the division away from zero.", minimum=1e-8, maximum=0.1, log=True),
            FROZEN,
        ),
        count=lambda in_shapes, values: 2 * in_shapes[0][0],
        setup=_setup,
        # While predicting it comes to a·x + b for every value.
        multiply_adds=lambda in_shapes, values: size(in_shapes[0]),
    ),
)  # fmt: skip
