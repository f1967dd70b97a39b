"""The same project and seed give the same bits, whoever drives the training and however often it stops."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Sources
from playground.catalog.splitting import prepare
from playground.cli import main
from playground.document.project import read_project, to_json
from playground.engine import checkpoint
from playground.engine.events import BatchDone
from playground.engine.session import Session
from playground.resources import example

NAMES = ("circle", "spiral", "plane", "digits-mlp", "digits-cnn")
each = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(autouse=True)
def small_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The digits that come with scikit-learn stand in for MNIST, also where MNIST is at hand: they take less time."""
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)


def train(folder: Path, *arguments: str) -> dict[str, Any]:
    """The report of a run through the command line."""
    report = folder / "report.json"
    assert main(["train", *arguments, "--report", str(report)]) == 0
    found: dict[str, Any] = json.loads(report.read_bytes())
    return found


def opened(name: str, epochs: int) -> Session:
    """A session on an example, with its data as the command line makes them."""
    project = read_project(example(name).path, CATALOGUE).with_training(epochs=epochs)
    return Session(project, prepare(project.data, Sources()))


@each
def test_a_run_can_be_repeated_bit_for_bit(name: str, tmp_path: Path):
    first, second = (train(tmp_path, name, "--epochs", "2") for _ in range(2))
    for key in ("weights_sha256", "history", "final", "data", "parameters"):
        assert first[key] == second[key]


@each
def test_another_seed_gives_other_weights(name: str, tmp_path: Path):
    runs = [train(tmp_path, name, "--epochs", "1", "--seed", seed)["weights_sha256"] for seed in ("1", "2")]
    assert runs[0] != runs[1]


@each
def test_the_command_line_equals_a_session_driven_by_hand(name: str, tmp_path: Path):
    session = opened(name, 2)
    while not session.finished:
        session.step()
    assert train(tmp_path, name, "--epochs", "2")["weights_sha256"] == session.weights_sha256()


@each
def test_a_run_that_was_saved_and_resumed_equals_one_that_was_not(name: str, tmp_path: Path):
    whole = train(tmp_path, name, "--epochs", "3")
    saved = str(tmp_path / "half.safetensors")
    train(tmp_path, name, "--epochs", "1", "--save", saved)
    resumed = train(tmp_path, name, "--epochs", "3", "--resume", saved)
    assert resumed["weights_sha256"] == whole["weights_sha256"]
    assert resumed["history"] == whole["history"][1:]


@each
def test_a_run_that_was_saved_in_the_middle_of_an_epoch_goes_on_with_the_next_batch(name: str, tmp_path: Path):
    session = opened(name, 2)
    batches = 0
    while batches < 7:
        batches += sum(isinstance(event, BatchDone) for event in session.step())
    saved = tmp_path / "middle.safetensors"
    saved.write_bytes(checkpoint.render(session))
    whole = train(tmp_path, name, "--epochs", "2")
    resumed = train(tmp_path, name, "--epochs", "2", "--resume", str(saved))
    assert resumed["weights_sha256"] == whole["weights_sha256"]
    assert resumed["history"] == whole["history"]


def test_names_and_places_of_layers_change_no_bit(tmp_path: Path):
    project = read_project(example("circle").path, CATALOGUE)
    graph = project.graph.move("n2", 500.0, -300.0).rename("n2", "first")
    moved = tmp_path / "moved.nnp"
    moved.write_bytes(to_json(project.with_graph(graph)))
    runs = [train(tmp_path, which, "--epochs", "2")["weights_sha256"] for which in ("circle", str(moved))]
    assert runs[0] == runs[1]
