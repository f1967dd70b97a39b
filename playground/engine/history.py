"""Columns of numbers that grow: the curves of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


class History:
    """Float columns of equal length under names. Appending doubles the room when it is full, so it costs the
    same however long the run; a column is a view, not a copy."""

    def __init__(self, names: Sequence[str], room: int = 256) -> None:
        self.names = tuple(names)
        self._room = np.empty((len(self.names), max(1, room)))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, *values: float | None) -> None:
        """Adds one row; None is stored as NaN."""
        if len(values) != len(self.names):
            raise ValueError(f"a row has {len(self.names)} values, not {len(values)}")
        if self._length == self._room.shape[1]:
            self._room = np.concatenate([self._room, np.empty_like(self._room)], axis=1)
        for number, value in enumerate(values):
            self._room[number, self._length] = np.nan if value is None else value
        self._length += 1

    def extend(self, columns: Mapping[str, NDArray[np.float64]]) -> None:
        """Adds many rows at once, given as columns of equal length."""
        count = len(columns[self.names[0]])
        while self._length + count > self._room.shape[1]:
            self._room = np.concatenate([self._room, np.empty_like(self._room)], axis=1)
        for number, name in enumerate(self.names):
            self._room[number, self._length : self._length + count] = columns[name]
        self._length += count

    def column(self, name: str) -> NDArray[np.float64]:
        """All values under `name` so far: a read-only view."""
        view = self._room[self.names.index(name), : self._length]
        view.flags.writeable = False
        return view

    def drop_before(self, keep: int) -> None:
        """Forgets the oldest rows and keeps at least the last `keep`; now and then, so that it costs little."""
        if self._length > 2 * keep:
            self._room[:, :keep] = self._room[:, self._length - keep : self._length]
            self._length = keep

    def clear(self) -> None:
        """Forgets all rows and keeps the room."""
        self._length = 0
