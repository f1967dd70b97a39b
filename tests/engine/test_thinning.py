"""Curves of any length in a few numbers."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.thinning import VALUES, Envelope, Spread


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


def spread(y: np.ndarray, piece: int = 7, blocks: int = 20) -> Spread:
    """A band that grew in pieces, over 1, 2, 3 and so on."""
    band = Spread(blocks)
    x = np.arange(1.0, len(y) + 1)
    for start in range(0, len(y), piece):
        band.extend(x[start : start + piece], y[start : start + piece])
    return band


@pytest.mark.parametrize("length", [40, 319, 320, 321, 5_000, 77_777])
@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_a_band_holds_about_nine_of_ten_points_everywhere(length: int, piece: int) -> None:
    # The scatter grows, so a band of one width would hold too many points here and too few there.
    y = np.random.default_rng(length).normal(size=length) * np.linspace(1, 3, length)
    at, low, high = spread(y, piece).band(8)
    assert len(at) <= 8 + 3
    x = np.arange(1.0, length + 1)
    assert at[0] == 1 and at[-1] == length and (np.diff(at) >= 0).all()
    inside = (np.interp(x, at, low) <= y) & (y <= np.interp(x, at, high))
    assert inside.mean() == pytest.approx(0.9, abs=0.06 if length > 300 else 0.15)
    assert inside[: length // 2].mean() == pytest.approx(0.9, abs=0.08 if length > 300 else 0.2)


def test_a_single_point_far_away_does_not_widen_the_band() -> None:
    y = np.random.default_rng(5).normal(size=5_000)
    y[2_000], y[3_000] = -1e6, 1e6
    _, low, high = spread(y, blocks=100).band(30)
    assert low.min() > -4 and high.max() < 4


def test_how_a_band_grew_makes_no_difference_and_it_stays_small() -> None:
    y = np.random.default_rng(6).normal(size=50_000)
    first, second = spread(y, piece=13), spread(y, piece=9_999)
    assert all(np.array_equal(a, b) for a, b in zip(first.band(9), second.band(9), strict=True))
    assert first._values.size == 20 * VALUES


def test_a_band_leaves_out_what_is_not_finite() -> None:
    at, low, high = spread(np.array([1.0, np.nan, np.inf, 2.0])).band(5)
    assert at.tolist() == [1, 2.5, 4] and (low < high).all()


def test_an_empty_curve_has_no_points() -> None:
    curve = Envelope()
    assert curve.last is None and curve.bounds is None
    assert all(len(column) == 0 for column in (*curve.line(), *Spread().band(10)))
