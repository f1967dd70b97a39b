"""Weight wires: every weight between neurons as a line, as wide as it is strong, orange below zero, blue above.

All of them are one item that paints them into one pixmap: while training at most ten times a second and without
antialiasing, at rest with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.ui.editor.face import Z_WIRE
from playground.ui.editor.look import Look
from playground.ui.pictures import Numbers, reach_of

MOST = 400
REFRESH_SECONDS = 0.1
# Weights of nearly equal strength share a pen, so that one call draws them all.
STEPS = 16
# How far from a weight wire the pointer still means it, and how finely its course is looked at.
NEAR = 5.0
SAMPLES = 25
WIDTH, OPACITY = (0.5, 4.5), (0.16, 0.74)


@dataclass(frozen=True)
class Gap:
    """The neurons on both sides of a wire into a Dense layer: where lines leave and where they arrive, in the scene.

    `sources` and `targets` are the numbers of the units at these points.
    """

    source: str
    target: str
    starts: Numbers
    ends: Numbers
    sources: Numbers
    targets: Numbers


@dataclass(frozen=True)
class Lines:
    """The weights to draw, weakest first: ends, values, strengths from 0 to 1, and which weight each is."""

    starts: Numbers
    ends: Numbers
    values: Numbers
    strengths: Numbers
    names: tuple[tuple[str, int, int], ...]
    total: int
    reach: float

    def courses(self) -> Numbers:
        """Points along each line, (lines, SAMPLES, 2)."""
        t = np.linspace(0, 1, SAMPLES)[None, :, None]
        handle = _handles(self.starts, self.ends)
        a, b, c, d = (points[:, None, :] for points in (
            self.starts, self.starts + handle, self.ends - handle, self.ends))  # fmt: skip
        return a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t**2 * (1 - t) + d * t**3


NOTHING = Lines(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0), np.zeros(0), (), 0, 0.0)


def _handles(starts: Numbers, ends: Numbers) -> Numbers:
    """How far the handles of each cubic reach to the right, as vectors."""
    handle = np.zeros_like(starts)
    handle[:, 0] = np.maximum(24.0, (ends[:, 0] - starts[:, 0]) / 2)
    return handle


def strongest(gaps: list[Gap], weights: Mapping[str, Numbers], most: int = MOST) -> Lines:
    """The `most` strongest weights of the whole picture; strength is relative to the largest of its layer."""
    parts = []
    names: list[tuple[str, int, int]] = []
    reach, total = 0.0, 0
    for gap in gaps:
        matrix = weights.get(gap.target)
        if matrix is None or matrix.ndim != 2 or not len(gap.sources) or not len(gap.targets):
            continue
        if gap.targets.max() >= matrix.shape[0] or gap.sources.max() >= matrix.shape[1]:
            continue
        values = np.nan_to_num(matrix[np.ix_(gap.targets, gap.sources)], posinf=0.0, neginf=0.0)
        largest = reach_of(matrix)
        reach, total = max(reach, largest), total + matrix.size
        rows, columns = np.indices(values.shape).reshape(2, -1)
        strength = np.abs(values.reshape(-1)) / largest if largest else np.zeros(values.size)
        parts.append((gap.starts[columns], gap.ends[rows], values.reshape(-1), strength))
        names += [(gap.target, int(gap.targets[row]), int(gap.sources[column]))
                  for row, column in zip(rows, columns, strict=True)]  # fmt: skip
    if not parts:
        return NOTHING
    starts, ends, values, strengths = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(strengths, kind="stable")[-most:]
    return Lines(
        starts[order], ends[order], values[order], strengths[order], tuple(names[i] for i in order), total, reach
    )


class WeightWires(QGraphicsItem):
    """All weight wires of the canvas. `set_gaps` says where they run, `set_weights` how strong they are.

    Drawn again and again, as while a card is dragged, they are drawn roughly; `hurried` is called then, and `settle`
    draws them well once that is over.
    """

    def __init__(self, look: Look, hurried: Callable[[], None]) -> None:
        super().__init__()
        self._look, self._hurried = look, hurried
        self._gaps: list[Gap] = []
        self._weights: dict[str, Numbers] = {}
        self._lines = NOTHING
        self._rect = QRectF()
        self._pixmap = QPixmap()
        self._key: tuple[object, ...] = ()
        self._revision = 0
        self._training = False
        self._refreshed = self._drawn_at = 0.0
        self._late = False
        self._courses: Numbers | None = None
        self.setZValue(Z_WIRE)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def lines(self) -> Lines:
        """What is drawn."""
        return self._lines

    def set_gaps(self, gaps: list[Gap]) -> None:
        """Leads the wires anew."""
        self.prepareGeometryChange()
        self._gaps = gaps
        points = [point for gap in gaps for point in (gap.starts, gap.ends) if len(point)]
        if points:
            every = np.concatenate(points)
            (left, top), (right, bottom) = every.min(axis=0), every.max(axis=0)
            self._rect = QRectF(left, top, right - left, bottom - top).adjusted(-6, -6, 6, 6)
        else:
            self._rect = QRectF()
        self._update_lines()

    def set_weights(self, weights: Mapping[str, Numbers]) -> bool:
        """Takes new weights by layer; False when it is too early to draw them, and the next call brings newer ones."""
        self._weights = dict(weights)
        now = time.monotonic()
        if self._training and now - self._refreshed < REFRESH_SECONDS:
            self._late = True
            return False
        self._refreshed = now
        self._update_lines()
        return True

    def set_training(self, training: bool) -> None:
        """While training lines are drawn less often and without antialiasing."""
        if training == self._training:
            return
        self._training = training
        if self._late:
            self._update_lines()
        self._redraw()

    def repaint(self) -> None:
        """Draws in the colours of the theme."""
        self._redraw()

    def settle(self) -> None:
        """Draws well what was drawn in a hurry."""
        self._redraw()

    def _update_lines(self) -> None:
        self._late = False
        self._lines = strongest(self._gaps, self._weights)
        self._courses = None
        self._redraw()

    def _redraw(self) -> None:
        self._revision += 1
        self.update()

    def near(self, point: QPointF) -> int | None:
        """The number of the line at a point of the scene; of several the strongest."""
        if not len(self._lines.values) or not self._rect.contains(point):
            return None
        if self._courses is None:
            self._courses = self._lines.courses()
        start, step = self._courses[:, :-1], np.diff(self._courses, axis=1)
        offset = np.array([point.x(), point.y()]) - start
        length = np.maximum((step**2).sum(axis=2), 1e-9)
        along = np.clip((offset * step).sum(axis=2) / length, 0, 1)
        distance = np.sqrt(((offset - along[..., None] * step) ** 2).sum(axis=2)).min(axis=1)
        width = (WIDTH[0] + WIDTH[1] * self._lines.strengths) / 2
        hit = np.flatnonzero(distance <= np.maximum(width, NEAR))
        # Lines are in order of strength; the nearest counts, and where several are as near the strongest.
        return int(hit[np.lexsort((-hit, np.round(distance[hit] / 2)))[0]]) if len(hit) else None

    # -- painting -------------------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if not len(self._lines.values):
            return
        transform = painter.worldTransform()
        seen = transform.mapRect(self._rect).toAlignedRect()
        if widget is not None:
            seen &= widget.rect()
        if seen.isEmpty():
            return
        ratio = painter.device().devicePixelRatioF()
        key = (seen.getRect(), transform, ratio, self._revision)
        if key != self._key:
            self._key = key
            now = time.monotonic()
            often = now - self._drawn_at < REFRESH_SECONDS
            self._drawn_at = now
            self._pixmap = self._drawn(seen, transform, ratio, rough=self._training or often)
            if often and not self._training:
                self._hurried()
        painter.resetTransform()
        painter.drawPixmap(seen.topLeft(), self._pixmap)

    def _drawn(self, seen: QRect, transform: QTransform, ratio: float, rough: bool) -> QPixmap:
        pixmap = QPixmap(round(seen.width() * ratio), round(seen.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not rough)
        painter.translate(-seen.x(), -seen.y())
        painter.setTransform(transform, True)
        for pen, path in self._strokes():
            painter.setPen(pen)
            painter.drawPath(path)
        painter.end()
        return pixmap

    def _strokes(self) -> list[tuple[QPen, QPainterPath]]:
        """Pens and what they draw, thin ones first."""
        lines = self._lines
        handle = _handles(lines.starts, lines.ends)
        steps = np.rint(lines.strengths * STEPS).astype(int)
        curves = np.concatenate([lines.starts, lines.starts + handle, lines.ends - handle, lines.ends], axis=1)
        paths: dict[tuple[int, bool], QPainterPath] = {}
        for step, value, (x0, y0, x1, y1, x2, y2, x3, y3) in zip(
            steps.tolist(), lines.values.tolist(), curves.tolist(), strict=True
        ):
            path = paths.setdefault((step, value > 0), QPainterPath())
            path.moveTo(x0, y0)
            path.cubicTo(x1, y1, x2, y2, x3, y3)
        return [(self._pen(step / STEPS, positive), path) for (step, positive), path in sorted(
            paths.items(), key=lambda entry: entry[0])]  # fmt: skip

    def _pen(self, strength: float, positive: bool) -> QPen:
        color = QColor(self._look.color("value.positive" if positive else "value.negative"))
        color.setAlphaF(OPACITY[0] + OPACITY[1] * strength)
        pen = QPen(color, WIDTH[0] + WIDTH[1] * strength)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen
