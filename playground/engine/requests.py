"""What a view can ask the training thread for: frozen and hashable, so equal requests are computed once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

# The square in which two-dimensional data live, as in TensorFlow Playground.
DOMAIN = (-6.0, 6.0)


@dataclass(frozen=True)
class Grid:
    """The points of a square grid over the domain: `size` × `size`, row 0 at the top (largest y)."""

    size: int


@dataclass(frozen=True)
class TestSample:
    """Sample `index` of the test set."""

    index: int

    __test__ = False  # not a test class


@dataclass(frozen=True)
class TestSamples:
    """The first `count` samples of the test set."""

    count: int

    __test__ = False  # not a test class


@dataclass(frozen=True)
class Picture:
    """A raw sample of the user's own, such as a drawing: float32 values in the bytes of an array of `shape`."""

    shape: tuple[int, ...]
    content: bytes = field(repr=False)

    @staticmethod
    def of(array: NDArray[np.float32]) -> Picture:
        """The picture that holds a copy of `array`."""
        values = np.ascontiguousarray(array, np.float32)
        return Picture(values.shape, values.tobytes())

    def array(self) -> NDArray[np.float32]:
        """The values again."""
        return np.frombuffer(self.content, np.float32).reshape(self.shape)


Input = Grid | TestSample | TestSamples | Picture


@dataclass(frozen=True)
class Request:
    """One probe over some nodes. `nodes` empty means all; `unit` and `target` where a probe has them."""

    probe: str
    nodes: tuple[str, ...] = ()
    input: Input | None = None
    unit: int | None = None
    bins: int = 0
