"""The optimizers of PyTorch without what serves `torch.compile` and its profiler.

The constructor and the step of every optimizer are wrapped in decorators for the compiler. They change nothing where
nothing is compiled, but they import the compiler: half of PyTorch, a second of start-up and thousands of objects.
The classes made here are subclasses that run the same methods undecorated: the same operations, the same bits.
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import torch
from torch.optim import Optimizer

from playground.catalog.catalogue import CATALOGUE
from playground.document.project import TrainingChoice


@cache
def _undecorated(kind: type[Optimizer]) -> type[Optimizer]:
    """A subclass of `kind` whose methods for training are the plain ones."""
    add_param_group, step = inspect.unwrap(Optimizer.add_param_group), inspect.unwrap(kind.step)

    def step_eagerly(self: Optimizer) -> None:
        # The decorators would switch recording off, too.
        with torch.no_grad():
            step(self)

    # Otherwise the constructor would wrap it for the profiler, which costs as much as a step of SGD.
    step_eagerly.hooked = True  # type: ignore[attr-defined]
    return type(kind.__name__, (kind,), {"add_param_group": add_param_group, "step": step_eagerly})


class EagerOptimizers:
    """Stands in for `torch.optim`: the classes of the same names."""

    def __getattr__(self, name: str) -> Any:
        return _undecorated(getattr(torch.optim, name))


def remembered(training: TrainingChoice) -> dict[str, bool]:
    """What the chosen optimizer remembers of a parameter, by its own names: True for one number, False for one for
    each value."""
    scratch = torch.nn.Parameter(torch.zeros(2))
    scratch.grad = torch.zeros(2)
    entry = CATALOGUE.optimizers[training.optimizer]
    optimizer = entry.build(EagerOptimizers(), [scratch], training.optimizer_params, training.learning_rate, 0.0)
    optimizer.step()
    return {key: value.dim() == 0 for key, value in optimizer.state[scratch].items() if value is not None}
