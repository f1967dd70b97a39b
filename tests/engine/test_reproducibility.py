"""The same project and seed give the same bits: as a hand-written PyTorch loop, and whatever comes in between.

One thread; compared are the hashes over all weights.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from playground.catalog.dataset import Data, Samples, Sources
from playground.catalog.splitting import prepare
from playground.document.params import Values
from playground.document.project import Project
from playground.engine import checkpoint, evaluation
from playground.engine.compiler import build
from playground.engine.events import BatchDone, EpochDone
from playground.engine.session import Session
from tests.networks import CIRCLE, LAYERS, NUMBERS, SMALL_CNN, chain, fuzzed, numbers, pictures, points, project
from tests.random_graphs import random_graph

# PyTorch says that an even window with same padding is slower.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

EPOCHS = 4


def by_hand(make_net, make_optimizer, loss, x, y, batch, seed, epochs=EPOCHS):
    """The loop that everybody writes; this is what the program must give to the bit."""
    torch.manual_seed(seed)
    net = make_net()
    optimizer = make_optimizer(net.parameters())
    order = torch.Generator().manual_seed(seed + 1)
    for _ in range(epochs):
        for index in torch.randperm(len(x), generator=order).split(batch):
            optimizer.zero_grad()
            loss(net(x[index]), y[index]).backward()
            optimizer.step()
    digest = hashlib.sha256()
    for tensor in (*net.parameters(), *net.buffers()):
        digest.update(tensor.detach().numpy().tobytes())
    return digest.hexdigest()


def circle(data: Data, seed: int) -> str:
    return by_hand(
        lambda: nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2), nn.Tanh(), nn.Linear(2, 1), nn.Tanh()),
        lambda weights: torch.optim.SGD(weights, lr=0.03),
        functional.mse_loss,
        torch.from_numpy(data.train.x), torch.from_numpy(data.train.y * 2.0 - 1).float().unsqueeze(1), 10, seed,
    )  # fmt: skip


def adam(data: Data, seed: int) -> str:
    return by_hand(
        lambda: nn.Sequential(
            nn.Linear(2, 9), nn.ReLU(), nn.Linear(9, 7), nn.GELU(), nn.BatchNorm1d(7), nn.Linear(7, 2),
        ),
        lambda weights: torch.optim.Adam(weights, lr=0.01, weight_decay=1e-3),
        functional.cross_entropy,
        torch.from_numpy(data.train.x), torch.from_numpy(data.train.y), 16, seed,
    )  # fmt: skip


def cnn(data: Data, seed: int) -> str:
    return by_hand(
        lambda: nn.Sequential(
            nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 3, 3), nn.ELU(),
            nn.Flatten(), nn.Dropout(0.25), nn.Linear(36, 3),
        ),
        lambda weights: torch.optim.SGD(weights, lr=0.05, momentum=0.9, nesterov=True),
        functional.cross_entropy,
        torch.from_numpy(data.train.x), torch.from_numpy(data.train.y), 8, seed,
    )  # fmt: skip


def plane(data: Data, seed: int) -> str:
    return by_hand(
        lambda: nn.Sequential(nn.Linear(2, 5, bias=False), nn.Sigmoid(), nn.Linear(5, 1)),
        lambda weights: torch.optim.RMSprop(weights, lr=0.01, momentum=0.5),
        functional.mse_loss,
        torch.from_numpy(data.train.x), torch.from_numpy(data.train.y), 7, seed,
    )  # fmt: skip


ADAM_NET = chain(
    "features", ("dense", {"units": 9, "activation": "relu"}), ("dense", {"units": 7}), "gelu", "batch_norm",
    ("dense", {"units": 2}), "classes",
)  # fmt: skip
PLANE_NET = chain("features", ("dense", {"units": 5, "bias": False}), "sigmoid", ("dense", {"units": 1}), "value")
NAG = {"momentum": 0.9, "nesterov": True}

RUNS = {
    "circle": (project(CIRCLE, seed=3, learning_rate=0.03, batch_size=10), points, circle),
    "adam": (
        project(ADAM_NET, seed=5, optimizer="adam", learning_rate=0.01, batch_size=16, weight_decay=1e-3),
        points,
        adam,
    ),
    "cnn": (project(SMALL_CNN, "digits", NAG, seed=7, learning_rate=0.05, batch_size=8), pictures, cnn),
    "plane": (
        project(PLANE_NET, "plane", {"momentum": 0.5}, seed=2, optimizer="rmsprop", learning_rate=0.01, batch_size=7),
        numbers,
        plane,
    ),
}


@pytest.fixture(params=RUNS)
def run(request) -> tuple[Project, Data, str]:
    """A project, its data and the hash that the loop written by hand gives."""
    made, data, hand = RUNS[request.param]
    return made, data(), hand(data(), made.training.seed)


@pytest.fixture(autouse=True)
def _evaluation_in_many_chunks(monkeypatch):
    """So that much can come in between: a chunk is five samples at most."""
    monkeypatch.setattr(evaluation, "LARGEST_CHUNK", 5)


def finish(session: Session, epochs: int = EPOCHS) -> str:
    while session.progress.epoch < epochs or session.epoch_running:
        session.step()
    return session.weights_sha256()


def test_a_session_gives_the_bits_of_the_loop_written_by_hand(run):
    made, data, expected = run
    assert finish(Session(made, data)) == expected


def test_so_does_the_circle_of_the_data_sets(run):
    made, _, _ = RUNS["circle"]
    data = prepare(made.data, Sources())
    assert finish(Session(made, data)) == circle(data, made.training.seed)


def test_the_seed_decides(run):
    made, data, expected = run
    session = Session(made, data)
    first = session.weights_sha256()
    assert Session(made, data).weights_sha256() == first
    other = Session(made.with_training(seed=made.training.seed + 1), data)
    assert other.weights_sha256() != first
    assert finish(other) != expected


def test_what_others_draw_in_between_changes_nothing(run):
    made, data, expected = run
    session = Session(made, data)
    while session.progress.epoch < EPOCHS or session.epoch_running:
        torch.rand(random.randrange(5))
        np.random.default_rng().random(3)
        session.step()
    assert session.weights_sha256() == expected


def test_edits_that_do_not_matter_change_nothing(run):
    made, data, expected = run
    rng = random.Random(1)
    session = Session(made, data)
    network = session.network
    while session.progress.epoch < EPOCHS or session.epoch_running:
        session.step()
        if rng.random() < 0.3:
            node = rng.choice(made.graph.nodes).id
            graph = session.project.graph
            graph = rng.choice((graph.move(node, rng.random(), 5), graph.rename(node, "x" * rng.randint(0, 9))))
            assert (
                session.apply(session.project.with_graph(graph).with_training(epochs=rng.randint(1, 9), device="auto"))
                is None
            )
    assert session.network is network
    assert session.weights_sha256() == expected


@pytest.mark.parametrize("seed", fuzzed(3))
def test_saving_and_going_on_changes_nothing(run, tmp_path, seed):
    """At random moments, in the middle of an epoch and of its evaluation, each time in a new session."""
    made, data, expected = run
    rng = random.Random(seed)
    path = tmp_path / "run.safetensors"
    session = Session(made, data)
    moments = set()
    while session.progress.epoch < EPOCHS or session.epoch_running:
        session.step()
        if session.evaluating not in moments or rng.random() < 0.15:
            moments.add(session.evaluating)
            path.write_bytes(checkpoint.render(session))
            torch.rand(3)
            session = Session(made, data)
            checkpoint.resume(session, checkpoint.read(path))
    assert session.weights_sha256() == expected, f"seed {seed}"
    assert moments == {True, False}


def test_saving_and_going_on_changes_no_figure_either(run, tmp_path):
    """The events of a run that is saved and resumed after every batch are those of one that is not."""
    made, data, _ = run
    path = tmp_path / "run.safetensors"
    told: list[list[object]] = []
    for saving in (False, True):
        session = Session(made, data)
        told.append([])
        while session.progress.epoch < EPOCHS or session.epoch_running:
            events = session.step()
            # An evaluation begins anew, so it would never end if it were saved after each of its chunks.
            if saving and events:
                path.write_bytes(checkpoint.render(session))
                session = Session(made, data)
                checkpoint.resume(session, checkpoint.read(path))
            told[-1] += [replace(event, seconds=0.0) if isinstance(event, EpochDone) else event for event in events]
    assert told[0] == told[1]


def test_a_checkpoint_can_be_used_twice(run, tmp_path):
    made, data, expected = run
    session = Session(made, data)
    for _ in range(9):
        session.step()
    path = tmp_path / "run.safetensors"
    path.write_bytes(checkpoint.render(session))
    read = checkpoint.read(path)
    for _ in range(2):
        session = Session(made, data)
        checkpoint.resume(session, read)
        assert session.progress.batch == read.progress.batch
        assert finish(session) == expected


def test_two_sessions_that_take_turns_do_not_disturb_each_other(run):
    """Also with dropout, which draws from a generator that both share."""
    made, data, expected = run
    other, other_data, _ = RUNS["cnn"]
    sessions = [Session(made, data), Session(other.with_training(seed=99), other_data())]
    alone = finish(Session(other.with_training(seed=99), other_data()))
    rng = random.Random(1)
    while any(session.progress.epoch < EPOCHS or session.epoch_running for session in sessions):
        session = rng.choice(sessions)
        if session.progress.epoch < EPOCHS or session.epoch_running:
            session.step()
    assert [session.weights_sha256() for session in sessions] == [expected, alone]


def test_rewinding_gives_the_same_run_again(run):
    made, data, expected = run
    session = Session(made, data)
    first = session.weights_sha256()
    for steps in (0, 3, 17):
        for _ in range(steps):
            session.step()
        session.rewind()
        assert session.weights_sha256() == first
        assert session.progress.epoch == 0 and not session.epoch_running
    assert finish(session) == expected


def test_a_run_taken_back_to_the_first_project_after_an_edit_is_that_project_again_once_rewound(run):
    made, data, expected = run
    session = Session(made, data)
    for _ in range(5):
        session.step()
    graph, node = made.graph.add("flatten")
    last = graph.incoming(made.graph.nodes[-1].id)[0]
    assert session.apply(made.with_graph(graph.insert(node, last))) is not None
    session.step()
    session.apply(made)
    session.rewind()
    assert finish(session) == expected


def test_the_figures_of_an_epoch_are_those_computed_by_hand(run):
    made, data, _ = run
    session = Session(made, data)
    batches: list[BatchDone] = []
    for _ in range(500):
        for event in session.step():
            if isinstance(event, BatchDone):
                batches.append(event)
            if isinstance(event, EpochDone):
                shares = [batch.samples / event.samples for batch in batches]
                assert event.samples == len(data.train) == sum(batch.samples for batch in batches)
                assert event.train_loss == pytest.approx(sum(s * b.loss for s, b in zip(shares, batches, strict=True)))
                if event.train_accuracy is not None:
                    expected = sum(s * b.accuracy for s, b in zip(shares, batches, strict=True))
                    assert event.train_accuracy == pytest.approx(expected)
                assert [batch.batch for batch in batches] == list(range(1, batches[0].batches + 1))
                _assert_test_figures(session, data, event)
                batches = []
        if session.progress.epoch == 3 and not session.epoch_running:
            break
    assert session.progress.epoch == 3


def _assert_test_figures(session: Session, data: Data, event: EpochDone) -> None:
    with torch.no_grad():
        output = session.network.eval()(torch.from_numpy(data.test.x))
        session.network.train()
        target = session.objective.targets(data.test)
        assert event.test_loss == pytest.approx(session.objective.loss(output, target).item(), rel=1e-5)
        if session.objective.correct is None:
            assert event.test_accuracy is None
        else:
            assert event.test_accuracy == int(session.objective.correct(output, target)) / len(data.test)


@pytest.mark.parametrize("part", fuzzed(4))
def test_random_networks_train_as_a_plain_loop_would(part):
    """20 networks of all layers in four parts: two epochs of Adam, what the program computes once, cuts short or
    calls directly against the network as it is, run whole on each batch."""
    for seed in range(part * 5, part * 5 + 5):
        graph = random_graph(seed)
        output = graph.nodes[[LAYERS[node.kind].category for node in graph.nodes].index("output")].id
        graph = graph.set_kind(output, "value", Values())
        plain = build(graph, LAYERS, seed)
        generator = np.random.default_rng(seed)
        first, last = plain.operations[0], plain.operations[-1]
        x = generator.normal(size=(23, *((2,) if first.kind == "features" else first.shape))).astype(np.float32)
        y = generator.normal(size=(23, *last.shape)).astype(np.float32)
        data = Data(NUMBERS, Samples(x, y), Samples(x[:0], y[:0]), Samples(x[:4], y[:4]))
        session = Session(project(graph, optimizer="adam", seed=seed, batch_size=5, learning_rate=0.01), data)
        while session.progress.epoch < 2 or session.epoch_running:
            session.step()
        torch.manual_seed(seed)
        plain = build(graph, LAYERS, seed)
        optimizer = torch.optim.Adam(list(plain.parameters()) or [nn.Parameter(torch.zeros(1))], lr=0.01)
        order = torch.Generator().manual_seed(seed + 1)
        for _ in range(2):
            for index in torch.randperm(23, generator=order).split(5):
                optimizer.zero_grad()
                loss = functional.mse_loss(plain(torch.from_numpy(x)[index]), torch.from_numpy(y)[index])
                if loss.requires_grad:
                    loss.backward()
                optimizer.step()
        for (name, value), other in zip(plain.state_dict().items(), session.network.state_dict().values(), strict=True):
            assert torch.equal(value, other) or value.isnan().any(), f"seed {seed}: {name}"
