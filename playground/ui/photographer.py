"""A picture of the real window: waits until it shows what was asked for, then draws it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from playground.catalog.pixels import Grey
from playground.document.project import Project
from playground.engine.mailbox import Frame
from playground.ui.main_window import MainWindow
from playground.ui.models import Models
from playground.ui.pictures import png
from playground.ui.settings import Settings
from playground.ui.views.drawing import DrawingView

# Bars follow their values in 80 ms and panels move in 120; a picture in between would show neither.
REST_MS = 250


class Program(Protocol):
    """The window with all that belongs to it, as the program makes it."""

    @property
    def models(self) -> Models: ...

    @property
    def window(self) -> MainWindow: ...

    def start(self) -> None: ...

    def end(self) -> None: ...


MakeProgram = Callable[[Settings, Project, Path | None, Path | None, str], Program]


class NoPictureError(Exception):
    """The window could not come to show what was asked for; the message is a sentence for the user."""


@dataclass(frozen=True)
class Subject:
    """What a picture is to show: a project in a workspace after some epochs, drawn `size` pixels large.

    `title` is what the project is called, `drawing` what lies in the drawing area: ink from 0 to 1, (height, width).
    """

    project: Project
    title: str
    workspace: str
    epochs: int
    size: tuple[int, int]
    zoom: float
    theme: str
    data_folder: Path | None
    drawing: Grey | None = None


class Photographer(QObject):
    """Trains `epochs` epochs in a window that is shown, waits for the pictures of the trained weights, and draws.

    `taken(png)` carries the bytes of the picture; `failed(sentence)` says why there is none.
    """

    taken = Signal(bytes)
    failed = Signal(str)

    def __init__(self, models: Models, window: MainWindow, subject: Subject, parent: QObject) -> None:
        super().__init__(parent)
        self._models, self._window, self._subject = models, window, subject
        self._began = self._done = self._shown = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._take)
        models.runner.state_changed.connect(self._on_state_changed)
        models.runner.frame.connect(self._on_frame)

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        if state == "failed" and not self._done:
            self._done = True
            self.failed.emit(self._window.training.failure or "The project could not be loaded.")
        elif state == "ready" and not self._began:
            self._began = True
            self._window.show_workspace(self._subject.workspace)
            self._window.workbench.editor.fit()
            self._draw()
            if self._subject.epochs:
                # From first weights, also where an example comes with trained ones.
                self._models.runner.rewind()
                self._models.runner.play()
            elif self._shown:
                self._rest.start()

    def _draw(self) -> None:
        drawing = self._window.findChild(DrawingView)
        if drawing is not None and self._subject.drawing is not None:
            drawing.load(self._subject.drawing)

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        runner = self._models.runner
        if not frame.pictures or frame.stale:
            return
        self._shown = True
        trained = len(runner.record.epochs) >= self._subject.epochs or runner.state == "paused"
        if self._began and trained and runner.state in ("ready", "paused", "finished"):
            # A later frame, for a view that has just become visible, begins the wait anew.
            self._rest.start()

    @Slot()
    def _take(self) -> None:
        if self._done:
            return
        self._done = True
        self.taken.emit(png(self._window.grab().toImage()))


def photograph(subject: Subject, make_program: MakeProgram) -> bytes:
    """The PNG of a window of its own, with settings of nobody. Raises NoPictureError."""
    application = QApplication([])
    application.setStyle("Fusion")
    found: dict[str, bytes | str] = {}
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.json")
        settings["theme"], settings["zoom"] = subject.theme, subject.zoom
        project = subject.project
        if subject.epochs:
            project = project.with_training(epochs=subject.epochs)
        program = make_program(settings, project, None, subject.data_folder, subject.title)
        program.window.resize(*subject.size)
        photographer = Photographer(program.models, program.window, subject, program.window)

        def keep(kind: str, value: bytes | str) -> None:
            found[kind] = value
            # Not `quit`, which asks every window whether it may be closed.
            application.exit()

        photographer.taken.connect(partial(keep, "png"))
        photographer.failed.connect(partial(keep, "failure"))
        program.start()
        application.exec()
        program.end()
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    png = found.get("png")
    if not isinstance(png, bytes):
        raise NoPictureError(str(found.get("failure", "The window was closed.")))
    return png
