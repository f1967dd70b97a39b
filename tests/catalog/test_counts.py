"""Hidden layers and updates, as the courses count them."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from playground.catalog.counts import hidden_layers, multiply_adds, updates_per_epoch
from playground.document.graph import Graph
from playground.document.shapes import infer, parameter_counts
from playground.engine.compiler import build
from tests.networks import CIRCLE, DIGITS_MLP, LAYERS, SMALL_CNN, added, branched, chain, project


@pytest.mark.parametrize(
    ("graph", "count"),
    [
        (CIRCLE, 2),
        (DIGITS_MLP, 2),
        (SMALL_CNN, 2),
        (branched(), 2),
        (chain("features", ("dense", {"units": 1}), "value"), 0),
        (chain("features", ("dense", {"units": 2}), "tanh", ("dense", {"units": 1}), "value"), 1),
        (chain("features", "value"), 0),
    ],
)
def test_hidden_layers_are_those_before_the_last_layer_of_neurons(graph: Graph, count: int) -> None:
    assert hidden_layers(graph) == count


def test_layers_beside_the_path_are_not_counted() -> None:
    graph, _ = added(CIRCLE, ("dense", {"units": 3}), "n1")
    assert hidden_layers(graph) == 2


@pytest.mark.parametrize(("samples", "size", "count"), [(250, 10, 25), (250, 11, 23), (10, 250, 1), (0, 10, 0)])
def test_updates_per_epoch_count_the_last_shorter_batch(samples: int, size: int, count: int) -> None:
    assert updates_per_epoch(project(CIRCLE, batch_size=size), samples) == count


def test_batch_normalisation_leaves_a_rest_of_one_out() -> None:
    made = project(chain("features", ("dense", {"units": 2}), "batch_norm", "classes"), batch_size=10)
    assert [updates_per_epoch(made, samples) for samples in (20, 21, 22)] == [2, 2, 3]


ODD_CONV = chain(
    ("image", {"height": 13, "width": 9, "channels": 3}),
    ("conv2d", {"filters": 5, "kernel": 4, "stride": 3, "padding": "custom", "pad": 2, "bias": False}),
    "avg_pool",
    "flatten",
    "value",
)
LONG = chain("features", ("dense", {"units": 7}), "batch_norm", ("dense", {"units": 3, "bias": False}), "classes")


@pytest.mark.parametrize("graph", [CIRCLE, DIGITS_MLP, SMALL_CNN, ODD_CONV, LONG, branched()])
def test_multiply_adds_are_those_that_pytorch_counts(graph: Graph) -> None:
    """PyTorch's counter sees every matrix product and convolution as it runs; it leaves BatchNorm out."""
    found = infer(graph, LAYERS)
    work = multiply_adds(graph, LAYERS, found)
    network = build(graph, LAYERS, 1).eval()
    input_node = graph.nodes[0]
    shape = (2,) if input_node.kind == "features" else found[input_node.id]
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.rand(1, *shape))
    normal = {node.id for node in graph.nodes if node.kind == "batch_norm"}
    # A flop counter takes a multiplication and an addition for two.
    assert sum(count for node, count in work.items() if node not in normal) == counter.get_total_flops() // 2
    for node in normal:
        assert work[node] == torch.Size(found[node]).numel()
    assert network.multiply_adds == sum(work.values())


def test_layers_without_weights_multiply_nothing() -> None:
    graph = branched()
    work = multiply_adds(graph, LAYERS, infer(graph, LAYERS))
    assert {graph.node(node).kind for node, count in work.items() if count == 0} == {
        "image", "add", "max_pool", "avg_pool", "concat", "global_avg_pool", "classes",
    }  # fmt: skip


def test_a_layer_behind_one_that_is_too_large_is_not_counted() -> None:
    large = ("dense", {"units": 100_000})
    graph = chain("features", large, large, ("dense", {"units": 1}), "value")
    found = infer(graph, LAYERS)
    assert list(multiply_adds(graph, LAYERS, found)) == ["n1", "n2", "n5"]
    # How large it would be is what there is to say about it.
    assert parameter_counts(graph, LAYERS, found)["n3"] == 100_000 * 100_000 + 100_000
    assert "n4" not in parameter_counts(graph, LAYERS, found)
