"""What a data set of the catalogue is, and the arrays that come out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.document.params import Param, Values
from playground.document.shapes import Shape


class DataError(ValueError):
    """Data that cannot be read, found or used; the message is a sentence for the user."""


@dataclass(frozen=True)
class Sources:
    """Where files of data sets may lie.

    `folder` was named by the user: data that are missing there are an error. Without it the user's cache is
    looked into. `download` allows fetching what is missing; `progress(done, total)` is told bytes and
    `cancelled()` asked between them.
    """

    folder: Path | None = None
    download: bool = False
    progress: Callable[[int, int], None] | None = None
    cancelled: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Samples:
    """Samples and their targets.

    `x` is float32, one sample per row: (n, 2) for points, (n, channels, height, width) for images.
    `y` is int64 class numbers (n,) for classes, float32 values (n, 1) for regression.
    """

    x: NDArray[np.float32]
    y: NDArray[np.int64] | NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.x)

    def take(self, index: NDArray[np.int64] | slice) -> Samples:
        """The samples with these numbers."""
        return Samples(self.x[index], self.y[index])


@dataclass(frozen=True)
class Loaded:
    """What a data set gives before it is split: `test` is the official test set where there is one.

    `source` says in a few words what the data really are, for reports and for the window; `substitute` is True
    where other data than the ones asked for had to stand in.
    """

    samples: Samples
    test: Samples | None = None
    source: str = ""
    substitute: bool = False


@dataclass(frozen=True)
class Dataset:
    """One data set. `load(values, seed, sources)` returns `Loaded` or raises `DataError`.

    `task` is "classes" or "value"; `signed` marks two classes that a Value output codes as −1 and +1,
    `downloadable` a set whose files can be fetched. `preview(sources)` gives a few samples at once, or None where
    they are not at hand; a set without it is quick to load.
    """

    name: str
    label: str
    category: str
    shape: Shape
    task: str
    load: Callable[[Values, int, Sources], Loaded]
    help: str
    class_names: tuple[str, ...] = ()
    signed: bool = False
    params: tuple[Param, ...] = ()
    downloadable: bool = False
    preview: Callable[[Sources], Samples | None] | None = None


@dataclass(frozen=True)
class Data:
    """Split and scaled data, ready for the engine. `shift` and `scale` were fitted on the training part:
    a raw sample becomes (x − shift) / scale."""

    dataset: Dataset
    train: Samples
    validation: Samples
    test: Samples
    source: str = ""
    substitute: bool = False
    shift: NDArray[np.float32] = field(default_factory=lambda: np.zeros(1, np.float32))
    scale: NDArray[np.float32] = field(default_factory=lambda: np.ones(1, np.float32))
