"""An example with trained weights predicts at once; training from first weights is one Reset away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt

from playground.app import Program
from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Sources
from playground.catalog.splitting import prepare
from playground.document.project import Project, read_project
from playground.engine import checkpoint
from playground.engine.events import EpochDone
from playground.engine.session import Session
from playground.resources import example, shipped_weights
from playground.ui.photographer import Photographer, Subject
from playground.ui.submitter import shipped_with
from playground.ui.views.drawing import DrawingView
from playground.ui.views.prediction import PredictionView
from tests.ui.stage import in_its_thread
from tests.ui.test_draw_a_digit import SEVEN, stroke
from tests.ui.test_same_bits import until, weights

T = TypeVar("T")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the digits that come with scikit-learn are at hand, as on a computer without a network."""
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)


def project_of(name: str) -> Project:
    """The example with this name."""
    return read_project(example(name).path, CATALOGUE)


def session_of(project: Project, shipped: Path | None = None) -> Session:
    """A session without a window, with first weights or those of a file."""
    session = Session(project, prepare(project.data, Sources()))
    if shipped is not None:
        checkpoint.load_weights(checkpoint.read(shipped), session.network)
    return session


def one_epoch(session: Session) -> str:
    """Trains an epoch and returns the hash of the weights."""
    while not any(isinstance(event, EpochDone) for event in session.step()):
        pass
    return session.weights_sha256()


def beside(qtbot, program: Program, work: Callable[[], T]) -> T:
    """What `work` does with a session of its own, in the window's thread."""
    return in_its_thread(qtbot, program.models.runner, lambda loop: work())


def train_an_epoch(qtbot, program: Program) -> None:
    """One epoch with the button."""
    qtbot.mouseClick(program.window.transport.epoch, LEFT)
    until(qtbot, program, "training")
    until(qtbot, program, "paused", "finished")


def test_a_fresh_window_reads_a_seven_without_any_training(make_program, qtbot) -> None:
    program = make_program("digits-cnn")
    window = program.window
    window.show_workspace("draw")
    drawing, prediction = window.findChild(DrawingView), window.findChild(PredictionView)
    qtbot.waitUntil(lambda: drawing.isVisible() and prediction.isVisible())
    stroke(drawing.paper, *SEVEN)
    qtbot.waitUntil(lambda: len(prediction.bars.shares) == 10, timeout=10_000)
    assert int(prediction.bars.shares.argmax()) == 7 and prediction.bars.shares.max() > 0.9
    assert len(window.models.runner.record.batches) == 0
    qtbot.waitUntil(lambda: prediction.bars._motion.state() == prediction.bars._motion.State.Stopped)


def test_the_window_says_that_the_weights_are_not_of_this_run(make_program, qtbot) -> None:
    program = make_program("digits-cnn")
    window = program.window
    assert window.transport.progress.text == "Trained weights"
    assert window.status.state.text() == "Ready, trained weights (99.1 % right on MNIST)"
    qtbot.waitUntil(lambda: window.transport.test_accuracy.text != "–")
    assert window.transport.epochs.text == "0" and float(window.transport.test_accuracy.text) > 90
    qtbot.mouseClick(window.transport.reset, LEFT)
    qtbot.waitUntil(lambda: program.training.weights is None)
    assert window.transport.progress.text == "Not trained"
    assert window.status.state.text() == "Ready"
    window.models.document.undo_stack.undo()
    qtbot.waitUntil(lambda: window.status.state.text() == "Ready, trained weights (99.1 % right on MNIST)")
    window.files.new("circle")
    qtbot.waitUntil(lambda: program.training.opened.project.data.name == "circle", timeout=10_000)
    window.files.new("digits-mlp")
    qtbot.waitUntil(lambda: program.training.weights is not None, timeout=10_000)
    assert window.status.state.text() == "Ready, trained weights (95.1 % right on MNIST)"


def test_training_goes_on_from_trained_weights(make_program, qtbot) -> None:
    program = make_program("digits-mlp")
    shipped = shipped_with(project_of("digits-mlp"))
    session = beside(qtbot, program, lambda: session_of(project_of("digits-mlp"), shipped))
    assert weights(qtbot, program) == session.weights_sha256()
    train_an_epoch(qtbot, program)
    assert program.window.transport.epochs.text == "1"
    assert weights(qtbot, program) == beside(qtbot, program, lambda: one_epoch(session))


def test_after_reset_training_has_the_bits_of_the_command_line(make_program, qtbot) -> None:
    program = make_program("digits-mlp")
    session = beside(qtbot, program, lambda: session_of(project_of("digits-mlp")))
    qtbot.mouseClick(program.window.transport.reset, LEFT)
    qtbot.waitUntil(lambda: program.training.weights is None)
    assert weights(qtbot, program) == session.weights_sha256()
    assert not program.training.trained
    train_an_epoch(qtbot, program)
    assert weights(qtbot, program) == beside(qtbot, program, lambda: one_epoch(session))


def test_new_weights_are_first_weights(make_program, qtbot) -> None:
    program = make_program("digits-mlp")
    qtbot.mouseClick(program.window.transport.new_weights, LEFT)
    qtbot.waitUntil(lambda: program.training.weights is None)
    edited = program.models.document.project
    assert weights(qtbot, program) == beside(qtbot, program, lambda: session_of(edited).weights_sha256())
    program.models.document.undo_stack.undo()
    first = project_of("digits-mlp")
    qtbot.waitUntil(lambda: program.training.opened.project == first)
    shipped = beside(qtbot, program, lambda: session_of(first, shipped_with(first)).weights_sha256())
    assert weights(qtbot, program) == shipped


def test_a_saved_example_keeps_its_trained_weights(make_program, qtbot, tmp_path: Path) -> None:
    program = make_program("digits-mlp")
    trained = weights(qtbot, program)
    path = tmp_path / "mine.nnp"
    program.files._save(path)
    beside = path.with_suffix(".safetensors")
    qtbot.waitUntil(beside.exists)
    program.files.new("circle")
    qtbot.waitUntil(lambda: program.training.opened.project.data.name == "circle", timeout=10_000)
    program.files.open_path(path)
    qtbot.waitUntil(lambda: program.training.weights == beside, timeout=10_000)
    assert weights(qtbot, program) == trained
    assert program.window.status.state.text() == "Ready, weights of mine.safetensors"


def test_weights_belong_to_layers_data_and_seed() -> None:
    for shipped in shipped_weights():
        project = project_of(shipped.name)
        assert shipped_with(project) == shipped.path
        assert shipped_with(project.with_training(learning_rate=0.5, epochs=99)) == shipped.path
        assert shipped_with(project.with_graph(project.graph.move("n1", 5.0, 5.0))) == shipped.path
        assert shipped_with(project.with_training(seed=2)) is None
        assert shipped_with(project.with_data(name="fashion_mnist")) is None
        assert shipped_with(project.with_graph(project.graph.remove("n3"))) is None
        assert shipped_with(project.with_graph(project.graph.set_bypassed("n3", True))) is None
    assert shipped_with(project_of("spiral")) is None


def test_a_picture_after_as_many_epochs_as_the_example_has_is_of_a_run_from_first_weights(make_program, qtbot) -> None:
    project = project_of("digits-mlp")
    epochs = project.training.epochs
    program = make_program("digits-mlp", ready=False)
    subject = Subject(project, "Digits", "train", epochs, (1600, 1000), 1.0, "dark", None)
    photographer = Photographer(program.models, program.window, subject, program.window)
    with qtbot.waitSignal(photographer.taken, timeout=20_000):
        pass

    def trained() -> str:
        session = session_of(project)
        return [one_epoch(session) for _ in range(epochs)][-1]

    assert weights(qtbot, program) == beside(qtbot, program, trained)
