"""Views on a running training thread: they show its numbers and do not change them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from playground.catalog.dataset import Data, Sources
from playground.document.project import Project
from playground.engine import workshop
from playground.engine.loop import Loop
from playground.engine.mailbox import Arrays
from playground.engine.requests import Grid, Picture, Request
from playground.engine.session import Session
from playground.ui.models import Models
from playground.ui.views import VIEWS
from playground.ui.views.base import View
from playground.ui.views.boundary import BoundaryView
from playground.ui.views.drawing import DrawingView
from playground.ui.views.feature_maps import FeatureMapsView
from playground.ui.views.loss import LossView
from playground.ui.views.network_input import NetworkInputView
from playground.ui.views.prediction import PredictionView
from tests.ui.stage import (
    IMAGE_PROJECT,
    PLANE_PROJECT,
    ask,
    drag,
    image_data,
    in_its_thread,
    make_models,
    plane_data,
    show,
)

EPOCHS = 4


class Stage:
    """A real runner on made-up data, views on the screen, and the session in its thread."""

    def __init__(self, qtbot, models: Models) -> None:
        self.qtbot, self.models = qtbot, models

    def put(self, *kinds: type[View]) -> list[View]:
        """These views on the screen, taking part in the frames."""
        views = [kind(self.models) for kind in kinds]
        for view in views:
            self.models.runner.attach(view)
            show(self.qtbot, view)
        return views

    def train(self) -> None:
        """Trains to the end."""
        runner = self.models.runner
        runner.play()
        self.qtbot.waitUntil(lambda: runner.state == "finished", timeout=20_000)

    def hash(self) -> str:
        """The hash of the weights in the thread."""
        return in_its_thread(self.qtbot, self.models.runner, lambda loop: loop.runnables[0].weights_sha256())

    def hash_of_a_run_alone(self, project: Project, data: Data) -> str:
        """The hash of the weights after the same run with nobody looking."""

        def run(loop: Loop) -> str:
            session = Session(project.with_training(epochs=EPOCHS), data)
            while not session.finished:
                session.step()
            return session.weights_sha256()

        return in_its_thread(self.qtbot, self.models.runner, run)

    def ask(self, request: Request) -> Arrays:
        """What the network in the thread answers."""
        return ask(self.qtbot, self.models.runner, request)

    @property
    def wanted(self) -> tuple[Request, ...]:
        """What the thread is asked for."""
        return self.models.runner.thread_of_training.loop._wanted

    def settle(self) -> None:
        """Waits until the views have seen the weights as they are now."""
        runner, seen = self.models.runner, []
        runner.frame.connect(seen.append)
        runner.thread_of_training.loop.changed()
        runner.ask()
        self.qtbot.waitUntil(lambda: any(frame.pictures and not frame.stale for frame in seen))
        runner.frame.disconnect(seen.append)


@pytest.fixture
def on_stage(qtbot, torch_loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator:
    """Makes a stage for a project and its data; the thread ends with the test."""
    made: list[Models] = []

    def make(project: Project, data: Data) -> Stage:
        monkeypatch.setattr(workshop, "prepare", lambda choice, sources: data)
        models = make_models(tmp_path, project.with_training(epochs=EPOCHS))
        made.append(models)
        models.runner.start()
        with qtbot.waitSignal(models.runner.state_changed, check_params_cb=lambda state: state == "ready"):
            models.runner.open(models.document.project, Sources())
        return Stage(qtbot, models)

    yield make
    for models in made:
        models.runner.shut_down()


def test_a_run_on_points_is_shown_as_it_is_and_not_changed(on_stage) -> None:
    stage = on_stage(PLANE_PROJECT, plane_data())
    views = stage.put(*(kind for kind in VIEWS if kind.suits(PLANE_PROJECT)))
    by_name = {view.name: view for view in views}
    stage.models.focus.pin_unit(("n2", 0))
    stage.train()
    stage.models.focus.pin_unit(None)
    stage.settle()
    assert stage.hash() == stage.hash_of_a_run_alone(PLANE_PROJECT, plane_data())
    assert all(view.said == "" for view in views)
    boundary, loss = by_name["boundary"], by_name["loss"]
    assert isinstance(boundary, BoundaryView) and isinstance(loss, LossView)
    output = stage.ask(Request("boundary", input=Grid(100)))["output"]
    np.testing.assert_array_equal(boundary.values(), output)
    x, y = loss.lines["test"].curve.getData()
    assert x.tolist() == [1, 2, 3, 4]
    np.testing.assert_allclose(10**y, stage.models.runner.record.epochs.column("test_loss"))


def test_a_run_on_pictures_is_shown_as_it_is_and_not_changed(on_stage) -> None:
    stage = on_stage(IMAGE_PROJECT, image_data())
    views = stage.put(*(kind for kind in VIEWS if kind.suits(IMAGE_PROJECT)))
    drawn = Picture.of(np.random.default_rng(2).random((1, 28, 28)).astype(np.float32))
    stage.models.focus.set_input(drawn)
    stage.train()
    stage.settle()
    assert stage.hash() == stage.hash_of_a_run_alone(IMAGE_PROJECT, image_data())
    assert all(view.said == "" for view in views)
    prediction = next(view for view in views if isinstance(view, PredictionView))
    shares = stage.ask(Request("prediction", input=drawn))["probabilities"]
    np.testing.assert_array_equal(prediction.bars.shares, shares)
    assert float(prediction.bars.shares.sum()) == pytest.approx(1, abs=1e-5)
    stage.qtbot.waitUntil(lambda: prediction.bars._motion.state() == prediction.bars._motion.State.Stopped)


def test_a_drawing_is_answered_while_nothing_trains(on_stage) -> None:
    stage = on_stage(IMAGE_PROJECT, image_data())
    drawing, seen, prediction, maps = stage.put(DrawingView, NetworkInputView, PredictionView, FeatureMapsView)
    assert isinstance(drawing, DrawingView) and isinstance(prediction, PredictionView)
    assert isinstance(seen, NetworkInputView) and isinstance(maps, FeatureMapsView)
    area = drawing.paper.area()
    drag(
        drawing.paper, *(area.topLeft() + QPointF(x, y) * area.width() for x, y in ((0.3, 0.2), (0.7, 0.2), (0.4, 0.8)))
    )
    stage.qtbot.waitUntil(lambda: len(prediction.bars.shares) == 10 and len(seen.pair.images) == 2)
    drawn = stage.models.focus.input
    shares = stage.ask(Request("prediction", input=drawn))["probabilities"]
    np.testing.assert_array_equal(prediction.bars.shares, shares)
    found = stage.ask(Request("activations", ("n2",), drawn))["n2"]
    paper = maps.mosaic
    stage.qtbot.waitUntil(lambda: bool(paper.parts) and np.array_equal(paper.parts[0].rows[0].maps, found))
    stage.qtbot.waitUntil(lambda: prediction.bars._motion.state() == prediction.bars._motion.State.Stopped)


def test_hidden_views_cost_nothing(on_stage) -> None:
    stage = on_stage(PLANE_PROJECT, plane_data())
    views = stage.put(*(kind for kind in VIEWS if kind.suits(PLANE_PROJECT)))
    stage.models.runner.ask()
    assert len(stage.wanted) == 4  # boundary, histograms; neurons and weights of a sheet
    for view in views:
        view.hide()
    stage.models.runner.ask()
    assert stage.wanted == ()
    answered = []
    stage.models.runner.frame.connect(lambda frame: answered.append(bool(frame.pictures)))
    stage.train()
    assert sum(answered) <= 1  # what was asked for before
    stage.qtbot.wait(0)
    assert all(view.plot.box.viewRange()[0] == [0, 1] for view in views if isinstance(view, LossView))
    for view in views:
        view.show()
    stage.settle()
    (loss,) = (view for view in views if isinstance(view, LossView))
    assert loss.lines["train"].curve.getData()[0].tolist() == [1, 2, 3, 4]


def test_an_edit_under_the_views_breaks_nothing(on_stage, qtbot) -> None:
    stage = on_stage(PLANE_PROJECT, plane_data())
    views = stage.put(*(kind for kind in VIEWS if kind.suits(PLANE_PROJECT)))
    document, runner = stage.models.document, stage.models.runner
    stage.models.focus.pin_unit(("n2", 2))
    runner.one_epoch()
    qtbot.waitUntil(lambda: runner.state == "paused")
    smaller = document.project.with_graph(document.project.graph.set_param("n2", "units", 2))
    document.apply("Set units", smaller)
    runner.submit(smaller)
    qtbot.waitUntil(lambda: len(runner.record.marks) == 1)
    stage.settle()
    (boundary,) = (view for view in views if isinstance(view, BoundaryView))
    assert boundary.values() is None  # there is no third neuron any more
    qtbot.mouseClick(boundary.source._buttons["output"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: boundary.values() is not None)
    runner.rewind()
    qtbot.waitUntil(lambda: runner.record.place == 0)
