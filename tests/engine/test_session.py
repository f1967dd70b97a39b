"""A run and its edits: what still fits is kept, and nothing is left half done."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor

from playground.document.cures import heal
from playground.document.params import Values
from playground.document.project import Project
from playground.engine import attic, evaluation
from playground.engine.compiler import CompileError, node_seed
from playground.engine.events import BatchDone, EpochDone, Event, Paused, Rebuilt
from playground.engine.session import NOT_A_NUMBER, Session
from tests.networks import CIRCLE, SMALL_CNN, added, assert_sentence, chain, numbers, pictures, points, project

ADAM = project(CIRCLE, optimizer="adam", learning_rate=0.01, seed=4)
CNN = project(SMALL_CNN, "digits", optimizer="adam", batch_size=8)


def trained(made: Project = ADAM, steps: int = 5, data=None) -> Session:
    """A session some steps into its first epoch."""
    started = Session(made, points() if data is None else data)
    for _ in range(steps):
        started.step()
    return started


def weights(of: Session) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in of.network.state_dict().items()}


def moments(of: Session) -> dict[str, dict[str, Tensor]]:
    return of.flat.state(of.optimizer)


def same(one: dict, other: dict, *nodes: str) -> bool:
    """Whether the tensors of these nodes are equal in both."""
    names = [name for name in one if name.split(".")[0] in nodes]
    assert names
    return all(name in other and _equal(one[name], other[name]) for name in names)


def _equal(one: Tensor | dict, other: Tensor | dict) -> bool:
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)
    return torch.equal(one, other)


def edit(of: Session, **params) -> Rebuilt | None:
    """Sets parameters of nodes: n2_units=5."""
    graph = of.project.graph
    for key, value in params.items():
        node, _, name = key.partition("_")
        graph = graph.set_param(node, name, value)
    return of.apply(of.project.with_graph(graph))


# -- edits that keep the network -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made.with_graph(made.graph.move("n2", 5, 6)),
        lambda made: made.with_graph(made.graph.rename("n2", "eyes")),
        lambda made: made.with_training(learning_rate=0.5, epochs=7, batch_size=3, threads=2, device="auto"),
        lambda made: made,
    ],
    ids=["move", "rename", "rate, epochs and batch", "nothing"],
)
def test_an_edit_that_changes_no_weight_rebuilds_nothing(change):
    run = trained()
    network, optimizer, flat, before = run.network, run.optimizer, run.flat, weights(run)
    changed = change(run.project)
    assert run.apply(changed) is None
    assert (run.network, run.optimizer, run.flat) == (network, optimizer, flat)
    assert same(before, weights(run), "n2", "n3", "n4")
    assert run.project == changed


def test_a_new_rate_holds_from_the_next_batch():
    run = trained()
    run.apply(run.project.with_training(learning_rate=0.5))
    assert [group["lr"] for group in run.optimizer.param_groups] == [0.5]
    (event,) = run.step()
    assert event.learning_rate == 0.5


def test_a_new_batch_size_cuts_the_rest_of_the_epoch_anew():
    """Every sample is still shown once an epoch, however often the size changes."""
    run = Session(ADAM, points(103))
    sizes = itertools.cycle((10, 7, 1, 60, 13))
    seen, events = [], []
    while not any(isinstance(event, EpochDone) for event in events):
        if run.batches.left:
            seen += run.batches.state()["rest"].tolist() if not seen else []
        events += run.step()
        run.apply(run.project.with_training(batch_size=next(sizes)))
    batches = [event for event in events if isinstance(event, BatchDone)]
    assert sum(event.samples for event in batches) == 103 == events[-1].samples
    assert len(set(seen)) == len(seen)


# -- edits that rebuild it -----------------------------------------------------------------------------------


def test_more_units_give_fresh_weights_to_that_layer_and_the_next_only():
    run = trained(project(chain(*["features", *["dense"] * 4, ("dense", {"units": 1}), "value"]), optimizer="adam"))
    before, state = weights(run), moments(run)
    rebuilt = edit(run, n3_units=11)
    assert rebuilt == Rebuilt(("n2", "n5", "n6"), ("n3", "n4"), untrained=("n3", "n4"))
    after, carried = weights(run), moments(run)
    assert same(before, after, "n2", "n5", "n6")
    assert same(state, carried, "n2", "n5", "n6")
    assert after["n3.weight"].shape == (11, 8) and after["n4.weight"].shape == (8, 11)
    assert carried["n3.weight"] == {}
    run.step()
    assert float(moments(run)["n3.weight"]["step"]) == 1
    assert float(moments(run)["n2.weight"]["step"]) == 6


@pytest.mark.parametrize("kind", ["dropout", "batch_norm", "relu", "dense"])
def test_a_layer_put_in_between_leaves_the_others_what_they_learned(kind):
    run = trained()
    before, state = weights(run), moments(run)
    graph, new = added(run.project.graph, (kind, {"units": 4}) if kind == "dense" else kind)
    rebuilt = run.apply(run.project.with_graph(graph.insert(new, graph.incoming("n3")[0])))
    assert rebuilt.kept == ("n2", "n3", "n4")
    assert rebuilt.fresh == ((new,) if kind in ("dense", "batch_norm") else ())
    assert same(before, weights(run), "n2", "n3", "n4")
    assert same(state, moments(run), "n2", "n3", "n4")
    run.step()


def test_a_deleted_layer_comes_back_with_what_it_learned():
    made = project(
        chain("features", *[("dense", {"units": 4})] * 4, ("dense", {"units": 1}), "value"), optimizer="adam"
    )
    run = trained(made)
    before = weights(run)
    run.apply(made.with_graph(heal(made.graph, "n3")))
    assert "n3.weight" not in weights(run)
    for _ in range(3):
        run.step()
    between = weights(run)
    rebuilt = run.apply(made)
    assert rebuilt.kept == ("n2", "n3", "n4", "n5", "n6") and rebuilt.fresh == ()
    assert same(before, weights(run), "n3")
    assert same(between, weights(run), "n2", "n4", "n5", "n6")
    run.step()


def test_several_layers_deleted_one_after_another_all_come_back():
    made = project(chain("features", *[("dense", {"units": 2})] * 5, ("dense", {"units": 1}), "value"))
    run = trained(made)
    before = weights(run)
    steps = [made.graph]
    for node in ("n3", "n5", "n4"):
        steps.append(heal(steps[-1], node))
        run.apply(made.with_graph(steps[-1]))
    for graph in reversed(steps[:-1]):
        run.apply(made.with_graph(graph))
    assert same(before, weights(run), "n2", "n3", "n4", "n5", "n6", "n7")


def test_a_layer_cut_off_from_the_path_is_kept_too():
    run = trained()
    before = weights(run)
    graph = run.project.graph
    run.apply(run.project.with_graph(graph.connect("n2", "n4")))
    assert "n3.weight" not in weights(run)
    run.apply(run.project.with_graph(graph))
    assert same(before, weights(run), "n2", "n3")


def test_weights_put_aside_are_forgotten_oldest_first_beyond_the_budget(monkeypatch):
    made = project(chain("features", *[("dense", {"units": 2})] * 4, ("dense", {"units": 1}), "value"))
    run = trained(made)
    before = weights(run)
    monkeypatch.setattr(attic, "KEPT_BYTES", 50)  # two of these layers have 24 bytes each
    graph = made.graph
    for node in ("n3", "n4", "n5"):
        graph = heal(graph, node)
        run.apply(made.with_graph(graph))
    rebuilt = run.apply(made)
    assert rebuilt.fresh == ("n3",)
    assert same(before, weights(run), "n4", "n5")


def test_weights_of_before_a_rewind_do_not_come_back():
    made = project(chain("features", *[("dense", {"units": 4})] * 3, ("dense", {"units": 1}), "value"))
    run = trained(made)
    learned = weights(run)
    run.apply(made.with_graph(heal(made.graph, "n3")))
    run.rewind()
    assert "n3" in run.apply(made).fresh
    assert not same(learned, weights(run), "n3")


def test_a_layer_added_later_draws_from_its_own_seed_and_leaves_the_others_chance_alone():
    """Dropout goes on as it would have: two runs, one of which gets a layer beside the path."""
    one, other = (trained(CNN, 3, pictures()) for _ in range(2))
    graph, new = added(other.project.graph, ("dense", {"units": 36}))
    state = torch.get_rng_state()
    inserted = other.project.with_graph(graph.insert(new, graph.incoming("n8")[0]))
    other.apply(inserted)
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(node_seed(CNN.training.seed, new))
    plain = torch.nn.Linear(36, 36)
    assert torch.equal(other.network.state_dict()[f"{new}.weight"], plain.weight)
    other.apply(CNN)
    for _ in range(4):
        one.step()
        other.step()
    assert one.weights_sha256() == other.weights_sha256()


def test_a_kept_layer_that_only_changes_its_activation_keeps_its_weights():
    run = trained()
    before = weights(run)
    assert edit(run, n2_activation="relu").kept == ("n2", "n3", "n4")
    assert same(before, weights(run), "n2", "n3", "n4")


def test_a_layer_of_another_kind_in_the_same_place_starts_afresh():
    run = trained(CNN, data=pictures())
    graph = run.project.graph.set_kind("n5", "batch_norm", Values({"momentum": 0.1, "eps": 1e-5}))
    assert run.apply(run.project.with_graph(graph)).fresh == ("n5",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"optimizer": "adam"}, {"optimizer": "sgd", "optimizer_params": Values({"momentum": 0.9, "nesterov": False})}),
        ({"optimizer": "sgd"}, {"optimizer": "adamw", "optimizer_params": Values({"beta1": 0.9, "beta2": 0.999})}),
        ({"optimizer": "rmsprop"}, {"optimizer_params": Values({"alpha": 0.99, "momentum": 0.9})}),
        ({"optimizer": "sgd"}, {"optimizer_params": Values({"momentum": 0.9, "nesterov": True})}),
        ({"optimizer": "adam"}, {"weight_decay": 0.1}),
        ({"optimizer": "adagrad"}, {"weight_decay": 0.1}),
        ({"optimizer": "adam"}, {"loss": "cross_entropy"}),
    ],
    ids=str,
)
def test_the_optimizer_and_the_loss_can_be_changed_while_training(before, after):
    run = trained(project(CIRCLE, **before))
    learned, state = weights(run), moments(run)
    run.apply(run.project.with_training(**after))
    assert same(learned, weights(run), "n2", "n3", "n4")
    if "optimizer" not in after:
        kept = moments(run)
        for name, items in state.items():
            assert all(torch.equal(kept[name][key], item) for key, item in items.items()), name
    for _ in range(20):
        run.step()
    assert all(tensor.isfinite().all() for tensor in weights(run).values())


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop", "adagrad"])
def test_undo_of_other_first_weights_goes_on_with_the_bits_of_a_run_without_them(optimizer):
    made = project(CIRCLE, optimizer=optimizer, learning_rate=0.01, seed=4)
    edited, straight = trained(made), trained(made)
    before, state = weights(edited), moments(edited)
    assert edit(edited, n3_first_weights="he").fresh == ("n3",)
    assert not same(before, weights(edited), "n3")
    rebuilt = edited.apply(made)
    assert rebuilt.fresh == () and rebuilt.untrained == ()
    assert same(before, weights(edited), "n2", "n3", "n4") and same(state, moments(edited), "n2", "n3", "n4")
    for _ in range(30):
        edited.step()
        straight.step()
    assert edited.weights_sha256() == straight.weights_sha256()


def test_redo_of_other_first_weights_brings_back_what_was_learnt_from_them():
    run = trained()
    first, state = weights(run), moments(run)
    edit(run, n3_first_weights="he")
    for _ in range(3):
        run.step()
    second, second_state = weights(run), moments(run)
    edit(run, n3_first_weights="pytorch")
    assert same(first, weights(run), "n3") and same(state, moments(run), "n3")
    assert same(second, weights(run), "n2", "n4")
    assert edit(run, n3_first_weights="he").fresh == ()
    assert same(second, weights(run), "n2", "n3", "n4") and same(second_state, moments(run), "n2", "n3", "n4")
    assert edit(run, n3_first_weights="zeros").fresh == ("n3",)
    run.step()


def test_a_deleted_layer_comes_back_with_its_moments_unless_the_optimizer_is_another():
    graph = chain("features", *[("dense", {"units": 4})] * 3, ("dense", {"units": 1}), "value")
    made = project(graph, optimizer="adam")
    run = trained(made)
    state = moments(run)
    run.apply(made.with_graph(heal(made.graph, "n3")))
    run.apply(made)
    assert same(state, moments(run), "n2", "n3", "n4", "n5")
    run.apply(made.with_graph(heal(made.graph, "n3")))
    run.apply(run.project.with_training(optimizer="sgd", optimizer_params=Values({"momentum": 0.9, "nesterov": False})))
    run.apply(run.project.with_graph(made.graph))
    assert moments(run)["n3.weight"] == {}
    run.step()


def test_beyond_the_budget_moments_go_before_weights(monkeypatch):
    graph = chain("features", *[("dense", {"units": 2})] * 3, ("dense", {"units": 1}), "value")
    made = project(graph, optimizer="adam")
    run = trained(made)
    before = weights(run)
    monkeypatch.setattr(attic, "KEPT_BYTES", 50)  # weights and biases of this layer have 24 bytes
    run.apply(made.with_graph(heal(made.graph, "n3")))
    assert run.apply(made).fresh == ()
    assert same(before, weights(run), "n3") and "exp_avg" not in moments(run)["n3.weight"]


def test_an_edit_in_the_middle_of_an_epoch_does_not_change_which_samples_are_left():
    run, plain = trained(steps=3), trained(steps=3)
    edit(run, n2_units=6)
    assert torch.equal(run.batches.state()["rest"], plain.batches.state()["rest"])
    assert run.progress.batch == 3 and run.progress.epoch == 1


def test_an_edit_during_the_evaluation_evaluates_the_new_network_from_its_start(monkeypatch):
    monkeypatch.setattr(evaluation, "LARGEST_CHUNK", 7)
    run = trained(steps=0)
    while not run.evaluating:
        run.step()
    run.step()
    edit(run, n2_activation="relu")
    events: list[Event] = []
    while run.evaluating:
        events += run.step()
    (done,) = events
    with torch.no_grad():
        output = run.network(torch.from_numpy(run.data.test.x))
        target = run.objective.targets(run.data.test)
        assert done.test_loss == pytest.approx(run.objective.loss(output, target).item())


def test_batch_normalisation_added_before_a_single_last_sample_still_ends_the_epoch():
    """One sample alone cannot be normalised, so it is left out; its epoch must not vanish with it."""
    run = trained(project(CIRCLE, batch_size=10), steps=10, data=points(101))
    assert run.batches.left == 1
    graph, new = added(run.project.graph, "batch_norm")
    run.apply(run.project.with_graph(graph.insert(new, graph.incoming("n3")[0])))
    events: list[Event] = []
    while run.epoch_running:
        events += run.step()
    assert [type(event) for event in events] == [EpochDone]
    assert events[0].epoch == 1


def test_a_last_batch_of_one_sample_is_left_out_where_it_cannot_be_normalised():
    graph, new = added(CIRCLE, "batch_norm")
    made = project(graph.insert(new, graph.incoming("n3")[0]), batch_size=10)
    run, sizes = Session(made, points(101)), []
    while not sizes or run.epoch_running:
        sizes += [event.samples for event in run.step() if isinstance(event, BatchDone)]
    assert sizes == [10] * 10


# -- edits that cannot be taken ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [4, 5])
def test_a_graph_with_a_problem_leaves_everything_as_it_was(seed):
    """Also where the seed changes with it, which would start the run anew."""
    run = trained()
    before, network, first = weights(run), run.network, run.project
    broken = run.project.with_graph(run.project.graph.remove("n3")).with_training(seed=seed)
    with pytest.raises(CompileError) as caught:
        run.apply(broken)
    assert_sentence(caught.value)
    assert run.project == first and run.network is network
    assert same(before, weights(run), "n2", "n3", "n4")
    run.step()
    assert run.apply(first.with_training(learning_rate=0.02)) is None


def test_a_new_seed_starts_the_run_anew():
    run = trained()
    rebuilt = run.apply(run.project.with_training(seed=9))
    assert rebuilt.kept == () and set(rebuilt.fresh) >= {"n2", "n3", "n4"}
    assert run.weights_sha256() == Session(run.project, points()).weights_sha256()
    assert run.progress.epoch == 0 and not run.epoch_running


def test_new_data_start_the_run_anew():
    run = trained()
    other = points(seed=99)
    run.apply(run.project.with_data(seed=99), other)
    assert run.data is other and run.progress.epoch == 0
    assert run.weights_sha256() == Session(ADAM, points()).weights_sha256()
    while run.progress.epoch < 1 or run.epoch_running:
        run.step()
    fresh = Session(run.project, other)
    while fresh.progress.epoch < 1 or fresh.epoch_running:
        fresh.step()
    assert run.weights_sha256() == fresh.weights_sha256()


# -- the run itself ------------------------------------------------------------------------------------------


def test_a_loss_that_is_no_number_pauses_with_a_reason():
    made = project(
        chain("features", ("dense", {"units": 8}), ("dense", {"units": 1}), "value"), "plane", learning_rate=100.0
    )
    run = Session(made, numbers())
    events: list[Event] = []
    for _ in range(200):
        events += run.step()
        if any(isinstance(event, Paused) for event in events):
            break
    assert events[-1] == Paused(NOT_A_NUMBER)
    assert not math.isfinite(events[-2].loss)
    assert_sentence(NOT_A_NUMBER)
    run.apply(run.project.with_training(learning_rate=0.001))
    run.rewind()
    (event,) = run.step()
    assert math.isfinite(event.loss)


def test_a_run_is_finished_after_its_epochs_and_can_go_on():
    run = Session(ADAM.with_training(epochs=2), points())
    done = []
    while not run.finished:
        done += [event for event in run.step() if isinstance(event, EpochDone)]
    assert [event.epoch for event in done] == [1, 2]
    run.apply(run.project.with_training(epochs=3))
    assert not run.finished
    while not run.finished:
        done += [event for event in run.step() if isinstance(event, EpochDone)]
    assert done[-1].epoch == 3


def test_a_network_without_weights_runs_too():
    run = Session(project(chain("features", "value"), "plane", optimizer="adam"), points())
    while run.progress.epoch < 1 or run.epoch_running:
        run.step()
    assert weights(run) == {}
    graph, new = added(run.project.graph, ("dense", {"units": 1}))
    assert run.apply(run.project.with_graph(graph.insert(new, graph.edges[0]))).fresh == (new,)
    run.step()


def test_data_without_test_samples_are_evaluated_to_no_number():
    run = Session(ADAM, points(test=0))
    events: list[Event] = []
    while run.progress.epoch < 1 or run.epoch_running:
        events += run.step()
    assert math.isnan(events[-1].test_loss) and math.isnan(events[-1].test_accuracy)


def test_the_network_is_left_in_training_mode_by_an_evaluation():
    run = trained(CNN, 0, pictures())
    while run.progress.epoch < 1 or run.epoch_running:
        run.step()
    assert run.network.training and all(module.training for module in run.network.modules())


def test_a_new_layer_with_the_id_of_one_that_was_undone_starts_fresh():
    made = project(chain("features", ("dense", {"units": 2}), ("dense", {"units": 2}), "value"))
    run = trained(made)

    def with_one_more():
        graph, node = added(made.graph, ("dense", {"units": 2}))
        return made.with_graph(graph.insert(node, made.graph.incoming("n3")[0])), node

    longer, node = with_one_more()
    run.apply(longer)
    for _ in range(5):
        run.step()
    learned = weights(run)[f"{node}.weight"]
    run.apply(made)
    again, same_id = with_one_more()
    assert same_id == node
    # A new edit begins: nothing that was undone comes back from here on.
    run.attic.forget_after(made.graph.last_id)
    assert node in run.apply(again).fresh
    assert not torch.equal(learned, weights(run)[f"{node}.weight"])
