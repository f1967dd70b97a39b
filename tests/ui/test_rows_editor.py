"""Rows of the courses that show where a network is built: each as a user meets it in the window."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTableView, QToolButton, QWidget

from playground.catalog.activations import ACTIVATIONS
from playground.catalog.kernels import library
from playground.document.params import defaults
from playground.engine.requests import Request, TestSample
from playground.engine.session import Session
from playground.ui.controls.boxes import CheckBox, ChoiceBox
from playground.ui.example_tile import ExampleTile
from playground.ui.gallery import Gallery
from playground.ui.inspector.connection_grid import ConnectionGrid
from playground.ui.inspector.curve import ActivationCurve
from playground.ui.inspector.formula import FormulaBox
from playground.ui.inspector.kernel_grid import KernelGrid
from playground.ui.summary_model import OUTPUT, PARAMETERS
from tests.ui.stage import ask, rgb

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parents[1] / "data" / "worked_examples.json").read_text("utf-8"))["cases"]
}
SOBEL = "Sobel x"

# What the offscreen platform says when a popup opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def find(window, name: str, kind: type = QWidget):
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def plain(text: str) -> str:
    """A text with ordinary spaces."""
    return re.sub(r"[\u2009\u202f\u00a0]", " ", text)


def building(make_program, name: str, node: str = ""):
    """The window with an example in the workspace Build, a layer selected."""
    window = make_program(name).window
    window.show_workspace("build")
    if node:
        window.models.focus.select(frozenset({node}))
    return window


def in_form(window, field: str, kind: type):
    """The control in view of a property; those of the layer before are gone only later."""
    (found,) = (control for control in window.findChildren(kind, f"layer_form_{field}") if control.isVisible())
    return found


def type_in(qtbot, window, field: str, text: str) -> None:
    """Types into a field of the selected layer's form, and presses Enter."""
    line = in_form(window, field, QLineEdit)
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def choose(qtbot, window, field: str, value: str) -> None:
    """Chooses from a list of the form with the keys."""
    box = in_form(window, field, ChoiceBox)
    box.setFocus()
    step = box.findData(value) - box.currentIndex()
    for _ in range(abs(step)):
        qtbot.keyClick(box, Qt.Key.Key_Down if step > 0 else Qt.Key.Key_Up)
    assert box.value == value


def select(window, node: str) -> None:
    window.models.focus.select(frozenset({node}))


def kind_id(window, kind: str) -> str:
    return next(node.id for node in window.models.document.project.graph.nodes if node.kind == kind)


def session(window) -> Session:
    """The session; its thread stands still while nothing is trained."""
    return window.models.runner.thread_of_training.loop.runnables[0]


def wait_until_current(qtbot, window) -> None:
    """Until the thread has the network that is on the canvas."""
    qtbot.waitUntil(lambda: session(window).project == window.models.document.project)


def train_batches(qtbot, window, count: int) -> None:
    wait_until_current(qtbot, window)
    runner = window.models.runner
    for _ in range(count):
        done = len(runner.record.batches)
        qtbot.mouseClick(window.transport.batch, LEFT)
        qtbot.waitUntil(lambda before=done: len(runner.record.batches) == before + 1, timeout=10_000)
        qtbot.waitUntil(lambda: runner.state == "paused")


def train_epochs(qtbot, window, count: int) -> None:
    wait_until_current(qtbot, window)
    runner = window.models.runner
    for _ in range(count):
        done = len(runner.record.epochs)
        qtbot.mouseClick(window.transport.epoch, LEFT)
        qtbot.waitUntil(lambda before=done: len(runner.record.epochs) == before + 1, timeout=10_000)
        qtbot.waitUntil(lambda: runner.state == "paused")


def weight(window, node: str) -> np.ndarray:
    return session(window).network.get_parameter(f"{node}.weight").detach().numpy().copy()


# -- parameters -----------------------------------------------------------------------------------------------


@pytest.mark.row("B11")
def test_all_connected_a_picture_of_200_by_200_takes_1600000000_weights_and_is_refused(make_program, qtbot) -> None:
    window = building(make_program, "digits-mlp", "n1")
    for side in ("height", "width"):
        type_in(qtbot, window, side, "200")
    dense = kind_id(window, "dense")
    select(window, dense)
    type_in(qtbot, window, "units", "40000")
    assert window.models.document.shapes[kind_id(window, "flatten")] == (40_000,)
    told = [plain(problem.message) for problem in window.models.document.problems if problem.node == dense]
    assert "(1 600 000 000 weights + 40 000 biases)" in told[0] and "fit into memory" in told[0]
    assert "They need 25.6 GB while training" in told[0]
    assert plain(find(window, "parameter_count", QLabel).text()) == "1 600 040 000"
    # It is never built: nothing can train, and the thread still has the network from before.
    assert not window.transport.train.isEnabled()
    assert session(window).network.get_parameter(f"{dense}.weight").shape == (16, 784)
    qtbot.mouseClick(find(window, "bottom_tabs_problems", QToolButton), LEFT)
    texts = [plain(label.text()) for label in window.workbench.bottom.findChildren(QLabel) if label.isVisible()]
    assert any("1 600 000 000 weights" in text for text in texts)


@pytest.mark.row("B11")
@pytest.mark.row("D16")
def test_a_convolution_says_what_a_dense_layer_for_the_same_picture_would_need(make_program, qtbot) -> None:
    window = building(make_program, "digits-cnn", "n1")
    for side in ("height", "width"):
        type_in(qtbot, window, side, "200")
    select(window, "n2")
    type_in(qtbot, window, "filters", "1")
    type_in(qtbot, window, "kernel", "3")
    choose(qtbot, window, "padding", "same")
    texts = [plain(label.text()) for label in window.workbench.context.findChildren(QLabel) if label.isVisible()]
    assert "A Dense layer from 200×200×1 to 200×200×1 would need 1 600 000 000 weights." in texts
    assert find(window, "parameter_count", QLabel).text() == "10"
    # The convolution shares its weights: the size of the picture changes what Dense needs, and not what it has.
    select(window, "n1")
    for side in ("height", "width"):
        type_in(qtbot, window, side, "28")
    select(window, "n2")
    texts = [plain(label.text()) for label in window.workbench.context.findChildren(QLabel) if label.isVisible()]
    assert "A Dense layer from 28×28×1 to 28×28×1 would need 614 656 weights." in texts
    assert find(window, "parameter_count", QLabel).text() == "10"


# -- activations ----------------------------------------------------------------------------------------------


def tanh_of_the_course(x: np.ndarray) -> np.ndarray:
    return 2 / (1 + np.exp(-2 * x)) - 1


GIVEN = np.array([-3, -2, -1, -0.5, 0, 0.5, 1, 2, 3])
EXPECTED = {
    **{
        name: (case["expected"]["y"], case["expected"]["dy"])
        for name, case in (
            ("sigmoid", CASES["act_sigmoid"]),
            ("relu", CASES["act_relu"]),
            ("leaky_relu", CASES["act_leaky_relu_0.1"]),
            ("linear", CASES["act_linear"]),
        )
    },
    "tanh": (tanh_of_the_course(GIVEN), 1 - tanh_of_the_course(GIVEN) ** 2),
    "elu": (np.where(GIVEN > 0, GIVEN, np.exp(GIVEN) - 1), np.where(GIVEN > 0, 1, np.exp(GIVEN))),
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("sigmoid", marks=pytest.mark.row("E01")),
        pytest.param("tanh", marks=pytest.mark.row("E02")),
        pytest.param("relu", marks=pytest.mark.row("E03")),
        pytest.param("leaky_relu", marks=pytest.mark.row("E04")),
        pytest.param("elu", marks=pytest.mark.row("E06")),
        pytest.param("linear", marks=pytest.mark.row("E07")),
    ],
)
def test_an_activation_is_chosen_for_a_layer_and_its_curve_is_that_of_the_course(make_program, qtbot, name) -> None:
    window = building(make_program, "circle", "n3")
    # By way of GELU: a choice that is already made would be no choice.
    for wanted in ("gelu", name):
        choose(qtbot, window, "activation", wanted)
    assert window.models.document.project.graph.node("n3").params["activation"] == name
    curve = find(window, "activation_curve", ActivationCurve)
    assert curve.isVisible() and ACTIVATIONS[name].label in curve.accessibleName()
    x, y, slope = curve.points
    places = [int(np.abs(x - at).argmin()) for at in GIVEN]
    assert np.allclose(x[places], GIVEN)
    assert np.allclose(y[places], EXPECTED[name][0], atol=1e-9)
    assert np.allclose(slope[places], EXPECTED[name][1], atol=1e-9)
    # What is drawn are these points, and the network computes the same: its values lie on the curve.
    wait_until_current(qtbot, window)
    function = ACTIVATIONS[name].build(torch, defaults(ACTIVATIONS[name].params))

    def lie_on_it() -> bool:
        if curve.values is None:
            return False
        before, after = curve.values
        with torch.no_grad():
            return bool(np.allclose(after, function(torch.tensor(before)).numpy(), atol=1e-6))

    qtbot.waitUntil(lie_on_it)
    assert np.allclose(curve.values[1], np.interp(curve.values[0], x, y), atol=2e-3)
    color = window.models.theme.color("category.activation")
    pixels = rgb(curve.grab().toImage()).astype(int)
    near = np.abs(pixels - [color.red(), color.green(), color.blue()]).sum(axis=2) < 40
    assert near.any(axis=0).sum() > pixels.shape[1] / 2


# -- convolution ----------------------------------------------------------------------------------------------


@pytest.mark.row("D03")
def test_half_and_full_padding_are_presets_with_a_note_for_even_kernels(make_program, qtbot) -> None:
    case = CASES["conv_half_full_padding"]
    window = building(make_program, "digits-cnn", "n1")
    for side in ("height", "width"):
        type_in(qtbot, window, side, str(case["inputs"]["h"]))
    select(window, "n2")
    size = find(window, "shape_out_text", QLabel)
    sizes: dict[str, list[int]] = {"same": [], "full": [], "half": []}
    for kernel, half in zip(case["inputs"]["fh"], case["expected"]["half_p"], strict=True):
        type_in(qtbot, window, "kernel", str(kernel))
        for preset in ("same", "full"):
            choose(qtbot, window, "padding", preset)
            sizes[preset].append(int(size.text().split(" ")[0]))
        choose(qtbot, window, "padding", "custom")
        type_in(qtbot, window, "pad", str(half))
        sizes["half"].append(int(size.text().split(" ")[0]))
    # ⌊4 / 2⌋ pixels on every side make an even kernel's output larger; the preset keeps the size, and says how.
    assert sizes == {"same": [7, 7, 7], "full": case["expected"]["full_out"], "half": case["expected"]["half_out"]}
    choose(qtbot, window, "padding", "same")
    assert window.workbench.editor.scene.cards["n2"].state.detail == "same padding, one more right and below"
    choose(qtbot, window, "padding", "none")
    assert size.text().startswith("4 × 4")


@pytest.mark.row("D12")
def test_the_formula_of_the_output_size_follows_the_form(make_program, qtbot) -> None:
    window = building(make_program, "digits-cnn", "n2")
    formula, size = find(window, "size_formula", FormulaBox), find(window, "shape_out_text", QLabel)
    assert (formula.text, size.text()) == ("(28 + 2·0 − 1·(5 − 1) − 1) / 1 + 1 = 24", "24 × 24 × 8")
    type_in(qtbot, window, "kernel", "7")
    assert (formula.text, size.text()) == ("(28 + 2·0 − 1·(7 − 1) − 1) / 1 + 1 = 22", "22 × 22 × 8")
    type_in(qtbot, window, "stride", "2")
    assert formula.text == "⌊(28 + 2·0 − 1·(7 − 1) − 1) / 2⌋ + 1 = 11" and formula.isVisible()
    select(window, kind_id(window, "max_pool"))
    assert formula.text == "⌊(11 + 2·0 − 2) / 2⌋ + 1 = 5"
    type_in(qtbot, window, "window", "3")
    assert formula.text == "(11 + 2·0 − 3) / 2 + 1 = 5"
    # Of the course's sizes every one comes out of the formula that is shown.
    case = CASES["conv_output_size_formula"]
    for (kernel, stride, padding, length), expected in zip(
        case["inputs"]["cases_k_s_p_n"], case["expected"]["out"], strict=True
    ):
        select(window, "n1")
        for side in ("height", "width"):
            type_in(qtbot, window, side, str(length))
        select(window, "n2")
        for name, value in (("kernel", kernel), ("stride", stride)):
            type_in(qtbot, window, name, str(value))
        choose(qtbot, window, "padding", "custom")
        type_in(qtbot, window, "pad", str(padding))
        assert formula.text.endswith(f" = {expected}")


@pytest.mark.row("D18")
def test_a_sobel_kernel_is_typed_in_and_frozen_and_training_leaves_it_and_its_map(make_program, qtbot) -> None:
    window = building(make_program, "digits-cnn", "n2")
    type_in(qtbot, window, "kernel", "3")
    grid = find(window, "kernel_grid", KernelGrid)
    window.workbench.context.ensureWidgetVisible(grid)
    sobel = np.array(library(3)[SOBEL], float)
    qtbot.mouseClick(grid, LEFT, pos=grid.cell_rect(0, 0).center().toPoint())
    for number in sobel.ravel():
        qtbot.keyClicks(grid, str(int(number)))
        qtbot.keyClick(grid, Qt.Key.Key_Tab)
    assert np.array_equal(grid.numbers, sobel)
    tick = in_form(window, "frozen", CheckBox)
    window.workbench.context.ensureWidgetVisible(tick)
    qtbot.mouseClick(tick, LEFT)
    wait_until_current(qtbot, window)
    dense = kind_id(window, "dense")
    before = weight(window, dense)
    train_batches(qtbot, window, 2)
    assert np.array_equal(weight(window, "n2")[0, 0], sobel)
    assert not np.array_equal(weight(window, dense), before)
    assert find(window, "kernel_note", QLabel).text() == "Typed in and frozen."
    made = ask(qtbot, window.models.runner, Request("activations", ("n1", "n2"), TestSample(0)))
    image = made["n1"][0]
    expected = sum(
        sobel[row, column] * image[row : row + 26, column : column + 26] for row in range(3) for column in range(3)
    )
    bias = float(session(window).network.get_parameter("n2.bias")[0])
    assert np.allclose(made["n2"][0], expected + bias, atol=1e-4)


# -- first weights and connections ----------------------------------------------------------------------------


@pytest.mark.row("H07")
def test_layers_that_begin_with_zeros_keep_their_neurons_equal_and_others_do_not(make_program, qtbot) -> None:
    window = building(make_program, "circle")
    for node in ("n2", "n3", "n4"):
        select(window, node)
        choose(qtbot, window, "first_weights", "zeros")
    train_epochs(qtbot, window, 3)
    for node in ("n2", "n3"):
        held = weight(window, node)
        assert np.array_equal(held, np.repeat(held[:1], len(held), axis=0)), node
    losses = window.models.runner.record.epochs.column("train_loss").copy()
    assert losses[-1] > 0.9 * losses[0]
    for node in ("n2", "n3", "n4"):
        select(window, node)
        choose(qtbot, window, "first_weights", "xavier")
    wait_until_current(qtbot, window)
    qtbot.mouseClick(window.transport.reset, LEFT)
    qtbot.waitUntil(lambda: window.models.runner.state == "ready")
    train_epochs(qtbot, window, 3)
    held = weight(window, "n2")
    assert len({row.tobytes() for row in held}) == len(held)
    assert window.models.runner.record.epochs.column("train_loss")[-1] < losses[-1]


@pytest.mark.row("H11")
def test_a_removed_connection_stays_zero_in_training_and_can_be_brought_back(make_program, qtbot) -> None:
    window = building(make_program, "circle", "n3")
    count = find(window, "parameter_count", QLabel)
    assert count.text() == "10"
    grid = find(window, "connection_grid", ConnectionGrid)
    window.workbench.context.ensureWidgetVisible(grid)
    qtbot.mouseClick(grid, LEFT, pos=grid.cell_rect(0, 2).center().toPoint())
    assert count.text() == "9"
    assert window.models.document.project.graph.node("n3").params["removed"] == "2-0"
    train_epochs(qtbot, window, 2)
    held = weight(window, "n3")
    assert held[0, 2] == 0 and np.count_nonzero(held) == held.size - 1
    restore = find(window, "restore_connections", QPushButton)
    window.workbench.context.ensureWidgetVisible(restore)
    qtbot.mouseClick(restore, LEFT)
    assert count.text() == "10"
    train_epochs(qtbot, window, 1)
    assert np.count_nonzero(weight(window, "n3")) == held.size


# -- whole networks -------------------------------------------------------------------------------------------


def open_from_gallery(qtbot, window, name: str) -> None:
    """Opens an example with a click on its tile; what is typed leaves few tiles, so that it is in view."""
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL)
    gallery = window.findChild(Gallery)
    qtbot.keyClicks(gallery.field, name.split("-")[0])
    with qtbot.waitSignal(window.models.document.replaced):
        qtbot.mouseClick(gallery.findChild(ExampleTile, f"example_{name}"), LEFT)
    window.show_workspace("build")


def summary_rows(window) -> list[tuple[list[int], int]]:
    """Shape and parameters of every layer with its own row in the course: all but Input and Output."""
    table = find(window, "summary", QTableView)
    assert table.isVisible()
    model = table.model()
    rows = []
    for row in range(1, model.rowCount() - 1):
        shape, parameters = (plain(model.index(row, column).data()) for column in (OUTPUT, PARAMETERS))
        lengths = [int(length.replace(" ", "")) for length in shape.split(" × ")]
        rows.append((lengths, int(parameters.replace(" ", ""))))
    return rows


@pytest.mark.row("N04")
@pytest.mark.parametrize(
    ("name", "case"),
    [("micrometeorites", "micrometeorite_summary"), ("micrometeorites-wide", "micrometeorite_code_listing")],
)
def test_both_networks_for_micrometeorites_come_from_the_gallery_with_all_their_rows(window, qtbot, name, case) -> None:
    open_from_gallery(qtbot, window, name)
    expected = CASES[case]["expected"]
    assert window.models.document.shapes["n1"] == (3, 141, 141)
    assert summary_rows(window) == [(shape, count) for _, shape, count in expected["table"]]
    assert plain(find(window, "summary_totals").accessibleName()).startswith(
        f"Total: {expected['total']:,} parameters".replace(",", " ")
    )
    assert window.models.document.problems == ()


@pytest.mark.row("M07")
def test_the_summary_is_that_of_keras_and_its_rows_are_the_cards(window, qtbot) -> None:
    open_from_gallery(qtbot, window, "micrometeorites")
    expected = CASES["micrometeorite_summary"]["expected"]
    table = find(window, "summary", QTableView)
    assert len(summary_rows(window)) == 14 and sum(count for _, count in summary_rows(window)) == expected["total"]
    row = 3  # the second convolution
    place = table.visualRect(table.model().index(row, OUTPUT)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=QPoint(place.x(), place.y()))
    (chosen,) = window.models.focus.selection
    assert window.models.document.shapes[chosen] == (256, 16, 16)
    assert plain(find(window, "parameter_count", QLabel).text()) == "614 656"
    window.actions_table["copy_summary_markdown"].trigger()
    copied = QGuiApplication.clipboard().text()
    assert "12 668 290" in plain(copied) and copied.count("\n") >= 17


@pytest.mark.row("M08")
def test_the_pipeline_of_a_network_is_drawn_as_blocks_and_a_click_inspects_one(window, qtbot) -> None:
    open_from_gallery(qtbot, window, "lenet-5")
    qtbot.mouseClick(find(window, "bottom_tabs_diagram", QToolButton), LEFT)
    paper = find(window, "diagram")
    figure = paper.figure
    assert [block.part.size_text for block in figure.blocks.values()] == [
        "28×28×1", "28×28×6", "14×14×6", "10×10×16", "5×5×16", "400", "120", "84", "10", "10",
    ]  # fmt: skip
    pooled = next(block for block in figure.blocks.values() if block.part.shape == (16, 5, 5))
    qtbot.mouseClick(paper, LEFT, pos=pooled.front.center().toPoint())
    assert window.workbench.inspector.properties.title.text() == "Average pool"
    assert window.workbench.editor.scene.cards[pooled.part.node].state.category == "pooling"
    assert find(window, "shape_out_text", QLabel).text() == "5 × 5 × 16"
