"""The left column of a workspace that has something else there than the palette: layers and samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.ui.controls.buttons import IconButton
from playground.ui.panels import Panel
from playground.ui.splitters import HairlineSplitter
from playground.ui.theme import Theme, token

if TYPE_CHECKING:
    from playground.ui.views.base import View


class Side(QWidget):
    """Panels under each other. As a rail it shows only those whose views can be narrow, without their headers, and a
    button that asks for all of them: `rail_left`."""

    rail_left = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self._panels: list[tuple[Panel, View]] = []
        # A splitter would set the least width of its panels on itself.
        self.splitter = HairlineSplitter(theme, Qt.Orientation.Vertical, self, name="side_rows")
        self._theme = theme
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.splitter, 1)
        self.leave = IconButton(theme, "chevron_right", self.tr("Show layers and samples"), self, name="side_leave")
        self.leave.set_text(self.leave.accessibleName(), "L")
        self.leave.clicked.connect(self.rail_left)
        column.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignHCenter)

    def add(self, panel: Panel, view: View) -> None:
        """Adds a panel at the bottom."""
        self._panels.append((panel, view))
        self.splitter.addWidget(panel)

    def arrange(self, rail: bool, shown: set[Panel]) -> None:
        """Shows these panels, or as a rail what is left of them."""
        for panel, view in self._panels:
            narrow = getattr(view, "set_narrow", None)
            panel.setVisible(panel in shown and (not rail or narrow is not None))
            panel.header.setVisible(not rail)
            if narrow is not None:
                narrow(rail)
        self.leave.setVisible(rail)
        below = self._theme.px(token("space.panel_padding")) if rail else 0
        self._column.setContentsMargins(0, 0, 0, below)
