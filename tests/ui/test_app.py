"""The program from its start to its end: arguments, files, errors, and closing while training."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QToolButton

from playground import app
from playground.app import destroys_none, find_project
from playground.document.project import ProjectError, to_json
from playground.engine.download_job import fetch
from playground.engine.jobs import Job
from playground.resources import UnknownExampleError
from playground.ui.data_chooser import DataChooser
from playground.ui.reporting import Reporter, log_path
from tests.networks import assert_sentence, fuzzed

LEFT = Qt.MouseButton.LeftButton

# The real program, which presses Train as soon as it can and closes itself in the middle of training.
CLOSING = """
import sys
from PySide6.QtCore import Slot
from playground import app

class Closing(app.Program):
    def start(self):
        super().start()
        self.training.changed.connect(self._on_changed)
        self.models.runner.frame.connect(self._on_frame)

    @Slot()
    def _on_changed(self):
        if self.models.runner.state == "ready":
            self.training.toggle()

    @Slot(object)
    def _on_frame(self, frame):
        if len(self.models.runner.record.batches) > int(sys.argv[1]):
            self.window.close_now()

app.Program = Closing
sys.exit(app.main([]))
"""

# The real program, which says when it has painted and whether PyTorch or the plots were loaded by then.
PAINTING = """
import sys
from PySide6.QtCore import Slot
from playground import app

class Painting(app.Program):
    def start(self):
        super().start()
        self.window.first_painted.connect(self._on_painted)

    @Slot()
    def _on_painted(self):
        print([name for name in ("torch", "pyqtgraph", "sklearn", "scipy") if name in sys.modules])
        self.window.close()

app.Program = Painting
sys.exit(app.main([]))
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_it_closes_while_training_without_a_word() -> None:
    running = [start(CLOSING, str(7 * number)) for number in fuzzed(3)]
    for process in running:
        _, complaints = process.communicate(timeout=100)
        assert (process.returncode, complaints) == (0, "")


def test_the_window_paints_before_anything_heavy_is_loaded() -> None:
    process = start(PAINTING)
    heavy, complaints = process.communicate(timeout=60)
    assert (heavy.strip(), process.returncode, complaints) == ("[]", 0, "")


def test_this_pyside_leaves_none_alone() -> None:
    assert not destroys_none()


def test_a_pyside_that_destroys_none_is_refused(monkeypatch, capsys) -> None:
    monkeypatch.setattr(app, "destroys_none", lambda: True)
    assert app.main([]) == 1
    assert_sentence(capsys.readouterr().err.strip())


# -- projects -------------------------------------------------------------------------------------------------


def test_a_project_is_a_file_or_an_example(tmp_path: Path) -> None:
    project, path, title = find_project("circle")
    assert (project.data.name, path, title) == ("circle", None, "Circle")
    file = tmp_path / "mine.nnp"
    file.write_bytes(to_json(project))
    assert find_project(str(file)) == (project, file, "")
    with pytest.raises(UnknownExampleError):
        find_project("spirale")
    with pytest.raises(ProjectError):
        find_project(str(tmp_path / "missing.nnp"))


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b'{"format": 99}', b"\x00\xff" * 100])
def test_a_broken_file_says_so_and_work_goes_on(window, qtbot, tmp_path: Path, content: bytes) -> None:
    before = window.models.document.project
    path = tmp_path / "broken.nnp"
    path.write_bytes(content)
    window.files.open_path(path)
    assert_sentence(window.workbench.banner.text)
    assert "broken.nnp" in window.workbench.banner.text
    assert window.models.document.project is before
    qtbot.mouseClick(window.transport.epoch, LEFT)
    qtbot.waitUntil(lambda: len(window.models.runner.record.epochs) == 1)
    qtbot.mouseClick(window.workbench.banner._close, LEFT)
    assert not window.workbench.banner.isVisible()


def test_saving_and_opening_brings_the_weights_back(window, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "trained.nnp"
    train_one_epoch(window, qtbot)
    loss = window.transport.test_loss.text
    window.actions_table["save"].trigger()
    choose(window, qtbot, path)
    qtbot.waitUntil(path.with_suffix(".safetensors").exists)
    assert window.models.settings.recent == (path,)
    qtbot.waitUntil(lambda: not window.models.document.modified)
    window.files.new("circle")
    qtbot.waitUntil(lambda: window.models.runner.state == "ready")
    window.files.open_path(path)
    qtbot.waitUntil(lambda: window.training.opened is not None and window.training.opened.epoch == 1)
    assert [window.transport.epochs.text, window.transport.test_loss.text] == ["1", loss]
    train_one_epoch(window, qtbot)
    assert window.transport.epochs.text == "2"
    assert loss != "–"


def test_weights_of_another_network_are_left_out_with_a_sentence(window, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "mixed.nnp"
    train_one_epoch(window, qtbot)
    window.models.document.save(path)
    window.files.save()
    qtbot.waitUntil(path.with_suffix(".safetensors").exists)
    qtbot.waitUntil(lambda: not window.models.document.modified)
    project, _, _ = find_project("circle")
    path.write_bytes(to_json(project))
    window.files.open_path(path)
    qtbot.waitUntil(lambda: window.models.runner.state == "ready", timeout=10_000)
    assert "mixed.safetensors was left out" in window.workbench.banner.text
    assert window.training.opened.project.data.name == "circle"


def test_an_untrained_project_has_no_weights_file(window, tmp_path: Path) -> None:
    path = tmp_path / "new.nnp"
    window.models.document.save(path)
    window.files.save()
    assert path.exists()
    assert not path.with_suffix(".safetensors").exists()


def test_a_folder_that_cannot_be_written_says_so(window, tmp_path: Path) -> None:
    window.models.document._path = tmp_path / "missing" / "mine.nnp"
    window.files.save()
    assert "was not saved" in window.workbench.banner.text


def test_opening_asks_before_changes_are_lost(window, qtbot) -> None:
    document = window.models.document
    document.apply("Set epochs", document.project.with_training(epochs=7))
    window.files.new("circle")
    assert document.project.data.name == "spiral"
    box = window.findChild(QMessageBox, "unsaved_changes")
    assert box.isVisible()
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Discard), LEFT)
    assert document.project.data.name == "circle"
    assert not document.modified


def test_missing_data_say_so_and_offer_a_folder(make_program, tmp_path: Path, qtbot) -> None:
    window = make_program("digits-mlp", data_folder=tmp_path).window
    assert window.models.runner.state == "failed"
    assert_sentence(window.workbench.banner.text)
    assert not window.transport.train.isEnabled()
    button = window.workbench.banner._action
    # The banner has just appeared; its button has a place once the window is laid out anew.
    qtbot.waitUntil(lambda: not button.visibleRegion().isEmpty() and button.width() >= button.sizeHint().width())
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    dialog = window.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.reject()
    window.files.new("circle")
    qtbot.waitUntil(lambda: window.models.runner.state == "ready")
    assert window.workbench.banner.text == ""
    assert window.transport.train.isEnabled()


def test_substitute_data_say_so(make_program, monkeypatch) -> None:
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)
    window = make_program("digits-mlp").window
    assert window.training.data.data.substitute
    assert "other data" in window.workbench.banner.text


# -- errors ---------------------------------------------------------------------------------------------------


def test_an_unexpected_error_is_logged_and_told_in_one_sentence(capsys) -> None:
    reporter = Reporter()
    told: list[str] = []
    reporter.reported.connect(told.append)
    reporter.install()
    try:
        raise_in_hook(ZeroDivisionError("nothing\nto see"))
    finally:
        reporter.remove()
    assert_sentence(told[0])
    assert "ZeroDivisionError: nothing" in told[0]
    assert "to see" in log_path().read_text("utf-8")
    assert "ZeroDivisionError" in capsys.readouterr().err


# The real program, in which a part of the canvas cannot be painted.
UNPAINTABLE = """
import sys
from PySide6.QtCore import QTimer, Slot
from playground import app
from playground.ui.editor.card import CardItem

def fail(self, *arguments):
    raise RuntimeError("this cannot be painted")

{method} = fail

class Failing(app.Program):
    @Slot()
    def _on_first_painted(self):
        QTimer.singleShot(300, self, self._repaint)

    @Slot()
    def _repaint(self):
        self.window.workbench.editor.canvas.viewport().update()
        QTimer.singleShot(300, self, self._end)

    @Slot()
    def _end(self):
        print(self.window.workbench.banner.text)
        self.window.close()

app.Program = Failing
sys.exit(app.main([]))
"""


@pytest.mark.parametrize("method", ["CardItem._paint_frame", "CardItem.paint"])
def test_what_cannot_be_painted_is_told_once_and_the_window_lives(method: str) -> None:
    script = UNPAINTABLE.format(method=method)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "this cannot be painted" in done.stdout
    if method == "CardItem._paint_frame":
        # Inside the guard: nothing else fails with it, and it is told once however often it is painted.
        assert "your work is still here: RuntimeError: this cannot be painted." in done.stdout
        assert done.stderr.count("RuntimeError: this cannot be painted") == 1


def raise_in_hook(error: Exception) -> None:
    try:
        raise error
    except Exception as caught:
        sys.excepthook(type(caught), caught, caught.__traceback__)


def train_one_epoch(window, qtbot) -> None:
    before = window.training.epochs_done
    qtbot.mouseClick(window.transport.epoch, LEFT)
    qtbot.waitUntil(lambda: window.training.epochs_done == before + 1 and not window.training.running)


def choose(window, qtbot, path: Path) -> None:
    """Answers the file dialog."""
    dialog = window.findChild(QFileDialog)
    with qtbot.waitSignal(dialog.finished):
        dialog.fileSelected.emit(str(path))
        dialog.reject()


# -- downloads ------------------------------------------------------------------------------------------------


@pytest.fixture
def digits(make_program, monkeypatch):
    """The window with digits that stand in for MNIST."""
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)
    return make_program("digits-mlp").window


def fetch_instead(monkeypatch, name: str) -> None:
    """Has another data set fetched, as the network is nobody's to rely on."""
    monkeypatch.setattr("playground.ui.download.download_job", lambda wanted: Job("download", fetch, (name,)))


def test_a_download_opens_the_data_anew(digits, qtbot, monkeypatch) -> None:
    fetch_instead(monkeypatch, "circle")
    before = digits.training.data
    qtbot.mouseClick(digits.workbench.banner._action, LEFT)
    assert digits.workbench.banner.text == "Downloading MNIST."
    qtbot.waitUntil(lambda: not digits.download.running, timeout=20_000)
    qtbot.waitUntil(lambda: digits.training.data is not before and digits.models.runner.state == "ready")


def test_a_failed_download_says_why_and_leaves_all_as_it_is(digits, qtbot, monkeypatch) -> None:
    fetch_instead(monkeypatch, "nonsense")
    digits.actions_table["download"].trigger()
    qtbot.waitUntil(lambda: not digits.download.running, timeout=20_000)
    assert "nonsense" in digits.workbench.banner.text
    assert digits.models.runner.state == "ready"


def test_a_download_can_be_cancelled_and_ends_with_the_window(digits, qtbot, monkeypatch) -> None:
    fetch_instead(monkeypatch, "digits")
    digits.download.start()
    qtbot.mouseClick(digits.workbench.banner._action, LEFT)
    assert not digits.download.running
    digits.download.start()
    digits.close_now()
    assert not digits.download.running


def test_what_went_wrong_with_a_file_is_past_once_the_user_goes_on(window, tmp_path: Path) -> None:
    broken = tmp_path / "broken.nnp"
    broken.write_bytes(b"{")
    window.files.open_path(broken)
    assert "broken.nnp" in window.workbench.banner.text
    project = window.models.document.project
    window.models.document.apply("Set rate", project.with_training(learning_rate=0.02))
    assert window.workbench.banner.text == ""
    window.models.document.undo_stack.undo()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_space_after_a_click_on_a_data_set_does_not_choose_the_one_before_again(window, qtbot) -> None:
    window.choose_data()
    chooser = window.findChild(DataChooser)
    tile = chooser.findChild(QToolButton, "data_circle")
    qtbot.waitUntil(lambda: chooser.isVisible() and not tile.visibleRegion().isEmpty())
    qtbot.mouseClick(tile, LEFT)
    assert window.models.document.project.data.name == "circle"
    qtbot.keyClick(chooser.focusWidget(), Qt.Key.Key_Space)
    assert window.models.document.project.data.name == "circle"
    chooser.close()
    window.models.document.undo_stack.undo()
