"""How long a sheet takes: from arrays to painted pixels, and from a request to painted pixels.

A convolution of 3 × 3 over 28 × 28 with 16, 64 and 512 filters and a ReLU behind it: filters, feature maps and
activated maps in one column for each channel, on a paper as large as the centre of the window. "visible" is what the
window paints, "whole" the sheet to its last row. A request is the pass through the network, the probes and their
copies, then the same. Goal: 512 channels in less than 50 ms.

Run it with `python -m tests.benchmarks.sheets [--rounds N]`. It prints JSON with the median and the worst of the
rounds in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable

if sys.platform == "linux" and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QScrollArea

from playground.catalog.catalogue import CATALOGUE
from playground.document.shapes import infer
from playground.engine.loading import warm_up
from playground.engine.mailbox import Arrays
from playground.engine.requests import Picture, Request
from playground.ui.inspect.layer_sheet import Sheet
from playground.ui.theme import Theme
from playground.ui.views.base.sheet_paper import SheetPaper
from tests.networks import chain, pictures, project

CHANNELS = (16, 64, 512)
CENTRE = QSize(998, 780)
GOAL_MS, GOAL_CHANNELS = 50.0, 512
ROUNDS, WARM_UP = 15, 2


def times_of(action: Callable[[], object], rounds: int) -> dict[str, float]:
    """Median and worst of the rounds, in milliseconds."""
    for _ in range(WARM_UP):
        action()
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        action()
        found.append(1000 * (time.perf_counter() - began))
    return {"median_ms": round(statistics.median(found), 2), "worst_ms": round(max(found), 2)}


def measure(filters: int, rounds: int) -> dict[str, object]:
    """The three times of a sheet with so many columns."""
    from playground.engine.session import Session

    graph = chain(
        ("image", {"height": 28, "width": 28, "channels": 1}),
        ("conv2d", {"filters": filters, "kernel": 3, "padding": "same"}),
        "relu", "global_avg_pool", ("dense", {"units": 3}), "classes",
    )  # fmt: skip
    made = project(graph, "digits")
    session = Session(made, pictures(shape=(1, 28, 28)))
    source = Picture.of(np.random.default_rng(1).random((1, 28, 28)).astype(np.float32))
    sheet = Sheet(made, infer(graph, CATALOGUE.layers), "n2")
    requests = (Request("activations", (), source), sheet.weight_request())

    def ask() -> tuple[Arrays, Arrays]:
        values, weights = (session.probe(request) for request in requests if request is not None)
        return values, weights

    area = QScrollArea()
    area.setWidgetResizable(True)
    area.resize(CENTRE)
    paper = SheetPaper(Theme(), area, name="paper", text="Sheet")
    area.setWidget(paper)
    area.show()

    def paint(values: Arrays, weights: Arrays, whole: bool) -> None:
        paper.fit(float(area.viewport().height()))
        paper.show_parts(sheet.parts(values, weights, {}))
        target = area.viewport() if not whole else paper
        image = QImage(target.size(), QImage.Format.Format_RGB32)
        target.render(image)

    found = ask()
    return {
        "visible": times_of(lambda: paint(*found, False), rounds),
        "whole": times_of(lambda: paint(*found, True), rounds),
        "request": times_of(ask, rounds),
        "request_to_visible": times_of(lambda: paint(*ask(), False), rounds),
        "height_px": paper.height(),
    }


def main() -> int:
    """Measures, prints and says whether the goal was reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    application = QApplication([])
    application.setStyle("Fusion")
    warm_up()
    found = {str(filters): measure(filters, rounds) for filters in CHANNELS}
    reached = found[str(GOAL_CHANNELS)]["request_to_visible"]["median_ms"] < GOAL_MS  # type: ignore[index]
    print(json.dumps({"sheets": found, "goal_ms": GOAL_MS, "goal_reached": reached}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
