"""How fast and how smoothly the open window trains, and how fast it opens.

The window stands in the workspace Train with every live view in sight. Turns of training in it, turns of the bare
loop of `bare.py` beside the resting window, and turns of rest follow each other in one run; a ratio is epochs per
second of the window over those of the bare loop, the median over the rounds. A late tick is a 5 ms timer of the
window that comes later than 5 ms after the one before. What happens once in the life of a process, such as its
first Train, is measured in processes of its own.

Run it with `python -m tests.benchmarks.window [--rounds N] [--starts N] [NAME...]`. Without a display it takes the
offscreen platform, which paints the same pixels and shows them to nobody.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

if sys.platform == "linux" and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication

from playground.app import Program, find_project
from playground.catalog.layers.input import FEATURES
from playground.document.project import Project
from playground.engine.mailbox import Frame
from playground.engine.requests import Grid, Request
from playground.ui.settings import Settings
from tests.networks import chain, project

ROOT = Path(__file__).resolve().parents[2]
SIZE = QSize(1600, 1000)
# name: layers of hidden units, goal against the bare loop
CASES: dict[str, tuple[tuple[int, ...], float]] = {"circle": ((4, 2), 0.8), "spiral-deep": ((8,) * 6, 0.6)}
GOALS = {
    "frames_per_second": 30.0, "late_ratio": 4.0, "late_p99_ms": 16.0, "first_train_stall_ms": 50.0,
    "first_painted_s": 0.8, "ready_s": 3.0, "pictures_ms": 4.0,
}  # fmt: skip
ROUNDS, STARTS = 9, 5
TURN_SECONDS, BARE_SECONDS, SETTLE_SECONDS = 2.0, 1.0, 0.3
TICK_MS = 5
WAIT_SECONDS = 60.0
ENDLESS = 10**6

# The real program in a process of its own: prints a line when it has painted and one when it is ready, trains for
# the first time, and prints the worst gap between ticks of a 1 ms timer at rest and at the first Train.
FIRST_TRAIN = """
import json, sys, tempfile, time
from PySide6.QtCore import QTimer, Qt, Slot
from playground import app
from playground.ui.settings import Settings

SECONDS = 1.5

class First(app.Program):
    def __init__(self, settings, *rest):
        super().__init__(Settings(folder / "settings.json"), *rest)
        self.gaps, self.phases, self.last = [], [], 0.0
        self.timer = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self._on_tick)
        self.window.first_painted.connect(self._on_painted)
        self.training.changed.connect(self._on_changed)

    @Slot()
    def _on_painted(self):
        print("painted", flush=True)

    @Slot()
    def _on_changed(self):
        if self.models.runner.state == "ready" and not self.timer.isActive():
            print("ready", flush=True)
            self.timer.start()
            # What opening has left to do, such as the first pictures, is no part of the first Train.
            QTimer.singleShot(1000, self, self._rest)

    @Slot()
    def _rest(self):
        self.gaps, self.last = [], time.perf_counter()
        QTimer.singleShot(int(SECONDS * 1000), self, self._train)

    @Slot()
    def _train(self):
        self.phases.append(self.gaps)
        self.gaps, self.last = [], time.perf_counter()
        self.training.toggle()
        QTimer.singleShot(int(SECONDS * 1000), self, self._finish)

    @Slot()
    def _finish(self):
        self.phases.append(self.gaps)
        self.timer.stop()
        print(json.dumps([1000 * max(gaps) for gaps in self.phases]), flush=True)
        self.window.close_now()

    @Slot()
    def _on_tick(self):
        now = time.perf_counter()
        self.gaps.append(now - self.last - 0.001)
        self.last = now

from pathlib import Path
with tempfile.TemporaryDirectory() as place:
    folder = Path(place)
    app.Program = First
    code = app.main([])
sys.exit(code)
"""


# --- the window --------------------------------------------------------------------------------------------


def wait(reached: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    """Runs the event loop until something is reached, looking after every event."""
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            raise TimeoutError("the window did not get there")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)


def run_for(seconds: float) -> None:
    """Runs the event loop of the window for so long, as the program does."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop, loop.quit)
    loop.exec()


class Painted(QObject):
    """Counts how often the window has painted something of training."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.count = 0
        self._new = False
        program.models.runner.frame.connect(self._on_frame)
        program.window.installEventFilter(self)

    def _on_frame(self, frame: Frame) -> None:
        self._new = self._new or frame.batch_count > 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest and self._new:
            self._new = False
            self.count += 1
        return False


class Ticks(QObject):
    """A 5 ms timer of the window. `take` gives how late its ticks were, in milliseconds."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._late: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Begins to count."""
        self._late, self._last = [], time.perf_counter()
        self._timer.start()

    def take(self) -> list[float]:
        """Ends it."""
        self._timer.stop()
        return self._late

    def _on_tick(self) -> None:
        now = time.perf_counter()
        self._late.append(max(0.0, (now - self._last) * 1000 - TICK_MS))
        self._last = now


def project_of(name: str) -> Project:
    """The project of a case, which never ends by itself."""
    if name == "circle":
        return find_project("circle")[0].with_training(epochs=ENDLESS)
    features = ("features", {feature: True for feature, _, _ in FEATURES})
    hidden = [("dense", {"units": units, "activation": "tanh"}) for units in CASES[name][0]]
    graph = chain(features, *hidden, ("dense", {"units": 1, "activation": "tanh"}), "value")
    for number, node in enumerate(graph.nodes):
        graph = graph.move(node.id, 220.0 * number, 0.0)
    return project(graph, "spiral", epochs=ENDLESS)


@contextmanager
def opened(made: Project, data_folder: Path | None = None) -> Iterator[Program]:
    """The program with a project, ready, in the workspace Train with everything in view."""
    with tempfile.TemporaryDirectory() as folder:
        program = Program(Settings(Path(folder, "settings.json")), made, data_folder=data_folder)
        try:
            program.window.resize(SIZE)
            program.start()
            program.window.show_workspace("train")
            wait(lambda: program.models.runner.state == "ready")
            program.window.workbench.editor.fit()
            yield program
        finally:
            program.end()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def epochs_of(program: Program) -> float:
    """How far the run is, in epochs."""
    progress = session_of(program).progress
    return float(progress.epoch - 1 + progress.samples / len(session_of(program).data.train))


def session_of(program: Program) -> Any:
    """What trains in the window's thread."""
    thread = program.models.runner.thread_of_training
    assert thread is not None
    return thread.loop.runnables[0]


# --- what is measured --------------------------------------------------------------------------------------


def bare_loop(name: str, program: Program) -> Callable[[float], float]:
    """Trains by hand on the same samples for about so many seconds and gives epochs per second."""
    import torch
    from torch import nn

    from tests.benchmarks import bare

    session = session_of(program)
    with torch.no_grad():
        X = session.network.start(torch.from_numpy(session.data.train.x)).contiguous()
    y = torch.from_numpy(session.data.train.y).float().mul(2).sub(1).unsqueeze(1)
    sizes = (X.shape[1], *CASES[name][0], 1)
    with torch.random.fork_rng(devices=[]):
        layers = [(nn.Linear(a, b), nn.Tanh()) for a, b in pairwise(sizes)]
    net = nn.Sequential(*(module for pair in layers for module in pair))
    training = session.project.training
    optimizer = torch.optim.SGD(net.parameters(), lr=training.learning_rate)

    def run(seconds: float) -> float:
        epochs, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            bare.train(net, X, y, nn.functional.mse_loss, optimizer, training.batch_size, 4)
            epochs += 4
        return epochs / (time.perf_counter() - began)

    return run


def play(program: Program, painted: Painted, ticks: Ticks) -> tuple[float, float, list[float]]:
    """A turn of training: epochs and painted frames per second, and how late ticks were."""
    program.training.toggle()
    wait(lambda: program.models.runner.state == "training")
    run_for(SETTLE_SECONDS)
    began, epochs, frames = time.perf_counter(), epochs_of(program), painted.count
    ticks.start()
    run_for(TURN_SECONDS)
    late = ticks.take()
    spent, done = time.perf_counter() - began, epochs_of(program) - epochs
    shown = painted.count - frames
    program.training.toggle()
    wait(lambda: program.models.runner.state == "paused")
    run_for(SETTLE_SECONDS)
    return done / spent, shown / spent, late


def rest(ticks: Ticks) -> list[float]:
    """A turn of rest: how late ticks were."""
    ticks.start()
    run_for(TURN_SECONDS)
    return ticks.take()


def lateness(rounds: list[list[float]]) -> dict[str, float]:
    """Percentiles of each round in milliseconds, the median over the rounds; the worst of all."""
    found = {f"p{q}": statistics.median(float(np.percentile(late, q)) for late in rounds) for q in (50, 99)}
    return {name: round(value, 2) for name, value in {**found, "max": max(map(max, rounds))}.items()}


def pictures(program: Program, size: int, times: int = 40) -> dict[str, float]:
    """Milliseconds for the pictures of all neurons at rest: computed, and put on their cards by the window."""
    session = session_of(program)
    editor = program.window.workbench.editor
    nodes = tuple(node for request in editor.wants() if request.probe == "neurons" for node in request.nodes)
    request = Request("neurons", nodes, Grid(size))
    spent: dict[str, list[float]] = {"computed": [], "drawn": []}
    for _ in range(times):
        began = time.perf_counter()
        arrays = session.probe(request)
        computed = time.perf_counter()
        editor.show_frame(Frame({"loss": np.empty(0)}, pictures={request: arrays}))
        spent["computed"].append(computed - began)
        spent["drawn"].append(time.perf_counter() - computed)
    count = sum(len(values) for values in arrays.values())
    return {"neurons": count, **{name: round(statistics.median(s) * 1000, 2) for name, s in spent.items()}}


def measure(name: str, rounds: int) -> dict[str, Any]:
    """All figures of one network in the open window."""
    goal = CASES[name][1]
    with opened(project_of(name)) as program:
        painted, ticks, bare_turn = Painted(program), Ticks(program), bare_loop(name, program)
        run_for(SETTLE_SECONDS)
        turns: list[tuple[float, float, float, list[float], list[float]]] = []
        for number in range(rounds + 1):
            # The bare loop before and after: a machine that slows down slows down both.
            before = bare_turn(BARE_SECONDS / 2)
            rate, frames, late = play(program, painted, ticks)
            bare_rate = (before + bare_turn(BARE_SECONDS / 2)) / 2
            idle = rest(ticks)
            if number:  # the first round only warms up
                turns.append((rate, bare_rate, frames, late, idle))
            print(f"{name}: round {number} of {rounds}, {rate / bare_rate:.2f}", file=sys.stderr)
        at_rest = pictures(program, 100)
        views = [view.name for view in program.window.workbench.views if view.isVisible()]
    training, resting = lateness([turn[3] for turn in turns]), lateness([turn[4] for turn in turns])
    ratio = statistics.median(turn[0] / turn[1] for turn in turns)
    fps = statistics.median(turn[2] for turn in turns)
    late_ratio = training["p99"] / max(resting["p99"], 0.01)
    return {
        "views": ["network", *views],
        "epochs_per_second": {
            "window": round(statistics.median(turn[0] for turn in turns), 1),
            "bare": round(statistics.median(turn[1] for turn in turns), 1),
        },
        "ratio": round(ratio, 3),
        "goal": goal,
        "frames_per_second": round(fps, 1),
        "late_ms": {"training": training, "idle": resting, "ratio_p99": round(late_ratio, 2)},
        "pictures_ms": at_rest,
        "reached": {
            "ratio": ratio >= goal,
            "frames_per_second": fps >= GOALS["frames_per_second"],
            "late": training["p99"] < GOALS["late_p99_ms"] or late_ratio <= GOALS["late_ratio"],
            "pictures": at_rest["computed"] < GOALS["pictures_ms"],
        },
    }


def measure_starts(count: int) -> dict[str, Any]:
    """From the start of a process to its first painted window, to ready, and the worst stall of its first Train."""
    found: dict[str, list[float]] = {name: [] for name in ("painted", "ready", "stall", "stall_idle")}
    for number in range(count + 1):
        began = time.perf_counter()
        with subprocess.Popen([sys.executable, "-c", FIRST_TRAIN], stdout=subprocess.PIPE, cwd=ROOT) as process:
            assert process.stdout is not None
            times = {}
            for line in process.stdout:
                text = line.decode().strip()
                if text in ("painted", "ready"):
                    times[text] = time.perf_counter() - began
                elif text:
                    times["stall_idle"], times["stall"] = json.loads(text)
        if process.returncode or len(times) < len(found):
            raise RuntimeError(f"the program ended with code {process.returncode} after {sorted(times)}")
        print(f"start {number} of {count}: {times}", file=sys.stderr)
        if number:  # the first one only fills the disk cache
            for name, value in times.items():
                found[name].append(value)
    middle = {name: statistics.median(values) for name, values in found.items()}
    return {
        "first_painted_s": round(middle["painted"], 2),
        "ready_s": round(middle["ready"], 2),
        "first_train_stall_ms": {
            "median": round(middle["stall"], 1),
            "max": round(max(found["stall"]), 1),
            "idle_median": round(middle["stall_idle"], 1),
        },
        "reached": {
            "first_painted": middle["painted"] < GOALS["first_painted_s"],
            "ready": middle["ready"] < GOALS["ready_s"],
            "first_train": middle["stall"] < GOALS["first_train_stall_ms"],
        },
    }


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", metavar="NAME", nargs="*", default=[*CASES], help=", ".join(CASES))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--starts", type=int, default=STARTS)
    arguments = parser.parse_args()
    # Processes are started before this one has loaded anything that keeps the machine busy.
    starts = measure_starts(arguments.starts) if arguments.starts else {}
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    results = {name: measure(name, arguments.rounds) for name in arguments.names}
    report = {
        "platform": application.platformName(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "goals": GOALS,
        "starts": starts,
        "cases": results,
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
