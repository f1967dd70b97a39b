"""What the panels that show the weights of the selected layer have in common: they take part in frames."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from playground.catalog.catalogue import CATALOGUE
from playground.document.graph import Node
from playground.document.shapes import active_nodes
from playground.engine.mailbox import Frame
from playground.engine.requests import Request
from playground.ui.models import Models
from playground.ui.panels import Panel


class LayerWeights(QObject):
    """Asks for the weights of one layer while its panel is in view and hands them to `take_weights`."""

    interval, phase = 1 / 10, 0.0
    wants_changed = Signal()
    panel: Panel

    def __init__(self, models: Models, parent: QObject) -> None:
        super().__init__(parent)
        self._models = models
        self._node: Node | None = None

    def isVisible(self) -> bool:
        """Whether it takes part in frames."""
        return self._node is not None and self.panel.isVisible()

    def wants(self) -> tuple[Request, ...]:
        """The weights of the layer."""
        document, node = self._models.document, self._node
        if node is None or document.blocking is not None:
            return ()
        known = node.id in active_nodes(document.project.graph, CATALOGUE.layers)
        return (Request("weights", (node.id,)),) if known else ()

    def show_frame(self, frame: Frame) -> None:
        """Takes the weights of a frame."""
        for request in self.wants():
            arrays = frame.pictures.get(request)
            weights = arrays.get(f"{request.nodes[0]}.weight") if arrays is not None else None
            if weights is not None:
                self.take_weights(np.asarray(weights, float))

    def take_weights(self, weights: NDArray[np.float64]) -> None:
        """Shows what the network holds now."""
        raise NotImplementedError
