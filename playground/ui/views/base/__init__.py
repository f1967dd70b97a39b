"""What a view is: a panel that shows frames."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from playground.document.project import Project
from playground.engine.mailbox import Frame
from playground.engine.requests import Request
from playground.ui.cadence import Cadence
from playground.ui.controls.labels import Label
from playground.ui.models import Models


class View(QWidget):
    """A panel that takes the models in its constructor, listens to them and shows what frames bring.

    `name` is its object name, `title` what the user reads above it, `workspaces` where it has a place and `area`
    which one: "context", the column at the right, "left", the place of the palette, "bottom", or "centre", the place
    of the canvas. Subclasses fill `content`; `say` puts a sentence in its place while there is nothing to show.
    `wants` says what the training thread should compute for the next frame; emit `wants_changed` when the answer
    changes. A hidden view is neither asked nor shown anything; `refresh` brings it up to date when it is shown.
    `workspace_requested(name)` asks to go to another workspace.
    """

    wants_changed = Signal()
    workspace_requested = Signal(str)

    name = "view"
    title = ""
    workspaces: tuple[str, ...] = ()
    area = "context"
    # How wide a view of the bottom area likes to be at 100 %.
    wide = 0
    # Whether a view of the context column takes the height that is left over. One that does not may shrink instead.
    grows = True
    # The least time in seconds between two drawings while training: eyes read curves no faster.
    interval = 0.0
    # Which share of that time it is drawn after others.
    phase = 0.0

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.models = models
        self._cadence = Cadence(self.interval, self.phase)
        self.setObjectName(self.name)
        self.setAccessibleName(self.caption())
        self.content = QWidget(self)
        self._sentence = Label("", self, "secondary", f"{self.name}_sentence", wrap=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self.content)
        self._pages.addWidget(self._sentence)
        self._left_run: object = None
        models.theme.changed.connect(self._on_theme_changed)
        models.document.replaced.connect(self._on_project_left)

    @classmethod
    def caption(cls) -> str:
        """The title in the language of the window."""
        return QCoreApplication.translate("View", cls.title)

    @classmethod
    def suits(cls, project: Project) -> bool:
        """True where the view has something to show for this project."""
        return True

    def header_controls(self) -> list[QWidget]:
        """Widgets for the right end of the panel's header; whoever lays it out takes them over."""
        return []

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(self.models.theme.px(self.wide), hint.height()) if self.wide else hint

    def hasHeightForWidth(self) -> bool:
        # A height that depends on the width is a least height to a column that scrolls.
        return self.grows and super().hasHeightForWidth()

    def wants(self) -> tuple[Request, ...]:
        """Requests for the next frame."""
        return ()

    def show_frame(self, frame: Frame) -> None:
        """Draws what is new in a frame."""

    def is_due(self) -> bool:
        """Whether enough time has passed to draw again; always in slow motion and once training stands still."""
        runner = self.models.runner
        due = runner.state != "training" or runner.pace is not None or self._cadence.is_due()
        if due:
            self._cadence.take()
        return due

    def forget(self) -> None:
        """Lets go of what belongs to a project that was left for another one, whose data may take a while."""

    @property
    def run_is_left(self) -> bool:
        """Whether the record still has the run of a project that was left."""
        return self.models.runner.record.epochs is self._left_run

    def refresh(self) -> None:
        """Draws all that is known, after the view was hidden or the theme was switched."""

    def update_theme(self) -> None:
        """Takes over colours, fonts and sizes of the theme; subclasses extend it and call it once themselves."""
        self._sentence.setMargin(self.models.theme.px(16))

    def say(self, sentence: str) -> None:
        """Shows a sentence instead of the content; without one the content comes back."""
        self._sentence.setText(sentence)
        self._pages.setCurrentWidget(self._sentence if sentence else self.content)

    @property
    def said(self) -> str:
        """The sentence that stands in place of the content."""
        return self._sentence.text()

    def _on_project_left(self) -> None:
        self._left_run = self.models.runner.record.epochs
        self.forget()

    def _on_theme_changed(self) -> None:
        self.update_theme()
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self.wants_changed.emit()
