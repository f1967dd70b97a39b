"""The examples that come with the program: complete, valid, of the promised size, and able to train."""

from __future__ import annotations

import math

import pytest

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.checks import check
from playground.catalog.dataset import Sources
from playground.catalog.splitting import prepare
from playground.commands.presets import parameter_count
from playground.document.project import SUFFIX, from_json, read_project, to_json
from playground.document.shapes import of_category
from playground.engine.events import EpochDone
from playground.engine.session import Session
from playground.resources import Example, UnknownExampleError, example, examples, folder, resource

PARAMETERS = {
    "circle": 25,
    "xor": 37,
    "gauss": 25,
    "spiral": 127,
    "plane": 25,
    "digits-mlp": 13_002,
    "digits-cnn": 5_994,
    "fashion-cnn": 20_490,
}

each = pytest.mark.parametrize("entry", examples(), ids=lambda entry: entry.name)


def test_every_file_is_listed_and_every_listed_file_is_there():
    listed = {entry.path for entry in examples()}
    assert listed == set(resource("projects").glob("*" + SUFFIX))
    assert [entry.name for entry in examples()] == [*PARAMETERS]


def test_an_unknown_example_is_refused_with_the_names_there_are():
    with pytest.raises(UnknownExampleError, match=r"no example 'sphere'; there are circle, .*fashion-cnn\.$"):
        example("sphere")
    assert example("xor").path.is_file()


def test_resources_are_found_beside_the_package():
    assert folder().is_dir()
    assert folder().name == "resources"


@each
def test_an_example_is_told_in_words(entry: Example):
    assert entry.title == entry.title.strip() != ""
    assert entry.description.endswith(".")
    assert len(entry.description) <= 80


@each
def test_an_example_has_no_problem_and_the_promised_size(entry: Example):
    project = read_project(entry.path, CATALOGUE)
    assert check(project) == ()
    assert parameter_count(project) == PARAMETERS[entry.name]
    assert (project.training.seed, project.training.threads, project.training.device) == (1, 1, "cpu")


@each
def test_an_example_saves_to_the_same_bytes(entry: Example):
    content = entry.path.read_bytes()
    assert to_json(from_json(content, CATALOGUE)) == content


@each
def test_the_wires_of_an_example_run_right_or_down(entry: Example):
    # That its cards do not overlap is a matter of how large the canvas draws them: tests/ui/test_editor_scene.py.
    graph = read_project(entry.path, CATALOGUE).graph
    for edge in graph.edges:
        source, target = graph.node(edge.source), graph.node(edge.target)
        assert target.x > source.x or target.y > source.y


@each
def test_an_example_trains_an_epoch_on_data_that_come_with_the_program(entry: Example, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)
    project = read_project(entry.path, CATALOGUE).with_training(epochs=1)
    if project.data.name == "fashion_mnist":
        # No clothes come with the program; digits have the same form.
        project = project.with_data(name="digits")
    session = Session(project, prepare(project.data, Sources()))
    events = []
    while not session.finished:
        events += session.step()
    last = events[-1]
    assert isinstance(last, EpochDone)
    assert math.isfinite(last.train_loss) and math.isfinite(last.test_loss)


def test_circle_has_the_defaults_of_the_peer():
    project = read_project(example("circle").path, CATALOGUE)
    layers = [node for node in project.graph.nodes if node.kind == "dense"]
    assert [node.params["units"] for node in layers] == [4, 2, 1]
    assert {node.params["activation"] for node in layers} == {"tanh"}
    training = project.training
    assert (training.optimizer, training.learning_rate, training.batch_size) == ("sgd", 0.03, 10)
    assert (training.loss, project.data.train_share) == ("squared_error", 0.5)
    source = project.graph.node(of_category(project.graph, CATALOGUE.layers, "input")[0])
    assert [name for name, used in source.params.items() if used] == ["x", "y"]
