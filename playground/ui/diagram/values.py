"""What the layers make of the sample, as pictures for the faces of the diagram."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtGui import QImage

from playground.document.graph import Graph
from playground.engine.mailbox import Arrays
from playground.engine.requests import Grid, Request
from playground.ui.editor.thumbnails import is_planar, never_negative
from playground.ui.inspect.looking import values_request
from playground.ui.models import Models
from playground.ui.pictures import (
    Numbers,
    color_table,
    pixel_picture,
    signed_levels,
    to_image,
    unscaled,
    zero_levels,
)
from playground.ui.theme import Theme

# Points along one side of a unit's picture, which is as small as its cell.
GRID = 24


def request_of(models: Models) -> Request:
    """The values of all layers for the sample that is looked at, or those of all units over the plane."""
    if is_planar(models.document.project.graph):
        return Request("neurons", (), Grid(GRID))
    return values_request(models)


def pictures_of(graph: Graph, arrays: Arrays, theme: Theme) -> Mapping[str, QImage]:
    """The first map of every layer, a picture itself, or the values in a row from top to bottom."""
    planar = is_planar(graph)
    return {
        node: _picture(graph, node, values, planar, theme)
        for node, values in arrays.items()
        if node in graph and values.size
    }


def _picture(graph: Graph, node: str, values: Numbers, planar: bool, theme: Theme) -> QImage:
    if not planar and graph.node(node).kind == "image" and values.ndim == 3:
        return pixel_picture(unscaled(values), theme)
    shown = values
    if not planar:
        shown = values[0] if values.ndim == 3 else values.reshape(-1, 1)
    if not planar and never_negative(graph.effective, node):
        return to_image(zero_levels(np.asarray(shown)), color_table(theme, "from_zero"))
    return to_image(signed_levels(np.asarray(shown)), color_table(theme, "signed"))
