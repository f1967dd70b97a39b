"""Hidden layers and updates, as the courses count them."""

from __future__ import annotations

import pytest

from playground.catalog.counts import hidden_layers, updates_per_epoch
from playground.document.graph import Graph
from tests.networks import CIRCLE, DIGITS_MLP, SMALL_CNN, added, branched, chain, project


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
