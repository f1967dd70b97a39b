"""The weight histograms count the network's own weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from playground.engine.session import Session
from playground.ui.theme import Theme
from playground.ui.views.weights import BINS, HISTOGRAMS, Row, WeightsView
from tests.ui.stage import IMAGE_PROJECT, PLANE_PROJECT, answer, frame, make_models, move, plane_data, rgb, show


@pytest.fixture
def view(qtbot, tmp_path: Path) -> WeightsView:
    """The view on the screen, with the weights of a fresh network."""
    models = make_models(tmp_path, PLANE_PROJECT, plane_data())
    made = WeightsView(models)
    show(qtbot, made, 260, 204)
    answer(Session(PLANE_PROJECT, models.runner.data), [made])
    return made


def test_there_is_one_row_for_every_layer_with_weights(view: WeightsView) -> None:
    assert [row.label for row in view.ridges.rows] == ["Dense 3", "Dense 1"]
    assert [int(row.counts.sum()) for row in view.ridges.rows] == [6, 3]
    session = Session(PLANE_PROJECT, view.models.runner.data)
    weights = [value for name, value in session.network.state_dict().items() if name.endswith("weight")]
    largest = max(float(value.abs().max()) for value in weights)
    assert max(row.reach for row in view.ridges.rows) == pytest.approx(largest)


def test_orange_is_left_of_zero_and_blue_right_of_it(view: WeightsView) -> None:
    counts = np.zeros(BINS, np.int64)
    counts[8:12] = counts[28:32] = 50
    view.show_frame(frame({HISTOGRAMS: {"n2": counts, "n2:edges": np.linspace(-1, 1, BINS + 1)}}))
    pixels = rgb(view.ridges.grab().toImage()).astype(int)
    area = view.ridges._area()
    row = int(area.bottom() - area.height() / 8)
    for share, warm in ((-0.5, True), (0.5, False)):
        x = int(area.center().x() + share * area.width() / 2 / 1.2)
        red, _, blue = pixels[row, x]
        assert (red > blue) == warm, (share, pixels[row, x])


def test_the_outline_is_the_histogram_smoothed() -> None:
    counts = np.zeros(BINS, np.int64)
    counts[BINS // 2] = 7
    x, height = Row("", counts, 2.0).outline
    assert height.max() == 1 and x[height.argmax()] == pytest.approx(0.05, abs=0.06)
    assert height[0] == height[-1] == 0 and len(x) % 2 == 1 and x[len(x) // 2] == 0
    assert np.isfinite(Row("", np.zeros(BINS, np.int64), 1.0).outline[1]).all()


def test_pointing_at_a_row_gives_its_count(view: WeightsView) -> None:
    counts = np.zeros(BINS, np.int64)
    counts[30] = 1_234
    view.show_frame(frame({HISTOGRAMS: {"n2": counts, "n2:edges": np.linspace(-1, 1, BINS + 1)}}))
    area = view.ridges._area()
    x = area.center().x() + 0.52 / view.ridges.reach * area.width() / 2
    move(view.ridges, QPoint(round(x), round(area.center().y())))
    assert view.ridges.readout.text == "Dense 3, from 0.5 to 0.55, 1\u202f234 weights"


def test_many_layers_can_be_scrolled(view: WeightsView) -> None:
    rows = tuple(Row("Dense", np.ones(BINS, np.int64), 1.0) for _ in range(30))
    view.ridges.set_rows(rows)
    assert view.ridges.minimumHeight() >= 30 * Theme().px(26)


def test_without_weights_it_says_so(view: WeightsView) -> None:
    view.show_frame(frame({HISTOGRAMS: {}}))
    assert view.said == "No layer of this network has weights."


def test_the_histograms_of_a_project_that_is_left_go_at_once(view: WeightsView) -> None:
    models, late = view.models, {"n2": np.ones(BINS, np.int64), "n2:edges": np.linspace(-1, 1, BINS + 1)}
    models.document.replace(IMAGE_PROJECT, None)
    assert view.ridges.rows == () and view.said == "The weights appear once the network is built."
    # What was under way while the data load is of the old network, under ids that the new one has, too.
    models.runner._set_state("loading")
    view.show_frame(frame({HISTOGRAMS: late}))
    assert view.ridges.rows == ()
    models.runner._set_state("ready")
    view.show_frame(frame({HISTOGRAMS: late}))
    assert [row.label for row in view.ridges.rows] == ["Conv 2D 4 @ 5×5"] and view.said == ""
