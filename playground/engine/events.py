"""What the engine tells: frozen values with numbers only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BatchDone:
    """One step of training. `epoch` counts from 1 and is the one this batch belongs to, `batch` from 1 within it.

    `loss` is the mean over the batch's samples as trained, `accuracy` the share that was right, from 0 to 1, or
    None for regression.
    """

    epoch: int
    batch: int
    batches: int
    samples: int
    loss: float
    accuracy: float | None
    learning_rate: float


@dataclass(frozen=True, slots=True)
class EpochDone:
    """One epoch and its evaluation. The train figures are sample-weighted means over its batches as trained,
    the test figures are of the network at its end. `seconds` counts training only."""

    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None
    samples: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The network changed: ids of the layers that kept their weights and of those that are fresh."""

    kept: tuple[str, ...]
    fresh: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paused:
    """Training stopped by itself, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Training or loading could not go on, for this reason."""

    reason: str


Event = BatchDone | EpochDone | Rebuilt | Paused | Failed
