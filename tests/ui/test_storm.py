"""Everything that a user can press, in any order: nothing leaks, nothing hangs, nothing breaks."""

from __future__ import annotations

import gc
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.app import Program
from playground.catalog.catalogue import CATALOGUE
from playground.document.project import Project, from_json, to_json
from playground.engine.loop import Loop
from tests.networks import added, chain, fuzzed, project
from tests.ui.conftest import MakeProgram

ROUNDS = 500
WARM_UP = 100
PAUSE_SECONDS = 0.25
GROWTH_BYTES = 30_000_000
MOST_LAYERS = 6
ANSWER_MS = 10_000

TINY = chain(
    "features",
    ("dense", {"units": 3, "activation": "tanh"}),
    ("dense", {"units": 1, "activation": "tanh"}),
    "value",
)


def memory() -> int:
    """The resident memory of this process in bytes; 0 where the system does not tell."""
    if not sys.platform.startswith("linux"):
        return 0
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


# -- edits: each takes a project and gives another ------------------------------------------------------------


def _hidden(made: Project) -> list[str]:
    """The Dense layers but for the last one, which gives the output."""
    return [node.id for node in made.graph.nodes if node.kind == "dense"][:-1]


def _units(made: Project, luck: random.Random) -> Project:
    node = luck.choice(_hidden(made))
    return made.with_graph(made.graph.set_param(node, "units", luck.randint(1, 6)))


def _add_layer(made: Project, luck: random.Random) -> Project:
    """A layer between two others."""
    if len(made.graph.nodes) >= len(TINY.nodes) + MOST_LAYERS or not made.graph.edges:
        return made
    edge = luck.choice(made.graph.edges)
    step = luck.choice(("tanh", "batch_norm", ("dropout", {"rate": 0.2}), ("dense", {"units": 2})))
    graph, node = added(made.graph, step)
    return made.with_graph(graph.insert(node, edge))


def _remove_layer(made: Project, luck: random.Random) -> Project:
    """Takes one of the added layers out; what it joined is joined again."""
    known = {node.id for node in TINY.nodes}
    extra = [node.id for node in made.graph.nodes if node.id not in known]
    if not extra:
        return made
    node = luck.choice(extra)
    graph = made.graph.remove(node)
    # An edit before this one may have cut its wires.
    for before, after in zip(made.graph.incoming(node), made.graph.outgoing(node), strict=False):
        graph = graph.connect(before.source, after.target, after.port)
    return made.with_graph(graph)


def _break(made: Project, luck: random.Random) -> Project:
    """Cuts a wire, so that the network cannot train until this is undone."""
    edges = made.graph.edges
    return made.with_graph(made.graph.disconnect(luck.choice(edges))) if edges else made


def _rate(made: Project, luck: random.Random) -> Project:
    return made.with_training(learning_rate=luck.choice((0.001, 0.01, 0.03, 0.1)))


def _batch_size(made: Project, luck: random.Random) -> Project:
    return made.with_training(batch_size=luck.choice((1, 7, 10, 30)))


def _move(made: Project, luck: random.Random) -> Project:
    node = luck.choice(made.graph.nodes).id
    return made.with_graph(made.graph.move(node, luck.uniform(0, 800), luck.uniform(0, 300)))


EDITS = {
    "units": _units,
    "add layer": _add_layer,
    "remove layer": _remove_layer,
    "break": _break,
    "rate": _rate,
    "batch size": _batch_size,
    "move": _move,
}
COMMANDS = ("train", "pause", "batch", "epoch", "reset", "new weights", "undo", "redo", "look", "workspace")


class Storm:
    """Presses one thing after another; `pauses` are the answers to Pause as (seconds, batches trained meanwhile)."""

    def __init__(self, qtbot, program: Program, luck: random.Random) -> None:
        self._qtbot, self._program, self._luck = qtbot, program, luck
        self._runner, self._training = program.models.runner, program.training
        self._document = program.models.document
        self.pauses: list[tuple[float, int]] = []
        self.done: dict[str, int] = {}
        training, undo_stack = program.training, self._document.undo_stack
        slots = (self._play, self.pause, training.batch, training.epoch, training.reset, training.new_weights,
                 undo_stack.undo, undo_stack.redo, self._look, self._workspace)  # fmt: skip
        commands: dict[str, Callable[[], None]] = dict(zip(COMMANDS, slots, strict=True))
        edits = {name: self._editing(name) for name in EDITS}
        self._commands = {**commands, **edits}

    def round(self) -> None:
        """One random command, now and then with time to show what came of it."""
        luck = self._luck
        broken = self._document.blocking is not None
        name = "undo" if broken and luck.random() < 0.6 else luck.choice([*self._commands])
        self.done[name] = self.done.get(name, 0) + 1
        self._commands[name]()
        if luck.random() < 0.3:
            self._look()

    def _editing(self, name: str) -> Callable[[], None]:
        def edit() -> None:
            gesture = luck.choice((None, "same gesture"))
            self._document.apply(name, EDITS[name](self._document.project, luck), gesture)

        luck = self._luck
        return edit

    def _play(self) -> None:
        """Trains, mostly until something of it is seen."""
        if not self._training.running:
            self._training.toggle()
        if self._training.running and self._luck.random() < 0.7:
            self._look()

    def _look(self) -> None:
        """Waits for the next frame, where one is bound to come."""
        if self._runner.state == "training":
            with self._qtbot.waitSignal(self._runner.frame, timeout=ANSWER_MS):
                pass
        else:
            self._qtbot.wait(0)

    def _workspace(self) -> None:
        self._program.window.show_workspace(self._luck.choice(("build", "train")))

    def pause(self) -> None:
        """Pauses, and notes how long it took and how many batches were still trained."""
        if not self._training.running:
            return
        thread = self._runner.thread_of_training
        assert thread is not None
        loop, answers = thread.loop, []

        def answer(loop: Loop) -> None:
            answers.append((time.perf_counter(), loop.weights))

        with self._qtbot.waitSignal(self._runner.state_changed, timeout=ANSWER_MS):
            began, steps = time.perf_counter(), loop.weights
            self._runner.pause()
            # The thread takes commands in turn, so this one notes when Pause was carried out.
            loop.send(answer)
        self._qtbot.waitUntil(lambda: bool(answers), timeout=ANSWER_MS)
        ((ended, steps_then),) = answers
        self.pauses.append((ended - began, steps_then - steps))


@pytest.fixture
def tiny(make_program: MakeProgram, tmp_path: Path) -> Program:
    """The program with a network whose batches take next to no time."""
    made = project(TINY, "circle", learning_rate=0.03, batch_size=10, epochs=200)
    graph = made.graph
    for number, node in enumerate(graph.nodes):
        graph = graph.move(node.id, 220.0 * number, 0.0)
    path = tmp_path / "tiny.nnp"
    path.write_bytes(to_json(made.with_graph(graph)))
    return make_program(str(path))


def test_hundreds_of_random_commands_leave_the_program_as_it_should_be(qtbot, tiny: Program):
    document, runner = tiny.models.document, tiny.models.runner
    thread = runner.thread_of_training
    storm = Storm(qtbot, tiny, random.Random(20))
    grown_from = memory()
    threads = threading.active_count()
    for number in range(len(fuzzed(ROUNDS))):
        storm.round()
        assert from_json(to_json(document.project), CATALOGUE) == document.project
        assert runner.state in ("ready", "training", "paused", "finished"), (number, tiny.training.failure)
        assert runner.thread_of_training is thread
        if number == WARM_UP:
            gc.collect()
            grown_from = memory()
    storm.pause()
    gc.collect()
    assert memory() - grown_from < GROWTH_BYTES

    assert {*storm.done} == {*EDITS, *COMMANDS}
    assert len(storm.pauses) > 10
    late = [(seconds, steps) for seconds, steps in storm.pauses if seconds >= PAUSE_SECONDS and steps > 1]
    assert not late

    while document.blocking is not None:
        document.undo_stack.undo()
    tiny.training.reset()
    qtbot.waitUntil(lambda: runner.state == "ready" and runner.record.place == 0, timeout=ANSWER_MS)
    tiny.training.epoch()
    qtbot.waitUntil(lambda: len(runner.record.epochs) == 1 and runner.state == "paused", timeout=ANSWER_MS)
    assert threading.active_count() == threads
    tiny.window.close_now()
    assert runner.thread_of_training is None
    assert thread is not None
    assert thread.isFinished()
