"""The look: colours and sizes come from the tokens alone, in both themes and at every zoom."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel

import playground.ui
from playground.catalog.layers import LAYERS
from playground.resources import resource
from playground.ui import icons
from playground.ui.style import palette, style_sheet
from playground.ui.theme import LEVELS, THEMES, Theme, token

UI = Path(playground.ui.__file__).parent
LOOKS = [(name, zoom) for name in THEMES for zoom in (1.0, 1.75)]


def test_both_themes_have_the_same_tokens() -> None:
    dark, light = token("theme.dark"), token("theme.light")
    assert {group: set(dark[group]) for group in dark} == {group: set(light[group]) for group in light}


def test_the_zoom_walks_through_its_steps(qapp) -> None:
    theme = Theme()
    seen = []
    theme.changed.connect(lambda: seen.append(theme.zoom))
    for _ in range(5):
        theme.step_zoom(1)
    for _ in range(5):
        theme.step_zoom(-1)
    assert seen == [1.25, 1.5, 1.75, 1.5, 1.25, 1.0]
    assert theme.px(28) == 28


def test_a_hover_lifts_by_one_level(qapp) -> None:
    theme = Theme()
    assert theme.lifted("bg.card") == theme.color("bg.control")
    assert theme.lifted(LEVELS[-1]) == theme.color(LEVELS[-1])


def test_colours_mix(qapp) -> None:
    theme = Theme()
    assert theme.mixed("bg.card", "bg.panel", 1) == theme.color("bg.card")
    assert theme.mixed("bg.card", "bg.panel", 0) == theme.color("bg.panel")


def test_the_signed_map_is_neutral_in_the_middle(qapp) -> None:
    for name in THEMES:
        table = Theme(name).table("signed").astype(int)
        assert table.shape == (256, 3)
        assert np.ptp(table[127:129], axis=1).max() <= 8


@pytest.mark.parametrize(("name", "zoom"), LOOKS)
def test_the_style_sheet_is_complete(qapp, qtbot, name: str, zoom: float) -> None:
    sheet = style_sheet(Theme(name, zoom))
    assert "$" not in sheet
    label = QLabel("text")
    qtbot.addWidget(label)
    label.setStyleSheet(sheet)
    label.ensurePolished()
    assert palette(Theme(name)).window().color() == QColor(token(f"theme.{name}.bg.panel"))


def test_text_can_be_read(qapp) -> None:
    for name in THEMES:
        theme = Theme(name)
        for text in ("primary", "secondary", "caption"):
            for level in ("bg.canvas", "bg.panel", "bg.card"):
                assert contrast(theme.color(f"text.{text}"), theme.color(level)) >= 4.4, (name, text, level)


def test_no_colour_is_written_anywhere_but_in_the_tokens() -> None:
    for path in UI.rglob("*.py"):
        found = re.findall(r"""["']#[0-9a-fA-F]{3,8}["']""", path.read_text("utf-8"))
        assert not found, (path.name, found)


# -- icons ----------------------------------------------------------------------------------------------------


def test_every_layer_has_an_icon(qapp) -> None:
    for layer in LAYERS.values():
        assert icons.has_icon(icons.layer_icon(layer.name, layer.category)), layer.name
        assert icons.has_icon(icons.category_icon(layer.category))


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_an_icon_has_one_colour_and_the_pixels_of_the_screen(qapp, ratio: float) -> None:
    color = QColor(200, 30, 90)
    made = icons.pixmap("conv2d", color, 16, ratio)
    assert made.width() == round(16 * ratio)
    assert made.devicePixelRatio() == ratio
    image = made.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    solid = [pixel for pixel in pixels if pixel.alpha() == 255]
    assert solid
    assert all(pixel == color for pixel in solid)


def test_every_drawing_is_of_one_style() -> None:
    for path in resource("icons").glob("*.svg"):
        text = path.read_text("utf-8")
        assert "#" not in text, path.name
        if path.stem != "mark":
            assert 'viewBox="0 0 16 16"' in text
            assert 'stroke-width="1.5" stroke-linecap="round"' in text


def test_the_mark_takes_the_colours_of_the_theme(qapp) -> None:
    assert icons.mark(Theme("dark"), 16).toImage() != icons.mark(Theme("light"), 16).toImage()


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: QColor) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
             for part in (color.redF(), color.greenF(), color.blueF())]  # fmt: skip
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
