"""The drawn activations are those that the network computes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from playground.catalog.activations import ACTIVATIONS
from playground.catalog.curves import CURVES, curve_of
from playground.document.params import Values, defaults
from tests.networks import values

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parents[1] / "data" / "worked_examples.json").read_text("utf-8"))["cases"]
}
X = np.concatenate([np.linspace(-6, 6, 241), [0.0, -800.0, 800.0, 1e-9]])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_curve_and_its_derivative_are_those_of_pytorch(name):
    params = ACTIVATIONS[name].params
    for chosen in (defaults(params), Values({param.name: 0.3 for param in params})):
        x = torch.tensor(X, dtype=torch.float64, requires_grad=True)
        y = ACTIVATIONS[name].build(torch, chosen)(x)
        (slope,) = torch.autograd.grad(y.sum(), x)
        assert np.allclose(CURVES[name].value(X, chosen), y.detach().numpy(), atol=1e-12)
        assert np.allclose(CURVES[name].slope(X, chosen), slope.numpy(), atol=1e-12)


@pytest.mark.parametrize(
    ("case", "name"),
    [
        pytest.param("act_sigmoid", "sigmoid", marks=pytest.mark.row("E01")),
        pytest.param("act_relu", "relu", marks=pytest.mark.row("E03")),
        pytest.param("act_leaky_relu_0.1", "leaky_relu", marks=pytest.mark.row("E04")),
        pytest.param("act_linear", "linear", marks=pytest.mark.row("E07")),
    ],
)
def test_the_curves_go_through_the_values_of_the_course(case, name):
    """With the parameters that a new layer has: a slope of 0.1 and an alpha of 1."""
    found = CASES[case]
    x, chosen = np.array(found["inputs"]["x"], float), defaults(ACTIVATIONS[name].params)
    assert np.allclose(CURVES[name].value(x, chosen), found["expected"]["y"], atol=1e-9)
    assert np.allclose(CURVES[name].slope(x, chosen), found["expected"]["dy"], atol=1e-9)


@pytest.mark.row("E02")
@pytest.mark.row("E06")
def test_tanh_and_elu_are_the_formulas_of_the_course():
    assert np.allclose(CURVES["tanh"].value(X, Values()), 2 / (1 + np.exp(np.clip(-2 * X, -700, 700))) - 1, atol=1e-12)
    below = np.array([-3.0, -1.0, -0.5])
    assert np.allclose(CURVES["elu"].value(below, defaults(ACTIVATIONS["elu"].params)), np.exp(below) - 1)


def test_a_layer_has_the_curve_of_its_own_or_of_its_activation():
    assert curve_of("leaky_relu", values("leaky_relu", slope=0.2)) == ("leaky_relu", values("leaky_relu", slope=0.2))
    assert curve_of("dense", values("dense", activation="tanh")) == ("tanh", Values())
    assert curve_of("dense", values("dense")) is None and curve_of("softmax", Values()) is None
