"""MNIST and Fashion-MNIST: four IDX files each, where they may lie, and what must be in them.

Looked for in the folder the user named; without one in the folder of the environment variable PLAYGROUND_DATA,
then in the user's cache, where downloads go. The published checksums are those of the `.gz` files as their
authors offer them; files in a folder may be packed otherwise or not at all and are judged by their content.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.catalog.dataset import DataError, Loaded, Samples, Sources
from playground.catalog.readers.download import RemoteFile, RemoteSet, fetch
from playground.catalog.readers.idx import read_idx

SUFFIX = ".gz"
FOLDER_VARIABLE = "PLAYGROUND_DATA"
SIDE = 28
CLASSES = 10


@dataclass(frozen=True)
class IdxSet:
    """A set in the form of MNIST. `folder` is the name of its own folder inside a data folder; `remote` has its
    four files in the order training images, training labels, test images, test labels; `test_labels` is the
    SHA-256 of the published test labels as bytes, by which one set is told from another with the same file names.
    """

    label: str
    folder: str
    remote: RemoteSet
    test_labels: str

    @property
    def file_names(self) -> tuple[str, ...]:
        """The names of the four files without `.gz`."""
        return tuple(file.name.removesuffix(SUFFIX) for file in self.remote.files)


MNIST = IdxSet(
    "MNIST",
    "mnist",
    RemoteSet(
        "MNIST",
        (
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://raw.githubusercontent.com/fgnt/mnist/master/",
        ),
        (
            RemoteFile("train-images-idx3-ubyte.gz", 9_912_422,
                       "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            RemoteFile("train-labels-idx1-ubyte.gz", 28_881,
                       "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            RemoteFile("t10k-images-idx3-ubyte.gz", 1_648_877,
                       "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            RemoteFile("t10k-labels-idx1-ubyte.gz", 4_542,
                       "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ),
    ),
    "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
)  # fmt: skip

FASHION_MNIST = IdxSet(
    "Fashion-MNIST",
    "fashion-mnist",
    RemoteSet(
        "Fashion-MNIST",
        (
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        ),
        (
            RemoteFile("train-images-idx3-ubyte.gz", 26_421_880,
                       "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            RemoteFile("train-labels-idx1-ubyte.gz", 29_515,
                       "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            RemoteFile("t10k-images-idx3-ubyte.gz", 4_422_102,
                       "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            RemoteFile("t10k-labels-idx1-ubyte.gz", 5_148,
                       "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ),
    ),
    "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
)  # fmt: skip


def load(idx_set: IdxSet, sources: Sources) -> Loaded | None:
    """The set with its official test images, or None when its files are nowhere and were not to be downloaded.

    Raises DataError for a named folder without the files, for files that do not fit and for a failed download.
    """
    folder = _find(idx_set, sources)
    return None if folder is None else _read(idx_set, folder)


def preview(idx_set: IdxSet, sources: Sources, count: int = 4) -> Samples | None:
    """The first training images, read in some milliseconds; None where the set is not at hand."""
    try:
        folder = _find(idx_set, replace(sources, download=False))
        if folder is None:
            return None
        paths = [_path(folder, name) or folder / name for name in idx_set.file_names]
        _check_owner(idx_set, read_idx(paths[3], 1), folder)
        images, labels = read_idx(paths[0], 3, count), read_idx(paths[1], 1, count)
    except DataError:
        return None
    pixels = images[:, np.newaxis].astype(np.float32)
    pixels /= 255
    return Samples(pixels, labels.astype(np.int64))


def cache_folder(idx_set: IdxSet) -> Path:
    """Where a download puts the files of the set."""
    # Only a look into the cache needs it.
    import platformdirs

    return Path(platformdirs.user_cache_dir("neural-network-playground")) / idx_set.folder


def _find(idx_set: IdxSet, sources: Sources) -> Path | None:
    if sources.folder is not None:
        return _in_named_folder(idx_set, sources.folder)
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        for folder in (Path(named) / idx_set.folder, Path(named)):
            if not _missing(idx_set, folder):
                return folder
    cache = cache_folder(idx_set)
    if sources.download:
        fetch(idx_set.remote, cache, sources.progress, sources.cancelled)
    return None if _missing(idx_set, cache) else cache


def _in_named_folder(idx_set: IdxSet, named: Path) -> Path:
    if not named.is_dir():
        raise DataError(f"There is no folder {named}.")
    candidates = (named / idx_set.folder, named)
    missing = [_missing(idx_set, folder) for folder in candidates]
    for folder, names in zip(candidates, missing, strict=True):
        if not names:
            return folder
    # The candidate with the most files is the one that was meant.
    fewest = min(missing, key=len)
    what = f"{idx_set.label} is not in {named}" if len(fewest) == 4 else f"{idx_set.label} in {named} is not complete"
    raise DataError(f"{what}. Missing, unpacked or as {SUFFIX}: {', '.join(fewest)}.")


def _missing(idx_set: IdxSet, folder: Path) -> list[str]:
    return [name for name in idx_set.file_names if _path(folder, name) is None]


def _path(folder: Path, name: str) -> Path | None:
    """The file with this name, packed or not; None where there is none."""
    return next((path for path in (folder / f"{name}{SUFFIX}", folder / name) if path.is_file()), None)


def _read(idx_set: IdxSet, folder: Path) -> Loaded:
    paths = [_path(folder, name) or folder / name for name in idx_set.file_names]
    # Labels first: they are small and tell whose files these are.
    test_labels = _labels(paths[3])
    _check_owner(idx_set, test_labels, folder)
    train = _samples(paths[0], _labels(paths[1]), paths[1])
    test = _samples(paths[2], test_labels, paths[3])
    return Loaded(train, test, f"{len(train):,} training and {len(test):,} test images of {idx_set.label}")


def _check_owner(idx_set: IdxSet, test_labels: NDArray[np.uint8], folder: Path) -> None:
    digest = hashlib.sha256(test_labels.tobytes()).hexdigest()
    for other in (MNIST, FASHION_MNIST):
        if other is not idx_set and digest == other.test_labels:
            raise DataError(f"The files in {folder} are those of {other.label}, not of {idx_set.label}.")


def _labels(path: Path) -> NDArray[np.uint8]:
    labels = read_idx(path, 1)
    if labels.max() >= CLASSES:
        first = int(np.argmax(labels >= CLASSES))
        raise DataError(f"{path.name} has the label {labels[first]} at place {first}; labels go from 0 to 9.")
    return labels


def _samples(path: Path, labels: NDArray[np.uint8], labels_path: Path) -> Samples:
    images = read_idx(path, 3)
    if images.shape[1:] != (SIDE, SIDE):
        size = " × ".join(str(length) for length in images.shape[1:])
        raise DataError(f"{path.name} has images of {size} pixels; {SIDE} × {SIDE} are needed.")
    if len(images) != len(labels):
        raise DataError(
            f"{path.name} has {len(images):,} images, but {labels_path.name} {len(labels):,} labels; "
            "there must be as many."
        )
    pixels = images[:, np.newaxis].astype(np.float32)
    pixels /= 255
    return Samples(pixels, labels.astype(np.int64))
