"""From a data choice to arrays ready for the engine: loaded, split and scaled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.catalog.dataset import Data, DataError, Loaded, Samples, Sources
from playground.catalog.datasets import DATASETS
from playground.document.params import ParamError, check_all
from playground.document.project import DataChoice

# Images of a set with official test images: one in ten of the others is for validation.
VALIDATION_PART = 10
# Statistics of images are summed up in parts of this many, as a copy in double precision would fill the memory.
PART = 1_000


def prepare(choice: DataChoice, sources: Sources) -> Data:
    """The data of a choice: loaded, split into train, validation and test, scaled.

    Official test images stay what they are, and validation is the last tenth of the others; any other set is
    split by `train_share` and the data seed, classes in equal parts, without validation. Scaling is fitted on
    the training part. Raises DataError when the data cannot be had or a parameter does not fit.
    """
    dataset = DATASETS[choice.name]
    try:
        values = check_all(dataset.params, choice.params, dataset.label)
    except ParamError as error:
        raise DataError(str(error)) from None
    loaded = dataset.load(values, choice.seed, sources)
    train, validation, test = _split(loaded, choice)
    shift, scale = _fit(train.x, choice.scaling)
    if choice.scaling != "none":
        train, validation, test = (_scaled(part, shift, scale) for part in (train, validation, test))
    return Data(dataset, train, validation, test, loaded.source, loaded.substitute, shift, scale)


def without_samples(choice: DataChoice) -> Data | None:
    """The data of a choice without a single sample, enough for a network that is to predict; None where scaling
    would have been fitted on samples."""
    if choice.scaling != "none":
        return None
    dataset = DATASETS[choice.name]
    targets = np.empty(0, np.int64) if dataset.task == "classes" else np.empty((0, 1), np.float32)
    none = Samples(np.empty((0, *dataset.shape), np.float32), targets)
    width = dataset.shape[0] if len(dataset.shape) == 1 else 1
    return Data(dataset, none, none, none, shift=np.zeros(width, np.float32), scale=np.ones(width, np.float32))


def train_counts(group_sizes: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    """How many of each group are for training: `share` of all, rounded, and of each group within one sample.

    The largest fractions are rounded up (Hamilton's method), so that the counts add up. At least one sample
    is left on either side.
    """
    exact = group_sizes * share
    counts = np.floor(exact + 1e-9).astype(np.int64)
    total = int(np.clip(round(float(group_sizes.sum() * share)), 1, group_sizes.sum() - 1))
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: total - counts.sum()]] += 1
    return counts


def _split(loaded: Loaded, choice: DataChoice) -> tuple[Samples, Samples, Samples]:
    samples = loaded.samples
    if loaded.test is not None:
        cut = len(samples) - len(samples) // VALIDATION_PART
        return samples.take(slice(0, cut)), samples.take(slice(cut, None)), loaded.test
    if len(samples) < 2:
        raise DataError(f"{len(samples)} sample cannot be split into training and test; 2 would.")
    # A stream of its own: the seed alone has drawn the points already.
    order = np.random.default_rng((choice.seed, 1)).permutation(len(samples))
    chosen = _chosen(samples.y[order], choice.train_share)
    return samples.take(order[chosen]), samples.take(slice(0, 0)), samples.take(order[~chosen])


def _chosen(targets: NDArray[np.int64] | NDArray[np.float32], share: float) -> NDArray[np.bool_]:
    """Marks the first of each class, or of all values, for training."""
    groups = targets if targets.ndim == 1 else np.zeros(len(targets), np.int64)
    classes, sizes = np.unique(groups, return_counts=True)
    chosen = np.zeros(len(targets), np.bool_)
    for group, count in zip(classes, train_counts(sizes, share), strict=True):
        chosen[np.flatnonzero(groups == group)[:count]] = True
    return chosen


def _fit(x: NDArray[np.float32], scaling: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Shift and scale fitted on training samples: a pair for each feature of points, one pair for images."""
    # Features in rows of the second axis; all pixels of an image are one feature.
    features = x if x.ndim == 2 else x.reshape(len(x), -1)
    axis = 0 if x.ndim == 2 else None
    width = x.shape[1] if x.ndim == 2 else 1
    if scaling == "standard":
        mean = _mean(features, axis, np.zeros(width))
        shift, scale = mean, np.sqrt(_mean(features, axis, mean, power=2))
    elif scaling == "range":
        shift = np.atleast_1d(features.min(axis=axis))
        scale = np.atleast_1d(features.max(axis=axis)) - shift
    else:
        shift, scale = np.zeros(width), np.ones(width)
    # A feature that never changes has no scale.
    return shift.astype(np.float32), np.where(scale > 0, scale, 1).astype(np.float32)


def _mean(
    features: NDArray[np.float32], axis: int | None, centre: NDArray[np.float64], power: int = 1
) -> NDArray[np.float64]:
    """The mean of (x − centre) to a power, in double precision."""
    total = np.zeros(centre.shape)
    for start in range(0, len(features), PART):
        total += ((features[start : start + PART] - centre) ** power).sum(axis=axis)
    return total / (len(features) if axis == 0 else features.size)


def _scaled(samples: Samples, shift: NDArray[np.float32], scale: NDArray[np.float32]) -> Samples:
    x = samples.x - shift
    x /= scale
    return Samples(x, samples.y)
