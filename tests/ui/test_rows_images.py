"""Rows of the courses about pictures, shown in the window as a whole with the mouse and the keyboard of a user."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from torch.nn import functional

from playground.app import Program
from playground.document.graph import Graph
from playground.document.project import to_json
from playground.engine.requests import Picture, Request, TestSample
from playground.ui.class_counts import ClassCounts
from playground.ui.editor.layout import lay_out
from playground.ui.gallery import Gallery
from playground.ui.inspect.columns import ColumnsBand
from playground.ui.inspect.parts import Cells, Maps
from playground.ui.numbers import figure
from playground.ui.pictures import signed_levels
from playground.ui.views.drawing import DrawingView
from playground.ui.views.network_input import NetworkInputView
from playground.ui.views.prediction import PredictionView
from tests.networks import chain, project
from tests.ui.conftest import MakeProgram
from tests.ui.stage import ask, rgb
from tests.ui.test_draw_a_digit import SEVEN
from tests.ui.test_inspect import Bench

LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
CASES = {
    case["id"]: case
    for case in json.loads(Path(__file__).parents[1].joinpath("data", "worked_examples.json").read_text("utf-8"))[
        "cases"
    ]
}
CNN = chain(
    "image",
    ("conv2d", {"filters": 3, "kernel": 5}),
    "relu",
    "max_pool",
    ("conv2d", {"filters": 4, "kernel": 3, "padding": "same", "dilation": 2}),
    ("avg_pool", {"window": 3, "stride": 2, "pad": 1}),
    "flatten",
    ("dense", {"units": 10}),
    "classes",
)

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture(autouse=True)
def small_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the digits that come with scikit-learn, unless a test names a folder."""
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)


class Builder:
    """Opens networks in Inspect."""

    def __init__(self, qtbot, make_program: MakeProgram, folder: Path) -> None:
        self._qtbot, self._make, self._folder = qtbot, make_program, folder

    def program(self, graph: Graph, data: str = "digits", folder: Path | None = None, **training) -> Program:
        """The window with a project around this graph; `params` are those of the data."""
        params = training.pop("params", {})
        made = lay_out(project(graph, data, **training))
        for name, value in params.items():
            made = made.with_data(params=made.data.params.set(name, value))
        path = self._folder / "rows.nnp"
        path.write_bytes(to_json(made))
        return self._make(str(path), data_folder=folder)

    def bench(self, graph: Graph, data: str = "digits", **training) -> Bench:
        """The same, in Inspect."""
        return Bench(self._qtbot, self.program(graph, data, **training))


@pytest.fixture
def build(qtbot, make_program: MakeProgram, tmp_path: Path) -> Builder:
    return Builder(qtbot, make_program, tmp_path)


def session(window):
    """The session; its thread stands still while nothing is trained."""
    return window.models.runner.thread_of_training.loop.runnables[0]


def point_at(bench: Bench, unit: int, row: int, down: int, across: int) -> list[str]:
    """Points at a value of a map; the lines that are read there."""
    height, width = bench.paper.parts[0].rows[row].size
    bench.point(bench.paper.rect_of(unit, row), (across + 0.5) / width, (down + 0.5) / height)
    return [" ".join(part for part in (name, value) if part) for _, name, value in bench.paper.readout._rows]


def look_at(bench: Bench, pixels: np.ndarray) -> None:
    """Looks at a picture of these numbers."""
    bench.models.focus.set_input(Picture.of(pixels.astype(np.float32)))
    bench.qtbot.waitUntil(
        lambda: np.array_equal(bench.sheet._found[0]["n1"] if bench.sheet._found else None, pixels.astype(np.float32))
    )


# -- drawing --------------------------------------------------------------------------------------------------


@pytest.mark.row("B03")
def test_a_digit_is_drawn_seen_in_28_by_28_and_told_by_ten_bars_while_the_pen_moves(make_program, qtbot) -> None:
    window = make_program("digits-cnn").window
    window.show_workspace("draw")
    drawing, prediction = window.findChild(DrawingView), window.findChild(PredictionView)
    seen = window.findChild(NetworkInputView)
    qtbot.waitUntil(lambda: drawing.isVisible() and prediction.isVisible())
    paper, area = drawing.paper, drawing.paper.area()
    places = [(area.topLeft() + QPointF(x * area.width(), y * area.height())).toPoint() for x, y in SEVEN]
    told: list[bytes] = []

    def followed() -> bool:
        shares = prediction.bars.shares
        return len(shares) == 10 and shares.tobytes() not in told

    QTest.mousePress(paper, LEFT, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(paper, place)
        # The bars follow every part of the stroke while the pen is down.
        qtbot.waitUntil(followed)
        told.append(prediction.bars.shares.tobytes())
    QTest.mouseRelease(paper, LEFT, pos=places[-1])
    qtbot.waitUntil(lambda: prediction.bars.top == 7)
    assert window.models.focus.input.shape == (1, 28, 28) and seen.isVisible()
    qtbot.waitUntil(lambda: prediction.bars._motion.state() == prediction.bars._motion.State.Stopped)


# -- convolution ----------------------------------------------------------------------------------------------


@pytest.mark.row("C05")
def test_pointing_at_a_value_of_a_feature_map_frames_the_window_it_was_computed_from(build: Builder) -> None:
    bench = build.bench(CNN)
    network = session(bench.window).network
    given = bench.trace(TestSample(0))["n1"][1]
    told = point_at(bench, 2, 1, 7, 11)
    assert told[1:] == ["row 8, column 12", "from rows 8–12, columns 12–16"]
    # The sum over that window is the value that is read.
    weight, bias = (network.get_parameter(f"n2.{name}").detach().numpy() for name in ("weight", "bias"))
    value = float((given[:, 7:12, 11:16] * weight[2]).sum() + bias[2])
    assert told[0] == f"Map 3 {figure(value, 3)}"
    (trace,) = bench.sheet.given.bands[0].traces
    assert (trace.patch.rows, trace.patch.columns) == (range(7, 12), range(11, 16))
    place = bench.sheet.given.rect_of(0)
    edge = place.topLeft() + QPointF(11 / 28 * place.width(), 9.5 / 28 * place.height())
    accent = bench.models.theme.color("accent.base")
    assert bench.sheet.given.grab().toImage().pixelColor(edge.toPoint()) == accent
    # Somewhere else the frame is gone.
    bench.point(bench.paper.rect_of(0, 0))
    assert bench.sheet.given.bands[0].traces == ()


@pytest.mark.row("C05")
def test_a_window_with_holes_over_the_edge_is_framed_where_it_lies_on_the_map(build: Builder) -> None:
    bench = build.bench(CNN)
    bench.pick("n5")
    own = bench.trace(TestSample(0))
    # Three input maps can be seen at once: the window is framed in each of them.
    assert bench.sheet.channels.value == "all" and bench.sheet.given.parts[0].count == 3
    told = point_at(bench, 1, len(bench.paper.parts[0].rows) - 1, 0, 5)
    assert told[2:] == ["from rows 1–3 in steps of 2, columns 4–8 in steps of 2", "and zeros around the map"]
    weight, bias = (
        session(bench.window).network.get_parameter(f"n5.{name}").detach().numpy() for name in ("weight", "bias")
    )
    inside = own["n4"][1][:, 0:3:2, 3:8:2]
    value = float((inside * weight[1][:, 1:]).sum() + bias[1])
    assert told[0] == f"Map 2 {figure(value, 3)}"
    bench.sheet.channels.setFocus()
    bench.qtbot.keyClick(bench.sheet.channels, Qt.Key.Key_End)
    bench.qtbot.waitUntil(lambda: bench.sheet.given.parts[0].count == 1)
    np.testing.assert_array_equal(bench.sheet.given.parts[0].rows[0].maps[0], own["n4"][1][2])


# -- pooling --------------------------------------------------------------------------------------------------


def pooling(kind: str):
    return chain("image", kind, "flatten", ("dense", {"units": 10}), "classes")


@pytest.mark.row("C07")
@pytest.mark.parametrize("name", ["maxpool_4x4", "avgpool_4x4", "maxpool_6x6"])
def test_pooling_of_the_course_shows_every_window_and_its_winner(build: Builder, name: str) -> None:
    case = CASES[name]
    x, y = np.array(case["inputs"]["x"], np.float32), np.array(case["expected"]["y"], np.float32)
    kind = "avg_pool" if case["op"] == "avgpool2d" else "max_pool"
    bench = build.bench(pooling(kind))
    bench.pick("n2")
    pixels = np.zeros((1, 28, 28), np.float32)
    pixels[0, : len(x), : len(x)] = x
    look_at(bench, pixels)
    side = len(y)
    np.testing.assert_array_equal(bench.paper.parts[0].rows[1].maps[0, :side, :side], y)
    for down, across in np.ndindex(y.shape):
        told = point_at(bench, 0, 1, down, across)
        assert told[0] == f"Map 1 {figure(float(y[down, across]), 3)}"
        rows, columns = f"rows {2 * down + 1}–{2 * down + 2}", f"columns {2 * across + 1}–{2 * across + 2}"
        above, own = bench.paper.bands[0].traces
        assert (above.row, list(above.patch.rows), list(above.patch.columns)) == (
            0, [2 * down, 2 * down + 1], [2 * across, 2 * across + 1],
        )  # fmt: skip
        assert (own.row, own.patch.rows, own.patch.columns) == (
            1, range(down, down + 1), range(across, across + 1),
        )  # fmt: skip
        if kind == "avg_pool":
            assert above.winner is None and told[2:] == [f"mean of {rows}, {columns}"]
        else:
            window = x[2 * down : 2 * down + 2, 2 * across : 2 * across + 2]
            row, column = np.argwhere(window == window.max())[0] + (2 * down, 2 * across)
            assert above.winner == (row, column) and x[above.winner] == y[down, across]
            assert told[2:] == [f"largest of {rows}, {columns}", f"found in row {row + 1}, column {column + 1}"]


@pytest.mark.row("C07")
def test_the_gradient_of_a_max_pool_goes_to_the_winners_only(build: Builder, qtbot) -> None:
    window = build.program(chain("image", ("conv2d", {"filters": 3, "kernel": 5}), "max_pool", "flatten",
                                 ("dense", {"units": 10}), "classes")).window  # fmt: skip
    window.show_workspace("train")
    button = window.workbench.editor.findChild(QToolButton, "canvas_mode_gradients")
    QTest.mouseClick(button, LEFT)
    window.models.focus.set_input(TestSample(3))
    thumbnail = window.workbench.editor.scene.cards["n2"].face.thumbnail
    found = ask(qtbot, window.models.runner, Request("gradients", input=TestSample(3)))
    maps = torch.from_numpy(ask(qtbot, window.models.runner, Request("activations", input=TestSample(3)))["n2"])
    _, winners = functional.max_pool2d(maps, 2, return_indices=True)
    expected = functional.max_unpool2d(torch.from_numpy(found["n3"]), winners, 2).numpy()
    np.testing.assert_array_equal(found["n2"], expected)
    assert 0 < np.count_nonzero(expected) <= expected.size // 4
    # The card shows just that: zero has the colour of zero wherever there is no winner.
    levels = signed_levels(expected, gain=1.1)

    def shown() -> np.ndarray:
        image = thumbnail._image
        if image is None:
            return np.empty(0)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        return rows[:, : image.width()].reshape(-1, 24, 24)

    qtbot.waitUntil(lambda: shown().shape == levels.shape and np.array_equal(shown(), levels))
    zero = int(signed_levels(np.zeros(1))[0])
    assert (shown()[expected == 0] == zero).all() and (shown() != zero).any()


# -- flatten --------------------------------------------------------------------------------------------------


@pytest.mark.row("C08")
def test_a_dense_layer_wired_after_a_convolution_gets_flatten_with_one_click(build: Builder, qtbot) -> None:
    graph = chain("image", ("conv2d", {"filters": 3, "kernel": 5}), "flatten", ("dense", {"units": 10}), "classes")
    window = build.program(graph.remove("n3")).window
    window.show_workspace("build")
    document, editor = window.models.document, window.workbench.editor
    canvas, scene = editor.canvas, editor.scene
    assert not document.project.graph.incoming("n4")
    ends = (scene.cards["n2"].output_point(), scene.cards["n4"].input_point(0))
    start, end = (canvas.mapFromScene(point) for point in ends)
    QTest.mousePress(canvas.viewport(), LEFT, pos=start)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(canvas.viewport(), start + (end - start) * share)
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=end)
    assert [edge.source for edge in document.project.graph.incoming("n4")] == ["n2"]
    assert "needs a flat input" in document.problems[0].message
    qtbot.mouseClick(window.findChild(QToolButton, "bottom_tabs_problems"), LEFT)
    assert "Add Flatten here." in window.workbench.bottom.findChild(QLabel, "problem_0_text").text()
    qtbot.mouseClick(window.workbench.bottom.findChild(QPushButton, "cure_0"), LEFT)
    assert document.problems == ()
    made = document.project.graph
    assert [made.node(node).kind for node in made.topological_order] == [
        "image", "conv2d", "flatten", "dense", "classes",
    ]  # fmt: skip


@pytest.mark.row("C08")
def test_the_sheet_of_flatten_shows_the_vector_and_where_each_value_was(build: Builder) -> None:
    bench = build.bench(CNN)
    own = bench.trace(TestSample(0))
    bench.pick("n7")
    (strip,) = bench.paper.parts
    maps = own["n6"][1]
    assert isinstance(strip, Cells) and strip.detail == f"{maps.size} values"
    np.testing.assert_array_equal(strip.values, maps.reshape(-1))
    for index in (0, 37, maps.size - 1):
        channel, row, column = np.unravel_index(index, maps.shape)
        read = bench.point(bench.paper.rect_of(index))
        assert read == (
            f"Unit {index + 1} {figure(float(maps[channel, row, column]), 3)}, "
            f"map {channel + 1}, row {row + 1}, column {column + 1}"
        )


# -- data sets ------------------------------------------------------------------------------------------------


@pytest.mark.row("K01")
def test_the_data_chooser_counts_the_samples_of_every_class(build: Builder, qtbot) -> None:
    window = build.program(CNN).window
    data = window.models.runner.data
    qtbot.mouseClick(window.transport.data_button, LEFT)
    counts = window.findChild(ClassCounts)
    assert counts.isVisible() and counts.names == tuple("0123456789")
    (train, _, in_training), (test, _, in_test) = counts.parts
    assert (train, test) == ("Training", "Test")
    assert in_training.tolist() == [int((data.train.y == number).sum()) for number in range(10)]
    assert in_test.tolist() == [int((data.test.y == number).sum()) for number in range(10)]
    assert f"7: Training {in_training[7]}, Test {in_test[7]}." in counts.accessibleName()
    # The longest bar belongs to the class with the most samples.
    color = window.models.theme.color("series.test").getRgb()[:3]
    pixels = rgb(counts.grab().toImage())
    right = [int(np.flatnonzero((line == color).all(axis=1)).max(initial=0)) for line in pixels]
    rows = [max(right[(number + 1) * 18 : (number + 2) * 18]) for number in range(10)]
    total = in_training + in_test
    assert rows[int(total.argmax())] == max(rows) and rows[int(total.argmin())] == min(rows)
    counts.window().hide()


@pytest.mark.row("K01")
def test_the_counts_follow_the_split_and_are_gone_for_points(build: Builder, qtbot) -> None:
    window = build.program(CNN).window
    qtbot.mouseClick(window.transport.data_button, LEFT)
    counts = window.findChild(ClassCounts)
    before = counts.parts[1][2].sum()
    project_ = window.models.document.project
    window.models.document.apply("Set train share", project_.with_data(train_share=0.9))
    qtbot.waitUntil(lambda: len(counts.parts) == 2 and counts.parts[1][2].sum() < before)
    assert counts.parts[1][2].sum() == len(window.models.runner.data.test)
    qtbot.mouseClick(window.findChild(QToolButton, "data_circle"), LEFT)
    assert not counts.isVisible()
    counts.window().hide()


@pytest.mark.row("K01")
def test_all_samples_of_mnist_are_there_and_browsed_by_class(build: Builder, data_dir: Path, qtbot) -> None:
    bench = Bench(qtbot, build.program(CNN, "mnist", data_dir))
    data = bench.models.runner.data
    qtbot.mouseClick(bench.window.transport.data_button, LEFT)
    counts = bench.window.findChild(ClassCounts)
    counts.window().hide()
    assert [part[2].sum() for part in counts.parts] == [54_000, 6_000, 10_000]
    assert float(data.train.x.min()) == 0 and float(data.train.x.max()) == 1
    bench.samples.classes.setFocus()
    qtbot.keyClick(bench.samples.classes, Qt.Key.Key_4)
    fours = np.flatnonzero(data.test.y == 4)
    assert bench.samples.count.text() == str(len(fours)) == str(counts.parts[2][2][4])
    assert bench.models.focus.input == TestSample(int(fours[0]))


@pytest.mark.row("K05")
def test_clothes_are_called_by_their_names_after_a_little_training(build: Builder, fashion_dir: Path, qtbot) -> None:
    graph = chain("image", "flatten", ("dense", {"units": 10}), "classes")
    program = build.program(graph, "fashion_mnist", fashion_dir.parent, optimizer="adam", learning_rate=0.003,
                            batch_size=100)  # fmt: skip
    window = program.window
    qtbot.mouseClick(window.transport.epoch, LEFT)
    qtbot.waitUntil(lambda: window.models.runner.state == "paused", timeout=20_000)
    bench = Bench(qtbot, program)
    prediction = window.findChild(PredictionView)
    names = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
    read = []
    bench.samples.classes.setFocus()
    for number, name, keys in ((1, "Trouser", ("Key_Down", "Key_Down")), (9, "Ankle boot", ("Key_End",))):
        for key in keys:
            qtbot.keyClick(bench.samples.classes, Qt.Key[key])
        assert bench.samples.classes.currentText() == name
        for place in range(5):
            qtbot.mouseClick(bench.samples.grid, LEFT, pos=bench.samples.grid.rect_of(place).center().toPoint())
            request = Request("prediction", input=window.models.focus.input)
            wanted = ask(qtbot, window.models.runner, request)["probabilities"]
            qtbot.waitUntil(lambda wanted=wanted: np.array_equal(prediction.bars.shares, wanted))
            assert prediction.bars.names == names
            assert prediction.bars.accessibleName().startswith(names[int(wanted.argmax())])
            read.append(int(wanted.argmax()) == number)
    # A linear network that has seen all pictures once knows these two in 95 of 100 cases.
    assert sum(read) >= 8
    qtbot.waitUntil(lambda: prediction.bars._motion.state() == prediction.bars._motion.State.Stopped)


# -- sheets ---------------------------------------------------------------------------------------------------

STONES = chain(
    ("image", {"channels": 3, "height": 141, "width": 141}),
    ("conv2d", {"filters": 96, "kernel": 11, "stride": 4, "activation": "relu"}),
    ("max_pool", {"window": 3, "stride": 2}),
    ("conv2d", {"filters": 256, "kernel": 1, "activation": "relu"}),
    ("max_pool", {"window": 3, "stride": 2}),
    ("max_pool", {"window": 3, "stride": 2}),
    "flatten",
    ("dense", {"units": 64, "activation": "relu"}),
    ("dropout", {"rate": 0.5}),
    ("dense", {"units": 2}),
    "classes",
)


@pytest.fixture
def stones(build: Builder) -> Bench:
    """The first layer of the course's network for micrometeorites, and a short way to its flat vector."""
    return build.bench(STONES, "stones", params={"samples": 10}, optimizer="adam", learning_rate=0.001, batch_size=2)


@pytest.mark.row("M04")
def test_96_filters_of_a_colour_picture_are_seen_in_colour_and_split(stones: Bench) -> None:
    weight = session(stones.window).network.get_parameter("n2.weight").detach().numpy()
    assert weight.shape == (96, 3, 11, 11)
    filters = stones.paper.parts[0].rows[0]
    assert stones.sheet.channels.value == "color" and filters.color
    np.testing.assert_array_equal(filters.maps, weight)
    read = stones.point(stones.paper.rect_of(40, 0), 0.5 / 11, 10.5 / 11)
    values = ", ".join(
        f"{name} {figure(float(value), 3)}"
        for name, value in zip(("red", "green", "blue"), weight[40, :, 10, 0], strict=True)
    )
    assert read == f"Filter 41 {values}, row 11, column 1"
    for key, shown in ((Qt.Key.Key_Down, 3), (Qt.Key.Key_Down, 1)):
        stones.qtbot.keyClick(stones.sheet.channels, key)
        stones.qtbot.waitUntil(lambda count=shown: len(stones.paper.parts[0].rows) == count + 2)
    assert stones.sheet.channels.currentText() == "Red"
    stones.qtbot.waitUntil(lambda: np.array_equal(stones.paper.parts[0].rows[0].maps, weight[:, 0]))


@pytest.mark.row("M04")
def test_filters_can_be_enlarged_and_follow_training(stones: Bench) -> None:
    before, tile = stones.paper.parts[0].rows[0].maps.copy(), stones.paper.rect_of(0).width()
    stones.qtbot.mouseClick(stones.sheet.larger, LEFT)
    stones.qtbot.mouseClick(stones.sheet.larger, LEFT)
    assert stones.paper.rect_of(0).width() == pytest.approx(tile * 1.25**2, rel=0.01)
    stones.paper.setFocus()
    stones.qtbot.keyClicks(stones.paper, "--")
    assert stones.paper.rect_of(0).width() == tile
    stones.pick("n7")
    assert not stones.sheet.larger.isEnabled()
    stones.pick("n2")
    stones.qtbot.mouseClick(stones.window.transport.batch, LEFT)
    stones.qtbot.waitUntil(lambda: not np.array_equal(stones.paper.parts[0].rows[0].maps, before))
    stones.qtbot.waitUntil(lambda: stones.models.runner.state == "paused")
    weight = session(stones.window).network.get_parameter("n2.weight").detach().numpy()
    stones.qtbot.waitUntil(lambda: np.array_equal(stones.paper.parts[0].rows[0].maps, weight))


@pytest.mark.row("M04")
def test_a_colour_picture_is_one_picture_with_a_choice_of_its_channels(stones: Bench) -> None:
    own = stones.trace(TestSample(0))["n1"][1]
    stones.pick("n1")
    (picture,) = stones.paper.parts
    assert isinstance(picture, Maps) and picture.count == 1
    image = stones.paper.bands[0].images[0]
    np.testing.assert_array_equal(rgb(image), np.rint(own.transpose(1, 2, 0) * 255).astype(np.uint8))
    stones.sheet.channels.setFocus()
    stones.qtbot.keyClick(stones.sheet.channels, Qt.Key.Key_G)
    np.testing.assert_array_equal(stones.paper.parts[0].rows[0].maps[0], own[1])
    # Light is bright in either theme, unlike ink.
    for theme in ("light", "dark"):
        stones.models.theme.switch(theme)
        shown = rgb(stones.paper.bands[0].images[0])
        np.testing.assert_array_equal(shown, np.rint(own[1][..., None] * 255).astype(np.uint8).repeat(3, axis=2))
    assert stones.point(stones.paper.rect_of(0)).startswith(f"Channel green {figure(float(own[1, 70, 70]), 3)}")
    stones.qtbot.keyClick(stones.sheet.channels, Qt.Key.Key_Home)
    stones.qtbot.keyClick(stones.sheet.channels, Qt.Key.Key_Down)
    assert stones.paper.parts[0].count == 3


@pytest.mark.row("M05")
def test_every_layer_has_a_sheet_with_its_name_and_number(stones: Bench) -> None:
    own = stones.trace(TestSample(0))
    for number, (node, button) in enumerate(stones.layers.buttons.items()):
        stones.pick(node)
        assert button.accessibleName().startswith(f"Layer {number}, {stones.sheet.panel.title.text()}")
        assert stones.sheet.detail.text().startswith(f"layer {number}")
        shown = [part.rows[-1].maps if isinstance(part, Maps) else part.values for part in stones.paper.parts]
        assert any(np.array_equal(numbers.reshape(-1), own[node][1].reshape(-1)) for numbers in shown), node


@pytest.mark.row("M05")
def test_the_network_of_the_course_is_numbered_as_in_the_course(make_program, qtbot) -> None:
    bench = Bench(qtbot, make_program("micrometeorites"))
    told = [button.accessibleName() for button in bench.layers.buttons.values()]
    # Flatten is number 9 and the last Dense number 14, as in the listing; the picture is not counted.
    rows = [f"{'×'.join(map(str, shape))}" for _, shape, _ in CASES["micrometeorite_summary"]["expected"]["table"]]
    for number, shape in enumerate(rows, 1):
        assert told[number].startswith(f"Layer {number}, ")
        assert told[number].replace(" ", "").replace("\u202f", "").endswith("," + shape)
    assert told[9] == "Layer 9, Flatten, 2\u202f304" and told[14].startswith("Layer 14, Dense 2")


@pytest.mark.row("C08")
def test_the_vector_of_the_course_has_2304_values(make_program, qtbot) -> None:
    bench = Bench(qtbot, make_program("micrometeorites"))
    bench.pick("n10")
    (strip,) = bench.paper.parts
    assert len(strip.values) == 2304
    assert bench.point(bench.paper.rect_of(2303)).endswith("map 256, row 3, column 3")


# -- presets --------------------------------------------------------------------------------------------------


@pytest.mark.row("N01")
@pytest.mark.parametrize(("name", "data"), [("digits-cnn", "mnist"), ("fashion-cnn", "fashion_mnist")])
def test_a_plain_cnn_is_begun_from_the_gallery(window, qtbot, name: str, data: str) -> None:
    """How right it becomes is measured by `tests/benchmarks/accuracy.py`."""
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL)
    gallery = window.findChild(Gallery)
    with qtbot.waitSignal(window.models.document.replaced):
        qtbot.keyClicks(gallery.field, name.replace("-cnn", "") + " convolutional")
        qtbot.keyClick(gallery.field, Qt.Key.Key_Return)
    made = window.models.document.project
    assert made.data.name == data and window.models.document.problems == ()
    order = [made.graph.node(node).kind for node in made.graph.topological_order]
    kinds = [kind for kind in order if kind in ("conv2d", "max_pool", "dense")]
    assert kinds[:4] == ["conv2d", "max_pool", "conv2d", "max_pool"] and set(kinds[4:]) == {"dense"}


def test_a_paper_without_pictures_has_nothing_to_frame(build: Builder) -> None:
    bench = build.bench(CNN)
    bench.pick("n9")
    bench.point(bench.paper.rect_of(3))
    assert not any(isinstance(band, ColumnsBand) and band.traces for band in bench.paper.bands)
    assert not bench.sheet.given.isVisible()
    QTest.mouseMove(bench.paper, QPoint(1, bench.paper.height() - 2))
