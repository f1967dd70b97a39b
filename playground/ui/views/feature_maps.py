"""The maps of one layer for the picture looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP, QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.document.project import Project
from playground.document.shapes import active_nodes, shape_text
from playground.document.storage import StorageError, atomic_write
from playground.engine.mailbox import Frame
from playground.engine.requests import Input, Request, TestSample
from playground.ui.controls.boxes import ChoiceBox
from playground.ui.controls.labels import Label
from playground.ui.document import Document
from playground.ui.editor.thumbnails import never_negative
from playground.ui.models import Models
from playground.ui.numbers import figure
from playground.ui.pictures import part, pixel_picture, png, signed_picture, zero_picture
from playground.ui.theme import Theme, token
from playground.ui.views.base import View
from playground.ui.views.base.readout import Readout
from playground.ui.views.base.samples import has_images

Maps = NDArray[np.float32]
MOST_MAPS = 256
# A map on a saved sheet has this many pixels for each of its own.
SHEET_SCALE = 8


class Mosaic(QWidget):
    """Maps (n, h, w) side by side, as large as they fit, hard-edged."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.maps: Maps | None = None
        self._table = "signed"
        self._image = QImage()
        self.readout = Readout(theme, self)
        self.setObjectName("feature_maps_mosaic")
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def set_maps(self, maps: Maps | None, table: str) -> None:
        """Shows these maps in the colours of this map: "signed", "from_zero" or "image"."""
        self.maps, self._table = maps, table
        if maps is not None:
            gain: float = token("colormap.gain.feature_map")
            shown = maps[:MOST_MAPS]
            if table == "image":
                self._image = pixel_picture(shown.reshape(-1, shown.shape[-1]), self._theme)
            elif table == "from_zero":
                self._image = zero_picture(shown, self._theme, gain=gain)
            else:
                self._image = signed_picture(shown, self._theme, gain=gain)
        self.update()

    @property
    def count(self) -> int:
        """How many maps are in view."""
        return 0 if self.maps is None else min(len(self.maps), MOST_MAPS)

    @property
    def image(self) -> QImage:
        """The maps below each other, a pixel for each value."""
        return self._image

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(260), self._theme.px(180))

    def _grid(self, width: float, height: float, gap: float) -> tuple[int, float, float]:
        """How many columns give the largest maps in this room, and the size of a map."""
        assert self.maps is not None
        rows_of, columns_of = self.maps.shape[1:]
        best = (1, 0.0, 0.0)
        for columns in range(1, self.count + 1):
            rows = -(-self.count // columns)
            across = (width - (columns - 1) * gap) / columns / columns_of
            down = (height - (rows - 1) * gap) / rows / rows_of
            scale = max(0.0, min(across, down))
            if scale * columns_of > best[1] + 1e-6:
                best = (columns, scale * columns_of, scale * rows_of)
        return best

    def rect_of(self, number: int) -> QRectF:
        """Where a map stands."""
        theme = self._theme
        padding, gap = theme.px(token("space.panel_padding")), theme.px(token("card.maps.gap"))
        width, height = self.width() - 2 * padding, self.height() - padding
        columns, across, down = self._grid(width, height, gap)
        row, column = divmod(number, columns)
        return QRectF(padding + column * (across + gap), row * (down + gap), across, down)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for number in range(self.count):
            rect = self.rect_of(number)
            painter.drawImage(rect, self._image, QRectF(part(self._image, number, self.count)))
        painter.setPen(QPen(self._theme.color("line.soft"), 1))
        for number in range(self.count):
            painter.drawRect(self.rect_of(number).adjusted(0.5, 0.5, -0.5, -0.5))

    def sheet(self) -> bytes:
        """All maps as a PNG file, each value eight pixels wide."""
        assert self.maps is not None
        gap = SHEET_SCALE
        across, down = (length * SHEET_SCALE for length in (self.maps.shape[2], self.maps.shape[1]))
        columns = max(1, round((self.count * down / across) ** 0.5))
        rows = -(-self.count // columns)
        sheet = QImage(columns * (across + gap) - gap, rows * (down + gap) - gap, QImage.Format.Format_RGB32)
        sheet.fill(self._theme.color("bg.panel"))
        painter = QPainter(sheet)
        for number in range(self.count):
            row, column = divmod(number, columns)
            target = QRectF(column * (across + gap), row * (down + gap), across, down)
            painter.drawImage(target, self._image, QRectF(part(self._image, number, self.count)))
        painter.end()
        return png(sheet)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        for number in range(self.count):
            rect = self.rect_of(number)
            if rect.contains(place):
                self._show_value(number, rect, place.toPoint())
                return
        self.readout.hide()

    def _show_value(self, number: int, rect: QRectF, place: QPoint) -> None:
        assert self.maps is not None
        _, height, width = self.maps.shape
        row = min(height - 1, int((place.y() - rect.top()) / rect.height() * height))
        column = min(width - 1, int((place.x() - rect.left()) / rect.width() * width))
        value = figure(float(self.maps[number, row, column]), 3)
        where = self.tr("row {row}, column {column}").format(row=row + 1, column=column + 1)
        self.readout.show_at(place, [("", self.tr("Map {number}").format(number=number + 1), value), ("", where, "")])

    def leaveEvent(self, event: QEvent) -> None:
        self.readout.hide()


class FeatureMapsView(View):
    """The maps of the chosen layer: of the selected card, or of the list."""

    name = "feature_maps"
    title = str(QT_TRANSLATE_NOOP("View", "Feature maps"))
    workspaces = ("train", "draw")
    area = "bottom"
    wide = 280

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(models, parent)
        self._node = ""
        self._maps: Maps | None = None
        self.mosaic = Mosaic(models.theme, self.content)
        self.mosaic.setAccessibleName(self.caption())
        self.layers = ChoiceBox(models.theme, (), self.content, name="feature_maps_layer", text=self.tr("Layer"))
        self.size_text = Label("", self.content, "caption", "feature_maps_size")
        self._save = QAction(self.tr("Save the maps as a picture…"), self.mosaic)
        self._save.setObjectName("save_feature_maps")
        self._save.triggered.connect(self._on_save_triggered)
        self.mosaic.addAction(self._save)
        # Not in the header: beside a list the title would be cut off.
        self._row = QHBoxLayout()
        self._row.addWidget(self.layers, 1)
        self._row.addWidget(self.size_text)
        self._column = QVBoxLayout(self.content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._row)
        self._column.addWidget(self.mosaic, 1)
        self.layers.chosen.connect(self._on_layer_chosen)
        models.focus.selection_changed.connect(self._on_selection_changed)
        models.focus.input_changed.connect(self._on_input_changed)
        models.document.changed.connect(self._on_project_changed)
        models.document.replaced.connect(self._on_project_changed)
        self.update_theme()
        self._update_layers()

    @classmethod
    def suits(cls, project: Project) -> bool:
        return has_images(project)

    # -- layers ---------------------------------------------------------------------------------------------------

    def _update_layers(self) -> None:
        """Lists the layers of the network whose output is a stack of maps."""
        document = self.models.document
        graph = document.project.graph
        known = [node for node in active_nodes(graph, CATALOGUE.layers) if len(_shape(document, node)) == 3]
        self.layers.clear()
        for number, node_id in enumerate(known, 1):
            node = graph.node(node_id)
            title = node.name or CATALOGUE.layers[node.kind].card_title(node.params)
            self.layers.addItem(f"{number}  {title}", node_id)
        if self._node not in known:
            convolutions = [id for id in known if CATALOGUE.layers[graph.node(id).kind].category == "convolution"]
            self._node = next(iter(convolutions or known), "")
            self._maps = None
        self.layers.set_value(self._node)
        self.layers.setEnabled(bool(known))
        shape = _shape(document, self._node)
        self.size_text.setText(shape_text(shape) if shape else "")

    def _look_at(self, node: str) -> None:
        if node != self._node:
            self._node, self._maps = node, None
            self._update_layers()
            self.wants_changed.emit()

    def _on_layer_chosen(self, node: str) -> None:
        self._look_at(node)

    def _on_selection_changed(self) -> None:
        selection = self.models.focus.selection
        if len(selection) == 1:
            (node,) = selection
            if self.layers.findData(node) >= 0:
                self._look_at(node)

    def _on_project_changed(self, *_: object) -> None:
        self._update_layers()
        if self.isVisible():
            self.wants_changed.emit()

    def _on_input_changed(self) -> None:
        if self.isVisible():
            self.wants_changed.emit()

    # -- maps -----------------------------------------------------------------------------------------------------

    def _request(self) -> Request | None:
        source: Input = self.models.focus.input or TestSample(0)
        return Request("activations", (self._node,), source) if self._node else None

    def wants(self) -> tuple[Request, ...]:
        request = self._request()
        return () if request is None else (request,)

    def show_frame(self, frame: Frame) -> None:
        request = self._request()
        found = None if request is None else frame.pictures.get(request)
        maps = None if found is None else found.get(self._node)
        if maps is not None and maps.ndim == 3:
            self._maps = maps
            self.refresh()

    def refresh(self) -> None:
        graph = self.models.document.project.graph
        if not self._node:
            self.say(self.tr("This network has no layer with maps. Add a convolution."))
        elif self._maps is None or self._node not in graph:
            self.say(self.tr("The maps appear once the network is built."))
        else:
            kind = graph.node(self._node).kind
            table = "image" if kind == "image" else "from_zero" if never_negative(graph, self._node) else "signed"
            self.mosaic.set_maps(self._maps, table)
            self.say("")

    def update_theme(self) -> None:
        super().update_theme()
        theme = self.models.theme
        padding = theme.px(token("space.panel_padding"))
        self._row.setContentsMargins(padding, 0, padding, 0)
        self._row.setSpacing(theme.px(8))
        self._column.setSpacing(theme.px(8))

    # -- saving ---------------------------------------------------------------------------------------------------

    def _on_save_triggered(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self._save.text(), "feature-maps.png", self.tr("Pictures (*.png)"))
        if name:
            self.save_sheet(Path(name))

    def save_sheet(self, path: Path) -> None:
        """Writes the maps in view as a PNG file; says so where that fails."""
        try:
            atomic_write(path, self.mosaic.sheet())
        except StorageError as error:
            QMessageBox.warning(self, self.caption(), str(error))


def _shape(document: Document, node: str) -> tuple[int, ...]:
    """The inferred shape of a node; empty where it has none."""
    found = document.shapes.get(node)
    return found if isinstance(found, tuple) else ()
