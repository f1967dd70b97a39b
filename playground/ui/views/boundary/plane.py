"""The square of the plane that the decision boundary is drawn on."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.engine.requests import DOMAIN, Grid
from playground.ui.theme import Theme, token
from playground.ui.views.base.plot import Axis, Plot

GRID = Grid(100)
TICKS = [-6.0, -3.0, 0.0, 3.0, 6.0]
# Room for the numbers at the left and at the bottom.
LEFT, BELOW = 34, 24
LOW, HIGH = DOMAIN
CELL = (HIGH - LOW) / (GRID.size - 1)


def _ticks(low: float, high: float, most: int) -> list[float]:
    return TICKS


class Plane(Plot):
    """A square piece of the plane: a picture below, points above. `pointed(place)` follows the pointer; None when
    it leaves."""

    pointed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, Axis("left", _ticks, grid=False), Axis("bottom", _ticks))
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.picture = pg.ImageItem(axisOrder="row-major")
        # The place of a picture is set for its number of pixels, so there has to be one.
        self.picture.setImage(np.zeros((GRID.size, GRID.size), np.uint8), autoLevels=False)
        # The outermost values of the grid lie on the edge of the domain, so half a cell reaches over it.
        whole = (LOW - CELL / 2, LOW - CELL / 2, HIGH - LOW + CELL, HIGH - LOW + CELL)
        self.picture.setRect(QRectF(*whole))
        self.picture.setZValue(-1)
        self.box.addItem(self.picture, ignoreBounds=True)
        self.points = {part: pg.ScatterPlotItem(pxMode=True, antialias=True) for part in ("train", "test")}
        for item in self.points.values():
            self.box.addItem(item, ignoreBounds=True)
        self.set_ranges(DOMAIN, DOMAIN)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def update_theme(self) -> None:
        super().update_theme()
        self.left.set_theme(self._theme, self._theme.px(LEFT))
        self._square()

    def point_to(self, place: QPointF | None) -> None:
        self._at = place
        self.pointed.emit(place)

    def _step(self, pixel: float) -> float:
        return CELL

    # -- the square ---------------------------------------------------------------------------------------------

    def _around(self) -> tuple[int, int]:
        """Width and height that are not picture."""
        theme = self._theme
        return theme.px(LEFT) + theme.px(token("space.panel_padding")), theme.px(4) + theme.px(BELOW)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        across, down = self._around()
        return max(0, width - across) + down

    def sizeHint(self) -> QSize:
        width = self._theme.px(token("layout.context.train"))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self.heightForWidth(self._theme.px(160)))

    def _square(self) -> None:
        across, down = self._around()
        width, height = self.width() - across, self.height() - down
        side = max(1, min(width, height))
        theme = self._theme
        padding = theme.px(token("space.panel_padding"))
        self.grid.setContentsMargins(0, theme.px(4), padding + width - side, height - side)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        if event is not None:
            self._square()
        super().resizeEvent(event)
