"""The list of input channels: in colour, all of them beside each other, or a single one."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from playground.ui.controls.boxes import ChoiceBox
from playground.ui.inspect.layer_sheet import Sheet
from playground.ui.inspect.words import tr
from playground.ui.theme import Theme

COLOR, ALL = "color", "all"
# So many input channels still can all be shown at once.
MOST_TOGETHER = 4
WIDTH = 150


class ChannelBox(ChoiceBox):
    """Which channels of what comes in are in view with their filters. It keeps the choice for each layer."""

    def __init__(self, theme: Theme, parent: QWidget, *, name: str) -> None:
        super().__init__(theme, (), parent, name=name, text=tr("Input channel"))
        self._node = ""
        self._wanted: dict[str, str] = {}
        theme.changed.connect(self._on_zoom_changed)
        self.chosen.connect(self._on_chosen)
        self._on_zoom_changed()

    def applied(self, sheet: Sheet) -> Sheet:
        """The sheet with the channels that are chosen for its layer, or with the first choice there is."""
        values = [value for value, _ in _options(sheet)]
        if not values:
            return sheet
        value = self._wanted.get(sheet.node, "")
        value = value if value in values else values[0]
        return replace(sheet, channel=int(value) if value.isdecimal() else None, color=value == COLOR)

    def show_layer(self, sheet: Sheet) -> None:
        """Lists the channels of a layer; there is no list where it has only one."""
        self._node, options = sheet.node, _options(sheet)
        known = [(self.itemData(at), self.itemText(at)) for at in range(self.count())]
        if options != known:
            self.clear()
            for value, label in options:
                self.addItem(label, value)
        self.set_value(COLOR if sheet.color else ALL if sheet.channel is None else str(sheet.channel))
        self.setVisible(bool(options))

    def forget(self) -> None:
        """Forgets all choices: another project has other layers."""
        self._wanted.clear()

    @Slot(str)
    def _on_chosen(self, value: str) -> None:
        self._wanted[self._node] = value

    @Slot()
    def _on_zoom_changed(self) -> None:
        self.setFixedWidth(self._theme.px(WIDTH))


def _options(sheet: Sheet) -> list[tuple[str, str]]:
    """Values and labels of the list."""
    names = sheet.channels()
    options = [(COLOR, tr("Colour"))] if names and sheet.colored else []
    options += [(ALL, tr("All channels"))] if 1 < len(names) <= MOST_TOGETHER else []
    return options + [(str(number), name[:1].upper() + name[1:]) for number, name in enumerate(names)]
