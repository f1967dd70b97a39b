"""The transport row through the real window: train, pause, step, reset, and what it says meanwhile."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from playground.engine.requests import Request
from playground.ui.numbers import figure, loss_text
from playground.ui.speed import Speed

LEFT = Qt.MouseButton.LeftButton


def press(qtbot, button) -> None:
    """Clicks a button that can be clicked."""
    assert button.isEnabled(), button.objectName()
    qtbot.mouseClick(button, LEFT)


def wait_for(qtbot, window, state: str) -> None:
    qtbot.waitUntil(lambda: window.models.runner.state == state, timeout=10_000)


def losses(window) -> np.ndarray:
    return window.models.runner.record.epochs.column("train_loss")


class Looker:
    """Takes part in frames like a view, to see the weights."""

    def __init__(self, window) -> None:
        self.pictures = None
        self.request = Request("weights")

    def see(self, frame) -> None:
        if self.request in frame.pictures:
            self.pictures = {name: value.copy() for name, value in frame.pictures[self.request].items()}


def test_train_with_the_mouse_lowers_the_loss(window, qtbot) -> None:
    press(qtbot, window.transport.train)
    assert window.transport.train.accessibleName() == "Pause"
    qtbot.waitUntil(lambda: len(losses(window)) >= 12, timeout=10_000)
    press(qtbot, window.transport.train)
    wait_for(qtbot, window, "paused")
    assert losses(window)[-1] < losses(window)[0]
    assert window.transport.train_loss.text == f"{losses(window)[-1]:.3f}"
    assert window.transport.epochs.text != "0"


def test_pause_stops_after_the_running_batch(window, qtbot) -> None:
    press(qtbot, window.transport.train)
    qtbot.waitUntil(lambda: len(window.models.runner.record.batches) > 0)
    press(qtbot, window.transport.train)
    wait_for(qtbot, window, "paused")
    trained = len(window.models.runner.record.batches)
    qtbot.waitSignal(window.models.runner.frame, timeout=60, raising=False).wait()
    assert len(window.models.runner.record.batches) == trained


def test_batch_trains_one_batch_and_epoch_to_its_end(window, qtbot) -> None:
    press(qtbot, window.transport.batch)
    wait_for(qtbot, window, "paused")
    record = window.models.runner.record
    assert len(record.batches) == 1
    assert window.transport.progress.text == "Batch 1 of 25"
    press(qtbot, window.transport.epoch)
    wait_for(qtbot, window, "paused")
    assert (len(record.batches), len(record.epochs)) == (25, 1)


def test_reset_gives_the_first_weights_again(window, qtbot) -> None:
    first = weights(window, qtbot)
    press(qtbot, window.transport.epoch)
    wait_for(qtbot, window, "paused")
    assert not same(weights(window, qtbot), first)
    press(qtbot, window.transport.reset)
    wait_for(qtbot, window, "ready")
    assert same(weights(window, qtbot), first)
    assert window.transport.epochs.text == "0"
    qtbot.waitUntil(lambda: window.transport.test_loss.text != "–")
    assert window.transport.test_loss.toolTip().startswith("Measured on 250 test samples")


def test_new_weights_are_others_and_can_be_undone(window, qtbot) -> None:
    first = weights(window, qtbot)
    press(qtbot, window.transport.new_weights)
    assert window.models.document.project.training.seed == 2
    assert window.status.seed.text() == "Seed 2"
    qtbot.waitUntil(lambda: window.training.opened.project.training.seed == 2)
    assert not same(weights(window, qtbot), first)
    window.actions_table["undo"].trigger()
    qtbot.waitUntil(lambda: window.training.opened.project.training.seed == 1)
    assert same(weights(window, qtbot), first)


def test_a_problem_disables_training_and_says_why(window, qtbot) -> None:
    break_network(window)
    problem = window.models.document.blocking
    assert problem is not None
    for button in (window.transport.train, window.transport.batch, window.transport.epoch):
        assert not button.isEnabled()
        assert button.toolTip() == problem.message


def test_pause_works_while_a_problem_exists(window, qtbot) -> None:
    press(qtbot, window.transport.train)
    wait_for(qtbot, window, "training")
    break_network(window)
    assert window.transport.train.isEnabled()
    assert "goes on training" in window.workbench.banner.text
    press(qtbot, window.transport.train)
    wait_for(qtbot, window, "paused")
    assert not window.transport.train.isEnabled()
    assert window.workbench.banner.text == ""


def test_all_epochs_done_says_how_to_go_on(window, qtbot) -> None:
    document = window.models.document
    document.apply("Set epochs", document.project.with_training(epochs=2))
    press(qtbot, window.transport.train)
    wait_for(qtbot, window, "finished")
    assert window.workbench.banner.text == ""
    press(qtbot, window.transport.train)
    assert window.workbench.banner.text == "All 2 epochs are done."
    press(qtbot, window.workbench.banner._action)
    qtbot.waitUntil(lambda: window.training.epochs_done == 4)
    wait_for(qtbot, window, "finished")
    assert window.workbench.banner.text == ""
    assert window.actions_table["undo"].text() == "Undo Set epochs"


def test_it_says_that_pytorch_is_loading(make_program) -> None:
    window = make_program(ready=False).window
    assert window.transport.train.accessibleName() == "Loading PyTorch"
    assert not window.transport.train.isEnabled()
    assert window.status.state.text() == "Loading PyTorch"


def test_the_gpu_is_greyed_with_a_reason_where_there_is_none(window) -> None:
    button = window.transport.device.findChild(type(window.transport.device._buttons["cuda"]), "device_cuda")
    if window.training.gpu_missing:
        assert not button.isEnabled()
        assert button.toolTip() == window.training.gpu_missing


def test_the_data_button_names_the_data(window) -> None:
    assert window.transport.data_button.accessibleName() == "Data: Spiral, 500 points, noise 0 %"


@pytest.mark.parametrize("width", [1180, 1400, 1920])
def test_everything_fits_at_any_width(window, qtbot, width: int) -> None:
    window.resize(width, 800)
    qtbot.waitUntil(lambda: window.width() == width)
    row = window.transport
    shown = [child for child in row.findChildren(type(row.train)) if child.isVisible()]
    assert row._row.sizeHint().width() <= row.width()
    assert all(child.geometry().right() <= row.width() for child in shown)


def test_the_rate_is_that_of_the_last_moments() -> None:
    now = [0.0]
    speed = Speed(lambda: now[0])
    assert speed.per_second == 0
    for _ in range(40):
        now[0] += 0.1
        speed.add(5)
    assert speed.per_second == pytest.approx(50)
    for _ in range(20):
        now[0] += 0.1
        speed.add(1)
    assert speed.per_second == pytest.approx(10)
    now[0] += 100
    assert speed.per_second < 0.5
    speed.clear()
    assert speed.per_second == 0


def test_losses_that_are_no_numbers_are_shown_as_a_dash() -> None:
    assert figure(math.nan, 3) == "–"
    assert figure(math.inf, 3) == "∞"
    assert figure(-0.5, 3) == "−0.500"


@pytest.mark.parametrize("zoom", [1.0, 1.75])
def test_every_loss_has_room_in_its_figure(window, zoom: float) -> None:
    window.models.theme.switch(zoom=zoom)
    measure = QFontMetrics(window.models.theme.font("figure")).horizontalAdvance
    for exponent in range(-3, 10):
        for loss in (10.0**exponent, 9.15794 * 10.0**exponent, 9.99996 * 10.0**exponent):
            assert measure(loss_text(loss)) <= window.transport.train_loss.width(), loss_text(loss)
    assert [loss_text(loss) for loss in (0.9158, 9157.94, 1e9)] == ["0.916", "9157.9", "1.0e9"]


def weights(window, qtbot) -> dict[str, np.ndarray]:
    """The weights of the network as the next frame brings them."""
    looker = Looker(window)
    runner = window.models.runner
    runner.frame.connect(looker.see)
    try:
        qtbot.waitUntil(lambda: looker.pictures is not None or ask(runner, looker), timeout=5_000)
    finally:
        runner.frame.disconnect(looker.see)
    return looker.pictures


def ask(runner, looker: Looker) -> bool:
    runner._thread.loop.want((looker.request,))
    return False


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def break_network(window) -> None:
    """Takes the last wire away, so that nothing reaches the output."""
    document = window.models.document
    graph = document.project.graph
    output = graph.nodes[-1].id
    wire = graph.incoming(output)[0]
    document.apply("Remove wire", document.project.with_graph(graph.disconnect(wire)))


def places(window) -> dict[str, QRect]:
    """Where each visible control of the row is."""
    found = window.transport.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return {child.objectName(): child.geometry() for child in found if child.isVisible() and child.objectName()}


def shrink(window, qtbot) -> None:
    """Makes the window as small as it can be."""
    window.resize(window.minimumSize())
    qtbot.waitUntil(lambda: window.size() == window.minimumSize())


@pytest.mark.parametrize("smallest", [False, True])
def test_nothing_moves_while_it_trains(window, qtbot, smallest: bool) -> None:
    if smallest:
        shrink(window, qtbot)
    before = places(window)
    press(qtbot, window.transport.train)
    qtbot.waitUntil(lambda: len(losses(window)) >= 12, timeout=10_000)
    assert places(window) == before
    press(qtbot, window.transport.train)
    wait_for(qtbot, window, "paused")
    assert places(window) == before


@pytest.mark.parametrize("name", ["spiral", "digits-mlp", "fashion-cnn"])
def test_the_smallest_window_has_every_control(make_program, qtbot, name: str) -> None:
    window = make_program(name, ready=False).window
    shrink(window, qtbot)
    row = window.transport
    document = window.models.document
    document.apply("Set epochs", document.project.with_training(epochs=2000))
    assert row._row.sizeHint().width() <= row.width()
    for control in (
        row.train,
        row.batch,
        row.epoch,
        row.reset,
        row.new_weights,
        row.pace,
        row.device,
        row.theme_switch,
    ):
        assert control.isVisible(), control.objectName()
        assert control.width() >= control.sizeHint().width(), control.objectName()


@pytest.mark.parametrize("width", [1180, 1600, 1920])
def test_nothing_is_squeezed_at_the_largest_zoom(window, qtbot, width: int) -> None:
    window.models.theme.switch(zoom=1.75)
    window.resize(width, 800)
    qtbot.waitUntil(lambda: window.width() == width)
    row = window.transport
    assert row._row.sizeHint().width() <= row.width()
    qtbot.waitUntil(lambda: row.data_button.width() == row.data_button.sizeHint().width())
