"""Activation functions: as layers of their own and as the `activation` parameter of Dense and Conv."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.document.params import Float, Param, Values, defaults
from playground.document.registry import Registry


@dataclass(frozen=True)
class Activation:
    """A function applied to every value. `build` and `code` are those of a layer."""

    name: str
    label: str
    formula: str
    help: str
    build: Callable[[Any, Values], Any]
    code: Callable[[Values], str]
    params: tuple[Param, ...] = ()
    category: str = "activation"

    def default(self, torch: Any) -> Any:
        """The function with its default parameters, as the `activation` parameter of a layer uses it."""
        return self.build(torch, defaults(self.params))

    def default_code(self) -> str:
        """The text of `default`."""
        return self.code(defaults(self.params))


ACTIVATIONS: Registry[Activation] = Registry("activation")

_SLOPE = Float("slope", "Slope", 0.1, "The slope left of zero.", minimum=0.0, maximum=1.0)
_ALPHA = Float("alpha", "Alpha", 1.0, "How far it goes below zero.", minimum=0.01, maximum=10.0)

for _entry in (
    Activation(
        "relu", "ReLU", "max(0, x)",
        "Lets positive values pass and stops negative ones. The usual choice for hidden layers.",
        lambda torch, p: torch.nn.ReLU(), lambda p: "nn.ReLU()",
    ),
    Activation(
        "leaky_relu", "Leaky ReLU", "max(slope · x, x)",
        "Like ReLU, but negative values keep a small slope. So a unit that is always negative goes on learning.",
        lambda torch, p: torch.nn.LeakyReLU(p["slope"]), lambda p: f"nn.LeakyReLU({p['slope']!r})", (_SLOPE,),
    ),
    Activation(
        "elu", "ELU", "x for x ≥ 0, else α(eˣ − 1)",
        "Like ReLU, but smooth, with negative values that level off at −α. Its outputs lie closer around zero.",
        lambda torch, p: torch.nn.ELU(p["alpha"]), lambda p: f"nn.ELU({p['alpha']!r})", (_ALPHA,),
    ),
    Activation(
        "gelu", "GELU", "x · Φ(x)",
        "A smooth ReLU: weighs each value by how likely a normal value is below it. Transformers use it.",
        lambda torch, p: torch.nn.GELU(), lambda p: "nn.GELU()",
    ),
    Activation(
        "sigmoid", "Sigmoid", "1 / (1 + e⁻ˣ)",
        "Squeezes every value between 0 and 1. Its slope vanishes far from zero.",
        lambda torch, p: torch.nn.Sigmoid(), lambda p: "nn.Sigmoid()",
    ),
    Activation(
        "tanh", "Tanh", "2 / (1 + e⁻²ˣ) − 1",
        "Squeezes every value between −1 and 1, centred at zero. Its slope vanishes far from zero.",
        lambda torch, p: torch.nn.Tanh(), lambda p: "nn.Tanh()",
    ),
    Activation(
        "linear", "Linear", "x",
        "Passes every value on unchanged. Right for regression outputs, useless between hidden layers.",
        lambda torch, p: torch.nn.Identity(), lambda p: "nn.Identity()",
    ),
):  # fmt: skip
    ACTIVATIONS.add(_entry)
