"""What values are coloured against: the largest magnitude of a map, of a layer, or of all layers in view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from playground.ui.pictures import Levels, Numbers, reach_of, signed_levels, zero_levels

SCOPES = ("map", "layer", "network")


class Scale:
    """The scope that the user has chosen, and for "network" the largest magnitudes of the last frame: one for what is
    shown signed, one for what begins at zero."""

    def __init__(self) -> None:
        self.scope = "layer"
        self._network: dict[str, float] = {}

    def note(self, reaches: Iterable[tuple[str, float]]) -> None:
        """Takes the largest magnitudes of the layers of one frame, each with its table of colours."""
        self._network = {}
        for table, reach in reaches:
            self._network[table] = max(reach, self._network.get(table, 0.0))

    def reach(self, values: Numbers, table: str = "signed") -> float:
        """The magnitude at full strength for a layer whose values are one map."""
        shared = self._network.get(table, 0.0) if self.scope == "network" else 0.0
        return shared or reach_of(values)

    def levels(self, values: Numbers, gain: float, table: str = "signed") -> Levels:
        """Levels of a layer's maps, (maps, height, width)."""
        levels_of = zero_levels if table == "from_zero" else signed_levels
        if self.scope == "map":
            return np.stack([levels_of(value, reach_of(value), gain) for value in values])
        return levels_of(values, self.reach(values, table), gain)

    def row_reaches(self, name: str, matrix: Numbers, weights: Mapping[str, Numbers]) -> Numbers:
        """The largest magnitude for each row of a matrix, (rows, 1): a row holds the weights into one neuron.

        `weights` are those of all layers by name, this one among them.
        """
        if self.scope == "map":
            return np.array([[reach_of(row)] for row in matrix]).reshape(-1, 1)
        others = weights.values() if self.scope == "network" else (weights[name],)
        return np.full((len(matrix), 1), max(reach_of(other) for other in others))
