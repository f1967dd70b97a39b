"""The curves of a run: every batch, every epoch, and the marks where the network was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from playground.document.project import Project
from playground.engine.events import EpochDone, Rebuilt
from playground.engine.history import History
from playground.engine.mailbox import BATCH_COLUMNS, Frame
from playground.engine.messages import Opened, Rewound
from playground.engine.thinning import Envelope

EPOCH_COLUMNS = ("epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "seconds")
GRADIENT_COLUMNS = ("epoch", "norm")
# Thousands of batches a second add up: single ones are forgotten, their curves stay.
KEPT_BATCHES = 10_000


def epochs_of(batches: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Where batches lie on an axis of epochs: the last batch of the first epoch is at 1."""
    return batches["epoch"] - 1 + batches["batch"] / batches["batches"]


@dataclass
class Record:
    """Takes every frame, so that a view that was hidden finds the whole curve.

    `batches` are the last ones, some thousands; `batch_loss` and `learning_rate` are the curves of all of them over
    epochs. `gradients` are the lengths of the gradient where they were measured. `place` is how far the run is, in
    epochs. `marks` are the places at which the network was rebuilt. `earlier` are the epoch curves of the runs
    before this one on the same data with the same loss, oldest first. `measured` is False while the network is
    another one than that of the last epoch, so that its figures say nothing of it.
    """

    batches: History = field(default_factory=lambda: History(BATCH_COLUMNS))
    batch_loss: Envelope = field(default_factory=Envelope)
    learning_rate: Envelope = field(default_factory=Envelope)
    gradients: History = field(default_factory=lambda: History(GRADIENT_COLUMNS))
    epochs: History = field(default_factory=lambda: History(EPOCH_COLUMNS))
    place: float = 0.0
    marks: list[float] = field(default_factory=list)
    earlier: list[History] = field(default_factory=list)
    keep: int = 3
    measured: bool = True
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
        for epoch in frame.epochs:
            self._take_epoch(epoch)
        for notice in frame.notices:
            if isinstance(notice, Rebuilt):
                self.measured = notice.measured
        if self.place > 0 and any(isinstance(notice, Rebuilt) for notice in frame.notices):
            self.marks.append(self.place)

    def _take_epoch(self, epoch: EpochDone) -> None:
        self.epochs.append(*(getattr(epoch, name) for name in EPOCH_COLUMNS))
        self.measured = True

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
        self.batch_loss, self.learning_rate = Envelope(), Envelope()
        self.gradients = History(GRADIENT_COLUMNS)
        self.marks, self.place, self.measured = [], place, True

    def _compare_with(self, project: Project) -> None:
        """Drops the earlier runs where their losses say nothing about this project's."""
        before, self._project = self._project, project
        if before is not None and (before.data.name, before.training.loss) != (
            project.data.name, project.training.loss
        ):  # fmt: skip
            self.earlier = []
