"""IDX files for tests: well-formed ones to break."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


def idx(values: NDArray[np.uint8]) -> bytes:
    """The bytes of an IDX file with these values."""
    header = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    return header + values.tobytes()


def contents(train: int = 40, test: int = 20) -> dict[str, bytes]:
    """The four files of a small set by name, packed."""
    rng = np.random.default_rng(0)
    files = {}
    for (images, labels), count in zip((NAMES[:2], NAMES[2:]), (train, test), strict=True):
        files[f"{images}.gz"] = idx(rng.integers(0, 256, (count, 28, 28), np.uint8))
        files[f"{labels}.gz"] = idx((np.arange(count) % 10).astype(np.uint8))
    return {name: gzip.compress(content) for name, content in files.items()}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    """Puts the files into a folder and returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
