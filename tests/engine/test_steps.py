"""The direct calls for chains of Dense layers give the very bits of autograd."""

from __future__ import annotations

import random

import pytest
import torch

from playground.catalog.activations import ACTIVATIONS
from playground.catalog.catalogue import CATALOGUE
from playground.engine.compiler import Network, build
from playground.engine.flat import FlatParameters
from playground.engine.objective import Objective, objective
from playground.engine.steps import AutogradPass, DensePass, make_pass
from tests.networks import LAYERS, NUMBERS, PICTURES, POINTS, branched, chain, fuzzed
from tests.random_graphs import random_values

PART = 25


def both(network: Network, made: Objective) -> tuple[AutogradPass, DensePass]:
    """The two passes over one network; both leave their gradients in its parameters."""
    flat = FlatParameters(network, {})
    fast = make_pass(network, flat, made)
    assert isinstance(fast, DensePass)
    return AutogradPass(network, flat, made), fast


def assert_same_bits(network: Network, made: Objective, inputs: torch.Tensor, target: torch.Tensor, what: str) -> None:
    results = []
    for run in both(network, made):
        for parameter in network.parameters():
            parameter.grad.fill_(float("nan"))
        loss, output = run(inputs, target)
        assert not loss.requires_grad and not output.requires_grad
        gradients = {name: parameter.grad.clone() for name, parameter in network.named_parameters()}
        results.append({"loss": loss.clone(), "output": output.clone(), **gradients})
    for (name, value), other in zip(results[0].items(), results[1].values(), strict=True):
        assert torch.equal(value, other), f"{what}: {name} differs by {(value - other).abs().max():g}"


def random_chain(rng: random.Random) -> tuple[Network, Objective, int]:
    """Up to five Dense layers of 1 to 50 units, activations as their parameter or as layers of their own."""
    steps: list = [("features", {name: rng.random() < 0.7 for name in ("x", "sin_x", "xy")} | {"y": True})]
    for _ in range(rng.randint(1, 5)):
        activation = rng.choice(["none", *ACTIVATIONS])
        own = rng.random() < 0.5
        units = {"units": rng.choice((1, 2, rng.randint(1, 50))), "bias": rng.random() < 0.7}
        steps.append(("dense", units if own else {**units, "activation": activation}))
        if own and activation != "none":
            steps.append((activation, dict(random_values(rng, activation))))
    output = rng.choice(("classes", "value"))
    graph = chain(*steps, output)
    network = build(graph, LAYERS, rng.randrange(1000))
    units = network.operations[-1].shape[0]
    if output == "value" and units == 1:
        made = objective("value", 1, rng.choice((POINTS, NUMBERS)), "squared_error")
    else:
        made = objective(
            "classes" if units > 1 else "value", units, PICTURES, rng.choice(("cross_entropy", "squared_error"))
        )
        if units > 1:
            made = objective("value", units, PICTURES, rng.choice(("cross_entropy", "squared_error")))
    return network, made, units


def target_for(made: Objective, units: int, count: int, generator: torch.Generator) -> torch.Tensor:
    if made.form == "cross_entropy":
        return torch.randint(0, units, (count,), generator=generator)
    return torch.randn(count, units, generator=generator)


@pytest.mark.parametrize("part", fuzzed(4))
def test_gradients_and_losses_of_random_chains_are_equal_to_the_bit(part):
    """100 chains in four parts, batches of 1 to 70."""
    forms = set()
    for seed in range(part * PART, (part + 1) * PART):
        rng = random.Random(seed)
        network, made, units = random_chain(rng)
        if not made.form:  # one unit with cross-entropy has no direct form
            made = objective("value", 1, NUMBERS, "squared_error")
        forms.add(made.form)
        generator = torch.Generator().manual_seed(seed)
        for count in {1, 2, rng.randint(1, 70), rng.randint(1, 70)}:
            samples = torch.randn(count, 2, generator=generator)
            inputs = network.start(samples).contiguous()
            assert_same_bits(
                network, made, inputs, target_for(made, units, count, generator), f"seed {seed}, batch {count}"
            )
    assert forms == {"squared_error", "cross_entropy"}


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
@pytest.mark.parametrize("count", [1, 2, 8, 32, 64])
def test_the_digits_network_gives_the_same_bits(loss, count):
    """Matrices large enough for the blocked routines, behind a Flatten that is computed once for all samples."""
    graph = chain(
        ("image", {"height": 28}), "flatten", ("dense", {"units": 16, "activation": "relu"}),
        ("dense", {"units": 128, "activation": "gelu"}), ("dense", {"units": 10}),
        "classes" if loss == "cross_entropy" else "value",
    )  # fmt: skip
    network = build(graph, LAYERS, 1)
    made = objective(network.output_kind, 10, CATALOGUE.datasets["digits"], loss)
    assert network.prefix == 2
    generator = torch.Generator().manual_seed(count)
    inputs = network.start(torch.rand(count, 1, 28, 28, generator=generator)).contiguous()
    assert_same_bits(network, made, inputs, target_for(made, 10, count, generator), f"batch {count}")


def test_values_that_are_huge_tiny_or_no_numbers_give_the_same_bits():
    for activation in ACTIVATIONS:
        network = build(
            chain("features", ("dense", {"units": 5, "activation": activation}), ("dense", {"units": 1}), "value"),
            LAYERS,
            1,
        )
        made = objective("value", 1, NUMBERS, "squared_error")
        for value in (0.0, -0.0, 1e-40, 1e30, -1e30):
            inputs = torch.full((3, 2), value)
            results = []
            for run in both(network, made):
                loss, _ = run(inputs, torch.zeros(3, 1))
                results.append(torch.cat([loss.reshape(1), *(value.grad.flatten() for value in network.parameters())]))
            assert torch.equal(*(torch.nan_to_num(result, 7.0) for result in results)), (activation, value)


@pytest.mark.parametrize(
    "graph",
    [
        chain("features", "dense", "softmax", "value"),
        chain("features", "dense", "dropout", "dense", "value"),
        chain("features", "dense", "batch_norm", "dense", "value"),
        chain("features", ("dense", {"activation": "relu"}), "tanh", "value"),
        chain("features", "relu", "dense", "value"),
        chain("features", "relu", "value"),
        chain("features", "value"),
        chain("features", "dense", "add", "value").connect("n2", "n3", 1),
        chain("features", "dense", "concat", "value").connect("n1", "n3", 1),
        chain(("image", {"height": 4, "width": 4}), "conv2d", "flatten", "dense", "value"),
        branched(),
    ],
    ids=lambda graph: "-".join(node.kind for node in graph.nodes[1:-1]) or "nothing",
)
def test_what_is_no_plain_chain_is_left_to_autograd(graph):
    network = build(graph, LAYERS, 1)
    made = objective("value", 1, NUMBERS, "squared_error")
    assert isinstance(make_pass(network, FlatParameters(network, {}), made), AutogradPass)


def test_a_form_that_is_not_known_is_left_to_autograd():
    network = build(chain("features", ("dense", {"units": 1}), "classes"), LAYERS, 1)
    made = objective("classes", 1, POINTS, "cross_entropy")
    assert made.form == ""
    assert isinstance(make_pass(network, FlatParameters(network, {}), made), AutogradPass)


def test_a_network_without_weights_runs_and_changes_nothing():
    network = build(chain("features", "value"), LAYERS, 1)
    made = objective("value", 2, PICTURES, "squared_error")
    flat = FlatParameters(network, {})
    loss, output = make_pass(network, flat, made)(torch.ones(3, 2), torch.zeros(3, 2))
    assert loss.item() == 1 and torch.equal(output, torch.ones(3, 2))
    assert flat.blocks == [] and flat.gradient_norm() == 0


def test_every_activation_of_the_catalogue_has_its_direct_calls_or_is_left_to_autograd_knowingly():
    """A new activation must be thought of: Linear is no call at all, Softmax no activation of Dense."""
    for activation in ACTIVATIONS:
        network = build(chain("features", ("dense", {"activation": activation}), "value"), LAYERS, 1)
        made = objective("value", 8, PICTURES, "squared_error")
        assert isinstance(make_pass(network, FlatParameters(network, {}), made), DensePass), activation


def test_a_gradient_is_that_of_finite_differences():
    """Of the loss of the whole network in double precision, weight by weight."""
    network = build(
        chain("features", ("dense", {"units": 3, "activation": "tanh"}), ("dense", {"units": 2}), "value"), LAYERS, 3
    ).double()
    made = objective("value", 2, POINTS, "cross_entropy")
    fast = make_pass(network, FlatParameters(network, {}), made)
    generator = torch.Generator().manual_seed(1)
    inputs = torch.randn(6, 2, generator=generator, dtype=torch.float64)
    target = torch.randint(0, 2, (6,), generator=generator)
    fast(inputs, target)
    gradients = {name: parameter.grad.clone().flatten() for name, parameter in network.named_parameters()}
    for name, parameter in network.named_parameters():
        weights = parameter.detach().view(-1)
        for number in range(len(weights)):
            value = weights[number].item()
            losses = []
            for step in (1e-6, -1e-6):
                weights[number] = value + step
                losses.append(fast(inputs, target)[0].item())
            weights[number] = value
            expected = (losses[0] - losses[1]) / 2e-6
            assert gradients[name][number].item() == pytest.approx(expected, rel=1e-6, abs=1e-9), name
