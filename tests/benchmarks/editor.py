"""How smoothly the canvas follows the hand, and how soon an edit trains.

A card is dragged with the mouse through the real window in a network of 50 and of 500 cards; a frame is one move of
the mouse with all that follows from it until it is painted. The latency of an edit is the time from `apply` to the
message of the training thread that the network was rebuilt, while it trains.

Run it with `python -m tests.benchmarks.editor [--moves N] [--edits N]`. Without a display it takes the offscreen
platform, which paints the same pixels and shows them to nobody.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QPointF, Qt, QThread, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.app import Program, find_project
from playground.document.graph import Graph
from playground.document.project import Project
from playground.engine.events import Rebuilt
from playground.engine.mailbox import Frame
from playground.ui.editor.layout import lay_out
from tests.benchmarks.window import ENDLESS, opened, run_for, wait
from tests.networks import added, project

COUNTS = (50, 500)
MOVES, EDITS, LAYOUTS = 120, 20, 5
PER_ROW = 25
FRAME_MS = 1000 / 60


def of_cards(count: int) -> Project:
    """A network of so many cards in rows: small Dense layers, every seventh also takes a wire from five back."""
    graph, node = added(Graph(), "features")
    made = [node]
    while len(made) < count - 1:
        if len(made) % 7 == 0 and len(made) > 7:
            graph, node = graph.add("add")
            graph = graph.connect(made[-1], node, 0).connect(made[-5], node, 1)
        else:
            graph, node = added(graph, ("dense", {"units": 2, "activation": "tanh"}), made[-1])
        made.append(node)
    graph, last = added(graph, "classes", made[-1])
    for number, node in enumerate((*made, last)):
        graph = graph.move(node, 190.0 * (number % PER_ROW), 260.0 * (number // PER_ROW))
    return project(graph, "circle", epochs=ENDLESS)


def painted() -> None:
    """Handles all events, among them the repaint that is waiting."""
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)


def drag(program: Program, moves: int) -> list[float]:
    """Drags a card in the middle of the view in a circle; milliseconds of every move."""
    editor = program.window.workbench.editor
    view, viewport = editor.canvas, editor.canvas.viewport()
    editor.fit()
    run_for(0.3)
    cards = list(editor.scene.cards.values())
    card = cards[len(cards) // 2]
    start = card.pos() + QPointF(30, 12)
    place = view.mapFromScene(start)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    painted()
    spent: list[float] = []
    for number in range(moves):
        angle = 2 * np.pi * number / 40
        target = start + QPointF(160 * np.cos(angle), 160 * np.sin(angle))
        began = time.perf_counter()
        QTest.mouseMove(viewport, view.mapFromScene(target))
        painted()
        spent.append((time.perf_counter() - began) * 1000)
        # The hand does not move faster than the screen; what the thread of training does meanwhile is its own.
        QThread.usleep(2000)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, view.mapFromScene(start))
    painted()
    return spent[5:]


class News(QObject):
    """Waits in the event loop, as the program does, until the window hears that the network was rebuilt."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._loop = QEventLoop(self)
        self._heard = 0.0
        program.models.runner.frame.connect(self._on_frame)

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        if any(isinstance(notice, Rebuilt) for notice in frame.notices):
            self._heard = time.perf_counter()
            self._loop.quit()

    def after(self, edit: Callable[[], None]) -> float:
        """Milliseconds from the beginning of an edit to the news."""
        began = time.perf_counter()
        edit()
        # A busy loop would take Python's lock from the thread of training.
        self._loop.exec()
        return (self._heard - began) * 1000


def rebuilt(program: Program, edits: int) -> list[float]:
    """Milliseconds from an edit of the first hidden layer to the news that the network was rebuilt, while training."""
    runner, document = program.models.runner, program.models.document
    layer = next(node for node in document.project.graph.nodes if node.kind in ("dense", "conv2d"))
    name = "units" if layer.kind == "dense" else "filters"
    news = News(program)
    program.training.toggle()
    wait(lambda: runner.state == "training")
    spent = []
    for number in range(edits):
        run_for(0.15)
        count = int(layer.params[name]) + 1 + number % 2
        graph = document.project.graph.set_param(layer.id, name, count)
        spent.append(news.after(partial(document.apply, "Set", document.project.with_graph(graph))))
    program.training.toggle()
    wait(lambda: runner.state == "paused")
    return spent


def laid_out(count: int, times: int) -> list[float]:
    """Milliseconds of laying out a network of so many cards."""
    made, spent = of_cards(count), []
    for _ in range(times):
        began = time.perf_counter()
        lay_out(made)
        spent.append((time.perf_counter() - began) * 1000)
    return spent


def figures(spent: list[float]) -> dict[str, float]:
    """Median, 95th percentile and worst, in milliseconds."""
    values = {"median": statistics.median(spent), "p95": float(np.percentile(spent, 95)), "worst": max(spent)}
    return {name: round(value, 2) for name, value in values.items()}


def main() -> None:
    """Prints everything as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=MOVES)
    parser.add_argument("--edits", type=int, default=EDITS)
    given = parser.parse_args()
    application = QApplication([])
    found: dict[str, Any] = {"goal_ms": round(FRAME_MS, 2)}
    for count in COUNTS:
        with opened(of_cards(count)) as program:
            program.window.show_workspace("build")
            found[f"lay out {count} cards"] = figures(laid_out(count, LAYOUTS))
            found[f"drag one of {count} cards"] = figures(drag(program, given.moves))
    for name in ("circle", "digits-cnn"):
        with opened(find_project(name)[0].with_training(epochs=ENDLESS)) as program:
            found[f"edit to rebuilt, {name}"] = figures(rebuilt(program, given.edits))
    print(json.dumps(found, indent=2))
    del application


if __name__ == "__main__":
    main()
