"""The workspace Inspect in the real window: layers, samples, sheets, values under the pointer, pictures of sheets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QToolButton

from playground.app import Program
from playground.catalog.dataset import Sources
from playground.catalog.splitting import prepare
from playground.document.project import to_json
from playground.engine.loop import Loop
from playground.engine.requests import Picture, TestSample
from playground.engine.session import Session
from playground.ui.inspect.parts import Cells, Maps
from playground.ui.numbers import figure
from playground.ui.views.layers_list import LayersView
from playground.ui.views.sample_chooser import SampleChooserView
from playground.ui.views.sheet import SheetView
from tests.networks import chain, project
from tests.ui.conftest import MakeProgram
from tests.ui.stage import in_its_thread, move

LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
DEEP = chain(
    "image",
    ("conv2d", {"filters": 6, "kernel": 5, "stride": 2}),
    "batch_norm",
    "relu",
    ("conv2d", {"filters": 12, "kernel": 3, "activation": "tanh"}),
    "max_pool",
    "flatten",
    ("dropout", {"rate": 0.5}),
    ("dense", {"units": 40, "activation": "relu"}),
    ("dense", {"units": 10}),
    "classes",
)


class Bench:
    """A window in Inspect, its three views, and the network in its thread."""

    def __init__(self, qtbot, program: Program) -> None:
        self.qtbot, self.program, self.window, self.models = qtbot, program, program.window, program.models
        self.sheet = self.window.findChild(SheetView)
        self.layers = self.window.findChild(LayersView)
        self.samples = self.window.findChild(SampleChooserView)
        qtbot.keyClick(self.window, Qt.Key.Key_4, CONTROL)
        assert self.window.workbench.workspace.name == "inspect"
        qtbot.waitUntil(lambda: bool(self.sheet.paper.parts))
        # The window comes to its final layout only after the first numbers are there.
        seen: list[QRectF] = []
        qtbot.waitUntil(lambda: seen.append(self.paper.rect_of(0)) or seen[-1:] == seen[-2:-1])

    @property
    def paper(self):
        return self.sheet.paper

    def pick(self, node: str) -> None:
        """Clicks a layer in the list and waits for its sheet."""
        self.qtbot.mouseClick(self.layers.buttons[node], LEFT)
        self.qtbot.waitUntil(lambda: self.sheet.node.id == node and bool(self.paper.parts))

    def point(self, rect: QRectF, across: float = 0.5, down: float = 0.5) -> str:
        """Moves the pointer to a place in a rectangle of the paper; what is read there."""
        spot = QPoint(round(rect.left() + across * rect.width()), round(rect.top() + down * rect.height()))
        self.sheet.scroll_area.ensureVisible(spot.x(), spot.y(), 20, 20)
        move(self.paper, spot)
        return self.paper.readout.text if not self.paper.readout.isHidden() else ""

    def show(self, source: str) -> None:
        """Clicks "Drawn" or "Test"."""
        self.qtbot.mouseClick(self.window.findChild(QToolButton, f"sample_source_{source}"), LEFT)

    def click(self, rect: QRectF) -> None:
        """Clicks into the middle of a rectangle of the paper."""
        QTest.mouseClick(self.paper, LEFT, Qt.KeyboardModifier.NoModifier, rect.center().toPoint())

    def trace(self, source: TestSample | Picture) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """What the network itself makes of a sample."""

        def work(loop: Loop) -> dict[str, tuple[np.ndarray, np.ndarray]]:
            session = loop.runnables[0]
            sample = source.array() if isinstance(source, Picture) else session.data.test.x[source.index]
            session.network.eval()
            with torch.no_grad():
                found = session.network.trace(torch.from_numpy(sample[None].copy()))
            session.network.train()
            return {node: (before[0].numpy(), after[0].numpy()) for node, (before, after) in found.items()}

        return in_its_thread(self.qtbot, self.models.runner, work)


@pytest.fixture
def bench(qtbot, make_program: MakeProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A deep network of small digits in Inspect."""
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)
    path = tmp_path / "deep.nnp"
    path.write_bytes(to_json(project(DEEP, "digits", epochs=2, batch_size=200)))
    return Bench(qtbot, make_program(str(path)))


def centre_of_pixel(bench: Bench, unit: int, row: int, down: int, across: int) -> str:
    """Points at one value of a map; what is read there."""
    _, height, width = bench.paper.parts[0].rows[row].maps.shape
    return bench.point(bench.paper.rect_of(unit, row), (across + 0.5) / width, (down + 0.5) / height)


# -- layers -------------------------------------------------------------------------------------------------------


def test_inspect_opens_with_layers_samples_and_the_sheet_of_a_layer(bench: Bench) -> None:
    assert list(bench.layers.buttons) == [f"n{number}" for number in range(1, 12)]
    assert not bench.window.workbench.palette_area.isVisible()
    assert not bench.window.workbench.editor.isVisible()
    # The first layer with weights, and the first test sample.
    assert bench.models.focus.selection == {"n2"} and bench.models.focus.input == TestSample(0)
    assert [row.title for row in bench.paper.parts[0].rows] == ["Filters", "Feature maps"]
    assert bench.sheet.panel.title.text() == "Conv 2D 6 @ 5×5"
    assert bench.layers.buttons["n2"].accessibleName() == "Layer 1, Conv 2D 6 @ 5×5, 12 × 12 × 6"
    bench.qtbot.waitUntil(lambda: all(button.image is not None for button in bench.layers.buttons.values()))


def test_a_click_on_a_layer_shows_its_sheet_and_selects_it_everywhere(bench: Bench) -> None:
    own = bench.trace(TestSample(0))
    for node in bench.layers.buttons:
        bench.pick(node)
        assert bench.models.focus.selection == {node}
        shown = [part.rows[-1].maps if isinstance(part, Maps) else part.values for part in bench.paper.parts]
        assert any(np.array_equal(numbers.reshape(-1), own[node][1].reshape(-1)) for numbers in shown), node
    assert bench.layers.buttons["n11"].isChecked()
    bench.models.focus.select(frozenset({"n4"}))
    assert bench.layers.buttons["n4"].isChecked() and bench.sheet.node.id == "n4"


def test_arrow_keys_go_through_the_layers(bench: Bench) -> None:
    button = bench.layers.buttons["n2"]
    button.setFocus()
    bench.qtbot.keyClick(button, Qt.Key.Key_Down)
    assert bench.models.focus.selection == {"n3"}


# -- samples ------------------------------------------------------------------------------------------------------


def test_a_sample_is_chosen_by_class(bench: Bench) -> None:
    data = bench.models.runner.data
    bench.samples.classes.setFocus()
    bench.qtbot.keyClick(bench.samples.classes, Qt.Key.Key_7)
    sevens = np.flatnonzero(data.test.y == 7)
    assert bench.models.focus.input == TestSample(int(sevens[0]))
    assert (bench.samples.grid.truth == 7).all() and bench.samples.count.text() == str(len(sevens))
    place = bench.samples.grid.rect_of(5).center().toPoint()
    bench.qtbot.mouseClick(bench.samples.grid, LEFT, pos=place)
    chosen = TestSample(int(sevens[5]))
    assert bench.models.focus.input == chosen and bench.samples.grid.current == 5
    maps = bench.trace(chosen)["n2"][1]
    bench.qtbot.waitUntil(lambda: np.array_equal(bench.paper.parts[0].rows[-1].maps, maps))


def test_the_drawing_can_be_come_back_to(bench: Bench) -> None:
    bench.show("drawn")
    assert bench.samples.nothing.text() == "Nothing drawn yet."
    assert bench.models.focus.input == TestSample(0)
    bench.qtbot.mouseClick(bench.samples.draw, LEFT)
    assert bench.window.workbench.workspace.name == "draw"
    drawn = Picture.of(np.random.default_rng(2).random((1, 28, 28)).astype(np.float32))
    bench.models.focus.set_input(drawn)
    bench.window.show_workspace("inspect")
    assert bench.samples.source.value == "drawn" and len(bench.samples.grid.images) == 1
    bench.show("test")
    assert isinstance(bench.models.focus.input, TestSample)
    bench.show("drawn")
    assert bench.models.focus.input == drawn
    maps = bench.trace(drawn)["n2"][1]
    bench.qtbot.waitUntil(lambda: np.array_equal(bench.paper.parts[0].rows[-1].maps, maps))


# -- values -------------------------------------------------------------------------------------------------------


def test_pointing_at_any_cell_reads_the_networks_own_value(bench: Bench) -> None:
    own = bench.trace(TestSample(0))
    weights = bench.models.runner.thread_of_training.loop.runnables[0].network.get_parameter("n2.weight").detach()
    told = f"Map 4 {figure(own['n2'][1][3, 5, 9], 3)}, row 6, column 10, from rows 11–15, columns 19–23"
    assert centre_of_pixel(bench, 3, 1, 5, 9) == told
    assert centre_of_pixel(bench, 5, 0, 4, 0) == f"Filter 6 {figure(float(weights[5, 0, 4, 0]), 3)}, row 5, column 1"
    bench.pick("n7")
    (strip,) = bench.paper.parts
    assert isinstance(strip, Cells)
    read = bench.point(bench.paper.rect_of(70))
    assert read.startswith(f"Unit 71 {figure(float(own['n7'][1][70]), 3)}")
    where = np.unravel_index(70, own["n6"][1].shape)
    assert read.endswith(f"map {where[0] + 1}, row {where[1] + 1}, column {where[2] + 1}")
    bench.pick("n11")
    assert bench.point(bench.paper.rect_of(4)) == f"4 {figure(float(own['n11'][1][4]), 3)}"
    move(bench.window.status, QPoint(5, 5))
    QTest.mouseMove(bench.paper, QPoint(1, bench.paper.height() - 2))
    assert bench.paper.readout.isHidden()


def test_a_click_keeps_a_column_and_the_line_below_tells_about_it(bench: Bench) -> None:
    own = bench.trace(TestSample(0))
    network = bench.models.runner.thread_of_training.loop.runnables[0].network
    bench.click(bench.paper.rect_of(2, 1))
    assert bench.models.focus.pinned == ("n2", 2)
    assert bench.paper.bands[0].marked == 2
    weight, bias = (network.get_parameter(f"n2.{name}").detach().numpy() for name in ("weight", "bias"))
    largest = weight[2].reshape(-1)[np.abs(weight[2]).argmax()]
    share = round(100 * float((own["n2"][1][2] > 0).mean()))
    text = bench.sheet.foot.text()
    assert text.startswith(f"Filter 3   {share} % above zero")
    assert f"largest weight {figure(float(largest), 3)}" in text and f"bias {figure(float(bias[2]), 3)}" in text
    bench.qtbot.keyClick(bench.paper, Qt.Key.Key_Right)
    assert bench.models.focus.pinned == ("n2", 3)


def test_a_unit_of_a_dense_layer_shows_its_own_weights(bench: Bench) -> None:
    bench.pick("n9")
    network = bench.models.runner.thread_of_training.loop.runnables[0].network
    weight = network.get_parameter("n9.weight").detach().numpy()
    np.testing.assert_array_equal(bench.paper.parts[0].rows[0].maps.reshape(-1), weight[0])
    bench.click(bench.paper.rect_of(17, band=1))
    assert bench.models.focus.pinned == ("n9", 17)
    bench.qtbot.waitUntil(lambda: np.array_equal(bench.paper.parts[0].rows[0].maps.reshape(-1), weight[17]))
    assert bench.paper.parts[0].rows[0].title == "Weights into unit 18"


def test_the_input_channel_of_filters_can_be_chosen(bench: Bench) -> None:
    bench.pick("n5")
    network = bench.models.runner.thread_of_training.loop.runnables[0].network
    weight = network.get_parameter("n5.weight").detach().numpy()
    assert bench.sheet.channels.isVisible() and bench.sheet.channels.count() == 6
    np.testing.assert_array_equal(bench.paper.parts[0].rows[0].maps, weight[:, 0])
    bench.sheet.channels.setFocus()
    bench.qtbot.keyClick(bench.sheet.channels, Qt.Key.Key_Down)
    bench.qtbot.waitUntil(lambda: np.array_equal(bench.paper.parts[0].rows[0].maps, weight[:, 1]))
    assert [row.title for row in bench.paper.parts[0].rows] == ["Filters", "Feature maps", "After Tanh"]
    bench.pick("n2")
    assert not bench.sheet.channels.isVisible()


def test_sheets_follow_training(bench: Bench) -> None:
    before = bench.paper.parts[0].rows[0].maps.copy()
    bench.qtbot.mouseClick(bench.window.transport.train, LEFT)
    bench.qtbot.waitUntil(lambda: not np.array_equal(bench.paper.parts[0].rows[0].maps, before))
    bench.qtbot.waitUntil(lambda: bench.models.runner.state == "finished", timeout=20_000)
    session = bench.models.runner.thread_of_training.loop.runnables[0]
    weight = session.network.get_parameter("n2.weight").detach().numpy()[:, 0]
    bench.qtbot.waitUntil(lambda: np.array_equal(bench.paper.parts[0].rows[0].maps, weight))
    # Nobody looked at a session of its own, and it has the same bits.
    made = bench.models.document.project
    bench.models.runner.shut_down()
    alone = Session(made, prepare(made.data, Sources()))
    while not alone.finished:
        alone.step()
    assert alone.weights_sha256() == session.weights_sha256()


def test_an_edit_is_followed_and_a_removed_layer_gives_way(bench: Bench) -> None:
    document = bench.models.document
    graph = document.project.graph.set_param("n2", "filters", 9)
    document.apply("Set filters", document.project.with_graph(graph))
    bench.qtbot.waitUntil(lambda: bench.paper.parts and bench.paper.parts[0].count == 9)
    bench.pick("n4")
    graph = document.project.graph.remove("n4").connect("n3", "n5")
    document.apply("Remove", document.project.with_graph(graph))
    assert "n4" not in bench.layers.buttons
    bench.qtbot.waitUntil(lambda: bool(bench.paper.parts))
    assert bench.sheet.node.id == "n2"


# -- saving -------------------------------------------------------------------------------------------------------


def test_the_sheet_is_saved_as_a_picture_at_twice_its_size(bench: Bench, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "conv"), ""))
    bench.qtbot.mouseClick(bench.sheet.save_button, LEFT)
    image = QImage(str(tmp_path / "conv.png"))
    assert image.width() == 2 * bench.paper.width()
    assert image.height() > 2 * bench.paper.bands[0].height
    row = bench.paper.parts[0].rows[1]
    top = image.height() / 2 - bench.paper._bottom()
    rect = bench.paper.rect_of(4, 1).translated(0, top)
    band = bench.paper.bands[0].images[1]
    for down, across in ((0, 0), (5, 7), (11, 11)):
        x = 2 * (rect.left() + (across + 0.5) / 12 * rect.width())
        y = 2 * (rect.top() + (down + 0.5) / 12 * rect.height())
        expected = band.pixelColor(across, 4 * row.maps.shape[1] + down)
        assert image.pixelColor(round(x), round(y)) == expected


def test_a_place_that_cannot_be_written_gives_one_sentence(bench: Bench, tmp_path: Path, monkeypatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "conv.png"), ""))
    monkeypatch.setattr(QMessageBox, "warning", lambda parent, title, text: said.append(text))
    bench.qtbot.mouseClick(bench.sheet.save_button, LEFT)
    assert len(said) == 1 and said[0].endswith(".") and "\n" not in said[0]
    assert list(tmp_path.glob("**/*.png")) == []


def test_the_dialog_can_be_left_without_a_picture(bench: Bench, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    bench.qtbot.mouseClick(bench.sheet.save_button, LEFT)
    assert list(tmp_path.glob("**/*.png")) == []


# -- the window around it ------------------------------------------------------------------------------------------


def test_l_folds_the_left_column_to_the_small_pictures(bench: Bench) -> None:
    side = bench.window.workbench.side
    wide = side.width()
    bench.qtbot.keyClick(bench.window, Qt.Key.Key_L)
    assert side.width() < wide / 3
    assert bench.layers.isVisible() and not bench.samples.isVisible()
    bench.qtbot.mouseClick(bench.layers.buttons["n6"], LEFT)
    assert bench.sheet.node.id == "n6"
    bench.qtbot.keyClick(bench.window, Qt.Key.Key_L)
    assert side.width() == wide and bench.samples.isVisible()


def test_a_button_at_the_foot_of_the_folded_column_brings_the_samples(bench: Bench) -> None:
    side = bench.window.workbench.side
    assert not side.leave.isVisible()
    bench.models.theme.switch(zoom=1.75)
    assert side.leave.isVisible() and not bench.samples.isVisible()
    bench.qtbot.mouseClick(side.leave, LEFT)
    assert bench.samples.isVisible() and not side.leave.isVisible()


def test_back_in_build_the_palette_and_the_canvas_are_there(bench: Bench) -> None:
    bench.qtbot.keyClick(bench.window, Qt.Key.Key_1, CONTROL)
    assert bench.window.workbench.palette_area.isVisible() and bench.window.workbench.editor.isVisible()
    assert not (bench.window.workbench.side.isVisible() or bench.sheet.isVisible() or bench.layers.isVisible())


def test_points_have_sheets_of_neurons_over_the_plane(qtbot, program: Program) -> None:
    bench = Bench(qtbot, program)
    assert not bench.samples.isVisible()
    for node in bench.layers.buttons:
        bench.pick(node)
    bench.pick("n2")
    weights, neurons = bench.paper.parts[0].rows
    assert weights.title == "Weights" and neurons.plane
    size = neurons.maps.shape[1]
    read = bench.point(bench.paper.rect_of(1, 1), 0.5 / size, 0.5 / size)
    assert read == f"Neuron 2 {figure(float(neurons.maps[1, 0, 0]), 3)}, x₁ −6.0, x₂ 6.0"
    bench.click(bench.paper.rect_of(1, 1))
    assert program.models.focus.pinned == ("n2", 1)


def test_another_project_brings_its_own_layers(bench: Bench) -> None:
    bench.window.files.new("spiral")
    bench.qtbot.waitUntil(lambda: bool(bench.paper.parts) and bench.paper.parts[0].rows[-1].plane)
    assert not bench.samples.isVisible()
    assert bench.window.workbench.workspace.name == "inspect"


def test_without_a_way_to_the_output_one_sentence_says_so_and_undo_brings_all_back(bench: Bench) -> None:
    document = bench.models.document
    graph = document.project.graph
    cut = next(edge for edge in graph.edges if edge.target == "n9")
    document.apply("Cut", document.project.with_graph(graph.disconnect(cut)))
    assert bench.sheet.said == bench.layers.said == "There is no way from Input to Output yet. Connect the layers."
    bench.window.actions_table["undo"].trigger()
    bench.qtbot.waitUntil(lambda: not bench.sheet.said and bool(bench.paper.parts))
    assert not bench.layers.said


def test_a_value_output_on_pictures_has_a_sheet_too(qtbot, make_program: MakeProgram, tmp_path: Path) -> None:
    path = tmp_path / "value.nnp"
    graph = chain("image", "flatten", ("dense", {"units": 10}), "value")
    path.write_bytes(to_json(project(graph, "digits", epochs=1)))
    bench = Bench(qtbot, make_program(str(path)))
    for node in bench.layers.buttons:
        bench.pick(node)
    assert bench.paper.parts[0].title == "Value"
