"""The window trains to the very bits of a session without one, however it is driven and whatever it shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from playground.app import Program
from playground.catalog.dataset import Sources
from playground.catalog.splitting import prepare
from playground.document.graph import Graph
from playground.document.project import Project, to_json
from playground.engine.loop import Loop
from playground.engine.requests import Request
from playground.engine.session import Session
from tests.networks import chain, project
from tests.ui.conftest import MakeProgram
from tests.ui.stage import in_its_thread

POINTS = chain(
    ("features", {"sin_x": True}),
    ("dense", {"units": 4, "activation": "tanh"}),
    ("dense", {"units": 3, "activation": "relu"}),
    ("dense", {"units": 1, "activation": "tanh"}),
    "value",
)
PICTURES = chain(
    "image",
    ("conv2d", {"filters": 3, "kernel": 5, "stride": 3, "activation": "relu"}),
    ("max_pool", {}),
    "flatten",
    ("dropout", {"rate": 0.25}),
    ("dense", {"units": 8, "activation": "relu"}),
    ("dropout", {"rate": 0.5}),
    ("dense", {"units": 10}),
    "classes",
)


def made(graph: Graph, data: str, batch_size: int, epochs: int) -> Project:
    """A project whose cards stand side by side, so that all of them can be seen."""
    for number, node in enumerate(graph.nodes):
        graph = graph.move(node.id, 220.0 * number, 0.0)
    return project(graph, data, learning_rate=0.03, batch_size=batch_size, epochs=epochs, seed=5)


PROJECTS = {
    "points": made(POINTS, "circle", 25, 3),
    "pictures": made(PICTURES, "digits", 200, 2),
}
each = pytest.mark.parametrize("name", PROJECTS)


@pytest.fixture(autouse=True)
def small_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The digits that come with scikit-learn, also where others are at hand: they take less time."""
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)


@pytest.fixture
def open_project(make_program: MakeProgram, tmp_path: Path) -> Callable[[str], Program]:
    """Opens one of the projects in the window."""

    def opened(name: str) -> Program:
        path = tmp_path / f"{name}.nnp"
        path.write_bytes(to_json(PROJECTS[name]))
        # Before the window has a thread, for both would draw from one generator.
        headless(PROJECTS[name])
        return make_program(str(path))

    return opened


_headless: dict[Project, str] = {}


def headless(wanted: Project) -> str:
    """What a session of its own makes of a project, to its last epoch."""
    if wanted not in _headless:
        session = Session(wanted, prepare(wanted.data, Sources()))
        while not session.finished:
            session.step()
        _headless[wanted] = session.weights_sha256()
    return _headless[wanted]


def weights(qtbot, program: Program) -> str:
    """The hash of the weights in the window's thread, which works it out between two batches."""

    def look(loop: Loop) -> str:
        (session,) = loop.runnables
        assert isinstance(session, Session)
        return session.weights_sha256()

    return in_its_thread(qtbot, program.models.runner, look)


def until(qtbot, program: Program, *states: str) -> None:
    """Waits for the runner to be in one of these states."""
    qtbot.waitUntil(lambda: program.models.runner.state in states, timeout=20_000)


def play_to_the_end(qtbot, program: Program) -> None:
    """Trains until all epochs are done."""
    program.training.toggle()
    until(qtbot, program, "finished")


def pause_and_go_on(qtbot, program: Program) -> None:
    """Plays some batches, pauses and plays on, until all epochs are done."""
    runner = program.models.runner
    while not program.training.all_done:
        program.training.toggle()
        seen = runner.record.place
        qtbot.waitUntil(lambda seen=seen: runner.record.place > seen or runner.state == "finished", timeout=20_000)
        runner.pause()
        until(qtbot, program, "paused", "finished")


@each
def test_played_straight(qtbot, open_project, name: str):
    program = open_project(name)
    play_to_the_end(qtbot, program)
    assert weights(qtbot, program) == headless(PROJECTS[name])


@each
def test_batch_by_batch(qtbot, open_project, name: str):
    program = open_project(name)
    steps = 0
    while not program.training.all_done:
        program.training.batch()
        until(qtbot, program, "paused", "finished")
        steps += 1
    assert steps >= 10
    assert weights(qtbot, program) == headless(PROJECTS[name])


@each
def test_batch_by_batch_with_the_loss_of_now_after_each_of_the_first_epoch(qtbot, open_project, name: str):
    program = open_project(name)
    record = program.models.runner.record
    while not len(record.epochs):
        qtbot.waitUntil(lambda: record.now is not None and record.now.train_samples > 0)
        program.training.batch()
        until(qtbot, program, "paused", "finished")
    play_to_the_end(qtbot, program)
    assert weights(qtbot, program) == headless(PROJECTS[name])


@each
def test_in_slow_motion(qtbot, open_project, name: str):
    program = open_project(name)
    program.training.pace.slower()
    began = time.monotonic()
    play_to_the_end(qtbot, program)
    batches = len(program.models.runner.record.batches)
    assert time.monotonic() - began >= (batches - 1) / 30
    assert weights(qtbot, program) == headless(PROJECTS[name])


@each
def test_with_another_pace_now_and_then(qtbot, open_project, name: str):
    program = open_project(name)
    runner, pace = program.models.runner, program.training.pace
    program.training.toggle()
    for number in range(6):
        pace.choose((2, 0, 3)[number % 3])
        seen = runner.record.place
        qtbot.waitUntil(lambda seen=seen: runner.record.place > seen or runner.state == "finished", timeout=5_000)
    pace.choose(3)
    until(qtbot, program, "finished")
    assert weights(qtbot, program) == headless(PROJECTS[name])


@each
def test_epoch_by_epoch_with_pauses(qtbot, open_project, name: str):
    program = open_project(name)
    program.training.epoch()
    until(qtbot, program, "paused", "finished")
    pause_and_go_on(qtbot, program)
    assert weights(qtbot, program) == headless(PROJECTS[name])


@each
def test_with_edits_in_between_that_mean_nothing_to_training(qtbot, open_project, name: str):
    program = open_project(name)
    document, runner = program.models.document, program.models.runner
    node = document.project.graph.nodes[1].id
    program.training.toggle()
    for number in range(4):
        seen = runner.record.place
        qtbot.waitUntil(lambda seen=seen: runner.record.place > seen or runner.state == "finished", timeout=20_000)
        graph = document.project.graph
        edited = graph.rename(node, f"number {number}") if number % 2 else graph.move(node, 220.0, 40.0 * (number + 1))
        document.apply("Edit", document.project.with_graph(edited))
        if number == 2:
            document.undo_stack.undo()
    # Even handed over, as before saving, it changes no bit.
    runner.submit(document.project)
    until(qtbot, program, "finished")
    assert weights(qtbot, program) == headless(PROJECTS[name])


@each
def test_again_after_reset(qtbot, open_project, name: str):
    program = open_project(name)
    runner = program.models.runner
    first = weights(qtbot, program)
    program.training.epoch()
    until(qtbot, program, "paused", "finished")
    assert weights(qtbot, program) != first
    program.training.reset()
    until(qtbot, program, "ready")
    assert weights(qtbot, program) == first
    assert runner.record.place == 0
    play_to_the_end(qtbot, program)
    assert weights(qtbot, program) == headless(PROJECTS[name])


@each
def test_with_every_view_asking_between_the_batches(qtbot, open_project, name: str):
    program = open_project(name)
    runner, window = program.models.runner, program.window
    window.show_workspace("train")
    window.workbench.editor.fit()
    node = next(node.id for node in program.models.document.project.graph.nodes if node.kind in ("dense", "conv2d"))
    answered: set[Request] = set()
    runner.frame.connect(lambda frame: answered.update(frame.pictures))
    while not program.training.all_done:
        # Standing still, the thread answers with larger pictures.
        seen = len(answered)
        program.models.focus.pin_unit(None if program.models.focus.unit else (node, 1))
        runner.ask()
        program.training.batch() if seen % 2 else program.training.epoch()
        until(qtbot, program, "paused", "finished")
    probes = {request.probe for request in answered}
    assert {"neurons", "boundary", "weights"} <= probes if name == "points" else "activations" in probes
    assert weights(qtbot, program) == headless(PROJECTS[name])


@each
def test_another_seed_gives_other_bits_and_those_of_its_own_project(qtbot, open_project, name: str):
    program = open_project(name)
    program.training.new_weights()
    edited = program.models.document.project
    assert edited.training == replace(PROJECTS[name].training, seed=6)
    qtbot.waitUntil(lambda: program.training.opened is not None and program.training.opened.project == edited)
    play_to_the_end(qtbot, program)
    alone = in_its_thread(qtbot, program.models.runner, lambda loop: headless(edited))
    assert weights(qtbot, program) == alone != headless(PROJECTS[name])
