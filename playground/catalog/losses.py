"""Losses: how wrong the network is, as one number to make small."""

from __future__ import annotations

from dataclasses import dataclass

from playground.document.params import Param
from playground.document.registry import Registry


@dataclass(frozen=True)
class Loss:
    """A loss by name; the engine knows how to compute it from an output and a target.

    `fits` names the kind of output it is meant for.
    """

    name: str
    label: str
    formula: str
    help: str
    fits: str
    params: tuple[Param, ...] = ()
    category: str = "loss"


LOSSES: Registry[Loss] = Registry("loss")

LOSSES.add(
    Loss(
        "cross_entropy", "Cross-entropy", "−Σ t · log p",
        "Minus the logarithm of the probability given to the right class. Right for classes.", "classes",
    )
)  # fmt: skip
LOSSES.add(
    Loss(
        "squared_error", "Squared error", "mean (y − t)²",
        "The mean of the squared differences. Right for values.", "value",
    )
)  # fmt: skip
