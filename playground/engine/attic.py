"""Weights that an edit removed, kept so that undoing the edit brings them back."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from playground.document.graph import number_of

# The oldest are dropped first above this many bytes.
KEPT_BYTES = 64_000_000
# Above this many pieces too; they are filters and single weights of layers small enough to be edited by hand.
KEPT_PIECES = 20_000

Key = tuple[str, torch.Size]


class Attic:
    """Tensors by name, `<node id>.<parameter>`, and shape.

    Pieces of a tensor are kept by their place in it, such as a filter that was learnt before another was typed over it.
    """

    def __init__(self) -> None:
        self._kept: dict[Key, Tensor] = {}
        self._pieces: dict[tuple[str, tuple[int, ...]], Tensor] = {}

    def find(self, wanted: set[Key], last_id: int) -> dict[str, Tensor]:
        """The kept tensors among the wanted ones, of layers that were created up to `last_id`.

        A layer created later may have the id of one whose creation was undone; it is another layer.
        """
        return {
            name: tensor
            for (name, shape), tensor in self._kept.items()
            if (name, shape) in wanted and number_of(name.partition(".")[0]) <= last_id
        }

    def put_aside(self, state: Mapping[str, Tensor], wanted: set[Key]) -> None:
        """Keeps what of `state` is not wanted any more, and lets go of what is wanted again."""
        for name, tensor in state.items():
            if (name, tensor.shape) not in wanted:
                self._kept[name, tensor.shape] = tensor
        for key in wanted:
            self._kept.pop(key, None)
        while sum(tensor.nbytes for tensor in self._kept.values()) > KEPT_BYTES:
            self._kept.pop(next(iter(self._kept)))

    @property
    def nbytes(self) -> int:
        """The memory of all that is kept."""
        kept = (*self._kept.values(), *self._pieces.values())
        return sum(tensor.nbytes for tensor in kept)

    def put_piece(self, name: str, place: tuple[int, ...], piece: Tensor) -> None:
        """Keeps a part of a tensor: the one at `place`. Of one place only the latest is kept."""
        self._pieces.pop((name, place), None)
        self._pieces[name, place] = piece
        while len(self._pieces) > KEPT_PIECES:
            self._pieces.pop(next(iter(self._pieces)))

    def take_piece(self, name: str, place: tuple[int, ...], shape: torch.Size) -> Tensor | None:
        """The piece kept for this place, if it still fits, and lets go of it."""
        piece = self._pieces.pop((name, place), None)
        return piece if piece is not None and piece.shape == shape else None
