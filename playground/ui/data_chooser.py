"""The data chooser: which data set, how it is made and split, and other points."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.checks import with_dataset
from playground.catalog.dataset import Dataset, Samples, Sources
from playground.document.params import Value, defaults
from playground.document.project import SCALING, SEED, TRAIN_SHARE
from playground.engine.messages import DataReady
from playground.ui.class_counts import ClassCounts
from playground.ui.controls.buttons import Button
from playground.ui.controls.labels import Label, Line
from playground.ui.data_button import data_icon
from playground.ui.data_picture import data_picture
from playground.ui.download import Download
from playground.ui.forms import Form
from playground.ui.hyper_parameters import sentence
from playground.ui.icons import paint_icon
from playground.ui.models import Models
from playground.ui.theme import token
from playground.ui.training import Training

WIDTH, COLUMNS, TILE, PICTURE = 400, 4, 89, 48
OWN = "set."


class DataChooser(QFrame):
    """A popup under the data button. What it changes is applied at once, and can be undone."""

    def __init__(self, models: Models, training: Training, download: Download, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._models, self._download = models, download
        theme = models.theme
        self.setObjectName("data_chooser")
        self.setAccessibleName(self.tr("Choose the data"))
        self.setProperty("role", "popup")
        self._tiles: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._main = QWidget(self)
        self._column = QVBoxLayout(self._main)
        self._column.setContentsMargins(0, 0, 0, 0)
        for category, entries in CATALOGUE.datasets.by_category().items():
            self._column.addWidget(Label(category, self, "caption"))
            self._column.addLayout(self._make_tiles(entries))
        self._help = Label("", self, "secondary", "data_help", wrap=True)
        self._form = Form(theme, self, name="data_form")
        self._new_points = Button(theme, self.tr("New points"), self, name="new_points_button", icon_name="new_points")
        for widget in (self._help, Line(self), self._form, self._new_points):
            self._column.addWidget(widget)
        self.counts = ClassCounts(theme, self)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._main, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self.counts, 0, Qt.AlignmentFlag.AlignTop)
        self._form.edited.connect(self._on_edited)
        self._new_points.clicked.connect(training.new_points)
        models.document.changed.connect(self._update_form)
        models.document.replaced.connect(self._update_form)
        models.runner.message.connect(self._on_message)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._update_form()

    def _make_tiles(self, entries: list[Dataset]) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(self._models.theme.px(token("space.control_gap")))
        for number, dataset in enumerate(entries):
            tile = QToolButton(self)
            tile.setObjectName(f"data_{dataset.name}")
            tile.setText(dataset.label)
            tile.setAccessibleName(dataset.label)
            tile.setToolTip(dataset.help)
            tile.setCheckable(True)
            tile.setProperty("role", "tile")
            tile.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            # A click takes the focus along: Space must not choose the set before it again.
            tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            tile.clicked.connect(partial(self._choose, dataset.name))
            self._tiles[dataset.name] = tile
            self._group.addButton(tile)
            grid.addWidget(tile, number // COLUMNS, number % COLUMNS)
        grid.setColumnStretch(COLUMNS, 1)
        return grid

    def open_under(self, button: QWidget) -> None:
        """Shows the chooser under a button."""
        # Its parts have their sizes only once the style sheet has reached them.
        self.ensurePolished()
        for child in self.findChildren(QWidget):
            child.ensurePolished()
        self._update_pictures()
        self._fit_height()
        self.move(button.mapToGlobal(QPoint(0, button.height() + self._models.theme.px(4))))
        self.show()
        chosen = self._tiles[self._models.document.project.data.name]
        chosen.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fit_height(self) -> None:
        # Rows that were just hidden still count until the layouts have heard of it.
        self._form.updateGeometry()
        for layout in (self._column, self._row):
            layout.invalidate()
            layout.activate()
        padding = self._row.contentsMargins().top()
        inner = self._models.theme.px(WIDTH) - 2 * padding
        beside = self.counts.sizeHint().width() + self._row.spacing() if self.counts.isVisibleTo(self) else 0
        height = self._column.totalHeightForWidth(inner)
        self._main.setFixedSize(inner, height)
        if beside:
            height = max(height, self.counts.sizeHint().height())
        self.setFixedSize(inner + beside + 2 * padding, height + 2 * padding)

    def _choose(self, name: str) -> None:
        document = self._models.document
        if name != document.project.data.name:
            label = CATALOGUE.datasets[name].label
            document.apply(self.tr("Use the data {}").format(label), with_dataset(document.project, name))

    # -- the form -------------------------------------------------------------------------------------------

    @Slot()
    def _update_form(self) -> None:
        choice = self._models.document.project.data
        dataset = CATALOGUE.datasets[choice.name]
        self._tiles[choice.name].setChecked(True)
        self._help.setText(dataset.help)
        own = tuple(replace(param, name=OWN + param.name) for param in dataset.params)
        values: dict[str, Value] = {OWN + name: value for name, value in choice.params.items()}
        values |= {"train_share": choice.train_share, "scaling": choice.scaling, "seed": choice.seed}
        # A set with parameters is drawn anew for every seed; the others are what they are.
        drawn = bool(dataset.params)
        shared = (TRAIN_SHARE, SCALING, SEED) if drawn or dataset.name == "digits" else (SCALING,)
        self._form.show_values((*own, *shared), values)
        self._new_points.setVisible(drawn and len(dataset.shape) == 1)
        self._update_counts()

    def _update_counts(self) -> None:
        """The classes of the data as they are split; nothing until they are loaded."""
        data = self._models.runner.data
        loaded = data is not None and data.dataset.name == self._models.document.project.data.name
        self.counts.show_data(data if loaded else None)
        if self.isVisible():
            self._fit_height()

    @Slot(object)
    def _on_message(self, message: object) -> None:
        if isinstance(message, DataReady):
            self._update_counts()

    @Slot(str, object, object)
    def _on_edited(self, name: str, value: Value, gesture: object) -> None:
        project = self._models.document.project
        dataset = CATALOGUE.datasets[project.data.name]
        if name.startswith(OWN):
            own = name.removeprefix(OWN)
            label = next(param.label for param in dataset.params if param.name == own)
            new = project.with_data(params=project.data.params.set(own, value))
        else:
            label = {"train_share": TRAIN_SHARE, "scaling": SCALING, "seed": SEED}[name].label
            new = project.with_data(**{name: value})
        self._models.document.apply(sentence(self.tr("Set"), label), new, merge=gesture)

    # -- looks ----------------------------------------------------------------------------------------------

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._models.theme
        padding = theme.px(token("space.panel_padding"))
        self._row.setContentsMargins(padding, padding, padding, padding)
        self._row.setSpacing(2 * padding)
        self._column.setSpacing(theme.px(token("space.section_gap")))
        side = theme.px(PICTURE)
        for tile in self._tiles.values():
            tile.setIconSize(QSize(side, side))
            tile.setFixedWidth(theme.px(TILE))
        if self.isVisible():
            self._update_pictures()

    def _update_pictures(self) -> None:
        """Draws samples on every tile; files of data sets may have come since the last time."""
        side = self._models.theme.px(PICTURE)
        for name, tile in self._tiles.items():
            tile.setIcon(QIcon(self._picture(CATALOGUE.datasets[name], side)))

    def _picture(self, dataset: Dataset, side: int) -> QPixmap:
        theme, ratio = self._models.theme, self.devicePixelRatioF()
        samples = self._samples(dataset)
        if samples is None:
            return self._icon_in_middle(data_icon(dataset), side, ratio)
        return QPixmap.fromImage(data_picture(theme, dataset, samples, side, ratio))

    def _samples(self, dataset: Dataset) -> Samples | None:
        if dataset.preview is not None:
            return dataset.preview(self._download.sources)
        return dataset.load(defaults(dataset.params), SEED.default, Sources()).samples

    def _icon_in_middle(self, name: str, side: int, ratio: float) -> QPixmap:
        made = QPixmap(round(side * ratio), round(side * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        paint_icon(
            painter, QRectF(side / 4, side / 4, side / 2, side / 2), name, self._models.theme.color("text.secondary")
        )
        painter.end()
        return made
