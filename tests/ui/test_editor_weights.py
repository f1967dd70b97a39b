"""Weight wires while training and at rest, and what of the neurons is drawn anew in every frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QImage, QTransform

from playground.engine.requests import Request
from tests.networks import CIRCLE, chain, project
from tests.ui.canvases import CanvasBench, tile
from tests.ui.stage import rgb

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
