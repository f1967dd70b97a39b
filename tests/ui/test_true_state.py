"""What the window says is true of the weights it has: after undo, edits, rewinds, other data and other projects."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from playground.ui.views.boundary import BoundaryView
from tests.ui.test_same_bits import until, weights

LEFT = Qt.MouseButton.LeftButton


def train(window, qtbot) -> None:
    """One epoch with its key."""
    window.workbench.editor.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_E)
    until(qtbot, window, "training")
    until(qtbot, window, "paused", "finished")


def undo(window) -> None:
    window.actions_table["undo"].trigger()


def test_closing_after_training_asks(window, qtbot) -> None:
    assert not window.models.document.modified and not window.isWindowModified()
    train(window, qtbot)
    assert window.isWindowModified() and window.menu_row.file_name.text().endswith("*")
    window.close()
    box = window.findChild(QMessageBox, "unsaved_changes")
    assert box.isVisible() and window.isVisible()
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Cancel), LEFT)


def test_undo_brings_back_the_weights_of_before_a_reset_and_redo_those_after(program, qtbot) -> None:
    window = program.window
    first = weights(qtbot, program)
    train(window, qtbot)
    learnt, loss = weights(qtbot, program), window.transport.test_loss.text
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: window.transport.progress.text == "Not trained")
    assert weights(qtbot, program) == first
    undo(window)
    qtbot.waitUntil(lambda: window.transport.progress.text == "Trained weights")
    assert weights(qtbot, program) == learnt
    assert [window.transport.epochs.text, window.transport.test_loss.text] == ["1", loss]
    window.actions_table["redo"].trigger()
    qtbot.waitUntil(lambda: window.transport.progress.text == "Not trained")
    assert weights(qtbot, program) == first


def test_undo_brings_back_the_weights_of_before_new_weights_and_other_data(program, qtbot) -> None:
    window, document = program.window, program.models.document
    train(window, qtbot)
    learnt = weights(qtbot, program)
    qtbot.mouseClick(window.transport.new_weights, LEFT)
    qtbot.waitUntil(lambda: window.transport.progress.text == "Not trained")
    for name in ("gauss", "spiral"):
        document.apply("Use other data", document.project.with_data(name=name))
        qtbot.waitUntil(lambda wanted=name: window.training.opened.project.data.name == wanted)
    assert weights(qtbot, program) != learnt
    for _ in range(3):
        undo(window)
    qtbot.waitUntil(lambda: window.transport.progress.text == "Trained weights")
    assert weights(qtbot, program) == learnt


def test_figures_of_another_network_are_not_shown(window, qtbot) -> None:
    train(window, qtbot)
    document, loss = window.models.document, window.transport.test_loss
    before = loss.text
    document.apply("Set units", document.project.with_graph(document.project.graph.set_param("n3", "units", 3)))
    qtbot.waitUntil(lambda: loss.text == "–")
    cards = window.workbench.editor.scene.cards
    assert any(card._fresh for card in cards.values())
    undo(window)
    qtbot.waitUntil(lambda: loss.text == before)
    assert not any(card._fresh for card in cards.values())


def test_the_claim_about_trained_weights_ends_with_an_edit(make_program, qtbot) -> None:
    window = make_program("digits-mlp").window
    document, state = window.models.document, window.status.state
    claim = state.text()
    assert "right on MNIST" in claim
    dense = next(node for node in document.project.graph.nodes if node.kind == "dense")
    document.apply("Set units", document.project.with_graph(document.project.graph.set_param(dense.id, "units", 7)))
    qtbot.waitUntil(lambda: state.text() == "Ready" and window.transport.progress.text == "Partly trained")
    undo(window)
    qtbot.waitUntil(lambda: state.text() == claim)


def test_a_new_project_shows_nothing_of_the_one_before(window, qtbot) -> None:
    train(window, qtbot)
    window.status._update_rates()
    window.show_workspace("train")
    focus, boundary = window.models.focus, window.findChild(BoundaryView)
    qtbot.waitUntil(lambda: boundary.values() is not None)
    focus.select(frozenset({"n3"}))
    focus.hover_unit(("n3", 1))
    window.models.document.replace(window.models.document.project, None)
    assert boundary.values() is None and focus.selection == frozenset() and focus.unit is None
    qtbot.waitUntil(lambda: window.models.runner.state == "ready")
    assert not window.status.speed.isVisible()


def test_in_slow_motion_no_pause_is_called_a_batch(window, qtbot) -> None:
    window.training.pace.choose(1)
    window.status._batches.add(1)
    qtbot.wait(20)
    window.status._batches.add(1)
    window.status._update_rates()
    assert not window.status.speed.isVisible()


def test_cards_get_their_pictures_again_after_an_invalid_edit_is_undone(window, qtbot) -> None:
    runner, document = window.models.runner, window.models.document
    dense = [node for node in document.project.graph.nodes if node.kind == "dense"][-1]
    document.apply("Set units", document.project.with_graph(document.project.graph.set_param(dense.id, "units", 3)))
    assert document.blocking is not None
    runner.ask()
    with qtbot.waitSignal(runner.frame, check_params_cb=lambda frame: bool(frame.pictures)):
        undo(window)


def test_a_reopened_run_shows_its_figures(make_program, qtbot, tmp_path: Path) -> None:
    window = make_program("circle").window
    document = window.models.document
    document.apply("Set epochs", document.project.with_training(epochs=1))
    train(window, qtbot)
    loss, path = window.transport.test_loss.text, tmp_path / "mine.nnp"
    window.files._save(path)
    qtbot.waitUntil(lambda: not document.modified)
    window.files.open_path(path)
    qtbot.waitUntil(lambda: window.models.runner.state == "ready")
    shown = [window.transport.epochs.text, window.transport.test_loss.text, window.transport.progress.text]
    assert shown == ["1", loss, "Finished"]
    assert window.transport.progress._share == 1.0
