"""The maps of one layer for the picture looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.document.project import Project
from playground.document.shapes import active_nodes, shape_text
from playground.engine.mailbox import Frame
from playground.engine.requests import Input, Request, TestSample
from playground.ui.controls.boxes import ChoiceBox
from playground.ui.controls.labels import Label
from playground.ui.document import Document
from playground.ui.editor.thumbnails import never_negative
from playground.ui.inspect.parts import MapRow, Maps
from playground.ui.inspect.saving import ask_path, save_picture
from playground.ui.models import Models
from playground.ui.theme import token
from playground.ui.views.base import View
from playground.ui.views.base.samples import has_images
from playground.ui.views.base.sheet_paper import SheetPaper

MOST_MAPS = 256
# What a list takes beside its text.
BOX = 40


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
        self._maps: NDArray[np.float32] | None = None
        self.mosaic = SheetPaper(models.theme, self.content, name="feature_maps_mosaic", text=self.caption(), bare=True)
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
        # Numbered as everywhere: the Input is 0, and layers without maps count, too.
        active = enumerate(active_nodes(graph, CATALOGUE.layers))
        numbered = [(number, node) for number, node in active if len(_shape(document, node)) == 3]
        known = [node for _, node in numbered]
        self.layers.clear()
        for number, node_id in numbered:
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
        size = shape_text(shape) if shape else ""
        self.size_text.setText(size)
        self.layers.setToolTip(", ".join(text for text in (self.layers.currentText(), size) if text))
        self._share_row()

    def _share_row(self) -> None:
        """The name of the layer comes before the size of its maps, which its tool tip says, too."""
        px = self.models.theme.px
        named = self.layers.fontMetrics().horizontalAdvance(self.layers.currentText()) + px(BOX)
        sized = self.size_text.sizeHint().width() + px(8)
        self.size_text.setVisible(named + sized + 2 * px(token("space.panel_padding")) <= self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_row()

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

    def forget(self) -> None:
        self._maps = None

    def _on_project_changed(self, *_: object) -> None:
        self._update_layers()
        if self.isVisible():
            self.refresh()
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
        # While another project is loaded these are of the network before.
        if maps is not None and maps.ndim == 3 and self.models.runner.state != "loading":
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
            row = MapRow(self.layers.currentText(), "", self._maps[:MOST_MAPS], table, self.tr("Map"))
            self.mosaic.show_parts((Maps((row,), units=False),))
            self.say("")

    def update_theme(self) -> None:
        super().update_theme()
        theme = self.models.theme
        padding = theme.px(token("space.panel_padding"))
        self._row.setContentsMargins(padding, 0, padding, 0)
        self._row.setSpacing(theme.px(8))
        self._share_row()
        self._column.setSpacing(theme.px(8))

    # -- saving ---------------------------------------------------------------------------------------------------

    def _on_save_triggered(self) -> None:
        path = ask_path(self, self._save.text(), "feature-maps")
        if path is not None:
            self.save_sheet(path)

    def save_sheet(self, path: Path) -> None:
        """Writes the maps in view as a PNG file; says so where that fails."""
        if self.mosaic.parts:
            picture = self.mosaic.picture(self.layers.currentText(), self.size_text.text())
            save_picture(self, self.caption(), picture, path)


def _shape(document: Document, node: str) -> tuple[int, ...]:
    """The inferred shape of a node; empty where it has none."""
    found = document.shapes.get(node)
    return found if isinstance(found, tuple) else ()
