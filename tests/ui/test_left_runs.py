"""Runs that are too large or too old for undo: the window says so, and before it is too late."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from playground.engine import snapshots
from playground.engine.messages import RunGone, RunNotKept, RunSize
from tests.ui.test_same_bits import weights
from tests.ui.test_true_state import train, undo

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even the smallest network is too large to be kept."""
    monkeypatch.setattr(snapshots, "KEPT_BYTES", 1_000)


def said(window) -> str:
    return window.workbench.banner.text


def click(qtbot, window, text: str) -> None:
    """Clicks the button of the banner with this text."""
    banner = window.workbench.banner
    (button,) = (button for button in (banner._action, *banner._more) if button.isVisible() and button.text() == text)
    qtbot.mouseClick(button, LEFT)


def test_before_a_large_run_is_left_it_can_be_saved(no_room: None, program, qtbot, tmp_path: Path) -> None:
    window, document = program.window, program.models.document
    path = tmp_path / "large.nnp"
    document.save(path)
    qtbot.mouseClick(window.transport.reset, LEFT)
    assert said(window) == ""
    train(window, qtbot)
    learnt = weights(qtbot, program)
    qtbot.mouseClick(window.transport.reset, LEFT)
    assert said(window) == "This run needs 1 MB and at most 0 MB are kept. Undo would begin with its first weights."
    assert weights(qtbot, program) == learnt and document.undo_stack.count() == 0
    click(qtbot, window, "Save")
    qtbot.waitUntil(lambda: path.with_suffix(".safetensors").exists() and not document.modified)
    click(qtbot, window, "Reset the weights")
    qtbot.waitUntil(lambda: window.transport.progress.text == "Not trained")
    assert weights(qtbot, program) != learnt
    # Whoever was asked need not be told again.
    assert said(window) == ""
    undo(window)
    sentence = "This run was not kept: it needed 1 MB, more than 0 MB. It begins with its first weights."
    qtbot.waitUntil(lambda: said(window) == sentence)
    window.files.open_path(path)
    qtbot.waitUntil(lambda: window.transport.progress.text == "Trained weights")
    assert weights(qtbot, program) == learnt and said(window) == ""


def test_a_question_is_over_when_training_goes_on(no_room: None, window, qtbot) -> None:
    train(window, qtbot)
    for button in (window.transport.new_weights, window.transport.new_weights):
        qtbot.mouseClick(button, LEFT)
        assert said(window).startswith("This run needs")
        qtbot.mouseClick(window.workbench.banner._close, LEFT)
    qtbot.mouseClick(window.transport.new_weights, LEFT)
    train(window, qtbot)
    assert said(window) == "" and window.models.document.project.training.seed == 1


def test_a_reset_in_the_midst_of_training_pauses_and_asks(no_room: None, window, qtbot) -> None:
    window.training.toggle()
    qtbot.waitUntil(lambda: len(window.models.runner.record.epochs) > 1)
    qtbot.mouseClick(window.transport.reset, LEFT)
    qtbot.waitUntil(lambda: window.models.runner.state == "paused")
    assert said(window).startswith("This run needs")
    click(qtbot, window, "Reset the weights")
    qtbot.waitUntil(lambda: window.transport.progress.text == "Not trained")


def test_an_edit_that_leaves_a_large_run_says_so_at_once(no_room: None, window, qtbot) -> None:
    train(window, qtbot)
    document = window.models.document
    document.apply("Use other points", document.project.with_data(seed=2))
    sentence = "That run needs 1 MB and at most 0 MB are kept. Undo will begin with its first weights."
    qtbot.waitUntil(lambda: said(window) == sentence)
    document.apply("Set epochs", document.project.with_training(epochs=7))
    assert said(window) == ""


def test_undo_says_when_newer_runs_have_pushed_one_out(program, qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "KEPT_RUNS", 2)
    window = program.window
    first = weights(qtbot, program)
    for seed in (2, 3, 4):
        train(window, qtbot)
        qtbot.mouseClick(window.transport.new_weights, LEFT)
        qtbot.waitUntil(lambda wanted=seed: window.training.opened.project.training.seed == wanted)
    assert said(window) == ""
    for seed in (3, 2):
        undo(window)
        qtbot.waitUntil(lambda wanted=seed: window.training.opened.project.training.seed == wanted)
        assert window.transport.progress.text == "Trained weights" and said(window) == ""
    undo(window)
    sentence = "The last 2 runs are kept, 64 MB at most. This one is gone and begins with its first weights."
    qtbot.waitUntil(lambda: said(window) == sentence)
    assert weights(qtbot, program) == first


def test_sizes_are_told_in_megabytes_and_never_read_as_if_they_fitted(window) -> None:
    message = window.models.runner.message
    message.emit(RunNotKept(RunSize(320_000_000, 64_000_000)))
    assert said(window) == "That run needs 320 MB and at most 64 MB are kept. Undo will begin with its first weights."
    message.emit(RunGone(RunSize(64_000_001, 64_000_000), 10))
    assert said(window) == "This run was not kept: it needed 65 MB, more than 64 MB. It begins with its first weights."


def test_a_small_network_is_never_asked_about(window, qtbot) -> None:
    train(window, qtbot)
    qtbot.mouseClick(window.transport.reset, LEFT)
    qtbot.waitUntil(lambda: window.transport.progress.text == "Not trained")
    assert said(window) == ""
