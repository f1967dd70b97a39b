"""Kernels and connections edited by hand, with mouse and keyboard, in the real window and on their own."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from playground.catalog.kernels import library, parse, render
from playground.engine.session import Session
from playground.ui.inspector.connection_grid import ConnectionGrid
from playground.ui.inspector.connections import ConnectionEditor
from playground.ui.inspector.filter_tiles import FilterTiles
from playground.ui.inspector.kernel_grid import KernelGrid
from playground.ui.inspector.kernels import KernelEditor
from playground.ui.panels import PanelColumn
from tests.networks import chain, points, project
from tests.ui.stage import PLANE_PROJECT, answer, image_data, make_models, plane_data

LEFT = Qt.MouseButton.LeftButton
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

SMALL = project(
    chain(("image", {}), ("conv2d", {"filters": 4, "kernel": 3}), "flatten", ("dense", {"units": 10}), "classes"),
    "digits",
)


class Bench:
    """One editor in a column, on models without a window."""

    def __init__(self, qtbot, tmp_path, kind, made, data) -> None:
        self.models = make_models(tmp_path, made, data)
        self.column = PanelColumn(self.models.theme, None, name="column")
        qtbot.addWidget(self.column)
        self.editor = kind(self.models, self.column)
        self.column.add(self.editor.panel)
        self.column.resize(384, 500)
        self.models.document.changed.connect(self.follow)
        self.follow()
        with qtbot.waitExposed(self.column):
            self.column.show()

    def follow(self, *_) -> None:
        node = self.node
        if isinstance(self.editor, ConnectionEditor):
            self.editor.show_layer(node, ((2,),))
        else:
            self.editor.show_layer(node)

    @property
    def node(self):
        return self.models.document.project.graph.node("n2")

    def find(self, kind, name):
        found = self.column.findChild(kind, name)
        assert found is not None, name
        return found

    def undo(self) -> None:
        self.models.document.undo_stack.undo()


@pytest.fixture
def kernels(qtbot, tmp_path) -> Bench:
    return Bench(qtbot, tmp_path, KernelEditor, SMALL, image_data())


@pytest.fixture
def connections(qtbot, tmp_path) -> Bench:
    return Bench(qtbot, tmp_path, ConnectionEditor, PLANE_PROJECT, plane_data())


def middle(grid, row: int, column: int) -> QPoint:
    return grid.cell_rect(row, column).center().toPoint()


def text(bench: Bench) -> str:
    return str(bench.node.params["kernels"])


# -- kernels ------------------------------------------------------------------------------------------------------


@pytest.mark.row("D18")
def test_a_kernel_is_typed_in_cell_by_cell_with_tab_and_enter(kernels, qtbot):
    grid = kernels.find(KernelGrid, "kernel_grid")
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 0, 1))
    assert grid.hasFocus()
    qtbot.keyClicks(grid, "1")
    qtbot.keyClick(grid, Qt.Key.Key_Tab)
    qtbot.keyClicks(grid, "-2,5")
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert grid.cursor_place == (1, 2)
    qtbot.keyClicks(grid, "2")
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.cursor_place == (2, 2)
    assert text(kernels) == "0 1 -2.5; 0 0 2; 0 0 0"
    assert kernels.models.document.undo_stack.count() == 3
    kernels.undo()
    assert text(kernels) == "0 1 -2.5; 0 0 0; 0 0 0" and grid.numbers[0, 2] == -2.5
    kernels.undo()
    kernels.undo()
    assert text(kernels) == ""


def test_keys_walk_from_cell_to_cell_and_tab_leaves_at_the_end(kernels, qtbot):
    grid = kernels.find(KernelGrid, "kernel_grid")
    grid.setFocus()
    for key, place in ((Qt.Key.Key_Right, (0, 1)), (Qt.Key.Key_Down, (1, 1)), (Qt.Key.Key_Left, (1, 0)),
                       (Qt.Key.Key_Up, (0, 0)), (Qt.Key.Key_Up, (0, 0)), (Qt.Key.Key_Tab, (0, 1))):  # fmt: skip
        qtbot.keyClick(grid, key)
        assert grid.cursor_place == place
    grid.move_cursor(2, 2)
    qtbot.keyClick(grid, Qt.Key.Key_Tab)
    assert not grid.hasFocus() and kernels.column.focusWidget() is not grid


def test_a_text_that_is_no_number_says_so_and_escape_takes_it_away(kernels, qtbot):
    grid = kernels.find(KernelGrid, "kernel_grid")
    message = kernels.find(QLabel, "kernel_message")
    grid.setFocus()
    qtbot.keyClicks(grid, "1-2")
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert message.isVisible() and message.text() == "1-2 is no number that a kernel can hold."
    assert grid.cursor_place == (0, 0) and text(kernels) == ""
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert not message.isVisible()
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    qtbot.keyClick(grid, Qt.Key.Key_Backspace)
    qtbot.keyClicks(grid, "7")
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert text(kernels).startswith("7 0 0;")


def test_delete_sets_zero_and_a_double_click_edits(kernels, qtbot):
    grid = kernels.find(KernelGrid, "kernel_grid")
    document = kernels.models.document
    document.apply(
        "x", document.project.with_graph(document.project.graph.set_param("n2", "kernels", "1 2 3; 4 5 6; 7 8 9"))
    )
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert text(kernels) == "0 2 3; 4 5 6; 7 8 9"
    QTest.mouseDClick(grid, LEFT, pos=middle(grid, 1, 1))
    qtbot.keyClicks(grid, "0")
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert text(kernels) == "0 2 3; 4 50 6; 7 8 9"


@pytest.mark.row("D18")
def test_a_kernel_is_picked_from_the_library_and_learnt_again(kernels, qtbot):
    tiles = kernels.find(FilterTiles, "filter_tiles")
    qtbot.mouseClick(tiles, LEFT, pos=tiles.tile(2).center().toPoint())
    assert kernels.find(QLabel, "kernel_title").text() == "Filter 3 of 4"
    qtbot.mouseClick(kernels.find(QPushButton, "kernel_library"), LEFT)
    menu = kernels.editor._menu
    qtbot.waitUntil(menu.isVisible)
    assert [action.text() for action in menu.actions()] == list(library(3))
    place = menu.actionGeometry(next(action for action in menu.actions() if action.text() == "Arrow")).center()
    qtbot.mouseClick(menu, LEFT, pos=place)
    assert text(kernels) == "| | 0 1 0; 0 0 2; 0 1 0"
    assert kernels.models.document.undo_stack.undoText() == "Use kernel Arrow"
    assert kernels.find(QLabel, "typed_count").text() == "1 of 4 typed in"
    learn = kernels.find(QPushButton, "learn_filter")
    assert learn.isEnabled()
    qtbot.mouseClick(learn, LEFT)
    assert text(kernels) == "" and not learn.isEnabled()
    kernels.undo()
    assert text(kernels) == "| | 0 1 0; 0 0 2; 0 1 0"


def test_arrow_keys_walk_over_the_filters(kernels, qtbot):
    tiles = kernels.find(FilterTiles, "filter_tiles")
    tiles.setFocus()
    qtbot.keyClick(tiles, Qt.Key.Key_Right)
    qtbot.keyClick(tiles, Qt.Key.Key_Right)
    assert kernels.find(QLabel, "kernel_title").text() == "Filter 3 of 4"
    qtbot.keyClick(tiles, Qt.Key.Key_Left)
    assert kernels.find(QLabel, "kernel_title").text() == "Filter 2 of 4"


def test_a_learnt_filter_shows_what_the_network_holds_and_a_typed_one_how_far_it_moved(qtbot, tmp_path):
    graph = SMALL.graph.set_param("n2", "kernels", "0 1 0; 0 0 2; 0 1 0")
    bench = Bench(qtbot, tmp_path, KernelEditor, SMALL.with_graph(graph), image_data())
    session = Session(SMALL.with_graph(graph), image_data())
    note = bench.find(QLabel, "kernel_note")
    answer(session, [bench.editor])
    assert note.text() == "Typed in as first weights. Freeze the layer to keep them."
    for _ in range(3):
        session.step()
    answer(session, [bench.editor])
    weight = session.network.get_parameter("n2.weight").detach().numpy()
    assert note.text().startswith("Typed in. Training has moved it by up to 0.")
    grid = bench.find(KernelGrid, "kernel_grid")
    assert grid.numbers.tolist() == [[0, 1, 0], [0, 0, 2], [0, 1, 0]]
    tiles = bench.find(FilterTiles, "filter_tiles")
    qtbot.mouseClick(tiles, LEFT, pos=tiles.tile(1).center().toPoint())
    assert np.allclose(grid.numbers, weight[1, 0]) and note.text().startswith("Not typed in")


def test_a_kernel_of_another_size_than_the_window_is_left_to_its_problem(qtbot, tmp_path):
    made = SMALL.with_graph(SMALL.graph.set_param("n2", "kernels", render(parse("1 2; 3 4"))))
    bench = Bench(qtbot, tmp_path, KernelEditor, made, image_data())
    assert bench.models.document.blocking.cure.text == "Use kernel 2"
    assert bench.editor.wants() == () and bench.find(KernelGrid, "kernel_grid").numbers.shape == (3, 3)


# -- connections --------------------------------------------------------------------------------------------------


def taken(bench: Bench) -> str:
    return str(bench.node.params["removed"])


@pytest.mark.row("H11")
def test_a_click_takes_a_connection_out_and_another_brings_it_back(connections, qtbot):
    grid, note = connections.find(ConnectionGrid, "connection_grid"), connections.find(QLabel, "connection_note")
    assert note.text() == "6 connections: units down, inputs across. Click one to remove it."
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 2, 1))
    assert taken(connections) == "1-2" and bool(grid.missing[2, 1])
    assert note.text() == "X₂ to unit 3: removed"
    assert connections.models.document.undo_stack.undoText() == "Remove connection"
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 2, 1))
    assert taken(connections) == ""
    assert connections.models.document.undo_stack.undoText() == "Restore connection"
    connections.undo()
    assert taken(connections) == "1-2"


def test_a_drag_takes_out_all_it_passes_in_one_step(connections, qtbot):
    grid = connections.find(ConnectionGrid, "connection_grid")
    QTest.mousePress(grid, LEFT, pos=middle(grid, 0, 0))
    for row in (1, 2, 1):
        QTest.mouseMove(grid, middle(grid, row, 0))
    QTest.mouseRelease(grid, LEFT, pos=middle(grid, 1, 0))
    assert taken(connections) == "0-0 0-1 0-2"
    assert connections.models.document.undo_stack.count() == 1
    qtbot.mouseClick(connections.find(QPushButton, "restore_connections"), LEFT)
    assert taken(connections) == ""
    assert not connections.find(QPushButton, "restore_connections").isEnabled()
    connections.undo()
    connections.undo()
    assert taken(connections) == ""


def test_the_keyboard_takes_out_and_brings_back(connections, qtbot):
    grid = connections.find(ConnectionGrid, "connection_grid")
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert taken(connections) == "1-1"
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert taken(connections) == ""


def test_the_matrix_shows_the_weights_and_the_pointer_reads_them(connections, qtbot):
    session = Session(PLANE_PROJECT, points())
    answer(session, [connections.editor])
    grid = connections.find(ConnectionGrid, "connection_grid")
    weight = session.network.get_parameter("n2.weight").detach().numpy()
    assert np.allclose(grid.numbers, weight)
    QTest.mouseMove(grid, middle(grid, 1, 1))
    QTest.mouseMove(grid, middle(grid, 1, 0))
    expected = f"X₁ to unit 2: {weight[1, 0]:.3f}".replace("-", "−")
    assert connections.find(QLabel, "connection_note").text() == expected


def test_large_layers_and_other_layers_have_no_matrix(qtbot, tmp_path):
    bench = Bench(qtbot, tmp_path, ConnectionEditor, PLANE_PROJECT, plane_data())
    graph = bench.models.document.project.graph
    bench.editor.show_layer(graph.node("n2"), ((5_000,),))
    assert not bench.editor.shown
    bench.editor.show_layer(graph.node("n1"), ())
    assert not bench.editor.shown
    bench.editor.show_layer(None, ())
    assert bench.editor.wants() == ()
    editor = KernelEditor(bench.models, bench.column)
    editor.show_layer(graph.node("n2"))
    assert not editor.shown and editor.wants() == ()


# -- in the window ------------------------------------------------------------------------------------------------


@pytest.mark.row("H11")
def test_a_connection_removed_while_training_leaves_the_canvas_and_stays_zero(window, qtbot):
    window.show_workspace("build")
    window.models.focus.select(frozenset({"n3"}))
    scene = window.workbench.editor.scene
    qtbot.waitUntil(lambda: ("n3", 0, 1) in scene.weight_wires.lines.names)
    window.training.toggle()
    qtbot.waitUntil(lambda: window.models.runner.state == "training")
    grid = window.findChild(ConnectionGrid, "connection_grid")
    window.workbench.context.ensureWidgetVisible(grid)
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 0, 1))
    assert window.models.document.project.graph.node("n3").params["removed"] == "1-0"
    qtbot.waitUntil(lambda: ("n3", 0, 1) not in scene.weight_wires.lines.names)
    qtbot.waitUntil(lambda: grid.numbers[0, 1] == 0 and grid.numbers[0, 0] != 0)
    assert window.models.runner.state == "training"
    window.actions_table["undo"].trigger()
    qtbot.waitUntil(lambda: grid.numbers[0, 1] != 0)


def test_typing_in_cells_triggers_no_shortcut_of_the_window(make_program, qtbot):
    window = make_program("digits-cnn").window
    window.show_workspace("build")
    window.models.focus.select(frozenset({"n2"}))
    grid = window.findChild(KernelGrid, "kernel_grid")
    window.workbench.context.ensureWidgetVisible(grid)
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 1, 1))
    qtbot.keyClicks(grid, "3")
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    graph = window.models.document.project.graph
    assert "n2" in graph
    assert parse(str(graph.node("n2").params["kernels"]))[0][1][1] == 3
