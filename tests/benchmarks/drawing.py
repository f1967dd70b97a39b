"""How soon the prediction follows the pen, and what the live canvas of a convolutional network costs.

The real window stands in the workspace Draw with digits-cnn. A pen event is a move of the mouse in the drawing area;
its time ends when the bars of that very drawing have been painted. Events follow each other as soon as the bars of the
one before stand, at rest and while the network trains. Then turns of training with the canvas in sight and turns with
the canvas hidden follow each other; the cost is the share of batches per second that the sight takes.

Run it with `python -m tests.benchmarks.drawing [--rounds N] [--data-dir FOLDER]`; without MNIST in the folder the
built-in digits stand in. Without a display it takes the offscreen platform, which paints the same pixels and shows
them to nobody.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.app import Program, find_project
from playground.engine.mailbox import Frame
from playground.ui.views.drawing import DrawingView
from playground.ui.views.prediction import PredictionView
from tests.benchmarks.window import ENDLESS, Painted, opened, run_for, session_of, wait

GOALS = {"idle_p95_ms": 33.0, "training_p95_ms": 50.0, "live_cost": 0.15}
ROUNDS, TURN_SECONDS = 7, 4.0
# Three strokes: a zigzag, a circle and a line, as shares of the drawing area.
STROKES = (
    [(0.2 + 0.6 * t, 0.25 + 0.1 * np.sin(9 * t)) for t in np.linspace(0, 1, 30)],
    [(0.5 + 0.25 * np.cos(6.28 * t), 0.5 + 0.25 * np.sin(6.28 * t)) for t in np.linspace(0, 1, 50)],
    [(0.7 - 0.2 * t, 0.2 + 0.6 * t) for t in np.linspace(0, 1, 30)],
)


class Bars(QObject):
    """Notices when the bars of the newest drawing have been painted."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._view = program.window.findChild(PredictionView)
        self._came = self.painted = False
        program.models.runner.frame.connect(self._on_frame)
        self._view.bars.installEventFilter(self)

    def expect(self) -> None:
        """Waits for new ones from now on."""
        self._came = self.painted = False

    def _on_frame(self, frame: Frame) -> None:
        self._came = self._came or any(request in frame.pictures for request in self._view.wants())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._came:
            self.painted = True
        return False


def draw(program: Program, bars: Bars) -> list[float]:
    """Draws all strokes with the mouse; milliseconds from every pen event to its bars."""
    drawing = program.window.findChild(DrawingView)
    paper, spent = drawing.paper, []
    area = paper.area()
    for stroke in STROKES:
        points = [
            QPoint(round(area.left() + x * area.width()), round(area.top() + y * area.height())) for x, y in stroke
        ]
        QTest.mousePress(paper, Qt.MouseButton.LeftButton, pos=points[0])
        for point in points[1:]:
            bars.expect()
            began = time.perf_counter()
            QTest.mouseMove(paper, point)
            wait(lambda: bars.painted)
            spent.append((time.perf_counter() - began) * 1000)
        QTest.mouseRelease(paper, Qt.MouseButton.LeftButton, pos=points[-1])
    paper.clear()
    run_for(0.2)
    return spent


def batches_of(program: Program) -> float:
    """Batches trained so far."""
    progress = session_of(program).progress
    batches = len(session_of(program).data.train) / session_of(program).project.training.batch_size
    return float((progress.epoch - 1) * batches + progress.batch)


def turn(program: Program, seconds: float) -> float:
    """Batches per second over a turn."""
    run_for(0.3)
    began, done = time.perf_counter(), batches_of(program)
    run_for(seconds)
    return (batches_of(program) - done) / (time.perf_counter() - began)


def live_cost(program: Program, rounds: int) -> dict[str, Any]:
    """What the cards cost while training: each round with the canvas in sight, then with it hidden."""
    painted, shares, frames = Painted(program), [], []
    program.training.toggle()
    wait(lambda: program.models.runner.state == "training")
    editor = program.window.workbench.editor
    for number in range(rounds + 1):
        before, began = painted.count, time.perf_counter()
        seen = turn(program, TURN_SECONDS)
        rate = (painted.count - before) / (time.perf_counter() - began)
        editor.hide()
        hidden = turn(program, TURN_SECONDS)
        editor.show()
        if number:
            shares.append(1 - seen / hidden)
            frames.append(rate)
    program.training.toggle()
    wait(lambda: program.models.runner.state == "paused")
    return {
        "cost": round(statistics.median(shares), 3),
        "each": [round(share, 3) for share in shares],
        "frames_per_second": round(statistics.median(frames), 1),
    }


def figures(spent: list[float]) -> dict[str, float]:
    """Median, 95th percentile and worst, in milliseconds."""
    values = {"median": statistics.median(spent), "p95": float(np.percentile(spent, 95)), "worst": max(spent)}
    return {name: round(value, 1) for name, value in values.items()}


def main() -> None:
    """Prints everything as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--data-dir", type=Path, default=None)
    given = parser.parse_args()
    application = QApplication([])
    application.setStyle("Fusion")
    found: dict[str, Any] = {"goals": GOALS, "load": round(os.getloadavg()[0], 2)}
    made = find_project("digits-cnn")[0].with_training(epochs=ENDLESS)
    with opened(made, given.data_dir) as program:
        program.window.show_workspace("draw")
        run_for(0.5)
        bars = Bars(program)
        draw(program, bars)
        found["idle"] = figures(draw(program, bars))
        program.training.toggle()
        wait(lambda: program.models.runner.state == "training")
        found["training"] = figures(draw(program, bars))
        program.training.toggle()
        wait(lambda: program.models.runner.state == "paused")
        QTest.mouseClick(program.window.findChild(DrawingView).paper, Qt.MouseButton.LeftButton)
        found["live cards"] = live_cost(program, given.rounds)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
