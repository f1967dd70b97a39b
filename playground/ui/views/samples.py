"""Test samples and what the network takes them for."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.catalog.dataset import Data
from playground.document.project import Project
from playground.engine.mailbox import Arrays, Frame
from playground.engine.messages import DataReady
from playground.engine.requests import Request, TestSample, TestSamples
from playground.ui.controls.labels import Label
from playground.ui.models import Models
from playground.ui.pictures import pixel_picture
from playground.ui.views.base import View
from playground.ui.views.base.sample_grid import SampleGrid
from playground.ui.views.base.samples import has_images, raw_test_sample

COUNT = 20


class SamplesView(View):
    """The first test samples with the class that the network gives them; a click looks at one everywhere."""

    name = "samples"
    title = str(QT_TRANSLATE_NOOP("View", "Test samples"))
    workspaces = ("train",)

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(models, parent)
        self._request = Request("predictions", input=TestSamples(COUNT))
        self._found: Arrays | None = None
        self._data: Data | None = None
        self.grid = SampleGrid(models.theme, self.content, name="samples_grid")
        self.grid.setAccessibleName(self.caption())
        self.score = Label("", self, "caption", "samples_score")
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.grid)
        column.addStretch(1)
        self.grid.chosen.connect(self._on_chosen)
        models.focus.input_changed.connect(self._on_input_changed)
        models.runner.message.connect(self._on_message)
        self.update_theme()
        self.refresh()

    @classmethod
    def suits(cls, project: Project) -> bool:
        return has_images(project)

    def header_controls(self) -> list[QWidget]:
        return [self.score]

    def wants(self) -> tuple[Request, ...]:
        return (self._request,)

    def show_frame(self, frame: Frame) -> None:
        found = frame.pictures.get(self._request)
        # While another project is loaded these are of the network before.
        if found is not None and self.models.runner.state != "loading":
            self._found = found
            self._update_predictions()

    def forget(self) -> None:
        self._found = None
        self._update_predictions()

    def update_theme(self) -> None:
        super().update_theme()
        self._data = None

    def refresh(self) -> None:
        data = self.models.runner.data
        fits = data is not None and data.test.x.ndim == 4
        self.say("" if fits else self.tr("The samples appear once the data are loaded."))
        if data is None or not fits:
            return
        if data is not self._data:
            self._data = data
            shown = range(min(COUNT, len(data.test)))
            theme = self.models.theme
            self.grid.images = [pixel_picture(raw_test_sample(data, number), theme) for number in shown]
            self.grid.names, self.grid.truth = data.dataset.class_names, data.test.y[: len(shown)]
            self.grid.updateGeometry()
        self._on_input_changed()
        self._update_predictions()

    def _update_predictions(self) -> None:
        grid = self.grid
        known = self._found is not None and len(self._found["classes"]) == len(grid.images)
        grid.predicted = self._found["classes"] if self._found is not None and known else grid.predicted[:0]
        grid.shares = self._found.get("shares") if self._found is not None and known else None
        wrong = sum(grid.is_wrong(number) for number in range(len(grid.predicted)))
        count = len(grid.predicted)
        text = self.tr("{right} of {count} right").format(right=count - wrong, count=count) if count else ""
        self.score.setText(text)
        grid.update()

    def _on_message(self, message: object) -> None:
        if isinstance(message, DataReady):
            self._found = None
            if self.isVisible():
                self.refresh()

    def _on_input_changed(self) -> None:
        source = self.models.focus.input
        self.grid.current = source.index if isinstance(source, TestSample) else None
        self.grid.update()

    def _on_chosen(self, number: int) -> None:
        self.models.focus.set_input(TestSample(number))
