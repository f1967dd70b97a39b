"""Curves of any length in a few numbers."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.thinning import Envelope


def fed(y: np.ndarray, buckets: int = 20, piece: int = 7) -> Envelope:
    """A curve that grew in pieces, over 1, 2, 3 and so on."""
    curve = Envelope(buckets)
    x = np.arange(1.0, len(y) + 1)
    for start in range(0, len(y), piece):
        curve.extend(x[start : start + piece], y[start : start + piece])
    return curve


def test_a_short_curve_is_kept_as_it_is() -> None:
    y = np.random.default_rng(1).normal(size=19)
    x, line = fed(y).line()
    assert np.array_equal(x, np.arange(1.0, 20))
    assert np.array_equal(line, y)


@pytest.mark.parametrize("length", [20, 21, 100, 1_003, 5_000])
@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_a_long_curve_keeps_its_extremes_and_its_end(length: int, piece: int) -> None:
    y = np.random.default_rng(length).normal(size=length)
    curve = fed(y, piece=piece)
    x, line = curve.line()
    assert len(x) <= 2 * 20 + 1
    assert line.max() == y.max() and line.min() == y.min()
    assert (x[-1], line[-1]) == (length, y[-1]) == curve.last
    assert (np.diff(x) > 0).all()
    # Every point that is left was there.
    assert np.array_equal(y[x.astype(int) - 1], line)
    assert curve.bounds == (y.min(), y.max())


def test_how_it_grew_makes_no_difference() -> None:
    y = np.random.default_rng(3).normal(size=777)
    first, second = fed(y, piece=1), fed(y, piece=250)
    assert all(np.array_equal(a, b) for a, b in zip(first.line(), second.line(), strict=True))


def test_what_is_not_finite_is_left_out() -> None:
    y = np.array([1.0, np.nan, np.inf, 2.0, -np.inf])
    x, line = fed(y).line()
    assert x.tolist() == [1, 4] and line.tolist() == [1, 2]
    assert fed(np.full(5, np.nan)).last is None


def test_a_band_holds_all_points() -> None:
    y = np.random.default_rng(4).normal(size=3_000)
    x, low, high = fed(y, buckets=100).band(30)
    assert len(x) <= 30
    assert (low <= high).all()
    assert low.min() == y.min() and high.max() == y.max()


def test_an_empty_curve_has_no_points() -> None:
    curve = Envelope()
    assert curve.last is None and curve.bounds is None
    assert all(len(column) == 0 for column in (*curve.line(), *curve.band(10)))
