"""Slow motion: how fast batches follow each other, and the button that says so and changes it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from playground.ui.controls.buttons import ICON_GAP
from playground.ui.icons import icon
from playground.ui.runner import Runner
from playground.ui.theme import Theme

# Batches a second, from the slowest to as fast as it goes.
PACES: tuple[float | None, ...] = (1.0, 5.0, 30.0, None)


class Pace(QObject):
    """The pace of one window. It belongs to no project and to no settings: every window starts at full speed."""

    changed = Signal()

    def __init__(self, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner

    @property
    def step(self) -> int:
        """Which of the paces is in use, counted from the slowest."""
        return PACES.index(self._runner.pace)

    def choose(self, step: int) -> None:
        """Takes one of the paces."""
        if step != self.step:
            self._runner.set_pace(PACES[step])
            self.changed.emit()

    @Slot()
    def slower(self) -> None:
        """One step slower, as far as there is one."""
        self.choose(max(0, self.step - 1))

    @Slot()
    def faster(self) -> None:
        """One step faster, up to full speed."""
        self.choose(min(len(PACES) - 1, self.step + 1))

    @property
    def can_slow(self) -> bool:
        """Whether there is a slower pace."""
        return self.step > 0

    @property
    def can_hasten(self) -> bool:
        """Whether there is a faster pace."""
        return self.step < len(PACES) - 1

    def text(self, step: int) -> str:
        """A pace in words."""
        pace = PACES[step]
        if pace is None:
            return self.tr("Full speed")
        return self.tr("1 batch a second") if pace == 1 else self.tr("{} batches a second").format(round(pace))

    def short_text(self, step: int) -> str:
        """A pace in as few letters as it takes."""
        pace = PACES[step]
        return self.tr("Full") if pace is None else self.tr("{}/s").format(round(pace))


class PaceButton(QToolButton):
    """Shows the pace and opens a menu of all. It keeps its width, whichever is chosen."""

    def __init__(self, theme: Theme, pace: Pace, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._pace, self._compact = theme, pace, False
        self.setObjectName("pace_button")
        self.setProperty("role", "flat")
        self.setProperty("extent", "transport")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setObjectName("pace_menu")
        self._choices = QActionGroup(menu)
        # The fastest on top: up is more.
        for step in reversed(range(len(PACES))):
            choice = menu.addAction(pace.text(step))
            choice.setObjectName(f"pace_{step}")
            choice.setData(step)
            choice.setCheckable(True)
            self._choices.addAction(choice)
        self.setMenu(menu)
        self._choices.triggered.connect(self._on_chosen)
        pace.changed.connect(self._update_pace)
        theme.changed.connect(self._update_pace)
        self._update_pace()

    def set_compact(self, compact: bool) -> None:
        """Gives up its text to save room."""
        if compact != self._compact:
            self._compact = compact
            self._update_pace()

    def sizeHint(self) -> QSize:
        # Qt asks for a little more than the style sheet allows.
        hint = super().sizeHint().boundedTo(self.maximumSize())
        if not self._compact:
            texts = (ICON_GAP + self._pace.short_text(step) for step in range(len(PACES)))
            widest = max(self.fontMetrics().horizontalAdvance(text) for text in texts)
            hint.setWidth(hint.width() + max(0, widest - self.fontMetrics().horizontalAdvance(self.text())))
        return hint

    minimumSizeHint = sizeHint

    @Slot(QAction)
    def _on_chosen(self, choice: QAction) -> None:
        self._pace.choose(choice.data())

    @Slot()
    def _update_pace(self) -> None:
        step, slow = self._pace.step, self._pace.can_hasten
        self.setText("" if self._compact else ICON_GAP + self._pace.short_text(step))
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if self._compact else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self.setToolButtonStyle(style)
        self.setProperty("square", self._compact)
        about = self.tr("Speed: {}").format(self._pace.text(step))
        self.setAccessibleName(about)
        self.setToolTip(about)
        # In slow motion it stands out: nobody shall take it for a slow computer.
        self.setIcon(icon(self._theme, "pace", "accent.base" if slow else "text.secondary"))
        self.setIconSize(QSize(self._theme.px(16), self._theme.px(16)))
        for choice in self._choices.actions():
            choice.setChecked(choice.data() == step)
        self.style().unpolish(self)
        self.style().polish(self)
        self.updateGeometry()
