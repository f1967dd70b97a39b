"""Parameters in one long tensor train to the same bits as parameters on their own."""

from __future__ import annotations

import copy
import random

import pytest
import torch
from torch.nn import functional

from playground.catalog.catalogue import CATALOGUE
from playground.document.params import check_all
from playground.engine.compiler import build
from playground.engine.eager import EagerOptimizers
from playground.engine.flat import FlatParameters, steps_of
from tests.networks import LAYERS, branched, chain, fuzzed
from tests.random_graphs import random_graph

# PyTorch says that an even window with same padding is slower.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

STEPS = 50
EAGER = EagerOptimizers()
SETTINGS = {
    "sgd": ({}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}),
    "adagrad": ({},),
    "rmsprop": ({}, {"momentum": 0.5}),
    "adam": ({}, {"beta1": 0.5, "beta2": 0.9}),
    "adamw": ({},),
}
CASES = [
    pytest.param(name, params, decay, id=f"{name}-{params}-{decay}")
    for name, settings in SETTINGS.items()
    for params in settings
    for decay in (0.0, 1e-2)
]
# Sizes that leave every kind of gap: 1, 3, 7 and 10 units behind 2 features.
UNEVEN = chain(
    "features", ("dense", {"units": 7, "activation": "tanh"}), ("dense", {"units": 3, "activation": "gelu"}),
    "batch_norm", ("dense", {"units": 1, "bias": False}), ("dense", {"units": 10}), "value",
)  # fmt: skip


def make(name, params, decay, parameters, optim=EAGER):
    """An optimizer as a session makes it; of `torch.optim` it is PyTorch's own."""
    entry = CATALOGUE.optimizers[name]
    return entry.build(optim, parameters, check_all(entry.params, params, entry.label), 0.01, decay)


def test_every_optimizer_is_compared():
    assert set(SETTINGS) == set(CATALOGUE.optimizers)


@pytest.mark.parametrize(("name", "params", "decay"), CASES)
def test_fifty_steps_give_the_same_bits_as_the_plain_optimizer(name, params, decay):
    plain = build(UNEVEN, LAYERS, 3)
    network = copy.deepcopy(plain)
    flat = FlatParameters(network, {})
    fast = make(name, params, decay, flat.blocks)
    slow = make(name, params, decay, list(plain.parameters()), torch.optim)
    generator = torch.Generator().manual_seed(1)
    for step in range(STEPS):
        batch, target = torch.randn(9, 2, generator=generator), torch.randn(9, 10, generator=generator)
        slow.zero_grad()
        functional.mse_loss(plain(batch), target).backward()
        flat.zero_grad()
        functional.mse_loss(network(batch), target).backward()
        for (parameter, value), other in zip(plain.named_parameters(), network.parameters(), strict=True):
            assert torch.equal(value.grad, other.grad), f"gradient of {parameter}, step {step}"
        slow.step()
        fast.step()
        for (parameter, value), other in zip(plain.named_parameters(), network.parameters(), strict=True):
            assert torch.equal(value, other), f"{parameter}, step {step}"
    state = flat.state(fast)
    for parameter, value in plain.named_parameters():
        expected = {key: item for key, item in slow.state[value].items() if item is not None}
        assert state[parameter].keys() == expected.keys()
        for key, item in expected.items():
            assert torch.equal(state[parameter][key], item), f"{key} of {parameter}"


@pytest.mark.parametrize("part", fuzzed(4))
def test_random_networks_give_the_same_bits_as_plain_ones(part):
    """Where a matrix begins decides the last bits of its products: every kind and order of layers, five steps each."""
    for seed in range(part * 10, part * 10 + 10):
        plain = build(random_graph(seed), LAYERS, seed)
        network = copy.deepcopy(plain)
        flat = FlatParameters(network, {})
        if not flat.blocks:
            continue
        fast, slow = make("adam", {}, 0.0, flat.blocks), make("adam", {}, 0.0, list(plain.parameters()), torch.optim)
        kind, shape = plain.operations[0].kind, plain.operations[0].shape
        generator = torch.Generator().manual_seed(seed)
        for step in range(5):
            batch = torch.randn(7, *((2,) if kind == "features" else shape), generator=generator)
            torch.manual_seed(step)
            slow.zero_grad()
            plain(batch).square().mean().backward()
            torch.manual_seed(step)
            flat.zero_grad()
            network(batch).square().mean().backward()
            slow.step()
            fast.step()
        for (parameter, value), other in zip(plain.named_parameters(), network.named_parameters(), strict=True):
            if not value.isnan().any():
                assert torch.equal(value, other[1]), f"seed {seed}: {parameter}"


def test_parameters_are_views_that_begin_where_pytorch_would_put_them():
    network = build(branched(), LAYERS, 1)
    before = {name: value.detach().clone() for name, value in network.named_parameters()}
    flat = FlatParameters(network, {})
    assert len(flat.blocks) == 1
    for name, value in network.named_parameters():
        assert torch.equal(value, before[name])
        assert value.data_ptr() % 64 == 0 and value.grad.data_ptr() % 64 == 0
        assert value.is_contiguous() and value.grad.shape == value.shape
    flat.blocks[0].data.fill_(2.0)
    assert all((value == 2).all() for value in network.parameters())
    flat.blocks[0].grad.fill_(3.0)
    flat.zero_grad()
    assert all((value.grad == 0).all() for value in network.parameters())


def test_the_gaps_between_parameters_stay_zero():
    network = build(UNEVEN, LAYERS, 1)
    flat = FlatParameters(network, {})
    for name, settings in SETTINGS.items():
        optimizer = make(name, settings[-1], 0.1, flat.blocks)
        for _ in range(5):
            flat.zero_grad()
            network(torch.ones(3, 2)).square().mean().backward()
            optimizer.step()
    gaps = torch.ones(len(flat.blocks[0]), dtype=torch.bool)
    for span in flat.spans.values():
        gaps[span.start : span.stop] = False
    assert gaps.any() and (flat.blocks[0][gaps] == 0).all()


def test_the_length_of_the_gradient_is_that_of_all_its_values():
    network = build(UNEVEN, LAYERS, 1)
    flat = FlatParameters(network, {})
    network(torch.ones(4, 2)).sum().backward()
    whole = torch.cat([value.grad.flatten() for value in network.parameters()])
    assert flat.gradient_norm() == pytest.approx(whole.norm().item(), rel=1e-5)


@pytest.mark.parametrize(("name", "params", "decay"), CASES)
def test_an_optimizer_goes_on_from_its_state(name, params, decay):
    """Twenty steps in one go, or ten, the state taken out and put into a new optimizer, and ten more."""
    results = []
    for cut in (False, True):
        network = build(UNEVEN, LAYERS, 3)
        flat = FlatParameters(network, {})
        optimizer = make(name, params, decay, flat.blocks)
        generator = torch.Generator().manual_seed(1)
        for step in range(20):
            if cut and step == 10:
                state = flat.state(optimizer)
                flat = FlatParameters(network, steps_of(state))
                optimizer = make(name, params, decay, flat.blocks)
                flat.load_state(optimizer, state)
            flat.zero_grad()
            network(torch.randn(6, 2, generator=generator)).square().mean().backward()
            optimizer.step()
        results.append([value.detach().clone() for value in network.parameters()])
    for one, other in zip(*results, strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize(("name", "params", "decay"), CASES)
def test_a_layer_that_comes_later_is_treated_as_if_it_were_alone(name, params, decay):
    """Its moments start at zero with its own count of steps; the others go on as if nothing had happened."""
    rng = random.Random(1)
    old, new = torch.nn.Linear(3, 2), torch.nn.Linear(5, 4)
    plain_old, plain_new = copy.deepcopy(old), copy.deepcopy(new)

    class Pair(torch.nn.Module):
        def __init__(self, *modules):
            super().__init__()
            for module_name, module in zip(("old", "new"), modules, strict=False):
                self.add_module(module_name, module)

    def fill(*modules):
        seed = rng.random()
        for module in modules:
            for number, value in enumerate(module.parameters()):
                generator = torch.Generator().manual_seed(int(seed * 1e9) + number)
                gradient = torch.randn(value.shape, generator=generator)
                value.grad = gradient if value.grad is None else value.grad.copy_(gradient)

    network = Pair(old)
    flat = FlatParameters(network, {})
    optimizer = make(name, params, decay, flat.blocks)
    plain = make(name, params, decay, list(plain_old.parameters()), torch.optim)
    later = None
    for step in range(12):
        if step == 5:
            state = flat.state(optimizer)
            network = Pair(old, new)
            flat = FlatParameters(network, steps_of(state))
            optimizer = make(name, params, decay, flat.blocks)
            flat.load_state(optimizer, state)
            later = make(name, params, decay, list(plain_new.parameters()), torch.optim)
        fill(old, plain_old)
        plain.step()
        if later is not None:
            fill(new, plain_new)
            later.step()
        optimizer.step()
    for module, other in ((old, plain_old), (new, plain_new)):
        for value, expected in zip(module.parameters(), other.parameters(), strict=True):
            assert torch.equal(value, expected)


def test_momentum_switched_on_later_starts_at_zero():
    """RMSprop would look in vain for a momentum that it did not keep from the start."""
    for name in ("rmsprop", "sgd"):
        network = build(UNEVEN, LAYERS, 3)
        flat = FlatParameters(network, {})
        optimizer = make(name, {}, 0.0, flat.blocks)
        for params in ({}, {"momentum": 0.9}, {}, {"momentum": 0.5}):
            state = flat.state(optimizer)
            flat = FlatParameters(network, steps_of(state))
            optimizer = make(name, params, 0.0, flat.blocks)
            flat.load_state(optimizer, state)
            network(torch.ones(3, 2)).square().mean().backward()
            optimizer.step()
        assert all(value.isfinite().all() for value in network.parameters())
