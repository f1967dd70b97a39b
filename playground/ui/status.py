"""The status row: what is going on at the left, one hint for the present task and the frame rate at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.counts import hidden_layers
from playground.document.shapes import parameter_counts
from playground.engine.events import Rebuilt
from playground.engine.mailbox import Frame
from playground.engine.messages import Opened
from playground.resources import shipped_weights
from playground.ui.controls.labels import ElidedLabel, Label
from playground.ui.hint import MOST_LINES, Hint
from playground.ui.models import Models
from playground.ui.numbers import figure, percent, whole
from playground.ui.speed import Speed
from playground.ui.theme import token
from playground.ui.training import Training

UPDATE_MS = 400
MESSAGE_MS = 6_000
DOT = 7


class Status(QWidget):
    """The row at the bottom of the window. What it says elsewhere too gives way to a hint that needs the room."""

    def __init__(self, models: Models, training: Training, parent: QWidget) -> None:
        super().__init__(parent)
        self._models, self._training = models, training
        self._batches, self._frames = Speed(), Speed()
        self._workspace_hint = ""
        self._frame_waits = False
        self.setObjectName("status")
        self.setAccessibleName(self.tr("Status"))
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.state = ElidedLabel("", self, "caption", "status_state")
        self.state.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.speed = Label("", self, "caption", "status_speed")
        self.network = Label("", self, "caption", "status_network")
        self.parameters = Label("", self, "caption", "status_parameters")
        self.seed = Label("", self, "caption", "status_seed")
        self.hint = Hint(models.theme, self, "status_hint")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.frames = Label("", self, "caption", "status_frames")
        self._row = QHBoxLayout(self)
        for label in (self.state, self.speed, self.network, self.parameters, self.seed):
            self._row.addWidget(label)
        # Until something has been trained there is no speed, and no gap where it would stand.
        self.speed.hide()
        self._row.addWidget(self.hint, 1)
        self._row.addWidget(self.frames)
        self._timer = QTimer(self)
        self._timer.setInterval(UPDATE_MS)
        self._timer.timeout.connect(self._update_rates)
        self._message_timer = QTimer(self)
        self._message_timer.setSingleShot(True)
        self._message_timer.setInterval(MESSAGE_MS)
        self._message_timer.timeout.connect(self._forget_message)
        training.changed.connect(self._on_state_changed)
        training.pace.changed.connect(self._on_pace_changed)
        models.document.changed.connect(self._update_network)
        models.document.replaced.connect(self._update_network)
        models.runner.frame.connect(self._on_frame)
        models.theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._on_state_changed()
        self._update_network()

    def event(self, event: QEvent) -> bool:
        # Before the row is laid out, so that nothing is seen to jump.
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._make_room()
        return super().event(event)

    def _make_room(self) -> None:
        """Hides as few labels as let the hint be read: in one line where that can be, else in two."""
        gap, margins = self._row.spacing(), self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        # The name of a weights file may be of any length.
        self.state.setMaximumWidth(room // 2)
        taken = min(self.state.sizeHint().width(), room // 2) + gap
        leaving = (self.seed, self.network, self.parameters)
        taken += sum(label.sizeHint().width() + gap for label in (self.speed, self.frames) if not label.isHidden())
        widths = [label.sizeHint().width() + gap for label in leaving]
        tries = [(lines, count) for lines in range(1, MOST_LINES + 1) for count in range(len(leaving) + 1)]
        gone = next(
            (count for lines, count in tries if self.hint.fits(room - taken - sum(widths[count:]), lines)), len(leaving)
        )
        for number, label in enumerate(leaving):
            if label.isHidden() != (number < gone):
                label.setVisible(number >= gone)

    def painted(self) -> None:
        """The window has painted: counts where a frame of training is what it painted."""
        if self._frame_waits:
            self._frame_waits = False
            self._frames.add()

    def show_hint(self, hint: str) -> None:
        """What the user may want to do next in this workspace."""
        self._workspace_hint = hint
        self._forget_message()

    @Slot(str)
    def show_message(self, sentence: str) -> None:
        """Says why something was not done, for some seconds in place of the hint."""
        self.hint.setText(sentence)
        self._message_timer.start()

    @Slot(str)
    def take_back(self, sentence: str) -> None:
        """A sentence no longer holds."""
        if self.hint.text() == sentence:
            self._forget_message()

    @Slot()
    def _forget_message(self) -> None:
        self._message_timer.stop()
        self.hint.setText(self._workspace_hint)

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        if any(isinstance(news, (Opened, Rebuilt)) for news in (*frame.messages, *frame.notices)):
            # What was measured says nothing of another network.
            self._batches.clear()
            self.speed.hide()
        if frame.batch_count:
            self._batches.add(frame.batch_count)
            self._frame_waits = True

    @Slot()
    def _on_pace_changed(self) -> None:
        self._batches.clear()

    @Slot()
    def _on_state_changed(self) -> None:
        states = {
            "starting": self.tr("Loading PyTorch"),
            "loading": self.tr("Loading the data"),
            "ready": self._ready_text(),
            "training": self.tr("Training"),
            "paused": self.tr("Paused"),
            "finished": self.tr("Finished"),
            "failed": self.tr("Not loaded"),
        }
        count = len(self._models.document.problems)
        problems = "" if self._models.document.blocking is None else self._problems_text(count)
        self.state.setText(problems if problems and not self._training.running else states[self._models.runner.state])
        if self._training.running and not self._timer.isActive():
            self._batches.clear()
            self._frames.clear()
            self._timer.start()
        elif not self._training.running and self._timer.isActive():
            self._timer.stop()
            self.frames.setText("")
        self.update()

    def _ready_text(self) -> str:
        """Says what is in use where the weights are not those of this run: a shipped file or one beside the project."""
        path = self._training.weights
        if path is None:
            return self.tr("Ready")
        shipped = next((weights for weights in shipped_weights() if weights.path == path), None)
        if shipped is None:
            return self.tr("Ready, weights of {}").format(path.name)
        share = percent(shipped.test_accuracy)
        return self.tr("Ready, trained weights ({} % right on {})").format(share, shipped.data)

    def _problems_text(self, count: int) -> str:
        return self.tr("1 problem") if count == 1 else self.tr("{} problems").format(count)

    @Slot()
    def _update_rates(self) -> None:
        rate, frames = self._batches.per_second, self._frames.per_second
        # In slow motion it is the pause between batches that this would measure.
        if rate and self._models.runner.pace is None:
            milliseconds = 1000 / rate
            digits = 2 if milliseconds < 1 else 1 if milliseconds < 100 else 0
            self.speed.setText(self.tr("{} ms per batch").format(figure(milliseconds, digits)))
            self.speed.show()
        self.frames.setText(self.tr("{} fps").format(round(frames)) if frames else "")

    @Slot()
    def _update_network(self) -> None:
        document = self._models.document
        counts = parameter_counts(document.project.graph, CATALOGUE.layers, document.shapes)
        total = whole(sum(counts.values()))
        text = self.tr("{} parameters") if document.blocking is None else self.tr("{} parameters so far")
        self.parameters.setText(text.format(total))
        self.network.setText(self._depth_text(hidden_layers(document.project.graph)))
        self.seed.setText(self.tr("Seed {}").format(document.project.training.seed))

    def _depth_text(self, hidden: int) -> str:
        if hidden == 0:
            return self.tr("No hidden layer")
        one = hidden == 1
        return (
            self.tr("Deep network, 1 hidden layer") if one else self.tr("Deep network, {} hidden layers").format(hidden)
        )

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._models.theme
        self.setFixedHeight(theme.px(token("layout.status_row")))
        padding = theme.px(token("space.panel_padding"))
        self._row.setContentsMargins(padding + theme.px(DOT + 6), 0, padding, 0)
        self._row.setSpacing(theme.px(token("space.steps")[4]))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._models.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        running = self._training.running
        blocked = self._models.document.blocking is not None
        painter.setBrush(theme.color("accent.base" if running else "error.base" if blocked else "line.strong"))
        radius = theme.px(DOT) / 2
        painter.drawEllipse(QPointF(theme.px(token("space.panel_padding")) + radius, self.height() / 2), radius, radius)
