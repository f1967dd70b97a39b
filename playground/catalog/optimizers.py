"""Optimizers: how a gradient becomes a step. The learning rate and the L2 penalty are common to all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from playground.document.params import Flag, Float, Param, Values
from playground.document.registry import Registry


@dataclass(frozen=True)
class Optimizer:
    """An optimizer by name. `build(optim, parameters, values, rate, decay)` makes it from a class of `optim`, which
    is `torch.optim` or has classes of the same names."""

    name: str
    label: str
    help: str
    build: Callable[[Any, Iterable[Any], Values, float, float], Any]
    params: tuple[Param, ...] = ()
    category: str = "optimizer"


_MOMENTUM = Float("momentum", "Momentum", 0.0, "How much of the last step is kept.", maximum=0.999)
_BETA1 = Float("beta1", "Beta 1", 0.9, "Memory of the mean gradient.", maximum=0.9999)
_BETA2 = Float("beta2", "Beta 2", 0.999, "Memory of its square.", maximum=0.99999)


def _sgd(optim: Any, parameters: Iterable[Any], p: Values, rate: float, decay: float) -> Any:
    # PyTorch allows Nesterov only with momentum; without momentum the two are the same step.
    nesterov = bool(p["nesterov"]) and p["momentum"] != 0
    return optim.SGD(parameters, lr=rate, momentum=p["momentum"], nesterov=nesterov, weight_decay=decay)


def _adam(name: str) -> Callable[[Any, Iterable[Any], Values, float, float], Any]:
    def build(optim: Any, parameters: Iterable[Any], p: Values, rate: float, decay: float) -> Any:
        make = getattr(optim, name)
        return make(parameters, lr=rate, betas=(p["beta1"], p["beta2"]), weight_decay=decay)

    return build


OPTIMIZERS: Registry[Optimizer] = Registry("optimizer")

for _entry in (
    Optimizer(
        "sgd", "SGD", "One step against the gradient, with momentum if you like.", _sgd,
        (
            _MOMENTUM,
            Flag("nesterov", "Nesterov", False, "Looks ahead along the momentum before taking the gradient."),
        ),
    ),
    Optimizer(
        "adagrad", "Adagrad", "Shortens the steps of weights that have moved much.",
        lambda optim, parameters, p, rate, decay: optim.Adagrad(parameters, lr=rate, weight_decay=decay),
    ),
    Optimizer(
        "rmsprop", "RMSprop", "Divides each step by the recent size of its gradient.",
        lambda optim, parameters, p, rate, decay: optim.RMSprop(
            parameters, lr=rate, alpha=p["alpha"], momentum=p["momentum"], weight_decay=decay
        ),
        (Float("alpha", "Alpha", 0.99, "Memory of the squared gradient.", maximum=0.9999), _MOMENTUM),
    ),
    Optimizer(
        "adam", "Adam", "Momentum and a step size of its own for each weight. Works well almost everywhere.",
        _adam("Adam"), (_BETA1, _BETA2),
    ),
    Optimizer(
        "adamw", "AdamW", "Adam with the L2 penalty taken from the weights directly.",
        _adam("AdamW"), (_BETA1, _BETA2),
    ),
):  # fmt: skip
    OPTIMIZERS.add(_entry)
