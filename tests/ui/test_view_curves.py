"""Loss, accuracy, learning rate and gradient norm: what is drawn is what the run recorded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from playground.engine.events import EpochDone, Rebuilt
from playground.engine.mailbox import BATCH_COLUMNS, Frame
from playground.engine.messages import Opened, Rewound
from playground.ui.models import Models
from playground.ui.views.accuracy import AccuracyView
from playground.ui.views.base.curves import CurveView
from playground.ui.views.base.plot import Plot
from playground.ui.views.base.ticks import linear_ticks, log_ticks, number_text, whole_ticks
from playground.ui.views.learning_rate import LearningRateView
from playground.ui.views.loss import LossView
from tests.networks import numbers
from tests.ui.stage import PLANE_PROJECT, frame, make_models, move, plane_data, show

BATCHES = 5


def batches(
    epoch: int, loss: float, rate: float = 0.03, count: int = BATCHES, *, norm: float = np.nan
) -> dict[str, np.ndarray]:
    """The columns of an epoch's batches; their losses lie around `loss`."""
    number = np.arange(1.0, count + 1)
    return {
        "epoch": np.full(count, float(epoch)), "batch": number, "batches": np.full(count, float(BATCHES)),
        "samples": np.full(count, 10.0), "loss": loss * np.linspace(0.5, 1.5, count), "accuracy": np.full(count, 0.5),
        "learning_rate": np.full(count, rate), "gradient_norm": np.append(np.full(count - 1, np.nan), norm),
    }  # fmt: skip


def epoch(number: int, accuracy: float | None = 0.5) -> Frame:
    """A frame with one epoch; the loss halves about every second one."""
    loss = 2.0 ** (-number / 2)
    test = None if accuracy is None else accuracy / 2
    return Frame(batches(number, loss), (EpochDone(number, loss, 2 * loss, accuracy, test, 50, 0.1),))


def feed(models: Models, view: CurveView | LearningRateView, *frames: Frame) -> None:
    """Hands frames to the record and to the view, as the runner does."""
    for made in frames:
        models.runner.record.take(made)
        view.show_frame(made)


def run(models: Models, view: CurveView | LearningRateView, epochs: int) -> None:
    """A run of so many epochs."""
    feed(models, view, *(epoch(number) for number in range(1, epochs + 1)))


@pytest.fixture
def models(qapp, tmp_path: Path) -> Models:
    """Models of a project on a plane."""
    return make_models(tmp_path, PLANE_PROJECT, plane_data())


@pytest.fixture
def loss(qtbot, models: Models) -> LossView:
    """The loss view on the screen."""
    view = LossView(models)
    show(qtbot, view, 320, 204)
    return view


@pytest.fixture
def accuracy(qtbot, models: Models) -> AccuracyView:
    """The accuracy view on the screen."""
    view = AccuracyView(models)
    show(qtbot, view, 320, 204)
    return view


def test_the_curves_are_the_recorded_losses(models: Models, loss: LossView) -> None:
    run(models, loss, 12)
    record = models.runner.record.epochs
    for name in ("train", "test"):
        x, y = loss.lines[name].curve.getData()
        np.testing.assert_array_equal(x, record.column("epoch"))
        np.testing.assert_allclose(10**y, record.column(f"{name}_loss"))
    (left, right), (low, high) = loss.plot.box.viewRange()
    assert left == 0 and 12 <= right <= 13
    assert low <= np.log10(record.column("train_loss").min()) and high >= np.log10(record.column("test_loss").max())
    assert loss.said == ""


def test_the_words_stand_at_the_ends_of_the_lines_and_apart(models: Models, loss: LossView) -> None:
    run(models, loss, 9)
    labels = {name: line.text for name, line in loss.lines.items()}
    boxes = {name: text.mapRectToScene(text.boundingRect()) for name, text in labels.items()}
    assert boxes["test"].bottom() <= boxes["train"].top() + 3
    for name, line in loss.lines.items():
        end = loss.plot.point_at(line.end.x(), line.end.y())
        assert labels[name].text() == name and labels[name].isVisible()
        assert 0 < boxes[name].left() - end.x() < 20
        assert abs(boxes[name].center().y() - end.y()) < 20
        assert boxes[name].right() <= loss.plot.width()


def test_a_dot_marks_the_end_of_each_line(models: Models, loss: LossView) -> None:
    assert not any(line.dot.isVisible() for line in loss.lines.values())
    run(models, loss, 30)
    for line in loss.lines.values():
        assert line.dot.isVisible()
        end = loss.plot.point_at(line.end.x(), line.end.y())
        dot = QPointF(loss.plot.mapFromScene(line.dot.scenePos()))
        assert (end - dot).manhattanLength() <= 2


def test_dots_and_words_follow_when_the_axis_grows_before_an_epoch_is_done(models: Models, loss: LossView) -> None:
    run(models, loss, 2)
    before = loss.lines["train"].dot.pos().x()
    feed(models, loss, Frame(batches(3, 0.4)))
    line = loss.lines["train"]
    assert line.dot.pos().x() < before
    assert abs(loss.plot.point_at(line.end.x(), 0).x() - loss.plot.mapFromScene(line.dot.scenePos()).x()) <= 1


def test_the_batches_lie_under_the_curve_as_a_band(models: Models, loss: LossView) -> None:
    run(models, loss, 30)
    x, y = loss.band.getData()
    raw = models.runner.record.batches.column("loss")
    at, low, high = x[: len(x) // 2], y[len(y) // 2 :][::-1], y[: len(y) // 2]
    place = np.arange(1, len(raw) + 1) / BATCHES
    inside = (np.interp(place, at, low) <= np.log10(raw)) & (np.log10(raw) <= np.interp(place, at, high))
    assert 0.75 < inside.mean() < 1
    assert x.max() == 30 and len(x) <= 2 * 320


def test_batches_that_scatter_widely_leave_the_curve_readable(models: Models, loss: LossView) -> None:
    scatter = np.random.default_rng(1).normal(size=(100, BATCHES))
    for number, row in enumerate(scatter, 1):
        made = epoch(10)
        columns = {**batches(number, 1.0), "loss": 0.05 * np.exp(row)}
        columns["loss"][2] = 1e-6 if number % 40 == 0 else columns["loss"][2]
        feed(models, loss, Frame(columns, (replace(made.epochs[0], epoch=number),)))
    _, y = loss.band.getData()
    _, (low, high) = loss.plot.box.viewRange()
    # There is free room above and below the band.
    assert low < y.min() - 0.05 and y.max() + 0.05 < high
    assert 10 ** y.min() > 1e-3


def test_the_legend_and_the_readout_say_what_the_band_is(models: Models, loss: LossView) -> None:
    assert loss.legend.accessibleName() == ""
    run(models, loss, 30)
    assert loss.legend.accessibleName() == "9 of 10 batches"
    assert "5 %" in loss.legend.toolTip()
    move(loss.plot.viewport(), loss.plot.point_at(15, -2).toPoint())
    said = loss.readout.text
    low, high = (float(text) for text in said.split("9 of 10 batches ")[1].split(" to "))
    assert low < 2 ** (-15 / 2) < high
    # In a narrow plot the readout alone says it.
    loss.resize(164, 204)
    assert loss.legend.accessibleName() == ""


def test_at_most_2000_points_are_drawn_however_long_the_run(models: Models, loss: LossView) -> None:
    for number in range(1, 6_001):
        models.runner.record.take(epoch(number % 40 + 1))
    loss.refresh()
    for curve in (*(line.curve for line in loss.lines.values()), loss.band):
        assert 100 < len(curve.getData()[0]) <= 2_000


def test_losses_without_a_logarithm_break_nothing(models: Models, loss: LossView) -> None:
    figures = ((0.0, np.nan), (np.nan, np.inf), (np.inf, 0.5), (0.25, 1e30), (-0.0, 1e-300))
    for number, (train, test) in enumerate(figures, 1):
        feed(models, loss, Frame(batches(number, np.inf), (EpochDone(number, train, test, None, None, 10, 0.1),)))
    loss.grab()
    for line in loss.lines.values():
        assert np.isfinite(line.curve.getData()[1]).all()
    assert np.isfinite(loss.plot.box.viewRange()).all()


def test_a_run_that_only_diverges_is_drawn_empty(models: Models, loss: LossView) -> None:
    feed(models, loss, Frame(batches(1, np.nan), (EpochDone(1, np.nan, np.nan, None, None, 10, 0.1),)))
    loss.grab()
    assert np.isfinite(loss.plot.box.viewRange()).all()


def test_a_rebuilt_network_is_marked_on_the_axis(models: Models, loss: LossView) -> None:
    run(models, loss, 3)
    assert len(loss.ticks.getData()[0] if loss.ticks.getData()[0] is not None else ()) == 0
    feed(models, loss, frame(notices=(Rebuilt((), ()),)))
    x, y = loss.ticks.getData()
    assert x.tolist() == [3, 3]
    assert y[0] == loss.plot.box.viewRange()[1][0] < y[1]


def test_earlier_runs_stay_as_ghosts(models: Models, loss: LossView) -> None:
    feed(models, loss, frame(messages=(Opened(PLANE_PROJECT, 13, "cpu", 1, 0),)))
    run(models, loss, 20)
    feed(models, loss, frame(messages=(Rewound(PLANE_PROJECT),)))
    run(models, loss, 3)
    assert loss.legend.accessibleName() == "1 earlier run"
    x, _ = loss.lines["train"].curve.getData()
    assert x.tolist() == [1, 2, 3]
    (ghost,) = loss._ghosts
    assert len(ghost.curve.getData()[0]) == 20
    # The ghost is in view as a whole while the new run grows.
    assert loss.plot.box.viewRange()[0][1] >= 20


def test_a_new_run_is_in_view_above_the_end_of_an_earlier_one(models: Models, loss: LossView) -> None:
    low = EpochDone(1, 0.02, 0.03, 0.9, 0.9, 50, 0.1)
    feed(models, loss, *(Frame(batches(n, 0.02), (replace(low, epoch=n),)) for n in range(1, 9)))
    feed(models, loss, frame(messages=(Rewound(PLANE_PROJECT),)))
    feed(models, loss, Frame(batches(1, 2.5)))
    _, (bottom, top) = loss.plot.box.viewRange()
    _, band = loss.band.getData()
    assert 10**top > 3.5 and band.max() < top, "before its first epoch all of the band is in view"
    assert 10**bottom < 0.03, "the earlier run stays in view"
    feed(models, loss, Frame(batches(2, 2.0), (EpochDone(1, 2.4, 2.2, 0.5, 0.5, 50, 0.1),)))
    _, (_, top) = loss.plot.box.viewRange()
    assert 10**top > 3.5


def test_a_project_that_is_left_takes_its_curves_along_at_once(models: Models, loss: LossView) -> None:
    run(models, loss, 6)
    models.document.replace(PLANE_PROJECT.with_training(seed=5), None)
    assert loss.said == "The curves appear once the network is built."
    feed(models, loss, frame(messages=(Opened(PLANE_PROJECT, 13, "cpu", 1, 0),)))
    assert loss.said == "Press Train to see the loss fall."
    run(models, loss, 2)
    assert loss.said == "" and len(loss.lines["train"].curve.getData()[0]) == 2


def test_pointing_at_the_plot_gives_the_values_of_the_nearest_epoch(models: Models, loss: LossView) -> None:
    run(models, loss, 10)
    move(loss.plot.viewport(), loss.plot.point_at(7.2, -1.0))
    assert loss.plot.cross.isVisible() and loss.plot.cross.value() == 7
    train = models.runner.record.epochs.column("train_loss")[6]
    assert loss.readout.isVisible()
    assert loss.readout.text.startswith(f"Epoch 7, train {number_text(train)}, test {number_text(2 * train)}, ")
    QTest.mouseMove(loss.plot.viewport(), QPoint(3, 3))
    assert not loss.readout.isVisible() and not loss.plot.cross.isVisible()


def test_the_arrow_keys_give_the_values_too(models: Models, loss: LossView) -> None:
    run(models, loss, 10)
    loss.plot.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(4):
        QTest.keyClick(loss.plot, Qt.Key.Key_Left)
    assert loss.readout.text.startswith(("Epoch 6", "Epoch 7"))


def test_the_loss_before_the_first_epoch_is_its_batches(models: Models, loss: LossView) -> None:
    assert loss.said == "Press Train to see the loss fall."
    feed(models, loss, Frame(batches(1, 0.5, count=3)))
    assert loss.said == ""
    assert loss.plot.box.viewRange()[0] == [0, 1]
    assert loss.band.getData()[0].max() == pytest.approx(0.6)


def test_accuracy_is_in_per_cent(models: Models, accuracy: AccuracyView) -> None:
    feed(models, accuracy, *(epoch(number, 0.6 + number / 50) for number in range(1, 11)))
    _, y = accuracy.lines["train"].curve.getData()
    np.testing.assert_allclose(y, models.runner.record.epochs.column("train_accuracy") * 100)
    low, high = accuracy.plot.box.viewRange()[1]
    assert 0 <= low < 31 and 100 < high < 103
    texts = accuracy.plot.left.tickStrings(accuracy.plot.left.tickValues(low, high, 180)[0][1], 1, 1)
    assert texts[-1] == "100\N{NARROW NO-BREAK SPACE}%" and "%" not in "".join(texts[:-1])
    move(accuracy.plot.viewport(), accuracy.plot.point_at(10, 80))
    assert "train 80.0" in accuracy.readout.text


def test_regression_has_no_accuracy_and_says_why(qtbot, tmp_path: Path) -> None:
    models = make_models(tmp_path, PLANE_PROJECT, numbers())
    view = AccuracyView(models)
    show(qtbot, view)
    feed(models, view, epoch(1, None), epoch(2, None))
    assert view.said == "These data ask for a number, so there is no right or wrong to count."


class Paints(QObject):
    """Counts how often a plot is painted."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self.count = 0
        plot.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_a_plot_is_painted_once_for_each_drawing(qtbot, models: Models) -> None:
    view = LearningRateView(models)
    show(qtbot, view)
    run(models, view, 3)
    feed(models, view, Frame(batches(4, 1.0, norm=2.0)))
    qtbot.wait(50)
    paints = [Paints(plot) for plot in (view.rate_plot, view.norm_plot)]
    # Both the range of epochs and that of the norm grow.
    feed(models, view, Frame(batches(9, 1.0, norm=200.0)))
    qtbot.waitUntil(lambda: all(painted.count for painted in paints))
    qtbot.wait(50)
    assert [painted.count for painted in paints] == [1, 1]


def test_the_rate_and_the_gradient_are_drawn_over_the_same_epochs(qtbot, models: Models) -> None:
    view = LearningRateView(models)
    show(qtbot, view, 212, 204)
    norms = [4.0, 2.0, np.nan, 1.0, 0.5]
    for number, norm in enumerate(norms, 1):
        rate = 0.03 if number < 4 else 0.01
        feed(models, view, Frame(batches(number, 1.0, rate, norm=norm)))
    x, y = view.rate.curve.getData()
    assert (x[0], y[0], x[-1], y[-1]) == (0.2, 0.03, 5.0, 0.01)
    assert view.value.text() == "0.01"
    x, y = view.raw.curve.getData()
    assert x.tolist() == [1, 2, 4, 5]
    np.testing.assert_allclose(10**y, [4, 2, 1, 0.5])
    assert view.norm.curve.getData()[1][-1] > y[-1]  # smoothed, it follows later
    assert view.rate_plot.box.viewRange()[0] == view.norm_plot.box.viewRange()[0]


@pytest.mark.parametrize(
    ("ticks", "low", "high", "texts"),
    [
        (linear_ticks, 0, 1, "0 0.25 0.5 0.75 1"),
        (whole_ticks, 0, 1, "0 1"),
        (whole_ticks, 0, 412, "0 100 200 300 400"),
        (linear_ticks, -4.2, 4.2, "−4 −2 0 2 4"),
        (linear_ticks, 1, 1, ""),
        (linear_ticks, 0, np.inf, ""),
    ],
)
def test_ticks_are_round_and_at_most_five(ticks, low: float, high: float, texts: str) -> None:
    assert " ".join(number_text(value) for value in ticks(low, high, 5)) == texts


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.03, 1, "0.05 0.1 0.2 0.5 1"),
        (1e-8, 3, "1e−8 1e−6 1e−4 0.01 1"),
        (1.1, 1.6, "1.2 1.4 1.6"),
    ],
)
def test_logarithmic_ticks_are_round_too(low: float, high: float, texts: str) -> None:
    found = log_ticks(float(np.log10(low)), float(np.log10(high)), 5)
    assert " ".join(number_text(10**power) for power in found) == texts


def test_numbers_read_as_the_design_asks() -> None:
    assert [number_text(value) for value in (5994, -1.632, 0.00012, 12345678, np.nan, 0)] == [
        "5\u202f994", "−1.63", "1.2e−4", "1.23e7", "–", "0",
    ]  # fmt: skip


def test_the_end_of_a_line_at_the_edge_keeps_its_word_in_view(models: Models, loss: LossView) -> None:
    run(models, loss, 4)
    loss.resize(200, 110)
    QTest.qWait(0)
    for line in loss.lines.values():
        box = line.text.mapRectToScene(line.text.boundingRect())
        assert loss.plot.sceneRect().adjusted(0, -2, 2, 2).contains(box), (box, loss.plot.sceneRect())
    assert isinstance(loss.plot.point_at(1, 1), QPointF)


def test_the_columns_of_a_frame_are_those_of_the_mailbox() -> None:
    assert set(batches(1, 1.0)) == set(BATCH_COLUMNS)


def test_the_band_stays_in_the_plot(models: Models, loss: LossView) -> None:
    run(models, loss, 6)
    lucky = batches(7, 0.1)
    lucky["loss"][2] = 1e-8
    feed(models, loss, Frame(lucky, (EpochDone(7, 0.1, 0.2, 0.5, 0.25, 50, 0.1),)))
    _, heights = loss.band.getData()
    _, (low, high) = loss.plot.box.viewRange()
    assert low <= heights.min() and heights.max() <= high
    # One batch far below all others does not flatten the curves.
    _, curve = loss.lines["train"].curve.getData()
    assert np.ptp(curve) > (high - low) / 3


def test_a_word_is_readable_on_the_curve_of_an_earlier_run(models: Models, loss: LossView) -> None:
    run(models, loss, 20)
    feed(models, loss, frame(messages=(Rewound(PLANE_PROJECT),)))
    run(models, loss, 4)
    loss.plot.resize(320, 203)
    for line in loss.lines.values():
        place = loss.plot.mapFromScene(line.ground.mapToScene(line.ground.rect().bottomLeft()))
        color = loss.plot.grab().toImage().pixelColor(place.x() + 1, place.y() - 2)
        assert color == models.theme.color("bg.panel")
