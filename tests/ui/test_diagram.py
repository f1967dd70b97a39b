"""The layer diagram: what it draws and how large, that it follows pointer, keys and frames, and how it is saved."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QToolButton

from playground.catalog.catalogue import CATALOGUE
from playground.document.project import read_project
from playground.document.shapes import active_nodes
from playground.engine.session import Session
from playground.resources import example
from playground.ui.diagram import Diagram
from playground.ui.diagram.figure import Block
from playground.ui.inspect.windows import window_of
from playground.ui.pictures import color_table, signed_levels
from tests.networks import branched, chain, project
from tests.random_graphs import random_graph
from tests.ui.stage import IMAGE_PROJECT, PLANE_PROJECT, answer, image_data, make_models, plane_data, rgb

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def page(qtbot, tmp_path):
    """Makes the diagram of a project on the screen."""

    def make(made=IMAGE_PROJECT, data=None, size=(1000, 204), theme="dark", zoom=1.0) -> Diagram:
        models = make_models(tmp_path, made, data)
        models.theme.switch(theme, zoom)
        shown = Diagram(models, None)
        shown.models = models
        qtbot.addWidget(shown)
        shown.resize(*size)
        with qtbot.waitExposed(shown):
            shown.show()
        return shown

    return make


def shipped(name: str):
    return read_project(example(name).path, CATALOGUE)


def blocks(shown: Diagram) -> dict[str, Block]:
    return dict(shown.paper.figure.blocks)


def pixels(shown: Diagram, room: QRectF) -> np.ndarray:
    """The colours in a part of the paper."""
    return rgb(shown.paper.grab(room.toAlignedRect()).toImage())


# -- what is drawn, and how large -----------------------------------------------------------------------------


@pytest.mark.row("M08")
@pytest.mark.parametrize("name", ["digits-cnn", "lenet-5", "micrometeorites", "two-sizes", "residual", "spiral"])
def test_every_layer_of_an_example_is_a_block_that_lies_on_no_other(page, name: str) -> None:
    made = shipped(name)
    shown = page(made)
    found = blocks(shown)
    assert tuple(found) == active_nodes(made.graph, CATALOGUE.layers)
    whole = QRectF(shown.paper.rect())
    for block in found.values():
        assert whole.contains(block.area), block.name
        assert all(found[source].column < block.column for source in block.part.sources)
    for one, other in combinations(found.values(), 2):
        assert not one.area.intersects(other.area), (one.name, other.name)


@pytest.mark.parametrize("seed", range(10))
def test_so_are_those_of_any_network(page, seed: int) -> None:
    graph = random_graph(seed)
    found = blocks(page(project(graph, "digits" if graph.nodes[0].kind == "image" else "circle")))
    assert set(found) == set(active_nodes(graph, CATALOGUE.layers))
    for one, other in combinations(found.values(), 2):
        assert not one.solid.intersects(other.solid), (one.part, other.part)


def test_maps_are_in_the_scale_of_the_square_root_and_channels_make_them_deep(page) -> None:
    found = blocks(page(shipped("micrometeorites")))
    by_shape = {block.part.shape: block for block in found.values()}
    whole, small, least = (by_shape[shape].front for shape in ((3, 141, 141), (96, 33, 33), (256, 3, 3)))
    assert whole.height() == whole.width() and whole.height() > 60
    assert small.height() / whole.height() == pytest.approx((33 / 141) ** 0.5, abs=0.01)
    assert least.height() > 8
    depths = [by_shape[shape].depth.x() for shape in ((3, 141, 141), (96, 33, 33), (256, 7, 7), (384, 7, 7))]
    assert depths == sorted(depths) and len(set(depths)) == 4
    # Flat layers are tall and thin, taller with more values; ReLU and Dropout are no deeper for more channels.
    columns = {block.part.units: block.front for block in found.values() if block.part.units}
    assert columns[2304].height() > columns[2048].height() > columns[2].height()
    assert columns[2304].height() > 5 * columns[2304].width()


def test_a_network_on_the_plane_is_columns_of_equal_units(page) -> None:
    fronts = {node: (block.front, block.part.units) for node, block in blocks(page(shipped("spiral"))).items()}
    sides = {round(front.height() / units, 6) for front, units in fronts.values()}
    assert len(sides) == 1 and all(front.width() == pytest.approx(sides.copy().pop()) for front, _ in fronts.values())


def test_names_and_shapes_stand_in_one_line_below_a_chain(page) -> None:
    found = blocks(page())
    assert len({block.label.top() for block in found.values()}) == 1
    assert [(block.name, block.part.size_text) for block in found.values()][:2] == [
        ("Image", "28×28×1"), ("Conv 2D", "24×24×4"),
    ]  # fmt: skip
    assert found["n2"].part.told.startswith("Conv 2D 4 @ 5×5, output 24 × 24 × 4, 104 parameters")


def test_branches_have_lanes_and_a_wire_around_layers_leads_over_them(page) -> None:
    shown = page(shipped("two-sizes"))
    lanes: dict[int, list[float]] = {}
    for block in blocks(shown).values():
        lanes.setdefault(block.column, []).append(block.front.center().y())
    assert [len(lane) for lane in lanes.values()].count(2) == 1 and shown.paper.figure.arches == {}
    shown = page(shipped("residual"))
    ((source, target), height) = next(iter(shown.paper.figure.arches.items()))
    found = blocks(shown)
    between = [block for block in found.values() if found[source].column < block.column < found[target].column]
    assert len(between) == 5 and height < min(block.solid.top() for block in between)


def test_bypassed_layers_are_left_out_and_a_problem_is_dashed_in_red(page) -> None:
    shown = page()
    document = shown.models.document
    document.apply("Bypass", document.project.with_graph(document.project.graph.set_bypassed("n3", True)))
    assert "n3" not in blocks(shown) and blocks(shown)["n4"].part.sources == ("n2",)
    document.apply("Set kernel", document.project.with_graph(document.project.graph.set_param("n2", "kernel", 31)))
    wrong = blocks(shown)["n2"]
    assert wrong.part.shape is None and wrong.part.wrong and document.blocking.message in wrong.part.told
    red = shown.models.theme.color("error.base")
    near = np.abs(pixels(shown, wrong.front).astype(int) - [red.red(), red.green(), red.blue()]).sum(axis=2) < 40
    assert near.sum() > 20


def test_without_a_way_from_input_to_output_a_sentence_says_what_to_do(page) -> None:
    shown = page()
    document = shown.models.document
    graph = document.project.graph
    document.apply("Cut", document.project.with_graph(graph.disconnect(graph.incoming("n5")[0])))
    label = shown.findChild(QLabel, "diagram_empty")
    assert label.isVisible() and label.text() == "Connect the layers from Input to Output, and they are drawn here."
    assert shown.wants() == ()
    document.undo_stack.undo()
    assert shown.paper.isVisible() and not label.isVisible()


def test_the_window_drawn_is_the_one_that_the_value_comes_from(page) -> None:
    shown = page()
    found, theme = blocks(shown), shown.models.theme
    made = found["n2"]
    # The spot of the first branch: 30 % down and 62 % across the output.
    patch = window_of(CATALOGUE.layers["conv2d"], shown.models.document.project.graph.node("n2").params).patch(
        int(0.3 * 24), int(0.62 * 24), 28, 28
    )
    front, pixel = found["n1"].front, found["n1"].front.width() / 28
    frame = QRectF(front.left() + patch.columns[0] * pixel, front.top() + patch.rows[0] * pixel, 5 * pixel, 5 * pixel)
    color = theme.color(f"category.{made.part.category}")
    own = pixels(shown, front).astype(int)
    near = np.abs(own - [color.red(), color.green(), color.blue()]).sum(axis=2) < 60
    rows, columns = np.nonzero(near)
    assert abs(rows.min() - (frame.top() - front.top())) <= 2.5
    assert abs(columns.min() - (frame.left() - front.left())) <= 2.5


def test_five_hundred_layers_are_arranged(page) -> None:
    graph = chain("features", *[("dense", {"units": 4})] * 498, "value")
    shown = page(project(graph), size=(1000, 204))
    document = shown.models.document
    document.apply("Set units", document.project.with_graph(document.project.graph.set_param("n9", "units", 5)))
    assert len(blocks(shown)) == 500


def test_a_card_that_moves_leaves_the_figure_as_it_is(page) -> None:
    shown = page()
    document, before = shown.models.document, shown.paper.figure
    document.apply("Move", document.project.with_graph(document.project.graph.move("n3", 900, 500)))
    assert shown.paper.figure is before
    document.apply("Rename", document.project.with_graph(document.project.graph.rename("n3", "rectified")))
    assert blocks(shown)["n3"].name == "rectified"


# -- pointer and keys -----------------------------------------------------------------------------------------


@pytest.mark.row("M08")
def test_a_click_selects_the_layer_and_one_beside_the_blocks_none(page, qtbot) -> None:
    shown = page()
    focus, found = shown.models.focus, blocks(shown)
    for node in ("n2", "n5"):
        qtbot.mouseClick(shown.paper, LEFT, pos=found[node].front.center().toPoint())
        assert focus.selection == {node}
        assert shown.paper.accessibleDescription() == found[node].part.told
    qtbot.mouseClick(shown.paper, LEFT, pos=found["n4"].label.center().toPoint())
    assert focus.selection == {"n4"}
    qtbot.mouseClick(shown.paper, LEFT, pos=QPoint(2, 2))
    assert focus.selection == frozenset()


def test_what_is_selected_elsewhere_is_marked_and_scrolled_into_view(page) -> None:
    shown = page(shipped("residual"))
    bar = shown.view.horizontalScrollBar()
    assert bar.maximum() > 0 and bar.value() == 0
    last = list(blocks(shown))[-1]
    before = pixels(shown, blocks(shown)[last].area)
    shown.models.focus.select(frozenset({last}))
    assert bar.value() > 0
    accent = shown.models.theme.color("accent.base")
    after = pixels(shown, blocks(shown)[last].area).astype(int)
    assert (before != after).any()
    assert (np.abs(after - [accent.red(), accent.green(), accent.blue()]).sum(axis=2) < 30).sum() > 20


def test_a_hovered_layer_lifts(page) -> None:
    shown = page()
    block = blocks(shown)["n4"]
    before = pixels(shown, block.front)
    QTest.mouseMove(shown.paper, (block.front.center() + QPointF(2, 0)).toPoint())
    QTest.mouseMove(shown.paper, block.front.center().toPoint())
    assert (pixels(shown, block.front) != before).any()
    assert shown.paper.cursor().shape() == Qt.CursorShape.PointingHandCursor
    QTest.mouseMove(shown.paper, QPoint(2, 2))
    assert (pixels(shown, block.front) == before).all()


def test_arrow_keys_walk_along_the_layers_and_between_lanes(page, qtbot) -> None:
    made = project(branched(), "digits")
    shown = page(made)
    focus, found = shown.models.focus, blocks(shown)
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)
    shown.paper.clearFocus()
    shown.paper.setFocus(Qt.FocusReason.TabFocusReason)
    order = list(found)
    assert focus.selection == {order[0]}
    qtbot.keyClick(shown.paper, Qt.Key.Key_End)
    assert focus.selection == {order[-1]}
    qtbot.keyClick(shown.paper, Qt.Key.Key_Right)
    assert focus.selection == {order[-1]}
    columns: dict[int, list[str]] = {}
    for node, block in found.items():
        columns.setdefault(block.column, []).append(node)
    at, lane = next((column, nodes) for column, nodes in columns.items() if len(nodes) > 1)
    upper, lower = sorted(lane, key=lambda node: found[node].front.top())[:2]
    focus.select(frozenset({upper}))
    qtbot.keyClick(shown.paper, Qt.Key.Key_Down)
    assert focus.selection == {lower}
    qtbot.keyClick(shown.paper, Qt.Key.Key_Up)
    assert focus.selection == {upper}
    qtbot.keyClick(shown.paper, Qt.Key.Key_Left)
    assert found[next(iter(focus.selection))].column == at - 1
    qtbot.keyClick(shown.paper, Qt.Key.Key_Home)
    assert focus.selection == {order[0]}


def test_keys_and_wheel_magnify_and_fit_goes_back(page, qtbot) -> None:
    shown = page()
    side = blocks(shown)["n1"].front.height()
    qtbot.keyClick(shown.paper, Qt.Key.Key_Plus)
    assert blocks(shown)["n1"].front.height() == pytest.approx(1.25 * side, abs=1)
    middle = QPointF(shown.view.viewport().rect().center())
    for modifiers, turn in ((CONTROL, 120), (Qt.KeyboardModifier.NoModifier, -120)):
        event = QWheelEvent(middle, middle, QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, modifiers,
                            Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
        QApplication.sendEvent(shown.view.viewport(), event)
    assert shown.paper.magnification == pytest.approx(1.25**2)
    assert shown.view.horizontalScrollBar().value() + shown.view.verticalScrollBar().value() > 0
    qtbot.keyClick(shown.paper, Qt.Key.Key_0)
    assert blocks(shown)["n1"].front.height() == pytest.approx(side)


@pytest.mark.parametrize("zoom", [1.0, 1.75])
def test_the_figure_fits_its_room_in_both_themes(page, zoom: float) -> None:
    shown = page(size=(1400, 380), zoom=zoom)
    assert shown.view.horizontalScrollBar().maximum() == shown.view.verticalScrollBar().maximum() == 0
    dark = pixels(shown, QRectF(shown.paper.rect()))
    shown.models.theme.switch("light")
    assert (pixels(shown, QRectF(shown.paper.rect())).mean() > dark.mean() + 60).all()


# -- frames ---------------------------------------------------------------------------------------------------


def test_the_face_of_a_block_is_its_first_map_and_that_of_a_column_its_values(page) -> None:
    shown = page(data=image_data())
    session = Session(IMAGE_PROJECT, image_data())
    made = answer(session, [shown])
    (arrays,) = made.pictures.values()
    table = color_table(shown.models.theme, "signed")
    for node, values in (("n2", arrays["n2"][0]), ("n6", arrays["n6"].reshape(-1, 1))):
        front, levels = blocks(shown)[node].front, signed_levels(np.asarray(values))
        rows, columns = levels.shape
        own = pixels(shown, front).astype(int)
        height, width = front.height() / rows, front.width() / columns
        # The middles of pixels away from the window that is drawn on the map.
        for row, column in ((rows - 2, 0), (rows - 1, columns - 1), (rows - 2, columns // 2)):
            color = table[levels[row, column]]
            wanted = [(color >> shift) & 255 for shift in (16, 8, 0)]
            seen = own[int((row + 0.5) * height), int((column + 0.5) * width)]
            assert np.abs(seen - wanted).sum() < 12, (node, row, column)


def test_units_on_the_plane_show_their_pictures(page) -> None:
    shown = page(PLANE_PROJECT, plane_data())
    before = pixels(shown, blocks(shown)["n2"].front)
    answer(Session(PLANE_PROJECT, plane_data()), [shown])
    assert (pixels(shown, blocks(shown)["n2"].front) != before).mean() > 0.5


def test_a_hidden_diagram_computes_nothing_and_is_current_when_it_comes_back(page) -> None:
    shown = page()
    document = shown.models.document
    shown.hide()
    before = shown.paper.figure
    document.apply("Set filters", document.project.with_graph(document.project.graph.set_param("n2", "filters", 9)))
    assert shown.paper.figure is before
    shown.show()
    assert blocks(shown)["n2"].part.shape == (9, 24, 24)


# -- saving ---------------------------------------------------------------------------------------------------


def answer_dialog(monkeypatch, name: str, kind: str = "") -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (name, kind))


@pytest.mark.row("M08")
def test_the_figure_is_saved_at_twice_its_size_without_marks(page, tmp_path, monkeypatch) -> None:
    shown = page(data=image_data())
    answer(Session(IMAGE_PROJECT, image_data()), [shown])
    answer_dialog(monkeypatch, str(tmp_path / "net"))
    shown.ask_save()
    unmarked = (tmp_path / "net.png").read_bytes()
    assert QImage.fromData(unmarked).size() == shown.paper.size() * 2
    shown.models.focus.select(frozenset({"n2"}))
    shown.ask_save()
    assert (tmp_path / "net.png").read_bytes() == unmarked
    answer_dialog(monkeypatch, str(tmp_path / "drawn"), "Drawings (*.svg)")
    shown.ask_save()
    root = ET.parse(tmp_path / "drawn.svg").getroot()
    assert root.tag.endswith("svg") and root.get("viewBox") == f"0 0 {shown.paper.width()} {shown.paper.height()}"
    texts = {"".join(entry.itertext()).strip() for entry in root.iter() if entry.tag.endswith("text")}
    assert {"Image", "Conv 2D", "24×24×4", "Flatten", "Classes"} <= texts
    assert sum(entry.tag.endswith("image") for entry in root.iter()) >= 5


def test_a_file_that_cannot_be_written_is_told_in_a_sentence(page, tmp_path, monkeypatch) -> None:
    shown, told = page(), []
    monkeypatch.setattr(QMessageBox, "warning", lambda parent, title, text: told.append((title, text)))
    answer_dialog(monkeypatch, str(tmp_path / "no" / "net.svg"))
    shown.ask_save()
    assert told[0][0] == "Save the layer diagram" and told[0][1].endswith(".")
    answer_dialog(monkeypatch, "")
    shown.ask_save()
    assert len(told) == 1 and list(tmp_path.iterdir()) == []


# -- in the window --------------------------------------------------------------------------------------------


@pytest.mark.row("M08")
def test_in_the_window_a_click_on_a_block_opens_the_inspector(make_program, qtbot) -> None:
    window = make_program("digits-cnn").window
    window.actions_table["show_diagram"].trigger()
    assert window.workbench.workspace.name == "build"
    diagram = window.workbench.bottom.diagram
    assert diagram.isVisible() and window.findChild(QToolButton, "save_diagram_button").isVisible()
    qtbot.waitUntil(lambda: len(diagram.paper._pictures) == 11)
    node = next(node for node, block in diagram.paper.figure.blocks.items() if block.part.shape == (16, 8, 8))
    qtbot.mouseClick(diagram.paper, LEFT, pos=diagram.paper.figure.blocks[node].front.center().toPoint())
    assert window.workbench.inspector.node.id == node
    assert window.workbench.inspector.properties.title.text() == "Conv 2D"
    assert window.models.focus.selection == {node}
    qtbot.keyClick(diagram.paper, Qt.Key.Key_Plus)
    qtbot.mouseClick(window.findChild(QToolButton, "fit_diagram_button"), LEFT)
    assert diagram.paper.magnification == 1.0
    qtbot.mouseClick(window.findChild(QToolButton, "bottom_tabs_summary"), LEFT)
    assert not diagram.isVisible() and not window.findChild(QToolButton, "save_diagram_button").isVisible()
