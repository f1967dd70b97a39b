"""Colours, sizes, fonts and colour maps: read from the design tokens, never written anywhere else."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase

from playground.resources import resource

THEMES = ("dark", "light")
# From the lowest to the highest: what lies on one level lifts to the next while the pointer is over it.
LEVELS = ("bg.canvas", "bg.panel", "bg.card", "bg.control", "bg.track")


@lru_cache(maxsize=1)
def tokens() -> dict[str, Any]:
    """The design tokens."""
    loaded: dict[str, Any] = json.loads(resource("themes/tokens.json").read_text("utf-8"))
    return loaded


def token(path: str) -> Any:
    """One token by its dotted path, such as "card.port.diameter"."""
    value: Any = tokens()
    for part in path.split("."):
        value = value[part]
    return value


@lru_cache(maxsize=1)
def _family() -> str:
    installed = set(QFontDatabase.families())
    families: list[str] = token("type.families.ui")
    return next((family for family in families if family in installed), QFontDatabase.systemFont(
        QFontDatabase.SystemFont.GeneralFont).family())  # fmt: skip


@lru_cache(maxsize=8)
def _look_up_table(theme: str, name: str) -> NDArray[np.uint8]:
    stops = [QColor(text) for text in token(f"colormap.{name}.{theme}")]
    channels = np.array([[stop.red(), stop.green(), stop.blue()] for stop in stops], np.float64)
    at = np.linspace(0, len(stops) - 1, 256)
    table = np.stack([np.interp(at, np.arange(len(stops)), channels[:, c]) for c in range(3)], axis=1)
    return np.round(table).astype(np.uint8)


class Theme(QObject):
    """The look in use: dark or light, and the lecture zoom. `changed` follows every switch."""

    changed = Signal()

    def __init__(self, name: str = "dark", zoom: float = 1.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name, self._zoom = name, zoom
        # Painting asks for the same few again and again.
        self._colors: dict[str, QColor] = {}
        self._fonts: dict[str, QFont] = {}

    @property
    def name(self) -> str:
        """The name of the theme: "dark" or "light"."""
        return self._name

    @property
    def zoom(self) -> float:
        """The lecture zoom, from 1.0 to 1.75."""
        return self._zoom

    def step_zoom(self, steps: int) -> None:
        """Takes the lecture zoom so many steps larger or smaller, as far as there are any."""
        levels: list[float] = token("type.lecture_zoom")
        nearest = min(range(len(levels)), key=lambda number: abs(levels[number] - self._zoom))
        self.switch(zoom=levels[max(0, min(len(levels) - 1, nearest + steps))])

    def switch(self, name: str | None = None, zoom: float | None = None) -> None:
        """Takes another look; nothing happens when it is the same."""
        wanted = (self._name if name is None else name, self._zoom if zoom is None else zoom)
        if wanted != (self._name, self._zoom):
            self._name, self._zoom = wanted
            self._colors, self._fonts = {}, {}
            self.changed.emit()

    def color(self, path: str) -> QColor:
        """A colour by its path below the theme, such as "bg.card"."""
        if path not in self._colors:
            self._colors[path] = QColor(token(f"theme.{self._name}.{path}"))
        return QColor(self._colors[path])

    def lifted(self, level: str) -> QColor:
        """The background one level above `level`, such as "bg.card" above "bg.panel"."""
        return self.color(LEVELS[min(LEVELS.index(level) + 1, len(LEVELS) - 1)])

    def field_color(self) -> QColor:
        """The background of what can be typed into: the lowest level in the dark, the brightest in the light."""
        return self.color("bg.canvas" if self._name == "dark" else "bg.card")

    def mixed(self, path: str, below: str, share: float) -> QColor:
        """A colour at the opacity `share` over another one, as one opaque colour."""
        upper, lower = self.color(path), self.color(below)
        pairs = (
            (upper.red(), lower.red()),
            (upper.green(), lower.green()),
            (upper.blue(), lower.blue()),
        )
        return QColor(*(round(share * above + (1 - share) * under) for above, under in pairs))

    def class_color(self, number: int) -> QColor:
        """The colour of class `number`."""
        colors: list[str] = token(f"classes.{self._name}")
        return QColor(colors[number % len(colors)])

    def px(self, size: float) -> int:
        """A size of the design in pixels at the present zoom."""
        return round(size * self._zoom)

    def font(self, style: str) -> QFont:
        """The font of a type style, such as "card_title", at the present zoom."""
        if style not in self._fonts:
            self._fonts[style] = self._made_font(style)
        return QFont(self._fonts[style])

    def code_font(self) -> QFont:
        """The font of code: all letters as wide as each other, in the size of body text."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self.font("body").pixelSize())
        return font

    def _made_font(self, style: str) -> QFont:
        entry = token(f"type.styles.{style}")
        font = QFont(_family())
        font.setPixelSize(max(1, round(entry["size"] * self._zoom)))
        font.setWeight(QFont.Weight(entry["weight"]))
        for feature in token("type.features"):
            font.setFeature(QFont.Tag(feature), 1)
        return font

    def table(self, name: str) -> NDArray[np.uint8]:
        """The 256 colours of a colour map, (256, 3): "signed", "from_zero" or "image"."""
        return _look_up_table(self._name, name)
