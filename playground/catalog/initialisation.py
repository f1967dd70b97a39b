"""First weights: what the weights of a layer are before training, and whether training may change them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.document.params import Choice, Flag, Values

PYTORCH = "pytorch"


@dataclass(frozen=True)
class Initialisation:
    """A way to draw first weights. `formula` says where from, with n inputs and m outputs of the layer for each place
    of its window; `fill(init, weight)` does it with `torch.nn.init`, and `code` is the same as text after `nn.init.`.
    """

    name: str
    label: str
    formula: str
    fill: Callable[[Any, Any], Any]
    code: str


# The widths of uniform and normal are those of Keras; Xavier: Glorot and Bengio 2010; He: He et al. 2015.
INITIALISATIONS = {
    entry.name: entry
    for entry in (
        Initialisation("zeros", "Zeros", "all 0: every unit learns the same",
                       lambda init, weight: init.zeros_(weight), "zeros_({})"),
        Initialisation("uniform", "Uniform", "evenly from −0.05 to 0.05",
                       lambda init, weight: init.uniform_(weight, -0.05, 0.05), "uniform_({}, -0.05, 0.05)"),
        Initialisation("normal", "Normal", "around 0 with deviation 0.05",
                       lambda init, weight: init.normal_(weight, 0.0, 0.05), "normal_({}, 0.0, 0.05)"),
        Initialisation("xavier", "Xavier uniform", "evenly from −√(6 / (n + m)) to √(6 / (n + m))",
                       lambda init, weight: init.xavier_uniform_(weight), "xavier_uniform_({})"),
        Initialisation("he", "He normal", "around 0 with deviation √(2 / n)",
                       lambda init, weight: init.kaiming_normal_(weight, nonlinearity="relu"),
                       'kaiming_normal_({}, nonlinearity="relu")'),
    )
}  # fmt: skip

# Kaiming uniform with a = √5 comes to this; PyTorch draws the biases likewise.
PYTORCH_FORMULA = "evenly from −1/√n to 1/√n, biases too"


def formula_of(name: str) -> str:
    """Where first weights of this name are drawn from."""
    return INITIALISATIONS[name].formula if name in INITIALISATIONS else PYTORCH_FORMULA


FIRST_WEIGHTS = Choice(
    "first_weights",
    "First weights",
    PYTORCH,
    "What the weights are before training, for n inputs and m outputs. "
    + "; ".join(f"{entry.label}: {entry.formula}" for entry in INITIALISATIONS.values())
    + f". As PyTorch does: {PYTORCH_FORMULA}. All but PyTorch's start with biases of 0.",
    options=((PYTORCH, "As PyTorch does"), *((entry.name, entry.label) for entry in INITIALISATIONS.values())),
)
FROZEN = Flag("frozen", "Freeze weights", False, "Training leaves the weights of this layer as they are.")


def _chosen(values: Values) -> Initialisation | None:
    return INITIALISATIONS.get(first_weights(values))


def set_first_weights(torch: Any, module: Any, values: Values) -> Any:
    """The module with its first weights: PyTorch has drawn its own, a named choice draws over them."""
    chosen = _chosen(values)
    if chosen is not None:
        chosen.fill(torch.nn.init, module.weight)
        if module.bias is not None:
            torch.nn.init.zeros_(module.bias)
    return module


def first_weights_code(values: Values) -> tuple[str, ...]:
    """`set_first_weights` as statements, with {} for the module."""
    chosen = _chosen(values)
    if chosen is None:
        return ()
    lines = (f"nn.init.{chosen.code.format('{}.weight')}",)
    return (*lines, "nn.init.zeros_({}.bias)") if values.get("bias", True) else lines


def frozen_code(values: Values) -> tuple[str, ...]:
    """Freezing as statements, with {} for the module."""
    return ("{}.requires_grad_(False)",) if is_frozen(values) else ()


def is_frozen(values: Values) -> bool:
    """Whether training leaves the weights of a layer with these values alone."""
    return bool(values.get(FROZEN.name, False))


def first_weights(values: Values) -> str:
    """The first weights that a layer with these values asks for. Where an edit asks for others, it begins anew."""
    return str(values.get(FIRST_WEIGHTS.name, PYTORCH))
