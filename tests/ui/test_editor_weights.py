"""Weight wires while training and at rest, and what of the neurons is drawn anew in every frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QImage, QTransform

from playground.engine.requests import Request
from tests.networks import CIRCLE, chain, project
from tests.ui.canvases import CanvasBench, tile
from tests.ui.stage import move, rgb

DEEP = chain("features", *[("dense", {"units": 8, "activation": "tanh"})] * 3, ("dense", {"units": 1}), "value")


def bench_for(qtbot, folder: Path, graph) -> CanvasBench:
    bench = CanvasBench(qtbot, folder, project(graph, "circle"), (1400, 900))
    bench.view.reset_zoom()
    return bench


def request(bench: CanvasBench, probe: str) -> Request:
    return next(request for request in bench.view.wants() if request.probe == probe)


def show_weights(bench: CanvasBench) -> None:
    random = np.random.default_rng(5)
    sizes = {"n2": (8, 2), "n3": (8, 8), "n4": (8, 8), "n5": (1, 8)}
    bench.show({request(bench, "weights"): {f"{node}.weight": random.normal(size=s) for node, s in sizes.items()}})


def drawn(bench: CanvasBench, rough: bool, scale: float) -> NDArray[np.int64]:
    """The wires as they are painted at a zoom: (height, width, blue green red alpha), premultiplied."""
    wires = bench.scene.weight_wires.picture
    transform = QTransform.fromScale(scale, scale)
    seen: QRect = transform.mapRect(wires.boundingRect()).toAlignedRect()
    image = wires.drawn(seen, transform, 1.0, rough).toImage()
    image.convertTo(QImage.Format.Format_ARGB32_Premultiplied)
    return np.array(image.constBits()).reshape(image.height(), image.width(), 4).astype(int)


def blurred(values: NDArray[np.int64], reach: int = 2) -> NDArray[np.float64]:
    """Means over squares, so that lines with and without smooth edges can be compared."""
    padded = np.pad(values.astype(float), ((reach, reach), (reach, reach), (0, 0)))
    size = 2 * reach + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(0, 1))
    return windows.mean(axis=(-1, -2))


def test_drawn_roughly_the_wires_run_where_they_run_drawn_well(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, DEEP)
    show_weights(bench)
    for scale in (0.5, 1.2):
        rough, fine = (blurred(drawn(bench, rough, scale)) for rough in (True, False))
        assert fine[..., 3].max() > 100
        # Wires one pixel beside their course would differ by a fifth of all ink.
        assert np.abs(rough - fine).mean() < 0.14 * fine.mean()
        assert abs(rough.mean() - fine.mean()) < 0.1 * fine.mean()


def test_while_training_wires_have_hard_edges_and_at_rest_smooth_ones(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, DEEP)
    show_weights(bench)
    seen = {}
    for state in ("training", "paused"):
        bench.models.runner._set_state(state)
        seen[state] = rgb(bench.viewport.grab().toImage())
    assert not np.array_equal(seen["training"], seen["paused"])
    bench.models.runner._set_state("training")
    np.testing.assert_array_equal(rgb(bench.viewport.grab().toImage()), seen["training"])


def test_one_weight_is_drawn_in_the_colour_of_its_sign_while_training(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, CIRCLE)
    bench.models.runner._set_state("training")
    weights = np.zeros((1, 2), np.float32)
    weights[0, 0] = -2.0
    bench.show({request(bench, "weights"): {"n4.weight": weights}})
    source, target = tile(bench.scene.cards["n3"].face, 0), tile(bench.scene.cards["n4"].face, 0)
    middle = (source.center() + target.center()) / 2
    middle.setX((source.right() + target.left()) / 2)
    red, green, blue, _ = bench.viewport.grab().toImage().pixelColor(bench.at(middle)).getRgb()
    assert red > green > blue


def test_features_are_drawn_anew_only_where_they_are_new(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, CIRCLE)
    asked = request(bench, "neurons")
    thumbnail = bench.scene.cards["n1"].face.thumbnail
    first = np.linspace(-1, 1, 2 * 50 * 50, dtype=np.float32).reshape(2, 50, 50)
    bench.show({asked: {"n1": first}})
    image = thumbnail._image
    assert image is not None
    bench.show({asked: {"n1": first.copy()}})
    assert thumbnail._image is image
    bench.show({asked: {"n1": -first}})
    assert thumbnail._image is not image
    thumbnail.clear()
    bench.show({asked: {"n1": -first}})
    assert thumbnail._image is not None


def test_from_far_away_a_tile_has_the_mean_colour_of_its_newest_picture(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, CIRCLE)
    asked, face = request(bench, "neurons"), bench.scene.cards["n3"].face
    values = np.ones((2, 50, 50), np.float32)
    for sign in (1, -1):
        values[0], values[1] = sign, -sign
        bench.show({asked: {"n3": values}})
        face.flat = True
        face.update()
        image = bench.viewport.grab().toImage()
        colors = [image.pixelColor(bench.at(tile(face, unit).center())) for unit in (0, 1)]
        blue = [color.blue() > color.red() for color in colors]
        assert blue == [sign > 0, sign < 0]


def test_while_a_card_is_dragged_only_the_wires_to_it_are_drawn_anew(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, DEEP)
    show_weights(bench)
    wires, before = bench.scene.weight_wires, bench.scene.weight_wires.lines
    start = bench.header("n3")
    bench.press(start)
    bench.move(start + QPointF(30, 40))
    still = wires.picture._revision
    bench.move(start + QPointF(60, 90))
    assert wires.picture._revision == still
    moved = np.array([name[0] in ("n3", "n4") for name in wires.lines.names])
    np.testing.assert_array_equal(wires.lines.values, before.values)
    np.testing.assert_array_equal(wires.lines.starts[~moved], before.starts[~moved])
    into = np.array([name[0] == "n3" for name in wires.lines.names])
    np.testing.assert_allclose(wires.lines.ends[into], before.ends[into] + (60, 90))
    np.testing.assert_allclose(wires.lines.starts[into], before.starts[into])
    assert wires.near(QPointF(*wires.lines.courses()[int(np.flatnonzero(into)[-1]), 12])) is not None
    bench.release(start + QPointF(60, 90))
    qtbot.waitUntil(lambda: wires.picture._revision != still)
    assert len(wires.picture._lines.values) == len(wires.lines.values)


# --- the weight under the pointer --------------------------------------------------------------------------


def middle_of(bench: CanvasBench, weight: tuple[str, int, int]) -> QPointF:
    lines = bench.scene.weight_wires.lines
    return QPointF(*lines.courses()[lines.names.index(weight), 12])


def one_weight(bench: CanvasBench) -> QPointF:
    """A single strong weight, from unit 3 of n2 to unit 2 of n3, and where it is."""
    weights = np.zeros((2, 4), np.float32)
    weights[1, 2] = -1.634
    bench.show({request(bench, "weights"): {"n3.weight": weights}})
    return middle_of(bench, ("n3", 1, 2))


@pytest.mark.row("H11")
def test_delete_removes_the_weight_under_the_pointer_in_one_step(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, CIRCLE)
    place = one_weight(bench)
    bench.focus.select(frozenset({"n4"}))
    with qtbot.waitSignal(bench.view.hinted) as hint:
        bench.move(place)
    assert (
        hint.args == ["A click sets this weight, Delete removes the connection."]
        and bench.scene.weight_pill.text == "−1.63"
    )
    bench.key(Qt.Key.Key_Delete)
    assert bench.graph.node("n3").params["removed"] == "2-1" and "n4" in bench.graph
    assert bench.document.undo_stack.count() == 1 and bench.document.undo_stack.undoText() == "Remove connection"
    assert bench.scene.weight_pill.text == "" and bench.document.blocking is None
    bench.document.undo_stack.undo()
    assert bench.graph.node("n3").params["removed"] == ""


def test_what_is_selected_after_pointing_at_a_weight_counts_before_it(qtbot, tmp_path: Path) -> None:
    bench = bench_for(qtbot, tmp_path, CIRCLE)
    bench.move(one_weight(bench))
    bench.view.canvas.setFocus()
    bench.focus.select(frozenset({"n4"}))
    assert bench.scene.weight_pill.text == ""
    bench.key(Qt.Key.Key_Delete)
    assert "n4" not in bench.graph and bench.graph.node("n3").params["removed"] == ""


def test_a_layer_with_too_many_connections_says_why_none_can_go(qtbot, tmp_path: Path) -> None:
    wide = chain("features", ("dense", {"units": 120}), ("dense", {"units": 120}), ("dense", {"units": 1}), "value")
    bench = bench_for(qtbot, tmp_path, wide)
    weights = np.zeros((120, 120), np.float32)
    unit, source = (int(bench.scene.cards[node].face.thumbnail.chosen[0]) for node in ("n3", "n2"))
    weights[unit, source] = 2
    bench.show({request(bench, "weights"): {"n3.weight": weights}})
    why = "Only a layer of at most 10\u202f000 connections can miss some, not one of 14\u202f400."
    with qtbot.waitSignal(bench.view.hinted) as hint:
        bench.move(middle_of(bench, ("n3", unit, source)))
    assert hint.args == [why]
    with qtbot.waitSignal(bench.view.hinted) as hint:
        bench.key(Qt.Key.Key_Delete)
    assert hint.args == [why] and bench.document.undo_stack.count() == 0


@pytest.mark.row("H11")
def test_in_the_window_the_key_works_wherever_the_keyboard_is(window, qtbot) -> None:
    scene, canvas = window.workbench.editor.scene, window.workbench.editor.canvas
    window.show_workspace("build")
    qtbot.waitUntil(lambda: len(scene.weight_wires.lines.names) > 0)
    window.actions_table["fit"].trigger()
    delete = window.actions_table["delete"]
    assert not delete.isEnabled()
    lines = scene.weight_wires.lines
    move(canvas.viewport(), canvas.mapFromScene(QPointF(*lines.courses()[-1, 12])))
    qtbot.waitUntil(delete.isEnabled)
    node, unit, source = scene.hover.weight
    assert window.status.hint.text() == "A click sets this weight, Delete removes the connection."
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    assert window.models.document.project.graph.node(node).params["removed"] == f"{source}-{unit}"
    assert not delete.isEnabled()
    qtbot.waitUntil(lambda: (node, unit, source) not in scene.weight_wires.lines.names)
