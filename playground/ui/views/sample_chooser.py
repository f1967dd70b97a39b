"""Which sample the network looks at: the drawing, or one of the test set, by class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.catalog.dataset import Data
from playground.document.project import Project
from playground.engine.messages import DataReady
from playground.engine.requests import Picture, TestSample
from playground.ui.controls.boxes import ChoiceBox
from playground.ui.controls.buttons import Button
from playground.ui.controls.labels import Label
from playground.ui.controls.segmented import Segmented
from playground.ui.models import Models
from playground.ui.numbers import whole
from playground.ui.pictures import pixel_picture
from playground.ui.theme import token
from playground.ui.views.base import View
from playground.ui.views.base.sample_grid import SampleGrid
from playground.ui.views.base.samples import has_images, raw_test_sample

DRAWN, TEST = "drawn", "test"
EVERY = "all"
# So many samples of a class stand in the grid.
MOST, COLUMNS = 120, 4


class SampleChooserView(View):
    """The drawing or the samples of the test set, all or those of one class; a click looks at one everywhere."""

    name = "sample_chooser"
    title = str(QT_TRANSLATE_NOOP("View", "Sample"))
    workspaces = ("inspect",)
    area = "left"

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(models, parent)
        theme = models.theme
        self._data: Data | None = None
        # The numbers in the test set of the samples in the grid.
        self._shown: NDArray[np.intp] = np.empty(0, np.intp)
        options = ((DRAWN, self.tr("Drawn")), (TEST, self.tr("Test")))
        self.source = Segmented(
            theme, options, self, name="sample_source", text=self.caption(), height="height_compact"
        )
        self.source.set_value(TEST)
        self.classes = ChoiceBox(theme, (), self.content, name="sample_class", text=self.tr("Class"))
        self.count = Label("", self.content, "caption", "sample_count")
        self._scroll = QScrollArea(self.content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget(self._scroll)
        self.grid = SampleGrid(theme, inner, name="sample_chooser_grid", columns=COLUMNS, plain=True)
        self.grid.setAccessibleName(self.tr("Samples"))
        self.nothing = Label(self.tr("Nothing drawn yet."), self.content, "secondary", "sample_nothing")
        self.draw = Button(theme, self.tr("Draw"), self.content, name="sample_draw", icon_name="brush", size="compact")
        self._lay_out(inner)
        self.source.chosen.connect(self._on_source_chosen)
        self.classes.chosen.connect(self._on_class_chosen)
        self.grid.chosen.connect(self._on_chosen)
        self.draw.clicked.connect(self._on_draw_clicked)
        models.focus.input_changed.connect(self._on_input_changed)
        models.runner.message.connect(self._on_message)
        self.update_theme()
        self.refresh()

    def _lay_out(self, inner: QWidget) -> None:
        held = QVBoxLayout(inner)
        held.setContentsMargins(0, 0, 0, 0)
        held.addWidget(self.grid)
        held.addStretch(1)
        self._scroll.setWidget(inner)
        self._row = QHBoxLayout()
        self._row.addWidget(self.classes, 1)
        self._row.addWidget(self.count)
        self._drawing = QHBoxLayout()
        self._drawing.addWidget(self.nothing, 1)
        self._drawing.addWidget(self.draw)
        self._column = QVBoxLayout(self.content)
        self._column.addLayout(self._row)
        self._column.addLayout(self._drawing)
        self._column.addWidget(self._scroll, 1)

    @classmethod
    def suits(cls, project: Project) -> bool:
        return has_images(project)

    def header_controls(self) -> list[QWidget]:
        return [self.source]

    def update_theme(self) -> None:
        super().update_theme()
        theme = self.models.theme
        padding = theme.px(token("space.panel_padding"))
        self._row.setContentsMargins(padding, 0, padding, 0)
        self._drawing.setContentsMargins(padding, 0, padding, 0)
        self._column.setContentsMargins(0, 0, 0, theme.px(8))
        self._column.setSpacing(theme.px(8))
        self._data = None

    # -- samples --------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        data = self.models.runner.data
        fits = data is not None and data.test.x.ndim == 4 and len(data.test) > 0
        self.say("" if fits else self.tr("The samples appear once the data are loaded."))
        if data is None or not fits:
            return
        self._update_classes(data)
        self._update_source()
        self._update_samples(data)

    def _update_classes(self, data: Data) -> None:
        names = data.dataset.class_names
        if [self.classes.itemText(at) for at in range(1, self.classes.count())] == list(names) and self.classes.count():
            return
        self.classes.clear()
        self.classes.addItem(self.tr("All classes"), EVERY)
        for number, name in enumerate(names):
            self.classes.addItem(name, str(number))
        self._data = None

    def _update_source(self) -> None:
        """What belongs to the drawing and what to the test set."""
        drawn = self.source.value == DRAWN
        self.classes.setVisible(not drawn)
        self.count.setVisible(not drawn)
        self.draw.setVisible(drawn)
        self.nothing.setVisible(drawn)
        empty = self.models.focus.drawing is None
        self.nothing.setText(self.tr("Nothing drawn yet.") if empty else self.tr("Your drawing"))

    def _update_samples(self, data: Data) -> None:
        focus = self.models.focus
        if self.source.value == DRAWN:
            pixels = focus.drawing.array() if focus.drawing is not None else None
            fits = pixels is not None and pixels.ndim == 3
            self.grid.images = [pixel_picture(pixels, self.models.theme)] if pixels is not None and fits else []
            self.grid.names, self.grid.truth, self._data = (), data.test.y[:0], None
            self.grid.current = 0 if fits and focus.input == focus.drawing else None
        else:
            if data is not self._data:
                self._data = data
                self._fill(data)
            source = focus.input
            shown = self._shown.tolist()
            index = source.index if isinstance(source, TestSample) else None
            self.grid.current = shown.index(index) if index in shown else None
        self.grid.updateGeometry()
        self.grid.update()

    def _fill(self, data: Data) -> None:
        """The samples of the chosen class, from the first."""
        chosen = self.classes.value
        numbers = np.arange(len(data.test))
        found = numbers if chosen == EVERY else numbers[data.test.y == int(chosen)]
        self._shown = found[:MOST]
        theme = self.models.theme
        self.grid.images = [pixel_picture(raw_test_sample(data, int(number)), theme) for number in self._shown]
        self.grid.names, self.grid.truth = data.dataset.class_names, data.test.y[self._shown]
        self.count.setText(whole(len(found)))

    # -- what happens ---------------------------------------------------------------------------------------------

    def _on_message(self, message: object) -> None:
        if isinstance(message, DataReady):
            self._data = None
            if self.isVisible():
                self.refresh()

    def _on_input_changed(self) -> None:
        source = self.models.focus.input
        if source is not None:
            self.source.set_value(DRAWN if isinstance(source, Picture) else TEST)
        if self.isVisible():
            self.refresh()

    def _on_source_chosen(self, value: str) -> None:
        focus = self.models.focus
        if value == DRAWN and focus.drawing is not None:
            focus.set_input(focus.drawing)
        elif value == TEST:
            focus.set_input(TestSample(int(self._shown[0]) if len(self._shown) else 0))
        self.refresh()

    def _on_class_chosen(self, value: str) -> None:
        self._data = None
        self.refresh()
        if len(self._shown):
            self.models.focus.set_input(TestSample(int(self._shown[0])))

    def _on_chosen(self, number: int) -> None:
        focus = self.models.focus
        if self.source.value == DRAWN and focus.drawing is not None:
            focus.set_input(focus.drawing)
        elif number < len(self._shown):
            focus.set_input(TestSample(int(self._shown[number])))

    def _on_draw_clicked(self) -> None:
        self.workspace_requested.emit("draw")
