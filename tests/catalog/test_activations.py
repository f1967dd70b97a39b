"""Every activation against its formula, written out by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from playground.catalog.activations import ACTIVATIONS
from playground.document.params import Float, Values, defaults
from tests.networks import LAYERS, assert_sentence

# The formula and its derivative for one value and the parameters of the entry.
FORMULAS = {
    "relu": (lambda x, p: max(0.0, x), lambda x, p: float(x > 0)),
    "leaky_relu": (lambda x, p: x if x > 0 else p["slope"] * x, lambda x, p: 1.0 if x > 0 else p["slope"]),
    "elu": (
        lambda x, p: x if x > 0 else p["alpha"] * (math.exp(x) - 1),
        lambda x, p: 1.0 if x > 0 else p["alpha"] * math.exp(x),
    ),
    "gelu": (
        lambda x, p: x * (1 + math.erf(x / math.sqrt(2))) / 2,
        lambda x, p: (1 + math.erf(x / math.sqrt(2))) / 2 + x * math.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    ),
    "sigmoid": (
        lambda x, p: 1 / (1 + math.exp(-x)),
        lambda x, p: math.exp(-x) / (1 + math.exp(-x)) ** 2,
    ),
    "tanh": (lambda x, p: 2 / (1 + math.exp(-2 * x)) - 1, lambda x, p: 1 - math.tanh(x) ** 2),
    "linear": (lambda x, p: x, lambda x, p: 1.0),
}
POINTS = (-20.0, -3.0, -1.0, -0.5, -1e-3, 0.0, 1e-3, 0.5, 1.0, 3.0, 20.0)


def settings(name: str) -> list[Values]:
    """The defaults, and each parameter at its bounds."""
    params = ACTIVATIONS[name].params
    found = [defaults(params)]
    for param in params:
        assert isinstance(param, Float)
        found += [found[0].set(param.name, value) for value in (param.minimum, param.maximum)]
    return found


def test_every_activation_has_a_formula_here():
    assert set(FORMULAS) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_and_its_slope_are_those_of_the_formula(name):
    formula, slope = FORMULAS[name]
    for values in settings(name):
        x = torch.tensor(POINTS, dtype=torch.float64, requires_grad=True)
        y = ACTIVATIONS[name].build(torch, values)(x)
        y.sum().backward()
        assert y.tolist() == pytest.approx([formula(value, values) for value in POINTS], abs=1e-12)
        # At zero PyTorch takes the slope from the left, as the formulas here do.
        assert x.grad.tolist() == pytest.approx([slope(value, values) for value in POINTS], abs=1e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_code_of_an_activation_computes_the_same(name):
    entry = ACTIVATIONS[name]
    x = torch.tensor(POINTS)
    for values in settings(name):
        made = eval(entry.code(values), {"nn": nn})
        assert torch.equal(made(x), entry.build(torch, values)(x))
    assert torch.equal(entry.default(torch)(x), entry.build(torch, defaults(entry.params))(x))
    assert torch.equal(eval(entry.default_code(), {"nn": nn})(x), entry.default(torch)(x))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_a_layer_too_and_explains_itself(name):
    entry, layer = ACTIVATIONS[name], LAYERS[name]
    assert (layer.label, layer.params, layer.category) == (entry.label, entry.params, "activation")
    assert entry.name == name and entry.label and entry.formula
    assert_sentence(entry.help)
    for param in entry.params:
        assert param.check(param.default) == param.default and param.help.endswith(".")


def test_leaky_relu_has_the_slope_of_the_courses_by_default():
    assert defaults(ACTIVATIONS["leaky_relu"].params) == Values({"slope": 0.1})
