"""The way of a new user: train on real digits with the mouse, draw one, and get it back."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from playground.ui.views.drawing import DrawingView
from playground.ui.views.prediction import PredictionView

LEFT = Qt.MouseButton.LeftButton
SEVEN = ((0.28, 0.24), (0.72, 0.22), (0.64, 0.42), (0.54, 0.62), (0.44, 0.84))


def stroke(paper, *places: tuple[float, float]) -> None:
    """One stroke with the left button through places given as shares of the drawing area."""
    area = paper.area()
    points = [area.topLeft() + QPointF(x * area.width(), y * area.height()) for x, y in places]
    QTest.mousePress(paper, LEFT, pos=points[0].toPoint())
    for begin, end in itertools.pairwise(points):
        for share in np.linspace(0, 1, 8)[1:]:
            QTest.mouseMove(paper, QPoint(*(begin + (end - begin) * float(share)).toPoint().toTuple()))
    QTest.mouseRelease(paper, LEFT, pos=points[-1].toPoint())


def test_a_network_trained_with_the_mouse_reads_a_seven_drawn_with_the_mouse(
    make_program, data_dir: Path, qtbot
) -> None:
    window = make_program("digits-mlp", data_folder=data_dir).window
    runner = window.models.runner
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
