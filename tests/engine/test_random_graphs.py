"""Random networks against PyTorch: what is inferred is what comes out, and what is refused cannot run."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import torch
from torch import Tensor

from playground.catalog.activations import ACTIVATIONS
from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import Graph
from playground.document.params import Values
from playground.document.project import from_json, to_json
from playground.document.shapes import Problem, active_nodes, infer, parameter_counts, problems
from playground.engine.compiler import CompileError, build
from tests.networks import CIRCLE, LAYERS, assert_sentence, fuzzed, project
from tests.random_graphs import cheap, near_miss, permuted, random_graph

# PyTorch says that an even window with same padding is slower.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

PART = 50

# Refused although PyTorch would compute something, each for a reason of its own.
NAMED = {
    "flat input": "needs a flat input",
    "equal shapes": "Add needs equal shapes",
    "not connected": "Nothing reaches the output|needs an input|needs 2 inputs",
    "memory": "fit into memory",
    "no feature": "uses no feature",
}


def samples(graph: Graph, count: int = 3) -> Tensor:
    """A batch for the Input of a graph."""
    node = next(node for node in graph.nodes if LAYERS[node.kind].category == "input")
    generator = torch.Generator().manual_seed(0)
    if node.kind == "features":
        return torch.rand(count, 2, generator=generator)
    shape = (node.params["channels"], node.params["height"], node.params["width"])
    return torch.rand(count, *shape, generator=generator)


def naive(graph: Graph, batch: Tensor, seed: int) -> dict[str, Tensor]:
    """Builds and runs a network node by node as a script would, knowing nothing but what each layer builds.

    Shapes are those of the tensors that arrive. Raises whatever PyTorch raises.
    """
    ends = {
        category: [node.id for node in graph.nodes if LAYERS[node.kind].category == category]
        for category in ("input", "output")
    }
    torch.manual_seed(seed)
    values: dict[str, Tensor] = {}
    for node_id in graph.between(ends["input"], ends["output"]):
        node = graph.node(node_id)
        wires = sorted(graph.incoming(node_id), key=lambda edge: edge.port)
        inputs = [values[edge.source] for edge in wires if edge.source in values]
        run = LAYERS[node.kind].build(torch, tuple(tuple(value.shape[1:]) for value in inputs), node.params)
        if isinstance(run, torch.nn.Module):
            run.eval()
        value = run(*(inputs or [batch]))
        activation = node.params.get("activation", "none")
        if activation != "none":
            entry = ACTIVATIONS[activation]
            value = entry.build(torch, Values({param.name: param.default for param in entry.params}))(value)
        values[node_id] = value
    return values


def assert_as_inferred(graph: Graph, found: dict, seed: int) -> None:
    """Shapes, counts and values of the compiled network are those of the naive one and those inferred."""
    network = build(graph, LAYERS, seed).eval()
    batch = samples(graph)
    with torch.no_grad():
        traced = network.trace(batch)
        expected = naive(graph, batch, seed)
        output = network(batch)
        skipped = network(network.start(batch), network.prefix)
    assert set(traced) == set(expected) == set(active_nodes(graph, LAYERS)), f"seed {seed}"
    for node, (_, after) in traced.items():
        assert tuple(after.shape) == (3, *found[node]), f"seed {seed}: {node} {graph.node(node)}"
        assert torch.equal(after, expected[node]) or after.isnan().any(), f"seed {seed}: {node} {graph.node(node)}"
    last = network.operations[-1].node
    assert LAYERS[graph.node(last).kind].category == "output"
    assert torch.equal(output, traced[last][1]) or output.isnan().any(), f"seed {seed}"
    assert torch.equal(output, skipped) or output.isnan().any(), f"seed {seed}: prefix {network.prefix}"
    counted = sum(parameter_counts(graph, LAYERS, found).values())
    assert counted == sum(parameter.numel() for parameter in network.parameters()), f"seed {seed}"


@pytest.mark.parametrize("part", fuzzed(6))
def test_every_inferred_shape_of_a_random_network_is_that_of_pytorch(part):
    """300 valid networks in six parts, over all layers."""
    kinds: Counter[str] = Counter()
    for seed in range(part * PART, (part + 1) * PART):
        graph = random_graph(seed)
        found = infer(graph, LAYERS)
        assert problems(found) == (), f"seed {seed}"
        assert infer(permuted(seed, graph), LAYERS) == found, f"seed {seed}"
        text = to_json(project(CIRCLE).with_graph(graph))
        assert to_json(from_json(text, CATALOGUE)) == text, f"seed {seed}"
        assert_as_inferred(graph, found, seed)
        kinds.update(graph.node(node).kind for node in active_nodes(graph, LAYERS))
    assert set(LAYERS) - set(kinds) <= {"reshape", "linear"}, f"part {part} never used {set(LAYERS) - set(kinds)}"


@pytest.mark.parametrize("part", fuzzed(12))
def test_every_network_refused_cannot_run_in_pytorch_either_or_has_a_named_reason(part):
    """600 near-misses in twelve parts: accepted ones run as inferred, refused ones raise or are in the list."""
    outcomes: Counter[str] = Counter()
    for seed in range(part * PART, (part + 1) * PART):
        graph = near_miss(seed)
        found = infer(graph, LAYERS)
        refused = problems(found)
        for problem in refused:
            assert_sentence(problem.message)
        if not cheap(graph, found):
            outcomes["too large to try"] += 1
        elif not refused:
            assert_as_inferred(graph, found, seed)
            outcomes["accepted"] += 1
        else:
            outcomes[_refused(graph, refused, seed)] += 1
    assert outcomes["too large to try"] < PART // 5, f"part {part}: {outcomes}"
    assert outcomes["accepted"] > 5 and outcomes["raises"] > 1, f"part {part}: {outcomes}"


def _refused(graph: Graph, refused: tuple[Problem, ...], seed: int) -> str:
    """Why a refused network is rightly refused."""
    with pytest.raises(CompileError) as caught:
        build(graph, LAYERS, seed)
    assert str(caught.value) in {problem.message for problem in refused}
    for problem in refused:
        for reason, pattern in NAMED.items():
            if re.search(pattern, problem.message):
                return reason
    try:
        with torch.no_grad():
            naive(graph, samples(graph), seed)
    except (RuntimeError, TypeError, ValueError, IndexError):
        return "raises"
    raise AssertionError(f"seed {seed} runs although it is refused: {refused}")
