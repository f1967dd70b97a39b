"""Cards show the numbers of a frame: the colours on the screen are those of the values."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from playground.catalog.dataset import Data
from playground.document.shapes import infer
from playground.engine.messages import DataReady
from playground.engine.requests import Request
from playground.ui.editor.neurons import probabilities
from playground.ui.editor.thumbnails import Plan, plan_all
from playground.ui.editor.tiles import most_active
from tests.networks import CIRCLE, DIGITS_MLP, LAYERS, added, branched, chain, points, project
from tests.ui.canvases import CanvasBench, tile

CNN = chain(
    "image",
    ("conv2d", {"filters": 8, "kernel": 5}),
    "relu",
    "max_pool",
    ("conv2d", {"filters": 16, "kernel": 5, "activation": "relu"}),
    "flatten",
    ("dropout", {"rate": 0.25}),
    ("dense", {"units": 10}),
    "classes",
)


def plans(graph, data: str = "digits", mode: str = "activations") -> dict[str, Plan]:
    made = project(graph, data)
    return plan_all(made, infer(graph, LAYERS), mode)


def bench_for(qtbot, folder: Path, graph, data: str = "digits", size: tuple[int, int] = (1000, 640)) -> CanvasBench:
    bench = CanvasBench(qtbot, folder, project(graph, data), size)
    bench.view.reset_zoom()
    return bench


def request(bench: CanvasBench, probe: str) -> Request:
    return next(request for request in bench.view.wants() if request.probe == probe)


def pixel(bench: CanvasBench, point: QPointF) -> QColor:
    """The colour on the screen at a point of the scene."""
    return bench.viewport.grab().toImage().pixelColor(bench.at(point))


def shade(bench: CanvasBench, table: str, level: int) -> QColor:
    return QColor(bench.scene.look.table(table)[level])


def assert_near(color: QColor, wanted: QColor, within: int = 3) -> None:
    apart = max(abs(a - b) for a, b in zip(color.getRgb()[:3], wanted.getRgb()[:3], strict=True))
    assert apart <= within, (color.name(), wanted.name())


# --- which thumbnail ---------------------------------------------------------------------------------------


def test_each_layer_of_a_network_on_pictures_has_its_kind_of_thumbnail() -> None:
    found = plans(CNN)
    assert [found[f"n{number}"].kind for number in range(1, 10)] == [
        "picture", "maps", "maps", "maps", "maps", "strip", "strip", "signed_bars", "class_bars",
    ]  # fmt: skip
    assert [found[f"n{number}"].table for number in range(1, 6)] == ["image", "signed", *["from_zero"] * 3]
    assert (found["n2"].columns, found["n2"].tile, found["n2"].width) == (4, (56, 56), 236)
    assert (found["n5"].columns, found["n5"].tile, found["n5"].width) == (8, (34, 34), 300)
    assert found["n7"].table == "from_zero"
    assert found["n8"].labels == tuple("0123456789")


def test_a_value_of_one_number_is_a_figure_and_of_one_for_each_class_bars_with_their_names() -> None:
    one, ten = (plans(chain("image", "flatten", ("dense", {"units": units}), "value"))["n4"] for units in (1, 10))
    assert (one.kind, one.units) == ("figure", 1)
    assert (ten.kind, ten.shown, ten.labels) == ("signed_bars", 10, tuple("0123456789"))


def test_each_layer_of_a_network_on_points_shows_the_plane() -> None:
    graph, more = added(CIRCLE, ("dense", {"units": 128}), "n1")
    found = plans(graph, "circle")
    assert [found[f"n{number}"].kind for number in range(1, 6)] == ["features", *["neurons"] * 4]
    assert (found["n2"].tile, found["n2"].card_width) == ((48, 48), 104)
    assert found["n5"].tile == (84, 84)
    assert (found[more].shown, found[more].units) == (16, 128)


def test_the_size_of_a_card_is_that_of_the_design() -> None:
    found = plans(CNN)
    assert (found["n1"].card_width, found["n1"].card_height) == (136, 200)
    assert (found["n2"].card_width, found["n2"].card_height) == (256, 200)


def test_in_other_modes_cards_keep_their_size() -> None:
    usual = plans(CNN)
    for mode in ("weights", "gradients"):
        for node, plan in plans(CNN, mode=mode).items():
            assert (plan.width, plan.height) == (usual[node].width, usual[node].height)
    weights = plans(CNN, mode="weights")
    assert [weights[f"n{number}"].kind for number in (2, 3, 8)] == ["filters", "no_weights", "matrix"]


def test_a_layer_that_scales_and_shifts_does_not_say_that_it_has_no_weights() -> None:
    graph = chain("image", ("conv2d", {"filters": 4}), "batch_norm", "relu", "flatten", "classes")
    assert [plans(graph, mode="weights")[f"n{number}"].kind for number in (3, 4)] == ["scale_and_shift", "no_weights"]


def test_add_and_concat_tell_their_sources_apart() -> None:
    found = plans(branched())
    kinds = {node.id: node.kind for node in branched().nodes}
    stripes = [plan for node, plan in found.items() if kinds[node] in ("add", "concat")]
    assert all(plan.kind == "stripe" and len({color for color, _ in plan.sources}) == 2 for plan in stripes)


# --- which colours -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_neurons_are_drawn_signed_on_one_scale_for_the_layer(qtbot, tmp_path: Path, theme: str) -> None:
    bench = bench_for(qtbot, tmp_path, CIRCLE, "circle")
    bench.models.theme.switch(name=theme)
    values = np.zeros((4, 50, 50), np.float32)
    values[0], values[1, :, :25], values[1, :, 25:] = 2.0, -1.0, 1.0
    bench.show({request(bench, "neurons"): {"n2": values}})
    face = bench.scene.cards["n2"].face
    rects = [tile(face, unit) for unit in range(4)]
    gain = 0.9
    assert_near(pixel(bench, rects[0].center()), shade(bench, "signed", round(127.5 + 127.5 * gain)))
    assert_near(pixel(bench, rects[2].center()), shade(bench, "signed", 128))
    half = 127.5 * gain / 2
    left, right = rects[1].center() - QPointF(12, 0), rects[1].center() + QPointF(12, 0)
    assert_near(pixel(bench, left), shade(bench, "signed", round(127.5 - half)))
    assert_near(pixel(bench, right), shade(bench, "signed", round(127.5 + half)))


def test_maps_after_relu_begin_at_zero(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, CNN, size=(1600, 1000))
    values = np.zeros((8, 24, 24), np.float32)
    values[3] = 5.0
    bench.show({request(bench, "activations"): {"n2": -values, "n3": values}})
    relu, conv = bench.scene.cards["n3"].face, bench.scene.cards["n2"].face
    assert_near(pixel(bench, tile(relu, 0).center()), shade(bench, "from_zero", 0))
    assert_near(pixel(bench, tile(relu, 3).center()), shade(bench, "from_zero", 255))
    assert_near(pixel(bench, tile(conv, 0).center()), shade(bench, "signed", 128))
    assert_near(pixel(bench, tile(conv, 3).center()), shade(bench, "signed", 0))


def test_the_picture_has_ink_in_the_colour_of_text(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, CNN, size=(1600, 1000))
    image = np.zeros((1, 28, 28), np.float32)
    image[0, 14:] = 1.0
    bench.show({request(bench, "activations"): {"n1": image}})
    rect = tile(bench.scene.cards["n1"].face, 0)
    for theme in ("dark", "light"):
        bench.models.theme.switch(name=theme)
        bench.show({request(bench, "activations"): {"n1": image}})
        assert_near(pixel(bench, rect.center() + QPointF(0, 30)), shade(bench, "image", 255))
        assert_near(pixel(bench, rect.center() - QPointF(0, 30)), shade(bench, "image", 0))


def test_the_likeliest_class_has_the_mint_bar(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, DIGITS_MLP, size=(1600, 1000))
    logits = np.zeros(10, np.float32)
    logits[7] = 10.0
    bench.show({request(bench, "activations"): {"n6": logits, "n5": logits - 4}})
    bars, signed = bench.scene.cards["n6"].face, bench.scene.cards["n5"].face
    accent, negative = bench.models.theme.color("accent.base"), bench.models.theme.color("value.negative")
    assert_near(pixel(bench, tile(bars, 7).center()), accent)
    assert_near(pixel(bench, tile(bars, 2).center()), bench.models.theme.color("bg.control"))
    assert_near(pixel(bench, tile(signed, 2).center() - QPointF(20, 0)), negative)


def test_a_strip_shows_its_values_in_lines_of_32(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, CNN, size=(1600, 1000))
    values = np.zeros(1024, np.float32)
    values[32] = 1.0
    bench.show({request(bench, "activations"): {"n6": values}})
    face = bench.scene.cards["n6"].face
    # 1 024 values are 32 lines in 112 pixels.
    assert_near(pixel(bench, face.pos() + QPointF(3, 5)), shade(bench, "from_zero", 255))
    assert_near(pixel(bench, face.pos() + QPointF(40, 60)), shade(bench, "from_zero", 0))


def test_classes_on_points_show_probabilities_with_their_names_and_counts(qtbot, tmp_path: Path) -> None:
    graph = chain("features", ("dense", {"units": 2}), "classes")
    bench = bench_for(qtbot, tmp_path, graph, "circle")
    data: Data = points()
    bench.models.runner.data = replace(
        data, dataset=replace(data.dataset, name="circle", class_names=("inside", "outside"))
    )
    bench.models.runner.message.emit(DataReady(bench.document.project.data, bench.models.runner.data))
    values = np.zeros((2, 50, 50), np.float32)
    values[1] = 30.0
    bench.show({request(bench, "neurons"): {"n3": values}})
    card = bench.scene.cards["n3"]
    low, high = shade(bench, "signed", round(127.5 - 127.5 * 0.9)), shade(bench, "signed", round(127.5 + 127.5 * 0.9))
    assert_near(pixel(bench, tile(card.face, 0).center()), low)
    assert_near(pixel(bench, tile(card.face, 1).center()), high)
    assert sum(card.face.thumbnail.counts) == 144
    assert bench.scene.cards["n1"].state.counts[0] == "144 points"


def test_far_away_a_thumbnail_is_one_flat_colour(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, CIRCLE, "circle")
    bench.view.canvas.set_zoom(0.3)
    values = np.ones((4, 50, 50), np.float32)
    values[0, :, :25] = -1.0
    bench.show({request(bench, "neurons"): {"n2": values}})
    rect = tile(bench.scene.cards["n2"].face, 0)
    assert pixel(bench, rect.center() - QPointF(12, 0)) == pixel(bench, rect.center() + QPointF(12, 0))
    assert_near(pixel(bench, rect.center()), shade(bench, "signed", 127), 6)


def test_values_that_are_no_numbers_are_drawn_as_zero(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, CIRCLE, "circle")
    values = np.full((4, 50, 50), np.nan, np.float32)
    bench.show({request(bench, "neurons"): {"n2": values}, request(bench, "weights"): {
        "n2.weight": np.full((4, 2), np.nan, np.float32), "n2.bias": np.full(4, np.inf, np.float32)}})  # fmt: skip
    rect = tile(bench.scene.cards["n2"].face, 0)
    assert_near(pixel(bench, rect.center()), shade(bench, "signed", 128))


def test_numbers_of_a_network_before_an_edit_are_left_alone(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, CIRCLE, "circle")
    asked = request(bench, "neurons")
    bench.document.apply("Units", bench.document.project.with_graph(bench.graph.set_param("n2", "units", 6)))
    bench.show({asked: {"n2": np.ones((4, 50, 50), np.float32)}})
    rect = tile(bench.scene.cards["n2"].face, 0)
    assert_near(pixel(bench, rect.center()), bench.models.theme.color("bg.control"))


# --- weight wires ------------------------------------------------------------------------------------------


def test_the_400_strongest_weights_are_drawn_thin_ones_first(qtbot, tmp_path: Path) -> None:
    graph = chain("features", *[("dense", {"units": 16})] * 4, ("dense", {"units": 1}), "value")
    bench = bench_for(qtbot, tmp_path, graph, "circle", (1600, 1000))
    random = np.random.default_rng(3)
    sizes = {"n2": (16, 2), "n3": (16, 16), "n4": (16, 16), "n5": (16, 16), "n6": (1, 16)}
    weights = {f"{node}.weight": random.normal(size=size).astype(np.float32) for node, size in sizes.items()}
    bench.show({request(bench, "weights"): weights})
    lines = bench.scene.weight_wires.lines
    assert (len(lines.values), lines.total) == (400, 816)
    assert np.all(np.diff(lines.strengths) >= 0)
    every = np.sort(np.concatenate([np.abs(w).ravel() / np.abs(w).max() for w in weights.values()]))
    np.testing.assert_allclose(lines.strengths, every[-400:], rtol=1e-6)
    assert "the 400 strongest of 816" in bench.view.findChild(object, "weight_scale").accessibleName()


def test_a_weight_wire_has_the_colour_of_its_sign(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, CIRCLE, "circle")
    weights = np.zeros((1, 2), np.float32)
    weights[0, 0] = -2.0
    bench.show({request(bench, "weights"): {"n4.weight": weights}})
    source, target = tile(bench.scene.cards["n3"].face, 0), tile(bench.scene.cards["n4"].face, 0)
    middle = QPointF((source.right() + target.left()) / 2, (source.center().y() + target.center().y()) / 2)
    red, green, blue, _ = pixel(bench, middle).getRgb()
    assert red > green > blue


def test_while_training_weights_are_drawn_at_most_ten_times_a_second(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, CIRCLE, "circle")
    bench.models.runner._set_state("training")
    asked = request(bench, "weights")
    first, second = (np.full((1, 2), value, np.float32) for value in (1.0, 3.0))
    bench.show({asked: {"n4.weight": first}})
    bench.show({asked: {"n4.weight": second}})
    assert bench.scene.weight_wires.lines.reaches == (1.0, 1.0)
    bench.models.runner._set_state("paused")
    assert bench.scene.weight_wires.lines.reaches == (3.0, 3.0)


def test_the_scale_says_within_what_equal_strength_is_equal_weight(qtbot, tmp_path: Path) -> None:
    graph = chain("features", ("dense", {"units": 2}), ("dense", {"units": 1}), "value")
    bench = bench_for(qtbot, tmp_path, graph, "circle")
    weights = {"n2.weight": np.array([[0.1, -0.05], [0.02, 0.04]], np.float32), "n3.weight": np.float32([[-2.5, 1.0]])}
    bench.show({request(bench, "weights"): weights})
    scale = bench.view.findChild(QWidget, "weight_scale")
    said = {}
    for scope in ("network", "layer", "map"):
        bench.focus.set_display("scale", scope)
        said[scope] = scale.accessibleName()
    assert said == {
        "network": "Weight −2.5 … +2.5",
        "layer": "Weight up to the largest of each layer, 0.1 to 2.5",
        "map": "Weight up to the largest of each neuron, 0.040 to 2.5",
    }
    assert scale.isVisible() and scale.width() >= scale.sizeHint().width()


# --- arithmetic --------------------------------------------------------------------------------------------


def test_probabilities_are_a_softmax_and_one_unit_a_sigmoid() -> None:
    np.testing.assert_allclose(probabilities(np.array([0.0, np.log(3)])), [0.25, 0.75], rtol=1e-6)
    np.testing.assert_allclose(probabilities(np.array([np.log(3)])), [0.25, 0.75], rtol=1e-6)
    assert np.isfinite(probabilities(np.array([np.nan, np.inf, -np.inf]))).all()


def test_the_most_active_units_stay_in_their_order() -> None:
    values = np.array([[0.1], [-3.0], [2.0], [0.0]])
    assert most_active(values, 2).tolist() == [1, 2]
