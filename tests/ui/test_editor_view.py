"""Looking at the canvas: zoom, pan, fit, keys, hover, and what it asks of the training thread."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from playground.engine.requests import Grid, Picture, Request, TestSample
from tests.networks import CIRCLE, DIGITS_MLP, branched, chain, project
from tests.ui.canvases import LEFT, NONE, CanvasBench, tile


@pytest.fixture
def circle(qtbot, tmp_path: Path) -> CanvasBench:
    """Features, three Dense layers and Value: n1 to n5."""
    return CanvasBench(qtbot, tmp_path, project(CIRCLE))


@pytest.fixture
def digits(qtbot, tmp_path: Path) -> CanvasBench:
    """Image, Flatten, three Dense layers and Classes: n1 to n6."""
    return CanvasBench(qtbot, tmp_path, project(DIGITS_MLP, "digits"))


def wheel(bench: CanvasBench, place: QPoint, delta: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    event = QWheelEvent(
        QPointF(place), QPointF(bench.viewport.mapToGlobal(place)), QPoint(), QPoint(0, delta),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(bench.viewport, event)


# --- zoom and pan ------------------------------------------------------------------------------------------


def test_the_network_fits_when_it_is_first_shown(digits: CanvasBench) -> None:
    assert digits.view.canvas.seen_rect().contains(digits.scene.network_rect())
    assert digits.view.zoom_percent <= 100


@pytest.mark.parametrize("size", [(600, 340), (760, 420), (1000, 300)])
def test_a_network_that_fits_lies_clear_of_the_controls(circle: CanvasBench, size: tuple[int, int]) -> None:
    view, canvas = circle.view, circle.view.canvas
    view.resize(*size)
    canvas.fit()
    network = canvas.viewportTransform().mapRect(circle.scene.network_rect())
    bar, scale = (view.findChild(QWidget, name) for name in ("canvas_zoom_controls", "weight_scale"))
    assert network.top() > bar.geometry().bottom()
    assert network.bottom() < scale.geometry().top()


def test_a_network_with_a_message_fits_the_same_twice(qtbot, tmp_path: Path) -> None:
    graph = DIGITS_MLP
    bench = CanvasBench(qtbot, tmp_path, project(graph.disconnect(graph.edges[0]), "digits"), (560, 300))
    canvas = bench.view.canvas
    canvas.fit()
    zoom = canvas.zoom
    assert zoom < 1
    assert canvas.seen_rect().contains(bench.scene.network_rect())
    message, card = bench.scene.cards["n6"].message, bench.scene.cards["n6"].rect()
    assert message is not None
    assert message.rect().right() == pytest.approx(card.right())
    canvas.fit()
    assert canvas.zoom == zoom


def test_ctrl_and_wheel_zoom_around_the_pointer_within_limits(circle: CanvasBench) -> None:
    place = QPoint(300, 200)
    below = circle.view.canvas.mapToScene(place)
    wheel(circle, place, 240, Qt.KeyboardModifier.ControlModifier)
    assert circle.view.zoom_percent > 120
    assert (circle.view.canvas.mapToScene(place) - below).manhattanLength() < 3
    for _ in range(12):
        wheel(circle, place, 480, Qt.KeyboardModifier.ControlModifier)
    assert circle.view.zoom_percent == 300
    for _ in range(24):
        wheel(circle, place, -480, Qt.KeyboardModifier.ControlModifier)
    assert circle.view.zoom_percent == 25


def test_the_wheel_scrolls(circle: CanvasBench) -> None:
    before = circle.view.canvas.seen_rect().center()
    wheel(circle, QPoint(300, 200), -120)
    after = circle.view.canvas.seen_rect().center()
    assert after.y() > before.y()
    assert after.x() == before.x()


def test_the_middle_button_pans(circle: CanvasBench) -> None:
    before = circle.view.canvas.seen_rect().center()
    QTest.mousePress(circle.viewport, Qt.MouseButton.MiddleButton, NONE, QPoint(400, 300))
    QTest.mouseMove(circle.viewport, QPoint(350, 320))
    QTest.mouseRelease(circle.viewport, Qt.MouseButton.MiddleButton, NONE, QPoint(350, 320))
    moved = circle.view.canvas.seen_rect().center() - before
    assert moved.x() * circle.scene.scale == pytest.approx(50, abs=1)
    assert moved.y() * circle.scene.scale == pytest.approx(-20, abs=1)


def test_space_and_drag_pans_and_a_tap_trains(circle: CanvasBench, qtbot) -> None:
    before = circle.view.canvas.seen_rect().center()
    taps = []
    circle.view.train_toggled.connect(lambda: taps.append(1))
    QTest.keyPress(circle.view.canvas, Qt.Key.Key_Space)
    QTest.mousePress(circle.viewport, LEFT, NONE, QPoint(400, 300))
    QTest.mouseMove(circle.viewport, QPoint(340, 300))
    QTest.mouseRelease(circle.viewport, LEFT, NONE, QPoint(340, 300))
    QTest.keyRelease(circle.view.canvas, Qt.Key.Key_Space)
    assert circle.view.canvas.seen_rect().center().x() > before.x()
    assert taps == []
    QTest.keyClick(circle.view.canvas, Qt.Key.Key_Space)
    assert taps == [1]


def test_f_fits_and_ctrl_0_shows_100_per_cent(digits: CanvasBench) -> None:
    digits.key(Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert digits.view.zoom_percent == 100
    assert digits.view.findChild(object, "canvas_zoom").text() == "100 %"
    digits.view.canvas.pan(QPointF(5000, 0))
    digits.key(Qt.Key.Key_F)
    assert digits.view.canvas.seen_rect().contains(digits.scene.network_rect())


def test_a_fitted_network_stays_fitted_until_the_user_zooms(digits: CanvasBench) -> None:
    digits.view.resize(700, 500)
    assert digits.view.canvas.seen_rect().contains(digits.scene.network_rect())
    digits.view.canvas.set_zoom(0.8)
    digits.view.resize(900, 600)
    assert digits.view.zoom_percent == 80


def wide(bench: CanvasBench) -> None:
    """Makes the network so wide that it is shown smaller."""
    graph = bench.graph
    for node in graph.nodes[2:]:
        graph = graph.move(node.id, node.x + 900, node.y)
    bench.document.apply("Move", bench.document.project.with_graph(graph))


@pytest.mark.parametrize("fitted", [True, False])
def test_the_view_goes_back_when_what_made_it_show_more_is_undone(digits: CanvasBench, fitted: bool) -> None:
    canvas = digits.view.canvas
    if not fitted:
        canvas.set_zoom(canvas.zoom * 0.98)
    before = canvas.zoom, canvas.seen_rect()
    wide(digits)
    assert canvas.zoom < 0.9 * before[0] and canvas.seen_rect().contains(digits.scene.network_rect())
    # Whatever keeps it as large changes nothing.
    digits.document.apply("Rename", digits.document.project.with_graph(digits.graph.rename("n3", "hidden")))
    assert canvas.zoom < 0.9 * before[0]
    digits.document.undo_stack.undo()
    digits.document.undo_stack.undo()
    assert canvas.zoom == before[0]
    assert (canvas.seen_rect().center() - before[1].center()).manhattanLength() < 3
    digits.view.resize(700, 500)
    assert canvas.seen_rect().contains(digits.scene.network_rect()) == fitted


def test_a_cure_brings_the_view_back_too(digits: CanvasBench) -> None:
    zoom = digits.view.canvas.zoom
    graph = digits.graph
    digits.document.apply("Cut", digits.document.project.with_graph(graph.disconnect(graph.edges[-1])))
    wide(digits)
    assert digits.view.canvas.zoom < zoom
    for _ in range(2):
        digits.document.undo_stack.undo()
    assert digits.view.canvas.zoom == zoom


@pytest.mark.parametrize("look", ["zoom", "pan", "wheel"])
def test_who_looks_elsewhere_meanwhile_stays_there(digits: CanvasBench, look: str) -> None:
    canvas = digits.view.canvas
    wide(digits)
    match look:
        case "zoom":
            canvas.set_zoom(0.4)
        case "pan":
            canvas.pan(QPointF(40, 0))
        case "wheel":
            wheel(digits, QPoint(300, 300), 120)
    zoom = canvas.zoom
    digits.document.undo_stack.undo()
    assert canvas.zoom == zoom


def test_100_per_cent_follows_the_lecture_zoom(circle: CanvasBench) -> None:
    circle.view.reset_zoom()
    width = circle.view.canvas.mapFromScene(circle.scene.cards["n2"].rect()).boundingRect().width()
    circle.models.theme.switch(zoom=1.75)
    assert circle.view.zoom_percent == 100
    larger = circle.view.canvas.mapFromScene(circle.scene.cards["n2"].rect()).boundingRect().width()
    assert larger == pytest.approx(1.75 * width, abs=3)


def test_a_layer_selected_elsewhere_comes_into_view(digits: CanvasBench) -> None:
    digits.view.canvas.set_zoom(2.0)
    digits.focus.select(frozenset({"n6"}))
    assert digits.view.canvas.seen_rect().contains(digits.scene.cards["n6"].rect())


# --- keyboard ----------------------------------------------------------------------------------------------


def test_arrow_keys_walk_along_wires_and_enter_asks_for_the_form(circle: CanvasBench, qtbot) -> None:
    for expected in ("n1", "n2", "n3", "n4", "n5", "n5"):
        circle.key(Qt.Key.Key_Right)
        assert circle.focus.selection == {expected}
    circle.key(Qt.Key.Key_Left)
    assert circle.focus.selection == {"n4"}
    assert circle.view.canvas.accessibleDescription() == "Dense, 1 units, output 1, 3 parameters"
    with qtbot.waitSignal(circle.view.edit_requested) as asked:
        circle.key(Qt.Key.Key_Return)
    assert asked.args == ["n4"]


def test_up_and_down_walk_between_branches(qtbot, tmp_path: Path) -> None:
    bench = CanvasBench(qtbot, tmp_path, project(branched(), "digits"))
    bench.focus.select(frozenset({"n6"}))
    bench.key(Qt.Key.Key_Down)
    assert bench.focus.selection == {"n7"}
    bench.key(Qt.Key.Key_Up)
    assert bench.focus.selection == {"n6"}


def test_alt_and_arrows_pin_neurons(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n2"}))
    for _ in range(2):
        circle.key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert circle.focus.unit == ("n2", 1)


def test_tab_brings_the_ring_of_the_keyboard_and_the_mouse_takes_it_away(circle: CanvasBench) -> None:
    circle.view.findChild(QToolButton, "canvas_fit").setFocus()
    circle.view.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    assert circle.view.canvas.keys.current == "n1"
    assert circle.focus.selection == frozenset()
    circle.click(circle.header("n3"))
    assert circle.view.canvas.keys.current is None


def test_escape_clears_the_selection(circle: CanvasBench) -> None:
    circle.focus.select(frozenset({"n2", "n3"}))
    circle.key(Qt.Key.Key_Escape)
    assert circle.focus.selection == frozenset()


def test_a_double_click_on_a_card_asks_for_its_form(circle: CanvasBench, qtbot) -> None:
    with qtbot.waitSignal(circle.view.edit_requested) as asked:
        QTest.mouseDClick(circle.viewport, LEFT, NONE, circle.at(circle.header("n3")))
    assert asked.args == ["n3"]
    assert circle.scene.tool is not None
    circle.release(circle.header("n3"))
    assert circle.scene.tool is None


# --- the pointer -------------------------------------------------------------------------------------------


def test_pointing_at_a_neuron_shows_it_and_a_click_pins_it(circle: CanvasBench) -> None:
    neuron = tile(circle.scene.cards["n2"].face, 2).center()
    circle.move(neuron)
    assert circle.focus.unit == ("n2", 2)
    circle.move(circle.header("n3"))
    assert circle.focus.unit is None
    circle.click(neuron)
    circle.move(circle.header("n3"))
    assert circle.focus.unit == ("n2", 2)
    circle.click(neuron)
    circle.move(circle.header("n3"))
    assert circle.focus.unit is None


def test_pointing_at_a_weight_shows_its_value(circle: CanvasBench) -> None:
    weights = np.zeros((2, 4), np.float32)
    weights[1, 2] = -1.634
    circle.show({answered(circle, "weights"): {"n3.weight": weights}})
    source, target = circle.scene.cards["n2"].face, circle.scene.cards["n3"].face
    start, end = tile(source, 2), tile(target, 1)
    circle.move(QPointF((start.right() + end.left()) / 2, (start.center().y() + end.center().y()) / 2))
    assert circle.scene.weight_pill.text == "−1.63"
    circle.move(QPointF(-15, -30))
    assert circle.scene.weight_pill.text == ""


def test_the_canvas_modes_are_only_for_pictures(circle: CanvasBench, digits: CanvasBench) -> None:
    assert circle.view.findChild(object, "canvas_mode").isHidden()
    modes = digits.view.findChild(object, "canvas_mode")
    assert not modes.isHidden()
    qtool = modes.findChild(QToolButton, "canvas_mode_gradients")
    QTest.mouseClick(qtool, LEFT)
    assert digits.focus.display("mode") == "gradients"
    assert [request.probe for request in digits.view.wants()] == ["gradients"]


def test_undo_and_redo_on_the_canvas(circle: CanvasBench) -> None:
    circle.view.set_workspace("build")
    undo, redo = (circle.view.findChild(QToolButton, f"canvas_{name}") for name in ("undo", "redo"))
    assert not undo.isEnabled()
    circle.view.insert_layer("dense")
    QTest.mouseClick(undo, LEFT)
    assert len(circle.graph.nodes) == 5
    QTest.mouseClick(redo, LEFT)
    assert len(circle.graph.nodes) == 6
    circle.view.set_workspace("train")
    assert undo.isHidden()


# --- asking ------------------------------------------------------------------------------------------------


def answered(bench: CanvasBench, probe: str) -> Request:
    """The request of this probe that the canvas makes now."""
    return next(request for request in bench.view.wants() if request.probe == probe)


def test_one_request_for_all_neurons_and_one_for_all_weights(circle: CanvasBench) -> None:
    every = ("n1", "n2", "n3", "n4", "n5")
    assert circle.view.wants() == (Request("neurons", every, Grid(100)), Request("weights", ("n2", "n3", "n4")))


def test_while_training_neurons_are_asked_for_with_fewer_points(circle: CanvasBench, qtbot) -> None:
    with qtbot.waitSignal(circle.view.wants_changed):
        circle.models.runner._set_state("training")
    assert answered(circle, "neurons").input == Grid(50)


def test_thousands_of_neurons_are_asked_for_with_few_points(circle: CanvasBench) -> None:
    graph = circle.graph.set_param("n2", "units", 20_000)
    circle.document.apply("Units", circle.document.project.with_graph(graph))
    assert answered(circle, "neurons").input == Grid(14)


def test_pictures_are_those_of_the_sample_looked_at(digits: CanvasBench, qtbot) -> None:
    assert answered(digits, "activations").input == TestSample(0)
    drawn = Picture.of(np.zeros((1, 28, 28), np.float32))
    with qtbot.waitSignal(digits.view.wants_changed):
        digits.focus.set_input(drawn)
    assert answered(digits, "activations").input == drawn


def test_cards_out_of_view_are_not_asked_for(digits: CanvasBench, qtbot) -> None:
    digits.view.canvas.set_zoom(1.0)
    with qtbot.waitSignal(digits.view.wants_changed):
        digits.view.canvas.reveal(digits.scene.cards["n1"].rect())
        digits.view.canvas.set_zoom(3.0, QPointF(digits.at(digits.header("n1"))))
    assert set(answered(digits, "activations").nodes) < set(digits.scene.cards)


def test_while_a_problem_blocks_only_layers_of_the_last_valid_network_are_asked_for(circle: CanvasBench) -> None:
    circle.view.insert_layer("conv2d")
    circle.view.fit()
    assert circle.document.blocking is not None
    assert answered(circle, "neurons").nodes == ("n1", "n2", "n3", "n4", "n5")


@pytest.mark.parametrize("zoom", [1.0, 1.75])
@pytest.mark.parametrize("editing", ["build", "train"])
@pytest.mark.parametrize("width", [520, 680, 810, 1100])
def test_the_key_of_the_colours_stands_above_or_below(qtbot, tmp_path, width: int, editing: str, zoom: float) -> None:
    """680 is the canvas of a window of 1280 × 800."""
    bench = CanvasBench(qtbot, tmp_path, project(chain("image", "conv2d", "flatten", "dense", "classes"), "digits"))
    bench.models.theme.switch(zoom=zoom)
    bench.view.set_workspace(editing)
    bench.view.resize(round(width * zoom), round(500 * zoom))
    keys = [key for key in bench.view.findChildren(QWidget, "color_key") if key.isVisible()]
    assert len(keys) == 1
    place = keys[0].mapTo(bench.view, keys[0].rect().topLeft())
    assert bench.view.rect().contains(keys[0].rect().translated(place))
