"""What the user can do with training, and why not where he cannot: transport, menus and keys all come here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from playground.document.params import Int
from playground.document.project import SEED, TRAINING_PARAMS, Project
from playground.engine.events import Failed, Paused, Rebuilt
from playground.engine.mailbox import Frame
from playground.engine.messages import DataReady, Opened, Rewound, RunSize, Saved
from playground.ui.models import Models
from playground.ui.pace import Pace
from playground.ui.submitter import trained_part

EPOCHS = next(param for param in TRAINING_PARAMS if param.name == "epochs" and isinstance(param, Int))


class Training(QObject):
    """The commands of the transport and the state behind them.

    `pace` is how fast batches follow each other. `obstacle` is the sentence why nothing can be trained now.
    `untrained` are the layers of a trained network that have first weights since an edit. `changed` follows whatever
    may alter what is possible; `data_changed` follows new data, `more_wanted` the wish to train although all epochs
    are done. `leaving(text, do, size)` asks before a run is left for good that is too large to be kept for undo.
    """

    changed = Signal()
    data_changed = Signal()
    more_wanted = Signal()
    leaving = Signal(str, object, object)

    def __init__(self, models: Models, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self.pace = Pace(models.runner, self)
        self._failure = ""
        self._first_epoch = 0
        self._data: DataReady | None = None
        self._opened: Opened | None = None
        self._size: RunSize | None = None
        self.untrained: tuple[str, ...] = ()
        self._gpu_missing = self.tr("PyTorch is not loaded yet.")
        models.runner.state_changed.connect(self._on_state_changed)
        models.runner.message.connect(self._on_message)
        models.runner.frame.connect(self._on_frame)
        models.document.changed.connect(self._on_document_changed)
        models.document.number_set.connect(self.changed)
        models.document.replaced.connect(self.changed)

    # -- state ----------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """True while batches are trained."""
        return self._models.runner.state == "training"

    @property
    def data(self) -> DataReady | None:
        """The data in use; None before the first are read."""
        return self._data

    @property
    def opened(self) -> Opened | None:
        """The run in progress; None before there is one."""
        return self._opened

    @property
    def epochs_done(self) -> int:
        """How many epochs of this run are complete."""
        epochs = self._models.runner.record.epochs
        return int(epochs.column("epoch")[-1]) if len(epochs) else self._first_epoch

    @property
    def trained(self) -> bool:
        """True when the weights are not the first ones of the seed."""
        began = self._opened is not None and self._opened.trained
        return (
            began
            or self._models.document.by_hand
            or self.epochs_done > 0
            or len(self._models.runner.record.batches) > 0
        )

    @property
    def weights(self) -> Path | None:
        """The file whose weights the network of the project has; None where they are others, or some are fresh."""
        opened, by_hand = self._opened, self._models.document.by_hand
        if (
            opened is None
            or opened.weights is None
            or self.untrained
            or by_hand
            or len(self._models.runner.record.batches)
        ):
            return None
        project = replace(self._models.document.project, training=opened.project.training)
        return opened.weights if trained_part(project) == trained_part(opened.project) else None

    @property
    def failure(self) -> str:
        """Why loading failed or training stopped by itself; empty when neither did."""
        return self._failure

    @property
    def gpu_missing(self) -> str:
        """Why the GPU cannot be used; empty when it can."""
        return self._gpu_missing

    @property
    def obstacle(self) -> str:
        """Why nothing can be trained now, as a sentence; empty when it can."""
        runner, document = self._models.runner, self._models.document
        if document.blocking is not None:
            return document.blocking.message
        match runner.state:
            case "starting":
                return self.tr("Loading PyTorch")
            case "loading":
                return self.tr("Loading the data")
            case "failed":
                return self._failure
        if self._failure and self.lacks_data:
            return self._failure
        return ""

    @property
    def all_done(self) -> bool:
        """True when the epochs of the project are done, so that training would end at once."""
        done = self.epochs_done >= self._models.document.project.training.epochs
        return done and self._models.runner.state in ("finished", "paused", "ready") and not self._in_epoch

    @property
    def _in_epoch(self) -> bool:
        batches = self._models.runner.record.batches
        return len(batches) > 0 and int(batches.column("epoch")[-1]) > self.epochs_done

    @property
    def lacks_data(self) -> bool:
        """True while the data of the project could not be read and those before are still in use."""
        return self._data is not None and self._data.choice != self._models.document.project.data

    # -- commands -------------------------------------------------------------------------------------------

    @Slot()
    def toggle(self) -> None:
        """Trains, or pauses: pausing always works."""
        if self.running:
            self._models.runner.pause()
        else:
            self._begin(self._models.runner.play)

    @Slot()
    def batch(self) -> None:
        """Trains one batch."""
        self._begin(self._models.runner.one_batch)

    @Slot()
    def epoch(self) -> None:
        """Trains to the end of an epoch."""
        self._begin(self._models.runner.one_epoch)

    def _begin(self, command: Callable[[], None]) -> None:
        if self.running or self.obstacle:
            return
        if self.all_done:
            self.more_wanted.emit()
        else:
            command()

    @Slot()
    def train_more(self) -> None:
        """As many epochs again as the project has, at once."""
        project = self._models.document.project
        epochs = min(2 * project.training.epochs, EPOCHS.maximum)
        self._models.document.apply(self.tr("Set epochs"), project.with_training(epochs=epochs))
        self.toggle()

    @Slot()
    def reset(self) -> None:
        """Back to the same first weights, and pauses there. What was learnt comes back with undo."""
        self._models.runner.pause()
        text = self.tr("Reset the weights")
        if self.trained and self._models.document.blocking is None:
            self._leave(text, partial(self._models.document.begin_run, text))
        else:
            self._models.runner.rewind()

    @Slot()
    def new_weights(self) -> None:
        """Other first weights: the next training seed."""
        project = self._models.document.project
        seed = self._next(project.training.seed)
        self._begin_with(self.tr("New weights"), project.with_training(seed=seed))

    @Slot()
    def new_points(self) -> None:
        """Other points, noise and split: the next data seed."""
        project = self._models.document.project
        self._begin_with(self.tr("New points"), project.with_data(seed=self._next(project.data.seed)))

    @Slot(str)
    def choose_device(self, device: str) -> None:
        """Computes on "cpu" or "cuda"."""
        project = self._models.document.project
        text = self.tr("Use the GPU") if device == "cuda" else self.tr("Use the CPU")
        if device != project.training.device:
            self._begin_with(text, project.with_training(device=device))
        # A second click on the device in use changes nothing, but would untick it in the menu.
        self.changed.emit()

    def _begin_with(self, text: str, project: Project) -> None:
        self._leave(text, partial(self._models.document.apply, text, project))

    def _leave(self, text: str, do: Callable[[], None]) -> None:
        """Leaves the run in progress; asks before, where undo could not bring back what was learnt."""
        if self.trained and self._size is not None and not self._size.fits:
            self.leaving.emit(text, do, self._size)
        else:
            do()

    @staticmethod
    def _next(seed: int) -> int:
        return SEED.minimum if seed >= SEED.maximum else seed + 1

    # -- what the thread says -------------------------------------------------------------------------------

    def look_for_gpu(self) -> None:
        """Finds out whether there is a GPU. PyTorch must be loaded."""
        from playground.engine.loading import gpu_missing

        self._gpu_missing = gpu_missing()
        self.changed.emit()

    @Slot(object, object)
    def _on_document_changed(self, old: Project, new: Project) -> None:
        if old.data != new.data and self._models.runner.state != "failed":
            # The thread will say whether these data can be had.
            self._failure = ""
        self.changed.emit()

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        if state == "training":
            self._failure = ""
        self.changed.emit()

    @Slot(object)
    def _on_message(self, message: object) -> None:
        if isinstance(message, DataReady):
            self._data = message
            self.data_changed.emit()
        elif isinstance(message, Opened):
            self._opened, self._first_epoch, self.untrained = message, message.epoch, ()
            self._failure = "" if message.trainable else self._failure
        elif isinstance(message, Rewound):
            self._first_epoch, self.untrained = 0, ()
            self._failure = self._failure if self._models.runner.state == "failed" else ""
            if self._opened is not None:
                self._opened = replace(self._opened, epoch=0, weights=None, trained=False, result=None)
        elif isinstance(message, RunSize):
            self._size = message
            return
        elif isinstance(message, Saved):
            self._models.document.set_weights_newer(False)
        else:
            return
        self.changed.emit()

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        saved = any(isinstance(message, Saved) for message in frame.messages)
        # Batches in the frame of the saving are saved, too, unless training goes on.
        if frame.batch_count and (self.running or not saved):
            self._models.document.set_weights_newer(True)
        rebuilt = [notice for notice in frame.notices if isinstance(notice, Rebuilt)]
        if rebuilt:
            self.untrained = rebuilt[-1].untrained
            self.changed.emit()
        elif frame.epochs and self.untrained:
            self.untrained = ()
            self.changed.emit()
        reasons = [notice.reason for notice in frame.notices if isinstance(notice, (Failed, Paused))]
        if reasons:
            self._failure = reasons[-1]
            self.changed.emit()


class Devices(QObject):
    """The choice of a device as commands without an argument, as menus need them."""

    def __init__(self, training: Training) -> None:
        super().__init__(training)
        self._training = training

    @Slot()
    def use_cpu(self) -> None:
        """Computes on the CPU."""
        self._training.choose_device("cpu")

    @Slot()
    def use_gpu(self) -> None:
        """Computes on the GPU."""
        self._training.choose_device("cuda")
