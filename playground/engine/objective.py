"""What training makes small and what it counts as right: output kind, data and loss together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from playground.catalog.dataset import Dataset, Samples


@dataclass(frozen=True)
class Objective:
    """Targets, loss and accuracy of a run.

    `targets` turns samples into what the loss compares with. `loss(output, target)` is the mean over a batch.
    `correct(output, target)` counts the samples that are right; it is None for regression. `probabilities` turns
    the network's output into one probability for each class; it is None where there are none. `form` names the
    formula: "squared_error", "cross_entropy" or "" for any other.
    """

    targets: Callable[[Samples], Tensor]
    loss: Callable[[Tensor, Tensor], Tensor]
    correct: Callable[[Tensor, Tensor], Tensor] | None
    probabilities: Callable[[Tensor], Tensor] | None
    form: str = ""


def _numbers(samples: Samples) -> Tensor:
    return torch.from_numpy(samples.y)


def _one_hot(classes: int) -> Callable[[Samples], Tensor]:
    return lambda samples: functional.one_hot(torch.from_numpy(samples.y), classes).float()


def _column(low: float, high: float) -> Callable[[Samples], Tensor]:
    """Targets of one unit for two classes: `low` for class 0 and `high` for class 1."""
    return lambda samples: torch.from_numpy(samples.y).float().mul(high - low).add(low).unsqueeze(1)


def _same_class(output: Tensor, target: Tensor) -> Tensor:
    return (output.argmax(1) == target).sum()


def _same_place(output: Tensor, target: Tensor) -> Tensor:
    return (output.argmax(1) == target.argmax(1)).sum()


def _same_side(boundary: float) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda output, target: ((output > 0) == (target > boundary)).sum()


def _two(positive: Tensor) -> Tensor:
    return torch.cat([1 - positive, positive], dim=1)


def _softmax_error(output: Tensor, target: Tensor) -> Tensor:
    return functional.mse_loss(output.softmax(1), target)


def _sigmoid_error(output: Tensor, target: Tensor) -> Tensor:
    return functional.mse_loss(output.sigmoid(), target)


def _signed_entropy(output: Tensor, target: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(output, (target + 1) / 2)


def objective(output_kind: str, units: int, dataset: Dataset, loss: str) -> Objective:
    """The objective of a network that ends in `units` values.

    *Classes* is softmax with cross-entropy on the logits, one unit alone means sigmoid with binary cross-entropy.
    *Value* takes its input as it is: two classes coded −1 and +1, one unit for each class, or a number.
    """
    entropy = loss == "cross_entropy"
    classes = len(dataset.class_names)
    if dataset.task == "value":
        return Objective(_numbers, functional.mse_loss, None, None, "squared_error")
    if output_kind == "classes" and units == 1:
        binary = functional.binary_cross_entropy_with_logits
        return Objective(
            _column(0.0, 1.0),
            binary if entropy else _sigmoid_error,
            _same_side(0.5),
            lambda z: _two(z.sigmoid()),
        )
    if output_kind == "classes":
        if entropy:
            return Objective(_numbers, functional.cross_entropy, _same_class, lambda z: z.softmax(1), "cross_entropy")
        return Objective(_one_hot(classes), _softmax_error, _same_place, lambda z: z.softmax(1))
    if units == 1:
        form = "" if entropy else "squared_error"
        return Objective(
            _column(-1.0, 1.0),
            _signed_entropy if entropy else functional.mse_loss,
            _same_side(0.0),
            None,
            form,
        )
    if entropy:
        return Objective(_numbers, functional.cross_entropy, _same_class, None, "cross_entropy")
    return Objective(_one_hot(classes), functional.mse_loss, _same_place, None, "squared_error")
