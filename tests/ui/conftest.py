"""The real window for tests: built as the program builds it, ready to train, and closed cleanly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from playground.app import Program, find_project
from playground.engine import loading
from playground.ui.main_window import MainWindow
from playground.ui.settings import Settings

READY_MS = 20_000

MakeProgram = Callable[..., Program]


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application, in the style that the program uses."""
    qapp.setStyle("Fusion")
    return qapp


@pytest.fixture(scope="session")
def torch_loaded() -> None:
    """PyTorch, loaded and warmed up once for all tests of this process."""
    loading.warm_up()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of nobody, in a file of this test."""
    return Settings(tmp_path / "settings" / "settings.json")


@pytest.fixture
def make_program(
    qtbot, qapp: QApplication, torch_loaded: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeProgram]:
    """Makes a program with an example or a project file, shows its window and waits until it can train.

    `ready=False` returns it before PyTorch would be loaded. At the end of the test the window is closed without
    asking, and everything is gone.
    """
    monkeypatch.setattr(loading, "warm_up", lambda: None)
    made: list[Program] = []

    def make(name: str = "spiral", *, ready: bool = True, data_folder: Path | None = None) -> Program:
        project, path, title = find_project(name)
        program = Program(settings, project, path, data_folder, title)
        made.append(program)
        program.window.resize(1600, 1000)
        program.start()
        if ready:
            wait_until_ready(qtbot, program)
        return program

    yield make
    for program in made:
        program.end()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def wait_until_ready(qtbot, program: Program) -> None:
    """Until the project is loaded, or loading has failed."""
    runner = program.models.runner
    qtbot.waitUntil(lambda: runner.state not in ("starting", "loading"), timeout=READY_MS)


@pytest.fixture
def program(make_program: MakeProgram) -> Program:
    """The program with the example `spiral`, ready to train."""
    return make_program()


@pytest.fixture
def window(program: Program) -> MainWindow:
    """The main window with the example `spiral`, ready to train. Its models are `window.models`."""
    return program.window
