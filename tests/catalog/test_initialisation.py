"""First weights: each choice draws what its formula says, the default what PyTorch does."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from playground.catalog.initialisation import FIRST_WEIGHTS, INITIALISATIONS, first_weights, formula_of
from tests.networks import LAYERS, values

SHAPES = {"dense": (400,), "conv2d": (10, 12, 12)}


def built(kind: str, choice: str, seed: int = 3, **params):
    torch.manual_seed(seed)
    size = {"units": 300} if kind == "dense" else {"filters": 80, "kernel": 5}
    return LAYERS[kind].build(torch, (SHAPES[kind],), values(kind, first_weights=choice, **size, **params))


def plain(kind: str):
    return nn.Linear(400, 300) if kind == "dense" else nn.Conv2d(10, 80, 5)


each = pytest.mark.parametrize("kind", ["dense", "conv2d"])


@each
def test_the_default_is_what_pytorch_does_to_the_bit(kind):
    made = built(kind, "pytorch")
    torch.manual_seed(3)
    other = plain(kind)
    assert torch.equal(made.weight, other.weight) and torch.equal(made.bias, other.bias)


@pytest.mark.row("H07")
@each
@pytest.mark.parametrize("choice", INITIALISATIONS)
def test_a_named_choice_draws_what_its_formula_says(kind, choice):
    made = built(kind, choice)
    weight = made.weight.detach()
    receptive = weight[0, 0].numel()
    n, m = weight.shape[1] * receptive, weight.shape[0] * receptive
    spread = {"zeros": 0.0, "uniform": 0.05 / math.sqrt(3), "normal": 0.05,
              "xavier": math.sqrt(2 / (n + m)), "he": math.sqrt(2 / n)}[choice]  # fmt: skip
    assert weight.std().item() == pytest.approx(spread, rel=0.02)
    assert abs(weight.mean().item()) <= 4 * spread / math.sqrt(weight.numel())
    bound = {"uniform": 0.05, "xavier": math.sqrt(6 / (n + m))}.get(choice)
    if bound:
        assert 0.99 * bound < weight.abs().max() <= bound * (1 + 1e-6)
    assert made.bias.count_nonzero() == 0


@each
@pytest.mark.parametrize("choice", INITIALISATIONS)
def test_a_named_choice_is_what_a_script_would_write(kind, choice):
    """PyTorch draws its own first, then the function of torch.nn.init over it, from the same generator."""
    made = built(kind, choice)
    after = torch.rand(1)
    torch.manual_seed(3)
    scope = {"layer": plain(kind), "nn": nn, "torch": torch}
    for statement in LAYERS[kind].setup((SHAPES[kind],), values(kind, first_weights=choice)):
        exec(statement.replace("{}", "layer"), scope)
    assert torch.equal(made.weight, scope["layer"].weight) and torch.equal(made.bias, scope["layer"].bias)
    assert torch.equal(torch.rand(1), after)


@each
def test_every_choice_is_told_by_its_formula(kind):
    assert [name for name, _ in FIRST_WEIGHTS.options] == ["pytorch", *INITIALISATIONS]
    for name, label in FIRST_WEIGHTS.options:
        assert formula_of(name) in FIRST_WEIGHTS.help and label in FIRST_WEIGHTS.help
    assert FIRST_WEIGHTS in LAYERS[kind].params
    assert built(kind, "he", bias=False).bias is None


def test_only_another_choice_starts_a_layer_anew():
    assert first_weights(values("dense")) != first_weights(values("dense", first_weights="he"))
    assert first_weights(values("dense", units=3, first_weights="he")) == first_weights(
        values("dense", first_weights="he")
    )
    assert first_weights(values("relu")) == first_weights(values("dense"))
