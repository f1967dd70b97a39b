"""The examples that come with the program: complete, valid, of the promised size, and able to train."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.checks import blocking, check, mend
from playground.catalog.counts import parameter_count
from playground.catalog.dataset import Sources
from playground.catalog.splitting import prepare
from playground.document.graph import Node
from playground.document.params import Values
from playground.document.project import SUFFIX, from_json, read_project, to_json
from playground.document.shapes import infer, of_category, parameter_counts
from playground.engine.events import BatchDone, EpochDone
from playground.engine.session import Session
from playground.resources import Example, UnknownExampleError, example, examples, folder, resource

PARAMETERS = {
    "empty-points": 0,
    "empty-images": 0,
    "circle": 25,
    "xor": 37,
    "gauss": 25,
    "spiral": 127,
    "plane": 25,
    "digits-mlp": 13_002,
    "digits-cnn": 5_994,
    "fashion-cnn": 20_490,
    # 784·30 + 30 + 30·10 + 10, Nielsen, "Neural Networks and Deep Learning", chapter 1.
    "nielsen": 23_860,
    # 156 + 2,416 + 48,120 + 10,164 + 850: every map of the second convolution sees all six, unlike in LeCun 1998.
    "lenet-5": 61_706,
    # 208 + 3,216 + 2,570.
    "convnetjs": 5_994,
    # 208 + 1,168 + 144 + 250,890.
    "two-sizes": 252_410,
    # 72 + 2·576 + 3·16 + 3,930; before a BatchNorm a bias would be lost.
    "residual": 5_202,
    "micrometeorites": 12_668_290,
    "micrometeorites-wide": 72_979_842,
}
# Their first step takes a second and their first epoch a minute.
LARGE = {"micrometeorites", "micrometeorites-wide"}
GROUPS = {"empty": 2, "points": 5, "images": 3, "architectures": 7}
CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "data" / "worked_examples.json").read_text("utf-8"))["cases"]
}

each = pytest.mark.parametrize("entry", examples(), ids=lambda entry: entry.name)
each_small = pytest.mark.parametrize(
    "entry",
    [entry for entry in examples() if entry.name not in LARGE and entry.group != "empty"],
    ids=lambda entry: entry.name,
)


def test_every_file_is_listed_and_every_listed_file_is_there():
    listed = {entry.path for entry in examples()}
    assert listed == set(resource("projects").glob("*" + SUFFIX))
    assert [entry.name for entry in examples()] == [*PARAMETERS]


def test_an_unknown_example_is_refused_with_the_names_there_are():
    with pytest.raises(
        UnknownExampleError, match=r"no example 'sphere'; there are empty-points, .*micrometeorites-wide\.$"
    ):
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
def test_an_example_that_is_not_empty_has_no_problem_and_each_has_the_promised_size(entry: Example):
    project = read_project(entry.path, CATALOGUE)
    assert [problem.node for problem in check(project)] == (["n2"] if entry.group == "empty" else [])
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


def test_the_examples_stand_in_groups_from_the_simplest_to_the_largest():
    groups = [entry.group for entry in examples()]
    assert groups == [group for group, count in GROUPS.items() for _ in range(count)]


def layers_of(name: str) -> list[Node]:
    """The layers of an example in their order."""
    return list(read_project(example(name).path, CATALOGUE).graph.nodes)


@each_small
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


@pytest.mark.parametrize(
    ("name", "cures"),
    [
        ("empty-points", ["Connect Features"]),
        ("empty-images", ["Connect Image", "Add Flatten here", "Add Dense with 10 units"]),
    ],
)
def test_the_cures_of_an_empty_example_lead_to_a_network_that_can_train(name: str, cures: list[str]):
    project = read_project(example(name).path, CATALOGUE)
    taken = []
    while problem := blocking(project):
        taken.append(problem.cure.text)
        project = mend(project, problem)
    assert taken == cures
    assert check(project) == ()


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


@pytest.mark.parametrize(
    ("name", "case"),
    [("micrometeorites", "micrometeorite_summary"), ("micrometeorites-wide", "micrometeorite_code_listing")],
)
def test_the_networks_like_alexnet_have_the_fourteen_rows_of_the_course(name: str, case: str):
    graph = read_project(example(name).path, CATALOGUE).graph
    found = infer(graph, CATALOGUE.layers)
    counts = parameter_counts(graph, CATALOGUE.layers, found)
    rows = [(node.kind, found[node.id], counts[node.id]) for node in graph.nodes]
    kinds = {
        "conv2d": "conv2d",
        "max_pooling2d": "max_pool",
        "flatten": "flatten",
        "dense": "dense",
        "dropout": "dropout",
    }
    expected = []
    for title, shape, parameters in CASES[case]["expected"]["table"]:
        kind = kinds[title if title in kinds else title.rpartition("_")[0]]
        # The course has the channels last.
        expected.append((kind, (shape[-1], *shape[:-1]), parameters))
    assert len(expected) == 14
    assert rows[0][1] == (3, 141, 141) and rows[-1][0] == "classes"
    assert rows[1:-1] == expected
    assert sum(counts.values()) == CASES[case]["expected"]["total"] == PARAMETERS[name]
    dropped = [node.params["rate"] for node in graph.nodes if node.kind == "dropout"]
    inputs = CASES[case]["inputs"]
    assert dropped == [inputs.get("dropout_01", 0.5), inputs.get("dropout_02", 0.5)]


def test_the_network_like_alexnet_takes_a_step_on_stones_that_the_program_draws():
    project = read_project(example("micrometeorites").path, CATALOGUE)
    assert project.data.name == "stones" and project.training.batch_size <= 4
    few = project.with_data(params=Values({"samples": 10})).with_training(batch_size=2)
    session = Session(few, prepare(few.data, Sources()))
    before = session.weights_sha256()
    event = session.step()[0]
    assert isinstance(event, BatchDone) and math.isfinite(event.loss)
    assert session.weights_sha256() != before


def test_nielsen_is_the_first_network_of_his_book():
    _, _, hidden, output, end = layers_of("nielsen")
    assert (hidden.params["units"], output.params["units"], end.kind) == (30, 10, "value")
    assert hidden.params["activation"] == output.params["activation"] == "sigmoid"
    training = read_project(example("nielsen").path, CATALOGUE).training
    assert (training.loss, training.optimizer, training.batch_size, training.epochs) == ("squared_error", "sgd", 10, 30)
    # His error is half the sum over the ten units, ours their mean: a tenth of twice as much.
    assert training.learning_rate == pytest.approx(3.0 * 10 / 2)


def test_lenet_5_has_the_layers_of_lecun_1998():
    project = read_project(example("lenet-5").path, CATALOGUE)
    found = infer(project.graph, CATALOGUE.layers)
    shapes = [(node.kind, found[node.id]) for node in project.graph.nodes]
    assert shapes == [
        ("image", (1, 28, 28)), ("conv2d", (6, 28, 28)), ("avg_pool", (6, 14, 14)), ("conv2d", (16, 10, 10)),
        ("avg_pool", (16, 5, 5)), ("flatten", (400,)), ("dense", (120,)), ("dense", (84,)), ("dense", (10,)),
        ("classes", (10,)),
    ]  # fmt: skip
    activations = [node.params["activation"] for node in project.graph.nodes if "activation" in node.params]
    assert activations == ["tanh"] * 4 + ["none"]


def test_the_residual_block_adds_what_came_in_to_what_it_made_of_it():
    graph = read_project(example("residual").path, CATALOGUE).graph
    end = next(node.id for node in graph.nodes if node.kind == "add")
    sources = [graph.node(edge.source) for edge in graph.incoming(end)]
    assert [source.kind for source in sources] == ["max_pool", "batch_norm"]
    assert sources[1].id in graph.descendants(sources[0].id)


def test_the_two_branches_are_those_of_the_design_with_flatten_added():
    kinds = [node.kind for node in layers_of("two-sizes")]
    assert kinds == ["image", "conv2d", "conv2d", "conv2d", "concat", "flatten", "dense", "classes"]
    assert [node.params["kernel"] for node in layers_of("two-sizes") if node.kind == "conv2d"] == [5, 3, 1]
