"""The way of a new user: train on real digits with the mouse, draw one, and get it back."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from playground.catalog.preparation import as_mnist
from playground.engine import checkpoint
from playground.engine.mailbox import Arrays
from playground.engine.prediction import Classifier
from playground.engine.requests import Picture, Request
from playground.resources import shipped_weights
from playground.ui.views.drawing import DrawingView, prepared
from playground.ui.views.prediction import PredictionView
from tests.own_digits import SIDE, OwnDigit, own_digits

LEFT = Qt.MouseButton.LeftButton
SEVEN = ((0.28, 0.24), (0.72, 0.22), (0.64, 0.42), (0.54, 0.62), (0.44, 0.84))


def stroke(paper, *places: tuple[float, float], steps: int = 8) -> None:
    """One stroke with the left button through places given as shares of the drawing area."""
    area = paper.area()
    points = [area.topLeft() + QPointF(x * area.width(), y * area.height()) for x, y in places]
    QTest.mousePress(paper, LEFT, pos=points[0].toPoint())
    for begin, end in itertools.pairwise(points):
        for share in np.linspace(0, 1, steps)[1:]:
            QTest.mouseMove(paper, QPoint(*(begin + (end - begin) * float(share)).toPoint().toTuple()))
    QTest.mouseRelease(paper, LEFT, pos=points[-1].toPoint())


def test_a_network_trained_with_the_mouse_reads_a_seven_drawn_with_the_mouse(
    make_program, data_dir: Path, qtbot
) -> None:
    window = make_program("digits-mlp", data_folder=data_dir).window
    runner = window.models.runner
    # The example comes with trained weights; this is about training.
    qtbot.mouseClick(window.transport.reset, LEFT)
    qtbot.waitUntil(lambda: not window.training.trained)
    for epoch in (1, 2):
        qtbot.mouseClick(window.transport.epoch, LEFT)
        qtbot.waitUntil(lambda done=epoch: len(runner.record.epochs) == done, timeout=30_000)
        qtbot.waitUntil(lambda: runner.state != "training")
    losses = runner.record.epochs.column("train_loss")
    assert losses[1] < losses[0]
    assert runner.record.epochs.column("test_accuracy")[1] > 0.9
    window.show_workspace("draw")
    drawing, prediction = window.findChild(DrawingView), window.findChild(PredictionView)
    qtbot.waitUntil(lambda: drawing.isVisible() and prediction.isVisible())
    stroke(drawing.paper, *SEVEN)
    qtbot.waitUntil(lambda: len(prediction.bars.shares) == 10, timeout=10_000)
    assert int(prediction.bars.shares.argmax()) == 7
    drawing.paper.undo_stack.undo()
    qtbot.waitUntil(lambda: window.models.focus.input is None)
    qtbot.waitUntil(lambda: prediction.bars._motion.state() == prediction.bars._motion.State.Stopped)


def test_the_drawing_area_prepares_digits_as_the_command_does() -> None:
    """It knows what is ink and leaves out the search for it, which takes too long for a pen; the answers are the
    same."""
    shipped = {weights.name: weights.path for weights in shipped_weights()}
    classifier = Classifier(checkpoint.read(shipped["digits-cnn"]))
    pictures = [digit.picture() for digit in own_digits()]
    by_pen = np.stack([prepared(picture, True, (1, 28, 28)) for picture in pictures])
    by_command = np.stack([as_mnist(picture)[np.newaxis] for picture in pictures])
    drawn, read = classifier.probabilities(by_pen), classifier.probabilities(by_command)
    assert (drawn.argmax(axis=1) == read.argmax(axis=1)).all()
    assert np.abs(drawn - read).max() < 0.05


def draw(drawing: DrawingView, digit: OwnDigit) -> None:
    """Writes a digit with the mouse, on paper with the invert button."""
    QTest.mouseClick(drawing.clear, LEFT)
    drawing.brush.setValue(round(digit.pen))
    for curve in digit.curves():
        stroke(drawing.paper, *(tuple(point / SIDE) for point in (*curve[:-1:6], curve[-1])), steps=2)
    if digit.on_paper:
        QTest.mouseClick(drawing.invert, LEFT)


@pytest.mark.parametrize("row", range(6))
def test_all_sixty_digits_drawn_with_the_mouse_are_read(make_program, qtbot, monkeypatch, row: int) -> None:
    """Each row of ten has all kinds of hands, sizes and pens; no training, and no data but the small digits."""
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)
    window = make_program("digits-cnn").window
    window.show_workspace("draw")
    drawing, prediction = window.findChild(DrawingView), window.findChild(PredictionView)
    qtbot.waitUntil(lambda: drawing.isVisible() and prediction.isVisible())
    answers: dict[Request, Arrays] = {}
    window.models.runner.frame.connect(lambda frame: answers.update(frame.pictures))
    read = {}
    for digit in own_digits()[row::6]:
        draw(drawing, digit)
        whole = prepared(drawing.paper.ink(), True, (1, 28, 28))
        qtbot.waitUntil(lambda whole=whole: window.models.focus.input == Picture.of(whole))
        wanted = Request("prediction", input=window.models.focus.input)
        qtbot.waitUntil(lambda wanted=wanted: wanted in answers, timeout=10_000)
        np.testing.assert_array_equal(prediction.bars.shares, answers[wanted]["probabilities"])
        read[str(digit)] = prediction.bars.top
    assert read == {str(digit): digit.label for digit in own_digits()[row::6]}
    assert len(window.models.runner.record.batches) == 0
    qtbot.waitUntil(lambda: prediction.bars._motion.state() == prediction.bars._motion.State.Stopped)
