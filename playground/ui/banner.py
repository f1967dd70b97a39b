"""The strip above the canvas: one sentence about what is not as the user would expect, and what he can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.ui.controls.buttons import Button, IconButton
from playground.ui.controls.labels import IconLabel, Label
from playground.ui.theme import Theme, token


@dataclass(frozen=True)
class Notice:
    """What a banner says. Of several the one with the highest rank is shown.

    `severity` is "error", "warning" or "info". `action` is the text of a button and `do` what it does;
    `more` are other ways out, each with its text.
    """

    text: str
    severity: str = "info"
    rank: int = 0
    action: str = ""
    do: Callable[[], None] | None = None
    more: tuple[tuple[str, Callable[[], None]], ...] = ()


# So many other ways out have a button.
MOST_MORE = 2

_ICONS = {
    "error": ("warning", "error.base"),
    "warning": ("warning", "warning.base"),
    "info": ("info", "text.secondary"),
}


class Banner(QWidget):
    """Shows one notice of those that are up; the user can put each away."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notices: dict[str, Notice] = {}
        self._away: dict[str, Notice] = {}
        self.setObjectName("banner")
        self._icon = IconLabel(theme, "info", self)
        self._text = Label("", self, "body", "banner_text", wrap=True)
        self._action = Button(theme, self.tr("Mend"), self, name="banner_action", size="compact")
        self._more = tuple(
            Button(theme, self.tr("Or"), self, name=f"banner_more_{number}", size="compact")
            for number in range(MOST_MORE)
        )
        self._close = IconButton(theme, "close", self.tr("Put away"), self, name="banner_close", size="compact")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._action)
        for number, button in enumerate(self._more):
            self._row.addWidget(button)
            button.clicked.connect(partial(self._do_more, number))
        self._row.addWidget(self._close)
        self._action.clicked.connect(self._on_action_clicked)
        self._close.clicked.connect(self._on_close_clicked)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is put away."""
        shown = self._shown
        return self._notices[shown].text if shown else ""

    @property
    def _shown(self) -> str:
        return max(self._notices, key=lambda key: self._notices[key].rank, default="")

    def put_up(self, key: str, notice: Notice) -> None:
        """Shows a notice, in place of the one with the same key; not one that the user has put away."""
        if self._away.get(key) is None or self._away[key].text != notice.text:
            self._away.pop(key, None)
            self._notices[key] = notice
            self._update_shown()

    def take_down(self, key: str) -> None:
        """What the notice said is over."""
        self._away.pop(key, None)
        if self._notices.pop(key, None) is not None:
            self._update_shown()

    def _update_shown(self) -> None:
        notice = self._notices.get(self._shown)
        if notice is not None:
            self._text.setText(notice.text)
            self._icon.set_icon(*_ICONS[notice.severity])
            self._action.set_text(notice.action)
            self._action.setVisible(bool(notice.action))
            for number, button in enumerate(self._more):
                button.setVisible(number < len(notice.more))
                button.set_text(notice.more[number][0] if number < len(notice.more) else self.tr("Or"))
        self.setVisible(notice is not None)
        self.update()

    @Slot()
    def _on_action_clicked(self) -> None:
        notice = self._notices.get(self._shown)
        if notice is not None and notice.do is not None:
            notice.do()

    def _do_more(self, number: int) -> None:
        notice = self._notices.get(self._shown)
        if notice is not None and number < len(notice.more):
            notice.more[number][1]()

    @Slot()
    def _on_close_clicked(self) -> None:
        key = self._shown
        self._away[key] = self._notices.pop(key)
        self._update_shown()

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        padding, small = theme.px(token("space.panel_padding")), theme.px(token("space.steps")[0])
        self._row.setContentsMargins(padding, small, small, small)
        self._row.setSpacing(theme.px(token("space.section_gap")))
        self.setMinimumHeight(theme.px(token("layout.panel_header")))

    def paintEvent(self, event: QPaintEvent) -> None:
        notice = self._notices.get(self._shown)
        painter = QPainter(self)
        error = notice is not None and notice.severity == "error"
        painter.fillRect(self.rect(), self._theme.color("error.tint" if error else "bg.card"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("line.soft"))
