"""The connections of a small Dense layer: a matrix in which a click takes one out or brings it back."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.connections import MOST, REMOVED, removed, toggled
from playground.catalog.layers.input import feature_labels
from playground.document.graph import Node
from playground.document.shapes import Shape, active_inputs, active_nodes
from playground.ui.by_hand import Held, NumberError, type_in
from playground.ui.controls.buttons import Button
from playground.ui.controls.labels import ElidedLabel, Label
from playground.ui.inspector.cell_field import CellField
from playground.ui.inspector.connection_grid import ConnectionGrid
from playground.ui.inspector.layer_weights import LayerWeights
from playground.ui.models import Models
from playground.ui.numbers import figure, whole
from playground.ui.panels import Panel
from playground.ui.theme import token

# The matrix scrolls above this height, in pixels of the design.
TALLEST = 320


class ConnectionEditor(LayerWeights):
    """The panel with the weights of a Dense layer, units down and inputs across.

    One click or one drag is one undo step. It takes part in frames, which bring the weights.
    """

    grid: ConnectionGrid

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(models, parent)
        self._inputs = 0
        self._weights: NDArray[np.float64] | None = None
        # The connection that the line below tells of, and none while it tells something else.
        self._place: tuple[int, int] | None = None
        # The connection that was taken out last, and its weight.
        self._taken = (-1, -1), math.nan
        # What is being typed over.
        self._held: Held | None = None
        theme = models.theme
        self.panel = Panel(theme, self.tr("Connections"), parent, name="connections", padded=True)
        self._restore = Button(theme, self.tr("Restore all"), self.panel.header, name="restore_connections",
                               role="flat", size="compact")  # fmt: skip
        self.panel.add_control(self._restore)
        self._body = body = QWidget(self.panel)
        self._scroll = QScrollArea(body)
        self._scroll.setObjectName("connections_scroll")
        self._scroll.setProperty("surface", "panel")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.grid = ConnectionGrid(theme, self._scroll, name="connection_grid", text=self.tr("Connections"))
        self._scroll.setWidget(self.grid)
        # One line whatever it says, so that nothing moves under the pointer.
        self._told = ElidedLabel("", body, "caption", "connection_note")
        self._hint = Label(self.tr("Units down, inputs across. A click removes a connection or brings it back. "
                                   "Type a number or click twice to set its weight."), body,
                           "caption", "connection_hint", wrap=True)  # fmt: skip
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._scroll)
        self._column.addWidget(self._told)
        self._column.addWidget(self._hint)
        self.panel.set_body(body)
        self.grid.toggled.connect(self._on_toggled)
        self.grid.hovered.connect(self._on_hovered)
        self.grid.typed.connect(self._on_typed)
        self.grid.cursor_moved.connect(self._on_cursor_moved)
        self._restore.clicked.connect(self._on_restore_clicked)
        theme.changed.connect(self._on_theme_changed)
        models.runner.attach(self)

    # -- what is shown --------------------------------------------------------------------------------------

    def show_layer(self, node: Node | None, given: tuple[Shape, ...]) -> None:
        """Shows the connections of another layer, or of the same one after an edit."""
        inputs = given[0][0] if given and len(given[0]) == 1 else 0
        suits = node is not None and REMOVED in CATALOGUE.layers[node.kind].params
        fits = suits and node is not None and 0 < inputs * int(node.params["units"]) <= MOST
        if (node.id if node else "") != (self._node.id if self._node else ""):
            self._weights = self._place = None
        self._node, self._inputs = (node if fits else None), inputs
        if self._node is not None:
            self._update()
        self.wants_changed.emit()

    @property
    def shown(self) -> bool:
        """Whether the layer is a Dense layer that is small enough."""
        return self._node is not None

    def _update(self) -> None:
        node = self._node
        assert node is not None
        shape = (int(node.params["units"]), self._inputs)
        missing = np.zeros(shape, bool)
        for source, unit in removed(node.params):
            if unit < shape[0] and source < shape[1]:
                missing[unit, source] = True
        self._forget_restored(missing)
        known = self._weights is not None and self._weights.shape == shape
        self.grid.show_numbers(self._weights if known and self._weights is not None else np.zeros(shape))
        self.grid.set_known(known)
        self.grid.show_sources(tuple(self._source_name(source, short=True) for source in range(self._inputs)))
        self.grid.show_missing(missing)
        self._restore.setEnabled(bool(node.params[REMOVED.name]))
        self._update_size()
        self._tell(*(self._place or (-1, -1)))

    def _forget_restored(self, missing: NDArray[np.bool_]) -> None:
        """What was removed is zero; the weight of a connection that is back is not known until the network tells it."""
        before, weights = self.grid.missing, self._weights
        if weights is None or not weights.shape == before.shape == missing.shape:
            return
        restored = before & ~missing
        if restored.any():
            self.await_edit()
            self._weights = np.where(restored, math.nan, weights)

    def _update_size(self) -> None:
        height = self.grid.sizeHint().height()
        tallest = self._models.theme.px(TALLEST)
        bar = self._scroll.horizontalScrollBar().sizeHint().height()
        wide = self.grid.sizeHint().width() > max(1, self._scroll.viewport().width())
        self._scroll.setFixedHeight(min(height, tallest) + (bar if wide else 0))

    def _tell(self, unit: int, source: int) -> None:
        """Says which connection the pointer or the cursor is on, or how many there are."""
        missing = self.grid.missing
        inside = 0 <= unit < len(missing) and 0 <= source < missing.shape[1]
        self._place = (unit, source) if inside else None
        if not inside:
            gone = int(missing.sum())
            text = self.tr("{gone} of {count} connections removed") if gone else self.tr("{count} connections")
            self._told.setText(text.format(gone=whole(gone), count=whole(missing.size)))
            return
        value = float(self.grid.numbers[unit, source]) if self.grid.known else math.nan
        what = self.tr("removed") if missing[unit, source] else figure(value, 3)
        self._told.setText(self.tr("{source} to unit {unit}: {value}").format(
            source=self._source_name(source), unit=whole(unit + 1), value=what))  # fmt: skip

    def _source_name(self, source: int, short: bool = False) -> str:
        """The name of an input: the feature where the layer reads features, else its number."""
        graph, node = self._models.document.project.graph, self._node
        assert node is not None
        active = set(active_nodes(graph, CATALOGUE.layers))
        feeding = next(iter(active_inputs(graph, node.id, active)), "") if node.id in active else ""
        if feeding and graph.node(feeding).kind == "features":
            labels = feature_labels(graph.node(feeding).params)
            if source < len(labels):
                return labels[source]
        return whole(source + 1) if short else self.tr("Input {number}").format(number=whole(source + 1))

    # -- frames ---------------------------------------------------------------------------------------------

    def take_weights(self, weights: NDArray[np.float64]) -> None:
        """Shows what the network holds now."""
        if weights.ndim == 2:
            self._weights = weights
            if weights.shape == self.grid.numbers.shape:
                self.grid.show_numbers(weights)
                self.grid.set_known(True)
                if self._place is not None:
                    self._tell(*self._place)

    # -- edits ----------------------------------------------------------------------------------------------

    def _apply(self, text: str, value: str, gesture: object) -> None:
        node, document = self._node, self._models.document
        if node is not None:
            graph = document.project.graph.set_param(node.id, REMOVED.name, value)
            document.apply(text, document.project.with_graph(graph), merge=gesture)

    @Slot(int, int, object)
    def _on_toggled(self, unit: int, source: int, gesture: object) -> None:
        if self._node is None:
            return
        gone = bool(self.grid.missing[unit, source])
        if not gone:
            self._taken = (unit, source), float(self.grid.numbers[unit, source])
        text = self.tr("Restore connection") if gone else self.tr("Remove connection")
        self._apply(text, toggled(self._node.params, source, unit), gesture)
        self._tell(unit, source)

    @Slot(int, int, str)
    def _on_typed(self, unit: int, source: int, text: str) -> None:
        """Opens a field over a connection that is there."""
        node, value = self._node, float(self.grid.numbers[unit, source])
        if math.isnan(value) and self._taken[0] == (unit, source):
            # It is just back from the first click of a double click, with the weight that it had.
            value = self._taken[1]
        if node is None or not self.grid.known or self.grid.missing[unit, source] or math.isnan(value):
            return
        self._held = Held(node.id, "weight", (unit, source), value)
        field = CellField(self._models.theme, self._body, self.grid, (unit, source), text or self._held.text)
        if not text:
            field.selectAll()
        field.setObjectName("connection_weight")
        field.setAccessibleName(self.tr("Weight"))
        field.entered.connect(self._on_entered)

    @Slot(str)
    def _on_entered(self, text: str) -> None:
        held = self._held
        if held is None or self._node is None or self._node.id != held.node:
            return
        try:
            type_in(self._models.document, held, text)
        except NumberError as error:
            self._place = None
            self._told.setText(str(error))

    @Slot(int, int)
    def _on_hovered(self, unit: int, source: int) -> None:
        self._tell(unit, source)

    @Slot()
    def _on_cursor_moved(self) -> None:
        place = self.grid.cell_rect(*self.grid.cursor_place).center().toPoint()
        self._scroll.ensureVisible(place.x(), place.y(), self.grid.side, self.grid.side)
        self._tell(*self.grid.cursor_place)

    @Slot()
    def _on_restore_clicked(self) -> None:
        self._apply(self.tr("Restore all connections"), "", None)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._column.setSpacing(self._models.theme.px(token("space.steps")[1]))
        self._update_size()
