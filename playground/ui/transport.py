"""The transport row: which data, train and step, how far it is, how good it is, and on what it is computed."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.engine.mailbox import Frame
from playground.ui.actions import Actions
from playground.ui.controls.buttons import ActionButton, Button
from playground.ui.controls.labels import Line
from playground.ui.controls.segmented import Segmented
from playground.ui.data_button import DataButton
from playground.ui.figures import BatchProgress, Figure
from playground.ui.models import Models
from playground.ui.numbers import figure, loss_text, percent, whole
from playground.ui.pace import PaceButton
from playground.ui.speed import Speed
from playground.ui.theme import THEMES, token
from playground.ui.training import Training

# Numbers that change faster than this cannot be read.
UPDATE_SECONDS = 0.1
# What the row gives up when it is too narrow, in this order. What is no whole control is enough for the smallest
# window at zoom 1; the whole controls that go after it are in the menus too.
GIVEN_UP = (
    "speed", "pace_text", "step_texts", "note", "titles", "gaps", "device_icon", "new_weights", "theme_switch",
    "device", "progress", "pace", "epoch", "batch",
)  # fmt: skip


class Transport(QWidget):
    """The row under the menus. `data_button_clicked` asks for the data chooser."""

    data_button_clicked = Signal()

    def __init__(self, models: Models, training: Training, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._models, self._training, self._actions = models, training, actions
        self._speed = Speed()
        self._updated = 0.0
        self._fitted: tuple[object, ...] = ()
        self.setObjectName("transport")
        self.setAccessibleName(self.tr("Transport"))
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._make_controls()
        self._make_figures()
        self._lay_out()
        self._listen()
        self._on_theme_changed()
        self._update_state()

    # -- making ---------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        theme = self._models.theme
        self.data_button = DataButton(self._models, self._training, self)
        self.train = Button(theme, self.tr("Train"), self, name="train_button", icon_name="play", role="primary",
                            size="transport")  # fmt: skip
        self.train.keep_room(self.tr("Train"), self.tr("Pause"))
        self.batch = Button(theme, self.tr("Batch"), self, name="batch_button", icon_name="batch", size="transport")
        self.epoch = Button(theme, self.tr("Epoch"), self, name="epoch_button", icon_name="epoch", size="transport")
        self.reset = ActionButton(theme, "reset", self._actions["reset"], self, size="transport")
        self.new_weights = ActionButton(theme, "new_weights", self._actions["new_weights"], self, size="transport")
        self.pace = PaceButton(theme, self._training.pace, self)
        devices = (("cpu", self.tr("CPU")), ("cuda", self.tr("GPU")))
        self.device = Segmented(theme, devices, self, name="device", text=self.tr("Device"), icons={"cuda": "chip"})
        themes = tuple(zip(THEMES, (self.tr("Dark"), self.tr("Light")), strict=True))
        self.theme_switch = Segmented(
            theme, themes, self, name="theme", text=self.tr("Theme"), icons={"dark": "moon", "light": "sun"},
            icons_only=True,
        )  # fmt: skip

    def _make_figures(self) -> None:
        theme, loss = self._models.theme, loss_text(10)
        accuracy, per_cent = figure(100, 1), "%"
        self.epochs = Figure(theme, self.tr("Epoch"), self, name="epoch_figure", widest="000")
        self.progress = BatchProgress(theme, self, name="batch_progress")
        self.train_loss = Figure(theme, self.tr("Train loss"), self, name="train_loss", widest=loss,
                                 series="series.train")  # fmt: skip
        self.test_loss = Figure(theme, self.tr("Test loss"), self, name="test_loss", widest=loss,
                                series="series.test")  # fmt: skip
        self.train_accuracy = Figure(theme, self.tr("Train accuracy"), self, name="train_accuracy", widest=accuracy,
                                     unit=per_cent, series="series.train", short=self.tr("Train acc."))  # fmt: skip
        self.test_accuracy = Figure(theme, self.tr("Test accuracy"), self, name="test_accuracy", widest=accuracy,
                                    unit=per_cent, series="series.test", short=self.tr("Test acc."))  # fmt: skip

    def _lay_out(self) -> None:
        self._row = QHBoxLayout(self)
        self._lines = [Line(self, vertical=True) for _ in range(3)]
        groups: list[list[QWidget]] = [
            [self.data_button],
            [self.train, self.batch, self.epoch, self.reset, self.new_weights, self.pace],
            [self.epochs, self.progress],
            [self.train_loss, self.test_loss, self.train_accuracy, self.test_accuracy],
        ]
        for number, group in enumerate(groups):
            for widget in group:
                self._row.addWidget(widget)
            if number < len(self._lines):
                self._row.addWidget(self._lines[number])
        self._row.addStretch(1)
        self._row.addWidget(self.device)
        self._row.addWidget(self.theme_switch)

    def _listen(self) -> None:
        models = self._models
        self.data_button.clicked.connect(self.data_button_clicked)
        self.train.clicked.connect(self._training.toggle)
        self.batch.clicked.connect(self._training.batch)
        self.epoch.clicked.connect(self._training.epoch)
        self.device.chosen.connect(self._training.choose_device)
        self.theme_switch.chosen.connect(models.theme.switch)
        self._training.changed.connect(self._update_state)
        models.runner.frame.connect(self._on_frame)
        models.theme.changed.connect(self._on_theme_changed)

    # -- showing --------------------------------------------------------------------------------------------

    @Slot()
    def _update_state(self) -> None:
        training, runner = self._training, self._models.runner
        running, obstacle = training.running, training.obstacle
        self.train.set_text(self.tr("Pause") if running else self.tr("Train"))
        if runner.state == "starting":
            # The progress beside it shows this; a button that grows for a second would move the whole row.
            self.train.setAccessibleName(self.tr("Loading PyTorch"))
        self.train.set_icon("pause" if running else "play")
        self.train.setEnabled(running or not obstacle)
        for button, name in ((self.train, "train"), (self.batch, "batch"), (self.epoch, "epoch")):
            action = self._actions[name]
            about = f"{action.text()} ({action.shortcut().toString()})"
            button.setToolTip(about if running or not obstacle else obstacle)
            if button is not self.train:
                button.setEnabled(not running and not obstacle)
        project = self._models.document.project
        self.device.set_value("cuda" if project.training.device == "cuda" else "cpu")
        self.device.set_available("cuda", training.gpu_missing)
        if not running:
            self._speed.clear()
        self._update_figures()

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        if frame.batch_count:
            self._speed.add(frame.batch_count)
        slow = self._models.runner.pace is not None
        if slow or not self._training.running or time.monotonic() - self._updated > UPDATE_SECONDS:
            self._update_figures()

    def _update_figures(self) -> None:
        self._updated = time.monotonic()
        record, epochs = self._models.runner.record, self._models.document.project.training.epochs
        started = int(record.batches.column("epoch")[-1]) if len(record.batches) else self._training.epochs_done
        if self._of_other_data:
            started = 0
        self.epochs.set_widest(whole(epochs))
        self.epochs.set_text(whole(started), self.tr("of {}").format(whole(epochs)))
        self._update_progress()
        figures = self._models.runner.record.figures
        found = dict.fromkeys(figures, math.nan) if self._of_other_data else figures
        of_train, of_test = self._about()
        for shown in (self.train_loss, self.train_accuracy):
            shown.set_about(of_train)
        for shown in (self.test_loss, self.test_accuracy):
            shown.set_about(of_test)
        self.train_loss.set_text(loss_text(found["train_loss"]))
        self.test_loss.set_text(loss_text(found["test_loss"]))
        self.train_accuracy.set_text(percent(found["train_accuracy"]))
        self.test_accuracy.set_text(percent(found["test_accuracy"]))
        self._fit()

    @property
    def _of_other_data(self) -> bool:
        """True where what is known of the run says nothing of the data that the user has chosen since."""
        return self._training.lacks_data and not self._training.running

    def _about(self) -> tuple[str, str]:
        """What the figures of train and of test were measured on."""
        record = self._models.runner.record
        now, at_the_end = record.now, self.tr("Measured at the end of the epoch.")
        if now is None and record.known_by == "batches":
            samples = whole(round(record.running.samples))
            if record.running.since_edit:
                return self.tr("The mean over {} samples as trained since the last edit.").format(samples), at_the_end
            return self.tr("The mean over {} samples as trained so far.").format(samples), at_the_end
        if now is None:
            return self.tr("The mean over the batches of the epoch, as trained."), at_the_end
        return (
            self.tr("Measured on {} training samples with the network as it is now.").format(whole(now.train_samples)),
            self.tr("Measured on {} test samples with the network as it is now.").format(whole(now.test_samples)),
        )

    def _update_progress(self) -> None:
        record, state = self._models.runner.record, self._models.runner.state
        if state in ("starting", "loading"):
            self.progress.set_progress(self._training.obstacle, "", 0.0)
        elif state == "failed":
            self.progress.set_progress(self.tr("Not loaded"), "", 0.0)
        elif self._of_other_data:
            self.progress.set_progress(self.tr("Not trained"), "", 0.0)
        elif not len(record.batches):
            self._show_beginning()
        elif state == "finished":
            self.progress.set_progress(self.tr("Finished"), "", 1.0)
        else:
            batch, batches = (int(record.batches.column(name)[-1]) for name in ("batch", "batches"))
            rate = self._speed.per_second
            speed = self.tr("{}/s").format(whole(round(rate)) if rate >= 10 else figure(rate, 1)) if rate else ""
            text = self.tr("Batch {} of {}").format(whole(batch), whole(batches))
            self.progress.set_progress(text, speed, batch / batches)

    def _show_beginning(self) -> None:
        """A run of which no batch was seen: a new one, or one that was trained before and is opened again."""
        training = self._training
        if not training.trained:
            self.progress.set_progress(self.tr("Not trained"), "", 0.0)
        elif training.all_done:
            self.progress.set_progress(self.tr("Finished"), "", 1.0)
        else:
            text = self.tr("Partly trained") if training.untrained else self.tr("Trained weights")
            text = self.tr("Set by hand") if self._models.document.by_hand else text
            self.progress.set_progress(text, "", 0.0)

    # -- size -----------------------------------------------------------------------------------------------

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._models.theme
        self.setFixedHeight(theme.px(token("layout.transport_row")))
        padding = theme.px(token("space.panel_padding"))
        self._row.setContentsMargins(padding, 0, padding, 0)
        for line in self._lines:
            line.setFixedHeight(theme.px(token("control.height_transport")))
        self.theme_switch.set_value(theme.name)
        self._fitted = ()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        # Only now the style sheet has given the buttons their sizes.
        super().showEvent(event)
        self._fitted = ()
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.height())

    def _fit(self) -> None:
        """Leaves out what can be found elsewhere until the rest has room: first texts, then whole controls.

        Only the size of the row, the name of the data and the number of epochs to train count, never what training
        does: nothing may move while it runs.
        """
        fitted = (self.width(), self.data_button.accessibleName(), self.epochs.width())
        if fitted == self._fitted:
            return
        self._fitted = fitted
        for count in range(len(GIVEN_UP) + 1):
            self._give_up(frozenset(GIVEN_UP[:count]))
            self._row.invalidate()
            if self._row.sizeHint().width() <= self.width():
                break
        # At once: else the row is painted squeezed before the event loop lays it out.
        self._row.activate()

    def _give_up(self, names: frozenset[str]) -> None:
        self.progress.set_compact("speed" in names)
        self.pace.set_compact("pace_text" in names)
        self.batch.set_text("" if "step_texts" in names else self.tr("Batch"))
        self.epoch.set_text("" if "step_texts" in names else self.tr("Epoch"))
        self.data_button.set_compact("note" in names)
        self.device.show_icons("device_icon" not in names)
        gap = token("space.grid" if "gaps" in names else "space.section_gap")
        self._row.setSpacing(self._models.theme.px(gap))
        for figure_ in (self.train_accuracy, self.test_accuracy):
            figure_.set_compact("titles" in names)
        for name in ("new_weights", "theme_switch", "device", "progress", "pace", "epoch", "batch"):
            getattr(self, name).setVisible(name not in names)
