"""What the window asks of the training thread, as commands for its loop: open, edit, rewind, save."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

from playground.catalog.dataset import Sources
from playground.catalog.splitting import prepare
from playground.document.project import DataChoice, Project
from playground.document.storage import atomic_write
from playground.engine import checkpoint, devices
from playground.engine.checkpoint import CheckpointError
from playground.engine.events import Rebuilt
from playground.engine.loop import Loop
from playground.engine.messages import DataReady, Opened, Rewound, Saved, WeightsRefused
from playground.engine.session import Session


class Workshop:
    """Commands for one session in one loop. The methods may be called from any thread; the work is done in the
    loop's."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._session: Session | None = None
        self._data: DataReady | None = None
        self._sources = Sources()
        self._latest: Project | None = None
        self._lock = threading.Lock()

    # -- from any thread ------------------------------------------------------------------------------------

    def open(self, project: Project, sources: Sources, weights: Path | None = None, go_on: bool = True) -> None:
        """Starts anew with this project, and with a weights file where one is given: with the run in it, or
        unless it is to `go_on` with nothing but its weights."""
        with self._lock:
            self._latest = None
        self._loop.send(partial(self._open, project, sources, weights, go_on))

    def submit(self, project: Project) -> None:
        """Hands over an edited project; of several that wait only the latest is taken."""
        with self._lock:
            waiting, self._latest = self._latest is not None, project
        if not waiting:
            self._loop.send(self._take_latest)

    def rewind(self) -> None:
        """Back to the same first weights."""
        self._loop.send(self._rewind)

    def save(self, path: Path) -> None:
        """Writes weights and run to a `.safetensors` file."""
        self._loop.send(partial(self._save, path))

    # -- in the loop's thread -------------------------------------------------------------------------------

    def _open(self, project: Project, sources: Sources, weights: Path | None, go_on: bool, loop: Loop) -> None:
        if loop.playing:
            loop.pause()
        stands_in = self._data is not None and self._data.data.substitute
        if sources != self._sources or stands_in:
            # What another folder gave says nothing about this one, and the data asked for may be here by now.
            self._data = None
        self._sources, self._session = sources, None
        loop.runnables = []
        ready = self._prepared(project.data)
        session = Session(project, ready.data, devices.device_for(project.training.device))
        refused = None
        if weights is not None:
            try:
                saved = checkpoint.read(weights)
                checkpoint.resume(session, saved) if go_on else checkpoint.load_weights(saved, session.network)
            except CheckpointError as error:
                refused, weights = WeightsRefused(weights, str(error)), None
        self._session = session
        loop.runnables = [session]
        self._tell_opened(loop, weights)
        if refused is not None:
            loop.mailbox.put(refused)

    def _tell_opened(self, loop: Loop, weights: Path | None = None) -> None:
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
                session.progress.epoch,
                weights,
            )
        )

    def _prepared(self, choice: DataChoice) -> DataReady:
        """The data of a choice; what was prepared last is kept while the choice is the same."""
        if self._data is None or self._data.choice != choice:
            self._data = DataReady(choice, prepare(choice, self._sources))
            self._loop.mailbox.put(self._data)
        return self._data

    def _take_latest(self, loop: Loop) -> None:
        with self._lock:
            project, self._latest = self._latest, None
        if project is None:
            return
        session = self._session
        if session is None or session.project.training.device != project.training.device:
            self._open(project, self._sources, None, False, loop)
            return
        changed_data = self._data is None or self._data.choice != project.data
        data = self._prepared(project.data).data if changed_data else None
        anew = data is not None or session.project.training.seed != project.training.seed
        rebuilt: Rebuilt | None = session.apply(project, data)
        if anew:
            self._tell_opened(loop)
        elif rebuilt is not None:
            devices.use_threads(project, session.network)
            loop.changed()
            loop.mailbox.put(rebuilt)

    def _rewind(self, loop: Loop) -> None:
        if self._session is not None:
            self._session.rewind()
            loop.changed()
            loop.mailbox.new_run(Rewound(self._session.project))

    def _save(self, path: Path, loop: Loop) -> None:
        if self._session is not None:
            atomic_write(path, checkpoint.render(self._session))
            loop.mailbox.put(Saved(path))
