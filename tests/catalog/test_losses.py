"""Every objective, that is every kind of output with every loss, against formulas in double precision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from playground.catalog.dataset import Samples
from playground.catalog.losses import LOSSES
from playground.engine.objective import objective
from tests.networks import NUMBERS, PICTURES, POINTS, assert_sentence

Array = np.ndarray
FOUR = replace(PICTURES, class_names=("a", "b", "c", "d"))


def softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def one_hot(y: Array, classes: int) -> Array:
    return np.eye(classes)[y]


def entropy_of_classes(z: Array, y: Array) -> tuple[float, Array]:
    """−mean log p of the right class; its gradient is (p − t) / n."""
    p, n = softmax(z), len(z)
    return -np.log(p[np.arange(n), y]).mean(), (p - one_hot(y, z.shape[1])) / n


def error_of_classes(z: Array, y: Array) -> tuple[float, Array]:
    """mean (p − t)² over samples and classes; through softmax dL/dz = p · (dL/dp − Σ p · dL/dp)."""
    p, t = softmax(z), one_hot(y, z.shape[1])
    slope = 2 * (p - t) / p.size
    return ((p - t) ** 2).mean(), p * (slope - (slope * p).sum(1, keepdims=True))


def entropy_of_one_unit(z: Array, y: Array) -> tuple[float, Array]:
    """−mean (t log σ + (1 − t) log(1 − σ)); its gradient is (σ − t) / n."""
    p, t = sigmoid(z), y[:, None]
    return -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean(), (p - t) / len(z)


def error_of_one_unit(z: Array, y: Array) -> tuple[float, Array]:
    p, t = sigmoid(z), y[:, None]
    return ((p - t) ** 2).mean(), 2 * (p - t) * p * (1 - p) / len(z)


def error_of_values(z: Array, t: Array) -> tuple[float, Array]:
    return ((z - t) ** 2).mean(), 2 * (z - t) / z.size


def signed(y: Array) -> Array:
    return 2.0 * y[:, None] - 1


# output, units, data set, loss -> formula of the output and the class numbers or values
OBJECTIVES: dict[tuple[str, int, str, str], Callable[[Array, Array], tuple[float, Array]]] = {
    ("classes", 4, "four", "cross_entropy"): entropy_of_classes,
    ("classes", 4, "four", "squared_error"): error_of_classes,
    ("classes", 2, "two", "cross_entropy"): entropy_of_classes,
    ("classes", 2, "two", "squared_error"): error_of_classes,
    ("classes", 1, "two", "cross_entropy"): entropy_of_one_unit,
    ("classes", 1, "two", "squared_error"): error_of_one_unit,
    ("value", 1, "two", "squared_error"): lambda z, y: error_of_values(z, signed(y)),
    ("value", 1, "two", "cross_entropy"): entropy_of_one_unit,
    ("value", 4, "four", "squared_error"): lambda z, y: error_of_values(z, one_hot(y, 4)),
    ("value", 4, "four", "cross_entropy"): entropy_of_classes,
    ("value", 2, "two", "squared_error"): lambda z, y: error_of_values(z, one_hot(y, 2)),
    ("value", 2, "two", "cross_entropy"): entropy_of_classes,
    ("value", 1, "numbers", "squared_error"): error_of_values,
}
SETS = {"four": FOUR, "two": POINTS, "numbers": NUMBERS}


def samples_of(name: str, count: int = 9) -> Samples:
    random = np.random.default_rng(4)
    if name == "numbers":
        return Samples(np.zeros((count, 2), np.float32), random.normal(size=(count, 1)).astype(np.float32))
    return Samples(np.zeros((count, 2), np.float32), random.integers(0, len(SETS[name].class_names), count))


def outputs_of(units: int, count: int = 9) -> Array:
    return np.random.default_rng(5).normal(scale=2, size=(count, units))


def test_every_loss_is_held_against_a_formula_with_the_output_it_fits_and_with_the_other():
    assert {(output, loss) for output, _, _, loss in OBJECTIVES} == {
        (output, loss) for output in ("classes", "value") for loss in LOSSES
    }
    assert {loss.fits for loss in LOSSES.values()} == {"classes", "value"}


@pytest.mark.parametrize("case", OBJECTIVES, ids=lambda case: "-".join(map(str, case)))
def test_a_loss_and_its_gradient_are_those_of_the_formula(case):
    output, units, name, loss = case
    made = objective(output, units, SETS[name], loss)
    samples, z = samples_of(name), outputs_of(units)
    target = made.targets(samples)
    given = torch.tensor(z, requires_grad=True)
    value = made.loss(given, target.double() if target.is_floating_point() else target)
    value.backward()
    expected, gradient = OBJECTIVES[case](z, samples.y)
    assert value.item() == pytest.approx(expected, rel=1e-12)
    assert given.grad.numpy() == pytest.approx(gradient, rel=1e-9, abs=1e-15)
    assert torch.autograd.gradcheck(
        lambda x: made.loss(x, target.double() if target.is_floating_point() else target), given
    )


@pytest.mark.parametrize("case", OBJECTIVES, ids=lambda case: "-".join(map(str, case)))
def test_accuracy_counts_the_right_class_and_probabilities_add_up_to_one(case):
    output, units, name, loss = case
    made = objective(output, units, SETS[name], loss)
    samples, z = samples_of(name, 60), outputs_of(units, 60)
    if name == "numbers":
        assert made.correct is None and made.probabilities is None
        return
    guessed = (z[:, 0] > 0).astype(int) if units == 1 else z.argmax(1)
    given = torch.tensor(z).float()
    assert int(made.correct(given, made.targets(samples))) == (guessed == samples.y).sum()
    if output == "value":
        assert made.probabilities is None
        return
    shares = made.probabilities(given)
    assert shares.shape == (60, len(SETS[name].class_names))
    assert shares.sum(1).tolist() == pytest.approx([1.0] * 60, abs=1e-6)
    assert shares.argmax(1).tolist() == guessed.tolist()


@pytest.mark.parametrize("case", OBJECTIVES, ids=lambda case: "-".join(map(str, case)))
def test_the_form_names_the_formula_that_direct_calls_may_take(case):
    """What is called "squared_error" or "cross_entropy" must be just that, on the output as it is."""
    output, units, name, loss = case
    made = objective(output, units, SETS[name], loss)
    samples, given = samples_of(name), torch.tensor(outputs_of(units)).float()
    target = made.targets(samples)
    plain = {"squared_error": torch.nn.functional.mse_loss, "cross_entropy": torch.nn.functional.cross_entropy}
    assert made.form in ("", *plain)
    if made.form:
        assert target.dtype == (torch.int64 if made.form == "cross_entropy" else torch.float32)
        assert torch.equal(made.loss(given, target), plain[made.form](given, target))


@pytest.mark.parametrize("scale", [1e4, -1e4])
@pytest.mark.parametrize(
    "case", [case for case in OBJECTIVES if case[3] == "cross_entropy"], ids=lambda case: "-".join(map(str, case))
)
def test_cross_entropy_of_huge_outputs_stays_a_number(case, scale):
    output, units, name, loss = case
    made = objective(output, units, SETS[name], loss)
    given = torch.full((9, units), scale, requires_grad=True)
    value = made.loss(given, made.targets(samples_of(name)))
    value.backward()
    assert value.isfinite() and given.grad.isfinite().all()


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_explains_itself(name):
    entry = LOSSES[name]
    assert entry.name == name and entry.label and entry.formula
    assert_sentence(entry.help)
