"""Tensor wires: the way of a layer's output to another layer, with the shape it carries."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.document.graph import Edge
from playground.ui.editor.face import Z_FACE, Z_WIRE
from playground.ui.editor.item import Item
from playground.ui.editor.look import Look, measure
from playground.ui.pictures import Numbers

# Below this gap between two cards the label has no room above the wire and lies on it as a pill.
NARROW = 48
# A wire that rises by more than this is no line that a label could stand on.
LEVEL = 16
# How far a return path leads away from cards.
DETOUR = 28
# How far from a wire the pointer still means it.
NEAR = 6
LABEL_HEIGHT = 14
# No other wire runs over a label.
ABOVE_WIRES = 0.1
# Where on a wire a label may stand.
ALONG = (0.5, 0.3, 0.7)


def straight_path(start: QPointF, end: QPointF) -> QPainterPath:
    """The cubic from a port to one at its right."""
    handle = max(24.0, (end.x() - start.x()) / 2)
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(handle, 0), end - QPointF(handle, 0), end)
    return path


def return_path(start: QPointF, end: QPointF, lane: float) -> QPainterPath:
    """Right, to the height of the lane, left, to the height of the target, right; with round corners."""
    right, left = start.x() + DETOUR, end.x() - DETOUR
    points = [
        start,
        QPointF(right, start.y()),
        QPointF(right, lane),
        QPointF(left, lane),
        QPointF(left, end.y()),
        end,
    ]
    path = QPainterPath(start)
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(corner, before), _towards(corner, after)
        path.lineTo(near)
        path.quadTo(corner, far)
    path.lineTo(end)
    return path


def _towards(corner: QPointF, other: QPointF) -> QPointF:
    """The point on the way from a corner to another one where its rounding ends."""
    offset = other - corner
    length = max(abs(offset.x()), abs(offset.y()))
    if length == 0:
        return corner
    return corner + offset * (min(measure("wire.return.corner"), length / 2) / length)


def wire_path(start: QPointF, end: QPointF, lane: float | None) -> tuple[QPainterPath, QPointF | None]:
    """The path of a wire. To a target at its left it returns by the lane at this height, whose middle is returned."""
    if lane is None:
        return straight_path(start, end), None
    return return_path(start, end, lane), QPointF((start.x() + end.x()) / 2, lane)


def free_lane(source: QRectF, target: QRectF, cards: Iterable[QRectF]) -> float:
    """The height at which a wire can return from one card to another without crossing others."""
    upper, lower = (source, target) if source.center().y() < target.center().y() else (target, source)
    if lower.top() <= upper.bottom():
        # Side by side there is no lane between the two: below both there is.
        return max(source.bottom(), target.bottom()) + DETOUR
    between = (upper.bottom(), lower.top())
    # Cards that reach into the gap belong to the row of the upper or of the lower one.
    for card in cards:
        if card.bottom() < lower.top() and card.bottom() > between[0] and card.center().y() < lower.top():
            between = (card.bottom(), between[1])
    for card in cards:
        if card.top() > between[0] and card.top() < between[1]:
            between = (between[0], card.top())
    return sum(between) / 2


def _covered(rect: QRectF, boxes: Numbers) -> float:
    """How much of a rectangle lies on boxes, as an area."""
    across = np.minimum(boxes[:, 2], rect.right()) - np.maximum(boxes[:, 0], rect.left())
    down = np.minimum(boxes[:, 3], rect.bottom()) - np.maximum(boxes[:, 1], rect.top())
    return float((across.clip(0) * down.clip(0)).sum())


class WireItem(Item):
    """One wire. `state` is "" as a rule, "hover", "selected" or "hidden" while its end is being dragged."""

    def __init__(self, edge: Edge, look: Look) -> None:
        super().__init__()
        self.edge = edge
        self._look = look
        self._path = QPainterPath()
        self._lane: QPointF | None = None
        self._ends = (QPointF(), QPointF())
        self._label = ""
        self._shared = False
        self._place: tuple[QRectF, bool] | None = None
        self._state = ""
        # Qt asks for it again and again: worked out anew only where course or label have changed.
        self._rect: QRectF | None = None
        self.setZValue(Z_WIRE)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def path(self) -> QPainterPath:
        """The course of the wire in the scene."""
        return self._path

    @property
    def label(self) -> str:
        """The shape that it carries."""
        return self._label

    def lay(self, start: QPointF, end: QPointF, lane: float | None) -> None:
        """Leads the wire between two ports, by a lane where it returns to the left."""
        if (start, end) == self._ends and lane == (self._lane.y() if self._lane is not None else None):
            return
        self.prepareGeometryChange()
        self._ends, self._rect = (start, end), None
        self._path, self._lane = wire_path(start, end, lane)
        self.update()

    def set_label(self, label: str, shared: bool) -> None:
        """Writes the shape onto the wire. A `shared` label stands at the source for all wires that begin there."""
        if (label, shared) != (self._label, self._shared):
            self.prepareGeometryChange()
            self._label, self._shared, self._rect = label, shared, None
            self.update()

    def set_state(self, state: str) -> None:
        """Looks another way."""
        if state != self._state:
            self._state = state
            self.setVisible(state != "hidden")
            self.update()

    def near(self, point: QPointF, reach: float = NEAR) -> bool:
        """True when a point of the scene is within reach of the wire."""
        around = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        if not self._path.controlPointRect().adjusted(-1, -1, 1, 1).intersects(around):
            return False
        stroker = QPainterPathStroker()
        stroker.setWidth(2 * reach)
        return stroker.createStroke(self._path).contains(point)

    # -- painting -------------------------------------------------------------------------------------------

    def keep_label_off(self, boxes: Numbers) -> None:
        """Puts the label where it lies on none of the cards, whose boxes these are. Where the wire is too short for
        that, it lies as little as can be on them, and above them."""
        found, covered = None, math.inf
        for place in self._label_places():
            area = _covered(place[0], boxes)
            if area < covered:
                found, covered = place, area
            if area == 0:
                break
        if found != self._place:
            self.prepareGeometryChange()
            self._place, self._rect = found, None
            self.update()
        above = 0 if found is None else ABOVE_WIRES if covered == 0 else Z_FACE - Z_WIRE + ABOVE_WIRES
        self.setZValue(Z_WIRE + above)

    def label_rect(self) -> QRectF | None:
        """Where the label stands in the scene."""
        return QRectF(self._place[0]) if self._place is not None else None

    def _label_places(self) -> Iterator[tuple[QRectF, bool]]:
        """Where the label could stand, the best place first, and whether it is a pill there."""
        if not self._label:
            return
        look, (start, end) = self._look, self._ends
        width = look.width("caption", self._label)
        gap = end.x() - start.x()
        if self._lane is not None:
            yield look.pill_rect(self._label, self._lane.x(), self._lane.y()), True
        elif self._shared:
            yield look.pill_rect(self._label, start.x() + width / 2 + 16, start.y()), True
        elif abs(end.y() - start.y()) <= LEVEL and gap >= NARROW:
            top = (start.y() + end.y()) / 2 - measure("wire.label.gap_above")
            yield QRectF(start.x() + (gap - width) / 2, top, width, LABEL_HEIGHT), False
        for share in ALONG:
            point = self._path.pointAtPercent(share)
            yield look.pill_rect(self._label, point.x(), point.y()), True

    def boundingRect(self) -> QRectF:
        if self._rect is None:
            reach = measure("wire.tensor_selected.width")
            self._rect = self._path.controlPointRect().adjusted(-reach, -reach, reach, reach)
            if self._place is not None:
                self._rect = self._rect.united(self._place[0].adjusted(-1, -1, 1, 1))
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        color, width = {
            "hover": ("text.secondary", measure("wire.tensor_hover.width")),
            "selected": ("accent.base", measure("wire.tensor_selected.width")),
        }.get(self._state, ("text.disabled", measure("wire.tensor.width")))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._look.pen(color, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        if self._place is None:
            return
        rect, is_pill = self._place
        if is_pill:
            self._look.pill(painter, rect, self._label)
        else:
            self._look.text(painter, rect, self._label, "caption", "text.caption", Qt.AlignmentFlag.AlignHCenter)
