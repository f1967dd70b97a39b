"""The window as a program: the only place where its parts are wired together."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from playground.catalog.catalogue import CATALOGUE
from playground.document.project import SUFFIX, Project, ProjectError, read_project
from playground.resources import UnknownExampleError, example
from playground.ui.document import Document
from playground.ui.download import Download
from playground.ui.files import Files
from playground.ui.focus import Focus
from playground.ui.main_window import MainWindow
from playground.ui.models import Models
from playground.ui.reporting import Reporter
from playground.ui.runner import Runner
from playground.ui.settings import Settings
from playground.ui.submitter import Submitter
from playground.ui.theme import Theme
from playground.ui.training import Training

NAME = "Neural Network Playground"
DEFAULT_EXAMPLE = "spiral"
CANARY_CALLS = 200


def destroys_none() -> bool:
    """Whether this PySide6 takes a reference from None with every call, as 6.12.0 does on Python before 3.12.

    The process would abort after some minutes, in the middle of painting.
    """
    witness = QObject()
    before = sys.getrefcount(None)
    for _ in range(CANARY_CALLS):
        witness.setObjectName("canary")
    return before - sys.getrefcount(None) >= CANARY_CALLS // 2


class Program(QObject):
    """One window with all that belongs to it. `start` shows it; PyTorch is loaded once it has painted."""

    def __init__(
        self, settings: Settings, project: Project, path: Path | None = None, data_folder: Path | None = None,
        title: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        theme = Theme(settings["theme"], settings["zoom"], self)
        document = Document(project, self)
        focus = Focus(self)
        # First of all who listen, so that none of them looks for a layer of the project before.
        document.replaced.connect(focus.forget)
        self.models = Models(document, focus, Runner(self), settings, theme)
        self.training = Training(self.models, self)
        self.submitter = Submitter(self.models, data_folder, self)
        self.files = Files(self.models, self.training, self.submitter, self)
        document.replace(project, path, title)
        self.download = Download(self.models, self.submitter, self)
        self.window = MainWindow(self.models, self.training, self.files, self.download)
        self.submitter.weights_refused.connect(self.window.notices.show_sentence)
        self.window.first_painted.connect(self._on_first_painted, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Shows the window."""
        self.window.show()

    def end(self) -> None:
        """Closes the window without asking and lets go of everything, the window first."""
        self.window.close_now()
        self.window.deleteLater()
        self.deleteLater()

    @Slot()
    def _on_first_painted(self) -> None:
        self.window.add_views()
        # The views paint before PyTorch keeps the window busy for a second.
        QTimer.singleShot(0, self, self._load)

    @Slot()
    def _load(self) -> None:
        from playground.engine.loading import warm_up

        if not self.window.isVisible():
            return
        warm_up()
        self.training.look_for_gpu()
        self.models.runner.start()
        self.submitter.open()


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="playground", description="Opens the window.")
    parser.add_argument("project", nargs="?", default="", metavar="PROJECT")
    parser.add_argument("--data-dir", type=Path, metavar="DIR")
    return parser.parse_args(argv)


def find_project(name: str) -> tuple[Project, Path | None, str]:
    """The project in a file with its path, or an example by its name with its title. Raises ProjectError or
    UnknownExampleError."""
    path = Path(name)
    if path.suffix == SUFFIX or path.exists():
        return read_project(path, CATALOGUE), path, ""
    found = example(name)
    return read_project(found.path, CATALOGUE), None, found.title


def main(argv: Sequence[str]) -> int:
    """Opens the window with a project and returns when it is closed."""
    if destroys_none():
        sys.stderr.write("This PySide6 would crash Python after some minutes. Install PySide6-Essentials 6.10.\n")
        return 1
    arguments = _arguments(argv)
    application = QApplication(sys.argv[:1])
    application.setApplicationName(NAME)
    application.setStyle("Fusion")
    reporter = Reporter()
    reporter.install()
    sentence = ""
    project, path, title = find_project(DEFAULT_EXAMPLE)
    try:
        if arguments.project:
            project, path, title = find_project(arguments.project)
    except (ProjectError, UnknownExampleError) as error:
        sentence = str(error)
    program = Program(Settings(), project, path, arguments.data_dir, title)
    # Queued: while something is painted, nothing may be laid out anew.
    reporter.reported.connect(program.window.notices.show_error, Qt.ConnectionType.QueuedConnection)
    if sentence:
        program.files.failed.emit(sentence)
    program.start()
    code = application.exec()
    program.end()
    # Widgets go while the application still is; Qt must not find them at the end of the interpreter.
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    reporter.remove()
    return code
