"""Gestures with the mouse, one class each: rubber band, click on a message.

A gesture changes items only to show what it would do; the edit is made when the button is released, through the
document, and `cancel` puts everything back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.document.graph import GraphError
from playground.ui.editor import edits
from playground.ui.editor.face import Z_TOOL
from playground.ui.editor.item import Item
from playground.ui.editor.look import Look, measure
from playground.ui.editor.message import MessageItem

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
    """A drag from the empty canvas selects the cards and notes it touches; with Shift it adds them."""

    def __init__(self, scene: EditorScene, point: QPointF, modifiers: Modifiers) -> None:
        self._scene, self._start = scene, point
        self._before = scene.models.focus.selection | scene.annotations.selected_notes
        self._base = self._before if modifiers & Modifiers.ShiftModifier else frozenset()
        self._band = BandItem(scene.look)
        scene.addItem(self._band)
        scene.select_edge(None)
        scene.annotations.select(None)
        scene.annotations.select_together(self._base)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Selects what the band touches now."""
        rect = QRectF(self._start, point).normalized()
        self._band.set_rect(rect)
        annotations = self._scene.annotations
        rects = {id: card.rect() for id, card in self._scene.cards.items()}
        rects |= {id: note.rect() for id, note in annotations.notes.items()}
        annotations.select_together(self._base | {id for id, other in rects.items() if other.intersects(rect)})

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Keeps what is selected; a click between the cards of a stage selects that."""
        self._scene.removeItem(self._band)
        if (point - self._start).manhattanLength() < self._scene.drag_distance and not self._base:
            self._scene.annotations.select(self._scene.annotations.stage_around(point))

    def cancel(self) -> None:
        """Selects what was selected before."""
        self._scene.removeItem(self._band)
        self._scene.annotations.select_together(self._before)


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
