"""What a sheet consists of, as plain numbers: every one of them is the network's own.

How they become pictures is the business of the bands, one kind for each kind of part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.ui.inspect.windows import Window
from playground.ui.pictures import Levels, Numbers, signed_levels, unscaled, zero_levels
from playground.ui.theme import token

# The gain of most pictures; neurons over the plane have one of their own.
MAPS, NEURONS = "feature_map", "neuron_thumbnail"


@dataclass(frozen=True, eq=False)
class MapRow:
    """One picture for each channel: `maps` (channels, height, width) in the colours of `table`, which is "signed",
    "from_zero", "image" for ink on paper or "photo" for light, which is bright in either theme. `noun` says what one
    of them is, such as "Filter". On a `plane` the pixels are points; features are `apart`, each on a scale of its own,
    for x² reaches 36 where sin x reaches 1. In `color` each picture has three channels: (pictures, 3, height, width).
    Values that come from a `window` of other maps come from those of the row that is `given`."""

    title: str
    detail: str
    maps: Numbers
    table: str
    noun: str
    plane: bool = False
    apart: bool = False
    color: bool = False
    window: Window | None = None
    given: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of one picture, in pixels of its own."""
        height, width = self.maps.shape[-2:]
        return height, width

    def levels(self) -> Levels:
        """The maps as levels of their colour map, all on one scale unless they are apart."""
        gain: float = token(f"colormap.gain.{NEURONS if self.plane else MAPS}")
        if self.color and self.table == "signed":
            # Weights in colour: zero is grey, and all of the range is used.
            return signed_levels(self.maps)
        if self.apart:
            return np.stack([signed_levels(values, gain=gain) for values in self.maps])
        if self.table in ("image", "photo"):
            return zero_levels(unscaled(self.maps), 1.0)
        return zero_levels(self.maps, gain=gain) if self.table == "from_zero" else signed_levels(self.maps, gain=gain)


@dataclass(frozen=True, eq=False)
class Maps:
    """Rows of pictures in common columns, one column for each channel. Where the columns are units of the layer, one
    of them can be chosen. `names` stand in place of their numbers."""

    rows: tuple[MapRow, ...]
    units: bool = True
    names: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many columns there are."""
        return len(self.rows[0].maps)

    @property
    def active(self) -> Numbers | None:
        """The share of values above zero in each column, where none can be below it."""
        last = self.rows[-1]
        if last.table != "from_zero":
            return None
        return np.asarray((last.maps > 0).reshape(len(last.maps), -1).mean(axis=1))


@dataclass(frozen=True, eq=False)
class Cells:
    """Values in a row as cells. `origin` is the shape of the maps that they were, such as (16, 4, 4), or empty."""

    title: str
    detail: str
    values: Numbers
    table: str
    units: bool = True
    origin: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Bars:
    """Values as bars with a name each: to both sides of zero, or `shares` from 0 to 1."""

    title: str
    detail: str
    values: Numbers
    names: tuple[str, ...]
    units: bool = True
    shares: bool = False


Part = Maps | Cells | Bars
