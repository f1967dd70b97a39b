"""Gestures with the mouse, one class each: select and move, rubber band, click on a message.

A gesture changes items only to show what it would do; the edit is made when the button is released, through the
document, and `cancel` puts everything back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.catalog.layers.input import FEATURES
from playground.document.graph import GraphError
from playground.ui.editor import edits
from playground.ui.editor.card import CardItem
from playground.ui.editor.face import Z_TOOL
from playground.ui.editor.item import Item
from playground.ui.editor.joining import Joining
from playground.ui.editor.look import Look, measure
from playground.ui.editor.message import MessageItem
from playground.ui.editor.picking import spare_feature_at

if TYPE_CHECKING:
    from playground.ui.editor.scene import EditorScene

Modifiers = Qt.KeyboardModifier


def translate(text: str) -> str:
    """A text of an undo step or a hint in the user's language."""
    return QCoreApplication.translate("Editor", text)


class Tool(Protocol):
    """A gesture from press to release."""

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """The pointer moved."""

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """The button was released: the edit is made."""

    def cancel(self) -> None:
        """Nothing is to be done after all."""


class Select:
    """A press on a card: a click selects it or pins its unit; a drag moves all selected cards, in steps of the grid
    unless Shift is held."""

    def __init__(self, scene: EditorScene, card: CardItem, point: QPointF, modifiers: Modifiers) -> None:
        self._scene, self._card, self._start = scene, card, point
        self._places: dict[str, QPointF] = {}
        self._joining: Joining | None = None
        focus, node = scene.models.focus, card.node
        self._adding = bool(modifiers & Modifiers.ShiftModifier)
        self._was_selected = node in focus.selection
        if not self._was_selected:
            focus.select(focus.selection | {node} if self._adding else frozenset({node}))
        scene.select_edge(None)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Moves the cards once the pointer has left the place of the press."""
        if self._joining is None:
            if (point - self._start).manhattanLength() < self._scene.drag_distance:
                return
            nodes = self._scene.models.focus.selection | {self._card.node}
            self._places = {node: self._scene.cards[node].pos() for node in nodes}
            self._joining = Joining(self._scene, nodes)
            self._lift(True)
        self._show(point - self._start)

    def _lift(self, lifted: bool) -> None:
        for node in self._places:
            self._scene.cards[node].lift(lifted)

    def _show(self, offset: QPointF) -> None:
        for node, place in self._places.items():
            self._scene.cards[node].place(place + offset)
        if self._joining is not None:
            self._joining.show()
        self._scene.lay(frozenset(self._places))

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Ends the move as one step, or does what a click does."""
        if self._joining is None:
            self._click(point)
            return
        offset = point - self._start
        if not modifiers & Modifiers.ShiftModifier:
            grid, place = measure("space.canvas_grid"), self._places[self._card.node] + offset
            offset += QPointF(round(place.x() / grid) * grid, round(place.y() / grid) * grid) - place
        places = {node: (place.x() + offset.x(), place.y() + offset.y()) for node, place in self._places.items()}
        self._show(offset)
        document = self._scene.models.document
        text = translate("Move layer") if len(places) == 1 else translate("Move layers")
        project = self._joining.joined(edits.move(document.project, places))
        self._joining.end()
        self._lift(False)
        document.apply(text, project)

    def _click(self, point: QPointF) -> None:
        scene, focus, node = self._scene, self._scene.models.focus, self._card.node
        if self._adding:
            if self._was_selected:
                focus.select(focus.selection - {node})
            return
        focus.select(frozenset({node}))
        feature = spare_feature_at(self._card, point)
        unit = self._card.face.unit_at(point)
        if feature is not None:
            label = next(label for name, label, _ in FEATURES if name == feature)
            document = scene.models.document
            text = translate("Use {feature}").format(feature=label)
            document.apply(text, edits.use_feature(document.project, node, feature))
        elif unit is not None:
            focus.toggle_pin((node, unit))

    def cancel(self) -> None:
        """Puts the cards back."""
        if self._joining is not None:
            self._show(QPointF())
            self._joining.end()
            self._lift(False)


class BandItem(Item):
    """The frame of the rubber band."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rect = QRectF()
        self.setZValue(Z_TOOL)

    def set_rect(self, rect: QRectF) -> None:
        """Draws the frame elsewhere."""
        self.prepareGeometryChange()
        self._rect = rect

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        fill = self._look.theme.color("accent.base")
        fill.setAlphaF(0.1)
        painter.setPen(self._look.pen("accent.base", measure("border.hairline")))
        painter.setBrush(fill)
        painter.drawRect(self._rect)


class RubberBand:
    """A drag from the empty canvas selects the cards it touches; with Shift it adds them."""

    def __init__(self, scene: EditorScene, point: QPointF, modifiers: Modifiers) -> None:
        self._scene, self._start = scene, point
        self._before = scene.models.focus.selection
        self._base = self._before if modifiers & Modifiers.ShiftModifier else frozenset()
        self._band = BandItem(scene.look)
        scene.addItem(self._band)
        scene.select_edge(None)
        scene.annotations.select(None)
        scene.models.focus.select(self._base)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Selects what the band touches now."""
        rect = QRectF(self._start, point).normalized()
        self._band.set_rect(rect)
        touched = frozenset(node for node, card in self._scene.cards.items() if card.rect().intersects(rect))
        self._scene.models.focus.select(self._base | touched)

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Keeps what is selected; a click between the cards of a stage selects that."""
        self._scene.removeItem(self._band)
        if (point - self._start).manhattanLength() < self._scene.drag_distance and not self._base:
            self._scene.annotations.select(self._scene.annotations.stage_around(point))

    def cancel(self) -> None:
        """Selects what was selected before."""
        self._scene.removeItem(self._band)
        self._scene.models.focus.select(self._before & frozenset(self._scene.cards))


class Mend:
    """A click on a message carries out its cure."""

    def __init__(self, scene: EditorScene, message: MessageItem) -> None:
        self._scene, self._message = scene, message

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """A click has no course."""

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Mends the problem if the pointer is still on its message."""
        problem, document = self._message.problem, self._scene.models.document
        if problem.cure is None or not self._message.holds(point):
            return
        try:
            document.apply(problem.cure.text, edits.mended(document.project, problem))
        except GraphError as error:
            self._scene.hinted.emit(str(error))

    def cancel(self) -> None:
        """Nothing was shown."""
