"""One example as a tile: a picture of its network, its title, a sentence, its data and its size."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from PySide6.QtCore import QCoreApplication, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from playground.catalog.activations import ACTIVATIONS
from playground.catalog.catalogue import CATALOGUE
from playground.catalog.counts import parameter_count
from playground.document.project import Project, read_project
from playground.resources import Example, examples
from playground.ui.network_picture import network_picture
from playground.ui.numbers import whole
from playground.ui.theme import Theme, token

# The narrowest tile, its picture, and the lines of a sentence below that.
WIDTH, PICTURE, LINES = 240, 132, 2

# What students call a network with such a layer.
TERMS = {
    "conv2d": "CNN ConvNet convolutional neural network",
    "classes": "softmax classification",
    "value": "regression",
    "add": "skip connection shortcut ResNet",
    "concat": "branches",
}
# A network of Dense layers alone.
DENSE_TERMS = "MLP multilayer perceptron fully connected feed-forward network"


@dataclass(frozen=True)
class Entry:
    """An example with what its tile says."""

    example: Example

    @cached_property
    def project(self) -> Project:
        """The project that it opens."""
        return read_project(self.example.path, CATALOGUE)

    @cached_property
    def facts(self) -> str:
        """Its data and its size in a few words."""
        label = CATALOGUE.datasets[self.project.data.name].label
        text = QCoreApplication.translate("Gallery", "{data} · {count} parameters")
        return text.format(data=label, count=whole(parameter_count(self.project)))

    @cached_property
    def words(self) -> str:
        """All that can be searched for, in small letters: what the tile says, the layers of the network, how it
        learns, and what students call such a network."""
        nodes, training = self.project.graph.nodes, self.project.training
        kinds = dict.fromkeys(node.kind for node in nodes)
        activations = dict.fromkeys(str(node.params.get("activation", "none")) for node in nodes)
        dense = "dense" in kinds and "conv2d" not in kinds
        found = (
            self.example.name,
            self.example.title,
            self.example.description,
            self.facts,
            self.example.words,
            *(CATALOGUE.layers[kind].label for kind in kinds),
            *(TERMS.get(kind, "") for kind in kinds),
            DENSE_TERMS if dense else "",
            *(ACTIVATIONS[name].label for name in activations if name != "none"),
            CATALOGUE.losses[training.loss].label,
            CATALOGUE.optimizers[training.optimizer].label,
        )
        return " ".join(found).lower()

    def rank(self, words: Sequence[str]) -> int:
        """How well words fit, larger is better: each counts most in the title, and more where a word begins with it."""
        title = self.example.title.lower()
        return sum(_fit(word, title) * 3 + _fit(word, self.words) for word in words)


def _fit(typed: str, text: str) -> int:
    """2 where a word of the text begins with what is typed, 1 where it is elsewhere in it, else 0."""
    starts = any(word.startswith(typed) for word in re.split(r"[^\w.]+", text))
    return 2 if starts else int(typed in text)


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """All examples, read once."""
    return tuple(Entry(found) for found in examples())


class ExampleTile(QAbstractButton):
    """A button that begins a project. The ringed one is what Enter would open."""

    def __init__(self, entry: Entry, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry, self._theme = entry, theme
        self._picture: QImage | None = None
        self._ringed = False
        found = entry.example
        self.setObjectName(f"example_{found.name}")
        self.setAccessibleName(f"{found.title}. {found.description} {entry.facts}")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_ringed(self, ringed: bool) -> None:
        """Marks the tile, or takes the mark away."""
        if ringed != self._ringed:
            self._ringed = ringed
            self.update()

    def sizeHint(self) -> QSize:
        theme = self._theme
        text = LINES * token("type.styles.caption.line") + token("type.styles.card_title.line")
        text += token("type.styles.caption.line") + 4 * token("space.grid")
        return QSize(theme.px(WIDTH), theme.px(PICTURE) + theme.px(text) + theme.px(token("space.section_gap")))

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lifted = self.underMouse() or self.isDown()
        ring = token("border.selected") if self._ringed else token("border.hairline")
        color = "accent.base" if self._ringed else "line.strong" if lifted else "line.soft"
        frame = QRectF(self.rect()).adjusted(ring / 2, ring / 2, -ring / 2, -ring / 2)
        radius = theme.px(token("radius.card"))
        shape = QPainterPath()
        shape.addRoundedRect(frame, radius, radius)
        painter.fillPath(shape, theme.lifted("bg.card") if lifted else theme.color("bg.card"))
        painter.save()
        painter.setClipPath(shape)
        painter.drawImage(0, 0, self._network())
        painter.restore()
        painter.setPen(QPen(theme.color(color), ring))
        painter.drawPath(shape)
        self._paint_text(painter)

    def _network(self) -> QImage:
        size, ratio = QSize(self.width(), self._theme.px(PICTURE)), self.devicePixelRatioF()
        if self._picture is None or self._picture.size() != size * ratio:
            self._picture = network_picture(self.entry.project, self._theme, size, ratio)
        return self._picture

    def _paint_text(self, painter: QPainter) -> None:
        theme, found = self._theme, self.entry.example
        gap, padding = theme.px(token("space.grid")), theme.px(token("space.panel_padding"))
        top = theme.px(PICTURE) + theme.px(token("space.section_gap"))
        lines = (
            (found.title, "card_title", "text.primary", 1),
            (found.description, "caption", "text.secondary", LINES),
            (self.entry.facts, "caption", "text.caption", 1),
        )
        for text, style, color, count in lines:
            height = theme.px(count * token(f"type.styles.{style}.line"))
            place = QRect(padding, top, self.width() - 2 * padding, height)
            painter.setFont(theme.font(style))
            painter.setPen(theme.color(color))
            if count == 1:
                text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap), text)
            top += height + gap

    @Slot()
    def update_theme(self) -> None:
        """Takes another look."""
        self._picture = None
        self.updateGeometry()
        self.update()
