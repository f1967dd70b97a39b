"""The part of a card that is alive: its thumbnail, as an item of its own so that wires can run below it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.ui.editor.bars import Blank, Figure, ShareBars, SignedBars, Stripe
from playground.ui.editor.item import Item
from playground.ui.editor.look import Look, measure
from playground.ui.editor.neurons import ClassTiles, NeuronTiles
from playground.ui.editor.thumbnails import Plan
from playground.ui.editor.tiles import FilterTiles, PictureTile, StripTile, Thumbnail, Tiles

# What stands in order of depth on the canvas, from the bottom: below these lie the dots.
Z_STAGE, Z_NOTE, Z_BODY, Z_WIRE, Z_FACE, Z_PORT, Z_MESSAGE, Z_TOOL = range(1, 9)

# Room around the tiles for the ring of the unit in focus and for biases.
RING_GAP, RING = 1.5, 2.0
MARGIN = 10


def thumbnail_for(plan: Plan, look: Look) -> Thumbnail:
    """The painter for a plan."""
    match plan.kind:
        case "neurons" | "features":
            return NeuronTiles(plan, look)
        case "class_maps":
            return ClassTiles(plan, look)
        case "maps":
            return Tiles(plan, look)
        case "filters":
            return FilterTiles(plan, look)
        case "picture":
            return PictureTile(plan, look)
        case "strip" | "matrix":
            return StripTile(plan, look)
        case "signed_bars":
            return SignedBars(plan, look)
        case "class_bars" | "shares":
            return ShareBars(plan, look, logits=plan.kind == "class_bars")
        case "stripe":
            return Stripe(plan, look)
        case "figure":
            return Figure(plan, look)
        case _:
            return Blank(plan, look)


def _bounds(plan: Plan) -> QRectF:
    """What a thumbnail can paint, from its upper left corner."""
    return QRectF(-MARGIN, -MARGIN, plan.width + 2 * MARGIN, plan.height + 2 * MARGIN)


class FaceItem(Item):
    """Paints a thumbnail and a ring around the unit in focus."""

    def __init__(self, plan: Plan, look: Look) -> None:
        super().__init__()
        self._look = look
        self.thumbnail = thumbnail_for(plan, look)
        self._bounds = _bounds(plan)
        self.flat = False
        self.background = "bg.card"
        self._unit: int | None = None
        self.setZValue(Z_FACE)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def plan(self) -> Plan:
        """What is shown."""
        return self.thumbnail.plan

    def set_plan(self, plan: Plan) -> None:
        """Shows something else from now on; the numbers shown so far are forgotten."""
        if plan != self.plan:
            self.prepareGeometryChange()
            self.thumbnail, self._bounds = thumbnail_for(plan, self._look), _bounds(plan)
            self.update()

    def set_unit(self, unit: int | None) -> None:
        """Marks the unit in focus."""
        if unit != self._unit:
            self._unit = unit
            self.update()

    def set_background(self, path: str) -> None:
        """Says on which level of the card the thumbnail lies: its round corners take that colour."""
        if path != self.background:
            self.background = path
            self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self.thumbnail.paint(painter, self.flat, QColor(self._look.color(self.background)))
        rect = self.thumbnail.unit_rect(self._unit) if self._unit is not None else None
        if rect is not None:
            around = RING_GAP + RING / 2
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._look.pen("accent.base", RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            radius = measure("radius.thumbnail") + RING_GAP
            painter.drawRoundedRect(rect.adjusted(-around, -around, around, around), radius, radius)

    def unit_at(self, scene_point: QPointF) -> int | None:
        """The unit shown at a point of the scene."""
        return self.thumbnail.unit_at(self.mapFromScene(scene_point))

    def scene_rects(self) -> list[QRectF]:
        """Where the units are shown in the scene, in the order of the thumbnail."""
        return [rect.translated(self.pos()) for rect in self.thumbnail.rects()]
