"""Icons: line drawings on a grid of 16, given the colour of the theme and drawn at the screen's own resolution.

Each is a file in `resources/icons`. A layer's icon has the name of its kind; where there is none, the icon of its
category stands in.
"""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from playground.resources import resource
from playground.ui.theme import Theme

# What a category looks like in the rail, and what a layer without a drawing of its own gets.
CATEGORY_ICONS = {
    "input": "features",
    "dense": "dense",
    "convolution": "conv2d",
    "pooling": "max_pool",
    "activation": "relu",
    "regularisation": "dropout",
    "shape": "flatten",
    "combine": "add",
    "recurrent": "recurrent",
    "output": "classes",
}
_TOKEN = re.compile(r'"((?:value|accent)\.\w+)"')


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text("utf-8")


@lru_cache(maxsize=256)
def has_icon(name: str) -> bool:
    """Whether there is a drawing of this name."""
    return resource(f"icons/{name}.svg").is_file()


def layer_icon(kind: str, category: str) -> str:
    """The name of the icon of a layer."""
    return kind if has_icon(kind) else category_icon(category)


def category_icon(category: str) -> str:
    """The name of the icon of a category of layers."""
    return CATEGORY_ICONS.get(category, "more")


@lru_cache(maxsize=512)
def _image(drawing: str, width: int, height: int) -> QImage:
    # An image may outlive the application object; a pixmap may not, so none is kept here.
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, width, height))
    painter.end()
    return image


def pixmap(name: str, color: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """An icon of `size` device-independent pixels for a screen with this ratio of device pixels."""
    length = max(1, round(size * ratio))
    made = QPixmap.fromImage(_image(_drawing(name).replace("currentColor", color.name()), length, length))
    made.setDevicePixelRatio(ratio)
    return made


def icon(theme: Theme, name: str, color: str = "text.secondary", size: float = 16) -> QIcon:
    """An icon for buttons and menus in a colour of the theme; disabled it has the colour of disabled text."""
    made = QIcon()
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    ratios = {1.0, application.devicePixelRatio()}
    for ratio in sorted(ratios):
        made.addPixmap(pixmap(name, theme.color(color), theme.px(size), ratio))
        faint = pixmap(name, theme.color("text.disabled"), theme.px(size), ratio)
        made.addPixmap(faint, QIcon.Mode.Disabled)
    return made


def paint_icon(painter: QPainter, rect: QRectF, name: str, color: QColor) -> None:
    """Draws an icon into a rectangle, sharp at any scale of the painter."""
    scale = painter.worldTransform().m11() * painter.device().devicePixelRatioF()
    drawing = _drawing(name).replace("currentColor", color.name())
    image = _image(drawing, max(1, round(rect.width() * scale)), max(1, round(rect.height() * scale)))
    painter.drawImage(rect, image)


def mark(theme: Theme, height: float, ratio: float = 1.0) -> QPixmap:
    """The mark of the program in the colours of the theme, 11 wide to 8 high."""
    drawing = _TOKEN.sub(lambda found: f'"{theme.color(found[1]).name()}"', _drawing("mark"))
    length = max(1, round(theme.px(height) * ratio))
    made = QPixmap.fromImage(_image(drawing, round(length * 11 / 8), length))
    made.setDevicePixelRatio(ratio)
    return made
