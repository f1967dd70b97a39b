"""From the graph to PyTorch: names, order, first weights and what is carried over."""

from __future__ import annotations

import hashlib

import pytest
import torch
from torch import nn

from playground.document.graph import Graph
from playground.engine.compiler import CompileError, build, carry_weights, node_seed
from tests.networks import CIRCLE, DIGITS_MLP, LAYERS, SMALL_CNN, added, assert_sentence, branched, chain


def state(network: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def test_first_weights_are_those_of_a_script_with_the_same_seed():
    network = build(SMALL_CNN, LAYERS, 11)
    torch.manual_seed(11)
    script = [nn.Conv2d(2, 4, 3, padding=1), nn.Conv2d(4, 3, 3), nn.Linear(36, 3)]
    for module, node in zip(script, ("n2", "n4", "n8"), strict=True):
        for name, value in module.named_parameters():
            assert torch.equal(network.state_dict()[f"{node}.{name}"], value)
    assert torch.equal(torch.get_rng_state(), torch.get_rng_state())


def test_dropout_goes_on_from_where_the_first_weights_ended():
    build(SMALL_CNN, LAYERS, 11)
    drawn = torch.rand(3)
    torch.manual_seed(11)
    nn.Conv2d(2, 4, 3), nn.Conv2d(4, 3, 3), nn.Linear(36, 3)
    assert torch.equal(drawn, torch.rand(3))


def test_layers_are_built_in_the_order_of_the_wires_not_of_creation():
    graph, output = added(Graph(), "value")
    graph, last = added(graph, ("dense", {"units": 1}))
    graph, first = added(graph, ("dense", {"units": 3}))
    graph, points = added(graph, "features")
    graph = graph.connect(points, first).connect(first, last).connect(last, output)
    network = build(graph, LAYERS, 5)
    assert [operation.node for operation in network.operations] == [points, first, last, output]
    torch.manual_seed(5)
    assert torch.equal(network.state_dict()[f"{first}.weight"], nn.Linear(2, 3).weight)
    assert [name for name, _ in network.named_parameters()] == [
        f"{first}.weight",
        f"{first}.bias",
        f"{last}.weight",
        f"{last}.bias",
    ]


def test_layers_beside_the_path_are_neither_built_nor_draw():
    graph, _ = added(CIRCLE, "dense", "n2")
    graph, _ = added(graph, "conv2d")
    one, other = build(CIRCLE, LAYERS, 3), build(graph, LAYERS, 3)
    assert state(one).keys() == state(other).keys()
    assert all(torch.equal(value, state(other)[name]) for name, value in state(one).items())


def test_names_and_places_do_not_decide_anything():
    graph = CIRCLE.move("n3", 9, 9).rename("n2", "eyes")
    one, other = build(CIRCLE, LAYERS, 3), build(graph, LAYERS, 3)
    assert all(torch.equal(value, state(other)[name]) for name, value in state(one).items())


def test_layers_that_come_later_draw_from_their_own_seed():
    plain = build(CIRCLE, LAYERS, 3)
    drawn = torch.rand(3)
    for later in (frozenset({"n3"}), frozenset({"n2", "n4"})):
        network = build(CIRCLE, LAYERS, 3, later)
        for node in later:
            size = network.get_submodule(node).weight.shape
            torch.manual_seed(node_seed(3, node))
            assert torch.equal(network.get_submodule(node).weight, nn.Linear(size[1], size[0]).weight)
    build(CIRCLE, LAYERS, 3)
    assert torch.equal(torch.rand(3), drawn)
    network = build(CIRCLE, LAYERS, 3, frozenset({"n4"}))
    assert torch.equal(network.get_submodule("n3").weight, plain.get_submodule("n3").weight)


def test_seeds_of_layers_differ_and_can_be_set_at_their_largest():
    seeds = {node_seed(seed, f"n{number}") for seed in range(50) for number in range(1, 200)}
    assert len(seeds) == 50 * 199
    torch.manual_seed(node_seed(2**31 - 2, "n999999999"))


def test_what_only_rearranges_a_sample_is_computed_once():
    assert build(CIRCLE, LAYERS, 1).prefix == 1
    assert build(DIGITS_MLP, LAYERS, 1).prefix == 2
    assert build(SMALL_CNN, LAYERS, 1).prefix == 1
    chained = chain(
        "image", "flatten", ("reshape", {"height": 14, "width": 14, "channels": 4}), "flatten", "dense", "classes"
    )
    assert build(chained, LAYERS, 1).prefix == 4


def test_what_a_later_layer_still_needs_is_not_cut_off():
    graph, picture = added(Graph(), ("image", {"height": 2, "width": 2}))
    graph, flat = added(graph, "flatten", picture)
    graph, back = added(graph, ("reshape", {"height": 2, "width": 2}), flat)
    graph, again = added(graph, "flatten", back)
    graph, both = added(graph, "concat", again, flat)
    graph, _ = added(graph, "value", both)
    network = build(graph, LAYERS, 1)
    samples = torch.rand(3, 1, 2, 2)
    assert network.prefix == 2
    assert torch.equal(network(network.start(samples), network.prefix), network(samples))
    assert network(samples).shape == (3, 8)


def test_a_trace_holds_values_before_and_after_each_activation():
    network = build(CIRCLE, LAYERS, 1)
    samples = torch.randn(5, 2)
    traced = network.trace(samples)
    assert list(traced) == ["n1", "n2", "n3", "n4", "n5"]
    before, after = traced["n2"]
    assert torch.equal(torch.tanh(before), after)
    assert traced["n5"][0] is traced["n5"][1]
    assert torch.equal(traced["n5"][1], network(samples))


def test_the_work_of_a_network_is_counted_in_multiplications():
    assert build(DIGITS_MLP, LAYERS, 1).multiply_adds == 784 * 16 + 16 * 16 + 16 * 10
    conv = chain(("image", {"height": 8, "width": 8}), ("conv2d", {"filters": 2, "bias": False}), "flatten", "value")
    assert build(conv, LAYERS, 1).multiply_adds == 18 * 36


def test_weights_are_carried_whole_layers_at_a_time():
    old = state(build(branched(), LAYERS, 1))
    new = build(branched(), LAYERS, 2)
    del old["n5.running_var"]
    old["n10.bias"] = torch.zeros(4)
    before = state(new)
    kept = carry_weights(old, new)
    assert kept == ("n2", "n3")
    for name, value in new.state_dict().items():
        expected = old if name.split(".")[0] in kept else before
        assert torch.equal(value, expected[name]), name


def test_what_is_carried_is_a_copy():
    old = state(build(CIRCLE, LAYERS, 1))
    new = build(CIRCLE, LAYERS, 2)
    carry_weights(old, new)
    old["n2.weight"].zero_()
    assert new.get_submodule("n2").weight.count_nonzero() > 0


@pytest.mark.parametrize(
    "graph",
    [Graph(), chain("features", "conv2d", "classes"), CIRCLE.remove("n3"), added(Graph(), "classes")[0]],
    ids=["nothing", "shape", "gap", "no input"],
)
def test_a_graph_with_a_problem_is_not_built(graph):
    drawn = hashlib.sha256(torch.get_rng_state().numpy().tobytes()).hexdigest()
    with pytest.raises(CompileError) as caught:
        build(graph, LAYERS, 1)
    assert_sentence(caught.value)
    assert hashlib.sha256(torch.get_rng_state().numpy().tobytes()).hexdigest() == drawn
