"""The generated module: it runs without this program and is the network, bit for bit."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Samples
from playground.document.graph import Graph
from playground.document.params import check_all
from playground.document.project import Project, read_project
from playground.document.shapes import active_nodes, infer, parameter_counts
from playground.engine.compiler import build
from playground.engine.export.names import OF_MODULE, Names, identifier, name_layers
from playground.engine.export.practice import loss_code, optimizer_code
from playground.engine.export.script import ExportError, Scaling, write_script
from playground.engine.objective import objective
from playground.resources import examples
from tests.networks import CIRCLE, DIGITS_MLP, LAYERS, SMALL_CNN, added, branched, chain, fuzzed, project
from tests.random_graphs import random_graph

# PyTorch says that an even window with same padding is slower.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

RUNNER = Path(__file__).with_name("clean_process.py")
PART = 300


def samples(graph: Graph, count: int = 4) -> torch.Tensor:
    """A batch for the Input of a graph."""
    node = next(node for node in graph.nodes if LAYERS[node.kind].category == "input")
    generator = torch.Generator().manual_seed(0)
    shape = (2,) if node.kind == "features" else LAYERS[node.kind].shape((), node.params)
    return torch.rand(count, *shape, generator=generator)


def case(made: Project, seed: int) -> dict[str, Any]:
    """What our own network of a project gives: first weights by its seed, outputs with other ones."""
    network = build(made.graph, LAYERS, made.training.seed)
    first = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    weights = {name: tensor.clone() for name, tensor in build(made.graph, LAYERS, seed + 1).state_dict().items()}
    network.load_state_dict(weights)
    batch = samples(made.graph)
    found = {"seed": made.training.seed, "first": first, "weights": weights, "samples": batch}
    for mode in ("train", "eval"):
        network.train(mode == "train")
        torch.manual_seed(5)
        with torch.no_grad():
            found[mode] = network(batch)
    return found


def run_clean(folder: Path, projects: list[Project], seeds: list[int]) -> int:
    """How many of these projects' modules a clean process found equal."""
    files = []
    for seed, made in zip(seeds, projects, strict=True):
        files.append(folder / f"net_{seed}.py")
        files[-1].write_text(write_script(made).text, "utf-8")
    torch.save([case(made, seed) for seed, made in zip(seeds, projects, strict=True)], folder / "cases.pt")
    command = [sys.executable, "-I", "-W", "error", "-W", "ignore:Using padding", str(RUNNER), str(folder / "cases.pt")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [*command, *map(str, files)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return int(done.stdout)


def random_project(seed: int) -> Project:
    """A random network with an optimizer and a loss of the catalogue in turn."""
    optimizers, losses = list(CATALOGUE.optimizers), list(CATALOGUE.losses)
    return project(
        random_graph(seed),
        optimizer=optimizers[seed % len(optimizers)],
        loss=losses[seed % len(losses)],
        seed=seed,
    )


@pytest.mark.parametrize("part", fuzzed(1))
def test_random_networks_run_without_the_package_and_are_equal(part: int, tmp_path: Path):
    """300 in one clean process: same first weights by the seed, same outputs with other weights, to the last bit,
    while training and while predicting. PLAYGROUND_FUZZ=67 makes it 20,100."""
    seeds = list(range(part * PART, (part + 1) * PART))
    assert run_clean(tmp_path, [random_project(seed) for seed in seeds], seeds) == PART


@pytest.mark.parametrize("seed", [3, 14, 42, 77, 250])
def test_one_random_network_in_a_clean_process_of_its_own(seed: int, tmp_path: Path):
    assert run_clean(tmp_path, [random_project(seed)], [seed]) == 1


def test_the_comparison_sees_another_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    original = write_script

    def other(made: Project) -> Any:
        found = original(made)
        return type(found)(found.text.replace("self.tanh(self.dense_2(x))", "self.dense_2(x)"), found.lines)

    monkeypatch.setitem(globals(), "write_script", other)
    with pytest.raises(AssertionError, match="train"):
        run_clean(tmp_path, [project(CIRCLE)], [1])


def test_what_is_set_by_hand_is_in_the_code(tmp_path: Path):
    """First weights, typed kernels, removed connections, frozen layers and bypassed ones, together."""
    wanted = chain(
        ("image", {"height": 8, "width": 8}),
        ("conv2d", {"filters": 3, "kernels": "0 1 0; 0 0 2; 0 1 0 | | 1 0 -1; 2 0 -2; 1 0 -1", "padding": "full"}),
        ("batch_norm", {"frozen": True}),
        "relu",
        "flatten",
        ("dense", {"units": 5, "first_weights": "he", "activation": "leaky_relu"}),
        ("dense", {"units": 3, "removed": "2-0 3-1", "frozen": True}),
        "classes",
    )
    everything = project(wanted.set_bypassed("n4", True), seed=9)
    assert "n4" not in write_script(everything).lines
    frozen = project(chain("features", ("dense", {"frozen": True}), "value"))
    by_map = {"filters": 2, "kernel": 2, "kernels": "| 1 2; 3 4 / / 0.1 -1; 1e-07 0"}
    colours = project(chain(("image", {"height": 6, "width": 6, "channels": 3}), ("conv2d", by_map), "flatten",
                            ("dense", {"units": 3}), "classes"))  # fmt: skip
    assert run_clean(tmp_path, [everything, frozen, colours], [1, 2, 3]) == 3


def test_a_removed_connection_stays_out_while_training():
    names = module_of(project(chain("features", ("dense", {"units": 3, "removed": "1-0 0-2"}), "value")), "network")
    network = names["Network"]()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        network(torch.ones(4, 2)).sum().backward()
        optimizer.step()
    assert torch.equal(network.dense.weight == 0, torch.tensor([[False, True], [False, False], [True, False]]))


# -- one module -----------------------------------------------------------------------------------------------


def module_of(made: Project, name: str = "__main__", scaling: Scaling | None = None) -> dict[str, Any]:
    """The names that the generated code defines; as "__main__" it also trains for three steps."""
    names: dict[str, Any] = {"__name__": name}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(write_script(made, scaling).text, "network.py", "exec"), names)
    names["said"] = said.getvalue()
    return names


@pytest.mark.parametrize("name", [example.name for example in examples() if example.group != "empty"])
def test_every_example_has_its_parameters_and_runs(name: str):
    made = read_project(next(entry.path for entry in examples() if entry.name == name), CATALOGUE)
    expected = sum(parameter_counts(made.graph, LAYERS, infer(made.graph, LAYERS)).values())
    names = module_of(made, "__main__" if expected < 100_000 else "network")
    with torch.device("meta"):
        assert sum(parameter.numel() for parameter in names["Network"]().parameters()) == expected
    if expected < 100_000:
        assert names["said"].startswith("Step 1: loss ") and "Output: (" in names["said"]


@pytest.mark.parametrize("graph", [CIRCLE, DIGITS_MLP, SMALL_CNN, branched()])
def test_the_code_is_clean_in_style(graph: Graph, tmp_path: Path):
    file = tmp_path / "network.py"
    file.write_text(write_script(project(graph)).text, "utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", "--isolated", "--select", "E,F,I,W"], ["format", "--isolated", "--check"]):
        done = subprocess.run([*ruff, *command, "--no-cache", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_random_networks_are_clean_but_for_layout(tmp_path: Path):
    for seed in range(60):
        (tmp_path / f"n{seed}.py").write_text(write_script(random_project(seed)).text, "utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E,F,I,W", "--line-length", "120"]
    done = subprocess.run([*command, "--no-cache", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_only_torch_is_imported():
    tree = ast.parse(write_script(project(SMALL_CNN)).text)
    imported = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert imported == ["import torch", "from torch import nn"]


def test_shapes_stand_beside_what_makes_them():
    text = write_script(project(SMALL_CNN)).text
    assert "x = self.relu(self.conv2d_1(x))  # (batch, 4, 10, 12)\n" in text
    assert "x = self.flatten(x)  # (batch, 36)\n" in text


def test_lines_of_a_layer_name_it():
    graph = branched().rename("n3", "Second look")
    written = write_script(project(graph))
    rows = written.text.splitlines()
    own = [rows[number].strip() for number in written.lines["n3"]]
    assert own == [
        "self.Second_look = nn.Conv2d(3, 3, 3, padding=1)",
        "x = self.Second_look(conv2d)  # (batch, 3, 8, 8)",
        '"Second_look": "n3",',
    ]
    assert set(written.lines) == set(active_nodes(graph, LAYERS))


def test_what_is_left_out_of_the_network_is_left_out_of_the_code():
    graph, _ = added(CIRCLE, ("dense", {"units": 77}), "n1")
    assert write_script(project(graph)).text == write_script(project(CIRCLE)).text


def test_a_network_without_weights_runs_too():
    made = project(chain("features", "tanh", "value"))
    names = module_of(made)
    assert names["said"] == "Output: (10, 2)\n"
    assert "LAYERS" not in names and "loss_of" not in names


@pytest.mark.parametrize("graph", [Graph(), chain("features", "conv2d", "classes"), CIRCLE.remove("n3")])
def test_a_network_with_a_problem_is_refused_with_it(graph: Graph):
    made = project(CIRCLE).with_graph(graph)
    with pytest.raises(ExportError) as caught:
        write_script(made)
    assert str(caught.value).endswith(".")


# -- scaling --------------------------------------------------------------------------------------------------


def test_a_fitted_scaling_stands_in_the_code():
    made = project(CIRCLE).with_data(scaling="standard")
    scaling = Scaling(tuple(np.float32([0.1, -2 / 3]).tolist()), tuple(np.float32([1 / 3, 7e-9]).tolist()))
    names = module_of(made, scaling=scaling)
    raw = torch.tensor([[1.0, 2.0], [-3.0, 0.5]])
    expected = (raw.numpy() - np.float32(scaling.shift)) / np.float32(scaling.scale)
    assert np.array_equal(names["scaled"](raw).numpy(), expected)
    assert "samples = scaled(torch.randn(10, 2))" in write_script(made, scaling).text


def test_a_scaling_that_is_not_fitted_yet_is_said_to_be_missing():
    text = write_script(project(CIRCLE).with_data(scaling="range")).text
    assert "# The project scales its data." in text and "SHIFT" not in text
    assert "scales" not in write_script(project(CIRCLE), Scaling((0.0,), (1.0,))).text


# -- training -------------------------------------------------------------------------------------------------

DATA = {"circle": 2, "mnist": 10, "gauss_regression": 0}


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
@pytest.mark.parametrize(
    ("name", "kind", "units"),
    [
        ("circle", "classes", 1),
        ("circle", "classes", 2),
        ("circle", "value", 1),
        ("circle", "value", 2),
        ("mnist", "classes", 10),
        ("mnist", "value", 10),
        ("gauss_regression", "value", 1),
    ],
)
def test_the_loss_is_the_objective(name: str, kind: str, units: int, loss: str):
    classes = DATA[name]
    made = project(CIRCLE, name, loss=loss)
    code = loss_code(made, kind, units)
    chosen = objective(kind, units, CATALOGUE.datasets[name], loss)
    generator = np.random.default_rng(3)
    y = generator.integers(0, classes, 6) if classes else generator.normal(size=(6, 1)).astype(np.float32)
    output, target = torch.randn(6, units), chosen.targets(Samples(np.zeros((6, 2), np.float32), y))
    value = eval(code.expression, {"nn": nn, "output": output, "target": target})
    assert torch.equal(value, chosen.loss(output, target))
    made_up = eval(code.targets(6), {"torch": torch, "nn": nn})
    assert (made_up.shape, made_up.dtype) == (target.shape, target.dtype)


@pytest.mark.parametrize("name", list(CATALOGUE.optimizers))
@pytest.mark.parametrize("decay", [0.0, 0.01])
def test_the_optimizer_is_the_projects(name: str, decay: float):
    entry = CATALOGUE.optimizers[name]
    weights = nn.Linear(2, 1)
    given = {"momentum": 0.5, "nesterov": True} if name == "sgd" else {}
    for params in ({}, given):
        made = project(CIRCLE, optimizer=name, optimizer_params=params, learning_rate=0.07, weight_decay=decay)
        code = optimizer_code(made)
        expected = entry.build(torch.optim, weights.parameters(), check_all(entry.params, params, name), 0.07, decay)
        written = eval(code, {"torch": torch, "network": weights})
        assert type(written) is type(expected) and written.defaults == expected.defaults


# -- names ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("conv small", "conv_small"),
        ("Große Filter é", "Groe_Filter_e"),
        ("2nd", "layer_2nd"),
        ("__class__", "class"),
        ("数字", ""),
        ('"); import os; os.system("rm', "import_os_os_system_rm"),
        ("a" * 80, "a" * 32),
        ("\\\n'''", ""),
    ],
)
def test_a_name_becomes_an_identifier(text: str, word: str):
    assert identifier(text) == word


def test_no_name_stands_for_something_else_or_twice():
    names = Names()
    assert [names.take(word) for word in ("class", "train", "x", "a", "a", "a_2")] == [
        "class_", "train_", "x_", "a", "a_2", "a_2_2",
    ]  # fmt: skip


def test_what_a_module_has_already_is_never_a_name():
    public = {name for name in {*dir(nn.Module), *vars(nn.Module())} if not name.startswith("_")}
    assert public <= OF_MODULE


HOSTILE = ['"); import os', "forward", "self", "torch", "nn", "x", "class", "import", "relu", "LAYERS", "print",
           "super", '"""', "\\", "{0}", "%s", "loss_of", "Network", "training", "state_dict", "dense", "é", "x0",
           "__init__"]  # fmt: skip


@pytest.mark.parametrize("start", range(len(HOSTILE)))
def test_no_name_of_a_layer_does_harm(start: int):
    """Every layer of the branched network is called something hostile, in all rotations."""
    graph = branched()
    plain = module_of(project(graph))["Network"]
    for number, node in enumerate(graph.nodes):
        graph = graph.rename(node.id, HOSTILE[(start + number) % len(HOSTILE)])
    names = module_of(project(graph))
    assert "os" not in names
    torch.manual_seed(1)
    network = names["Network"]().eval()
    torch.manual_seed(1)
    expected = plain().eval()
    batch = samples(graph)
    assert torch.equal(network(batch), expected(batch))
    assert len(set(name_layers(graph, active_nodes(graph, LAYERS), Names()).values())) == len(graph.nodes)
