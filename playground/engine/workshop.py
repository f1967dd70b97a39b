"""What the window asks of the training thread, as commands for its loop: open, edit, rewind, save."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from playground.catalog.dataset import Data, DataError, Sources
from playground.catalog.splitting import prepare, without_samples
from playground.document.graph import MAX_ID
from playground.document.project import DataChoice, Project
from playground.document.storage import atomic_write
from playground.engine import checkpoint, devices
from playground.engine.by_hand import set_number
from playground.engine.checkpoint import CheckpointError
from playground.engine.events import Rebuilt
from playground.engine.loop import Loop
from playground.engine.messages import DataReady, Opened, Rewound, RunNotKept, Saved, WeightsRefused
from playground.engine.session import Session
from playground.engine.snapshots import Snapshots, capture, restore, size_of


@dataclass
class Waiting:
    """The latest of the edited projects that the thread has not taken yet, its run, and what the edits are called.

    `fork` is the smallest last id that a new edit began with; all of them may have been undone or redone. `undone` is
    True where the latest was."""

    project: Project
    run: int | None
    edits: tuple[str, ...]
    fork: int
    undone: bool
    dropped: bool = False


class Workshop:
    """Commands for one session in one loop. The methods may be called from any thread; the work is done in the
    loop's."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._session: Session | None = None
        self._data: DataReady | None = None
        self._sources = Sources()
        # Why the session has no samples: it predicts, but cannot be trained.
        self._missing: DataError | None = None
        # The number of the run in the session, the file that its weights came from, and the runs that were left.
        self._run = 0
        self._file: Path | None = None
        self._left = Snapshots()
        # What waits to be taken and may still be replaced.
        self._waiting: Waiting | None = None
        self._lock = threading.Lock()

    # -- from any thread ------------------------------------------------------------------------------------

    def open(
        self, project: Project, sources: Sources, weights: Path | None = None, go_on: bool = True, run: int = 0
    ) -> None:
        """Starts anew with this project, and with a weights file where one is given: with the run in it, or
        unless it is to `go_on` with nothing but its weights. `run` is the number of this run."""
        with self._lock:
            if self._waiting is not None:
                self._waiting.dropped = True
            self._waiting = None
        self._loop.send(partial(self._open, project, sources, weights, go_on, run))

    def submit(self, project: Project, run: int | None = None, edit: str = "", fork: int = MAX_ID) -> None:
        """Hands over an edited project and what the edit is called; of several that wait only the latest is taken.
        `fork` is the last id before a new edit, the largest there can be where it was undone or redone.

        Another number than before is another run: the one that was left under this number, else a new one. Without a
        number it is an edit of the run in progress.
        """
        with self._lock:
            waiting, undone = self._waiting, fork == MAX_ID
            # Where a layer was undone, the network has to let go of it before another one gets its id.
            if waiting is None or (waiting.undone and not undone):
                self._waiting = Waiting(project, run, (edit,) if edit else (), fork, undone)
                self._loop.send(partial(self._take, self._waiting))
            else:
                waiting.project, waiting.run, waiting.fork = project, run, min(waiting.fork, fork)
                waiting.undone = undone
                waiting.edits = tuple(dict.fromkeys((*waiting.edits, *([edit] if edit else []))))

    def set_number(self, name: str, index: tuple[int, ...], value: float, edit: str) -> None:
        """Sets one weight or bias of the network by hand, after the edits that wait and before those to come; `edit`
        is what that is called."""
        with self._lock:
            # An edit that comes after it must not be taken in the place of one before.
            self._waiting = None
        self._loop.send(partial(self._set_number, name, index, value, edit))

    def rewind(self) -> None:
        """Back to the same first weights."""
        self._loop.send(self._rewind)

    def save(self, path: Path) -> None:
        """Writes weights and run to a `.safetensors` file."""
        self._loop.send(partial(self._save, path))

    # -- in the loop's thread -------------------------------------------------------------------------------

    def _open(
        self, project: Project, sources: Sources, weights: Path | None, go_on: bool, run: int, loop: Loop
    ) -> None:
        if loop.playing:
            loop.pause()
        self._left.clear()
        self._run, self._file = run, None
        stands_in = self._data is not None and self._data.data.substitute
        if sources != self._sources or stands_in:
            # What another folder gave says nothing about this one, and the data asked for may be here by now.
            self._data = None
        self._sources, self._session = sources, None
        loop.runnables = []
        session = Session(project, self._data_to_open(project.data), devices.device_for(project.training.device))
        refused = None
        if weights is not None:
            try:
                saved = checkpoint.read(weights)
                checkpoint.resume(session, saved) if go_on else checkpoint.load_weights(saved, session.network)
                session.learnt = True
            except CheckpointError as error:
                refused, weights = WeightsRefused(weights, str(error)), None
        self._session, self._file = session, weights
        loop.runnables = [session]
        if self._missing is not None:
            loop.changed()
            raise self._missing
        self._tell_opened(loop)
        if refused is not None:
            loop.mailbox.put(refused)

    def _tell_opened(self, loop: Loop) -> None:
        assert self._session is not None
        session = self._session
        threads = devices.use_threads(session.project, session.network)
        loop.changed()
        loop.mailbox.new_run(
            Opened(
                session.project,
                session.network.parameter_count,
                str(session.device),
                threads,
                session.progress.epoch - session.epoch_running,
                self._file_in_use(session),
                session.learnt,
                session.result,
                self._missing is None,
            )
        )
        loop.mailbox.put(size_of(session))

    def _file_in_use(self, session: Session) -> Path | None:
        return self._file if session.steps == 0 else None

    def _data_to_open(self, choice: DataChoice) -> Data:
        """The data of a choice; where they cannot be had, none of them for a network that is to predict all the
        same. `_missing` says why then."""
        self._missing = None
        try:
            return self._prepared(choice).data
        except DataError as error:
            data = without_samples(choice)
            if data is None:
                raise
            self._data, self._missing = None, error
            return data

    def _prepared(self, choice: DataChoice) -> DataReady:
        """The data of a choice; what was prepared last is kept while the choice is the same."""
        if self._data is None or self._data.choice != choice:
            self._data = DataReady(choice, prepare(choice, self._sources))
            self._loop.mailbox.put(self._data)
        return self._data

    def _take(self, waiting: Waiting, loop: Loop) -> None:
        with self._lock:
            if self._waiting is waiting:
                self._waiting = None
        if waiting.dropped:
            return
        project, run = waiting.project, self._run if waiting.run is None else waiting.run
        session = self._session
        if session is not None:
            session.attic.forget_after(waiting.fork)
        if session is None or (run == self._run and session.project.training.device != project.training.device):
            self._open(project, self._sources, None, False, run, loop)
        elif run != self._run:
            self._change_run(session, project, run, loop)
        else:
            self._apply(session, project, waiting.edits, loop)

    def _change_run(self, session: Session, project: Project, run: int, loop: Loop) -> None:
        """Puts the run aside, where there is more in it than first weights, and begins another or goes back to it."""
        lacks = self._missing is not None and project.data == session.project.data
        data = session.data if lacks else self._prepared(project.data).data
        if not lacks:
            self._missing = None
        if session.learnt:
            self._leave(session, loop)
        kept = self._left.take(run)
        device = devices.device_for(project.training.device)
        self._session = Session(project, data, device) if kept is None else restore(kept, data, device)
        if kept is not None:
            # Other edits may have been undone at the same time.
            self._session.apply(project)
        self._run, self._file = run, None if kept is None else kept.file
        loop.runnables = [self._session]
        self._tell_opened(loop)
        gone = self._left.take_loss(run)
        if gone is not None:
            loop.mailbox.put(gone)

    def _leave(self, session: Session, loop: Loop) -> None:
        size = size_of(session)
        if size.fits:
            self._left.put_aside(self._run, capture(session, self._file_in_use(session)))
        else:
            self._left.give_up(self._run, size.needed)
            loop.mailbox.put(RunNotKept(size))

    def _apply(self, session: Session, project: Project, edits: tuple[str, ...], loop: Loop) -> None:
        lacks = self._missing is not None and project.data == session.project.data
        changed_data = not lacks and (self._data is None or self._data.choice != project.data)
        data = self._prepared(project.data).data if changed_data else None
        if not lacks:
            self._missing = None
        anew = not lacks and (data is not None or session.project.training.seed != project.training.seed)
        rebuilt: Rebuilt | None = session.apply(project, data)
        if anew:
            self._file = None
            self._tell_opened(loop)
            return
        # What shows the network may have let go of its pictures while the project had a problem.
        loop.changed()
        if rebuilt is not None:
            devices.use_threads(project, session.network)
            loop.mailbox.put(replace(rebuilt, edits=edits), size_of(session))

    def _set_number(self, name: str, index: tuple[int, ...], value: float, edit: str, loop: Loop) -> None:
        rebuilt = None if self._session is None else set_number(self._session, name, index, value)
        if rebuilt is not None:
            self._file = None
            loop.changed()
            loop.mailbox.put(replace(rebuilt, edits=(edit,)))

    def _rewind(self, loop: Loop) -> None:
        if self._session is not None:
            self._session.rewind()
            self._file = None
            loop.changed()
            loop.mailbox.new_run(Rewound(self._session.project))

    def _save(self, path: Path, loop: Loop) -> None:
        if self._session is not None:
            atomic_write(path, checkpoint.render(self._session))
            loop.mailbox.put(Saved(path))
