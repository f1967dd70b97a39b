"""The curves of a run: every batch, every epoch, and the marks where the network was changed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from playground.document.project import Project
from playground.engine.events import EpochDone, Measured, Rebuilt
from playground.engine.history import History
from playground.engine.mailbox import BATCH_COLUMNS, Frame
from playground.engine.messages import Opened, Rewound
from playground.engine.thinning import Envelope, Spread

FIGURES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
EPOCH_COLUMNS = ("epoch", *FIGURES, "seconds")
GRADIENT_COLUMNS = ("epoch", "norm")
# Thousands of batches a second add up: single ones are forgotten, their curves stay.
KEPT_BATCHES = 10_000


def epochs_of(batches: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Where batches lie on an axis of epochs: the last batch of the first epoch is at 1."""
    return batches["epoch"] - 1 + batches["batch"] / batches["batches"]


@dataclass(frozen=True)
class Mark:
    """A place, in epochs, at which the network was rebuilt, and what of it."""

    place: float
    rebuilt: Rebuilt


@dataclass
class Running:
    """Means over the samples of the batches since the run began, or since an edit, as they were trained."""

    since_edit: bool = False
    samples: float = 0.0
    loss: float = 0.0
    correct: float = 0.0

    def take(self, batches: Mapping[str, NDArray[np.float64]], after: tuple[int, int]) -> None:
        """Adds the batches later than number so of epoch so."""
        epoch, number = after
        later = (batches["epoch"] > epoch) | ((batches["epoch"] == epoch) & (batches["batch"] > number))
        samples = batches["samples"][later]
        self.samples += float(samples.sum())
        self.loss += float((samples * batches["loss"][later]).sum())
        self.correct += float((samples * batches["accuracy"][later]).sum())

    @property
    def figures(self) -> dict[str, float]:
        """Loss and accuracy; the latter not a number where there is none."""
        return {"train_loss": self.loss / self.samples, "train_accuracy": self.correct / self.samples}


@dataclass
class Record:
    """Takes every frame, so that a view that was hidden finds the whole curve.

    `batches` are the last ones, some thousands; `batch_loss` and `learning_rate` are the band and the curve of all
    of them over epochs. `gradients` are the lengths of the gradient where they were measured. `place` is how far
    the run is, in epochs. `marks` are the places at which the network was rebuilt. `earlier` are the epoch curves
    of the runs before this one on the same data with the same loss, oldest first. `now` is how good the network is
    as it is, where that was measured outside the epochs; the curves have none of it. `running` are the batches since
    the run or the present network began.
    """

    batches: History = field(default_factory=lambda: History(BATCH_COLUMNS))
    batch_loss: Spread = field(default_factory=Spread)
    learning_rate: Envelope = field(default_factory=Envelope)
    gradients: History = field(default_factory=lambda: History(GRADIENT_COLUMNS))
    epochs: History = field(default_factory=lambda: History(EPOCH_COLUMNS))
    place: float = 0.0
    marks: list[Mark] = field(default_factory=list)
    earlier: list[History] = field(default_factory=list)
    keep: int = 3
    now: Measured | None = None
    running: Running = field(default_factory=Running)
    _holds: bool = True
    _project: Project | None = None

    def take(self, frame: Frame) -> None:
        """Adds what a frame brings. A new run puts the curves so far among the earlier ones."""
        for message in frame.messages:
            if isinstance(message, (Opened, Rewound)):
                self._begin_anew(float(message.epoch) if isinstance(message, Opened) else 0.0)
                self._compare_with(message.project)
                if isinstance(message, Opened) and message.result is not None:
                    self._take_epoch(message.result)
        if frame.batch_count:
            self._take_batches(frame.batches)
            self.now = None
        for epoch in frame.epochs:
            self._take_epoch(epoch)
        after = (0, 0)
        for notice in frame.notices:
            if isinstance(notice, Rebuilt):
                if not notice.same:
                    self._holds, self.now, self.running = notice.measured, None, Running(self.place > 0)
                    after = notice.epoch, notice.batch
                if self.place > 0:
                    self.marks.append(Mark(self.place, notice))
        if frame.batch_count:
            self.running.take(frame.batches, after)
        if frame.measured is not None:
            self.now = frame.measured

    @property
    def known_by(self) -> str:
        """Where `figures` come from: "now", measured with the network as it is; "epoch", the last one; else "batches",
        those of the present network as they were trained. Empty where nothing is known."""
        if self.now is not None:
            return "now"
        if self._holds and len(self.epochs):
            return "epoch"
        return "batches" if self.running.samples else ""

    @property
    def figures(self) -> dict[str, float]:
        """Loss and accuracy of train and test, not a number where unknown."""
        found = dict.fromkeys(FIGURES, math.nan)
        match self.known_by:
            case "now":
                measured = {name: getattr(self.now, name) for name in FIGURES}
                found |= {name: value for name, value in measured.items() if value is not None}
            case "epoch":
                found = {name: float(self.epochs.column(name)[-1]) for name in FIGURES}
            case "batches":
                found |= self.running.figures
        return found

    def _take_epoch(self, epoch: EpochDone) -> None:
        self.epochs.append(*(getattr(epoch, name) for name in EPOCH_COLUMNS))
        self._holds, self.now = True, None

    def _take_batches(self, batches: Mapping[str, NDArray[np.float64]]) -> None:
        place = epochs_of(batches)
        self.batches.extend(batches)
        self.batches.drop_before(KEPT_BATCHES)
        self.batch_loss.extend(place, batches["loss"])
        self.learning_rate.extend(place, batches["learning_rate"])
        measured = ~np.isnan(batches["gradient_norm"])
        self.gradients.extend({"epoch": place[measured], "norm": batches["gradient_norm"][measured]})
        self.place = float(place[-1])

    def _begin_anew(self, place: float) -> None:
        if len(self.epochs) > 1:
            self.earlier = [*self.earlier, self.epochs][-self.keep :]
        self.batches, self.epochs = History(BATCH_COLUMNS), History(EPOCH_COLUMNS)
        self.batch_loss, self.learning_rate = Spread(), Envelope()
        self.gradients = History(GRADIENT_COLUMNS)
        self.marks, self.place, self._holds, self.now = [], place, True, None
        self.running = Running()

    def _compare_with(self, project: Project) -> None:
        """Drops the earlier runs where their losses say nothing about this project's."""
        before, self._project = self._project, project
        if before is not None and (before.data.name, before.training.loss) != (
            project.data.name, project.training.loss
        ):  # fmt: skip
            self.earlier = []
