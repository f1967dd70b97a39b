"""Drawn stones: two kinds that can be told apart, in colour, within bounds, and named as what they are."""

from __future__ import annotations

import numpy as np
import pytest

from playground.catalog.dataset import Samples, Sources
from playground.catalog.datasets.stones import DATASET, SIDE
from playground.document.params import Values

BROKEN, MOLTEN = 0, 1


@pytest.fixture(scope="module")
def stones() -> Samples:
    return DATASET.load(Values({"samples": 101}), 3, Sources()).samples


def test_every_second_stone_is_molten(stones: Samples) -> None:
    assert np.bincount(stones.y).tolist() == [51, 50]
    assert DATASET.class_names[MOLTEN] == "molten"
    # In random order: the split takes them as they come.
    assert 0 < (stones.y[:20] == MOLTEN).sum() < 20


def test_the_pictures_are_colour_and_have_the_size_of_the_course(stones: Samples) -> None:
    assert DATASET.shape == (3, SIDE, SIDE) == (3, 141, 141)
    broken = stones.x[stones.y == BROKEN]
    assert np.ptp(broken, axis=1).max(axis=(1, 2)).mean() > 0.1


def test_every_picture_has_a_stone_in_the_middle_on_bright_ground(stones: Samples) -> None:
    grey = stones.x.mean(axis=1)
    rim = np.concatenate([grey[:, :6].reshape(len(grey), -1), grey[:, -6:].reshape(len(grey), -1)], axis=1)
    assert rim.mean(axis=1).min() > 0.6
    middle = grey[:, 45:96, 45:96]
    assert (np.abs(middle - rim.mean(axis=1)[:, None, None]).max(axis=(1, 2)) > 0.2).all()


def test_molten_stones_fill_a_disc_and_broken_ones_do_not() -> None:
    """The share of its enclosing circle that a stone covers, from the pixels that are not ground."""
    found = DATASET.load(Values({"samples": 60}), 5, Sources()).samples
    shares: dict[int, list[float]] = {BROKEN: [], MOLTEN: []}
    for picture, kind in zip(found.x, found.y.tolist(), strict=True):
        ground = np.median(picture[:, :10], axis=(1, 2))
        mask = np.abs(picture - ground[:, None, None]).max(axis=0) > 0.25
        y, x = np.nonzero(mask)
        radius = np.hypot(x - x.mean(), y - y.mean()).max()
        shares[kind].append(float(mask.sum() / (np.pi * radius**2)))
    assert np.median(shares[MOLTEN]) > 0.85 > 0.7 > np.median(shares[BROKEN])


def test_another_seed_draws_other_stones(stones: Samples) -> None:
    other = DATASET.load(Values({"samples": 101}), 4, Sources()).samples
    assert not np.array_equal(stones.x[0], other.x[0])


def test_nobody_takes_them_for_photographs() -> None:
    assert "no photographs" in DATASET.help
    assert DATASET.load(Values({"samples": 10}), 1, Sources()).source == "10 stones drawn by the program"


def test_as_many_as_there_can_be_fit_into_the_memory_of_a_small_computer() -> None:
    most = DATASET.params[0].maximum
    assert most * np.prod(DATASET.shape) * 4 <= 120e6
