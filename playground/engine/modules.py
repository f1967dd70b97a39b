"""Modules of our own that networks are built from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional


class MaskedLinear(nn.Linear):
    """A Linear layer without some of its connections: y = (W ∘ M) x + b with M zero where one is missing.

    The weights there are zero, and so are their gradients. It takes over the parameters of a plain layer, under the
    same names, so that weights carry from one to the other.
    """

    def __init__(self, plain: nn.Linear, removed: Iterable[tuple[int, int]]) -> None:
        """`removed` are (input, unit) pairs."""
        # On "meta" nothing is drawn: the plain layer has its first weights already.
        super().__init__(plain.in_features, plain.out_features, bias=plain.bias is not None, device="meta")
        self.weight, self.bias = plain.weight, plain.bias
        # No buffer: it belongs to the project, not to what was learnt.
        self.mask = torch.ones_like(plain.weight, requires_grad=False)
        for source, unit in removed:
            self.mask[unit, source] = 0.0
        self.clear()

    @property
    def missing(self) -> int:
        """How many connections it has not."""
        return int((self.mask == 0).sum())

    def clear(self) -> None:
        """Sets the weights of missing connections to zero, after weights were copied in."""
        with torch.no_grad():
            self.weight.masked_fill_(self.mask == 0, 0.0)

    def forward(self, inputs: Tensor) -> Tensor:
        return functional.linear(inputs, self.weight * self.mask, self.bias)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> MaskedLinear:
        super()._apply(fn, recurse)
        self.mask = fn(self.mask)
        return self
