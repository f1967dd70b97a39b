"""Chips in groups by category, and the field that finds one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.layer import Layer
from playground.ui.controls.labels import Label
from playground.ui.editor.chip import Chip
from playground.ui.icons import paint_icon
from playground.ui.theme import Theme, token

# The glyph of the search field, the room in front of its text, and the frame around its shortcut.
GLYPH, GLYPH_ROOM, KEY_SIDE = 14, 31, 16

# The group of the layers that are most likely meant; each layer stands in one group only.
LIKELY = "likely"
CATEGORY_TITLES = {
    LIKELY: "Likely here",
    "input": "Input",
    "dense": "Dense",
    "convolution": "Convolution",
    "pooling": "Pooling",
    "activation": "Activation",
    "regularisation": "Regularisation",
    "shape": "Shape",
    "combine": "Combine",
    "recurrent": "Recurrent",
    "output": "Output",
}


def category_title(category: str) -> str:
    """The title of a group of layers in the user's language."""
    return QCoreApplication.translate("Palette", CATEGORY_TITLES.get(category, category.capitalize()))


def _grouped(
    categories: Sequence[str], likely: Sequence[str], kinds: Sequence[str] | None
) -> dict[str, Sequence[Layer]]:
    """The layers of each group, the likely ones first; groups that would be empty are left out."""
    groups: dict[str, Sequence[Layer]] = {LIKELY: [CATALOGUE.layers[kind] for kind in likely]}
    for name, members in CATALOGUE.layers.by_category().items():
        if name in categories:
            shown = [layer for layer in members if layer.name not in likely]
            groups[name] = [layer for layer in shown if kinds is None or layer.name in kinds]
    return {name: members for name, members in groups.items() if members}


def rank(layer: Layer, typed: str) -> int | None:
    """How well a layer fits what was typed: 0 where its name begins with it, then where words of the name do, where
    it is in the name, and where its category has it; None where it is nowhere."""
    words, name = typed.casefold().split(), f"{layer.label} {layer.name}".casefold()
    if name.startswith(" ".join(words)):
        return 0
    starts = re.split(r"[^\w]+|_", name)
    ranks = [
        1 if any(start.startswith(word) for start in starts)
        else 2 if word in name
        else 3 if word in category_title(layer.category).casefold()
        else None
        for word in words
    ]  # fmt: skip
    found = [rank for rank in ranks if rank is not None]
    return max(found) if len(found) == len(words) else None


class Group(QWidget):
    """The chips of one category in two columns under its title."""

    def __init__(self, theme: Theme, category: str, layers: Sequence[Layer], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self.category = theme, category
        self.setObjectName(f"group_{category}")
        self._title = Label(category_title(category), self, "caption")
        self._grid = QGridLayout()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._title)
        self._column.addLayout(self._grid)
        for number in range(token("palette.columns")):
            self._grid.setColumnStretch(number, 1)
        self.chips = [Chip(theme, layer, self) for layer in layers]
        self.matching: list[Chip] = []
        if category == LIKELY:
            for chip in self.chips:
                # No title says here that Max is a pooling.
                chip.setText(QCoreApplication.translate("Palette", chip.layer.label))
        self.show_matching("")
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_matching(self, text: str) -> int | None:
        """Shows the chips whose name or category has the text, the best first; returns the rank of the best."""
        ranks = {chip: found for chip in self.chips if (found := rank(chip.layer, text)) is not None}
        self.matching = sorted(ranks, key=lambda chip: ranks[chip])
        for chip in self.chips:
            chip.setVisible(chip in ranks)
            self._grid.removeWidget(chip)
        columns = token("palette.columns")
        for number, chip in enumerate(self.matching):
            self._grid.addWidget(chip, number // columns, number % columns)
        self.setVisible(bool(ranks))
        return min(ranks.values(), default=None)

    @Slot()
    def _on_theme_changed(self) -> None:
        gap = self._theme.px(token("palette.chip_gap"))
        self._grid.setSpacing(gap)
        self._column.setSpacing(gap)
        self._title.setFixedHeight(self._theme.px(token("palette.group_title")))


class ChipBoard(QWidget):
    """Groups of chips under each other, walked with the arrow keys. `inserted(kind)` follows a choice, `left` an
    arrow up from the first row.

    `likely` are kinds of layers that stand before all others, in this order. Only layers among `kinds` are shown,
    where they are given."""

    inserted = Signal(str)
    left = Signal()

    def __init__(
        self, theme: Theme, categories: Sequence[str], parent: QWidget, likely: Sequence[str] = (),
        kinds: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._theme = theme
        layers = _grouped(categories, likely, kinds)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.groups = [Group(theme, name, members, self) for name, members in layers.items()]
        self._shown = list(self.groups)
        for group in self.groups:
            column.addWidget(group)
            for chip in group.chips:
                chip.inserted.connect(self.inserted)
                chip.walked.connect(self._on_walked)
        none = self.tr("No layer has this name.") if kinds is None else self.tr("No layer of this name fits here.")
        self._none = Label(none, self, "secondary", "no_layer", wrap=True)
        self._none.setVisible(False)
        column.addWidget(self._none)
        column.addStretch(1)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_matching(self, text: str) -> None:
        """Shows the layers whose name or category has the text; the group with the best of them comes first."""
        ranks = {group: group.show_matching(text) for group in self.groups}
        found = [(best, number, group) for number, (group, best) in enumerate(ranks.items()) if best is not None]
        self._shown = [group for _, _, group in sorted(found)]
        for number, group in enumerate(self._shown):
            self._column.insertWidget(number, group)
        self._none.setVisible(not found)

    def chips(self) -> list[Chip]:
        """The chips in view, from the first to the last."""
        return [chip for group in self._shown for chip in group.matching]

    @Slot(object, int)
    def _on_walked(self, chip: Chip, key: int) -> None:
        chips = self.chips()
        at = chips.index(chip)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            at += 1 if key == Qt.Key.Key_Right else -1
            following = chips[at] if 0 <= at < len(chips) else None
        else:
            down = key == Qt.Key.Key_Down
            here = self._middle(chip)
            rows = [other for other in chips if (self._middle(other).y() - here.y()) * (1 if down else -1) > 0]
            following = min(
                rows,
                key=lambda other: (abs(self._middle(other).y() - here.y()), abs(self._middle(other).x() - here.x())),
                default=None,
            )
            if following is None and not down:
                self.left.emit()
        if following is not None:
            following.setFocus(Qt.FocusReason.TabFocusReason)

    def _middle(self, chip: Chip) -> QPoint:
        return chip.mapTo(self, chip.rect().center())

    @Slot()
    def _on_theme_changed(self) -> None:
        self._column.setSpacing(self._theme.px(token("palette.group_gap")))


class SearchField(QLineEdit):
    """Finds a layer by its name. Enter takes the first one found, Down walks to the chips, Escape empties it.

    `key` is the shortcut that leads here; it stands at the right while the field is empty.
    """

    entered = Signal()
    escaped = Signal()

    def __init__(self, theme: Theme, parent: QWidget, name: str, key: str = "") -> None:
        super().__init__(parent)
        self._theme, self._key = theme, key
        self.setObjectName(name)
        self.setPlaceholderText(self.tr("Find a layer"))
        self.setAccessibleName(self.tr("Find a layer"))
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(token("control.height")))
        self.setTextMargins(px(GLYPH_ROOM - token("space.section_gap")), 0, px(KEY_SIDE), 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        px, theme = self._theme.px, self._theme
        painter = QPainter(self)
        side = px(GLYPH)
        glyph = QRectF(px(10), (self.height() - side) / 2, side, side)
        paint_icon(painter, glyph, "search", theme.color("text.caption"))
        if self._key and not self.text():
            side = px(KEY_SIDE)
            frame = QRectF(self.width() - side - px(8), (self.height() - side) / 2, side, side)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("line.strong"), token("border.hairline")))
            radius = px(token("radius.thumbnail"))
            painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
            painter.setPen(theme.color("text.caption"))
            painter.setFont(theme.font("axis"))
            painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, self._key)
