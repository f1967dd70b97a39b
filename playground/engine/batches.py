"""The order in which samples are shown: a new permutation each epoch, cut into batches."""

from __future__ import annotations

import torch
from torch import Tensor


class Batches:
    """Indices of one batch after another.

    A generator of its own, seeded with seed + 1, draws one permutation an epoch, so nothing else that is random
    changes the order. `least` is the smallest batch worth a step; a shorter rest of an epoch is left out.
    """

    def __init__(self, count: int, seed: int) -> None:
        self.count = count
        self._generator = torch.Generator().manual_seed(seed + 1)
        self._order = torch.empty(0, dtype=torch.int64)
        self._parts: tuple[Tensor, ...] = ()
        self._next = 0
        self._size = 0
        self._least = 1

    def configure(self, size: int, least: int) -> None:
        """Takes another batch size; the rest of a running epoch is cut anew."""
        if (size, least) != (self._size, self._least):
            rest = torch.cat(self._parts[self._next :]) if self.left else self._order[:0]
            self._size, self._least = size, least
            self._order = rest
            self._cut()

    def _cut(self) -> None:
        parts = self._order.split(self._size) if len(self._order) else ()
        self._parts = tuple(part for part in parts if len(part) >= self._least)
        self._next = 0

    @property
    def left(self) -> int:
        """How many batches of this epoch are still to come."""
        return len(self._parts) - self._next

    def start_epoch(self) -> None:
        """Draws the order of a new epoch."""
        self._order = torch.randperm(self.count, generator=self._generator)
        self._cut()

    def take(self) -> Tensor:
        """The indices of the next batch."""
        part = self._parts[self._next]
        self._next += 1
        return part

    def state(self) -> dict[str, Tensor]:
        """What a resumed run needs: the generator and the samples of this epoch still to come."""
        rest = torch.cat(self._parts[self._next :]) if self.left else self._order[:0]
        return {"generator": self._generator.get_state(), "rest": rest.clone()}

    def load_state(self, state: dict[str, Tensor]) -> None:
        """Goes on where `state` was taken."""
        self._generator.set_state(state["generator"])
        self._order = state["rest"].clone()
        self._cut()
