"""Windows: which pixels of the maps that come in a value of a convolution or of pooling was computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from playground.catalog.layer import Layer
from playground.catalog.layers.conv import padding_of
from playground.document.params import Values
from playground.ui.inspect.words import tr
from playground.ui.pictures import Numbers

# What becomes of the pixels in a window.
WEIGHTED, LARGEST, MEAN = "weighted", "largest", "mean"


class Pixel(NamedTuple):
    """One value in the pictures of a sheet: its row of pictures, its column there, and where in that picture."""

    row: int
    column: int
    down: int
    across: int


class Patch(NamedTuple):
    """Pixels of a map: those in these rows and these columns. `cut` says that the window reaches over the edge."""

    rows: range
    columns: range
    cut: bool = False


@dataclass(frozen=True)
class Window:
    """A window of `size` × `size` pixels that are `dilation` apart; it moves by `stride`, and begins `padding` pixels
    before the first one. `takes` says what becomes of its pixels."""

    size: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    takes: str = WEIGHTED

    def patch(self, down: int, across: int, height: int, width: int) -> Patch:
        """The pixels of a map of this size that the value in this row and column of the output comes from.

        Output o of one axis sees the inputs s·o − p + d·k for k from 0 to the size of the window less one: Dumoulin,
        Visin, "A guide to convolution arithmetic for deep learning" (2016). Pixels of the padding are left out.
        """
        rows, columns = self._seen(down, height), self._seen(across, width)
        return Patch(rows, columns, len(rows) < self.size or len(columns) < self.size)

    def _seen(self, at: int, length: int) -> range:
        start, step = at * self.stride - self.padding, self.dilation
        stop = min(length, start + (self.size - 1) * step + 1)
        # The first place on the map that lies on the grid of the window.
        return range(start if start >= 0 else start % step, max(stop, 0), step)

    def winner(self, values: Numbers, patch: Patch) -> tuple[int, int] | None:
        """Row and column of the largest value of a map (height, width) in a patch, the first of equal ones as in
        PyTorch; None where the window does not ask for it."""
        if self.takes != LARGEST or not patch.rows or not patch.columns:
            return None
        inside = values[np.ix_(patch.rows, patch.columns)]
        row, column = np.unravel_index(int(inside.argmax()), inside.shape)
        return patch.rows[row], patch.columns[column]

    def text(self, patch: Patch, winner: tuple[int, int] | None) -> tuple[str, ...]:
        """What the value was computed from, in lines of a few words."""
        form = {
            LARGEST: tr("largest of {rows}, {columns}"),
            MEAN: tr("mean of {rows}, {columns}"),
        }.get(self.takes, tr("from {rows}, {columns}"))
        rows = _span(patch.rows, tr("row {first}"), tr("rows {first}–{last}"))
        columns = _span(patch.columns, tr("column {first}"), tr("columns {first}–{last}"))
        told = [form.format(rows=rows, columns=columns)]
        if winner is not None:
            told.append(tr("found in row {row}, column {column}").format(row=winner[0] + 1, column=winner[1] + 1))
        elif patch.cut:
            told.append(tr("and zeros around the map"))
        return tuple(told)


def _span(places: range, single: str, several: str) -> str:
    if not places:
        return tr("none")
    text = (several if len(places) > 1 else single).format(first=places[0] + 1, last=places[-1] + 1)
    return text if len(places) < 2 or places.step == 1 else tr("{span} in steps of {step}").format(
        span=text, step=places.step
    )  # fmt: skip


def window_of(layer: Layer, values: Values) -> Window | None:
    """The window of a layer with these parameters; None for one that has none."""
    match layer.name:
        case "conv2d":
            kernel, dilation = int(values["kernel"]), int(values["dilation"])
            padding = padding_of(values)
            # Where the two sides differ, PyTorch adds the smaller half before the first pixel.
            before = dilation * (kernel - 1) // 2 if isinstance(padding, str) else padding
            return Window(kernel, int(values["stride"]), before, dilation)
        case "max_pool" | "avg_pool":
            takes = LARGEST if layer.name == "max_pool" else MEAN
            return Window(int(values["window"]), int(values["stride"]), int(values["pad"]), takes=takes)
    return None
