"""What the panels that show the weights of the selected layer have in common: they take part in frames."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import Node
from playground.document.shapes import active_nodes
from playground.engine.mailbox import Frame
from playground.engine.requests import Request
from playground.ui.inspector.cells import CellGrid
from playground.ui.models import Models
from playground.ui.panels import Panel


class LayerWeights(QObject):
    """Asks for the weights of one layer while its panel is in view and hands them to `take_weights`. Its `grid` shows
    them."""

    interval, phase = 1 / 10, 0.0
    wants_changed = Signal()
    panel: Panel
    grid: CellGrid

    def __init__(self, models: Models, parent: QObject) -> None:
        super().__init__(parent)
        self._models = models
        self._node: Node | None = None
        # The revision that the last weights were of, and the one that an edit has made out of date.
        self._seen: int | None = None
        self._outdated: int | None = None
        models.document.replaced.connect(self._on_replaced)
        models.focus.weight_changed.connect(self._on_weight_changed)

    def isVisible(self) -> bool:
        """Whether it takes part in frames."""
        return self._node is not None and self.panel.isVisible()

    @property
    def in_network(self) -> bool:
        """Whether the layer takes part in the network."""
        graph = self._models.document.project.graph
        return self._node is not None and self._node.id in active_nodes(graph, CATALOGUE.layers)

    def wants(self) -> tuple[Request, ...]:
        """The weights of the layer."""
        node = self._node
        if node is None or self._models.document.blocking is not None or not self.in_network:
            return ()
        return (Request("weights", (node.id,)),)

    def await_edit(self) -> None:
        """Weights that are still under way are of before an edit: they are left out."""
        self._outdated = self._seen

    def show_frame(self, frame: Frame) -> None:
        """Takes the weights of a frame."""
        for request in self.wants():
            arrays = frame.pictures.get(request)
            weights = arrays.get(f"{request.nodes[0]}.weight") if arrays is not None else None
            if weights is not None and frame.project != self._outdated:
                self._seen, self._outdated = frame.project, None
                self.take_weights(np.asarray(weights, float))

    @Slot()
    def _on_replaced(self) -> None:
        # A layer of the same id is another one.
        self._node = self._seen = self._outdated = None

    @Slot()
    def _on_weight_changed(self) -> None:
        self.grid.weight_pointed_at = self._models.focus.weight is not None

    def take_weights(self, weights: NDArray[np.float64]) -> None:
        """Shows what the network holds now."""
        raise NotImplementedError
