"""What the window says is true of the weights it has: after undo, edits, rewinds, other data and other projects."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from playground.catalog.catalogue import CATALOGUE
from playground.document.project import Project
from playground.engine.loop import Loop
from playground.engine.session import Session
from playground.ui.editor import edits
from playground.ui.numbers import figure, percent
from playground.ui.views.boundary import BoundaryView
from playground.ui.views.loss import LossView
from tests.ui.stage import in_its_thread
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


def figures(window) -> list[str]:
    row = window.transport
    return [figure.text for figure in (row.train_loss, row.test_loss, row.train_accuracy, row.test_accuracy)]


def of_now(qtbot, program) -> list[str]:
    """The figures that belong to the weights in the thread, worked out apart from it."""

    def look(loop: Loop) -> list[str]:
        (session,) = loop.runnables
        assert isinstance(session, Session)
        parts = []
        for samples in (session.data.train, session.data.test):
            with torch.no_grad():
                output, target = session.network(torch.from_numpy(samples.x)), session.objective.targets(samples)
            right = int(session.objective.correct(output, target)) / len(samples)
            parts.append((figure(float(session.objective.loss(output, target)), 3), percent(right)))
        (train_loss, train_accuracy), (test_loss, test_accuracy) = parts
        return [train_loss, test_loss, train_accuracy, test_accuracy]

    return in_its_thread(qtbot, program.models.runner, look)


def test_a_network_has_a_loss_before_its_first_step_and_after_each_batch(program, qtbot) -> None:
    window, seen = program.window, set()
    for _ in range(3):
        qtbot.waitUntil(lambda: "–" not in figures(window) and figures(window) == of_now(qtbot, program))
        seen.add(window.transport.train_loss.text)
        qtbot.mouseClick(window.transport.batch, LEFT)
        until(qtbot, program, "paused")
    assert len(seen) == 3
    assert len(window.models.runner.record.epochs) == 0


def test_after_an_edit_the_figures_are_those_of_the_network_of_now(program, qtbot) -> None:
    window = program.window
    train(window, qtbot)
    document, record = window.models.document, window.models.runner.record
    before, curve = figures(window), record.epochs.column("test_loss").tolist()
    document.apply("Set units", document.project.with_graph(document.project.graph.set_param("n3", "units", 3)))
    cards = window.workbench.editor.scene.cards
    qtbot.waitUntil(lambda: any(card._fresh for card in cards.values()))
    qtbot.waitUntil(lambda: figures(window) == of_now(qtbot, program))
    assert figures(window) != before
    assert window.transport.train_loss.toolTip().startswith("Measured on 250 training samples")
    assert record.epochs.column("test_loss").tolist() == curve
    undo(window)
    qtbot.waitUntil(lambda: figures(window) == before)
    assert window.transport.train_loss.toolTip().startswith("The mean over the batches")
    assert not any(card._fresh for card in cards.values())


def test_while_training_goes_on_after_an_edit_the_train_figures_are_those_of_the_batches_since(window, qtbot) -> None:
    train(window, qtbot)
    window.training.pace.choose(1)
    qtbot.mouseClick(window.transport.train, LEFT)
    until(qtbot, window, "training")
    document, row = window.models.document, window.transport
    document.apply("Set units", document.project.with_graph(document.project.graph.set_param("n3", "units", 3)))
    qtbot.waitUntil(lambda: row.train_loss.toolTip().endswith("since the last edit."))
    assert "–" not in (row.train_loss.text, row.train_accuracy.text)
    assert row.test_loss.text == row.test_accuracy.text == "–"
    assert row.test_loss.toolTip() == "Measured at the end of the epoch."
    window.training.pace.choose(3)
    qtbot.waitUntil(lambda: "–" not in figures(window))
    assert row.train_loss.toolTip().startswith("The mean over the batches of the epoch")
    qtbot.mouseClick(window.transport.train, LEFT)
    until(qtbot, window, "paused", "finished")


def test_figures_stay_through_edits_that_change_no_result(program, qtbot) -> None:
    window, document = program.window, program.models.document
    train(window, qtbot)
    shown, curve = figures(window), len(window.models.runner.record.epochs)
    graph = document.project.graph
    edits = (graph.add("relu")[0], graph.set_param("n3", "frozen", True), graph.rename("n3", "eyes"))
    for number, changed in enumerate(edits):
        document.apply(f"Edit {number}", document.project.with_graph(changed))
        weights(qtbot, program)
        assert figures(window) == shown
        assert window.transport.train_loss.toolTip().startswith("The mean over the batches of the epoch")
        undo(window)
    assert len(window.models.runner.record.epochs) == curve


def test_undo_says_that_earlier_weights_are_back_and_the_curves_keep_the_account(window, qtbot) -> None:
    train(window, qtbot)
    document, said = window.models.document, window.status.hint
    before = CATALOGUE.layers["dense"].card_title(document.project.graph.node("n3").params)
    document.apply("Set units", document.project.with_graph(document.project.graph.set_param("n3", "units", 3)))
    qtbot.waitUntil(lambda: said.text() == "Dense 3 and Dense 4 start fresh, 2 layers kept their weights.")
    undo(window)
    back = f"{before} and Dense 4 have their earlier weights again, 2 layers kept their weights."
    qtbot.waitUntil(lambda: said.text() == back)
    window.show_workspace("train")
    loss = window.findChild(LossView)
    qtbot.waitUntil(lambda: loss.isVisible() and len(loss.plot.box.viewRange()[0]) == 2)
    (first, second), at = loss.models.runner.record.marks, loss.models.runner.record.place
    assert (first.place, second.place) == (at, at) and second.rebuilt.edits == ("Undo Set units",)
    loss._on_hovered(at)
    text = loss.readout.text
    assert "Set units, Dense 3 and Dense 4 start fresh, 2 layers kept their weights" in text
    assert f"Undo Set units, {before} and Dense 4 have their earlier weights again" in text
    loss._on_hovered(0.0)
    assert "Set units" not in loss.readout.text


def test_an_untrained_network_has_the_first_weights_of_its_seed_whatever_was_edited(program, qtbot) -> None:
    window, document = program.window, program.models.document
    first = weights(qtbot, program)
    graph = document.project.graph
    document.apply("Set units", document.project.with_graph(graph.set_param("n2", "units", 7)))
    longer, new = document.project.graph.add("dense", graph.node("n3").params)
    longer = longer.insert(new, longer.incoming("n3")[0])
    document.apply("Insert", document.project.with_graph(longer))
    edited = weights(qtbot, program)
    assert edited != first
    qtbot.keyClick(window, Qt.Key.Key_R)
    assert weights(qtbot, program) == edited
    undo(window)
    undo(window)
    assert weights(qtbot, program) == first


def test_undo_of_other_first_weights_brings_back_the_very_weights_and_figures(program, qtbot) -> None:
    window, document = program.window, program.models.document
    train(window, qtbot)
    learnt, before = weights(qtbot, program), figures(window)
    graph = document.project.graph
    document.apply("Set first weights", document.project.with_graph(graph.set_param("n3", "first_weights", "he")))
    qtbot.waitUntil(lambda: window.transport.train_loss.toolTip().startswith("Measured"))
    fresh = weights(qtbot, program)
    assert fresh != learnt
    undo(window)
    qtbot.waitUntil(lambda: figures(window) == before)
    assert weights(qtbot, program) == learnt
    window.actions_table["redo"].trigger()
    qtbot.waitUntil(lambda: figures(window) == of_now(qtbot, program))
    assert weights(qtbot, program) == fresh


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


def inserted(program) -> tuple[Project, str]:
    """The project with a layer more behind the first hidden one, and its id."""
    project = program.models.document.project
    graph = project.graph
    return edits.insert(project, "dense", graph.outgoing("n2")[0])


def weight_of(qtbot, program, node: str) -> np.ndarray:
    """The weights of a layer in the thread."""

    def look(loop: Loop) -> np.ndarray:
        return loop.runnables[0].network.get_parameter(f"{node}.weight").detach().numpy().copy()

    return in_its_thread(qtbot, program.models.runner, look)


def train_a_batch(qtbot, program) -> None:
    program.training.batch()
    until(qtbot, program, "paused")


def test_redo_brings_back_what_a_layer_had_learnt_and_another_one_starts_fresh(program, qtbot) -> None:
    document = program.models.document
    train_a_batch(qtbot, program)
    longer, node = inserted(program)
    document.apply("Insert Dense", longer)
    train_a_batch(qtbot, program)
    learnt = weight_of(qtbot, program, node)
    document.undo_stack.undo()
    train_a_batch(qtbot, program)
    document.undo_stack.redo()
    np.testing.assert_array_equal(weight_of(qtbot, program, node), learnt)
    document.undo_stack.undo()
    # In between there is a problem, of which the thread does not hear.
    graph = document.project.graph
    document.apply("Cut", document.project.with_graph(graph.disconnect(graph.edges[0])))
    document.undo_stack.undo()
    again, other = inserted(program)
    assert other == node
    document.apply("Insert Dense", again)
    assert not np.array_equal(weight_of(qtbot, program, node), learnt)
