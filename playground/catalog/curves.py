"""Activation functions and their derivatives as curves to draw: NumPy only, so a window can draw them at once.

The formulas are those of `activations`; a test holds them against PyTorch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.document.params import Values

Numbers = NDArray[np.float64]
Curve = Callable[[Numbers, Values], Numbers]


@dataclass(frozen=True)
class Drawn:
    """A function of one number and its derivative, both taking the parameters of the activation."""

    value: Curve
    slope: Curve


def _sigmoid(x: Numbers) -> Numbers:
    # Written with tanh it does not overflow for large −x.
    return 0.5 * (1 + np.tanh(0.5 * x))


def _phi(x: Numbers) -> Numbers:
    """How likely a normal value is below x."""
    return 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2)))


def _bell(x: Numbers) -> Numbers:
    return np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def _parameter(values: Values, name: str, default: float) -> float:
    return float(values.get(name, default))


def _leaky_slope(values: Values) -> float:
    return _parameter(values, "slope", 0.1)


def _alpha(values: Values) -> float:
    return _parameter(values, "alpha", 1.0)


# At the corner of ReLU and its kin the derivative is taken from the left, as PyTorch does.
CURVES: dict[str, Drawn] = {
    "relu": Drawn(lambda x, p: np.maximum(0, x), lambda x, p: np.where(x > 0, 1.0, 0.0)),
    "leaky_relu": Drawn(
        lambda x, p: np.where(x > 0, x, _leaky_slope(p) * x), lambda x, p: np.where(x > 0, 1.0, _leaky_slope(p))
    ),
    "elu": Drawn(
        lambda x, p: np.where(x > 0, x, _alpha(p) * np.expm1(np.minimum(x, 0))),
        lambda x, p: np.where(x > 0, 1.0, _alpha(p) * np.exp(np.minimum(x, 0))),
    ),
    "gelu": Drawn(lambda x, p: x * _phi(x), lambda x, p: _phi(x) + x * _bell(x)),
    "sigmoid": Drawn(lambda x, p: _sigmoid(x), lambda x, p: _sigmoid(x) * _sigmoid(-x)),
    "tanh": Drawn(lambda x, p: np.tanh(x), lambda x, p: 1 - np.tanh(x) ** 2),
    "linear": Drawn(lambda x, p: x, lambda x, p: np.ones_like(x)),
}


def curve_of(kind: str, values: Values) -> tuple[str, Values] | None:
    """The activation that a layer applies and its parameters, or None where it has none that can be drawn."""
    if kind in CURVES:
        return kind, values
    activation: Any = values.get("activation", "none")
    return (str(activation), Values()) if activation in CURVES else None
