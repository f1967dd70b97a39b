"""What the training thread tells besides numbers. No torch here: the window reads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playground.catalog.dataset import Data
from playground.document.project import DataChoice, Project


@dataclass(frozen=True)
class DataReady:
    """The data that a session now trains on; arrays in it are not changed any more."""

    choice: DataChoice
    data: Data


@dataclass(frozen=True)
class Opened:
    """A new run of this project begins. `parameters` counts its weights and biases; `device` and `threads` are what
    it is computed with; `epoch` is where it goes on, 0 for a new run. `weights` is the file whose weights it began
    with; None for first weights."""

    project: Project
    parameters: int
    device: str
    threads: int
    epoch: int
    weights: Path | None = None


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
class Saved:
    """Weights and run were written to this file."""

    path: Path


@dataclass(frozen=True)
class Idle:
    """Training stands still, for this reason: "paused", "finished", "stopped by itself", "failed"."""

    reason: str
