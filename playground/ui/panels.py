"""Panels: a header of 36 with its title and controls, and what it is about below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from playground.ui.controls.labels import ElidedLabel, Line
from playground.ui.theme import Theme, token

# The largest width that Qt gives a widget: no limit.
WIDGET_MOST = 16_777_215


class Header(QWidget):
    """A title at the left and controls at the right. Notes give way where there is no room for all of them."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = ElidedLabel(title, self, "title")
        self.row = QHBoxLayout(self)
        self.row.addWidget(self.title, 1)
        self._controls: list[QWidget] = []

    def add_control(self, control: QWidget) -> None:
        """Puts a control at the right end."""
        self.row.addWidget(control)
        if control not in self._controls:
            self._controls.append(control)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._make_room()
        return handled

    def _make_room(self) -> None:
        margins = self.row.contentsMargins()
        shown = [control for control in self._controls if not control.isHidden() and control.parent() is self]
        needed = self.title.fontMetrics().horizontalAdvance(self.title.text()) + sum(
            control.sizeHint().width() + self.row.spacing() for control in shown
        )
        fits = needed <= self.width() - margins.left() - margins.right()
        for control in shown:
            if isinstance(control, QLabel):
                control.setMaximumWidth(WIDGET_MOST if fits else 0)


class Panel(QWidget):
    """A titled area. `body` is what it shows; it is padded unless it fills the panel to its edges."""

    def __init__(
        self, theme: Theme, title: str, parent: QWidget, *, name: str, padded: bool = False,
        controls: Sequence[QWidget] = (),
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._theme, self._padded = theme, padded
        self.setObjectName(f"{name}_panel")
        self.setAccessibleName(title)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.header = Header(title, self)
        self.title = self.header.title
        self._bar_color = ""
        for control in controls:
            self.add_control(control)
        self._content = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(self._content, 1)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_bar(self, color: str) -> None:
        """Shows a bar in a colour of the theme before the title, as cards have it; none for an empty name."""
        self._bar_color = color
        self._on_theme_changed()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._bar_color:
            theme = self._theme
            width, height = (theme.px(token(f"card.category_bar.{side}")) for side in ("width", "height"))
            painter = QPainter(self)
            top = (self.header.height() - height) // 2
            painter.fillRect(theme.px(token("space.panel_padding")), top, width, height, theme.color(self._bar_color))

    def add_control(self, control: QWidget) -> None:
        """Puts a control at the right of the header."""
        self.header.add_control(control)

    def set_body(self, body: QWidget) -> None:
        """What the panel shows."""
        self._content.addWidget(body)

    @Slot()
    def _on_theme_changed(self) -> None:
        padding = self._theme.px(token("space.panel_padding"))
        self.header.setFixedHeight(self._theme.px(token("layout.panel_header")))
        bar = padding if self._bar_color else 0
        self.header.row.setContentsMargins(padding + bar, 0, padding, 0)
        self.header.row.setSpacing(self._theme.px(token("space.control_gap")))
        inner = padding if self._padded else 0
        self._content.setContentsMargins(inner, 0, inner, inner)


class PanelColumn(QScrollArea):
    """Panels under each other with hairlines between; the column scrolls when they need more than there is."""

    def __init__(self, theme: Theme, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("surface", "panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inner = QWidget(self)
        self._inner.setProperty("surface", "panel")
        self._inner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._rest = QWidget(self._inner)
        self._column.addWidget(self._rest)
        self._lines: dict[QWidget, Line] = {}
        # Two panels that may share a row; the row stands where the first of them does.
        self._pair: tuple[QWidget, QWidget] | None = None
        self._row = QWidget(self._inner)
        self._row_line = Line(self._row, vertical=True)
        self._side_by_side = QHBoxLayout(self._row)
        self._side_by_side.setContentsMargins(0, 0, 0, 0)
        self._side_by_side.setSpacing(0)
        self._side_by_side.addWidget(self._row_line)
        self._row.hide()
        self.setWidget(self._inner)

    def add(self, panel: QWidget, at: int = -1, stretch: int = 0) -> None:
        """Adds a panel as number `at` from the top, or as the last."""
        line = Line(self._inner)
        self._lines[panel] = line
        at = len(self._lines) - 1 if at < 0 else at
        self._column.insertWidget(2 * at, panel, stretch)
        self._column.insertWidget(2 * at + 1, line)

    def show_only(self, panels: set[QWidget]) -> None:
        """Shows these panels and hides the others."""
        stretched = False
        for panel, line in self._lines.items():
            panel.setVisible(panel in panels)
            line.setVisible(panel in panels and not self._stands_beside(panel))
            stretched |= panel in panels and self._column.stretch(self._column.indexOf(panel)) > 0
        # Where no panel takes the rest of the height, an empty widget does.
        self._rest.setVisible(not stretched)
        self._column.setStretch(self._column.indexOf(self._rest), 0 if stretched else 1)

    def pair(self, first: QWidget, second: QWidget) -> None:
        """Chooses two panels in order that `put_beside` puts into one row."""
        self._pair = first, second

    def _stands_beside(self, panel: QWidget) -> bool:
        """Whether a panel shares its row with one at its right."""
        return self._pair is not None and panel is self._pair[0] and panel.parent() is self._row

    def put_beside(self, beside: bool) -> None:
        """Puts the chosen panels side by side, the first one a little wider, or under each other again."""
        if self._pair is None or beside == self._stands_beside(self._pair[0]):
            return
        first, second = self._pair
        shown = [panel for panel in self._pair if not panel.isHidden()]
        if beside:
            self._column.insertWidget(self._column.indexOf(first), self._row)
            self._side_by_side.insertWidget(0, first, 4)
            self._side_by_side.addWidget(second, 3)
        else:
            self._column.removeWidget(self._row)
            for panel in self._pair:
                self._column.insertWidget(self._column.indexOf(self._lines[panel]), panel)
        self._row.setVisible(beside)
        for panel in shown:
            panel.show()
        self._lines[first].setVisible(first in shown and not beside)
