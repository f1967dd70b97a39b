"""Kernels and connections edited by hand, with mouse and keyboard, in the real window and on their own."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.kernels import KERNELS, library, parse, render
from playground.document.project import read_project
from playground.document.shapes import input_shapes
from playground.engine.session import Session
from playground.ui.controls.boxes import ChoiceBox
from playground.ui.editor.edits import mended
from playground.ui.inspector.connection_grid import ConnectionGrid
from playground.ui.inspector.connections import ConnectionEditor
from playground.ui.inspector.filter_tiles import FilterTiles
from playground.ui.inspector.kernel_grid import KernelGrid
from playground.ui.inspector.kernels import KernelEditor
from playground.ui.panels import PanelColumn
from playground.ui.theme import token
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
            document = self.models.document
            given = input_shapes(document.project.graph, CATALOGUE.layers, document.shapes)
            self.editor.show_layer(node, given[node.id])

    @property
    def node(self):
        return self.models.document.project.graph.node("n2")

    def set(self, **values) -> None:
        graph = self.models.document.project.graph
        for name, value in values.items():
            graph = graph.set_param(self.node.id, name, value)
        self.models.document.apply("Set", self.models.document.project.with_graph(graph))

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


def refusal(typed: str) -> str:
    return f"A kernel holds numbers from −1\u202f000\u202f000 to 1\u202f000\u202f000, not {typed}."


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
    assert message.isVisible() and message.text() == refusal("1-2")
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


def test_delete_empties_what_is_typed_and_escape_brings_the_number_back(kernels, qtbot):
    kernels.set(kernels="1 2 3; 4 5 6; 7 8 9")
    grid, steps = kernels.find(KernelGrid, "kernel_grid"), kernels.models.document.undo_stack
    grid.setFocus()
    qtbot.keyClicks(grid, "12")
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert text(kernels) == "1 2 3; 4 5 6; 7 8 9"
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert text(kernels) == "1 2 3; 4 5 6; 7 8 9" and steps.count() == 1
    qtbot.keyClicks(grid, "12")
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    qtbot.keyClicks(grid, "5")
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert text(kernels) == "5 2 3; 4 5 6; 7 8 9"


@pytest.mark.parametrize("typed", ["1e9", "-1000001", "nan"])
def test_a_number_that_no_kernel_holds_is_refused_with_what_would_fit(kernels, qtbot, typed):
    grid = kernels.find(KernelGrid, "kernel_grid")
    grid.setFocus()
    qtbot.keyClicks(grid, typed)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert kernels.find(QLabel, "kernel_message").text() == refusal(typed) and text(kernels) == ""


def test_another_selection_takes_over_what_is_typed_and_nothing_is_typed_into_a_layer_that_is_gone(kernels, qtbot):
    grid, document = kernels.find(KernelGrid, "kernel_grid"), kernels.models.document
    grid.setFocus()
    qtbot.keyClicks(grid, "7")
    kernels.models.focus.select(frozenset({"n1"}))
    assert text(kernels).startswith("7 0 0;")
    qtbot.keyClicks(grid, "x")
    kernels.models.focus.select(frozenset({"n2"}))
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert not kernels.find(QLabel, "kernel_message").isVisible()
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    qtbot.keyClicks(grid, "8")
    kernels.editor.show_layer(None, ())
    qtbot.keyClicks(grid, "9")
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert document.undo_stack.count() == 1


@pytest.mark.row("D18")
def test_a_kernel_is_picked_from_the_library_and_learnt_again(kernels, qtbot):
    tiles = kernels.find(FilterTiles, "filter_tiles")
    qtbot.mouseClick(tiles, LEFT, pos=tiles.tile(2).center().toPoint())
    assert kernels.find(QLabel, "kernel_title").text() == "Filter 3 of 4"
    qtbot.mouseClick(kernels.find(QPushButton, "kernel_library"), LEFT)
    menu = kernels.editor._menu
    qtbot.waitUntil(menu.isVisible)
    assert [action.text().replace("&", "") for action in menu.actions()] == list(library(3))
    place = menu.actionGeometry(next(action for action in menu.actions() if action.data() == "Arrow")).center()
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


def test_the_first_letter_chooses_from_the_library(kernels, qtbot):
    menu = kernels.editor._menu
    for letters, expected in (("a", "Arrow"), ("s", "Sobel x"), ("ss", "Sobel y"), ("sss", "Sharpen")):
        qtbot.mouseClick(kernels.find(QPushButton, "kernel_library"), LEFT)
        qtbot.waitUntil(menu.isVisible)
        for letter in letters:
            qtbot.keyClick(menu, letter)
        if menu.isVisible():
            qtbot.keyClick(menu, Qt.Key.Key_Return)
        assert text(kernels) == render([[library(3)[expected]]])
        assert kernels.models.document.undo_stack.undoText() == f"Use kernel {expected}"


def test_arrow_keys_walk_over_the_filters(kernels, qtbot):
    tiles = kernels.find(FilterTiles, "filter_tiles")
    tiles.setFocus()
    qtbot.keyClick(tiles, Qt.Key.Key_Right)
    qtbot.keyClick(tiles, Qt.Key.Key_Right)
    assert kernels.find(QLabel, "kernel_title").text() == "Filter 3 of 4"
    qtbot.keyClick(tiles, Qt.Key.Key_Left)
    assert kernels.find(QLabel, "kernel_title").text() == "Filter 2 of 4"


def test_a_filter_shows_what_the_network_holds_and_a_typed_one_how_far_it_moved(qtbot, tmp_path):
    made = SMALL.with_graph(SMALL.graph.set_param("n2", "kernels", "0 1 0; 0 0 2; 0 1 0.1"))
    bench = Bench(qtbot, tmp_path, KernelEditor, made, image_data())
    note, grid = bench.find(QLabel, "kernel_note"), bench.find(KernelGrid, "kernel_grid")
    arrow = np.array([[0, 1, 0], [0, 0, 2], [0, 1, 0.1]])
    assert grid.known and np.array_equal(grid.numbers, arrow)
    session = Session(made, image_data())
    answer(session, [bench.editor])
    assert note.text() == "Typed in as first weights. Freeze the layer to keep them."
    assert np.array_equal(grid.numbers, arrow)
    for _ in range(3):
        session.step()
    answer(session, [bench.editor])
    weight = session.network.get_parameter("n2.weight").detach().numpy()
    moved = f"Typed in. Training has moved it by up to {np.abs(weight[0, 0] - arrow).max():.3f}."
    assert note.text() == moved and np.allclose(grid.numbers, weight[0, 0])
    bench.set(frozen=True)
    answer(session, [bench.editor])
    assert note.text() == f"{moved} Frozen as it is now." and np.allclose(grid.numbers, weight[0, 0])
    tiles = bench.find(FilterTiles, "filter_tiles")
    qtbot.mouseClick(tiles, LEFT, pos=tiles.tile(1).center().toPoint())
    assert np.allclose(grid.numbers, weight[1, 0])
    assert note.text() == "Not typed in: it is what training makes of it. Frozen as it is now."


@pytest.mark.parametrize("size", [3, 5])
def test_a_number_typed_into_a_learnt_filter_leaves_the_others_as_they_are_shown(qtbot, tmp_path, size):
    made = SMALL.with_graph(SMALL.graph.set_param("n2", "kernel", size))
    bench = Bench(qtbot, tmp_path, KernelEditor, made, image_data())
    session = Session(made, image_data())
    answer(session, [bench.editor], project=1)
    weight = session.network.get_parameter("n2.weight").detach().numpy().copy()
    grid = bench.find(KernelGrid, "kernel_grid")
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 1, 1))
    qtbot.keyClicks(grid, "1,5")
    qtbot.keyClick(grid, Qt.Key.Key_Tab)
    assert grid.hasFocus() and grid.cursor_place == (1, 2)
    expected = weight[0, 0].copy()
    expected[1, 1] = 1.5
    assert np.allclose(parse(text(bench))[0][0], expected, atol=1e-5)
    assert np.allclose(grid.numbers, expected, atol=1e-5)
    # A frame that was on its way shows the network before the edit.
    answer(session, [bench.editor], project=1)
    assert grid.numbers[1, 1] == 1.5
    qtbot.keyClicks(grid, "-2")
    qtbot.keyClick(grid, Qt.Key.Key_Tab)
    expected[1, 2] = -2
    session.apply(bench.models.document.project)
    answer(session, [bench.editor], project=2)
    assert np.allclose(session.network.get_parameter("n2.weight").detach().numpy()[0, 0], expected, atol=1e-5)
    assert np.allclose(grid.numbers, expected, atol=1e-5)
    bench.undo()
    bench.undo()
    assert text(bench) == ""
    session.apply(bench.models.document.project)
    answer(session, [bench.editor], project=3)
    assert np.allclose(grid.numbers, weight[0, 0])


def test_enter_and_enter_again_at_a_learnt_number_types_nothing_in(qtbot, tmp_path):
    bench = Bench(qtbot, tmp_path, KernelEditor, SMALL, image_data())
    answer(Session(SMALL, image_data()), [bench.editor])
    grid = bench.find(KernelGrid, "kernel_grid")
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert text(bench) == "" and grid.cursor_place == (1, 0)


def test_a_kernel_of_another_size_than_the_window_is_left_to_its_problem(qtbot, tmp_path):
    made = SMALL.with_graph(SMALL.graph.set_param("n2", "kernels", render(parse("1 2; 3 4"))))
    bench = Bench(qtbot, tmp_path, KernelEditor, made, image_data())
    assert bench.models.document.blocking.cure.text == "Use kernel 2"
    assert bench.editor.wants() == () and bench.find(KernelGrid, "kernel_grid").numbers.shape == (3, 3)


def test_numbers_that_would_all_read_as_zero_are_left_out_and_the_line_below_tells_them(qtbot, tmp_path):
    made = SMALL.with_graph(SMALL.graph.set_param("n2", "kernel", 11))
    bench = Bench(qtbot, tmp_path, KernelEditor, made, image_data())
    grid, value = bench.find(KernelGrid, "kernel_grid"), bench.find(QLabel, "kernel_value")
    assert value.text() == "Row 1, column 1: –"
    session = Session(made, image_data())
    answer(session, [bench.editor])
    weight = session.network.get_parameter("n2.weight").detach().numpy()[0, 0]
    assert np.abs(weight).max() < 0.1 and set(grid.texts()) == {""}
    assert value.text() == f"Row 1, column 1: {weight[0, 0]:.4g}".replace("-", "−")
    QTest.mouseMove(grid, middle(grid, 4, 4))
    QTest.mouseMove(grid, middle(grid, 4, 5))
    assert value.text() == f"Row 5, column 6: {weight[4, 5]:.4g}".replace("-", "−")
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert value.text() == f"Row 2, column 1: {weight[1, 0]:.4g}".replace("-", "−")
    bench.set(kernels=render([[library(11)["Vertical line"]]]))
    assert set(grid.texts()) == {"0", "1"}


@pytest.mark.parametrize("zoom", [1.0, 1.75])
@pytest.mark.parametrize("size", [11, 31])
def test_a_large_kernel_stays_in_its_room_and_a_number_typed_into_it_can_be_read(qtbot, tmp_path, size, zoom):
    made = project(
        chain(("image", {}), ("conv2d", {"kernel": size, "padding": "same"}), "flatten", "classes"), "digits"
    )
    bench = Bench(qtbot, tmp_path, KernelEditor, made, image_data())
    theme, grid = bench.models.theme, bench.find(KernelGrid, "kernel_grid")
    theme.switch(zoom=zoom)
    bench.column.resize(theme.px(token("layout.context.min")), 500)
    bench.column.grab()
    assert bench.column.widget().width() == bench.column.viewport().width() and grid.width() <= theme.px(264) + 2
    for place in ((0, 0), (size - 1, size - 1)):
        qtbot.mouseClick(grid, LEFT, pos=middle(grid, *place))
        qtbot.keyClicks(grid, "-0.12345")
        written = QFontMetricsF(theme.font("axis")).horizontalAdvance("-0.12345|")
        assert grid.cursor_rect.width() > written and QRectF(grid.rect()).contains(grid.cursor_rect)
        qtbot.keyClick(grid, Qt.Key.Key_Escape)


# -- kernels of single input maps ---------------------------------------------------------------------------------

TWO = project(
    chain(("image", {}), ("conv2d", {"filters": 4}), ("conv2d", {"filters": 3}), "flatten", ("dense", {"units": 10}),
          "classes"),
    "digits",
)  # fmt: skip
ONES = "1 1 1; 1 1 1; 1 1 1"


class SecondBench(Bench):
    """The editor on the second convolution, whose filters have four input maps."""

    @property
    def node(self):
        return self.models.document.project.graph.node("n3")


@pytest.fixture
def mapped(qtbot, tmp_path) -> SecondBench:
    return SecondBench(qtbot, tmp_path, KernelEditor, TWO, image_data())


def choose_map(bench: Bench, qtbot, label: str) -> None:
    """Opens the list with the keyboard and goes to an entry of it."""
    box = bench.find(ChoiceBox, "kernel_map")
    box.setFocus()
    step = box.findText(label) - box.currentIndex()
    for _ in range(abs(step)):
        qtbot.keyClick(box, Qt.Key.Key_Down if step > 0 else Qt.Key.Key_Up)
    assert box.currentText() == label


def test_one_input_map_has_no_choice(kernels):
    assert kernels.find(ChoiceBox, "kernel_map").isHidden()


@pytest.mark.row("D18")
def test_a_kernel_is_typed_in_for_one_input_map(mapped, qtbot):
    box, grid = mapped.find(ChoiceBox, "kernel_map"), mapped.find(KernelGrid, "kernel_grid")
    assert [box.itemText(number) for number in range(box.count())] == ["All maps", "Map 1", "Map 2", "Map 3", "Map 4"]
    choose_map(mapped, qtbot, "Map 2")
    assert grid.accessibleName() == "Kernel of filter 1, input map 2"
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 0, 1))
    qtbot.keyClicks(grid, "5")
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert text(mapped) == "/ 0 5 0; 0 0 0; 0 0 0 / /"
    assert mapped.models.document.undo_stack.count() == 1 and mapped.models.document.blocking is None
    choose_map(mapped, qtbot, "Map 1")
    assert not mapped.find(QPushButton, "learn_filter").isEnabled()
    choose_map(mapped, qtbot, "Map 2")
    learn = mapped.find(QPushButton, "learn_filter")
    assert learn.text() == "Learn this map" and learn.isEnabled() and grid.numbers[0, 1] == 5
    mapped.undo()
    assert text(mapped) == ""
    mapped.models.document.undo_stack.redo()
    qtbot.mouseClick(learn, LEFT)
    assert text(mapped) == ""


def test_one_map_of_a_typed_filter_is_made_different_and_the_same_again(mapped, qtbot):
    document, grid = mapped.models.document, mapped.find(KernelGrid, "kernel_grid")
    document.apply("x", document.project.with_graph(document.project.graph.set_param("n3", "kernels", ONES)))
    choose_map(mapped, qtbot, "Map 3")
    for typed_in, expected in (("7", f"{ONES} / {ONES} / 7{ONES[1:]} / {ONES}"), ("1", ONES)):
        grid.setFocus()
        grid.move_cursor(0, 0)
        qtbot.keyClicks(grid, typed_in)
        qtbot.keyClick(grid, Qt.Key.Key_Return)
        assert text(mapped) == expected


def test_a_number_for_all_maps_leaves_the_rest_of_each(mapped, qtbot):
    document, grid = mapped.models.document, mapped.find(KernelGrid, "kernel_grid")
    own = KERNELS.check("1 0 0; 0 0 0; 0 0 0 / 2 0 0; 0 0 0; 0 0 0 / 3 0 0; 0 0 0; 0 0 0 / 4 0 0; 0 0 0; 0 0 0")
    document.apply("x", document.project.with_graph(document.project.graph.set_param("n3", "kernels", own)))
    assert mapped.find(QLabel, "kernel_note").text().startswith("Typed in for single input maps")
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 2, 2))
    qtbot.keyClicks(grid, "9")
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert text(mapped) == own.replace("0 0 0 /", "0 0 9 /")[:-1] + "9"


def test_each_map_shows_what_the_network_holds_there(mapped, qtbot):
    session = Session(TWO, image_data())
    answer(session, [mapped.editor])
    weight = session.network.get_parameter("n3.weight").detach().numpy()
    grid = mapped.find(KernelGrid, "kernel_grid")
    assert np.allclose(grid.numbers, weight[0].mean(axis=0))
    choose_map(mapped, qtbot, "Map 4")
    assert np.allclose(grid.numbers, weight[0, 3])
    choose_map(mapped, qtbot, "All maps")
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 0, 2))
    qtbot.keyClicks(grid, "3")
    qtbot.keyClick(grid, Qt.Key.Key_Tab)
    expected = weight[0].copy()
    expected[:, 0, 2] = 3
    assert np.allclose(parse(text(mapped))[0], expected, atol=1e-5)
    assert np.allclose(grid.numbers, expected.mean(axis=0), atol=1e-5)
    choose_map(mapped, qtbot, "Map 4")
    tiles = mapped.find(FilterTiles, "filter_tiles")
    qtbot.mouseClick(tiles, LEFT, pos=tiles.tile(2).center().toPoint())
    assert np.allclose(grid.numbers, weight[2, 3])


def test_more_kernels_than_a_file_holds_are_refused_in_a_sentence(mapped, qtbot):
    document, grid = mapped.models.document, mapped.find(KernelGrid, "kernel_grid")
    square = "; ".join([" ".join(["0.125"] * 31)] * 31)
    full = " | ".join([square] * (KERNELS.max_length // (len(square) + 3)))
    graph = document.project.graph.set_param("n3", "filters", 64).set_param("n3", "padding", "same")
    graph = graph.set_param("n3", "kernel", 31)
    document.apply("x", document.project.with_graph(graph.set_param("n3", "kernels", full)))
    tiles, message = mapped.find(FilterTiles, "filter_tiles"), mapped.find(QLabel, "kernel_message")
    qtbot.mouseClick(tiles, LEFT, pos=tiles.tile(0).center().toPoint())
    choose_map(mapped, qtbot, "Map 1")
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 0, 0))
    qtbot.keyClicks(grid, "5")
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert message.isVisible() and message.text() == "There is no room for more kernels in this layer."
    assert text(mapped) == full
    choose_map(mapped, qtbot, "All maps")
    qtbot.mouseClick(mapped.find(QPushButton, "learn_filter"), LEFT)
    assert not message.isVisible() and len(text(mapped)) < len(full)


def test_after_an_edit_before_it_the_cure_keeps_the_kernels_that_fit(mapped):
    document = mapped.models.document
    graph = document.project.graph.set_param("n3", "kernels", f"{ONES} / / / 7{ONES[1:]}")
    document.apply("x", document.project.with_graph(graph.set_param("n2", "filters", 2)))
    problem = document.blocking
    assert problem.message == "Filter 1 has kernels for 4 input maps, and there are 2. Keep the first 2 maps."
    document.apply(problem.cure.text, mended(document.project, problem))
    assert document.blocking is None and text(mapped) == f"{ONES} /"
    mapped.undo()
    assert text(mapped) == f"{ONES} / / / 7{ONES[1:]}"


# -- connections --------------------------------------------------------------------------------------------------


def taken(bench: Bench) -> str:
    return str(bench.node.params["removed"])


@pytest.mark.row("H11")
def test_a_click_takes_a_connection_out_and_another_brings_it_back(connections, qtbot):
    grid, note = connections.find(ConnectionGrid, "connection_grid"), connections.find(QLabel, "connection_note")
    assert note.text() == "6 connections"
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


def test_the_number_of_a_connection_that_is_brought_back_is_told_once_it_is_known(connections, qtbot):
    session = Session(PLANE_PROJECT, points())
    grid, note = connections.find(ConnectionGrid, "connection_grid"), connections.find(QLabel, "connection_note")
    answer(session, [connections.editor], project=1)
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 2, 1))
    session.apply(connections.models.document.project)
    answer(session, [connections.editor], project=2)
    assert note.text() == "X₂ to unit 3: removed"
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 2, 1))
    assert note.text() == "X₂ to unit 3: –"
    # A frame that was on its way shows the network before the edit.
    answer(session, [connections.editor], project=2)
    assert note.text() == "X₂ to unit 3: –"
    session.apply(connections.models.document.project)
    answer(session, [connections.editor], project=3)
    weight = session.network.get_parameter("n2.weight").detach().numpy()[2, 1]
    assert weight != 0 and note.text() == f"X₂ to unit 3: {weight:.3f}".replace("-", "−")
    session.step()
    answer(session, [connections.editor], project=3)
    weight = session.network.get_parameter("n2.weight").detach().numpy()[2, 1]
    assert note.text() == f"X₂ to unit 3: {weight:.3f}".replace("-", "−")


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
    editor.show_layer(graph.node("n2"), ())
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
    assert parse(str(graph.node("n2").params["kernels"]))[0][0][1][1] == 3


def open_grid(window, node: str, kind, name: str):
    """Selects a layer in Build and brings its grid into view."""
    window.show_workspace("build")
    window.models.focus.select(frozenset({node}))
    grid = window.findChild(kind, name)
    window.workbench.context.ensureWidgetVisible(grid)
    return grid


LETTERS = "abceprmfdx[]/0123456789,.BFGN"


def test_no_letter_typed_at_a_kernel_reaches_the_window(make_program, qtbot):
    window = make_program("digits-cnn").window
    grid = open_grid(window, "n2", KernelGrid, "kernel_grid")
    qtbot.waitUntil(lambda: grid.known)
    before, scene = window.models.document.project, window.workbench.editor.scene
    message = window.findChild(QLabel, "kernel_message")
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 1, 1))
    qtbot.keyClicks(grid, "1,5")
    qtbot.keyClick(grid, Qt.Key.Key_Tab)
    assert grid.hasFocus() and grid.cursor_place == (1, 2) and grid.numbers[1, 1] == 1.5
    qtbot.keyClicks(grid, "abc")
    qtbot.keyClick(grid, Qt.Key.Key_Tab)
    assert grid.hasFocus() and grid.cursor_place == (1, 2)
    assert message.isVisible() and message.text() == refusal("abc")
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    for letter in LETTERS:
        qtbot.keyClicks(grid, letter)
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    window.actions_table["undo"].trigger()
    assert window.models.document.project == before and window.models.runner.state == "ready"
    assert scene.tool is None and grid.hasFocus() and not message.isVisible()


def test_while_a_number_is_typed_editing_keys_are_meant_for_it(make_program, qtbot):
    window = make_program("digits-cnn").window
    grid, control = open_grid(window, "n2", KernelGrid, "kernel_grid"), Qt.KeyboardModifier.ControlModifier
    qtbot.waitUntil(lambda: grid.known)
    window.actions_table["copy"].trigger()
    before, selection = window.models.document.project, window.models.focus.selection
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 1, 1))
    qtbot.keyClicks(grid, "2")
    for key in "ACXDGLR":
        qtbot.keyClick(grid, getattr(Qt.Key, f"Key_{key}"), control)
    qtbot.keyClick(grid, Qt.Key.Key_Delete, control)
    assert window.models.document.project == before and window.models.focus.selection == selection
    assert grid.hasFocus()
    QGuiApplication.clipboard().setText(" 1,25\n")
    qtbot.keyClicks(grid, "-")
    qtbot.keyClick(grid, Qt.Key.Key_V, control)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert grid.numbers[1, 1] == -1.25
    qtbot.keyClicks(grid, "3")
    qtbot.keyClick(grid, Qt.Key.Key_Z, control)
    assert grid.numbers[1, 1] == -1.25
    qtbot.keyClick(grid, Qt.Key.Key_Z, control)
    assert window.models.document.project == before


def test_no_letter_typed_at_the_connections_reaches_the_window(window, qtbot):
    grid = open_grid(window, "n2", ConnectionGrid, "connection_grid")
    before = window.models.document.project
    grid.setFocus()
    qtbot.keyClicks(grid, LETTERS)
    assert window.models.document.project == before and window.models.runner.state == "ready"
    assert grid.hasFocus() and window.workbench.editor.scene.tool is None


@pytest.mark.parametrize("zoom", [1.0, 1.75])
def test_the_connections_stay_under_the_pointer(window, qtbot, zoom):
    window.models.theme.switch(zoom=zoom)
    grid = open_grid(window, "n3", ConnectionGrid, "connection_grid")
    note, hint = window.findChild(QLabel, "connection_note"), window.findChild(QLabel, "connection_hint")
    restore, bar = window.findChild(QPushButton, "restore_connections"), window.workbench.context.verticalScrollBar()
    qtbot.waitUntil(lambda: grid.known)
    window.grab()
    bar.setValue(bar.maximum())
    assert not grid.visibleRegion().isEmpty()
    places = [grid.mapTo(window, QPoint(0, 0)), restore.mapTo(window, QPoint(0, 0))]
    for column in (0, 1):
        QTest.mouseMove(grid, middle(grid, 0, column))
        qtbot.mouseClick(grid, LEFT, pos=middle(grid, 0, column))
        window.workbench.context.grab()
        assert [grid.mapTo(window, QPoint(0, 0)), restore.mapTo(window, QPoint(0, 0))] == places
    assert window.models.document.project.graph.node("n3").params["removed"] == "0-0 1-0"
    assert window.findChild(QLabel, "parameters_1").text() == "removed connections"
    for line in (note, hint):
        needed = line.heightForWidth(line.width()) if line.wordWrap() else line.sizeHint().height()
        assert line.height() >= needed and not line.visibleRegion().isEmpty()
    qtbot.mouseClick(restore, LEFT)
    window.workbench.context.grab()
    assert [grid.mapTo(window, QPoint(0, 0)), restore.mapTo(window, QPoint(0, 0))] == places


def test_the_numbers_of_inputs_lie_where_they_fit(connections, qtbot):
    grid = connections.find(ConnectionGrid, "connection_grid")
    for names, turned in ((("1", "2"), False), (("X₁", "X₂"), False), (("sin(X₁)", "sin(X₂)"), True)):
        grid.show_sources(names)
        assert grid.turned is turned


def test_a_shortcut_of_the_window_takes_the_number_that_is_typed_along(make_program, qtbot, tmp_path):
    program = make_program("digits-cnn")
    window, path = program.window, tmp_path / "typed.nnp"
    program.files._save(path)
    grid = open_grid(window, "n2", KernelGrid, "kernel_grid")
    qtbot.waitUntil(lambda: grid.known)
    qtbot.mouseClick(grid, LEFT, pos=middle(grid, 1, 1))
    qtbot.keyClicks(grid, "2.5")
    qtbot.keyClick(grid, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    saved = read_project(path, CATALOGUE)
    assert parse(str(saved.graph.node("n2").params["kernels"]))[0][0][1][1] == 2.5
    assert saved == window.models.document.project
