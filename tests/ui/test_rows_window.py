"""Rows of the courses that show in the window as a whole, each with the mouse and the keyboard of a user."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QToolButton, QWidget

from playground.engine.objective import objective
from playground.engine.requests import Grid, Request
from playground.engine.session import Session
from playground.ui.controls.boxes import ChoiceBox
from playground.ui.controls.slider import Slider
from playground.ui.editor.chip import Chip
from playground.ui.views.boundary import BoundaryView
from playground.ui.views.loss import LossView
from tests.networks import PICTURES
from tests.ui.stage import ask

LEFT = Qt.MouseButton.LeftButton
CASES = json.loads(Path(__file__).parents[1].joinpath("data", "worked_examples.json").read_text("utf-8"))["cases"]

# What the offscreen platform says when a popup opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def find(window, name: str, kind: type = QWidget):
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def wait_for(qtbot, window, state: str) -> None:
    qtbot.waitUntil(lambda: window.models.runner.state == state, timeout=20_000)


def use(qtbot, window, dataset: str) -> None:
    """Chooses another data set with the mouse."""
    qtbot.mouseClick(window.transport.data_button, LEFT)
    qtbot.mouseClick(find(window, f"data_{dataset}", QToolButton), LEFT)
    find(window, "data_chooser").hide()


def choose_loss(qtbot, window, name: str) -> None:
    """Chooses a loss with the keys, as in any list."""
    box = find(window, "training_form_loss", ChoiceBox)
    box.setFocus()
    step = box.findData(name) - box.currentIndex()
    for _ in range(abs(step)):
        qtbot.keyClick(box, Qt.Key.Key_Down if step > 0 else Qt.Key.Key_Up)
    assert box.value == name


def type_in(qtbot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def train_epochs(qtbot, window, count: int) -> None:
    """Sets the number of epochs and trains all of them."""
    type_in(qtbot, find(window, "training_form_epochs", QLineEdit), str(count))
    qtbot.mouseClick(window.transport.train, LEFT)
    wait_for(qtbot, window, "finished")


def mend_all(qtbot, window) -> list[str]:
    """Clicks every cure in the list of problems; the messages they were for."""
    window.show_workspace("build")
    qtbot.mouseClick(find(window, "bottom_tabs_problems", QToolButton), LEFT)
    told = []
    while window.models.document.problems and len(told) < 8:
        told.append(find(window.workbench.bottom, "problem_0_text", QLabel).text())
        qtbot.mouseClick(find(window.workbench.bottom, "cure_0", QPushButton), LEFT)
    return told


def kinds(window) -> list[str]:
    return [node.kind for node in window.models.document.project.graph.nodes]


def click_header(qtbot, window, node: str) -> None:
    """Clicks the title of a card."""
    canvas, scene = window.workbench.editor.canvas, window.workbench.editor.scene
    place = canvas.mapFromScene(scene.cards[node].pos() + QPointF(40, 14))
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=place)
    assert window.models.focus.selection == {node}


# -- structure ------------------------------------------------------------------------------------------------


@pytest.mark.row("B01")
def test_a_network_is_built_by_mouse_and_called_deep(window, qtbot) -> None:
    window.show_workspace("build")
    status = window.status
    # Input is not counted, the last Dense is the output layer.
    assert status.network.text() == "Deep network, 3 hidden layers"
    assert status.parameters.text() == "127 parameters"
    click_header(qtbot, window, "n3")
    QTest.mouseDClick(find(window, "chip_dense", Chip), LEFT)
    assert status.network.text() == "Deep network, 4 hidden layers"
    assert len(window.workbench.editor.scene.cards) == 7
    more = int(status.parameters.text().split()[0])
    assert more > 127
    added = window.models.focus.selection
    slider = find(window, "layer_form_units_slider", Slider)
    before = slider.value()
    qtbot.mouseClick(slider, LEFT, pos=slider.rect().center())
    assert slider.value() != before
    assert status.parameters.text() != f"{more} parameters"
    for node in (*added, "n2", "n3", "n4"):
        click_header(qtbot, window, node)
        qtbot.keyClick(window.workbench.editor.canvas, Qt.Key.Key_Delete)
    assert kinds(window) == ["features", "dense", "value"]
    assert status.network.text() == "No hidden layer"
    assert status.parameters.text() == "5 parameters"


@pytest.mark.row("B01")
def test_one_hidden_layer_is_deep_already_and_every_weight_is_an_edge(window, qtbot) -> None:
    window.show_workspace("build")
    for node in ("n2", "n3"):
        click_header(qtbot, window, node)
        qtbot.keyClick(window.workbench.editor.canvas, Qt.Key.Key_Delete)
    assert window.status.network.text() == "Deep network, 1 hidden layer"
    assert window.status.parameters.text() == "25 parameters"
    # Four features into four units into one: columns from left to right, fully connected.
    scene = window.workbench.editor.scene
    places = [scene.cards[node].pos().x() for node in window.models.document.project.graph.topological_order]
    assert places == sorted(places)
    qtbot.waitUntil(lambda: opened_is_current(window))
    qtbot.mouseClick(window.transport.epoch, LEFT)
    wait_for(qtbot, window, "paused")
    qtbot.waitUntil(lambda: scene.weight_wires.lines.total == 4 * 4 + 4)


@pytest.mark.row("B12")
def test_other_data_resize_the_input_and_a_mismatch_is_explained_with_a_cure(window, qtbot) -> None:
    use(qtbot, window, "digits")
    graph = window.models.document.project.graph
    assert (graph.node("n1").kind, dict(graph.node("n1").params)) == (
        "image", {"channels": 1, "height": 28, "width": 28},
    )  # fmt: skip
    assert window.models.document.undo_stack.count() == 1
    assert window.transport.train.toolTip() == window.models.document.problems[0].message
    assert not window.transport.train.isEnabled()
    told = mend_all(qtbot, window)
    assert "flat input" in told[0]
    assert any("10 classes" in message for message in told)
    # 28 × 28 pixels now reach the first layer.
    assert window.models.document.shapes[kind_id(window, "flatten")] == (784,)
    window.show_workspace("train")
    qtbot.waitUntil(lambda: window.training.data.choice.name == "digits" and window.transport.batch.isEnabled())
    qtbot.mouseClick(window.transport.batch, LEFT)
    qtbot.waitUntil(lambda: len(window.models.runner.record.batches) == 1)
    use(qtbot, window, "circle")
    assert kinds(window)[0] == "features"


def kind_id(window, kind: str) -> str:
    return next(node.id for node in window.models.document.project.graph.nodes if node.kind == kind)


# -- losses and tasks -----------------------------------------------------------------------------------------


@pytest.mark.row("F02")
@pytest.mark.parametrize("name", ["cross_entropy_grad", "cross_entropy_sign_002"])
def test_cross_entropy_gives_the_numbers_of_the_course(name: str) -> None:
    case = next(case for case in CASES if case["id"] == name)
    given = case["inputs"]
    p, target = (given["x"], given["t"]) if "x" in given else (given["q"], given["p"])
    x = torch.tensor([p], dtype=torch.float64, requires_grad=True)
    # The objective is a function of what goes into softmax: of logarithms of p, softmax makes p again.
    loss = objective("classes", 3, PICTURES, "cross_entropy").loss(x.log(), torch.tensor([target.index(1)]))
    assert loss.item() == pytest.approx(case["expected"]["L"], abs=case["tolerance"])
    loss.backward()
    if "dL_dx" in case["expected"]:
        # Through softmax, which keeps the sum at 1, the gradient is p − t: that of the course plus 1.
        assert (x.grad - 1).tolist()[0] == pytest.approx(case["expected"]["dL_dx"], abs=case["tolerance"])


@pytest.mark.row("F02")
def test_the_loss_falls_while_the_probability_of_the_true_class_rises(make_program, qtbot) -> None:
    window = make_program("circle").window
    qtbot.mouseClick(find(window, "training_form_task_classes", QToolButton), LEFT)
    choose_loss(qtbot, window, "squared_error")
    choose_loss(qtbot, window, "cross_entropy")
    qtbot.waitUntil(lambda: opened_is_current(window))
    before = probability_of_truth(window)
    train_epochs(qtbot, window, 12)
    losses = window.models.runner.record.epochs.column("train_loss")
    assert losses[-1] < losses[0]
    assert probability_of_truth(window) > before


def opened_is_current(window) -> bool:
    return session(window).project == window.models.document.project


def session(window) -> Session:
    """The session; its thread stands still while nothing is trained."""
    return window.models.runner.thread_of_training.loop.runnables[0]


def probability_of_truth(window) -> float:
    """The mean probability that the network gives to the class that is right."""
    made = session(window)
    samples = made.data.train
    with torch.no_grad():
        shares = made.objective.probabilities(made.network(torch.from_numpy(samples.x))).numpy()
    return float(shares[np.arange(len(samples)), samples.y].mean())


@pytest.mark.row("F06")
def test_the_task_switch_sets_output_and_loss_in_one_step(make_program, qtbot) -> None:
    window = make_program("circle").window
    document = window.models.document
    before = document.project
    switch = find(window, "training_form_task")
    assert switch.value == "value"
    qtbot.mouseClick(find(window, "training_form_task_classes", QToolButton), LEFT)
    assert (kinds(window)[-1], document.project.training.loss) == ("classes", "cross_entropy")
    # One unit without an activation of its own: Classes applies sigmoid to it.
    last = document.project.graph.node("n4").params
    assert (last["units"], last["activation"], last["bias"]) == (1, "none", True)
    assert document.problems == ()
    assert document.undo_stack.count() == 1
    window.actions_table["undo"].trigger()
    assert (document.project, switch.value) == (before, "value")
    window.actions_table["redo"].trigger()
    qtbot.mouseClick(find(window, "training_form_task_value", QToolButton), LEFT)
    assert (kinds(window)[-1], document.project.training.loss) == ("value", "squared_error")
    # Back at the first task the last layer has again what the switch took from it.
    assert document.project == before
    assert document.problems == ()


@pytest.mark.row("F06")
def test_a_task_that_does_not_suit_the_data_or_the_loss_is_warned_about(make_program, qtbot) -> None:
    window = make_program("plane").window
    document = window.models.document
    qtbot.mouseClick(find(window, "training_form_task_classes", QToolButton), LEFT)
    assert "asks for a number, not for classes" in window.transport.train.toolTip()
    told = mend_all(qtbot, window)
    assert "Use the output Value" in told[0]
    assert "Use squared error" in told[1]
    assert (kinds(window)[-1], document.project.training.loss) == ("value", "squared_error")
    window.show_workspace("train")
    use(qtbot, window, "circle")
    choose_loss(qtbot, window, "cross_entropy")
    assert [problem.severity for problem in document.problems] == ["warning"]
    assert "does not fit the output Value" in mend_all(qtbot, window)[0]
    assert document.project.training.loss == "squared_error"


# -- training -------------------------------------------------------------------------------------------------


@pytest.mark.row("H03")
def test_the_batch_size_is_stepped_and_says_how_many_updates_it_makes(window, qtbot) -> None:
    note = find(window, "training_form_batch_size_note", QLabel)
    field = find(window, "training_form_batch_size", QLineEdit)
    assert (note.text(), note.isVisible()) == ("25 updates per epoch", True)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert (window.models.document.project.training.batch_size, note.text()) == (11, "23 updates per epoch")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.text() == "10"
    type_in(qtbot, field, "250")
    assert note.text() == "1 update per epoch"
    type_in(qtbot, field, "60")
    assert note.text() == "5 updates per epoch"
    qtbot.waitUntil(lambda: opened_is_current(window))
    qtbot.mouseClick(window.transport.epoch, LEFT)
    wait_for(qtbot, window, "paused")
    assert len(window.models.runner.record.batches) == 5


@pytest.mark.row("H03")
def test_small_batches_make_a_wider_band_of_losses(window, qtbot) -> None:
    widths = []
    for size in (2, 125):
        type_in(qtbot, find(window, "training_form_batch_size", QLineEdit), str(size))
        qtbot.mouseClick(window.transport.reset, LEFT)
        wait_for(qtbot, window, "ready")
        train_epochs(qtbot, window, 4)
        view = next(view for view in window.workbench.views if isinstance(view, LossView))
        qtbot.waitUntil(lambda shown=view: shown.band.getData()[1] is not None and len(shown.band.getData()[1]) > 2)
        heights = view.band.getData()[1]
        half = len(heights) // 2
        widths.append(float(np.nanmean(heights[:half] - heights[half:][::-1])))
    assert widths[0] > 2 * widths[1]


@pytest.mark.row("H04")
def test_epochs_and_batches_are_counted_apart(window, qtbot) -> None:
    epochs, progress = window.transport.epochs, window.transport.progress
    qtbot.mouseClick(window.transport.batch, LEFT)
    wait_for(qtbot, window, "paused")
    assert (epochs.text, progress.text) == ("1", "Batch 1 of 25")
    qtbot.mouseClick(window.transport.batch, LEFT)
    qtbot.waitUntil(lambda: progress.text == "Batch 2 of 25")
    wait_for(qtbot, window, "paused")
    assert window.training.epochs_done == 0
    qtbot.mouseClick(window.transport.epoch, LEFT)
    qtbot.waitUntil(lambda: window.training.epochs_done == 1)
    wait_for(qtbot, window, "paused")
    assert (epochs.text, progress.text) == ("1", "Batch 25 of 25")
    qtbot.mouseClick(window.transport.epoch, LEFT)
    qtbot.waitUntil(lambda: window.training.epochs_done == 2)
    wait_for(qtbot, window, "paused")
    train_epochs(qtbot, window, 5)
    assert (epochs.text, progress.text) == ("5", "Finished")
    assert len(window.models.runner.record.batches) == 125


@pytest.mark.row("I01")
def test_training_starts_pauses_steps_and_resets(window, qtbot) -> None:
    runner = window.models.runner
    qtbot.keyClick(window.workbench.editor.canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(runner.record.epochs) > 4)
    losses = runner.record.epochs.column("train_loss")
    assert losses[-1] != losses[0]
    qtbot.mouseClick(window.transport.train, LEFT)
    wait_for(qtbot, window, "paused")
    trained = len(runner.record.batches)
    qtbot.mouseClick(window.transport.batch, LEFT)
    wait_for(qtbot, window, "paused")
    assert len(runner.record.batches) == trained + 1
    qtbot.mouseClick(window.transport.reset, LEFT)
    wait_for(qtbot, window, "ready")
    assert window.transport.epochs.text == "0"


@pytest.mark.row("I01")
def test_the_window_answers_while_a_batch_takes_for_ever(window, qtbot, monkeypatch) -> None:
    began, go_on = threading.Event(), threading.Event()
    step = Session.step

    def hang(self: Session):
        began.set()
        go_on.wait(20)
        return step(self)

    monkeypatch.setattr(Session, "step", hang)
    try:
        qtbot.mouseClick(window.transport.train, LEFT)
        qtbot.waitUntil(began.is_set)
        window.show_workspace("build")
        click_header(qtbot, window, "n2")
        type_in(qtbot, find(window, "layer_form_units", QLineEdit), "5")
        assert window.models.document.project.graph.node("n2").params["units"] == 5
        assert not window.grab().isNull()
        assert window.transport.train.accessibleName() == "Pause"
        qtbot.mouseClick(window.transport.train, LEFT)
        assert not go_on.is_set()
    finally:
        go_on.set()
    wait_for(qtbot, window, "paused")


@pytest.mark.row("I01")
def test_more_than_twenty_frames_a_second_while_training(window, qtbot) -> None:
    times: list[float] = []

    def note(frame) -> None:
        if frame.batch_count:
            times.append(time.perf_counter())

    window.models.runner.frame.connect(note)
    qtbot.mouseClick(window.transport.train, LEFT)
    qtbot.waitUntil(lambda: len(times) >= 40, timeout=20_000)
    window.models.runner.frame.disconnect(note)
    qtbot.mouseClick(window.transport.train, LEFT)
    wait_for(qtbot, window, "paused")
    # The quicker half: on a busy machine single frames come late through no fault of the program.
    quick = np.sort(np.diff(times))[: len(times) // 2]
    assert 1 / quick.mean() > 20


# -- pictures -------------------------------------------------------------------------------------------------


@pytest.mark.row("M02")
def test_the_boundary_and_every_neuron_are_drawn_anew_while_training(window, qtbot) -> None:
    boundary = next(view for view in window.workbench.views if isinstance(view, BoundaryView))
    faces = {node: window.workbench.editor.scene.cards[node].face for node in ("n2", "n3", "n4", "n5")}
    seen: dict[str, set[bytes]] = {name: set() for name in ("plane", *faces)}

    def look(frame) -> None:
        if window.models.runner.state != "training":
            return
        picture = boundary.plane.picture.image
        if picture is not None:
            seen["plane"].add(picture.tobytes())
        for node, face in faces.items():
            image = face.thumbnail._image
            if image is not None:
                seen[node].add(bytes(image.constBits()))

    window.models.runner.frame.connect(look)
    qtbot.mouseClick(window.transport.train, LEFT)
    qtbot.waitUntil(lambda: min(map(len, seen.values())) >= 3, timeout=20_000)
    window.models.runner.frame.disconnect(look)
    qtbot.mouseClick(window.transport.train, LEFT)
    wait_for(qtbot, window, "paused")
    assert [len(face.thumbnail.rects()) for face in faces.values()] == [8, 6, 4, 1]


@pytest.mark.row("M02")
def test_the_background_is_the_output_of_the_network(window, qtbot) -> None:
    boundary = next(view for view in window.workbench.views if isinstance(view, BoundaryView))
    qtbot.mouseClick(window.transport.epoch, LEFT)
    wait_for(qtbot, window, "paused")
    output = ask(qtbot, window.models.runner, Request("boundary", input=Grid(100)))["output"]
    qtbot.waitUntil(lambda: np.array_equal(boundary.values(), output))
    assert output.std() > 0
