"""How the weights of every layer are distributed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.document.project import Project
from playground.engine.mailbox import Frame
from playground.engine.requests import Request
from playground.ui.controls.labels import Label
from playground.ui.models import Models
from playground.ui.numbers import whole
from playground.ui.theme import Theme, token
from playground.ui.views.base import View
from playground.ui.views.base.readout import Readout
from playground.ui.views.base.ticks import linear_ticks, number_text

BINS = 40
HISTOGRAMS = Request("histograms", bins=BINS)
FILL_OPACITY = 0.38
# Weights of a small layer are few: their histogram is smoothed over some bins on each side.
MARGIN = 3
KERNEL = np.exp(-0.5 * (np.arange(-MARGIN, MARGIN + 1) / 1.2) ** 2)


@dataclass(frozen=True)
class Row:
    """A layer's histogram: counts in bins of equal width from −`reach` to `reach`."""

    label: str
    counts: NDArray[np.int64]
    reach: float

    @property
    def outline(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """The smoothed histogram as x and height from 0 to 1; zero is one of the places."""
        # Empty bins at both ends let the outline come down to the ground.
        ends = np.zeros(MARGIN + 1)
        padded = np.concatenate([ends, self.counts, ends])
        smooth = np.convolve((padded[1:] + padded[:-1]) / 2, KERNEL / KERNEL.sum(), "same")
        steps = np.arange(len(smooth)) - len(smooth) // 2
        return steps * (2 * self.reach / len(self.counts)), smooth / max(smooth.max(), 1e-30)


def _path(lines: list[NDArray[Any]]) -> QPainterPath:
    """Many lines, each (2, points), as one path."""
    x, y = np.concatenate(lines, axis=1)
    connect = np.ones(len(x), np.int32)
    connect[np.cumsum([line.shape[1] for line in lines]) - 1] = 0
    return pg.arrayToQPath(x, y, connect)


class Ridges(QWidget):
    """The histograms under each other over one axis: orange left of zero, blue right of it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows: tuple[Row, ...] = ()
        self.readout = Readout(theme, self)
        self.setMouseTracking(True)
        self.setObjectName("weights_histograms")

    def set_rows(self, rows: tuple[Row, ...]) -> None:
        """Shows these histograms."""
        if len(rows) != len(self.rows):
            self.readout.hide()
        self.rows = rows
        self._reserve()
        self.update()

    def _reserve(self) -> None:
        self.setMinimumHeight(len(self.rows) * (self._theme.px(26) + self._label_line()) + self._axis())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._reserve()

    @property
    def reach(self) -> float:
        """The largest magnitude on the common axis, and room for the outlines to come down."""
        return (1 + 2 * (MARGIN + 1) / BINS) * max((row.reach for row in self.rows), default=1.0)

    def _axis(self) -> int:
        return self._theme.px(28)

    def _label_column(self) -> int:
        """How wide the column of labels is; 0 where there is no room for one and labels stand above their rows."""
        metrics = QFontMetrics(self._theme.font("axis"))
        words = max((metrics.horizontalAdvance(row.label) for row in self.rows), default=0)
        wanted = words + self._theme.px(24)
        return wanted if wanted <= min(self._theme.px(100), self.width() // 3) else 0

    def _label_line(self) -> int:
        """The height that each row keeps free for a label above its curve; 0 beside a column of labels."""
        return 0 if self._label_column() else self._theme.px(token("type.styles.axis.line"))

    def _area(self) -> QRectF:
        theme = self._theme
        left = self._label_column() or theme.px(12)
        return QRectF(left, theme.px(4), self.width() - left - theme.px(12), self.height() - self._axis())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.rows:
            return
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        feet = area.top() + (np.arange(len(self.rows)) + 1) * area.height() / len(self.rows)
        for row, foot in zip(self.rows, feet, strict=True):
            self._draw_label(painter, row, area, foot)
        negative, positive, outlines, ground = self._paths(area, feet)
        for path, color in ((negative, "value.negative"), (positive, "value.positive")):
            fill = theme.color(color)
            fill.setAlphaF(FILL_OPACITY)
            painter.fillPath(path, fill)
        painter.setPen(QPen(theme.color("line.soft"), 1))
        painter.drawPath(ground)
        painter.setPen(QPen(theme.color("text.secondary"), theme.zoom))
        painter.drawPath(outlines)
        self._draw_axis(painter, area)

    def _paths(self, area: QRectF, feet: NDArray[Any]) -> tuple[QPainterPath, ...]:
        """What is left of zero, what is right of it, the outlines and the ground of all rows, a path each: a call of
        the painter costs more than its work."""
        # Ridges may rise a little into the row above, as mountains do, but not into their own label.
        height = (area.height() / len(self.rows) - self._label_line()) * 0.92
        center, half = area.center().x(), area.width() / 2
        parts: tuple[list[NDArray[Any]], ...] = ([], [], [], [])
        for row, foot in zip(self.rows, feet, strict=True):
            values, rises = row.outline
            line = np.stack([center + values / self.reach * half, foot - height * rises])
            middle = line.shape[1] // 2
            for part, side in zip(parts[:2], (line[:, : middle + 1], line[:, middle:]), strict=True):
                ends = np.array([[side[0, -1], side[0, 0]], [foot, foot]])
                part.append(np.concatenate([side, ends], axis=1))
            parts[2].append(line)
            parts[3].append(np.array([[area.left(), area.right()], [foot, foot]]))
            parts[3].append(np.array([[center, center], [foot - height, foot]]))
        return tuple(_path(part) for part in parts)

    def _draw_label(self, painter: QPainter, row: Row, area: QRectF, foot: float) -> None:
        theme = self._theme
        painter.setFont(theme.font("axis"))
        painter.setPen(theme.color("text.caption"))
        line = theme.px(token("type.styles.axis.line"))
        if self._label_column():
            box = QRectF(theme.px(8), foot - line, area.left() - theme.px(16), line)
            side = Qt.AlignmentFlag.AlignRight
        else:
            box = QRectF(area.left(), foot - area.height() / len(self.rows), area.width(), line)
            side = Qt.AlignmentFlag.AlignLeft
        text = painter.fontMetrics().elidedText(row.label, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_axis(self, painter: QPainter, area: QRectF) -> None:
        theme = self._theme
        painter.setFont(theme.font("axis"))
        painter.setPen(theme.color("text.caption"))
        most = max(3, min(5, int(area.width() // theme.px(40))))
        width, line = theme.px(60), theme.px(token("type.styles.axis.line"))
        for value in linear_ticks(-self.reach, self.reach, most):
            x = area.center().x() + value / self.reach * area.width() / 2
            box = QRectF(x - width / 2, area.bottom() + theme.px(6), width, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, number_text(value))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area, place = self._area(), event.position()
        number = int((place.y() - area.top()) // (area.height() / max(1, len(self.rows))))
        if not area.contains(place) or not 0 <= number < len(self.rows):
            self.readout.hide()
            return
        row = self.rows[number]
        value = (place.x() - area.center().x()) / (area.width() / 2) * self.reach
        at = int((value + row.reach) / (2 * row.reach) * len(row.counts)) if abs(value) <= row.reach else -1
        count = int(row.counts[at]) if 0 <= at < len(row.counts) else 0
        words = self.tr("1 weight") if count == 1 else self.tr("{count} weights").format(count=whole(count))
        width = 2 * row.reach / len(row.counts)
        low = at * width - row.reach if at >= 0 else value
        near = self.tr("from {low} to {high}").format(low=number_text(low), high=number_text(low + width))
        self.readout.show_at(place.toPoint(), [("", row.label, ""), ("", near, ""), ("", words, "")])

    def leaveEvent(self, event: object) -> None:
        self.readout.hide()


class WeightsView(View):
    """One histogram for every layer that has weights, over a common axis."""

    name = "weights"
    title = str(QT_TRANSLATE_NOOP("View", "Weights"))
    workspaces = ("train",)
    area = "bottom"
    wide = 226
    interval = 1 / 10

    def __init__(self, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(models, parent)
        self.ridges = Ridges(models.theme, self.content)
        self.ridges.setAccessibleName(self.caption())
        self._scroll = QScrollArea(self.content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.ridges)
        self.note = Label(self.tr("per layer"), self, "caption", "weights_note")
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)
        self.update_theme()
        self.refresh()

    def header_controls(self) -> list[QWidget]:
        return [self.note]

    def wants(self) -> tuple[Request, ...]:
        return (HISTOGRAMS,)

    def refresh(self) -> None:
        self.ridges.set_rows(self.ridges.rows)
        self.say("" if self.ridges.rows else self.tr("The weights appear once the network is built."))

    def forget(self) -> None:
        self.ridges.set_rows(())
        self.refresh()

    def show_frame(self, frame: Frame) -> None:
        found = frame.pictures.get(HISTOGRAMS)
        # While another project is loaded these are of the network before.
        if found is None or self.models.runner.state == "loading" or not self.is_due():
            return
        project = self.models.document.project
        rows = tuple(
            Row(_label(project, node), counts, float(found[f"{node}:edges"][-1]))
            for node, counts in found.items()
            if ":" not in node and node in project.graph
        )
        self.ridges.set_rows(rows)
        self.say("" if rows else self.tr("No layer of this network has weights."))


def _label(project: Project, node_id: str) -> str:
    """What the user calls a layer: his own name for it or what its card says."""
    node = project.graph.node(node_id)
    return node.name or CATALOGUE.layers[node.kind].card_title(node.params)
