"""What the training thread tells besides numbers. No torch here: the window reads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playground.catalog.dataset import Data
from playground.document.project import DataChoice, Project
from playground.engine.events import EpochDone


@dataclass(frozen=True)
class DataReady:
    """The data that a session now trains on; arrays in it are not changed any more."""

    choice: DataChoice
    data: Data


@dataclass(frozen=True)
class Opened:
    """A new run of this project begins. `parameters` counts its weights and biases; `device` and `threads` are what
    it is computed with; `epoch` counts the epochs that are complete, 0 for a new run. `weights` is the file whose
    weights it has; None for first weights and where it has been trained since. `trained` is True when its weights are
    not the first ones of the seed; `result` are the figures of the last epoch, where they are known.
    `trainable` is False for a run that lacks its data and can only predict."""

    project: Project
    parameters: int
    device: str
    threads: int
    epoch: int
    weights: Path | None = None
    trained: bool = False
    result: EpochDone | None = None
    trainable: bool = True


@dataclass(frozen=True)
class WeightsRefused:
    """The weights in this file could not be used, for this reason; the run began with first weights instead."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Rewound:
    """Training is back at its first weights; curves begin anew."""

    project: Project


@dataclass(frozen=True)
class RunSize:
    """How many bytes it takes to keep a run for undo, once it is trained, and how many are kept at most."""

    needed: int
    most: int

    @property
    def fits(self) -> bool:
        """True where undo will find the run again after it was left."""
        return self.needed <= self.most


@dataclass(frozen=True)
class RunNotKept:
    """A run of this size was left that is too large to be kept."""

    size: RunSize


@dataclass(frozen=True)
class RunGone:
    """Undo went back to a run of this size that is not kept any more, and began it with first weights. At most so many
    runs are kept."""

    size: RunSize
    runs: int


@dataclass(frozen=True)
class Saved:
    """Weights and run were written to this file."""

    path: Path


@dataclass(frozen=True)
class Idle:
    """Training stands still, for this reason: "paused", "finished", "stopped by itself", "failed"."""

    reason: str
