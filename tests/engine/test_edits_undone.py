"""Edits there and back: what was learnt comes back to the bit, and no optimizer is led astray."""

from __future__ import annotations

import random

import pytest
import torch
from torch import Tensor

from playground.document.graph import Graph
from playground.document.project import Project
from playground.document.shapes import infer, problems
from playground.engine import attic
from playground.engine.events import EpochDone, Rebuilt
from playground.engine.flat import whole
from playground.engine.session import Session
from tests.engine.test_flat import SETTINGS
from tests.networks import CIRCLE, LAYERS, SMALL_CNN, added, chain, fuzzed, pictures, points, project
from tests.random_graphs import changed, cheap, with_kernels

# PyTorch says that an even window with same padding is slower.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

BLOCK = chain(
    ("image", {"height": 10, "width": 12, "channels": 2}),
    ("conv2d", {"filters": 4, "padding": "same", "bias": False}),
    "batch_norm",
    ("conv2d", {"filters": 3, "kernel": 3, "stride": 2, "activation": "relu"}),
    "flatten",
    ("dense", {"units": 4, "activation": "tanh"}),
    ("dense", {"units": 3, "bias": False}),
    "classes",
)
OPTIMIZERS = [
    pytest.param(name, params, id=f"{name} {params}") for name, settings in SETTINGS.items() for params in settings
]
# There and back: a convolution without a bias, one with, and Dense layers before others.
TRIPS = {
    "kernel": ("n2", "kernel", (4, 5, 4, 3)),
    "kernel with bias": ("n4", "kernel", (4, 5, 4, 3)),
    "filters": ("n2", "filters", (5, 2, 5, 4)),
    "units": ("n6", "units", (5, 7, 5, 4)),
    "bias": ("n7", "bias", (True, False, True, False)),
    "first weights": ("n4", "first_weights", ("he", "zeros", "he", "pytorch")),
}


def block(optimizer: str = "adam", params: dict | None = None, graph: Graph = BLOCK, **training) -> Project:
    return project(graph, "digits", params, optimizer=optimizer, learning_rate=0.003, batch_size=8, **training)


def started(made: Project, steps: int = 0) -> Session:
    session = Session(made, pictures())
    take(session, steps)
    return session


def take(session: Session, steps: int) -> None:
    for _ in range(steps):
        session.step()


def to_the_end_of_an_epoch(session: Session) -> EpochDone:
    while True:
        for event in session.step():
            if isinstance(event, EpochDone):
                return event


def edit(session: Session, node: str, name: str, value) -> Rebuilt:
    rebuilt = session.apply(session.project.with_graph(session.project.graph.set_param(node, name, value)))
    assert rebuilt is not None
    return rebuilt


def state(session: Session) -> dict[str, Tensor]:
    return session.state()


def assert_whole(session: Session) -> None:
    """What the optimizer remembers of a parameter has the parameter's shape, or there is nothing of it."""
    taken = session.flat.state(session.optimizer)
    assert {name for name, values in taken.items() if set(values) - {"step"}} == set(whole(taken, session.network))


# -- the optimizer ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trip", TRIPS)
@pytest.mark.parametrize(("optimizer", "params"), OPTIMIZERS)
def test_training_goes_on_after_every_edit_there_and_back(optimizer: str, params: dict, trip: str) -> None:
    node, name, values = TRIPS[trip]
    session = started(block(optimizer, params), 4)
    for value in values:
        edit(session, node, name, value)
        assert_whole(session)
        take(session, 4)
        assert_whole(session)
    assert all(bool(value.isfinite().all()) for value in session.network.parameters())


@pytest.mark.parametrize("trip", TRIPS)
@pytest.mark.parametrize(("optimizer", "params"), OPTIMIZERS)
def test_an_edit_undone_at_once_changes_no_bit_of_the_run(optimizer: str, params: dict, trip: str) -> None:
    node, name, values = TRIPS[trip]
    made = block(optimizer, params)
    edited, straight = started(made, 5), started(made, 5)
    edit(edited, node, name, values[0])
    edited.apply(made)
    take(edited, 6)
    take(straight, 6)
    assert edited.weights_sha256() == straight.weights_sha256()


def test_an_undo_while_training_brings_back_the_layers_as_they_were_left() -> None:
    session = started(block(), 5)
    before = state(session)
    rebuilt = edit(session, "n4", "kernel", 4)
    assert rebuilt.fresh == ("n4",) and rebuilt.returned == ()
    take(session, 5)
    rebuilt = edit(session, "n4", "kernel", 3)
    assert rebuilt.fresh == () and rebuilt.returned == ("n4",)
    assert rebuilt.titles == {"n4": "Conv 2D 3 @ 3×3"}
    after = state(session)
    for name, value in before.items():
        # The bias too, although it would have fitted all the time.
        assert torch.equal(after[name], value) == name.startswith("n4."), name


def test_a_count_of_steps_without_its_moments_is_no_state() -> None:
    session = started(block(), 3)
    taken = session.flat.state(session.optimizer)
    assert set(whole(taken, session.network)) == set(session.flat.spans)
    taken["n2.weight"] = {"step": taken["n2.weight"]["step"]}
    taken["n4.weight"]["exp_avg"] = torch.zeros(3)
    taken["n9.weight"] = taken["n6.weight"]
    assert set(whole(taken, session.network)) == set(session.flat.spans) - {"n2.weight", "n4.weight"}


# -- random edits -------------------------------------------------------------------------------------------------


def edits(rng: random.Random, made: Project, count: int) -> list[Project]:
    """Projects that come of each other by random edits, all of which can be trained on the same data."""
    history = [made]
    while len(history) <= count:
        graph = changed(rng, history[-1].graph)
        node = rng.choice([node for node in graph.nodes if node.kind not in ("image", "classes")])
        if rng.random() < 0.2:
            graph = graph.set_bypassed(node.id, not node.bypassed)
        elif "kernels" in node.params:
            typed = with_kernels(node.params.set("kernels", ""), 2) if rng.random() < 0.7 else node.params
            graph = graph.set_param(node.id, "kernels", typed["kernels"])
        elif "removed" in node.params:
            graph = graph.set_param(node.id, "removed", rng.choice(("", "0-0", "0-1 1-0")))
        found = infer(graph, LAYERS)
        ends = [edge.source for node in graph.nodes if node.kind == "classes" for edge in graph.incoming(node.id)]
        fits = [found.get(source) for source in ends] == [(3,)]
        if fits and graph.nodes[0] == made.graph.nodes[0] and not problems(found) and cheap(graph, found):
            history.append(made.with_graph(graph))
    return history


@pytest.mark.parametrize("seed", fuzzed(12))
def test_undoing_all_edits_gives_an_untrained_network_its_first_weights(seed: int) -> None:
    rng = random.Random(f"untrained {seed}")
    made = block(graph=rng.choice((BLOCK, SMALL_CNN)), seed=seed)
    session = started(made)
    first = session.weights_sha256()
    history = edits(rng, made, 12)
    for step in (*history[1:], *reversed(history[:-1])):
        session.apply(step)
        assert session.weights_sha256() == started(step).weights_sha256()
    assert session.weights_sha256() == first


@pytest.mark.parametrize("seed", fuzzed(12))
def test_undoing_all_edits_gives_a_trained_network_what_it_had_learnt(seed: int) -> None:
    rng = random.Random(f"trained {seed}")
    made = block(graph=rng.choice((BLOCK, SMALL_CNN)), seed=seed)
    session = started(made, 6)
    learnt = session.weights_sha256()
    history = edits(rng, made, 12)
    for step in (*history[1:], *reversed(history[:-1])):
        session.apply(step)
    assert session.weights_sha256() == learnt


@pytest.mark.parametrize("seed", fuzzed(12))
def test_random_edits_and_undo_while_training_never_stop_it(seed: int) -> None:
    rng = random.Random(f"training {seed}")
    optimizer = rng.choice(list(SETTINGS))
    made = block(optimizer, rng.choice(SETTINGS[optimizer]), rng.choice((BLOCK, SMALL_CNN)), seed=seed)
    session, history, place = started(made, 3), edits(rng, made, 15), 0
    for _ in range(30):
        place = max(0, min(len(history) - 1, place + rng.choice((1, 1, -1))))
        session.apply(history[place])
        assert_whole(session)
        take(session, 2)


# -- what is kept, and what is said of it -------------------------------------------------------------------------


def with_dense_before_the_last(made: Project, units: int) -> Project:
    graph, node = added(made.graph, ("dense", {"units": units}))
    return made.with_graph(graph.insert(node, graph.incoming("n7")[0]))


def test_layers_too_large_to_be_kept_push_out_no_others(monkeypatch) -> None:
    made = block()
    session = started(made, 8)
    learnt = session.weights_sha256()
    monkeypatch.setattr(attic, "KEPT_BYTES", 6_000)
    # Never trained: nothing is lost.
    session.apply(with_dense_before_the_last(made, 1_000))
    rebuilt = session.apply(made)
    assert rebuilt is not None and rebuilt.lost == () and rebuilt.returned == ("n7",)
    assert session.weights_sha256() == learnt
    session.apply(with_dense_before_the_last(made, 1_000))
    take(session, 2)
    before = state(session)
    rebuilt = session.apply(with_dense_before_the_last(made, 5))
    assert rebuilt is not None and set(rebuilt.lost) == {"n9", "n7"} and rebuilt.titles["n9"] == "Dense 5"
    rebuilt = session.apply(made)
    assert rebuilt is not None and rebuilt.returned == ("n7",) and rebuilt.lost == ()
    assert all(torch.equal(state(session)[name], before[name]) for name in ("n2.weight", "n4.bias", "n6.weight"))


def test_weights_that_never_learnt_are_not_called_kept_when_they_come_again() -> None:
    made = block()
    session = started(made, 3)
    session.apply(with_dense_before_the_last(made, 8))
    session.apply(made)
    to_the_end_of_an_epoch(session)
    rebuilt = session.apply(with_dense_before_the_last(made, 8))
    assert rebuilt is not None and rebuilt.fresh == rebuilt.untrained == ("n9", "n7") and rebuilt.returned == ()


def test_what_has_begun_stays_so_while_it_is_put_aside() -> None:
    made = block()
    session = started(made, 3)
    edit(session, "n6", "units", 9)
    take(session, 1)
    edit(session, "n6", "units", 4)
    to_the_end_of_an_epoch(session)
    rebuilt = edit(session, "n6", "units", 9)
    assert rebuilt.returned == ("n6", "n7") == rebuilt.untrained and rebuilt.fresh == ()
    to_the_end_of_an_epoch(session)
    assert session.standing.untrained(session.layer_keys) == ()


def test_a_layer_that_is_left_out_at_first_has_nothing_of_one_that_was_undone() -> None:
    made = project(CIRCLE, optimizer="adam")
    session = Session(made, points())
    take(session, 2)
    graph, node = added(made.graph, ("dense", {"units": 2}))
    longer = made.with_graph(graph.insert(node, made.graph.incoming("n4")[0]))
    session.apply(longer)
    take(session, 2)
    session.apply(made)
    # A new edit begins: nothing that was undone comes back from here on.
    session.attic.forget_after(made.graph.last_id)
    session.apply(made.with_graph(graph))
    rebuilt = session.apply(longer)
    assert rebuilt is not None and rebuilt.fresh == (node,)


def test_a_layer_whose_insertion_is_done_again_has_what_it_had_learnt() -> None:
    made = project(CIRCLE, optimizer="adam")
    session = Session(made, points())
    graph, node = added(made.graph, ("dense", {"units": 2}))
    longer = made.with_graph(graph.insert(node, made.graph.incoming("n4")[0]))
    take(session, 2)
    session.apply(longer)
    take(session, 3)
    learnt = session.state()
    session.apply(made)
    take(session, 1)
    rebuilt = session.apply(longer)
    assert rebuilt is not None and rebuilt.fresh == () and rebuilt.returned == (node,)
    assert torch.equal(session.state()[f"{node}.weight"], learnt[f"{node}.weight"])


# -- the figures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", ["left out", "left out wired", "frozen", "renamed", "moved", "optimizer", "bypassed"]
)
def test_figures_hold_through_edits_that_change_no_result(change: str) -> None:
    made = block()
    graph, spare = added(made.graph, ("dense", {"units": 3}))
    made = made.with_graph(graph)
    session = started(made)
    done = to_the_end_of_an_epoch(session)
    new = {
        "left out": lambda: made.with_graph(graph.add("relu")[0]),
        "left out wired": lambda: made.with_graph(graph.connect("n5", spare)),
        "frozen": lambda: made.with_graph(graph.set_param("n3", "frozen", True)),
        "renamed": lambda: made.with_graph(graph.rename("n3", "norm")),
        "moved": lambda: made.with_graph(graph.move("n3", 3, 4)),
        "optimizer": lambda: made.with_training(
            optimizer="sgd", optimizer_params=project(CIRCLE).training.optimizer_params
        ),
        "bypassed": lambda: made.with_graph(graph.set_bypassed(spare, True)),
    }[change]()
    for step in (new, made):
        rebuilt = session.apply(step)
        assert session.result == done and not session.unmeasured
        assert (rebuilt is not None) == (change in ("frozen", "optimizer"))
        assert rebuilt is None or (rebuilt.same and rebuilt.measured and rebuilt.fresh == ())
    # What was measured outside the epochs holds as well.
    edit(session, "n6", "units", 5)
    other = session.project
    while session.unmeasured:
        session.measure()
    session.apply(other.with_graph(other.graph.set_param("n3", "frozen", True)))
    assert not session.unmeasured


def test_figures_of_before_do_not_come_back_to_weights_that_learnt_in_another_network() -> None:
    session = started(block())
    done = to_the_end_of_an_epoch(session)
    edit(session, "n4", "activation", "tanh")
    assert session.result is None
    assert edit(session, "n4", "activation", "relu").measured and session.result == done
    edit(session, "n4", "activation", "tanh")
    take(session, 1)
    assert not edit(session, "n4", "activation", "relu").measured and session.result is None
