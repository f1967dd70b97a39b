"""Pictures of digits become what MNIST would hold: at any size and place, dark or light, on uneven paper."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from playground.catalog.dataset import DataError
from playground.catalog.pixels import resized
from playground.catalog.preparation import as_mnist, centred, downscaled
from playground.catalog.readers.idx import read_idx

Grey = NDArray[np.float32]


def seven(side: int, width: float = 0.1) -> Grey:
    """Bright ink (side, side): a 7 with strokes of `width` sides, as a pen would draw it."""
    y, x = (np.mgrid[0:side, 0:side] + 0.5) / side
    bar = np.hypot(np.maximum(np.abs(x - 0.5) - 0.22, 0), y - 0.2)
    part = np.clip((y - 0.2) / 0.6, 0, 1)
    stem = np.hypot(x - (0.72 - 0.3 * part), y - (0.2 + 0.6 * part))
    return np.clip((width / 2 - np.minimum(bar, stem)) * side + 0.5, 0, 1).astype(np.float32)


def paper(shape: tuple[int, int], rng: np.random.Generator) -> Grey:
    """Paper in slanting light, and darker beyond a soft edge."""
    y, x = (np.linspace(0, 1, n) for n in shape)
    slope = 0.9 - 0.3 * y[:, None] - 0.1 * x[None, :]
    edge = rng.uniform(0.3, 0.7)
    shadow = 1 - 0.2 / (1 + np.exp(-(x - edge) * 25))
    return (slope * shadow[None, :]).astype(np.float32)


def photographed(ink: Grey, rng: np.random.Generator) -> Grey:
    """Ink on uneven paper, with noise, after JPEG compression."""
    grey = paper(ink.shape, rng) * (1 - 0.75 * ink) + rng.normal(0, 0.02, ink.shape)
    buffer = io.BytesIO()
    Image.fromarray((np.clip(grey, 0, 1) * 255).astype(np.uint8)).save(buffer, "JPEG", quality=60)
    return np.asarray(Image.open(buffer)).astype(np.float32) / 255


def placed(digit: Grey, rng: np.random.Generator) -> Grey:
    """The digit somewhere on a larger empty sheet."""
    height, width = (int(n * rng.uniform(1, 1.8)) for n in digit.shape)
    top, left = rng.integers(height - digit.shape[0] + 1), rng.integers(width - digit.shape[1] + 1)
    sheet = np.zeros((height, width), np.float32)
    sheet[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return sheet


def box(picture: Grey) -> tuple[int, int]:
    """Height and width of what is not 0."""
    rows, columns = (np.flatnonzero(picture.any(axis=axis)) for axis in (1, 0))
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def middle(picture: Grey) -> tuple[float, float]:
    """The centre of mass, row and column counted from 0."""
    y, x = np.mgrid[0:28, 0:28]
    return float((picture * y).sum() / picture.sum()), float((picture * x).sum() / picture.sum())


@cache
def reference() -> Grey:
    return as_mnist(1 - seven(280))


@pytest.mark.parametrize("side", [8, 12, 20, 28, 64, 150, 280, 700, 2000])
@pytest.mark.parametrize("light", [True, False])
def test_a_digit_of_any_size_and_polarity_fits_the_box_of_mnist(side: int, light: bool) -> None:
    digit = seven(side)
    found = as_mnist(digit if light else 1 - digit)
    assert found.shape == (28, 28) and found.dtype == np.float32
    assert max(box(found)) == 20 and found.min() == 0 and found.max() == pytest.approx(1, abs=0.05)
    assert middle(found) == pytest.approx((14, 14), abs=0.51)
    if side >= 28:
        assert np.abs(found - reference()).mean() < 0.035


@pytest.mark.parametrize("polarity", ["auto", "dark", "light"])
def test_the_polarity_may_be_said(polarity: str) -> None:
    dark, light = 1 - seven(100), seven(100)
    assert as_mnist(dark, "dark") == pytest.approx(as_mnist(light, "light"), abs=1e-6)
    picture = light if polarity == "light" else dark
    assert np.abs(as_mnist(picture, polarity) - reference()).mean() < 0.035


@pytest.mark.parametrize(("top", "left"), [(0, 0), (0, 180), (180, 0), (180, 180), (90, 90), (37, 121)])
@pytest.mark.parametrize("light", [True, False])
def test_the_place_on_the_sheet_does_not_matter(top: int, left: int, light: bool) -> None:
    sheet = np.zeros((280, 280), np.float32)
    sheet[top : top + 100, left : left + 100] = seven(100)
    found = as_mnist(sheet if light else 1 - sheet)
    assert np.abs(found - as_mnist(seven(100))).mean() < 0.01


def test_a_tight_cut_out_is_not_taken_for_its_negative() -> None:
    digit = seven(200, 0.16)
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    tight = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    expected = as_mnist(digit)
    for picture in (tight, 1 - tight):
        assert np.abs(as_mnist(picture) - expected).mean() < 0.02


def test_a_small_digit_on_a_large_sheet_keeps_its_detail() -> None:
    sheet = np.ones((2000, 1500), np.float32)
    sheet[1700:1760, 200:260] = 1 - seven(60)
    assert np.abs(as_mnist(sheet) - as_mnist(1 - seven(60))).mean() < 0.03


@pytest.mark.parametrize("width", [0.01, 0.03, 0.08, 0.15, 0.25])
def test_thin_and_thick_strokes_have_full_ink(width: float) -> None:
    found = as_mnist(1 - seven(280, width))
    assert max(box(found)) == 20
    assert np.sort(found, axis=None)[-8:].mean() > 0.9
    # Thick strokes stay thick: the middle of the bar is not hollow.
    if width >= 0.15:
        assert found.max(axis=1)[5:9].max() > 0.95


@pytest.mark.parametrize(("low", "high"), [(0.5, 0.6), (0.0, 0.2), (0.8, 0.95), (0.3, 0.9)])
def test_faint_ink_is_as_good_as_black(low: float, high: float) -> None:
    for ink in (seven(200), 1 - seven(200)):
        found = as_mnist(low + (high - low) * ink)
        assert np.abs(found - reference()).mean() < 0.03


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("side", [60, 200, 500])
def test_uneven_paper_shadows_and_noise_are_taken_away(side: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture = photographed(placed(seven(side), rng), rng)
    for grey in (picture, 1 - picture):
        found = as_mnist(grey)
        assert np.abs(found - reference()).mean() < 0.04
        assert max(box(found)) == 20


def test_specks_of_dust_do_not_widen_the_box() -> None:
    sheet = np.pad(seven(150), 60)
    clean = as_mnist(1 - sheet)
    for y, x in ((5, 5), (250, 20), (30, 260), (262, 262)):
        sheet[y : y + 3, x : x + 3] = 0.9
    assert np.abs(as_mnist(1 - sheet) - clean).mean() < 0.002


def test_parts_of_a_broken_digit_stay_together() -> None:
    broken = seven(200)
    broken[:, 118:126] = 0
    whole = box(as_mnist(1 - seven(200)))
    assert np.abs(np.subtract(box(as_mnist(1 - broken)), whole)).max() <= 1


def sheet(value: float) -> Callable[[np.random.Generator, tuple[int, int]], Grey]:
    return lambda rng, shape: np.full(shape, value, np.float32)


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (8, 8), (28, 28), (280, 280), (1, 500), (900, 3), (600, 800)])
@pytest.mark.parametrize(
    "make",
    [
        sheet(0.0),
        sheet(1.0),
        sheet(0.4),
        lambda rng, shape: paper(shape, rng),
        lambda rng, shape: np.full(shape, np.nan, np.float32),
    ],
    ids=["black", "white", "grey", "paper", "nan"],
)
def test_empty_paper_has_no_ink(make: Callable[..., Grey], shape: tuple[int, int]) -> None:
    picture = make(np.random.default_rng(0), shape)
    found = as_mnist(picture)
    # In so small a picture a slope of light is as steep as the edge of a stroke.
    assert not found.any() or (min(shape) < 100 and picture.std() > 0)


@pytest.mark.parametrize("shape", [(28, 28), (100, 100), (280, 280), (700, 500)])
def test_noise_alone_is_no_ink(shape: tuple[int, int]) -> None:
    for seed in range(3):
        rng = np.random.default_rng(seed)
        assert not as_mnist(rng.random(shape)).any()
        assert not as_mnist(0.8 + rng.normal(0, 0.05, shape)).any()
        # In so small a picture a slope of light is as steep as the edge of a stroke.
        if min(shape) >= 100:
            assert not as_mnist(paper(shape, rng) + rng.normal(0, 0.02, shape)).any()


def test_a_single_pixel_becomes_the_square_it_is() -> None:
    for light in (True, False):
        picture = np.zeros((28, 28), np.float32)
        picture[3, 20] = 1
        found = as_mnist(picture if light else 1 - picture)
        assert found[4:24, 4:24].all() and found.sum() == pytest.approx(400)


@pytest.mark.parametrize("shape", [(), (5,), (0, 5), (5, 0), (28, 28, 1), (1, 28, 28)])
@pytest.mark.parametrize("prepare", [as_mnist, downscaled])
def test_what_is_no_grey_picture_is_refused(prepare: Callable[[Grey], Grey], shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match="A picture has rows and columns of grey values, not"):
        prepare(np.zeros(shape, np.float32))


def test_any_numbers_are_taken_as_grey_values() -> None:
    whole = np.where(seven(50) > 0.5, 1, 0)
    assert np.array_equal(as_mnist(whole), as_mnist(whole.astype(np.float64)))
    wild = np.where(whole, np.inf, -np.inf)
    assert np.abs(as_mnist(wild) - as_mnist(whole)).max() < 1e-6


def test_what_is_given_is_not_changed() -> None:
    picture = 1 - seven(100)
    before = picture.copy()
    as_mnist(picture), downscaled(picture)
    assert np.array_equal(picture, before)


def test_downscaled_keeps_place_size_and_polarity() -> None:
    sheet = np.zeros((280, 280), np.float32)
    sheet[20:30, 40:50] = 1
    found = downscaled(sheet)
    assert found[2, 4] == 1 and found.sum() == 1
    assert downscaled(1 - sheet) == pytest.approx(1 - found)
    assert downscaled(np.ones((100, 50), np.float32)).mean() == pytest.approx(0.5)


def test_centred_leaves_an_image_of_mnist_as_it_is(mnist_dir: Path) -> None:
    images = mnist_images(mnist_dir)[:300]
    differences = np.array([np.abs(centred(image) - image).mean() for image in images])
    # Most keep their box; where its rim has little ink, the box is smaller and the digit a pixel larger.
    assert np.median(differences) < 0.001 and differences.mean() < 0.01


@cache
def mnist_images(folder: Path) -> Grey:
    name = "t10k-images-idx3-ubyte"
    path = folder / f"{name}.gz"
    return read_idx(path if path.exists() else folder / name, 3).astype(np.float32) / 255


@pytest.mark.parametrize("dirty", [False, True], ids=["clean", "photographed"])
def test_digits_of_mnist_come_back_from_any_rendering(mnist_dir: Path, dirty: bool) -> None:
    rng = np.random.default_rng(11)
    differences = []
    for number in rng.choice(10_000, 120, replace=False):
        image, side = mnist_images(mnist_dir)[number], int(rng.integers(40, 320))
        large = placed(np.clip(resized(image, side, side, Image.Resampling.BICUBIC), 0, 1), rng)
        picture = photographed(large, rng) if dirty else 1 - large
        if rng.random() < 0.5:
            picture = 1 - picture
        differences.append(np.abs(as_mnist(picture) - image).mean())
    # A shift by one pixel differs by 0.065 on average.
    assert np.mean(differences) < (0.045 if dirty else 0.033) and np.max(differences) < 0.16
