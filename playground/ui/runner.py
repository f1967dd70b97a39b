"""The window's side of training: one thread, one frame timer, and the way between them."""

from __future__ import annotations

import gc
import time
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QThread, QTimer, Signal, Slot

from playground.catalog.dataset import Data, Sources
from playground.document.graph import MAX_ID
from playground.document.project import Project
from playground.engine.events import BatchDone, Failed
from playground.engine.loop import Loop
from playground.engine.mailbox import Frame, Mailbox
from playground.engine.messages import DataReady, Idle, Opened, Rewound
from playground.engine.record import Record
from playground.engine.requests import Request
from playground.ui.cadence import Turn

# A little less than a thirtieth: timers count whole milliseconds and come late rather than early.
FRAME_SECONDS = 0.032
# So soon frames follow each other while nothing trains or the user waits for one.
HURRIED_SECONDS = 0.012
COLLECT_MS = 1_000
# Comes after the request to paint, whose priority is low.
AFTER_PAINTING = Qt.EventPriority.LowEventPriority.value - 1
DRAWN = QEvent.Type(QEvent.registerEventType())


class TakesPart(Protocol):
    """What can be attached: every view, and the canvas, which is none so that no plots are needed to paint it.

    While training it is asked for the same pictures every `interval` seconds, beginning at `phase`, or for every frame.
    """

    wants_changed: Any
    phase: float

    @property
    def interval(self) -> float: ...

    def isVisible(self) -> bool: ...

    def wants(self) -> tuple[Request, ...]: ...

    def show_frame(self, frame: Frame) -> None: ...


class TrainingThread(QThread):
    """Runs the loop. `batch_finished` is the public contract: one signal for every batch, numbers only."""

    batch_finished = Signal(object)
    ready = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.mailbox = Mailbox(self.ready.emit)
        self.loop = Loop(self.mailbox, self._tell)

    def _tell(self, event: BatchDone) -> None:
        self.batch_finished.emit(event)

    def run(self) -> None:
        try:
            self.loop.run()
        except BaseException as error:
            self.mailbox.put(Failed(f"Training ended: {error}"), Idle("failed"))


class Runner(QObject):
    """Plays, pauses and steps; hands out frames to the visible views, some 30 a second.

    `state` is one of "starting" (PyTorch is not loaded), "loading" (data are read), "ready", "training", "paused",
    "finished", "failed". `record` holds the curves of the run, `data` the data that it trains on.
    """

    frame = Signal(object)
    state_changed = Signal(str)
    message = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = "starting"
        self._thread: TrainingThread | None = None
        self._workshop: Any = None
        self._views: dict[TakesPart, Turn] = {}
        self.record = Record()
        self.data: Data | None = None
        self._last_frame = 0.0
        self._hurried = False
        self._pace: float | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._take_frame)
        self._collector = QTimer(self)
        self._collector.setInterval(COLLECT_MS)
        self._collector.timeout.connect(self._collect)

    # -- life -----------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """What the runner is doing."""
        return self._state

    def _set_state(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    @property
    def thread_of_training(self) -> TrainingThread | None:
        """The training thread, for whoever wants every batch; None before PyTorch is loaded."""
        return self._thread

    def start(self) -> None:
        """Starts the training thread. PyTorch must be loaded by now."""
        from playground.engine.workshop import Workshop

        self._thread = TrainingThread(self)
        self._workshop = Workshop(self._thread.loop)
        self._thread.loop.set_pace(self._pace)
        self._thread.ready.connect(self._on_ready, Qt.ConnectionType.QueuedConnection)
        self._thread.start()
        self._collector.start()

    def shut_down(self) -> None:
        """Stops training after the running batch and waits for the thread."""
        self._timer.stop()
        self._collector.stop()
        if self._thread is not None:
            self._thread.loop.stop()
            self._thread.wait()
            self._thread.ready.disconnect(self._on_ready)
            self._thread = None

    @Slot()
    def _collect(self) -> None:
        # Qt objects must die in the GUI thread, so Python's collector runs here and nowhere else.
        gc.collect(1)

    # -- commands -------------------------------------------------------------------------------------------

    def open(
        self, project: Project, sources: Sources, weights: Path | None = None, go_on: bool = True, run: int = 0
    ) -> None:
        """Starts anew with a project, and with the run in a weights file, or unless to `go_on` its weights alone."""
        if self._thread is not None:
            self._set_state("loading")
            self._workshop.open(project, sources, weights, go_on, run)

    def submit(self, project: Project, run: int | None = None, edit: str = "", fork: int = MAX_ID) -> None:
        """Hands an edited, valid project to the thread, with the number of its run if that may be another and what the
        edit is called; the latest wins. `fork` is the last id before a new edit."""
        if self._thread is not None:
            self._workshop.submit(project, run, edit, fork)

    def set_number(self, name: str, index: tuple[int, ...], value: float, edit: str) -> None:
        """Sets one weight or bias by hand, in turn with the edits; `edit` is what that is called."""
        if self._thread is not None:
            self._workshop.set_number(name, index, value, edit)

    def play(self) -> None:
        """Trains until paused or finished."""
        self._command("play", "training")

    def one_batch(self) -> None:
        """Trains one batch."""
        self._command("one_batch", "training")

    def one_epoch(self) -> None:
        """Trains to the end of an epoch."""
        self._command("one_epoch", "training")

    def pause(self) -> None:
        """Stops after the running batch."""
        if self._thread is not None and self._state == "training":
            self._thread.loop.send(Loop.pause)

    @property
    def pace(self) -> float | None:
        """How many batches a second are trained at most; None for as many as it can."""
        return self._pace

    def set_pace(self, batches_per_second: float | None) -> None:
        """Trains in slow motion, or with None as fast as it goes."""
        self._pace = batches_per_second
        if self._thread is not None:
            self._thread.loop.set_pace(batches_per_second)

    def rewind(self) -> None:
        """Back to the same first weights."""
        if self._thread is not None:
            self._workshop.rewind()

    def save_weights(self, path: Path) -> None:
        """Writes the weights and the run to a file."""
        if self._thread is not None:
            self._workshop.save(path)

    def _command(self, name: str, state: str) -> None:
        if self._thread is not None and self._state in ("ready", "paused", "finished", "training"):
            self._thread.loop.send(getattr(Loop, name))
            self._set_state(state)

    # -- frames ---------------------------------------------------------------------------------------------

    def attach(self, view: TakesPart) -> None:
        """Lets a view take part: it is asked what it wants and shown every frame while it is visible."""
        self._views[view] = Turn(view.interval, view.phase)
        view.wants_changed.connect(self._on_wants_changed)

    def detach(self, view: TakesPart) -> None:
        """Leaves a view out from now on."""
        del self._views[view]
        view.wants_changed.disconnect(self._on_wants_changed)

    @Slot()
    def ask(self) -> None:
        """Tells the thread what the visible views want now."""
        if self._thread is not None:
            wanted = {request: None for view in self._views if view.isVisible() for request in self._due(view)}
            self._thread.loop.want(tuple(wanted))

    def _due(self, view: TakesPart) -> tuple[Request, ...]:
        """What a view wants, or nothing where that is the same again before its interval is over: probes take time
        from training."""
        requests, turn = view.wants(), self._views[view]
        if turn.interval != view.interval:
            turn = self._views[view] = Turn(view.interval, view.phase)
        slow = self._state != "training" or self._pace is not None
        return requests if slow or not turn.interval else turn.due(requests)

    @Slot()
    def _on_wants_changed(self) -> None:
        """The user looks at something else, such as a drawing that grows: the answer is not to wait for its turn."""
        self._hurried = True
        if self._timer.isActive():
            self._timer.stop()
            self._on_ready()
        self.ask()

    @Slot()
    def _on_ready(self) -> None:
        if not self._timer.isActive():
            interval = HURRIED_SECONDS if self._hurried or self._state != "training" else FRAME_SECONDS
            wait = interval - (time.monotonic() - self._last_frame)
            if wait <= 0:
                self._take_frame()
            else:
                milliseconds = max(1, round(wait * 1000))
                self._timer.start(milliseconds)
                if self._thread is not None:
                    self._thread.loop.right_of_way.expect(milliseconds / 1000)

    @Slot()
    def _take_frame(self) -> None:
        if self._thread is None:
            return
        self._thread.loop.right_of_way.claim()
        QCoreApplication.postEvent(self, QEvent(DRAWN), AFTER_PAINTING)
        # A frame that comes a little late does not put off those after it.
        now = time.monotonic()
        late = now - self._last_frame - FRAME_SECONDS
        self._last_frame = now - late if 0 < late < FRAME_SECONDS / 4 else now
        frame = self._thread.mailbox.take(self._thread.loop.weights)
        self._hurried = self._hurried and not frame.pictures
        self.record.take(frame)
        self._follow(frame)
        for message in frame.messages:
            self.message.emit(message)
        self.frame.emit(frame)
        for view, turn in tuple(self._views.items()):
            turn.answer(frame.pictures)
            if view.isVisible():
                view.show_frame(frame)
        self.ask()

    def event(self, event: QEvent) -> bool:
        if event.type() == DRAWN:
            # What the frame has changed is painted by now.
            if self._thread is not None:
                self._thread.loop.right_of_way.release()
            return True
        return super().event(event)

    def _follow(self, frame: Frame) -> None:
        """Keeps `state` up to what the thread says."""
        for message in frame.messages:
            if isinstance(message, DataReady):
                self.data = message.data
            elif isinstance(message, Idle):
                # While a project is opened this is about the one before.
                if self._state not in ("loading", "failed"):
                    self._set_state("finished" if message.reason == "finished" else "paused")
            elif isinstance(message, (Opened, Rewound)):
                # A run that lacks its data is shown, and the reason why it cannot be trained stays.
                trainable = message.trainable if isinstance(message, Opened) else self._state != "failed"
                if trainable and self._state != "training":
                    self._set_state("ready")
        if any(isinstance(notice, Failed) for notice in frame.notices):
            self._set_state("failed" if self._state in ("loading", "failed") else "paused")
