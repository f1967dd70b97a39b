"""Colours stand for numbers: every pixel has the colour of its value."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Samples
from playground.ui.data_picture import data_picture
from playground.ui.pictures import (
    color_table,
    part,
    pixel_picture,
    saliency_picture,
    signed_levels,
    signed_picture,
    zero_levels,
    zero_picture,
)
from playground.ui.theme import Theme, token
from tests.ui.stage import rgb


@pytest.fixture(params=["dark", "light"])
def theme(qapp, request: pytest.FixtureRequest) -> Theme:
    """Both themes, one after the other."""
    return Theme(request.param)


def color(theme: Theme, name: str, stop: int) -> list[int]:
    """The first, middle or last colour of a map, as the tokens have it."""
    return list(QColor(token(f"colormap.{name}.{theme.name}")[stop]).getRgb()[:3])


def test_signed_is_symmetric_about_zero(theme: Theme) -> None:
    values = np.array([[-2.0, 0.0, 2.0], [0.5, -0.5, 1.0]])
    levels = signed_levels(values)
    assert levels.tolist() == [[0, 128, 255], [159, 96, 191]]
    pixels = rgb(signed_picture(values, theme))
    assert pixels[0, 0].tolist() == color(theme, "signed", 0)
    assert pixels[0, 2].tolist() == color(theme, "signed", -1)
    assert np.abs(pixels[0, 1].astype(int) - color(theme, "signed", 3)).max() <= 2


def test_a_common_reach_and_a_gain_scale_the_levels() -> None:
    values = np.array([[1.0, -1.0]])
    assert signed_levels(values, reach=2.0).tolist() == [[191, 64]]
    assert signed_levels(values, gain=0.44).tolist() == [[184, 71]]
    assert signed_levels(values, reach=0.5).tolist() == [[255, 0]]
    assert signed_levels(values, reach=0.5, gain=0.44).tolist() == [[184, 71]]
    assert zero_levels(np.array([[3.0]]), top=1.0, gain=0.5).tolist() == [[128]]


def test_what_is_not_a_number_counts_as_zero() -> None:
    values = np.array([[np.nan, np.inf, -np.inf, 1.0]])
    assert signed_levels(values).tolist() == [[128, 255, 0, 255]]
    assert zero_levels(values).tolist() == [[0, 255, 0, 255]]
    assert signed_levels(np.zeros((2, 2))).tolist() == [[128, 128]] * 2
    assert zero_levels(np.zeros((1, 2))).tolist() == [[0, 0]]
    assert signed_levels(np.empty((0, 4))).shape == (0, 4)


def test_from_zero_has_a_gamma(theme: Theme) -> None:
    pixels = rgb(zero_picture(np.array([[0.0, 0.5, 1.0]]), theme))
    assert pixels[0, 0].tolist() == color(theme, "from_zero", 0)
    assert pixels[0, 2].tolist() == color(theme, "from_zero", -1)
    expected = theme.table("from_zero")[round((128 / 255) ** 0.8 * 255)]
    assert pixels[0, 1].tolist() == expected.tolist()


def test_ink_has_the_text_colour_side_of_the_theme(theme: Theme) -> None:
    pixels = rgb(pixel_picture(np.array([[[0.0, 1.0]]]), theme))
    assert pixels[0, 0].tolist() == color(theme, "image", 0)
    assert pixels[0, 1].tolist() == color(theme, "image", -1)
    assert (pixels[0, 0].mean() < pixels[0, 1].mean()) == (theme.name == "dark")


def test_colour_pictures_keep_their_colours(theme: Theme) -> None:
    channels = np.zeros((3, 2, 2), np.float32)
    channels[0, 0, 0] = channels[1, 1, 1] = 1
    pixels = rgb(pixel_picture(channels, theme))
    assert pixels[0, 0].tolist() == [255, 0, 0] and pixels[1, 1].tolist() == [0, 255, 0]


def test_many_pictures_stand_below_each_other(theme: Theme) -> None:
    maps = np.random.default_rng(1).normal(size=(5, 3, 7))
    image = signed_picture(maps, theme)
    assert (image.width(), image.height()) == (7, 15)
    cut = part(image, 2, 5)
    assert (cut.x(), cut.y(), cut.width(), cut.height()) == (0, 6, 7, 3)
    # One scale for all of them: the largest magnitude of the layer.
    table = np.array([QColor(entry).getRgb()[:3] for entry in color_table(theme, "signed")])
    np.testing.assert_array_equal(rgb(image)[6:9], table[signed_levels(maps)[2]])


def test_an_image_outlives_its_array(theme: Theme) -> None:
    values = np.ones((4, 5))
    image = zero_picture(values, theme)
    before = rgb(image)
    values[:] = 0
    np.testing.assert_array_equal(rgb(image), before)


def test_the_pixel_that_decides_most_is_amber(theme: Theme) -> None:
    gradient = np.zeros((1, 2, 2), np.float32)
    gradient[0, 1, 0] = -3
    pixels = rgb(saliency_picture(np.zeros((1, 2, 2), np.float32), gradient, theme))
    assert pixels[1, 0].tolist() == list(QColor(token("colormap.saliency.color")).getRgb()[:3])
    assert pixels[0, 0].tolist() == pixels[1, 1].tolist()


def test_data_in_colour_are_shown_as_they_are_in_both_themes(theme: Theme) -> None:
    red = np.zeros((1, 3, 4, 4), np.float32)
    red[:, 0] = 1
    samples = Samples(red, np.zeros(1, np.int64))
    picture = data_picture(theme, CATALOGUE.datasets["stones"], samples, 40, 1.0)
    assert picture.pixelColor(10, 10).getRgb()[:3] == (255, 0, 0)
