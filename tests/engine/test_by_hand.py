"""Weights set by hand: first weights, frozen layers, typed kernels, removed connections; against hand-written loops."""

from __future__ import annotations

import copy
import random

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from playground.catalog.connections import removed
from playground.document.graph import Graph
from playground.document.project import Project
from playground.engine import checkpoint
from playground.engine.compiler import build
from playground.engine.events import Rebuilt
from playground.engine.modules import MaskedLinear
from playground.engine.requests import Picture, Request
from playground.engine.session import Session
from playground.engine.steps import AutogradPass, DensePass
from tests.networks import CIRCLE, LAYERS, SMALL_CNN, chain, pictures, points, project

ARROW = "0 1 0; 0 0 2; 0 1 0"
NORMAL = chain(
    "features", ("dense", {"units": 5, "activation": "relu"}), "batch_norm", ("dense", {"units": 3}), "batch_norm",
    ("dense", {"units": 2}), "classes",
)  # fmt: skip
ADAM = {"optimizer": "adam", "learning_rate": 0.02, "batch_size": 10, "weight_decay": 1e-2, "seed": 6}


def with_params(graph: Graph, **params) -> Graph:
    """The graph with parameters set: n2_units=5."""
    for key, value in params.items():
        node, _, name = key.partition("_")
        graph = graph.set_param(node, name, value)
    return graph


def edit(of: Session, **params) -> Rebuilt | None:
    return of.apply(of.project.with_graph(with_params(of.project.graph, **params)))


def trained(made: Project, epochs: int = 2, data=None) -> Session:
    session = Session(made, points() if data is None else data)
    while session.progress.epoch < epochs or session.epoch_running:
        session.step()
    return session


def steps(session: Session, count: int) -> None:
    for _ in range(count):
        session.step()


def state(of: Session) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in of.network.state_dict().items()}


def loop(net, parameters, loss, x, y, epochs: int = 2, before_epoch=None):
    """The hand-written loop with Adam as above; the caller seeded and made the network."""
    optimizer = torch.optim.Adam(parameters, lr=0.02, weight_decay=1e-2)
    order = torch.Generator().manual_seed(ADAM["seed"] + 1)
    for _ in range(epochs):
        if before_epoch:
            before_epoch()
        for index in torch.randperm(len(x), generator=order).split(10):
            optimizer.zero_grad()
            loss(net(x[index]), y[index]).backward()
            optimizer.step()
    return net


def assert_same(net: nn.Module, session: Session) -> None:
    pairs = zip(net.state_dict().items(), session.network.state_dict().items(), strict=True)
    for (name, value), (other, theirs) in pairs:
        assert torch.equal(value, theirs), f"{name} and {other}"


# -- frozen -----------------------------------------------------------------------------------------------------


@pytest.mark.row("D18")
@pytest.mark.parametrize("frozen", [("n2",), ("n3",), ("n2", "n3", "n4"), ("n4", "n5")], ids="-".join)
def test_frozen_layers_train_as_in_a_hand_written_loop(frozen):
    """Weights without gradients, batch normalisation in eval mode, weight decay on the others alone: to the bit."""
    data = points()
    torch.manual_seed(ADAM["seed"])
    net = nn.Sequential(
        nn.Linear(2, 5), nn.ReLU(), nn.BatchNorm1d(5), nn.Linear(5, 3), nn.BatchNorm1d(3), nn.Linear(3, 2)
    )
    modules = {"n2": net[0], "n3": net[2], "n4": net[3], "n5": net[4], "n6": net[5]}
    for node in frozen:
        modules[node].requires_grad_(False)

    def set_modes():
        net.train()
        for node in frozen:
            modules[node].eval()

    x, y = torch.from_numpy(data.train.x), torch.from_numpy(data.train.y)
    free = [parameter for parameter in net.parameters() if parameter.requires_grad]
    loop(net, free, functional.cross_entropy, x, y, before_epoch=set_modes)
    graph = with_params(NORMAL, **{f"{node}_frozen": True for node in frozen})
    assert_same(net, trained(project(graph, **ADAM), data=data))


def test_a_frozen_layer_stays_while_the_others_learn_and_goes_on_when_it_is_freed():
    session = Session(project(CIRCLE, **ADAM), points())
    steps(session, 4)
    assert isinstance(session._pass, DensePass)
    before = state(session)
    rebuilt = edit(session, n3_frozen=True)
    assert rebuilt.fresh == () and set(rebuilt.kept) == {"n2", "n3", "n4"}
    assert isinstance(session._pass, AutogradPass)
    assert all(torch.equal(value, before[name]) for name, value in state(session).items())
    steps(session, 4)
    after = state(session)
    assert torch.equal(after["n3.weight"], before["n3.weight"]) and torch.equal(after["n3.bias"], before["n3.bias"])
    assert not torch.equal(after["n2.weight"], before["n2.weight"])
    assert not torch.equal(after["n4.weight"], before["n4.weight"])
    assert set(session.flat.spans) == {"n2.weight", "n2.bias", "n4.weight", "n4.bias"}
    edit(session, n3_frozen=False)
    assert isinstance(session._pass, DensePass)
    steps(session, 1)
    assert not torch.equal(state(session)["n3.weight"], before["n3.weight"])
    assert torch.equal(session.flat.state(session.optimizer)["n2.weight"]["step"], torch.tensor(9.0))
    assert torch.equal(session.flat.state(session.optimizer)["n3.weight"]["step"], torch.tensor(1.0))


def test_a_frozen_batch_norm_keeps_its_statistics_through_evaluations_and_probes():
    graph = with_params(NORMAL, n3_frozen=True)
    session = trained(project(graph, **ADAM))
    found = state(session)
    assert torch.equal(found["n3.running_mean"], torch.zeros(5)) and found["n3.num_batches_tracked"] == 0
    assert found["n5.num_batches_tracked"] > 0
    session.probe(Request("activations", (), Picture.of(points().test.x[0])))
    modes = {operation.node: operation.run.training for operation in session.network.operations
             if isinstance(operation.run, nn.BatchNorm1d)}  # fmt: skip
    assert modes == {"n3": False, "n5": True}


def test_a_network_with_every_layer_frozen_runs_and_changes_nothing():
    session = Session(project(with_params(CIRCLE, n2_frozen=True, n3_frozen=True, n4_frozen=True), **ADAM), points())
    before = session.weights_sha256()
    steps(session, 30)
    assert session.weights_sha256() == before
    picture = Picture.of(points().test.x[0])
    assert session.flat.gradient_norm() == 0
    gradients = session.probe(Request("gradients", (), picture, unit=0))
    assert gradients["n2"].shape == (4,) and gradients["n2"].any()
    assert session.probe(Request("saliency", (), picture, unit=0))["saliency"].shape == (2,)


# -- first weights ------------------------------------------------------------------------------------------------


@pytest.mark.row("H07")
def test_a_named_choice_trains_as_a_script_with_it_would():
    data = points()
    torch.manual_seed(ADAM["seed"])
    first = nn.Linear(2, 4)
    nn.init.xavier_uniform_(first.weight)
    nn.init.zeros_(first.bias)
    second = nn.Linear(4, 2)
    nn.init.kaiming_normal_(second.weight, nonlinearity="relu")
    nn.init.zeros_(second.bias)
    net = nn.Sequential(first, nn.Tanh(), second, nn.Tanh(), nn.Linear(2, 1), nn.Tanh())
    x, y = torch.from_numpy(data.train.x), torch.from_numpy(data.train.y * 2.0 - 1).float().unsqueeze(1)
    loop(net, net.parameters(), functional.mse_loss, x, y)
    graph = with_params(CIRCLE, n2_first_weights="xavier", n3_first_weights="he")
    assert_same(net, trained(project(graph, **ADAM), data=data))


def test_units_that_start_at_zero_stay_alike():
    """The demonstration of why first weights are random."""
    graph = with_params(CIRCLE, n2_first_weights="zeros", n3_first_weights="zeros", n4_first_weights="normal")
    weight = state(trained(project(graph, **ADAM)))["n2.weight"]
    assert torch.equal(weight[0], weight[1]) and torch.equal(weight[0], weight[3])


def test_other_first_weights_renew_their_layer_alone():
    session = Session(project(CIRCLE, **ADAM), points())
    steps(session, 5)
    before = state(session)
    rebuilt = edit(session, n3_first_weights="he")
    assert rebuilt.fresh == ("n3",) and set(rebuilt.kept) == {"n2", "n4"}
    after = state(session)
    assert torch.equal(after["n2.weight"], before["n2.weight"]) and torch.equal(after["n4.weight"], before["n4.weight"])
    expected = build(session.project.graph, LAYERS, ADAM["seed"]).state_dict()
    assert torch.equal(after["n3.weight"], expected["n3.weight"]) and after["n3.bias"].count_nonzero() == 0
    assert "exp_avg" not in session.flat.state(session.optimizer)["n3.weight"]
    assert edit(session, n3_frozen=True).fresh == ()


# -- typed kernels ------------------------------------------------------------------------------------------------


def cnn(**params) -> Project:
    return project(with_params(SMALL_CNN, **params), "digits", **ADAM)


@pytest.mark.row("D18")
def test_typed_kernels_are_first_weights_that_training_changes_unless_they_are_frozen():
    free, frozen = (
        Session(cnn(n2_kernels=f"{ARROW} | | {ARROW}", n2_frozen=value), pictures()) for value in (False, True)
    )
    arrow = torch.tensor([[0.0, 1, 0], [0, 0, 2], [0, 1, 0]])
    for session in (free, frozen):
        assert torch.equal(state(session)["n2.weight"][0], torch.stack([arrow, arrow]))
        steps(session, 5)
    assert not torch.equal(state(free)["n2.weight"][0], torch.stack([arrow, arrow]))
    assert torch.equal(state(frozen)["n2.weight"][2], torch.stack([arrow, arrow]))


def test_typing_a_kernel_overwrites_that_filter_alone_and_taking_it_away_brings_back_what_was_learnt():
    session = Session(cnn(), pictures())
    steps(session, 5)
    learnt = state(session)
    rebuilt = edit(session, n2_kernels=f"| {ARROW}")
    assert rebuilt.fresh == () and "n2" in rebuilt.kept
    typed = state(session)
    assert typed["n2.weight"][1, 0].tolist() == [[0, 1, 0], [0, 0, 2], [0, 1, 0]]
    for name, value in typed.items():
        assert torch.equal(value[[0, 2, 3]] if name == "n2.weight" else value,
                           learnt[name][[0, 2, 3]] if name == "n2.weight" else learnt[name])  # fmt: skip
    steps(session, 3)
    moved = state(session)
    edit(session, n2_kernels="")
    assert torch.equal(state(session)["n2.weight"][1], learnt["n2.weight"][1])
    assert torch.equal(state(session)["n2.weight"][0], moved["n2.weight"][0])


def test_a_filter_that_was_typed_from_the_start_is_learnt_from_its_random_start():
    session = Session(cnn(n2_kernels=ARROW), pictures())
    steps(session, 3)
    before = state(session)["n2.weight"]
    edit(session, n2_kernels="")
    first = build(SMALL_CNN, LAYERS, ADAM["seed"]).state_dict()["n2.weight"]
    assert torch.equal(state(session)["n2.weight"][0], first[0])
    assert torch.equal(state(session)["n2.weight"][1:], before[1:])


def test_a_kernel_of_one_input_map_comes_and_goes_by_itself():
    """What was learnt below a kernel comes back with its map, also where the whole filter had been typed over."""
    session = Session(cnn(), pictures())
    steps(session, 5)
    learnt = state(session)["n2.weight"]
    edit(session, n2_kernels=f"| / {ARROW}")
    typed = state(session)["n2.weight"]
    assert typed[1, 1].tolist() == [[0, 1, 0], [0, 0, 2], [0, 1, 0]]
    assert torch.equal(typed[1, 0], learnt[1, 0]) and torch.equal(typed[[0, 2, 3]], learnt[[0, 2, 3]])
    edit(session, n2_kernels=f"| {ARROW}")
    assert state(session)["n2.weight"][1, 0].tolist() == [[0, 1, 0], [0, 0, 2], [0, 1, 0]]
    steps(session, 3)
    moved = state(session)["n2.weight"]
    edit(session, n2_kernels=f"| / {ARROW}")
    found = state(session)["n2.weight"]
    assert torch.equal(found[1, 0], learnt[1, 0]) and torch.equal(found[1, 1], moved[1, 1])
    edit(session, n2_kernels="")
    assert torch.equal(state(session)["n2.weight"][1], learnt[1])


def test_an_edit_elsewhere_leaves_what_training_made_of_a_typed_kernel():
    session = Session(cnn(n2_kernels=ARROW), pictures())
    steps(session, 4)
    before = state(session)["n2.weight"]
    edit(session, n8_first_weights="he")
    assert torch.equal(state(session)["n2.weight"], before)


# -- removed connections ------------------------------------------------------------------------------------------


@pytest.mark.row("H11")
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_removed_connections_train_as_in_a_hand_written_loop(optimizer):
    data = points()
    torch.manual_seed(6)
    net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2), nn.Tanh(), nn.Linear(2, 1), nn.Tanh())
    mask = torch.ones(2, 4)
    mask[0, 1] = mask[1, 3] = 0
    x, y = torch.from_numpy(data.train.x), torch.from_numpy(data.train.y * 2.0 - 1).float().unsqueeze(1)
    with torch.no_grad():
        net[2].weight *= mask
    kind = torch.optim.SGD if optimizer == "sgd" else torch.optim.Adam
    made = kind(net.parameters(), lr=0.02, weight_decay=1e-2)
    order = torch.Generator().manual_seed(7)
    for _ in range(2):
        for index in torch.randperm(len(x), generator=order).split(10):
            made.zero_grad()
            functional.mse_loss(net(x[index]), y[index]).backward()
            net[2].weight.grad *= mask
            made.step()
    graph = with_params(CIRCLE, n3_removed="1-0 3-1")
    session = trained(project(graph, **{**ADAM, "optimizer": optimizer}), data=data)
    assert isinstance(session._pass, AutogradPass)
    assert_same(net, session)
    weight = session.network.get_parameter("n3.weight")
    assert weight[0, 1] == 0 and weight[1, 3] == 0 and weight.count_nonzero() == 6
    assert session.network.parameter_count == 12 + 10 - 2 + 3


def test_a_removed_connection_comes_back_with_what_it_had_learnt():
    session = Session(project(CIRCLE, **ADAM), points())
    steps(session, 5)
    learnt = state(session)
    assert edit(session, n3_removed="1-0").fresh == ()
    assert isinstance(session.network.operations[2].run, MaskedLinear)
    taken = state(session)
    assert taken["n3.weight"][0, 1] == 0
    taken["n3.weight"][0, 1] = learnt["n3.weight"][0, 1]
    assert all(torch.equal(value, learnt[name]) for name, value in taken.items())
    steps(session, 3)
    assert state(session)["n3.weight"][0, 1] == 0
    edit(session, n3_removed="")
    assert isinstance(session._pass, DensePass)
    assert state(session)["n3.weight"][0, 1] == learnt["n3.weight"][0, 1]


@pytest.mark.parametrize(("name", "other", "back"), [("units", 5, 2), ("first_weights", "he", "pytorch")])
def test_what_was_set_by_hand_meanwhile_holds_for_weights_that_come_back(name, other, back):
    session = Session(project(CIRCLE, **ADAM), points())
    steps(session, 4)
    learnt = state(session)["n3.weight"]
    edit(session, **{f"n3_{name}": other})
    edit(session, n3_removed="1-0")
    edit(session, **{f"n3_{name}": back})
    found = state(session)["n3.weight"]
    assert found[0, 1] == 0 and torch.equal(found[1], learnt[1]) and torch.equal(found[0, 2:], learnt[0, 2:])
    cnn_session = Session(cnn(), pictures())
    edit(cnn_session, n2_first_weights="he")
    edit(cnn_session, n2_kernels=f"| / {ARROW}")
    edit(cnn_session, n2_first_weights="pytorch")
    assert state(cnn_session)["n2.weight"][1, 1].tolist() == [[0, 1, 0], [0, 0, 2], [0, 1, 0]]


def test_a_masked_layer_draws_nothing_and_clears_what_is_copied_in():
    torch.manual_seed(1)
    plain = nn.Linear(3, 2)
    after = torch.rand(1)
    torch.manual_seed(1)
    masked = MaskedLinear(nn.Linear(3, 2), [(0, 1)])
    assert torch.equal(torch.rand(1), after)
    assert masked.state_dict().keys() == plain.state_dict().keys() and masked.missing == 1
    masked.load_state_dict(plain.state_dict())
    x = torch.randn(5, 3)
    cut = copy.deepcopy(plain)
    with torch.no_grad():
        cut.weight[1, 0] = 0
    assert torch.equal(masked(x), cut(x))
    assert masked.weight[1, 0] != 0
    masked.clear()
    assert masked.weight[1, 0] == 0
    assert masked.double().mask.dtype == torch.float64
    assert MaskedLinear(nn.Linear(3, 2, bias=False), []).bias is None


def test_the_statements_after_the_code_train_the_same():
    """What stands in the PyTorch code: zero weights whose gradients are zero."""
    values = CIRCLE.node("n3").params.set("removed", "1-0 3-1")
    layer = nn.Linear(4, 2)
    for statement in LAYERS["dense"].setup(((4,),), values):
        exec(statement.replace("{}", "layer"), {"layer": layer, "torch": torch, "nn": nn})
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.1, weight_decay=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        layer(torch.ones(1, 4)).square().sum().backward()
        optimizer.step()
    assert layer.weight[0, 1] == 0 and layer.weight[1, 3] == 0 and layer.weight.count_nonzero() == 6


def test_a_saved_run_with_all_of_it_goes_on_to_the_same_bits(tmp_path):
    graph = with_params(SMALL_CNN, n2_kernels=f"| {ARROW}", n2_first_weights="he", n4_frozen=True, n8_removed="0-0 5-2")
    made = project(graph, "digits", **ADAM)
    session = Session(made, pictures())
    steps(session, 3)
    path = tmp_path / "run.safetensors"
    path.write_bytes(checkpoint.render(session))
    other = Session(made, pictures())
    checkpoint.resume(other, checkpoint.read(path))
    for run in (session, other):
        steps(run, 6)
    assert other.weights_sha256() == session.weights_sha256()
    assert other.network.get_parameter("n8.weight")[2, 5] == 0
    with pytest.raises(checkpoint.CheckpointError, match="another network"):
        checkpoint.resume(Session(project(CIRCLE, **ADAM), points()), checkpoint.read(path))


def test_two_hundred_random_edits_by_hand_never_break_a_run():
    """Freezing, first weights, kernels and connections in any order, each undone now and then."""
    session = Session(project(SMALL_CNN, "digits", **ADAM), pictures())
    rng = random.Random(5)
    kernels = ["", ARROW, f"| {ARROW}", f"{ARROW} | | 1 1 1; 1 1 1; 1 1 1"]
    by_map = {"n2": [f"| {ARROW} / | / {ARROW}"], "n4": [f"/ {ARROW} / / {ARROW}"]}
    history = [session.project]
    for _ in range(200):
        node = rng.choice(("n2", "n4", "n8"))
        name, values = rng.choice((
            ("frozen", (True, False)),
            ("first_weights", ("pytorch", "he", "zeros")),
            ("kernels", kernels + by_map[node]) if node != "n8" else ("removed", ("", "0-0", "0-0 7-1", "35-2")),
        ))  # fmt: skip
        changed = history[-2] if len(history) > 1 and rng.random() < 0.3 else session.project.with_graph(
            session.project.graph.set_param(node, name, rng.choice(values)))  # fmt: skip
        session.apply(changed)
        history.append(changed)
        steps(session, 1)
        assert all(bool(value.isfinite().all()) for value in session.network.parameters())
        for source, unit in removed(changed.graph.node("n8").params):
            assert session.network.get_parameter("n8.weight")[unit, source] == 0
    fresh = build(session.project.graph, LAYERS, ADAM["seed"])
    assert {name: value.shape for name, value in fresh.state_dict().items()} == {
        name: value.shape for name, value in session.network.state_dict().items()
    }
