"""The two-dimensional sets obey the laws of TensorFlow Playground, with noise and without."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.catalog.dataset import Sources
from playground.catalog.datasets import DATASETS, gauss_regression
from playground.document.params import check_all

MANY = 20_000

Drawn = tuple[NDArray[np.float64], NDArray[np.float64]]


def draw(name: str, noise: float = 0.0, samples: int = MANY, seed: int = 3) -> Drawn:
    """Points (n, 2) and labels (n,), classes coded as −1 and +1."""
    dataset = DATASETS[name]
    values = check_all(dataset.params, {"noise": noise, "samples": samples}, dataset.label)
    found = dataset.load(values, seed, Sources()).samples
    labels = found.y.ravel().astype(np.float64)
    return found.x.astype(np.float64), labels * 2 - 1 if dataset.signed else labels


def uniform(values: NDArray[np.float64], low: float, high: float) -> bool:
    """Whether values look uniform: Kolmogorov–Smirnov, at a level that chance reaches once in a million."""
    ordered = np.sort((values - low) / (high - low))
    steps = np.arange(1, len(ordered) + 1) / len(ordered)
    return bool(np.abs(steps - ordered).max() < 2.7 / np.sqrt(len(ordered)))


@pytest.mark.parametrize("name", ["circle", "xor", "gauss", "spiral"])
def test_classes_are_500_points_by_default_half_of_each(name: str) -> None:
    points, labels = draw(name, samples=DATASETS[name].params[1].default)
    assert len(points) == 500
    assert abs(labels.mean()) < (0.15 if name == "xor" else 1e-9)


@pytest.mark.parametrize("name", ["plane", "gauss_regression"])
def test_values_are_1200_points_by_default(name: str) -> None:
    assert len(draw(name, samples=DATASETS[name].params[1].default)[0]) == 1200


@pytest.mark.parametrize("name", ["circle", "xor", "gauss", "spiral", "plane", "gauss_regression"])
@pytest.mark.parametrize("samples", [10, 11, 501])
def test_any_number_of_points_can_be_had(name: str, samples: int) -> None:
    assert len(draw(name, samples=samples)[0]) == samples


@pytest.mark.parametrize("name", ["circle", "spiral", "gauss", "xor"])
def test_points_come_in_random_order(name: str) -> None:
    labels = draw(name)[1]
    assert abs(np.corrcoef(labels, np.arange(len(labels)))[0, 1]) < 0.04


def test_circle_has_a_disc_and_a_ring_with_uniform_radii_and_angles() -> None:
    points, labels = draw("circle")
    radius = np.hypot(*points.T)
    assert radius[labels > 0].max() < 2.5 and radius[labels < 0].min() >= 3.5 - 1e-6
    assert uniform(radius[labels > 0], 0, 2.5) and uniform(radius[labels < 0], 3.5, 5)
    assert uniform(np.arctan2(points[:, 0], points[:, 1]), -np.pi, np.pi)


def test_noise_of_circle_keeps_the_points_and_changes_labels_by_the_moved_distance() -> None:
    (points, labels), (noisy, changed) = draw("circle"), draw("circle", 0.5)
    assert np.array_equal(noisy, points)
    radius = np.hypot(*points.T)
    # The shift goes up to 2.5 each way, so the middle of the disc flips only in its corners.
    flipped = labels != changed
    assert 0.05 < flipped[radius < 0.3].mean() < 0.3
    rng = np.random.default_rng(0)
    moved = points + rng.uniform(-2.5, 2.5, points.shape)
    expected = np.where(np.hypot(*moved.T) < 2.5, 1, -1) != labels
    for low, high in ((0, 1), (1, 2.5), (3.5, 4.25), (4.25, 5)):
        ring = (radius >= low) & (radius < high)
        assert flipped[ring].mean() == pytest.approx(expected[ring].mean(), abs=0.03)


def test_xor_is_a_padded_square_and_its_label_the_sign_of_the_product() -> None:
    points, labels = draw("xor")
    assert np.abs(points).min() >= 0.3 - 1e-6 and np.abs(points).max() <= 5.3 + 1e-6
    assert uniform(points[:, 0] - 0.3 * np.sign(points[:, 0]), -5, 5)
    assert np.array_equal(labels, np.sign(points[:, 0] * points[:, 1]))


def test_noise_of_xor_flips_labels_near_the_axes_only() -> None:
    (points, labels), (noisy, changed) = draw("xor"), draw("xor", 0.2)
    assert np.array_equal(noisy, points)
    flipped = labels != changed
    # U(±5) · 0.2 moves by 1 at most.
    assert not flipped[np.abs(points).min(axis=1) > 1].any()
    near = (np.abs(points[:, 0]) < 0.5) & (np.abs(points[:, 1]) > 1)
    assert flipped[near].mean() == pytest.approx(0.3, abs=0.06)


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_gauss_has_two_clouds_whose_variance_grows_with_the_noise(noise: float, variance: float) -> None:
    points, labels = draw("gauss", noise)
    for sign in (1, -1):
        cloud = points[labels == sign]
        assert len(cloud) == MANY / 2
        assert cloud.mean(axis=0) == pytest.approx([2 * sign, 2 * sign], abs=0.1)
        assert cloud.var(axis=0) == pytest.approx([variance, variance], rel=0.06)
        assert np.corrcoef(cloud.T)[0, 1] == pytest.approx(0, abs=0.05)


def test_spiral_has_two_arms_of_evenly_spaced_points() -> None:
    points, labels = draw("spiral", samples=500)
    part = np.arange(250) / 250
    for sign, turn in ((1, 0.0), (-1, np.pi)):
        arm = points[labels == sign]
        arm = arm[np.argsort(np.hypot(*arm.T))]
        angle = 1.75 * 2 * np.pi * part + turn
        assert arm == pytest.approx(np.stack([5 * part * np.sin(angle), 5 * part * np.cos(angle)], 1), abs=1e-5)


def test_noise_of_spiral_moves_the_points_and_keeps_the_labels() -> None:
    rng_free, _ = draw("spiral")
    noisy, labels = draw("spiral", 0.4)
    # The same seed shuffles the same way, so rows belong together.
    shift = noisy - rng_free
    assert np.abs(shift).max() <= 0.4 + 1e-6
    assert uniform(shift[:, 0], -0.4, 0.4) and uniform(shift[:, 1], -0.4, 0.4)
    assert np.array_equal(labels, draw("spiral")[1])


def test_plane_is_a_tenth_of_the_sum() -> None:
    points, values = draw("plane")
    assert uniform(points[:, 0], -6, 6) and uniform(points[:, 1], -6, 6)
    assert values == pytest.approx(points.sum(axis=1) / 10, abs=1e-6)


def test_noise_of_plane_moves_the_value_not_the_point() -> None:
    (points, values), (noisy, changed) = draw("plane"), draw("plane", 0.5)
    assert np.array_equal(noisy, points)
    # The sum of two U(±3): variance 2 · 36 / 12 = 6.
    assert (changed - values).var() == pytest.approx(6 / 100, rel=0.05)
    assert np.abs(changed - values).max() <= 0.6


def test_the_bumps_are_where_the_peer_has_them() -> None:
    places = np.array([[-4, 2.5], [0, 2.5], [4, 2.5], [-4, -2.5], [0, -2.5], [4, -2.5], [0, 0], [4, 1.5], [6, 6]])
    expected = [1, -1, 1, -1, 1, -1, 0, 0.5, 0]
    assert gauss_regression.height(places) == pytest.approx(expected)


def test_where_two_bumps_meet_the_larger_counts() -> None:
    # A bump reaches 2 far and its neighbours stand 4 and 5 apart: they meet in a point where both are 0.
    assert gauss_regression.height(np.array([[2.0, 2.5], [1.9, 2.5], [2.1, 2.5]])) == pytest.approx([0, -0.05, 0.05])


def test_gauss_regression_gives_the_value_of_the_moved_point() -> None:
    points, values = draw("gauss_regression")
    assert values == pytest.approx(gauss_regression.height(points), abs=1e-5)
    noisy, changed = draw("gauss_regression", 0.3)
    assert np.array_equal(noisy, points)
    assert np.abs(changed).max() <= 1 and np.abs(changed - values).mean() > 0.05


@pytest.mark.parametrize("name", ["circle", "xor", "spiral", "plane", "gauss_regression"])
def test_a_change_of_noise_does_not_draw_other_points(name: str) -> None:
    few, more = draw(name, 0.05)[0], draw(name, 0.1)[0]
    assert np.abs(few - more).max() <= 0.05 + 1e-6
