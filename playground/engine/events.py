"""What the engine tells: frozen values, numbers and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BatchDone:
    """One step of training. `epoch` counts from 1 and is the one this batch belongs to, `batch` from 1 within it.

    `loss` is the mean over the batch's samples as trained, `accuracy` the share that was right, from 0 to 1, or
    None for regression. `gradient_norm` is the length of its gradient, measured some times a second at most and
    None for the batches between; two runs are the same whenever it was measured.
    """

    epoch: int
    batch: int
    batches: int
    samples: int
    loss: float
    accuracy: float | None
    learning_rate: float
    gradient_norm: float | None = field(default=None, compare=False)


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
class Measured:
    """How good a network is that no epoch has measured: all figures are of the network as it is, in eval mode.

    They are of so many samples of each split. The training samples come last: until then there are none of them, and
    their loss is not a number.
    """

    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None
    train_samples: int
    test_samples: int


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The network changed: ids of the layers that kept their weights and of those that are fresh.

    `untrained` are those of a trained network that have first weights since this edit or one before it, and no epoch
    since; none where nothing had been learnt. `measured` is True where the figures of the last epoch are still those of
    the network. `returned` are those of the kept that have the weights again that they had before an edit, `lost` those
    whose weights are too large to be kept for undo. `same` is True where the network gives what it gave before.
    `by_hand` are those in which the user has set a number, the others kept theirs.

    `titles` are what the layers are called that do not just go on, `epoch` and `batch` how far the run was, `edits`
    what the user did.
    """

    kept: tuple[str, ...]
    fresh: tuple[str, ...]
    untrained: tuple[str, ...] = ()
    measured: bool = False
    returned: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    same: bool = False
    titles: Mapping[str, str] = field(default_factory=dict, compare=False)
    epoch: int = field(default=0, compare=False)
    batch: int = field(default=0, compare=False)
    edits: tuple[str, ...] = field(default=(), compare=False)
    by_hand: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paused:
    """Training stopped by itself, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Training or loading could not go on, for this reason."""

    reason: str


Event = BatchDone | EpochDone | Rebuilt | Paused | Failed
