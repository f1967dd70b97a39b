"""What signed values are coloured against: the largest magnitude of a map, of a layer, or of all layers in view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from playground.ui.pictures import Levels, Numbers, reach_of, signed_levels

SCOPES = ("map", "layer", "network")


class Scale:
    """The scope that the user has chosen, and for "network" the largest magnitude of the last frame."""

    def __init__(self) -> None:
        self.scope = "layer"
        self._network = 0.0

    def note(self, reaches: Iterable[float]) -> None:
        """Takes the largest magnitudes of the layers of one frame."""
        self._network = max(reaches, default=0.0)

    def reach(self, values: Numbers) -> float:
        """The magnitude at full strength for a layer whose values are one map."""
        return self._network if self.scope == "network" and self._network else reach_of(values)

    def levels(self, values: Numbers, gain: float) -> Levels:
        """Levels of a layer's maps, (maps, height, width)."""
        if self.scope == "map":
            return np.stack([signed_levels(value, gain=gain) for value in values])
        return signed_levels(values, self.reach(values), gain)

    def row_reaches(self, name: str, matrix: Numbers, weights: Mapping[str, Numbers]) -> Numbers:
        """The largest magnitude for each row of a matrix, (rows, 1): a row holds the weights into one neuron.

        `weights` are those of all layers by name, this one among them.
        """
        if self.scope == "map":
            return np.array([[reach_of(row)] for row in matrix]).reshape(-1, 1)
        others = weights.values() if self.scope == "network" else (weights[name],)
        return np.full((len(matrix), 1), max(reach_of(other) for other in others))
