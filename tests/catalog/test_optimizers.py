"""Every optimizer against its formula, one weight at a time and in double precision."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch

from playground.catalog.optimizers import OPTIMIZERS
from playground.document.params import Flag, ParamError, check_all
from tests.networks import assert_sentence

Step = Callable[[float, float], float]


def sgd(rate: float, decay: float, momentum: float = 0.0, nesterov: bool = False) -> Step:
    """w − λ·g, or with momentum μ: v ← μ·v + g, w − λ·v; Nesterov: w − λ·(g + μ·v)."""
    velocity = 0.0

    def step(w: float, g: float) -> float:
        nonlocal velocity
        g += decay * w
        velocity = momentum * velocity + g
        return w - rate * (g + momentum * velocity if nesterov else velocity)

    return step


def adagrad(rate: float, decay: float) -> Step:
    """w − λ·g / (√Σg² + ε)."""
    total = 0.0

    def step(w: float, g: float) -> float:
        nonlocal total
        g += decay * w
        total += g * g
        return w - rate * g / (math.sqrt(total) + 1e-10)

    return step


def rmsprop(rate: float, decay: float, alpha: float = 0.99, momentum: float = 0.0) -> Step:
    """m ← α·m + (1 − α)·g²; b ← μ·b + g / (√m + ε); w − λ·b."""
    mean, velocity = 0.0, 0.0

    def step(w: float, g: float) -> float:
        nonlocal mean, velocity
        g += decay * w
        mean = alpha * mean + (1 - alpha) * g * g
        velocity = momentum * velocity + g / (math.sqrt(mean) + 1e-8)
        return w - rate * velocity

    return step


def adam(rate: float, decay: float, beta1: float = 0.9, beta2: float = 0.999, decoupled: bool = False) -> Step:
    """m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², both corrected for their start at zero; w − λ·m̂ / (√v̂ + ε).

    AdamW takes λ·decay·w from the weight instead of adding decay·w to the gradient.
    """
    first, second, number = 0.0, 0.0, 0

    def step(w: float, g: float) -> float:
        nonlocal first, second, number
        number += 1
        if decoupled:
            w -= rate * decay * w
        else:
            g += decay * w
        first = beta1 * first + (1 - beta1) * g
        second = beta2 * second + (1 - beta2) * g * g
        corrected = first / (1 - beta1**number)
        return w - rate * corrected / (math.sqrt(second / (1 - beta2**number)) + 1e-8)

    return step


FORMULAS: dict[str, tuple[Callable[..., Step], tuple[dict[str, Any], ...]]] = {
    "sgd": (
        sgd,
        ({}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"momentum": 0.999}, {"nesterov": True}),
    ),
    "adagrad": (adagrad, ({},)),
    "rmsprop": (rmsprop, ({}, {"alpha": 0.5}, {"alpha": 0.0}, {"momentum": 0.9}, {"alpha": 0.9999, "momentum": 0.5})),
    "adam": (adam, ({}, {"beta1": 0.0}, {"beta1": 0.5, "beta2": 0.9}, {"beta1": 0.9999, "beta2": 0.99999})),
    "adamw": (
        lambda rate, decay, **params: adam(rate, decay, decoupled=True, **params),
        ({}, {"beta1": 0.0, "beta2": 0.0}, {"beta1": 0.5, "beta2": 0.9}),
    ),
}
CASES = [
    pytest.param(name, params, decay, id=f"{name}-{params}-{decay}")
    for name, (_, settings) in FORMULAS.items()
    for params in settings
    for decay in (0.0, 0.01, 1.5)
]


def test_every_optimizer_has_a_formula_here():
    assert set(FORMULAS) == set(OPTIMIZERS)


@pytest.mark.parametrize(("name", "params", "decay"), CASES)
def test_the_steps_of_an_optimizer_are_those_of_its_formula(name, params, decay):
    """Seven steps down w⁴/4 + w from three weights."""
    entry = OPTIMIZERS[name]
    values = check_all(entry.params, params, entry.label)
    start = (1.5, -0.25, 0.0)
    weights = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    optimizer = entry.build(torch.optim, [weights], values, 0.05, decay)
    formulas = [FORMULAS[name][0](0.05, decay, **params) for _ in start]
    expected = list(start)
    for number in range(7):
        weights.grad = weights.detach() ** 3 + 1
        expected = [step(w, w**3 + 1) for step, w in zip(formulas, expected, strict=True)]
        optimizer.step()
        assert weights.tolist() == pytest.approx(expected, rel=1e-9, abs=1e-12), f"step {number + 1}"


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_rate_can_be_changed_between_steps(name):
    """As the window does while training: no new optimizer, no lost momentum."""
    entry = OPTIMIZERS[name]
    weight = torch.nn.Parameter(torch.ones(1, dtype=torch.float64))
    optimizer = entry.build(torch.optim, [weight], check_all(entry.params, {}, name), 0.1, 0.0)
    step = FORMULAS[name][0](0.1, 0.0)
    weight.grad = torch.ones_like(weight)
    optimizer.step()
    expected = step(1.0, 1.0)
    # The same formula at half the rate: the second step, taken at the old one, is halved.
    whole = step(expected, 1.0) - expected
    for group in optimizer.param_groups:
        group["lr"] = 0.05
    optimizer.step()
    assert weight.item() == pytest.approx(expected + whole / 2, rel=1e-9)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_explains_itself_and_its_parameters(name):
    entry = OPTIMIZERS[name]
    assert entry.name == name and entry.label
    assert_sentence(entry.help)
    for param in entry.params:
        assert_sentence(param.help)
        assert param.check(param.default) == param.default
        bad = (1, 0, "yes", None) if isinstance(param, Flag) else (-0.1, 1.0, float("nan"), True, "0.9", None)
        for value in bad:
            with pytest.raises(ParamError) as caught:
                param.check(value)
            assert_sentence(caught.value)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_parameters_at_their_bounds_make_an_optimizer_that_steps(name):
    entry = OPTIMIZERS[name]
    settings = [{}]
    for param in entry.params:
        extremes = (True, False) if isinstance(param, Flag) else (param.minimum, param.maximum)
        settings = [{**setting, param.name: value} for setting in settings for value in extremes]
    for setting in settings:
        weight = torch.nn.Parameter(torch.ones(3))
        optimizer = entry.build(torch.optim, [weight], check_all(entry.params, setting, name), 100.0, 10.0)
        for _ in range(3):
            weight.grad = torch.ones(3)
            optimizer.step()
        assert not torch.equal(weight, torch.ones(3))
