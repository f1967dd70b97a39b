"""Data that are missing or stand in, and what plots and pictures show of a run, seen in the real window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from playground.document.params import Float, ParamError
from playground.ui.views.base.sample_grid import SampleGrid
from playground.ui.views.drawing import DrawingView
from playground.ui.views.layers_list import LayersView, share_picture
from playground.ui.views.learning_rate import LearningRateView
from playground.ui.views.network_input import NetworkInputView
from playground.ui.views.prediction import PredictionView
from playground.ui.views.weights import WeightsView
from tests.ui.stage import rgb
from tests.ui.test_draw_a_digit import SEVEN, stroke

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def no_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what comes with the program, unless a test names a folder."""
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)


# -- missing data -------------------------------------------------------------------------------------------------


def test_trained_weights_read_a_drawing_although_the_data_are_missing(make_program, tmp_path: Path, qtbot) -> None:
    window = make_program("digits-cnn", data_folder=tmp_path).window
    window.show_workspace("draw")
    drawing, prediction = window.findChild(DrawingView), window.findChild(PredictionView)
    qtbot.waitUntil(lambda: drawing.isVisible() and prediction.isVisible())
    stroke(drawing.paper, *SEVEN)
    qtbot.waitUntil(lambda: len(prediction.bars.shares) == 10, timeout=10_000)
    assert prediction.bars.top == 7 and prediction.bars.names == tuple("0123456789")
    # Only training needs the data, and says so.
    assert window.models.runner.state == "failed" and not window.transport.train.isEnabled()
    # An edit and the first weights change nothing about that.
    project = window.models.document.project
    window.models.document.apply("Seed", project.with_training(seed=7))
    window.training.reset()
    shares = prediction.bars.shares
    qtbot.waitUntil(lambda: not np.array_equal(prediction.bars.shares, shares), timeout=10_000)
    assert window.models.runner.state == "failed" and not window.transport.train.isEnabled()


def test_missing_data_offer_a_download_and_the_digits_at_hand(make_program, tmp_path: Path, qtbot) -> None:
    window = make_program("digits-mlp", data_folder=tmp_path).window
    banner = window.workbench.banner
    texts = [button.text() for button in (banner._action, *banner._more) if button.isVisible()]
    assert texts == ["Choose a data folder", "Download", "Use Digits"]
    qtbot.waitUntil(lambda: not banner._more[1].visibleRegion().isEmpty())
    qtbot.mouseClick(banner._more[1], LEFT)
    qtbot.waitUntil(lambda: window.models.runner.state == "ready")
    assert window.models.document.project.data.name == "digits" and banner.text == ""
    assert window.transport.train.isEnabled()


def test_data_that_are_there_are_not_offered_for_download(make_program, data_dir: Path) -> None:
    window = make_program("digits-mlp", data_folder=data_dir).window
    assert not window.download.possible and not window.actions_table["download"].isEnabled()


def test_a_failed_download_can_be_tried_again_and_then_makes_way(make_program, qtbot, monkeypatch) -> None:
    window = make_program("digits-mlp").window
    banner = window.workbench.banner
    before = banner.text
    assert window.download.possible
    window.download.failed.emit("MNIST could not be downloaded.")
    assert banner.text == "MNIST could not be downloaded." and banner._action.text() == "Try again"
    assert banner._more[0].text() == "Choose a data folder" and not banner._more[1].isVisible()
    tried = []
    monkeypatch.setattr(window.download._jobs, "start", tried.append)
    qtbot.mouseClick(banner._action, LEFT)
    assert tried and banner.text == before
    window.download.failed.emit("MNIST could not be downloaded.")
    window.models.document.apply("Seed", window.models.document.project.with_training(seed=3))
    assert banner.text == before


def test_what_stands_in_for_mnist_is_not_called_mnist(make_program) -> None:
    window = make_program("digits-mlp").window
    button = window.transport.data_button
    assert button._name == "Small digits" and button.note == "1\u202f797 images for MNIST"
    text = window.workbench.banner.text
    assert "1\u202f797 small handwritten digits in place of MNIST" in text and "scikit" not in text


def test_undoing_a_change_of_data_shows_their_picture_at_once(make_program, qtbot) -> None:
    window = make_program("spiral").window
    button, document = window.transport.data_button, window.models.document
    picture = button._picture
    before = window.training.data
    document.apply("Use the data", document.project.with_data(name="circle"))
    qtbot.waitUntil(lambda: window.training.data is not before)
    document.undo_stack.undo()
    assert picture is not None and button._picture is picture


def test_saving_proposes_the_title_of_the_project(make_program, qtbot) -> None:
    window = make_program("digits-cnn").window
    window.files.ask_save()
    dialog = window.findChild(QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == "digits-convolutional.nnp"
    dialog.reject()


# -- plots ------------------------------------------------------------------------------------------------------------


def test_the_gradient_is_measured_while_its_plot_is_out_of_view(window, qtbot) -> None:
    window.show_workspace("build")
    assert not window.findChild(LearningRateView).isVisible()
    window.training.toggle()
    qtbot.waitUntil(lambda: len(window.models.runner.record.gradients) > 20, timeout=20_000)
    window.training.toggle()
    qtbot.waitUntil(lambda: window.models.runner.state == "paused")
    gradients = window.models.runner.record.gradients
    places = gradients.column("epoch")
    # Without holes: every part of the run has some.
    assert np.histogram(places, 4, (0, window.models.runner.record.place))[0].min() > 0
    assert (gradients.column("norm") > 0).all()


def test_narrow_plots_are_scrolled_and_keep_their_titles(make_program, qtbot) -> None:
    window = make_program("digits-cnn").window
    window.show_workspace("train")
    window.resize(1180, 720)
    bottom = window.workbench.bottom
    panels = [panel for panel, view in window.workbench._views if view.area == "bottom" and panel.isVisible()]
    qtbot.waitUntil(lambda: len(panels) == 5 and bottom.plots_scroll.horizontalScrollBar().maximum() > 0)
    for panel in panels:
        assert panel.width() >= 160
        title = panel.title
        assert title.fontMetrics().horizontalAdvance(title.text()) <= title.width() + 1, title.text()
    # The button that folds them stays in view.
    fold = bottom._fold_plots
    qtbot.waitUntil(lambda: fold.visibleRegion().boundingRect().size() == fold.size())


def test_the_label_of_a_histogram_does_not_touch_its_curve(make_program, qtbot) -> None:
    window = make_program("digits-cnn").window
    window.show_workspace("train")
    ridges = window.findChild(WeightsView).ridges
    qtbot.waitUntil(lambda: len(ridges.rows) == 3)
    ridges.resize(190, ridges.height())
    assert ridges._label_column() == 0
    area = ridges._area()
    feet = area.top() + (np.arange(3) + 1) * area.height() / 3
    outline = ridges._paths(area, feet)[2]
    top = outline.boundingRect().top()
    assert top >= area.top() + ridges._label_line()


# -- pictures ---------------------------------------------------------------------------------------------------------


def test_long_names_of_classes_stand_below_each_other(window, qtbot) -> None:
    grid = SampleGrid(window.models.theme, window, name="grid")
    grid.names = ("Ankle boot", "Sneaker")
    grid.truth, grid.predicted = np.array([0, 1]), np.array([1, 1])
    assert grid.caption(0) == ("Ankle boot", "Sneaker") and grid.caption(1) == ("Sneaker", "")
    grid.images = [grid.grab().toImage()] * 2
    tall = grid.heightForWidth(360)
    grid.names = ("0", "1")
    assert grid.caption(0) == ("0 as ", "1") and grid.heightForWidth(360) < tall


def test_before_a_stroke_the_panel_says_whose_picture_the_layers_show(make_program, qtbot) -> None:
    window = make_program("digits-cnn").window
    window.show_workspace("draw")
    drawing, prediction = window.findChild(DrawingView), window.findChild(PredictionView)
    seen = window.findChild(NetworkInputView)
    qtbot.waitUntil(prediction.isVisible)
    assert "test sample 1" in prediction.said
    stroke(drawing.paper, *SEVEN)
    qtbot.waitUntil(lambda: seen.pair.captions[0] == "28 × 28, centred by mass")


@pytest.mark.parametrize("size", [(1600, 1000), (1920, 1080)])
def test_at_175_per_cent_the_paper_is_large_and_nothing_is_below_the_edge(make_program, qtbot, size) -> None:
    window = make_program("digits-cnn").window
    window.resize(*size)
    window.models.theme.switch(zoom=1.75)
    window.show_workspace("draw")
    context, drawing = window.workbench.context, window.findChild(DrawingView)
    qtbot.waitUntil(lambda: drawing.isVisible() and drawing._compact)
    qtbot.waitUntil(lambda: context.verticalScrollBar().maximum() == 0)
    paper = drawing.paper
    assert paper.area().width() >= (240 if size[1] > 1000 else 210)
    # The tools stand beside the paper.
    qtbot.waitUntil(lambda: drawing.pen.x() - (paper.x() + paper.area().width()) < 40)


def test_classes_are_bars_in_the_list_of_layers(make_program, qtbot) -> None:
    window = make_program("digits-cnn").window
    window.show_workspace("inspect")
    layers = window.findChild(LayersView)
    buttons = list(layers.buttons.values())
    qtbot.waitUntil(lambda: all(button.image is not None for button in buttons[-2:]), timeout=10_000)
    dense, classes = (rgb(button.image) for button in buttons[-2:])
    assert classes.shape == (30, 28, 3) and classes.shape != dense.shape
    made = rgb(share_picture(np.array([0.0, 1.0, 0.5], np.float32), window.models.theme))
    lit = (made != made[0, 0]).any(axis=2).sum(axis=1)
    assert lit.tolist() == [0, 0, 0, 28, 28, 0, 14, 14, 0]


def test_a_number_out_of_bounds_is_told_without_powers_of_ten() -> None:
    with pytest.raises(ParamError, match=r"from 0\.000001 to 100, not 1\u202f000\u202f000\u202f000"):
        Float("rate", "Learning rate", 0.1, minimum=1e-6, maximum=100).check(1e9)
