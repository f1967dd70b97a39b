"""The filters of a convolution: what is typed in, what the network holds, and how far training has moved one from the
other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QCoreApplication

from playground.catalog.initialisation import is_frozen
from playground.catalog.kernels import Filter, Kernels, for_maps, typed
from playground.document.params import Values
from playground.ui.inspector.filter_tiles import Numbers
from playground.ui.numbers import figure, whole
from playground.ui.pictures import reach_of

# Less than this is not seen in three decimals.
UNMOVED = 5e-4


def _translate(text: str) -> str:
    return QCoreApplication.translate("KernelEditor", text)


@dataclass(frozen=True, eq=False)
class Filters:
    """The filters of a layer with these parameters and so many input maps. `map` is the one that is looked at, None for
    all of them together; `weights` is what the network holds, (filters, maps, rows, columns), None while that is not
    known."""

    values: Values
    maps: int
    map: int | None
    weights: Numbers | None

    @property
    def size(self) -> int:
        """The rows and columns of a kernel."""
        return int(self.values["kernel"])

    @cached_property
    def kernels(self) -> Kernels:
        """What is typed in for each filter."""
        return typed(self.values)

    @cached_property
    def held(self) -> Numbers | None:
        """What the network holds of the maps that are looked at, (filters, maps, rows, columns)."""
        weights = self.weights
        if weights is None or weights.shape != (int(self.values["filters"]), self.maps, self.size, self.size):
            return None
        return weights if self.map is None else weights[:, self.map : self.map + 1]

    def typed_in(self, number: int) -> Filter:
        """What is typed in of a filter that is looked at: all of it, or the square of the one map."""
        squares = self.kernels[number]
        return squares if self.map is None else for_maps(squares, self.maps)[self.map : self.map + 1]

    def _fitting(self, number: int) -> list[Numbers | None]:
        """What is typed in for each map that is looked at, where it has the size of the window."""
        squares = for_maps(self.typed_in(number), self.maps if self.map is None else 1)
        return [np.array(square, float) if square is not None and len(square) == self.size else None
                for square in squares]  # fmt: skip

    def known(self, number: int) -> bool:
        """Whether there are numbers to show."""
        return self.held is not None or self._typed_mean(number) is not None

    def _typed_mean(self, number: int) -> Numbers | None:
        squares = [square for square in self._fitting(number) if square is not None]
        return np.mean(squares, axis=0) if squares and len(squares) == len(self._fitting(number)) else None

    def shown(self, number: int) -> Numbers:
        """The numbers of a filter, the mean over its maps: what the network holds, else what is typed in, or zeros."""
        held, entered = self.held, self._typed_mean(number)
        if held is None:
            return entered if entered is not None else np.zeros((self.size, self.size))
        found: Numbers = held[number].mean(axis=0)
        # The network rounds to single precision; what it has not moved is shown as it was typed.
        return found if entered is None else np.where(np.isclose(found, entered, 1e-6, 1e-9), entered, found)

    def moved(self, number: int) -> float:
        """How far training has moved what is typed in, at most."""
        if self.held is None:
            return 0.0
        pairs = zip(self.held[number], self._fitting(number), strict=False)
        return max((reach_of(held - entered) for held, entered in pairs if entered is not None), default=0.0)

    def with_number(self, number: int, row: int, column: int, value: float) -> Filter:
        """What is to be typed in for one number to be another: in each map that is looked at the rest stays what it
        is."""
        if self.held is not None:
            found = [numbers.copy() for numbers in self.held[number]]
        else:
            fitting = self._fitting(number)[: len(self.typed_in(number)) or 1]
            found = [np.zeros((self.size, self.size)) if entered is None else entered for entered in fitting]
        for numbers in found:
            numbers[row, column] = value
        return tuple(tuple(tuple(line) for line in numbers.tolist()) for numbers in found)

    def told(self, number: int) -> str:
        """Where the numbers of a filter come from, in words."""
        squares = self.typed_in(number)
        together = self.map is None and self.maps > 1
        if not any(squares):
            said = [_translate("Not typed in: it is what training makes of it.")]
            if together:
                mean = _translate("Not typed in. The mean over its {count} input maps.")
                said = [mean.format(count=whole(self.maps))]
            return " ".join([*said, *self._state(0.0)])
        moved = self.moved(number)
        if len(squares) > 1:
            said = [_translate("Typed in for single input maps, here their mean. A number goes into all of them.")]
            return " ".join([*said, *self._state(moved)])
        if moved <= UNMOVED and is_frozen(self.values):
            return _translate("Typed in and frozen.")
        if moved <= UNMOVED:
            return _translate("Typed in as first weights. Freeze the layer to keep them.")
        said = [_translate("Typed in."), *self._state(moved)]
        if together:
            said.append(_translate("Here the mean over its {count} input maps.").format(count=whole(self.maps)))
        return " ".join(said)

    def _state(self, moved: float) -> list[str]:
        """What training has done, and whether it goes on."""
        said = []
        if moved > UNMOVED:
            said.append(_translate("Training has moved it by up to {size}.").format(size=figure(moved, 3)))
        if is_frozen(self.values):
            said.append(_translate("Frozen as it is now."))
        return said
